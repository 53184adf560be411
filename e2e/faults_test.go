package e2e

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usagepanda/usage-panda-envoy/e2e/standin"
)

// zip compresses a text.
func zip(text string) string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write([]byte(text))
	_ = z.Close()
	return b.String()
}

const large = 33 << 20 // bytes: more than is held

// TestBadRequests sends what no policy can judge: it is refused by the module where policies want it, and passes where none does.
func TestBadRequests(t *testing.T) {
	const path = "/v1/chat/completions"
	const fine = `{"model":"m","messages":[{"role":"user","content":"hello"}]}`
	rows := []struct {
		name   string
		r      request
		status int
	}{
		{"no JSON", post(path, `hello`), 400},
		{"truncated JSON", post(path, `{"model":"m","messages":[{"role":"us`), 400},
		{"two values", post(path, fine+fine), 400},
		{"a list", post(path, `[]`), 400},
		{"null", post(path, `null`), 400},
		{"duplicate keys", post(path, `{"model":"m","messages":[{"role":"user","content":"forbidden fruit"}],"messages":[]}`), 400},
		{"duplicate keys within", post(path, `{"model":"m","messages":[{"content":"forbidden fruit","role":"user","content":""}]}`), 400},
		{"deep nesting", post(path, strings.Repeat(`[`, 100_000)), 400},
		{"deep nesting, balanced", post(path, strings.Repeat(`[`, 20_000)+strings.Repeat(`]`, 20_000)), 400},
		{"invalid UTF-8", post(path, "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"\xff\xfe\"}]}"), 400},
		{"lone surrogate", post(path, `{"model":"m","messages":[{"role":"user","content":"\ud800"}]}`), 400},
		{"no body", post(path, ""), 400},
		{"gzip", post(path, zip(fine), "content-encoding", "gzip"), 415},
		{"br", post(path, "\x0b\x02\x80{}\x03", "content-encoding", "br"), 415},
		{"too large", post(path, `{"model":"m","max_tokens":5,"messages":[{"role":"user","content":"`+strings.Repeat("a", large)+`"}]}`), 413},
	}
	hosts(t, func(t *testing.T, w *world, _ bool) {
		for _, c := range rows {
			for name, over := range protocols {
				t.Run(c.name+"/"+name, func(t *testing.T) {
					a, s, asked := w.exchange(t, over, w.More[0], c.r)
					require.Equal(t, c.status, a.status, "judged: %.300s", a.body)
					requireError(t, a, "invalid_request")
					require.Equal(t, "false", a.header("x-should-retry"))
					require.Empty(t, asked, "the provider got it")
					require.True(t, s.Error)
					require.Equal(t, c.status, s.Status)

					a, s, asked = w.exchange(t, over, w.URL, c.r)
					require.Len(t, asked, 1, "not judged: %.300s", a.body)
					require.True(t, bytes.Equal(bytes.Join(c.r.body, nil), asked[0].Body), "not judged: passes as it is")
					require.Equal(t, a.status, s.Status)
				})
			}
		}
	})
}

// TestWrongTypes sends JSON in which policies find no text: it is refused, by the module or by the provider, whose word reaches the
// client then.
func TestWrongTypes(t *testing.T) {
	hosts(t, func(t *testing.T, w *world, _ bool) {
		for _, body := range []string{
			`{"model":"m","messages":5}`, `{"model":"m","messages":[{"role":"user","content":5}]}`, `{"model":"m","messages":[[]]}`,
			`{"model":5,"messages":[{"role":"user","content":"hello"}]}`, `{"model":"m","messages":{"role":"user"}}`, `{}`,
		} {
			a, s, asked := w.exchange(t, http1, w.URL, post("/v1/chat/completions", body))
			require.Equal(t, 400, a.status, "%s: %s", body, a.body)
			requireError(t, a, "invalid_request_error")
			require.Len(t, asked, 1, body)
			require.True(t, s.Error, body)

			a, s, asked = w.exchange(t, http1, w.More[0], post("/v1/chat/completions", body))
			require.Contains(t, []int{400, 422}, a.status, "judged: %s: %s", body, a.body)
			requireError(t, a, map[bool]string{true: "invalid_request_error", false: "invalid_request"}[len(asked) == 1])
			require.True(t, s.Error, body)
		}
	})
}

// exchange is a request, its answer, its stats, and what of it the provider got whole.
func (w *world) exchange(t *testing.T, over protocol, url string, r request) (answer, standin.Stats, []standin.Request) {
	t.Helper()
	w.provider.Forget()
	a := send(t, over, url, r)
	s := w.stats(t)
	return a, s, w.asked()
}

// asked is what the provider got whole.
func (w *world) asked() (whole []standin.Request) {
	for _, r := range w.provider.Requests() {
		if !r.Cut {
			whole = append(whole, r)
		}
	}
	return whole
}

