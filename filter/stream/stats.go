package stream

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
	"time"
	"unsafe"

	"github.com/usagepanda/usage-panda-envoy/converters/openai"
	"github.com/usagepanda/usage-panda-envoy/policy"
)

// stats are what is said of an exchange when it is over: in the access log, and to the control plane.
type stats struct {
	started, ended    time.Duration // since 1970; 0 where it has not happened
	status            int
	failed            bool
	reason            string
	user              []byte
	promptChars       int
	request, response []byte // JSON, without what must not be kept; empty where there is nothing to say
	line              []byte
}

// created is when the exchange began, in seconds since 1970, as OpenAI writes it.
func (t *stats) created() int64 { return int64(t.started / time.Second) }

// fail notes why the exchange failed: the words that the client is told.
func (t *stats) fail(reason string) { t.failed, t.reason = true, reason }

// prose tells of a member of requests or answers that it holds what people and models wrote, or says it again.
func prose(name string) bool {
	switch name {
	case "prompt", "input", "messages", "instruction", "instructions", "suffix", "prediction", "tools", "functions", "choices", "output", "data":
		return true
	}
	return false
}

// keepRequest notes the request as the provider gets it: without its text, unless the text is asked for.
func (t *stats) keepRequest(q *openai.Request, whole bool) {
	t.user = append(t.user[:0], q.User...) // or all of the body would stay with it
	t.request = q.Without(t.request[:0], func(name string) bool { return !whole && (prose(name) || q.Says(name)) })
}

// keep notes an answer as the client gets it: without its text, unless the text is asked for, and never with embeddings.
func (t *stats) keep(p *openai.Response, whole bool) {
	embeddings := p.Embeddings()
	t.response = p.Without(t.response[:0], func(name string) bool { return prose(name) && (!whole || name == "data" && embeddings) })
}

// keepResponse notes an answer of our own, or one that an event brings.
func (s *Stream) keepResponse(body []byte) {
	if p, err := s.skim(body); err == nil {
		s.stats.keep(p, s.engine.LogResponse.On)
	}
}

// read reads an answer. It is good until the next one is read.
func (s *Stream) read(body []byte) (*openai.Response, error) {
	s.answer.Forget()
	return &s.answer, s.answer.Read(body)
}

// skim is read for who does not look at the texts.
func (s *Stream) skim(body []byte) (*openai.Response, error) {
	s.answer.Forget()
	return &s.answer, s.answer.Skim(body)
}

// finish writes the stats when the exchange is over.
func (s *Stream) finish() {
	t := &s.stats
	if t.started == 0 {
		return // it ended before its headers came
	}
	if t.ended == 0 {
		t.ended = s.plugin.proxy.Now()
		if s.phase < done && !t.failed && !s.complete() {
			t.fail("The exchange ended early")
		}
	}
	if s.streaming != nil {
		s.streaming.finish(s)
	}
	line := slices.Grow(t.line[:0], 600+len(t.request)+len(t.response))
	line = append(append(append(line, `{"level":"debug","proxy_id":`...), s.proxyID()...), `,"message":`...)
	head := len(line)
	line = t.message(line, s)
	message := line[head:]
	line = append(line, '}')
	t.line = line
	s.host.SetProperty("usagepanda", line)
	if s.plugin.local.Debug {
		s.plugin.proxy.Log(Info, string(line))
	}
	if s.config != nil && !s.config.LocalMode && !s.saved && s.phase != saving {
		s.plugin.upload(s.key, bytes.Clone(message))
	}
}

// complete tells of an exchange whose answer did not end that the client has all of it, as far as anybody knows: OpenAI's SDKs hang up at a
// stream's last event. In a stream that nobody wants it is not looked for: there, a client that hangs up had enough.
func (s *Stream) complete() bool {
	if s.streaming != nil {
		return s.streaming.said
	}
	if !s.answered || !s.weighed || s.reads || !eventStream(s.host.Header(Response, "content-type")) {
		return false
	}
	switch string(s.host.Property("response\x00code_details")) { // as Envoy calls it over HTTP/1.1, HTTP/2 and HTTP/3
	case "downstream_remote_disconnect", "http2.remote_reset", "http3.remote_reset":
		return true
	}
	return false
}

