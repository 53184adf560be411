package secrets

import (
	"strings"

	"github.com/usagepanda/usage-panda-envoy/policy/internal/window"
)

// How a value is given to a name.
const (
	operated = 1 + iota // by an operator
	spoken              // by a word: "the key is ..."
	option              // as curl's user and password
)

// operator looks for what gives the value at i to a name, and returns where the name ends; how is 0 if nothing does.
func (s *Scanner) operator(i int) (end, how int) {
	w := &s.w
	j, equal := i, false
	for i-j < 5 && fillers[w.At(j-1)] {
		j--
		equal = equal || w.At(j) == '='
	}
	c := w.At(j - 1)
	if !equal && j < i && class[c]&letter != 0 {
		switch c | 0x20 { // how these words end
		case 's', 'r', 'c', 'n', 'u':
		default:
			return 0, 0
		}
		if j, how = s.wordBefore(j); how != operated {
			return j, how
		}
		c = w.At(j - 1)
	}
	if !equal && c != '=' && c != ':' && c != '>' && c != '|' && c != ',' {
		return 0, 0
	}
	for n := 0; n < 5 && operators[w.At(j-1)]; n++ {
		j--
	}
	for n := 0; n < 3 && fillers[w.At(j-1)]; n++ {
		j--
	}
	if c == '|' && w.At(j-1) == ':' || c == '>' && w.At(j-1) == ':' { // a block in YAML
		j--
	}
	if c := w.At(j - 1); (c == 'r' && w.Left(j, 6) == "--user" || c == 'u' && w.Left(j, 3) == " -u") && s.curl(j) {
		return j, option
	}
	return j, operated
}

// wordBefore reads the word that ends at j: where what is before it ends, and how it gives what follows.
func (s *Scanner) wordBefore(j int) (end, how int) {
	w := &s.w
	k := j
	for j-k < 7 && class[w.At(k-1)]&letter != 0 {
		k--
	}
	var b [8]byte
	for n := k; n < j; n++ {
		b[n-k] = window.Lower(w.At(n))
	}
	switch string(b[:j-k]) {
	case "bearer", "basic", "token":
		if w.Left(k, 4) == "Api-" {
			k -= 4
		}
		for j = k; k-j < 3 && (w.At(j-1) == ' ' || w.At(j-1) == '"' || w.At(j-1) == '\''); {
			j--
		}
		return j, operated
	case "is", "was":
		return k, spoken
	case "u", "user":
		if w.At(k-1) == '-' && s.curl(k) {
			return k, option
		}
	}
	return 0, 0
}

// fillers may stand between a value and what gives it to a name, operators give it, and gives are both.
var fillers, operators, gives = func() (f, o, g [256]bool) {
	for _, c := range []byte(" \t\r\n\"'`=\\") {
		f[c], g[c] = true, true
	}
	for _, c := range []byte("=:>|,?.+") {
		o[c] = true
	}
	for _, c := range []byte("=:>|,") {
		g[c] = true
	}
	return f, o, g
}()

// curl tells whether the command curl is before i.
func (s *Scanner) curl(i int) bool { return strings.Contains(s.w.Left(i, window.Back), "curl ") }

// named reads the name that ends at end, and returns where it begins, as far as it is looked at, and what it says.
func (s *Scanner) named(end int) (start int, given []compiled, all says) {
	w := &s.w
	buf := &s.name // without what only divides a name
	from := len(buf)
	for start = end; end-start < nameLen; start-- {
		c := w.At(start - 1)
		if class[c]&word != 0 {
			from--
			buf[from] = c
		} else if c != ' ' && c != '\t' && c != '_' && c != '-' && c != '.' {
			break
		}
	}
	name := buf[from:]
	if len(name) == 3 && same(name, 0, "key") {
		return start, nil, 0 // of a map, as often as not
	}
	for k := 0; k+2 < len(name); k++ {
		a, b, c := name[k]|0x20-'a', name[k+1]|0x20-'a', name[k+2]|0x20
		if a >= 26 || b >= 26 {
			continue
		}
		w.Count(1)
		at := meaningsAt[int(a)*26+int(b)]
		for x := at.from; x < at.to; x++ {
			w.Count(1)
			m := &meanings[x]
			// The third and the last letter tell most of them apart.
			last := k + len(m.text) - 1
			if m.text[2] != c || last >= len(name) || name[last]|0x20 != m.text[last-k] || len(name)-1-last > nameTail || !same(name, k, m.text) {
				continue
			}
			all |= m.says
			if m.given.to > 0 {
				given = byKeyword[m.given.from:m.given.to]
			}
		}
	}
	return start, given, all
}

// same tells whether a keyword is at k in a name. It must not be made of the ends of two words: "setSysctl" has no "etsy".
func same(name []byte, k int, keyword string) bool {
	whole := len(keyword) <= 4 || k > 0 && class[name[k-1]]&letter != 0 && class[name[k]]&lower != 0
	for i := range len(keyword) {
		c := name[k+i]
		if window.Lower(c) != keyword[i] || whole && i > 0 && class[c]&upper != 0 && class[name[k+i-1]]&lower != 0 {
			return false
		}
	}
	return true
}
