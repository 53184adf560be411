package stream

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// shown is a proxy that shows pieces as they are, and counts the bytes that were put in their place.
type shown struct {
	still
	piece []byte
	set   int
}

func (h *shown) Body(Side, int) []byte          { return h.piece }
func (h *shown) Piece(Side, int) []byte         { return h.piece }
func (h *shown) SetBody(_ Side, b []byte)       { h.set += len(b) }
func (h *shown) Header(s Side, n string) string { return headers(h.Headers(s)).value(n) }
func (h *shown) take(s *Stream, piece []byte) {
	h.piece, h.set = piece, 0
	s.OnResponseBody(len(piece), false)
}

// opened opens an exchange whose streamed answer has begun.
func opened(tb testing.TB, settings string) (*Stream, *shown) {
	tb.Helper()
	h := &shown{still: still{
		in: [][2]string{{":method", "POST"}, {":path", "/v1/chat/completions"}, {":authority", "x"}, {"content-type", "application/json"},
			{"authorization", "Bearer sk-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}, {"user-agent", "x"}},
		out: [][2]string{{":status", "200"}, {"content-type", "text/event-stream"}},
	}}
	p := New(h)
	_, err := p.Configure("", []byte(settings), func(string) (string, bool) { return "", false })
	require.NoError(tb, err)
	s := p.Open(h)
	s.OnRequestHeaders(false)
	h.piece = []byte(`{"model":"gpt-4o-mini","stream":true,"messages":[{"role":"system","content":"Be ||discreet about the owl|| always"},` +
		`{"role":"user","content":"hello"}]}`)
	s.OnRequestBody(len(h.piece), true)
	s.OnResponseHeaders(false)
	return s, h
}

// event is an event of a chat as OpenAI writes it.
func event(text string) []byte {
	return fmt.Appendf(nil, `data: {"id":"chatcmpl-BxQy3Hn5nWZ1mAGs2dQ2kVJ3GZkPq","object":"chat.completion.chunk","created":1730000000,`+
		`"model":"gpt-4o-mini-2024-07-18","service_tier":"default","system_fingerprint":"fp_0ba0d124f1","choices":[{"index":0,`+
		`"delta":{"content":%q},"logprobs":null,"finish_reason":null}],"usage":null}`+"\n\n", text)
}

const redacting = `"POLICY_RESPONSE_WORDLIST":"profanity:redact,adult:redact,dan:redact,custom:redact",` +
	`"POLICY_CUSTOM_WORDLIST":["project titan","unicorn"],"POLICY_PROMPT_REFLECTION":"redact"`

// BenchmarkEvent is one event of 12 characters, cut anywhere, but for the proxy. "changed" is how many of the events are not forwarded as
// they came, since something of their text is kept back, or was.
func BenchmarkEvent(b *testing.B) {
	english := strings.Repeat("The river runs through wide green meadows toward mountains beyond which nobody has ever travelled in winter. ", 12)
	for _, row := range []struct{ name, settings, text string }{
		{"nothing", `{}`, english},
		{"details", `{"LOG_DETAILS":true}`, english},
		{"audit", `{"POLICY_RESPONSE_WORDLIST":"profanity:audit,adult:audit,dan:audit"}`, english},
		{"redact", `{` + redacting + `}`, english},
		{"redact, logged", `{` + redacting + `,"POLICY_LOG_RESPONSE":true}`, english},
		{"redact, nothing held", `{` + redacting + `}`, strings.Repeat("0123456789. ", 100)},
	} {
		b.Run(row.name, func(b *testing.B) {
			s, h := opened(b, row.settings)
			var events [][]byte
			for text := row.text; len(text) >= 12; text = text[12:] {
				events = append(events, event(text[:12]))
			}
			changed := 0
			b.ReportAllocs()
			b.ResetTimer()
			for i := range b.N {
				if h.take(s, events[i%len(events)]); h.set > 0 {
					changed++
				}
			}
			b.ReportMetric(float64(changed)/float64(b.N), "changed/op")
		})
	}
}
