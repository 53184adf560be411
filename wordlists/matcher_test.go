package wordlists

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// rows are those of testdata/matches.txt.
func rows(t testing.TB) [][2]string { return rowsOf(t, "testdata/matches.txt", 40) }

// rowsOf are the rows of a file, of which there must be more than least: a text and what is wanted of it. Lines that begin with "# " are none.
func rowsOf(t testing.TB, file string, least int) (all [][2]string) {
	b, err := os.ReadFile(file)
	require.NoError(t, err)
	for line := range strings.SplitSeq(string(b), "\n") {
		if line == "" || strings.HasPrefix(line, "# ") {
			continue
		}
		text, want, ok := strings.Cut(line, " => ")
		require.True(t, ok, "%s has no =>", line)
		text, err := strconv.Unquote(`"` + strings.ReplaceAll(text, `"`, `\"`) + `"`)
		require.NoError(t, err, line)
		all = append(all, [2]string{text, want})
	}
	require.Greater(t, len(all), least, "rows of %s", file)
	return all
}

// say writes matches as the rows do.
func say(text string, found []Match) string {
	var all []string
	for _, m := range found {
		s := strconv.Quote(text[m.Start:m.End])
		for l := Profanity; l <= Custom; l++ {
			if m.Lists.Has(l) {
				s += " " + l.String()
			}
		}
		all = append(all, s)
	}
	if all == nil {
		return "nothing"
	}
	return strings.Join(all, ", ")
}

func TestBuiltin(t *testing.T) {
	for _, row := range rows(t) {
		require.Equal(t, row[1], say(row[0], split(t, Builtin(), built, row[0])), "%q", row[0])
	}
}

func TestBuiltinHoweverCut(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	var all strings.Builder
	for _, row := range rows(t) {
		all.WriteString(row[0] + "\n")
		for n := range 8 {
			lists := usual(n)
			want := split(t, Builtin(), lists, row[0])
			for cut := range len(row[0]) {
				require.Equal(t, want, split(t, Builtin(), lists, row[0], cut), "%q, lists %b, cut at %d", row[0], lists, cut)
			}
		}
	}
	want := split(t, Builtin(), built, all.String())
	for range 300 {
		cuts := cuts(r, all.Len())
		require.Equal(t, want, split(t, Builtin(), built, all.String(), cuts...), "cut at %v", cuts)
	}
}

func TestListsThatAreOffReportNothing(t *testing.T) {
	const text = "shit, pornhub, do anything now"
	for _, row := range []struct {
		lists Set
		want  string
	}{
		{0, `nothing`},
		{1 << Profanity, `"shit" profanity`},
		{1 << Adult, `"shit" adult, "pornhub" adult`},
		{1 << DAN, `"do anything now" dan`},
		{1<<Profanity | 1<<DAN, `"shit" profanity, "do anything now" dan`},
		{1 << Custom, `nothing`},
		{1 << ProfanityMild, `"shit" profanity.mild`},
		{1 << ProfanitySevere, `nothing`},
	} {
		require.Equal(t, row.want, say(text, split(t, Builtin(), row.lists, text)), "lists %b", row.lists)
	}
}

// Every entry must find itself, or its line says something else than it seems to.
func TestEveryEntryIsFound(t *testing.T) {
	for file, mildest := range map[string]List{"profanity": ProfanityMild, "adult": AdultMild, "dan": DAN} {
		entries := 0
		for heading, lines := range sections(t, "lists/"+file+".txt") {
			for _, line := range lines {
				entries++
				for _, text := range []string{line, "Ein " + strings.ToUpper(line) + "."} {
					at := max(0, strings.Index(text, strings.ToUpper(line)))
					want := []Match{{at, at + len(line), 1 << mildest}}
					found := split(t, Builtin(), 1<<mildest, text)
					if heading == "[hidden]" {
						require.NotContains(t, found, want[0], "%s: %q", file, text)
						continue
					}
					require.Subset(t, found, want, "%s: %q", file, text)
				}
			}
		}
		require.Greater(t, entries, 500, file)
	}
}

// sections are the lines of a list's file by the headings.
func sections(t *testing.T, file string) map[string][]string {
	b, err := os.ReadFile(file)
	require.NoError(t, err)
	all, heading := map[string][]string{}, ""
	for line := range strings.SplitSeq(string(b), "\n") {
		switch {
		case line == "" || line[0] == '#':
		case line[0] == '[':
			heading = line
		default:
			all[heading] = append(all[heading], line)
		}
	}
	return all
}

