package converters

import (
	"bytes"
	"strings"

	"github.com/usagepanda/usage-panda-envoy/converters/openai"
)

// compatible speaks with any provider that has OpenAI's own API: by a base URL, a key, and its names for models. All else passes as it is.
type compatible struct{}

func (compatible) Request(x *Exchange) (Outgoing, error) {
	path := openai.WithVersion(x.Path)
	if p := x.Endpoint.Path(); p != "" {
		if _, query, ok := strings.Cut(x.Path, "?"); ok {
			p += "?" + query
		}
		path = p
	}
	if versioned(x.Provider.Base) {
		path = strings.TrimPrefix(path, "/v1")
	}
	o := x.outgoing("api.openai.com", path, Header{"authorization", bearer(x.Provider.Key)})
	o.Body = x.named()
	return o, nil
}

func (compatible) Answer(x *Exchange, status int, body []byte) (int, []byte) {
	if status < 400 {
		return status, body
	}
	x.r.Reset(body, true)
	f := readFailure(&x.r)
	if err := x.r.End(); err == nil && f.inner && f.kind != "" && f.message != "" {
		return status, x.maskedBytes(body)
	}
	return x.refused(x.failure(status, f))
}

func (compatible) Stream(*Exchange) Stream { return nil }

// versioned tells of a base path that it has a version, as /openai/v1 and /v1beta/openai do: then OpenAI's own is not added.
func versioned(base string) bool {
	for s := range strings.SplitSeq(base, "/") {
		if len(s) > 1 && s[0] == 'v' && '0' <= s[1] && s[1] <= '9' {
			return true
		}
	}
	return false
}

// named is the body with the provider's name for the model. What is not JSON, or names no model, stays as it is.
func (x *Exchange) named() []byte {
	r := &x.r
	r.Reset(x.Body, true)
	var model []byte
	end := 0
	if r.Kind() != '{' {
		return x.Body
	}
	for ok := r.Open('{'); ok && r.More(); {
		switch r.Name() {
		case "model":
			model = r.Literal()
			end = r.At()
		case "stream":
			x.Stream = string(r.Value()) == "true"
		default:
			r.Skip()
		}
	}
	if r.End() != nil || model == nil || x.Model == "" || openai.Unquote(model) == x.Model {
		return x.Body
	}
	b := append(x.w.B[:0], x.Body[:end-len(model)]...)
	x.w.B = append(openai.AppendQuote(b, x.Model), x.Body[end:]...)
	return x.w.B
}

// maskedBytes is an error's body without the provider's key.
func (x *Exchange) maskedBytes(body []byte) []byte {
	if key := x.Provider.Key; len(key) >= 8 && bytes.Contains(body, []byte(key)) {
		return bytes.ReplaceAll(body, []byte(key), []byte("****"))
	}
	return body
}
