package converters

import (
	"github.com/usagepanda/usage-panda-envoy/converters/openai"
)

func (bedrock) Stream(x *Exchange) Stream { return &bedrockStream{chunks: chunks{x: x}} }

// bedrockStream converts the messages of one answer. Blocks come one after the other; what they cost comes behind the end.
type bedrockStream struct {
	chunks
	framer  awsFramer
	r       openai.Reader
	calling bool // a call is open
	stopped bool
}

func (s *bedrockStream) Write(b, piece []byte) []byte {
	if s.over {
		return b
	}
	s.framer.Write(piece)
	for !s.over {
		m, ok, err := s.framer.Next()
		switch {
		case err != nil:
			b = s.garbled(b, err)
		case !ok:
			return b
		default:
			b = s.message(b, &m)
		}
	}
	s.framer = awsFramer{}
	return b
}

func (s *bedrockStream) End(b []byte) []byte {
	if s.State() == Open {
		return s.cut(b)
	}
	return s.done(b)
}

func (s *bedrockStream) State() State { return s.state(s.stopped && s.framer.Held() == 0) }

func (s *bedrockStream) message(b []byte, m *awsMessage) []byte {
	r := &s.r
	r.Reset(m.payload, true)
	if m.kind != "event" {
		f := readFailure(r)
		if f.kind = m.name; f.message == "" {
			f.message = m.message
		}
		return s.fail(b, s.x.bedrockFailure(500, f))
	}
	var delta, start []byte
	if !r.Open('{') {
		return s.garbled(b, errObject)
	}
	stop := ""
	for r.More() {
		switch r.Name() {
		case "delta":
			delta = r.Value()
		case "start":
			start = r.Value()
		case "stopReason":
			stop = r.Text()
		case "usage":
			readBedrockUsage(r, &s.usage)
		default:
			r.Skip()
		}
	}
	if err := r.End(); err != nil {
		return s.garbled(b, err)
	}
	switch m.name {
	case "messageStart":
		return s.text(b, 0, "content", nil)
	case "contentBlockStart":
		if use := openai.Within(start, "toolUse"); use != nil {
			s.calling, s.argued = true, false
			if !s.x.format {
				t := readToolUse(use)
				b = s.call(b, 0, s.calls, t.id, t.name, nil)
				s.calls++
			}
		}
	case "contentBlockDelta":
		return s.delta(b, delta)
	case "contentBlockStop":
		if s.calling && !s.argued {
			b = s.piece(b, []byte("{}"))
		}
		s.calling = false
	case "messageStop":
		s.stopped = true
		return s.finish(b, 0, bedrockFinish(stop, s.x.format))
	case "metadata":
		if s.stopped {
			return s.done(b)
		}
	}
	return b
}

// delta adds what a message adds.
func (s *bedrockStream) delta(b, v []byte) []byte {
	r := &s.r
	r.Reset(v, true)
	if !r.Open('{') {
		return b
	}
	for r.More() {
		switch r.Name() {
		case "text":
			b = s.text(b, 0, "content", openai.Inner(r.Literal()))
		case "toolUse":
			if input := openai.Inner(openai.Within(r.Value(), "input")); len(input) > 0 && s.calling {
				b = s.piece(b, input)
			}
		case "reasoningContent":
			v := r.Value()
			if text := openai.Within(v, "text"); text != nil {
				b = s.text(b, 0, "reasoning_content", openai.Inner(text))
				continue
			}
			signature, redacted := openai.Within(v, "signature"), openai.Within(v, "redactedContent")
			if signature != nil || redacted != nil {
				b = s.raw(b, 0, "thinking_blocks", append(thought([]byte{'['}, nil, signature, redacted), ']'))
			}
		default:
			r.Skip()
		}
	}
	return b
}
