package pii

// ssn finds US numbers of persons, AAA-GG-SSSS: of Social Security, and taxpayers' of those who have none. With a space or nothing for the
// dashes they need a word before them.
func (s *Scanner) ssn() (m Match) {
	n := &s.num
	first, last := &n.group[0], &n.group[0]
	dashed := false
	switch {
	case first.len() == 9:
	case first.len() == 3 && n.groups >= 3 && n.group[1].len() == 2 && n.group[2].len() == 4 && n.group[1].sep == n.group[2].sep:
		last = &n.group[2]
		dashed = last.sep == dash
		if !dashed && last.sep != space && last.sep != dot || n.groups > 3 && n.group[3].sep == last.sep {
			return m
		}
	default:
		return m
	}
	if !s.closes(last.end) {
		return m
	}
	area, serial := n.prefix(3), 0
	pair := int(n.digits[3])*10 + int(n.digits[4])
	for _, d := range n.digits[5:9] {
		serial = 10*serial + int(d)
	}
	switch {
	case area < 900:
		if area == 0 || area == 666 || pair == 0 || serial == 0 || !s.kinds.Has(SSN) {
			return m
		}
		m.Kind = SSN
	case !s.kinds.Has(ITIN) || pair < 50 || pair > 65 && pair < 70 || pair == 89 || pair == 93: // IRS, since 2013
		return m
	default:
		m.Kind = ITIN
	}
	if !dashed && s.words(first.start)&saysSSN == 0 {
		return Match{}
	}
	m.Start, m.End = first.start, last.end
	return m
}

// ipv4 finds an IPv4 address that may be a host's. Versions and sections have four numbers, too.
func (s *Scanner) ipv4() (m Match) {
	n := &s.num
	var octet [4]int
	small := true
	for i := range octet {
		g := &n.group[i]
		if g.len() > 3 || i > 0 && g.sep != dot || g.len() > 1 && n.digits[g.before] == 0 {
			return m
		}
		for _, d := range n.digits[g.before : g.before+g.len()] {
			octet[i] = 10*octet[i] + int(d)
		}
		if octet[i] > 255 {
			return m
		}
		small = small && octet[i] < 20
	}
	start, end := n.group[0].start, n.group[3].end
	switch {
	case !s.closes(end), octet[0] == 0, octet[0] == 127, octet[0] >= 224: // this host, loopback, multicast and reserved
		return m
	case s.w.At(end) == '/' && class[s.w.At(end+1)]&digit != 0 && octet[3] == 0: // a network
		return m
	}
	if c := s.w.At(start - 1); c == '@' || c == '/' && s.w.At(start-2) == '/' { // in a URL
		small = false
	}
	if says := s.words(start); says&saysVersion != 0 || small && says&saysIP == 0 {
		return m
	}
	return Match{start, end, IP}
}
