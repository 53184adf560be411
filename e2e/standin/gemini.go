package standin

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strings"
)

// geminiPath is the path of a method of a model; v1 has fewer fields than v1beta, which is the documented one.
var geminiPath = regexp.MustCompile(`^/v1beta/models/([^/:]+):(\w+)$`)

// geminiAnswer answers as https://generativelanguage.googleapis.com does.
func geminiAnswer(o *Other, r *http.Request, body []byte) *Answer {
	m := geminiPath.FindStringSubmatch(r.URL.Path)
	if m == nil || r.Method != http.MethodPost {
		return googleFail(http.StatusNotFound, "Requested entity was not found.")
	}
	key := r.Header.Get("X-Goog-Api-Key")
	if key == "" {
		key = r.URL.Query().Get("key")
	}
	switch {
	case key == "":
		return googleFail(http.StatusForbidden, "Method doesn't allow unregistered callers (callers without established identity). "+
			"Please use API Key or other form of API consumer identity to call this API.")
	case !o.allowed(key):
		return googleFail(http.StatusBadRequest, "API key not valid. Please pass a valid API key.")
	}
	v, bad := o.google(body, m[1])
	if bad != nil {
		return bad
	}
	switch m[2] {
	case "generateContent", "streamGenerateContent":
		return o.generate(r, v, geminiRequest, m[1], m[2] == "streamGenerateContent")
	case "embedContent":
		return geminiEmbedding(v, m[1])
	case "batchEmbedContents":
		return geminiEmbeddings(v, m[1])
	}
	return googleFail(http.StatusNotFound, "Requested entity was not found.")
}

// google reads a body; not nil is the error to answer with.
func (o *Other) google(body []byte, model string) (map[string]any, *Answer) {
	v, err := o.object(body)
	if err != nil {
		return nil, googleFail(http.StatusBadRequest, "Invalid JSON payload received. "+err.Error())
	}
	if strings.HasPrefix(model, "no-such-") {
		return nil, googleFail(http.StatusNotFound, "models/"+model+" is not found for API version v1beta, or is not supported for generateContent.")
	}
	return v, nil
}

// generate answers to generateContent and streamGenerateContent, of Gemini and of Vertex AI.
func (o *Other) generate(r *http.Request, v map[string]any, s shape, model string, stream bool) *Answer {
	if f := s.check(v); f != nil {
		return googleFail(http.StatusBadRequest, googleFlaw(f))
	}
	var request googleContents
	remake(v, &request)
	if wrong := request.rules(model); wrong != "" {
		return googleFail(http.StatusBadRequest, wrong)
	}
	a := googleReply{model: model, said: request.turn().say(), n: max(request.Config.N, 1), logprobs: request.Config.Logprobs,
		thoughts: request.Config.Thinking.Include, gemini: o.Kind == "gemini"}
	if !stream {
		return JSON(http.StatusOK, a.whole())
	}
	chunks := a.chunks()
	if r.URL.Query().Get("alt") == "sse" {
		e := &Answer{Pace: o.options.Pace, Header: http.Header{"Content-Type": {"text/event-stream"}}}
		for _, c := range chunks {
			e.Pieces = append(e.Pieces, []byte("data: "+string(googleJSON(c))+"\r\n\r\n"))
		}
		return e
	}
	e := &Answer{Pace: o.options.Pace, Header: http.Header{"Content-Type": {"application/json; charset=UTF-8"}}}
	before := "["
	for _, c := range chunks {
		e.Pieces = append(e.Pieces, []byte(before+string(googleJSON(c))))
		before = ",\r\n"
	}
	e.Pieces = append(e.Pieces, []byte("]"))
	return e
}

func googleJSON(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // it is made here
	}
	return b
}

