package e2e

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// request is what a client sends.
type request struct {
	method, path string
	headers      [][2]string
	body         [][]byte // in pieces, each sent by itself
	chunked      bool     // says no content-length
	trailers     [][2]string
}

// answer is what a client gets.
type answer struct {
	status   int
	headers  [][2]string // names in lower case, in no particular order
	body     string
	trailers http.Header
	cut      bool // it broke off
}

func (a answer) header(name string) string {
	for _, h := range a.headers {
		if h[0] == name {
			return h[1]
		}
	}
	return ""
}

// A protocol sends requests over connections of its own.
type protocol func(url string, r request) (answer, error)

var protocols = map[string]protocol{"HTTP/1.1": http1, "HTTP/2": http2}

// post is a request with the provider's key and a body of JSON. Further headers take the place of these; an empty one takes one away.
func post(path, body string, headers ...string) request {
	r := request{method: "POST", path: path, headers: [][2]string{{"content-type", "application/json"}, {"authorization", "Bearer " + key}}}
	if body != "" {
		r.body = [][]byte{[]byte(body)}
	}
	for i := 0; i < len(headers); i += 2 {
		r.headers = slices.DeleteFunc(r.headers, func(h [2]string) bool { return h[0] == headers[i] })
		if headers[i+1] != "" {
			r.headers = append(r.headers, [2]string{headers[i], headers[i+1]})
		}
	}
	return r
}

// chat is a request to say something to a model.
func chat(text string, headers ...string) request {
	return post("/v1/chat/completions", fmt.Sprintf(`{"model":"gpt-4o-mini","messages":[{"role":"user","content":%s}]}`, quote(text)), headers...)
}

func quote(text string) string { return strconv.Quote(text) } // for texts that are quoted alike in Go and JSON

// cut cuts the body in pieces of n bytes.
func (r request) cut(n int) request {
	whole := bytes.Join(r.body, nil)
	r.body = nil
	for len(whole) > 0 {
		k := min(n, len(whole))
		r.body, whole = append(r.body, whole[:k]), whole[k:]
	}
	return r
}

// inChunks says no length, and ends with trailers.
func (r request) inChunks(trailers ...[2]string) request {
	r.chunked, r.trailers = true, trailers
	return r
}

func send(t *testing.T, over protocol, url string, r request) answer {
	t.Helper()
	a, err := over(url, r)
	require.NoError(t, err, "%s %s", r.method, r.path)
	return a
}

// head is the start of an HTTP/1.1 message.
func (r request) head(host string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s HTTP/1.1\r\n", r.method, r.path)
	if !slices.ContainsFunc(r.headers, func(h [2]string) bool { return h[0] == "host" }) {
		fmt.Fprintf(&b, "host: %s\r\n", host)
	}
	for _, h := range r.headers {
		fmt.Fprintf(&b, "%s: %s\r\n", h[0], h[1])
	}
	switch {
	case r.chunked || r.trailers != nil:
		b.WriteString("transfer-encoding: chunked\r\n")
	case r.method == "POST" || len(r.body) > 0:
		fmt.Fprintf(&b, "content-length: %d\r\n", len(bytes.Join(r.body, nil)))
	}
	return b.String() + "\r\n"
}

// wire is the message in the pieces in which it is written.
func (r request) wire(host string) [][]byte {
	w := [][]byte{[]byte(r.head(host))}
	chunked := r.chunked || r.trailers != nil
	for _, p := range r.body {
		if chunked {
			p = fmt.Appendf(nil, "%x\r\n%s\r\n", len(p), p)
		}
		w = append(w, p)
	}
	if chunked {
		end := "0\r\n"
		for _, h := range r.trailers {
			end += h[0] + ": " + h[1] + "\r\n"
		}
		w = append(w, []byte(end+"\r\n"))
	}
	return w
}

// dial opens a connection, which ends after a while.
func dial(url string) (net.Conn, string, error) {
	host := strings.TrimPrefix(url, "http://")
	c, err := net.DialTimeout("tcp", host, 5*time.Second)
	if err == nil {
		err = c.SetDeadline(time.Now().Add(60 * time.Second))
	}
	return c, host, err
}

// http1 speaks HTTP/1.1 by hand, so that every piece is a write of its own.
func http1(url string, r request) (answer, error) {
	c, host, err := dial(url)
	if err != nil {
		return answer{}, err
	}
	defer c.Close()
	go func() {
		for i, p := range r.wire(host) {
			if i > 1 {
				time.Sleep(200 * time.Microsecond)
			}
			if _, err := c.Write(p); err != nil {
				return // the answer came first
			}
		}
	}()
	return read(c, r.method)
}

// read reads an answer of HTTP/1.1.
func read(c net.Conn, method string) (answer, error) {
	b := bufio.NewReader(c)
	for {
		h, err := http.ReadResponse(b, &http.Request{Method: method})
		if err != nil {
			return answer{}, err
		}
		if h.StatusCode != http.StatusContinue {
			return whole(h), nil
		}
	}
}

func whole(h *http.Response) answer {
	defer h.Body.Close()
	a := answer{status: h.StatusCode}
	for name, values := range h.Header {
		for _, v := range values {
			a.headers = append(a.headers, [2]string{strings.ToLower(name), v})
		}
	}
	body, err := io.ReadAll(h.Body)
	a.body, a.cut, a.trailers = string(body), err != nil, h.Trailer
	return a
}

// pieces is a body that is read piece by piece.
type pieces struct {
	rest [][]byte
}

func (p *pieces) Read(b []byte) (int, error) {
	if len(p.rest) == 0 {
		return 0, io.EOF
	}
	n := copy(b, p.rest[0])
	if p.rest[0] = p.rest[0][n:]; len(p.rest[0]) == 0 {
		p.rest = p.rest[1:]
	}
	return n, nil
}

// http2 speaks HTTP/2 in the clear.
func http2(url string, r request) (answer, error) {
	var body io.Reader
	if len(r.body) > 0 {
		body = &pieces{slices.Clone(r.body)}
	}
	ctx, cancel := context.WithTimeout(context.Background(), 60*time.Second)
	defer cancel()
	q, err := http.NewRequestWithContext(ctx, r.method, url+r.path, body)
	if err != nil {
		return answer{}, err
	}
	for _, h := range r.headers {
		if h[0] == "host" {
			q.Host = h[1]
		} else {
			q.Header[http.CanonicalHeaderKey(h[0])] = append(q.Header[http.CanonicalHeaderKey(h[0])], h[1])
		}
	}
	if q.Header["User-Agent"] == nil {
		q.Header["User-Agent"] = []string{""} // Go's own is not sent
	}
	if q.ContentLength = -1; !r.chunked {
		q.ContentLength = int64(len(bytes.Join(r.body, nil)))
	}
	if r.trailers != nil {
		q.ContentLength, q.Trailer = -1, http.Header{}
		for _, h := range r.trailers {
			q.Trailer.Add(h[0], h[1])
		}
	}
	var only http.Protocols
	only.SetUnencryptedHTTP2(true)
	t := &http.Transport{Protocols: &only, DisableCompression: true}
	defer t.CloseIdleConnections()
	h, err := t.RoundTrip(q)
	if err != nil {
		return answer{}, err
	}
	if h.ProtoMajor != 2 {
		return answer{}, errors.New("no HTTP/2: " + h.Proto)
	}
	return whole(h), nil
}
