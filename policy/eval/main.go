// Eval measures how good detection is: it runs the policies, set as a user sets them, over labelled texts and over texts that it makes, and
// prints what they find beside what they are to find. It fails if a target is missed, a file is missing or a measure has no case.
//
//	go run ./policy/eval -data DIR
//
// DIR has gzipped JSON lines: prompts.jsonl.gz and profanity.jsonl.gz (src, label, text; prompts also kind) and secrets.jsonl.gz (label, text).
// What the model of prompt injections was trained on it finds too well: measure it with train's -cv.
package main

import (
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"github.com/usagepanda/usage-panda-envoy/policy/internal/prompts"
)

func main() {
	log.SetFlags(0)
	dir := flag.String("data", "", "the folder of the labelled texts")
	show := flag.Int("show", 0, "print so many texts of each measure that are judged wrongly")
	flag.Parse()
	if *dir == "" {
		log.Fatal("no data; want -data DIR (make eval DATA=DIR)")
	}
	asked, err1 := prompts.Read(filepath.Join(*dir, "prompts.jsonl.gz"))
	words, err2 := prompts.Read(filepath.Join(*dir, "profanity.jsonl.gz"))
	keys, err3 := prompts.Read(filepath.Join(*dir, "secrets.jsonl.gz"))
	if err := errors.Join(err1, err2, err3); err != nil {
		log.Fatal(err)
	}
	var t table
	t.show = *show
	wordlists(&t, asked, words)
	personalData(&t, asked, words)
	secrets(&t, asked, words, keys)
	injections(&t, asked)
	if !t.print() {
		os.Exit(1)
	}
}

// measure is a share and what it is to be.
type measure struct {
	what   string
	found  int
	n      int
	least  bool // the target is the least share, else the most
	target float64
}

// table is what was measured.
type table struct {
	measures []measure
	show     int
}

// atLeast and atMost measure which share of texts a test is true of.
func (t *table) atLeast(target float64, what string, texts []string, found func(text string) bool) {
	t.add(measure{what: what, least: true, target: target}, texts, found)
}

func (t *table) atMost(target float64, what string, texts []string, found func(text string) bool) {
	t.add(measure{what: what, target: target}, texts, found)
}

func (t *table) add(m measure, texts []string, found func(text string) bool) {
	shown := 0
	for _, text := range texts {
		m.n++
		hit := found(text)
		if hit {
			m.found++
		}
		if hit != m.least && shown < t.show {
			shown++
			fmt.Printf("%s: %.200q\n", m.what, text)
		}
	}
	t.measures = append(t.measures, m)
}

// print prints the table, and tells whether every target is reached.
func (t *table) print() bool {
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "what\tmeasured\ttarget\ttexts\t")
	reached := len(t.measures) > 0
	for _, m := range t.measures {
		if m.n == 0 {
			log.Fatalf("%s: no case; want labelled texts of that kind", m.what)
		}
		share, bound, verdict := float64(m.found)/float64(m.n), "at most ", ""
		if m.least {
			bound = "at least "
		}
		if m.least && share < m.target || !m.least && share > m.target {
			verdict, reached = "missed", false
		}
		fmt.Fprintf(w, "%s\t%s\t%s%s\t%d\t%s\n", m.what, number(share), bound, number(m.target), m.n, verdict)
	}
	w.Flush()
	return reached
}

// number writes a share with four digits at most.
func number(share float64) string {
	return strings.TrimSuffix(strings.TrimRight(fmt.Sprintf("%.4f", share), "0"), ".")
}
