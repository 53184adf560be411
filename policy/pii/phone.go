package pii

import "github.com/usagepanda/usage-panda-envoy/policy/internal/window"

// phone finds a telephone number: international ones after '+' or 00, North American ones, those that begin with a trunk 0 and are set in
// groups, and after a word that says so any other that has the length of one.
func (s *Scanner) phone() (m Match) {
	w, n := &s.w, &s.num
	start := n.group[0].start
	plus, paren := false, false
	if w.At(start-1) == '(' && start-1 >= s.floor {
		start, paren = start-1, true
	}
	if w.At(start-1) == '+' && start-1 >= s.floor {
		start, plus = start-1, true
		if !paren && w.At(start-1) == '(' && start-1 >= s.floor {
			start, paren = start-1, true
		}
	}
	if paren && n.groups > 1 && n.group[1].sep&close == 0 {
		// The parenthesis belongs to the text, not to the number.
		for start < n.group[0].start && w.At(start) == '(' {
			start++
		}
		paren = false
	}
	if !s.phoneOpens(start, paren) {
		return m
	}
	k := 0 // so many groups belong to it
	switch {
	case plus:
		k = n.international(0)
	case n.dated():
		return m
	default:
		if k = n.northAmerican(paren); k > 0 {
			break
		}
		if w.At(start-1) == ' ' && class[w.At(start-2)]&digit != 0 {
			return m // within a longer number
		}
		if n.digits[0] == 0 && n.total > 2 && n.digits[1] == 0 && n.group[0].len() >= 3 {
			k = n.international(2)
		}
		if k == 0 {
			k = n.trunk(paren)
		}
		if k == 0 {
			if k = n.anyPhone(); k > 0 && s.words(start)&saysPhone == 0 {
				return m
			}
		}
	}
	if k == 1 && !plus && n.group[0].len() >= 9 { // nothing but digits
		if says := s.words(start); says&saysNumber != 0 && says&saysPhone == 0 || w.At(start-1) == '/' {
			return m
		}
	}
	if k == 0 {
		return m
	}
	end, ok := s.extension(n.group[k-1].end)
	if c := w.At(end); !ok && (!s.closes(end) || c == '%' || c == ':' && class[w.At(end+1)]&digit != 0) {
		return m
	}
	return Match{start, end, Phone}
}

// phoneOpens tells whether a telephone number may begin at i.
func (s *Scanner) phoneOpens(i int, paren bool) bool {
	w := &s.w
	c := w.At(i - 1)
	switch {
	case c == '$' || c == '#' || c == '+' || c == '=' && class[w.At(i-2)]&word == 0,
		c == 0xA3 && w.At(i-2) == 0xC2, c == 0xAC && w.At(i-2) == 0x82 && w.At(i-3) == 0xE2: // £, €
		return false
	case c == ',' || c == '-' || c == '.' || c == '/' || c == ':':
		return class[w.At(i-2)]&digit == 0 && (c != '-' || class[w.At(i-2)]&letter == 0)
	}
	return c != '_' && (class[c]&word == 0 || paren && class[c]&letter != 0)
}

// extension returns the end of a number's extension, "x12" or "ext. 12", that may follow at i, and whether there is one.
func (s *Scanner) extension(i int) (end int, ok bool) {
	w := &s.w
	j := i
	if w.At(j) == ' ' || w.At(j) == ',' {
		j++
		if w.At(j) == ' ' && w.At(j-1) == ',' {
			j++
		}
	}
	switch {
	case w.HasFold(j, "ext"):
		if j += 3; w.HasFold(j, "ension") {
			j += 6
		}
		if w.At(j) == '.' {
			j++
		}
	case window.Lower(w.At(j)) == 'x':
		j++
	default:
		return i, false
	}
	if w.At(j) == ' ' {
		j++
	}
	from := j
	for j-from < 7 && class[w.At(j)]&digit != 0 {
		j++
	}
	if j == from || j-from > 6 || class[w.At(j)]&word != 0 {
		return i, false
	}
	return j, true
}

// countryCodes are those of ITU-T E.164 that have one digit, or two; the others have three.
var countryCodes = func() (t [100]bool) {
	for _, c := range [...]int{
		20, 27, 30, 31, 32, 33, 34, 36, 39, 40, 41, 43, 44, 45, 46, 47, 48, 49, 51, 52, 53, 54, 55, 56, 57, 58, 60, 61, 62, 63, 64, 65, 66,
		81, 82, 84, 86, 90, 91, 92, 93, 94, 95, 98,
	} {
		t[c] = true
	}
	for c := 10; c < 20; c++ {
		t[c], t[60+c] = true, true // +1, +7
	}
	return t
}()

// international returns how many groups a number has that begins with a country code after so many digits; 0 if it is none.
func (n *number) international(after int) int {
	if n.total-after < 8 || n.digits[after] == 0 {
		return 0
	}
	code := int(n.digits[after])*10 + int(n.digits[after+1])
	if !countryCodes[code] {
		// Of the codes of three digits, those that begin so are in use.
		switch code {
		case 21, 22, 23, 24, 25, 26, 29, 35, 37, 38, 42, 50, 59, 67, 68, 69, 80, 85, 87, 88, 96, 97, 99:
		default:
			return 0
		}
	}
	least, most := 9, 15
	if code/10 == 1 {
		least, most = 11, 11
	}
	k := 0
	for k < n.groups {
		g := &n.group[k]
		if g.sep&other != 0 || g.before+g.len()-after > most || k > 0 && g.sep == space && g.before-after >= 11 && n.group[1].sep&space == 0 {
			break
		}
		k++
	}
	if k == 0 {
		return 0
	}
	if got := n.group[k-1].before + n.group[k-1].len() - after; got < least {
		return 0
	}
	return k
}

