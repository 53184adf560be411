package envoytest

import (
	"slices"
	"strings"
	"time"

	"github.com/usagepanda/usage-panda-envoy/filter/stream"
)

// The host's functions, as both engines use them. They are about the effective context, and report what Envoy reports.

func (w *Worker) getHeaders(s stream.Side) [][2]string {
	x := w.exchange("headers")
	if x == nil {
		return nil
	}
	return x.pipe(s).shown()
}

func (w *Worker) setHeader(s stream.Side, name, value string) bool {
	x := w.exchange("set header")
	if x == nil || !x.pipe(s).changeable("set header "+name) {
		return false
	}
	p := x.pipe(s)
	p.headers = setHeader(p.headers, strings.ToLower(name), value)
	return true
}

func (w *Worker) removeHeader(s stream.Side, name string) bool {
	x := w.exchange("remove header")
	if x == nil || !x.pipe(s).changeable("remove header "+name) {
		return false
	}
	p := x.pipe(s)
	p.headers = removeHeader(p.headers, strings.ToLower(name))
	return true
}

// getBody shows what the proxy holds of a body; nothing once it is to go on.
func (w *Worker) getBody(s stream.Side) ([]byte, bool) {
	x := w.exchange("body")
	if x == nil || x.over {
		return nil, false
	}
	p := x.pipe(s)
	if !p.hasBody || p.resumed {
		return nil, false
	}
	return p.visible, true
}

func (w *Worker) setBody(s stream.Side, body []byte) bool {
	x := w.exchange("set body")
	if x == nil {
		return false
	}
	p := x.pipe(s)
	if !p.hasBody || p.resumed || x.over {
		w.fault("set body: the proxy holds none of the %s", sideName(s))
		return false
	}
	p.visible = slices.Clone(body)
	return true
}

func (w *Worker) resume(s stream.Side) {
	if x := w.exchange("resume"); x != nil {
		x.pipe(s).resume()
	}
}

// sendReply is proxy_send_local_response. Envoy acts on it when the callback has returned. A reply may take the place of one that Envoy
// made, such as its 503 for a provider that broke off. One that comes when an answer's headers have left cuts the exchange off.
func (w *Worker) sendReply(status int, headers [][2]string, body []byte) {
	x := w.exchange("reply")
	if x == nil {
		return
	}
	switch {
	case x.over:
		w.fault("reply: the exchange is over")
		return
	case x.replied:
		w.fault("reply: there is a reply already")
	}
	x.replied = true
	text := string(body)
	headers = slices.Clone(headers)
	w.after = append(w.after, func() { x.reply(status, headers, text) })
}

func (w *Worker) getProperty(path []string) ([]byte, bool) {
	if path[0] == "plugin_name" { // the one that a plugin has, too
		return []byte("usagepanda"), true
	}
	x := w.exchange("property")
	if x == nil {
		return nil, false
	}
	name := strings.Join(path, ".")
	if v, ok := x.Properties[name]; ok {
		return []byte(v), true
	}
	if v, ok := w.envoy.Attributes[name]; ok {
		return []byte(v), true
	}
	if name == "response.code_details" && !x.local {
		return []byte("via_upstream"), true
	}
	if name == "source.address" { // with the port, as in Envoy
		return []byte("203.0.113.7:51000"), true
	}
	return nil, false
}

func (w *Worker) setProperty(name string, value []byte) bool {
	x := w.exchange("set property")
	if x == nil {
		return false
	}
	x.Properties[name] = string(value)
	return true
}

func (w *Worker) setTick(period time.Duration) {
	w.envoy.trace("  tick each %v", period)
	w.period = period
}

func (w *Worker) closeStream() {
	if x := w.exchange("close"); x != nil {
		x.close()
	}
}

// pending is a call that is not answered yet.
type pending struct {
	id     uint32
	call   Call
	answer Answer
}

// send is proxy_http_call. Envoy refuses calls to clusters that it does not know, and those that are no request.
func (w *Worker) send(c Call) (uint32, bool) {
	e := w.envoy
	if e.Clusters != nil && !slices.Contains(e.Clusters, c.Cluster) {
		e.trace("  call: no cluster %s", c.Cluster)
		return 0, false
	}
	for _, name := range []string{":method", ":path", ":authority"} {
		if _, ok := header(c.Headers, name); !ok {
			w.fault("call: no %s", name)
			return 0, false
		}
	}
	c.Headers = slices.Clone(c.Headers)
	e.Calls = append(e.Calls, c)
	w.nextCall++
	p := &pending{id: w.nextCall, call: c}
	if e.Answer != nil {
		p.answer = e.Answer(c)
	}
	w.calls = append(w.calls, p)
	e.trace("  call %d: %s", p.id, c)
	return p.id, true
}

func (c Call) String() string {
	method, _ := header(c.Headers, ":method")
	path, _ := header(c.Headers, ":path")
	return method + " " + c.Cluster + " " + path
}

// deliver brings the answer to a call.
func (w *Worker) deliver(p *pending) {
	w.calls = slices.DeleteFunc(w.calls, func(q *pending) bool { return q == p })
	w.callback(pluginID, "answer to call: "+p.call.String(), func() { w.module.called(p.id, p.answer) })
}
