// Package converters speaks with providers. What all of them need is here: the framing of streamed answers.
package converters

import "bytes"

// Event is one server-sent event, or what stands between two of them.
type Event struct {
	Raw  []byte // as it came, with the blank line that ends it
	Data []byte // the data lines, joined by line feeds; nil if there is none
	Odd  bool   // it has a line that is none of data, event, id, retry, or a comment
	Tail bool   // it is the LF of the CRLF that ended the event before it, which had already been returned

	marked     bool // Raw begins with the stream's byte order mark
	start, end int  // of Data in Raw, if it is there as it is
}

// Framer cuts a stream of server-sent events into its events, wherever the pieces that it comes in were cut. It follows the HTML
// standard ("Server-sent events", interpreting an event stream): lines end with CR, LF or CRLF; a byte order mark may come first. An event
// is there as soon as its blank line is: of a CRLF the LF may come later, and is then an Event by itself, without data.
type Framer struct {
	buf    []byte // what was not returned yet
	own    []byte // what buf is the end of, where it is not that of the last piece
	pos    int    // the bytes before it have been looked at
	line   int    // where the line begins
	seen   fields
	begun  bool
	skipLF bool // the last event ended with a CR
}

// fields are what was seen of the event that is coming.
type fields struct {
	odd        bool
	lines      int // of data
	start, end int // the value of the first
}

// maxKept is how much room is kept for events that come in pieces, while none is coming, in bytes.
const maxKept = 4 << 10

// Whole returns a piece as an event, if it is one whole event of one line of data, as nearly all pieces are, and nothing waits: what Write
// and Next would do, with less work.
func (f *Framer) Whole(piece []byte) (e Event, ok bool) {
	const name, end = "data: ", "\n\n"
	n := len(piece) - len(end)
	if len(f.buf) > 0 || f.skipLF || n <= len(name) || string(piece[:len(name)]) != name || string(piece[n:]) != end ||
		bytes.IndexByte(piece[:n], '\n') >= 0 || bytes.IndexByte(piece[:n], '\r') >= 0 {
		return Event{}, false
	}
	f.begun = true
	return Event{Raw: piece, Data: piece[len(name):n:n], start: len(name), end: n}, true
}

// Write adds a piece, and takes back the events that were returned. The piece must not be changed until Next has found no more.
func (f *Framer) Write(piece []byte) {
	if len(f.buf) == 0 {
		f.buf = piece
		return
	}
	f.keep()
	done := len(f.own) - len(f.buf)
	if done > len(f.buf) {
		if cap(f.own) > maxKept {
			f.own = nil
		}
		f.own, done = append(f.own[:0], f.buf...), 0
	}
	f.own = append(f.own, piece...)
	f.buf = f.own[done:]
}

// Held is how many bytes wait for the end of their event.
func (f *Framer) Held() int { return len(f.buf) }

// Next returns the next event that is complete. It is valid until the next Write.
func (f *Framer) Next() (e Event, ok bool) {
	if f.skipLF && len(f.buf) > 0 {
		f.skipLF = false
		if f.buf[0] == '\n' {
			e = f.cut(1)
			e.Tail = true
			return e, true
		}
	}
	for {
		end := f.pos + lineEnd(f.buf[f.pos:])
		last := end+1 >= len(f.buf)
		blank := end == f.line || f.line == 0 && !f.begun && bytes.Equal(f.buf[:end], bom)
		if end == len(f.buf) || f.buf[end] == '\r' && last && !blank { // an LF may follow
			f.pos = end
			f.keep()
			return Event{}, false
		}
		f.pos = end + 1
		if f.buf[end] == '\r' && !last && f.buf[end+1] == '\n' {
			f.pos++
		}
		if blank {
			f.skipLF = f.buf[end] == '\r' && last
			return f.cut(f.pos), true
		}
		f.note(f.line, end)
		f.line = f.pos
	}
}

// Rest returns what is left when the stream has ended: an event without its blank line. Clients are to ignore it; some do not.
func (f *Framer) Rest() (e Event, ok bool) {
	if len(f.buf) == 0 {
		return Event{}, false
	}
	if end := f.line + lineEnd(f.buf[f.line:]); end > f.line {
		f.note(f.line, end)
	}
	return f.cut(len(f.buf)), true
}

