package reflection

import (
	"unicode/utf8"

	"github.com/usagepanda/usage-panda-envoy/policy/internal/fold"
)

// form is how a text is folded to units: bytes that are never 0.
type form uint8

const (
	letters form = iota // letters and digits; digits that stand for letters are those letters
	signs               // all: punctuation too, and white space as one blank
)

// What a byte of ASCII is in a table, besides a unit.
const (
	none    = 0 // no unit
	perhaps = 1 // a letter if it stands at one
)

var tables = [2][128]byte{table(letters), table(signs)}

func table(f form) (t [128]byte) {
	for c := range t {
		r, kind := fold.Rune(rune(c))
		switch {
		case kind == fold.Letter:
			t[c] = byte(r)
		case f == letters:
		case c <= ' ' || c == 0x7F:
			t[c] = ' '
		default:
			t[c] = byte(c)
		}
	}
	if f == letters {
		for i, c := range "01l34579" {
			t[c] = "oiieastg"[i]
		}
		t['L'], t['@'], t['$'] = 'i', perhaps, perhaps
	}
	return t
}

// unit folds the character at i: n units, the first one lowest, and how many bytes it has: 0 if only more text can tell. before is what
// stands before the text.
func (f form) unit(text string, i int, before byte, atEOF bool) (u uint32, n, size int, kind fold.Kind) {
	c := text[i]
	if c < utf8.RuneSelf {
		u := tables[f][c]
		switch {
		case u == none:
			return 0, 0, 1, fold.Separator
		case u != perhaps:
			return uint32(u), 1, 1, fold.Letter
		}
		if i > 0 {
			before = text[i-1]
		}
		if !worded(before) {
			switch {
			case i+1 == len(text) && !atEOF:
				return 0, 0, 0, fold.Separator
			case i+1 == len(text) || !worded(text[i+1]):
				return 0, 0, 1, fold.Separator
			}
		}
		if u = 'a'; c == '$' {
			u = 's'
		}
		return uint32(u), 1, 1, fold.Letter
	}
	r, size := utf8.DecodeRuneInString(text[i:])
	if r == utf8.RuneError {
		if size == 1 && !atEOF && !utf8.FullRuneInString(text[i:]) {
			return 0, 0, 0, fold.Separator
		}
		return 0, 0, size, fold.Separator
	}
	r, kind = fold.Rune(r)
	switch {
	case kind == fold.Ignored:
		return 0, 0, size, kind
	case kind == fold.Separator && f == letters:
		return 0, 0, size, kind
	case kind == fold.Separator && blank(r):
		return ' ', 1, size, kind
	case r < utf8.RuneSelf:
		return uint32(tables[f][r]), 1, size, kind
	}
	var b [4]byte
	n = utf8.EncodeRune(b[:], r)
	return uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16 | uint32(b[3])<<24, n, size, kind
}

// worded tells whether a byte is one of a word, so that what stands at it may be a letter in disguise.
func worded(c byte) bool { return c < utf8.RuneSelf && tables[letters][c] != none }

func blank(r rune) bool {
	return r <= ' ' || r == 0x85 || r == 0xA0 || r == 0x1680 || 0x2000 <= r && r <= 0x200A || r == 0x2028 || r == 0x2029 || r == 0x202F ||
		r == 0x205F || r == 0x3000
}
