package secrets

import (
	"strings"

	"github.com/usagepanda/usage-panda-envoy/policy/internal/window"
)

const (
	nameLen  = 64  // how much of a name is looked at
	nameTail = 20  // what may follow a keyword in a name
	maxValue = 512 // the longest value
	maxLoose = 160 // the longest one that has no form
)

// assigned finds a value at i that is given to a name: "password = ...", "api_key": "...", "the token is ...".
func (s *Scanner) assigned(i int) (m Match) {
	w := &s.w
	value := s.value(i)
	if value-i > maxValue || value < len(w.Text) && (value-i < shortest || !mixed(w.Text[i:value])) {
		return m
	}
	end, how := s.operator(i)
	if how == 0 {
		return m
	}
	start, given, says := s.named(end)
	if how == operated {
		says |= s.around(i, start, end, says)
	}
	if how == option {
		says = saysUser
	}
	if len(given) == 0 && says == 0 {
		return m
	}
	if s.crowded(i) {
		return m
	}
	if value == len(w.Text) {
		if w.At(value); w.Short {
			return m
		}
	}
	if says != saysUser {
		value -= trailing(w.Text[i:value])
	}
	if value-i < shortest {
		return m
	}
	text := w.Text[i:value]
	w.Count(min(2*len(text), len(logs)) + 4*min(len(text), maxLoose))
	if !mixed(text) {
		return m
	}
	for k := range given {
		g := &given[k]
		if !s.kinds.Has(g.kind) || says == 0 && g.entropy > 0 || s.match(g.pattern, i) != value {
			continue
		}
		if g.entropy == 0 || entropy(text) >= g.entropy {
			return Match{i, value, g.kind, g.name}
		}
	}
	if says&saysData != 0 && (len(text)%4 != 0 || !subset(text, word|base|equals) || !s.kindFollows(value)) {
		return m
	}
	if name := loose(text, says); name != "" {
		m = s.is(Generic, name, i, value)
	}
	return m
}

// crowded tells whether what is before a value at i gives so often that it is no name: without that, text which does nothing else would be
// judged as a value from each such place on.
func (s *Scanner) crowded(i int) bool {
	const most, back = 4, 128
	n := 0
	for j := i - 1; i-j < back; j-- {
		c := s.w.At(j)
		if class[c]&run == 0 || c == '&' {
			return false
		}
		if gives[c] {
			if n++; n > most {
				return true
			}
		}
	}
	return false
}

// value returns where the value ends that begins at i, or that it is too long. No byte is looked at twice for that.
func (s *Scanner) value(i int) (end int) {
	text, end := s.w.Text, max(i, s.valued.to)
	if i < s.valued.from {
		end = i
	}
	known := end
	for end < len(text) && end-i <= maxValue && class[text[end]]&run != 0 && text[end] != '&' {
		end++
	}
	s.w.Count(end - known)
	s.valued.from, s.valued.to = i, end
	return end
}

// around returns what is said of the value at i by what is around its name, from start to end, that says something itself.
func (s *Scanner) around(i, start, end int, says says) says {
	w := &s.w
	left := w.Left(start, 11)
	switch {
	case says&saysSecret != 0 && (strings.Contains(left, "-H ") || strings.Contains(left, "--header ")):
		return saysHeader
	case says&saysSecret != 0 && strings.HasSuffix(left, "initialize("):
		return saysHarmless // the token of an SDK in the hands of everybody
	case w.At(i-1) == '"' && strings.HasSuffix(w.Left(i, 17), `Password" value="`):
		return saysNuGet
	case says != 0:
		return 0
	case w.At(end) == ':' && s.option(end):
		return saysUser
	case w.At(end) == ':' && start < end && (w.At(start-1) == '\n' || w.At(start-1) == 0):
		return s.yaml(end)
	}
	return 0
}

// option tells whether the word that ends at end is the user in an option -u of curl.
func (s *Scanner) option(end int) bool {
	left := s.w.Left(end, 40)
	left = left[:strings.LastIndexByte(left, ' ')+1]
	return (strings.HasSuffix(left, "-u ") || strings.HasSuffix(left, "--user ")) && s.curl(end)
}

// yaml tells whether the name that ends at end is in the data of a secret of Kubernetes, or of something that may turn out to be one.
func (s *Scanner) yaml(end int) says {
	left := s.w.Left(end, window.Back)
	if !strings.Contains(left, "data:\n") {
		return 0
	}
	s.w.Count(len(left))
	data, secret := false, false
	for i := range len(left) {
		switch rest := left[i:]; rest[0] {
		case '\n':
			if strings.HasPrefix(rest, "\n---") { // another document
				data, secret = false, false
			}
		case 'd':
			data = data || strings.HasPrefix(rest, "data:\n") && (i == 0 || left[i-1] == '\n' || left[i-1] == ' ' || left[i-1] == '\t')
		case 'k', 'K':
			secret = secret || hasFold(rest, "kind: secret\n") || hasFold(rest, "kind: secret ") || hasFold(rest, "kind: \"secret\"") ||
				hasFold(rest, "kind: 'secret'")
		}
	}
	switch {
	case !data:
		return 0
	case secret:
		return saysKubernetes
	}
	return saysData
}

// kindFollows tells whether a secret's kind stands behind its data, at i. Where there was none is not looked at again.
func (s *Scanner) kindFollows(i int) bool {
	w, none := &s.w, &s.kindless
	if i < none.from || none.to < i {
		none.from, none.to = i, i
	}
	for j := none.to; j-i < 300; j++ {
		switch c := w.At(j); {
		case c == 0 || c == '\n' && w.Has(j+1, "---"):
			return false
		case c|0x20 == 'k' && w.HasFold(j, "kind: "):
			if j += 6; w.At(j) == '"' || w.At(j) == '\'' {
				j++
			}
			return w.HasFold(j, "secret")
		}
		none.to = j + 1
	}
	return false
}
