package main

import (
	"maps"
	"math"
	"slices"

	"github.com/usagepanda/usage-panda-envoy/policy/injection"
	"github.com/usagepanda/usage-panda-envoy/policy/internal/prompts"
)

// kind is a kind of pairs: the hashes of the words that they begin and end with, and how common those are in benign texts.
type kind struct {
	first, second map[uint64]bool
	a, b          float64
}

// pairs says of the words of rules which pairs they begin and end. Of each pattern two elements are taken that are rare in benign texts, and kinds
// that have the same words, or would not be much commoner together, are one.
func pairs(rows []prompts.Row, patterns []injection.Pattern, disguised []string, none string) map[uint64]injection.Kinds {
	count, total := map[uint64]float64{}, 0.0
	for _, r := range rows {
		if r.Label == 0 {
			injection.Words(r.Text, none, func(_, _ int, h uint64) {
				count[h]++
				total++
			})
		}
	}
	common := func(words map[uint64]bool) (sum float64) {
		for h := range words {
			sum += count[h]
		}
		return (sum + 1) / total
	}
	hashes := func(words []string) (all map[uint64]bool, usable bool) {
		all = map[uint64]bool{}
		unseen := 0
		for _, w := range words {
			n := len(all)
			injection.Words(w, none, func(_, _ int, h uint64) { all[h] = true })
			if len(all) == n {
				unseen++
			}
		}
		return all, len(all) > 0 && unseen*3 <= len(words)
	}
	alone := map[uint64]bool{}
	var all []kind
	for _, p := range patterns {
		var steps []map[uint64]bool
		for _, words := range p {
			if h, ok := hashes(words); ok {
				steps = append(steps, h)
			}
		}
		best := kind{a: math.Inf(1), b: 1}
		for i := range steps {
			for k := i + 1; k < len(steps); k++ {
				if a, b := common(steps[i]), common(steps[k]); a*b < best.a*best.b {
					best = kind{steps[i], steps[k], a, b}
				}
			}
		}
		switch {
		case best.first != nil:
			all = append(all, best)
		case len(steps) == 1 && len(p) == 1:
			maps.Copy(alone, steps[0])
		}
	}
	union := func(a, b map[uint64]bool) map[uint64]bool {
		u := maps.Clone(a)
		maps.Copy(u, b)
		return u
	}
	for len(all) > injection.Alone {
		least, x, y := math.Inf(1), 0, 0
		for i := range all {
			for k := i + 1; k < len(all); k++ {
				p, q := &all[i], &all[k]
				if max(p.a, q.a)*max(p.b, q.b)-p.a*p.b-q.a*q.b > least {
					continue
				}
				if more := common(union(p.first, q.first))*common(union(p.second, q.second)) - p.a*p.b - q.a*q.b; more < least {
					least, x, y = more, i, k
				}
			}
		}
		p, q := &all[x], &all[y]
		p.first, p.second = union(p.first, q.first), union(p.second, q.second)
		p.a, p.b = common(p.first), common(p.second)
		all = slices.Delete(all, y, y+1)
	}
	kinds := map[uint64]injection.Kinds{}
	set := func(words map[uint64]bool, first, second uint64) {
		for h := range words {
			k := kinds[h]
			kinds[h] = injection.Kinds{First: k.First | first, Second: k.Second | second}
		}
	}
	for i, k := range all {
		set(k.first, 1<<i, 0)
		set(k.second, 0, 1<<i)
	}
	set(alone, 0, 1<<injection.Alone)
	turned, _ := hashes(disguised)
	const last = injection.Pairs - 1
	set(turned, 1<<last, 1<<last)
	return kinds
}
