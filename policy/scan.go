package policy

import (
	"cmp"
	"slices"
)

// together makes one ScanFunc of several; nil of none. What one of them has decided and another has not is kept: it is decided when all
// have, and until then the matches in it wait.
func together(all []ScanFunc) ScanFunc {
	if len(all) < 2 {
		return append(all, nil)[0]
	}
	ahead := make([]int, len(all)) // how many bytes of the next text each has decided already
	waiting := make([][]Match, len(all))
	var found []Match
	return func(text string, atEOF bool) ([]Match, int) {
		n := len(text)
		for i, scan := range all {
			hits, k := scan(text[ahead[i]:], atEOF)
			for _, m := range hits {
				m.Start, m.End = m.Start+ahead[i], m.End+ahead[i]
				waiting[i] = append(waiting[i], m)
			}
			ahead[i] += k
			n = min(n, ahead[i])
		}
		found = found[:0]
		for changed := true; changed; { // no match may be cut in two
			changed = false
			for _, w := range waiting {
				for _, m := range w {
					if m.Start < n && n < m.End {
						n, changed = m.Start, true
					}
				}
			}
		}
		for i := range all {
			rest := waiting[i][:0]
			for _, m := range waiting[i] {
				if m.End <= n {
					found = append(found, m)
				} else {
					m.Start, m.End = m.Start-n, m.End-n
					rest = append(rest, m)
				}
			}
			waiting[i] = rest
			ahead[i] -= n
		}
		slices.SortStableFunc(found, func(a, b Match) int { return cmp.Compare(a.Start, b.Start) })
		return found, n
	}
}
