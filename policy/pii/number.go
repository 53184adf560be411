package pii

import "github.com/usagepanda/usage-panda-envoy/policy/internal/window"

const (
	maxRun    = 40 // a longer run of digits is nothing
	maxGroups = 8  // groups of a number
	maxDigits = 24 // digits of a number
)

// number is a run of groups of digits, with at most a few separators between two of them.
type number struct {
	digits [maxDigits]byte // 0 to 9
	total  int             // how many digits

	group  [maxGroups]group
	groups int

	more group // the group behind them that there was no room for: end is 0 if there is none
}

// group is a run of digits within a number.
type group struct {
	start, end int
	before     int // how many digits of the number precede it
	sep        sep // what precedes it
}

func (g *group) len() int { return g.end - g.start }

// sep is what stands between two groups.
type sep uint8

const (
	space sep = 1 << iota
	dash
	dot
	slash
	open  // (
	close // )
	other // more than one of a kind
)

var separators = [128]sep{' ': space, '-': dash, '.': dot, '/': slash, '(': open, ')': close}

// separator reads one separator at i: its kind, 0 if there is none, and its length. Typographers' spaces and dashes count.
func separator(w *window.Window, i int) (kind sep, n int) {
	c := w.At(i)
	if c < 0x80 {
		return separators[c], 1
	}
	switch c {
	case 0xC2:
		if w.At(i+1) == 0xA0 { // no-break space
			return space, 2
		}
	case 0xE2:
		if w.At(i+1) != 0x80 {
			return 0, 0
		}
		switch c := w.At(i + 2); {
		case c == 0xAF || c == 0x89: // narrow no-break space, thin space
			return space, 3
		case 0x90 <= c && c <= 0x93: // hyphens and dashes
			return dash, 3
		}
	}
	return 0, 0
}

// read reads the number whose first run of digits is from i to j: all its groups, as far as there is room. Where the number that was read
// last has a group there, only what follows that one's last is new: a text of nothing but groups is not read eight times.
func (n *number) read(w *window.Window, i, j int) {
	next := group{start: i, end: j}
	w.Count(1)
	if k := n.at(i); k > 0 {
		w.Count(n.groups)
		n.drop(k)
		next = n.more
	} else {
		n.total, n.groups = 0, 0
	}
	for next.end > 0 {
		if n.groups == maxGroups || n.total+next.len() > maxDigits {
			break
		}
		w.Count(next.len())
		to := n.digits[n.total : n.total+next.len()]
		for k := range to {
			to[k] = w.Text[next.start+k] - '0'
		}
		next.before = n.total
		n.group[n.groups] = next
		n.groups++
		n.total += len(to)

		kind, i := separatorsAt(w, next.end)
		if next.end = 0; kind == 0 || class[w.At(i)]&digit == 0 {
			break
		}
		j := i
		for class[w.At(j)]&digit != 0 && j-i <= maxDigits {
			j++
		}
		next = group{start: i, end: j, sep: kind}
	}
	n.more = next
}

// at tells which group begins at i; 0 if none behind the first does.
func (n *number) at(i int) int {
	for k := n.groups - 1; k > 0 && n.group[k].start >= i; k-- {
		if n.group[k].start == i {
			return k
		}
	}
	return 0
}

// drop drops the first groups.
func (n *number) drop(groups int) {
	digits := n.group[groups].before
	copy(n.digits[:], n.digits[digits:n.total])
	copy(n.group[:], n.group[groups:n.groups])
	n.total -= digits
	n.groups -= groups
	for k := range n.groups {
		n.group[k].before -= digits
	}
	n.group[0].sep = 0
}

