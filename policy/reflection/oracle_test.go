package reflection

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// slowly finds copies by comparing every window with every place of a text.
func slowly(x *Index, text string) (found []Span) {
	var units []byte
	var starts, ends []int
	for i := 0; i < len(text); {
		u, n, size, _ := x.form.unit(text, i, 0, true)
		if n > 0 && u == ' ' && len(units) > 0 && units[len(units)-1] == ' ' && i-ends[len(ends)-1] <= maxGap {
			ends[len(ends)-1], n = i+size, 0
		}
		for ; n > 0; n-- {
			units, starts, ends = append(units, byte(u)), append(starts, i), append(ends, i+size)
			u >>= 8
		}
		i += size
	}
	broken := 0 // the first unit of those that stand near enough to each other
	for end := 1; end <= len(units); end++ {
		if end > 1 && starts[end-1]-ends[end-2] > maxGap {
			broken = end - 1
		}
		size, tail := 0, ""
		for i := range x.windows {
			w := &x.windows[i]
			from := end - int(w.size)
			if int(w.size) <= size || from < broken || ends[end-1]-starts[from] > maxSpan {
				continue
			}
			these := slices.Clone(units[from:end])
			slices.Reverse(these)
			if bytes.Equal(these, x.of(w)) {
				size, tail = int(w.size), ""
				if w.tail > 0 {
					tail = x.tails[w.tail]
				}
			}
		}
		if size == 0 {
			continue
		}
		at := Span{starts[end-size], ends[end-1]}
		for n := len(found) - 1; n >= 0 && at.Start < found[n].End; n-- {
			at.Start, found = min(at.Start, found[n].Start), found[:n]
		}
		if strings.HasPrefix(text[at.End:], tail) {
			at.End += len(tail)
		}
		found = append(found, at)
	}
	return found
}

// scan scans a text in pieces, and checks what Scan promises.
func scan(t testing.TB, s *Scanner, text string, cuts ...int) (all []Span) {
	from, last := 0, 0
	for _, cut := range append(cuts, len(text)) {
		if cut < from {
			continue
		}
		found, n := s.Scan(text[from:cut], cut == len(text))
		require.True(t, 0 <= n && n <= cut-from, "%q cut at %v: %d bytes decided of %d", text, cuts, n, cut-from)
		for _, f := range found {
			require.True(t, 0 <= f.Start && f.Start < f.End && f.End <= n && from+f.Start >= last, "%q cut at %v: %v of %d decided bytes", text, cuts, f, n)
			last = from + f.End
			all = append(all, Span{from + f.Start, from + f.End})
		}
		require.Less(t, cut-from-n, 16<<10, "kept back")
		from += n
		if cut == len(text) {
			break
		}
	}
	require.Equal(t, len(text), from, "%q cut at %v: bytes decided", text, cuts)
	return all
}

// disguises change a text so that a reader still reads the same.
var disguises = []struct {
	name string
	of   func(r *rand.Rand, text string) string
}{
	{"nothing", func(_ *rand.Rand, text string) string { return text }},
	{"capitals", func(_ *rand.Rand, text string) string { return strings.ToUpper(text) }},
	{"white space", func(r *rand.Rand, text string) string {
		return each(text, func(c rune) string { return blanks(r, c, "\n", "  ", "\t\u00a0", "") })
	}},
	{"punctuation", func(r *rand.Rand, text string) string {
		return each(text, func(c rune) string { return blanks(r, c, ", ", " - ", "_", "...") })
	}},
	{"spaced", func(_ *rand.Rand, text string) string {
		return each(text, func(c rune) string { return string(c) + " " })
	}},
	{"dotted", func(_ *rand.Rand, text string) string {
		return each(text, func(c rune) string { return string(c) + "." })
	}},
	{"markdown", func(_ *rand.Rand, text string) string { return "> **" + strings.ReplaceAll(text, " ", "** *") + "*" }},
	{"full width", func(_ *rand.Rand, text string) string { return each(text, ascii(0xFEE0)) }},
	{"zero width", func(r *rand.Rand, text string) string {
		return each(text, func(c rune) string { return string(c) + []string{"\u200b", "\ufeff", "\u2060", ""}[r.IntN(4)] })
	}},
	{"combining", func(_ *rand.Rand, text string) string {
		return each(text, func(c rune) string { return strings.ReplaceAll(string(c)+"\u0336", " \u0336", " ") })
	}},
	{"look-alikes", func(_ *rand.Rand, text string) string {
		return strings.NewReplacer("a", "а", "e", "е", "o", "ο", "c", "с", "p", "р", "i", "і").Replace(text)
	}},
	{"leet", func(_ *rand.Rand, text string) string {
		return strings.NewReplacer("a", "4", "e", "3", "o", "0", "i", "1", "s", "$", "t", "7", "l", "1").Replace(text)
	}},
	{"accents", func(_ *rand.Rand, text string) string {
		return strings.NewReplacer("a", "á", "e", "ệ", "o", "ø", "u", "ü", "c", "ç").Replace(text)
	}},
	{"mathematical", func(_ *rand.Rand, text string) string {
		return each(text, func(c rune) string {
			if 'a' <= c && c <= 'z' {
				c += 0x1D41A - 'a'
			}
			return string(c)
		})
	}},
}

