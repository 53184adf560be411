package wordlists

import (
	"unicode/utf8"

	"github.com/usagepanda/usage-panda-envoy/wordlists/internal/dfa"
)

// Match is an entry that was found: byte offsets into the text that was given to Scan, and every enabled list that has the entry.
type Match struct {
	Start, End int
	Lists      Set
}

// Scanner finds the matches of one text, given whole or in pieces, as bufio.SplitFunc does.
type Scanner struct {
	a     *dfa.Automaton
	lists Set

	excuses uint32 // innocent, if that is looked for
	state   uint16 // after the first seen bytes of the text
	seen    int
	check   bool // an entry ends at seen, if what comes next does not go on with its last word

	found []Match // not yet dropped, in order of Start, then End
	out   int     // how many of them the last call returned
	by    int     // how many bytes it decided
	held  held
	disguise
	steps
}

// Scan looks at text, which begins where the bytes ended that the last call decided. The first n bytes are decided and will not be seen
// again; the caller gives the rest again with more behind it. What is not decided is the beginning of an entry that the text may yet
// complete, what overlaps it, and what shows that a word ends. atEOF: all is decided, and the scanner is as new, ready for another text.
//
// The matches found lie inside the decided bytes, ordered by Start, then End. They may touch and overlap: "ass" lies in "kiss my ass".
// They are the scanner's, and valid until the next call. However a text is cut, its matches are the same.
//
// The time is linear in the text; each match costs its own length besides.
func (s *Scanner) Scan(text string, atEOF bool) (found []Match, n int) {
	s.drop()
	if s.lists == 0 {
		return nil, len(text)
	}
	if s.seen > len(text) { // not the rest of the last text: take it for another
		s.found = s.found[:0]
		s.reset()
	}
	s.read(text, atEOF)
	if atEOF {
		s.reset()
		s.out, s.by = len(s.found), len(text)
	} else {
		s.decide(text)
	}
	return s.found[:s.out], s.by
}

func (s *Scanner) reset() {
	s.state, s.seen, s.check, s.out, s.by, s.held = s.a.Start, 0, false, 0, 0, held{}
	s.before, s.cut, s.midRun, s.judged, s.emitted, s.left, s.open, s.lone = 0, false, false, 0, 0, 0, false, lone{}
}

// drop forgets the matches that the last call returned, and lets the others count from where the decided bytes ended.
func (s *Scanner) drop() {
	s.found = s.found[:copy(s.found, s.found[s.out:])]
	if s.by > 0 {
		for i := range s.found {
			s.found[i].Start -= s.by
			s.found[i].End -= s.by
		}
	}
	s.out, s.by = 0, 0
}

// read reads on from where the last call stopped, to the end of the text or to what only more text can tell.
func (s *Scanner) read(text string, atEOF bool) {
	if s.want != 0 && (s.open || s.lone.held) {
		s.resume(text, atEOF)
	}
	for entry := s.check || s.next(text, atEOF); entry; entry = s.next(text, atEOF) {
		ends, known := ends(text[s.seen:], atEOF)
		if s.check = !known; s.check {
			return
		}
		if ends {
			s.add(text)
		}
	}
}

// next reads on to where an entry ends; false at the end of the text, or before a rune that the text cuts.
//
// A rune beyond ASCII goes through NextRune, and so would anything that is to be read as something else than it is: Back, which counts
// symbols backwards, is all that must agree with it.
func (s *Scanner) next(text string, atEOF bool) bool {
	state, i, a := s.state, s.seen, s.a
	for i < len(text) {
		size := 1
		to := a.Next(state, text[i])
		if to == dfa.Escape {
			var r rune
			if r, size = decode(text[i:]); size == 1 && !atEOF && !utf8.FullRuneInString(text[i:]) {
				break
			}
			switch {
			case a.Odd == 0:
				to = a.NextRune(state, r)
			case r == utf8.RuneError: // in no entry, and in no disguise
				if to = a.Other(state); to == a.Odd {
					to = s.veiled(text, i, r, state, to, atEOF)
				}
			default:
				to = s.veiled(text, i, r, state, a.NextRune(state, r), atEOF)
			}
		} else if to == a.Odd && to != 0 {
			to = a.Behind(state, text[i])
			if s.want != 0 && (i >= s.judged || i >= s.lone.judged && gaps(text[i])) {
				s.oddAt(text, i, atEOF)
			}
		}
		state = to
		i += size
		if state >= a.Accept {
			s.state, s.seen = state, i
			return true
		}
		if i < len(text) && text[i] < utf8.RuneSelf {
			state, size = a.Skip(state, text[i:])
			i += size
		}
	}
	s.state, s.seen = state, i
	return false
}

