package stream_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/usagepanda/usage-panda-envoy/filter/stream"
)

// bare is a host that costs nothing: it has one exchange, whose pieces it shows as they are.
type bare struct {
	side  [2][][2]string
	piece []byte
	set   int // bytes that were put in the place of pieces
}

func (h *bare) Now() time.Time                              { return time.Unix(1, 0) }
func (h *bare) Log(stream.Level, string)                    {}
func (h *bare) Shared(string) ([]byte, uint32)              { return nil, 0 }
func (h *bare) Share(string, []byte, uint32) bool           { return true }
func (h *bare) Call(stream.Call, func(stream.Answer)) error { return nil }
func (h *bare) Tick(time.Duration)                          {}
func (h *bare) As(uint32)                                   {}
func (h *bare) ID() uint32                                  { return 2 }
func (h *bare) Headers(s stream.Side) [][2]string           { return h.side[s] }
func (h *bare) SetHeader(stream.Side, string, string)       {}
func (h *bare) RemoveHeader(stream.Side, string)            {}
func (h *bare) Body(stream.Side, int) []byte                { return h.piece }
func (h *bare) SetBody(_ stream.Side, b []byte)             { h.set += len(b) }
func (h *bare) Resume(stream.Side)                          {}
func (h *bare) Reply(int, [][2]string, []byte)              {}
func (h *bare) Property(...string) []byte                   { return nil }
func (h *bare) SetProperty(string, []byte)                  {}
func (h *bare) Close()                                      {}

// streaming opens an exchange whose streamed answer has begun.
func streaming(tb testing.TB, settings string) (*stream.Stream, *bare) {
	tb.Helper()
	h := &bare{}
	h.side[stream.Request] = [][2]string{{":method", "POST"}, {":path", "/v1/chat/completions"}, {":authority", "a"},
		{"authorization", "Bearer sk-proj-abcdefghijklmnopqrstuvwxyz0123456789"}, {"content-type", "application/json"}}
	h.side[stream.Response] = [][2]string{{":status", "200"}, {"content-type", "text/event-stream"}}
	p := stream.New(h)
	if _, err := p.Configure("", []byte(settings), func(string) (string, bool) { return "", false }); err != nil {
		tb.Fatal(err)
	}
	s := p.Open(h)
	s.OnRequestHeaders(false)
	h.piece = []byte(`{"model":"gpt-5","stream":true,"messages":[{"role":"system","content":"Be ||discreet about the owl|| always"},` +
		`{"role":"user","content":"hello"}]}`)
	s.OnRequestBody(len(h.piece), true)
	s.OnResponseHeaders(false)
	return s, h
}

// words are English of which nothing is held back, a piece of 12 characters each but for the last of a word.
const plain = "The river runs through wide green meadows toward mountains beyond which nobody has ever travelled before winter. "

// BenchmarkEvent takes one event of 12 characters at a time.
func BenchmarkEvent(b *testing.B) {
	for _, row := range []struct{ name, settings string }{
		{"off", `{"LOCAL_MODE":true}`},
		{"details", `{"LOCAL_MODE":true,"LOG_DETAILS":true}`},
		{"audit", `{"LOCAL_MODE":true,"POLICY_RESPONSE_WORDLIST":"profanity:audit,adult:audit,dan:audit"}`},
		{"redact", `{"LOCAL_MODE":true,"POLICY_RESPONSE_WORDLIST":"profanity:redact,adult:redact,dan:redact,custom:redact",` +
			`"POLICY_CUSTOM_WORDLIST":["project titan","unicorn"],"POLICY_PROMPT_REFLECTION":"redact"}`},
		{"redact, logged", `{"LOCAL_MODE":true,"POLICY_RESPONSE_WORDLIST":"profanity:redact,adult:redact,dan:redact,custom:redact",` +
			`"POLICY_CUSTOM_WORDLIST":["project titan","unicorn"],"POLICY_LOG_RESPONSE":true}`},
	} {
		b.Run(row.name, func(b *testing.B) {
			s, h := streaming(b, row.settings)
			var events [][]byte
			text := strings.Repeat(plain, 12)
			for len(text) >= 12 {
				events = append(events, fmt.Appendf(nil, `data: {"id":"chatcmpl-BxQy3Hn5nWZ1mAGs2dQ2kVJ3GZkPq","object":"chat.completion.chunk","created":1730000000,`+
					`"model":"gpt-4o-mini-2024-07-18","service_tier":"default","system_fingerprint":"fp_0ba0d124f1","choices":[{"index":0,`+
					`"delta":{"content":%q},"logprobs":null,"finish_reason":null}],"usage":null}`+"\n\n", text[:12]))
				text = text[12:]
			}
			changed := 0
			b.ReportAllocs()
			b.ResetTimer()
			for i := range b.N {
				h.piece, h.set = events[i%len(events)], 0
				s.OnResponseBody(len(h.piece), false)
				if h.set > 0 {
					changed++
				}
			}
			b.ReportMetric(float64(changed)/float64(b.N), "changed/op")
		})
	}
}
