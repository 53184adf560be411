package pii

import "github.com/usagepanda/usage-panda-envoy/policy/internal/window"

// mixed judges the digits from i to j that have a letter before or behind them.
func (s *Scanner) mixed(i, j int) (m Match) {
	w, k := &s.w, s.kinds
	if k.Has(MAC) {
		if m = s.dashedMAC(i, j); m.End > 0 {
			return m
		}
	}
	if class[w.At(i-1)]&letter != 0 {
		lead := 0
		for lead < 8 && i-lead > s.floor && class[w.At(i-lead-1)]&letter != 0 {
			lead++
		}
		if class[w.At(i-lead-1)]&word != 0 || !s.opens(i-lead) {
			return m
		}
		switch {
		case lead == 2 && k.Has(BTC) && w.HasFold(i-2, "bc1"):
			return s.bech32(i - 2)
		case lead == 2 && k.Has(IBAN) && j-i >= 2:
			if m = s.iban(i - 2); m.End > 0 {
				return m
			}
		}
		if k&(National|1<<Passport) != 0 {
			m = s.nationalMixed(i-lead, i, j)
		}
		return m
	}
	if !s.opens(i) {
		return m
	}
	if k.Has(ETH) && j-i == 1 && w.Text[i] == '0' && window.Lower(w.At(j)) == 'x' {
		return s.eth(i)
	}
	if k.Has(BTC) && (w.Text[i] == '1' || w.Text[i] == '3') {
		if m = s.base58(i); m.End > 0 {
			return m
		}
	}
	if k.Has(DNI) && j-i == 8 {
		m = s.dni(i, 0, j)
	}
	return m
}

// dashedMAC finds a MAC address with dashes that the digits from i to j belong to.
func (s *Scanner) dashedMAC(i, j int) (m Match) {
	w := &s.w
	start := i
	if j-i == 1 && class[w.At(i-1)]&hex != 0 {
		start--
	}
	for range 5 {
		if w.At(start-1) != '-' || class[w.At(start-2)]&hex == 0 || class[w.At(start-3)]&hex == 0 || start-3 < s.floor {
			break
		}
		start -= 3
	}
	if w.At(start+2) != '-' || !s.opens(start) {
		return m
	}
	return s.mac(start, '-')
}

// ibanLengths are the lengths of IBANs by country, after the registry of SWIFT and, in the second part, by countries that use the format
// without being in it.
const ibanLengths = "AD24AE23AL28AT20AZ28BA20BE16BG22BH22BI27BR29BY28CH21CR22CY28CZ24DE22DJ27DK18DO28EE20EG29ES24FI18FK18FO18FR27GB22GE22" +
	"GI23GL18GR27GT28HN28HR21HU28IE22IL23IQ23IS26IT27JO30KW30KZ20LB28LC32LI21LT20LU20LV21LY25MC27MD24ME22MK19MN20MR27MT31MU30NI28NL18" +
	"NO15OM23PK24PL28PS29PT25QA29RO24RS22RU33SA24SC31SD18SE24SI19SK24SM27SO23ST25SV28TL23TN24TR26UA29VA22VG24XK20YE30" +
	"AO25BF28BJ28CF27CG27CI28CM27CV25DZ26GA27GQ27GW25IR26KM27MA28MG27ML28MZ25NE28SN28TD27TG28"

// ibanLength is the length of a country's IBANs; 0 if it has none.
var ibanLength = func() (t [26 * 26]uint8) {
	for i := 0; i < len(ibanLengths); i += 4 {
		c := ibanLengths[i : i+4]
		t[int(c[0]-'A')*26+int(c[1]-'A')] = 10*(c[2]-'0') + c[3] - '0'
	}
	return t
}()

// iban finds an International Bank Account Number (ISO 13616) at start, in one or in groups of four.
func (s *Scanner) iban(start int) (m Match) {
	w := &s.w
	a, b := window.Lower(w.At(start))-'a', window.Lower(w.At(start+1))-'a'
	size := int(ibanLength[int(a)*26+int(b)])
	if size == 0 {
		return m
	}
	rest, i := 0, start+4
	for n := 4; n < size; n++ {
		if n%4 == 0 {
			if kind, size := separator(w, i); kind == space || kind == dash {
				i += size
			}
		}
		c := window.Lower(w.At(i))
		switch {
		case class[c]&digit != 0:
			rest = (rest*10 + int(c-'0')) % 97
		case class[c]&letter != 0:
			rest = (rest*100 + int(c-'a') + 10) % 97
		default:
			return m
		}
		i++
	}
	rest = (rest*10000 + (int(a)+10)*100 + int(b) + 10) % 97
	rest = (rest*100 + int(w.At(start+2)-'0')*10 + int(w.At(start+3)-'0')) % 97
	if rest != 1 || class[w.At(i)]&word != 0 {
		return m
	}
	return Match{start, i, IBAN}
}
