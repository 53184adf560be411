package main

import (
	"encoding/binary"
	"strings"
	"unicode"

	"github.com/usagepanda/usage-panda-envoy/wordlists/internal/dfa"
)

// solid are the scripts that set no space between words: those of Unicode's UAX 29 that have no word of more than one letter by rule.
var solid = []*unicode.RangeTable{
	unicode.Han, unicode.Hiragana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar,
	unicode.Tai_Le, unicode.New_Tai_Lue, unicode.Tai_Tham, unicode.Tai_Viet, unicode.Ahom,
}

// Runes returns the table of runes of package dfa, in the form that it says.
func Runes() []byte {
	const size = 128
	var kinds, index, pages []byte
	kindOf, pageOf := map[int32]byte{}, map[string]byte{}
	for first := rune(0); first <= unicode.MaxRune; first += size {
		var page [size]byte
		for i := range page {
			r := first + rune(i)
			f := fold(r)
			word := (f-r)<<8 | int32(kind(f))
			n, ok := kindOf[word]
			if !ok {
				n = byte(len(kindOf))
				kindOf[word] = n
				kinds = binary.LittleEndian.AppendUint32(kinds, uint32(word))
			}
			page[i] = n
		}
		n, ok := pageOf[string(page[:])]
		if !ok {
			n = byte(len(pageOf))
			pageOf[string(page[:])] = n
			pages = append(pages, page[:]...)
		}
		index = append(index, n)
	}
	if len(kindOf) > 256 || len(pageOf) > 256 {
		panic("runes: more than 256 kinds or pages; want wider numbers")
	}
	kinds = append(kinds, make([]byte, 4*256-len(kinds))...)
	return append(append(kinds, index...), pages...)
}

// letterlike are the letters that Unicode had before it had the mathematical alphabets, which have a gap there.
var letterlike = map[rune]rune{
	'ℬ': 'b', 'ℭ': 'c', 'ℂ': 'c', 'ℯ': 'e', 'ℰ': 'e', 'ℱ': 'f', 'ℊ': 'g', 'ℋ': 'h', 'ℌ': 'h', 'ℍ': 'h', 'ℎ': 'h', 'ℐ': 'i', 'ℑ': 'i', 'ℒ': 'l', 'ℳ': 'm',
	'ℕ': 'n', 'ℴ': 'o', 'ℙ': 'p', 'ℚ': 'q', 'ℛ': 'r', 'ℜ': 'r', 'ℝ': 'r', 'ℤ': 'z', 'ℨ': 'z',
}

// fold returns the least of a rune's cases by Unicode's simple folding, in lower case if it is ASCII; the ASCII apostrophe for those
// that typography puts in its place; and the letter of ASCII for its full-width form, and for those of mathematics.
func fold(r rune) rune {
	switch {
	case 'Ａ' <= r && r <= 'Ｚ':
		return r - 'Ａ' + 'a'
	case 'ａ' <= r && r <= 'ｚ':
		return r - 'ａ' + 'a'
	case '𝐀' <= r && r <= '𝚣' && unicode.IsLetter(r):
		return (r-'𝐀')%26 + 'a'
	case letterlike[r] != 0:
		return letterlike[r]
	}
	if strings.ContainsRune("‘’ʼ＇", r) {
		return '\''
	}
	least := r
	for f := unicode.SimpleFold(r); f != r; f = unicode.SimpleFold(f) {
		least = min(least, f)
	}
	if 'A' <= least && least <= 'Z' {
		least += 'a' - 'A'
	}
	return least
}

func kind(r rune) dfa.Kind {
	switch {
	case unicode.Is(unicode.Variation_Selector, r): // it belongs to the rune before it, which may well be an emoji
		return 0
	case unicode.IsMark(r) && unicode.In(r, solid...):
		return dfa.After
	case unicode.IsLetter(r) && unicode.In(r, solid...):
		return 0
	case unicode.In(r, unicode.L, unicode.M, unicode.N, unicode.Pc):
		return dfa.Before | dfa.After
	case unicode.IsSpace(r):
		return dfa.Space
	case strings.ContainsRune("-'\u2010\u2011", r):
		return dfa.Joint
	case strings.ContainsRune("`~=<>|^", r):
		return dfa.Soft
	case unicode.IsPunct(r) && !unicode.Is(unicode.Sentence_Terminal, r) && !strings.ContainsRune("&%@…‥", r):
		return dfa.Soft
	}
	return 0
}
