package dfa

import (
	_ "embed"
	"unicode"
)

// Kind says how a rune stands to its neighbours.
type Kind uint8

const (
	// Before: no entry begins right after this rune. Letters, digits, combining marks and underscores; not the letters of scripts that set
	// no space between words, where any letter may begin a word and end one (so does Unicode's UAX 29).
	Before Kind = 1 << iota
	// After: no entry ends right before this rune. The same runes, and the combining marks of every script.
	After
	// Space is white space.
	Space
	// Joint is a hyphen or an apostrophe: it may join two words into one.
	Joint
	// Soft is other punctuation that does not end a sentence.
	Soft
)

// runes is the table that gen.Runes makes of package unicode: 256 little-endian words (a difference to the fold << 8 | a Kind), then for
// each page of 128 runes which page of the rest it is, then those pages: for each rune one of the 256. A binary search of package unicode
// per rune would cost more than all the rest of a scan.
//
//go:embed runes.bin
var runes string

const (
	pageBits = 7
	pageOf   = 4 * 256                                // where the numbers of the pages begin
	pages    = pageOf + (unicode.MaxRune+1)>>pageBits // where the pages begin
)

var kinds = view[int32](runes, 256)

// Rune returns what all cases of a rune fold to (for ASCII: the lower case), and its kind. Typographic apostrophes fold to the ASCII one, and
// the full-width and mathematical forms of ASCII letters to these.
// Any r up to unicode.MaxRune may be given.
func Rune(r rune) (fold rune, kind Kind) {
	page := int(runes[pageOf+int(r)>>pageBits])
	k := kinds[runes[pages+page<<pageBits+int(r)&(1<<pageBits-1)]]
	return r + k>>8, Kind(k)
}
