package stream

import (
	"bytes"

	"github.com/usagepanda/usage-panda-envoy/converters"
	"github.com/usagepanda/usage-panda-envoy/converters/openai"
	"github.com/usagepanda/usage-panda-envoy/policy"
)

// streaming is a streamed answer. Each event passes as soon as it is complete, whatever the guard keeps back of its text: that goes with the
// next event of the same text, or before the event that ends it.
type streaming struct {
	framer  converters.Framer
	guard   *policy.Guard // nil if no policy wants the answer
	hide    bool          // the usage was asked for by us
	over    bool          // we ended it: what still comes is dropped
	said    bool          // its last event has passed, at which clients hang up
	dropped bool          // the last event did not pass
	held    []held        // texts of which something is kept back, in the order of their last events
	shapes  openai.Shapes
	told    told
}

// scratch is what all streams of a plugin use while they take a piece, one after the other.
type scratch struct {
	chunk openai.Chunk
	data  []byte // a changed chunk
	out   []byte // what passes in the place of the piece
}

// streamed begins a streamed answer, whose headers have not left yet.
func (s *Stream) streamed(wanted bool) {
	t := &streaming{hide: s.streams && !s.asksUsage}
	if wanted {
		t.guard = s.engine.Guard(&s.exchange)
	}
	s.dropRequest() // it may be large, and streams long; the guard has what it needs
	if s.engine.LogResponse.On {
		t.told.whole = &openai.Whole{Limit: maxTold}
	}
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
	piece := s.host.Piece(Response, size)
	converted := s.route != nil && s.route.stream != nil
	if converted {
		piece = s.route.convertPiece(piece, end)
	}
	var out *output
	if t.guard != nil || t.hide || converted { // else it is only read
		out = &output{piece: piece, room: s.plugin.scratch.out, behind: t.framer.Held() > 0}
	}
	if e, ok := t.framer.Whole(piece); ok {
		s.event(e, out, false)
	} else {
		t.framer.Write(piece)
		for e, ok := t.framer.Next(); ok && !t.over; e, ok = t.framer.Next() {
			s.event(e, out, false)
		}
	}
	if converted && !t.over && s.route.silent > s.maxBody() || t.guard != nil && !t.over && t.framer.Held() > s.maxBody() {
		s.breakOff(out, "The provider's stream has an event that is larger than is judged")
	}
	if end && !t.over {
		e, ok := t.framer.Rest()
		if !ok || len(e.Data) == 0 { // nothing can be sent behind what lacks its end
			s.flush(out, nil)
		}
		if ok && !t.over {
			s.event(e, out, true)
		}
		if !t.over {
			s.flush(out, nil)
		}
	}
	if out == nil {
		return
	}
	if b, changed := out.bytes(); changed || converted && (size > 0 || len(b) > 0) {
		s.putPiece(b)
		if out.edited { // else it is the piece, whose room is not ours
			s.plugin.scratch.keep(b)
		}
	}
}

var doneData = []byte("[DONE]")

// event takes one event; the last one may lack its end.
func (s *Stream) event(e converters.Event, out *output, last bool) {
	t := s.streaming
	if e.Tail && t.dropped {
		out.drop()
		return
	}
	t.dropped = false
	switch {
	case len(e.Data) == 0 && e.Odd && t.guard != nil:
		s.breakOff(out, "The provider's stream is no event stream, so that no policy could judge it")
		return
	case len(e.Data) == 0:
		out.pass(e)
		return
	case e.Data[0] != '{' && bytes.Equal(bytes.TrimSpace(e.Data), doneData):
		if s.flush(out, nil); !t.over {
			t.said = true
			out.pass(e)
		}
		return
	}
	c := &s.plugin.scratch.chunk
	if err := c.Read(s.exchange.Endpoint, e.Data, &t.shapes); err != nil {
		switch {
		case t.guard == nil:
			out.pass(e)
		case last: // it broke off in the middle: no client takes notice of it
			out.drop()
		default:
			s.breakOff(out, "The provider's stream has an event that is not a JSON object, so that no policy could judge it")
		}
		return
	}
	c.Final = c.Final || last
	t.told.hear(s, c)
	if t.hide && c.Empty && c.Usage.Known { // the client has not asked for it
		t.dropped = true
		out.drop()
		return
	}
	if t.guard == nil {
		for i := range c.Texts {
			t.told.count(c, c.Text(i))
		}
	} else if !s.guarded(c, e, out) {
		return
	}
	t.told.keep(s, c)
	t.said = t.said || c.Final && c.Endpoint == openai.Responses // which has no other end
	if !c.Edited() {
		out.pass(e)
		return
	}
	s.plugin.scratch.data = c.Append(s.plugin.scratch.data[:0])
	out.put(e, s.plugin.scratch.data)
}

// guarded judges the texts of a chunk. false means that it must not pass.
func (s *Stream) guarded(c *openai.Chunk, e converters.Event, out *output) bool {
	t := s.streaming
	for i := range c.Texts {
		text := &c.Texts[i]
		piece := c.Text(i)
		t.told.count(c, piece)
		var pass string
		var ok bool
		if c.Again {
			pass, ok = t.guard.Whole(-1, piece)
		} else {
			pass, ok = t.guard.Piece(text.Key, text.Message, piece, c.Ends(text.Message, text.Key))
		}
		if !ok {
			s.block(out)
			return false
		}
		holds := !c.Again && t.guard.Held(text.Key)
		if holds || pass != piece {
			c.Rewrite(i, pass)
		}
		switch {
		case holds:
			t.hold(text, i, e)
		case !c.Again && len(t.held) > 0:
			t.let(text.Key)
		}
	}
	for i := range t.held { // a token may be spelled out in another event than its text
		c.Silence(t.held[i].message)
	}
	if c.EndsAny() {
		s.flush(out, c)
	}
	return !t.over
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
