package openai

import (
	"bytes"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
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
	MaxTokens    int      // the largest of max_tokens, max_completion_tokens and max_output_tokens that are given; 0 if none is, or it is null
	Choices      int      // how many answers are generated: the larger of n and best_of, 1 if neither is given
	Tokens       int      // how many tokens of the prompt or input are given as numbers, which nobody here can read
	Images       []string // addresses of the images shown to the model: https or data URLs

	options []byte // the value of stream_options
	last    [2]int // the texts of the last message's content, or of all prompts
}

// ParseRequest reads the body of a request: JSON, or a form where the endpoint takes files. The request keeps the body. An error's text
// is fit for the client.
func ParseRequest(e Endpoint, contentType string, body []byte) (*Request, error) {
	q := &Request{Document: Document{raw: body}, Endpoint: e, Choices: 1}
	if e.Images() {
		if media, params, err := mime.ParseMediaType(contentType); err == nil && media == "multipart/form-data" {
			return q, q.form(params["boundary"])
		}
	}
	return q, q.top(q.member)
}

// member reads the value of a top-level member.
func (q *Request) member(r *reader, name string) {
	switch name {
	case "model":
		q.Model = r.text()
	case "user":
		q.User = r.text()
	case "size":
		q.Size = r.text()
	case "stream":
		q.Stream = r.flag()
	case "stream_options":
		q.streamOptions(r)
	case "max_tokens", "max_completion_tokens", "max_output_tokens":
		if n, ok := r.whole(); ok {
			q.MaxTokens = max(q.MaxTokens, n)
		}
	case "n", "best_of":
		if n, ok := r.whole(); ok {
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
	case "instruction":
		q.texts(r, "", Text{}, nil)
	case "instructions":
		q.texts(r, "", Text{Role: System}, nil)
	case "suffix", "prediction":
		q.texts(r, "", Text{}, nil)
	case "tools", "functions":
		q.definitions(r)
	default:
		r.skip()
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
	q.prompt(r, 0)
	q.last[1] = len(q.Texts)
}

func (q *Request) prompt(r *reader, n int) {
	switch r.kind() {
	case '[':
		for r.open('['); r.more(); n++ {
			q.prompt(r, n)
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
	if !r.open('[') {
		return
	}
	for n := 0; r.more(); n++ {
		first, role := len(q.Texts), User
		q.last = [2]int{}
		if r.kind() != '{' {
			q.texts(r, "", Text{Message: n}, &q.Images)
			continue
		}
		for r.open('{'); r.more(); {
			switch name, _ := r.name(); name {
			case "role":
				role = roleOf(r.text())
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
			default:
				q.texts(r, name, Text{Message: n}, &q.Images)
			}
		}
		for i := range q.Texts[first:] {
			q.Texts[first+i].Role = role
		}
	}
}

// definitions reads the descriptions of tools and of their parameters.
func (q *Request) definitions(r *reader) {
	switch r.kind() {
	case '[':
		for r.open('['); r.more(); {
			q.definitions(r)
		}
	case '{':
		for r.open('{'); r.more(); {
			if name, _ := r.name(); name == "description" && r.kind() == '"' {
				q.literal(r, Text{Role: Definition})
			} else {
				q.definitions(r)
			}
		}
	default:
		r.skip()
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

// form reads the fields of a multipart form; files are skipped.
func (q *Request) form(boundary string) error {
	form := multipart.NewReader(bytes.NewReader(q.raw), boundary)
	for {
		part, err := form.NextPart()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return fmt.Errorf("the body is not a valid form: %w", err)
		}
		var field *string
		switch part.FormName() {
		case "model":
			field = &q.Model
		case "user":
			field = &q.User
		case "size":
			field = &q.Size
		default:
			continue
		}
		if *field != "" {
			return fmt.Errorf("the form has the field %s twice", part.FormName())
		}
		value, err := io.ReadAll(io.LimitReader(part, 1<<10))
		if err != nil {
			return fmt.Errorf("the body is not a valid form: %w", err)
		}
		*field = string(value)
	}
}
