package wordlists

import "unicode/utf8"

// disguise is what a Scanner remembers of disguised words. Such a word is looked for only where the automaton says that one may be, and in the
// last bytes of a piece: the word around that place, and the single letters around it. So a text costs nothing more where it has neither; and
// its pieces lead to what it does as a whole, since what may yet become a disguised word is not decided.
type disguise struct {
	want    uint16 // lists that an entry must have, or have disguised
	before  byte   // the last decided byte
	cut     bool   // it is within a word
	midRun  bool   // or behind one, with symbols between
	judged  int    // up to where disguised words were looked for
	emitted int    // up to where those end that were added
	left    int    // where a run goes on that words left, behind a word
	open    bool   // a word that may be disguised goes on from hold
	hold    int
	inside  bool // hold is within a word
	lone    lone
	reading
}

// oddAt looks for disguised words around a character of ASCII: behind a single letter that is the second such word, or in a word.
func (s *Scanner) oddAt(text string, at int, atEOF bool) {
	s.step(1)
	switch c := classes[text[at]]; c {
	case bound, under:
		if at >= s.lone.judged && at > 0 && spelled(text, at-1, at) {
			s.loneAt(text, at, atEOF)
		}
	default:
		if at >= s.judged && !short(text, at) {
			s.wordAt(text, at, atEOF)
		}
		if c == mark && at >= s.lone.judged && at > 0 && text[at-1]|0x20-'a' < 26 && spelled(text, at-1, at) {
			s.loneAt(text, at, atEOF)
		}
	}
}

// oddGlyph does that for a rune beyond ASCII.
func (s *Scanner) oddGlyph(text string, at int, g glyph, atEOF bool) {
	if g.class() == bound {
		if at >= s.lone.judged {
			s.loneAt(text, at, atEOF)
		}
		return
	}
	if at >= s.judged && !short(text, at) {
		s.wordAt(text, at, atEOF)
	}
	if at >= s.lone.judged && s.mayBeLone(text, at, g) {
		s.loneAt(text, at, atEOF)
	}
}

// wordAt looks for disguised words in the run of glyphs around a place.
func (s *Scanner) wordAt(text string, at int, atEOF bool) {
	from, inside := s.backWord(text, at)
	s.open = !s.words(text, from, inside, atEOF)
}

// short tells whether the word around a place is too short to be a disguised one: of two glyphs, or of three if a digit is one.
func short(text string, at int) bool {
	n, digits := 0, 0
	for i := at; ; {
		if i+utf8.UTFMax > len(text) {
			return false
		}
		g := glyphs[text[i]]
		if g == 0 {
			g = wide(decode(text[i:]))
		}
		if g.class() == bound {
			break
		}
		if n++; n > 3 || g.class() == unseen {
			return false
		}
		if g.class() == digit {
			digits++
		}
		i += g.size()
	}
	for i := at; i > 0; {
		g := glyphs[text[i-1]]
		if g == 0 {
			g = readLast(text[:i])
		}
		if g.class() == bound {
			return n < 3 || digits > 0
		}
		if n++; n > 3 || g.class() == unseen {
			return false
		}
		if g.class() == digit {
			digits++
		}
		i -= g.size()
	}
	return false
}

// plainWord tells whether a text ends with a word of letters of ASCII, none of them twice running, even if one more follows.
func plainWord(text string, next byte) bool {
	for i := len(text); i > 0; i-- {
		c := text[i-1] | 0x20
		if c-'a' >= 26 {
			return i < len(text) && text[i-1] < utf8.RuneSelf && classes[text[i-1]] == bound
		}
		if c == next {
			return false
		}
		next = c
	}
	return false
}

// loneAt looks for words spelled as single letters before a place.
func (s *Scanner) loneAt(text string, at int, atEOF bool) {
	from, ok := s.backSingles(text, at)
	switch {
	case !ok: // nor will it later
		s.lone.judged = at
	case from >= s.lone.judged:
		s.singles(text, from, false, atEOF)
	}
}

