package main

import (
	"math"
	"slices"
)

// spread is what the rounds gave: one number for each would say more than is known on a machine that others use, too.
type spread struct {
	Median float64 `json:"median"`
	Min    float64 `json:"min"`
	Max    float64 `json:"max"`
}

// spreadOf leaves out rounds that gave nothing, which are NaN. It is nil where none gave anything.
func spreadOf(rounds []float64) *spread {
	sorted := slices.Clone(rounds)
	sorted = slices.DeleteFunc(sorted, math.IsNaN)
	if len(sorted) == 0 {
		return nil
	}
	slices.Sort(sorted)
	return &spread{quantile(sorted, 0.5), sorted[0], sorted[len(sorted)-1]}
}

// quantile of sorted numbers, q from 0 to 1, interpolated between neighbours. It is NaN where there are none.
func quantile(sorted []float64, q float64) float64 {
	if len(sorted) == 0 {
		return math.NaN()
	}
	at := q * float64(len(sorted)-1)
	low := int(at)
	if low == len(sorted)-1 {
		return sorted[low]
	}
	return sorted[low] + (at-float64(low))*(sorted[low+1]-sorted[low])
}

// quantiles of numbers, which it sorts.
func quantiles(numbers []float64, qs ...float64) []float64 {
	slices.Sort(numbers)
	of := make([]float64, len(qs))
	for i, q := range qs {
		of[i] = quantile(numbers, q)
	}
	return of
}

// pairs combines what two subjects gave in the same round: what disturbed one has likely disturbed the other.
func pairs(a, b []float64, combine func(a, b float64) float64) []float64 {
	c := make([]float64, min(len(a), len(b)))
	for i := range c {
		c[i] = combine(a[i], b[i]) // NaN where either is
	}
	return c
}

func ratio(a, b float64) float64      { return a / b }
func difference(a, b float64) float64 { return a - b }

// turn is the order of n subjects in a round. Each comes first, and behind each other one, about as often as any: otherwise what one leaves
// behind, in the processor's caches or its clock, would always be the same one's luck.
func turn(n, round int) []int {
	order := make([]int, n)
	for i := range order {
		order[i] = (i + round/2) % n
	}
	if round%2 == 1 {
		slices.Reverse(order)
	}
	return order
}
