package wordlists

import "slices"

// List is one list of words. Lists with a level are one within the other: profanity.severe in profanity, that in profanity.mild.
type List uint8

const (
	Profanity       List = iota // swear words and slurs: strong ones and severe ones
	ProfanityMild               // mild ones too, and such as have an innocent sense
	ProfanitySevere             // only the worst
	Adult                       // explicit vocabulary of sex, and all of profanity
	AdultMild                   // that of medicine and of the law too, and all of profanity.mild
	AdultSevere                 // only that of abuse, and all of profanity.severe
	DAN                         // phrases of jailbreaks: "do anything now" and its like

	firstLanguage // profanity_ar and so on, by name: profanity of other languages, see CompileLanguages
)

// Custom is the user's own list, see Compile.
const Custom = firstLanguage + 23

var names = []string{
	"profanity", "profanity.mild", "profanity.severe", "adult", "adult.mild", "adult.severe", "dan",
	"profanity_ar", "profanity_cs", "profanity_da", "profanity_de", "profanity_es", "profanity_fa", "profanity_fi", "profanity_fil",
	"profanity_fr", "profanity_hi", "profanity_hu", "profanity_it", "profanity_ja", "profanity_ko", "profanity_nl", "profanity_no",
	"profanity_pl", "profanity_pt", "profanity_ru", "profanity_sv", "profanity_th", "profanity_tr", "profanity_zh",
	"custom",
}

// String is the list's name in settings.
func (l List) String() string { return names[l] }

// ParseList returns the list of that name; false if there is none. The level strong may be said: profanity.strong is profanity.
func ParseList(name string) (List, bool) {
	switch name {
	case "profanity.strong":
		return Profanity, true
	case "adult.strong":
		return Adult, true
	}
	i := slices.Index(names, name)
	return List(max(i, 0)), i >= 0
}

// Set is a set of lists: bit 1<<l for list l.
type Set uint32

// Has tells whether the list is in the set.
func (s Set) Has(l List) bool { return s&(1<<l) != 0 }

// Languages are the lists of other languages.
const Languages = Set(1<<Custom - 1<<firstLanguage)
