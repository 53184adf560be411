package secrets

// Kind is a group of secrets.
type Kind uint8

const (
	PrivateKey Kind = iota // in PEM, and of age
	JWT
	AWS
	GCP
	Azure
	Cloud // other clouds and hosts, and what runs there
	GitHub
	GitLab
	Bitbucket
	LLM
	Payment
	Chat
	Registry // of packages
	Service  // anything else that has an issuer
	Generic  // what is given to a name such as password

	kinds
)

var names = [kinds]string{
	PrivateKey: "privatekey", JWT: "jwt", AWS: "aws", GCP: "gcp", Azure: "azure", Cloud: "cloud", GitHub: "github", GitLab: "gitlab",
	Bitbucket: "bitbucket", LLM: "llm", Payment: "payment", Chat: "chat", Registry: "registry", Service: "service", Generic: "generic",
}

func (k Kind) String() string { return names[k] }

// Kinds is a set of kinds.
type Kinds uint32

// All is every kind.
const All Kinds = 1<<kinds - 1

// Has tells whether the set has a kind.
func (s Kinds) Has(k Kind) bool { return s>>k&1 != 0 }

// ParseKinds returns the set that a name stands for: a kind, or all.
func ParseKinds(name string) (Kinds, bool) {
	if name == "all" {
		return All, true
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

// Match is a secret that was found: byte offsets into the text that was given to Scan, and the name of the rule that found it.
type Match struct {
	Start, End int
	Kind       Kind
	Rule       string
}
