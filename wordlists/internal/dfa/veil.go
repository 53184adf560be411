package dfa

import (
	_ "embed"
	"unicode/utf8"
)

// Veil says what a rune beyond ASCII is read as where a word is disguised: how it stands for a letter << 5 | which, 1 for a; 0 if as nothing.
type Veil uint8

const (
	Styled   Veil = (1 + iota) << 5 // another form of the letter: full-width, mathematical, circled
	Accented                        // the letter with marks
	Daily                           // what looks like it, of an alphabet that whole texts are written in
	Alien                           // other runes that look like it
	Unseen                          // no letter: it is not read
	styles   = 7 << 5
)

// Style is how the rune stands for the letter.
func (v Veil) Style() Veil { return v & styles }

// Letter is the letter, in lower case.
func (v Veil) Letter() byte { return 'a' - 1 + byte(v&^styles) }

// veils is the table that gen makes of folds.txt: as runes is, but with one value for each rune.
//
//go:embed veils.bin
var veils string

const veilPages = (utf8.MaxRune + 1) >> pageBits // where the pages begin

// VeilOf returns what a rune is read as.
func VeilOf(r rune) Veil {
	page := int(veils[int(r)>>pageBits])
	return Veil(veils[veilPages+page<<pageBits+int(r)&(1<<pageBits-1)])
}
