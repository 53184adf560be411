package openai

import (
	"cmp"
	"slices"
	"strings"
)

// Shapes are what the last events of a stream looked like. Most events differ from the one before in a text alone: they need no reading
// but of that. Two shapes are kept, for two choices that take turns.
type Shapes struct {
	last  [2]shape
	older int // the one that was of use longer ago
}

// shape is an event in which some values may differ.
type shape struct {
	data  []byte
	texts []Text
	holes []hole // in their order
}

// hole is a value that may differ: a string or a number.
type hole struct {
	span
	text int // the number of the text that it is; -1 if it is none
}

// maxShape is the size in bytes of the largest event that is remembered.
const maxShape = 2 << 10

// fit reads the chunk's data, if they have one of the shapes.
func (s *Shapes) fit(c *Chunk) bool {
	for i := range s.last {
		n := (s.older + 1 + i) % len(s.last) // the younger first
		if s.last[n].fit(c) {
			s.older = (n + 1) % len(s.last)
			return true
		}
	}
	return false
}

// take remembers the shape of an event that does nothing but bring text.
func (s *Shapes) take(c *Chunk) {
	if len(c.raw) > maxShape || len(c.Texts) == 0 || c.Again || c.Empty || c.Usage.Known || c.EndsAny() || len(c.logprobs) > 0 {
		return
	}
	to := &s.last[s.older]
	s.older = (s.older + 1) % len(s.last)
	to.data, to.texts, to.holes = append(to.data[:0], c.raw...), append(to.texts[:0], c.Texts...), append(to.holes[:0], c.vary...)
	for i, t := range c.Texts {
		to.texts[i].Name = strings.Clone(t.Name) // or all of the data would stay with it
		to.holes = append(to.holes, hole{span{t.start, t.end}, i})
	}
	slices.SortFunc(to.holes, func(a, b hole) int { return cmp.Compare(a.start, b.start) })
}

// fit reads the chunk's data, if they have the shape: what is between the holes is the same, and in them is a value of the same kind.
func (s *shape) fit(c *Chunk) bool {
	data, r := c.raw, &c.r
	if len(s.holes) == 0 {
		return false
	}
	c.Texts = append(c.Texts[:0], s.texts...)
	from, at := 0, 0
	for _, h := range s.holes {
		n := h.start - from
		if len(data)-at <= n || string(data[at:at+n]) != string(s.data[from:h.start]) {
			break
		}
		r.pos = at + n
		if first := s.data[h.start]; first == '"' && data[r.pos] == '"' {
			r.string()
		} else if first != '"' && data[r.pos] != '"' {
			r.number()
		} else {
			break
		}
		if r.err != nil {
			break
		}
		if h.text >= 0 {
			if r.pos-at-n == len(`""`) { // no text
				break
			}
			c.Texts[h.text].start, c.Texts[h.text].end = at+n, r.pos
		}
		from, at = h.end, r.pos
	}
	if from == s.holes[len(s.holes)-1].end && string(data[at:]) == string(s.data[from:]) {
		return true
	}
	c.Texts, r.pos, r.err = c.Texts[:0], 0, nil
	return false
}
