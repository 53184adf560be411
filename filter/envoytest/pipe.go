package envoytest

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/usagepanda/usage-panda-envoy/filter/stream"
)

// pipe is one side of an exchange as Envoy's filter manager carries it: it calls the filter, and passes on what the filter lets pass.
// Each rule in it was seen in Envoy 1.40.
type pipe struct {
	x    *Exchange
	side stream.Side
	out  *Message // what has passed on; nil before the headers have

	headers    [][2]string
	headersEnd bool // the headers are all there is
	arrived    bool // the filter has seen the headers
	readable   bool // the filter can still read them: after some ways of passing on it reads them in vain
	trailers   [][2]string

	running bool // a callback of this side runs
	paused  bool
	stopped bool // the pause stops everything: nothing reaches the filter until it is resumed
	resumed bool // the filter has asked for the pause to end, in the callback that runs

	visible   []byte // what HTTP.Body shows
	hasBody   bool   // there is something to show, be it empty
	buffering bool   // what came so far is held, and shown with each new piece
	end       bool   // the body's end has reached the filter
	queue     []frame
	queued    int  // bytes in queue
	dropped   bool // nothing more reaches the filter
	ended     bool // all of it has passed on
}

// arrive takes what comes from the network.
func (p *pipe) arrive(f frame) {
	switch {
	case p.dropped:
	case p.stopped:
		p.queue = append(p.queue, f)
		p.queued += len(f.data)
	case f.headers != nil:
		p.onHeaders(f)
	case f.trailers != nil:
		p.onTrailers(f.trailers)
	default:
		p.onData(f.data, f.end)
	}
}

func (p *pipe) onHeaders(f frame) {
	p.headers, p.headersEnd, p.arrived, p.readable = slices.Clone(f.headers), f.end, true, true
	a := p.run(what("headers", len(f.headers), f.end), func(m module) stream.Action { return m.headers(p.x.id, p.side, len(p.headers), f.end) })
	switch {
	case p.dropped:
	case a == stream.Pause:
		p.paused = true
		p.stopped = !p.x.worker.envoy.Holds
	default:
		p.readable = false
		p.passHeaders()
	}
}

func (p *pipe) onData(data []byte, end bool) {
	p.end = end
	if p.buffering {
		p.visible = append(p.visible, data...)
	} else {
		p.visible = slices.Clone(data)
	}
	p.hasBody = true
	a := p.run(what("body", len(p.visible), end), func(m module) stream.Action { return m.body(p.x.id, p.side, len(p.visible), end) })
	switch {
	case p.dropped:
	case a == stream.Pause:
		p.paused, p.buffering = true, true
		if len(p.visible) > p.x.worker.envoy.limit() {
			p.x.tooLarge(p.side)
		}
	default:
		p.release(end)
	}
}

func (p *pipe) onTrailers(t [][2]string) {
	p.trailers = slices.Clone(t)
	a := p.run(what("trailers", len(t), false), func(m module) stream.Action { return m.trailers(p.x.id, p.side, len(t)) })
	switch {
	case p.dropped:
	case a == stream.Pause:
		p.paused = true
	default:
		p.release(false)
		p.passTrailers()
	}
}

// what names a callback for the trace.
func what(name string, n int, end bool) string {
	if end {
		return fmt.Sprintf("%s %d, end", name, n)
	}
	return fmt.Sprintf("%s %d", name, n)
}

// run is a callback of this side.
func (p *pipe) run(what string, f func(module) stream.Action) stream.Action {
	w := p.x.worker
	a := stream.Continue
	p.running = true
	w.callback(p.x.id, sideName(p.side)+" "+what, func() {
		a = f(w.module)
		w.envoy.trace("  -> %s", map[stream.Action]string{stream.Continue: "continue", stream.Pause: "pause"}[a])
	})
	p.running = false
	return a
}

// passHeaders passes the headers on.
func (p *pipe) passHeaders() {
	p.out = &Message{Headers: slices.Clone(p.headers)}
	if p.side == stream.Request && !p.headersEnd && !p.end && p.trailers == nil {
		p.x.early = true
	}
	if p.headersEnd {
		p.finish()
	}
}

// release passes on what is held, and ends the pause: headers too, for a body callback that continues lets them go.
func (p *pipe) release(end bool) {
	p.paused = false
	body := p.visible
	p.visible, p.hasBody, p.buffering = nil, false, false
	if p.out == nil {
		p.passHeaders()
	}
	if len(body) > 0 {
		p.out.Body = append(p.out.Body, body)
	}
	if end && !p.headersEnd {
		p.finish()
	}
}

func (p *pipe) passTrailers() {
	p.out.Trailers = p.trailers
	p.finish()
}

// finish is when all has passed on.
func (p *pipe) finish() {
	p.ended = true
	if length, ok := header(p.out.Headers, "content-length"); ok && !p.bodiless() && length != strconv.Itoa(len(p.out.Text())) {
		p.x.worker.envoy.fault("the %s of context %d says content-length %s, and has a body of %d bytes",
			sideName(p.side), p.x.id, length, len(p.out.Text()))
	}
	p.x.finished(p.side)
}

// bodiless tells whether the length is that of a body which is not sent.
func (p *pipe) bodiless() bool {
	return p.side == stream.Response && (p.x.Request.Header(":method") == "HEAD" || p.out.Header(":status") == "304")
}

// resume is proxy_continue_stream. Envoy acts on it when the callback has returned; the header map is gone at once.
func (p *pipe) resume() {
	w := p.x.worker
	switch {
	case p.running:
		w.fault("resume: in a callback of the same side, the %s", sideName(p.side))
		return
	case !p.paused || p.resumed:
		w.fault("resume: the %s is not paused", sideName(p.side))
		return
	}
	p.resumed = true
	w.after = append(w.after, func() {
		p.resumed = false
		if p.dropped {
			return
		}
		w.envoy.trace("  %s of %d goes on", sideName(p.side), p.x.id)
		p.readable = false
		if p.stopped {
			p.restart()
			return
		}
		p.release(p.end)
		if p.trailers != nil {
			p.passTrailers()
		}
	})
}

// restart ends a pause that stopped everything: what came meanwhile reaches the filter, the body as one piece.
func (p *pipe) restart() {
	p.stopped, p.paused = false, false
	p.passHeaders()
	var body []byte
	end, some := false, false
	var trailers [][2]string
	for _, f := range p.queue {
		if f.trailers != nil {
			trailers = f.trailers
			continue
		}
		body, end, some = append(body, f.data...), f.end, true
	}
	p.queue, p.queued = nil, 0
	if some && !p.dropped {
		p.onData(body, end)
	}
	if trailers != nil && !p.dropped {
		p.onTrailers(trailers)
	}
}

// changeable tells whether a change to the headers still has an effect; if it has none, that is a fault.
func (p *pipe) changeable(function string) bool {
	switch {
	case !p.arrived:
		p.x.worker.fault("%s: the %s has no headers yet", function, sideName(p.side))
	case p.out != nil || p.resumed:
		p.x.worker.fault("%s: the headers of the %s have left", function, sideName(p.side))
	default:
		return true
	}
	return false
}

// shown is what the filter can see of the headers.
func (p *pipe) shown() [][2]string {
	if p.x.logging || p.readable && !p.resumed {
		return p.headers
	}
	return nil
}
