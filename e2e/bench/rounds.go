package main

import (
	"context"
	"fmt"
	"math"
)

// series is what rounds gave: a number for each lane, measure and round, NaN where the lane failed.
type series struct {
	numbers  [][][]float64
	failures []string // by lane
}

// interleave has lanes take turns, round after round, in short slices: whatever disturbs the machine for longer than that, and whatever
// drifts, meets all of them alike. A slice gives the measures of one lane, none if it sits the round out. It fails only with ctx.
func interleave(ctx context.Context, rounds, measures, lanes int, slice func(round, lane int) ([]float64, error)) (*series, error) {
	s := &series{numbers: make([][][]float64, lanes), failures: make([]string, lanes)}
	failed := make([]int, lanes)
	for i := range s.numbers {
		s.numbers[i] = make([][]float64, measures)
	}
	for round := range rounds {
		for _, i := range turn(lanes, round) {
			got, err := slice(round, i)
			if ctx.Err() != nil {
				return nil, context.Cause(ctx)
			}
			if err != nil {
				failed[i]++
				s.failures[i] = fmt.Sprintf("%d of %d rounds, the last with %.160s", failed[i], rounds, err.Error())
			}
			for m := range measures {
				n := math.NaN()
				if err == nil && got != nil {
					n = got[m]
				}
				s.numbers[i][m] = append(s.numbers[i][m], n)
			}
		}
	}
	return s, nil
}

// rows are those of a measure of subjects that have lanes one after the other, the plain Envoy first.
func (s *series) rows(r row, subjects []*subject, first, measure int, by string, targets map[*kind]string) (rows []row) {
	for i, subject := range subjects {
		own := r.of(subject.kind)
		own.Failure, own.Target = s.failures[first+i], targets[subject.kind]
		if i > 0 {
			own = own.beside(s.numbers[first+i][measure], s.numbers[first][measure], by)
		}
		own.Value = spreadOf(s.numbers[first+i][measure])
		rows = append(rows, own)
	}
	return rows
}
