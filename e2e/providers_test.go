package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usagepanda/usage-panda-envoy/e2e/envoy"
	"github.com/usagepanda/usage-panda-envoy/e2e/standin"
)

// provider is one of the settings' PROVIDERS: its name and kind, what the settings say beside, a model, and one that makes embeddings, if it
// has any.
type provider struct{ name, kind, more, model, embeddings string }

// others are the providers of other APIs, and one of OpenAI's at another place.
var others = []provider{
	{"anthropic", "anthropic", ``, "claude-sonnet-4-5", ""},
	{"azure", "azure", `,"resource":"res-1"`, "gpt-4o", "text-embedding-3-small"},
	{"azure-dated", "azure", `,"version":"2024-10-21"`, "gpt-4o", "text-embedding-3-small"},
	{"bedrock", "bedrock", `,"location":"us-east-1"`, "anthropic.claude-sonnet-4-20250514-v1:0", ""},
	{"gemini", "gemini", ``, "gemini-2.5-flash", "gemini-embedding-001"},
	{"vertex", "vertex", `,"project":"p-1","location":"us-central1"`, "gemini-2.5-flash", "gemini-embedding-001"},
	{"palm", "palm", ``, "chat-bison-001", ""},
	{"compatible", "openai", ``, "llama-3.3-70b", "bge-m3"},
	{"gemini-3", "gemini", ``, "gemini-3-pro-preview", "gemini-embedding-001"}, // whose calls are signed, and have ids
	{"claude-3", "anthropic", ``, "claude-3-5-haiku-20241022", ""},             // which has no setting for a schema
}

// providers is an Envoy before stand-ins of all kinds.
type providers struct {
	*world
	by map[string]*standin.Other
}

// newProviders starts them, with more settings. Each provider has a key of its own; that of the client is e2eSecret's, which must not get to
// any of them.
func newProviders(t *testing.T, more string) *providers {
	p := &providers{by: map[string]*standin.Other{}}
	o := envoy.Options{Clusters: map[string]envoy.Endpoint{}}
	var list, models []string
	for i, c := range others {
		s, err := standin.ServeOther(c.kind, standin.Options{Key: "key-of-" + c.name})
		require.NoError(t, err)
		t.Cleanup(s.Close)
		p.by[c.name] = s
		at, err := envoy.At(s.URL)
		require.NoError(t, err)
		at.HTTP2 = i%2 == 1
		o.Clusters["to-"+c.name] = at
		variable := "KEY_" + strings.ToUpper(strings.ReplaceAll(c.name, "-", "_"))
		list = append(list, fmt.Sprintf(`{"name":%q,"kind":%q,"url":%q,"cluster":"to-%s","key_env":%q%s}`, c.name, c.kind, s.URL, c.name, variable, c.more))
		o.Env, o.Shown = append(o.Env, variable+"=key-of-"+c.name), append(o.Shown, variable)
		models = append(models, fmt.Sprintf(`"%s's-*":"%[1]s/*"`, c.name))
	}
	o.Edit = func(config map[string]any) { // who is cut off hears of it at once, not after the usual second
		listener := config["static_resources"].(map[string]any)["listeners"].([]any)[0].(map[string]any)
		chain := listener["filter_chains"].([]any)[0].(map[string]any)
		manager := chain["filters"].([]any)[0].(map[string]any)["typed_config"].(map[string]any)
		manager["delayed_close_timeout"] = "0.02s"
	}
	o.Settings = settings(t, `{"PROVIDERS":[`+strings.Join(list, ",")+`],"MODELS":{`+strings.Join(models, ",")+`}`+more+`}`)
	p.world = start(t, o)
	return p
}

// clean wants what came to all providers to be without the client's key, and without anything else that is for somebody else.
func (p *providers) clean(t *testing.T) {
	t.Helper()
	require.NotContains(t, p.Log(), "panic")
	for name, s := range p.by {
		require.Empty(t, s.Problems(), name)
		for _, r := range s.Requests() {
			text := fmt.Sprint(r.Path, r.Host, r.Header)
			require.NotContains(t, text, "e2eSecret", "%s got the client's key", name)
			for other := range p.by {
				if other != name {
					require.False(t, strings.Contains(text+"]", "key-of-"+other+"]"), "%s got %s's key: %s", name, other, text)
				}
			}
		}
	}
}

