package envoytest

import (
	"strconv"

	"github.com/usagepanda/usage-panda-envoy/filter/stream"
)

// Exchange is one exchange: what its client and its provider do, and, after Run, what became of it.
type Exchange struct {
	Request Message

	// Provider makes up the provider's answer to what passed on, when all of it has; nil answers nothing.
	Provider func(Message) Message

	// Break is when the provider breaks off: -1 is as soon as it has the headers, 1 is before it answers, n is after n-1 events of its
	// answer; 0 is never.
	Break int

	// Leave is when the client leaves: after so many events of the exchange; 0 is never.
	Leave int

	// What became of it.
	Upstream      *Message // what reached the provider; nil where it was not contacted
	UpstreamEnded bool     // it got all of the request
	Answer        *Message // what reached the client; nil for nothing
	Ended         bool     // the client saw the answer's proper end
	Cut           bool     // the client saw the answer, or the connection, break off
	Left          bool     // the client left
	Hung          bool     // it did not end, though nothing more could happen
	Properties    map[string]string

	early    bool // the request's headers passed on before the filter had seen all of its body: it took the host for one that cannot hold
	worker   *Worker
	id       uint32
	number   int
	incoming []frame // of the client, still to come
	provided []frame // of the provider, still to come
	answered bool    // Provider was asked
	broke    bool
	sent     int  // events of the provider's answer
	events   int  // of the exchange
	over     bool // the filter has no context for it any more
	logging  bool // its last callback runs
	local    bool // the answer is one of the proxy's or the filter's own
	replied  bool // the filter has asked for a reply
	request  pipe
	response pipe
}

// Open puts an exchange before a worker. Run plays it.
func (w *Worker) Open(x *Exchange) *Exchange {
	w.envoy.opened++
	x.worker, x.number, x.incoming, x.Properties = w, w.envoy.opened, x.Request.frames(), map[string]string{}
	x.request = pipe{x: x, side: stream.Request}
	x.response = pipe{x: x, side: stream.Response}
	return x
}

func (x *Exchange) pipe(s stream.Side) *pipe {
	if s == stream.Request {
		return &x.request
	}
	return &x.response
}

// client is an event of the client.
func (x *Exchange) client() {
	f := x.incoming[0]
	x.incoming = x.incoming[1:]
	if f.headers != nil {
		x.worker.nextID++
		x.id = x.worker.nextID
		x.worker.exchanges[x.id] = x
		x.worker.callback(x.id, "open", func() { x.worker.module.open(x.id) })
	}
	x.request.arrive(f)
}

// provider is an event of the provider.
func (x *Exchange) provider() {
	if !x.answered {
		x.answered = true
		m := x.Provider(*x.request.out)
		x.provided = m.frames()
	}
	f := x.provided[0]
	x.provided = x.provided[1:]
	x.sent++
	x.response.arrive(f)
}

// reset is what a client sees when the provider breaks off. Envoy uses the same words when an answer that is held breaks off.
func (x *Exchange) reset() {
	status, reason := 503, "connection termination"
	if x.response.arrived {
		status, reason = 502, "protocol error"
	}
	x.broke, x.provided = true, nil
	x.fail(status, "upstream connect error or disconnect/reset before headers. reset reason: "+reason)
}

// tooLarge is what happens to bodies that are held over the limit.
func (x *Exchange) tooLarge(s stream.Side) {
	if s == stream.Request {
		x.fail(413, "Payload Too Large")
	} else {
		x.fail(500, "Internal Server Error")
	}
}

func (x *Exchange) fail(status int, text string) {
	x.reply(status, [][2]string{{"content-type", "text/plain"}}, text)
}

// finished is when one side has passed on completely.
func (x *Exchange) finished(s stream.Side) {
	if s == stream.Response {
		x.Ended = true
		x.end()
	}
}

// reply answers in the provider's place. Envoy takes the answer through the filter if the filter has seen none yet, else sends it past the
// filter, or, where headers have left already, cuts the exchange off.
func (x *Exchange) reply(status int, headers [][2]string, body string) {
	if x.over {
		return
	}
	x.worker.envoy.trace("  local reply %d for %d", status, x.id)
	x.request.dropped = true
	m := NewAnswer(status, headers, nil)
	if body != "" {
		if _, ok := header(m.Headers, "content-type"); !ok {
			m.Headers = append(m.Headers, [2]string{"content-type", "text/plain"})
		}
		m.Headers = setHeader(m.Headers, "content-length", strconv.Itoa(len(body)))
		m.Body = Whole(body)
	}
	switch {
	case x.response.out != nil:
		x.Cut = true
		x.end()
	case x.response.arrived:
		x.response.dropped, x.Ended = true, true
		x.response.out = &m
		x.end()
	default:
		x.local, x.provided = true, nil
		for _, f := range m.frames() {
			x.response.arrive(f)
		}
	}
}

// close is proxy_close_stream.
func (x *Exchange) close() {
	w := x.worker
	if w.current != pluginID {
		w.fault("close: only in a callback of the plugin")
	}
	w.after = append(w.after, func() {
		if !x.over {
			x.Cut = true
			x.end()
		}
	})
}

// leave is a client that goes away.
func (x *Exchange) leave() {
	x.Left, x.incoming = true, nil
	if x.id == 0 {
		x.over = true
		return
	}
	x.end()
}

// end gives the filter its last callback.
func (x *Exchange) end() {
	if x.over {
		return
	}
	w := x.worker
	x.over, x.request.dropped, x.response.dropped = true, true, true
	x.incoming, x.provided = nil, nil
	x.logging = true // Envoy shows all headers to access logs again
	w.callback(x.id, "done", func() { w.module.done(x.id) })
	x.logging = false
	delete(w.exchanges, x.id)
	x.Upstream, x.Answer, x.UpstreamEnded = x.request.out, x.response.out, x.request.ended
}

// Stats is the exchange's stats line, as the access log has it.
func (x *Exchange) Stats() string { return x.Properties["usagepanda"] }

// state tells in words what the exchange waits for.
func (x *Exchange) state() string {
	s := ""
	for _, p := range []*pipe{&x.request, &x.response} {
		s += sideName(p.side) + ": "
		switch {
		case p.ended:
			s += "passed on"
		case p.paused:
			s += "paused"
		case p.arrived:
			s += "open"
		default:
			s += "not there"
		}
		s += "; "
	}
	return s
}
