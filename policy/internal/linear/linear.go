// Package linear holds what scanners cost on crafted texts against what they cost on prose: for tests alone.
package linear

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Prose is ordinary text, a megabyte of it.
var Prose = strings.Repeat("In 2023 the committee met 14 times; it heard that costs had risen by 3.5 %, and that nobody knew why. "+
	"The chair, who had been there since the beginning, said so (again): we must look at what we did before. ", 5000)

// Check has a scan read each unit over and over, some and eight times as much. The bounds are generous, and the least of many runs counts:
// a busy machine makes it more, and never less. With COSTS in the environment all costs are logged.
func Check(t *testing.T, scan func(text string), units []string) {
	const size = 1 << 18
	ordinary := cost(scan, Prose[:size])
	for _, unit := range units {
		small := cost(scan, strings.Repeat(unit, size/8/len(unit)+1))
		text := strings.Repeat(unit, size/len(unit)+1)
		large := cost(scan, text)
		for range 20 {
			if large >= 4*small+20 || large >= 250*ordinary+100 {
				large = min(large, cost(scan, text))
			}
		}
		if os.Getenv("COSTS") != "" {
			t.Logf("%8.1f ns per byte: %q (prose %.2f)", large, unit, ordinary)
		}
		require.Less(t, large, 4*small+20, "%q: eight times the text costs more than eight times the time", unit)
		require.Less(t, large, 250*ordinary+100, "%q: ns per byte; prose costs %.2f", unit, ordinary)
	}
}

// cost is what the quickest of some runs over a text took, in nanoseconds per byte.
func cost(scan func(text string), text string) float64 {
	best := time.Hour
	for range 3 {
		start := time.Now()
		scan(text)
		best = min(best, time.Since(start))
	}
	return float64(best.Nanoseconds()) / float64(len(text))
}
