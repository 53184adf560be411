package envoytest

import (
	"errors"
	"runtime/debug"
	"slices"
	"strings"
	"time"
	"unsafe"

	"github.com/usagepanda/usage-panda-envoy/filter/stream"
)

// Engine is what runs the filter.
type Engine interface {
	// start makes an instance with that configuration. The error is what the filter had against it.
	start(w *Worker, config string) (module, error)
}

// module is one instance of the filter. Its functions are called from Worker.callback.
type module interface {
	open(id uint32)
	headers(id uint32, s stream.Side, n int, end bool) stream.Action
	body(id uint32, s stream.Side, size int, end bool) stream.Action
	trailers(id uint32, s stream.Side, n int) stream.Action
	called(call uint32, a Answer)
	tick()
	done(id uint32)
	shutdown() // the plugin's last callback
	close()
}

// Native runs filter/stream directly. It is the engine for the race detector, for fuzzing, and for many runs.
type Native struct{}

func (Native) start(w *Worker, config string) (module, error) {
	n := &native{w: w, streams: map[uint32]*stream.Stream{}, hosts: map[uint32]*nativeHTTP{}, calls: map[uint32]nativeCall{}}
	n.plugin = stream.New(n)
	serving, err := n.plugin.Configure("", []byte(config), func(name string) (string, bool) {
		v, ok := w.envoy.Env[name]
		return v, ok
	})
	if err != nil {
		w.log("critical", err.Error())
	}
	if !serving {
		return nil, err
	}
	return n, nil
}

// native is a plugin, and its stream.Proxy.
type native struct {
	w       *Worker
	plugin  *stream.Plugin
	streams map[uint32]*stream.Stream
	hosts   map[uint32]*nativeHTTP
	calls   map[uint32]nativeCall
	piece   []byte
}

// errRefused is Envoy's word for a call that it does not make.
var errRefused = errors.New("call: refused by the host")

type nativeCall struct {
	owner uint32
	done  func(stream.Answer)
}

// survive turns a panic of the filter into a fault. The module's own survival is tested with the module.
func (n *native) survive() {
	if r := recover(); r != nil {
		n.w.fault("panic: %v\n%s", r, debug.Stack())
	}
}

func (n *native) open(id uint32) {
	defer n.survive()
	h := &nativeHTTP{n: n, id: id}
	n.streams[id], n.hosts[id] = n.plugin.Open(h), h
}

func (n *native) headers(id uint32, s stream.Side, _ int, end bool) stream.Action {
	defer n.survive()
	if s == stream.Request {
		return n.streams[id].OnRequestHeaders(end)
	}
	return n.streams[id].OnResponseHeaders(end)
}

func (n *native) body(id uint32, s stream.Side, size int, end bool) stream.Action {
	defer n.survive()
	if s == stream.Request {
		return n.streams[id].OnRequestBody(size, end)
	}
	return n.streams[id].OnResponseBody(size, end)
}

func (n *native) trailers(id uint32, s stream.Side, _ int) stream.Action {
	defer n.survive()
	if s == stream.Request {
		return n.streams[id].OnRequestTrailers()
	}
	return n.streams[id].OnResponseTrailers()
}

func (n *native) called(id uint32, a Answer) {
	defer n.survive()
	c := n.calls[id]
	delete(n.calls, id)
	if c.owner != pluginID && n.w.exchanges[c.owner] == nil {
		return // the SDK drops it
	}
	n.w.setEffective(c.owner)
	c.done(stream.Answer{Status: a.Status, Body: []byte(a.Body)})
}

func (n *native) tick() {
	defer n.survive()
	n.plugin.OnTick()
}

func (n *native) done(id uint32) {
	defer n.survive()
	n.streams[id].OnDone()
	n.plugin.Reuse(n.streams[id])
	n.hosts[id].spoil()
	delete(n.streams, id)
	delete(n.hosts, id)
}

func (n *native) shutdown() {
	defer n.survive()
	n.plugin.OnDone()
}

func (n *native) close() {}

func (n *native) Now() time.Duration { return time.Duration(n.w.envoy.clock.UnixNano()) }

func (n *native) Log(l stream.Level, message string) {
	n.w.log(map[stream.Level]string{stream.Debug: "debug", stream.Info: "info", stream.Warn: "warn", stream.Error: "error"}[l], message)
}

func (n *native) Shared(key string) ([]byte, uint32) {
	data, version, ok := n.w.envoy.getShared(key)
	if !ok {
		return nil, 0
	}
	return []byte(data), version
}

