package openai

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// walk reads all of a text with the reader's own steps, and says whether it is valid.
func walk(text string) error {
	r := newReader([]byte(text))
	var value func()
	value = func() {
		switch r.kind() {
		case '{':
			for r.open('{'); r.more(); {
				r.name()
				value()
			}
		case '[':
			for r.open('['); r.more(); {
				value()
			}
		default:
			r.skip()
		}
	}
	value()
	return r.end()
}

func skipped(text string) error {
	r := newReader([]byte(text))
	r.skip()
	return r.end()
}

var texts = []string{
	`{}`, `[]`, `{"a":1}`, `{"a":1,"b":[1,2,{"c":null}]}`, ` { "a" : [ ] , "b" : { } } `, `"x"`, `"\u00e9\ud83d\ude00\n"`, `"é😀"`, `0`, `-0.5e+10`, `true`, `null`,
	`{"a":"` + strings.Repeat("long ", 40) + `","b":2}`,
	``, ` `, `{`, `[`, `{"a"`, `{"a":`, `{"a":1`, `{"a":1,`, `{"a":1,}`, `[1,]`, `[,1]`, `{,}`, `{"a" 1}`, `{a:1}`, `{"a":1 "b":2}`, `[1 2]`, `]`, `}`, `{]`, `[}`, `{"a":[}`,
	`01`, `1.`, `.5`, `+1`, `1e`, `--1`, `1e+`, `tru`, `truex`, `nul`, `NaN`, `{} {}`, `{}x`, `"`, `"\`, `"\x"`, `"\u12"`, `"\u12g4"`, `"\ud800"`, `"\ud800x"`, `"\udc00"`, `"\ud800\ud800"`,
	"\"\n\"", "\"\x00\"", "\"\x1f12345678\"", "\"12345678\x1f\"", "\"\xff\"", "\"\xc3\"", "\"\xed\xa0\x80\"", "\x00", "\xef\xbb\xbf{}", `{"a":1,"a":2}`, `{"a":1,"\u0061":2}`,
	`[{"a":1},{"a":2}]`, `{"a":{"a":1}}`,
}

// TestReaderAgrees holds the reader against jsontext.
func TestReaderAgrees(t *testing.T) {
	for _, text := range texts {
		want := jsontext.Value(text).IsValid()
		assert.Equal(t, want, walk(text) == nil, "%q: %v", text, walk(text))
		assert.Equal(t, want || strings.Contains(text, `:1,"`) && json.Valid([]byte(text)), skipped(text) == nil, "skipped %q: %v", text, skipped(text))
	}
}

func TestReaderFindsNamesThatComeTwice(t *testing.T) {
	var many, nested strings.Builder
	for i := range 100 {
		many.WriteString(`"n` + strings.Repeat("x", i) + `":0,`)
	}
	for range 30 {
		nested.WriteString(`{` + many.String() + `"last":0},`)
	}
	assert.NoError(t, walk(`{`+many.String()+`"last":0}`))
	assert.NoError(t, walk(`{`+many.String()+`"list":[`+nested.String()+`0],"other":0}`))
	assert.ErrorContains(t, walk(`{`+many.String()+`"nxx":0}`), "twice")
	assert.ErrorContains(t, walk(`{`+many.String()+`"list":[`+nested.String()+`0],"nxxx":0}`), "twice")
	assert.ErrorContains(t, walk(`{"a":[`+nested.String()+`{"b":0,"b":1}]}`), "twice")
}

func TestReaderBoundsDepth(t *testing.T) {
	deep := func(n int) string { return strings.Repeat("[", n) + strings.Repeat("]", n) }
	assert.NoError(t, walk(deep(maxDepth)))
	assert.NoError(t, skipped(deep(maxDepth)))
	assert.ErrorContains(t, walk(deep(maxDepth+1)), "nested deeper")
	assert.ErrorContains(t, skipped(deep(1_000_000)), "nested deeper")
}

func FuzzReader(f *testing.F) {
	for _, text := range texts {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if strings.Count(text, "[")+strings.Count(text, "{") > maxDepth {
			return
		}
		valid := jsontext.Value(text).IsValid()
		if err := walk(text); (err == nil) != valid {
			t.Fatalf("%q: jsontext says valid is %v, the reader says %v", text, valid, err)
		}
		if err := skipped(text); valid && err != nil {
			t.Fatalf("%q: jsontext says it is valid, the reader says %v", text, err)
		}
		if r := newReader([]byte(text)); valid && r.kind() == '"' {
			want, _ := jsontext.AppendUnquote(nil, strings.TrimSpace(text))
			if got := r.text(); got != string(want) {
				t.Fatalf("%q: text %q, want %q", text, got, want)
			}
		}
	})
}

// TestPlain looks for what plain stops at, wherever it is.
func TestPlain(t *testing.T) {
	for n := range 90 {
		b := bytes.Repeat([]byte("a"), n)
		require.Equal(t, n, plain(string(b), 0))
		for _, c := range []byte("\"\\\n\x00\x1f\x80\xff") {
			for at := range n {
				b[at] = c
				for _, from := range []int{0, at / 2, at} {
					require.Equal(t, at, plain(string(b), from), "%q at %d of %d, from %d", c, at, n, from)
				}
				require.Equal(t, n, plain(string(b), at+1), "%q at %d of %d, from behind it", c, at, n)
				b[at] = 'a'
			}
		}
	}
}
