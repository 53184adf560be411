package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/usagepanda/usage-panda-envoy/wordlists/internal/dfa"
)

// The lists of the automaton, as bits: the order is that of the constants of package wordlists.
const (
	profanity = 1 << iota
	adult
	dan
)

// files are the lists' files, and which lists have their entries: what is profane is not for children either. The phrases of dan may have
// any soft punctuation between their words, those of the others not.
var files = []struct {
	name  string
	lists uint8
}{
	{"profanity.txt", profanity | adult},
	{"adult.txt", adult},
	{"dan.txt", dan},
}

// Lists returns the encoded automaton of the files in that directory's folder lists: an entry a line, in any case; empty lines and those that
// begin with '#' are comments. Lines that are not to be read as they stand, and lines that another has already said, are errors.
func Lists(dir string) ([]byte, error) {
	var entries []dfa.Entry
	var errs []error
	first := map[string]string{} // where each entry is
	for _, file := range files {
		text, err := os.ReadFile(filepath.Join(dir, "lists", file.name))
		if err != nil {
			return nil, err
		}
		for n, line := range strings.Split(string(text), "\n") {
			if line == "" || line[0] == '#' {
				continue
			}
			at := fmt.Sprintf("%s:%d", file.name, n+1)
			if err := check(line); err != nil {
				errs = append(errs, fmt.Errorf("%s: %q: %w", at, line, err))
			}
			if first[line] != "" {
				errs = append(errs, fmt.Errorf("%s: %q is in %s already", at, line, first[line]))
			}
			first[line] = at
			entries = append(entries, dfa.Entry{Text: line, Lists: file.lists})
		}
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	a, err := dfa.Build(entries, true, profanity|adult)
	if err != nil {
		return nil, err
	}
	return a.Append(nil), nil
}

// check refuses what would be read as a separator within an entry, or not be read at all.
func check(line string) error {
	if line != strings.Join(strings.Fields(line), " ") {
		return errors.New("stray white space; want single spaces between words")
	}
	for _, r := range line {
		if _, kind := dfa.Rune(r); kind&dfa.Soft != 0 {
			return fmt.Errorf("%q stands for a separator; want a space", r)
		}
	}
	return nil
}
