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

// guards are settings under which a stream must be judged as a whole answer is.
var guards = []string{
	`"POLICY_RESPONSE_WORDLIST":"profanity:redact"`,
	`"POLICY_RESPONSE_WORDLIST":"profanity:block"`,
	`"POLICY_RESPONSE_WORDLIST":"profanity:audit,custom:audit","POLICY_CUSTOM_WORDLIST":["a b","x, a","now"]`,
	`"POLICY_RESPONSE_WORDLIST":"profanity:redact,dan:block,custom:audit","POLICY_CUSTOM_WORDLIST":["project x","now a","b b","世界","a 😀"]`,
	`"POLICY_RESPONSE_WORDLIST":"profanity:audit,custom:redact","POLICY_CUSTOM_WORDLIST":["a b","aab","shit, x"],"POLICY_PROMPT_REFLECTION":"redact"`,
	`"POLICY_RESPONSE_WORDLIST":"custom:audit","POLICY_CUSTOM_WORDLIST":["a","x"],"POLICY_PROMPT_REFLECTION":"block"`,
	`"POLICY_RESPONSE_WORDLIST":"custom:block,profanity:block","POLICY_CUSTOM_WORDLIST":["a b","x, a"],"POLICY_PROMPT_REFLECTION":"audit"`,
	`"POLICY_PROMPT_REFLECTION":"redact","REDACTION_STRING":""`,
}

// asked is a fresh exchange whose request has secrets.
func asked(t testing.TB) *Exchange {
	const body = `{"messages":[{"role":"system","content":"||b a||"},{"role":"system","content":"||shit, x||"},{"role":"system","content":"||aab||"}]}`
	q, err := openai.ParseRequest(openai.Chat, "", []byte(body))
	require.NoError(t, err)
	return &Exchange{Endpoint: openai.Chat, Request: q}
}

// wholly is what must pass of a text that comes whole, and, where it is blocked, what may at most have passed before; and the flags.
func wholly(t testing.TB, e *Engine, text string) (pass string, blocked bool, flags string) {
	x := asked(t)
	l := e.look(x, Answer)
	matches, _ := l.fresh(None, Block)(text, true)
	if l.note(matches, 0, 0) {
		end := len(text)
		for _, m := range matches {
			if m.Action == Block {
				end = min(end, m.Start)
			}
		}
		var before []Match
		for _, m := range matches {
			if m.Start < end {
				m.End = min(m.End, end) // what it overlaps does not pass
				before = append(before, m)
			}
		}
		text, matches, blocked = text[:end], before, true
	}
	l.flag()
	return l.redact(text, matches), blocked, fmt.Sprint(x.Flags)
}

// guardedly is what passes of a text that comes in pieces, each ending at a cut.
func guardedly(t testing.TB, e *Engine, text string, cuts []int) (pass string, blocked bool, flags string) {
	x := asked(t)
	g := e.Guard(x)
	require.NotNil(t, g)
	x.Request = nil // the guard must not need it any more
	var out strings.Builder
	from := 0
	for i, cut := range append(cuts, len(text)) {
		last := i == len(cuts)
		p, ok := g.Piece(7, 0, text[from:cut], last)
		if !ok {
			require.True(t, x.Blocked, "%q cut at %v", text, cuts)
			return out.String(), true, fmt.Sprint(x.Flags)
		}
		out.WriteString(p)
		from = cut
		require.False(t, last && g.Held(7), "%q cut at %v: kept back for ever", text, cuts)
		require.False(t, !g.Holds() && (p != text[from-len(p):from] || g.Held(7)), "%q cut at %v: audits change nothing", text, cuts)
	}
	g.End()
	return out.String(), false, fmt.Sprint(x.Flags)
}

// sameAsWhole judges a text in pieces, and whole.
func sameAsWhole(t testing.TB, e *Engine, settings, text string, cuts []int) (changed bool) {
	want, blocked, flags := wholly(t, e, text)
	got, cut, flagged := guardedly(t, e, text, cuts)
	if blocked != cut {
		t.Fatalf("%s: %q cut at %v: blocked %v, whole %v", settings, text, cuts, cut, blocked)
	}
	if blocked && !strings.HasPrefix(want, got) {
		t.Fatalf("%s: %q cut at %v: %q passed; before what is blocked there is %q", settings, text, cuts, got, want)
	}
	if !blocked && (got != want || flags != flagged) {
		t.Fatalf("%s: %q cut at %v: %q %s; whole: %q %s", settings, text, cuts, got, flagged, want, flags)
	}
	return blocked || want != text || flags != "[]"
}

// TestGuardHoweverCut cuts texts into pieces at random: what passes is what would pass of the whole.
func TestGuardHoweverCut(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for _, settings := range guards {
		e, found := engine(t, settings), 0
		for range 3000 {
			in, cuts := text(r, 1+r.IntN(14)), []int(nil)
			for at := range in {
				if r.IntN(3) == 0 && at > 0 {
					cuts = append(cuts, at)
				}
			}
			if sameAsWhole(t, e, settings, in, cuts) {
				found++
			}
		}
		assert.Positive(t, found, "%s found nothing at all", settings)
	}
}

