package openai

import (
	"fmt"
	"math"
	"mime"
	"strings"
	"unicode/utf8"
)

// Request is the body of a request, as far as policies want to know it.
type Request struct {
	Document

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
	Images    []string // addresses of the images shown to the model: https or data URLs
	Models    []string // other models that may be used: by tools, or as fallbacks
	Sizes     []string // sizes of the images that tools are to make

	options []byte // the value of stream_options
	last    [2]int // the texts of the last message's content, or of all prompts
	lists   int    // how many strings or lists of tokens a list of prompts has
	odd     bool   // a limit that is not read alike everywhere
}

// NoLimit is the MaxTokens of a request that does not limit its answers.
const NoLimit = -1

// ParseRequest reads the body of a request: JSON, or a form where the endpoint takes files. The request keeps the body. An error's text
// is fit for the client.
func ParseRequest(e Endpoint, contentType string, body []byte) (*Request, error) {
	q := &Request{Document: Document{raw: body}, Endpoint: e, MaxTokens: NoLimit, Choices: 1}
	if err := checkCharset(contentType); err != nil {
		return q, err
	}
	if e.Images() {
		if media, params, err := mime.ParseMediaType(contentType); err == nil && media == "multipart/form-data" {
			return q, q.parts(params["boundary"])
		}
	}
	err := q.top(q.member)
	if e == Completions && q.lists > 1 {
		q.Choices = times(q.Choices, q.lists)
	}
	if q.odd {
		q.MaxTokens = NoLimit
	}
	return q, err
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
			return fmt.Errorf("the charset %s: policies cannot read the body; want UTF-8", rest[:end])
		}
	}
}

// times is a product that stops at 2^31-1: a product of it and another such number overflows nothing.
func times(a, b int) int { return min(min(a, math.MaxInt32)*min(b, math.MaxInt32), math.MaxInt32) }

// member reads the value of a top-level member. What is not known here may be text for some provider.
func (q *Request) member(r *reader, name string) {
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
			q.texts(r, "", Text{}, &q.Images)
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
			q.texts(r, name, Text{}, &q.Images)
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
	options := Document{raw: q.options}
	if q.options == nil || options.top(func(r *reader, _ string) { r.skip() }) != nil {
		q.Set("stream_options", ask+"}")
		return
	}
	rest := options.Without(func(name string) bool { return name == "include_usage" })[1:]
	if len(rest) > 1 {
		rest = append([]byte{','}, rest...)
	}
	q.Set("stream_options", ask+string(rest))
}

// prompts reads a prompt: a string, strings, tokens, or lists of tokens.
func (q *Request) prompts(r *reader) {
	q.last[0] = len(q.Texts)
	q.prompt(r, 0, true)
	q.last[1] = len(q.Texts)
}

func (q *Request) prompt(r *reader, n int, all bool) {
	switch r.kind() {
	case '[':
		for r.open('['); r.more(); n++ {
			if all && r.kind() != '0' {
				q.lists++
			}
			q.prompt(r, n, false)
		}
	case '0':
		q.Tokens++
		r.skip()
	default: // a string, or an object of embeddings' and moderations' multimodal input
		q.texts(r, "", Text{Message: n}, &q.Images)
	}
}

// messages reads chat messages, or the input items of the Responses API.
func (q *Request) messages(r *reader) {
	if r.kind() != '[' {
		q.prompts(r)
		return
	}
	r.open('[')
	for n := 0; r.more(); n++ {
		q.last = [2]int{}
		if r.kind() == '{' {
			q.message(r, n)
		} else {
			q.texts(r, "", Text{Message: n}, &q.Images)
		}
	}
}

func (q *Request) message(r *reader, n int) {
	first, role, known := len(q.Texts), User, false
	for r.open('{'); r.more(); {
		switch name, _ := r.name(); name {
		case "role":
			from := len(q.Texts)
			q.texts(r, "", Text{Message: n}, nil)
			if len(q.Texts) != from+1 {
				break
			}
			if role, known = roleOf(q.Text(from)); known { // any other may be shown to the model
				q.Texts = q.Texts[:from]
			}
		case "type":
			switch t := r.text(); {
			case strings.HasSuffix(t, "_output"):
				role = Tool
			case strings.HasSuffix(t, "_call"), t == "reasoning":
				role = Assistant
			}
		case "content":
			from := len(q.Texts)
			q.texts(r, name, Text{Message: n}, &q.Images)
			q.last = [2]int{from, len(q.Texts)}
		case "name": // of who speaks, which the model is shown; elsewhere it is a function's
			if q.Endpoint == Chat {
				name = ""
			}
			q.texts(r, name, Text{Message: n}, nil)
		default:
			q.texts(r, name, Text{Message: n}, &q.Images)
		}
	}
	for i := range q.Texts[first:] {
		q.Texts[first+i].Role = role
	}
}

// tools reads the definitions of tools: all that a model is shown of them, and which models and sizes of images they ask for.
func (q *Request) tools(r *reader) {
	const of = Definition
	if r.kind() != '[' {
		q.texts(r, "", Text{Role: of}, nil)
		return
	}
	for r.open('['); r.more(); {
		if r.kind() != '{' {
			q.texts(r, "", Text{Role: of}, nil)
			continue
		}
		for r.open('{'); r.more(); {
			switch name, _ := r.name(); name {
			case "model":
				q.strings(r, &q.Models)
			case "size":
				q.strings(r, &q.Sizes)
			case "headers", "authorization": // secrets
				r.skip()
			default:
				q.texts(r, name, Text{Role: of}, nil)
			}
		}
	}
}

// PromptChars is how many characters the prompt has, over all its texts but the definitions of tools. A token that is given as a number
// counts as 4 characters, which is what OpenAI's documentation gives as the usual length in English.
func (q *Request) PromptChars() int {
	n := 4 * q.Tokens
	for i, t := range q.Texts {
		if t.Role != Definition {
			n += utf8.RuneCountInString(q.Text(i))
		}
	}
	return n
}

// LastMessage is the text of a prompt, or of the last message; "" if it is not one text.
func (q *Request) LastMessage() string {
	if q.last[1]-q.last[0] != 1 {
		return ""
	}
	return q.Text(q.last[0])
}