var bom = []byte("\ufeff")

// lineEnd is where the first line of a text ends. It looks for both ends of lines in little at once, since a text may lack one of them.
func lineEnd(b []byte) int {
	const little = 512
	for from := 0; from < len(b); from += little {
		part := b[from:min(from+little, len(b))]
		lf := bytes.IndexByte(part, '\n')
		if lf >= 0 {
			part = part[:lf]
		}
		if cr := bytes.IndexByte(part, '\r'); cr >= 0 {
			return from + cr
		}
		if lf >= 0 {
			return from + lf
		}
	}
	return len(b)
}

// keep copies what waits for its end out of the piece, which may be much larger.
func (f *Framer) keep() {
	if len(f.own) == 0 && len(f.buf) > 0 {
		f.own = append(f.own, f.buf...)
		f.buf = f.own
	}
}

// cut takes the event off that has so many bytes.
func (f *Framer) cut(n int) Event {
	e := Event{Raw: f.buf[:n:n], Odd: f.seen.odd, marked: !f.begun && bytes.HasPrefix(f.buf[:n], bom)}
	switch {
	case f.seen.lines == 1:
		e.start, e.end = f.seen.start, f.seen.end
		e.Data = e.Raw[e.start:e.end:e.end]
	case f.seen.lines > 1:
		e.Data = join(e.Plain())
	}
	f.buf, f.begun = f.buf[n:], true
	f.pos, f.line, f.seen = 0, 0, fields{}
	if len(f.buf) == 0 {
		if f.buf, f.own = nil, f.own[:0]; cap(f.own) > maxKept {
			f.own = nil
		}
	}
	return e
}

// note takes notice of a line of the event that is coming.
func (f *Framer) note(start, end int) {
	if start == 0 && !f.begun && bytes.HasPrefix(f.buf[:end], bom) {
		start += len(bom)
	}
	name, value := field(f.buf[start:end])
	switch string(name) {
	case "data":
		if f.seen.lines++; f.seen.lines == 1 {
			f.seen.start, f.seen.end = end-len(value), end
		}
	case "", "event", "id", "retry":
	default:
		f.seen.odd = true
	}
}

// field reads a line.
func field(line []byte) (name, value []byte) {
	n := bytes.IndexByte(line, ':')
	if n < 0 {
		return line, nil
	}
	value = line[n+1:]
	if len(value) > 0 && value[0] == ' ' {
		value = value[1:]
	}
	return line[:n], value
}

// join is the data of an event with more than one line of it.
func join(raw []byte) (data []byte) {
	first := true
	for len(raw) > 0 {
		line, rest, _ := cutLine(raw)
		raw = rest
		if name, value := field(line); string(name) == "data" {
			if !first {
				data = append(data, '\n')
			}
			first = false
			data = append(data, value...)
		}
	}
	return data
}

// Plain is Raw without the stream's byte order mark: as the event may come anywhere in a stream.
func (e *Event) Plain() []byte {
	if e.marked {
		return e.Raw[len(bom):]
	}
	return e.Raw
}

// Append appends the event with other data in the place of its own, which it must have; all other lines stay as they are.
func (e *Event) Append(b, data []byte) []byte {
	if e.start > 0 && e.start < e.end && bytes.IndexByte(data, '\n') < 0 {
		return append(append(append(b, e.Raw[:e.start]...), data...), e.Raw[e.end:]...)
	}
	return e.appendLines(b, data)
}

// appendLines is Append where the data has more than one line, or had.
func (e *Event) appendLines(b, data []byte) []byte {
	raw, done := e.Plain(), false
	b = append(b, e.Raw[:len(e.Raw)-len(raw)]...)
	for len(raw) > 0 {
		line, rest, end := cutLine(raw)
		raw = rest
		name, _ := field(line)
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
	i := lineEnd(b)
	n := min(i+1, len(b))
	if n < len(b) && b[i] == '\r' && b[n] == '\n' {
		n++
	}
	return b[:i], b[n:], b[i:n]
}
