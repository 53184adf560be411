package openai

import (
	"encoding/json"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestLiterals holds texts of chance, most of them longer than what is read at once, against encoding/json.
func TestLiterals(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	pieces := [...]string{"a", "plain text ", "\n", "\"", "\\", "/", "\t", "\u0001", "\u007f", "é", "漢字", "😀", "\u2028", "thirty-two bytes or more of ASCII and nothing else; "}
	for range 5000 {
		text := ""
		for range r.IntN(12) {
			text += pieces[r.IntN(len(pieces))]
		}
		literal, err := json.Marshal(text)
		require.NoError(t, err)
		for _, l := range [][]byte{literal, AppendQuote(nil, text)} {
			reader := newReader(l)
			reader.skip()
			require.NoError(t, reader.end(), "%s", l)
			require.Equal(t, text, unquote(l), "%s", l)
			require.Equal(t, "before "+text, string(AppendText([]byte("before "), l)), "%s", l)
		}
	}
}

// TestPlain puts each byte at each place of a text.
func TestPlain(t *testing.T) {
	for c := range 256 {
		for at := range 80 {
			b := []byte("zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz")
			b[at] = byte(c)
			stop, slash := len(b), len(b)
			if c < ' ' || c == '"' || c == '\\' || c >= 0x80 {
				stop = at
			}
			if c == '\\' {
				slash = at
			}
			require.Equal(t, stop, plain(string(b), 0), "%q", b)
			require.Equal(t, slash, backslash(string(b), 0), "%q", b)
		}
	}
}
