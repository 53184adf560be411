// Package linear holds how much scanners do on crafted texts against the texts' lengths: for tests alone.
package linear

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Prose is ordinary text, a megabyte of it.
var Prose = strings.Repeat("In 2023 the committee met 14 times; it heard that costs had risen by 3.5 %, and that nobody knew why. "+
	"The chair, who had been there since the beginning, said so (again): we must look at what we did before. ", 5000)

// check has a scan, which returns how many steps it took, read each unit over and over, some and eight times as much. For each byte it may
// take so many steps at most: a step is a byte that is looked at, or what takes as long. Nothing here takes the time, so that a busy machine
// makes no difference.
func check(t testing.TB, scan func(text string) (steps int), most float64, units ...string) {
	const size = 1 << 11
	for _, unit := range units {
		small, large := cost(scan, unit, size), cost(scan, unit, 8*size)
		require.Less(t, large, most, "%q: steps for each byte", unit)
		require.Less(t, large, 1.5*small+1, "%q: eight times the text costs more than eight times as many steps", unit)
	}
}

// Test checks crafted texts, and that prose costs less than a step for each byte.
func Test(t *testing.T, scan func(text string) (steps int), most float64, crafted ...string) {
	check(t, scan, most, crafted...)
	require.Less(t, scan(Prose), len(Prose), "prose")
}

// cost is how many steps a scan takes for each byte of a text that is one unit over and over.
func cost(scan func(text string) int, unit string, size int) float64 {
	text := strings.Repeat(unit, size/len(unit)+1)
	return float64(scan(text)) / float64(len(text))
}

// Fuzz looks for a unit that costs more: some of the known ones together, each byte of a recipe stands for one, and something else.
func Fuzz(f *testing.F, scan func(text string) (steps int), most float64, units []string) {
	for i, unit := range units {
		f.Add([]byte{byte(i)}, unit)
	}
	f.Fuzz(func(t *testing.T, recipe []byte, unit string) {
		for _, b := range recipe[:min(len(recipe), 1<<8)] {
			unit += units[int(b)%len(units)]
		}
		if unit != "" {
			check(t, scan, most, unit[:min(len(unit), 1<<10)])
		}
	})
}
