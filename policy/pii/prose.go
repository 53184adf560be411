package pii

import (
	"math/bits"

	"github.com/usagepanda/usage-panda-envoy/policy/internal/window"
)

// dismiss tells of the anchor at i whether a few bytes about it show that it belongs to nothing, as most in prose do: "7:45", "8.4%",
// "1,250", "3rd". Then next, which is behind it, is where the next one may be; else it is i. What it says no more text can change, and the
// scanner would say the same in longer: this only saves the time.
func dismiss(text string, i int) (next int) {
	const most = 6 // digits
	if i < 2 || i+24 > len(text) {
		return i
	}
	t := text[i-2 : i+24] // the anchor is at 2
	if t[2] == ':' {
		// An address has another ':' behind at most four digits.
		if t[3] == '/' || window.Equal(window.Eight(t, 3), ':')&0x8080808080 != 0 {
			return i
		}
		return i + 1
	}
	x := window.Eight(t, 2)
	size := bits.TrailingZeros64(^(window.Between(x, '0', '9') | window.Ones*0x7F)) / 8
	if size == 0 || size > most {
		return i
	}
	before, j := t[1], 2+size
	after := t[j]
	switch {
	case class[before]&letter != 0:
		return i
	case class[before]&digit != 0 || before == '_' || after == '_':
		return i + size
	case before == '-' || before == '.' || before == '/':
		if class[t[0]]&digit != 0 { // it goes on a number that was judged before
			return i + size
		}
	case (before == ' ' || before == ')') && class[t[0]]&digit != 0:
		if size == 4 {
			return i
		} else if size < 3 {
			return i + size
		}
	}
	switch {
	case class[after]&letter != 0:
		if before == '-' || t[4] == '-' || after|0x20 == 'x' || (t[2] == '1' || t[2] == '3') && window.Solid(x) == 0x80*window.Ones {
			return i
		}
	case after == 0xC2 || after == 0xE2 || after == '-' && size == 2:
		return i
	case after < 0x80 && separators[after] != 0:
		switch c := t[j+1]; {
		case class[c]&digit != 0:
			// Another group. Two are the least that a number has that is told, and one of seven digits.
			more := bits.TrailingZeros64(^(window.Between(window.Eight(t, j+1), '0', '9') | window.Ones*0x7F)) / 8
			k := j + 1 + more
			if size+more > most || goesOn(t[k], t[k+1]) {
				return i
			}
			if after == ' ' || after == '(' || after == ')' {
				return i + size
			}
			return i + size + 1 + more
		case goesOn(c, t[j+2]):
			return i
		}
	}
	if size > 2 || !mayBeDay(t, j) {
		return i + size
	}
	return i
}

// goesOn tells whether a number may go on behind a byte that a second one follows.
func goesOn(a, b byte) bool {
	return a >= 0x80 || separators[a] != 0 && (b >= 0x80 || class[b]&digit != 0 || separators[b] != 0)
}

// mayBeDay tells whether what is at i may follow the day in a date: a year, or the first two letters of a month.
func mayBeDay(t string, i int) bool {
	switch t[i] | 0x20 {
	case 's', 'n', 'r', 't': // st, nd, rd, th
		i += 2
	}
	for n := 0; n < 3 && (t[i] == ' ' || t[i] == ',' || t[i] == '.'); n++ {
		i++
	}
	if class[t[i]]&digit != 0 {
		return t[i] == '1' && t[i+1] == '9' || t[i] == '2' && t[i+1] == '0' || t[i] == '0'
	}
	a, b := t[i]|0x20, t[i+1]|0x20
	if (a == 'o' && b == 'f' || a == 'd' && b == 'e') && t[i+2] == ' ' {
		i += 3
		a, b = t[i]|0x20, t[i+1]|0x20
	}
	return a >= 0x80 || b >= 0x80 || a-'a' < 26 && b-'a' < 26 && months[a-'a']>>(b-'a')&1 != 0
}

// months has bit 1<<second of months[first] for the first two letters of the names that month knows.
var months = func() (t [26]uint32) {
	const pairs = "jafemaapjuauseocnodeokavenabagdigeluotoumegi"
	for i := 0; i < len(pairs); i += 2 {
		t[pairs[i]-'a'] |= 1 << (pairs[i+1] - 'a')
	}
	return t
}()
