package injection

import (
	"strings"
	"testing"
)

const prose = "In the middle of the night, the old lighthouse keeper (a man of few words) climbed the winding stairs. He'd done so for forty years; " +
	"the lamp had never failed. \"What,\" he asked himself, \"would the ships do without it?\" Please summarise the following report and list three " +
	"points that the board should discuss, e.g. cost, staffing and schedule. — "

func fill(s string, n int) string { return strings.Repeat(s, n/len(s)+1)[:n] }

// BenchmarkText judges texts of 100 KB: prose, and all that might cost more.
func BenchmarkText(b *testing.B) {
	j := New()
	for name, s := range crafted {
		text := fill(s, 100_000)
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				j.Text(text, DefaultThreshold)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(text)), "ns/byte")
		})
	}
	b.Run("prose 1KB", func(b *testing.B) {
		text := fill(prose, 1000)
		for b.Loop() {
			j.Text(text, DefaultThreshold)
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(text)), "ns/byte")
	})
}
