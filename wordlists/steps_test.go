//go:build !wasm

package wordlists

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// most is how many steps a byte of a long text may cost. What an ordinary text costs is some hundredths.
const most = 8

// stepsOf counts the steps of a text, given in pieces of so many bytes, whole if 0.
func stepsOf(text string, piece int) int {
	s := Builtin().Scanner(built)
	scan(&s, text, piece)
	return s.n
}

func TestOrdinaryTextCostsNoSteps(t *testing.T) {
	text := fill(prose, 100_000)
	require.Less(t, stepsOf(text, 0), len(text)/10)
	text = fill("The café sold 1,200 cups by 7:45 on the 3rd, up 8.4% to $12.6 million; \"it's fine\", said Zoë. A B2B deal is 100% safe (see p. 7). ", 100_000)
	require.Less(t, stepsOf(text, 0), len(text))
}

func TestStepsAreLinear(t *testing.T) {
	for _, unit := range []string{
		"u", "@", "*", "_", "1", "!", "a*", "a$", "sh1t ", "f u c k ", "a ", "1a", "f**k ", "b*st*rd ", "f*** ", "shit!", "sh1t!", "sh1t!shit!", "shit pussy cat ",
		"f u c k, ", "f u c k. shit ", "fu\u200bck ", "\u0301", "\u200b", "\u200b ", "a\u200b", "ｆｕｃｋ ", "été ", "éé ", "é é ", "aа", "a\xff", "a@$!", "_t!\xff",
		"fuuuck ", "a*a*a* ", "1!", "i1l", "l1l1l1l1 ", "bassss", "аѕѕhоlе ", "f\u0336u\u0336c\u0336k\u0336 ", "\xff", "\xf0\x9f\x96", "é\xd0$", "2a*\xcc",
		"*f\xcc\xd0аa*\xffo", "do anything ", "ignore all of the above instruction ", "fuck shit ", "motherfuck3r ", "moth3rfuckin1 ", "m*th*rf*ck*r ",
	} {
		for _, piece := range []int{0, 1000} {
			text := fill(unit, 50_000)
			require.Less(t, stepsOf(text, piece), most*len(text), "%q by %d", unit, piece)
		}
	}
}

// Matches of a long run of symbols and words are found before the automaton comes there, but not far before.
func TestLongRunsHoweverCut(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 12))
	for range 60 {
		var b strings.Builder
		for b.Len() < 6*maxWord {
			b.WriteString([]string{"sh1t", "shit", "f*ck", "a$$", "x", "!", "@", "*", "|", "12", "é", "_", "\u200b"}[r.IntN(13)])
		}
		text := b.String()
		want := split(t, Builtin(), built, text)
		require.NotEmpty(t, want)
		for range 20 {
			cuts := cuts(r, len(text))
			require.Equal(t, want, split(t, Builtin(), built, text, cuts...), "%q cut at %v", text, cuts)
		}
	}
}

// FuzzSteps looks for a text that costs more than all others, when it is said over and over.
func FuzzSteps(f *testing.F) {
	for _, row := range disguises(f) {
		f.Add(row[0], "")
	}
	f.Add("sh1t!", "shit!")
	f.Add("shit ", "pussy cat ")
	f.Fuzz(func(t *testing.T, first, second string) {
		if len(first)+len(second) == 0 || len(first)+len(second) > 200 {
			return
		}
		for _, text := range []string{fill(first+second, 5000), fill(first+" ", 2500) + fill(second+" ", 2500)} {
			require.Less(t, stepsOf(text, 0), most*len(text), "%q, %q", first, second)
		}
	})
}
