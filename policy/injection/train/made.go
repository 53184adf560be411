package main

import (
	"embed"
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"

	"github.com/usagepanda/usage-panda-envoy/policy/internal/prompts"
)

//go:embed benign.txt attacks.txt
var templates embed.FS

// made makes texts: so many from each template, always the same ones.
func made() []prompts.Row {
	return append(grow("benign.txt", 0, 30), grow("attacks.txt", 1, 16)...)
}

var slot = regexp.MustCompile(`\{[A-Z]+\}`)

// grow fills the slots of a file's templates.
func grow(name string, label, each int) (rows []prompts.Row) {
	file, err := templates.ReadFile(name)
	if err != nil {
		panic("cannot happen: " + err.Error())
	}
	r := rand.New(rand.NewPCG(seed, uint64(label)))
	head, body, _ := strings.Cut(string(file), "\n==\n")
	words := map[string][]string{}
	for line := range strings.Lines(head) {
		if list, all, ok := strings.Cut(strings.TrimSpace(line), " = "); ok {
			words["{"+list+"}"] = strings.Split(all, " | ")
		}
	}
	var fill func(string) string
	fill = func(s string) string {
		return slot.ReplaceAllStringFunc(s, func(x string) string {
			if words[x] == nil {
				panic(fmt.Sprintf("cannot happen: %s: %s is no list", name, x))
			}
			return fill(words[x][r.IntN(len(words[x]))])
		})
	}
	for line := range strings.Lines(body) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		for range each {
			rows = append(rows, prompts.Row{Source: "made " + name, Kind: "made", Label: label, Text: strings.ReplaceAll(strings.TrimSpace(fill(line)), `\n`, "\n")})
			if !strings.Contains(line, "{") {
				break
			}
		}
	}
	return rows
}
