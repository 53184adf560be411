package secrets

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usagepanda/usage-panda-envoy/policy/internal/linear"
)

// whole is what is found in a text: "rule:value, ...".
func whole(kinds Kinds, text string) string {
	s := New(kinds)
	found, n := s.Scan(text, true)
	if n != len(text) {
		return "not all decided"
	}
	return list(text, found)
}

func list(text string, found []Match) string {
	var all []string
	for _, m := range found {
		all = append(all, m.Rule+":"+text[m.Start:m.End])
	}
	return strings.Join(all, ", ")
}

// pieces is what is found in a text that comes in pieces cut at these places.
func pieces(t testing.TB, s *Scanner, text string, cuts ...int) string {
	var all []Match
	done, last := 0, 0
	for i := 0; i <= len(cuts); i++ {
		end := len(text)
		if i < len(cuts) {
			end = cuts[i]
		}
		found, n := s.Scan(text[done:end], i == len(cuts))
		for _, m := range found {
			require.True(t, 0 <= m.Start && m.Start < m.End && m.End <= n && done+m.Start >= last, "%q cut at %d: %v of %d", text, cuts, m, n)
			m.Start, m.End = m.Start+done, m.End+done
			last = m.End
			all = append(all, m)
		}
		require.LessOrEqual(t, end-done-n, Held, "%q cut at %d", text, cuts)
		done += n
	}
	require.Equal(t, len(text), done, "%q cut at %d", text, cuts)
	return list(text, all)
}

// checkCuts compares a text in pieces with the whole.
func checkCuts(t testing.TB, text string, r *rand.Rand) {
	want := whole(All, text)
	s := New(All)
	for cut := range len(text) {
		require.Equal(t, want, pieces(t, s, text, cut), "%q cut at %d", text, cut)
	}
	for range 10 {
		var cuts []int
		for at := r.IntN(9); at < len(text); at += 1 + r.IntN(12) {
			cuts = append(cuts, at)
		}
		require.Equal(t, want, pieces(t, s, text, cuts...), "%q cut at %d", text, cuts)
	}
	var cuts []int
	for at := range len(text) {
		cuts = append(cuts, at)
	}
	require.Equal(t, want, pieces(t, s, text, cuts...), "%q byte by byte", text)
}

func TestCuts(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, c := range cases {
		checkCuts(t, c.text, r)
	}
	var b strings.Builder
	for range 40 {
		b.WriteString(cases[r.IntN(len(cases))].text)
		b.WriteString([...]string{" ", "", "\n", ", ", "=", "-", ".", "\"", ": ", "a"}[r.IntN(10)])
	}
	checkCuts(t, b.String(), r)
}

// TestLong cuts what is longer than may be held.
func TestLong(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, text := range []string{
		"-----BEGIN " + "PRIVATE KEY-----\n" + strings.Repeat(chance40+"\n", 1000), strings.Repeat("eyJ"+chance40, 1000),
		"token=" + strings.Repeat(chance40, 1000), "ZXlK" + strings.Repeat(chance40, 1000), strings.Repeat("A", 50000),
	} {
		want := whole(All, text)
		s := New(All)
		for range 5 {
			var cuts []int
			for at := r.IntN(900); at < len(text); at += 1 + r.IntN(900) {
				cuts = append(cuts, at)
			}
			require.Equal(t, want, pieces(t, s, text, cuts...), "%.40q... cut at %d", text, cuts)
		}
	}
}

// TestNext compares the runs that are found eight bytes at a time with those that are found one by one.
func TestNext(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 20000 {
		b := make([]byte, r.IntN(80))
		for i := range b {
			b[i] = "aaaaaaaabbbbbbb1-- \"\xC3"[r.IntN(21)]
		}
		text := string(b)
		var want, got [][2]int
		for i := 0; i < len(text); i++ {
			if class[text[i]]&run == 0 {
				continue
			}
			start, end := around(text, i, i)
			if counts(text, start, end, true) {
				want = append(want, [2]int{start, end})
			}
			i = end
		}
		s := New(All)
		s.w.Show(text, true)
		for i := 0; ; {
			start, end := s.next(i)
			if start == len(text) {
				break
			}
			got = append(got, [2]int{start, end})
			i = end
		}
		require.Equal(t, want, got, "%q", text)
	}
}

