package policy

import (
	"cmp"
	"slices"
)

// look is what the policies of an engine find on one side of an exchange.
type look struct {
	engine *Engine
	x      *Exchange
	side   Side
	found  []found // by the number of the policy in the engine

	// Of a look at whole texts: what looks, and how much of that serves every exchange.
	parts    []part
	constant int
	matches  []Match
	places   []place
}

// found is what one policy has found.
type found struct {
	names  []string // each once, in order of appearance
	places []Place
	worst  Action
}

// constant is a Scanner whose functions are the same in every exchange. At the end of a text they are ready for the next, so whole texts
// need them once. It is told of each policy here, since to forget it costs time, and the opposite would cost a finding.
type constant interface{ constant() }

func (*Wordlists) constant()    {}
func (*PersonalData) constant() {}
func (*Secrets) constant()      {}

func (e *Engine) look(x *Exchange, s Side) *look {
	return &look{engine: e, x: x, side: s, found: make([]found, len(e.sorted))}
}

// whole is a look at whole texts, good until the next one.
func (e *Engine) whole(x *Exchange, s Side) *look {
	p := e.plan(x.Endpoint, s)
	l := &p.whole
	if l.engine == nil || l.x != nil { // a panic left the last one unfinished: nothing of it may be used again
		*l = *e.look(nil, s)
		for _, i := range p.scanners {
			if e.sorted[i].constant {
				l.add(i, e.sorted[i].Scan(x, s))
			}
		}
		l.constant = len(l.parts)
	}
	l.x = x
	clear(l.parts[l.constant:])
	l.parts = l.parts[:l.constant]
	for _, i := range p.scanners {
		if !e.sorted[i].constant {
			l.add(i, e.sorted[i].Scan(x, s))
		}
	}
	return l
}

func (l *look) add(by int, scans []ScanFunc) {
	for _, scan := range scans {
		l.parts = append(l.parts, part{scan: scan, by: by})
	}
}

// at returns what is found in a whole text, in the order of the starts. It is valid until the next call.
func (l *look) at(text string) []Match {
	l.matches = l.matches[:0]
	apart := 0
	for i := range l.parts {
		hits, _ := l.parts[i].scan(text, true)
		if len(hits) > 0 {
			apart++
		}
		for _, m := range hits {
			m.by = l.parts[i].by
			l.matches = append(l.matches, m)
		}
	}
	if apart > 1 {
		inOrder(l.matches)
	}
	return l.matches
}

// inOrder sorts matches by their start; of those that start together the first policy's comes first.
func inOrder(matches []Match) {
	if len(matches) < 2 {
		return
	}
	slices.SortStableFunc(matches, func(a, b Match) int { return cmp.Compare(a.Start, b.Start) })
}

// fresh returns what looks at one text after the other, for all policies at once whose worst action is one of those from least to most; nil
// if there is nothing to look for.
func (l *look) fresh(least, most Action) ScanFunc {
	var parts []part
	for _, i := range l.engine.plan(l.x.Endpoint, l.side).scanners {
		p := &l.engine.sorted[i]
		if worst := p.Worst(l.side); worst < least || worst > most {
			continue
		}
		for _, scan := range p.Scan(l.x, l.side) {
			parts = append(parts, part{scan: scan, by: i})
		}
	}
	if parts == nil {
		return nil
	}
	return (&joint{parts: parts}).scan
}

// note remembers what was found in a text of which the bytes before those from base on were looked at before.
func (l *look) note(matches []Match, message, base int) (block bool) {
	for _, m := range matches {
		if m.Text != "" {
			continue
		}
		f := &l.found[m.by]
		f.worst = max(f.worst, m.Action)
		if !slices.Contains(f.names, m.Name) {
			f.names = append(f.names, m.Name)
		}
		if message >= 0 && len(f.places) < maxPlaces {
			f.places = append(f.places, Place{m.Name, m.Action, l.side, message, base + m.Start, base + m.End})
		}
		block = block || m.Action == Block
	}
	return block
}

// flag flags what was found.
func (l *look) flag() {
	for i, f := range l.found {
		if f.worst > None {
			flag := l.engine.sorted[i].Describe(l.side, f.names)
			flag.Places = f.places
			l.x.flag(flag, f.worst == Block)
		}
	}
	clear(l.found)
}

// place is a piece of a text, and what is to stand there.
type place struct {
	start, end int
	text       string
}

// redactions returns the places to redact: one for those that overlap. Places that only touch stay two, since in a stream the first may
// be gone when the second is found. The matches are in order of their start.
func (l *look) redactions(text string, matches []Match) []place {
	l.places = l.places[:0]
	for _, m := range matches {
		p := place{m.Start, m.End, l.engine.redaction}
		switch {
		case m.Action == Mask && l.side == Prompt:
			p.text = cmp.Or(l.x.mask(m.Name, text[m.Start:m.End]), p.text)
		case m.Action != Redact:
			continue
		case m.Text != "":
			p.text = m.Text
		}
		if n := len(l.places) - 1; n >= 0 && p.start < l.places[n].end {
			l.places[n].end = max(l.places[n].end, p.end)
			l.places[n].text = l.engine.redaction
			continue
		}
		l.places = append(l.places, p)
	}
	return l.places
}

// redact returns a text with the matches redacted.
func (l *look) redact(text string, matches []Match) string {
	if len(matches) == 0 {
		return text
	}
	places := l.redactions(text, matches)
	if len(places) == 0 {
		return text
	}
	b, from := make([]byte, 0, len(text)), 0
	for _, p := range places {
		b = append(append(b, text[from:p.start]...), p.text...)
		from = p.end
	}
	return string(append(b, text[from:]...))
}
