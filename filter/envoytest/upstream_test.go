package envoytest_test

import (
	"maps"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usagepanda/usage-panda-envoy/filter/envoytest"
)

// upstream are settings for a place among a cluster's own filters.
const upstream = `{"ROLE":"upstream","POLICY_REQUEST_WORDLIST":"profanity:block","PROVIDERS":[{"name":"claude","kind":"anthropic","key":"sk-ant-a"},
	{"name":"other","kind":"openai","url":"https://other.example","key":"sk-other"},{"name":"mine","kind":"gemini","client_key":true}],
	"MODELS":{"m":["other/m-1","claude/claude-3-5-haiku-20241022"]}}`

// attempt plays what an attempt is, to an endpoint of that provider. It finds the headers and properties of the one before.
func attempt(t *testing.T, provider, path, body string, headers [][2]string, r *rand.Rand, answer envoytest.Message, before ...*envoytest.Exchange) *envoytest.Exchange {
	e := &envoytest.Envoy{Engine: envoytest.Native{}, Holds: true, Attributes: map[string]string{}}
	if provider != "" {
		e.Attributes["xds.upstream_host_metadata.filter_metadata.usagepanda.provider"] = provider
	}
	for _, x := range before {
		maps.Copy(e.Attributes, x.Properties)
	}
	w, err := e.NewWorker(upstream)
	require.NoError(t, err)
	headers = append(headers, [2]string{"content-type", "application/json"}, [2]string{"x-usagepanda-cluster", "c"})
	request := envoytest.NewRequest("POST", path, headers, envoytest.RandomCut(r)(body))
	x := w.Open(&envoytest.Exchange{Request: request, Provider: func(envoytest.Message) envoytest.Message { return answer }})
	envoytest.Run(envoytest.InOrder, x)
	w.Close()
	require.Empty(t, e.Faults)
	require.Empty(t, x.Stats(), "the first filter has them")
	return x
}

// TestUpstreamRole converts for the provider of the endpoint, and for the next one what the attempt before has left of the headers.
func TestUpstreamRole(t *testing.T) {
	const asked = `{"model":"m","messages":[{"role":"user","content":"what a shit day"}]}`
	client := [][2]string{{"authorization", "Bearer sk-proj-client"}, {"cookie", "a=b"}}
	whole := envoytest.NewAnswer(200, [][2]string{{"content-type", "application/json"}}, envoytest.Whole(
		`{"id":"msg_1","type":"message","role":"assistant","model":"c","content":[{"type":"text","text":"Hello."}],"stop_reason":"end_turn","usage":{"input_tokens":9,"output_tokens":4}}`))
	stream := envoytest.NewAnswer(200, [][2]string{{"content-type", "text/event-stream"}}, envoytest.Whole(strings.ReplaceAll(
		`data: {"type":"message_start","message":{"id":"msg_1","model":"c","usage":{"input_tokens":9,"output_tokens":1}}}|`+
			`data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}|`+
			`data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hello."}}|`+
			`data: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":4}}|data: {"type":"message_stop"}|`, "|", "\n\n")))
	open := envoytest.NewAnswer(200, [][2]string{{"content-type", "application/json"}}, envoytest.Whole(`{"id":"chatcmpl-1","choices":[]}`))
	for seed := range uint64(50) {
		r := rand.New(rand.NewPCG(seed, 5))

		x := attempt(t, "other", "/v1/chat/completions?a=b", asked, client, r, open)
		require.Equal(t, "/v1/chat/completions?a=b", x.Upstream.Header(":path"))
		require.Equal(t, "Bearer sk-other", x.Upstream.Header("authorization"))
		require.Equal(t, strings.Replace(asked, `"m"`, `"m-1"`, 1), x.Upstream.Text())
		require.Equal(t, `{"id":"chatcmpl-1","choices":[]}`, x.Answer.Text())

		first, left := x, withoutPseudo(x.Upstream.Headers)
		x = attempt(t, "claude", x.Upstream.Header(":path"), asked, left, r, whole, first)
		require.Equal(t, "/v1/messages", x.Upstream.Header(":path"))
		require.Equal(t, "sk-ant-a", x.Upstream.Header("x-api-key"))
		for _, name := range []string{"authorization", "cookie", "x-usagepanda-cluster"} {
			require.Empty(t, x.Upstream.Header(name), name)
		}
		require.Contains(t, x.Upstream.Text(), `"model":"claude-3-5-haiku-20241022"`)
		require.Contains(t, x.Answer.Text(), `"content":"Hello."`)

		left = withoutPseudo(x.Upstream.Headers)
		x = attempt(t, "other", x.Upstream.Header(":path"), asked, left, r, open, first)
		require.Equal(t, "/v1/chat/completions?a=b", x.Upstream.Header(":path"))
		require.Equal(t, "other.example", x.Upstream.Header(":authority"))
		require.Empty(t, x.Upstream.Header("x-api-key"))
		require.Equal(t, strings.Replace(asked, `"m"`, `"m-1"`, 1), x.Upstream.Text())

		x = attempt(t, "claude", "/v1/chat/completions", strings.Replace(asked, `{`, `{"stream":true,`, 1), client, r, stream)
		require.Equal(t, "text/event-stream", x.Answer.Header("content-type"))
		require.Contains(t, x.Answer.Text(), `"content":"Hello."`)
		require.Equal(t, 1, strings.Count(x.Answer.Text(), "data: [DONE]"))

		x = attempt(t, "", "/v1/chat/completions", asked, client, r, open)
		require.Equal(t, "Bearer sk-proj-client", x.Upstream.Header("authorization"), "no metadata: untouched")
		require.Equal(t, asked, x.Upstream.Text())

		x = attempt(t, "mine", "/v1/chat/completions", asked, left, r, open, first)
		require.Equal(t, "sk-proj-client", x.Upstream.Header("x-goog-api-key"), "the client's key, not that of the attempt before")

		for _, x := range []*envoytest.Exchange{
			attempt(t, "nobody", "/v1/chat/completions", asked, client, r, open),
			attempt(t, "", "/v1/chat/completions", asked, left, r, open, first),
			attempt(t, "mine", "/v1/chat/completions", asked, nil, r, open),
		} {
			require.Nil(t, x.Upstream)
			require.Contains(t, x.Answer.Text(), `"error"`)
		}
	}
}

func withoutPseudo(headers [][2]string) (all [][2]string) {
	for _, h := range headers {
		if !strings.HasPrefix(h[0], ":") && h[0] != "content-type" {
			all = append(all, h)
		}
	}
	return all
}
