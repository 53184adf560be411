package secrets

// ordered returns the places of texts in the order of their first two bytes; those with the same ones stay in theirs. It stands in for
// slices.SortStableFunc, whose code for each type is a burden for the module.
func ordered(texts []string) []uint8 {
	order := make([]uint8, len(texts))
	for i := range texts {
		k := i
		for ; k > 0 && texts[order[k-1]][:2] > texts[i][:2]; k-- {
			order[k] = order[k-1]
		}
		order[k] = uint8(i)
	}
	return order
}

// compiled is a rule or a given with its pattern read.
type compiled struct {
	pattern
	last    byte // of the literal text that it begins with
	name    string
	kind    Kind
	keyword string
	entropy float64
}

// byPrefix are the rules, those together whose first two bytes are the same.
var byPrefix = func() (all []compiled) {
	texts := make([]string, len(rules))
	for i := range rules {
		texts[i] = rules[i].pattern
	}
	for _, i := range ordered(texts) {
		r := &rules[i]
		p := compile(r.pattern)
		all = append(all, compiled{pattern: p, last: p[0].literal[len(p[0].literal)-1], name: r.name, kind: r.kind, entropy: r.entropy})
	}
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
	texts := make([]string, len(all))
	for i := range all {
		texts[i] = all[i].text
	}
	sorted := make([]meaning, 0, len(all))
	for _, i := range ordered(texts) {
		sorted = append(sorted, all[i])
	}
	return sorted
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
