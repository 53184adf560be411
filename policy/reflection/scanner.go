package reflection

import (
	"bytes"
	"unicode/utf8"
)

// Span is a place of a text, in bytes.
type Span struct{ Start, End int }

// Scanner finds copies in one text after the other. Places in the fields count from the start of the text, but for those in a function.
type Scanner struct {
	x    *Index
	at   int // where the bytes begin that are not decided
	next int // where what is not read begins
	done int // what was told ends there

	have   int     // units that were read one by one
	reg    uint64  // the last ones
	near   []byte  // them, from the last to the first, from top
	places []int32 // where their characters begin
	top    int
	number int // of the last unit
	end    int // of its character
	before byte
	last   bool // nothing comes behind the text that is read: what begins in it needs not be known

	begun []begun // where windows may have begun, from the first
	runs  []run
	found []Span
}

// Scanner returns what finds copies of the index's texts.
func (x *Index) Scanner() *Scanner { return &Scanner{x: x} }

// Scan works as bufio.SplitFunc does: the first n bytes are decided and must not be given again, the others must, with what comes behind
// them. The copies lie within the decided bytes, in their order, none overlaps another, and they are valid until the next call. At the end
// of the text all is decided, and the next text may come. What is kept back is what may be part of a copy, and less than 16 KB.
func (s *Scanner) Scan(text string, atEOF bool) (found []Span, n int) {
	s.found, s.last = s.found[:0], atEOF
	s.read(text, atEOF)
	n = s.decide(text, atEOF)
	if s.at += n; n > 0 {
		s.before = text[n-1]
	}
	if atEOF {
		s.reset()
	}
	return s.found, n
}

func (s *Scanner) reset() {
	s.at, s.next, s.done, s.end, s.before = 0, 0, 0, 0, 0
	s.runs = s.runs[:0]
	s.apart()
}

// apart forgets the units: no copy goes on from them.
func (s *Scanner) apart() { s.have, s.begun = 0, s.begun[:0] }

// read reads what is there of the text.
func (s *Scanner) read(text string, atEOF bool) {
	if s.near == nil {
		s.near = make([]byte, 4*s.x.most+16*maxKey)
		s.places = make([]int32, len(s.near))
		s.top = len(s.near)
	}
	x, table, mask := s.x, &tables[s.x.form], mask(s.x.gram)
	known, i := 0, s.next-s.at // what was seen to have a known gram ends at known
	for i < len(text) {
		if i >= known && s.have == x.gram-1 && x.jump > 0 && len(text)-i > x.jump+maxKey {
			from := i
			if s.have > 0 {
				from = int(s.places[s.top+s.have-1]) - s.at
			}
			if from >= 0 { // it can be read again
				s.apart()
				i, known = s.skip(text, from, i+x.jump, atEOF)
				s.end = s.at + i
				continue
			}
		}
		if c := text[i]; c < utf8.RuneSelf && table[c] != perhaps {
			u := table[c]
			i++
			if u == none {
				continue
			}
			reg := s.reg<<8 | uint64(u)
			if s.have != x.gram-1 || u == ' ' || s.top == 0 || s.at+i-1-s.end > maxGap || x.grams.has(reg&mask) {
				s.unit(uint32(u), 1, s.at+i-1, s.at+i)
				continue
			}
			s.top--
			s.near[s.top], s.places[s.top] = u, int32(s.at+i-1)
			s.reg, s.end = reg, s.at+i
			s.number++
			continue
		}
		u, n, size, _ := x.form.unit(text, i, s.before, atEOF)
		if size == 0 {
			break
		}
		if n > 0 {
			s.unit(u, n, s.at+i, s.at+i+size)
		}
		i += size
	}
	s.next = s.at + i
}

