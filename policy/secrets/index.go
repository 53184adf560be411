package secrets

import (
	"slices"
	"strings"
)

// compiled is a rule or a given with its pattern read.
type compiled struct {
	pattern
	name    string
	kind    Kind
	keyword string
	entropy float64
}

// byPrefix are the rules, those together whose first two bytes are the same.
var byPrefix = func() (all []compiled) {
	for _, r := range rules {
		all = append(all, compiled{pattern: compile(r.pattern), name: r.name, kind: r.kind, entropy: r.entropy})
	}
	slices.SortStableFunc(all, func(a, b compiled) int { return strings.Compare(a.pattern[0].literal[:2], b.pattern[0].literal[:2]) })
	return all
}()

// span is a part of a table.
type span struct{ from, to uint8 }

// prefixes are the rules that begin with two bytes of ASCII.
var prefixes = func() (t [128 * 128]span) {
	for i, r := range byPrefix {
		s := &t[pair(r.pattern[0].literal[0], r.pattern[0].literal[1])]
		if s.to == 0 {
			s.from = uint8(i)
		}
		s.to = uint8(i + 1)
	}
	return t
}()

// pair is the place of two bytes in prefixes.
func pair(a, b byte) int { return int(a&0x7F)<<7 | int(b&0x7F) }

// byKeyword are the givens.
var byKeyword = func() (all []compiled) {
	for _, g := range givens {
		all = append(all, compiled{pattern: compile(g.pattern), name: g.name, kind: g.kind, keyword: g.keyword, entropy: g.entropy})
	}
	return all
}()

// meaning is a piece of a name that says something: which givens it belongs to, or that it may be a secret's, or is none.
type meaning struct {
	text  string
	given span
	says  says
}

type says uint16

const (
	saysSecret says = 1 << iota
	saysPassword
	saysHeader   // of HTTP, to authorize
	saysHarmless // it looks so, but is none
	saysAccount  // of somebody with the issuer
	saysUser     // curl's user and password
	saysNuGet
	saysKubernetes // a secret's data
	saysData       // data of something
)

// meanings are ordered by their first two letters.
var meanings = func() (all []meaning) {
	for i := 0; i < len(givens); {
		m := meaning{text: givens[i].keyword, given: span{uint8(i), uint8(i)}}
		for ; i < len(givens) && givens[i].keyword == m.text; i++ {
			m.given.to++
		}
		all = append(all, m)
	}
	for _, k := range keywords {
		m := meaning{text: k, says: saysSecret}
		if k[0] == 'p' {
			m.says |= saysPassword
		}
		all = append(all, m)
	}
	for _, k := range harmless {
		all = append(all, meaning{text: k, says: saysHarmless})
	}
	for _, k := range accounts {
		all = append(all, meaning{text: k, says: saysAccount})
	}
	all = append(all, meaning{text: "authorization", says: saysHeader})
	slices.SortStableFunc(all, func(a, b meaning) int { return strings.Compare(a.text[:2], b.text[:2]) })
	return all
}()

// meaningsAt are the meanings that begin with two letters.
var meaningsAt = func() (t [26 * 26]span) {
	for i, m := range meanings {
		s := &t[int(m.text[0]-'a')*26+int(m.text[1]-'a')]
		if s.to == 0 {
			s.from = uint8(i)
		}
		s.to = uint8(i + 1)
	}
	return t
}()