func (n *native) Share(key string, value []byte, version uint32) bool {
	return n.w.envoy.setShared(key, string(value), version)
}

func (n *native) Call(c stream.Call, done func(stream.Answer)) error {
	if n.w.current != pluginID {
		n.w.fault("Proxy.Call: only in callbacks of the plugin; the SDK would give the answer to the exchange, and drop it with that")
	}
	return n.send(c, pluginID, done)
}

func (n *native) send(c stream.Call, owner uint32, done func(stream.Answer)) error {
	if c.Timeout <= 0 {
		n.w.fault("call: no time-out")
	}
	id, ok := n.w.send(Call{c.Cluster, cloned(c.Headers), string(c.Body), c.Timeout})
	if !ok {
		return errRefused
	}
	n.calls[id] = nativeCall{owner, done}
	return nil
}

func (n *native) Tick(period time.Duration) { n.w.setTick(period) }

func (n *native) As(id uint32) {
	if id == 0 {
		id = pluginID
	}
	n.w.setEffective(id)
}

// nativeHTTP is the stream.HTTP of an exchange.
type nativeHTTP struct {
	n     *native
	id    uint32
	given [][]byte // what is good until the exchange is over
}

// keep returns a copy that is spoiled when the exchange is over, as in the module, where the next one has its room.
func (h *nativeHTTP) keep(b []byte) []byte {
	b = slices.Clone(b)
	h.given = append(h.given, b)
	return b
}

func (h *nativeHTTP) spoil() {
	for _, b := range h.given {
		for i := range b {
			b[i] = '!'
		}
	}
}

// cloned is a copy of headers that are the exchange's, and may be spoiled.
func cloned(headers [][2]string) [][2]string {
	headers = slices.Clone(headers)
	for i, h := range headers {
		headers[i] = [2]string{strings.Clone(h[0]), strings.Clone(h[1])}
	}
	return headers
}

// in checks that the exchange's context is the effective one.
func (h *nativeHTTP) in(method string) *Worker {
	if h.n.w.context() != h.id {
		h.n.w.fault("HTTP.%s of context %d while the effective context is %d", method, h.id, h.n.w.context())
	}
	return h.n.w
}

func (h *nativeHTTP) ID() uint32 { return h.id }

func (h *nativeHTTP) Header(s stream.Side, name string) string {
	for _, f := range h.in("Header").getHeaders(s) {
		if f[0] == name {
			return f[1]
		}
	}
	return ""
}

func (h *nativeHTTP) Headers(s stream.Side) [][2]string {
	list := slices.Clone(h.in("Headers").getHeaders(s))
	for i := range list {
		for j, text := range list[i] {
			b := h.keep([]byte(text))
			list[i][j] = unsafe.String(unsafe.SliceData(b), len(b))
		}
	}
	return list
}

func (h *nativeHTTP) SetHeader(s stream.Side, name, value string) {
	h.in("SetHeader").setHeader(s, strings.Clone(name), strings.Clone(value))
}

func (h *nativeHTTP) RemoveHeader(s stream.Side, name string) {
	h.in("RemoveHeader").removeHeader(s, name)
}

func (h *nativeHTTP) Body(s stream.Side, n int) []byte {
	b, _ := h.in("Body").getBody(s)
	return h.keep(b[:max(0, min(n, len(b)))])
}

// Piece spoils the piece before, be it another exchange's: all come into the same room, as in the module.
func (h *nativeHTTP) Piece(s stream.Side, n int) []byte {
	room := h.n.piece[:cap(h.n.piece)]
	for i := range room {
		room[i] = '!'
	}
	h.n.piece = append(room[:0], h.Body(s, n)...)
	return h.n.piece
}

func (h *nativeHTTP) SetBody(s stream.Side, body []byte) { h.in("SetBody").setBody(s, body) }

func (h *nativeHTTP) Resume(s stream.Side) { h.in("Resume").resume(s) }

func (h *nativeHTTP) Reply(status int, headers [][2]string, body []byte) {
	h.in("Reply").sendReply(status, cloned(headers), body)
}

func (h *nativeHTTP) Property(path string) []byte {
	b, _ := h.in("Property").getProperty(strings.Split(path, "\x00"))
	return b
}

func (h *nativeHTTP) SetProperty(name string, value []byte) {
	h.in("SetProperty").setProperty(name, value)
}

func (h *nativeHTTP) Call(c stream.Call, done func(stream.Answer)) error {
	h.in("Call")
	return h.n.send(c, h.id, done)
}

func (h *nativeHTTP) Close() { h.in("Close").closeStream() }
