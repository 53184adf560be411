package openai

import (
	"bytes"
	"errors"
	"strconv"
	"unicode/utf8"
)

// A reader walks a JSON text (RFC 8259) once, from front to back, and knows where in the text it is. It refuses what parsers disagree on:
// in what it reads, a name that an object has twice; anywhere, invalid UTF-8, lone surrogates, and text behind the value. A provider that
// reads another value than the policies did would be a way round them. The first error sticks, and then nothing more is read.
//
// It is written by hand because each exchange is read by it: over 1 KB, inside Envoy, jsontext takes 15 us for what this does in 3.
type reader struct {
	raw   []byte
	pos   int
	err   error
	depth int
	first bool // nothing of the object or array that is open was read yet
	loose bool // an answer: names that come twice and halves of surrogates are let pass, since providers write them

	escapes bool // a name was written with escapes

	levels []level // the objects and arrays that are open
	names  []span  // of those objects, to find a name that comes twice
	many   map[manyName]bool
	opened int

	// Room for what is usual.
	fewLevels [8]level
	fewNames  [24]span
}

// level is an object or array that is open: its last byte, where in names it begins, and its number.
type level struct {
	end           byte
	names, number int
}

// manyName is a name of an object that has many.
type manyName struct {
	object int
	name   string
}

// span is a piece of the text.
type span struct{ start, end int }

// maxDepth is how deep values may be nested: much deeper than any API's, and far from the end of the stack.
const maxDepth = 512

func newReader(raw []byte) *reader {
	r := &reader{}
	r.reset(raw, false)
	return r
}

// reset makes a reader as new, but for its room: to clear all of it takes longer than to read most events.
func (r *reader) reset(raw []byte, loose bool) {
	r.raw, r.pos, r.err, r.depth, r.first, r.loose, r.escapes, r.many, r.opened = raw, 0, nil, 0, false, loose, false, nil, 0
	r.levels, r.names = r.fewLevels[:0], r.fewNames[:0]
}

var (
	errEarly    = errors.New("it ends too early")
	errValue    = errors.New("no value where one is wanted")
	errString   = errors.New("a string with an invalid character or escape")
	errUTF8     = errors.New("a string that is not UTF-8")
	errDepth    = errors.New("values nested deeper than " + strconv.Itoa(maxDepth))
	errComma    = errors.New("no comma or end behind a value")
	errName     = errors.New("no name in an object")
	errTrailing = errors.New("text behind the value")
)

func (r *reader) fail(err error) {
	if r.err == nil {
		r.err = err
	}
}

// space goes to the next byte that counts, and returns it; 0 at the end, and after an error.
func (r *reader) space() byte {
	for r.err == nil && r.pos < len(r.raw) {
		switch c := r.raw[r.pos]; c {
		case ' ', '\t', '\n', '\r':
			r.pos++
		default:
			return c
		}
	}
	return 0
}

// kind is the kind of the next value: '{', '[', '"', '0' for a number, 't', 'f', 'n'; 0 if there is none.
func (r *reader) kind() byte {
	c := r.space()
	if c == '-' || '0' <= c && c <= '9' {
		return '0'
	}
	return c
}

// open reads the beginning of an object '{' or an array '[', whose ends are two behind them in ASCII. Of a value of another kind it reads all, and says no.
func (r *reader) open(kind byte) bool {
	if r.space() != kind {
		r.skip()
		return false
	}
	if len(r.levels) == maxDepth {
		r.fail(errDepth)
		return false
	}
	r.pos++
	r.first = true
	r.opened++
	r.levels = append(r.levels, level{kind + 2, len(r.names), r.opened})
	return true
}

// more tells whether the object or array that is open has another member or element; if not, it reads its end.
func (r *reader) more() bool {
	c := r.space()
	last := len(r.levels) - 1
	if r.err == nil && c == r.levels[last].end {
		r.pos++
		r.first = false
		r.names, r.levels = r.names[:r.levels[last].names], r.levels[:last]
		return false
	}
	if !r.first {
		if c != ',' {
			r.early(errComma)
			return false
		}
		r.pos++
		c = r.space()
	}
	r.first = false
	if c == 0 || c == ',' || c == '}' || c == ']' {
		r.early(errValue)
		return false
	}
	return true
}

// early is the error where the text may just have ended.
func (r *reader) early(otherwise error) {
	if r.pos >= len(r.raw) {
		otherwise = errEarly
	}
	r.fail(otherwise)
}

// name reads a member's name and the colon, and tells where its literal begins.
func (r *reader) name() (name string, start int) {
	if r.space() != '"' {
		r.early(errName)
		return "", r.pos
	}
	start = r.pos
	if end := plain(view(r.raw), start+1); end < len(r.raw) && r.raw[end] == '"' { // as nearly all are
		r.pos = end + 1
		name = view(r.raw[start+1 : end])
	} else {
		if r.string(); r.err != nil {
			return "", start
		}
		name = unquote(r.raw[start:r.pos])
		r.escapes = r.escapes || len(name)+len(`""`) < r.pos-start
	}
	if !r.loose {
		r.once(name, span{start, r.pos})
	}
	if r.space() != ':' {
		r.early(errName)
		return "", start
	}
	r.pos++
	return name, start
}