// beforeGap returns a text without the symbols and white space that it ends with, but not more than may stand between single letters.
func beforeGap(text string) string {
	n := len(text)
	for n > 0 && n+maxGap > len(text) && text[n-1] < utf8.RuneSelf && classes[text[n-1]] == bound {
		n--
	}
	return text[:n]
}

// inWord tells whether a text ends with two letters of ASCII, and so with no single one.
func inWord(text string) bool {
	n := len(text)
	return n > 1 && text[n-1]|0x20-'a' < 26 && text[n-2]|0x20-'a' < 26
}

// resume looks on for what the last piece left open.
func (s *Scanner) resume(text string, atEOF bool) {
	if s.open {
		s.open = !s.words(text, s.hold, s.inside, atEOF)
	}
	if s.lone.held {
		s.singles(text, s.lone.hold, s.lone.dead, atEOF)
	}
}

// tail looks at the end of a piece for what may yet become a disguised word, and returns where that begins; the length if there is none.
func (s *Scanner) tail(text string) int {
	n := whole(text)
	if !s.open && !s.plainTail(text[:n]) {
		if from, inside := s.backWord(text, n); from < n {
			s.words(text, from, inside, false)
		} else {
			s.hold = n
		}
	}
	if !s.lone.held && !inWord(beforeGap(text[:n])) {
		if from, ok := s.backSingles(text, n); ok && from >= s.lone.judged {
			s.singles(text, from, false, false)
		}
	}
	if s.lone.held {
		return min(s.hold, s.lone.hold)
	}
	return s.hold
}

// plainTail sets hold where a text ends with a word of nothing but letters of ASCII, none of them twice running, or with white space: then
// the automaton knows whether an entry begins with it.
func (s *Scanner) plainTail(text string) bool {
	n := len(text)
	i := n
	for last := byte(0); i > 0; i-- {
		c := text[i-1] | 0x20
		if c-'a' >= 26 {
			break
		}
		if c == last {
			return false
		}
		last = c
	}
	s.hold = n
	switch {
	case i == 0 && s.cut:
		return true
	case i > 0 && (text[i-1] >= utf8.RuneSelf || classes[text[i-1]] != bound), i < n && s.seen != n:
		return false
	case i == n:
		return true
	}
	for state := s.state; state > s.a.Start; state = s.a.Fail(state) {
		if (s.a.Own(state)|s.a.Below(state))&uint32(s.want) != 0 {
			s.hold = i
			break
		}
	}
	return true
}

// whole returns the length of a text without the beginning of a rune that it ends with.
func whole(text string) int {
	for n := len(text) - 1; n >= 0 && n >= len(text)-3; n-- {
		if utf8.RuneStart(text[n]) {
			if !utf8.FullRuneInString(text[n:]) {
				return n
			}
			break
		}
	}
	return len(text)
}

// forget lets the places count from where the decided bytes end.
func (s *Scanner) forget(text string, n int) {
	if n == 0 {
		return
	}
	s.cut, s.midRun = s.endsInside(text[:n]), s.inRun(text[:n])
	s.before = text[n-1]
	s.judged, s.emitted, s.left, s.hold = max(s.judged-n, 0), max(s.emitted-n, 0), max(s.left-n, 0), s.hold-n
	s.lone.judged, s.lone.hold = max(s.lone.judged-n, 0), s.lone.hold-n
}

// backWord returns where the run of glyphs begins that are no bounds and end at a place, as far as a disguised word may be long, and whether
// that is within a word.
func (s *Scanner) backWord(text string, at int) (from int, inside bool) {
	from = at
	for from > s.left && at-from < maxWord {
		s.step(1)
		if c := text[from-1]; c < utf8.RuneSelf {
			if classes[c] == bound {
				return from, false
			}
			from--
			continue
		}
		g := readLast(text[:from])
		if g.class() == bound {
			return from, false
		}
		from -= g.size()
	}
	if s.left > 0 && from == s.left {
		return from, true
	}
	return from, s.endsInside(text[:from])
}

