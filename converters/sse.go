// Package converters speaks with providers. What all of them need is here: the framing of streamed answers.
package converters

import "bytes"

// Event is one server-sent event, or what stands between two of them.
type Event struct {
	Raw  []byte // as it came, with the blank line that ends it
	Data []byte // the data lines, joined by line feeds; nil if there is none
	Odd  bool   // it has a line that is none of data, event, id, retry, or a comment
}

// Framer cuts a stream of server-sent events into its events, wherever the pieces that it comes in were cut. It follows the HTML
// standard ("Server-sent events", interpreting an event stream): lines end with CR, LF or CRLF; a byte order mark may come first. An event
// is there as soon as its blank line is: of a CRLF the LF may come later, and is then an Event by itself, without data.
type Framer struct {
	buf    []byte
	pos    int // the bytes before it have been looked at
	line   int // where the line begins
	begun  bool
	skipLF bool // the last event ended with a CR
}

// Write adds a piece. It must not be changed before Next has returned all of its events.
func (f *Framer) Write(piece []byte) {
	if len(f.buf) == 0 {
		f.buf = piece
		return
	}
	f.buf = append(f.buf[:len(f.buf):len(f.buf)], piece...)
}

// Held is how many bytes wait for the end of their event.
func (f *Framer) Held() int { return len(f.buf) }

// Next returns the next event that is complete. It is valid until the next Write.
func (f *Framer) Next() (e Event, ok bool) {
	if f.skipLF && len(f.buf) > 0 {
		f.skipLF = false
		if f.buf[0] == '\n' {
			return f.cut(1), true
		}
	}
	for f.pos < len(f.buf) {
		c := f.buf[f.pos]
		if c != '\n' && c != '\r' {
			f.pos++
			continue
		}
		blank := f.pos == f.line || f.line == 0 && !f.begun && bytes.Equal(f.buf[:f.pos], bom)
		if c == '\r' && !blank {
			if f.pos+1 == len(f.buf) {
				return Event{}, false // an LF may follow
			}
			if f.buf[f.pos+1] == '\n' {
				f.pos++
			}
		}
		f.pos++
		f.line = f.pos
		if blank {
			if c == '\r' {
				if f.pos < len(f.buf) && f.buf[f.pos] == '\n' {
					f.pos++
				} else {
					f.skipLF = f.pos == len(f.buf)
				}
			}
			return f.cut(f.pos), true
		}
	}
	return Event{}, false
}

// Rest returns what is left when the stream has ended: an event without its blank line. Clients are to ignore it; some do not.
func (f *Framer) Rest() (e Event, ok bool) {
	if len(f.buf) == 0 {
		return Event{}, false
	}
	return f.cut(len(f.buf)), true
}

var bom = []byte("\ufeff")

func (f *Framer) cut(n int) Event {
	e := Event{Raw: f.buf[:n:n]}
	f.buf = f.buf[n:]
	if len(f.buf) == 0 {
		f.buf = nil
	}
	f.pos, f.line = 0, 0
	if !f.begun {
		f.begun = true
		e.read(bytes.TrimPrefix(e.Raw, bom))
		return e
	}
	e.read(e.Raw)
	return e
}

// read finds the data.
func (e *Event) read(raw []byte) {
	lines := 0
	for len(raw) > 0 {
		line, rest, _ := cutLine(raw)
		raw = rest
		name, value, _ := bytes.Cut(line, []byte(":"))
		switch string(name) {
		case "data":
			value = bytes.TrimPrefix(value, []byte(" "))
			if lines++; lines == 1 {
				e.Data = value
				if e.Data == nil {
					e.Data = []byte{}
				}
			} else {
				e.Data = append(append(e.Data[:len(e.Data):len(e.Data)], '\n'), value...)
			}
		case "", "event", "id", "retry":
		default:
			e.Odd = true
		}
	}
}

// With returns the event with other data in the place of its own; all other lines stay as they are.
func (e *Event) With(data []byte) []byte {
	b := make([]byte, 0, len(e.Raw)+len(data)-len(e.Data)+8)
	raw, done := e.Raw, false
	if rest, ok := bytes.CutPrefix(raw, bom); ok {
		b, raw = append(b, bom...), rest
	}
	for len(raw) > 0 {
		line, rest, end := cutLine(raw)
		raw = rest
		name, _, _ := bytes.Cut(line, []byte(":"))
		switch {
		case string(name) != "data":
			b = append(append(b, line...), end...)
		case !done:
			done = true
			for part := range bytes.SplitSeq(data, []byte("\n")) {
				b = append(append(append(b, "data: "...), part...), end...)
			}
		}
	}
	return b
}

// cutLine takes the first line off a text: the line, what is behind it, and the characters that ended it.
func cutLine(b []byte) (line, rest, end []byte) {
	i := bytes.IndexAny(b, "\r\n")
	if i < 0 {
		return b, nil, nil
	}
	n := i + 1
	if b[i] == '\r' && n < len(b) && b[n] == '\n' {
		n++
	}
	return b[:i], b[n:], b[i:n]
}
