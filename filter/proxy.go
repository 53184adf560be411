//go:build wasip1

package main

import (
	"errors"
	"os"
	"time"
	"unsafe"

	"github.com/proxy-wasm/proxy-wasm-go-sdk/proxywasm"
	"github.com/proxy-wasm/proxy-wasm-go-sdk/proxywasm/types"

	"github.com/usagepanda/usage-panda-envoy/filter/stream"
)

// plugin is a plugin context, and the stream.Proxy of what runs in it.
type plugin struct {
	types.DefaultPluginContext
	id        uint32
	stream    *stream.Plugin
	exchanges map[uint32]*exchange // those that the proxy has not ended yet
	as        *exchange            // the one whose context As made the effective one
}

func newPlugin(id uint32) *plugin {
	p := &plugin{id: id, exchanges: map[uint32]*exchange{}}
	p.stream = stream.New(p)
	return p
}

// OnPluginStart reads the configuration. One that cannot serve fails the plugin, and all that is wrong with it is in the log.
func (p *plugin) OnPluginStart(size int) (ok types.OnPluginStartStatus) {
	defer p.survive()
	var config []byte
	if size > 0 { // the SDK has an error for an empty one
		var err error
		if config, err = proxywasm.GetPluginConfiguration(); err != nil {
			proxywasm.LogCritical("configuration: " + err.Error())
			return types.OnPluginStartStatusFailed
		}
	}
	name, _ := proxywasm.GetProperty([]string{"plugin_name"})
	serving, err := p.stream.Configure(string(name), config, os.LookupEnv)
	if err != nil {
		proxywasm.LogCritical(err.Error())
	}
	return types.OnPluginStartStatus(serving)
}

func (p *plugin) OnTick() {
	defer p.survive()
	p.stream.OnTick()
}

func (p *plugin) OnPluginDone() bool {
	defer p.survive()
	p.stream.OnDone()
	return true
}

func (p *plugin) NewHttpContext(id uint32) types.HttpContext {
	x := &exchange{plugin: p, id: id}
	p.exchanges[id] = x
	return x
}

func (p *plugin) Now() time.Time {
	var ns int64
	if currentTime(unsafe.Pointer(&ns)) != 0 {
		return time.Now()
	}
	return time.Unix(0, ns)
}

// currentTime is declared here because the SDK lacks it; time.Now asks the host twice.
//
//go:wasmimport env proxy_get_current_time_nanoseconds
func currentTime(ns unsafe.Pointer) uint32

func (p *plugin) Log(l stream.Level, message string) {
	switch l {
	case stream.Debug:
		proxywasm.LogDebug(message)
	case stream.Info:
		proxywasm.LogInfo(message)
	case stream.Warn:
		proxywasm.LogWarn(message)
	default:
		proxywasm.LogError(message)
	}
}

func (p *plugin) Shared(key string) ([]byte, uint32) {
	value, version, err := proxywasm.GetSharedData(key)
	if err != nil {
		return nil, 0
	}
	return value, version
}

func (p *plugin) Share(key string, value []byte, version uint32) bool {
	return proxywasm.SetSharedData(key, value, version) == nil
}

// Call is only for callbacks of the plugin: the SDK gives an answer to the context whose callback runs while the call is made, and drops it
// where that context has ended.
func (p *plugin) Call(c stream.Call, done func(stream.Answer)) error {
	return dispatch(c, func(a stream.Answer) {
		defer p.survive()
		done(a)
	})
}

func (p *plugin) Tick(period time.Duration) {
	must("set a tick", proxywasm.SetTickPeriodMilliSeconds(milliseconds(period)))
}

func (p *plugin) As(id uint32) {
	p.as = p.exchanges[id]
	if id == 0 {
		id = p.id
	}
	must("change the context", proxywasm.SetEffectiveContext(id))
}

// answerLimit is the size in bytes of the largest answer to a call that is copied into the module; a larger one counts as none.
const answerLimit = 4 << 20

// dispatch sends a call. done runs in the context whose callback runs now.
func dispatch(c stream.Call, done func(stream.Answer)) error {
	if c.Timeout <= 0 {
		return errors.New("call: no time-out; want one")
	}
	_, err := proxywasm.DispatchHttpCall(c.Cluster, c.Headers, c.Body, nil, milliseconds(c.Timeout),
		func(headers, size, trailers int) { done(answer(headers, size)) })
	return err
}

// answer reads what came of a call. Envoy reports a cluster that it cannot reach as an answer that it made itself, 503 or 504: that has
// none of the header that tells how long the provider took, which each real answer has.
func answer(headers, size int) stream.Answer {
	if headers == 0 || size > answerLimit { // no headers: the answer broke off
		return stream.Answer{}
	}
	h, err := proxywasm.GetHttpCallResponseHeaders()
	if err != nil {
		return stream.Answer{}
	}
	var a stream.Answer
	real := false
	for _, f := range h {
		switch f[0] {
		case ":status":
			a.Status = status(f[1])
		case "x-envoy-upstream-service-time":
			real = true
		}
	}
	if !real && a.Status >= 500 {
		return stream.Answer{}
	}
	if size > 0 {
		if a.Body, err = proxywasm.GetHttpCallResponseBody(0, size); err != nil {
			return stream.Answer{}
		}
	}
	return a
}

// status reads three digits.
func status(s string) int {
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
