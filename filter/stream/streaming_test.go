package stream

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const custom = `{"POLICY_CUSTOM_WORDLIST":["unicorn"],"POLICY_RESPONSE_WORDLIST":"custom:redact","MAX_BODY_BYTES":4096}`

// passing takes pieces of an answer, and returns what passes.
type passing struct {
	*shown
	s   *Stream
	out []byte
}

func pass(tb testing.TB, settings string) *passing {
	s, h := opened(tb, settings)
	return &passing{shown: h, s: s}
}

// another is one more stream of the same plugin.
func (p *passing) another() *passing {
	h := *p.shown
	a := &passing{shown: &h, s: p.s.plugin.Open(&h)}
	a.s.OnRequestHeaders(false)
	h.piece = []byte(`{"model":"m","stream":true,"messages":[]}`)
	a.s.OnRequestBody(len(h.piece), true)
	a.s.OnResponseHeaders(false)
	return a
}

func (p *passing) SetBody(_ Side, b []byte) { p.piece = bytes.Clone(b) }

func (p *passing) take(piece string, end bool) {
	p.piece = []byte(piece)
	p.s.host = p
	p.s.OnResponseBody(len(piece), end)
	p.out = append(p.out, p.piece...)
}

// TestStreamEnds has streams that end in the middle: of an event, of a word.
func TestStreamEnds(t *testing.T) {
	said := func(text string) string { return `data: {"choices":[{"index":0,"delta":{"content":"` + text + `"}}]}` }
	const next = "\n\n"
	for _, row := range []struct{ name, stream, want string }{
		{"a word that is kept back", said("a uni") + next, said("a ") + next + said("uni") + next},
		{"a word that is complete", said("a unicorn") + next, said("a ") + next + said("****") + next},
		{"an event without its end", said("a uni") + next + said("corn"), said("a ") + next + said("****")},
		{"half of its end", said("a uni") + next + said("corn") + "\n", said("a ") + next + said("****") + "\n"},
		{"an event that breaks off", said("a uni") + next + `data: {"choices":[{"index":0,"delta":{"con`, said("a ") + next + said("uni") + next},
		{"a comment", said("a uni") + next + ": unicorn", said("a ") + next + said("uni") + next + ": unicorn"},
		{"[DONE] without its end", said("a uni") + next + "data: [DONE]", said("a ") + next + said("uni") + next + "data: [DONE]"},
	} {
		for _, alone := range []bool{false, true} { // the end comes with the last piece, or after it
			p := pass(t, custom)
			p.take(row.stream, !alone)
			if alone {
				p.take("", true)
			}
			assert.Equal(t, row.want, string(p.out), "%s, alone %v", row.name, alone)
		}
	}
}

// TestStreamEndsWithTrailers has streams whose end is in trailers: then no more of the body can be sent, and the stats say what is missing.
func TestStreamEndsWithTrailers(t *testing.T) {
	for _, row := range []struct {
		stream string
		fails  bool
	}{
		{string(event("we go.")), false}, {string(event("a uni")), true}, {string(event("a")[:20]), true}, {string(event("a uni")) + "data: [DONE]\n\n", false},
	} {
		p := pass(t, custom)
		p.take(row.stream, false)
		p.s.OnResponseTrailers()
		p.s.OnDone()
		assert.Equal(t, row.fails, strings.Contains(string(p.property), "The provider's stream ended in the middle"), "%s: %s", row.stream, p.property)
	}
}

// TestLargeEvents has an event that is as large as is judged, and one that is larger: that ends the stream before all of it is there.
func TestLargeEvents(t *testing.T) {
	fine := event(strings.Repeat("a", 3500))
	require.Less(t, len(fine), 4096)
	p := pass(t, custom)
	p.take(string(fine[:3000]), false)
	p.take(string(fine[3000:]), false)
	assert.Equal(t, string(fine), string(p.out))
	p.take("data: "+strings.Repeat("a", 4000), false)
	assert.Equal(t, string(fine), string(p.out))
	p.take(strings.Repeat("a", 100), false)
	p.take("more", false)
	p.take("", true)
	rest := strings.TrimPrefix(string(p.out), string(fine))
	assert.Contains(t, rest, "The provider's stream has an event that is larger than is judged")
	assert.NotContains(t, rest, "aaa")
	assert.NotContains(t, rest, "more")
}

