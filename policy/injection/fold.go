package injection

import "unicode"

// What a byte of ASCII is, besides a letter or digit, which stands for itself in lower case.
const (
	space   = iota // ends a word
	stop           // ends a sentence
	mark           // may begin something that no person types
	within         // an apostrophe: does not end a word
	newline        // two end a sentence
)

// ascii is the folded letter or digit, or one of the above.
var ascii = func() (t [128]byte) {
	for c := range t {
		switch {
		case 'a' <= c && c <= 'z', '0' <= c && c <= '9':
			t[c] = byte(c)
		case 'A' <= c && c <= 'Z':
			t[c] = byte(c) | 0x20
		}
	}
	for _, c := range ".!?;" {
		t[c] = stop
	}
	for _, c := range "!<[%\\&-" {
		t[c] = mark
	}
	t['\''], t['\n'] = within, newline
	return t
}()

// letterOf is the folded letter or digit of a byte; 0 for all others.
var letterOf = func() (t [256]byte) {
	for c, f := range ascii {
		if f > newline {
			t[c] = f
		}
	}
	return t
}()

// separators are the bytes that only part words, and those that end sentences: one more than what they add to the number of a word.
var separators = func() (t [256]byte) {
	for c, f := range ascii {
		switch f {
		case space:
			t[c] = 1
		case stop:
			t[c] = 1 + sentence
		}
	}
	return t
}()

// latin folds U+00C0 to U+017F to letters of ASCII; a blank is no letter. Source: the decompositions of UnicodeData.txt, and the usual
// transcriptions of letters that have none.
const latin = "aaaaaaaceeeeiiiidnooooo ouuuuypsaaaaaaaceeeeiiiidnooooo ouuuuypy" +
	"aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkkllllllllllnnnnnnnnnoooooooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs"

// cyrillic folds U+0430 to U+045F: letters that look like one of ASCII to it, others to themselves (a blank). Source: confusables.txt of UTS 39.
const cyrillic = "a    e        o pc y x          ee   siij       "

// greek folds U+03B1 to U+03C9 in the same manner.
const greek = "a y e n ik  v o p  tu x w"

// Kinds of runes that are no letters of ASCII.
const (
	letter    = 0x100 + iota // folds to the rune itself, in lower case
	alone                    // a letter of a script without spaces: a word of its own
	ignored                  // combining marks and formats: as if not there
	invisible                // formats that hide text: tags, and variation selectors that carry bytes
	separator
	full // ends a sentence
)

// fold folds a rune beyond ASCII: to a letter or digit of ASCII, or to one of the kinds above with the rune in lower case.
func fold(r rune) (kind int, lower rune) {
	switch {
	case r < 0xC0:
		switch r {
		case 0xAA:
			return 'a', r
		case 0xBA:
			return 'o', r
		case 0xAD:
			return ignored, r
		}
		return separator, r
	case r < 0x180:
		if c := latin[r-0xC0]; c != ' ' {
			return int(c), r
		}
		return separator, r
	case r < 0x300:
		return letter, unicode.ToLower(r)
	case r < 0x370:
		return ignored, r
	case r < 0x400:
		if 0x391 <= r && r <= 0x3A9 {
			r += 0x20
		}
		if 0x3B1 <= r && r <= 0x3C9 && greek[r-0x3B1] != ' ' {
			return int(greek[r-0x3B1]), r
		}
		return letter, r
	case r < 0x530:
		switch {
		case 0x410 <= r && r <= 0x42F:
			r += 0x20
		case 0x400 <= r && r <= 0x40F:
			r += 0x50
		}
		if 0x430 <= r && r < 0x430+rune(len(cyrillic)) && cyrillic[r-0x430] != ' ' {
			return int(cyrillic[r-0x430]), r
		}
		return letter, r
	case r < 0x1E00:
		if 0x0E00 <= r && r < 0x0F00 || 0x1780 <= r && r < 0x1800 {
			return alone, r
		}
		if unicode.Is(unicode.Mn, r) {
			return ignored, r
		}
		if unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.Mc, r) {
			return letter, r
		}
		if r == 0x180E {
			return ignored, r
		}
		return separator, r
	case r < 0x2000:
		return letter, unicode.ToLower(r)
	case r < 0x2E80:
		return symbol(r)
	case r < 0xE000:
		switch {
		case r == 0x3002:
			return full, r
		case r < 0x3041:
			return separator, r
		case r < 0xAC00:
			return alone, r
		}
		return letter, r
	}
	return beyond(r)
}

// symbol folds U+2000 to U+2E7F.
func symbol(r rune) (int, rune) {
	switch {
	case 0x200B <= r && r <= 0x200F, 0x202A <= r && r <= 0x202E, 0x2060 <= r && r <= 0x206F:
		return ignored, r
	case r == 0x2019, r == 0x2018:
		return ignored, r // apostrophes
	case 0x24B6 <= r && r <= 0x24CF:
		return 'a' + int(r-0x24B6), r
	case 0x24D0 <= r && r <= 0x24E9:
		return 'a' + int(r-0x24D0), r
	case 0x20D0 <= r && r < 0x2100:
		return ignored, r
	}
	return separator, r
}

// beyond folds what lies from U+E000.
func beyond(r rune) (int, rune) {
	switch {
	case 0xFF01 <= r && r <= 0xFF5E:
		c := ascii[r-0xFEE0]
		switch c {
		case stop:
			return full, r
		case space, mark, within, newline:
			return separator, r
		}
		return int(c), r
	case 0xFE00 <= r && r <= 0xFE0F, r == 0xFEFF:
		return ignored, r
	case r < 0xFB00, 0xFE10 <= r && r <= 0xFE6F, r == 0xFFFD:
		return separator, r
	case r < 0x10000:
		return letter, r
	case 0x1D400 <= r && r <= 0x1D6A3: // mathematical letters: 13 alphabets of 52
		return 'a' + int(r-0x1D400)%52%26, r
	case 0x1D7CE <= r && r <= 0x1D7FF:
		return '0' + int(r-0x1D7CE)%10, r
	case 0x1F130 <= r && r <= 0x1F149:
		return 'a' + int(r-0x1F130), r
	case 0x1F150 <= r && r <= 0x1F169:
		return 'a' + int(r-0x1F150), r
	case 0x1F170 <= r && r <= 0x1F189:
		return 'a' + int(r-0x1F170), r
	case 0x1F1E6 <= r && r <= 0x1F1FF:
		return 'a' + int(r-0x1F1E6), r
	case 0x20000 <= r && r < 0x40000:
		return alone, r
	case 0xE0000 <= r && r < 0xE0200:
		return invisible, r
	case r < 0x1F000:
		return letter, r
	}
	return separator, r
}
