package main

import (
	"math"
	"math/rand/v2"

	"github.com/usagepanda/usage-panda-envoy/policy/injection"
	"github.com/usagepanda/usage-panda-envoy/policy/internal/prompts"
)

const (
	wordUnit  = 0.05 // what one of a weight's 256 steps is worth, in logits
	wordRate  = 0.1
	wordDecay = 1e-4
	wordBias  = -4.0
	wordBar   = -7.0 // the logit from which on two blocks are judged
)

// fitWords learns what each word says, by itself, of whether the judge will find something in the two blocks around it.
func fitWords(rows []prompts.Row, j *injection.Judge) (bar int32, weights []int8) {
	type text struct {
		windows [][]int
		bad     bool
	}
	var all []text
	for _, r := range rows {
		if r.Kind == "indirect" || r.Label == 1 && !bad(j, r.Text) {
			continue
		}
		var blocks [][]int
		injection.Words(r.Text, func(h uint64, at int) {
			for injection.Block(at) >= len(blocks) {
				blocks = append(blocks, nil)
			}
			if h != 0 {
				blocks[injection.Block(at)] = append(blocks[injection.Block(at)], injection.Bucket(h))
			}
		})
		t := text{bad: r.Label == 1}
		for i := range blocks {
			if i+1 < len(blocks) || i == 0 {
				t.windows = append(t.windows, append(append([]int{}, blocks[i]...), blocks[min(i+1, len(blocks)-1)]...))
			}
		}
		if len(t.windows) > 40 {
			t.windows = t.windows[:40]
		}
		if len(t.windows) > 0 {
			all = append(all, t)
		}
	}
	w, g := make([]float64, buckets), make([]float64, buckets)
	logit := func(window []int) float64 {
		sum := wordBias
		for _, b := range window {
			sum += w[b]
		}
		return sum
	}
	step := func(window []int, y, weight float64) {
		d := weight * (1/(1+math.Exp(-logit(window))) - y)
		for _, b := range window {
			d := d + wordDecay*w[b]
			g[b] += d * d
			w[b] -= wordRate * d / math.Sqrt(g[b]+1e-2)
		}
	}
	random := rand.New(rand.NewPCG(seed, 3))
	for range epochs {
		random.Shuffle(len(all), func(a, b int) { all[a], all[b] = all[b], all[a] })
		for _, t := range all {
			worst, at := math.Inf(-1), 0
			for i, x := range t.windows {
				if s := logit(x); s > worst {
					worst, at = s, i
				}
			}
			if t.bad {
				step(t.windows[at], 1, 1)
				continue
			}
			for i, x := range t.windows {
				if i == at || random.IntN(len(t.windows)) < 3 {
					step(x, 0, 1)
				}
			}
		}
	}
	weights = make([]int8, buckets)
	for i := range w {
		weights[i] = int8(math.Round(min(max(w[i]/wordUnit, -127), 127)))
	}
	return int32(math.Round((wordBar - wordBias) / wordUnit)), weights
}