// TestStreamsAtOnce has streams of one plugin, which share the room in which they work, come piece by piece in any order.
func TestStreamsAtOnce(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 9))
	one := func(n int) (stream, want string) { // each other than the others
		word := fmt.Sprintf("unicorn%d", n)
		for i, text := range []string{"a uni", "corn ", word, " uni", "corns", " uni", "corn."} {
			passes := []string{"a ", "**** ", word, " ", "unicorns", " ", "****."}[i]
			stream, want = stream+string(event(text)), want+string(event(passes))
		}
		return stream, want
	}
	streams := []*passing{pass(t, custom)}
	for range 5 {
		streams = append(streams, streams[0].another())
	}
	left := map[int]string{}
	for i := range streams {
		left[i], _ = one(i + 1)
	}
	for len(left) > 0 {
		i := r.IntN(len(streams))
		if rest, ok := left[i]; ok {
			n := 1 + r.IntN(min(len(rest), 300))
			streams[i].take(rest[:n], n == len(rest))
			if left[i] = rest[n:]; left[i] == "" {
				delete(left, i)
			}
		}
	}
	for i, p := range streams {
		_, want := one(i + 1)
		assert.Equal(t, want, string(p.out), "stream %d", i+1)
	}
}

// TestEventsCostNoMemory takes events of which some are changed: nothing is allocated for any but the first.
func TestEventsCostNoMemory(t *testing.T) {
	for _, settings := range []string{`{"LOG_DETAILS":true}`, custom, `{` + redacting + `}`} {
		s, h := opened(t, settings)
		events := [][]byte{event("hello a uni"), event("corn and"), event(" on.")}
		i := 0
		got := testing.AllocsPerRun(300, func() {
			h.take(s, events[i%len(events)])
			i++
		})
		assert.LessOrEqual(t, got, 1.0, settings) // a redacted text is put together anew
	}
}

// FuzzStream takes any bytes for a stream, cut anywhere: each byte of cuts is how far it is to the next cut. What passes, and what the log
// says, is what it is when all comes at once.
func FuzzStream(f *testing.F) {
	f.Add(string(event("a uni"))+string(event("corn"))+"data: [DONE]\n\n", []byte{1})
	f.Add("\ufeff: x\r\n\r\n"+strings.ReplaceAll(string(event("a uni"))+string(event("cycle")), "\n", "\r\n"), []byte{7, 3})
	f.Add(`data: {"choices":[{"index":0,"delta":{"content":"a unicorn"},"finish_reason":"stop"}]}`+"\r\r"+`data: {"choices":[],"usage":{}}`, []byte{40, 0, 1})
	f.Add(`data: {"choices":[{"index":1,"delta":{"tool_calls":[{"index":0,"id":"a","function":{"name":"b","arguments":"uni"}}]}}],`+"\n"+`data: "error":{}}`+"\n\n", []byte{2})
	first := pass(f, custom)
	take := func(pieces []string) string {
		p := first.another()
		for i, piece := range pieces {
			p.take(piece, i == len(pieces)-1)
		}
		p.s.OnDone()
		return string(p.out) + string(p.property)
	}
	f.Fuzz(func(t *testing.T, stream string, cuts []byte) {
		if len(stream) > 4000 || len(cuts) == 0 { // or it may be too large for an event
			return
		}
		var pieces []string
		rest := stream
		for i := 0; rest != "" && i < 1000; i++ {
			n := min(len(rest), int(cuts[i%len(cuts)]))
			pieces, rest = append(pieces, rest[:n]), rest[n:]
		}
		whole, cut := take([]string{stream}), take(append(pieces, rest))
		if whole != cut {
			t.Fatalf("%q: %q, whole %q", pieces, cut, whole)
		}
	})
}

// TestHangUp has clients leave at the last event of a stream, as OpenAI's SDKs do, and before it.
func TestHangUp(t *testing.T) {
	done := []byte("data: [DONE]\n\n")
	for _, row := range []struct {
		name, settings string
		last           []byte
		early          bool
	}{
		{"judged", `{` + redacting + `}`, done, false},
		{"judged, before the end", `{` + redacting + `}`, nil, true},
		{"read", `{"LOG_DETAILS":true}`, done, false},
		{"read, before the end", `{"LOG_DETAILS":true}`, nil, true},
		{"nobody wants it", `{}`, nil, true},
	} {
		t.Run(row.name, func(t *testing.T) {
			s, h := opened(t, row.settings)
			h.take(s, event("hello there "))
			if row.last != nil {
				h.take(s, row.last)
			}
			s.OnDone()
			require.Equal(t, row.early, strings.Contains(string(h.property), `"reason":"The exchange ended early"`), "%s", h.property)
			require.Equal(t, row.early, strings.Contains(string(h.property), `"error":true`))
		})
	}
}
