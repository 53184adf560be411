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

// begin begins one at the end of a text, if all letters of the word there begin an entry as they are.
func (m *masked) begin(s *Scanner, text string) {
	for i := range s.rooms[s.room&1][:s.ways] {
		p := &s.rooms[s.room&1][i]
		if p.how()&^upper != 0 {
			continue
		}
		if word := text[p.start():]; len(word) <= dfa.MaxShape {
			*m = masked{start: p.start(), stars: true}
			for k := range len(word) {
				m.shape.Add(word[k] | 0x20)
			}
		}
		return
	}
}

// add adds a letter.
func (m *masked) add(c byte) {
	m.shape.Add(c)
	m.open = false
	if m.shape.Letters > dfa.MaxShape {
		m.start = -1
	}
}

// hide adds a letter that a symbol hides.
func (m *masked) hide(c byte) {
	m.shape.Hide()
	m.stars = m.stars && (c == '*' || c == '#')
	m.open, m.by = true, c
	if m.shape.Hidden > dfa.MaxShape {
		m.start = -1
	}
}

// unmask adds the match of a masked word that ends at a place. Where its last letter is hidden, that must be by an asterisk, and at a bound.
func (s *Scanner) unmask(text string, m *masked, end int, bound bool) {
	before := s.byteBefore(text, m.start)
	if m.open && (!bound || m.by != '*' || before == '*') || inCode(before) {
		return
	}
	s.step(1)
	any := m.stars || m.shape.Hidden > 1
	if !any && m.by != '@' && m.by != '!' {
		return
	}
	if lists := Set(dfa.Masked(m.shape, any)) & s.lists; lists != 0 {
		s.insert(Match{m.start, end, lists})
	}
}
