package converters

import (
	"errors"
	"strconv"

	"github.com/usagepanda/usage-panda-envoy/converters/openai"
)

// chunks writes a streamed answer in OpenAI's form.
type chunks struct {
	x     *Exchange
	head  []byte // what each chunk begins with
	begun uint64 // the choices that have said whose they are, a bit each
	calls int    // of tools, until now
	usage usage
	over  bool // nothing may follow

	argued bool // the call that is open has had a piece of its arguments

	logprobs []byte // for the next chunk; JSON
	extra    []byte // for the next call; JSON
}

// begin takes the answer's id and model, insides of literals.
func (c *chunks) begin(id, model []byte) {
	w := openai.Writer{B: append(c.head[:0], "data: {"...)}
	c.x.heading(&w, id, model, true)
	c.head = append(w.B, `,"choices":[`...)
}

// open begins a chunk with a choice, up to its delta's members.
func (c *chunks) open(b []byte, choice int) openai.Writer {
	if c.head == nil {
		c.begin(nil, nil)
	}
	w := openai.Writer{B: strconv.AppendInt(append(append(b, c.head...), `{"index":`...), int64(choice), 10)}
	if c.x.Endpoint == openai.Completions {
		return w
	}
	w.B = append(w.B, `,"delta":{`...)
	if bit := uint64(1) << (choice & 63); c.begun&bit == 0 {
		c.begun |= bit
		w.Word("role", "assistant")
	}
	return w
}

// end ends a chunk that open has begun.
func (c *chunks) end(w openai.Writer, finish string) []byte {
	if c.x.Endpoint != openai.Completions {
		w.Close('{')
	}
	if c.logprobs != nil {
		w.Raw("logprobs", c.logprobs)
		c.logprobs = nil
	}
	if finish == "" {
		return append(w.B, `,"finish_reason":null}]}`+"\n\n"...)
	}
	return append(append(append(w.B, `,"finish_reason":"`...), finish...), `"}]}`+"\n\n"...)
}

// text adds a piece of a choice's text: content, reasoning_content or refusal.
func (c *chunks) text(b []byte, choice int, name string, inner []byte) []byte {
	if c.x.Endpoint == openai.Completions {
		if name != "content" {
			return b
		}
		name = "text"
	}
	w := c.open(b, choice)
	w.Inner(name, inner)
	return c.end(w, "")
}

// raw adds a member of a choice's delta that is JSON.
func (c *chunks) raw(b []byte, choice int, name string, v []byte) []byte {
	if c.x.Endpoint == openai.Completions {
		return b
	}
	w := c.open(b, choice)
	from := len(w.B)
	w.Raw(name, v)
	for i := from; i < len(w.B); i++ { // a line's end would end the event's data; in JSON it is a space
		if w.B[i] == '\n' || w.B[i] == '\r' {
			w.B[i] = ' '
		}
	}
	return c.end(w, "")
}

// call begins a call of a tool: its number, its id and name, and the first piece of its arguments, all but the number insides of literals.
func (c *chunks) call(b []byte, choice, n int, id, name, arguments []byte) []byte {
	if c.x.Endpoint == openai.Completions {
		return b
	}
	w := c.open(b, choice)
	w.Open("tool_calls", '[')
	w.Open("", '{')
	w.Int("index", n)
	if id != nil {
		w.Inner("id", id)
		w.Word("type", "function")
	}
	w.Open("function", '{')
	if name != nil {
		w.Inner("name", name)
	}
	w.Inner("arguments", arguments)
	w.Close('{')
	if c.extra != nil {
		w.Raw("extra_content", c.extra)
		c.extra = nil
	}
	w.Close('{')
	w.Close('[')
	return c.end(w, "")
}

// finish ends a choice.
func (c *chunks) finish(b []byte, choice int, reason string) []byte {
	w := c.open(b, choice)
	if c.x.Endpoint == openai.Completions {
		w.Word("text", "")
	}
	return c.end(w, reason)
}

// done ends the stream: with the usage, if the client wants it.
func (c *chunks) done(b []byte) []byte {
	if c.over {
		return b
	}
	c.over = true
	if c.x.chat.IncludeUsage && c.usage.known {
		if c.head == nil {
			c.begin(nil, nil)
		}
		w := openai.Writer{B: append(append(b, c.head...), ']')}
		c.usage.write(&w)
		b = append(w.B, "}\n\n"...)
	}
	return append(b, "data: [DONE]\n\n"...)
}

// fail ends the stream with an error.
func (c *chunks) fail(b []byte, e *openai.Error) []byte {
	if c.over {
		return b
	}
	c.over = true
	return append(b, openai.ErrorEvents(c.x.Endpoint, e)...)
}

// cut ends the stream where the provider has not.
func (c *chunks) cut(b []byte) []byte {
	return c.fail(b, &openai.Error{Status: 502, Type: "server_error", Code: "bad_gateway", Message: "The provider's stream ended before its answer did"})
}

// garbled ends the stream where it cannot be read.
func (c *chunks) garbled(b []byte, err error) []byte {
	return c.fail(b, &openai.Error{Status: 502, Type: "server_error", Code: "bad_gateway", Message: "The provider's stream cannot be read: " + err.Error()})
}

// state is the state of an answer that may be complete, or not.
func (c *chunks) state(ended bool) State {
	switch {
	case c.over:
		return Over
	case ended:
		return Ended
	}
	return Open
}

// reader converts the messages of a provider's stream, each of them whole.
type reader interface {
	event(b, data []byte) []byte
	close(b []byte) []byte
	garbled(b []byte, err error) []byte
	State() State
}

// sse is a stream of server-sent events.
type sse struct {
	framer Framer
	to     reader
	dead   bool // it is not listened to any more
}

// maxEvent is the size in bytes of the largest message of a stream that is waited for: a picture in one is a few MB.
const maxEvent = 16 << 20

var errLarge = errors.New("a message of more than 16 MB")

func (s *sse) Write(b, piece []byte) []byte {
	if s.dead {
		return b
	}
	s.framer.Write(piece)
	for e, ok := s.framer.Next(); ok; e, ok = s.framer.Next() {
		if len(e.Data) > 0 {
			b = s.to.event(b, e.Data)
		}
	}
	if s.framer.Held() > maxEvent {
		b, s.dead = s.to.garbled(b, errLarge), true
		s.framer = Framer{}
	}
	return b
}

func (s *sse) End(b []byte) []byte {
	if e, ok := s.framer.Rest(); ok && len(e.Data) > 0 {
		b = s.to.event(b, e.Data)
	}
	return s.to.close(b)
}

func (s *sse) State() State { return s.to.State() }

var errObject = errors.New("it is not a JSON object")

// piece adds to the arguments of the call that is open. Those of a tool that stands for the answer's format are the answer's text.
func (c *chunks) piece(b, inner []byte) []byte {
	c.argued = true
	if c.x.format {
		return c.text(b, 0, "content", inner)
	}
	return c.call(b, 0, c.calls-1, nil, nil, inner)
}