// once refuses a name that the object has had already. The names of objects that have more than fit a quick look go to a table.
func (r *reader) once(name string, at span) {
	const few = 24
	object := r.levels[len(r.levels)-1]
	had := r.names[object.names:]
	twice := false
	switch {
	case len(had) < few:
		for _, n := range had {
			twice = twice || (r.escapes || n.end-n.start == len(name)+len(`""`)) && unquote(r.raw[n.start:n.end]) == name
		}
	case len(had) == few:
		if r.many == nil {
			r.many = map[manyName]bool{}
		}
		for _, n := range had {
			r.many[manyName{object.number, unquote(r.raw[n.start:n.end])}] = true
		}
		fallthrough
	default:
		twice = r.many[manyName{object.number, name}]
		r.many[manyName{object.number, name}] = true
	}
	if twice {
		r.fail(errors.New("the name " + strconv.Quote(name) + " twice in an object"))
	}
	r.names = append(r.names, at)
}

// value reads a value whole, and tells where it begins.
func (r *reader) value() (v []byte, start int) {
	c := r.space()
	start = r.pos
	if c == '"' {
		r.string()
	} else {
		r.skip()
	}
	if r.err != nil {
		return nil, start
	}
	return r.raw[start:r.pos], start
}

// skip reads a value.
func (r *reader) skip() {
	c := r.space()
	switch {
	case r.err != nil:
	case c == '"':
		r.string()
	case c == '{', c == '[':
		if r.depth++; r.depth+len(r.levels) > maxDepth {
			r.fail(errDepth)
			return
		}
		r.container(c + 2)
		r.depth--
	case c == '-' || '0' <= c && c <= '9':
		r.number()
	case c == 't':
		r.word("true")
	case c == 'f':
		r.word("false")
	case c == 'n':
		r.word("null")
	default:
		r.early(errValue)
	}
}

// container reads an object or array up to its end, whose first byte is next.
func (r *reader) container(end byte) {
	r.pos++
	if r.space() == end {
		r.pos++
		return
	}
	for r.err == nil {
		if end == '}' {
			if r.space() != '"' {
				r.early(errName)
				return
			}
			r.string()
			if r.space() != ':' {
				r.early(errName)
				return
			}
			r.pos++
		}
		r.skip()
		switch r.space() {
		case ',':
			r.pos++
		case end:
			r.pos++
			return
		default:
			r.early(errComma)
		}
	}
}

func (r *reader) word(w string) {
	if !bytes.HasPrefix(r.raw[r.pos:], []byte(w)) {
		r.fail(errValue)
		return
	}
	r.pos += len(w)
}

func (r *reader) number() {
	start, simple := r.pos, r.raw[r.pos] != '0'
	for r.pos < len(r.raw) {
		switch c := r.raw[r.pos]; {
		case '0' <= c && c <= '9':
			r.pos++
			continue
		case c == '-', c == '+', c == '.', c == 'e', c == 'E':
			simple = false
			r.pos++
			continue
		}
		break
	}
	if (!simple || r.pos == start) && !validNumber(r.raw[start:r.pos]) {
		r.pos = start
		r.fail(errValue)
	}
}

// validNumber tells whether all of a text is a number as JSON has them.
func validNumber(n []byte) bool {
	digits := func() bool {
		from := len(n)
		for len(n) > 0 && '0' <= n[0] && n[0] <= '9' {
			n = n[1:]
		}
		return len(n) < from
	}
	n = bytes.TrimPrefix(n, []byte("-"))
	if len(n) > 1 && n[0] == '0' && '0' <= n[1] && n[1] <= '9' || !digits() {
		return false
	}
	if len(n) > 0 && n[0] == '.' {
		n = n[1:]
		if !digits() {
			return false
		}
	}
	if len(n) > 0 && (n[0] == 'e' || n[0] == 'E') {
		n = n[1:]
		if len(n) > 0 && (n[0] == '+' || n[0] == '-') {
			n = n[1:]
		}
		if !digits() {
			return false
		}
	}
	return len(n) == 0
}

// string reads a string literal, whose quote is next.
func (r *reader) string() {
	text, i, valid := view(r.raw), r.pos+1, true
	for {
		i = plain(text, i)
		if i >= len(text) {
			r.pos = i
			r.fail(errEarly)
			return
		}
		switch c := text[i]; {
		case c == '"':
			r.pos = i + 1
			if !valid {
				r.fail(errUTF8)
			}
			return
		case c == '\\':
			if i+1 < len(text) && short[text[i+1]] != 0 {
				i += 2
				continue
			}
			_, n := escape(text[i:])
			if n < 0 && r.loose {
				n = -n
			}
			if n <= 0 {
				r.pos = i
				r.fail(errString)
				return
			}
			i += n
		case c >= utf8.RuneSelf:
			from := i
			for i < len(text) && text[i] >= utf8.RuneSelf {
				i++
			}
			valid = valid && utf8.ValidString(text[from:i])
		default:
			r.pos = i
			r.fail(errString)
			return
		}
	}
}

// at is where the last thing read ended.
func (r *reader) at() int { return r.pos }

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
	n := 0
	for i, c := range v { // nearly all there are
		if c < '0' || '9' < c || i > 8 {
			f, err := strconv.ParseFloat(string(v), 64)
			if err != nil || f != float64(int(f)) {
				return 0, false
			}
			return int(f), true
		}
		n = n*10 + int(c-'0')
	}
	return n, len(v) > 0
}

// flag reads true; false for anything else.
func (r *reader) flag() bool {
	v, _ := r.value()
	return string(v) == "true"
}

// end wants the end of the text, and returns the first error of all, in words fit for a client.
func (r *reader) end() error {
	if r.space() != 0 || r.err == nil && r.pos < len(r.raw) {
		r.fail(errTrailing)
	}
	if r.err == nil {
		return nil
	}
	return errors.New(r.err.Error() + ", at byte " + strconv.Itoa(r.pos))
}
