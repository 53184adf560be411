package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/usagepanda/usage-panda-envoy/wordlists/internal/dfa"
)

// lists are the names of the files, in the order of the constants of package wordlists. The phrases of dan, the last, may have any soft
// punctuation between their words.
var lists = []string{"profanity", "adult", "dan"}

// Lists returns the encoded automaton of the lists in that directory's lists/NAME.txt: an entry a line, in any case; empty lines and
// those that begin with '#' are comments. Lines that no text could match as they stand are errors.
func Lists(dir string) ([]byte, error) {
	var entries []dfa.Entry
	var errs []error
	for i, name := range lists {
		text, err := os.ReadFile(filepath.Join(dir, "lists", name+".txt"))
		if err != nil {
			return nil, err
		}
		seen := map[string]int{}
		for n, line := range strings.Split(string(text), "\n") {
			if line == "" || line[0] == '#' {
				continue
			}
			if err := check(line); err != nil {
				errs = append(errs, fmt.Errorf("%s.txt:%d: %q: %w", name, n+1, line, err))
			}
			if first := seen[line]; first > 0 {
				errs = append(errs, fmt.Errorf("%s.txt:%d: %q is line %d again", name, n+1, line, first))
			}
			seen[line] = n + 1
			entries = append(entries, dfa.Entry{Text: line, Lists: 1 << i})
		}
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	a, err := dfa.Build(entries, true, 1<<(len(lists)-1)-1)
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
