package reflection

import "bytes"

// begun is where a window may begin.
type begun struct{ number, at int }

// run is a copy: windows that overlap.
type run struct {
	Span
	tail   int32
	closed bool // it is long enough: told as it is
}

// add notes that a window ends with the last unit; not if it is stretched too far.
func (s *Scanner) add(w *window) bool {
	r := run{Span: Span{int(s.places[s.top+int(w.size)-1]), s.end}, tail: w.tail}
	if r.End-r.Start > maxSpan {
		return false
	}
	if r.Start = max(r.Start, s.done); r.Start >= r.End {
		return true
	}
	for n := len(s.runs) - 1; n >= 0 && r.Start < s.runs[n].End; n-- {
		last := &s.runs[n]
		if last.closed {
			if r.Start = last.End; r.Start >= r.End {
				return true
			}
			break
		}
		r.Start, s.runs = min(r.Start, last.Start), s.runs[:n]
	}
	r.closed = r.End-r.Start >= maxRun
	s.runs = append(s.runs, r)
	return true
}

// decide tells the copies that nothing more changes, and returns how many bytes are decided.
func (s *Scanner) decide(text string, atEOF bool) int {
	n, live := s.next, s.next
	if atEOF {
		n, live = s.at+len(text), s.at+len(text)
		s.apart()
	} else {
		live = max(s.live(), s.done)
		n = live
	}
	told := 0
	for i := range s.runs {
		r := s.runs[i]
		if !r.closed && r.End > live {
			n = min(n, r.Start)
			break
		}
		if r.tail > 0 && !r.closed {
			rest, tail := text[r.End-s.at:], s.x.tails[r.tail]
			if len(rest) >= len(tail) && rest[:len(tail)] == tail {
				r.End += len(tail)
			} else if len(rest) < len(tail) && !atEOF && tail[:len(rest)] == rest {
				n = min(n, r.Start)
				break
			}
		}
		n = max(n, r.End) // what may begin in a copy that is told begins behind it
		s.done = r.End
		s.found = append(s.found, Span{r.Start - s.at, r.End - s.at})
		told++
	}
	s.runs = s.runs[:copy(s.runs, s.runs[told:])]
	return n - s.at
}

// live is where the first window may begin that more text completes.
func (s *Scanner) live() int {
	if s.have == 0 || s.next-s.end > maxGap {
		return s.next
	}
	i := 0
	for i < len(s.begun) && !s.open(s.begun[i]) {
		i++
	}
	s.begun = s.begun[:copy(s.begun, s.begun[i:])]
	if len(s.begun) > 0 {
		return s.begun[0].at
	}
	for n := min(s.x.gram-1, s.have); n > 0; n-- {
		if start := int(s.places[s.top+n-1]); start >= s.at && s.x.heads.has(s.reg&mask(n)) {
			return start
		}
	}
	return s.next
}

// open tells whether the units from b on are those that a longer window begins with.
func (s *Scanner) open(b begun) bool {
	x, n := s.x, s.number-b.number+1
	if n >= x.most || s.next-b.at > maxSpan {
		return false
	}
	gram := uint64(0)
	for i := range x.gram {
		gram = gram<<8 | uint64(s.near[s.top+n-1-i])
	}
	look := 0
	for i := *x.head(gram); i >= 0; i = x.windows[i].next {
		if look++; look > maxLook {
			return true
		}
		if w := &x.windows[i]; int(w.size) > n && bytes.Equal(x.units[int(w.at+w.size)-n:w.at+w.size], s.near[s.top:s.top+n]) {
			return true
		}
	}
	return false
}
