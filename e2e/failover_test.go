package e2e

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"
	"github.com/stretchr/testify/require"

	"github.com/usagepanda/usage-panda-envoy/e2e/envoy"
	"github.com/usagepanda/usage-panda-envoy/e2e/standin"
)

// TestFailoverYAML has Envoy read the file as it stands.
func TestFailoverYAML(t *testing.T) {
	binary, err := envoy.Find(root)
	require.NoError(t, err)
	validate := exec.Command(binary, "--mode", "validate", "-c", "envoy-failover.yaml", "-l", "warning")
	validate.Dir, validate.Env = root, append(os.Environ(), "OPENAI_API_KEY=sk-a", "ANTHROPIC_API_KEY=sk-b")
	out, err := validate.CombinedOutput()
	require.NoError(t, err, "%s", out)
	require.NotContains(t, string(out), "[warning]")
}

// failover is an Envoy that goes from one provider to another.
type failover struct {
	*world
	first, second *standin.Other
	client        string // the one of them that gets the client's key; "" is none
}

// place is a provider of a failover: of the kinds in others, by name. It has a key of its own, or takes the client's.
func place(t *testing.T, name, of string, clients bool) (settings string, s *standin.Other, at envoy.Endpoint) {
	want, more := "key-of-"+name, ""
	if clients {
		want, more = key, `,"client_key":true`
	}
	for _, c := range others {
		if c.name != of {
			continue
		}
		s, err := standin.ServeOther(c.kind, standin.Options{Key: want})
		require.NoError(t, err)
		t.Cleanup(s.Close)
		at, err := envoy.At(s.URL)
		require.NoError(t, err)
		return fmt.Sprintf(`{"name":%q,"kind":%q,"url":%q,"key":"key-of-%[1]s","cluster":"failover"%[4]s}`, name, c.kind, s.URL, c.more+more), s, at
	}
	require.Fail(t, "no provider "+of)
	return "", nil, envoy.Endpoint{}
}

func model(of string) string {
	for _, c := range others {
		if c.name == of {
			return c.model
		}
	}
	return ""
}

// newFailover starts envoy-failover.yaml before two stand-ins, one of which may take the client's key. Nothing is ejected, unless ejects says
// so.
func newFailover(t *testing.T, first, second, client string, ejects bool) *failover {
	f := &failover{client: client}
	a, s1, at1 := place(t, "first", first, client == "first")
	b, s2, at2 := place(t, "second", second, client == "second")
	f.first, f.second = s1, s2
	shared := fmt.Sprintf(`"PROVIDERS":[%s,%s],"MODELS":{"m":["first/%s","second/%s"]}`, a, b, model(first), model(second))
	f.world = start(t, envoy.Options{
		File: "envoy-failover.yaml", Clusters: map[string]envoy.Endpoint{"openai": at1, "anthropic": at2},
		Settings: settings(t, `{"CONVERT":"upstream","POLICY_RETRY_COUNT":1,"POLICY_RESPONSE_WORDLIST":"profanity:redact",`+shared+`}`),
		Upstream: settings(t, `{"ROLE":"upstream",`+shared+`}`),
		Edit: func(config map[string]any) {
			for _, c := range config["static_resources"].(map[string]any)["clusters"].([]any) {
				c := c.(map[string]any)
				name := map[string]string{"openai": "first", "anthropic": "second"}[c["name"].(string)]
				if name == "" {
					continue
				}
				group := c["load_assignment"].(map[string]any)["endpoints"].([]any)[0].(map[string]any)
				endpoint := group["lb_endpoints"].([]any)[0].(map[string]any)
				metadata := endpoint["metadata"].(map[string]any)["filter_metadata"].(map[string]any)["usagepanda"].(map[string]any)
				metadata["provider"] = name
				if !ejects {
					delete(c, "outlier_detection")
				}
			}
		},
	})
	return f
}

// say asks once, whole or streamed, and returns what the provider said.
func (f *failover) say(stream bool, fault string) (string, error) {
	client := openai.NewClient(option.WithBaseURL(f.URL+"/v1"), option.WithAPIKey(key), option.WithMaxRetries(0))
	q := openai.ChatCompletionNewParams{Model: "m", Messages: []openai.ChatCompletionMessageParamUnion{openai.UserMessage("hello, shit")}}
	if !stream {
		a, err := client.Chat.Completions.New(context.Background(), q, option.WithHeader("x-fault", fault))
		if err != nil {
			return "", err
		}
		return a.Choices[0].Message.Content, nil
	}
	s := client.Chat.Completions.NewStreaming(context.Background(), q, option.WithHeader("x-fault", fault))
	var all openai.ChatCompletionAccumulator
	for s.Next() {
		all.AddChunk(s.Current())
	}
	if s.Err() != nil {
		return "", s.Err()
	}
	return all.Choices[0].Message.Content, nil
}

// clean wants no key to have got to the other provider, nor the client's to any that does not take it, nor any header that is Envoy's or
// another provider's.
func (f *failover) clean(t *testing.T) {
	t.Helper()
	require.NotContains(t, f.Log(), "panic")
	for name, s := range map[string]*standin.Other{"first": f.first, "second": f.second} {
		require.Empty(t, s.Problems(), name)
		for _, r := range s.Requests() {
			text := fmt.Sprint(r.Path, r.Header)
			require.Equal(t, name == f.client, strings.Contains(text, "e2eSecret"), "%s got %s", name, text)
			require.NotContains(t, text, "X-Envoy-", name)
			for of, header := range map[string]string{"anthropic": "Anthropic-Version", "gemini": "X-Goog-Api-Key"} {
				require.False(t, s.Kind != of && r.Header.Get(header) != "", "%s of the kind %s got %s", name, s.Kind, header)
			}
			require.NotContains(t, text, "key-of-"+map[string]string{"first": "second", "second": "first"}[name], name)
		}
	}
}

