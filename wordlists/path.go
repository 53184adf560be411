package wordlists

// path is a way to read a disguised word: the beginning of an entry. It is two numbers, since they are copied for every letter.
type path struct {
	place uint64 // the state of the automaton, the evidence << 16, and where it begins in the text << 32
	count uint64 // the last letter; how often that came running, letters of the entry, those that stand for themselves, that digits stand for: << 8 each
}

func (p *path) state() uint16 { return uint16(p.place) }

func (p *path) how() uint16 { return uint16(p.place >> 16) }

func (p *path) start() int { return int(p.place >> 32) }

func (p *path) last() byte { return byte(p.count) }

func (p *path) run() uint8 { return uint8(p.count >> 8) }

func (p *path) letters() uint8 { return uint8(p.count >> 16) }

func (p *path) plain() uint8 { return uint8(p.count >> 24) }

func (p *path) digits() uint8 { return uint8(p.count >> 32) }

// as returns the path with more evidence: that the last letter is a symbol holds no longer.
func (p path) as(how uint16) path {
	p.place = p.place&^(uint64(byTail)<<16) | uint64(how)<<16
	return p
}

// stretched returns the path behind its last letter once more.
func (p path) stretched() path {
	switch p.run() {
	case 1:
		p.count += 1 << 8
	case 2:
		p.count += 1 << 8
		p.place |= uint64(byStretch) << 16
	}
	return p
}

// The most paths at a time, and bytes of a disguised word: none that anybody would read needs more.
const (
	maxPaths = 16
	maxWord  = 256
)

// reading is the paths of what was read so far, in one of two rooms: the other is where the next are put.
type reading struct {
	rooms [2][maxPaths]path
	room  uint8
	ways  int
}

// advance reads a glyph on all paths.
func (s *Scanner) advance(g glyph, at int) {
	s.step(s.ways)
	c := g.letter()
	if c == 0 {
		s.ways = 0
		return
	}
	now := &s.rooms[s.room&1]
	if p := &now[0]; s.ways == 1 && g.another() == 0 && c != p.last() { // as nearly always
		to := s.a.Step(p.state(), c, s.want)
		if to == 0 || at-p.start() > maxWord {
			s.ways = 0
			return
		}
		*p = p.as(g.evidence()).step(to, c, g.class())
		return
	}
	next := &s.rooms[s.room&1^1]
	n := 0
	for i := range now[:s.ways] {
		p := &now[i]
		if at-p.start() > maxWord {
			continue
		}
		n = s.follow(next, n, p, g, c)
		if other := g.another(); other != 0 {
			n = s.follow(next, n, p, g, other)
		}
	}
	s.ways, s.room = n, s.room^1
}

// step returns the path with another letter, which leads to a state.
func (p path) step(to uint16, c byte, by class) path {
	p.place = p.place&^0xFFFF | uint64(to)
	p.count = p.count&^0xFFFF | 1<<8 | uint64(c) + 1<<16
	switch by {
	case letter:
		p.count += 1 << 24
	case digit:
		p.count += 1 << 32
	}
	return p
}

// begin begins the paths of a glyph at a place.
func (s *Scanner) begin(g glyph, at int) {
	s.step(1)
	s.beginWith(g, g.letter(), at)
	if c := g.another(); c != 0 {
		s.beginWith(g, c, at)
	}
}

func (s *Scanner) beginWith(g glyph, c byte, at int) {
	to := s.a.Step(s.a.Start, c, s.want)
	if to == 0 || s.ways == maxPaths {
		return
	}
	s.rooms[s.room&1][s.ways] = path{place: uint64(at)<<32 | uint64(g.how())<<16}.step(to, c, g.class())
	s.ways++
}

