package wordlists

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// split scans a text in pieces that end at the cuts, and asserts what a caller relies on.
func split(t testing.TB, m *Matcher, lists Set, text string, cuts ...int) []Match {
	s := m.Scanner(lists)
	return splitWith(t, &s, text, cuts...)
}

func splitWith(t testing.TB, s *Scanner, text string, cuts ...int) (found []Match) {
	from := 0
	for _, cut := range append(cuts, len(text)) {
		if cut < from || cut > len(text) {
			continue
		}
		hits, n := s.Scan(text[from:cut], cut == len(text))
		require.True(t, 0 <= n && n <= cut-from, "%q cut at %v: %d bytes decided of %d", text, cuts, n, cut-from)
		for _, m := range hits {
			require.True(t, 0 <= m.Start && m.Start < m.End && m.End <= n, "%q cut at %v: %v is not within %d decided bytes", text, cuts, m, n)
			found = append(found, Match{m.Start + from, m.End + from, m.Lists})
		}
		from += n
		if cut == len(text) {
			require.Equal(t, len(text), from, "%q cut at %v: bytes decided", text, cuts)
			return found
		}
	}
	return found
}

// machines are small matchers that lean on everything an automaton can do, each with its oracle.
var machines = func() (all []struct {
	*Matcher
	oracle
}) {
	for _, words := range [][]string{
		{"ass", "kiss my ass", "my", "a", "a b", "b a", "a b a b c", "b c", "don", "don't", "can't"},
		{"été", "ÉTÉ chaud", "straße", "ΣΊΣΥΦΟΣ", "мат", "敏感", "感x", "敏", "テスト", "ห้าม", "k", "ſs", "🖕", "🖕 🖕", "c++", "$a$", "@", "a\u0301"},
	} {
		m, err := Compile(words)
		if err != nil {
			panic(err)
		}
		o := oracle{entries: map[string]Set{}}
		for _, w := range words {
			o.entries[w] = 1 << Custom
		}
		all = append(all, struct {
			*Matcher
			oracle
		}{m, o})
	}
	return all
}()

// pieces make random texts.
var pieces = strings.Split("ass|ASS|kiss|my|a|b|c|A|B| | |  |\n|\t|\u00a0|\u2003|.|,|-|'|’|'t|s|don|can|t|_|1|été|ÉTÉ|e\u0301|\u0301|straße|STRASSE|chaud|"+
	"σίσυφος|ΣΊΣΥΦΟΣ|ς|мат|МАТ|敏|感|x|テ|スト|テスト|ห้าม|้|K|ſ|s|🖕|\ufe0f|c++|C+|$|@|\xff|\xe6|\xe6\x95|\x8f|\xf0\x9f|it|do|anything|now", "|")

func random(r *rand.Rand, n int) string {
	var b strings.Builder
	for range n {
		b.WriteString(pieces[r.IntN(len(pieces))])
	}
	return b.String()
}

func TestScanIsTheOracleHoweverCut(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	matches := 0
	for n := range 3000 {
		text := random(r, 1+n%24)
		for i, m := range machines {
			want := m.find(text, 1<<Custom)
			matches += len(want)
			require.Equal(t, want, split(t, m.Matcher, 1<<Custom, text), "machine %d: %q", i, text)
			for cut := range len(text) {
				require.Equal(t, want, split(t, m.Matcher, 1<<Custom, text, cut), "machine %d: %q cut at %d", i, text, cut)
			}
			cuts := make([]int, 0, len(text))
			for cut := range len(text) {
				if r.IntN(3) > 0 {
					cuts = append(cuts, cut)
				}
			}
			require.Equal(t, want, split(t, m.Matcher, 1<<Custom, text, cuts...), "machine %d: %q cut at %v", i, text, cuts)
		}
	}
	fmt.Println(matches)
}
