package converters

import (
	"bytes"
	"strings"

	"github.com/usagepanda/usage-panda-envoy/converters/openai"
)

// azure speaks with Azure OpenAI: by deployments and a dated version of the API, or by its newer path /openai/v1, where the model's name is
// the deployment's. Sources: Azure OpenAI's REST API reference, 2024-10-21 and v1, and its pages on content filters.
type azure struct{}

func (azure) Request(x *Exchange) (Outgoing, error) {
	p := x.Provider
	if p.Host == "" && !AzureResource(p.Resource) {
		return Outgoing{}, x.refuse("", "Azure's resource "+p.Resource+": not a name; want letters, digits and hyphens, 2 to 63 of them")
	}
	body := x.named()
	path := strings.TrimPrefix(openai.WithVersion(x.Path), "/v1")
	if e := x.Endpoint.Path(); e != "" {
		path = strings.TrimPrefix(e, "/v1")
	}
	dated := len(p.Version) > 0 && '0' <= p.Version[0] && p.Version[0] <= '9'
	before := "/openai"
	switch {
	case !dated:
		before += "/v1"
	case x.Endpoint != openai.Other && x.Endpoint != openai.Responses:
		if err := x.modelled(); err != nil {
			return Outgoing{}, err
		}
		before += "/deployments/" + segment(x.Model)
	}
	path = before + path
	if v := p.Version; v != "" && v != "v1" {
		mark := "?"
		if strings.Contains(path, "?") {
			mark = "&"
		}
		path += mark + "api-version=" + segment(v)
	}
	o := x.outgoing(p.Resource+".openai.azure.com", path, Header{"api-key", strings.TrimPrefix(p.Key, "Bearer ")})
	o.Body = body
	return o, nil
}

// modelled finds the model's name in the body, where the settings have none for it.
func (x *Exchange) modelled() error {
	if x.Model == "" {
		r := &x.r
		r.Reset(x.Body, true)
		if r.Kind() == '{' {
			for ok := r.Open('{'); ok && r.More(); {
				if r.Name() == "model" {
					x.Model = r.Text()
				} else {
					r.Skip()
				}
			}
		}
	}
	if x.Model == "" {
		return x.refuse("model", "missing; want a model's name, since Azure's paths have it")
	}
	return x.routed()
}

// AzureResource tells whether a name may be that of a resource of Azure's: then it is one label of a host's name and nothing else.
func AzureResource(name string) bool {
	if len(name) < 2 || len(name) > 63 || name[0] == '-' || name[len(name)-1] == '-' {
		return false
	}
	for i := range len(name) {
		switch c := name[i]; {
		case 'a' <= c && c <= 'z', '0' <= c && c <= '9', c == '-':
		default:
			return false
		}
	}
	return true
}

func (azure) Answer(x *Exchange, status int, body []byte) (int, []byte) {
	if status < 400 {
		return status, body
	}
	x.r.Reset(body, true)
	f := readFailure(&x.r)
	if len(f.code) > 0 && '0' <= f.code[0] && f.code[0] <= '9' { // the status once more
		f.code = ""
	}
	switch f.code {
	case "DeploymentNotFound":
		f.code = "model_not_found"
	case "TooManyRequests", "RateLimitReached":
		f.code = "rate_limit_exceeded"
	}
	e := x.failure(status, f)
	b := append(x.out[:0], e.Body()...)
	if inner := innerError(&x.r, body); inner != nil { // what the content filter has found
		b = append(append(append(b[:len(b)-2], `,"innererror":`...), x.maskedBytes(inner)...), "}}"...)
	}
	x.out = b
	return e.Status, b
}

func innerError(r *openai.Reader, body []byte) (found []byte) {
	r.Reset(body, true)
	if r.Kind() != '{' {
		return nil
	}
	for ok := r.Open('{'); ok && r.More(); {
		if r.Name() != "error" || r.Kind() != '{' {
			r.Skip()
			continue
		}
		for ok := r.Open('{'); ok && r.More(); {
			if r.Name() == "innererror" {
				found = r.Value()
			} else {
				r.Skip()
			}
		}
	}
	if r.End() != nil {
		return nil
	}
	return found
}

// Stream makes one thing right: Azure begins with a chunk without choices, for what the content filter says of the prompt, and clients that
// look for the first choice of each chunk break. The next chunk has it then. All else passes as it is.
func (azure) Stream(x *Exchange) Stream { return &azureStream{} }

type azureStream struct {
	framer Framer
	r      openai.Reader
	filter []byte // prompt_filter_results, which a chunk is to bring
	gone   bool   // the last event was taken out, with its end
	plain  bool   // all that comes passes
}

func (s *azureStream) Write(b, piece []byte) []byte {
	if s.plain {
		return append(b, piece...)
	}
	s.framer.Write(piece)
	for e, ok := s.framer.Next(); ok; e, ok = s.framer.Next() {
		b = s.event(b, &e)
		if s.plain {
			e, _ := s.framer.Rest()
			s.framer = Framer{}
			return append(b, e.Raw...)
		}
	}
	return b
}

func (s *azureStream) End(b []byte) []byte {
	if s.plain {
		return b
	}
	if e, ok := s.framer.Rest(); ok {
		b = s.event(b, &e)
	}
	return b
}

func (s *azureStream) State() State {
	if !s.plain && s.framer.Held() > 0 {
		return Open
	}
	return Over
}

func (s *azureStream) event(b []byte, e *Event) []byte {
	if e.Tail && s.gone {
		return b
	}
	s.gone = false
	if len(e.Data) == 0 || e.Data[0] != '{' {
		return append(b, e.Raw...)
	}
	choices, usage := false, false
	var filter []byte
	r := &s.r
	r.Reset(e.Data, true)
	for ok := r.Open('{'); ok && r.More(); {
		switch r.Name() {
		case "prompt_filter_results":
			filter = r.Value()
		case "choices":
			choices = !openai.Empty(r.Value())
		case "usage":
			usage = !openai.Empty(r.Value())
		default:
			r.Skip()
		}
	}
	switch {
	case r.End() != nil:
		return append(b, e.Raw...)
	case filter != nil && !choices && !usage:
		s.filter, s.gone = bytes.Clone(filter), true
		return b
	case !choices:
		return append(b, e.Raw...)
	}
	s.plain = true
	if s.filter == nil || filter != nil {
		return append(b, e.Raw...)
	}
	data := append([]byte(`{"prompt_filter_results":`), s.filter...)
	data = append(append(data, ','), bytes.TrimLeft(e.Data[1:], " \t\r\n")...)
	return e.Append(b, data)
}
