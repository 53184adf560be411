//go:build wasip1

package main

import (
	"syscall"
	"time"
	"unsafe"

	"github.com/usagepanda/usage-panda-envoy/filter/stream"
)

// plugin is a plugin context, and the stream.Proxy of what runs in it.
type plugin struct {
	id     uint32
	stream *stream.Plugin
	calls  map[uint32]func(stream.Answer) // that are out
	as     *exchange                      // the one whose context As made the effective one
}

func newPlugin(id uint32) *plugin {
	p := &plugin{id: id, calls: map[uint32]func(stream.Answer){}}
	p.stream = stream.New(p)
	return p
}

// start reads the configuration. One that cannot serve fails the plugin, and all that is wrong with it is in the log.
func (p *plugin) start(size int) (serving bool) {
	defer p.survive()
	config := buffer(pluginConfiguration, size, &kept{})
	name := string(property("plugin_name"))
	serving, err := p.stream.Configure(name, config, syscall.Getenv)
	if err != nil {
		hostLog(critical, err.Error())
	}
	return serving
}

func (p *plugin) tick() {
	defer p.survive()
	p.stream.OnTick()
}

func (p *plugin) end() {
	defer p.survive()
	p.stream.OnDone()
}

// answered hands what came of a call to whoever made it.
func (p *plugin) answered(call uint32, count, size int) {
	defer p.survive()
	if done := p.calls[call]; done != nil {
		delete(p.calls, call)
		done(answer(count, size))
	}
}

func (p *plugin) Now() time.Duration {
	must("tell the time", hostTime(unsafe.Pointer(&back.ns)))
	return time.Duration(back.ns)
}

// critical is the level of what keeps a plugin from serving.
const critical = 5

// Log numbers the levels as proxy-wasm does, whose first is for traces.
func (p *plugin) Log(l stream.Level, message string) { hostLog(uint32(l)+1, message) }

func (p *plugin) Shared(key string) ([]byte, uint32) {
	room = nil
	value := returned(hostShared(key, toValue(), toSize(), toNumber()))
	if value == nil {
		return nil, 0
	}
	return value, back.number
}

func (p *plugin) Share(key string, value []byte, version uint32) bool {
	return hostSetShared(key, text(value), version) == 0
}

func (p *plugin) Call(c stream.Call, done func(stream.Answer)) error {
	if c.Timeout <= 0 {
		return refusal("call: no time-out; want one")
	}
	if s := hostCall(c.Cluster, serialised(c.Headers), text(c.Body), serialised(nil), milliseconds(c.Timeout), toNumber()); s != 0 {
		return refusal("the proxy refused to call " + c.Cluster + ": " + s.String())
	}
	p.calls[back.number] = done
	return nil
}

func (p *plugin) Tick(period time.Duration) { must("set a tick", hostTick(milliseconds(period))) }

func (p *plugin) As(id uint32) {
	p.as = exchanges.of(id)
	if id == 0 {
		id = p.id
	}
	must("change the context", hostAs(id))
}

// answerLimit is the size in bytes of the largest answer to a call that is copied into the module; a larger one counts as none.
const answerLimit = 4 << 20

// answer reads what came of a call. Envoy reports a cluster that it cannot reach as an answer that it made itself, 503 or 504: that has
// none of the header that tells how long the provider took, which each real answer has.
func answer(count, size int) stream.Answer {
	if count == 0 || size > answerLimit { // no headers: the answer broke off
		return stream.Answer{}
	}
	var a stream.Answer
	real := false
	for _, f := range headers(callHeaders, &kept{}) {
		switch f[0] {
		case ":status":
			a.Status = digits(f[1])
		case "x-envoy-upstream-service-time":
			real = true
		}
	}
	if !real && a.Status >= 500 {
		return stream.Answer{}
	}
	if size > 0 {
		if a.Body = buffer(callBody, size, &kept{}); a.Body == nil {
			return stream.Answer{}
		}
	}
	return a
}

// digits reads a number.
func digits(s string) int {
	n := 0
	for _, c := range []byte(s) {
		n = n*10 + int(c-'0')
	}
	return n
}

// milliseconds rounds up: 0 has a meaning of its own.
func milliseconds(d time.Duration) uint32 {
	return uint32((d + time.Millisecond - 1) / time.Millisecond)
}