// turn is what is asked.
func (r *googleContents) turn() *turn {
	c := r.Config
	t := &turn{limit: c.MaxTokens, stops: c.Stops}
	t.think = c.Thinking.Include || c.Thinking.Budget != nil && *c.Thinking.Budget != 0 || c.Thinking.Level != "" && c.Thinking.Level != "MINIMAL"
	if len(r.System.Parts) > 0 {
		t.hear("system", r.System.text())
	}
	for _, content := range r.Contents {
		answers := 0
		for _, p := range content.Parts {
			if p.Response != nil {
				t.hear("tool", spoken(p.Response.Response))
				answers++
			}
		}
		if text := content.text(); content.Role == "model" {
			t.hear("assistant", text)
		} else if answers == 0 || text != "" {
			t.hear("user", text)
		}
	}
	for _, group := range r.Tools {
		for _, f := range group.Functions {
			var s schema
			if f.Parameters != nil {
				remake(f.Parameters, &s)
				s = s.lower()
			} else if f.JSONSchema != nil {
				remake(f.JSONSchema, &s)
			}
			t.tools = append(t.tools, tool{f.Name, s})
		}
	}
	switch calling := r.ToolConfig.Calling; {
	case calling.Mode == "NONE":
		t.choice = json.RawMessage(`"none"`)
	case calling.Mode == "ANY" && len(calling.Allowed) == 1:
		t.choice = named(calling.Allowed[0])
	case calling.Mode == "ANY":
		t.choice = json.RawMessage(`"required"`)
	}
	switch {
	case c.Schema != nil:
		t.schema = &schema{}
		remake(c.Schema, t.schema)
		*t.schema = t.schema.lower()
	case c.JSONSchema != nil:
		t.schema = &schema{}
		remake(c.JSONSchema, t.schema)
	case c.MimeType == "application/json":
		t.schema = &anyObject
	}
	return t
}

func (c *googleContent) text() string {
	var all []string
	for _, p := range c.Parts {
		if p.Text != "" && !p.Thought {
			all = append(all, p.Text)
		}
	}
	return strings.Join(all, "\n")
}

// spoken is what a function's response says: the text of its one field, as the documentation has it, or all of it as JSON.
func spoken(response map[string]any) string {
	for _, v := range response {
		if s, ok := v.(string); ok && len(response) == 1 {
			return s
		}
	}
	return string(googleJSON(response))
}

// googleCodes are the names of errors by their status.
var googleCodes = map[int]string{400: "INVALID_ARGUMENT", 401: "UNAUTHENTICATED", 403: "PERMISSION_DENIED", 404: "NOT_FOUND",
	409: "ABORTED", 415: "INVALID_ARGUMENT", 429: "RESOURCE_EXHAUSTED", 499: "CANCELLED", 500: "INTERNAL", 501: "UNIMPLEMENTED",
	503: "UNAVAILABLE", 504: "DEADLINE_EXCEEDED"}

// googleError is an error as google.rpc.Status in JSON.
func googleError(status int, message string) map[string]any {
	code := googleCodes[status]
	if code == "" {
		code = "UNKNOWN"
	}
	e := map[string]any{"code": status, "message": message, "status": code}
	switch {
	case strings.HasPrefix(message, "API key not valid"):
		e["details"] = []any{map[string]any{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "API_KEY_INVALID",
			"domain": "googleapis.com", "metadata": map[string]string{"service": "generativelanguage.googleapis.com"}}}
	case status == http.StatusBadRequest:
		e["details"] = []any{map[string]any{"@type": "type.googleapis.com/google.rpc.BadRequest",
			"fieldViolations": []any{map[string]string{"description": message}}}}
	case status == http.StatusTooManyRequests:
		e["details"] = []any{map[string]any{"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "1s"}}
	}
	return map[string]any{"error": e}
}

func googleFail(status int, message string) *Answer {
	return JSON(status, googleError(status, message))
}

func googleBroken() []byte {
	return fmt.Appendf(nil, "data: %s\r\n\r\n", googleJSON(googleError(http.StatusServiceUnavailable, "The model is overloaded.")))
}
