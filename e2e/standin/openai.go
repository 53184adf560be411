package standin

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"iter"
	"mime"
	"mime/multipart"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// operations are those of the API that the provider knows, by path. Source: OpenAI's API reference, and openai-go.
var operations = map[string]func(*Provider, []byte) *Answer{
	"/v1/completions":        (*Provider).completions,
	"/v1/chat/completions":   (*Provider).chat,
	"/v1/edits":              (*Provider).edits,
	"/v1/embeddings":         (*Provider).embeddings,
	"/v1/images/generations": (*Provider).images,
	"/v1/images/edits":       (*Provider).images,
	"/v1/images/variations":  (*Provider).images,
	"/v1/moderations":        (*Provider).moderations,
	"/v1/responses":          (*Provider).responses,
}

// Answer is what the provider answers by itself. A script may change it.
func (p *Provider) Answer(r *http.Request, body []byte) *Answer {
	a := p.answer(r, body)
	id := ident("req_")
	for name, value := range map[string]string{
		"X-Request-Id": id, "Openai-Processing-Ms": "7", "Openai-Version": "2020-10-01", "Openai-Organization": "stand-in",
		"X-Ratelimit-Limit-Requests": "10000", "X-Ratelimit-Limit-Tokens": "2000000", "X-Ratelimit-Remaining-Requests": "9999",
		"X-Ratelimit-Remaining-Tokens": "1999900", "X-Ratelimit-Reset-Requests": "6ms", "X-Ratelimit-Reset-Tokens": "3ms",
	} {
		a.Header.Set(name, value)
	}
	if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") && len(a.Pieces) == 1 {
		a.Gzip()
	}
	return a
}

func (p *Provider) answer(r *http.Request, body []byte) *Answer {
	key, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if p.options.Key != "" && (!ok || key != p.options.Key) {
		return Fail(http.StatusUnauthorized, "invalid_request_error", "invalid_api_key", "Incorrect API key provided: "+mask(key)+".")
	}
	if name, ok := strings.CutPrefix(r.URL.Path, "/v1/models"); ok && r.Method == http.MethodGet {
		return models(strings.TrimPrefix(name, "/"))
	}
	operation := operations[r.URL.Path]
	switch {
	case operation == nil:
		return Fail(http.StatusNotFound, "invalid_request_error", "unknown_url",
			fmt.Sprintf("Unknown request URL: %s %s. Please check the URL for typos.", r.Method, r.URL.Path))
	case r.Method != http.MethodPost:
		return Fail(http.StatusMethodNotAllowed, "invalid_request_error", "method_not_supported",
			fmt.Sprintf("Not allowed to %s on %s.", r.Method, r.URL.Path))
	}
	body, err := plain(r.Header, body)
	if err != nil {
		return badRequest("", err.Error())
	}
	return operation(p, body)
}

// mask shows of a key what OpenAI shows of one.
func mask(key string) string {
	if len(key) < 12 {
		return "***"
	}
	return key[:3] + "***" + key[len(key)-4:]
}

// plain is the body as JSON: forms become objects of their texts, with "image" for a file.
func plain(h http.Header, body []byte) ([]byte, error) {
	kind, params, _ := mime.ParseMediaType(h.Get("Content-Type"))
	if kind != "multipart/form-data" {
		if !json.Valid(body) {
			return nil, fmt.Errorf("We could not parse the JSON body of your request.")
		}
		return body, nil
	}
	form, err := multipart.NewReader(bytes.NewReader(body), params["boundary"]).ReadForm(64 << 20)
	if err != nil {
		return nil, fmt.Errorf("We could not parse the form of your request.")
	}
	defer func() { _ = form.RemoveAll() }()
	fields := map[string]any{}
	for name, values := range form.Value {
		fields[name] = values[0]
		if n, err := strconv.Atoi(values[0]); err == nil && name == "n" {
			fields[name] = n
		}
	}
	for name := range form.File {
		fields[name] = "file"
	}
	return json.Marshal(fields)
}

func badRequest(param, message string) *Answer {
	e := apiError{Message: message, Type: "invalid_request_error"}
	if param != "" {
		e.Param = &param
	}
	return JSON(http.StatusBadRequest, map[string]apiError{"error": e})
}

