package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usagepanda/usage-panda-envoy/e2e/envoy"
	"github.com/usagepanda/usage-panda-envoy/e2e/standin"
)

// says is a provider's answer with that text.
func says(text string) *standin.Answer {
	return standin.JSON(200, json.RawMessage(`{"id":"chatcmpl-1","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,`+
		`"message":{"role":"assistant","content":`+quote(text)+`},"finish_reason":"stop"}]}`))
}

// TestProviderFaults has the provider break in each way.
func TestProviderFaults(t *testing.T) {
	trailers := says("a day").Split(9, 0)
	trailers.Trailer = http.Header{"X-Sum": {"5"}}
	late := standin.Fail(429, "requests", "rate_limit_exceeded", "too many")
	late.Header.Set("Retry-After", "7")
	rows := []struct {
		name    string
		a       *standin.Answer
		off, on int    // the client's status
		gone    int    // the client's status where the headers have left before the body is judged; 0 is that of on
		want    string // in the answer, where it is judged
	}{
		{"reset before the head", &standin.Answer{Raw: []byte{}, End: standin.Reset}, 503, 503, 0, "server_error"},
		{"closed before the head", &standin.Answer{Raw: []byte{}}, 503, 503, 0, "server_error"},
		{"garbage", &standin.Answer{Raw: []byte("\x16\x03\x01garbage\r\n\r\n")}, 502, 502, 0, "server_error"},
		{"reset after the head", &standin.Answer{Header: http.Header{"Content-Type": {"application/json"}}, End: standin.Reset}, 200, 502, 200, ""},
		{"truncated", &standin.Answer{Raw: []byte("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 99\r\n\r\n{\"id\":")}, 200, 502, 200, ""},
		{"compressed though nobody asked", says("a day").Gzip(), 200, 502, 0, "content-encoding gzip"},
		{"no JSON", standin.Text(200, "text/html", "<html>"), 200, 502, 200, "server_error"},
		{"truncated JSON", standin.Text(200, "application/json", `{"id":`), 200, 502, 200, "server_error"},
		{"nothing", standin.Text(200, "application/json", ``), 200, 502, 0, ""},
		{"too large", says(strings.Repeat("a ", large/2)), 200, 502, 200, ""},
		{"its own error", standin.Fail(500, "server_error", "", "out of order"), 500, 500, 0, "out of order"},
		{"its own refusal", late, 429, 429, 0, "rate_limit_exceeded"},
		{"its own error, no JSON", standin.Text(503, "text/html", "<html>down</html>"), 503, 503, 0, "down"},
		{"trailers", trailers, 200, 200, 0, "a day"},
		{"byte by byte", says("a shit day").Split(1, 0), 200, 200, 0, "a **** day"},
		{"to be blocked", says("a forbidden fruit"), 200, 422, 200, "Usage Panda: Response matched known wordlists: custom"},
	}
	hosts(t, func(t *testing.T, w *world, passOn bool) {
		for _, c := range rows {
			for name, over := range protocols {
				t.Run(c.name+"/"+name, func(t *testing.T) {
					for url, want := range map[string]int{w.URL: c.off, w.More[0]: c.on} {
						judged := url == w.More[0]
						if judged && passOn && c.gone != 0 {
							want = c.gone
						}
						w.provider.Forget()
						w.provider.Script(func(*http.Request, []byte) *standin.Answer { return c.a })
						a, err := over(url, chat("hello"))
						s := w.stats(t)
						require.NoError(t, err)
						require.Equal(t, want, a.status, "judged %v: %.300s", judged, a.body)
						if a.status >= 500 && !strings.Contains(c.name, "its own") {
							requireError(t, a, "server_error")
						}
						if c.a.End == standin.Whole && c.a.Raw == nil && !judged {
							require.Equal(t, string(c.a.Body()), a.body, "not judged: passes as it is")
							require.False(t, a.cut)
						}
						if judged {
							require.Contains(t, a.body, c.want)
							require.NotContains(t, a.body, "shit")
							require.NotContains(t, a.body, "forbidden fruit")
							require.Equal(t, c.on >= 400, s.Error, "%+v", s)
						}
						if c.a.Trailer != nil {
							require.Equal(t, "5", a.trailers.Get("X-Sum"))
						}
						if c.a == late {
							require.Equal(t, "7", a.header("retry-after"))
						}
					}
				})
			}
		}
	})
}

