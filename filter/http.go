//go:build wasip1

package main

import "github.com/usagepanda/usage-panda-envoy/filter/stream"

// exchange is an http context, and the stream.HTTP of the stream that runs in it. Where the proxy refuses what the stream asks for, it
// panics: the exchange fails, and nothing passes unchanged that should have been changed.
type exchange struct {
	plugin  *plugin
	id      uint32
	next    *exchange      // in the table
	stream  *stream.Stream // nil until the request's headers come, which they never do where the proxy itself refuses a request
	replied bool
	dead    bool // it panicked, or the proxy has ended it: its stream hears of its end, and of nothing else
	kept    [2]kept
}

// spare are exchanges that have ended, to be used again: a chain of up to maxSpare.
var (
	spare  *exchange
	spares int
)

const maxSpare = 64

// open begins an exchange.
func open(p *plugin, id uint32) *exchange {
	x := spare
	if x == nil {
		return &exchange{plugin: p, id: id}
	}
	spare = x.next
	spares--
	x.plugin, x.id, x.next = p, id, nil
	return x
}

// reuse takes an exchange back that has ended.
func (x *exchange) reuse() {
	if spares < maxSpare {
		*x = exchange{next: spare, kept: x.kept}
		spare = x
		spares++
	}
}

// live tells whether the stream takes part.
func (x *exchange) live() bool { return x != nil && x.stream != nil && !x.dead }

func (x *exchange) onRequestHeaders(end bool) (a stream.Action) {
	defer x.survive(&a)
	x.stream = x.plugin.stream.Open(x)
	return x.stream.OnRequestHeaders(end)
}

func (x *exchange) onRequestBody(size int, end bool) (a stream.Action) {
	defer x.survive(&a)
	return x.stream.OnRequestBody(size, end)
}

func (x *exchange) onRequestTrailers() (a stream.Action) {
	defer x.survive(&a)
	return x.stream.OnRequestTrailers()
}

func (x *exchange) onResponseHeaders(end bool) (a stream.Action) {
	defer x.survive(&a)
	return x.stream.OnResponseHeaders(end)
}

func (x *exchange) onResponseBody(size int, end bool) (a stream.Action) {
	defer x.survive(&a)
	return x.stream.OnResponseBody(size, end)
}

func (x *exchange) onResponseTrailers() (a stream.Action) {
	defer x.survive(&a)
	return x.stream.OnResponseTrailers()
}

// end tells the stream even if it panicked: it has its stats to write, and the plugin has to forget it.
func (x *exchange) end() {
	panicked := x.dead
	x.dead = true
	defer x.survive(nil)
	if x.stream != nil {
		x.stream.OnDone()
	}
	if panicked { // nobody knows in which state
		return
	}
	if x.stream != nil {
		x.plugin.stream.Reuse(x.stream)
	}
	x.reuse()
}

func (x *exchange) ID() uint32 { return x.id }

// headersOf and bodyOf are proxy-wasm's names for a side's parts, streamOf for the side.
func headersOf(s stream.Side) uint32 { return [...]uint32{requestHeaders, responseHeaders}[s] }
func bodyOf(s stream.Side) uint32    { return [...]uint32{requestBody, responseBody}[s] }
func streamOf(s stream.Side) uint32  { return [...]uint32{requestStream, responseStream}[s] }

const requestStream, responseStream = 0, 1

func (x *exchange) Headers(s stream.Side) [][2]string { return headers(headersOf(s), &x.kept[s]) }

func (x *exchange) Header(s stream.Side, name string) string { return header(headersOf(s), name) }

func (x *exchange) SetHeader(s stream.Side, name, value string) {
	must("set a header", hostSetHeader(headersOf(s), name, value))
}

func (x *exchange) RemoveHeader(s stream.Side, name string) {
	must("remove a header", hostRemoveHeader(headersOf(s), name))
}

func (x *exchange) Body(s stream.Side, n int) []byte {
	if n <= 0 {
		return nil
	}
	return buffer(bodyOf(s), n, &x.kept[s])
}

func (x *exchange) Piece(s stream.Side, n int) []byte {
	if n <= 0 {
		return nil
	}
	return passing(bodyOf(s), n)
}

// SetBody replaces all that the host has, however long that is.
func (x *exchange) SetBody(s stream.Side, body []byte) {
	const all = 1<<31 - 1
	must("replace a body", hostSetBuffer(bodyOf(s), 0, all, text(body)))
}

func (x *exchange) Resume(s stream.Side) { must("resume", hostResume(streamOf(s))) }

// Reply gives no details: Envoy would make a copy of them for each reply and keep it.
func (x *exchange) Reply(status int, headers [][2]string, body []byte) {
	x.replied = true
	must("reply", hostReply(uint32(status), "", text(body), serialised(headers), noGRPC))
}

// noGRPC is no gRPC status.
const noGRPC = -1

func (x *exchange) Property(path string) []byte { return property(path) }

// SetProperty loses a value that the proxy refuses: the access log must not cost an exchange.
func (x *exchange) SetProperty(name string, value []byte) {
	if s := hostSetProperty(name, text(value)); s != 0 {
		x.plugin.Log(stream.Error, "property "+name+": "+s.String())
	}
}

// Call may be made after Proxy.As too. The host gives the answer to the plugin.
func (x *exchange) Call(c stream.Call, done func(stream.Answer)) error {
	id := x.id
	return x.plugin.Call(c, func(a stream.Answer) {
		if x.dead || x.id != id { // it may be another one by now
			return
		}
		defer x.survive(nil)
		must("change the context", hostAs(id))
		done(a)
	})
}

// Close resets both sides.
func (x *exchange) Close() { hostClose(responseStream) }
