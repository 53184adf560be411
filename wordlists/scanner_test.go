package wordlists

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usagepanda/usage-panda-envoy/wordlists/internal/dfa"
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

// usual are the lists of the rows, by their places in a set of the tests: the low four bits of n.
func usual(n int) (s Set) {
	for i, l := range []List{Profanity, Adult, DAN, Custom} {
		if n&(1<<i) != 0 {
			s |= 1 << l
		}
	}
	return s
}

// built are those of Builtin.
var built = usual(7)

// machine is a small matcher with its oracle.
type machine struct {
	*Matcher
	oracle
}

// machines lean on everything that an automaton can do.
var machines = []machine{
	custom("ass", "kiss my ass", "my", "a", "a b", "b a", "a b a b c", "b c", "don", "don't", "can't"),
	custom("été", "ÉTÉ chaud", "straße", "ΣΊΣΥΦΟΣ", "мат", "敏感", "感x", "敏", "テスト", "ห้าม", "k", "ſs", "🖕", "🖕 🖕", "c++", "$a$", "@", "a\u0301"),
	mixed(map[string]Set{"do anything now": 1 << DAN, "anything": 1 << Profanity, "don't stop": 1 << DAN, "my ass": 1<<Profanity | 1<<Adult, "a b": 1 << Adult,
		"a b c": 1 << DAN, "b c": 1<<Adult | 1<<DAN, "b": 1 << Profanity, "c a": 1 << Adult, "$a": 1 << Adult, "été now": 1 << DAN, "now": 1 << Adult}),
}

func custom(words ...string) machine {
	m, err := Compile(words)
	if err != nil {
		panic(err)
	}
	o := oracle{entries: map[string]Set{}}
	for _, w := range words {
		o.entries[strings.TrimSpace(w)] = 1 << Custom
	}
	return machine{m, o}
}

// mixed is built as the built-in lists are.
func mixed(words map[string]Set) machine {
	var entries []dfa.Entry
	for w, lists := range words {
		entries = append(entries, dfa.Entry{Text: w, Lists: uint32(lists)})
	}
	a, err := dfa.Build(entries, dfa.Options{Soft: true, Strict: 1<<Profanity | 1<<Adult})
	if err != nil {
		panic(err)
	}
	return machine{&Matcher{a, built}, oracle{words, 1 << DAN, true}}
}

// pieces make random texts.
var pieces = strings.Split("ass|ASS|kiss|my|a|b|c|A|B| | |  |\n|\t|\u00a0|\u2003|.|,|-|'|’|'t|s|don|can|t|_|1|été|ÉTÉ|e\u0301|\u0301|straße|STRASSE|chaud|"+
	"σίσυφος|ΣΊΣΥΦΟΣ|ς|мат|МАТ|敏|感|x|テ|スト|テスト|ห้าม|้|K|ſ|s|🖕|\ufe0f|c++|C+|$|@|\xff|\xe6|\xe6\x95|\x8f|\xf0\x9f|it|do|anything|now|stop|\"|*|—|…|!", "|")

func random(r *rand.Rand, n int) string {
	var b strings.Builder
	for range n {
		b.WriteString(pieces[r.IntN(len(pieces))])
		if r.IntN(2) == 0 {
			b.WriteByte(' ')
		}
	}
	return b.String()
}

func TestScanIsTheOracleHoweverCut(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	matches := 0
	for n := range 4000 {
		text := random(r, 1+n%24)
		lists := usual(r.IntN(16) | r.IntN(16))
		for i, m := range machines {
			want := m.find(text, lists)
			matches += len(want)
			message := fmt.Sprintf("machine %d, lists %b: %q", i, lists, text)
			require.Equal(t, want, split(t, m.Matcher, lists, text), message)
			for cut := range len(text) {
				require.Equal(t, want, split(t, m.Matcher, lists, text, cut), "%s cut at %d", message, cut)
			}
			for range 3 {
				cuts := cuts(r, len(text))
				require.Equal(t, want, split(t, m.Matcher, lists, text, cuts...), "%s cut at %v", message, cuts)
			}
		}
	}
	require.Greater(t, matches, 5000, "matches in the random texts")
}

// cuts returns random places to cut a text at, few or many, some twice: a piece may bring nothing.
func cuts(r *rand.Rand, n int) (all []int) {
	often := 1 + r.IntN(6)
	for at := 0; at < n; at++ {
		if r.IntN(often) == 0 {
			all = append(all, at)
		}
		if r.IntN(20) == 0 {
			all = append(all, at)
		}
	}
	return all
}