// TestProviderAway has nobody listen where the provider should be.
func TestProviderAway(t *testing.T) {
	other, err := standin.Serve(standin.Options{})
	require.NoError(t, err)
	other.Close()
	at, err := envoy.At(other.URL)
	require.NoError(t, err)
	w := start(t, envoy.Options{Provider: at, Settings: settings(t, guarded)})
	for _, over := range protocols {
		a := send(t, over, w.URL, chat("hello"))
		require.Equal(t, 503, a.status)
		requireError(t, a, "server_error")
		require.True(t, w.stats(t).Error)
	}
}

// TestClientLeaves has the client leave at each phase of the exchange.
func TestClientLeaves(t *testing.T) {
	hangs := &standin.Answer{Wait: time.Hour}
	begins := &standin.Answer{Header: http.Header{"Content-Type": {"application/json"}}, Pieces: [][]byte{[]byte(`{"id":"chatcmpl-1",`)}, End: standin.Hang}
	hosts(t, func(t *testing.T, w *world, passOn bool) {
		for _, url := range []string{w.URL, w.More[0]} {
			judged := url == w.More[0]
			whole := chat("hello").cut(10).wire("localhost")
			for _, c := range []struct {
				name  string
				send  [][]byte
				a     *standin.Answer
				wait  string // for this in the answer, where it is not judged
				asked bool   // the provider got the request whole, and sees that the client has left
				lines int
			}{
				{"in the head", [][]byte{whole[0][:30]}, hangs, "", false, 0},
				{"after the head", whole[:1], hangs, "", false, 1},
				{"in the body", whole[:3], hangs, "", false, 1},
				{"before the answer", whole, hangs, "", true, 1},
				{"in the answer", whole, begins, "chatcmpl-1", true, 1},
			} {
				t.Run(fmt.Sprintf("%s/judged %v", c.name, judged), func(t *testing.T) {
					w.provider.Forget()
					w.provider.Script(func(*http.Request, []byte) *standin.Answer { return c.a })
					conn, _, err := dial(url)
					require.NoError(t, err)
					for _, p := range c.send {
						_, err := conn.Write(p)
						require.NoError(t, err)
						time.Sleep(time.Millisecond)
					}
					if c.asked {
						require.Eventually(t, func() bool { return len(w.provider.Requests()) == 1 }, 5*time.Second, time.Millisecond, "the provider is asked")
					}
					if c.wait != "" && !judged {
						got := make([]byte, 0, 4096)
						for b := make([]byte, 1024); !strings.Contains(string(got), c.wait); {
							n, err := conn.Read(b)
							require.NoError(t, err)
							got = append(got, b[:n]...)
						}
					}
					time.Sleep(60 * time.Millisecond) // longer than it takes to learn the kind of host
					require.NoError(t, conn.Close())
					for _, s := range w.manyStats(t, c.lines) {
						require.True(t, s.Error)
						require.Equal(t, "/v1/chat/completions", s.Endpoint)
					}
					if c.asked {
						require.Eventually(t, func() bool { return w.provider.Left() == 1 }, 5*time.Second, time.Millisecond,
							"the request to the provider is cut, so that it costs no more")
					}
				})
			}
		}
	})
}

// TestStreamsFlow has the provider send some events and fall silent: they reach the client at once, and the provider is cut off when the
// client leaves.
func TestStreamsFlow(t *testing.T) {
	flows := &standin.Answer{Header: http.Header{"Content-Type": {"text/event-stream"}}, End: standin.Hang}
	for _, word := range []string{"Good ", "day ", "to ", "all "} {
		flows.Pieces = append(flows.Pieces, fmt.Appendf(nil,
			"data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"choices\":[{\"index\":0,\"delta\":{\"content\":%q}}]}\n\n", word))
	}
	hosts(t, func(t *testing.T, w *world, _ bool) {
		for _, url := range []string{w.URL, w.More[0]} {
			w.provider.Forget()
			w.provider.Script(func(*http.Request, []byte) *standin.Answer { return flows })
			r := post("/v1/chat/completions", `{"model":"m","stream":true,"messages":[{"role":"user","content":"hello"}]}`)
			leave(t, url, r, `"content":"day "`)
			require.Eventually(t, func() bool { return w.provider.Left() == 1 }, 5*time.Second, time.Millisecond, "the provider is cut off")
			require.Equal(t, url != w.URL, w.stats(t).Error, "where nobody wants the stream, nobody knows that it was not at its end")
		}
		broken := *flows
		broken.End = standin.Reset
		w.provider.Script(func(*http.Request, []byte) *standin.Answer { return &broken })
		for _, over := range protocols {
			send(t, over, w.URL, post("/v1/chat/completions", `{"model":"m","stream":true,"messages":[{"role":"user","content":"hello"}]}`))
			require.True(t, w.stats(t).Error, "the provider broke off")
		}
	})
}