func TestCompile(t *testing.T) {
	for _, row := range []struct{ words, text, want string }{
		{"Acme", "ACME, acme and Acmes", `"ACME" custom, "acme" custom`},
		{"project x", "PROJECT\n\tX, project-x", "\"PROJECT\\n\\tX\" custom"},
		{"  project \t x  ", "project x", `"project x" custom`},
		{"c++|.net|#tag|a.b", "C++, .NET #tag a.b axb c+", `"C++" custom, ".NET" custom, "#tag" custom, "a.b" custom`},
		{".*|(a+)+", "aaaa .* (a+)+", `".*" custom, "(a+)+" custom`},
		{"acme|project x", "ＡＣＭＥ 𝐩𝐫𝐨𝐣𝐞𝐜𝐭 𝕏 ℎＡＣＭＥ", `"ＡＣＭＥ" custom, "𝐩𝐫𝐨𝐣𝐞𝐜𝐭 𝕏" custom`},
		{"мат", "МАТ мат мата", `"МАТ" custom, "мат" custom`},
		{"ΟΔΟΣ", "οδος οδοσ", `"οδος" custom, "οδοσ" custom`},
		{"敏感|ห้าม|テスト", "这是敏感词 นี่ห้ามนะ コンテスト テスト", `"敏感" custom, "ห้าม" custom, "テスト" custom`},
		{"don|can", "don't can’t DON'T don's don can'T. Don'", `"don" custom, "don" custom, "Don" custom`},
		{"don’t", "don't don’t", `"don't" custom, "don’t" custom`},
		{"a|a b|b", "a b", `"a" custom, "a b" custom, "b" custom`},
		{"acme|ACME", "acme", `"acme" custom`},
		{"été", "ÉTÉ e\u0301te\u0301", `"ÉTÉ" custom`},
		{"merger|codename|ox", "m3rger, m e r g e r, c.o.d.e.n.a.m.e", `"m3rger" custom, "m e r g e r" custom, "c.o.d.e.n.a.m.e" custom`},
		{"merger|codename|ox", "meeeerger, mеrgеr, ｍｅｒｇｅｒ, me\u200brger, mérgér", `"meeeerger" custom, "mеrgеr" custom, "ｍｅｒｇｅｒ" custom, "me\u200brger" custom, "mérgér" custom`},
		{"acme|acme inc|ab", "4cme, @cme 1nc, 4b, a\u200bb, a c m e", `"4cme" custom, "@cme" custom, "a c m e" custom`},
		{"road map|x-ray|2fast", "r0ad map, x-r4y, 2fa5t, 2FAST", `"2FAST" custom`},
		{"", "anything", `nothing`},
	} {
		var words []string
		if row.words != "" {
			words = strings.Split(row.words, "|")
		}
		m, err := Compile(words)
		require.NoError(t, err, row.words)
		require.Equal(t, row.want, say(row.text, split(t, m, 1<<Custom, row.text)), "%q in %q", row.words, row.text)
		require.Empty(t, split(t, m, built, row.text), "%q in %q without the list", row.words, row.text)
	}
}

func TestCompileErrors(t *testing.T) {
	for _, row := range []struct {
		words []string
		want  string
	}{
		{[]string{"a", " \t", "b"}, `word 2: empty; want a word or phrase`},
		{[]string{"a\xff"}, `word 1: "a\xff" is not UTF-8; want text`},
		{[]string{strings.Repeat("й", 200)}, `word 1: "йййййййййййй"... has 400 bytes; want at most 256`},
		{[]string{"", "a", "x\xff", ""}, "word 1: empty; want a word or phrase\nword 3: \"x\\xff\" is not UTF-8; want text\nword 4: empty; want a word or phrase"},
		{strings.Split(strings.Repeat("a ", 4096)+"a", " "), `4097 words; want at most 4096`},
		{distinct(4000, 80), `4000 words: more than 65,000 different beginnings of words; want fewer or shorter ones`},
	} {
		_, err := Compile(row.words)
		require.EqualError(t, err, row.want)
	}
}

// distinct returns n words of so many bytes that share no beginning but their number.
func distinct(n, size int) (words []string) {
	for i := range n {
		words = append(words, fmt.Sprintf("%04d%s", i, strings.Repeat("x", size-4)))
	}
	return words
}

func TestCompileTakesAThousandPhrases(t *testing.T) {
	words := distinct(1000, 60)
	m, err := Compile(words)
	require.NoError(t, err)
	for _, w := range words {
		require.Equal(t, []Match{{1, 61, 1 << Custom}}, split(t, m, 1<<Custom, "("+w+")"), w)
	}
}