// read reads a request. Not nil is the error to answer with; model is that of the request.
func read(body []byte, request any, model *string) *Answer {
	if err := json.Unmarshal(body, request); err != nil {
		return badRequest("", "Invalid request: "+err.Error())
	}
	switch {
	case *model == "":
		return badRequest("model", "you must provide a model parameter")
	case strings.HasPrefix(*model, "no-such-"):
		return Fail(http.StatusNotFound, "invalid_request_error", "model_not_found",
			fmt.Sprintf("The model `%s` does not exist or you do not have access to it.", *model))
	}
	return nil
}

// ident makes an id.
func ident(prefix string) string {
	var b [14]byte
	_, _ = rand.Read(b[:])
	return prefix + hex.EncodeToString(b[:])
}

func now() int64 { return time.Now().Unix() }

type modelObject struct {
	ID      string `json:"id"`
	Object  string `json:"object"`
	Created int64  `json:"created"`
	OwnedBy string `json:"owned_by"`
}

func models(id string) *Answer {
	var all []modelObject
	for _, name := range []string{"gpt-4o", "gpt-4o-mini", "gpt-3.5-turbo-instruct", "text-embedding-3-small", "omni-moderation-latest"} {
		m := modelObject{name, "model", 1715367049, "system"}
		if name == id {
			return JSON(http.StatusOK, m)
		}
		all = append(all, m)
	}
	if id != "" {
		return Fail(http.StatusNotFound, "invalid_request_error", "model_not_found", fmt.Sprintf("The model '%s' does not exist", id))
	}
	return JSON(http.StatusOK, map[string]any{"object": "list", "data": all})
}

// usage counts tokens.
type usage struct {
	Prompt        int `json:"prompt_tokens"`
	Completion    int `json:"completion_tokens"`
	Total         int `json:"total_tokens"`
	PromptDetails struct {
		Cached int `json:"cached_tokens"`
		Audio  int `json:"audio_tokens"`
	} `json:"prompt_tokens_details"`
	CompletionDetails struct {
		Reasoning int `json:"reasoning_tokens"`
		Audio     int `json:"audio_tokens"`
		Accepted  int `json:"accepted_prediction_tokens"`
		Rejected  int `json:"rejected_prediction_tokens"`
	} `json:"completion_tokens_details"`
}

func count(prompt, completion int) usage {
	return usage{Prompt: prompt, Completion: completion, Total: prompt + completion}
}

// tokens cuts a text into what a model might emit one by one: a word with the space before it, long words in parts, and never within a
// character.
func tokens(text string) (all []string) {
	for t := range each(text) {
		all = append(all, t)
	}
	return all
}

// length is the number of a text's tokens.
func length(text string) (n int) {
	for range each(text) {
		n++
	}
	return n
}

func each(text string) iter.Seq[string] {
	return func(yield func(string) bool) {
		const longest = 6
		start, runes := 0, 0
		for i, c := range text {
			if i > start && (c == ' ' || c == '\n' || runes == longest) {
				if !yield(text[start:i]) {
					return
				}
				start, runes = i, 0
			}
			runes++
		}
		if start < len(text) {
			yield(text[start:])
		}
	}
}

// limit cuts a text after n tokens; 0 is no limit. why is the reason why it ended.
func limit(text string, n int) (cut string, why string) {
	if n <= 0 {
		return text, "stop"
	}
	end := 0
	for t := range each(text) {
		if n == 0 {
			return text[:end], "length"
		}
		end += len(t)
		n--
	}
	return text, "stop"
}

// events makes a stream of server-sent events.
type events struct {
	pace   time.Duration
	pieces [][]byte
}

// add adds an event; name is "" where the API has none.
func (e *events) add(name string, v any) {
	data, err := json.Marshal(v)
	if err != nil {
		data = []byte(strconv.Quote(err.Error()))
	}
	text := "data: " + string(data) + "\n\n"
	if name != "" {
		text = "event: " + name + "\n" + text
	}
	e.pieces = append(e.pieces, []byte(text))
}

func (e *events) done() { e.pieces = append(e.pieces, []byte("data: [DONE]\n\n")) }

func (e *events) answer() *Answer {
	return &Answer{Pieces: e.pieces, Pace: e.pace, Header: http.Header{
		"Content-Type": {"text/event-stream; charset=utf-8"}, "Cache-Control": {"no-cache"},
	}}
}
