package policy

import (
	"maps"
	"slices"
	"unsafe"
)

// Guard judges the texts of an answer while they come, in pieces. It keeps back of a text only what may still become a match that is not
// let pass: what policies only audit is never kept back.
type Guard struct {
	look  *look
	texts map[uint64]*guarded
	last  *guarded // the text of the last piece, if it goes on: most have but one
	begun int
	ended bool
	whole guarded
}

// guarded is one text that is coming.
type guarded struct {
	key         uint64
	hold, watch scanning
	number      int // in the order of their beginnings
	message     int
}

// scanning is a scan of a text that is coming.
type scanning struct {
	scan ScanFunc
	at   int    // how many bytes were decided before
	rest []byte // what is not decided; the first done bytes of it are, since the last call
	done int
}

// maxTexts is how many texts an answer may have at once: choices, times kinds of text, times tool calls.
const maxTexts = 4096

// Guard returns a guard for the answer; nil if no policy has anything to look for in it.
func (e *Engine) Guard(x *Exchange) *Guard {
	g := &Guard{look: e.look(x, Answer), texts: map[uint64]*guarded{}}
	g.whole = g.fresh()
	if g.whole.hold.scan == nil && g.whole.watch.scan == nil {
		return nil
	}
	return g
}

func (g *Guard) fresh() guarded {
	g.begun++
	return guarded{hold: scanning{scan: g.look.fresh(Redact, Block)}, watch: scanning{scan: g.look.fresh(None, Mask)}, number: g.begun}
}

// Holds tells whether anything may ever be kept back or changed; if not, all passes as it came.
func (g *Guard) Holds() bool { return g.whole.hold.scan != nil }

// Piece takes the next piece of the text with that key, in a choice or output item with that number, and returns what may pass now, redacted: of what was held back before, and of this
// piece. It is valid until the next call. At the end of the text all is decided. false means that the answer is blocked, and nothing more
// may pass.
func (g *Guard) Piece(key uint64, message int, piece string, atEOF bool) (pass string, ok bool) {
	t := g.of(key)
	switch {
	case t != nil:
	case atEOF:
		return g.Whole(message, piece)
	case len(g.texts) == maxTexts:
		g.look.x.flag(Flag{Type: "policy_guard", Description: "The answer has too many texts at once"}, true)
		return "", false
	default:
		fresh := g.fresh()
		t = &fresh
		t.key, t.message = key, message
		g.texts[key] = t
	}
	g.last = t
	if atEOF {
		delete(g.texts, key)
		g.last = nil
	}
	return g.judge(t, piece, atEOF)
}

// of returns the text with that key; nil if there is none that goes on.
func (g *Guard) of(key uint64) *guarded {
	if g.last != nil && g.last.key == key {
		return g.last
	}
	return g.texts[key]
}

// Held tells whether anything of the text with that key is held back.
func (g *Guard) Held(key uint64) bool {
	t := g.of(key)
	return t != nil && len(t.hold.rest) > t.hold.done
}

// Whole judges a text that comes in one piece. A negative number is of one that was judged in pieces before: it has no places of its own.
func (g *Guard) Whole(message int, text string) (pass string, ok bool) {
	g.whole.message = message
	return g.judge(&g.whole, text, true)
}

func (g *Guard) judge(t *guarded, piece string, atEOF bool) (pass string, ok bool) {
	if t.watch.scan != nil {
		base := t.watch.at
		_, watched := t.watch.take(piece, atEOF)
		g.look.note(watched, t.message, base)
	}
	if t.hold.scan == nil {
		return piece, true
	}
	base := t.hold.at
	pass, found := t.hold.take(piece, atEOF)
	if len(found) == 0 {
		return pass, true
	}
	if g.look.note(found, t.message, base) {
		g.End()
		return "", false
	}
	return g.look.redact(pass, found), true
}

// take scans a piece, and returns what is decided now.
func (s *scanning) take(piece string, atEOF bool) (decided string, found []Match) {
	s.rest, s.done = s.rest[:copy(s.rest, s.rest[s.done:])], 0
	text := piece
	if len(s.rest) > 0 {
		s.rest = append(s.rest, piece...)
		text = unsafe.String(unsafe.SliceData(s.rest), len(s.rest))
	}
	found, n := s.scan(text, atEOF)
	if s.at += n; atEOF {
		s.at = 0
	}
	if len(s.rest) > 0 {
		s.done = n
	} else {
		s.rest = append(s.rest, text[n:]...)
	}
	return text[:n], found
}

// End flags what was found, if that was not done when the answer was blocked. Texts that broke off are over, too, as far as they passed.
func (g *Guard) End() {
	if g.ended {
		return
	}
	g.ended = true
	for _, t := range slices.SortedFunc(maps.Values(g.texts), func(a, b *guarded) int { return a.number - b.number }) {
		if t.watch.scan == nil {
			continue
		}
		base := t.watch.at
		_, watched := t.watch.take("", true)
		g.look.note(watched, t.message, base)
	}
	g.look.flag()
}
