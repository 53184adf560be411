package wordlists

import (
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// disguises are the rows of testdata/disguises.txt.
func disguises(t testing.TB) [][2]string { return rowsOf(t, "testdata/disguises.txt", 100) }

// found writes what was found as the rows do.
func found(text string, matches []Match) string {
	var all []string
	for _, m := range matches {
		all = append(all, strconv.Quote(text[m.Start:m.End]))
	}
	if all == nil {
		return "nothing"
	}
	return strings.Join(all, " ")
}

func TestDisguises(t *testing.T) {
	for _, row := range disguises(t) {
		require.Equal(t, row[1], found(row[0], split(t, Builtin(), 1<<Profanity, row[0])), "%q", row[0])
	}
}

func TestDisguisesHoweverCut(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	var all strings.Builder
	for _, row := range disguises(t) {
		all.WriteString(row[0] + "\n")
		text := "we " + row[0] + " so"
		want := split(t, Builtin(), built, text)
		for cut := range len(text) {
			require.Equal(t, want, split(t, Builtin(), built, text, cut), "%q cut at %d", text, cut)
		}
		every := make([]int, len(text))
		for i := range every {
			every[i] = i
		}
		require.Equal(t, want, split(t, Builtin(), built, text, every...), "%q cut everywhere", text)
	}
	want := split(t, Builtin(), built, all.String())
	for range 100 {
		cuts := cuts(r, all.Len())
		require.Equal(t, want, split(t, Builtin(), built, all.String(), cuts...), "cut at %v", cuts)
	}
}

// masks make random disguises.
var masks = strings.Split("f|u|c|k|s|h|i|t|a|b|e|n|g|r|F|U|x|4|3|1|0|5|7|2|@|$|!|*|**|#|_|-|.| |  |\n|,|/|=|'|uu|uuu|ss|\u200b|\u0301|\u0336|ｆ|ｕ|𝐜|𝐤|с|ѕ|а|о|é|ü|д|漢|🖕|\xff|\xd0|"+
	"fu|ck|fuck|shit|sh|it|as|ass|hole|bi|tch|pussy cat|pussy|cat|a|i|u|you|the|f u c k|b.i.t.c.h", "|")

func disguised(r *rand.Rand, n int) string {
	var b strings.Builder
	gap := []string{"", "", "", " ", ".", "\u200b"}[r.IntN(6)]
	for range n {
		b.WriteString(masks[r.IntN(len(masks))] + gap)
	}
	return b.String()
}

func TestRandomDisguisesHoweverCut(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 10))
	matches := 0
	for n := range 12000 {
		text := disguised(r, 1+n%14)
		want := split(t, Builtin(), built, text)
		matches += len(want)
		for cut := range len(text) {
			require.Equal(t, want, split(t, Builtin(), built, text, cut), "%q cut at %d", text, cut)
		}
		for range 3 {
			cuts := cuts(r, len(text))
			require.Equal(t, want, split(t, Builtin(), built, text, cuts...), "%q cut at %v", text, cuts)
		}
	}
	require.Greater(t, matches, 2000, "matches in the random texts")
}

func TestCustomDisguisesHoweverCut(t *testing.T) {
	m := custom("shit", "fuck", "bitch", "pussy cat", "pussy", "as", "1a", "f*ck", "fu", "été").Matcher
	r := rand.New(rand.NewPCG(13, 14))
	matches := 0
	for n := range 6000 {
		text := disguised(r, 1+n%14)
		want := split(t, m, 1<<Custom, text)
		matches += len(want)
		for cut := range len(text) {
			require.Equal(t, want, split(t, m, 1<<Custom, text, cut), "%q cut at %d", text, cut)
		}
		cuts := cuts(r, len(text))
		require.Equal(t, want, split(t, m, 1<<Custom, text, cuts...), "%q cut at %v", text, cuts)
	}
	require.Greater(t, matches, 1000, "matches in the random texts")
}

func FuzzDisguises(f *testing.F) {
	for _, row := range disguises(f) {
		f.Add(row[0], uint64(1))
	}
	f.Fuzz(func(t *testing.T, text string, seed uint64) {
		if len(text) > 1000 {
			return
		}
		r := rand.New(rand.NewPCG(seed, 0))
		want := split(t, Builtin(), built, text)
		require.Equal(t, want, split(t, Builtin(), built, text, cuts(r, len(text))...), "%q", text)
	})
}
