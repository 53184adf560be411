package stream

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// still is a proxy that does nothing, so that what is measured is the filter.
type still struct {
	in, out  [][2]string
	body     [2][]byte
	property []byte
}

func (*still) Now() time.Duration                     { return 1700000000 * time.Second }
func (*still) Log(Level, string)                      {}
func (*still) Shared(string) ([]byte, uint32)         { return nil, 0 }
func (*still) Share(string, []byte, uint32) bool      { return true }
func (*still) Tick(time.Duration)                     {}
func (*still) As(uint32)                              {}
func (*still) ID() uint32                             { return 1 }
func (h *still) Header(s Side, name string) string    { return headers(h.out).value(name) }
func (*still) SetHeader(Side, string, string)         {}
func (*still) RemoveHeader(Side, string)              {}
func (h *still) Body(s Side, n int) []byte            { return append([]byte(nil), h.body[s]...) }
func (h *still) Piece(s Side, n int) []byte           { return h.body[s] }
func (*still) SetBody(Side, []byte)                   {}
func (*still) Resume(Side)                            {}
func (*still) Reply(int, [][2]string, []byte)         {}
func (*still) Property(string) []byte                 { return []byte("127.0.0.1:1") }
func (h *still) SetProperty(name string, line []byte) { h.property = line }
func (*still) Call(Call, func(Answer)) error          { return nil }
func (*still) Close()                                 {}

func (h *still) Headers(s Side) [][2]string {
	if s == Request {
		return slices.Clone(h.in)
	}
	return slices.Clone(h.out)
}

// everything is all local policies, on both sides, doing no more than audit where nothing is found.
const everything = `{"POLICY_MAX_TOKENS":1000,"POLICY_MAX_PROMPT_CHARS":2000000,"POLICY_ENFORCE_USER_IDS":true,"POLICY_DISABLED_MODELS":["gpt-3"],
	"POLICY_REQUEST_WORDLIST":"profanity:block,adult:block,dan:block,custom:redact","POLICY_RESPONSE_WORDLIST":"profanity:redact,adult:redact",
	"POLICY_CUSTOM_WORDLIST":["foo bar"],"POLICY_PROMPT_REFLECTION":"block"}`

// BenchmarkExchange is one chat of 1 KB each way, but for the proxy.
func BenchmarkExchange(b *testing.B) {
	text := strings.Repeat("The quick brown fox jumps over the lazy dog, and then it sleeps. ", 15)
	for _, row := range []struct{ name, settings string }{{"nothing", `{}`}, {"details", `{"LOG_DETAILS":true}`}, {"everything", everything}} {
		b.Run(row.name, func(b *testing.B) {
			h := &still{
				in: [][2]string{{":method", "POST"}, {":path", "/v1/chat/completions"}, {":authority", "x"}, {"content-type", "application/json"},
					{"authorization", "Bearer sk-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}, {"content-length", "1100"}, {"user-agent", "x"}},
				out: [][2]string{{":status", "200"}, {"content-type", "application/json"}, {"content-length", "1100"}},
				body: [2][]byte{
					[]byte(`{"model":"gpt-4o-mini","max_tokens":100,"user":"bob","messages":[{"role":"user","content":"` + text + `"}]}`),
					[]byte(`{"id":"chatcmpl-9abc","object":"chat.completion","created":1700000000,"model":"gpt-4o-mini","choices":[{"index":0,` +
						`"message":{"role":"assistant","content":"` + text + `"},"finish_reason":"stop"}],` +
						`"usage":{"prompt_tokens":10,"completion_tokens":20,"total_tokens":30}}`),
				},
			}
			p := New(h)
			_, err := p.Configure("", []byte(row.settings), func(string) (string, bool) { return "", false })
			require.NoError(b, err)
			p.headers = holds
			b.ReportAllocs()
			for b.Loop() {
				s := p.Open(h)
				s.OnRequestHeaders(false)
				s.OnRequestBody(len(h.body[Request]), true)
				s.OnResponseHeaders(false)
				s.OnResponseBody(len(h.body[Response]), true)
				s.OnDone()
				p.Reuse(s)
			}
			require.Contains(b, string(h.property), `"error":false`)
		})
	}
}