// TestFailover has the first of two providers fail in each way: the second gets the request in its own form, with its own key, and the
// client sees one answer of OpenAI's form.
func TestFailover(t *testing.T) {
	for _, pair := range [][2]string{{"anthropic", "gemini"}, {"azure-dated", "anthropic"}, {"vertex", "bedrock"}} {
		t.Run(pair[0]+" "+pair[1], func(t *testing.T) {
			f := newFailover(t, pair[0], pair[1], "", false)
			for _, stream := range []bool{false, true} {
				for _, fault := range []string{"", "503", "429", "reset", "500", "html"} {
					if fault != "" {
						fault = f.first.Kind + "=" + fault
					}
					said, err := f.say(stream, fault)
					require.NoError(t, err, fault)
					require.Equal(t, "You said: hello, ****", said, fault)
					s := f.stats(t)
					require.Equal(t, 200, s.Status)
					if fault == "" {
						require.Equal(t, "first", s.Provider)
						require.Equal(t, 1, s.Attempts)
					} else {
						require.Equal(t, "second", s.Provider, fault)
						require.Equal(t, 2, s.Attempts, fault)
					}
					tried := []standin.Tried{{Provider: "first", Status: 200}}
					if fault != "" {
						_, how, _ := strings.Cut(fault, "=")
						status := map[string]int{"503": 503, "429": 429, "500": 500, "html": 502}[how] // of a reset there is none
						tried = []standin.Tried{{Provider: "first", Status: status}, {Provider: "second", Status: 200}}
					}
					require.Equal(t, tried, s.Tried, fault)
				}
			}
			require.Len(t, f.first.Requests(), 12)
			require.Len(t, f.second.Requests(), 10)

			// What is the client's own fault is nobody else's to answer, and where both fail, the client hears of the second.
			for fault, want := range map[string]int{f.first.Kind + "=400": 400, "503": 503, "429": 429} {
				_, err := f.say(false, fault)
				var e *openai.Error
				require.ErrorAs(t, err, &e, fault)
				require.Equal(t, want, e.StatusCode, fault)
				f.stats(t)
			}
			f.first.Close() // it cannot be reached
			for _, stream := range []bool{false, true} {
				said, err := f.say(stream, "")
				require.NoError(t, err)
				require.Equal(t, "You said: hello, ****", said)
				require.Equal(t, "second", f.stats(t).Provider)
			}
			f.clean(t)
		})
	}
}

// TestFailoverClientKey has the client's own key go to the one provider that takes it, on the first attempt and on later ones.
func TestFailoverClientKey(t *testing.T) {
	for _, client := range []string{"first", "second"} {
		t.Run(client, func(t *testing.T) {
			f := newFailover(t, "anthropic", "gemini", client, false)
			for _, fault := range []string{"", "anthropic=503", "anthropic=reset", "gemini=503", "503", ""} {
				said, err := f.say(fault == "", fault)
				if fault != "503" {
					require.NoError(t, err, fault)
					require.Equal(t, "You said: hello, ****", said, fault)
				} else {
					require.Error(t, err)
				}
				f.stats(t)
			}
			f.clean(t)
		})
	}
}

// TestFailoverByHand has requests in pieces over both protocols, larger than what is sent at once, and one that no provider can take.
func TestFailoverByHand(t *testing.T) {
	f := newFailover(t, "anthropic", "gemini", "", false)
	for name, over := range protocols {
		text := strings.Repeat("a lot of words ", 20000)
		a := send(t, over, f.URL, post(chatPath, `{"model":"m","messages":[{"role":"user","content":`+quote(text)+`}]}`, "x-fault", "anthropic=503").cut(50000))
		require.Equal(t, 200, a.status, "%s: %s", name, a.body)
		require.Contains(t, a.body, strings.TrimSpace(text), name)
		require.Equal(t, "second", f.stats(t).Provider)
		a = send(t, over, f.URL, post(chatPath, `{"model":"m","seed":7,"messages":[{"role":"user","content":"hi"}]}`))
		require.Equal(t, http.StatusBadRequest, a.status, a.body)
		require.Contains(t, a.body, `"param":"seed"`)
		f.stats(t)
		a = send(t, over, f.URL, chat("to the provider of LLM_API_BASE_PATH"))
		require.Equal(t, 200, a.status, a.body)
		require.Empty(t, f.stats(t).Provider)
	}
	require.Equal(t, "Bearer "+key, f.provider.Requests()[0].Header.Get("Authorization"))
	require.NotContains(t, fmt.Sprint(f.provider.Requests()[0].Header), "X-Envoy-")
	f.clean(t)
}

// TestFailoverEjects has Envoy's outlier detection see that a provider fails: then the first attempt goes to the second.
func TestFailoverEjects(t *testing.T) {
	f := newFailover(t, "anthropic", "gemini", "", true)
	for range 6 {
		_, err := f.say(false, "anthropic=503")
		require.NoError(t, err)
		f.stats(t)
	}
	before := len(f.first.Requests())
	said, err := f.say(false, "")
	require.NoError(t, err)
	require.Equal(t, "You said: hello, ****", said)
	s := f.stats(t)
	require.Equal(t, "second", s.Provider)
	require.Equal(t, 1, s.Attempts)
	require.Len(t, f.first.Requests(), before)
	f.clean(t)
}
