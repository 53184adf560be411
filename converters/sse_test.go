package converters

import (
	"bytes"
	"fmt"
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

// frame gives a framer the pieces, and returns all data, and all bytes.
func frame(pieces ...[]byte) (data []string, raw []byte) {
	f := &Framer{}
	for _, p := range pieces {
		f.Write(bytes.Clone(p))
		for e, ok := f.Next(); ok; e, ok = f.Next() {
			raw = append(raw, e.Raw...)
			if e.Data != nil {
				data = append(data, string(e.Data))
			}
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
			data, raw := frame(b[:i], b[i:])
			assert.Equal(t, s.data, data, "%s cut at %d", s.name, i)
			assert.Equal(t, s.stream, string(raw), "%s cut at %d", s.name, i)
		}
		var single [][]byte
		for i := range b {
			single = append(single, b[i:i+1])
		}
		data, raw := frame(single...)
		assert.Equal(t, s.data, data, "%s byte by byte", s.name)
		assert.Equal(t, s.stream, string(raw), "%s byte by byte", s.name)
	}
}

// TestFramerIsPrompt wants an event as soon as its blank line is there.
func TestFramerIsPrompt(t *testing.T) {
	for _, s := range []string{"data: a\n\n", "data: a\r\n\r\n", "data: a\r\r", "data: a\r\n\r"} {
		data, _ := frame([]byte(s))
		assert.Equal(t, []string{"a"}, data, "%q", s)
	}
}

func TestEventWith(t *testing.T) {
	for _, row := range []struct{ stream, data, want string }{
		{"data: a\n\n", "b", "data: b\n\n"},
		{"event: x\r\ndata:a\r\nid: 1\r\n\r\n", "b", "event: x\r\ndata: b\r\nid: 1\r\n\r\n"},
		{"data: {\ndata: }\n: c\n\n", "{\n1}", "data: {\ndata: 1}\n: c\n\n"},
		{"\ufeffdata: a\n\n", "b", "\ufeffdata: b\n\n"},
	} {
		f := &Framer{}
		f.Write([]byte(row.stream))
		e, ok := f.Next()
		assert.True(t, ok, "%q", row.stream)
		assert.Equal(t, row.want, string(e.With([]byte(row.data))), "%q", row.stream)
	}
}

func FuzzFramer(f *testing.F) {
	for _, s := range streams {
		f.Add(s.stream, len(s.stream)/2, 3)
	}
	f.Fuzz(func(t *testing.T, stream string, a, b int) {
		s := []byte(stream)
		i, j := cutAt(a, len(s)), cutAt(b, len(s))
		if i > j {
			i, j = j, i
		}
		whole, raw := frame(s)
		split, raw2 := frame(s[:i], s[i:j], s[j:])
		if fmt.Sprint(whole) != fmt.Sprint(split) || string(raw) != stream || string(raw2) != stream {
			t.Fatalf("%q cut at %d and %d: %q, whole %q", stream, i, j, split, whole)
		}
	})
}

func cutAt(n, of int) int { return int(uint(n) % uint(of+1)) }
