// Package fold makes letters the same that people read as the same: whatever their case, width, font, accents and script.
package fold

import (
	"unicode"
	"unicode/utf8"
)

// Kind is what a character is in a text.
type Kind uint8

const (
	Letter    Kind = iota // a letter or digit
	Alone                 // a letter of a script without spaces
	Ignored               // a combining mark or a format: as if it were not there
	Separator             // any other
)

// latin folds U+00C0 to U+017F to letters of ASCII; a blank is no letter. Source: the decompositions of UnicodeData.txt, and the usual
// transcriptions of letters that have none.
const latin = "aaaaaaaceeeeiiiidnooooo ouuuuypsaaaaaaaceeeeiiiidnooooo ouuuuypy" +
	"aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkkllllllllllnnnnnnnnnoooooooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs"

// additional folds U+1E00 to U+1EFF in the same manner; letters with a blank stay what they are.
const additional = "aabbbbbbccddddddddddeeeeeeeeeeffgghhhhhhhhhhiiiikkkkkkllllllllmmmmmmnnnnnnnnoooooooopppprrrrrrrrssssssssssttttttttuuuuuuuuuuvvvv" +
	"wwwwwwwwwwxxxxyyzzzzzzhtwyassss aaaaaaaaaaaaaaaaaaaaaaaaeeeeeeeeeeeeeeeeiiiioooooooooooooooooooooooouuuuuuuuuuuuuuyyyyyyyy      "

// cyrillic folds U+0430 to U+045F: letters that look like one of ASCII to it, others to themselves (a blank). Source: confusables.txt of UTS 39.
const cyrillic = "a    e        o pc y x          ee   siij       "

// greek folds U+03B1 to U+03C9 in the same manner.
const greek = "a y e n ik  v o p  tu x w"

// Rune folds a character. What it folds a letter to is never longer in UTF-8.
func Rune(r rune) (rune, Kind) {
	f, kind := fold(r)
	if f >= utf8.RuneSelf && utf8.RuneLen(f) > utf8.RuneLen(r) {
		f = r
	}
	return f, kind
}

func fold(r rune) (rune, Kind) {
	switch {
	case r < utf8.RuneSelf:
		switch {
		case 'A' <= r && r <= 'Z':
			return r | 0x20, Letter
		case 'a' <= r && r <= 'z', '0' <= r && r <= '9':
			return r, Letter
		}
		return r, Separator
	case r < 0xC0:
		switch r {
		case 0xAA:
			return 'a', Letter
		case 0xBA:
			return 'o', Letter
		case 0xB5:
			return 0x3BC, Letter
		case 0xAD:
			return r, Ignored
		}
		return r, Separator
	case r < 0x180:
		if c := latin[r-0xC0]; c != ' ' {
			return rune(c), Letter
		}
		return r, Separator
	case r < 0x300:
		return unicode.ToLower(r), Letter
	case r < 0x370:
		return r, Ignored
	case r < 0x400:
		r = unicode.ToLower(r)
		if r == 0x3C2 { // the sigma at the end of a word
			r = 0x3C3
		}
		if 0x3B1 <= r && r < 0x3B1+rune(len(greek)) && greek[r-0x3B1] != ' ' {
			r = rune(greek[r-0x3B1])
		}
		return r, Letter
	case r < 0x530:
		if 0x483 <= r && r <= 0x489 {
			return r, Ignored
		}
		r = unicode.ToLower(r)
		if 0x430 <= r && r < 0x430+rune(len(cyrillic)) && cyrillic[r-0x430] != ' ' {
			r = rune(cyrillic[r-0x430])
		}
		return r, Letter
	case r < 0x1E00:
		switch {
		case 0x0E00 <= r && r < 0x1000, 0x1780 <= r && r < 0x1800: // vowel signs count: without them little is left
			if unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.In(r, unicode.Mn, unicode.Mc) {
				return r, Alone
			}
			return r, Separator
		case unicode.Is(unicode.Mn, r), r == 0x180E:
			return r, Ignored
		case unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.Mc, r):
			return unicode.ToLower(r), Letter
		}
		return r, Separator
	case r < 0x1F00:
		if c := additional[r-0x1E00]; c != ' ' {
			return rune(c), Letter
		}
		return unicode.ToLower(r), Letter
	case r < 0x2000:
		return unicode.ToLower(r), Letter
	case r < 0x2E80:
		return symbol(r)
	case r < 0xE000:
		switch {
		case r < 0x3041 && r != 0x3005:
			return r, Separator
		case r < 0xA4D0:
			return r, Alone
		case r < 0xAC00:
			return unicode.ToLower(r), Letter
		}
		return r, Letter
	}
	return beyond(r)
}

// symbol folds U+2000 to U+2E7F.
func symbol(r rune) (rune, Kind) {
	switch {
	case 0x200B <= r && r <= 0x200F, 0x202A <= r && r <= 0x202E, 0x2060 <= r && r <= 0x206F, 0x20D0 <= r && r < 0x2100:
		return r, Ignored
	case r == 0x212A:
		return 'k', Letter
	case r == 0x212B:
		return 'a', Letter
	case 0x24B6 <= r && r <= 0x24CF:
		return 'a' + r - 0x24B6, Letter
	case 0x24D0 <= r && r <= 0x24E9:
		return 'a' + r - 0x24D0, Letter
	case 0x2010 <= r && r <= 0x2015:
		return '-', Separator
	case 0x2018 <= r && r <= 0x201B:
		return '\'', Separator
	case 0x201C <= r && r <= 0x201F:
		return '"', Separator
	case r >= 0x2C00 && unicode.IsLetter(r):
		return unicode.ToLower(r), Letter
	}
	return r, Separator
}

// beyond folds what lies from U+E000.
func beyond(r rune) (rune, Kind) {
	switch {
	case 0xFF01 <= r && r <= 0xFF5E:
		return fold(r - 0xFEE0)
	case 0xFE00 <= r && r <= 0xFE0F, r == 0xFEFF, 0xE0000 <= r && r < 0xE0200:
		return r, Ignored
	case r < 0xFB00, 0xFE10 <= r && r <= 0xFE6F, 0xFF00 <= r && r < 0xFF66, 0xFFE0 <= r && r <= 0xFFFF:
		return r, Separator
	case r < 0x10000:
		return unicode.ToLower(r), Letter
	case 0x1D400 <= r && r <= 0x1D6A3: // mathematical letters: 13 alphabets of 52
		return 'a' + (r-0x1D400)%52%26, Letter
	case 0x1D7CE <= r && r <= 0x1D7FF:
		return '0' + (r-0x1D7CE)%10, Letter
	case 0x1F130 <= r && r <= 0x1F149:
		return 'a' + r - 0x1F130, Letter
	case 0x1F150 <= r && r <= 0x1F169:
		return 'a' + r - 0x1F150, Letter
	case 0x1F170 <= r && r <= 0x1F189:
		return 'a' + r - 0x1F170, Letter
	case 0x1F1E6 <= r && r <= 0x1F1FF:
		return 'a' + r - 0x1F1E6, Letter
	case 0x20000 <= r && r < 0x40000:
		return r, Alone
	case r < 0x1F000:
		return unicode.ToLower(r), Letter
	}
	return r, Separator
}
