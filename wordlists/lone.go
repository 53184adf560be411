package wordlists

import "unicode/utf8"

// lone is what a Scanner remembers of a word spelled as single letters: f u c k. The same must stand between all of them: a run of at most
// maxGap glyphs.
type lone struct {
	judged int  // up to where that was looked for
	held   bool // a run goes on from hold
	hold   int
	dead   bool // no word begins in it any more
	gap    gap  // before hold, if dead
}

const maxGap = 3

// gap is what stands between single letters, as far as it is compared.
type gap struct {
	first byte
	n     uint8 // glyphs
}

// single returns the single letter at a place, and where it ends; known is false if only more text can tell.
func single(text string, at int, atEOF bool) (g glyph, end int, ok, known bool) {
	if at == len(text) {
		return 0, at, false, atEOF
	}
	if g = glyphs[text[at]]; g == 0 {
		if !atEOF && !utf8.FullRuneInString(text[at:]) {
			return 0, at, false, false
		}
		g = wide(decode(text[at:]))
	}
	if g.class() < money || g.class() >= unseen {
		return g, at, false, true
	}
	for end = at + g.size(); end < len(text); {
		next := glyphs[text[end]]
		if next == 0 {
			if !atEOF && !utf8.FullRuneInString(text[end:]) {
				return g, end, true, false
			}
			if next = wide(decode(text[end:])); next.class() == unseen {
				g |= glyph(byUnseen) << 32
				end += next.size()
				continue
			}
		}
		return g, end, next.class().gaps(), true
	}
	return g, end, true, atEOF
}

// between returns the gap at a place, and where it ends; known is false if only more text can tell.
func between(text string, at int, atEOF bool) (b gap, end int, known bool) {
	if at < len(text) {
		b.first = text[at]
	}
	for end = at; end < len(text); {
		g := glyphs[text[end]]
		if g == 0 {
			if !atEOF && !utf8.FullRuneInString(text[end:]) {
				return b, end, false
			}
			g = wide(decode(text[end:]))
		}
		if !g.class().gaps() {
			return b, end, true
		}
		if b.n++; b.n > maxGap {
			return b, end, true
		}
		end += g.size()
	}
	return b, end, atEOF
}

// gaps tells whether a byte of ASCII may stand between single letters.
func gaps(c byte) bool { return classes[c].gaps() }

// spelled tells whether a single letter may be one of four with the same between them: it may where a rune beyond ASCII is around.
func spelled(text string, from, to int) bool {
	gap := 0
	for gap <= maxGap && to+gap < len(text) && text[to+gap] < utf8.RuneSelf && classes[text[to+gap]].gaps() {
		gap++
	}
	n, first := 1, text[to]
	for i := to + gap; gap <= maxGap; i += gap + 1 { // where the next letter is
		if i+gap+1 >= len(text) || text[i]|text[i+1]|text[i+gap]|text[i+gap+1] >= utf8.RuneSelf {
			return true
		}
		if classes[text[i]].gaps() || !classes[text[i+1]].gaps() {
			break
		}
		if n++; n == 4 {
			return true
		}
		if text[i+1] != first || !classes[text[i+gap]].gaps() {
			break
		}
	}
	before := 0
	for before <= maxGap && before < from && text[from-before-1] < utf8.RuneSelf && classes[text[from-before-1]].gaps() {
		before++
	}
	if before > maxGap {
		return false
	}
	if before != gap || text[from-before] != first { // another run ends with the letter
		n, gap, first = 1, before, text[from-before]
	}
	for i := from; i > gap; i -= gap + 1 {
		if text[i-gap-1]|text[i-gap]|text[i-1] >= utf8.RuneSelf {
			return true
		}
		if gap == 0 || classes[text[i-gap-1]].gaps() || text[i-gap] != first || !classes[text[i-1]].gaps() {
			break
		}
		if n++; n == 4 {
			return true
		}
	}
	return false
}

