//go:build wasip1

package main

import "github.com/usagepanda/usage-panda-envoy/filter/stream"

// The callbacks of the host, as proxy-wasm 0.2.1 names them. A context's id comes first; one that is not known is left alone.

// plugins are the plugin contexts. There is one for each configuration that shares this VM.
var plugins = map[uint32]*plugin{}

// exchanges are the http contexts of all plugins.
var exchanges table

//go:wasmexport proxy_abi_version_0_2_1
func version() {}

//go:wasmexport proxy_on_vm_start
func onVMStart(_, _ uint32) bool { return true }

//go:wasmexport proxy_on_context_create
func onContextCreate(id, parent uint32) {
	if parent == 0 {
		plugins[id] = newPlugin(id)
	} else if p := plugins[parent]; p != nil {
		exchanges.add(open(p, id))
	}
}

//go:wasmexport proxy_on_configure
func onConfigure(id, size uint32) bool {
	p := plugins[id]
	return p != nil && p.start(int(size))
}

//go:wasmexport proxy_on_tick
func onTick(id uint32) {
	if p := plugins[id]; p != nil {
		p.tick()
	}
}

//go:wasmexport proxy_on_http_call_response
func onCallResponse(id, call, headers, size, _ uint32) {
	if p := plugins[id]; p != nil {
		p.answered(call, int(headers), int(size))
	}
}

//go:wasmexport proxy_on_request_headers
func onRequestHeaders(id, _ uint32, end bool) uint32 {
	if x := exchanges.of(id); x != nil {
		return action(x.onRequestHeaders(end))
	}
	return action(stream.Continue)
}

//go:wasmexport proxy_on_request_body
func onRequestBody(id, size uint32, end bool) uint32 {
	if x := exchanges.of(id); x.live() {
		return action(x.onRequestBody(int(size), end))
	}
	return action(stream.Continue)
}

//go:wasmexport proxy_on_request_trailers
func onRequestTrailers(id, _ uint32) uint32 {
	if x := exchanges.of(id); x.live() {
		return action(x.onRequestTrailers())
	}
	return action(stream.Continue)
}

//go:wasmexport proxy_on_response_headers
func onResponseHeaders(id, _ uint32, end bool) uint32 {
	if x := exchanges.of(id); x.live() {
		return action(x.onResponseHeaders(end))
	}
	return action(stream.Continue)
}

//go:wasmexport proxy_on_response_body
func onResponseBody(id, size uint32, end bool) uint32 {
	if x := exchanges.of(id); x.live() && !x.stream.Passes(end) {
		return action(x.onResponseBody(int(size), end))
	}
	return action(stream.Continue)
}

//go:wasmexport proxy_on_response_trailers
func onResponseTrailers(id, _ uint32) uint32 {
	if x := exchanges.of(id); x.live() {
		return action(x.onResponseTrailers())
	}
	return action(stream.Continue)
}

// onDone tells that a context is about to end. An exchange goes on until its entry for the access log is made.
//
//go:wasmexport proxy_on_done
func onDone(id uint32) bool {
	if p := plugins[id]; p != nil {
		p.end()
	}
	return true
}

//go:wasmexport proxy_on_log
func onLog(id uint32) {
	if x := exchanges.take(id); x != nil {
		x.end()
	}
}

// onDelete ends an exchange that has no entry in the access log: one among a cluster's own filters.
//
//go:wasmexport proxy_on_delete
func onDelete(id uint32) {
	if x := exchanges.take(id); x != nil {
		x.end()
	}
	delete(plugins, id)
}

func action(a stream.Action) uint32 {
	if a == stream.Pause {
		return 1
	}
	return 0
}

// table finds exchanges by their ids, which the host counts up: they spread over its rows by themselves.
type table struct {
	rows []*exchange // as many as a power of two
	n    int
}

// row is where an exchange begins its chain.
func (t *table) row(id uint32) **exchange { return &t.rows[int(id)&(len(t.rows)-1)] }

func (t *table) add(x *exchange) {
	if t.n == len(t.rows) {
		t.grow()
	}
	row := t.row(x.id)
	x.next, *row = *row, x
	t.n++
}

func (t *table) grow() {
	old := t.rows
	t.rows = make([]*exchange, max(64, 2*len(old)))
	for _, x := range old {
		for x != nil {
			next := x.next
			row := t.row(x.id)
			x.next, *row = *row, x
			x = next
		}
	}
}

// of returns an exchange, nil if there is none with that id.
func (t *table) of(id uint32) *exchange {
	if t.n == 0 {
		return nil
	}
	x := *t.row(id)
	for x != nil && x.id != id {
		x = x.next
	}
	return x
}

// take returns an exchange and forgets it.
func (t *table) take(id uint32) *exchange {
	if t.n == 0 {
		return nil
	}
	for at := t.row(id); *at != nil; at = &(*at).next {
		if x := *at; x.id == id {
			*at, x.next = x.next, nil
			t.n--
			return x
		}
	}
	return nil
}
