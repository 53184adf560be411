package pii

// nationals are the numbers of persons that only digits make up: how many, and what must be true of them.
var nationals = [...]struct {
	kind   Kind
	digits int
	valid  func(*number) bool
}{
	{SIN, 9, (*number).sin}, {BSN, 9, (*number).bsn}, {NHS, 10, (*number).nhs}, {Personnummer, 10, (*number).personnummer},
	{SteuerID, 11, (*number).steuerID}, {CPF, 11, (*number).cpf}, {PESEL, 11, (*number).pesel},
	{Personnummer, 12, (*number).personnummer}, {Aadhaar, 12, (*number).aadhaar}, {NIR, 15, (*number).nir},
}

// national finds the numbers of persons that only digits make up, and those of passports. Where there are groups, one separator is between
// two of them, and the number does not go on with the same one.
func (s *Scanner) national() (m Match) {
	n, k := &s.num, s.kinds
	first := &n.group[0]
	if k.Has(Passport) && first.len() >= 7 && first.len() <= 9 && s.closes(first.end) && s.words(first.start)&saysPassport != 0 {
		return Match{first.start, first.end, Passport}
	}
	for i := range n.groups {
		g := &n.group[i]
		size := g.before + g.len()
		if i > 0 && g.sep&(g.sep-1) != 0 || g.sep&(open|close|other) != 0 || size > 15 {
			break
		}
		if size < 9 || i > 0 && i+1 < n.groups && n.group[i+1].sep == g.sep || !s.closes(g.end) {
			continue
		}
		s.w.Count(len(nationals) * size / 4)
		for _, c := range nationals {
			if c.digits == size && k.Has(c.kind) && c.valid(n) {
				return Match{first.start, g.end, c.kind}
			}
		}
	}
	return m
}

// weighted is the sum of the first digits, each times its weight.
func (n *number) weighted(weights ...int) (sum int) {
	for i, w := range weights {
		sum += w * int(n.digits[i])
	}
	return sum
}

// same tells whether the first digits are all the same.
func (n *number) same(digits int) bool {
	for _, d := range n.digits[1:digits] {
		if d != n.digits[0] {
			return false
		}
	}
	return true
}

// steuerID: Germany's identification number for taxes. Of the first ten digits one is there twice or thrice; ISO 7064, MOD 11,10.
func (n *number) steuerID() bool {
	var count [10]int
	most, product := 0, 10
	for _, d := range n.digits[:10] {
		count[d]++
		most = max(most, count[d])
		sum := (int(d) + product) % 10
		if sum == 0 {
			sum = 10
		}
		product = 2 * sum % 11
	}
	return n.digits[0] != 0 && (most == 2 || most == 3) && (11-product)%10 == int(n.digits[10])
}

// cpf: Brazil's number of persons, with two check digits.
func (n *number) cpf() bool {
	check := func(sum int) byte {
		if sum = 11 - sum%11; sum > 9 {
			sum = 0
		}
		return byte(sum)
	}
	return !n.same(11) && n.digits[9] == check(n.weighted(10, 9, 8, 7, 6, 5, 4, 3, 2)) &&
		n.digits[10] == check(n.weighted(11, 10, 9, 8, 7, 6, 5, 4, 3, 2))
}

// pesel: Poland's number of persons: the date of birth, its century in the month.
func (n *number) pesel() bool {
	month, day := int(n.digits[2]*10+n.digits[3]), int(n.digits[4]*10+n.digits[5])
	return month%20 >= 1 && month%20 <= 12 && day >= 1 && day <= 31 && n.weighted(1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1)%10 == 0
}

// nhs: the number of patients of England, Wales and the Isle of Man.
func (n *number) nhs() bool {
	return n.digits[0] > 2 && !n.same(10) && n.weighted(10, 9, 8, 7, 6, 5, 4, 3, 2, 1)%11 == 0
}

// personnummer: Sweden's number of persons: the date of birth, three digits, and Luhn's check digit over the last ten.
func (n *number) personnummer() bool {
	k := n.groups - 1
	from := 0
	if n.group[0].len() == 8 || n.group[0].len() == 12 {
		from = 2
	}
	d := n.digits[from:]
	month, day := int(d[2]*10+d[3]), int(d[4]*10+d[5])
	grouped := k == 0 || n.group[1].before == from+6
	return grouped && (from == 0 && n.total < 12 || from == 2) && month >= 1 && month <= 12 && day >= 1 && day <= 31 && n.luhn(from, from+10)
}

// nir: France's number of social insurance: sex, year and month of birth, place, number, and the key.
func (n *number) nir() bool {
	rest := 0
	for _, d := range n.digits[:13] {
		rest = (rest*10 + int(d)) % 97
	}
	month := int(n.digits[3]*10 + n.digits[4])
	return (n.digits[0] == 1 || n.digits[0] == 2) && (month >= 1 && month <= 12 || month >= 20) &&
		97-rest == int(n.digits[13]*10+n.digits[14])
}

// bsn: the Netherlands' number of persons, with the test by eleven.
func (n *number) bsn() bool {
	return (n.digits[0] != 0 || n.digits[1] != 0) && !n.same(9) && n.weighted(9, 8, 7, 6, 5, 4, 3, 2, -1)%11 == 0
}

// sin: Canada's number of social insurance.
func (n *number) sin() bool { return n.digits[0] != 0 && n.digits[0] != 8 && n.luhn(0, 9) }

// aadhaar: India's number of residents, with Verhoeff's check digit.
func (n *number) aadhaar() bool {
	if n.digits[0] < 2 {
		return false
	}
	c := byte(0)
	for i := range 12 {
		d := n.digits[11-i]
		for range i % 8 {
			d = [10]byte{1, 5, 7, 6, 2, 8, 3, 0, 9, 4}[d]
		}
		c = dihedral(c, d)
	}
	return c == 0
}

// dihedral is the product in the dihedral group of ten elements.
func dihedral(a, b byte) byte {
	switch {
	case a < 5 && b < 5:
		return (a + b) % 5
	case a < 5:
		return (a+b)%5 + 5
	case b < 5:
		return (a-b)%5 + 5
	}
	return (a - b + 5) % 5
}
