package openai

import (
	"errors"
	"math"
	"strings"
)

// Request is the body of a request, as far as policies want to know it.
type Request struct {
	Document
	Media

	Endpoint Endpoint
	Model    string
	User     string
	Size     string // of an image
	Stream   bool
	// IncludeUsage tells whether a stream is to bring its usage (stream_options.include_usage).
	IncludeUsage bool
	// MaxTokens is how many tokens an answer may have, by the members that say so at the endpoint; the largest, if there are more. It is
	// NoLimit if none is given, or one is nothing that every provider reads alike: a string, a fraction, 0, a negative number.
	MaxTokens int
	Choices   int      // how many answers are generated: the larger of n and best_of, times the prompts of a completion
	Tokens    int      // how many tokens of the prompt or input are given as numbers, which nobody here can read
	Models    []string // other models that may be used: by tools, or as fallbacks
	Sizes     []string // sizes of the images that tools are to make

	over    func(name string) bool
	options []byte // the value of stream_options
	last    [2]int // the texts of the last message's content, or of all prompts
	lists   int    // how many strings or lists of tokens a list of prompts has
	odd     bool   // a limit that is not read alike everywhere
}

// NoLimit is the MaxTokens of a request that does not limit its answers.
const NoLimit = -1

// ParseRequest is a new Request's Read.
func ParseRequest(e Endpoint, contentType string, body []byte) (*Request, error) {
	q := &Request{}
	return q, q.Read(e, contentType, body)
}

// Read reads the body of a request: JSON, or a form where the endpoint takes files. The request, which is new or was forgotten, keeps the
// body. An error's text is fit for the client.
func (q *Request) Read(e Endpoint, contentType string, body []byte) error {
	return q.Skim(e, contentType, body, nil)
}

// Skim is Read without the texts of the top-level members that over tells of, which are not looked into.
func (q *Request) Skim(e Endpoint, contentType string, body []byte, over func(name string) bool) error {
	q.begin(body, false)
	q.Endpoint, q.MaxTokens, q.Choices, q.over = e, NoLimit, 1, over
	if err := checkCharset(contentType); err != nil {
		return err
	}
	if e.Images() {
		if media, params, ok := mediaType(contentType); ok && media == "multipart/form-data" {
			boundary, _ := params.value("boundary")
			return q.parts(boundary)
		}
	}
	err := q.top(q.member)
	if e == Completions && q.lists > 1 {
		q.Choices = times(q.Choices, q.lists)
	}
	if q.odd {
		q.MaxTokens = NoLimit
	}
	return err
}

// Forget lets go of the body and of all that was found in it. What is left is room for another.
func (q *Request) Forget() {
	q.forget()
	q.Model, q.User, q.Size, q.Stream, q.IncludeUsage, q.Tokens = "", "", "", false, false, 0
	q.Media, q.Models, q.Sizes, q.options, q.last, q.lists, q.odd = Media{}, nil, nil, nil, [2]int{}, 0, false
}

// checkCharset refuses a content-type with a charset in which ASCII is not as in UTF-8. Some servers decode by it: in UTF-7, "+AHM-" is "s".
func checkCharset(contentType string) error {
	if strings.IndexByte(contentType, ';') < 0 { // as nearly all are
		return nil
	}
	const name = "charset"
	rest := strings.ToLower(contentType)
	for {
		at := strings.Index(rest, name)
		if at < 0 {
			return nil
		}
		rest = strings.TrimLeft(rest[at+len(name):], "= \t\"")
		end := strings.IndexAny(rest+";", "; \t\",")
		switch rest[:end] {
		case "utf-8", "utf8", "us-ascii", "ascii", "iso-8859-1", "latin1":
		default:
			return errors.New("the charset " + rest[:end] + ": policies cannot read the body; want UTF-8")
		}
	}
}

// times is a product that stops at 2^31-1: a product of it and another such number overflows nothing.
func times(a, b int) int { return min(min(a, math.MaxInt32)*min(b, math.MaxInt32), math.MaxInt32) }

