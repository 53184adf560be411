package envoytest

import (
	"fmt"
	"math/rand/v2"
	"time"
)

// Event is something that can happen next.
type Event struct {
	Name string // such as "client 1", "provider 1", "answer POST moderations /v1/moderations", "tick"
	tick bool
	do   func()
}

// Pick chooses what happens next: an index into the events that can.
type Pick func([]Event) int

// InOrder lets each client finish first, and ticks come last.
func InOrder([]Event) int { return 0 }

// Random is any order.
func Random(r *rand.Rand) Pick { return func(e []Event) int { return r.IntN(len(e)) } }

// How many ticks in a row may come to nothing: while an exchange waits, and when all are over.
const (
	waitingTicks = 50
	idleTicks    = 4
)

// Run plays exchanges, of one or more workers, to their end, and goes on until the filter asks for nothing more. An exchange that can
// make no progress has hung, and is a fault.
func Run(pick Pick, xs ...*Exchange) {
	e := xs[0].worker.envoy
	for ticks := 0; ; {
		events := e.possible(xs)
		if len(events) == 0 {
			break
		}
		next := events[pick(events)]
		if events[0].tick { // nothing but ticks
			limit := idleTicks
			for _, x := range xs {
				if !x.over {
					limit = waitingTicks
				}
			}
			if ticks++; ticks > limit {
				break
			}
		} else {
			ticks = 0
		}
		e.trace("== %s", next.Name)
		next.do()
		e.clock = e.clock.Add(time.Millisecond)
	}
	for _, x := range xs {
		if !x.over {
			x.Hung = true
			e.fault("exchange %d hangs: %s", x.number, x.state())
			x.leave()
		}
	}
}

// possible lists what can happen next, ticks last.
func (e *Envoy) possible(xs []*Exchange) []Event {
	var events []Event
	for _, x := range xs {
		events = x.possible(events)
	}
	var ticks []Event
	for _, w := range e.workers {
		for _, p := range w.calls {
			if e.Answer != nil {
				events = append(events, Event{Name: "answer " + p.call.String(), do: func() { w.deliver(p) }})
			}
		}
		if w.period > 0 {
			ticks = append(ticks, Event{Name: "tick", tick: true, do: func() {
				e.clock = e.clock.Add(w.period)
				w.callback(pluginID, "tick", w.module.tick)
			}})
		}
	}
	return append(events, ticks...)
}

func (x *Exchange) possible(events []Event) []Event {
	if x.over {
		return events
	}
	if x.Leave > 0 && x.events >= x.Leave {
		return append(events, Event{Name: fmt.Sprintf("client %d leaves", x.number), do: x.leave})
	}
	add := func(name string, f func()) {
		events = append(events, Event{Name: fmt.Sprintf("%s %d", name, x.number), do: func() {
			x.events++
			f()
		}})
	}
	// A client waits when Envoy holds as much as it may, and stops when it has an answer.
	if len(x.incoming) > 0 && !x.request.dropped && !(x.request.stopped && x.request.queued >= x.worker.envoy.limit()) {
		add("client", x.client)
	}
	waits := x.response.stopped && x.response.queued >= x.worker.envoy.limit()
	if x.request.out != nil && !x.local && !x.broke && !waits {
		switch {
		case x.Break < 0, x.Break > 0 && x.request.ended && x.sent >= x.Break-1:
			add("provider breaks off", x.reset)
		case x.request.ended && (len(x.provided) > 0 || !x.answered && x.Provider != nil):
			add("provider", x.provider)
		}
	}
	return events
}
