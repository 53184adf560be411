package envoytest

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestModel has what was seen in Envoy 1.40, with a filter that did the same.
func TestModel(t *testing.T) {
	const passes = `response headers; response body 5; response body 5 end; done | up ["abc" "def"] | down 200 ["HELLO" "WORLD"]`
	for _, row := range []struct {
		holds       bool
		steps, want string
	}{
		{true, "", "request headers; request body 3; request body 3; request body 0 end; " + passes},
		{false, "", "request headers; request body 3; request body 3; request body 0 end; " + passes},
		{true, "request headers: see; request body 3: see; done: see",
			`request headers; 4 headers and ""; request body 3; 0 headers and "abc"; request body 3; 0 headers and "def"; request body 0 end; ` +
				`response headers; response body 5; response body 5 end; done; 4 headers and "" | up ["abc" "def"] | down 200 ["HELLO" "WORLD"]`},
		{true, "request headers: pause; request body: pause; request body 6 end: see, header :path=/new, body NEW",
			`request headers; request body 3; request body 6; request body 6 end; 4 headers and "abcdef"; ` +
				`response headers; response body 5; response body 5 end; done | up ["NEW"] | down 200 ["HELLO" "WORLD"]`},
		{false, "request headers: pause", `request headers; done | FAULT exchange 1 hangs: request: paused; response: not there; `},
		{false, "request headers: pause, tick; request body: see; tick: still, as, see, resume request, see",
			`request headers; tick; 4 headers and ""; 0 headers and ""; request body 6 end; 0 headers and "abcdef"; ` +
				`response headers; response body 5; response body 5 end; done | up ["abcdef"] | down 200 ["HELLO" "WORLD"]`},
		{true, "request headers: pause, call c; request body: pause; called: see, header x=1, body ABC, resume request, see",
			`request headers; request body 3; request body 6; request body 6 end; called; 4 headers and "abcdef"; 0 headers and ""; ` +
				`response headers; response body 5; response body 5 end; done | up ["ABC"] | down 200 ["HELLO" "WORLD"]`},
		{true, "request headers: pause; request body: pause; request body 6 end: reply mine, pause",
			`request headers; request body 3; request body 6; request body 6 end; response headers; response body 4 end; done | down 418 ["mine"]`},
		{false, "request headers: reply", `request headers; response headers end; done | down 418 []`},
		{true, "response headers: reply mine, pause",
			`request headers; request body 3; request body 3; request body 0 end; response headers; done | up ["abc" "def"] | down 418 ["mine"]`},
		{true, "response headers: pause; response body: pause; response body 10 end: body response B, header response :status=422",
			`request headers; request body 3; request body 3; request body 0 end; response headers; response body 5; response body 10 end; done` +
				` | up ["abc" "def"] | down 422 ["B"]`},
		{true, "response body: body response ; response body 5 end: body response LAST",
			`request headers; request body 3; request body 3; request body 0 end; response headers; response body 5; response body 5 end; done` +
				` | up ["abc" "def"] | down 200 ["LAST"]`},
		{true, "response headers: tick; response body: pause; tick: still, as, close",
			`request headers; request body 3; request body 3; request body 0 end; response headers; response body 5; response body 10 end; tick; done` +
				` | up ["abc" "def"] | down 200 [] cut`},
		{true, "response headers: call c; response body: pause; response body 10 end: pause; called: see response, resume response",
			`request headers; request body 3; request body 3; request body 0 end; response headers; response body 5; response body 10 end; ` +
				`called; 0 headers and "HELLOWORLD"; done | up ["abc" "def"] | down 200 ["HELLOWORLD"]`},
	} {
		s := &script{steps: steps(row.steps)}
		require.Equal(t, row.want, s.play(&Envoy{Holds: row.holds}, &Exchange{}), "holds %v, %s", row.holds, row.steps)
	}
}

// TestEnvoyFails has what Envoy does by itself, as seen in Envoy 1.40.
func TestEnvoyFails(t *testing.T) {
	const whole = "request headers; request body 3; request body 3; request body 0 end; "
	for _, row := range []struct {
		steps string
		x     Exchange
		want  string
	}{
		{"", Exchange{Break: 1}, whole + `response headers; response body 95 end; done | up ["abc" "def"] | down 503 ["` + broke + `"]`},
		{"", Exchange{Break: -1}, `request headers; request body 3; request body 3; request body 0 end; response headers; response body 95 end; ` +
			`done | up ["abc" "def"] | down 503 ["` + broke + `"]`},
		{"response headers: reply mine", Exchange{Break: 1}, whole + `response headers; done | up ["abc" "def"] | down 418 ["mine"]`},
		{"", Exchange{Break: 3}, whole + `response headers; response body 5; done | up ["abc" "def"] | down 200 ["HELLO"] cut`},
		{"response headers: pause; response body: pause", Exchange{Break: 3},
			whole + `response headers; response body 5; done | up ["abc" "def"] | down 502 ["` + brokeLate + `"]`},
		{"response body 5 end: reply mine, pause", Exchange{},
			whole + `response headers; response body 5; response body 5 end; done | up ["abc" "def"] | down 200 ["HELLO"] cut`},
		{"request headers: pause; request body: pause", Exchange{Leave: 2}, `request headers; request body 3; done`},
		{"", Exchange{Leave: 5}, whole + `response headers; done | up ["abc" "def"] | down 200 []`},
		{"request headers: pause; request body: pause", Exchange{Request: long},
			`request headers; request body 4; request body 8; response headers; response body 17 end; done | down 413 ["Payload Too Large"]`},
		{"response headers: pause; response body: pause", Exchange{Provider: longAnswer},
			whole + `response headers; response body 4; response body 8; done | up ["abc" "def"] | down 500 ["Internal Server Error"]`},
		{"response body: pause", Exchange{Provider: longAnswer},
			whole + `response headers; response body 4; response body 8; done | up ["abc" "def"] | down 200 [] cut`},
	} {
		s := &script{steps: steps(row.steps)}
		require.Equal(t, row.want, s.play(&Envoy{Holds: true, Limit: 7}, &row.x), row.steps)
	}
}

