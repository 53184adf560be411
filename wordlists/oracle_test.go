package wordlists

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// oracle finds entries the slow way: each entry at each place, by the rules and package unicode, with none of the tables.
type oracle struct {
	entries map[string]Set // by text
	soft    Set            // lists whose words any soft punctuation may separate
	joint   bool           // hyphens and apostrophes are read as white space
}

func (o *oracle) find(text string, lists Set) (found []Match) {
	at := map[[2]int]Set{}
	for entry, has := range o.entries {
		for i := range text {
			if i > 0 && !open(text[:i]) {
				continue
			}
			end, soft := o.match(entry, text[i:])
			if end < 0 || !closed(text[i+end:]) {
				continue
			}
			if soft {
				has &= o.soft
			}
			if has&lists != 0 {
				at[[2]int{i, i + end}] |= has & lists
			}
			has = o.entries[entry]
		}
	}
	for at, lists := range at {
		found = append(found, Match{at[0], at[1], lists})
	}
	slices.SortFunc(found, func(a, b Match) int {
		return (a.Start-b.Start)<<32 + (a.End - b.End)
	})
	return found
}

// match returns where in the text an entry ends that begins with it, or -1.
func (o *oracle) match(entry, text string) (end int, soft bool) {
	all := len(text)
	for entry != "" {
		r, size := utf8.DecodeRuneInString(entry)
		entry = entry[size:]
		if o.separator(r) {
			run := 0
			for text != "" {
				c, size := utf8.DecodeRuneInString(text)
				if !o.separator(c) {
					break
				}
				soft = soft || !unicode.IsSpace(c) && !strings.ContainsRune("-'’‘\u2010", c)
				text = text[size:]
				run++
			}
			if run == 0 {
				return -1, false
			}
			entry = strings.TrimLeftFunc(entry, o.separator)
			continue
		}
		c, size := utf8.DecodeRuneInString(text)
		if c, r := plain(c), plain(r); size == 0 || !strings.EqualFold(string(c), string(r)) && !(strings.ContainsRune("’‘'", c) && strings.ContainsRune("’‘'", r)) {
			return -1, false
		}
		text = text[size:]
	}
	return all - len(text), soft
}

// plain returns the letter of ASCII that a full-width or mathematical one is.
func plain(r rune) rune {
	switch {
	case 'Ａ' <= r && r <= 'ｚ' && unicode.IsLetter(r):
		return r - 'Ａ' + 'A'
	case '𝐀' <= r && r <= '𝚣' && unicode.IsLetter(r):
		return (r-'𝐀')%26 + 'a'
	}
	if at := strings.IndexRune("ℬℭℂℯℰℱℊℋℌℍℎℐℑℒℳℕℴℙℚℛℜℝℤℨ", r); at >= 0 {
		return rune("bcceefghhhhiilmnopqrrrzz"[at/len("ℬ")])
	}
	return r
}

func (o *oracle) separator(r rune) bool {
	return unicode.IsSpace(r) || o.joint && strings.ContainsRune("-'’‘\u2010,;:\"()[]{}*/\\`~=<>|^#«»“”—–、", r)
}

var unspaced = []*unicode.RangeTable{unicode.Han, unicode.Hiragana, unicode.Thai}

// open tells whether an entry may begin behind text.
func open(text string) bool {
	r, _ := utf8.DecodeLastRuneInString(text)
	return !word(r) || unicode.In(r, unspaced...)
}

// closed tells whether an entry may end before text.
func closed(text string) bool {
	r, size := utf8.DecodeRuneInString(text)
	if size > 0 && strings.ContainsRune("'’‘", r) && len(text) > size && text[size]|0x20 == 't' {
		next, _ := utf8.DecodeRuneInString(text[size+1:])
		return goesOn(next)
	}
	return size == 0 || !goesOn(r)
}

// goesOn tells whether a word that this rune follows has not ended.
func goesOn(r rune) bool { return word(r) && !(unicode.IsLetter(r) && unicode.In(r, unspaced...)) }

func word(r rune) bool {
	return r == '_' || unicode.In(r, unicode.L, unicode.M, unicode.N) && !unicode.Is(unicode.Variation_Selector, r)
}
