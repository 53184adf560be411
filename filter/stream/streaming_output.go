package stream

import "github.com/usagepanda/usage-panda-envoy/converters"

// output is what passes of a piece: the piece itself, until something differs. There is none where the answer is only read.
type output struct {
	piece  []byte
	behind bool // the piece begins within an event that did not pass yet
	same   int  // so many bytes of the piece pass as they came
	edited bool // b passes
	b      []byte
	room   []byte // for b
}

// pass adds an event that passes as it came.
func (o *output) pass(e converters.Event) {
	if o == nil {
		return
	}
	if !o.edited && !o.behind && o.same+len(e.Raw) <= len(o.piece) {
		o.same += len(e.Raw) // events come in the order of their bytes
		return
	}
	o.edit()
	o.b = append(o.b, e.Raw...)
}

// put adds an event with other data.
func (o *output) put(e converters.Event, data []byte) {
	if o != nil {
		o.edit()
		o.b = e.Append(o.b, data)
	}
}

// add adds events.
func (o *output) add(b []byte) {
	if o != nil {
		o.edit()
		o.b = append(o.b, b...)
	}
}

// drop is for an event that does not pass.
func (o *output) drop() {
	if o != nil {
		o.edit()
	}
}

func (o *output) edit() {
	if !o.edited {
		o.edited = true
		o.b = append(o.room[:0], o.piece[:o.same]...)
	}
}

// bytes is what passes, and whether that is anything else than the piece.
func (o *output) bytes() ([]byte, bool) {
	if o.edited {
		return o.b, true
	}
	return o.piece[:o.same], o.same < len(o.piece)
}

// keep keeps the room of what has passed, if it is not much.
func (m *scratch) keep(b []byte) {
	const much = 64 << 10
	if cap(b) <= much {
		m.out = b[:0]
	}
	if cap(m.data) > much {
		m.data = nil
	}
}
