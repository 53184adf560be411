package policy

// joint makes one ScanFunc of those of all policies. What one of them has decided and another has not is kept: it is decided when all have,
// and until then the matches in it wait.
type joint struct {
	parts []part
	found []Match
}

type part struct {
	scan    ScanFunc
	by      int     // the number of the policy in the engine
	ahead   int     // so many bytes of the next text are decided already
	waiting []Match // in what is decided
}

func (j *joint) scan(text string, atEOF bool) ([]Match, int) {
	j.found = j.found[:0]
	n := len(text)
	for i := range j.parts {
		p := &j.parts[i]
		hits, k := p.scan(text[p.ahead:], atEOF)
		for _, m := range hits {
			m.Start, m.End, m.by = m.Start+p.ahead, m.End+p.ahead, p.by
			p.waiting = append(p.waiting, m)
		}
		p.ahead += k
		n = min(n, p.ahead)
	}
	n = j.uncut(n)
	for i := range j.parts {
		p := &j.parts[i]
		p.ahead -= n
		rest := p.waiting[:0]
		for _, m := range p.waiting {
			if m.End <= n {
				j.found = append(j.found, m)
			} else {
				m.Start, m.End = m.Start-n, m.End-n
				rest = append(rest, m)
			}
		}
		p.waiting = rest
	}
	if len(j.parts) > 1 {
		inOrder(j.found)
	}
	return j.found, n
}

// uncut is the largest number of bytes, up to n, that cuts no match in two.
func (j *joint) uncut(n int) int {
	for changed := true; changed; {
		changed = false
		for i := range j.parts {
			for _, m := range j.parts[i].waiting {
				if m.Start < n && n < m.End {
					n, changed = m.Start, true
				}
			}
		}
	}
	return n
}
