package converters

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// streams are event streams with the data that they carry. Source of the rules: the HTML standard, "Server-sent events".
var streams = []struct {
	name, stream string
	data         []string
}{
	{"line feeds", "data: a\n\ndata: b\n\n", []string{"a", "b"}},
	{"CRLF", "data: a\r\n\r\ndata: b\r\n\r\n", []string{"a", "b"}},
	{"CR", "data: a\r\rdata: b\r\r", []string{"a", "b"}},
	{"mixed ends", "data: a\n\r\ndata: b\r\n\ndata: c\r\n\rdata: d\n\n", []string{"a", "b", "c", "d"}},
	{"byte order mark", "\ufeffdata: a\n\n", []string{"a"}},
	{"no space", "data:a\n\ndata:  b\n\n", []string{"a", " b"}},
	{"several lines", "data: {\"a\":\ndata: 1}\n\n", []string{"{\"a\":\n1}"}},
	{"other fields", "event: x\nid: 7\nretry: 10\ndata: a\n\n", []string{"a"}},
	{"comments and keep-alives", ": hello\n\n:\n\ndata: a\n: b\n\n", []string{"a"}},
	{"empty data", "data\n\ndata:\n\n", []string{"", ""}},
	{"UTF-8", "data: é😀\n\n", []string{"é😀"}},
	{"blank lines", "\n\n\ndata: a\n\n\n\n", []string{"a"}},
	{"done", "data: {}\n\ndata: [DONE]\n\n", []string{"{}", "[DONE]"}},
}

// frame gives a framer the pieces, and returns all data, and all bytes. The pieces are overwritten as soon as they may be.
func frame(t testing.TB, pieces ...[]byte) (data []string, raw []byte) {
	f := &Framer{}
	take := func(e Event) {
		raw = append(raw, e.Raw...)
		if e.Data != nil {
			data = append(data, string(e.Data))
		}
		if e.Tail && (string(e.Raw) != "\n" || e.Data != nil) {
			t.Errorf("%q is no tail, in %q", e.Raw, pieces)
		}
	}
	for _, p := range pieces {
		p = bytes.Clone(p)
		if e, ok := f.Whole(p); ok {
			take(e)
		} else {
			f.Write(p)
			for e, ok := f.Next(); ok; e, ok = f.Next() {
				take(e)
			}
		}
		for i := range p {
			p[i] = '!'
		}
	}
	if e, ok := f.Rest(); ok {
		raw = append(raw, e.Raw...)
	}
	return data, raw
}

// TestFramerAnySplit cuts each stream in two at every byte, and into single bytes.
func TestFramerAnySplit(t *testing.T) {
	for _, s := range streams {
		b := []byte(s.stream)
		for i := range len(b) + 1 {
			data, raw := frame(t, b[:i], b[i:])
			assert.Equal(t, s.data, data, "%s cut at %d", s.name, i)
			assert.Equal(t, s.stream, string(raw), "%s cut at %d", s.name, i)
		}
		data, raw := frame(t, bytes.SplitAfter(b, nil)...)
		assert.Equal(t, s.data, data, "%s byte by byte", s.name)
		assert.Equal(t, s.stream, string(raw), "%s byte by byte", s.name)
	}
}

// TestFramerIsPrompt wants an event as soon as its blank line is there.
func TestFramerIsPrompt(t *testing.T) {
	for _, s := range []string{"data: a\n\n", "data: a\r\n\r\n", "data: a\r\r", "data: a\r\n\r"} {
		data, _ := frame(t, []byte(s))
		assert.Equal(t, []string{"a"}, data, "%q", s)
	}
}

func TestFramerRest(t *testing.T) {
	for _, row := range []struct {
		stream, raw string
		data        []byte
		odd         bool
	}{
		{"data: a\n\ndata: b", "data: b", []byte("b"), false},
		{"data: a\n\ndata: b\r", "data: b\r", []byte("b"), false},
		{"data: b\nid: 1", "data: b\nid: 1", []byte("b"), false},
		{"data: b\ndata: c", "data: b\ndata: c", []byte("b\nc"), false},
		{"data", "data", []byte{}, false},
		{"{\"a\": 1}", "{\"a\": 1}", nil, true},
		{"data: b\nbad words", "data: b\nbad words", []byte("b"), true},
		{": a", ": a", nil, false},
		{"\ufeffdata: b", "\ufeffdata: b", []byte("b"), false},
	} {
		f := &Framer{}
		f.Write([]byte(row.stream))
		for _, ok := f.Next(); ok; _, ok = f.Next() {
		}
		e, ok := f.Rest()
		assert.True(t, ok, "%q", row.stream)
		assert.Equal(t, row.raw, string(e.Raw), "%q", row.stream)
		assert.Equal(t, row.data, e.Data, "%q", row.stream)
		assert.Equal(t, row.odd, e.Odd, "%q", row.stream)
	}
	f := &Framer{}
	f.Write([]byte("data: a\n\n"))
	f.Next()
	_, ok := f.Rest()
	assert.False(t, ok, "nothing is left")
}

