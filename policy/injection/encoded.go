package injection

import (
	"slices"
	"unicode/utf8"
	"unsafe"
)

// Bounds of decoding. A text of n bytes has at most n of decoded text at each depth, in pieces of at most maxDecoded bytes.
const (
	minEncoded = 24
	maxDecoded = 48 << 10
	peek       = 48
)

// sixty is the value in base64 of a letter of the standard and of the URL alphabet; 64 for '=', 65 for what is no letter.
var sixty = func() (t [256]byte) {
	for i := range t {
		t[i] = 65
	}
	for i, c := range "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/" {
		t[c] = byte(i)
	}
	t['-'], t['_'], t['='] = 62, 63, 64
	return t
}()

// encoded looks at a long word that may be base64 or hex, or a piece of it. It returns where what it decoded ends, 0 if it is neither.
func (l *level) encoded(start, end int) int {
	start, at, hex := run(l.text, start, end, l.decoded)
	l.decoded = at
	l.judgeOf.work.look(at - start)
	if at-start < minEncoded || l.depth+1 == maxDepth {
		return 0
	}
	run, m := l.text[start:at], l.rules.mark(markBase64)
	if hex {
		m = l.rules.mark(markHex)
	}
	if !readable(l.decode(run[:min(len(run), peek*2)], hex, peek)) {
		return 0
	}
	for from := 0; from < len(run); from += maxDecoded {
		l.inner(view(l.decode(run[from:min(len(run), from+maxDecoded)], hex, maxDecoded)), m, start, at)
	}
	return at
}

// run is the run of letters of base64 around text[start:end], not before from, and whether it may be hex.
func run(text string, start, end, from int) (first, last int, hex bool) {
	for start > from && sixty[text[start-1]] < 64 {
		start--
	}
	hex = true
	at := end
	for i := start; i < end; i++ {
		hex = hex && digit(text[i]) < 16
	}
	for at < len(text) {
		c := text[at]
		if sixty[c] > 64 && !(c <= ' ' && wraps(text[at:])) {
			break
		}
		if c > ' ' {
			hex = hex && digit(c) < 16
		}
		at++
	}
	return start, at, hex
}

// wraps tells whether a line break lies within encoded text: the next line goes on with at least 16 letters of it.
func wraps(rest string) bool {
	i := 0
	for i < len(rest) && i < 2 && (rest[i] == '\n' || rest[i] == '\r') {
		i++
	}
	if i == 0 || len(rest) < i+16 {
		return false
	}
	for _, c := range []byte(rest[i : i+16]) {
		if sixty[c] > 64 {
			return false
		}
	}
	return true
}

