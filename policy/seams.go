package policy

import (
	"slices"
	"unicode/utf8"

	"github.com/usagepanda/usage-panda-envoy/converters/openai"
)

// seam is how many bytes on each side of where two parts of a content meet are looked at once more, together: what is said over two parts, or
// over many small ones, is read by the model as if it were one.
const seam = 512

// piece is a piece of a text, and where it stands in those that are put together.
type piece struct{ text, from, at, size int }

// seams are the matches that lie in more than one part of a content, by the numbers of the texts; nil where no content has parts. Only
// scanners that serve every exchange look for them.
func (l *look) seams(d *openai.Document) (found map[int][]Match) {
	for first := 0; first < len(d.Texts); {
		end := first + 1
		for end < len(d.Texts) && d.Texts[end].Joined {
			end++
		}
		if end > first+1 && l.constant > 0 {
			if found == nil {
				found = map[int][]Match{}
			}
			texts := make([]string, 0, end-first)
			for i := first; i < end; i++ {
				texts = append(texts, d.Text(i))
			}
			for _, between := range [...]string{"", "\n"} { // nobody knows how a provider puts parts together
				l.together(texts, first, between, found)
			}
		}
		first = end
	}
	return found
}

// together looks at texts, the first of which has that number, put together with something between them.
func (l *look) together(texts []string, first int, between string, found map[int][]Match) {
	var joined []byte
	var pieces []piece
	add := func(i, from int, text string) {
		if len(joined) > 0 {
			joined = append(joined, between...)
		}
		pieces = append(pieces, piece{i, from, len(joined), len(text)})
		joined = append(joined, text...)
	}
	for i, text := range texts {
		if len(text) <= 2*seam {
			add(first+i, 0, text)
			continue
		}
		if i > 0 {
			add(first+i, 0, text[:runeAt(text, seam)])
			l.across(string(joined), pieces, found)
		}
		tail := runeAt(text, len(text)-seam)
		joined, pieces = joined[:0], pieces[:0]
		add(first+i, tail, text[tail:])
	}
	l.across(string(joined), pieces, found)
}

// runeAt is where the rune begins that a byte of a text is of.
func runeAt(text string, i int) int {
	for !utf8.RuneStart(text[i]) {
		i--
	}
	return i
}

// across notes the matches in a text that lie in more than one of its pieces.
func (l *look) across(text string, pieces []piece, found map[int][]Match) {
	if len(pieces) < 2 {
		return
	}
	for i := range l.parts[:l.constant] {
		in := pieces
		hits, _ := l.parts[i].scan(text, true)
		for _, m := range hits { // in the order of their starts
			for len(in) > 0 && in[0].at+in[0].size <= m.Start {
				in = in[1:]
			}
			n := 0
			for n < len(in) && in[n].at < m.End {
				n++
			}
			if n < 2 {
				continue
			}
			for _, p := range in[:n] {
				part := Match{Start: p.from + max(0, m.Start-p.at), End: p.from + min(p.size, m.End-p.at), Action: m.Action, Name: m.Name, by: l.parts[i].by}
				if !slices.Contains(found[p.text], part) {
					found[p.text] = append(found[p.text], part)
				}
			}
		}
	}
}