// follow adds to next what a path becomes with a letter.
func (s *Scanner) follow(next *[maxPaths]path, n int, p *path, g glyph, c byte) int {
	to := s.a.Step(p.state(), c, s.want)
	q := p.as(g.evidence())
	if c == p.last() {
		q = q.stretched()
		if g.class() == letter || g.class() == veiled { // only these are stretched
			n = add(next, n, q)
		}
	}
	if to != 0 {
		run := uint64(q.run())
		if c != p.last() {
			run = 1
		}
		q = q.step(to, c, g.class())
		q.count += (run - 1) << 8
		n = add(next, n, q)
	}
	return n
}

// add adds a path, but not a second one to the same state.
func add(next *[maxPaths]path, n int, q path) int {
	for i := range next[:n] {
		if next[i].state() == q.state() && next[i].start() == q.start() {
			return n
		}
	}
	if n < maxPaths {
		next[n] = q
		n++
	}
	return n
}

// accept adds the matches of the paths that are words, where a word ends before next.
func (s *Scanner) accept(text string, end int, next byte) {
	s.step(s.ways)
	for i := range s.rooms[s.room&1][:s.ways] {
		p := &s.rooms[s.room&1][i]
		if p.how()&^upper == 0 {
			continue
		}
		own := s.a.Own(p.state())
		if own&uint32(s.want) == 0 || !p.meant(text[p.start():end], s.byteBefore(text, p.start()), next) {
			continue
		}
		if lists := Set(own|raised(own)) & s.lists; lists != 0 {
			s.insert(Match{p.start(), end, lists})
		}
	}
}

// Bits of the built-in automaton beside its lists: words that are in more lists where they are disguised, and what is in none.
const (
	innocent  = 1 << 13 // phrases in which they have another sense
	veil      = 1 << 15 // in profanity
	adultVeil = 1 << 14 // in adult
)

// raised are the lists that a word is in besides when it is disguised: who hides a word means the coarse sense of it.
func raised(own uint32) (lists uint32) {
	if own&veil != 0 {
		lists = 1<<Profanity | 1<<ProfanityMild | 1<<Adult | 1<<AdultMild
	}
	if own&adultVeil != 0 {
		lists |= 1<<Adult | 1<<AdultMild
	}
	return lists
}

// meant tells whether a disguise is none by chance: model numbers, variables and words of other languages look like some. word is the text of
// it, before and next what is around it.
func (p *path) meant(word string, before, next byte) bool {
	how := p.how() &^ upper
	switch {
	case how == 0 || how&byTail != 0:
		return false
	case how&bySpacing != 0:
		return p.letters() >= 4
	case p.letters() < 3, p.letters() == 3 && how&(byDigit|byAccent|byDaily) != 0:
		return false
	case how == bySymbol && word[0] == '$' && word[1]|0x20 == 's' && p.plain() == p.letters()-1: // a variable
		return false
	case p.letters() == 3 && p.plain() == 1 && word[0] == '@': // @$s is a list in Perl
		return false
	case how&byDaily != 0 && how&(byAlien|byStyle|byDigit|bySymbol) == 0 && p.plain() == 0: // a word of its alphabet
		return false
	case how&bySymbol != 0 && word[0] == '$' && (next == '[' || next == '(' || next == '-' || next == ';' || next == ')' || inCode(next)):
		return false
	}
	return how&byDigit == 0 || p.spelled(word, before, next)
}

// spelled tells whether the digits in a word stand for letters.
func (p *path) spelled(word string, before, next byte) bool {
	if inCode(before) || inCode(next) || p.plain() == 0 {
		return false
	}
	if p.plain() == 1 && (word[0] > '9' || word[len(word)-1] > '9') { // 900k, t175
		return false
	}
	few := p.plain() <= p.digits()
	return !few || p.how()&upper == 0 && before != '-' && next != '-' && before != '#'
}

// inCode tells whether a byte next to a word says that it is part of a name, a path or a number.
func inCode(c byte) bool {
	switch c {
	case '/', '\\', '=', '_', '@', '%', '~', '<', '>':
		return true
	}
	return false
}
