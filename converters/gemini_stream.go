package converters

import (
	"github.com/usagepanda/usage-panda-envoy/converters/openai"
)

func (g gemini) Stream(x *Exchange) Stream { return &sse{to: &geminiStream{chunks: chunks{x: x}}} }

// geminiStream converts the events of one answer, each an answer with the next parts. The last says why it ended; there is no other end.
type geminiStream struct {
	chunks
	r, in  openai.Reader
	called [8]int // the calls of each candidate
	open   int    // candidates that have begun
	ended  int
}

func (s *geminiStream) event(b, data []byte) []byte {
	if s.over {
		return b
	}
	r := &s.r
	r.Reset(data, true)
	got := geminiContent{usage: s.usage}
	if r.Kind() != '{' {
		return s.garbled(b, errObject)
	}
	readGemini(r, &got)
	if err := r.End(); err != nil {
		return s.garbled(b, err)
	}
	if got.failed {
		return s.fail(b, s.x.geminiFailure(500, got.fault))
	}
	s.usage = got.usage
	if s.head == nil {
		s.begin(got.id, got.model)
	}
	if got.candidates == nil {
		if got.blocked != "" && s.ended == 0 {
			s.open, s.ended = 1, 1
			b = s.text(b, 0, "refusal", inside(blockedWords(got.blocked)))
			b = s.finish(b, 0, "content_filter")
		}
		return b
	}
	r.Reset(got.candidates, true)
	for ok := r.Open('['); ok && r.More(); {
		c := readCandidate(r)
		b = s.candidate(b, &c)
	}
	return b
}

func (s *geminiStream) candidate(b []byte, c *geminiCandidate) []byte {
	c.index = min(c.index, len(s.called)-1)
	s.open = max(s.open, c.index+1)
	s.logprobs = c.logprobs
	in := &s.in
	in.Reset(c.parts, true)
	for ok := in.Open('['); ok && in.More(); {
		p := readGeminiPart(in)
		switch {
		case p.called:
			if p.call.id == nil {
				p.call.id = s.x.callID(s.calls)
			}
			s.extra = p.call.extra
			b = s.call(b, c.index, s.called[c.index], p.call.id, p.call.name, openai.AppendNested(nil, p.call.arguments))
			s.calls++
			s.called[c.index]++
		case len(p.text) == 0:
		case p.thought:
			b = s.text(b, c.index, "reasoning_content", p.text)
		default:
			b = s.text(b, c.index, "content", p.text)
		}
	}
	if c.finish != "" {
		s.ended++
		b = s.finish(b, c.index, geminiFinish(c.finish, s.called[c.index] > 0))
	}
	return b
}

func (s *geminiStream) close(b []byte) []byte {
	if s.State() == Open {
		return s.cut(b)
	}
	return s.done(b)
}

func (s *geminiStream) State() State { return s.state(s.open > 0 && s.ended >= s.open) }