// mayBeLone tells whether a rune beyond ASCII at a place may be a single letter behind another, or what is not read of one.
func (s *Scanner) mayBeLone(text string, at int, g glyph) bool {
	if g.class() == veiled && at > 0 {
		if c := text[at-1]; c < utf8.RuneSelf && !classes[c].gaps() {
			return false
		}
	}
	if after := at + g.size(); g.class() == veiled && after < len(text) {
		if c := read(text, after).class(); c.inside() && c != under {
			return false
		}
	}
	if g.class() == unseen && at > 0 {
		last := readLast(text[:at])
		at -= last.size()
		if last.class() == unseen {
			return false
		}
	}
	return !s.endsInside(text[:at])
}

// backSingle returns where the single letter begins that a text ends with.
func (s *Scanner) backSingle(text string) (start int, ok bool) {
	n := len(text)
	for n > 0 && len(text)-n < maxWord {
		s.step(1)
		g := readLast(text[:n])
		n -= g.size()
		switch c := g.class(); {
		case c == unseen:
			continue
		case c < money, c == strange, c == under:
			return 0, false
		case n > 0 && text[n-1] < utf8.RuneSelf:
			return n, classes[text[n-1]].gaps() || classes[text[n-1]] == money
		}
		return n, !s.endsInside(text[:n])
	}
	return 0, false
}

// backGap returns where the gap begins that a text ends with.
func backGap(text string) (b gap, start int) {
	n := len(text)
	for n > 0 && b.n <= maxGap {
		g := readLast(text[:n])
		if !g.class().gaps() {
			break
		}
		n -= g.size()
		b.n++
		b.first = text[n]
	}
	return b, n
}

// backSingles returns where the run of single letters begins that ends before a place, gaps at its end not counted. None begins behind _.
func (s *Scanner) backSingles(text string, at int) (from int, ok bool) {
	b, end := backGap(text[:at])
	if b.n > maxGap {
		return 0, false
	}
	for last := (gap{}); ; last = b {
		start, single := s.backSingle(text[:end])
		if !single || at-start > maxWord || start < s.lone.judged {
			return from, ok
		}
		if s.byteBefore(text, start) != '_' {
			from, ok = start, true
		}
		if b, end = backGap(text[:start]); b.n == 0 || b.n > maxGap || last.n != 0 && b != last {
			return from, ok
		}
	}
}

// singles looks for words in a run of single letters; dead says that none begins in it.
func (s *Scanner) singles(text string, from int, dead, atEOF bool) {
	l := &s.lone
	s.ways = 0
	i, index, strip, last := from, 0, true, gap{}
	if dead {
		last = l.gap
	}
	start, end := from, from // of the run, and of the last letter
	var begins glyph         // the letter at start, until it is known that a run begins with it
	l.held = false
	for {
		s.step(1)
		g, to, ok, known := single(text, i, atEOF)
		if !known {
			break
		}
		if !ok {
			s.accept(text, end, ' ')
			l.judged = end + 1
			return
		}
		b, next, known := between(text, to, atEOF)
		if !known {
			break
		}
		s.step(next - i)
		g |= glyph(bySpacing) << 32
		if index == 1 && b == last && !dead {
			s.begin(begins, start)
		}
		if s.ways > 0 {
			s.advance(g, i)
		}
		if index > 0 && index < 3 && b == last && strip && !dead {
			s.begin(g, i)
		}
		strip = strip && g.small()
		end = to
		index++
		switch {
		case b.n == 0 || b.n > maxGap:
			s.accept(text, end, ' ')
			l.judged = end + 1
			return
		case last.n == 0:
			begins = g
		case last != b: // another run begins with this letter
			s.accept(text, end, ' ')
			s.ways = 0
			start, index, dead = i, 1, s.byteBefore(text, i) == '_'
			strip, begins = g.small(), g
		}
		last = b
		i = next
		if s.ways == 0 && (index > 2 || index == 2 && !strip) {
			dead = true
		}
		if dead {
			start, l.gap = i, last
		}
	}
	l.held, l.hold, l.dead, l.judged = true, start, dead, len(text)
	if len(text)-start > maxWord {
		l.dead, l.hold, l.gap = true, i, last
	}
}

// small tells whether a glyph is a word of its own: a, I, and u, r and y for you, are and why.
func (g glyph) small() bool {
	switch g.letter() {
	case 'a', 'i', 'u', 'r', 'y':
		return g.class() == letter
	}
	return false
}
