package openai

import (
	"math/bits"
	"slices"
	"unicode/utf16"
	"unicode/utf8"
	"unsafe"
)

// Eight bytes in one number, the first the lowest.
const (
	ones  = 0x0101010101010101
	highs = 0x80 * ones
)

// eight returns the eight bytes at i. Of a string the compiler knows that they are there; of a slice, whose room it asks for, it does not.
func eight(text string, i int) uint64 {
	b := text[i : i+8]
	return uint64(b[0]) | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 |
		uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56
}

// view is a text of bytes that stay as they are.
func view(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// stops marks the bytes that do not stand for themselves: quotes, backslashes, control characters, and what is not ASCII. With a bit turned,
// a quote is next to the control characters. A borrow can mark bytes behind the first that really stops, never one before it.
func stops(w uint64) uint64 {
	return (w | (w ^ ones*2 - ones*('"'^2+1)) | (w ^ ones*'\\' - ones)) & highs
}

// plain goes over bytes that stand for themselves: ASCII but for quotes, backslashes and control characters. It looks at 32 at once.
func plain(text string, i int) int {
	if i+8 <= len(text) { // names are short
		if w := stops(eight(text, i)); w != 0 {
			return i + bits.TrailingZeros64(w)/8
		}
		i += 8
	}
	for ; i+32 <= len(text); i += 32 {
		b := text[i : i+32]
		w, x, y, z := stops(eight(b, 0)), stops(eight(b, 8)), stops(eight(b, 16)), stops(eight(b, 24))
		if w|x|y|z == 0 {
			continue
		}
		if w != 0 {
			return i + bits.TrailingZeros64(w)/8
		}
		if x != 0 {
			return i + 8 + bits.TrailingZeros64(x)/8
		}
		if y != 0 {
			return i + 16 + bits.TrailingZeros64(y)/8
		}
		return i + 24 + bits.TrailingZeros64(z)/8
	}
	for ; i+8 <= len(text); i += 8 {
		if w := stops(eight(text, i)); w != 0 {
			return i + bits.TrailingZeros64(w)/8
		}
	}
	for ; i < len(text); i++ {
		if c := text[i]; c < 0x20 || c == '"' || c == '\\' || c >= utf8.RuneSelf {
			break
		}
	}
	return i
}

// short are what escapes of one letter stand for.
var short = [256]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

// escape reads the escape that the text begins with: what it stands for, and its length. Half of a surrogate pair stands for U+FFFD, and
// its length is negative; the length is 0 if there is no escape.
func escape(b string) (rune, int) {
	if len(b) < 2 {
		return 0, 0
	}
	if c := short[b[1]]; c != 0 {
		return rune(c), 2
	}
	if b[1] == 'u' {
		first := unit(b)
		switch {
		case first < 0:
			return 0, 0
		case !utf16.IsSurrogate(first):
			return first, 6
		}
		if pair := utf16.DecodeRune(first, unit(b[6:])); pair != utf8.RuneError {
			return pair, 12
		}
		return utf8.RuneError, -6
	}
	return 0, 0
}

// unit is the UTF-16 unit that a \u escape stands for; -1 if it is none.
func unit(b string) rune {
	if len(b) < 6 || b[0] != '\\' || b[1] != 'u' {
		return -1
	}
	var r rune
	for i := 2; i < 6; i++ {
		h := hex(b[i])
		if h < 0 {
			return -1
		}
		r = r<<4 | rune(h)
	}
	return r
}

// unquote returns the text of a string literal: a view of the literal itself where it has no escapes.
func unquote(literal []byte) string {
	inner := view(literal[1 : len(literal)-1])
	first := backslash(inner, 0)
	if first == len(inner) {
		return inner
	}
	return view(appendText(make([]byte, 0, len(inner)), inner, first))
}

// backslash returns where the first backslash at or after i is; the length if there is none.
func backslash(b string, i int) int {
	for ; i+32 <= len(b); i += 32 {
		c := b[i : i+32]
		if slashes(eight(c, 0))|slashes(eight(c, 8))|slashes(eight(c, 16))|slashes(eight(c, 24)) != 0 {
			break
		}
	}
	for ; i+8 <= len(b); i += 8 {
		if hit := slashes(eight(b, i)); hit != 0 {
			return i + bits.TrailingZeros64(hit)/8
		}
	}
	for i < len(b) && b[i] != '\\' {
		i++
	}
	return i
}

// slashes marks the backslashes, and perhaps bytes behind the first of them.
func slashes(w uint64) uint64 {
	w ^= ones * '\\'
	return (w - ones) &^ w & highs
}

// appendText appends the text of the inside of a string literal whose first escape is at first.
func appendText(b []byte, inner string, first int) []byte {
	b = append(slices.Grow(b, len(inner)), inner[:first]...)
	// What is read is never shorter than what it stands for, so that there is room for as many bytes as are left.
	to, n := b[:cap(b)], len(b)
	for i := first; i < len(inner); {
		if inner[i] != '\\' {
			next := backslash(inner, i)
			n += copy(to[n:], inner[i:next])
			i = next
			continue
		}
		if c := short[inner[i+1]]; c != 0 {
			to[n] = c
			i, n = i+2, n+1
			continue
		}
		c, size := escape(inner[i:])
		n += utf8.EncodeRune(to[n:], c)
		i += max(size, -size)
	}
	return to[:n]
}

// AppendQuote appends a text as a string literal. Invalid UTF-8 becomes U+FFFD.
func AppendQuote(b []byte, text string) []byte {
	if plain(text, 0) == len(text) {
		return append(append(append(b, '"'), text...), '"')
	}
	return appendEscaped(b, text)
}

// appendEscaped is AppendQuote where something needs an escape, or is not ASCII.
func appendEscaped(b []byte, text string) []byte {
	const hex = "0123456789abcdef"
	b = append(b, '"')
	for i, c := range text { // an invalid byte comes as U+FFFD
		switch {
		case c == '"' || c == '\\':
			b = append(b, '\\', byte(c))
		case c == '\n':
			b = append(b, '\\', 'n')
		case c == '\r':
			b = append(b, '\\', 'r')
		case c == '\t':
			b = append(b, '\\', 't')
		case c == '\b':
			b = append(b, '\\', 'b')
		case c == '\f':
			b = append(b, '\\', 'f')
		case c < ' ':
			b = append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		case c < utf8.RuneSelf:
			b = append(b, text[i])
		default:
			b = utf8.AppendRune(b, c)
		}
	}
	return append(b, '"')
}

// quote returns a text as a string literal.
func quote(text string) []byte { return AppendQuote(nil, text) }
