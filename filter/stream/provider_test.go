package stream

import (
	"math/rand/v2"
	"regexp"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usagepanda/usage-panda-envoy/converters"
	"github.com/usagepanda/usage-panda-envoy/policy"
)

// TestKinds holds the kinds of providers that settings may have against those that there are converters for.
func TestKinds(t *testing.T) {
	require.ElementsMatch(t, converters.Kinds(), policy.ProviderKinds())
	for _, kind := range policy.ProviderKinds() {
		require.NotNil(t, converters.Of(kind), kind)
	}
}

// TestInteger reads numbers as Envoy has them in properties.
func TestInteger(t *testing.T) {
	require.EqualValues(t, 0, integer(nil))
	require.EqualValues(t, 0, integer([]byte("12")))
	require.EqualValues(t, 2, integer([]byte{2, 0, 0, 0, 0, 0, 0, 0}))
	require.EqualValues(t, 258, integer([]byte{2, 1, 0, 0, 0, 0, 0, 0}))
}

// steps is a proxy that keeps what was done to the request and the answer.
type steps struct {
	still
	request, answer map[string]string
	sent            []byte
}

func (h *steps) SetHeader(s Side, name, value string) { h.of(s)[name] = value }
func (h *steps) RemoveHeader(s Side, name string)     { h.of(s)[name] = "" }
func (h *steps) SetBody(s Side, b []byte)             { h.sent = slices.Clone(b) }
func (h *steps) of(s Side) map[string]string {
	if s == Request {
		return h.request
	}
	return h.answer
}

// claude are settings with one provider.
const claude = `{"PROVIDERS":[{"name":"claude","kind":"anthropic","key":"sk-ant","cluster":"c"}]}`

