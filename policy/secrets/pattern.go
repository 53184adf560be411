package secrets

import (
	"strconv"
	"strings"
)

// A pattern is what a secret looks like: literal text, and [SETS MIN,MAX] for bytes of some sets (see sets), so many of them as there are
// from MIN to MAX, or exactly MIN. Nothing goes back: what a part can take, it takes.
type pattern []part

type part struct {
	literal  string
	set      uint16
	min, max int
}

// sets are the letters that name sets of bytes in patterns.
var sets = [128]uint16{
	'd': digit, 'a': digit | lower, 'A': digit | upper, 'L': upper, 'l': letter, 'w': word, 'h': digit | hexLower, 'H': digit | hexUpper,
	'x': digit | hexLower | hexUpper, '-': dash, '_': under, '+': base, '=': equals, '.': dotted, '%': percent,
}

// compile reads a pattern.
func compile(text string) (p pattern) {
	for text != "" {
		literal, rest, more := strings.Cut(text, "[")
		if literal != "" {
			p = append(p, part{literal: literal})
		}
		if !more {
			break
		}
		inside, after, _ := strings.Cut(rest, "]")
		text = after
		q := part{}
		for inside != "" && sets[inside[0]] != 0 && !('0' <= inside[0] && inside[0] <= '9') {
			q.set |= sets[inside[0]]
			inside = inside[1:]
		}
		least, most, span := strings.Cut(inside, ",")
		if !span {
			most = least
		}
		q.min, q.max = number(least), number(most)
		p = append(p, q)
	}
	return p
}

func number(text string) int {
	n, err := strconv.Atoi(text)
	if err != nil {
		panic("cannot happen: a pattern's count " + text)
	}
	return n
}

// match returns where what is at i ends, if it looks like the pattern; 0 if not.
func (s *Scanner) match(p pattern, i int) (end int) {
	w := &s.w
	for k := range p {
		q := &p[k]
		if q.set == 0 {
			w.Count(1)
			if n := i + len(q.literal); n <= len(w.Text) {
				if w.Text[n-1] != q.literal[len(q.literal)-1] || w.Text[i:n] != q.literal {
					return 0
				}
			} else if !w.Has(i, q.literal) {
				return 0
			}
			i += len(q.literal)
			continue
		}
		n := s.take(i, q.set, q.max)
		if n < q.min {
			return 0
		}
		i += n
	}
	return i
}

// take counts the bytes at i that are of some sets, up to most. What is known of a long run of them is not looked at again.
func (s *Scanner) take(i int, set uint16, most int) int {
	text, t := s.w.Text, &s.taken[set/dash%8]
	n := i
	if t.set == set && t.from <= i && i < t.to {
		n = t.to
	}
	known := n
	for n < len(text) && n-i < most && class[text[n]]&set != 0 {
		n++
	}
	s.w.Count(n - known + 1)
	if n-i >= 16 {
		if t.set != set || i < t.from || t.to < i {
			t.from = i
		}
		t.set, t.to = set, n
	}
	if n-i >= most {
		return most
	}
	if n == len(text) {
		s.w.At(n) // what comes next counts
	}
	return n - i
}

// closes tells whether what looks like a pattern and ends at i does not go on, or is a file's name.
func (s *Scanner) closes(i int, p pattern) bool {
	c := s.w.At(i)
	return class[c]&(word|under|p[len(p)-1].set&dash) == 0 && (c != '.' || class[s.w.At(i+1)]&lower == 0)
}

// least is the least length of what looks like the pattern.
func (p pattern) least() (n int) {
	for _, q := range p {
		n += len(q.literal) + q.min
	}
	return n
}
