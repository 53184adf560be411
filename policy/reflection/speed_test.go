package reflection

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// prose is ordinary text: words of English by their frequency, more or less.
func prose(seed uint64, n int) string {
	words := strings.Fields("the of and a to in is you that it he was for on are as with his they I at be this have from or one had by word but not what all " +
		"were we when your can said there use an each which she do how their if will up other about out many then them these so some her would make " +
		"like him into time has look two more write go see number no way could people my than first water been call who oil its now find long down " +
		"day did get come made may part company customer instructions question information assistant provide answer helpful travel")
	r := rand.New(rand.NewPCG(seed, 1))
	var b strings.Builder
	for b.Len() < n {
		b.WriteString(words[int(float64(len(words))*r.Float64()*r.Float64())])
		b.WriteString([]string{" ", " ", " ", " ", " ", " ", ", ", ". "}[r.IntN(8)])
	}
	return b.String()[:n]
}

var inputs = []struct{ name, guarded, text string }{
	{"short in prose", "The code of the door is blue heron.", prose(1, 100_000)},
	{"words in prose", "blue heron", prose(1, 100_000)},
	{"signs in prose", "abc", prose(1, 100_000)},
	{"2 KB in prose", prose(2, 2000), prose(1, 100_000)},
	{"30 KB in prose", prose(2, 30_000), prose(1, 100_000)},
	{"100 KB in prose", prose(2, 100_000), prose(1, 100_000)},
	{"1 MB in prose", prose(2, 1_000_000), prose(1, 1_000_000)},
	{"itself", prose(2, 100_000), prose(2, 100_000)},
	{"a a a a", strings.Repeat("a ", 500_000), strings.Repeat("a ", 500_000)},
	{"aaaa", strings.Repeat("a", 1_000_000), strings.Repeat("a", 1_000_000)},
	{"a to aaaa", stairs(1_000_000), strings.Repeat("a", 1_000_000)},
	{"nearly", nearly(1_000_000), strings.Repeat("a", 1_000_000)},
	{"blanks", "blue heron", strings.Repeat(" ", 1_000_000)},
	{"marks", "blue heron", strings.Repeat("b\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301", 60_000)},
	{"!!!!", strings.Repeat("!", 1_000_000), strings.Repeat("!", 1_000_000)},
	{"@@@@", "p@ssword", strings.Repeat("@", 1_000_000)},
	{"cut characters", "世界世界世界", strings.Repeat("\xe4\xb8", 500_000)},
	{"ideographs", strings.Repeat("世界", 100_000), strings.Repeat("世界世", 100_000)},
}

// stairs are words of one letter, each longer than the one before.
func stairs(n int) string {
	var b strings.Builder
	for i := 0; b.Len() < n; i++ {
		b.WriteString(strings.Repeat("a", 1+i%31) + " ")
	}
	return b.String()
}

// nearly are windows that all end in the same way, and differ where they begin.
func nearly(n int) string {
	var b strings.Builder
	for i := 0; b.Len() < n; i++ {
		b.WriteString(fmt.Sprintf("%d ", i) + strings.Repeat("aaaaaaa ", 9))
	}
	return b.String()
}

func BenchmarkScan(b *testing.B) {
	for _, in := range inputs {
		s := New([]string{in.guarded}, 10)[0].Scanner()
		b.Run(in.name, func(b *testing.B) {
			b.SetBytes(int64(len(in.text)))
			b.ReportAllocs()
			for b.Loop() {
				s.Scan(in.text, true)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(in.text)), "ns/B")
		})
	}
}

func BenchmarkNew(b *testing.B) {
	for _, in := range inputs {
		b.Run(in.name, func(b *testing.B) {
			b.SetBytes(int64(len(in.guarded)))
			b.ReportAllocs()
			for b.Loop() {
				New([]string{in.guarded}, 10)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(in.guarded)), "ns/B")
		})
	}
}

// BenchmarkPieces is a stream of pieces of 12 bytes.
func BenchmarkPieces(b *testing.B) {
	for _, in := range inputs {
		s := New([]string{in.guarded}, 10)[0].Scanner()
		text := in.text[:min(len(in.text), 100_000)]
		b.Run(in.name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				from := 0
				for cut := 12; cut < len(text); cut += 12 {
					_, n := s.Scan(text[from:cut], false)
					from += n
				}
				s.Scan(text[from:], true)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(text)), "ns/B")
		})
	}
}
