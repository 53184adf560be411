package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/usagepanda/usage-panda-envoy/wordlists/internal/dfa"
)

// The lists of the automaton, as bits: the order is that of the constants of package wordlists.
const (
	profanity = 1 << iota
	profanityMild
	profanitySevere
	adult
	adultMild
	adultSevere
	dan

	innocent  = 1 << 13 // not found
	adultVeil = 1 << 14 // in adult where it is disguised
	veil      = 1 << 15 // in profanity where it is disguised
	words     = dan - 1
)

// level are lists whose entries are under a heading: what is profane is not for children either, and what is severe is strong, and that mild.
type level map[string]uint32

// files are the lists' files. In profanity, [ambiguous] has words that have an innocent sense, but none where they are disguised, and [hidden]
// those that are not found otherwise. The phrases of dan may have any soft punctuation between their words, those of the others not.
var files = []struct {
	name   string
	levels level
}{
	{"profanity.txt", level{
		"[mild]":      profanityMild | adultMild,
		"[ambiguous]": profanityMild | adultMild | veil,
		"[hidden]":    veil,
		"[strong]":    profanity | profanityMild | adult | adultMild,
		"[severe]":    words,
	}},
	{"adult.txt", level{
		"[mild]":      adultMild,
		"[ambiguous]": adultMild | adultVeil,
		"[hidden]":    adultVeil,
		"[strong]":    adult | adultMild,
		"[severe]":    adult | adultMild | adultSevere,
	}},
	{"innocent.txt", level{"": innocent}},
	{"dan.txt", level{"": dan}},
}

// read reads the files in that directory's folder lists: an entry a line, in any case; empty lines and those that begin with '#' are comments.
// Lines that are not to be read as they stand, and lines that another has already said, are errors.
func read(dir string) (entries []dfa.Entry, err error) {
	var errs []error
	first := map[string]string{} // where each entry is
	for _, file := range files {
		text, err := os.ReadFile(filepath.Join(dir, "lists", file.name))
		if err != nil {
			return nil, err
		}
		heading := ""
		for n, line := range strings.Split(string(text), "\n") {
			if line == "" || line[0] == '#' {
				continue
			}
			if line[0] == '[' {
				heading = line
				continue
			}
			at := fmt.Sprintf("%s:%d", file.name, n+1)
			lists := file.levels[heading]
			if lists == 0 {
				errs = append(errs, fmt.Errorf("%s: %q is under the heading %q; want another", at, line, heading))
			}
			if err := check(line, lists); err != nil {
				errs = append(errs, fmt.Errorf("%s: %q: %w", at, line, err))
			}
			if first[line] != "" {
				errs = append(errs, fmt.Errorf("%s: %q is in %s already", at, line, first[line]))
			}
			first[line] = at
			entries = append(entries, dfa.Entry{Text: line, Lists: lists})
		}
	}
	return entries, errors.Join(errs...)
}

// Lists returns the encoded automaton of the lists.
func Lists(dir string) ([]byte, error) {
	entries, err := read(dir)
	if err != nil {
		return nil, err
	}
	a, err := dfa.Build(entries, dfa.Options{Soft: true, Strict: words | innocent, Odd: true})
	if err != nil {
		return nil, err
	}
	return a.Append(nil), nil
}

// check refuses what would be read as a separator within an entry, or not be read at all, and words that are looked for anyway.
func check(line string, lists uint32) error {
	if line != strings.Join(strings.Fields(line), " ") {
		return errors.New("stray white space; want single spaces between words")
	}
	for i, r := range line {
		if _, kind := dfa.Rune(r); kind&dfa.Soft != 0 {
			return fmt.Errorf("%q stands for a separator; want a space", r)
		}
		switch {
		case lists&dan != 0:
		case i > 1 && line[i-1] == line[i] && line[i-2] == line[i]:
			return errors.New("a letter three times running is found as a disguise; want it once or twice")
		case r < 0x80 && strings.ContainsRune("0123456789@$!%&", r):
			return fmt.Errorf("%q in a word is found as a disguise; want a letter", r)
		}
	}
	return nil
}

// Shapes returns the table of masked words: of those that mean something coarse wherever they are masked, with four letters or more, two of
// them to be seen, the first among them. Hidden are letters in one place, or some
// vowels.
func Shapes(dir string) ([]byte, error) {
	entries, err := read(dir)
	if err != nil {
		return nil, err
	}
	all := map[dfa.Shape]uint16{}
	for _, e := range entries {
		word := e.Text
		if e.Lists&(profanity|adult|veil|adultVeil) == 0 || len(word) < 4 || len(word) > 14 || strings.Trim(word, letters) != "" {
			continue
		}
		lists := uint16(e.Lists & words)
		if e.Lists&veil != 0 {
			lists |= profanity | profanityMild | adult | adultMild
		}
		if e.Lists&adultVeil != 0 {
			lists |= adult | adultMild
		}
		add := func(hidden func(i int) bool) (s dfa.Shape) {
			for i := range len(word) {
				if hidden(i) {
					s.Hide()
				} else {
					s.Add(word[i])
				}
			}
			if s.Letters >= 2 && s.Letters <= dfa.MaxShape && s.Hidden > 0 {
				all[s] |= lists
			}
			return s
		}
		vowels := uint(0) // where they are, as bits
		for i := 1; i < len(word); i++ {
			if strings.IndexByte("aeiou", word[i]) >= 0 {
				vowels |= 1 << i
			}
		}
		for some := vowels; some != 0; some = (some - 1) & vowels {
			if end := uint(1<<len(word)) - some; end&(end-1) == 0 { // nothing but its end
				continue
			}
			s := add(func(i int) bool { return some>>i&1 != 0 })
			if some&(some-1) == 0 {
				all[s.Vowel()] |= lists
			}
		}
		for from := 1; from < len(word); from++ {
			for to := from + 1; to <= len(word) && len(word) <= 10; to++ {
				if to < len(word) || slices.Contains(common, word) {
					add(func(i int) bool { return from <= i && i < to })
				}
			}
		}
	}
	return dfa.Shapes(all), nil
}

// common are the words whose ends may be masked: fu**. Of others there are too many, and asterisks behind a word have other meanings.
var common = strings.Fields("asshole bitch bitches cock cunt dick faggot fuck fucked fucker fucking nigga nigger pussy shit shitty slut whore")

const letters = "abcdefghijklmnopqrstuvwxyz"
