package wordlists

import "slices"

// List is one list of words.
type List uint8

const (
	Profanity List = iota // swear words and slurs
	Adult                 // the vocabulary of sex, and coarse words in general
	DAN                   // phrases of jailbreaks: "do anything now" and its like
	Custom                // the user's own, see Compile
)

var names = []string{Profanity: "profanity", Adult: "adult", DAN: "dan", Custom: "custom"}

// String is the list's name in settings.
func (l List) String() string { return names[l] }

// ParseList returns the list of that name; false if there is none.
func ParseList(name string) (List, bool) {
	i := slices.Index(names, name)
	return List(max(i, 0)), i >= 0
}

// Set is a set of lists: bit 1<<l for list l.
type Set uint8

// Has tells whether the list is in the set.
func (s Set) Has(l List) bool { return s&(1<<l) != 0 }
