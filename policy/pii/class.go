package pii

import (
	"math/bits"

	"github.com/usagepanda/usage-panda-envoy/policy/internal/window"
)

// What a byte may be.
const (
	digit  = 1 << iota // 0 to 9
	letter             // of ASCII
	hex                // a hexadecimal digit
	local              // of the name before an '@'
	domain             // of what follows it
	lead               // may stand before an anchor, and belong to it
	word   = digit | letter
)

const (
	maxLocal = 64 // RFC 5321
	maxLead  = 18 // what may stand before a digit or ':', at most, and belong to it: all but the end of a MAC address
)

// class tells what each byte may be. Of letters beyond ASCII, those of Latin's two blocks may stand in an address,
// and Cyrillic ones in its domain; other scripts set no space before or behind one.
var class = func() (t [256]uint8) {
	set := func(bytes string, c uint8) {
		for i := range len(bytes) {
			t[bytes[i]] |= c
		}
	}
	for c := byte('a'); c <= 'z'; c++ {
		set(string([]byte{c, c - 0x20}), letter|local|domain|lead)
	}
	set("0123456789", digit|hex|local|domain|lead)
	set("abcdefABCDEF", hex)
	set("._%+'-", local|lead)
	set("-.", domain)
	set("(", lead)
	for c := 0x80; c <= 0xBF; c++ {
		t[c] |= local | domain | lead
	}
	for c := 0xC3; c <= 0xC9; c++ {
		t[c] |= local | domain | lead
	}
	for c := 0xD0; c <= 0xD3; c++ {
		t[c] |= domain
	}
	return t
}()

// anchor returns the first digit, '@' or ':' at or after i; the length of the text if there is none. It looks at 32 bytes at once.
func anchor(text string, i int) int {
	for ; i+32 <= len(text); i += 32 {
		b := text[i : i+32]
		v, w, x, y := window.Eight(b, 0), window.Eight(b, 8), window.Eight(b, 16), window.Eight(b, 24)
		if window.Between(v, '0', '@')|window.Between(w, '0', '@')|window.Between(x, '0', '@')|window.Between(y, '0', '@') == 0 {
			continue
		}
		if hit := anchors(v); hit != 0 {
			return i + bits.TrailingZeros64(hit)/8
		}
		if hit := anchors(w); hit != 0 {
			return i + 8 + bits.TrailingZeros64(hit)/8
		}
		if hit := anchors(x); hit != 0 {
			return i + 16 + bits.TrailingZeros64(hit)/8
		}
		if hit := anchors(y); hit != 0 {
			return i + 24 + bits.TrailingZeros64(hit)/8
		}
	}
	for ; i+8 <= len(text); i += 8 {
		if hit := anchors(window.Eight(text, i)); hit != 0 {
			return i + bits.TrailingZeros64(hit)/8
		}
	}
	for ; i < len(text); i++ {
		if c := text[i]; '0' <= c && c <= ':' || c == '@' {
			break
		}
	}
	return i
}

// anchors is the mask of the anchors in eight bytes.
func anchors(x uint64) uint64 { return window.Between(x, '0', ':') | window.Equal(x, '@') }
