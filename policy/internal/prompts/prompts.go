// Package prompts reads labelled prompts, groups near-duplicates, and counts how well they are judged.
package prompts

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/usagepanda/usage-panda-envoy/policy/injection"
)

// Row is a prompt. Label 1 is an injection.
type Row struct {
	Source  string `json:"src"`
	Licence string `json:"lic"`
	Kind    string `json:"kind"`
	Label   int    `json:"label"`
	Text    string `json:"text"`
}

// Load reads the prompts*.jsonl.gz of a folder.
func Load(dir string) (rows []Row, err error) {
	names, err := filepath.Glob(filepath.Join(dir, "prompts*.jsonl.gz"))
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		more, err := Read(name)
		if err != nil {
			return nil, err
		}
		rows = append(rows, more...)
	}
	if len(rows) == 0 {
		return nil, fmt.Errorf("%s: no prompts; want prompts*.jsonl.gz there (-data DIR)", dir)
	}
	return rows, nil
}

// Tweets are the ordinary tweets of the folder's profanity.jsonl.gz, as harmless prompts of kind tweet.
func Tweets(dir string) (tweets []Row, err error) {
	rows, err := Read(filepath.Join(dir, "profanity.jsonl.gz"))
	for _, r := range rows {
		if r.Source == "davidson-neither" && r.Label == 0 {
			r.Kind = "tweet"
			tweets = append(tweets, r)
		}
	}
	return tweets, err
}

// Read reads gzipped JSON lines.
func Read(name string) (rows []Row, err error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	unzipped, err := gzip.NewReader(bufio.NewReader(file))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	for d := json.NewDecoder(unzipped); ; {
		var r Row
		switch err := d.Decode(&r); {
		case errors.Is(err, io.EOF):
			return rows, nil
		case err != nil:
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		rows = append(rows, r)
	}
}

// Groups gives each row the number of its group: texts that share a fifth of their runs of four words are in one, however long the chain.
func Groups(rows []Row) []int {
	parent := make([]int, len(rows))
	for i := range parent {
		parent[i] = i
	}
	var root func(int) int
	root = func(i int) int {
		for parent[i] != i {
			i = parent[i]
		}
		return i
	}
	has := map[string][]int{}
	sizes := make([]int, len(rows))
	for i, r := range rows {
		words := strings.Fields(strings.ToLower(r.Text))
		n := min(4, len(words))
		seen := map[string]bool{}
		for k := 0; k+n <= len(words) && k < 600; k++ {
			if s := strings.Join(words[k:k+n], " "); !seen[s] {
				seen[s] = true
				if len(has[s]) < 200 {
					has[s] = append(has[s], i)
				}
			}
		}
		sizes[i] = len(seen)
	}
	shared := map[[2]int]int{}
	for _, in := range has {
		for a := range in {
			for b := a + 1; b < len(in); b++ {
				shared[[2]int{in[a], in[b]}]++
			}
		}
	}
	for p, n := range shared {
		if a, b := root(p[0]), root(p[1]); a != b && n*5 >= min(sizes[p[0]], sizes[p[1]]) {
			parent[max(a, b)] = min(a, b)
		}
	}
	// Large groups first, each to a number of its own, so that parts of them are of a size.
	number, next := map[int]int{}, 0
	groups := make([]int, len(rows))
	for i := range rows {
		r := root(i)
		if _, known := number[r]; !known {
			number[r], next = next, next+1
		}
		groups[i] = number[r]
	}
	return groups
}

// Table counts what is found, by source and label.
type Table struct {
	lines  map[string]*[2]int
	scores map[string][]int // by label and kind
}

// Judge judges rows. With show it prints those that are judged wrongly.
func (t *Table) Judge(j *injection.Judge, threshold int, rows []Row, show bool) {
	if t.lines == nil {
		t.lines, t.scores = map[string]*[2]int{}, map[string][]int{}
	}
	for _, r := range rows {
		key := fmt.Sprintf("%d %-10s %s", r.Label, r.Kind, r.Source)
		if t.lines[key] == nil {
			t.lines[key] = &[2]int{}
		}
		_, score := j.Text(r.Text, 1) // all of it is judged
		found, _ := j.Text(r.Text, threshold)
		t.lines[key][1]++
		kind := strings.TrimSpace(key[:12])
		t.scores[kind] = append(t.scores[kind], score)
		if len(found) > 0 {
			t.lines[key][0]++
		}
		if show && len(found) > 0 != (r.Label == 1) {
			text := strings.Join(strings.Fields(r.Text), " ")
			for _, f := range found {
				fmt.Printf("    %s: %.120q\n", f.Rule, r.Text[f.Start:f.End])
			}
			fmt.Printf("%d %3d %s %.300s\n", r.Label, score, r.Source, text)
		}
	}
}

func (t *Table) String() string {
	var keys []string
	all := map[string]*[2]int{}
	for k, n := range t.lines {
		keys = append(keys, k)
		kind := strings.TrimSpace(k[:12])
		if all[kind] == nil {
			all[kind] = &[2]int{}
		}
		all[kind][0] += n[0]
		all[kind][1] += n[1]
	}
	slices.Sort(keys)
	var b strings.Builder
	fmt.Fprintf(&b, "%-44s %6s %6s %7s\n", "label, kind, source", "texts", "found", "share")
	for _, k := range keys {
		n := t.lines[k]
		fmt.Fprintf(&b, "%-44s %6d %6d %7.4f\n", k, n[1], n[0], float64(n[0])/float64(n[1]))
	}
	kinds := []string{}
	for k := range all {
		kinds = append(kinds, k)
	}
	slices.Sort(kinds)
	for _, k := range kinds {
		fmt.Fprintf(&b, "all %-40s %6d %6d %7.4f\n", k, all[k][1], all[k][0], float64(all[k][0])/float64(all[k][1]))
	}
	fmt.Fprintf(&b, "share found at a threshold of")
	for _, k := range kinds {
		fmt.Fprintf(&b, "%12s", k)
	}
	for _, at := range []int{20, 30, 40, 50, 60, 70, 80, 90} {
		fmt.Fprintf(&b, "\n%29d", at)
		for _, k := range kinds {
			n := 0
			for _, s := range t.scores[k] {
				if s >= at {
					n++
				}
			}
			fmt.Fprintf(&b, "%12.4f", float64(n)/float64(all[k][1]))
		}
	}
	b.WriteString("\n")
	return b.String()
}
