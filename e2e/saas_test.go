package e2e

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usagepanda/usage-panda-envoy/e2e/envoy"
	"github.com/usagepanda/usage-panda-envoy/e2e/standin"
)

// panda makes a key of Usage Panda's. It must not be seen in any log.
func panda(name string) string {
	const secret = "e2eSecret"
	return "up-" + (name + secret + strings.Repeat("0", 48))[:48]
}

// saas is a JSON object of settings with a control plane: those, and these.
func saas(t *testing.T, more string) string {
	t.Helper()
	return settings(t, `{"LOCAL_MODE":false,"USAGE_PANDA_API":"http://control.example","CALL_TIMEOUT_MS":1000,`+strings.TrimPrefix(more, "{"))
}

// remote is a configuration that the control plane hands out.
func remote(more string) string {
	return `{"LLM_API_BASE_PATH":"https://api.openai.com","POLICY_CUSTOM_WORDLIST":["forbidden fruit"]` + more + `}`
}

const forbids = `,"POLICY_REQUEST_WORDLIST":"custom:block"`

// saasWorld is an Envoy of two workers with a listener for each way to treat the control plane.
func saasWorld(t *testing.T) *world {
	return start(t, envoy.Options{Workers: 2, Settings: saas(t, `{"POLICY_MAX_PROMPT_CHARS":1000}`), More: []envoy.Listener{
		{Settings: saas(t, `{"CONFIG_CACHE_MINUTES":0,"USAGE_PANDA_API_KEY":"`+panda("configured")+`"}`), Apart: true},
		{Settings: saas(t, `{"FAIL_OPEN_ON_CONFIG_ERROR":true,"POLICY_MAX_PROMPT_CHARS":10}`), Apart: true},
		{Settings: saas(t, `{"ASYNC_STATS_UPLOAD":false}`), Apart: true},
	}})
}

