package main

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

var none = math.NaN()

func TestSpread(t *testing.T) {
	for _, c := range []struct {
		rounds []float64
		want   *spread
	}{
		{nil, nil},
		{[]float64{none, none}, nil},
		{[]float64{3}, &spread{3, 3, 3}},
		{[]float64{3, 1, 2}, &spread{2, 1, 3}},
		{[]float64{4, none, 1, 2, 100}, &spread{3, 1, 100}},
	} {
		given := slices.Clone(c.rounds)
		require.Equal(t, c.want, spreadOf(c.rounds), "%v", given)
		require.Len(t, c.rounds, len(given))
		for i := range given {
			require.True(t, given[i] == c.rounds[i] || math.IsNaN(given[i]), "%v was changed to %v", given, c.rounds)
		}
	}
}

func TestQuantiles(t *testing.T) {
	hundred := make([]float64, 101)
	for i := range hundred {
		hundred[i] = float64(100 - i)
	}
	for _, c := range []struct {
		numbers []float64
		q, want float64
	}{
		{[]float64{7}, 0, 7},
		{[]float64{7}, 0.99, 7},
		{[]float64{2, 1}, 0.5, 1.5},
		{[]float64{2, 1, 9}, 1, 9},
		{hundred, 0.5, 50},
		{hundred, 0.99, 99},
		{hundred, 0.999, 99.9},
	} {
		require.InDelta(t, c.want, quantiles(slices.Clone(c.numbers), c.q)[0], 1e-9, "quantile %v of %v", c.q, c.numbers)
	}
	require.True(t, math.IsNaN(quantile(nil, 0.5)))
}

func TestPairs(t *testing.T) {
	a, b := []float64{2, 9, none, 8}, []float64{1, 3, 5, none}
	require.Equal(t, &spread{2.5, 2, 3}, spreadOf(pairs(a, b, ratio)))
	require.Equal(t, &spread{3.5, 1, 6}, spreadOf(pairs(a, b, difference)))
	require.Empty(t, pairs(a, nil, ratio))
}

func TestTurn(t *testing.T) {
	for n := 1; n <= 6; n++ {
		first, behind := map[int]int{}, map[[2]int]int{}
		for round := range 2 * n {
			order := turn(n, round)
			first[order[0]]++
			for i := 1; i < n; i++ {
				behind[[2]int{order[i-1], order[i]}]++
			}
			slices.Sort(order)
			for i := range order {
				require.Equal(t, i, order[i], "round %d of %d subjects", round, n)
			}
		}
		require.Len(t, first, n, "each of %d subjects is first in some round", n)
		for pair, times := range behind {
			require.Equal(t, times, behind[[2]int{pair[1], pair[0]}], "%v of %d subjects", pair, n)
		}
	}
}
