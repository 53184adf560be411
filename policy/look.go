package policy

import "slices"

// look is what the policies of an engine find on one side of an exchange.
type look struct {
	engine *Engine
	x      *Exchange
	side   Side
	found  []found // by the number of the policy in the engine
}

// found is what one policy has found.
type found struct {
	names []string // each once, in order of appearance
	worst Action
}

func (e *Engine) look(x *Exchange, s Side) *look {
	return &look{engine: e, x: x, side: s, found: make([]found, len(e.sorted))}
}

// fresh returns what looks at one text after the other, for all policies at once whose worst action is one of those from least to most; nil
// if there is nothing to look for.
func (l *look) fresh(least, most Action) ScanFunc {
	var j *joint
	for i := range l.engine.sorted {
		p := &l.engine.sorted[i]
		if p.Scanner == nil || !p.Wants(l.x.Endpoint, l.side) {
			continue
		}
		if worst := p.Worst(l.side); worst < least || worst > most {
			continue
		}
		for _, scan := range p.Scan(l.x, l.side) {
			if j == nil {
				j = &joint{parts: make([]part, 0, 4)}
			}
			j.parts = append(j.parts, part{scan: scan, by: i})
		}
	}
	if j == nil {
		return nil
	}
	return j.scan
}

// note remembers what was found.
func (l *look) note(matches []Match) (block bool) {
	for _, m := range matches {
		f := &l.found[m.by]
		f.worst = max(f.worst, m.Action)
		if !slices.Contains(f.names, m.Name) {
			f.names = append(f.names, m.Name)
		}
		block = block || m.Action == Block
	}
	return block
}

// flag flags what was found.
func (l *look) flag() {
	for i, f := range l.found {
		if f.worst > None {
			l.x.flag(l.engine.sorted[i].Describe(l.side, f.names), f.worst == Block)
		}
	}
	clear(l.found)
}

// place is a piece of a text.
type place struct{ start, end int }

// redactions returns the places to redact: one for those that overlap. Places that only touch stay two, since in a stream the first may
// be gone when the second is found. The matches are in order of their start.
func redactions(matches []Match) (places []place) {
	for _, m := range matches {
		if m.Action != Redact {
			continue
		}
		if n := len(places) - 1; n >= 0 && m.Start < places[n].end {
			places[n].end = max(places[n].end, m.End)
			continue
		}
		places = append(places, place{m.Start, m.End})
	}
	return places
}

// redact returns a text with the matches redacted.
func (e *Engine) redact(text string, matches []Match) string {
	places := redactions(matches)
	if len(places) == 0 {
		return text
	}
	b, from := make([]byte, 0, len(text)), 0
	for _, p := range places {
		b = append(append(b, text[from:p.start]...), e.redaction...)
		from = p.end
	}
	return string(append(b, text[from:]...))
}