// veiled looks for disguised words around a rune beyond ASCII at a place, if it may be of one, and returns the state behind it.
func (s *Scanner) veiled(text string, at int, r rune, state, to uint16, atEOF bool) uint16 {
	odd := to == s.a.Odd
	if odd {
		to = s.a.BehindRune(state, r)
	}
	s.step(1)
	g := wide(r, utf8.RuneLen(r))
	switch {
	case g.class() != veiled && g.class() != unseen:
	case g.how() == byDaily:
		to = s.a.Mixed(to)
		odd = odd || s.byteBefore(text, at)|0x20-'a' < 26
	case !odd && g.class() == veiled && s.a.Dead(state, g.letter()) && plainWord(text[:at], g.letter()): // café
	default:
		odd = true
	}
	if odd && s.want != 0 && (at >= s.judged || at >= s.lone.judged) {
		s.oddGlyph(text, at, g, atEOF)
	}
	return to
}

// ends tells whether a word may end where rest follows; known is false if only more text can tell. An apostrophe ends a word ("ass's"), but
// for that of "don't".
func ends(rest string, atEOF bool) (ends, known bool) {
	r, size, known := first(rest, atEOF)
	if size == 0 {
		return known, known
	}
	fold, kind := dfa.Rune(r)
	if fold != '\'' {
		return kind&dfa.After == 0, true
	}
	rest = rest[size:]
	if r, size, known = first(rest, atEOF); r|0x20 != 't' || !known {
		return known, known
	}
	r, _, known = first(rest[size:], atEOF)
	_, kind = dfa.Rune(r)
	return kind&dfa.After != 0, known
}

// decode is utf8.DecodeRuneInString for a text that begins beyond ASCII.
func decode(text string) (r rune, size int) {
	switch c := text[0]; {
	case c < 0xC2:
	case c < 0xE0 && len(text) > 1 && text[1]&0xC0 == 0x80:
		return rune(c&0x1F)<<6 | rune(text[1]&0x3F), 2
	case c&0xF0 == 0xE0 && len(text) > 2 && text[1]&0xC0 == 0x80 && text[2]&0xC0 == 0x80:
		r = rune(c&0xF)<<12 | rune(text[1]&0x3F)<<6 | rune(text[2]&0x3F)
		if r >= 0x800 && r&^0x7FF != 0xD800 { // neither overlong nor a surrogate
			return r, 3
		}
	case c&0xF8 == 0xF0 && len(text) > 3 && text[1]&0xC0 == 0x80 && text[2]&0xC0 == 0x80 && text[3]&0xC0 == 0x80:
		r = rune(c&7)<<18 | rune(text[1]&0x3F)<<12 | rune(text[2]&0x3F)<<6 | rune(text[3]&0x3F)
		if r >= 0x10000 && r <= utf8.MaxRune {
			return r, 4
		}
	}
	return utf8.RuneError, 1
}

// first decodes the first rune of a text; no size if there is none, or, then not known, if more text may make it another.
func first(text string, atEOF bool) (r rune, size int, known bool) {
	if !atEOF && !utf8.FullRuneInString(text) {
		return 0, 0, false
	}
	r, size = utf8.DecodeRuneInString(text)
	return r, size, true
}

// add adds the entries that end at seen. Longer ones come first, and begin first.
func (s *Scanner) add(text string) {
	from := s.seen // where an innocent phrase begins
	for state := s.state; state > s.a.Start; state = s.a.Fail(state) {
		s.step(1)
		lists := s.a.Own(state) & (uint32(s.lists) | s.excuses)
		if lists == 0 {
			continue
		}
		start, soft := s.a.Back(text[:s.seen], s.a.Depth(state))
		s.step(s.seen - start)
		if soft {
			lists &^= s.a.Strict
		}
		if lists&innocent&s.excuses != 0 {
			from = min(from, start)
			lists &^= innocent
		}
		if lists != 0 {
			s.insert(Match{start, s.seen, Set(lists)})
		}
	}
	if from < s.seen {
		s.excuse(from, s.seen)
	}
}
