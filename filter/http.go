//go:build wasip1

package main

import (
	"github.com/proxy-wasm/proxy-wasm-go-sdk/proxywasm"
	"github.com/proxy-wasm/proxy-wasm-go-sdk/proxywasm/types"

	"github.com/usagepanda/usage-panda-envoy/filter/stream"
)

// exchange is an http context, and the stream.HTTP of the stream that runs in it. Where the proxy refuses what the stream asks for, it
// panics: the exchange fails, and nothing passes unchanged that should have been changed.
type exchange struct {
	types.DefaultHttpContext
	plugin  *plugin
	id      uint32
	stream  *stream.Stream // nil until the request's headers come, which they never do where the proxy itself refuses a request
	replied bool
	dead    bool // it panicked, or the proxy has ended it: its stream hears of its end, and of nothing else
}

// live tells whether the stream takes part.
func (x *exchange) live() bool { return x.stream != nil && !x.dead }

func (x *exchange) OnHttpRequestHeaders(_ int, end bool) (a types.Action) {
	defer x.survive(&a)
	x.stream = x.plugin.stream.Open(x)
	return action(x.stream.OnRequestHeaders(end))
}

func (x *exchange) OnHttpRequestBody(size int, end bool) (a types.Action) {
	defer x.survive(&a)
	if x.live() {
		a = action(x.stream.OnRequestBody(size, end))
	}
	return a
}

func (x *exchange) OnHttpRequestTrailers(int) (a types.Action) {
	defer x.survive(&a)
	if x.live() {
		a = action(x.stream.OnRequestTrailers())
	}
	return a
}

func (x *exchange) OnHttpResponseHeaders(_ int, end bool) (a types.Action) {
	defer x.survive(&a)
	if x.live() {
		a = action(x.stream.OnResponseHeaders(end))
	}
	return a
}

func (x *exchange) OnHttpResponseBody(size int, end bool) (a types.Action) {
	defer x.survive(&a)
	if x.live() {
		a = action(x.stream.OnResponseBody(size, end))
	}
	return a
}

func (x *exchange) OnHttpResponseTrailers(int) (a types.Action) {
	defer x.survive(&a)
	if x.live() {
		a = action(x.stream.OnResponseTrailers())
	}
	return a
}

// OnHttpStreamDone tells the stream even if it panicked: it has its stats to write, and the plugin has to forget it.
func (x *exchange) OnHttpStreamDone() {
	delete(x.plugin.exchanges, x.id)
	x.dead = true
	defer x.survive(nil)
	if x.stream != nil {
		x.stream.OnDone()
	}
}

func (x *exchange) ID() uint32 { return x.id }

func (x *exchange) Headers(s stream.Side) (h [][2]string) {
	if s == stream.Request {
		h, _ = proxywasm.GetHttpRequestHeaders()
	} else {
		h, _ = proxywasm.GetHttpResponseHeaders()
	}
	return h // the only error is that there are none
}

func (x *exchange) Header(s stream.Side, name string) (value string) {
	if s == stream.Request {
		value, _ = proxywasm.GetHttpRequestHeader(name)
	} else {
		value, _ = proxywasm.GetHttpResponseHeader(name)
	}
	return value // the only error is that there is none
}

func (x *exchange) SetHeader(s stream.Side, name, value string) {
	set := proxywasm.ReplaceHttpRequestHeader
	if s == stream.Response {
		set = proxywasm.ReplaceHttpResponseHeader
	}
	must("set a header", set(name, value))
}

func (x *exchange) RemoveHeader(s stream.Side, name string) {
	remove := proxywasm.RemoveHttpRequestHeader
	if s == stream.Response {
		remove = proxywasm.RemoveHttpResponseHeader
	}
	must("remove a header", remove(name))
}

func (x *exchange) Body(s stream.Side, n int) (b []byte) {
	if n <= 0 {
		return nil
	}
	if s == stream.Request {
		b, _ = proxywasm.GetHttpRequestBody(0, n)
	} else {
		b, _ = proxywasm.GetHttpResponseBody(0, n)
	}
	return b // the only error is that there is none
}

func (x *exchange) SetBody(s stream.Side, body []byte) {
	replace := proxywasm.ReplaceHttpRequestBody
	if s == stream.Response {
		replace = proxywasm.ReplaceHttpResponseBody
	}
	must("replace a body", replace(body))
}

func (x *exchange) Resume(s stream.Side) {
	resume := proxywasm.ResumeHttpRequest
	if s == stream.Response {
		resume = proxywasm.ResumeHttpResponse
	}
	must("resume", resume())
}

func (x *exchange) Reply(status int, headers [][2]string, body []byte) {
	x.replied = true
	must("reply", proxywasm.SendHttpResponse(uint32(status), headers, body, -1))
}

func (x *exchange) Property(path ...string) []byte {
	value, err := proxywasm.GetProperty(path)
	if err != nil {
		return nil
	}
	return value
}

// SetProperty loses a value that the proxy refuses: the access log must not cost an exchange.
func (x *exchange) SetProperty(name string, value []byte) {
	if len(value) == 0 {
		return // the SDK has an error for an empty one
	}
	if err := proxywasm.SetProperty([]string{name}, value); err != nil {
		proxywasm.LogError("property " + name + ": " + err.Error())
	}
}

// Call may be made after Proxy.As too; there the SDK takes the plugin for the caller, so that the answer can come when the exchange has
// ended, and in the plugin's context.
func (x *exchange) Call(c stream.Call, done func(stream.Answer)) error {
	return dispatch(c, func(a stream.Answer) {
		if x.dead {
			return
		}
		defer x.survive(nil)
		must("change the context", proxywasm.SetEffectiveContext(x.id))
		done(a)
	})
}

func (x *exchange) Close() { closeStream(responseStream) }

// responseStream is proxy-wasm's name for the response of an http context. To close it resets both sides.
const responseStream = 1

// closeStream is declared here because the SDK has it for TCP alone.
//
//go:wasmimport env proxy_close_stream
func closeStream(kind uint32) uint32

func action(a stream.Action) types.Action {
	if a == stream.Pause {
		return types.ActionPause
	}
	return types.ActionContinue
}
