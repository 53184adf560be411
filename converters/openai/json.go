package openai

import (
	"bytes"
	"strconv"
	"unicode/utf8"
)

// Reader walks the JSON of another provider as this package walks OpenAI's: once, from front to back, without unmarshalling. The first
// error sticks; then no list or object has more, and every value is empty. Its zero value is made ready by Reset.
type Reader struct{ r reader }

// Reset begins with another text. A loose reader lets pass what only answers have: halves of surrogates, and names that come twice.
func (j *Reader) Reset(raw []byte, loose bool) { j.r.reset(raw, loose) }

// Kind is the kind of the next value: '{', '[', '"', '0' for a number, 't', 'f', 'n'; 0 if there is none.
func (j *Reader) Kind() byte { return j.r.kind() }

// Open reads the beginning of an object '{' or an array '['. Of a value of another kind it reads all, and says no.
func (j *Reader) Open(kind byte) bool { return j.r.open(kind) }

// More tells whether what is open has another member or element; if not, it reads its end.
func (j *Reader) More() bool { return len(j.r.levels) > 0 && j.r.more() }

// Name reads a member's name.
func (j *Reader) Name() string {
	name, _ := j.r.name()
	return name
}

// Value reads a value, and returns its bytes; nil after an error.
func (j *Reader) Value() []byte {
	v, _ := j.r.value()
	return v
}

// Literal reads a string, and returns it as it is written, with its quotes; nil for a value of another kind.
func (j *Reader) Literal() []byte { return literal(&j.r) }

func literal(r *reader) []byte {
	v, _ := r.value()
	return literalOf(v)
}

// At is where the last value that was read ended, in bytes; behind Kind, where the next one begins.
func (j *Reader) At() int { return j.r.at() }

// Since is what was read from there on.
func (j *Reader) Since(at int) []byte { return j.r.raw[at:j.r.pos:j.r.pos] }

// Text reads a string; "" for a value of another kind.
func (j *Reader) Text() string { return j.r.text() }

// Whole reads an integer; 0 for a value of another kind.
func (j *Reader) Whole() int {
	n, _ := j.r.whole()
	return n
}

// Skip reads a value.
func (j *Reader) Skip() { j.r.skip() }

// End wants the end of the text, and returns the first error of all.
func (j *Reader) End() error { return j.r.end() }

// Unquote returns the text of a string literal; "" for no literal.
func Unquote(literal []byte) string {
	if len(literal) < 2 {
		return ""
	}
	return unquote(literal)
}

// AppendText appends the text of a string literal.
func AppendText(b, literal []byte) []byte {
	inner := view(Inner(literal))
	return appendText(b, inner, backslash(inner, 0))
}

// Inner is a string literal without its quotes: pieces of one text can be put together as they are. Nil for no literal.
func Inner(literal []byte) []byte {
	if len(literal) < 2 {
		return nil
	}
	return literal[1 : len(literal)-1]
}

// A Writer appends JSON to B, and puts the commas: before all but what is first in B, or follows a bracket or a colon. Names are plain
// ASCII; "" is none: an element of an array. Its methods are not inlined: converters call them in a thousand places, and Envoy compiles all
// of the module at its start.
type Writer struct{ B []byte }

// next begins a member or element.
//
//go:noinline
func (w *Writer) next(name string) {
	if n := len(w.B); n > 0 {
		switch w.B[n-1] {
		case '{', '[', ':':
		default:
			w.B = append(w.B, ',')
		}
	}
	if name != "" {
		w.B = append(append(append(w.B, '"'), name...), '"', ':')
	}
}

// Open begins an object '{' or an array '['; Close ends it.
//
//go:noinline
func (w *Writer) Open(name string, kind byte) {
	w.next(name)
	w.B = append(w.B, kind)
}

// Close ends what was opened last, which is of that kind.
//
//go:noinline
func (w *Writer) Close(kind byte) { w.B = append(w.B, kind+2) }

// Raw writes a value that is JSON already.
//
//go:noinline
func (w *Writer) Raw(name string, v []byte) {
	w.next(name)
	w.B = append(w.B, v...)
}

// Word writes a constant that needs no escapes, as a string.
//
//go:noinline
func (w *Writer) Word(name, v string) {
	w.next(name)
	w.B = append(append(append(w.B, '"'), v...), '"')
}

// Inner writes a string whose inside is escaped already.
//
//go:noinline
func (w *Writer) Inner(name string, v []byte) {
	w.next(name)
	w.B = append(append(append(w.B, '"'), v...), '"')
}

// String writes a text.
//
//go:noinline
func (w *Writer) String(name, text string) {
	w.next(name)
	w.B = AppendQuote(w.B, text)
}

// Int writes a number.
//
//go:noinline
func (w *Writer) Int(name string, n int) {
	w.next(name)
	w.B = strconv.AppendInt(w.B, int64(n), 10)
}

// Bool writes a truth value.
//
//go:noinline
func (w *Writer) Bool(name string, v bool) {
	w.next(name)
	w.B = strconv.AppendBool(w.B, v)
}

// Nested writes a JSON text as a string.
//
//go:noinline
func (w *Writer) Nested(name string, v []byte) {
	w.next(name)
	w.B = append(AppendNested(append(w.B, '"'), v), '"')
}

// AppendNested appends a JSON text as the inside of a string literal. The text is valid UTF-8, as all that was read is.
func AppendNested(b, v []byte) []byte {
	for {
		n := plain(view(v), 0)
		for n < len(v) && v[n] >= utf8.RuneSelf {
			n = plain(view(v), n+1)
		}
		b = append(b, v[:n]...)
		if n == len(v) {
			return b
		}
		switch c := v[n]; c {
		case '"', '\\':
			b = append(b, '\\', c)
		case '\n':
			b = append(b, '\\', 'n')
		case '\t':
			b = append(b, '\\', 't')
		case '\r':
			b = append(b, '\\', 'r')
		default: // no other control character is in a JSON text
			b = append(b, ' ')
		}
		v = v[n+1:]
	}
}

// Within is the value that a path of names leads to from an object; nil if it leads nowhere.
func Within(v []byte, path ...string) []byte {
	for _, name := range path {
		v = within(v, name)
	}
	return v
}

// Empty tells of a value that it says nothing: null, or an empty string, list or object.
func Empty(v []byte) bool {
	switch {
	case len(v) == 0, string(v) == "null", string(v) == `""`:
		return true
	case v[0] == '[' || v[0] == '{':
		return len(bytes.TrimSpace(v[1:len(v)-1])) == 0
	}
	return false
}