// TestOddRequests sends what is odd but allowed: it is judged all the same.
func TestOddRequests(t *testing.T) {
	const path = "/v1/chat/completions"
	const text = `{"model":"m","messages":[{"role":"user","content":"a shit day"}]}`
	rows := []struct {
		name string
		r    request
	}{
		{"whole", post(path, text)},
		{"byte by byte", post(path, text).cut(1)},
		{"byte by byte in chunks", post(path, text).cut(1).inChunks()},
		{"trailers", post(path, text).cut(7).inChunks([2]string{"x-sum", "5"})},
		{"another content-type", post(path, text, "content-type", "text/plain")},
		{"no content-type", post(path, text, "content-type", "")},
		{"white space around", post(path, "\r\n\t "+text+"\r\n")},
		{"escapes", post(path, strings.Replace(text, "shit", `\u0073hi\u0074`, 1))},
		{"parts", post(path, strings.Replace(text, `"a shit day"`, `[{"type":"text","text":"a shit day"}]`, 1))},
		{"no v1", post("/chat/completions", text)},
		{"capitals", post("/V1/Chat/Completions", text)},
		{"a slash behind", post(path+"/", text)},
		{"a query", post(path+"?a=%2F", text)},
		{"a client that takes gzip", post(path, text, "accept-encoding", "gzip, br")},
		{"another host", post(path, text, "host", "example.com")},
	}
	hosts(t, func(t *testing.T, w *world, _ bool) {
		for _, c := range rows {
			for name, over := range protocols {
				t.Run(c.name+"/"+name, func(t *testing.T) {
					a, s, asked := w.exchange(t, over, w.More[0], c.r)
					require.Equal(t, 200, a.status, a.body)
					require.Contains(t, a.body, "You said: a **** day")
					require.Len(t, asked, 1)
					got := asked[0]
					require.Contains(t, string(got.Body), "a **** day")
					require.NotContains(t, string(got.Body), "shit")
					require.Equal(t, path, strings.TrimSuffix(got.Path, "?a=%2F"))
					if c.r.trailers != nil {
						require.Equal(t, "5", got.Trailer.Get("X-Sum"))
					}
					require.Equal(t, "policy_wordlists", s.Flags[0].Type)
				})
			}
		}
		t.Run("by hand", func(t *testing.T) { byHand(t, w, text) })
	})
}

// byHand sends what no client library sends any more.
func byHand(t *testing.T, w *world, text string) {
	speak := func(head string, before func(*testing.T, net.Conn)) answer {
		c, _, err := dial(w.More[0])
		require.NoError(t, err)
		defer c.Close()
		_, err = fmt.Fprintf(c, "%sauthorization: Bearer %s\r\ncontent-length: %d\r\n\r\n", head, key, len(text))
		require.NoError(t, err)
		before(t, c)
		_, err = c.Write([]byte(text))
		require.NoError(t, err)
		a, err := read(c, "POST")
		require.NoError(t, err)
		return a
	}
	const path = "/v1/chat/completions"
	for name, a := range map[string]answer{
		"HTTP/1.0": speak("POST "+path+" HTTP/1.0\r\n", func(*testing.T, net.Conn) {}),
		"Expect: 100-continue": speak("POST "+path+" HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\n", func(t *testing.T, c net.Conn) {
			const want = "HTTP/1.1 100 Continue\r\n\r\n"
			got := make([]byte, len(want))
			_, err := io.ReadFull(c, got)
			require.NoError(t, err)
			require.Equal(t, want, string(got))
		}),
	} {
		require.Equal(t, 200, a.status, "%s: %s", name, a.body)
		require.Contains(t, a.body, "You said: a **** day", name)
		w.stats(t)
	}
}

// TestPassThrough sends what is no business of ours.
func TestPassThrough(t *testing.T) {
	form := "--x\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a.mp3\"\r\n\r\n\x00\xff\x00forbidden fruit\r\n--x--\r\n"
	rows := []struct {
		name string
		r    request
	}{
		{"no path of ours", post("/v1/audio/transcriptions", form, "content-type", "multipart/form-data; boundary=x")},
		{"a path of nobody", post("/v1/nowhere", "no JSON, forbidden fruit")},
		{"GET", request{method: "GET", path: "/v1/models", headers: post("", "").headers}},
		{"GET of a path of ours", request{method: "GET", path: "/v1/chat/completions?limit=2", headers: post("", "").headers}},
		{"DELETE", request{method: "DELETE", path: "/v1/files/file-1", headers: post("", "").headers}},
		{"HEAD", request{method: "HEAD", path: "/v1/models", headers: post("", "").headers}},
		{"PUT with a body", request{method: "PUT", path: "/v1/files/file-1", headers: post("", "").headers, body: [][]byte{[]byte("forbidden fruit")}}},
		{"trailers", post("/v1/uploads", "abc").cut(1).inChunks([2]string{"x-sum", "5"})},
		{"large", post("/v1/files", strings.Repeat("0123456789abcdef", large/16))},
	}
	hosts(t, func(t *testing.T, w *world, _ bool) {
		for _, c := range rows {
			for name, over := range protocols {
				for _, url := range []string{w.URL, w.More[0]} {
					a, s, asked := w.exchange(t, over, url, c.r)
					require.Len(t, asked, 1, "%s over %s: %.300s", c.name, name, a.body)
					got := asked[0]
					require.Equal(t, c.r.method, got.Method, c.name)
					require.Equal(t, c.r.path, got.Path, c.name)
					require.True(t, bytes.Equal(bytes.Join(c.r.body, nil), got.Body), "%s over %s: the body is another", c.name, name)
					if c.r.trailers != nil {
						require.Equal(t, "5", got.Trailer.Get("X-Sum"), c.name)
					}
					require.Equal(t, a.status, s.Status, c.name)
					require.Empty(t, s.Flags, c.name)
				}
			}
		}
	})
}
