//go:build wasip1

package main

import (
	"runtime"
	"strconv"
	"strings"

	"github.com/usagepanda/usage-panda-envoy/filter/stream"
)

// panicked is the client's answer when an exchange panicked.
const panicked = `{"error":{"message":"internal error","type":"server_error","param":null,"code":null}}`

// survive is deferred by each callback of an exchange: a panic costs that exchange, and nothing else. One that left the module would end
// it, and with it all that this worker is serving. a is the callback's result, if it has one.
func (x *exchange) survive(a *stream.Action) {
	r := recover()
	if r == nil {
		return
	}
	x.plugin.complain(r)
	if a != nil {
		*a = stream.Continue // an answer of our own that is on its way is left to arrive
		if !x.replied {
			*a = stream.Pause
		}
	}
	x.giveUp()
}

// giveUp answers with a 500. Where some of an answer is with the client already, it sees that answer break off: Envoy resets a stream
// for which a reply comes too late.
func (x *exchange) giveUp() {
	if !x.dead && !x.replied {
		x.replied = true
		if s := hostReply(500, "", panicked, serialised([][2]string{{"content-type", "application/json"}}), noGRPC); s != 0 {
			x.plugin.Log(stream.Error, "reply: "+s.String())
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
	p.complain(r)
	if x != nil { // its context is still the effective one
		x.giveUp()
	}
}

// complain logs a panic in one line: what the runtime says of it, and where it was. A value that is not the runtime's is not logged: it
// could hold some of a body.
func (p *plugin) complain(r any) {
	var b strings.Builder
	b.WriteString("panic: ")
	switch r := r.(type) {
	case runtime.Error:
		b.WriteString(r.Error())
	case refusal:
		b.WriteString(string(r))
	case error:
		b.WriteString("an error")
	default:
		b.WriteString("a value")
	}
	callers := make([]uintptr, 32)
	frames := runtime.CallersFrames(callers[:runtime.Callers(3, callers)])
	for n := 0; n < 6; {
		f, more := frames.Next()
		if !strings.HasPrefix(f.Function, "runtime.") {
			b.WriteString(" < " + f.File[strings.LastIndexByte(f.File, '/')+1:] + ":" + strconv.Itoa(f.Line))
			n++
		}
		if !more {
			break
		}
	}
	p.Log(stream.Error, b.String())
}

// refusal is what the proxy did not do: an error, and the panic where nothing may go on without it.
type refusal string

func (r refusal) Error() string { return string(r) }

// must panics where the proxy refused what was asked of it.
func must(what string, s status) {
	if s != 0 {
		panic(refusal("the proxy refused to " + what + ": " + s.String()))
	}
}
