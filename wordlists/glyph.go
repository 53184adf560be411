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

// gaps tells whether a rune of that class may stand between single letters.
func (c class) gaps() bool { return c < money || c == under }

// glyph is a rune of a disguised word: its class, its size in bytes, the letter that it stands for, another one, and the evidence; 8 bits each
// and 16. It is one number because that is what wasm passes best.
type glyph uint64

func makeGlyph(c class, size int, first, second byte, how uint16) glyph {
	return glyph(c) | glyph(size)<<8 | glyph(first)<<16 | glyph(second)<<24 | glyph(how)<<32
}

func (g glyph) class() class { return class(g) }

func (g glyph) size() int { return int(g >> 8 & 0xFF) }

// letter is the letter that it stands for, 0 if none; another is one that it may stand for as well.
func (g glyph) letter() byte { return byte(g >> 16) }

func (g glyph) another() byte { return byte(g >> 24) }

func (g glyph) how() uint16 { return uint16(g >> 32) }

// evidence is how, and whether the glyph may as well end the word.
func (g glyph) evidence() uint16 {
	if g.class() == mark {
		return g.how() | byTail
	}
	return g.how()
}

// begins tells whether a word may begin with a glyph.
func (g glyph) begins() bool { return g.class()-money <= veiled-money }

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

// symbols are the ASCII characters that are no letters and no bounds, and what they may stand for. Source: the makers of this module, from what
// leetspeak commonly writes.
var symbols = [...]struct {
	c       byte
	class   class
	letters [2]byte
}{
	{'0', digit, [2]byte{'o'}}, {'1', digit, [2]byte{'i', 'l'}}, {'3', digit, [2]byte{'e'}}, {'4', digit, [2]byte{'a'}}, {'5', digit, [2]byte{'s'}},
	{'6', digit, [2]byte{'g'}}, {'7', digit, [2]byte{'t'}}, {'8', digit, [2]byte{'b'}}, {'9', digit, [2]byte{'g'}},
	{'@', money, [2]byte{'a'}}, {'$', money, [2]byte{'s'}}, {'!', mark, [2]byte{'i', 'l'}}, {'|', mark, [2]byte{'i', 'l'}}, {'#', mark, [2]byte{'h'}},
	{c: '*', class: mark}, {c: '%', class: mark}, {c: '&', class: mark}, {c: '_', class: under}, {c: '2', class: strange},
}

// glyphs are those of the bytes, 0 beyond ASCII; classes are their classes alone, there bound.
var glyphs, classes = bytes()

func bytes() (glyphs [256]glyph, classes [256]class) {
	for c := range byte(utf8.RuneSelf) {
		glyphs[c] = makeGlyph(bound, 1, 0, 0, 0)
	}
	for c := byte('a'); c <= 'z'; c++ {
		glyphs[c], glyphs[c-0x20] = makeGlyph(letter, 1, c, 0, 0), makeGlyph(letter, 1, c, 0, upper)
	}
	for _, s := range symbols {
		how := bySymbol
		if s.class == digit {
			how = byDigit
		}
		glyphs[s.c] = makeGlyph(s.class, 1, s.letters[0], s.letters[1], how)
	}
	for c, g := range glyphs {
		classes[c] = g.class()
	}
	return glyphs, classes
}

// read returns the glyph at a place of a text.
func read(text string, at int) glyph {
	if g := glyphs[text[at]]; g != 0 {
		return g
	}
	return wide(decode(text[at:]))
}

// wide returns the glyph of a rune beyond ASCII.
func wide(r rune, size int) glyph {
	switch v := dfa.VeilOf(r); v.Style() {
	case 0:
		if _, kind := dfa.Rune(r); kind&dfa.Before != 0 {
			return makeGlyph(strange, size, 0, 0, 0)
		}
		return makeGlyph(bound, size, 0, 0, 0)
	case dfa.Unseen:
		return makeGlyph(unseen, size, 0, 0, 0)
	default:
		return makeGlyph(veiled, size, v.Letter(), 0, byStyle<<(v.Style()>>5-1))
	}
}

// readLast returns the last glyph of a text that is not empty.
func readLast(text string) glyph {
	last := len(text) - 1
	if g := glyphs[text[last]]; g != 0 {
		return g
	}
	at := last
	for at > 0 && at > last-utf8.UTFMax+1 && text[at]&0xC0 == 0x80 {
		at--
	}
	if r, size := decode(text[at:]); at+size == len(text) {
		return wide(r, size)
	}
	return wide(utf8.RuneError, 1)
}
