package pii

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// prose is ordinary text.
var prose = strings.Repeat("In 2023 the committee met 14 times; it heard that costs had risen by 3.5 %, and that nobody knew why. "+
	"The chair, who had been there since the beginning, said so (again): we must look at what we did before. ", 5000)

// crafted are texts that could cost most: nearly anchors, nearly values, over and over.
var crafted = []string{
	"1", "@", ":", "a", ".", "-", "+", "(", " 1", "1 ", "1-", "1.", "12 34-", "(1)", "+1 ", "1/1/2000 ", "born 1/1/2000 ", "a@", "a.a@a.", "a1@",
	"a@a.a-", "é@", "::", "a:", "ab:", "abcd:1", "://a:", "://a:b", "x://", "0x", "0xa", "bc1q", "1A", "3J98t1WpEZ73CNmQ", "DE89", "DE89 3704 ",
	"1111 ", "4111 1111 ", "4111-", "1.1.1.", "10.0.0.1 ", "536-90-4399 ", "536 90 4399 ", "536904399 ", "2125550147 ", "712345678 ",
	"555-1234 ", "+49 ", "00-", "00-1A-", "AA-BB-", "A1-", "AB 12 ", "3 Mar", "3 March 1985 ", "\xC3", "\xE2\x80\x91", "1\u00A0", "x1", "1x",
	"0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed ", "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq ", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa ",
	"1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb ", "RSSMRA85T10A562T ", "12345678Z ", "(((((((((1", "_1", "1_", "phone 1 ", "tel1 ", "1111111 ",
}

// cost is what the quickest of some runs over a text took, in nanoseconds per byte.
func cost(s *Scanner, text string, piece int) float64 {
	best := time.Hour
	for range 3 {
		start := time.Now()
		for i := 0; i < len(text); {
			end := min(i+piece, len(text))
			_, n := s.Scan(text[i:end], end == len(text))
			if n == 0 && end < len(text) { // all is held back: more text comes with it
				piece *= 2
			}
			i += n
		}
		best = min(best, time.Since(start))
	}
	return float64(best.Nanoseconds()) / float64(len(text))
}

// TestLinear holds crafted texts, whole, against prose. The bound is generous, since machines are busy.
func TestLinear(t *testing.T) {
	s := New(every)
	const size = 1 << 18
	ordinary := cost(s, prose[:size], size)
	report := os.Getenv("PII_COSTS") != ""
	for _, unit := range crafted {
		small := cost(s, strings.Repeat(unit, size/8/len(unit)+1), size)
		text := strings.Repeat(unit, size/len(unit)+1)
		large := cost(s, text, size)
		for range 20 { // a busy machine makes it more, and never less
			if large >= 4*small+20 || large >= 250*ordinary+100 {
				large = min(large, cost(s, text, size))
			}
		}
		if report {
			t.Logf("%8.1f ns per byte: %q (prose %.2f)", large, unit, ordinary)
		}
		require.Less(t, large, 4*small+20, "%q: eight times the text costs more than eight times the time", unit)
		require.Less(t, large, 250*ordinary+100, "%q: ns per byte; prose costs %.2f", unit, ordinary)
	}
}

func BenchmarkProse(b *testing.B) {
	for _, k := range []struct {
		name  string
		kinds Kinds
	}{{"all", All}, {"every", every}} {
		b.Run(k.name, func(b *testing.B) {
			s := New(k.kinds)
			b.SetBytes(int64(len(prose)))
			b.ReportAllocs()
			for b.Loop() {
				s.Scan(prose, true)
			}
		})
	}
}
