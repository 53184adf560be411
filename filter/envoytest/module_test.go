package envoytest_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usagepanda/usage-panda-envoy/filter/envoytest"
)

const (
	secret   = "sk-proj-abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKL"
	settings = `{"LOCAL_MODE": true, "POLICY_MAX_PROMPT_CHARS": 100, "POLICY_REQUEST_WORDLIST": "profanity:redact",
		"POLICY_RESPONSE_WORDLIST": "profanity:redact"}`
)

func chat(content string) envoytest.Message {
	headers := [][2]string{{"authorization", "Bearer " + secret}, {"content-type", "application/json"}}
	return envoytest.NewRequest("POST", "/v1/chat/completions", headers,
		envoytest.Whole(`{"model":"gpt-5","messages":[{"role":"user","content":"`+content+`"}]}`))
}

func completion(envoytest.Message) envoytest.Message {
	return envoytest.NewAnswer(200, [][2]string{{"content-type", "application/json"}},
		envoytest.Whole(`{"choices":[{"index":0,"message":{"role":"assistant","content":"hidden words"}}]}`))
}

// TestSurvival has the host hand garbage to the module, on which the SDK panics: the exchange fails, with a plain error or by breaking
// off, and no other one does. Nothing of a body or a key is in the log.
func TestSurvival(t *testing.T) {
	m, err := built()
	require.NoError(t, err)
	for _, row := range []struct {
		function string
		nth      int // of the exchange's calls
		when     string
	}{
		{"proxy_get_header_map_pairs", 1, "request headers"},
		{"proxy_get_header_map_value", 1, "response headers"},
		{"proxy_get_buffer_bytes", 1, "request body"},
		{"proxy_get_buffer_bytes", 2, "response body"},
	} {
		for _, holds := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s, holds %v", row.when, holds), func(t *testing.T) {
				e := &envoytest.Envoy{Engine: m, Holds: holds}
				w, err := e.NewWorker(settings)
				require.NoError(t, err)
				defer w.Close()
				called := 0
				e.Lie = func(function string) bool {
					if function == row.function {
						called++
					}
					return function == row.function && called == row.nth
				}
				hit := w.Open(&envoytest.Exchange{Request: chat("private words"), Provider: completion})
				envoytest.Run(envoytest.InOrder, hit)
				e.Lie = nil
				require.GreaterOrEqual(t, called, row.nth, "the filter made no such call")
				requireFailed(t, hit)
				require.Contains(t, w.Logged(), "panic")
				for _, private := range []string{"private", "hidden", secret} {
					require.NotContains(t, w.Logged(), private)
				}

				next := w.Open(&envoytest.Exchange{Request: chat("words"), Provider: completion})
				envoytest.Run(envoytest.InOrder, next)
				require.Equal(t, "200", next.Answer.Header(":status"), "the exchange after it")
				require.True(t, next.Ended)
				require.Empty(t, e.Faults, w.Logged())
			})
		}
	}
}

// requireFailed wants a plain error, or an answer that broke off before any of its body.
func requireFailed(t *testing.T, x *envoytest.Exchange) {
	t.Helper()
	if x.Cut {
		require.Empty(t, x.Answer.Text())
		return
	}
	require.Equal(t, "500", x.Answer.Header(":status"))
	require.Contains(t, x.Answer.Text(), `"type":"server_error"`)
}

// TestBadConfiguration has a module that refuses to start, with all that is wrong in the log.
func TestBadConfiguration(t *testing.T) {
	m, err := built()
	require.NoError(t, err)
	for _, e := range []envoytest.Engine{m, envoytest.Native{}} {
		_, err := (&envoytest.Envoy{Engine: e}).NewWorker(`{"POLICY_MAX_TOKENS": "many", "POLICY_NONSENSE": 1}`)
		require.ErrorContains(t, err, "POLICY_MAX_TOKENS")
		require.ErrorContains(t, err, "POLICY_NONSENSE")
	}
}
