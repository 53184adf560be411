package wordlists

import (
	"strconv"
	"strings"
	"testing"
)

const (
	prose = "In the middle of the night, the old lighthouse keeper (a man of few words) climbed the winding stairs. He'd done so for forty years; " +
		"the lamp had never failed. \"What,\" he asked himself, \"would the ships do without it?\" Please summarise the following report and list three " +
		"points that the board should discuss, e.g. cost, staffing and schedule. — "
	cyrillic = "Смотритель маяка поднялся по лестнице, как и сорок лет подряд. "
	han      = "灯塔看守人像四十年来一样爬上了楼梯。"
)

// BenchmarkScan scans whole texts, or pieces of so many bytes. Besides prose the texts are those that cost most: nothing but matches, a
// phrase that never ends, bytes that are no text.
func BenchmarkScan(b *testing.B) {
	custom, err := Compile([]string{"a b", "b a"})
	if err != nil {
		b.Fatal(err)
	}
	for _, row := range []struct {
		name, text string
		piece      int
		matcher    *Matcher
	}{
		{"prose 1KB", fill(prose, 1000), 0, Builtin()},
		{"prose 100KB", fill(prose, 100_000), 0, Builtin()},
		{"prose 100KB by 4", fill(prose, 100_000), 4, Builtin()},
		{"cyrillic 100KB", fill(cyrillic, 100_000), 0, Builtin()},
		{"han 100KB", fill(han, 100_000), 0, Builtin()},
		{"matches 100KB", fill("fuck shit ", 100_000), 0, Builtin()},
		{"phrases 100KB", fill("do anything ", 100_000), 0, Builtin()},
		{"long phrases 100KB by 1", fill("ignore all of the above instruction ", 100_000), 1, Builtin()},
		{"white space 100KB", "do anything" + fill(" ", 100_000), 0, Builtin()},
		{"white space 100KB by 1", "do anything" + fill(" \n", 100_000), 1, Builtin()},
		{"overlapping 100KB by 1", fill("a b ", 100_000), 1, custom},
		{"bad UTF-8 100KB", fill("\xff", 100_000), 0, Builtin()},
		{"half runes 100KB by 1", fill("\xf0\x9f\x96", 100_000), 1, Builtin()},
	} {
		b.Run(row.name, func(b *testing.B) {
			s := row.matcher.Scanner(usual(15))
			for b.Loop() {
				scan(&s, row.text, row.piece)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(row.text)), "ns/byte")
		})
	}
}

// scan scans a text in pieces of so many bytes, whole if 0.
func scan(s *Scanner, text string, piece int) {
	if piece == 0 {
		piece = len(text)
	}
	for from, to := 0, 0; to < len(text); {
		to = min(to+piece, len(text))
		_, n := s.Scan(text[from:to], to == len(text))
		from += n
	}
}

func fill(s string, n int) string { return strings.Repeat(s, n/len(s)+1)[:n] }

func BenchmarkCompile(b *testing.B) {
	for _, row := range []struct {
		name  string
		words []string
	}{{"10 words", distinct(10, 12)}, {"1000 words", distinct(1000, 12)}, {"1000 phrases", distinct(1000, 40)}} {
		b.Run(row.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Compile(row.words); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkDisguises scans texts of nothing but one thing, which are those that cost most of all.
func BenchmarkDisguises(b *testing.B) {
	for _, unit := range []string{
		"u", "@", "*", "a*", "a$", "sh1t ", "f u c k ", "a ", "1a", "f**k ", "b*st*rd ", "shit!", "fu\u200bck ", "\u0301", "ｆｕｃｋ ", "été ", "aа", "a\xff", "a@$!",
	} {
		b.Run(strconv.Quote(unit), func(b *testing.B) {
			s := Builtin().Scanner(built)
			text := fill(unit, 100_000)
			for b.Loop() {
				scan(&s, text, 0)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(text)), "ns/byte")
		})
	}
}
