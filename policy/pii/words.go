package pii

import (
	"strings"

	"github.com/usagepanda/usage-panda-envoy/policy/internal/window"
)

// says is what the words before a value say that it is.
type says uint8

const (
	saysPhone says = 1 << iota
	saysSSN
	saysBirth
	saysPassport
	saysIP
	saysVersion
	saysNumber // a number of something else: an order, an account
)

// near is how many bytes before a value its word may stand.
const near = 40

// words returns what the words before a value say. Only a value whose form is weak is worth it.
func (s *Scanner) words(start int) (all says) {
	if s.said.known && s.said.at == start {
		return s.said.says
	}
	text := s.w.Left(start, near)
	if !wordsIn(text) {
		return 0
	}
	s.w.Count(len(text))
	var b [16]byte
	for i := 0; i < len(text); {
		if !inWord(text[i]) {
			i++
			continue
		}
		from := i
		for i < len(text) && inWord(text[i]) {
			if n := i - from; n < len(b) {
				b[n] = window.Lower(text[i])
			}
			i++
			// A word in camel case is several.
			if i < len(text) && 'A' <= text[i] && text[i] <= 'Z' && 'a' <= text[i-1] && text[i-1] <= 'z' {
				break
			}
		}
		switch n := i - from; {
		case text[from] >= 0x80:
			all |= meaningWithin(text[from:i])
		case n <= len(b) && (from > 0 || len(text) < near): // a cut word is none
			all |= meaning(string(b[:n]))
		}
	}
	s.said.known, s.said.at, s.said.says = true, start, all
	return all
}

// wordsIn tells whether there is a word in a text.
func wordsIn(text string) bool {
	i := 0
	for ; i+8 <= len(text); i += 8 {
		if x := window.Eight(text, i); window.Between(x|0x20*window.Ones, 'a', 'z')|x&(0x80*window.Ones) != 0 {
			return true
		}
	}
	for ; i < len(text); i++ {
		if inWord(text[i]) {
			return true
		}
	}
	return false
}

func inWord(c byte) bool { return class[c]&letter != 0 || c >= 0x80 }

// vocabulary are the words that say something, in the languages of those who use them most: a line for each bit of says, in its order. As
// cases of a switch they would be 20 KB of code. They begin with a letter of ASCII.
const vocabulary = "phone phones telephone tel telefon mobile cell cellphone fax call calls called dial text texted sms whatsapp whats " +
	"ring reach reached reachable contact contacts hotline helpline voicemail landline handy mobil rufnummer " +
	"telefonnummer handynummer anrufen ruf téléphone portable appelez appeler numéro teléfono telefono móvil movil " +
	"celular llama llame llamar cellulare chiama chiamami telefone telemóvel ligue telefoon mobiel bel telefonie " +
	"telefoni tlf puhelin puh telefonu cep telefonszám ph msisdn signal viber phoned\n" +
	"ssn ssns social socsec itin taxpayer\n" +
	"born birth birthday birthdate dob geboren geburtsdatum geburtstag né née naissance nacido nacida nacimiento nato " +
	"nata nascita nascido nascida nascimento geboortedatum urodzenia urodzony född født syntynyt\n" +
	"passport passports passeport reisepass pasaporte passaporto paspoort paszport passaporte pass\n" +
	"ip ips ipv address host server ping\n" +
	"version versions ver release build section chapter firmware v\n" +
	"order orders invoice account acct id ids ref reference isbn issn tracking case ticket serial sku part model " +
	"transaction confirmation population uuid timestamp epoch doi pmid bytes hash key token code batch lot policy claim " +
	"product item barcode ean upc imei routing\n"

// places is how many words could be known.
const places = 512

// known are the words of the vocabulary by their hash, with open addressing: where each begins, ends, and what it says.
var known = func() (t [places]struct {
	from, to uint16
	says     says
}) {
	from, says := 0, says(1)
	for i := range len(vocabulary) {
		if vocabulary[i] > ' ' {
			continue
		}
		k := spread(vocabulary[from:i])
		for t[k].to > 0 {
			k = (k + 1) % places
		}
		t[k].from, t[k].to, t[k].says = uint16(from), uint16(i), says
		if from = i + 1; vocabulary[i] == '\n' {
			says <<= 1
		}
	}
	return t
}()

// spread is a word's place among the known ones, if nothing stands there.
func spread(word string) int {
	h := uint32(0x811C9DC5)
	for i := range len(word) {
		h = (h ^ uint32(word[i])) * 0x01000193
	}
	return int(h>>16^h) % places
}

// meaning is what one word says.
func meaning(word string) says {
	for k := spread(word); known[k].to > 0; k = (k + 1) % places {
		if w := &known[k]; vocabulary[w.from:w.to] == word {
			return w.says
		}
	}
	return 0
}

// within are words that are not set apart by spaces, those together that begin with the same byte.
var within = [...]struct {
	text string
	says says
}{
	{"звони", saysPhone}, {"Тел", saysPhone}, {"родил", saysBirth}, {"рожден", saysBirth}, {"тел", saysPhone},
	{"טלפון", saysPhone}, {"هاتف", saysPhone}, {"出生", saysBirth}, {"手机", saysPhone}, {"手機", saysPhone}, {"携帯", saysPhone},
	{"电话", saysPhone}, {"生年月日", saysBirth}, {"誕生日", saysBirth}, {"電話", saysPhone}, {"생년월일", saysBirth}, {"전화", saysPhone},
	{"휴대", saysPhone},
}

// withinAt are those of them that begin with a byte.
var withinAt = func() (t [256]struct{ from, to uint8 }) {
	for i, w := range within {
		at := &t[w.text[0]]
		if at.to == 0 {
			at.from = uint8(i)
		}
		at.to = uint8(i + 1)
	}
	return t
}()

// meaningWithin is what words say that are not set apart by spaces.
func meaningWithin(text string) (all says) {
	const least = 6
	for i := 0; i+least <= len(text); i++ {
		at := withinAt[text[i]]
		for k := at.from; k < at.to; k++ {
			if w := &within[k]; text[i+1] == w.text[1] && strings.HasPrefix(text[i:], w.text) {
				all |= w.says
			}
		}
	}
	return all
}
