package wordlists

import (
	_ "embed"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/usagepanda/usage-panda-envoy/wordlists/internal/dfa"
)

// Matcher finds the entries of lists. It is immutable.
type Matcher struct{ a *dfa.Automaton }

//go:embed builtin.bin
var encoded string

var builtin = Matcher{dfa.View(encoded)}

// Builtin returns the matcher of profanity, adult and dan. It costs nothing: the table is read where it lies in the program.
func Builtin() *Matcher { return &builtin }

// What Compile takes. The matcher of 1,000 common words takes some 400 KB of memory, the largest one of Latin letters 8 MB.
const (
	MaxWords = 4096 // words and phrases
	MaxBytes = 256  // of each, white space at its ends not counted
)

// Compile returns the matcher of the list Custom: words and phrases of any script, read as they stand (nothing in them is a pattern), but for
// their case and the length of white space between words. Repetitions are allowed. The error names every word that cannot be taken.
func Compile(words []string) (*Matcher, error) {
	var errs []error
	if len(words) > MaxWords {
		errs = append(errs, fmt.Errorf("%d words; want at most %d", len(words), MaxWords))
	}
	entries := make([]dfa.Entry, 0, len(words))
	for i, word := range words {
		word = strings.TrimSpace(word)
		switch {
		case word == "":
			errs = append(errs, fmt.Errorf("word %d: empty; want a word or phrase", i+1))
		case len(word) > MaxBytes:
			start := strings.ToValidUTF8(word[:24], "")
			errs = append(errs, fmt.Errorf("word %d: %q... has %d bytes; want at most %d", i+1, start, len(word), MaxBytes))
		case !utf8.ValidString(word):
			errs = append(errs, fmt.Errorf("word %d: %q is not UTF-8; want text", i+1, word))
		}
		entries = append(entries, dfa.Entry{Text: word, Lists: 1 << Custom})
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	a, err := dfa.Build(entries, false, 0)
	if err != nil {
		return nil, fmt.Errorf("%d words: %w; want fewer or shorter ones", len(words), err)
	}
	return &Matcher{a}, nil
}

// Scanner returns a scanner that reports the entries of these lists. It may be used for one text after the other.
func (m *Matcher) Scanner(lists Set) Scanner {
	return Scanner{a: m.a, lists: lists, state: m.a.Start}
}
