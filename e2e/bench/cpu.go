package main

import (
	"errors"
	"fmt"
	"time"
)

// conns is the number of connections of closed loops: enough to keep Envoy busy, few enough that none waits long.
const conns = 4

// seldom is how many rounds large bodies have one slice in, which is that much longer.
const seldom = 4

// warm is how many slices go before the first round: V8 compiles what runs often once more.
const warm = 5

// slice is how long a lane's turn takes, if there are so many rounds.
func (b *bench) slice(rounds int) time.Duration {
	return time.Duration(b.seconds / float64(rounds) * float64(time.Second))
}

// processor is the processor time that f takes of a subject, in microseconds for each of what f counts.
func (s *subject) processor(f func() (int, error)) ([]float64, error) {
	before, err := s.CPU()
	if err != nil {
		return nil, err
	}
	n, err := f()
	after, err2 := s.CPU()
	return []float64{micros(after-before) / float64(n)}, errors.Join(err, err2)
}

// cpu is the processor time per request of whole bodies.
func (b *bench) cpu() (rows []row, err error) {
	subjects, err := b.subjects(plain, empty, nothing, redact, detect)
	if err != nil {
		return nil, err
	}
	var sizes []*exchange
	for _, e := range b.upstream.whole {
		if !b.quick || e.name == "1 KB" || e.name == "100 KB" {
			sizes = append(sizes, e)
		}
	}
	span := b.slice(b.rounds)
	lanes := len(sizes) * len(subjects)
	broken := make([]error, lanes)
	lane := func(i int) (*subject, *exchange) { return subjects[i%len(subjects)], sizes[i/len(subjects)] }
	for i := range lanes {
		s, e := lane(i)
		if broken[i] = s.verify(b.ctx, b.upstream, e); broken[i] == nil {
			_, broken[i] = s.closedLoop(b.ctx, conns, e, warm*span, 0)
		}
	}
	// All sizes are in one rotation, so that they can be held against each other, too.
	all, err := interleave(b.ctx, b.rounds, 1, lanes, func(round, i int) ([]float64, error) {
		s, e := lane(i)
		span := span
		if e.size >= 1<<20 { // few fit into a slice
			span *= seldom
		}
		switch {
		case broken[i] != nil:
			return nil, broken[i]
		case e.size >= 1<<20 && round%seldom != 0:
			return nil, nil
		}
		return s.processor(func() (int, error) { return s.closedLoop(b.ctx, conns, e, span, 0) })
	})
	if err != nil {
		return nil, err
	}
	for i, e := range sizes {
		var targets map[*kind]string
		if i == 0 {
			targets = map[*kind]string{empty: "(for comparison)", nothing: "at most 1.60x", redact: "at most 2.20x"}
		}
		rows = append(rows, all.rows(row{Case: e.name, Unit: "us"}, subjects, i*len(subjects), 0, times, targets)...)
	}
	for i := 1; i < len(sizes); i++ {
		if from, to := sizes[i-1], sizes[i]; to.size >= 100<<10 {
			rows = append(rows, growth(all, subjects, i*len(subjects), from, to)...)
		}
	}
	return rows, nil
}

// growth is what each further KB of both bodies costs, from one size to the next, which has its lanes from first on.
func growth(all *series, subjects []*subject, first int, from, to *exchange) []row {
	grown := &series{failures: all.failures[first:]}
	for i := first; i < first+len(subjects); i++ {
		grown.numbers = append(grown.numbers, [][]float64{pairs(all.numbers[i][0], all.numbers[i-len(subjects)][0], func(large, small float64) float64 {
			return (large - small) / float64(to.size-from.size) * 1024
		})})
	}
	r := row{Case: fmt.Sprintf("each KB from %s to %s", from.name, to.name), Unit: "us"}
	return grown.rows(r, subjects, 0, 0, more, map[*kind]string{
		redact: "the same from size to size",
		detect: "at most +24.6 us: 12 ns a byte each way",
	})
}
