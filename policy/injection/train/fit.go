package main

import (
	"encoding/binary"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/usagepanda/usage-panda-envoy/policy/injection"
	"github.com/usagepanda/usage-panda-envoy/policy/internal/prompts"
)

const (
	buckets = 1 << 16
	power   = 0.5
	damping = 8 // as in the package
	epochs  = 12
	rate    = 0.5
	decay   = 2e-5 // of the squared weights
	seed    = 7
	shift   = 0.35 // so that the default threshold of 50 is where it is to be
)

// bag is the windows of a text: of an injection one of them must be bad, of a benign text none.
type bag struct {
	windows [][]uint32
	bad     bool
	weight  float64
}

// bags cuts texts into windows. A source counts as the square root of its texts, so that large ones do not drown the others, and a text
// counts once, however long it is.
func bags(rows []prompts.Row) (all []bag) {
	count := map[string]int{}
	for _, r := range rows {
		count[r.Source]++
	}
	for _, r := range rows {
		if r.Kind == "indirect" { // questions that are harmless by themselves
			continue
		}
		b := bag{bad: r.Label == 1, weight: 1}
		if n := count[r.Source]; n > 300 {
			b.weight = math.Sqrt(300 / float64(n))
		}
		injection.Windows(r.Text, func(features []uint32) {
			slices.Sort(features)
			if features = slices.Compact(features); len(features) > 0 && len(b.windows) < 40 {
				b.windows = append(b.windows, features)
			}
		})
		if len(b.windows) > 0 {
			all = append(all, b)
		}
	}
	return all
}

// learner is a logistic regression over binary features, by AdaGrad.
type learner struct {
	w, g  []float64
	b, gb float64
}

func (m *learner) logit(features []uint32) float64 {
	s := 0.0
	for _, f := range features {
		s += m.w[f]
	}
	return m.b + s/math.Pow(float64(len(features)+damping), power)
}

func (m *learner) step(features []uint32, bad bool, weight float64) {
	y := 0.0
	if bad {
		y = 1
	}
	d := weight * (1/(1+math.Exp(-m.logit(features))) - y)
	m.gb += d * d
	m.b -= rate * 0.3 * d / math.Sqrt(m.gb+1e-8)
	d /= math.Pow(float64(len(features)+damping), power)
	for _, f := range features {
		d := d + decay*m.w[f]
		m.g[f] += d * d
		m.w[f] -= rate * d / math.Sqrt(m.g[f]+1e-4)
	}
}

// fit trains a model, and writes it as the package reads it.
func fit(rows []prompts.Row) string {
	all := bags(rows)
	r := rand.New(rand.NewPCG(seed, seed))
	m := &learner{w: make([]float64, buckets), g: make([]float64, buckets)}
	for epoch := range epochs {
		r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		for _, b := range all {
			if !b.bad {
				worst := worstOf(m, b)
				for i, w := range b.windows {
					if i == worst || r.IntN(len(b.windows)) < 3 {
						m.step(w, false, b.weight)
					}
				}
				continue
			}
			if epoch < 2 { // all of them, until it is known which is bad
				for _, w := range b.windows {
					m.step(w, true, b.weight/float64(len(b.windows)))
				}
				continue
			}
			m.step(b.windows[worstOf(m, b)], true, b.weight)
			if i := r.IntN(len(b.windows)); i < 3 {
				m.step(b.windows[i], true, b.weight/2)
			}
		}
	}
	return m.encode()
}

func worstOf(m *learner, b bag) int {
	worst, at := math.Inf(-1), 0
	for i, w := range b.windows {
		if s := m.logit(w); s > worst {
			worst, at = s, i
		}
	}
	return at
}

// encode rounds the weights to bytes. One in ten thousand is cut.
func (m *learner) encode() string {
	sizes := make([]float64, len(m.w))
	for i, w := range m.w {
		sizes[i] = math.Abs(w)
	}
	slices.Sort(sizes)
	unit := sizes[len(sizes)-1-len(sizes)/10000] / 127
	b := make([]byte, 0, 12+buckets)
	for _, f := range []float64{m.b + shift, unit, power} {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(float32(f)))
	}
	for _, w := range m.w {
		b = append(b, byte(int8(math.Round(min(max(w/unit, -127), 127)))))
	}
	return string(b)
}
