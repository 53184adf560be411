package converters

import (
	"strconv"

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
	x.choices[0] = len(w.B)
	w.B = append(w.B, `,"choices":[`...)
	for i := range a.choices {
		c := &a.choices[i]
		w.Open("", '{')
		w.B = strconv.AppendInt(append(w.B, `"index":`...), int64(i), 10)
		if x.Endpoint == openai.Completions {
			w.Inner("text", c.text)
		} else {
			c.message(&w)
		}
		if c.logprobs == nil {
			c.logprobs = null
		}
		b := append(append(w.B, `,"logprobs":`...), c.logprobs...)
		w.B = append(append(append(b, `,"finish_reason":"`...), c.finish...), `"}`...)
	}
	w.Close('[')
	x.choices[1] = len(w.B)
	if a.usage.known {
		a.usage.write(&w)
	}
	w.Close('{')
	x.out = w.B
	return 200, w.B
}

// Outlined tells whether Answer has made a whole answer of another provider's, and not an error.
func (x *Exchange) Outlined() bool { return x.choices[1] > 0 }

// Outline appends that answer without its choices.
func (x *Exchange) Outline(b []byte) []byte {
	return append(append(b, x.out[:x.choices[0]]...), x.out[x.choices[1]:]...)
}

var null = []byte("null")

// heading writes what an answer and each of its chunks begin with.
func (x *Exchange) heading(w *openai.Writer, id, model []byte, chunk bool) {
	completion := x.Endpoint == openai.Completions
	b := append(w.B, `"id":"`...)
	switch {
	case len(id) > 0:
		b = append(b, id...)
	case completion:
		b = append(append(b, "cmpl-"...), x.ID()...)
	default:
		b = append(append(b, "chatcmpl-"...), x.ID()...)
	}
	switch {
	case completion:
		b = append(b, `","object":"text_completion","created":`...)
	case chunk:
		b = append(b, `","object":"chat.completion.chunk","created":`...)
	default:
		b = append(b, `","object":"chat.completion","created":`...)
	}
	b = append(strconv.AppendInt(b, x.Created, 10), `,"model":`...)
	if len(model) > 0 {
		w.B = append(append(append(b, '"'), model...), '"')
	} else {
		w.B = openai.AppendQuote(b, x.Model)
	}
}

func (c *choice) message(w *openai.Writer) {
	b := append(w.B, `,"message":{"role":"assistant","content":`...)
	if len(c.text) > 0 || c.said && len(c.calls) == 0 && len(c.refusal) == 0 {
		b = append(append(append(b, '"'), c.text...), '"')
	} else {
		b = append(b, null...)
	}
	if len(c.refusal) > 0 {
		w.B = append(append(append(b, `,"refusal":"`...), c.refusal...), '"')
	} else {
		w.B = append(b, `,"refusal":null`...)
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

// write writes the usage as a member, behind another one.
func (u usage) write(w *openai.Writer) {
	b := appendCount(w.B, `,"usage":{"prompt_tokens":`, u.prompt)
	b = appendCount(b, `,"completion_tokens":`, u.completion)
	b = appendCount(b, `,"total_tokens":`, u.prompt+u.completion)
	b = appendCount(b, `,"prompt_tokens_details":{"cached_tokens":`, u.cached)
	if u.written > 0 {
		b = appendCount(b, `,"cache_write_tokens":`, u.written)
	}
	b = appendCount(b, `},"completion_tokens_details":{"reasoning_tokens":`, u.reasoning)
	w.B = append(b, "}}"...)
}

// appendCount appends a number behind what says of what.
func appendCount(b []byte, of string, n int) []byte {
	b = append(b, of...)
	if n == 0 {
		return append(b, '0')
	}
	return strconv.AppendInt(b, int64(n), 10)
}

// inside is a text as the inside of a string literal.
func inside(text string) []byte { return openai.Inner(openai.AppendQuote(nil, text)) }
