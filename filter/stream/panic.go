package stream

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/usagepanda/usage-panda-envoy/converters/openai"
)

// guarded does something with the exchange. A panic in it costs this exchange and no other: it ends with a plain error, closed.
func (s *Stream) guarded(f func()) {
	defer func() {
		cause := recover()
		if cause == nil {
			return
		}
		s.dead = true
		text := "panic" // what a panic carries may be part of a body: only what the runtime says is fit for the log
		if err, ok := cause.(runtime.Error); ok {
			text = err.Error()
		}
		stack := debug.Stack()
		s.plugin.proxy.Log(Error, fmt.Sprintf("%s in an exchange, which ends: %s", text, stack[:min(len(stack), 2000)]))
		s.abandon()
	}()
	f()
}

// abandon ends an exchange that nothing is known of any more.
func (s *Stream) abandon() {
	defer func() {
		if recover() != nil { // the proxy itself refuses: it is left alone
			s.plugin.cut(s)
		}
	}()
	s.stats.reason = errInternal.Message
	switch {
	case s.phase <= asking && !s.answered:
		s.phase = replied
		s.host.Reply(errInternal.Status, jsonHeaders, errInternal.Body())
	case s.phase < done:
		s.plugin.cut(s)
	}
}

var errInternal = &openai.Error{Status: 500, Type: "server_error", Message: "Server error in the proxy"}
