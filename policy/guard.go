package policy

// Guard judges the texts of an answer while they come, in pieces. It keeps back of a text only what may still become a match.
type Guard struct {
	look  *look
	texts map[uint64]*guarded
	whole ScanFunc
}

// guarded is one text that is coming.
type guarded struct {
	scan ScanFunc
	held string
}

// maxTexts is how many texts an answer may have at once: choices, times kinds of text, times tool calls.
const maxTexts = 4096

// Guard returns a guard for the answer; nil if no policy has anything to look for in it.
func (e *Engine) Guard(x *Exchange) *Guard {
	g := &Guard{look: e.look(x, Answer), texts: map[uint64]*guarded{}}
	if g.whole = g.look.fresh(); g.whole == nil {
		return nil
	}
	return g
}

// Piece takes the next piece of the text with that key, and returns what may pass now, redacted: of what was held back before, and of this
// piece. At the end of the text all is decided. false means that the answer is blocked, and nothing more may pass.
func (g *Guard) Piece(key uint64, piece string, atEOF bool) (pass string, ok bool) {
	t := g.texts[key]
	if t == nil {
		if atEOF {
			return g.Whole(piece)
		}
		if len(g.texts) == maxTexts {
			g.look.x.flag(Flag{"policy_guard", "The answer has too many texts at once"}, true)
			return "", false
		}
		t = &guarded{scan: g.look.fresh()}
		g.texts[key] = t
	}
	text := t.held + piece
	found, n := t.scan(text, atEOF)
	if t.held = ""; n < len(text) {
		t.held = text[n:]
	}
	if atEOF {
		delete(g.texts, key)
	}
	if g.look.note(found) {
		g.look.flag()
		return "", false
	}
	return g.look.engine.redact(text[:n], found), true
}

// Held tells whether anything of the text with that key is held back.
func (g *Guard) Held(key uint64) bool {
	t := g.texts[key]
	return t != nil && t.held != ""
}

// Whole judges a text that comes in one piece.
func (g *Guard) Whole(text string) (pass string, ok bool) {
	found, _ := g.whole(text, true)
	if g.look.note(found) {
		g.look.flag()
		return "", false
	}
	return g.look.engine.redact(text, found), true
}

// End flags what was found. It is called once, last.
func (g *Guard) End() { g.look.flag() }
