package fold

import (
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestRune(t *testing.T) {
	for _, row := range []struct {
		in   string
		want rune
		kind Kind
	}{
		{"A", 'a', Letter}, {"z", 'z', Letter}, {"7", '7', Letter}, {" ", ' ', Separator}, {"Ｒ", 'r', Letter}, {"４", '4', Letter}, {"！", '!', Separator},
		{"é", 'e', Letter}, {"Ø", 'o', Letter}, {"ß", 's', Letter}, {"ẞ", 's', Letter}, {"Ệ", 'e', Letter}, {"İ", 'i', Letter}, {"ſ", 's', Letter},
		{"а", 'a', Letter}, {"С", 'c', Letter}, {"і", 'i', Letter}, {"Ж", 'ж', Letter}, {"ο", 'o', Letter}, {"Ν", 'v', Letter}, {"ς", 'σ', Letter}, {"Σ", 'σ', Letter},
		{"µ", 'μ', Letter}, {"K", 'k', Letter}, {"𝐒", 's', Letter}, {"𝟜", '4', Letter}, {"ⓑ", 'b', Letter}, {"🅰", 'a', Letter}, {"世", '世', Alone}, {"か", 'か', Alone},
		{"ก", 'ก', Alone}, {"한", '한', Letter}, {"\u0301", 0x301, Ignored}, {"\u200b", 0x200B, Ignored}, {"\ufeff", 0xFEFF, Ignored}, {"\U000E0041", 0xE0041, Ignored},
		{"’", '\'', Separator}, {"—", '-', Separator}, {"。", '。', Separator}, {"😀", '😀', Separator}, {"\ufffd", 0xFFFD, Separator},
	} {
		r, _ := utf8.DecodeRuneInString(row.in)
		got, kind := Rune(r)
		assert.Equal(t, string(row.want), string(got), row.in)
		assert.Equal(t, row.kind, kind, row.in)
	}
}

// TestAll: what a letter folds to is a letter that stays what it is, is no longer, and is the same for both letter cases.
func TestAll(t *testing.T) {
	letters := 0
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if !utf8.ValidRune(r) {
			continue
		}
		f, kind := Rune(r)
		if utf8.RuneLen(f) > utf8.RuneLen(r) {
			t.Fatalf("%U folds to %U, which is longer", r, f)
		}
		if kind != Letter && kind != Alone {
			continue
		}
		letters++
		if again, _ := Rune(f); again != f {
			t.Fatalf("%U folds to %U, and that to %U", r, f, again)
		}
		if l := unicode.ToLower(r); utf8.RuneLen(l) == utf8.RuneLen(r) {
			if lower, _ := Rune(l); lower != f {
				t.Fatalf("%U folds to %U, its small letter to %U", r, f, lower)
			}
		}
	}
	require.Greater(t, letters, 100_000)
}
