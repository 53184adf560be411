package converters

import (
	"github.com/usagepanda/usage-panda-envoy/converters/openai"
)

// usage is what a provider has counted, in tokens.
type usage struct {
	known      bool
	prompt     int // all of the input
	cached     int // of it, read from a cache
	written    int // of it, written to a cache
	completion int // all of the output
	reasoning  int // of it, not shown
}

// answer is a whole answer. Texts are insides of string literals: pieces are put together as they came.
type answer struct {
	id, model []byte
	choices   []choice
	usage     usage
}

// choice is one of the answer's choices.
type choice struct {
	text, reasoning, refusal []byte
	said                     bool // it has a text, be it empty
	thinking                 []byte
	calls                    []call
	logprobs                 []byte // JSON; nil is null
	finish                   string
}

// call is a call of a tool.
type call struct {
	id, name  []byte // insides of literals
	arguments []byte // JSON
	extra     []byte // JSON; nil if there is none
}

// reset makes the answer as new, but for its room.
func (a *answer) reset() {
	a.id, a.model, a.usage = nil, nil, usage{}
	a.choices = a.choices[:0]
}

// choice adds a choice.
//
//go:noinline
func (a *answer) choice() *choice {
	n := len(a.choices)
	if n < cap(a.choices) {
		a.choices = a.choices[:n+1]
		c := &a.choices[n]
		*c = choice{text: c.text[:0], reasoning: c.reasoning[:0], refusal: c.refusal[:0], thinking: c.thinking[:0], calls: c.calls[:0]}
	} else {
		a.choices = append(a.choices, choice{})
	}
	return &a.choices[n]
}

// write writes the answer in OpenAI's form.
func (x *Exchange) write() (int, []byte) {
	a := &x.answer
	w := openai.Writer{B: x.out[:0]}
	w.Open("", '{')
	x.heading(&w, a.id, a.model, false)
	w.Open("choices", '[')
	for i := range a.choices {
		c := &a.choices[i]
		w.Open("", '{')
		w.Int("index", i)
		if x.Endpoint == openai.Completions {
			w.Inner("text", c.text)
		} else {
			c.message(&w)
		}
		if c.logprobs == nil {
			c.logprobs = null
		}
		w.Raw("logprobs", c.logprobs)
		w.Word("finish_reason", c.finish)
		w.Close('{')
	}
	w.Close('[')
	if a.usage.known {
		a.usage.write(&w)
	}
	w.Close('{')
	x.out = w.B
	return 200, w.B
}

var null = []byte("null")

// heading writes what an answer and each of its chunks begin with.
func (x *Exchange) heading(w *openai.Writer, id, model []byte, chunk bool) {
	completion := x.Endpoint == openai.Completions
	switch {
	case len(id) > 0:
		w.Inner("id", id)
	case completion:
		w.String("id", "cmpl-"+x.ID)
	default:
		w.String("id", "chatcmpl-"+x.ID)
	}
	switch {
	case completion:
		w.Word("object", "text_completion")
	case chunk:
		w.Word("object", "chat.completion.chunk")
	default:
		w.Word("object", "chat.completion")
	}
	w.Int("created", int(x.Created))
	if len(model) > 0 {
		w.Inner("model", model)
	} else {
		w.String("model", x.Model)
	}
}

func (c *choice) message(w *openai.Writer) {
	w.Open("message", '{')
	w.Word("role", "assistant")
	if len(c.text) > 0 || c.said && len(c.calls) == 0 && len(c.refusal) == 0 {
		w.Inner("content", c.text)
	} else {
		w.Raw("content", null)
	}
	if len(c.refusal) > 0 {
		w.Inner("refusal", c.refusal)
	} else {
		w.Raw("refusal", null)
	}
	if len(c.reasoning) > 0 {
		w.Inner("reasoning_content", c.reasoning)
	}
	if len(c.thinking) > 0 {
		w.Open("thinking_blocks", '[')
		w.B = append(w.B, c.thinking...)
		w.Close('[')
	}
	if len(c.calls) > 0 {
		w.Open("tool_calls", '[')
		for _, t := range c.calls {
			w.Open("", '{')
			w.Inner("id", t.id)
			w.Word("type", "function")
			w.Open("function", '{')
			w.Inner("name", t.name)
			w.Nested("arguments", t.arguments)
			w.Close('{')
			if t.extra != nil {
				w.Raw("extra_content", t.extra)
			}
			w.Close('{')
		}
		w.Close('[')
	}
	w.Close('{')
}

// write writes the usage as a member.
func (u usage) write(w *openai.Writer) {
	w.Open("usage", '{')
	w.Int("prompt_tokens", u.prompt)
	w.Int("completion_tokens", u.completion)
	w.Int("total_tokens", u.prompt+u.completion)
	w.Open("prompt_tokens_details", '{')
	w.Int("cached_tokens", u.cached)
	if u.written > 0 {
		w.Int("cache_write_tokens", u.written)
	}
	w.Close('{')
	w.Open("completion_tokens_details", '{')
	w.Int("reasoning_tokens", u.reasoning)
	w.Close('{')
	w.Close('{')
}

// inside is a text as the inside of a string literal.
func inside(text string) []byte { return openai.Inner(openai.AppendQuote(nil, text)) }
