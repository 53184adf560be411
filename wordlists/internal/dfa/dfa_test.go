package dfa

import (
	"fmt"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"
)

func TestRuneFoldsAllCasesToOne(t *testing.T) {
	var odd []string
	for r := rune(0); r <= unicode.MaxRune; r++ {
		other := unicode.SimpleFold(r)
		fold, kind := Rune(r)
		next, nextKind := Rune(other)
		again, _ := Rune(fold)
		moved := other == r && r != fold && !('a' <= fold && fold <= 'z') && !strings.ContainsRune("’‘ʼ＇", r)
		if fold != next || kind != nextKind || fold != again || moved {
			odd = append(odd, fmt.Sprintf("%q folds to %q, %q to %q, that to %q", r, fold, other, next, again))
		}
	}
	require.Empty(t, odd)
}

func TestRuneKinds(t *testing.T) {
	const word = Before | After
	for _, row := range []struct {
		runes string
		want  Kind
	}{
		{"aZ09éßжӁλ가カー_²Ⅷ٣\u0301\u0903", word},
		{"漢ひห", 0},
		{"\u0e49\u102d", After},
		{"\ufe0f\ufe0e🖕.!?…。+$€@&%\x00\u200b\ufffd", 0},
		{" \t\n\r\u00a0\u2003\u3000\u2028", Space},
		{"-'’‘ʼ＇\u2010\u2011", Joint},
		{",;:\"“”«»()[]{}*/\\`~=<>|^#—–、", Soft},
	} {
		for _, r := range row.runes {
			_, got := Rune(r)
			require.Equal(t, row.want, got, "%q", r)
		}
	}
}

func TestFoldsToASCII(t *testing.T) {
	for r, want := range map[rune]rune{'Ａ': 'a', 'ｚ': 'z', '𝐀': 'a', '𝚣': 'z', '𝓯': 'f', 'ℎ': 'h', 'ℤ': 'z', '𝚤': '𝚤', 'A': 'a', 'K': 'k', 'ſ': 's', '’': '\'', 'ʼ': '\'', 'É': 'É', 'é': 'É'} {
		got, _ := Rune(r)
		require.Equal(t, want, got, "%q", r)
	}
}

func TestViewIsWhatWasBuilt(t *testing.T) {
	a, err := Build([]Entry{{"do anything now", 4}, {"ass", 3}, {"été", 1}}, Options{Soft: true, Strict: 3})
	require.NoError(t, err)
	encoded := string(a.Append([]byte("x")))
	require.Equal(t, a, View(encoded[1:]), "even at an odd address")
}

func TestBuildNumbersStatesByUnits(t *testing.T) {
	a, err := Build([]Entry{{"ab", 1}, {"a b", 2}, {"b", 4}}, Options{})
	require.NoError(t, err)
	state := a.Start
	for _, step := range []struct {
		c          byte
		own, below uint32
		depth      int
		accept     bool
	}{{'A', 0, 3, 1, false}, {' ', 0, 2, 2, false}, {'\t', 0, 2, 2, false}, {'b', 2, 0, 3, true}} {
		state = a.Next(state, step.c)
		require.Equal(t, step.own, a.Own(state), "own after %q", step.c)
		require.Equal(t, step.below, a.Below(state), "below after %q", step.c)
		require.Equal(t, step.depth, a.Depth(state), "depth after %q", step.c)
		require.Equal(t, step.accept, state >= a.Accept, "accept after %q", step.c)
	}
	require.Equal(t, uint32(4), a.Own(a.Fail(state)))
	require.Equal(t, uint16(Inside), a.Next(state, 'c'))
	require.Equal(t, uint16(Escape), a.Next(state, 0xC3))
}

func TestVeils(t *testing.T) {
	for _, row := range []struct {
		runes string
		style Veil
		as    string
	}{
		{"ｆＦ𝐟𝓕ⓕ🅕🄵🇫ᶠꜰ", Styled, "ffffffffff"},
		{"éÉçñöůƒ", Accented, "eecnouf"},
		{"аеосрхуіΑοικ", Daily, "aeocpxyiaoik"},
		{"ѕһԁӏ", Alien, "shdi"},
		{"\u200b\u200d\ufeff\u00ad\u0301\u0336\ufe0f\U000e0020", Unseen, ""},
		{"дß漢🖕_\ufffd", 0, ""},
	} {
		as := ""
		for _, r := range row.runes {
			v := VeilOf(r)
			require.Equal(t, row.style, v.Style(), "%q", r)
			if v.Style() != 0 && v.Style() != Unseen {
				as += string(v.Letter())
			}
		}
		require.Equal(t, row.as, as, row.runes)
	}
}

func TestOddTellsOfDisguises(t *testing.T) {
	a, err := Build([]Entry{{"ass", 3}, {"do anything now", 4}, {"f ck", 1}, {"at 7", 4}}, Options{Soft: true, Strict: 3, Odd: true})
	require.NoError(t, err)
	for text, want := range map[string]string{ // ^ where it is told
		"an ordinary text, 2026 of them. I am": "                                    ",
		"assss":                                "   ^ ",
		"zzz":                                  "  ^",
		"a5 5a at 7":                           " ^  ^     ",
		"a$ $a @":                              " ^ ^ ^^",
		"a*b a|":                               " ^ ^ ^",
		"* # 5*":                               "     ^",
		"a b c":                                "   ^ ",
		"a.f.c":                                "   ^ ",
		"a_b_c":                                "   ^ ",
		"1 3 4":                                "   ^ ",
	} {
		got := make([]byte, len(text))
		state := a.Start
		for i := range len(text) {
			got[i] = ' '
			to := a.Next(state, text[i])
			if to == a.Odd {
				got[i], to = '^', a.Behind(state, text[i])
			}
			state = to
		}
		require.Equal(t, want, string(got), text)
	}
}