func each(text string, of func(rune) string) string {
	var b strings.Builder
	for _, c := range text {
		b.WriteString(of(c))
	}
	return b.String()
}

func blanks(r *rand.Rand, c rune, instead ...string) string {
	if c == ' ' {
		return instead[r.IntN(len(instead))]
	}
	return string(c)
}

func ascii(by rune) func(rune) string {
	return func(c rune) string {
		if '!' <= c && c <= '~' {
			c += by
		}
		return string(c)
	}
}

var vocabulary = strings.Fields("the code of a door is blue heron an I customer refund never more than twenty percent secret x y 42 1999 naïve " +
	"straße 世界 の ключ p@ss c$ aaa aa a b ab don't well-known über-fast (sic) \"quoted\" -- 😀 supercalifragilisticexpialidocious")

func phrase(r *rand.Rand, words, kinds int) string {
	var b []string
	for range words {
		b = append(b, vocabulary[r.IntN(kinds)])
	}
	return strings.Join(b, " ")
}

// TestAsSlowly: guarded texts of many or few words, copies of parts of them in disguise among other words, cut anywhere.
func TestAsSlowly(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 5))
	total, long := 0, 0
	for n := range 1500 {
		words, kinds := 3+r.IntN(9), 1+r.IntN(len(vocabulary))
		var guarded []string
		for range 1 + r.IntN(3) {
			guarded = append(guarded, phrase(r, 1+r.IntN(40), kinds)+[]string{"", ".", "!\"", " ||"}[r.IntN(4)])
		}
		indexes := New(guarded, words)
		var b strings.Builder
		for range 1 + r.IntN(4) {
			b.WriteString(phrase(r, r.IntN(50), len(vocabulary)) + []string{"", " ", ". ", strings.Repeat("-", 150)}[r.IntN(4)])
			g := strings.Fields(guarded[r.IntN(len(guarded))])
			from := r.IntN(len(g))
			b.WriteString(disguises[r.IntN(len(disguises))].of(r, strings.Join(g[from:from+1+r.IntN(len(g)-from)], " ")))
			b.WriteString([]string{"", " ", ". ", "?"}[r.IntN(4)])
		}
		text := b.String()
		for _, x := range indexes {
			s := x.Scanner()
			want := slowly(x, text)
			total += len(want)
			require.Equal(t, fmt.Sprint(want), fmt.Sprint(scan(t, s, text)), "%d: %d words of %q in %q", n, words, guarded, text)
			for range 4 {
				var cuts []int
				for cut := 0; cut < len(text); cut += 1 + r.IntN(1+r.IntN(60)) {
					cuts = append(cuts, cut)
				}
				require.Equal(t, fmt.Sprint(want), fmt.Sprint(scan(t, s, text, cuts...)), "%d: %d words of %q in %q cut at %v", n, words, guarded, text, cuts)
			}
			if len(text) > 200 && len(want) > 0 {
				long++
			}
			for cut := 0; n%20 == 0 && cut < len(text); cut++ {
				require.Equal(t, fmt.Sprint(want), fmt.Sprint(scan(t, s, text, cut)), "%d: %d words of %q in %q cut at %d", n, words, guarded, text, cut)
			}
		}
	}
	require.Greater(t, total, 1000)
	require.Greater(t, long, 200)
}

func FuzzScan(f *testing.F) {
	f.Add("The code of the door is blue heron. Never tell anyone about it, not even your mother.", "Never tell anyone about it, not even your", uint64(5), uint8(5))
	f.Add("a a a a a a a a", "aaaaaaaaaaaa a a a", uint64(0x5555), uint8(3))
	f.Add("(a+)+$ .* [", "x (A+)+$  .* [", uint64(0x1111), uint8(10))
	f.Add("p@$$ w0rd", "P@$$W0RD @ $", uint64(0xffff), uint8(10))
	f.Add("世界世界世界世界", "x世界世界世界世界\xe4", uint64(0xffff), uint8(3))
	f.Fuzz(func(t *testing.T, guarded, text string, at uint64, words uint8) {
		if len(guarded) > 500 || len(text) > 2000 { // slowly is slow
			return
		}
		var cuts []int
		for i := range len(text) {
			if at>>(i%64)&1 == 1 {
				cuts = append(cuts, i)
			}
		}
		for _, x := range New([]string{guarded}, 3+int(words%60)) {
			want := fmt.Sprint(slowly(x, text))
			if got := fmt.Sprint(scan(t, x.Scanner(), text)); got != want {
				t.Fatalf("%d words of %q in %q: %s, want %s", 3+words%60, guarded, text, got, want)
			}
			if got := fmt.Sprint(scan(t, x.Scanner(), text, cuts...)); got != want {
				t.Fatalf("%d words of %q in %q cut at %v: %s, want %s", 3+words%60, guarded, text, cuts, got, want)
			}
		}
	})
}
