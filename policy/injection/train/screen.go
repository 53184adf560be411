package main

import (
	"log"
	"math"
	"math/rand/v2"
	"os"
	"slices"

	"github.com/usagepanda/usage-panda-envoy/policy/injection"
	"github.com/usagepanda/usage-panda-envoy/policy/internal/prompts"
)

const (
	phrases  = 60   // texts that are made of each pattern
	together = 1500 // bytes of several benign texts, one after the other
	surround = 500  // bytes of a benign text before and behind them
	unit     = 0.1  // what one of a weight's steps is worth, in logits
	most     = 40   // windows of a text that are learned from
	bar      = -4.2 // the logit from which on two blocks are judged: most are not, and hardly anything is lost
	rarer    = 0.3  // what a text that is made of a pattern counts
	several  = 0.1  // what several benign texts do
)

// fitScreen learns what the first look goes by: what each word, and each pair of words of a rule, says of whether the judge will find something in
// the two blocks around it.
func fitScreen(rows []prompts.Row, model string) string {
	rules, err := os.ReadFile("policy/injection/rules.txt")
	if err != nil {
		log.Fatal(err)
	}
	patterns, disguised, err := injection.Patterns(string(rules))
	if err != nil {
		log.Fatal(err)
	}
	none := injection.Screen(nil, make([]int8, buckets+injection.Pairs), 0)
	j := injection.With(model, none)
	kinds := pairs(rows, patterns, disguised, none)
	known := injection.Screen(kinds, make([]int8, buckets+injection.Pairs), 0)
	random := rand.New(rand.NewPCG(seed, 2))
	var all []bag
	var benign []string
	add := func(text string, bad bool, weight float64) {
		if w := windowsOf(text, known); len(w) > 0 {
			all = append(all, bag{w, bad, weight})
		}
	}
	for _, r := range rows {
		switch {
		case r.Label == 0:
			benign = append(benign, r.Text)
			add(r.Text, false, 1)
		case r.Kind != "indirect" && bad(j, r.Text):
			add(r.Text, true, 1)
		}
	}
	for range benign { // in long texts a window is of several things
		var text string
		for len(text) < together {
			text += cut(benign[random.IntN(len(benign))], surround) + "\n"
		}
		add(text, false, several)
	}
	for _, p := range patterns {
		for n := range phrases {
			text := cut(benign[random.IntN(len(benign))], surround) + " "
			for _, words := range p {
				if n%2 == 0 { // the common words come first
					words = words[:min(len(words), 8)]
				}
				text += words[random.IntN(len(words))] + " "
			}
			text += cut(benign[random.IntN(len(benign))], surround)
			if bad(j, text) {
				add(text, true, rarer)
			}
		}
	}
	m := &learner{w: make([]float64, buckets+injection.Pairs), g: make([]float64, buckets+injection.Pairs), b: -4}
	for range epochs {
		random.Shuffle(len(all), func(a, b int) { all[a], all[b] = all[b], all[a] })
		for _, t := range all {
			worst := 0
			for i, w := range t.windows {
				if m.weigh(w) > m.weigh(t.windows[worst]) {
					worst = i
				}
			}
			for i, w := range t.windows {
				if i == worst || !t.bad && random.IntN(len(t.windows)) < 3 {
					m.learn(w, t.bad, t.weight)
				}
			}
		}
	}
	weights := make([]int8, len(m.w))
	for i, w := range m.w {
		limit := 63.0
		if i >= buckets {
			limit = 127
		}
		weights[i] = int8(math.Round(min(max(w/unit, -limit), limit)))
	}
	weights[buckets+injection.Pairs-1] = 127
	return injection.Screen(kinds, weights, m.b-bar)
}

// cut is the beginning of a text.
func cut(text string, n int) string { return text[:min(n, len(text))] }

// windowsOf are the features of the windows of two blocks of a text.
func windowsOf(text, screen string) (all [][]uint32) {
	var blocks [][]uint32
	injection.Words(text, screen, func(feature, block int, _ uint64) {
		for block >= len(blocks) {
			blocks = append(blocks, nil)
		}
		blocks[block] = append(blocks[block], uint32(feature))
	})
	for i := range blocks {
		if i == 0 {
			all = append(all, blocks[0])
		} else if i < most {
			all = append(all, slices.Concat(blocks[i-1], blocks[i]))
		}
	}
	return all
}

// weigh is the logit of a window, as the first look has it.
func (m *learner) weigh(window []uint32) float64 {
	words, n, pairs := 0.0, 0, 0.0
	for _, f := range window {
		if f >= buckets {
			pairs += m.w[f]
		} else {
			words += m.w[f]
			n++
		}
	}
	return m.b + pairs + max(words/math.Sqrt(float64(n+damping)), -injection.Least)
}

// learn is step for the first look.
func (m *learner) learn(window []uint32, bad bool, weight float64) {
	y, n, words := 0.0, 0, 0.0
	if bad {
		y = 1
	}
	for _, f := range window {
		if f < buckets {
			words += m.w[f]
			n++
		}
	}
	clipped := words/math.Sqrt(float64(n+damping)) < -injection.Least && !bad
	d := weight * (1/(1+math.Exp(-m.weigh(window))) - y)
	m.gb += d * d
	m.b -= rate * 0.3 * d / math.Sqrt(m.gb+1e-8)
	for _, f := range window {
		d := d
		if f < buckets && clipped {
			continue
		}
		if f < buckets {
			d /= math.Sqrt(float64(n + damping))
		}
		d += decay * m.w[f]
		m.g[f] += d * d
		m.w[f] -= rate * d / math.Sqrt(m.g[f]+1e-4)
	}
}

// bad tells whether the judge finds a text at the default threshold, whatever the first look says.
func bad(j *injection.Judge, text string) bool {
	_, score := j.Text(text, 1)
	return score >= injection.DefaultThreshold
}
