package converters

import (
	"strconv"
	"strings"

	"github.com/usagepanda/usage-panda-envoy/converters/openai"
)

// failed is a provider's error, as far as it says one. All are views of its body, but for escapes.
type failed struct {
	kind    string // its type, status or code, as a word
	message string
	code    string // if it has that beside a kind
	param   string
	inner   bool // it was the value of a member error
}

// readFailure reads an error: {"error": {...}}, the same in a list, or the inner object by itself.
func readFailure(r *openai.Reader) (f failed) {
	if r.Kind() == '[' {
		for ok := r.Open('['); ok && r.More(); {
			f = readFailure(r)
		}
		return f
	}
	if !r.Open('{') {
		return f
	}
	for r.More() {
		switch name := r.Name(); name {
		case "error":
			if r.Kind() == '"' {
				f.message = r.Text()
			} else {
				f = readFailure(r)
				f.inner = true
			}
		case "message", "Message":
			f.message = r.Text()
		case "type", "status", "__type":
			if r.Kind() != '"' {
				r.Skip()
			} else if kind := r.Text(); f.kind == "" && kind != "error" {
				f.kind = kind
			}
		case "code":
			if r.Kind() == '"' {
				f.code = r.Text()
			} else {
				r.Skip()
			}
		case "detail": // as FastAPI has it
			if r.Kind() == '"' {
				f.message = r.Text()
			} else {
				f.message = string(r.Value())
			}
		case "param":
			f.param = r.Text()
		default:
			r.Skip()
		}
	}
	return f
}

// failure is a provider's error in OpenAI's words. The status is the provider's, and says what type it has.
func (x *Exchange) failure(status int, f failed) *openai.Error {
	e := &openai.Error{Status: status, Message: x.masked(f.message), Code: f.code, Param: f.param}
	if e.Message == "" {
		e.Message = "The provider answered with the status " + strconv.Itoa(status)
	}
	var code string
	switch {
	case status < 400:
		e.Status, e.Type, code = 502, "server_error", "bad_gateway"
	case status == 400, status == 422:
		e.Type = "invalid_request_error"
		if tooLong(e.Message) {
			code = "context_length_exceeded"
		}
	case status == 401:
		e.Type, code = "invalid_request_error", "invalid_api_key"
	case status == 402:
		e.Status, e.Type, code = 429, "insufficient_quota", "insufficient_quota"
	case status == 403:
		e.Type, code = "invalid_request_error", "permission_denied"
	case status == 404:
		e.Type, code = "invalid_request_error", "model_not_found"
	case status == 408, status == 504:
		e.Type, code = "server_error", "timeout"
	case status == 413:
		e.Type, code = "invalid_request_error", "request_too_large"
	case status == 429:
		e.Type, code = "rate_limit_error", "rate_limit_exceeded"
	case status == 503, status == 529:
		e.Status, e.Type, code = 503, "server_error", "overloaded"
	case status >= 500:
		e.Type = "server_error"
	default:
		e.Type = "invalid_request_error"
	}
	if e.Code == "" {
		e.Code = code
	}
	return e
}

// tooLong tells of a provider's message that the conversation was too long for the model.
func tooLong(message string) bool {
	for _, words := range [...]string{
		"prompt is too long", "exceed context limit", "input token count", "Input is too long", "maximum context length", "too many input tokens",
	} {
		if strings.Contains(message, words) {
			return true
		}
	}
	return false
}

// masked is a message of the provider's without its key, which some repeat.
func (x *Exchange) masked(message string) string {
	const short = 8 // no key is, and a short one would be found anywhere
	if key := x.Provider.Key; len(key) >= short {
		return strings.ReplaceAll(message, key, "****")
	}
	return message
}

// refused is the answer for a provider's error, whole.
func (x *Exchange) refused(e *openai.Error) (int, []byte) {
	x.out = append(x.out[:0], e.Body()...)
	return e.Status, x.out
}

// unreadable is the answer where the provider's cannot be read.
func (x *Exchange) unreadable(err error) (int, []byte) { return x.refused(unreadable(err)) }

func unreadable(err error) *openai.Error {
	return &openai.Error{Status: 502, Type: "server_error", Code: "bad_gateway", Message: "The provider's answer cannot be read: " + err.Error()}
}
