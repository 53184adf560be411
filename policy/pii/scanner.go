package pii

import "github.com/usagepanda/usage-panda-envoy/policy/internal/window"

// Held is the most that Scan ever leaves undecided of a text, in bytes: the name before an '@' (64), and what may follow it.
const Held = 384

// Scanner finds the personal data of one text, given whole or in pieces, as bufio.SplitFunc does.
type Scanner struct {
	kinds Kinds
	w     window.Window
	seen  int // every anchor before it is checked
	floor int // where the last match ended
	found []Match
	num   number
	said  struct { // what the words before a value said last
		known bool
		at    int
		says  says
	}
}

// New returns a scanner for these kinds. It may be used for one text after the other.
func New(kinds Kinds) *Scanner { return &Scanner{kinds: kinds} }

// Scan looks at text, which begins where the bytes ended that the last call decided. The first n bytes are decided and will not be seen
// again; the caller gives the rest again with more behind it. What is not decided is what more text may make personal data, at most Held
// bytes of it. atEOF: all is decided, and the scanner is as new, ready for another text.
//
// The matches found lie inside the decided bytes, in order, and never overlap. They are the scanner's, and valid until the next call.
// However a text is cut, its matches are the same.
func (s *Scanner) Scan(text string, atEOF bool) (found []Match, n int) {
	s.found = s.found[:0]
	if s.kinds == 0 {
		return nil, len(text)
	}
	s.w.Show(text, atEOF)
	s.said.known, s.num.groups = false, 0
	i := min(s.seen, len(text))
	for {
		from := i
		i = anchor(text, i)
		if s.w.Count((i-from)/8 + 1); i == len(text) {
			break
		}
		if next := dismiss(text, i); next > i {
			i = next
			continue
		}
		m, next := s.check(i)
		if s.w.Short {
			break
		}
		if i = next; m.End > 0 {
			s.found = append(s.found, m)
			s.floor, i = m.End, m.End
		}
	}
	if n = len(text); !atEOF {
		n = s.hold(i)
	}
	s.w.Decide(n)
	if s.seen, s.floor = i-n, s.floor-n; atEOF {
		s.seen, s.floor = 0, 0
	}
	return s.found, n
}

// check judges what stands at an anchor. A match has an end. next is where the next anchor may be.
func (s *Scanner) check(i int) (m Match, next int) {
	switch s.w.Text[i] {
	case '@':
		return s.email(i), i + 1
	case ':':
		return s.colon(i), i + 1
	}
	return s.digits(i)
}

// hold returns where what may belong to an anchor at i, or behind it, begins: the run of characters that ends there.
func (s *Scanner) hold(i int) int {
	most := maxLead
	if s.kinds.Has(Email) {
		most = maxLocal
	}
	least := max(i-most, s.floor, 0)
	j := i
	for j > least && class[s.w.Text[j-1]]&lead != 0 {
		j--
	}
	if t := s.w.Text; s.kinds.Has(NINO) && j-3 >= max(s.floor, 0) && t[j-1] == ' ' && class[t[j-2]]&class[t[j-3]]&letter != 0 {
		j -= 3 // the letters of a number in groups
	}
	return max(s.w.Rune(j), s.floor, 0)
}