const (
	broke     = "upstream connect error or disconnect/reset before headers. reset reason: connection termination"
	brokeLate = "upstream connect error or disconnect/reset before headers. reset reason: protocol error"
)

// long is over the limit of 7 bytes in its second piece, and so is longAnswer.
var long = NewRequest("POST", "/x", nil, [][]byte{[]byte("1234"), []byte("5678"), []byte("9")})

func longAnswer(Message) Message {
	return NewAnswer(200, nil, [][]byte{[]byte("1234"), []byte("5678"), []byte("9")})
}

// TestTrailers has messages whose end is in trailers.
func TestTrailers(t *testing.T) {
	const down = `response headers; response body 2; response trailers; done`
	for _, row := range []struct{ steps, want string }{
		{"", `request headers; request body 2; request trailers; ` + down + ` | up ["ab"] | down 200 ["CD"]`},
		{"request trailers: see", `request headers; request body 2; request trailers; 0 headers and ""; ` + down + ` | up ["ab"] | down 200 ["CD"]`},
		{"request headers: pause; request body: pause; request trailers: see, header x=1, body NEW",
			`request headers; request body 2; request trailers; 4 headers and "ab"; ` + down + ` | up ["NEW"] | down 200 ["CD"]`},
		{"request headers: pause; request body: pause; request trailers: pause, call c; called: see, body NEW, resume request",
			`request headers; request body 2; request trailers; called; 4 headers and "ab"; ` + down + ` | up ["NEW"] | down 200 ["CD"]`},
		{"response headers: pause; response body: pause; response trailers: header response :status=422, body response NEW",
			`request headers; request body 2; request trailers; ` + down + ` | up ["ab"] | down 422 ["NEW"]`},
	} {
		s := &script{steps: steps(row.steps)}
		x := &Exchange{Request: NewRequest("POST", "/x", [][2]string{{"transfer-encoding", "chunked"}}, [][]byte{[]byte("ab")})}
		x.Request.Trailers = [][2]string{{"t", "1"}}
		x.Provider = func(Message) Message {
			m := NewAnswer(200, [][2]string{{"transfer-encoding", "chunked"}}, [][]byte{[]byte("CD")})
			m.Trailers = [][2]string{{"t", "1"}}
			return m
		}
		require.Equal(t, row.want, s.play(&Envoy{Holds: true}, x), row.steps)
	}
}

// TestFaults has what a filter must not do.
func TestFaults(t *testing.T) {
	for _, row := range []struct{ steps, want string }{
		{"request headers: resume request", "resume: in a callback of the same side, the request"},
		{"response headers: resume request", "resume: the request is not paused"},
		{"request headers: pause, tick; request body: pause; tick: still, as, resume request, resume request", "resume: the request is not paused"},
		{"request body: header x=1", "set header x: the headers of the request have left"},
		{"request body: remove x", "remove header x: the headers of the request have left"},
		{"request headers: header response x=1", "set header x: the response has no headers yet"},
		{"request headers: pause, tick; request body: pause; tick: still, as, resume request, header x=1",
			"set header x: the headers of the request have left"},
		{"request headers: body x", "set body: the proxy holds none of the request"},
		{"response headers: body x", "set body: the proxy holds none of the request"},
		{"request headers: reply a, reply b", "reply: there is a reply already"},
		{"request headers: reply a; response headers: reply b", "reply: there is a reply already"},
		{"request headers: pause, close", "close: only in a callback of the plugin"},
		{"request headers: tick; tick: still, body x", "set body: the effective context 1 is no exchange"},
		{"response headers: tick; tick: still, as", "set effective context: 2 is gone"},
		{"request body: body longer; request headers: header content-length=3",
			"the request of context 2 says content-length 3, and has a body of 18 bytes"},
		{"response headers: header response content-length=3", "the response of context 2 says content-length 3, and has a body of 10 bytes"},
		{"response headers: pause; response body: pause", "exchange 1 hangs: request: passed on; response: paused; "},
	} {
		s := &script{steps: steps(row.steps)}
		require.Contains(t, s.play(&Envoy{Holds: true}, &Exchange{}), "| FAULT "+row.want, row.steps)
	}
}

// TestActingForAnother is what crashed Envoy: one exchange's callback that resumes another one.
func TestActingForAnother(t *testing.T) {
	s := &script{steps: steps("request headers: pause; request body: as")}
	e := &Envoy{Holds: true, Engine: s}
	w, err := e.NewWorker("")
	require.NoError(t, err)
	one := w.Open(&Exchange{Request: NewRequest("GET", "/", nil, nil)})
	two := w.Open(&Exchange{Request: NewRequest("POST", "/", nil, [][]byte{[]byte("x")})})
	Run(InOrder, one, two)
	require.Contains(t, e.Faults[0], "set effective context: 2 from a callback of another exchange")
}