// northAmerican returns how many groups a number of the North American Numbering Plan has: [1] NXX NXX XXXX, in groups or not.
func (n *number) northAmerican(paren bool) int {
	k, at := 0, 0
	if n.digits[0] == 1 && (n.group[0].len() == 1 || n.group[0].len() == 11) && n.groups > 0 {
		at = 1
		if n.group[0].len() == 1 {
			k = 1
		}
	}
	if n.total-at < 10 || n.digits[at] < 2 || n.digits[at+3] < 2 || n.digits[at+1] == 1 && n.digits[at+2] == 1 {
		return 0
	}
	if n.group[k].len() == 10+at-k { // nothing but digits
		if n.groups > k+1 && n.group[k+1].sep&(dash|dot|slash) != 0 {
			return 0
		}
		same := true
		for _, d := range n.digits[at+1 : at+10] {
			same = same && d == n.digits[at]
		}
		if same || n.digits[at+7] == 0 && n.digits[at+8] == 0 && n.digits[at+9] == 0 {
			return 0
		}
		return k + 1
	}
	if n.groups < k+3 || n.group[k].len() != 3 || n.group[k+1].len() != 3 || n.group[k+2].len() != 4 {
		return 0
	}
	a, b := n.group[k+1].sep, n.group[k+2].sep
	if a&other != 0 || b != space && b != dash && b != dot || a&close != 0 && !paren && k == 0 {
		return 0
	}
	if n.groups > k+3 && n.group[k+3].sep == n.group[k+2].sep && n.group[k+3].sep != space {
		return 0
	}
	return k + 3
}

// trunk returns how many groups a national number has that begins with a trunk 0, or that its form alone gives away: "8 (912) 345-67-89",
// "(11) 98765-4321".
func (n *number) trunk(paren bool) int {
	first := n.group[0].len()
	if n.digits[0] != 0 {
		switch {
		case n.digits[0] == 8 && first == 1 && n.groups >= 4 && n.group[1].len() == 3 && n.group[2].len() == 3 && n.group[1].sep&open != 0:
			for k := 4; k <= n.groups && k <= 5; k++ {
				if last := &n.group[k-1]; last.before+last.len() == 11 {
					return k
				}
			}
		case paren && first == 3 && n.countryInParentheses() > 0:
			return n.countryInParentheses()
		case paren && first == 2 && n.groups >= 3 && n.group[1].len()/2 == 2 && n.group[2].len() == 4 && n.group[2].sep == dash:
			return 3
		}
		return 0
	}
	if first < 2 || n.digits[1] == 0 || n.total < 9 {
		return 0
	}
	if first >= 10 && first <= 11 {
		return 1
	}
	if first > 6 || n.groups == 1 {
		return 0
	}
	k := 0
	for k < n.groups {
		g := &n.group[k]
		if g.sep&other != 0 || g.before+g.len() > 13 || g.len() > 9 || k > 0 && g.before >= 10 && g.sep != n.group[k-1].sep {
			break
		}
		k++
	}
	if got := n.group[k-1].before + n.group[k-1].len(); k < 2 || got < 9 {
		return 0
	}
	return k
}

// countryInParentheses returns how many groups a number has that begins with a country code in parentheses, and has nine digits more:
// "(351) 912 345 678".
func (n *number) countryInParentheses() int {
	for k := 2; k <= min(n.groups, 4); k++ {
		if last := &n.group[k-1]; last.before+last.len() == 12 && last.sep&other == 0 && n.international(0) == k {
			return k
		}
	}
	return 0
}

// anyPhone returns how many groups belong to a number that a word announces.
func (n *number) anyPhone() int {
	k := 0
	for k < n.groups && k < 6 {
		g := &n.group[k]
		if g.sep&other != 0 || g.before+g.len() > 13 {
			break
		}
		k++
	}
	if k == 0 {
		return 0
	}
	got := n.group[k-1].before + n.group[k-1].len()
	if got < 7 || k == 2 && n.group[0].len() == n.group[1].len() && n.hundreds() {
		return 0
	}
	return k
}

// hundreds tells whether the first two groups are round: "2000-3000".
func (n *number) hundreds() bool {
	for _, g := range n.group[:2] {
		if e := g.before + g.len(); g.len() < 3 || n.digits[e-1] != 0 || n.digits[e-2] != 0 {
			return false
		}
	}
	return true
}

// dated tells whether the number begins with a date: 2024-01-31, 31.01.2024, 1/31/2024, or is a span of years.
func (n *number) dated() bool {
	if n.groups == 2 && n.group[0].len() == 4 && n.group[1].len() == 4 && year(n.value(0)) && year(n.value(1)) {
		return true
	}
	_, ok := n.dateParts()
	return ok
}
