package secrets

import (
	"math/bits"
	"strings"

	"github.com/usagepanda/usage-panda-envoy/policy/internal/window"
)

// What a byte may be.
const (
	digit = 1 << iota
	upper
	lower
	hexLower // a to f
	hexUpper // A to F
	dash     // -
	under    // _
	base     // + and /
	equals   // =
	dotted   // .
	tilde    // ~
	colon    // :
	percent  // %
	run      // may stand within a secret, or between its name and it
	letter   = upper | lower
	word     = digit | letter
)

var class = func() (t [256]uint16) {
	for c := byte('!'); c <= '~'; c++ {
		t[c] = run
	}
	for _, c := range []byte("\"'`<>()[]{},;\\") {
		t[c] = 0
	}
	for c := byte('0'); c <= '9'; c++ {
		t[c] |= digit
	}
	for c := byte('a'); c <= 'z'; c++ {
		t[c] |= lower
		t[c-0x20] |= upper
	}
	for c := byte('a'); c <= 'f'; c++ {
		t[c] |= hexLower
		t[c-0x20] |= hexUpper
	}
	t['-'], t['_'], t['+'], t['/'], t['='] = run|dash, run|under, run|base, run|base, run|equals
	t['.'], t['~'], t[':'], t['%'] = run|dotted, run|tilde, run|colon, run|percent
	return t
}()

const (
	// shortest is the least length of what is looked at: no secret is shorter.
	shortest = 8

	// plain is the length from which on a secret may have no digit.
	plain = 15
)

// next returns the first run at or after from that may hold a secret. One that the text ends in may yet become one that does. No run: start
// is the length of the text. It looks at eight bytes at once: a run that counts has a digit, two dashes or more in those bytes, or fills them.
func next(text string, from int, atEOF bool) (start, end int) {
	last := ^uint64(0) // what was blank of the eight bytes before i; all of them, where nobody looked
	for i := from; i < len(text); {
		if i+8 > len(text) { // the rest, as if blanks came behind it
			return rest(text, i, from, atEOF)
		}
		x := window.Eight(text, i)
		blank := window.Blank(x)
		dashes := window.Equal(x, '-')
		marks := window.Between(x, '0', '9') | dashes&(dashes<<8)
		least, at := plain, 0
		switch {
		case marks != 0:
			least, at = shortest, bits.TrailingZeros64(marks)/8
		case blank != 0:
			last = blank
			i += 8
			continue
		}
		// What is not blank about that place: the run is no longer.
		first, end := at, at
		if b := blank & (1<<(8*at) - 1); b != 0 {
			first = 8 - bits.LeadingZeros64(b)/8
		} else {
			first = -bits.LeadingZeros64(last) / 8
		}
		if b := blank >> (8 * at); b != 0 {
			end += bits.TrailingZeros64(b) / 8
		} else if i+16 <= len(text) {
			end = 8 + bits.TrailingZeros64(window.Blank(window.Eight(text, i+8)))/8
		} else {
			end = plain
		}
		if end-first >= least {
			for at < 8 && class[text[i+at]]&run == 0 {
				at++
			}
			if at < 8 {
				if start, end = around(text, i+at, from); counts(text, start, end, atEOF) {
					return start, end
				}
				i, last = end, ^uint64(0)
				continue
			}
		}
		if end < 8 {
			i, last = i+end, ^uint64(0)
		} else {
			i, last = i+8, blank
		}
	}
	return rest(text, len(text), from, atEOF)
}

// rest is next for the last few bytes, from i on.
func rest(text string, i, from int, atEOF bool) (start, end int) {
	for ; i < len(text); i++ {
		if class[text[i]]&digit != 0 || text[i] == '-' {
			if start, end = around(text, i, from); counts(text, start, end, atEOF) {
				return start, end
			}
			i = end - 1
		}
	}
	if start = len(text); !atEOF {
		for start > from && class[text[start-1]]&run != 0 {
			start--
		}
	}
	return start, len(text)
}

// around is the run that the byte at i is in, as far as it is not before from.
func around(text string, i, from int) (start, end int) {
	for start = i; start > from && class[text[start-1]]&run != 0; {
		start--
	}
	for end = i + 1; end < len(text) && class[text[end]]&run != 0; {
		end++
	}
	return start, end
}

// counts tells whether a run may hold a secret, or the beginning of a private key.
func counts(text string, start, end int, atEOF bool) bool {
	return end == len(text) && !atEOF || end-start >= shortest && (mixed(text[start:end]) || strings.Contains(text[start:end], "-----"))
}

// mixed tells whether a text may be a secret or hold one: it is long, or has a digit.
func mixed(text string) bool {
	if len(text) >= plain {
		return true
	}
	for i := range len(text) {
		if class[text[i]]&digit != 0 {
			return true
		}
	}
	return false
}
