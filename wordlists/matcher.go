package wordlists

import (
	_ "embed"
	"errors"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/usagepanda/usage-panda-envoy/wordlists/internal/dfa"
)

// Matcher finds the entries of lists. It is immutable.
type Matcher struct {
	a     *dfa.Automaton
	lists Set // that it has
}

//go:embed builtin.bin
var encoded string

var builtin = Matcher{dfa.View(encoded), 1<<firstLanguage - 1}

// Builtin returns the matcher of all lists but the languages and custom, which finds disguised words too. It costs nothing: the table is read where it lies in the program.
func Builtin() *Matcher { return &builtin }

// What Compile takes. The matcher of 1,000 common words takes some 400 KB of memory, the largest one of Latin letters 8 MB.
const (
	MaxWords = 4096 // words and phrases
	MaxBytes = 256  // of each, white space at its ends not counted
)

// Compile returns the matcher of the list Custom: words and phrases of any script, read as they stand (nothing in them is a pattern), but for
// their case and the length of white space between words. Those of 4 to 64 letters of ASCII are found disguised, too. Repetitions are allowed.
// The error names every word that cannot be taken.
func Compile(words []string) (*Matcher, error) {
	var errs []error
	if len(words) > MaxWords {
		errs = append(errs, errors.New(strconv.Itoa(len(words))+" words; want at most "+strconv.Itoa(MaxWords)))
	}
	entries, odd := make([]dfa.Entry, 0, len(words)), false
	for i, word := range words {
		word = strings.TrimSpace(word)
		switch {
		case word == "":
			errs = append(errs, errors.New("word "+strconv.Itoa(i+1)+": empty; want a word or phrase"))
		case len(word) > MaxBytes:
			start := strings.ToValidUTF8(word[:24], "")
			errs = append(errs, errors.New("word "+strconv.Itoa(i+1)+": "+strconv.Quote(start)+"... has "+strconv.Itoa(len(word))+" bytes; want at most "+strconv.Itoa(MaxBytes)))
		case !utf8.ValidString(word):
			errs = append(errs, errors.New("word "+strconv.Itoa(i+1)+": "+strconv.Quote(word)+" is not UTF-8; want text"))
		}
		lists := uint32(1 << Custom)
		if disguisable(word) {
			lists, odd = lists|veil, true
		}
		entries = append(entries, dfa.Entry{Text: word, Lists: lists})
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	a, err := dfa.Build(entries, dfa.Options{Odd: odd})
	if err != nil {
		return nil, errors.New(strconv.Itoa(len(words)) + " words: " + err.Error() + "; want fewer or shorter ones")
	}
	return &Matcher{a, 1 << Custom}, nil
}

// disguisable tells whether a custom word is found disguised: shorter ones and such with other signs are too often met by chance.
func disguisable(word string) bool {
	for i := range len(word) {
		if word[i]|0x20-'a' >= 26 {
			return false
		}
	}
	return len(word) >= 4 && len(word) <= 64
}

// Scanner returns a scanner that reports the entries of these lists. It may be used for one text after the other.
func (m *Matcher) Scanner(lists Set) Scanner {
	s := Scanner{a: m.a, lists: lists & m.lists, state: m.a.Start}
	switch {
	case m.a.Odd == 0:
		return s
	case m.lists == 1<<Custom:
		if s.lists != 0 {
			s.want = veil
		}
		return s
	}
	const words = 1<<DAN - 1
	s.want = uint16(s.lists & words)
	if lists&Set(raised(veil)) != 0 {
		s.want |= veil
	}
	if lists&Set(raised(adultVeil)) != 0 {
		s.want |= adultVeil
	}
	if s.want != 0 {
		s.excuses = innocent
	}
	return s
}
