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
	if i > 0 && s.found[i-1].Start == m.Start && s.found[i-1].End == m.End { // it is a disguised word too
		s.found[i-1].Lists |= m.Lists
		return
	}
	if i == len(s.found) { // as nearly always
		s.found = append(s.found, m)
		return
	}
	s.step(len(s.found) - i)
	s.found = slices.Insert(s.found, i, m)
	if i < s.held.group {
		s.held.group++
		s.held.end = max(s.held.end, m.End)
	}
}

// excuse drops the matches within an innocent phrase.
func (s *Scanner) excuse(start, end int) {
	from := len(s.found)
	for from > 0 && s.found[from-1].Start >= start {
		from--
	}
	s.step(len(s.found) - from)
	rest := s.found[:from]
	for i, m := range s.found[from:] {
		switch {
		case m.End > end:
			rest = append(rest, m)
		case from+i < s.held.group:
			s.held.group--
		}
	}
	s.found = rest
	if s.held.group == 0 {
		s.held.end = 0
	}
}

// decide sets out and by: decided is what lies before the first byte of a live beginning of an entry, and of the matches that overlap it, and
// of those that overlap these.
func (s *Scanner) decide(text string) {
	hold := len(text)
	if s.want != 0 {
		hold = s.tail(text)
	}
	h := &s.held
	live := min(s.live(text, hold), hold)
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
	if s.want != 0 {
		s.forget(text, n)
	}
	s.seen -= n
	h.end -= n
	h.seen -= n
	h.live -= n
}

// live returns where the longest end of what was read begins that an enabled entry begins with; seen if there is none. The scanner goes on
// from there: what is longer begins in bytes that are decided now, and could not be told from what it looks like without them. What begins
// at hold or behind it is not decided anyway.
func (s *Scanner) live(text string, hold int) int {
	h := &s.held
	if h.state == s.state && h.seen > 0 {
		if run, soft := s.a.Run(text[h.seen:s.seen]); run && s.wants(h.state, h.soft || soft) {
			h.seen, h.soft = s.seen, h.soft || soft
			return h.live
		}
	}
	h.seen = 0
	for ; s.state > s.a.Start; s.state = s.a.Fail(s.state) {
		if !s.wants(s.state, false) && hold == len(text) {
			continue
		}
		start, soft := s.a.Back(text[:s.seen], s.a.Depth(s.state))
		s.step(s.seen - start)
		if s.wants(s.state, soft) {
			h.state, h.seen, h.live, h.soft = s.state, s.seen, start, soft
			return start
		}
		if start >= hold {
			break
		}
	}
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
	return lists&(uint32(s.lists)|s.excuses) != 0
}
