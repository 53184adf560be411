package secrets

import (
	"math"
	"strings"
)

// logs are n*log2(n).
var logs = func() (t [513]float64) {
	for n := 2; n < len(t); n++ {
		t[n] = float64(n) * math.Log2(float64(n))
	}
	return t
}()

// entropy is Shannon's, of the first 512 bytes, in bits per byte.
func entropy(text string) float64 {
	if text = text[:min(len(text), len(logs)-1)]; text == "" {
		return 0
	}
	var count [256]uint16
	for i := range len(text) {
		count[text[i]]++
	}
	sum := logs[len(text)]
	for i := range len(text) { // each byte once
		c := &count[text[i]]
		sum -= logs[*c]
		*c = 0
	}
	return sum / float64(len(text))
}

// pairs are the pairs of letters, bit 1<<second of pairs[first], that make up 97.5 % of those in English text.
var pairs = [26]uint32{
	0x13EBD6E, 0x1124B11, 0x11E4D95, 0x1164919, 0x1EFF9FF, 0x11A4931, 0x01669D1, 0x11A4111, 0x22EFC7F, 0x0040010, 0x0040111, 0x11CC919,
	0x114D113, 0x13C6D7D, 0x07EFD6F, 0x01EC991, 0x0100000, 0x13EFD7D, 0x11CDD95, 0x15EC995, 0x00EB95F, 0x0004111, 0x0066191, 0x0088001,
	0x004C810, 0x0000010,
}

// wordy is the share of a text that looks like words: at least three letters, in which every pair is a common one and case does not change
// but after the first.
func wordy(text string) float64 {
	covered, from := 0, 0
	for i := 0; i <= len(text); i++ {
		if i < len(text) && class[text[i]]&letter != 0 {
			if i == from {
				continue
			}
			a, b := text[i-1], text[i]
			small := class[b]&lower != 0
			if (small || class[a]&upper != 0 && class[b]&upper != 0) && pairs[a|0x20-'a']>>(b|0x20-'a')&1 != 0 {
				continue
			}
			if i-from >= 3 {
				covered += i - from
			}
			from = i
			continue
		}
		if i-from >= 3 {
			covered += i - from
		}
		from = i + 1
	}
	return float64(covered) / float64(len(text))
}

// placeholder tells whether a value only stands for one: "xxxx", "abcdefghi", "example".
func placeholder(text string) bool {
	same, row := 1, 1
	for i := range len(text) {
		b := text[i] | 0x20
		if b == 'e' && hasFold(text[i:], "example") {
			return true
		}
		if i == 0 {
			continue
		}
		a := text[i-1] | 0x20
		if same++; a != b {
			same = 1
		}
		if row++; b != a+1 || class[text[i]]&letter == 0 {
			row = 1
		}
		if same >= 8 && same > len(text)/2 || row >= 9 {
			return true
		}
	}
	return false
}

// version tells whether a text has a version's number in it, 1.2.3.
func version(text string) bool {
	dots := 0
	for i := 1; i+1 < len(text); i++ {
		switch {
		case text[i] == '.' && class[text[i-1]]&class[text[i+1]]&digit != 0:
			if dots++; dots == 2 {
				return true
			}
		case class[text[i]]&digit == 0:
			dots = 0
		}
	}
	return strings.Contains(text, "SNAPSHOT")
}

// hasFold tells whether a text begins with another, of small letters, in any letter case.
func hasFold(text, with string) bool {
	if len(text) < len(with) {
		return false
	}
	for i := range len(with) {
		c := text[i]
		if 'A' <= c && c <= 'Z' {
			c |= 0x20
		}
		if c != with[i] {
			return false
		}
	}
	return true
}