func TestEventAppend(t *testing.T) {
	for _, row := range []struct{ stream, data, want string }{
		{"data: a\n\n", "b", "data: b\n\n"},
		{"event: x\r\ndata:a\r\nid: 1\r\n\r\n", "b", "event: x\r\ndata:b\r\nid: 1\r\n\r\n"},
		{"data: {\ndata: }\n: c\n\n", "{\n1}", "data: {\ndata: 1}\n: c\n\n"},
		{"\ufeffdata: a\n\n", "b", "\ufeffdata: b\n\n"},
		{"data: a\r\r", "b", "data: b\r\r"},
		{"data\n\n", "b", "data: b\n\n"},
		{"x: y\ndata: a\n\n", "b", "x: y\ndata: b\n\n"},
	} {
		f := &Framer{}
		f.Write([]byte(row.stream))
		e, ok := f.Next()
		assert.True(t, ok, "%q", row.stream)
		assert.Equal(t, row.want, string(e.Append(nil, []byte(row.data))), "%q", row.stream)
		assert.Equal(t, strings.TrimPrefix(row.stream, "\ufeff"), string(e.Plain()), "%q", row.stream)
	}
}

// TestFramerForgets has a framer that saw a large event in pieces, and goes on with small ones that are cut: it keeps no room for the large.
func TestFramerForgets(t *testing.T) {
	f := &Framer{}
	feed := func(pieces ...string) {
		for _, p := range pieces {
			f.Write([]byte(p))
			for _, ok := f.Next(); ok; _, ok = f.Next() {
			}
		}
	}
	feed("data: ", strings.Repeat("x", 1<<20), "\n\ndata: a")
	for range 100 {
		feed("\n\nda", "ta: a")
	}
	assert.LessOrEqual(t, cap(f.own), maxKept)
	feed("\n\n")
	assert.Zero(t, f.Held())
}

// oracle reads a stream that is complete, as the standard tells it, in the plainest way.
func oracle(stream string) (data []string) {
	stream = strings.TrimPrefix(stream, "\ufeff")
	stream = strings.ReplaceAll(strings.ReplaceAll(stream, "\r\n", "\n"), "\r", "\n")
	var lines []string
	for line := range strings.SplitAfterSeq(stream, "\n") {
		name, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), ":")
		switch {
		case !strings.HasSuffix(line, "\n"): // it is not complete
		case line == "\n":
			if lines != nil {
				data = append(data, strings.Join(lines, "\n"))
			}
			lines = nil
		case name == "data":
			lines = append(lines, strings.TrimPrefix(value, " "))
		}
	}
	return data
}

// FuzzFramer cuts any stream anywhere. Each byte of cuts is how far it is to the next cut.
func FuzzFramer(f *testing.F) {
	for _, s := range streams {
		f.Add(s.stream, []byte{1})
		f.Add(s.stream, []byte{3, 5, 1, 7})
	}
	f.Fuzz(func(t *testing.T, stream string, cuts []byte) {
		whole, raw := frame(t, []byte(stream))
		if fmt.Sprintf("%q", whole) != fmt.Sprintf("%q", oracle(stream)) || string(raw) != stream {
			t.Fatalf("%q: %q, want %q", stream, whole, oracle(stream))
		}
		var pieces [][]byte
		rest := []byte(stream)
		for i := 0; len(rest) > 0; i++ {
			n := len(rest)
			if len(cuts) > 0 {
				n = min(n, int(cuts[i%len(cuts)]))
			}
			if n == 0 && i > 2*len(stream) {
				n = 1
			}
			pieces, rest = append(pieces, rest[:n]), rest[n:]
		}
		split, raw := frame(t, pieces...)
		if fmt.Sprintf("%q", whole) != fmt.Sprintf("%q", split) || string(raw) != stream {
			t.Fatalf("%q: %q, whole %q", pieces, split, whole)
		}
	})
}