// converting is a plugin on a host that holds headers, and a chat with that model through it, answered with the body.
func converting(tb testing.TB, settings string) (*Plugin, func(model string, body string) *steps) {
	p := New(&still{})
	_, err := p.Configure("", []byte(settings), func(string) (string, bool) { return "", false })
	require.NoError(tb, err)
	p.headers = holds
	return p, func(model, body string) *steps {
		h := &steps{request: map[string]string{}, answer: map[string]string{}}
		h.in = [][2]string{{":method", "POST"}, {":path", "/v1/chat/completions"}, {":authority", "x"}, {"content-type", "application/json"},
			{"authorization", "Bearer sk-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}, {"content-length", "60"}}
		h.out = [][2]string{{":status", "200"}, {"content-type", "application/json"}, {"content-length", "60"}}
		h.body = [2][]byte{[]byte(`{"model":"` + model + `","messages":[{"role":"user","content":"hi"}]}`), []byte(body)}
		s := p.Open(h)
		s.OnRequestHeaders(false)
		s.OnRequestBody(len(h.body[Request]), true)
		s.OnResponseHeaders(false)
		s.OnResponseBody(len(body), true)
		s.OnDone()
		return h
	}
}

// TestConvertUpstream leaves requests as they are for the cluster's own filters, but for a key that is for nobody there.
func TestConvertUpstream(t *testing.T) {
	p, chat := converting(t, claude[:len(claude)-1]+`,"CONVERT":"upstream","OPENAI_API_KEY":"sk-openai"}`)
	h := chat("claude/m", `{"choices":[]}`)
	require.Equal(t, map[string]string{clusterHeader: "c"}, h.request)
	require.Nil(t, h.sent)
	s := p.Open(&steps{still: still{in: [][2]string{{":method", "POST"}, {":path", "/v1/chat/completions"}}, body: h.body}, request: map[string]string{}})
	s.OnRequestHeaders(false)
	s.OnRequestBody(len(h.body[Request]), true)
	require.Equal(t, map[string]string{clusterHeader: "c", "authorization": ""}, s.host.(*steps).request)
	s.OnDone()
}

const message = `{"id":"msg_1","type":"message","role":"assistant","model":"m","content":[{"type":"text","text":"Hello."}],"stop_reason":"end_turn","usage":{"input_tokens":9,"output_tokens":4}}`

// TestCluster sees where requests go, and that exchanges that share a route's room leave nothing in it.
func TestCluster(t *testing.T) {
	p, chat := converting(t, claude)
	for range 3 {
		h := chat("claude/m", message)
		require.Equal(t, "c", h.request[clusterHeader])
		require.Equal(t, "api.anthropic.com", h.request[":authority"])
		require.Equal(t, "/v1/messages", h.request[":path"])
		require.Equal(t, "sk-ant", h.request["x-api-key"])
		require.Contains(t, h.request, "authorization")
		require.Empty(t, h.request["authorization"])
		require.Contains(t, string(h.sent), `"content":"Hello."`)
		require.Contains(t, string(h.property), `"provider":"claude"`)
		require.Len(t, p.routes, 1)
		require.Nil(t, p.routes[0].converter)
		h = chat("gpt-5", `{"choices":[]}`)
		require.Empty(t, h.request)
		require.Nil(t, h.sent)
		require.NotContains(t, string(h.property), `"provider"`)
	}
}

// BenchmarkConverted is a chat with another provider, but for the proxy.
func BenchmarkConverted(b *testing.B) {
	_, chat := converting(b, claude)
	b.ReportAllocs()
	for b.Loop() {
		chat("claude/m", message)
	}
}

// reused is a proxy whose pieces all come into the same room, as in the module.
type reused struct {
	steps
	room, piece, got []byte
}

func (h *reused) Piece(Side, int) []byte { return h.piece }
func (h *reused) SetBody(s Side, b []byte) {
	if s == Response {
		h.got = slices.Clone(b)
	}
}

// TestPieces has streams of OpenAI's API, of one much like it, and of another one, come in any pieces: what passes is what passes of the whole.
func TestPieces(t *testing.T) {
	own, other := []byte(": prompt\n\n"), []byte(`data: {"type":"message_start","message":{"id":"msg_1","model":"m","usage":{"input_tokens":9,"output_tokens":1}}}`+"\n\n"+
		`data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}`+"\n\n")
	for _, text := range []string{"a", " uni", "corn", " b", " unicorn.", " c unicorn d", " e", " unicorns", " uni", "corn", " f"} {
		own = append(own, event(text)...)
		other = append(other, `data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"`+text+`"}}`+"\n\n"...)
	}
	own = append(own, "data: [DONE]\n\n"...)
	other = append(other, `data: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":4}}`+"\n\n"+`data: {"type":"message_stop"}`+"\n\n"...)
	p, _ := converting(t, `{"PROVIDERS":[{"name":"claude","kind":"anthropic","key":"k"},{"name":"azure","kind":"azure","resource":"res","key":"k"}],
		"POLICY_CUSTOM_WORDLIST":["unicorn"],"POLICY_RESPONSE_WORDLIST":"custom:redact","REDACTION_STRING":"[something that is longer]"}`)
	play := func(model string, pieces [][]byte) (all string) {
		h := &reused{room: make([]byte, 1<<16)}
		h.request, h.answer = map[string]string{}, map[string]string{}
		h.in = [][2]string{{":method", "POST"}, {":path", "/v1/chat/completions"}, {"authorization", "Bearer sk-aaaaaaaaaaaaaaaa"}}
		h.out = [][2]string{{":status", "200"}, {"content-type", "text/event-stream"}}
		h.body[Request] = []byte(`{"model":"` + model + `","stream":true,"stream_options":{"include_usage":true},"messages":[{"role":"user","content":"hi"}]}`)
		s := p.Open(h)
		s.OnRequestHeaders(false)
		s.OnRequestBody(len(h.body[Request]), true)
		s.OnResponseHeaders(false)
		for i, piece := range pieces {
			h.piece = h.room[:copy(h.room, piece)]
			h.got = h.piece
			s.OnResponseBody(len(piece), i == len(pieces)-1)
			all += string(h.got)
			clear(h.room)
		}
		s.OnDone()
		return all
	}
	for model, stream := range map[string][]byte{"gpt": own, "azure/gpt": own, "claude/m": other} {
		want := play(model, [][]byte{stream})
		require.NotContains(t, want, "unicorn.", model)
		require.Contains(t, want, "[DONE]", model)
		created := regexp.MustCompile(`"created":\d+`)
		for seed := range uint64(300) {
			r := rand.New(rand.NewPCG(seed, 1))
			var pieces [][]byte
			for rest := stream; len(rest) > 0; {
				n := min(len(rest), 1+r.IntN(1+r.IntN(1500)))
				pieces, rest = append(pieces, rest[:n]), rest[n:]
			}
			require.Equal(t, created.ReplaceAllString(want, ""), created.ReplaceAllString(play(model, pieces), ""), "%s, seed %d", model, seed)
		}
	}
}
