package pii

import "github.com/usagepanda/usage-panda-envoy/policy/internal/window"

// value is a group as a number.
func (n *number) value(group int) (v int) {
	g := &n.group[group]
	for _, d := range n.digits[g.before : g.before+g.len()] {
		v = 10*v + int(d)
	}
	return v
}

// year tells whether somebody who lives may be born in that year, or the text be of it.
func year(y int) bool { return y >= 1900 && y < 2100 }

// dateParts tells whether the number begins with a date in digits, and its year; two digits are a year of no known century.
func (n *number) dateParts() (y int, ok bool) {
	if n.groups < 3 || n.group[1].sep != n.group[2].sep || n.group[1].sep&(dash|dot|slash) == 0 || n.group[1].sep&(other|open|close) != 0 {
		return 0, false
	}
	a, b, c := n.value(0), n.value(1), n.value(2)
	if n.group[0].len() > 4 || n.group[1].len() > 2 || n.group[2].len() > 4 || b == 0 {
		return 0, false
	}
	if n.group[0].len() == 4 {
		return a, year(a) && b <= 12 && c >= 1 && c <= 31 && n.group[2].len() <= 2
	}
	if n.group[0].len() > 2 || a == 0 || a > 31 || b > 31 || a > 12 && b > 12 {
		return 0, false
	}
	if n.group[2].len() == 4 {
		return c, year(c)
	}
	return 0, n.group[2].len() == 2 && (n.groups == 3 || n.group[3].sep != n.group[2].sep)
}

// date finds a date of birth that is given in digits, after a word that says so.
func (s *Scanner) date() (m Match) {
	n := &s.num
	start := n.group[0].start
	if _, ok := n.dateParts(); !ok {
		return m
	}
	end := n.group[2].end
	if !s.closes(end) || s.words(start)&saysBirth == 0 {
		return m
	}
	return Match{start, end, BirthDate}
}

// dayOfMonth finds a date of birth that has its month as a word, after one that says so: "3rd of March, 1985", "March 3, 1985", from the
// day on. The day's digits are from i to j.
func (s *Scanner) dayOfMonth(i, j int) (m Match) {
	w := &s.w
	if !s.opens(i) {
		return m
	}
	if c := window.Lower(w.At(j)); c == 's' || c == 'n' || c == 'r' || c == 't' { // st, nd, rd, th
		j += 2
	}
	k := s.skip(j)
	if class[w.At(k)]&digit != 0 {
		if !month(w.Left(i, 12)) {
			return m
		}
	} else {
		if w.HasFold(k, "of ") || w.HasFold(k, "de ") {
			k += 3
		}
		from := k
		for k-from < 12 && inWord(w.At(k)) {
			k++
		}
		if from > len(w.Text) || !month(w.Text[from:min(k, len(w.Text))]) {
			return m
		}
		if k = s.skip(k); w.HasFold(k, "de ") {
			k += 3
		}
	}
	y := 0
	for from := k; k-from < 5 && class[w.At(k)]&digit != 0; k++ {
		y = 10*y + int(w.At(k)-'0')
	}
	if !year(y) || !s.closes(k) || s.words(i)&saysBirth == 0 {
		return m
	}
	return Match{i, k, BirthDate}
}

// skip skips up to three spaces and points, and returns what follows.
func (s *Scanner) skip(i int) int {
	for n := 0; n < 3; n++ {
		if c := s.w.At(i); c != ' ' && c != '.' && c != ',' {
			break
		}
		i++
	}
	return i
}

// month tells whether the last word of a text is a month's name, or its first three letters.
func month(text string) bool {
	end := len(text)
	for end > 0 && (text[end-1] == ' ' || text[end-1] == '.') {
		end--
	}
	start := end
	for start > 0 && inWord(text[start-1]) {
		start--
	}
	if end-start < 3 {
		return false
	}
	three := [3]byte{window.Lower(text[start]), window.Lower(text[start+1]), window.Lower(text[start+2])}
	switch string(three[:]) {
	case "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec", // English
		"mai", "okt", "dez", "avr", "ene", "abr", "ago", "dic", "gen", "mag", "giu", "lug", "set", "ott", "out", "maj", "mei", "fev",
		"fé", "dé", "mä":
		return true
	}
	return false
}
