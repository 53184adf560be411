package openai

import (
	"bytes"
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

// TestBackslash puts one at each place of a text.
func TestBackslash(t *testing.T) {
	for at := range 80 {
		b := bytes.Repeat([]byte("z"), 80)
		require.Equal(t, len(b), backslash(string(b), at))
		b[at] = '\\'
		require.Equal(t, at, backslash(string(b), 0))
	}
}
