package wordlists

import (
	"unicode/utf8"

	"github.com/usagepanda/usage-panda-envoy/wordlists/internal/dfa"
)

// class is what a rune may be in a disguised word.
type class uint8

const (
	bound   class = iota // it ends words
	mark                 // a symbol that stands for a letter, or ends words
	money                // the same, but it may also stand for the first letter
	letter               // one of ASCII
	digit                // a digit that stands for a letter
	veiled               // a rune that is read as a letter of ASCII
	unseen               // a rune that is not read
	under                // _
	strange              // other letters and digits
)

// inside tells whether a rune of that class is part of a word, whatever it stands for.
func (c class) inside() bool { return c >= letter && c != unseen }

// glyph is a rune of a disguised word.
type glyph struct {
	class  class
	size   uint8
	letter byte   // the one that it stands for, if no more
	symbol byte   // or else the symbol, see ascii
	how    uint16 // evidence
}

// Evidence of a disguise.
const (
	byDigit   uint16 = 1 << iota // digits for letters
	bySymbol                     // symbols that look like letters
	byStyle                      // other forms of letters
	byAccent                     // letters with marks
	byDaily                      // letters of other alphabets
	byAlien                      // rarer runes that look like letters
	byUnseen                     // runes that are not read
	byStretch                    // a letter three times running
	bySpacing                    // something between all letters
	upper                        // no evidence: an upper-case letter is in it
	byTail                       // none at all: the last letter is a symbol that may as well end the word
)

// ascii says what each ASCII character that is no letter may stand for. Source: the makers of this module, from what leetspeak commonly writes.
var ascii = [utf8.RuneSelf]struct {
	class class
	as    string
	how   uint16
}{
	'0': {digit, "o", byDigit}, '1': {digit, "il", byDigit}, '3': {digit, "e", byDigit}, '4': {digit, "a", byDigit}, '5': {digit, "s", byDigit}, '6': {digit, "g", byDigit},
	'7': {digit, "t", byDigit}, '8': {digit, "b", byDigit}, '9': {digit, "g", byDigit}, '2': {strange, "", 0}, '_': {under, "", 0},
	'@': {money, "a", bySymbol}, '$': {money, "s", bySymbol}, '!': {mark, "il", bySymbol}, '|': {mark, "il", bySymbol},
	'*': {mark, "", bySymbol}, '#': {mark, "h", bySymbol}, '%': {mark, "", bySymbol}, '&': {mark, "", bySymbol},
}

// read returns the first glyph of a text that is not empty.
func read(text string) (g glyph) {
	c := text[0]
	if c < utf8.RuneSelf {
		if l := c | 0x20; l-'a' < 26 {
			return glyph{class: letter, size: 1, letter: l, how: uint16(l^c) / 0x20 * upper}
		}
		return glyph{class: ascii[c].class, size: 1, symbol: c, how: ascii[c].how}
	}
	r, size := decode(text)
	switch v := dfa.VeilOf(r); v.Style() {
	case 0:
		if _, kind := dfa.Rune(r); kind&dfa.Before != 0 {
			return glyph{class: strange, size: uint8(size)}
		}
		return glyph{class: bound, size: uint8(size)}
	case dfa.Unseen:
		return glyph{class: unseen, size: uint8(size)}
	default:
		return glyph{class: veiled, size: uint8(size), letter: v.Letter(), how: byStyle << (v.Style()>>5 - 1)}
	}
}

// classes are those of the bytes; beyond ASCII, bound.
var classes = [256]class{
	'A': letter, 'B': letter, 'C': letter, 'D': letter, 'E': letter, 'F': letter, 'G': letter, 'H': letter, 'I': letter, 'J': letter,
	'K': letter, 'L': letter, 'M': letter, 'N': letter, 'O': letter, 'P': letter, 'Q': letter, 'R': letter, 'S': letter, 'T': letter,
	'U': letter, 'V': letter, 'W': letter, 'X': letter, 'Y': letter, 'Z': letter, 'a': letter, 'b': letter, 'c': letter, 'd': letter,
	'e': letter, 'f': letter, 'g': letter, 'h': letter, 'i': letter, 'j': letter, 'k': letter, 'l': letter, 'm': letter, 'n': letter,
	'o': letter, 'p': letter, 'q': letter, 'r': letter, 's': letter, 't': letter, 'u': letter, 'v': letter, 'w': letter, 'x': letter,
	'y': letter, 'z': letter, '0': digit, '1': digit, '3': digit, '4': digit, '5': digit, '6': digit, '7': digit, '8': digit, '9': digit,
	'2': strange, '_': under, '@': money, '$': money, '!': mark, '|': mark, '*': mark, '#': mark, '%': mark, '&': mark,
}

// begins tells whether a word may begin with a glyph.
func (g *glyph) begins() bool { return g.letter != 0 || g.class == digit || g.class == money }

// readLast returns the last glyph of a text that is not empty; of ASCII, only its class.
func readLast(text string) glyph {
	if c := text[len(text)-1]; c < utf8.RuneSelf {
		return glyph{class: classes[c], size: 1}
	}
	_, size := utf8.DecodeLastRuneInString(text)
	return read(text[len(text)-size:])
}
