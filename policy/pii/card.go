package pii

// card finds the number of a payment card: 12 to 19 digits of a known network with Luhn's check digit, in one run or in groups with one
// space or dash between: fours and a rest, 4-6-5 or 4-6-4.
func (s *Scanner) card() (m Match) {
	n := &s.num
	first := n.group[0]
	if s.w.At(first.start-1) == '/' {
		return m
	}
	if size := first.len(); size >= 12 {
		if size <= 19 && s.closes(first.end) && n.network(size) && n.luhn(0, size) {
			m = Match{first.start, first.end, Card}
		}
		return m
	}
	if first.len() != 4 || n.groups < 3 {
		return m
	}
	between := n.group[1].sep
	if between != space && between != dash {
		return m
	}
	if c := s.w.At(first.start - 1); between == space && c == ' ' && s.fourBefore(first.start-1) {
		return m // within a longer number in groups of four
	}
	fours := true
	for k := 1; k < n.groups && n.group[k].sep == between; k++ {
		g := &n.group[k]
		size := g.before + g.len()
		s.w.Count(len(networks))
		if size > 19 {
			break
		}
		grouped := fours && g.len() <= 4 || k == 2 && n.group[1].len() == 6 && (g.len() == 4 || g.len() == 5)
		longer := k+1 < n.groups && n.group[k+1].sep == between && n.group[k+1].len() == 4 && g.len() == 4
		if grouped && !longer && size >= 12 && s.closes(g.end) && n.network(size) && n.luhn(0, size) {
			m = Match{first.start, g.end, Card}
		}
		if fours = fours && g.len() == 4; !fours && (k > 1 || g.len() != 6) {
			break
		}
	}
	return m
}

// fourBefore tells whether a group of four digits ends at i.
func (s *Scanner) fourBefore(i int) bool {
	for j := 1; j <= 4; j++ {
		if class[s.w.At(i-j)]&digit == 0 {
			return false
		}
	}
	return class[s.w.At(i-5)]&word == 0
}

// luhn tells whether some digits of the number end with their check digit after ISO/IEC 7812.
func (n *number) luhn(from, to int) bool {
	sum, double := 0, false
	for i := to - 1; i >= from; i-- {
		d := int(n.digits[i])
		if double {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
		double = !double
	}
	return sum%10 == 0
}

// prefix is the number's first digits as one.
func (n *number) prefix(size int) (p int) {
	for _, d := range n.digits[:size] {
		p = 10*p + int(d)
	}
	return p
}

// networks are the ranges that card networks publish: the first four digits, and the lengths of the numbers, 1<<length each.
var networks = [...]struct {
	from, to int
	lengths  uint32
}{
	{600, 699, 1 << 12},                                                   // Maestro's 0604
	{1800, 1800, 1 << 15}, {2131, 2131, 1 << 15}, {3500, 3599, 0xF << 16}, // JCB
	{2014, 2014, 1 << 15}, {2149, 2149, 1 << 15}, // Diners Club enRoute
	{2200, 2204, 0xF << 16},                      // Mir
	{2221, 2720, 1 << 16}, {5100, 5599, 1 << 16}, // Mastercard
	{3000, 3059, 0x3F << 14}, {3095, 3095, 0x3F << 14}, {3600, 3699, 0x3F << 14}, // Diners Club
	{3800, 3999, 0x3F << 14},
	{3400, 3499, 1 << 15}, {3700, 3799, 1 << 15}, // American Express
	{4000, 4999, 1<<13 | 1<<16 | 1<<19},                                          // Visa
	{5000, 5099, 0xFF << 12}, {5600, 5999, 0xFF << 12}, {6000, 6999, 0xFF << 12}, // Maestro, Discover, UnionPay, RuPay, Elo, Hipercard
	{8100, 8299, 0xF << 16}, // UnionPay, RuPay
	{9792, 9792, 1 << 16},   // Troy
}

// network tells whether a number of that many digits may be one of a network.
func (n *number) network(size int) bool {
	p := n.prefix(4)
	for _, r := range networks {
		if r.from <= p && p <= r.to && r.lengths>>size&1 != 0 {
			return true
		}
	}
	return false
}