// TestHTTP2Provider has a provider that speaks HTTP/2.
func TestHTTP2Provider(t *testing.T) {
	provider, err := standin.Serve(standin.Options{})
	require.NoError(t, err)
	t.Cleanup(provider.Close)
	at, err := envoy.At(provider.URL)
	require.NoError(t, err)
	at.HTTP2 = true
	w := start(t, envoy.Options{Provider: at, Settings: settings(t, guarded)})
	ask := func(over protocol, a *standin.Answer) answer {
		t.Helper()
		provider.Script(func(*http.Request, []byte) *standin.Answer { return a })
		got := send(t, over, w.URL, chat("what a shit day").cut(20))
		require.Equal(t, got.status >= 400, w.stats(t).Error)
		return got
	}
	for _, over := range protocols {
		require.Contains(t, ask(over, nil).body, "what a **** day")
		require.Equal(t, 503, ask(over, &standin.Answer{Raw: []byte{}}).status, "the stream is reset before the head")
		require.Contains(t, ask(over, says("a shit day").Split(3, 0)).body, "a **** day")
		require.Equal(t, 422, ask(over, says("a forbidden fruit")).status)
	}
	for _, r := range provider.Requests() {
		require.Equal(t, "HTTP/2.0", r.Proto)
	}
}

// TestModeration has the provider's moderation flag, fail, stall and talk nonsense.
func TestModeration(t *testing.T) {
	hosts(t, func(t *testing.T, w *world, _ bool) {
		closed, open := w.More[1], w.More[2]
		ask := func(url, text string, moderation *standin.Answer) (answer, []standin.Request) {
			t.Helper()
			w.provider.Forget()
			w.provider.Script(func(r *http.Request, _ []byte) *standin.Answer {
				if r.URL.Path == "/v1/moderations" {
					return moderation
				}
				return nil
			})
			a := send(t, http1, url, chat(text))
			require.Equal(t, a.status, w.stats(t).Status)
			return a, w.asked()
		}
		for _, url := range []string{closed, open} {
			a, got := ask(url, "good day", nil)
			require.Equal(t, 200, a.status, a.body)
			require.Len(t, got, 2)
			require.Equal(t, "/v1/moderations", got[0].Path)
			require.Equal(t, "Bearer "+key, got[0].Header.Get("Authorization"), "with the caller's key")
			require.Contains(t, string(got[0].Body), "good day")
			a, got = ask(url, "kill them all", nil)
			require.Equal(t, 422, a.status, a.body)
			require.Equal(t, "Usage Panda: Moderation flagged this request: violence", requireError(t, a, "invalid_request"))
			require.Len(t, got, 1, "the provider is not asked")
		}
		for name, m := range map[string]*standin.Answer{
			"fails": standin.Fail(500, "server_error", "", "out of order"), "resets": {Raw: []byte{}, End: standin.Reset},
			"stalls": {Wait: time.Hour}, "garbage": standin.Text(200, "text/html", "<html>"), "no results": standin.Text(200, "application/json", `{}`),
			"empty results": standin.Text(200, "application/json", `{"results":[]}`), "another type": standin.Text(200, "application/json", `{"results":5}`),
		} {
			a, got := ask(closed, "good day", m)
			require.Equal(t, 500, a.status, "%s: closed: %s", name, a.body)
			requireError(t, a, "server_error")
			require.Len(t, got, 1, name)
			a, got = ask(open, "good day", m)
			require.Equal(t, 200, a.status, "%s: open: %s", name, a.body)
			require.Len(t, got, 2, name)
		}

		// A client that leaves meanwhile.
		w.provider.Forget()
		w.provider.Script(func(*http.Request, []byte) *standin.Answer { return &standin.Answer{Wait: 200 * time.Millisecond} })
		conn, _, err := dial(closed)
		require.NoError(t, err)
		for _, p := range chat("good day").wire("localhost") {
			_, err := conn.Write(p)
			require.NoError(t, err)
		}
		require.Eventually(t, func() bool { return len(w.provider.Requests()) > 0 }, 5*time.Second, time.Millisecond)
		require.NoError(t, conn.Close())
		require.True(t, w.stats(t).Error)
		time.Sleep(300 * time.Millisecond) // the moderation's answer has come too late
	})
}
