package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"unicode"

	"github.com/usagepanda/usage-panda-envoy/wordlists/internal/dfa"
)

var styles = map[string]dfa.Veil{
	"[styled]": dfa.Styled, "[accented]": dfa.Accented, "[daily]": dfa.Daily, "[alien]": dfa.Alien, "[unseen]": dfa.Unseen,
}

// Veils returns the table of veils of package dfa, made of folds.txt in that directory's folder internal/gen.
func Veils(dir string) ([]byte, error) {
	text, err := os.ReadFile(filepath.Join(dir, "internal", "gen", "folds.txt"))
	if err != nil {
		return nil, err
	}
	var all [unicode.MaxRune + 1]byte
	var style dfa.Veil
	for n, line := range strings.Split(string(text), "\n") {
		words := strings.Fields(line)
		if len(words) == 0 || words[0][0] == '#' {
			continue
		}
		if s := styles[words[0]]; s != 0 {
			style = s
			continue
		}
		value := byte(style)
		if c := words[0][0]; c != '-' {
			value |= c - 'a' + 1
		}
		for _, w := range words[1:] {
			from, to, ok := strings.Cut(w, "-")
			if !ok {
				to = from
			}
			first, err1 := strconv.ParseUint(from, 16, 21)
			last, err2 := strconv.ParseUint(to, 16, 21)
			if err1 != nil || err2 != nil || first < 0x80 || last > unicode.MaxRune {
				return nil, fmt.Errorf("folds.txt:%d: %q; want runes beyond ASCII in hexadecimal", n+1, w)
			}
			for r := first; r <= last; r++ {
				if all[r] != 0 {
					return nil, fmt.Errorf("folds.txt:%d: %X is said twice", n+1, r)
				}
				all[r] = value
			}
		}
	}
	const size = 128
	var index, pages []byte
	pageOf := map[string]byte{}
	for first := 0; first <= unicode.MaxRune; first += size {
		page := string(all[first : first+size])
		n, ok := pageOf[page]
		if !ok {
			n = byte(len(pageOf))
			pageOf[page] = n
			pages = append(pages, page...)
		}
		index = append(index, n)
	}
	if len(pageOf) > 256 {
		return nil, fmt.Errorf("folds.txt: %d pages; want at most 256", len(pageOf))
	}
	return append(index, pages...), nil
}
