//go:build wasip1

package main

import (
	"fmt"
	"path"
	"runtime"
	"strings"

	"github.com/proxy-wasm/proxy-wasm-go-sdk/proxywasm"
	"github.com/proxy-wasm/proxy-wasm-go-sdk/proxywasm/types"
)

// panicked is the client's answer when an exchange panicked.
var panicked = []byte(`{"error":{"message":"internal error","type":"server_error","param":null,"code":null}}`)

// survive is deferred by each callback of an exchange: a panic costs that exchange, and nothing else. One that left the module would end
// it, and with it all that this worker is serving. a is the callback's result, if it has one.
func (x *exchange) survive(a *types.Action) {
	r := recover()
	if r == nil {
		return
	}
	complain(r)
	if a != nil {
		*a = types.ActionContinue // an answer of our own that is on its way is left to arrive
		if !x.replied {
			*a = types.ActionPause
		}
	}
	x.giveUp()
}

// giveUp answers with a 500. Where some of an answer is with the client already, it sees that answer break off: Envoy resets a stream
// for which a reply comes too late.
func (x *exchange) giveUp() {
	if !x.dead && !x.replied {
		x.replied = true
		if err := proxywasm.SendHttpResponse(500, [][2]string{{"content-type", "application/json"}}, panicked, -1); err != nil {
			proxywasm.LogError("reply: " + err.Error())
		}
	}
	x.dead = true
}

// survive is deferred by each callback of the plugin. The panic costs the exchange that the callback was busy with, if there was one.
func (p *plugin) survive() {
	r := recover()
	x := p.as
	p.as = nil
	if r == nil {
		return
	}
	complain(r)
	if x != nil { // its context is still the effective one
		x.giveUp()
	}
}

// complain logs a panic in one line: what the runtime says of it, and where it was. A value that is not the runtime's is not logged: it
// could hold some of a body.
func complain(r any) {
	var b strings.Builder
	b.WriteString("panic: ")
	switch r := r.(type) {
	case runtime.Error:
		b.WriteString(r.Error())
	case refusal:
		b.WriteString(string(r))
	default:
		fmt.Fprintf(&b, "%T", r)
	}
	callers := make([]uintptr, 32)
	frames := runtime.CallersFrames(callers[:runtime.Callers(3, callers)])
	for n := 0; n < 6; {
		f, more := frames.Next()
		if !strings.HasPrefix(f.Function, "runtime.") {
			fmt.Fprintf(&b, " < %s:%d", path.Base(f.File), f.Line)
			n++
		}
		if !more {
			break
		}
	}
	proxywasm.LogError(b.String())
}

// refusal is the panic of what the proxy did not do.
type refusal string

// must panics where the proxy refused what was asked of it.
func must(what string, err error) {
	if err != nil {
		panic(refusal("the proxy refused to " + what + ": " + err.Error()))
	}
}
