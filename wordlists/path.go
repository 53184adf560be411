package wordlists

// path is a way to read a disguised word: the beginning of an entry.
type path struct {
	start  int    // where it begins in the text
	state  uint16 // of the automaton
	how    uint16 // evidence
	last   byte   // the last letter
	run    uint8  // how often that came running
	n      uint8  // letters of the entry
	plain  uint8  // of them, those that stand for themselves
	digits uint8  // and those that digits stand for
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

// advance reads a glyph on all paths, and begins new ones at a place if begin.
func (s *Scanner) advance(g *glyph, at int, begin bool) {
	now, next := &s.rooms[s.room], &s.rooms[s.room^1]
	n := 0
	symbol := &ascii[g.symbol] // of no letter if there is none
	for i := range now[:s.ways] {
		p := &now[i]
		if at-p.start > maxWord {
			continue
		}
		if g.letter != 0 {
			n = s.follow(next, n, p, g, g.letter, g.how)
			continue
		}
		for k := range len(symbol.as) {
			n = s.follow(next, n, p, g, symbol.as[k], g.how)
		}
	}
	if begin {
		if g.letter != 0 {
			n = s.begin(next, n, g, g.letter, at)
		}
		for k := range len(symbol.as) {
			n = s.begin(next, n, g, symbol.as[k], at)
		}
	}
	s.ways, s.room = n, s.room^1
}

// begin adds to next the path that begins with a letter.
func (s *Scanner) begin(next *[maxPaths]path, n int, g *glyph, c byte, at int) int {
	to := s.a.Step(s.a.Start, c, s.want)
	if to == 0 || n == maxPaths {
		return n
	}
	next[n] = path{start: at, state: to, how: g.how, last: c, run: 1, n: 1}
	next[n].count(g.class)
	return n + 1
}

// follow adds to next what a path becomes with a letter.
func (s *Scanner) follow(next *[maxPaths]path, n int, p *path, g *glyph, c byte, how uint16) int {
	to := s.a.Step(p.state, c, s.want)
	again := c == p.last && g.letter != 0 // only letters are stretched
	if to == 0 && !again {
		return n
	}
	q := *p
	q.how = q.how&^byTail | how
	if g.class == mark {
		q.how |= byTail
	}
	q.run = 1
	if c == p.last {
		q.run = min(p.run, 3) + 1
		if q.run >= 3 {
			q.how |= byStretch
		}
		if again {
			n = add(next, n, &q)
		}
	}
	if to != 0 {
		q.state, q.last = to, c
		q.n++
		q.count(g.class)
		n = add(next, n, &q)
	}
	return n
}

// add adds a path, but not a second one to the same state.
func add(next *[maxPaths]path, n int, q *path) int {
	for i := range next[:n] {
		if next[i].state == q.state && next[i].start == q.start {
			return n
		}
	}
	if n < maxPaths {
		next[n] = *q
		n++
	}
	return n
}

func (p *path) count(c class) {
	switch c {
	case letter:
		p.plain++
	case digit:
		p.digits++
	}
}

// accept adds the matches of the paths that are words, where a word ends before next.
func (s *Scanner) accept(text string, end int, next byte) {
	for i := range s.rooms[s.room][:s.ways] {
		p := &s.rooms[s.room][i]
		own := s.a.Own(p.state)
		if own == 0 || p.how&^upper == 0 {
			continue
		}
		if !p.meant(text[p.start:end], s.byteBefore(text, p.start), next) {
			continue
		}
		if lists := Set(own|raised(own)) & s.lists; lists != 0 {
			s.insert(Match{p.start, end, lists})
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
	how := p.how &^ upper
	switch {
	case how == 0 || how&byTail != 0:
		return false
	case how&bySpacing != 0:
		return p.n >= 4
	case p.n < 3, p.n == 3 && how&(byDigit|byAccent|byDaily) != 0:
		return false
	case p.n == 3 && p.plain == 1 && word[0] == '@': // @$s is a list in Perl
		return false
	case how&byDaily != 0 && how&(byAlien|byStyle|byDigit|bySymbol) == 0 && p.plain == 0: // a word of its alphabet
		return false
	case how&bySymbol != 0 && word[0] == '$' && (next == '[' || next == '(' || next == '-' || next == ';' || next == ')' || inCode(next)):
		return false
	}
	return how&byDigit == 0 || p.spelled(word, before, next)
}

// spelled tells whether the digits in a word stand for letters.
func (p *path) spelled(word string, before, next byte) bool {
	if inCode(before) || inCode(next) || p.plain == 0 {
		return false
	}
	if p.plain == 1 && (word[0] > '9' || word[len(word)-1] > '9') { // 900k, t175
		return false
	}
	few := p.plain <= p.digits
	return !few || p.how&upper == 0 && before != '-' && next != '-' && before != '#'
}

// inCode tells whether a byte next to a word says that it is part of a name, a path or a number.
func inCode(c byte) bool {
	switch c {
	case '/', '\\', '=', '_', '@', '%', '~', '<', '>':
		return true
	}
	return false
}