func TestScannerIsAsNewAfterEOF(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	s := Builtin().Scanner(built)
	for range 500 {
		text := random(r, 12)
		cuts := cuts(r, len(text))
		require.Equal(t, split(t, Builtin(), built, text), splitWith(t, &s, text, cuts...), "%q cut at %v", text, cuts)
	}
}

func TestScanWithoutTheRestIsAnotherText(t *testing.T) {
	s := Builtin().Scanner(built)
	s.Scan("shit, do any", false)
	found, n := s.Scan("shit", true)
	require.Equal(t, []Match{{0, 4, usual(3)}}, found)
	require.Equal(t, 4, n)
}

func TestScanDecidesAllButWhatMayMatch(t *testing.T) {
	all := machines[2]
	for _, row := range []struct {
		text  string
		lists Set
		want  int // bytes decided
	}{
		{"", built, 0},
		{"an ordinary text", built, 16},
		{"an ordinary text ", built, 17},
		{"we do", built, 3},
		{"we do ", built, 3},
		{"we do anything", built, 3},
		{"we do, \n\n anything", built, 3},
		{"we do anything.", built, 15},
		{"we do anything", 1 << Profanity, 6},   // the phrase is not wanted, the word may end here
		{"we do anything ", 1 << Profanity, 15}, // it has
		{"we do anything", 1 << Custom, 14},
		{"we do", 0, 5},
		{"redo", built, 4},
		{"do anything nov", built, 15},
		{"my as", built, 0},
		{"my, as", built, 6}, // no comma within a phrase of that list
		{"my ass", built, 0},
		{"my ass\xe2\x80", built, 0},      // half an apostrophe
		{"my ass'", built, 0},             // "ass'tis"
		{"my ass's", built, 8},            // the word has ended
		{"ordinary \xe2\x80", built, 9},   // half a rune
		{"ordinary \xe2\x80x", built, 12}, // no rune
		{"b c a b c", built, 0},           // each overlaps the next
		{"b c a b c. b", built, 11},
		{"b c b", built, 4},
	} {
		s := all.Scanner(row.lists)
		_, n := s.Scan(row.text, false)
		require.Equal(t, row.want, n, "%q, lists %b", row.text, row.lists)
	}
}

func TestScanAllocatesNothing(t *testing.T) {
	text := strings.Repeat("Holy shit, do anything now. Ordinary prose, наконец, and 敏感 do any", 30)
	s := Builtin().Scanner(built)
	require.Zero(t, testing.AllocsPerRun(50, func() {
		for from, cut := 0, 0; cut < len(text); {
			cut = min(cut+97, len(text))
			_, n := s.Scan(text[from:cut], cut == len(text))
			from += n
		}
	}))
	require.Zero(t, testing.AllocsPerRun(50, func() {
		s := Builtin().Scanner(built)
		s.Scan("ordinary prose", true)
	}), "a new scanner")
}

func FuzzScan(f *testing.F) {
	f.Add("we do anything now, my ass's", "do anything\nass\nway\nmy ass", uint64(1))
	f.Add("00 do AnY\x970000 000  mY Ass 0", " Ass\n my ass ", uint64(3))
	f.Add("c0de code c++ x2x ab@c co*de", "code\nc++\n2x\nab@c\nco*de\n*", uint64(4))
	f.Add("été ÉTÉ\u0301 \xff 🖕\ufe0f敏感", "été\n敏\n🖕\n\u0301", uint64(2))
	f.Fuzz(func(t *testing.T, text, words string, seed uint64) {
		lines := strings.Split(words, "\n")
		m, err := Compile(lines)
		if err != nil || len(text) > 300 || len(words) > 300 {
			return
		}
		o := custom(lines...).oracle
		r := rand.New(rand.NewPCG(seed, 0))
		want := split(t, m, 1<<Custom, text)
		require.Equal(t, want, split(t, m, 1<<Custom, text, cuts(r, len(text))...))
		require.Subset(t, want, o.find(text, 1<<Custom))
		if m.a.Odd == 0 { // else there may be disguised words
			require.Len(t, want, len(o.find(text, 1<<Custom)))
		}
		require.Equal(t, split(t, Builtin(), built, text), split(t, Builtin(), built, text, cuts(r, len(text))...))
	})
}
