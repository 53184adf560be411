package policy

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"

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
var words = strings.Split("a|b|ab|aab|aab a|AAb a|kß世|Kẞ世|A|B| |  |, |.|x|crap|CRAP|cr|ap|do|anything|now|do anything|project|X|ß|ẞ|K|k|K|ſ|s|S|é|É|世|界|😀|\u0301|Σ|σ|ς", "|")

func text(r *rand.Rand, n int) string {
	var b strings.Builder
	for range n {
		b.WriteString(words[r.IntN(len(words))])
	}
	return b.String()
}

// scans are what the policies look with, each made anew.
var scans = map[string]func(t testing.TB) ScanFunc{
	"secret ab":    func(testing.TB) ScanFunc { return looking("ab").scan(Match{Action: Audit, Name: "r"}) },
	"secret aab a": func(testing.TB) ScanFunc { return looking("aAb a").scan(Match{Action: Block, Name: "r"}) },
	"secret kß世":   func(testing.TB) ScanFunc { return looking("Kß世").scan(Match{Action: Redact, Name: "r"}) },
	"secrets nested": func(testing.TB) ScanFunc {
		return looking("a", "ab", "aab", "b a", "aab a b", "b", "x, aab", "a aab", "bab").scan(Match{Action: Redact, Name: "r"})
	},
	"secret σ": func(testing.TB) ScanFunc { return looking("Σ").scan(Match{Action: Redact, Name: "r"}) },
	"lists": func(t testing.TB) ScanFunc {
		return joined(t, `"POLICY_REQUEST_WORDLIST":"profanity:redact,dan:block"`, Prompt, "")
	},
	"custom and lists": func(t testing.TB) ScanFunc {
		return joined(t, `"POLICY_REQUEST_WORDLIST":"profanity:redact,dan:block,custom:audit","POLICY_CUSTOM_WORDLIST":["project x","now a","b b","世界","a 😀"]`, Prompt, "")
	},
	"all of an answer": func(t testing.TB) ScanFunc {
		return joined(t, `"POLICY_RESPONSE_WORDLIST":"profanity:redact,custom:redact","POLICY_CUSTOM_WORDLIST":["a b","x, a"],"POLICY_PROMPT_REFLECTION":"redact"`, Answer,
			`{"messages":[{"role":"system","content":"||b a||"},{"role":"system","content":"||crap, x||"},{"role":"system","content":"||aab||"}]}`)
	},
}

