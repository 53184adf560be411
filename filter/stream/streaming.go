package stream

import (
	"bytes"
	"slices"
	"strconv"
	"time"

	"github.com/usagepanda/usage-panda-envoy/converters"
	"github.com/usagepanda/usage-panda-envoy/converters/openai"
	"github.com/usagepanda/usage-panda-envoy/policy"
)

// streaming is a streamed answer. Each event passes as soon as it is complete, whatever the guard keeps back of its text: that goes with the
// next event of the same text, or before the event that ends it.
type streaming struct {
	framer   converters.Framer
	guard    *policy.Guard // nil if no policy wants the answer
	hide     bool          // the usage was asked for by us
	over     bool          // we ended it: what still comes is dropped
	finished bool          // the stats have it
	last     map[uint64]last

	first     time.Time // when the first text came
	chars     int       // of all text, in bytes
	head      []byte    // the first chunk without its choices
	response  []byte    // the whole response that the last event brings
	usage     []byte
	completed int // tokens, as the provider counts them
	said      transcript
}

// last is the last event of a text of which something is held back.
type last struct {
	message int
	event   converters.Event
	data    []byte
	text    int // its number in the chunk
}

// maxEvent is the size in bytes of the largest event that is judged.
const maxEvent = 4 << 20

// streamed begins a streamed answer, whose headers have not left yet.
func (s *Stream) streamed(wanted bool) {
	t := &streaming{hide: s.streams && !s.asksUsage, last: map[uint64]last{}}
	if wanted {
		t.guard = s.engine.Guard(&s.exchange)
	}
	t.said.on = s.engine.LogResponse.On
	if t.guard != nil || t.hide {
		s.host.RemoveHeader(Response, "content-length")
	}
	s.streaming = t
}

// stream takes a piece of a streamed answer, and changes what passes of it.
func (s *Stream) stream(size int, end bool) {
	t := s.streaming
	if t.over {
		if size > 0 {
			s.host.SetBody(Response, nil)
		}
		return
	}
	if size == 0 && !end {
		return
	}
	piece := s.host.Body(Response, size)
	whole := t.framer.Held() == 0 // nothing of an earlier piece passes with this one
	t.framer.Write(piece)
	out := output{piece: piece}
	for e, ok := t.framer.Next(); ok && !t.over; e, ok = t.framer.Next() {
		s.event(e, &out)
	}
	if t.guard != nil && !t.over && t.framer.Held() > maxEvent {
		s.breakOff(&out, "The provider's stream has an event that is larger than is judged")
	}
	if end && !t.over {
		if e, ok := t.framer.Rest(); ok {
			s.event(e, &out)
		}
		s.flush(&out, func(int) bool { return true })
	}
	if t.guard == nil && !t.hide {
		return // it was only read
	}
	if !whole || t.framer.Held() > 0 || out.edited || t.over {
		s.host.SetBody(Response, out.bytes())
	}
}

// output is what passes of a piece: the piece itself, until something differs.
type output struct {
	piece  []byte
	same   int // so many bytes of the piece pass as they came
	edited bool
	b      []byte
}

// pass adds an event that passes as it came.
func (o *output) pass(e converters.Event) {
	if !o.edited {
		if o.same+len(e.Raw) <= len(o.piece) && len(e.Raw) > 0 && &o.piece[o.same] == &e.Raw[0] {
			o.same += len(e.Raw)
			return
		}
		o.edit()
	}
	o.b = append(o.b, e.Raw...)
}

// add adds bytes that were not in the piece.
func (o *output) add(b []byte) {
	o.edit()
	o.b = append(o.b, b...)
}

func (o *output) edit() {
	if !o.edited {
		o.edited = true
		o.b = append(make([]byte, 0, len(o.piece)+64), o.piece[:o.same]...)
	}
}

func (o *output) bytes() []byte {
	if o.edited {
		return o.b
	}
	return o.piece[:o.same]
}

var doneData = []byte("[DONE]")

// event takes one event.
func (s *Stream) event(e converters.Event, out *output) {
	t := s.streaming
	if len(e.Data) == 0 || bytes.Equal(e.Data, doneData) {
		if e.Odd && t.guard != nil {
			s.breakOff(out, "The provider's stream is no event stream, so that no policy could judge it")
			return
		}
		if len(e.Data) > 0 {
			s.flush(out, func(int) bool { return true })
		}
		if !t.over {
			out.pass(e)
		}
		return
	}
	c, err := openai.ParseChunk(s.exchange.Endpoint, e.Data)
	if err != nil {
		if t.guard != nil {
			s.breakOff(out, "The provider's stream has an event that is not a JSON object, so that no policy could judge it")
			return
		}
		out.pass(e)
		return
	}
	s.learnFrom(c)
	if t.hide && c.Empty && c.Usage.Known {
		out.edit() // the client has not asked for it
		return
	}
	if t.guard != nil && !c.Failed && !s.guarded(c, e, out) {
		return
	}
	if c.Edited() {
		out.add(e.With(c.Bytes()))
	} else {
		out.pass(e)
	}
}

