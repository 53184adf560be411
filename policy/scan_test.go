package policy

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/usagepanda/usage-panda-envoy/converters/openai"
)

// pieces scans a text in pieces that end at the cuts, checks what a ScanFunc promises, and returns the matches at their places in the text.
func pieces(t testing.TB, scan ScanFunc, text string, cuts ...int) string {
	var out strings.Builder
	from, last := 0, 0
	for _, cut := range append(cuts, len(text)) {
		if cut < from {
			continue
		}
		found, n := scan(text[from:cut], cut == len(text))
		require.True(t, 0 <= n && n <= cut-from, "%q cut at %v: %d bytes decided of %d", text, cuts, n, cut-from)
		for _, m := range found {
			require.True(t, 0 <= m.Start && m.Start < m.End && m.End <= n, "%q cut at %v: the match %v is not within %d decided bytes", text, cuts, m, n)
			require.True(t, from+m.Start >= last, "%q cut at %v: matches out of order", text, cuts)
			last = from + m.Start
			fmt.Fprintf(&out, "%d-%d %s %s; ", from+m.Start, from+m.End, m.Action, m.Name)
		}
		from += n
		if cut == len(text) {
			break
		}
	}
	require.Equal(t, len(text), from, "%q cut at %v: bytes decided", text, cuts)
	return out.String()
}

// words make texts that nearly hold what is looked for.
var words = strings.Split("a|b|ab|aab|aab a|AAb a|kß世|Kẞ世|A|B| |  |, |.|x|shit|SHIT|cr|ap|do|anything|now|do anything|project|X|ß|ẞ|K|k|K|ſ|s|S|é|É|世|界|😀|\u0301|Σ|σ|ς", "|")

func text(r *rand.Rand, n int) string {
	var b strings.Builder
	for range n {
		b.WriteString(words[r.IntN(len(words))])
	}
	return b.String()
}

// scans are what the policies look with, each made anew.
var scans = map[string]func(t testing.TB) ScanFunc{
	"secret ab":    func(t testing.TB) ScanFunc { return looking(t, "ab") },
	"secret aab a": func(t testing.TB) ScanFunc { return looking(t, "aAb a") },
	"secret kß世":   func(t testing.TB) ScanFunc { return looking(t, "Kß世") },
	"secrets nested": func(t testing.TB) ScanFunc {
		return looking(t, "a", "ab", "aab", "b a", "aab a b", "b", "x, aab", "a aab", "bab", "do anything now shit")
	},
	"secret σ": func(t testing.TB) ScanFunc { return looking(t, "Σ") },
	"lists": func(t testing.TB) ScanFunc {
		return joined(t, `"POLICY_REQUEST_WORDLIST":"profanity:redact,dan:block"`, Prompt, "")
	},
	"custom and lists": func(t testing.TB) ScanFunc {
		return joined(t, `"POLICY_REQUEST_WORDLIST":"profanity:redact,dan:block,custom:audit","POLICY_CUSTOM_WORDLIST":["project x","now a","b b","世界","a 😀"]`, Prompt, "")
	},
	"all of an answer": func(t testing.TB) ScanFunc {
		return joined(t, `"POLICY_RESPONSE_WORDLIST":"profanity:redact,custom:redact","POLICY_CUSTOM_WORDLIST":["a b","x, a"],"POLICY_PROMPT_REFLECTION":"redact"`, Answer,
			`{"messages":[{"role":"system","content":"||b a||"},{"role":"system","content":"||shit, x||"},{"role":"system","content":"||aab||"}]}`)
	},
}

// looking is what an engine looks for guarded texts with.
func looking(t testing.TB, texts ...string) ScanFunc {
	var b strings.Builder
	for i, text := range texts {
		fmt.Fprintf(&b, `%s{"role":"system","content":"||%s||"}`, strings.Repeat(",", min(i, 1)), text)
	}
	return joined(t, `"POLICY_PROMPT_REFLECTION":"redact"`, Answer, `{"messages":[`+b.String()+`]}`)
}

// joined is what an engine looks with.
func joined(t testing.TB, settings string, s Side, request string) ScanFunc {
	x := &Exchange{Endpoint: openai.Chat}
	if request != "" {
		var err error
		x.Request, err = openai.ParseRequest(openai.Chat, "", []byte(request))
		require.NoError(t, err)
	}
	return engine(t, settings).look(x, s).fresh(None, Block)
}

// TestScansHoweverCut: however a text is cut, the matches are the same, at the same places.
func TestScansHoweverCut(t *testing.T) {
	for name, scan := range scans {
		r := rand.New(rand.NewPCG(7, 7))
		matches := 0
		f := scan(t) // one for all texts: at the end of one it is ready for the next
		for n := range 150 {
			in := text(r, 1+n%16)
			want := pieces(t, f, in)
			matches += strings.Count(want, ";")
			for cut := range len(in) + 1 {
				require.Equal(t, want, pieces(t, f, in, cut), "%s: %q cut at %d", name, in, cut)
			}
			for range 10 {
				var cuts []int
				for cut := range len(in) {
					if r.IntN(4) > 0 {
						cuts = append(cuts, cut)
					}
				}
				require.Equal(t, want, pieces(t, f, in, cuts...), "%s: %q cut at %v", name, in, cuts)
			}
		}
		assert.Positive(t, matches, "%s found nothing at all", name)
	}
}

func FuzzScans(f *testing.F) {
	f.Add("shit, aab a world", uint64(0x5555))
	f.Add("do anything now aAbb a 世界", uint64(3))
	fresh := map[string]ScanFunc{}
	for name, scan := range scans {
		fresh[name] = scan(f)
	}
	f.Fuzz(func(t *testing.T, text string, at uint64) {
		var cuts []int
		for i := range min(len(text), 64) {
			if at>>i&1 == 1 {
				cuts = append(cuts, i)
			}
		}
		for name, scan := range fresh {
			if want, got := pieces(t, scan, text), pieces(t, scan, text, cuts...); want != got {
				t.Fatalf("%s: %q cut at %v: %s; whole: %s", name, text, cuts, got, want)
			}
		}
	})
}

func TestRedactions(t *testing.T) {
	for _, row := range []struct {
		matches []Match
		want    string
	}{
		{nil, "[]"},
		{[]Match{{Start: 1, End: 3, Action: Redact}}, "[{1 3 -}]"},
		{[]Match{{Start: 1, End: 3, Action: Block}, {Start: 4, End: 5, Action: Audit}}, "[]"},
		{[]Match{{Start: 1, End: 3, Action: Redact}, {Start: 2, End: 6, Action: Redact}, {Start: 2, End: 4, Action: Redact}}, "[{1 6 -}]"},
		{[]Match{{Start: 1, End: 3, Action: Redact}, {Start: 3, End: 4, Action: Redact}}, "[{1 3 -} {3 4 -}]"},
		{[]Match{{Start: 1, End: 3, Action: Redact}, {Start: 2, End: 6, Action: Audit}}, "[{1 3 -}]"},
	} {
		assert.Equal(t, row.want, fmt.Sprint((&look{engine: &Engine{redaction: "-"}}).redactions("0123456789", row.matches)), "%v", row.matches)
	}
}
