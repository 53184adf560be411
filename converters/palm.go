package converters

import (
	"strings"

	"github.com/usagepanda/usage-panda-envoy/converters/openai"
)

// palm speaks Google's PaLM API as Usage Panda's proxy did. Google has ended the service; Gemini has its place. Source: Usage Panda's
// documentation; Google's PaLM API reference, v1beta3, "generateText" and "generateMessage".
type palm struct{}

func (palm) Request(x *Exchange) (Outgoing, error) {
	model, method := "chat-bison-001", ":generateMessage"
	switch x.Endpoint {
	case openai.Chat:
	case openai.Completions:
		model, method = "text-bison-001", ":generateText"
	default:
		return Outgoing{}, x.elsewhere()
	}
	if strings.Contains(x.Model, "bison") {
		model = strings.TrimPrefix(x.Model, "models/")
	}
	if err := x.read(palmCan); err != nil {
		return Outgoing{}, err
	}
	w := &x.w
	w.B = w.B[:0]
	w.Open("", '{')
	w.Open("prompt", '{')
	var err error
	if x.Endpoint == openai.Chat {
		err = x.palmMessages(w)
	} else {
		w.Raw("text", x.chat.Messages[0].Parts[0].Text)
	}
	w.Close('{')
	if err == nil {
		err = x.palmSettings(w)
	}
	if err != nil {
		return Outgoing{}, err
	}
	w.Close('{')
	version := x.Provider.Version
	if version == "" {
		version = "v1beta3"
	}
	path := "/" + segment(version) + "/models/" + segment(model) + method + "?key=" + segment(x.Provider.Key)
	o := x.outgoing("generativelanguage.googleapis.com", path, Header{"content-type", "application/json"})
	o.Body = w.B
	return o, nil
}

func palmCan(field string) bool {
	switch field {
	case "temperature", "top_p", "n", "stop":
		return true
	}
	return false
}

// palmMessages writes a conversation: texts, and whose they are.
func (x *Exchange) palmMessages(w *openai.Writer) error {
	if len(x.chat.Tools) > 0 {
		return x.cannot("tools")
	}
	w.Open("messages", '[')
	for i := range x.chat.Messages {
		m := &x.chat.Messages[i]
		if len(m.Calls) > 0 {
			return x.refuse("messages", at(i)+".tool_calls: the provider palm has nothing like it")
		}
		w.Open("", '{')
		w.String("author", m.Role)
		w.Raw("content", nil)
		w.B = append(w.B, '"')
		for k := range m.Parts {
			if m.Parts[k].Kind != openai.TextPart {
				return x.part(&m.Parts[k], i)
			}
			w.B = append(w.B, openai.Inner(m.Parts[k].Text)...)
		}
		w.B = append(w.B, '"')
		w.Close('{')
	}
	w.Close('[')
	return nil
}

func (x *Exchange) palmSettings(w *openai.Writer) error {
	c := &x.chat
	if c.Temperature != nil {
		w.Raw("temperature", c.Temperature)
	}
	w.Int("candidateCount", max(c.N, 1))
	if c.TopP != nil {
		w.Raw("topP", c.TopP)
	}
	if x.Endpoint == openai.Chat { // it has no limit, and no end but its own
		if len(c.Stop) > 0 {
			if err := x.cannot("stop"); err != nil {
				return err
			}
		}
		if c.MaxTokens > 0 {
			return x.cannot("max_tokens")
		}
		return nil
	}
	if c.MaxTokens > 0 {
		w.Int("maxOutputTokens", c.MaxTokens)
	}
	if len(c.Stop) > 0 {
		w.Open("stopSequences", '[')
		for _, s := range c.Stop {
			w.Raw("", s)
		}
		w.Close('[')
	}
	return nil
}

// Answer converts an answer. PaLM counts no tokens.
func (palm) Answer(x *Exchange, status int, body []byte) (int, []byte) {
	if e := x.palmAnswer(status, body); e != nil {
		return x.refused(e)
	}
	return x.write()
}

// palmAnswer reads an answer.
func (x *Exchange) palmAnswer(status int, body []byte) *openai.Error {
	r := &x.r
	r.Reset(body, true)
	if status >= 300 {
		return x.geminiFailure(status, readFailure(r))
	}
	a := &x.answer
	a.reset()
	if a.id = []byte("chatcmpl-up"); x.Endpoint == openai.Completions {
		a.id = []byte("cmpl-up")
	}
	a.usage.known = true
	var candidates []byte
	if !r.Open('{') {
		return unreadable(errObject)
	}
	for r.More() {
		if r.Name() == "candidates" {
			candidates = r.Value()
		} else {
			r.Skip()
		}
	}
	if err := r.End(); err != nil {
		return unreadable(err)
	}
	r.Reset(candidates, true)
	for ok := r.Open('['); ok && r.More(); {
		v := r.Value()
		c := a.choice()
		c.finish = "stop"
		for _, name := range [...]string{"output", "content"} {
			if text := openai.Within(v, name); text != nil {
				c.text, c.said = append(c.text, openai.Inner(text)...), true
			}
		}
	}
	if len(a.choices) == 0 {
		return &openai.Error{Status: 502, Type: "palm_no_candidates", Message: "PaLM returned no candidates"}
	}
	return nil
}

// Stream says a whole answer as a stream, since PaLM has none.
func (palm) Stream(x *Exchange) Stream { return &palmStream{chunks: chunks{x: x}} }

type palmStream struct {
	chunks
	body []byte
}

func (s *palmStream) Write(b, piece []byte) []byte {
	if len(s.body)+len(piece) <= maxEvent {
		s.body = append(s.body, piece...)
	}
	return b
}

// State is Ended at any time: nothing is said before the end.
func (s *palmStream) State() State { return s.state(true) }

func (s *palmStream) End(b []byte) []byte {
	if e := s.x.palmAnswer(200, s.body); e != nil {
		return s.fail(b, e)
	}
	a := &s.x.answer
	s.begin(a.id, nil)
	s.usage = a.usage
	for i := range a.choices {
		b = s.text(b, i, "content", a.choices[i].text)
		b = s.finish(b, i, a.choices[i].finish)
	}
	return s.done(b)
}
