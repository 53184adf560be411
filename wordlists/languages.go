package wordlists

import (
	_ "embed"
	"strings"

	"github.com/usagepanda/usage-panda-envoy/wordlists/internal/dfa"
)

// languages has the lists of the languages: a line [de] before the entries of profanity_de, and so on.
//
//go:embed lists/languages.txt
var languages string

// CompileLanguages returns the matcher of those of Languages that are in lists. Like that of Compile it is made when it is wanted: of German
// it takes some 200 KB of memory, of all of them 5 MB.
func CompileLanguages(lists Set) *Matcher {
	var entries []dfa.Entry
	var of uint32
	for line := range strings.SplitSeq(languages, "\n") {
		switch {
		case line == "" || line[0] == '#':
		case line[0] == '[':
			l, _ := ParseList("profanity_" + strings.Trim(line, "[]"))
			of = uint32(lists & (1 << l) & Languages)
		case of != 0:
			entries = append(entries, dfa.Entry{Text: line, Lists: of})
		}
	}
	a, err := dfa.Build(entries, dfa.Options{Soft: true, Strict: uint32(Languages)})
	if err != nil {
		panic("cannot happen: the lists of languages: " + err.Error())
	}
	return &Matcher{a, lists & Languages}
}