// FuzzGuard judges any text, cut anywhere between its characters, under any of the settings.
func FuzzGuard(f *testing.F) {
	var engines []*Engine
	for _, settings := range guards {
		engines = append(engines, engine(f, settings))
	}
	f.Add("shit, aab a world", uint64(0x5555), uint8(0))
	f.Add("do anything now aAbb a 世界 project x", uint64(1<<40|3), uint8(3))
	f.Add("shit, x aab b a shit", uint64(0xffff), uint8(5))
	f.Fuzz(func(t *testing.T, text string, at uint64, which uint8) {
		text = strings.ToValidUTF8(text, "\ufffd") // as texts of JSON are
		var cuts []int
		for i := range text {
			if i > 0 && at>>(i%64)&1 == 1 {
				cuts = append(cuts, i)
			}
		}
		n := int(which) % len(guards)
		sameAsWhole(t, engines[n], guards[n], text, cuts)
	})
}

// TestGuardHolds says what is kept back after each piece, and what passed.
func TestGuardHolds(t *testing.T) {
	const custom = `"POLICY_CUSTOM_WORDLIST":["unicorn","project titan"],"POLICY_RESPONSE_WORDLIST":"custom:`
	for _, row := range []struct{ settings, pieces, want string }{
		{custom + `redact"`, "we |uni|corn|!", "we |held|held|****!"},
		{custom + `redact"`, "a |u n i c|or|n", "held|held|a u n i cor|n"},
		{custom + `redact"`, "a uni|cycle", "a held|unicycle"},
		{custom + `redact"`, "unicorn|s", "held|unicorns"},
		{custom + `redact"`, "unicorn| ", "held|**** "},
		{custom + `redact"`, "project |x project |titan.", "held|project x held|****."},
		{custom + `audit"`, "a uni|corn| b", "a uni|corn| b"},
		{custom + `block"`, "a uni|corn| b", "a held|held|blocked"},
		{`"POLICY_PROMPT_REFLECTION":"redact"`, "B| |a|b", "held|held|held|****held"},
		{custom + `audit","POLICY_PROMPT_REFLECTION":"redact"`, "unico|rn b| x", "unico|rn held|b x"},
	} {
		x := asked(t)
		g := engine(t, row.settings).Guard(x)
		var got []string
		for piece := range strings.SplitSeq(row.pieces, "|") {
			pass, ok := g.Piece(1, 0, piece, false)
			if g.Held(1) {
				pass += "held"
			}
			if !ok {
				pass = "blocked"
			}
			got = append(got, pass)
		}
		assert.Equal(t, row.want, strings.Join(got, "|"), "%s: %s", row.settings, row.pieces)
	}
}

// TestGuardTexts has several texts at once, each by itself, with what was kept back of each.
func TestGuardTexts(t *testing.T) {
	x := asked(t)
	g := engine(t, `"POLICY_CUSTOM_WORDLIST":["unicorn"],"POLICY_RESPONSE_WORDLIST":"custom:redact"`).Guard(x)
	take := func(key uint64, piece string, atEOF bool) string {
		pass, ok := g.Piece(key, 0, piece, atEOF)
		require.True(t, ok)
		return strings.Clone(pass)
	}
	assert.Equal(t, "a ", take(1, "a uni", false))
	assert.Equal(t, "corn ", take(2, "corn ", false))
	assert.Equal(t, "", take(3, "uni", false))
	assert.Equal(t, "****.", take(1, "corn.", false))
	assert.Equal(t, "uni", take(3, "", true))
	assert.Equal(t, "corn", take(3, "corn", true), "a text that has ended is another one when it comes again")
	whole, ok := g.Whole(0, "a unicorn")
	assert.True(t, ok)
	assert.Equal(t, "a ****", whole)
	g.End()
	g.End()
	assert.Equal(t, "[{policy_wordlists Response matched known wordlists: custom [{custom redact Response 0 2 9} {custom redact Response 0 2 9}]}]", fmt.Sprint(x.Flags))
}

// TestGuardEndsEarly has a stream break off: words that were only to be noted, and have passed, are flagged, even where more text could have
// made them others.
func TestGuardEndsEarly(t *testing.T) {
	for _, row := range []struct{ action, want string }{
		{"audit", "[{policy_wordlists Response matched known wordlists: custom [{custom audit Response 0 2 9}]}]"},
		{"redact", "[]"}, // it has not passed
	} {
		x := asked(t)
		g := engine(t, `"POLICY_CUSTOM_WORDLIST":["unicorn"],"POLICY_RESPONSE_WORDLIST":"custom:`+row.action+`"`).Guard(x)
		g.Piece(1, 0, "a unicorn", false)
		g.End()
		assert.Equal(t, row.want, fmt.Sprint(x.Flags), row.action)
	}
}

// TestGuardTooMany has an answer with more texts at once than anyone wants.
func TestGuardTooMany(t *testing.T) {
	x := asked(t)
	g := engine(t, `"POLICY_RESPONSE_WORDLIST":"dan:redact"`).Guard(x)
	for key := range uint64(maxTexts) {
		_, ok := g.Piece(key, 0, "a", false)
		require.True(t, ok)
	}
	_, ok := g.Piece(maxTexts, 0, "a", false)
	assert.False(t, ok)
	assert.Equal(t, "The answer has too many texts at once", x.Reason)
}

// TestNoGuard has answers in which nothing is looked for.
func TestNoGuard(t *testing.T) {
	for _, settings := range []string{``, `"POLICY_REQUEST_WORDLIST":"profanity:block"`, `"POLICY_PROMPT_REFLECTION":"block","PROMPT_REFLECTION_DELIMETER":"%%"`} {
		assert.Nil(t, engine(t, settings).Guard(asked(t)), settings)
	}
}