func (s *Stream) proxyID() openai.Value {
	id := s.plugin.local.ProxyID
	if s.config != nil {
		id = s.config.ProxyID
	}
	if len(id) == 0 {
		return openai.Value("null")
	}
	return id
}

// message appends the stats as JSON.
func (t *stats) message(b []byte, s *Stream) []byte {
	ended := t.ended
	if ended == 0 {
		ended = s.plugin.proxy.Now()
	}
	path, _, _ := strings.Cut(s.path, "?")
	if e := s.exchange.Endpoint; e != openai.Other {
		path = e.Path()
	}
	w := &openai.Writer{B: b}
	w.Open("", '{')
	w.String("endpoint", path)
	w.Bool("config_cached", s.configCached)
	w.Open("flags", '[')
	for _, f := range s.exchange.Flags {
		w.Open("", '{')
		w.String("type", f.Type)
		w.String("description", f.Description)
		w.Close('{')
	}
	w.Close('[')
	places(w, s.exchange.Flags)
	w.Bool("error", t.failed)
	optional(w, "reason", t.reason)
	w.Int("status", t.status)
	if s.config != nil && s.config.converts {
		s.routed(w)
	}
	w.Raw("autorouted", none)
	optional(w, "user", view(t.user))
	w.Open("metadata", '{')
	w.Raw("proxy_id", s.proxyID())
	optional(w, "ip_address", s.address())
	optional(w, "user_agent", s.facts.userAgent)
	optional(w, "organization", s.facts.organization)
	optional(w, "trace_id", s.trace())
	w.Int("latency", int((ended - t.started).Milliseconds()))
	if st := s.streaming; st != nil && st.told.first != 0 {
		w.Int("time_to_first_token", int((st.told.first - t.started).Milliseconds()))
		if d := (ended - st.told.first).Seconds(); d > 0 && st.told.completed > 0 {
			w.Raw("tokens_per_second", strconv.AppendFloat(nil, float64(st.told.completed)/d, 'f', 1, 64))
		}
	}
	w.Close('{')
	if len(t.request) > 0 {
		w.Raw("request", oneLine(t.request))
	}
	if len(t.response) > 0 {
		w.Raw("response", oneLine(t.response))
	}
	w.Close('{')
	return w.B
}

func (s *Stream) trace() string {
	name := s.plugin.local.TraceHeader
	if s.config != nil {
		name = s.config.TraceHeader
	}
	return traceID(s.in.value(name))
}

// view is bytes as a string, without a copy, for as long as they stay what they are.
func view(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// address is the client's address, without its port, as the proxy sees it: it knows which proxies in front of it to believe. It is good
// until the proxy is asked for something else.
func (s *Stream) address() string {
	a := view(s.host.Property("source\x00address"))
	if i := strings.LastIndexByte(a, ':'); i >= 0 {
		a = a[:i]
	}
	return strings.Trim(a, "[]")
}

// oneLine takes the white space out of a value that was written over several lines, as OpenAI writes its answers: a log has a line for each
// exchange.
func oneLine(v openai.Value) []byte {
	if bytes.IndexByte(v, '\n') < 0 && bytes.IndexByte(v, '\r') < 0 {
		return v
	}
	return v.Compact()
}

// places writes where something was found, and by which rule: never what.
func places(w *openai.Writer, flags []policy.Flag) {
	begun := false
	for _, f := range flags {
		for _, p := range f.Places {
			if !begun {
				w.Open("findings", '[')
			}
			begun = true
			w.Open("", '{')
			w.String("type", f.Type)
			w.String("name", p.Name)
			w.Word("action", p.Action.String())
			w.Word("side", [...]string{"request", "response"}[p.Side])
			w.Int("message", p.Message)
			w.Int("start", p.Start)
			w.Int("end", p.End)
			w.Close('{')
		}
	}
	if begun {
		w.Close('[')
	}
}

var none = []byte("{}")

// optional writes a text, if there is one.
func optional(w *openai.Writer, name, value string) {
	if value != "" {
		w.String(name, value)
	}
}