func TestSaaS(t *testing.T) {
	w := saasWorld(t)
	cached, fresh, open, waits := w.URL, w.More[0], w.More[1], w.More[2]
	ask := func(t *testing.T, url, key, text string) answer {
		t.Helper()
		return send(t, http1, url, chat(text, "x-usagepanda-api-key", key))
	}
	posted := func(t *testing.T, n int) []standin.Stats {
		t.Helper()
		require.Eventually(t, func() bool { return len(w.control.Stats()) >= n }, 10*time.Second, time.Millisecond, "%d stats at the control plane", n)
		return w.control.Stats()
	}

	t.Run("one fetch for many, in all workers", func(t *testing.T) {
		k := panda("many")
		w.control.Know(k, remote(forbids))
		w.control.Fail(standin.Fault{Wait: 300 * time.Millisecond})
		before := len(w.control.Stats())
		burst := func(n int, blocked func(i int) bool) {
			var all sync.WaitGroup
			statuses := make([]int, n)
			for i := range n {
				all.Go(func() {
					text := "hello"
					if blocked(i) {
						text = "eat the forbidden fruit"
					}
					a, err := protocols[[]string{"HTTP/1.1", "HTTP/2"}[i%2]](cached, chat(text, "x-usagepanda-api-key", k))
					if err == nil {
						statuses[i] = a.status
					}
				})
			}
			all.Wait()
			for i, s := range statuses {
				require.Equal(t, map[bool]int{true: 422, false: 200}[blocked(i)], s, "request %d", i)
			}
		}
		third := func(i int) bool { return i%3 == 0 }
		burst(50, third)
		require.Equal(t, 1, w.control.Fetches(k), "fetches for 50 requests at once")
		w.control.Fail(standin.Fault{})
		burst(50, third)
		require.Equal(t, 1, w.control.Fetches(k), "fetches for 50 more")
		refused, fromCache := 0, 0
		for _, s := range w.manyStats(t, 100) {
			if s.Status == 422 {
				require.Equal(t, "policy_wordlists", s.Flags[0].Type)
				refused++
			}
			if s.Cached {
				fromCache++
			}
		}
		require.Equal(t, 34, refused)
		require.GreaterOrEqual(t, fromCache, 50)
		for _, s := range posted(t, before+100)[before:] {
			require.Equal(t, k, s.Key)
		}
		for _, r := range w.provider.Requests() {
			for name := range r.Header {
				require.NotContains(t, name, "Usagepanda", "the provider must not see Usage Panda's headers")
			}
			require.Equal(t, "Bearer "+key, r.Header.Get("Authorization"))
		}
	})

	t.Run("keys", func(t *testing.T) {
		talks := panda("chat")
		w.control.Know(talks, remote(""))
		for _, c := range []struct {
			r       request
			status  int
			want    string
			fetches int
		}{
			{chat("hello", "x-usagepanda-api-key", "up-short"), 403, "Invalid Usage Panda API", 0},
			{chat("hello"), 403, "Invalid Usage Panda API", 0},
			{chat("hello", "x-usagepanda-api-key", panda("unknown")), 403, "Invalid Usage Panda API", 1},
			{post("/v1/completions", `{"model":"m","prompt":"a"}`, "x-usagepanda-api-key", talks), 403, "chat completions", 0},
			{chat("hello", "x-usagepanda-api-key", talks), 200, "You said: hello", 1},
		} {
			k := ""
			for _, h := range c.r.headers {
				if h[0] == "x-usagepanda-api-key" {
					k = h[1]
				}
			}
			a := send(t, http1, cached, c.r)
			require.Equal(t, c.status, a.status, "%s: %s", k, a.body)
			require.Contains(t, a.body, c.want, k)
			require.Equal(t, c.fetches, w.control.Fetches(k), "fetches of %q", k)
			w.stats(t)
		}
	})

	t.Run("the control plane's configuration lies over the local one", func(t *testing.T) {
		k := panda("merged")
		w.control.Know(k, remote(forbids))
		require.Equal(t, 422, ask(t, cached, k, "eat the forbidden fruit").status)
		require.Equal(t, 422, ask(t, cached, k, strings.Repeat("long ", 300)).status, "the local limit")
		require.Equal(t, 200, ask(t, cached, k, "hello").status)
		w.manyStats(t, 3)
	})

	t.Run("an old configuration stays while a refresh fails", func(t *testing.T) {
		k := panda("configured")
		w.control.Know(k, remote(forbids))
		judged := func(want int, why string) {
			t.Helper()
			for range 4 { // both workers, probably
				a := send(t, http1, fresh, chat("eat the forbidden fruit"))
				require.Equal(t, want, a.status, "%s: %s", why, a.body)
				w.stats(t)
			}
		}
		judged(422, "the configuration")
		for _, f := range []standin.Fault{{Status: 503}, {Body: "no JSON"}, {Body: `{"LLM_API_BASE_PATH":"https://api.openai.com","POLICY_MAX_TOKENS":"many"}`},
			{Body: `{"POLICY_REQUEST_WORDLIST":""}`}, {Hang: true}} {
			w.control.Fail(f)
			judged(422, fmt.Sprintf("the old configuration while the control plane has %+v", f))
		}
		w.control.Fail(standin.Fault{})
		w.control.Know(k, remote(""))
		require.Eventually(t, func() bool {
			a := send(t, http1, fresh, chat("eat the forbidden fruit"))
			w.stats(t)
			return a.status == 200
		}, 30*time.Second, 500*time.Millisecond, "the new configuration")
	})

	t.Run("no configuration", func(t *testing.T) {
		for name, f := range map[string]standin.Fault{"status": {Status: 500}, "garbage": {Body: "<html>"}, "time-out": {Hang: true}} {
			w.control.Fail(f)
			k := panda("none" + strings.ReplaceAll(name, "-", ""))
			w.control.Know(k, remote(""))
			a := ask(t, cached, k, "hello")
			require.Equal(t, 500, a.status, name)
			require.Equal(t, "Server error loading Usage Panda config", requireError(t, a, "server_error"), name)
			require.Equal(t, 200, ask(t, open, k, "hello").status, "%s: open", name)
			require.Equal(t, 422, ask(t, open, k, "hello, hello").status, "%s: open, with the local policies", name)
			w.manyStats(t, 3)
		}
		w.control.Fail(standin.Fault{})
	})

	t.Run("stats are uploaded, whatever became of the exchange", func(t *testing.T) {
		k := panda("stats")
		w.control.Know(k, remote(""))
		const traced = "whatever-became" // stats of exchanges before may still be on their way
		own := func(n int) (last standin.Stats) {
			t.Helper()
			require.Eventually(t, func() bool {
				found := 0
				for _, s := range w.control.Stats() {
					if s.Metadata.Trace == traced {
						found, last = found+1, s
					}
				}
				return found == n
			}, 10*time.Second, time.Millisecond, "%d stats at the control plane", n)
			return last
		}
		w.provider.Script(func(*http.Request, []byte) *standin.Answer { return &standin.Answer{Raw: []byte{}, End: standin.Reset} })
		require.Equal(t, 503, send(t, http1, cached, chat("hello", "x-usagepanda-api-key", k, "x-usagepanda-trace-id", traced)).status)
		got := own(1)
		require.True(t, got.Error, "the provider broke off")
		require.Equal(t, 503, got.Status)
		w.stats(t)

		w.provider.Script(func(*http.Request, []byte) *standin.Answer {
			return &standin.Answer{Pieces: [][]byte{[]byte("data: 1\n\n")}, End: standin.Hang, Header: http.Header{"Content-Type": {"text/event-stream"}}}
		})
		leave(t, cached, chat("hello", "x-usagepanda-api-key", k, "x-usagepanda-trace-id", traced), "data: 1")
		got = own(2)
		require.True(t, got.Error, "the client left")
		w.stats(t)
		w.provider.Forget()
	})

	t.Run("stats wait, or nobody waits for them", func(t *testing.T) {
		k := panda("waits")
		w.control.Know(k, remote(""))
		ask(t, cached, k, "hello")
		ask(t, waits, k, "hello")
		w.manyStats(t, 2)
		w.control.Fail(standin.Fault{Wait: 700 * time.Millisecond})
		took := func(url string) time.Duration {
			begin := time.Now()
			require.Equal(t, 200, ask(t, url, k, "hello").status)
			w.stats(t)
			return time.Since(begin)
		}
		require.Less(t, took(cached), 600*time.Millisecond)
		require.GreaterOrEqual(t, took(waits), 700*time.Millisecond)
		w.control.Fail(standin.Fault{Status: 500})
		took(cached)
		took(waits)
		w.control.Fail(standin.Fault{})
	})

	require.Empty(t, w.control.Problems(), "what the control plane was sent")
	w.silent(t)
}

// leave sends a request, reads until the answer has that text, and goes away.
func leave(t *testing.T, url string, r request, after string) {
	t.Helper()
	c, host, err := dial(url)
	require.NoError(t, err)
	defer c.Close()
	for _, p := range r.wire(host) {
		_, err := c.Write(p)
		require.NoError(t, err)
	}
	var got []byte
	for b := make([]byte, 4096); !strings.Contains(string(got), after); {
		n, err := c.Read(b)
		require.NoError(t, err, "%q", got)
		got = append(got, b[:n]...)
	}
}