// TestProvidersByHand sends by hand, over both protocols, in pieces: bodies, headers and streams are whole on the way there and back.
func TestProvidersByHand(t *testing.T) {
	p := newProviders(t, `,"UNSUPPORTED_FIELDS":"drop"`)
	for name, over := range protocols {
		ask := func(model, more string) answer {
			body := fmt.Sprintf(`{"model":%q,"seed":1,"messages":[{"role":"user","content":"a b c"}]%s}`, model, more)
			a := send(t, over, p.URL, post(chatPath, body, "x-api-key", "e2eSecret", "cookie", "a=e2eSecret").cut(7))
			s := p.stats(t)
			require.Equal(t, a.status, s.Status, name)
			if a.status == 200 && s.Provider == "anthropic" {
				require.Len(t, s.Flags, 1, "seed was left out")
				require.Equal(t, "unsupported_fields", s.Flags[0].Type)
			}
			return a
		}
		for _, c := range others {
			a := ask(c.name+"/"+c.model, "")
			require.Equal(t, 200, a.status, "%s: %s", c.name, a.body)
			require.Equal(t, "application/json", a.header("content-type"), c.name)
			var whole struct{ Object string }
			require.NoError(t, json.Unmarshal([]byte(a.body), &whole), a.body)
			require.Equal(t, "chat.completion", whole.Object, c.name)
			a = ask(c.name+"/"+c.model, `,"stream":true`)
			require.Equal(t, 200, a.status, "%s: %s", c.name, a.body)
			require.True(t, strings.HasPrefix(a.header("content-type"), "text/event-stream"), c.name)
			require.Equal(t, 1, strings.Count(a.body, "data: [DONE]"), "%s: %s", c.name, a.body)
			require.NotContains(t, a.body, `"usage":{`, "%s: nobody asked for it", c.name)
			require.NotEqual(t, 200, ask(c.name+"/"+c.model, `,"stream":"maybe","messages":7`).status)
		}
		require.NotEmpty(t, ask("anthropic/claude-sonnet-4-5", "").header("x-request-id"))
		require.NotEmpty(t, ask("anthropic/claude-sonnet-4-5", "").header("x-ratelimit-remaining-requests"))
	}
	p.clean(t)
}

// TestProviderWithoutCluster sends what the proxy has no cluster for: that is an error of OpenAI's form, and goes nowhere.
func TestProviderWithoutCluster(t *testing.T) {
	w := start(t, envoy.Options{Settings: settings(t, `{"PROVIDERS":[{"name":"lost","kind":"anthropic","key":"k"}]}`)})
	for _, over := range protocols {
		a := send(t, over, w.URL, post(chatPath, `{"model":"lost/m","messages":[{"role":"user","content":"hi"}]}`))
		require.Equal(t, http.StatusServiceUnavailable, a.status)
		require.Equal(t, "The provider cannot be reached", requireError(t, a, "server_error"))
		require.Equal(t, "lost", w.stats(t).Provider)
	}
	require.Empty(t, w.provider.Requests())
}

// TestBedrockSigned has Envoy's own filter sign what the module has converted, in the cluster that leads to Bedrock.
func TestBedrockSigned(t *testing.T) {
	s, err := standin.ServeOther("bedrock", standin.Options{Key: "AKIDEXAMPLE:secret-e2eSecret"})
	require.NoError(t, err)
	t.Cleanup(s.Close)
	at, err := envoy.At(s.URL)
	require.NoError(t, err)
	w := start(t, envoy.Options{
		Settings: settings(t, fmt.Sprintf(`{"PROVIDERS":[{"name":"bedrock","kind":"bedrock","url":%q,"location":"us-east-1"}]}`, s.URL)),
		Clusters: map[string]envoy.Endpoint{"bedrock": at},
		Env:      []string{"AWS_ACCESS_KEY_ID=AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY=secret-e2eSecret"},
		Edit: func(config map[string]any) {
			for _, c := range config["static_resources"].(map[string]any)["clusters"].([]any) {
				c := c.(map[string]any)
				if c["name"] != "bedrock" {
					continue
				}
				options := c["typed_extension_protocol_options"].(map[string]any)["envoy.extensions.upstreams.http.v3.HttpProtocolOptions"].(map[string]any)
				const filters = "type.googleapis.com/envoy.extensions.filters.http."
				options["http_filters"] = []any{
					map[string]any{"name": "sign", "typed_config": map[string]any{"@type": filters + "aws_request_signing.v3.AwsRequestSigning",
						"service_name": "bedrock", "region": "us-east-1"}},
					map[string]any{"name": "codec", "typed_config": map[string]any{"@type": filters + "upstream_codec.v3.UpstreamCodec"}},
				}
			}
		},
	})
	for _, more := range []string{"", `,"stream":true`} {
		a := send(t, http1, w.URL, post(chatPath, `{"model":"bedrock/amazon.nova-pro-v1:0","messages":[{"role":"user","content":"hello"}]`+more+`}`))
		require.Equal(t, 200, a.status, a.body)
		require.Contains(t, a.body, "said")
		require.Equal(t, "bedrock", w.stats(t).Provider)
	}
	require.Empty(t, s.Problems())
	require.NotContains(t, fmt.Sprint(s.Requests()[0].Header), key)
}

// TestPaLM has Usage Panda's header pick PaLM, with the key in it.
func TestPaLM(t *testing.T) {
	p := newProviders(t, ``)
	a := send(t, http1, p.URL, chat("hello", "x-usagepanda-palm-api-key", "key-of-palm"))
	require.Equal(t, 200, a.status, a.body)
	require.Contains(t, a.body, "You said: hello")
	require.Equal(t, "palm", p.stats(t).Provider)
	a = send(t, http1, p.URL, chat("hello", "x-usagepanda-palm-api-key", "another"))
	require.Equal(t, http.StatusUnauthorized, a.status, a.body)
	require.NotContains(t, a.body, "another")
	p.stats(t)
	p.clean(t)
}
