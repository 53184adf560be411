package policy

import (
	"cmp"
	"slices"
	"unicode"
	"unicode/utf8"
)

// marked are secrets: texts to be found whatever their letter case, all of them in one pass, in time linear to the other text (Aho and
// Corasick, over folded runes), since how many there are the client says.
type marked struct {
	nodes []node
	more  map[edge]int32      // the children of nodes but their first ones
	over  bool                // there was more than is looked for
	begin [utf8.RuneSelf]bool // the bytes of ASCII that a secret begins with
}

// node is a beginning of a secret.
type node struct {
	first   int32 // child; 0 for none
	parent  int32
	by      rune  // what leads here
	depth   int32 // how many runes lead here
	fail    int32 // the longest end of this text that is a beginning, too
	longest int32 // how many runes the longest secret has that ends here; 0 for none
	live    int32 // how many runes the longest end of this text has that a secret goes on from
}

type edge struct {
	from int32
	by   rune
}

// maxMarked is how many runes are looked for in all: 32 bytes are kept of each.
const maxMarked = 1 << 17

// add adds a secret. It is before link.
func (s *marked) add(text string) {
	if s.nodes == nil {
		s.nodes = make([]node, 1, 64)
	}
	at := int32(0)
	for _, r := range text {
		r = fold(r)
		to := s.child(at, r)
		if to == 0 {
			if len(s.nodes) > maxMarked {
				s.over = true
				return
			}
			to = int32(len(s.nodes))
			s.nodes = append(s.nodes, node{parent: at, by: r, depth: s.nodes[at].depth + 1})
			switch {
			case s.nodes[at].first == 0:
				s.nodes[at].first = to
			case s.more == nil:
				s.more = map[edge]int32{}
				fallthrough
			default:
				s.more[edge{at, r}] = to
			}
		}
		at = to
	}
	s.nodes[at].longest = s.nodes[at].depth
}

func (s *marked) child(at int32, r rune) int32 {
	if first := s.nodes[at].first; first == 0 || s.nodes[first].by == r {
		return first
	}
	return s.more[edge{at, r}]
}

// next is the node after a rune.
func (s *marked) next(at int32, r rune) int32 {
	for {
		if to := s.child(at, r); to != 0 || at == 0 {
			return to
		}
		at = s.nodes[at].fail
	}
}

// link makes the secrets fit for scan.
func (s *marked) link() {
	for c := range s.begin {
		s.begin[c] = len(s.nodes) > 0 && s.child(0, fold(rune(c))) != 0
	}
	order := make([]int32, 0, len(s.nodes))
	for i := range s.nodes {
		order = append(order, int32(i))
	}
	slices.SortStableFunc(order, func(a, b int32) int { return cmp.Compare(s.nodes[a].depth, s.nodes[b].depth) })
	for _, i := range order[min(1, len(order)):] {
		n := &s.nodes[i]
		if n.parent != 0 {
			n.fail = s.next(s.nodes[n.parent].fail, n.by)
		}
		n.longest = max(n.longest, s.nodes[n.fail].longest)
		if n.live = n.depth; n.first == 0 {
			n.live = s.nodes[n.fail].live
		}
	}
}

// scan returns what finds the secrets. A match within another one is not told.
func (s *marked) scan(as Match) ScanFunc {
	var found, waiting []Match // in the order of their starts, which is that of their ends
	var runes []int            // where the last ones began: at least those of the node
	at, seen := int32(0), 0    // the node of the bytes that were seen
	return func(text string, atEOF bool) ([]Match, int) {
		for seen < len(text) {
			if at == 0 && text[seen] < utf8.RuneSelf && !s.begin[text[seen]] {
				seen++
				continue
			}
			r, size := utf8.DecodeRuneInString(text[seen:])
			if r == utf8.RuneError && !atEOF && !utf8.FullRuneInString(text[seen:]) {
				break
			}
			at = s.next(at, fold(r))
			runes = append(runes, seen)
			seen += size
			if depth := int(s.nodes[at].depth); len(runes) > 2*depth+16 {
				runes = runes[:copy(runes, runes[len(runes)-depth:])]
			}
			if n := int(s.nodes[at].longest); n > 0 {
				as.Start, as.End = runes[len(runes)-n], seen
				for len(waiting) > 0 && waiting[len(waiting)-1].Start >= as.Start {
					waiting = waiting[:len(waiting)-1]
				}
				waiting = append(waiting, as)
			}
		}
		runes = runes[:copy(runes, runes[len(runes)-int(s.nodes[at].depth):])]
		live := runes[len(runes)-int(s.nodes[at].live):]
		n := len(text)
		switch {
		case atEOF:
			at, runes = 0, runes[:0]
		case len(live) > 0:
			n = live[0]
		default:
			n = seen
		}
		for i := len(waiting) - 1; i >= 0; i-- { // no match is cut in two
			if waiting[i].Start < n && n < waiting[i].End {
				n = waiting[i].Start
			}
		}
		decided := 0
		for decided < len(waiting) && waiting[decided].End <= n {
			decided++
		}
		found = append(found[:0], waiting[:decided]...)
		waiting = waiting[:copy(waiting, waiting[decided:])]
		for i := range waiting {
			waiting[i].Start, waiting[i].End = waiting[i].Start-n, waiting[i].End-n
		}
		for i := range runes {
			runes[i] -= n
		}
		seen -= n
		if atEOF {
			seen = 0
		}
		return found, n
	}
}

// fold is the first of the runes that are the same but for letter case, and the small one of ASCII's.
func fold(r rune) rune {
	if r >= utf8.RuneSelf {
		for next := unicode.SimpleFold(r); ; next = unicode.SimpleFold(next) {
			if next <= r {
				r = next
				break
			}
			r = next
		}
	}
	if 'A' <= r && r <= 'Z' {
		r += 'a' - 'A'
	}
	return r
}
