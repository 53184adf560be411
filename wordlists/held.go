package wordlists

import "slices"

// held is what a Scanner remembers of the bytes that it has read but not decided, so that a text in tiny pieces costs no more than a whole
// one, however much of it is held back. Offsets count from the first undecided byte.
type held struct {
	// How many matches at the beginning of found are held back together, since each overlaps another and one is not decided, and where
	// the last of them ends.
	group, end int

	// What the last call found to be live: a state, how much was read then, where that state begins, whether a Soft rune is in it.
	state uint16
	seen  int // 0 if nothing was live
	live  int
	soft  bool
}

// insert puts a match in its place. It never begins before the group does: that begins before all that was live.
func (s *Scanner) insert(m Match) {
	i := len(s.found)
	for i > 0 && (s.found[i-1].Start > m.Start || s.found[i-1].Start == m.Start && s.found[i-1].End > m.End) {
		i--
	}
	s.found = slices.Insert(s.found, i, m)
	if i < s.held.group {
		s.held.group++
		s.held.end = max(s.held.end, m.End)
	}
}

// decide sets out and by: decided is what lies before the first byte of a live beginning of an entry, and of the matches that overlap it, and
// of those that overlap these.
func (s *Scanner) decide(text string) {
	h, live := &s.held, s.live(text)
	done, k := 0, h.group // the matches before done are decided; those from there before k are a group
	for {
		for k < len(s.found) && (k == done || s.found[k].Start < h.end) {
			h.end = max(h.end, s.found[k].End)
			k++
		}
		if k == done || h.end > live {
			break
		}
		done, h.end = k, 0
	}
	n := live
	if h.group = k - done; h.group > 0 {
		n = min(n, s.found[done].Start)
	}
	if n == live {
		h.group, h.end = 0, 0
	}
	s.out, s.by = done, n
	s.seen -= n
	h.end -= n
	h.seen -= n
	h.live -= n
}

// live returns where the longest end of what was read begins that an enabled entry begins with; seen if there is none. The scanner goes on
// from there: what is longer begins in bytes that are decided now, and could not be told from what it looks like without them.
func (s *Scanner) live(text string) int {
	h := &s.held
	if h.state == s.state && h.seen > 0 {
		if run, soft := s.a.Run(text[h.seen:s.seen]); run && s.wants(h.state, h.soft || soft) {
			h.seen, h.soft = s.seen, h.soft || soft
			return h.live
		}
	}
	for ; s.state > s.a.Start; s.state = s.a.Fail(s.state) {
		if !s.wants(s.state, false) {
			continue
		}
		start, soft := s.a.Back(text[:s.seen], s.a.Depth(s.state))
		if s.wants(s.state, soft) {
			h.state, h.seen, h.live, h.soft = s.state, s.seen, start, soft
			return start
		}
	}
	h.state, h.seen = s.state, 0
	return s.seen
}

// wants tells whether a state may yet become an entry of an enabled list; soft says that a Soft rune is in what was read of it.
func (s *Scanner) wants(state uint16, soft bool) bool {
	lists := s.a.Below(state)
	if s.check {
		lists |= s.a.Own(state)
	}
	if soft {
		lists &^= s.a.Strict
	}
	return lists&uint8(s.lists) != 0
}
