package stream

import (
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/usagepanda/usage-panda-envoy/converters/openai"
)

// told is what the stats want of a streamed answer.
type told struct {
	first     time.Duration // when the first text came
	chars     int           // of all text that came
	head      []byte        // the answer without its texts and its usage: an object of JSON
	usage     []byte        // JSON; nil if the provider has told none
	completed int           // tokens: as the provider counts them, in the end estimated
	whole     *openai.Whole // the texts as they passed; nil if nobody wants them
	finished  bool
}

// maxTold is the most that is put together of a streamed answer, in bytes.
const maxTold = 1 << 20

// hear takes notice of what came.
func (t *told) hear(s *Stream, c *openai.Chunk) {
	s.stats.failed = s.stats.failed || c.Failed
	if t.head == nil && c.Endpoint != openai.Responses {
		t.head = s.head(c.Append(nil))
	}
	if c.Usage.Known {
		t.usage, t.completed = append(t.usage[:0], c.UsageRaw...), c.Usage.Completion
	}
	if t.first == 0 && len(c.Texts) > 0 && !c.Again {
		t.first = s.plugin.proxy.Now()
	}
}

// count counts a text that came.
func (t *told) count(c *openai.Chunk, text string) {
	if !c.Again {
		t.chars += utf8.RuneCountInString(text)
	}
}

// keep takes notice of what passes.
func (t *told) keep(s *Stream, c *openai.Chunk) {
	if response := c.Response(); response != nil {
		if c.Final && c.Usage.Known {
			s.keepResponse(response)
		}
		t.head = s.head(response)
	}
	if t.whole != nil {
		t.whole.Add(c)
	}
}

// head is an answer, or a chunk of one, without texts and usage.
func (s *Stream) head(answer []byte) []byte {
	p, err := s.skim(answer)
	if err != nil {
		return nil // cannot happen: it was read before
	}
	return p.Without(nil, func(name string) bool { return prose(name) || name == "usage" || name == "obfuscation" })
}

// charsPerToken is what OpenAI's documentation gives as the usual length of a token in English.
const charsPerToken = 4

// errTruncated says of a stream that it ended before its answer did, or that the rest of it could not be sent.
const errTruncated = "The provider's stream ended in the middle"

// finish notes, once, what the stats want of the stream as a whole.
func (t *streaming) finish(s *Stream) {
	if t.told.finished {
		return
	}
	t.told.finished = true
	if t.guard != nil {
		t.guard.End()
	}
	if s.response.ended && !t.over && (t.framer.Held() > 0 || len(t.held) > 0) { // trailers came, when no more of the body can be sent
		s.stats.fail(errTruncated)
	}
	if len(s.stats.response) == 0 && t.told.head != nil {
		s.stats.response = t.told.response(s)
	}
}

// response is the answer as it would have come whole. Where the provider has told no usage, it is estimated, and says so.
func (t *told) response(s *Stream) []byte {
	b := t.head[:len(t.head)-1]
	comma := func() {
		if len(b) > 1 {
			b = append(b, ',')
		}
	}
	if t.whole != nil {
		comma()
		b = t.whole.Append(b, s.exchange.Endpoint)
		if t.whole.Cut {
			b = append(b, `,"truncated":true`...)
		}
	}
	comma()
	b = append(b, `"usage":`...)
	if t.usage != nil {
		return append(append(b, t.usage...), '}')
	}
	tokens := func(chars int) int { return (chars + charsPerToken - 1) / charsPerToken }
	prompt := tokens(s.stats.promptChars)
	t.completed = tokens(t.chars)
	in, out := "prompt_tokens", "completion_tokens"
	if s.exchange.Endpoint == openai.Responses {
		in, out = "input_tokens", "output_tokens"
	}
	b = strconv.AppendInt(append(append(append(b, `{"`...), in...), `":`...), int64(prompt), 10)
	b = strconv.AppendInt(append(append(append(b, `,"`...), out...), `":`...), int64(t.completed), 10)
	b = strconv.AppendInt(append(b, `,"total_tokens":`...), int64(prompt+t.completed), 10)
	return append(b, `,"estimated":true}}`...)
}
