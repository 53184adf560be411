package pii

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const every = All | National | 1<<Passport

// whole is what is found in a text: "kind:value, ...".
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
		all = append(all, m.Kind.String()+":"+text[m.Start:m.End])
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
func checkCuts(t testing.TB, kinds Kinds, text string, r *rand.Rand) {
	want := whole(kinds, text)
	s := New(kinds)
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
		checkCuts(t, every, c.text, r)
		checkCuts(t, All&^(1<<Email), c.text, r)
	}
	var b strings.Builder
	for range 60 {
		b.WriteString(cases[r.IntN(len(cases))].text)
		b.WriteString([...]string{" ", "", "\n", ", ", "1", "-", ".", "@", ":", "a"}[r.IntN(10)])
	}
	checkCuts(t, every, b.String(), r)
}

// TestAnchor compares the anchors that are found eight bytes at a time with those that are found one by one.
func TestAnchor(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 5000 {
		b := make([]byte, r.IntN(40))
		for i := range b {
			b[i] = "abcdefgh/;?A@:0159\xB0\xC0\x80"[r.IntN(21)]
		}
		text := string(b)
		for i := range len(text) + 1 {
			want := i
			for want < len(text) && !strings.ContainsRune("0123456789:@", rune(text[want])) {
				want++
			}
			require.Equal(t, want, anchor(text, i), "%q from %d", text, i)
		}
	}
}

func FuzzCuts(f *testing.F) {
	for _, c := range cases {
		f.Add(c.text, uint64(1), uint32(every))
	}
	f.Fuzz(func(t *testing.T, text string, seed uint64, kinds uint32) {
		k := Kinds(kinds) & every
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
	s := New(every)
	s.Scan(text, true)
	require.Zero(t, testing.AllocsPerRun(10, func() { s.Scan(text, true) }))
	s = New(All)
	s.Scan(text, true)
	require.Zero(t, testing.AllocsPerRun(10, func() {
		for i := 0; i < len(text); {
			_, n := s.Scan(text[i:min(i+700, len(text))], i+700 >= len(text))
			i += n
		}
	}))
}

func ExampleScanner() {
	s := New(All)
	text := "Mail me at ann@example.com or call (212) 555-0147."
	found, _ := s.Scan(text, true)
	for _, m := range found {
		fmt.Println(m.Kind, text[m.Start:m.End])
	}
	// Output:
	// email ann@example.com
	// phone (212) 555-0147
}
