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

// single returns where a single letter that begins a text ends, and what it is; known is false if only more text can tell.
func single(text string, atEOF bool) (g glyph, size int, ok, known bool) {
	if text == "" || !atEOF && !utf8.FullRuneInString(text) {
		return g, 0, false, atEOF
	}
	if g = read(text); g.class < money || g.class >= unseen {
		return g, 0, false, true
	}
	for size = int(g.size); size < len(text); {
		if text[size] >= utf8.RuneSelf && !atEOF && !utf8.FullRuneInString(text[size:]) {
			return g, size, true, false
		}
		next := read(text[size:])
		switch {
		case next.class == unseen:
			g.how |= byUnseen
			size += int(next.size)
			continue
		case next.class == under, next.class < money:
			return g, size, true, true
		}
		return g, size, false, true
	}
	return g, size, true, atEOF
}

// between returns the gap that begins a text; known is false if only more text can tell.
func between(text string, atEOF bool) (b gap, size int, known bool) {
	for size < len(text) {
		if text[size] >= utf8.RuneSelf && !atEOF && !utf8.FullRuneInString(text[size:]) {
			return b, size, false
		}
		g := read(text[size:])
		if g.class >= money && g.class != under {
			return b, size, true
		}
		if b.n == 0 {
			b.first = text[0]
		}
		if b.n++; b.n > maxGap {
			return b, size, true
		}
		size += int(g.size)
	}
	return b, size, atEOF
}

// gaps tells whether a byte of ASCII may stand between single letters.
func gaps(c byte) bool { return classes[c] <= mark || c == '_' }

// mayBeLone tells whether a single letter may be at a place, or before it.
func (s *Scanner) mayBeLone(text string, at int) bool {
	g := read(text[at:])
	if text[at] < utf8.RuneSelf {
		return g.class == mark && at > 0 && text[at-1]|0x20-'a' < 26 && (at == 1 || text[at-2]|0x20-'a' >= 26)
	}
	if after := at + int(g.size); g.class == veiled && after < len(text) && classes[text[after]].inside() && text[after] != '_' {
		return false
	}
	if g.class == unseen && at > 0 {
		last := readLast(text[:at])
		at -= int(last.size)
		if last.class == unseen {
			return false
		}
	}
	return !s.endsInside(text[:at])
}

// backSingle returns where the single letter begins that a text ends with.
func (s *Scanner) backSingle(text string) (start int, ok bool) {
	n := len(text)
	for n > 0 && len(text)-n < maxWord {
		g := readLast(text[:n])
		n -= int(g.size)
		if g.class == unseen {
			continue
		}
		if g.class < money || g.class == strange || g.class == under {
			return 0, false
		}
		return n, s.byteBefore(text, n) == '_' || !s.endsInside(text[:n])
	}
	return 0, false
}

// backGap returns where the gap begins that a text ends with.
func backGap(text string) (b gap, start int) {
	n := len(text)
	for n > 0 && b.n <= maxGap {
		g := readLast(text[:n])
		if g.class >= money && g.class != under {
			break
		}
		n -= int(g.size)
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
		if !single || at-start > maxWord {
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
	start, i, index, strip, last := from, from, 0, true, gap{}
	if dead {
		last = l.gap
	}
	end := from // of the last letter
	l.held = false
	for {
		g, size, ok, known := single(text[i:], atEOF)
		if !known {
			break
		}
		if !ok {
			s.accept(text, end, ' ')
			l.judged = end + 1
			return
		}
		b, gapSize, known := between(text[i+size:], atEOF)
		if !known {
			break
		}
		read := func(begin bool) {
			g.how |= bySpacing
			s.advance(&g, i, begin)
		}
		read(!dead && strip && index < 3)
		strip = strip && g.small()
		end = i + size
		index++
		switch {
		case b.n == 0 || b.n > maxGap:
			s.accept(text, end, ' ')
			l.judged = end + 1
			return
		case last.n != 0 && last != b: // another run begins with this letter
			s.accept(text, end, ' ')
			s.ways = 0
			start, index, dead = i, 1, s.byteBefore(text, i) == '_'
			read(!dead)
			strip = g.small()
		}
		last = b
		i = end + gapSize
		if s.ways == 0 && (index > 2 || !strip) {
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
func (g *glyph) small() bool {
	switch g.letter {
	case 'a', 'i', 'u', 'r', 'y':
		return g.class == letter
	}
	return false
}
