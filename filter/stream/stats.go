package stream

import (
	"bytes"
	"strconv"
	"strings"
	"time"

	"github.com/usagepanda/usage-panda-envoy/converters/openai"
	"github.com/usagepanda/usage-panda-envoy/policy"
)

// stats are what is said of an exchange when it is over: in the access log, and to the control plane.
type stats struct {
	started, ended    time.Time
	status            int
	failed            bool
	reason            string
	user              string
	promptChars       int
	request, response []byte // JSON, without what must not be kept
}

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
	t.user = strings.Clone(q.User) // or all of the body would stay with it
	t.request = q.Without(func(name string) bool { return !whole && (prose(name) || q.Says(name)) })
}

// keep notes an answer as the client gets it: without its text, unless the text is asked for, and never with embeddings.
func (t *stats) keep(p *openai.Response, whole bool) {
	embeddings := p.Embeddings()
	t.response = p.Without(func(name string) bool { return prose(name) && (!whole || name == "data" && embeddings) })
}

// keepResponse notes an answer of our own.
func (t *stats) keepResponse(body []byte, whole bool) {
	if p, err := openai.ParseResponse(body); err == nil {
		t.keep(p, whole)
	}
}

// finish writes the stats when the exchange is over.
func (s *Stream) finish() {
	t := &s.stats
	if t.started.IsZero() {
		return // it ended before its headers came
	}
	if t.ended.IsZero() {
		t.ended = s.plugin.proxy.Now()
		if s.phase < done && !t.failed {
			t.fail("The exchange ended early")
		}
	}
	if s.streaming != nil {
		s.streaming.finish(s)
	}
	line := make([]byte, 0, 600+len(t.request)+len(t.response))
	line = append(append(append(line, `{"level":"debug","proxy_id":`...), s.proxyID()...), `,"message":`...)
	head := len(line)
	line = t.message(line, s)
	message := line[head:]
	line = append(line, '}')
	s.host.SetProperty("usagepanda", line)
	if s.plugin.local.Debug {
		s.plugin.proxy.Log(Info, string(line))
	}
	if s.config != nil && !s.config.LocalMode && !s.saved && s.phase != saving {
		s.plugin.upload(s.key, message)
	}
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
	if ended.IsZero() {
		ended = s.plugin.proxy.Now()
	}
	path, _, _ := strings.Cut(s.path, "?")
	if e := s.exchange.Endpoint; e != openai.Other {
		path = e.Path()
	}
	j := object(b)
	j.text("endpoint", path)
	j.truth("config_cached", s.configCached)
	j.name("flags")
	j.b = append(j.b, '[')
	for i, f := range s.exchange.Flags {
		if i > 0 {
			j.b = append(j.b, ',')
		}
		flag := object(j.b)
		flag.text("type", f.Type)
		flag.text("description", f.Description)
		j.b = flag.end()
	}
	j.b = append(j.b, ']')
	j.places(s.exchange.Flags)
	j.truth("error", t.failed)
	j.optional("reason", t.reason)
	j.number("status", int64(t.status))
	if s.config != nil && s.config.converts {
		s.routed(&j)
	}
	j.raw("autorouted", none)
	j.optional("user", t.user)
	j.name("metadata")
	m := object(j.b)
	m.raw("proxy_id", s.proxyID())
	m.optional("ip_address", s.address())
	m.optional("user_agent", s.facts.userAgent)
	m.optional("organization", s.facts.organization)
	m.optional("trace_id", s.trace())
	m.number("latency", ended.Sub(t.started).Milliseconds())
	if st := s.streaming; st != nil && !st.told.first.IsZero() {
		m.number("time_to_first_token", st.told.first.Sub(t.started).Milliseconds())
		if d := ended.Sub(st.told.first).Seconds(); d > 0 && st.told.completed > 0 {
			m.raw("tokens_per_second", strconv.AppendFloat(nil, float64(st.told.completed)/d, 'f', 1, 64))
		}
	}
	j.b = m.end()
	if t.request != nil {
		j.raw("request", oneLine(t.request))
	}
	if t.response != nil {
		j.raw("response", oneLine(t.response))
	}
	return j.end()
}

func (s *Stream) trace() string {
	name := s.plugin.local.TraceHeader
	if s.config != nil {
		name = s.config.TraceHeader
	}
	return traceID(s.in.value(name))
}

// address is the client's address, without its port, as the proxy sees it: it knows which proxies in front of it to believe.
func (s *Stream) address() string {
	a := string(s.host.Property("source\x00address"))
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
func (w *writer) places(flags []policy.Flag) {
	begun := false
	for _, f := range flags {
		for _, p := range f.Places {
			if !begun {
				w.name("findings")
				w.b = append(w.b, '[')
			} else {
				w.b = append(w.b, ',')
			}
			begun = true
			o := object(w.b)
			o.text("type", f.Type)
			o.text("name", p.Name)
			o.text("action", p.Action.String())
			o.text("side", [...]string{"request", "response"}[p.Side])
			o.number("message", int64(p.Message))
			o.number("start", int64(p.Start))
			o.number("end", int64(p.End))
			w.b = o.end()
		}
	}
	if begun {
		w.b = append(w.b, ']')
	}
}

// A writer writes a JSON object, member by member.
type writer struct {
	b     []byte
	begun bool
}

var none = []byte("{}")

func object(b []byte) writer { return writer{b: append(b, '{')} }

func (w *writer) name(name string) {
	if w.begun {
		w.b = append(w.b, ',')
	}
	w.begun = true
	w.b = append(append(append(w.b, '"'), name...), '"', ':')
}

func (w *writer) raw(name string, value []byte) {
	w.name(name)
	w.b = append(w.b, value...)
}

func (w *writer) truth(name string, value bool) {
	w.name(name)
	w.b = strconv.AppendBool(w.b, value)
}

func (w *writer) number(name string, value int64) {
	w.name(name)
	w.b = strconv.AppendInt(w.b, value, 10)
}

func (w *writer) text(name, value string) {
	w.name(name)
	w.b = openai.AppendQuote(w.b, value)
}

func (w *writer) optional(name, value string) {
	if value != "" {
		w.text(name, value)
	}
}

func (w *writer) end() []byte { return append(w.b, '}') }
