package wordlists

import "github.com/usagepanda/usage-panda-envoy/wordlists/internal/dfa"

// masked is a word whose letters are hidden: f**k, b*tch*s.
type masked struct {
	start int // -1 if there is none
	shape dfa.Shape
	stars bool // nothing hides but * and #, which stand for no letter
	by    byte // what hides the last hidden letter
	open  bool // the last letter is hidden
}

// read reads a glyph on.
func (m *masked) read(s *Scanner, g *glyph, c byte, at int, begin bool) {
	switch {
	case m.start < 0 && begin && g.class == letter:
		*m = masked{start: at, stars: true}
		m.shape.Add(g.letter)
	case m.start < 0:
	case g.class == letter:
		m.shape.Add(g.letter)
		m.open = false
	case (g.class == mark || g.class == money) && (m.shape.Hidden > 0 || s.reads(m.start)):
		m.shape.Hide()
		m.stars = m.stars && (c == '*' || c == '#')
		m.open, m.by = true, c
	default:
		m.start = -1
	}
	if m.shape.Letters > dfa.MaxShape || m.shape.Hidden > dfa.MaxShape {
		m.start = -1
	}
}

// reads tells whether all letters from there on begin an entry as they are.
func (s *Scanner) reads(start int) bool {
	for i := range s.rooms[s.room][:s.ways] {
		if p := &s.rooms[s.room][i]; p.start == start && p.how&^upper == 0 {
			return true
		}
	}
	return false
}

// unmask adds the match of a masked word that ends at a place. Where its last letter is hidden, that must be by an asterisk, and at a bound.
func (s *Scanner) unmask(text string, m *masked, end int, bound bool) {
	before := s.byteBefore(text, m.start)
	if m.shape.Hidden == 0 || m.open && (!bound || m.by != '*' || before == '*') || inCode(before) {
		return
	}
	any := m.stars || m.shape.Hidden > 1
	if !any && m.by != '@' && m.by != '!' {
		return
	}
	if lists := Set(dfa.Masked(m.shape, any)) & s.lists; lists != 0 {
		s.insert(Match{m.start, end, lists})
	}
}
