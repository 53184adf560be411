package secrets

import "github.com/usagepanda/usage-panda-envoy/policy/internal/window"

// Held is the most that Scan ever leaves undecided of a text, in bytes: a private key; a JWT may have 12 KiB.
const Held = maxKey + 512

// Scanner finds the secrets of one text, given whole or in pieces, as bufio.SplitFunc does.
type Scanner struct {
	kinds Kinds
	w     window.Window
	seen  int // every beginning before it is checked
	again int // what begins at 0 is live, and not worth another look before the text has that length or a run ends
	read  int // so many bytes of it are known to be of one run
	key   key

	valued   struct{ from, to int } // a part of the text that is part of a value
	kindless struct{ from, to int } // a part of the text that names no kind of data
	taken    [8]struct {            // a part of the text whose bytes are of some sets, by what else than words is in them
		set      uint16
		from, to int
	}

	found []Match
	name  [nameLen]byte
}

// New returns a scanner for these kinds. It may be used for one text after the other.
func New(kinds Kinds) *Scanner { return &Scanner{kinds: kinds} }

// Scan looks at text, which begins where the bytes ended that the last call decided. The first n bytes are decided and will not be seen
// again; the caller gives the rest again with more behind it. What is not decided is what more text may make a secret, at most Held bytes
// of it. atEOF: all is decided, and the scanner is as new, ready for another text.
//
// The matches found lie inside the decided bytes, in order, and never overlap. They are the scanner's, and valid until the next call.
// However a text is cut, its matches are the same.
func (s *Scanner) Scan(text string, atEOF bool) (found []Match, n int) {
	s.found = s.found[:0]
	if s.kinds == 0 {
		return nil, len(text)
	}
	s.w.Show(text, atEOF)
	s.valued.from, s.valued.to, s.kindless.from, s.kindless.to = 0, 0, 0, 0
	clear(s.taken[:])
	i := min(s.seen, len(text))
	if !s.live() {
		i = s.scan(i)
	}
	if n = len(text); !atEOF {
		n = s.w.Rune(i)
	}
	s.w.Decide(n)
	if s.seen = i - n; s.key.at > 0 {
		s.key.start, s.key.at, s.key.last = s.key.start-n, s.key.at-n, s.key.last-n
	}
	if atEOF {
		s.seen, s.again, s.key = 0, 0, key{}
	}
	return s.found, n
}

// scan checks all beginnings from i on, and returns the first that is not decided.
func (s *Scanner) scan(i int) int {
	text := s.w.Text
	for {
		start, end := s.next(i)
		if start == len(text) {
			return start
		}
		for i = start; i < end; i++ {
			s.w.Count(1)
			if i > start+1 && class[text[i]]&word != 0 && class[text[i-1]]&word != 0 || !s.begins(i) {
				continue
			}
			m := s.check(i)
			if s.w.Short {
				s.wait(i)
				return i
			}
			if m.End > 0 {
				s.found = append(s.found, m)
				if i = m.End - 1; m.End > end {
					end = m.End
				}
			}
		}
		i = end
	}
}

// begins tells whether a secret may begin at i: where no letter or digit is before, and behind an escaped line's end.
func (s *Scanner) begins(i int) bool {
	c, b := s.w.Text[i], s.w.At(i-1)
	switch {
	case c == '-':
		return b != '-' && class[b]&word == 0
	case c == '~':
		return b == 'Q' && class[s.w.At(i-2)]&digit != 0
	case class[b]&word != 0:
		return (b == 'n' || b == 'r' || b == 't') && s.w.At(i-2) == '\\' && class[c]&word != 0 // at the second byte of a run
	}
	return class[c]&word != 0 || class[c]&(equals|colon) == 0 && (class[b]&run == 0 || b == '=' || b == ':')
}

// check judges what begins at i. A match has an end.
func (s *Scanner) check(i int) (m Match) {
	c := s.w.Text[i]
	switch {
	case c == '-':
		if m = s.privateKey(i); m.End > 0 {
			return m
		}
	case c == '~':
		return s.azure(i)
	case c == 'e':
		if m = s.jwt(i); m.End > 0 {
			return m
		}
	case c == 'Z':
		if m = s.jwtInBase64(i); m.End > 0 {
			return m
		}
	case class[c]&digit != 0 && class[s.w.At(i+1)]&digit != 0:
		if m = s.numbered(i); m.End > 0 {
			return m
		}
	}
	if class[c]&(digit|hexLower|hexUpper) != 0 && s.w.At(i-1) == '/' {
		if m = s.sidekiq(i); m.End > 0 {
			return m
		}
	}
	if class[c]&word != 0 {
		if m = s.prefixed(i); m.End > 0 {
			return m
		}
	}
	if !gives[s.w.At(i-1)] {
		return m
	}
	return s.assigned(i)
}

// wait remembers that what begins at i is live.
func (s *Scanner) wait(i int) {
	s.again, s.read = 0, 0
	if live := len(s.w.Text) - i; live >= 64 && s.key.at == 0 {
		s.again, s.read = live+live/4, live
	}
}

// live tells whether what begins at 0 goes on as it did, so that another look at it can wait: text in tiny pieces is not read again and
// again.
func (s *Scanner) live() bool {
	text := s.w.Text
	if s.again == 0 || len(text) >= s.again || s.w.EOF || s.seen != 0 {
		s.again = 0
		return false
	}
	for ; s.read < len(text); s.read++ {
		s.w.Count(1)
		if class[text[s.read]]&run == 0 {
			s.again = 0
			return false
		}
	}
	return true
}

// is makes a match of what a rule found, if it is asked for.
func (s *Scanner) is(kind Kind, name string, start, end int) (m Match) {
	if s.kinds.Has(kind) {
		m = Match{start, end, kind, name}
	}
	return m
}
