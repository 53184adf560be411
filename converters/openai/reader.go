package openai

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"unsafe"

	"github.com/go-json-experiment/json/jsontext"
)

// A reader walks a JSON text once, from front to back, and knows where in the text it is. It refuses what parsers disagree on: duplicate
// names, invalid UTF-8, lone surrogates, anything behind the value; a provider that reads another value than the policies did would be a
// way round them. The first error sticks, and then nothing more is read.
type reader struct {
	dec *jsontext.Decoder
	raw []byte
	err error
}

func newReader(raw []byte) *reader {
	return &reader{dec: jsontext.NewDecoder(bytes.NewBuffer(raw)), raw: raw} // a bytes.Buffer is read in place
}

func (r *reader) fail(err error) {
	if r.err == nil {
		r.err = err
	}
}

func (r *reader) kind() jsontext.Kind {
	if r.err != nil {
		return 0
	}
	return r.dec.PeekKind()
}

// open reads the beginning of an object '{' or an array '['. Of a value of another kind it reads all, and says no.
func (r *reader) open(k jsontext.Kind) bool {
	if r.err != nil {
		return false
	}
	if r.dec.PeekKind() != k {
		r.skip()
		return false
	}
	_, err := r.dec.ReadToken()
	if err != nil {
		r.fail(err)
	}
	return err == nil
}

// more tells whether the object or array that is open has another member or element; if not, it reads its end.
func (r *reader) more() bool {
	switch r.kind() {
	case 0: // an error, or the end of the text
		if r.err == nil {
			_, err := r.dec.ReadToken()
			r.fail(err)
		}
		return false
	case '}', ']':
		if _, err := r.dec.ReadToken(); err != nil {
			r.fail(err)
		}
		return false
	}
	return true
}

// name reads a member's name, and tells where its literal begins.
func (r *reader) name() (name string, start int) {
	v, s := r.value()
	if len(v) == 0 || v[0] != '"' {
		return "", s
	}
	return unquote(v), s
}

// value reads a value whole, and tells where it begins.
func (r *reader) value() (v []byte, start int) {
	if r.err != nil {
		return nil, 0
	}
	v, err := r.dec.ReadValue()
	if err != nil {
		r.fail(err)
		return nil, 0
	}
	return v, int(r.dec.InputOffset()) - len(v)
}

func (r *reader) skip() {
	if r.err == nil {
		if err := r.dec.SkipValue(); err != nil {
			r.fail(err)
		}
	}
}

// at is where the last thing read ended.
func (r *reader) at() int { return int(r.dec.InputOffset()) }

// text reads a string; "" for a value of another kind.
func (r *reader) text() string {
	v, _ := r.value()
	if len(v) == 0 || v[0] != '"' {
		return ""
	}
	return unquote(v)
}

// whole reads an integer; false for a value of another kind, a fraction, or a number too large. 1.0 and 1e2 are integers.
func (r *reader) whole() (int, bool) {
	v, _ := r.value()
	if n, err := strconv.Atoi(string(v)); err == nil {
		return n, true
	}
	f, err := strconv.ParseFloat(string(v), 64)
	if err != nil || f != float64(int(f)) {
		return 0, false
	}
	return int(f), true
}

// flag reads true; false for anything else.
func (r *reader) flag() bool {
	v, _ := r.value()
	return string(v) == "true"
}

// end wants the end of the text, and returns the first error of all, in words fit for a client.
func (r *reader) end() error {
	if r.err == nil {
		if _, err := r.dec.ReadToken(); err == nil {
			r.fail(errors.New("text behind the value"))
		} else if err != io.EOF {
			r.fail(err)
		}
	}
	var syntax *jsontext.SyntacticError
	switch {
	case r.err == nil:
		return nil
	case errors.Is(r.err, io.EOF), errors.Is(r.err, io.ErrUnexpectedEOF):
		return fmt.Errorf("it ends too early, after %d bytes", len(r.raw))
	case errors.As(r.err, &syntax):
		return fmt.Errorf("%v, at byte %d", syntax.Err, syntax.ByteOffset)
	}
	return r.err
}

// unquote returns the text of a string literal: a view of the literal itself where it has no escapes.
func unquote(literal []byte) string {
	inner := literal[1 : len(literal)-1]
	if bytes.IndexByte(inner, '\\') < 0 {
		return unsafe.String(unsafe.SliceData(inner), len(inner))
	}
	text, err := jsontext.AppendUnquote(make([]byte, 0, len(inner)), literal)
	if err != nil {
		return "" // cannot happen: the reader has validated it
	}
	return unsafe.String(unsafe.SliceData(text), len(text))
}

// quote returns a text as a string literal. Invalid UTF-8 becomes U+FFFD.
func quote(text string) []byte {
	b, _ := jsontext.AppendQuote(nil, text)
	return b
}
