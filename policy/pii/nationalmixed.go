package pii

import "github.com/usagepanda/usage-panda-envoy/policy/internal/window"

// nationalMixed finds the numbers of persons and passports that begin with letters, from start to i, where digits follow to j.
func (s *Scanner) nationalMixed(start, i, j int) (m Match) {
	w, k := &s.w, s.kinds
	switch letters := i - start; {
	case letters == 6 && j-i == 2 && k.Has(CodiceFiscale):
		return s.codiceFiscale(start)
	case letters == 1 && j-i == 7 && k.Has(DNI):
		if c := window.Lower(w.At(start)); c >= 'x' {
			if m = s.dni(i, int(c-'x'), j); m.End > 0 {
				m.Start = start
				return m
			}
		}
	case letters == 2 && j-i == 6 && k.Has(NINO):
		if m = s.nino(start, i, j); m.End > 0 {
			return m
		}
	}
	if k.Has(Passport) && i-start <= 2 && j-i >= 6 && j-i <= 8 && s.closes(j) && s.words(start)&saysPassport != 0 {
		return Match{start, j, Passport}
	}
	return m
}

// dni: Spain's number of persons: eight digits, of foreigners X, Y or Z and seven, and a letter that is the rest by 23.
func (s *Scanner) dni(i, first, j int) (m Match) {
	v := first
	for _, c := range []byte(s.w.Text[i:j]) {
		v = 10*v + int(c-'0')
	}
	if s.w.At(j) == '-' {
		j++
	}
	if window.Lower(s.w.At(j)) != "trwagmyfpdxbnjzsqvhlcke"[v%23] || !s.closes(j+1) {
		return m
	}
	return Match{i, j + 1, DNI}
}

// nino: the United Kingdom's number of national insurance, AB 12 34 56 C. It has no check digit; the letters are some only.
func (s *Scanner) nino(start, i, j int) (m Match) {
	w := &s.w
	a, b := window.Lower(w.At(start)), window.Lower(w.At(start+1))
	for _, c := range [...]byte{'d', 'f', 'i', 'q', 'u', 'v'} {
		if a == c || b == c {
			return m
		}
	}
	switch string([]byte{a, b}) {
	case "bg", "gb", "kn", "nk", "nt", "tn", "zz":
		return m
	}
	if b == 'o' {
		return m
	}
	end := j
	if w.At(end) == ' ' {
		end++
	}
	if c := window.Lower(w.At(end)); c < 'a' || c > 'd' || !s.closes(end+1) {
		return m
	}
	return Match{start, end + 1, NINO}
}

// spacedNINO finds such a number in groups, whose first two digits are from i to j.
func (s *Scanner) spacedNINO(i, j int) (m Match) {
	w := &s.w
	start := i - 3
	if j-i != 2 || w.At(i-1) != ' ' || start < s.floor || class[w.At(i-2)]&letter == 0 || class[w.At(start)]&letter == 0 || !s.opens(start) {
		return m
	}
	for k := range 2 {
		at := j + 3*k
		if w.At(at) != ' ' || class[w.At(at+1)]&digit == 0 || class[w.At(at+2)]&digit == 0 {
			return m
		}
	}
	return s.nino(start, i, j+6)
}

// codiceFiscale: Italy's number of persons: six letters of the name, the date of birth, the place, and a letter that checks them.
func (s *Scanner) codiceFiscale(start int) (m Match) {
	const form = "LLLLLLDDLDDLDDDL"
	odd := [26]uint8{1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23}
	sum := 0
	for i := range len(form) {
		c := window.Lower(s.w.At(start + i))
		v := 0
		switch {
		case form[i] == 'D' && class[c]&digit != 0:
			v = int(c - '0')
		case form[i] == 'L' && class[c]&letter != 0:
			v = int(c - 'a')
		default:
			return m
		}
		if i == len(form)-1 {
			if sum%26 != v || !s.closes(start+len(form)) {
				return m
			}
			break
		}
		if i%2 == 0 {
			v = int(odd[v])
		}
		sum += v
	}
	return Match{start, start + len(form), CodiceFiscale}
}
