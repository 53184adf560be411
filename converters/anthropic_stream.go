package converters

import (
	"github.com/usagepanda/usage-panda-envoy/converters/openai"
)

func (anthropic) Stream(x *Exchange) Stream {
	return &sse{to: &anthropicStream{chunks: chunks{x: x}}}
}

// anthropicStream converts the events of one answer. Blocks come one after the other. Source: Anthropic's API reference, "Streaming messages".
type anthropicStream struct {
	chunks
	r    openai.Reader
	kind string // of the block that is open
}

// anthropicEvent is what an event may say.
type anthropicEvent struct {
	kind  string // its type
	block []byte
	delta anthropicDelta
	fault []byte
	start []byte // the message, which says nothing yet
}

// anthropicDelta is what an event adds. Texts are insides of literals.
type anthropicDelta struct {
	kind string
	text []byte // of any kind
	stop string
	why  string
}

func (s *anthropicStream) event(b, data []byte) []byte {
	if s.over {
		return b
	}
	r := &s.r
	r.Reset(data, true)
	var e anthropicEvent
	if !r.Open('{') {
		return s.garbled(b, errObject)
	}
	for r.More() {
		switch r.Name() {
		case "type":
			e.kind = r.Text()
		case "delta":
			e.delta = readAnthropicDelta(r)
		case "content_block":
			e.block = r.Value()
		case "message":
			e.start = r.Value()
		case "usage":
			readAnthropicUsage(r, &s.usage)
		case "error":
			e.fault = r.Value()
		default:
			r.Skip()
		}
	}
	if err := r.End(); err != nil {
		return s.garbled(b, err)
	}
	return s.say(b, &e)
}

func readAnthropicDelta(r *openai.Reader) (d anthropicDelta) {
	if !r.Open('{') {
		return d
	}
	for r.More() {
		switch r.Name() {
		case "type":
			d.kind = r.Text()
		case "text", "thinking", "partial_json", "signature":
			d.text = openai.Inner(r.Literal())
		case "stop_reason":
			d.stop = r.Text()
		case "stop_details":
			d.why = readDetails(r)
		default:
			r.Skip()
		}
	}
	return d
}

// say appends what an event says.
func (s *anthropicStream) say(b []byte, e *anthropicEvent) []byte {
	switch e.kind {
	case "content_block_delta":
		return s.delta(b, &e.delta)
	case "content_block_start":
		s.r.Reset(e.block, true)
		return s.block(b, readBlock(&s.r))
	case "content_block_stop":
		if s.kind == "tool_use" && !s.argued {
			b = s.piece(b, []byte("{}"))
		}
		s.kind = ""
	case "message_start":
		s.start(e.start)
		return s.text(b, 0, "content", nil)
	case "message_delta":
		if e.delta.stop == "" {
			return b
		}
		if e.delta.stop == "refusal" && e.delta.why != "" {
			b = s.text(b, 0, "refusal", inside(e.delta.why))
		}
		return s.finish(b, 0, anthropicFinish(e.delta.stop, s.x.format))
	case "message_stop":
		return s.done(b)
	case "error":
		s.r.Reset(e.fault, true)
		return s.fail(b, s.x.anthropicFailure(500, readFailure(&s.r)))
	}
	return b // ping, and what is new
}

func (s *anthropicStream) start(message []byte) {
	r := &s.r
	r.Reset(message, true)
	var id, model []byte
	if r.Open('{') {
		for r.More() {
			switch r.Name() {
			case "id":
				id = openai.Inner(r.Literal())
			case "model":
				model = openai.Inner(r.Literal())
			case "usage":
				readAnthropicUsage(r, &s.usage)
			default:
				r.Skip()
			}
		}
	}
	s.begin(id, model)
}

// block begins a block. Some bring a first piece along.
func (s *anthropicStream) block(b []byte, k block) []byte {
	s.kind, s.argued = "", false
	switch k.kind {
	case "text":
		s.kind = "text"
		if len(k.text) > 0 {
			b = s.text(b, 0, "content", k.text)
		}
	case "thinking":
		s.kind = "thinking"
		if len(k.text) > 0 {
			b = s.text(b, 0, "reasoning_content", k.text)
		}
	case "redacted_thinking":
		b = s.raw(b, 0, "thinking_blocks", append(append([]byte{'['}, k.raw...), ']'))
	case "tool_use":
		s.kind = "tool_use"
		if !s.x.format {
			b = s.call(b, 0, s.calls, k.id, k.name, nil)
			s.calls++
		}
		if !openai.Empty(k.input) {
			b = s.piece(b, openai.AppendNested(nil, k.input))
		}
	}
	return b
}

func (s *anthropicStream) delta(b []byte, d *anthropicDelta) []byte {
	switch d.kind {
	case "text_delta":
		return s.text(b, 0, "content", d.text)
	case "thinking_delta":
		return s.text(b, 0, "reasoning_content", d.text)
	case "signature_delta": // the client gives it back with what was thought
		w := openai.Writer{B: make([]byte, 0, len(d.text)+64)}
		w.Open("", '[')
		w.Open("", '{')
		w.Word("type", "thinking")
		w.Word("thinking", "")
		w.Inner("signature", d.text)
		w.Close('{')
		w.Close('[')
		return s.raw(b, 0, "thinking_blocks", w.B)
	case "input_json_delta":
		if s.kind == "tool_use" && len(d.text) > 0 {
			return s.piece(b, d.text)
		}
	}
	return b // citations_delta, and what is new
}

// close ends an answer that was not ended.
func (s *anthropicStream) close(b []byte) []byte { return s.cut(b) }

// State is Ended never: what comes last is said by the last event.
func (s *anthropicStream) State() State { return s.state(false) }
