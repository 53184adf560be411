package pii

// Kind is a kind of personal data.
type Kind uint8

const (
	Email Kind = iota
	Phone
	Card
	IBAN
	SSN
	ITIN
	IP
	MAC
	BTC
	ETH
	URL // the user and password in one
	BirthDate

	// What follows is found only where it is asked for by name.

	Passport
	Aadhaar
	BSN
	CodiceFiscale
	CPF
	DNI
	NHS
	NINO
	NIR
	PESEL
	Personnummer
	SIN
	SteuerID

	kinds
)

var names = [kinds]string{
	Email: "email", Phone: "phone", Card: "card", IBAN: "iban", SSN: "ssn", ITIN: "itin", IP: "ip", MAC: "mac", BTC: "btc", ETH: "eth",
	URL: "url", BirthDate: "birthdate",
	Passport: "passport", Aadhaar: "in-aadhaar", BSN: "nl-bsn", CodiceFiscale: "it-codicefiscale", CPF: "br-cpf", DNI: "es-dni",
	NHS: "uk-nhs", NINO: "uk-nino", NIR: "fr-nir", PESEL: "pl-pesel", Personnummer: "se-personnummer", SIN: "ca-sin",
	SteuerID: "de-steuerid",
}

func (k Kind) String() string { return names[k] }

// Kinds is a set of kinds.
type Kinds uint32

const (
	// All is every kind that is found without being asked for by name.
	All Kinds = 1<<Passport - 1

	// National is every national number that is not in All.
	National Kinds = 1<<kinds - 1<<Aadhaar
)

// Has tells whether the set has a kind.
func (s Kinds) Has(k Kind) bool { return s>>k&1 != 0 }

// ParseKinds returns the set that a name stands for: a kind, all, or national.
func ParseKinds(name string) (Kinds, bool) {
	switch name {
	case "all":
		return All, true
	case "national":
		return National, true
	}
	for k, n := range names {
		if n == name {
			return 1 << k, true
		}
	}
	return 0, false
}

// Len is the number of kinds, for tables by kind.
const Len = int(kinds)

// Match is personal data that was found: byte offsets into the text that was given to Scan.
type Match struct {
	Start, End int
	Kind       Kind
}