func view(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// decode decodes into the level's buffer, at most so many bytes.
func (l *level) decode(run string, hex bool, most int) []byte {
	l.buffer = decode(l.buffer[:0], run, hex, most)
	return l.buffer
}

func decode(b []byte, run string, hex bool, most int) []byte {
	value, bits := uint32(0), 0
	for i := 0; i < len(run) && len(b) < most; i++ {
		v, width := uint32(sixty[run[i]]), 6
		if hex {
			v, width = uint32(digit(run[i])), 4
		}
		if v >= 64 || hex && v >= 16 {
			continue
		}
		value, bits = value<<width|v, bits+width
		if bits >= 8 {
			bits -= 8
			b = append(b, byte(value>>bits))
		}
	}
	return b
}

func digit(c byte) byte {
	switch {
	case '0' <= c && c <= '9':
		return c - '0'
	case 'a' <= c|0x20 && c|0x20 <= 'f':
		return c | 0x20 - 'a' + 10
	}
	return 16
}

// readable tells whether bytes look like text.
func readable(b []byte) bool {
	good, all := 0, 0
	for len(b) > 0 {
		r, size := utf8.DecodeRune(b)
		if r == utf8.RuneError && len(b) < utf8.UTFMax {
			break
		}
		if r >= ' ' && r < 0x7F || r == '\n' || r == '\t' || r == '\r' || r > 0xBF && r != utf8.RuneError {
			good++
		}
		all++
		b = b[size:]
	}
	return all >= 10 && good*20 >= all*19
}

// escapes looks at a run of "%69", "\x69", "\u0069" or "&#105;". It returns where a run that was judged ends.
func (l *level) escapes(i int) int {
	if i < l.decoded || l.depth+1 == maxDepth {
		return i
	}
	b, at := l.buffer[:0], i
	for at < len(l.text) && len(b) < maxDecoded {
		c, size := escape(l.text[at:])
		if size == 0 {
			break
		}
		b = utf8.AppendRune(b, c)
		at += size
	}
	l.buffer, l.decoded = b, at
	l.judgeOf.work.look(at - i)
	if len(b) < 12 || !readable(b[:min(len(b), peek)]) {
		return i
	}
	l.inner(view(b), l.rules.mark(markEscapes), i, at)
	return at
}

// escape reads one escape; no size if there is none.
func escape(s string) (c rune, size int) {
	number := func(from, n int) (c rune, size int) {
		if len(s) < from+n {
			return 0, 0
		}
		for _, d := range []byte(s[from : from+n]) {
			if digit(d) > 15 {
				return 0, 0
			}
			c = c<<4 | rune(digit(d))
		}
		return c, from + n
	}
	switch {
	case len(s) < 3:
	case s[0] == '%':
		return number(1, 2)
	case s[0] == '\\' && s[1] == 'x':
		return number(2, 2)
	case s[0] == '\\' && s[1] == 'u':
		return number(2, 4)
	case s[0] == '&' && s[1] == '#' && s[2]|0x20 == 'x':
		for i := 3; i < len(s) && i < 10; i++ {
			if s[i] == ';' {
				return c, i + 1
			}
			if digit(s[i]) > 15 {
				break
			}
			c = c<<4 | rune(digit(s[i]))
		}
	case s[0] == '&' && s[1] == '#':
		for i := 2; i < len(s) && i < 9; i++ {
			if s[i] == ';' {
				return c, i + 1
			}
			if s[i] < '0' || s[i] > '9' {
				break
			}
			c = c*10 + rune(s[i]-'0')
		}
	}
	return 0, 0
}

// inner judges a decoded text. If it is bad, the mark is noted at its place in this one.
func (l *level) inner(text string, mark uint16, start, end int) {
	if l.depth+1 == maxDepth {
		return
	}
	in := l.judgeOf.level(l.depth + 1)
	if in.judge(text, true, false); in.worst >= l.judgeOf.bar {
		l.hit(mark, start, end)
	}
}

// add counts a word that is near the others. Once there are two, those far from them no longer count.
func (t *turning) add(start, end int) {
	const near = 400
	switch {
	case t.n == 0 || t.n < 2 && start-t.last > near:
		t.n, t.first = 0, start
	case start-t.last > near:
		return
	}
	t.n++
	t.last = end
}

// turn judges what has two words in rot13, or written backwards, close to each other: the text around them, turned.
func (l *level) turn() {
	const around = 2000
	for _, k := range []turn{rot13, reversed} {
		t := l.turned[k]
		if t.n < 2 {
			continue
		}
		from := max(0, t.first-around)
		to := min(len(l.text), t.last+around, from+maxDecoded)
		b := append(l.buffer[:0], l.text[from:to]...)
		m := l.rules.mark(markRot13)
		if k == reversed {
			m = l.rules.mark(markReversed)
			slices.Reverse(b)
		} else {
			for i, c := range b {
				if low := c | 0x20; 'a' <= low && low <= 'z' {
					b[i] = c&0x20 | ('A' + (c&^0x20-'A'+13)%26)
				}
			}
		}
		l.buffer = b
		l.inner(view(b), m, t.first, t.last)
	}
}
