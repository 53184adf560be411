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
// is the length of the text. It looks at 48 bytes at once: a run that counts has a digit or two dashes, and seven bytes more that are not
// blank, or is fifteen of those.
func (s *Scanner) next(from int) (start, end int) {
	text, atEOF := s.w.Text, s.w.EOF
	var there, marks uint64 // bits of the 16 bytes before i and the 48 from i on: which are not blank, which are digits or dashes
	for i := from; i < len(text); {
		s.w.Count(6)
		var t, m uint64
		if i+48 <= len(text) {
			b := text[i : i+48]
			x := window.Eight(b, 0)
			t, m = window.Bits(window.Solid(x)), window.Bits(marked(x))
			x = window.Eight(b, 8)
			t, m = t|window.Bits(window.Solid(x))<<8, m|window.Bits(marked(x))<<8
			x = window.Eight(b, 16)
			t, m = t|window.Bits(window.Solid(x))<<16, m|window.Bits(marked(x))<<16
			x = window.Eight(b, 24)
			t, m = t|window.Bits(window.Solid(x))<<24, m|window.Bits(marked(x))<<24
			x = window.Eight(b, 32)
			t, m = t|window.Bits(window.Solid(x))<<32, m|window.Bits(marked(x))<<32
			x = window.Eight(b, 40)
			t, m = t|window.Bits(window.Solid(x))<<40, m|window.Bits(marked(x))<<40
		} else {
			for k := 0; i+k < len(text); k += 8 {
				x := window.Rest(text, i+k)
				t, m = t|window.Bits(window.Solid(x))<<k, m|window.Bits(marked(x))<<k
			}
		}
		there, marks = there>>48|t<<16, marks>>48|m<<16
		// Bits where so many bytes begin that are not blank, and those of all bytes that are among eight.
		two := there & (there >> 1)
		four := two & (two >> 2)
		eight := four & (four >> 4)
		among := eight | eight<<1
		among |= among << 2
		among |= among << 4
		hit := eight&(eight>>(plain-shortest)) | among&marks
		if hit == 0 {
			i += 48
			continue
		}
		at := i - 16 + bits.TrailingZeros64(hit)
		for at < len(text) && class[text[at]]&run == 0 {
			s.w.Count(1)
			at++
		}
		if at == len(text) {
			break
		}
		start, end = around(text, at, from)
		if s.w.Count(end - start); counts(text, start, end, atEOF) {
			return start, end
		}
		i, there, marks = end, 0, 0
	}
	if start = len(text); !atEOF {
		for start > from && class[text[start-1]]&run != 0 {
			start--
		}
	}
	return start, len(text)
}

// marked is the mask of the digits in eight bytes, and of the second of two dashes.
func marked(x uint64) uint64 {
	dashes := window.Between(x, '-', '-')
	return window.Between(x, '0', '9') | dashes&(dashes<<8)
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
