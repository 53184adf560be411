package main

import (
	"log"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strings"

	"github.com/usagepanda/usage-panda-envoy/policy/injection"
	"github.com/usagepanda/usage-panda-envoy/policy/internal/prompts"
)

// What the first look goes by: bytes in which suspicions add up, as in the package, and how its weights are learned.
const (
	nearby  = 105
	inTexts = 4    // a word must be in so many injections, or in a rule, to be suspicious
	least   = 1.26 // what an injection is to weigh
	most    = 0.8  // what a benign text may weigh
	rounds  = 60
	pace    = 0.02
	telling = 5      // so many times as often it must be in them as in benign texts
	alone   = 0.45   // what a word that is in no rule may weigh
	usual   = 100    // a word that one in so many benign texts has gains half
	shrink  = 0.0002 // of a weight where a benign text has the word
)

// sighting is a word that may be suspicious, and where it stands.
type sighting struct {
	word, at int
}

// suspect is a text, and the stretches of it in which suspicions add up: each ends at one of its words.
type suspect struct {
	words []sighting
	bad   bool
}

// fitScreen learns which words are suspicious: as few as are in all texts that the judge finds, and hardly in others.
func fitScreen(rows []prompts.Row, model string) string {
	j := injection.With(model, injection.Screen(nil, 0, make([]int8, buckets)))
	phrases, disguised := phrases()
	number := map[uint64]int{}
	var hashes []uint64
	count := map[uint64]int{}
	words := func(text string, each func(h uint64, at int)) {
		injection.Words(text, func(h uint64, at int) {
			if h != 0 {
				each(h, at)
			}
		})
	}
	once := func(text string, each func(h uint64)) {
		seen := map[uint64]bool{}
		words(text, func(h uint64, _ int) {
			if !seen[h] {
				seen[h] = true
				each(h)
			}
		})
	}
	learn := func(h uint64) {
		if _, known := number[h]; !known {
			number[h] = len(hashes)
			hashes = append(hashes, h)
		}
	}
	var found []string
	for _, r := range rows {
		if r.Label == 0 || r.Kind == "indirect" || r.Kind == "made" {
			continue
		}
		if len(r.Text) < 700 && bad(j, harmless+r.Text+harmless) {
			found = append(found, r.Text)
			once(r.Text, func(h uint64) { count[h]++ })
		}
	}
	natural, benign, good := len(found), map[uint64]int{}, 0
	for _, r := range rows {
		if r.Label == 0 {
			good++
			once(r.Text, func(h uint64) { benign[h]++ })
		}
	}
	for _, h := range slices.Sorted(maps.Keys(count)) {
		if n := count[h]; n >= inTexts && float64(n)/float64(natural) > telling*float64(benign[h]+1)/float64(good) {
			learn(h)
		}
	}
	inRules := map[uint64]bool{}
	for _, p := range phrases {
		if bad(j, harmless+p+harmless) {
			found = append(found, p)
			words(p, func(h uint64, _ int) {
				learn(h)
				inRules[h] = true
			})
		}
	}
	sight := func(text string) (s suspect) {
		words(text, func(h uint64, at int) {
			if n, known := number[h]; known {
				s.words = append(s.words, sighting{n, at})
			}
		})
		return s
	}
	var all []suspect
	for i, text := range found {
		if s := sight(text); len(s.words) > 0 {
			s.bad = true
			all = append(all, s)
			if i < natural && len(s.words) < 40 {
				all = append(all, s)
			}
		}
	}
	for _, r := range rows {
		if r.Label == 0 && r.Kind != "hardneg" && r.Kind != "made" {
			if s := sight(r.Text); len(s.words) > 0 {
				all = append(all, s)
			}
		}
	}
	// A word that many benign texts have is no good sign: it gains less.
	w, gain := make([]float64, len(hashes)), make([]float64, len(hashes))
	texts := 0.0
	for _, r := range rows {
		if r.Label == 0 && r.Kind != "made" {
			texts++
			once(r.Text, func(h uint64) {
				if n, known := number[h]; known {
					gain[n]++
				}
			})
		}
	}
	limit := make([]float64, len(hashes))
	for i, h := range hashes {
		if limit[i] = alone; inRules[h] {
			limit[i] = min(1, 1.2/(1+gain[i]*usual/texts))
		}
	}
	for i, n := range gain {
		gain[i] = pace / (1 + n*usual/texts)
		w[i] = gain[i]
	}
	random := rand.New(rand.NewPCG(seed, 2))
	for range rounds {
		random.Shuffle(len(all), func(a, b int) { all[a], all[b] = all[b], all[a] })
		for _, s := range all {
			if !s.bad {
				for _, x := range s.words {
					w[x.word] = max(0, w[x.word]-shrink*(1-gain[x.word]/pace))
				}
			}
			from, to, sum := heaviest(s.words, w)
			switch part := s.words[from:to]; {
			case s.bad && sum < least:
				for _, x := range part {
					w[x.word] = min(limit[x.word], w[x.word]+gain[x.word])
				}
			case !s.bad && sum > most:
				for _, x := range part {
					w[x.word] = max(0, w[x.word]-pace/2)
				}
			}
		}
	}
	weights := map[uint64]byte{}
	for i, h := range hashes {
		if w[i] >= 0.03 {
			weights[h] = byte(min(255, 100*w[i]+0.5))
		}
	}
	for _, text := range disguised {
		words(text, func(h uint64, _ int) { weights[h] = max(weights[h], 61) })
	}
	bar, every := fitWords(rows, j)
	return injection.Screen(weights, bar, every)
}

// harmless stands around short injections, which are looked at first only within longer texts.
const harmless = " The committee met on Tuesday and talked about the budget for the coming year, which is a little larger than the last one. Nobody " +
	"was against the new roof of the school, and the mayor thanked those who had come in spite of the rain. "

// bad tells whether the judge finds a text at the default threshold, whatever the first look says.
func bad(j *injection.Judge, text string) bool {
	_, score := j.Text(text, 1)
	return score >= injection.DefaultThreshold
}

// heaviest is the stretch of words that weighs most.
func heaviest(words []sighting, w []float64) (from, to int, sum float64) {
	start, now := 0, 0.0
	for i, x := range words {
		now += w[x.word]
		for words[start].at < x.at-nearby {
			now -= w[words[start].word]
			start++
		}
		if now > sum || i == 0 {
			from, to, sum = start, i+1, now
		}
	}
	return from, to, sum
}

// phrases are texts that fit the rules, and the injections that the package's tests know.
func phrases() (all, disguised []string) {
	rules, err := os.ReadFile("policy/injection/rules.txt")
	if err != nil {
		log.Fatal(err)
	}
	tests, err := os.ReadFile("policy/injection/testdata/texts.txt")
	if err != nil {
		log.Fatal(err)
	}
	if all, disguised, err = injection.Phrases(string(rules)); err != nil {
		log.Fatal(err)
	}
	for line := range strings.Lines(string(tests)) {
		if text, found, ok := strings.Cut(line, " => "); ok && found != "nothing\n" && !strings.Contains(text, "\\") {
			all = append(all, text)
		}
	}
	return all, disguised
}