// member reads the value of a top-level member. What is not known here may be text for some provider.
func (q *Request) member(r *reader, name string) {
	if q.over != nil && q.over(name) {
		r.skip()
		return
	}
	switch name {
	case "model":
		q.Model = r.text()
	case "models": // a list of fallbacks, as OpenRouter has it
		q.strings(r, &q.Models)
	case "user":
		q.User = r.text()
	case "size":
		q.Size = r.text()
	case "stream":
		q.Stream = r.kind() != 'f' && r.kind() != 'n' // 1 and "true" are true for some
		r.skip()
	case "stream_options":
		q.streamOptions(r)
	case "max_tokens", "max_completion_tokens", "max_output_tokens":
		q.limit(r, name)
	case "n", "best_of":
		if n, ok := q.count(r); ok {
			q.Choices = max(q.Choices, n)
		}
	case "messages":
		q.messages(r)
	case "input":
		if q.Endpoint == Responses && r.kind() == '[' {
			q.messages(r)
		} else {
			q.prompts(r)
		}
	case "prompt":
		if q.Endpoint == Responses { // a stored prompt and its variables
			q.texts(r, "", Text{}, &q.Media)
		} else {
			q.prompts(r)
		}
	case "instructions":
		q.texts(r, "", Text{Role: System}, nil)
	case "tools", "functions":
		q.tools(r)
	case "response_format", "text":
		q.texts(r, name, Text{Role: Definition}, nil)
	default:
		if setting(name) {
			r.skip()
		} else {
			q.texts(r, name, Text{}, &q.Media)
		}
	}
}

// setting tells of a top-level member's name that no model is shown what it says. Source: OpenAI's API reference, 2026.
func setting(name string) bool {
	switch name {
	case "audio", "background", "conversation", "encoding_format", "function_call", "include", "input_fidelity", "logit_bias", "metadata",
		"modalities", "moderation", "output_format", "previous_response_id", "prompt_cache_key", "prompt_cache_retention", "quality",
		"reasoning", "reasoning_effort", "safety_identifier", "service_tier", "stop", "style", "tool_choice", "truncation", "verbosity",
		"web_search_options":
		return true
	}
	return false
}

// limit reads a limit on tokens. Where the endpoint does not know the member, a provider may pass over it: it limits nothing.
func (q *Request) limit(r *reader, name string) {
	n, ok := q.count(r)
	known := false
	switch q.Endpoint {
	case Completions:
		known = name == "max_tokens"
	case Chat:
		known = name != "max_output_tokens"
	case Responses:
		known = name == "max_output_tokens"
	}
	if ok && known {
		q.MaxTokens = max(q.MaxTokens, n)
	}
}

// count reads a number of tokens or choices; false for null, and for what is not read alike everywhere, which it notes.
func (q *Request) count(r *reader) (int, bool) {
	null := r.kind() == 'n'
	n, ok := r.whole()
	ok = ok && 0 < n && n <= math.MaxInt32 // 0 is no limit for some
	q.odd = q.odd || !ok && !null
	return n, ok
}

// strings reads a list of strings, or one string.
func (q *Request) strings(r *reader, to *[]string) {
	if r.kind() != '[' {
		*to = append(*to, r.text())
		return
	}
	for r.open('['); r.more(); {
		*to = append(*to, r.text())
	}
}

func (q *Request) streamOptions(r *reader) {
	_, start := r.space(), r.pos
	if !r.open('{') {
		return
	}
	for r.more() {
		if name, _ := r.name(); name == "include_usage" {
			q.IncludeUsage = r.flag()
		} else {
			r.skip()
		}
	}
	if r.err == nil {
		q.options = q.raw[start:r.pos]
	}
}

// AskUsage asks for the usage of a stream on the client's behalf. Options that the client has given stay.
func (q *Request) AskUsage() {
	const ask = `{"include_usage":true`
	if q.options == nil {
		q.Set("stream_options", ask+"}")
		return
	}
	options := Document{raw: q.options}
	if options.top(func(r *reader, _ string) { r.skip() }) != nil {
		q.Set("stream_options", ask+"}")
		return
	}
	rest := options.Without(nil, func(name string) bool { return name == "include_usage" })[1:]
	if len(rest) > 1 {
		rest = append([]byte{','}, rest...)
	}
	q.Set("stream_options", ask+string(rest))
}
