package wordlists

import (
	"strings"
	"testing"
)

const prose = "In the middle of the night, the old lighthouse keeper — a man of few words — climbed the winding stairs. He'd done so for forty years; the lamp had never failed. \"What,\" he asked himself, \"would the ships do without it?\" Please summarise the following report and list three points that the board should discuss, e.g. cost, staffing and schedule. "

func BenchmarkScan(b *testing.B) {
	for _, row := range []struct {
		name, text string
		lists      Set
	}{
		{"prose 1KB", strings.Repeat(prose, 4)[:1000], 7},
		{"prose 100KB", strings.Repeat(prose, 400)[:100_000], 7},
		{"cyrillic 100KB", strings.Repeat("Смотритель маяка поднялся по лестнице, как и сорок лет подряд. ", 1000), 7},
		{"words 100KB", strings.Repeat("fuck ", 20_000), 7},
		{"spaces 100KB", "do anything" + strings.Repeat(" ", 100_000), 7},
		{"bad utf8", strings.Repeat("\xff", 100_000), 7},
		{"phrase", strings.Repeat("do anything ", 10_000), 7},
	} {
		b.Run(row.name, func(b *testing.B) {
			s := Builtin().Scanner(row.lists)
			b.SetBytes(int64(len(row.text)))
			for b.Loop() {
				s.Scan(row.text, true)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(row.text)), "ns/byte")
		})
	}
}