// byteBefore returns the byte before a place, 0 at the beginning.
func (s *Scanner) byteBefore(text string, at int) byte {
	if at == 0 {
		return s.before
	}
	return text[at-1]
}

// endsInside tells whether a text ends within a word.
func (s *Scanner) endsInside(text string) bool {
	for len(text) > 0 {
		s.step(1)
		g := readLast(text)
		if g.class() != unseen {
			return g.class().inside()
		}
		text = text[:len(text)-g.size()]
	}
	return s.cut
}

// inRun tells whether a text ends with a part of a word and symbols behind it, if any.
func (s *Scanner) inRun(text string) bool {
	for n := 0; len(text) > 0 && n < maxWord; n++ {
		s.step(1)
		g := readLast(text)
		if g.class() == bound {
			return false
		}
		if g.class().inside() {
			return true
		}
		text = text[:len(text)-g.size()]
	}
	return s.midRun
}

// ahead is how many bytes of a run are read before the automaton has come there, since matches are put in order.
const ahead = 4 * maxWord

// words looks for disguised words in the run of glyphs that begins at a place; inside if that is within a word. It returns whether the run
// ends in the text, or is left, where nothing is begun, for later.
func (s *Scanner) words(text string, from int, inside, atEOF bool) (ended bool) {
	s.ways = 0
	m := masked{start: -1}
	i, mid, first := from, inside || s.inRun(text[:from]), false
	for i < len(text) {
		if inside && s.ways == 0 && m.start < 0 { // nothing begins before the word ends
			for i < len(text) && classes[text[i]] >= letter {
				s.step(1)
				i++
			}
			if i == len(text) {
				break
			}
		}
		s.step(1)
		g := glyphs[text[i]]
		if g == 0 {
			if !atEOF && !utf8.FullRuneInString(text[i:]) {
				break
			}
			g = wide(decode(text[i:]))
		}
		switch c := g.class(); {
		case c <= money:
			if i >= s.emitted {
				if s.ways > 0 {
					s.accept(text, i, text[i])
				}
				if m.start >= 0 {
					s.unmask(text, &m, i, c == bound)
				}
			}
			if c == bound {
				s.judged, s.emitted, s.hold = i+1, i+1, len(text)
				return true
			}
			if inside && s.ways == 0 && m.start < 0 && i-from > ahead {
				s.judged, s.emitted, s.left, s.hold = i, i, i, len(text)
				return true
			}
			if m.start < 0 && first {
				m.begin(s, text[:i])
			}
			if m.start >= 0 {
				m.hide(text[i])
			}
			fallthrough
		case c != unseen:
			if c != letter && c > money {
				m.start = -1
			} else if m.start >= 0 && c == letter {
				m.add(g.letter())
			}
			if s.ways > 0 {
				s.advance(g, i)
			} else if !inside && g.begins() {
				first = !mid && s.lists != 1<<Custom // whose words have no shapes
				s.begin(g, i)
			}
			inside = c.inside()
			mid = mid || inside
		default:
			for k := range s.rooms[s.room&1][:s.ways] {
				s.rooms[s.room&1][k].place |= uint64(byUnseen) << 16
			}
			m.start = -1
		}
		i += g.size()
	}
	if atEOF {
		if i >= s.emitted {
			s.accept(text, i, ' ')
			if m.start >= 0 {
				s.unmask(text, &m, i, true)
			}
		}
		s.judged, s.emitted, s.hold = i+1, i+1, i
		return true
	}
	s.judged, s.emitted, s.hold, s.inside = i, i, i, inside
	if m.start >= 0 {
		s.hold, s.inside = m.start, false
	}
	for _, p := range s.rooms[s.room&1][:s.ways] {
		if p.start() < s.hold && i-p.start() <= maxWord {
			s.hold, s.inside = p.start(), false
		}
	}
	return false
}