// looking are secrets.
func looking(texts ...string) *marked {
	s := &marked{}
	for _, t := range texts {
		s.add(t)
	}
	s.link()
	return s
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
	f.Add("crap, aab a world", uint64(0x5555))
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

func TestSecret(t *testing.T) {
	for _, row := range []struct{ secret, text, want string }{
		{"abc", "xABCx", "1-4"}, {"abc", "ababc", "2-5"}, {"aa", "aaaa", "0-2 1-3 2-4"}, {"aab", "aaab", "1-4"}, {"abab", "abababab", "0-4 2-6 4-8"},
		{"straße", "STRASSE", ""}, {"straße", "STRAẞE", "0-8"}, {"kelvin", "\u212aELVIN", "0-8"}, {"ſ", "S", "0-1"}, {"μ", "µ Μ", "0-2 3-5"},
		{"σίσυφος", "ΣΊΣΥΦΟΣ", "0-14"}, {"i", "İı", ""}, {"世界", "a世界b", "1-7"}, {"\ufffd", "\xff\xfe", "0-1 1-2"}, {"a", "", ""}, {"abc", "ab", ""},
	} {
		var got []string
		found, n := looking(row.secret).scan(Match{})(row.text, true)
		for _, m := range found {
			got = append(got, fmt.Sprintf("%d-%d", m.Start, m.End))
		}
		assert.Equal(t, row.want, strings.Join(got, " "), "%q in %q", row.secret, row.text)
		assert.Equal(t, len(row.text), n, "%q in %q", row.secret, row.text)
	}
}

// TestSecretHoldsBackNoMoreThanItMust: of a text that goes on, what is kept is the longest end that the secret begins with.
func TestSecretHoldsBackNoMoreThanItMust(t *testing.T) {
	for _, row := range []struct {
		text string
		held int
	}{
		{"", 0}, {"x", 0}, {"a", 1}, {"xaA", 2}, {"aaa", 2}, {"aab", 0}, {"xaabx", 0}, {"é", 0}, {"a\xc3", 2}, {"x\xc3", 1},
	} {
		_, n := looking("aab").scan(Match{})(row.text, false)
		assert.Equal(t, row.held, len(row.text)-n, "%q", row.text)
	}
}

func TestRedactions(t *testing.T) {
	for _, row := range []struct {
		matches []Match
		want    string
	}{
		{nil, "[]"},
		{[]Match{{Start: 1, End: 3, Action: Redact}}, "[{1 3}]"},
		{[]Match{{Start: 1, End: 3, Action: Block}, {Start: 4, End: 5, Action: Audit}}, "[]"},
		{[]Match{{Start: 1, End: 3, Action: Redact}, {Start: 2, End: 6, Action: Redact}, {Start: 2, End: 4, Action: Redact}}, "[{1 6}]"},
		{[]Match{{Start: 1, End: 3, Action: Redact}, {Start: 3, End: 4, Action: Redact}}, "[{1 3} {3 4}]"},
		{[]Match{{Start: 1, End: 3, Action: Redact}, {Start: 2, End: 6, Action: Audit}}, "[{1 3}]"},
	} {
		assert.Equal(t, row.want, fmt.Sprint(redactions(row.matches)), "%v", row.matches)
	}
}

// TestSecretsAreAllFound: what matches cover is what each secret by itself covers, found the slow way.
func TestSecretsAreAllFound(t *testing.T) {
	lists := [][]string{
		{"ab"}, {"a", "aa", "aaa"}, {"be", "be nice", "nice", "e n"}, {"aab a", "ab", "b a", "a a"}, {"世界", "界", "kß世"}, {"Σ", "σa", "xς"}, {"bab", "abab", "ababb"}, {"a", "a"}, {},
	}
	r := rand.New(rand.NewPCG(5, 5))
	for _, list := range lists {
		scan := looking(append(list, "zz")...).scan(Match{})
		for n := range 300 {
			in := text(r, 1+n%16)
			want, got := make([]bool, len(in)), make([]bool, len(in))
			for _, secret := range list {
				for i := range in {
					if end := slow(in[i:], secret); end > 0 {
						for k := i; k < i+end; k++ {
							want[k] = true
						}
					}
				}
			}
			found, _ := scan(in, true)
			for _, m := range found {
				for k := m.Start; k < m.End; k++ {
					got[k] = true
				}
			}
			require.Equal(t, want, got, "%q in %q", list, in)
		}
	}
}

// slow is where a secret ends that the text begins with, 0 for nowhere.
func slow(text, secret string) int {
	end := 0
	for _, want := range secret {
		r, size := utf8.DecodeRuneInString(text[end:])
		if size == 0 || fold(r) != fold(want) {
			return 0
		}
		end += size
	}
	return end
}

func TestTooManySecretsAreRefused(t *testing.T) {
	long := strings.Repeat("é", maxMarked+1)
	body := `{"messages":[{"role":"system","content":"||` + long + `||"}]}`
	for action, want := range map[string]string{
		"block": "blocked: The marked parts of the prompt have more than 131072 characters, the most that is looked for",
		"audit": "The marked parts of the prompt have more than 131072 characters, the most that is looked for",
		"none":  "",
	} {
		require.Equal(t, want, verdict(t, `"POLICY_PROMPT_REFLECTION":"`+action+`"`, openai.Chat, body), action)
	}
	body = strings.ReplaceAll(body, long, long[:len(long)-2])
	require.Empty(t, verdict(t, `"POLICY_PROMPT_REFLECTION":"block"`, openai.Chat, body))
}

// BenchmarkSecrets: the time must not grow with how many secrets the client marks.
func BenchmarkSecrets(b *testing.B) {
	for _, n := range []int{1, 100, 10_000} {
		list := make([]string, n)
		for i := range list {
			list[i] = fmt.Sprintf("secret %d", i)
		}
		scan, in := looking(list...).scan(Match{}), strings.Repeat("this is no secret at all; ", 400)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.SetBytes(int64(len(in)))
			for b.Loop() {
				scan(in, true)
			}
		})
	}
}
