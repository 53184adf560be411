package wordlists

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Every entry must find itself in its list alone, and no two languages share a bit.
func TestEveryEntryOfALanguageIsFound(t *testing.T) {
	all := CompileLanguages(Languages)
	for heading, lines := range sections(t, "lists/languages.txt") {
		l, ok := ParseList("profanity_" + strings.Trim(heading, "[]"))
		require.True(t, ok, heading)
		require.True(t, Languages.Has(l), heading)
		require.Greater(t, len(lines), 10, heading)
		one := CompileLanguages(1 << l)
		for _, line := range lines {
			want := []Match{{2, 2 + len(line), 1 << l}}
			for _, m := range []*Matcher{one, all} {
				require.Subset(t, split(t, m, 1<<l, ". "+line+"."), want, "%s %q", heading, line)
			}
		}
		require.Empty(t, split(t, one, 1<<l, "In the middle of the night, the old lighthouse keeper climbed the stairs."), heading)
	}
}

func TestLanguages(t *testing.T) {
	m := CompileLanguages(1<<languageOf("de") | 1<<languageOf("ru"))
	for _, row := range []struct{ text, want string }{
		{"So eine SCHEISSE, du Arschloch!", `"Arschloch" profanity_de`},
		{"Иди нахуй. Хуй", `"Хуй" profanity_ru`},
		{"merde", `nothing`},
		{"Das ist ein ganz gewöhnlicher Satz. Это обычное предложение.", `nothing`},
	} {
		require.Equal(t, row.want, say(row.text, split(t, m, Languages, row.text)), "%q", row.text)
	}
	require.Empty(t, split(t, CompileLanguages(0), Languages, "Arschloch"))
}

func languageOf(name string) List {
	l, _ := ParseList("profanity_" + name)
	return l
}

func TestParseList(t *testing.T) {
	for l := Profanity; l <= Custom; l++ {
		got, ok := ParseList(l.String())
		require.True(t, ok && got == l, "%s", l)
	}
	for name, want := range map[string]List{"profanity.strong": Profanity, "adult.strong": Adult} {
		got, ok := ParseList(name)
		require.True(t, ok && got == want, "%s", name)
	}
	for _, name := range []string{"", "Profanity", "profanity.", "profanity.worst", "profanity_xx", "dan.mild"} {
		_, ok := ParseList(name)
		require.False(t, ok, "%q", name)
	}
	require.LessOrEqual(t, int(Custom), 31, "bits of a Set")
}

func BenchmarkCompileLanguages(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		CompileLanguages(Languages)
	}
}