func FuzzCuts(f *testing.F) {
	for _, c := range cases {
		f.Add(c.text, uint64(1), uint32(All))
	}
	f.Fuzz(func(t *testing.T, text string, seed uint64, kinds uint32) {
		k := Kinds(kinds) & All
		want := whole(k, text)
		r := rand.New(rand.NewPCG(seed, 1))
		s := New(k)
		for range 3 {
			var cuts []int
			for at := r.IntN(20); at < len(text); at += 1 + r.IntN(30) {
				cuts = append(cuts, at)
			}
			require.Equal(t, want, pieces(t, s, text, cuts...), "%q cut at %d", text, cuts)
		}
	})
}

func TestNoAllocations(t *testing.T) {
	var b strings.Builder
	for _, c := range cases {
		b.WriteString(c.text + "\n")
	}
	text := b.String()
	s := New(All)
	s.Scan(text, true)
	require.Zero(t, testing.AllocsPerRun(10, func() { s.Scan(text, true) }))
}

// crafted are texts that could cost most: nearly beginnings, nearly secrets, over and over.
var crafted = []string{
	"a", "1", "-", "=", ":", ".", "@", " ", "a=", "a.", "a: ", "A+/b", "key=", "token=aaaaaaa1 ", "password: bbbbbbbb1 ", "a, bbbbbbbb1 ",
	"ghp_", "sk-", "sk-proj-", "glpat-", "xoxb-1-", "eyJ", "eyAAAAAAAAAAAAAAAAAAA.", "eyAAAAAAAAAAAAAAAAAAA.eyA/", "ZXlK", "Q~", "1Q~a", "1:A",
	"-----BEGIN ", "-----BEGIN PRIVATE KEY-----", "-----BEGIN PRIVATE KEY-----\naaaa: ", "-----BEGIN PRIVATE KEY-----\n" + chance40 + "\n",
	"hooks.slack.com/", "curl -u a:b ", "--user a:bbbbbb1 ", "data:\n a: YWFhYWFhYTE=\n", "kind: secret\ndata:\n a: YWFhYWFhYTE=\n",
	"Password\" value=\"a1aaaaaaa\" ", "cloudflare: " + chance40 + " ", "co_co_co=aaaaaaaa1 ", "12345678:", "https://a", "is aaaaaaaa1 ",
	"Authorization: Bearer aaaaaaaa1 ", "\\n", "\xC3", "\xE2\x80\x91", "atlasv1.", "s.aaaaaaaa", "hvb.", "pat.", "dt0c01.", "AKIA", "EAAA", "SG.", "x:y:",
	"api_key_api_key_api_key_api_key_api_key_api_key_api_key_api_key=aaaaaaa1 ", "data:\n  a: aaaaaaa1\n", "\nk: aaaaaaa1\n", "a-b-", "key=0",
	"0", "ZXlK-", "ZXlK-sk-proj-", "xoxb-1-ZXlK-api_ey", "=.:keyABa", strings.Repeat("key=0", 30) + " ", strings.Repeat("sk-proj-", 25) + " ",
	"key=" + chance40 + " ", "secret_key_token_api=a1b2c3d4 ",
}

// most is how many steps a byte may cost. Inside Envoy a step takes some 3 ns.
const most = 50

// steps is what a text costs, whole.
func steps(text string) int {
	s := New(All)
	s.Scan(text, true)
	return s.w.Steps()
}

// TestLinear holds crafted texts against their lengths.
func TestLinear(t *testing.T) { linear.Test(t, steps, most, crafted...) }

// FuzzLinear looks for a text that costs more.
func FuzzLinear(f *testing.F) { linear.Fuzz(f, steps, most, crafted) }

// TestTinyPieces makes sure that what is held back for long is not read again with every piece.
func TestTinyPieces(t *testing.T) {
	for _, text := range []string{
		"-----BEGIN " + "PRIVATE KEY-----\n" + strings.Repeat(chance40+"\n", 380), "ZXlK" + strings.Repeat(chance40, 200),
		"ey" + strings.Repeat("A", 4000) + ".ey" + strings.Repeat("A", 4000),
	} {
		s, done := New(All), 0
		for end := 4; end < len(text); end += 4 {
			_, n := s.Scan(text[done:end], false)
			done += n
		}
		require.Less(t, s.w.Steps(), most*len(text), "%.40q...", text)
	}
}

func BenchmarkProse(b *testing.B) {
	s := New(All)
	b.SetBytes(int64(len(linear.Prose)))
	b.ReportAllocs()
	for b.Loop() {
		s.Scan(linear.Prose, true)
	}
}
