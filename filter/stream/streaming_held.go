package stream

import (
	"bytes"
	"slices"

	"github.com/usagepanda/usage-panda-envoy/converters"
	"github.com/usagepanda/usage-panda-envoy/converters/openai"
)

// held is a text of which something is kept back.
type held struct {
	key     uint64
	message int
	event   []byte // its last event
	text    int    // its number in there
}

// hold notes that something is kept back of the text with that number in the event.
func (t *streaming) hold(text *openai.Text, number int, e converters.Event) {
	h := held{key: text.Key}
	if at := t.at(text.Key); at >= 0 {
		h = t.held[at]
		t.held = slices.Delete(t.held, at, at+1)
	} else if n := len(t.held); n < cap(t.held) {
		h.event = t.held[:n+1][n].event // what let left there
	}
	h.message, h.event, h.text = text.Message, append(h.event[:0], e.Plain()...), number
	if bytes.HasSuffix(h.event, []byte("\n\r")) {
		h.event = append(h.event, '\n') // of its last CRLF the LF may be still to come
	}
	t.held = append(t.held, h)
}

// let notes that nothing is kept back of a text.
func (t *streaming) let(key uint64) {
	at := t.at(key)
	if at < 0 {
		return
	}
	room := t.held[at].event
	t.held = slices.Delete(t.held, at, at+1)
	if cap(room) <= 4<<10 { // the next one can have it
		t.held[:len(t.held)+1][len(t.held)].event = room
	}
}

func (t *streaming) at(key uint64) int {
	return slices.IndexFunc(t.held, func(h held) bool { return h.key == key })
}

// flush lets what is kept back of texts pass, in events of their own: of those that end with the chunk, or of all where there is none.
func (s *Stream) flush(out *output, c *openai.Chunk) {
	t := s.streaming
	if t.guard == nil {
		return
	}
	for i := 0; i < len(t.held); {
		h := t.held[i]
		if c != nil && !c.Ends(h.message, h.key) {
			i++
			continue
		}
		t.held = slices.Delete(t.held, i, i+1)
		pass, ok := t.guard.Piece(h.key, 0, "", true)
		if !ok {
			s.block(out)
			return
		}
		if pass != "" {
			s.release(out, h, pass)
		}
	}
	if c != nil {
		for _, key := range c.Over() {
			t.guard.Piece(key, 0, "", true) // nothing is left of it
		}
	}
}

// release lets a text pass in an event like its last one.
func (s *Stream) release(out *output, h held, text string) {
	var f converters.Framer
	f.Write(h.event)
	e, _ := f.Next()
	var c openai.Chunk
	if c.Read(s.exchange.Endpoint, e.Data, nil) != nil {
		return // cannot happen: it was read before
	}
	c.Alone(h.text, text)
	s.streaming.told.keep(s, &c)
	out.put(e, c.Append(nil))
}
