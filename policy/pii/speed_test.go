package pii

import (
	"testing"

	"github.com/usagepanda/usage-panda-envoy/policy/internal/linear"
)

// crafted are texts that could cost most: nearly anchors, nearly values, over and over.
var crafted = []string{
	"1", "@", ":", "a", ".", "-", "+", "(", " 1", "1 ", "1-", "1.", "12 34-", "(1)", "+1 ", "1/1/2000 ", "born 1/1/2000 ", "a@", "a.a@a.", "a1@",
	"a@a.a-", "é@", "::", "a:", "ab:", "abcd:1", "://a:", "://a:b", "x://", "0x", "0xa", "bc1q", "1A", "3J98t1WpEZ73CNmQ", "DE89", "DE89 3704 ",
	"1111 ", "4111 1111 ", "4111-", "1.1.1.", "10.0.0.1 ", "536-90-4399 ", "536 90 4399 ", "536904399 ", "2125550147 ", "712345678 ",
	"555-1234 ", "+49 ", "00-", "00-1A-", "AA-BB-", "A1-", "AB 12 ", "3 Mar", "3 March 1985 ", "\xC3", "\xE2\x80\x91", "1\u00A0", "x1", "1x",
	"0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed ", "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq ", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa ",
	"1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb ", "RSSMRA85T10A562T ", "12345678Z ", "(((((((((1", "(1", "1\u00a04111-", "00-1\u00a012", "(1) 2-3.4/",
	"712 345 678 ", "123 45 6789 ", "电 712345678 ", "AB 12 34 56 ", "0xAbCdEfAbCdEfAbCdEfAbCdEfAbCdEfAbCdEfAbCd ", "1985-03-12 ", "_1", "1_", "phone 1 ", "tel1 ", "1111111 ",
}

// most is how many steps a byte may cost. Inside Envoy a step takes some 6 ns.
const most = 30

// steps is what a text costs, whole.
func steps(text string) int {
	s := New(every)
	s.Scan(text, true)
	return s.w.Steps()
}

// TestLinear holds crafted texts against their lengths.
func TestLinear(t *testing.T) { linear.Test(t, steps, most, crafted...) }

// FuzzLinear looks for a text that costs more.
func FuzzLinear(f *testing.F) { linear.Fuzz(f, steps, most, crafted) }

func BenchmarkProse(b *testing.B) {
	for _, k := range []struct {
		name  string
		kinds Kinds
	}{{"all", All}, {"every", every}} {
		b.Run(k.name, func(b *testing.B) {
			s := New(k.kinds)
			b.SetBytes(int64(len(linear.Prose)))
			b.ReportAllocs()
			for b.Loop() {
				s.Scan(linear.Prose, true)
			}
		})
	}
}