// digits judges the run of digits at i.
func (s *Scanner) digits(i int) (m Match, next int) {
	w := &s.w
	j := i
	for j < len(w.Text) && class[w.Text[j]]&digit != 0 {
		j++
	}
	w.Count(j - i)
	if j-i > maxRun || class[w.At(i-1)]&digit != 0 {
		return m, j
	}
	before, after := w.At(i-1), w.At(j)
	if before == '_' || after == '_' || after == '@' || s.follows(i, before, j-i) {
		return m, j
	}
	if class[before]&letter != 0 || class[after]&letter != 0 {
		if m = s.mixed(i, j); m.End > 0 || class[before]&letter != 0 {
			return m, j
		}
	}
	if after == '-' && class[before]&word == 0 && j-i == 2 && s.kinds.Has(MAC) {
		if m = s.mac(i, '-'); m.End > 0 {
			return m, j
		}
	}
	if before == ' ' && s.kinds.Has(NINO) {
		if m = s.spacedNINO(i, j); m.End > 0 {
			return m, j
		}
	}
	s.num.read(w, i, j)
	if j-i < 7 && s.num.groups == 1 && s.num.more.end == 0 { // most numbers in prose end here
		if j-i <= 2 && s.kinds.Has(BirthDate) {
			m = s.dayOfMonth(i, j)
		}
		return m, j
	}
	return s.number(), j
}

// separatorsAt reads the separators at i, up to three: their kinds, 0 if there is none, and where they end.
func separatorsAt(w *window.Window, i int) (kind sep, end int) {
	w.Count(2)
	if t := w.Text; i+1 < len(t) && t[i] < 0x80 { // the usual: one, or none
		if kind = separators[t[i]]; kind == 0 || class[t[i+1]]&digit != 0 {
			return kind, i + int(min(kind, 1))
		}
		kind = 0
	}
	for n := 0; n < 3 && class[w.At(i)]&digit == 0; n++ {
		k, size := separator(w, i)
		if k == 0 {
			break
		}
		if kind&k != 0 {
			k = other
		}
		kind |= k
		i += size
	}
	return kind, i
}

// follows tells whether so many digits at i, behind that byte, only go on a number that was judged before.
func (s *Scanner) follows(i int, before byte, size int) bool {
	kind, end := separators[before&0x7F], i-1 // where the digits before end
	if before >= 0x80 {
		if kind, end = separatorBefore(&s.w, i); kind == 0 {
			return false
		}
	}
	if kind == 0 || class[s.w.At(end-1)]&digit == 0 {
		return before == '(' && s.w.At(i-2) == ')'
	}
	switch kind {
	case dash, dot, slash:
		return true
	case open:
		return size == 1
	}
	return size < 3 || size == 4 && s.fourBefore(end)
}

// separatorBefore reads the separator beyond ASCII that ends at i: its kind, 0 if there is none, and where it begins.
func separatorBefore(w *window.Window, i int) (kind sep, start int) {
	for start = i - 2; start >= i-3; start-- {
		if kind, n := separator(w, start); n > 1 && start+n == i {
			return kind, start
		}
	}
	return 0, i
}

// number judges the number that was read.
func (s *Scanner) number() (m Match) {
	k, n := s.kinds, &s.num
	if n.total < 7 && n.groups < 3 {
		return m // least of all a telephone number
	}
	if first := &n.group[0]; s.opens(first.start) {
		size, second := first.len(), sep(0)
		if n.groups > 1 {
			second = n.group[1].sep
		}
		if k.Has(IP) && n.groups >= 4 && second == dot {
			if m = s.ipv4(); m.End > 0 {
				return m
			}
		}
		if k.Has(Card) && n.total >= 12 && (size >= 12 || size == 4) {
			if m = s.card(); m.End > 0 {
				return m
			}
		}
		if k&(1<<SSN|1<<ITIN) != 0 && n.total >= 9 && (size == 9 || size == 3) {
			if m = s.ssn(); m.End > 0 {
				return m
			}
		}
		if k&(National|1<<Passport) != 0 && n.total >= 7 {
			if m = s.national(); m.End > 0 {
				return m
			}
		}
		if k.Has(BirthDate) && n.groups >= 3 && second&(dash|dot|slash) != 0 {
			if m = s.date(); m.End > 0 {
				return m
			}
		}
	}
	if k.Has(Phone) && n.total >= 7 {
		m = s.phone()
	}
	return m
}