// skip looks for a known gram from i on, where all windows that begin before start are ruled out. It returns where to read on one by one,
// and where the gram ends: all windows that begin before are ruled out.
func (s *Scanner) skip(text string, start, i int, atEOF bool) (from, known int) {
	x, table := s.x, &tables[s.x.form]
	mask := mask(x.gram)
	for i < len(text) {
		if text[i] >= utf8.RuneSelf {
			for k := i; k > i-4 && k >= start; k-- {
				if utf8.RuneStart(text[k]) {
					i = k
					break
				}
			}
		}
		reg, have, second := uint64(0), 0, 0
		for have < x.gram {
			if i == len(text) {
				return start, i
			}
			c := text[i]
			if c < utf8.RuneSelf && table[c] != perhaps {
				i++
				if u := table[c]; u != none && !(u == ' ' && byte(reg) == ' ') {
					reg = reg<<8 | uint64(u)
					if have++; have == 1 {
						second = i
					}
				}
				continue
			}
			u, n, size, _ := x.form.unit(text, i, s.before, atEOF)
			if size == 0 {
				return start, len(text)
			}
			i += size
			if n == 0 || u == ' ' && byte(reg) == ' ' {
				continue
			}
			for range n {
				reg = reg<<8 | uint64(u&0xFF)
				u >>= 8
			}
			if have == 0 {
				second = i
			}
			have += n
		}
		if x.grams.has(reg >> (8 * min(7, have-x.gram)) & mask) {
			return start, i
		}
		start = second
		i += max(0, x.jump-(have-x.gram))
	}
	return start, len(text)
}

// unit takes the units of the next character.
func (s *Scanner) unit(u uint32, n, start, end int) {
	if start-s.end > maxGap {
		s.apart()
	}
	if u == ' ' && s.have > 0 && s.near[s.top] == ' ' {
		s.end = end
		return
	}
	s.end = end
	if s.top < n {
		keep := min(s.x.most+maxKey, len(s.near)-s.top)
		to := len(s.near) - keep
		copy(s.near[to:], s.near[s.top:s.top+keep])
		copy(s.places[to:], s.places[s.top:s.top+keep])
		s.top = to
	}
	for ; n > 0; n-- {
		s.top--
		s.near[s.top], s.places[s.top] = byte(u), int32(start)
		s.reg = s.reg<<8 | uint64(u&0xFF)
		u >>= 8
		s.number++
		if s.have++; s.have >= s.x.gram {
			s.judge()
		}
	}
}

// judge looks what begins and ends with the last unit.
func (s *Scanner) judge() {
	x := s.x
	gram := s.reg & mask(x.gram)
	if !x.grams.has(gram) {
		s.apart()
		s.have = x.gram - 1
		return
	}
	if start := int(s.places[s.top+x.gram-1]); !s.last && start >= s.at && *x.head(gram) >= 0 {
		if len(s.begun) > 2*x.most {
			s.begun = s.begun[:copy(s.begun, s.begun[x.most:])] // too long ago
		}
		s.begun = append(s.begun, begun{s.number - x.gram + 1, start})
	}
	if s.have < x.least {
		return
	}
	near := s.near[s.top:min(s.top+s.have, s.top+x.most, len(s.near))]
	p := x.slot(x.hash(s.near[s.top:]))
	switch {
	case p.head > 0:
		if w := &x.windows[p.head-1]; bytes.HasPrefix(near, x.of(w)) {
			s.add(w)
		}
	case p.head < 0:
		list := x.order[x.many[-p.head-1][0]:x.many[-p.head-1][1]]
		from, to := 0, len(list) // the last one that is not behind near, and those that it ends with
		for from < to {
			if mid := (from + to) / 2; bytes.Compare(x.of(&x.windows[list[mid]]), near) > 0 {
				to = mid
			} else {
				from = mid + 1
			}
		}
		if from == 0 {
			return
		}
		for i := list[from-1]; i >= 0; i = x.windows[i].more {
			if w := &x.windows[i]; bytes.HasPrefix(near, x.of(w)) && s.add(w) {
				return
			}
		}
	}
}
