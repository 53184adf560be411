package envoytest

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
)

// Message is a request or an answer.
type Message struct {
	Headers  [][2]string // ":method", ":path" and ":authority", or ":status", included; names in lower case
	Body     [][]byte    // in the pieces that it came in
	Trailers [][2]string
	EndAlone bool // the end comes after the last piece, in an empty one
}

// Header returns the first header of that name, "" where there is none.
func (m *Message) Header(name string) string {
	v, _ := header(m.Headers, name)
	return v
}

// Text is the whole body.
func (m *Message) Text() string {
	var b strings.Builder
	for _, p := range m.Body {
		b.Write(p)
	}
	return b.String()
}

func header(h [][2]string, name string) (string, bool) {
	for _, f := range h {
		if f[0] == name {
			return f[1], true
		}
	}
	return "", false
}

// setHeader is Envoy's setCopy: the first header of that name keeps its place, others go.
func setHeader(h [][2]string, name, value string) [][2]string {
	at := slices.IndexFunc(h, func(f [2]string) bool { return f[0] == name })
	if at < 0 {
		return append(h, [2]string{name, value})
	}
	rest := removeHeader(h[at+1:], name)
	h[at][1] = value
	return append(h[:at+1], rest...)
}

func removeHeader(h [][2]string, name string) [][2]string {
	return slices.DeleteFunc(h, func(f [2]string) bool { return f[0] == name })
}

// frame is what reaches Envoy in one event.
type frame struct {
	headers, trailers [][2]string
	data              []byte
	end               bool
}

// frames cuts a message into events. Headers carry the end where there is nothing else.
func (m *Message) frames() []frame {
	f := []frame{{headers: m.Headers}}
	for _, p := range m.Body {
		f = append(f, frame{data: p})
	}
	switch {
	case m.Trailers != nil:
		return append(f, frame{trailers: m.Trailers, end: true})
	case m.EndAlone:
		return append(f, frame{end: true})
	}
	f[len(f)-1].end = true
	return f
}

// Cut cuts a body into the pieces that it comes in. None of them is empty.
type Cut func(body string) [][]byte

// Whole does not cut.
func Whole(body string) [][]byte {
	if body == "" {
		return nil
	}
	return [][]byte{[]byte(body)}
}

// Bytes cuts everywhere.
func Bytes(body string) [][]byte {
	var p [][]byte
	for i := range len(body) {
		p = append(p, []byte{body[i]})
	}
	return p
}

// RandomCut cuts in a few places, which may be in the middle of anything.
func RandomCut(r *rand.Rand) Cut {
	return func(body string) [][]byte {
		var p [][]byte
		for body != "" {
			n := 1 + r.IntN(len(body))
			if r.IntN(3) == 0 {
				n = 1 + r.IntN(min(len(body), 8))
			}
			p = append(p, []byte(body[:n]))
			body = body[n:]
		}
		return p
	}
}

// NewRequest is a request as Envoy's codec shows it to filters. Where there is a body and no length is given, its length is added.
func NewRequest(method, path string, headers [][2]string, body [][]byte) Message {
	m := Message{Headers: [][2]string{{":authority", "localhost:9000"}, {":path", path}, {":method", method}, {":scheme", "http"}}, Body: body}
	return m.with(headers)
}

// NewAnswer is an answer as Envoy's codec shows it to filters.
func NewAnswer(status int, headers [][2]string, body [][]byte) Message {
	m := Message{Headers: [][2]string{{":status", strconv.Itoa(status)}}, Body: body}
	return m.with(headers)
}

// with adds headers. Envoy takes transfer-encoding away before filters run, and has :authority in Host's place.
func (m Message) with(headers [][2]string) Message {
	chunked := false
	for _, f := range headers {
		switch name := strings.ToLower(f[0]); name {
		case "host":
			m.Headers = setHeader(m.Headers, ":authority", f[1])
		case "transfer-encoding":
			chunked = true
		default:
			m.Headers = append(m.Headers, [2]string{name, f[1]})
		}
	}
	if _, ok := header(m.Headers, "content-length"); !ok && !chunked && len(m.Body) > 0 {
		m.Headers = append(m.Headers, [2]string{"content-length", strconv.Itoa(len(m.Text()))})
	}
	return m
}