// guarded judges the texts of a chunk. false means that it must not pass.
func (s *Stream) guarded(c *openai.Chunk, e converters.Event, out *output) bool {
	t := s.streaming
	ends := func(message int) bool { return c.EndsAll || slices.Contains(c.Ends, message) }
	for i, text := range c.Texts {
		piece := c.Text(i)
		var pass string
		var ok bool
		if c.Again {
			pass, ok = t.guard.Whole(piece)
		} else {
			pass, ok = t.guard.Piece(text.Key, piece, ends(text.Message))
		}
		if !ok {
			s.block(out)
			return false
		}
		if !c.Again {
			t.said.add(text, pass)
			if t.guard.Held(text.Key) {
				t.last[text.Key] = last{text.Message, converters.Event{Raw: slices.Clone(e.Raw), Data: slices.Clone(e.Data)}, nil, i}
			} else if len(t.last) > 0 {
				delete(t.last, text.Key)
			}
		}
		if pass != piece {
			c.Rewrite(i, pass)
		}
	}
	if c.EndsAll || len(c.Ends) > 0 {
		s.flush(out, ends)
	}
	return !t.over
}

// flush lets what is held back of texts pass that have ended, in events of their own.
func (s *Stream) flush(out *output, ended func(message int) bool) {
	t := s.streaming
	if t.guard == nil {
		return
	}
	for key, l := range t.last {
		if !ended(l.message) || t.over {
			continue
		}
		delete(t.last, key)
		pass, ok := t.guard.Piece(key, "", true)
		if !ok {
			s.block(out)
			return
		}
		if c, err := openai.ParseChunk(s.exchange.Endpoint, l.event.Data); err == nil && pass != "" {
			t.said.add(c.Texts[l.text], pass)
			out.add(l.event.With(c.Piece(l.text, pass)))
		}
	}
}

// block ends the stream with the refusal.
func (s *Stream) block(out *output) {
	s.end(out, s.blocked())
}

// breakOff ends the stream because it cannot be judged.
func (s *Stream) breakOff(out *output, reason string) {
	s.end(out, &openai.Error{Status: 502, Type: "server_error", Message: reason})
}

// end ends the stream with an error in the API's own form. The provider is cut off, so that no more is paid for; not in this callback,
// since the error has to leave first.
func (s *Stream) end(out *output, e *openai.Error) {
	s.stats.fail(e.Message)
	out.add(openai.ErrorEvents(s.exchange.Endpoint, e))
	s.streaming.over = true
	s.plugin.cut(s)
}

// learnFrom notes what the stats want of a chunk.
func (s *Stream) learnFrom(c *openai.Chunk) {
	t := s.streaming
	if c.Failed {
		s.stats.failed = true
	}
	if t.head == nil && s.exchange.Endpoint != openai.Responses {
		t.head = c.Without(func(name string) bool { return prose(name) || name == "usage" || name == "obfuscation" })
	}
	if c.Response != nil && c.EndsAll {
		t.response = c.Response
	}
	if c.Usage.Known {
		t.usage, t.completed = slices.Clone(c.UsageRaw), c.Usage.Completion
	}
	if c.Again || len(c.Texts) == 0 {
		return
	}
	if t.first.IsZero() {
		t.first = s.plugin.proxy.Now()
	}
	for i, text := range c.Texts {
		t.chars += len(c.Text(i))
		if t.guard == nil {
			t.said.add(text, c.Text(i))
		}
	}
}

// charsPerToken is what OpenAI's documentation gives as the usual length of a token in English.
const charsPerToken = 4

// finish notes, once, what the stats want of the stream as a whole.
func (t *streaming) finish(s *Stream) {
	if t.finished {
		return
	}
	t.finished = true
	if t.guard != nil {
		t.guard.End()
	}
	if t.response != nil {
		s.stats.keepResponse(t.response, s.engine.LogResponse.On)
		return
	}
	if t.head == nil {
		return
	}
	b := slices.Clone(t.head[:len(t.head)-1])
	comma := func() {
		if len(b) > 1 {
			b = append(b, ',')
		}
	}
	if t.said.on {
		comma()
		b = append(append(b, `"choices":`...), t.said.choices()...)
	}
	comma()
	b = append(b, `"usage":`...)
	if t.usage != nil {
		b = append(b, t.usage...)
	} else {
		t.completed = (t.chars + charsPerToken - 1) / charsPerToken
		prompt := (s.stats.promptChars + charsPerToken - 1) / charsPerToken
		b = strconv.AppendInt(append(b, `{"prompt_tokens":`...), int64(prompt), 10)
		b = strconv.AppendInt(append(b, `,"completion_tokens":`...), int64(t.completed), 10)
		b = strconv.AppendInt(append(b, `,"total_tokens":`...), int64(prompt+t.completed), 10)
		b = append(b, `,"estimated":true}`...)
	}
	s.stats.response = append(b, '}')
}
