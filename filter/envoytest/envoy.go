// Package envoytest is a small model of Envoy for the tests of the filter. It follows Envoy 1.40 in what a filter can notice: what is
// held and what passes on, on both kinds of host; what local replies, resets, limits and call-outs do. Where a filter does what Envoy
// would answer with an error, a hanging stream, a broken message or a crash, the model notes a fault.
//
// The filter runs in one of two engines: Native calls filter/stream directly, and Module runs the built usagepanda.wasm.
package envoytest

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/usagepanda/usage-panda-envoy/filter/stream"
)

// Envoy is one process: what its workers share. The zero value with an Engine is a host that passes headers on, with Envoy's defaults.
type Envoy struct {
	Engine Engine

	// Holds is allow_on_headers_stop_iteration: a pause on headers holds the headers while the body's callbacks go on. Without it such a
	// pause stops everything until the stream is resumed.
	Holds bool

	// Limit is per_connection_buffer_limit_bytes; 0 is Envoy's default, 1 MiB.
	Limit int

	// Env is vm_config.environment_variables.
	Env map[string]string

	// Attributes are what an exchange's properties are, by their path with dots. "source.address" has a default.
	Attributes map[string]string

	// Clusters are the names of those that can be called; nil allows any.
	Clusters []string

	// Answer makes up the answer to a call-out. It is asked when the call is made; Run chooses when the answer arrives. Where it is nil
	// no call is answered.
	Answer func(Call) Answer

	// Lie tells whether the host's next answer to that function of the ABI is to be garbage, on which the SDK panics. Module only.
	Lie func(function string) bool

	// Trace is told of each event and callback, if it is set.
	Trace func(line string)

	// Faults are the rules of the host that the filter broke, in words.
	Faults []string

	// Calls are all call-outs, in their order.
	Calls []Call

	clock   time.Time
	shared  map[string]sharedValue
	version uint32
	workers []*Worker
	opened  int
}

type sharedValue struct {
	data    string
	version uint32
}

// Call is a call-out of the filter.
type Call struct {
	Cluster string
	Headers [][2]string
	Body    string
	Timeout time.Duration
}

// Answer is the answer to a call-out. Status 0 is a provider that could not be reached, or was too slow.
type Answer struct {
	Status  int
	Headers [][2]string
	Body    string
}

// Line is a line of Envoy's log. Level is one of "debug", "info", "warn", "error", "critical".
type Line struct{ Level, Text string }

// Worker is one thread of Envoy with one plugin in its own VM.
type Worker struct {
	Log []Line

	envoy  *Envoy
	module module
	number int
	period time.Duration

	nextID    uint32
	exchanges map[uint32]*Exchange // those that are not over
	calls     []*pending
	nextCall  uint32

	current   uint32   // the context whose callback runs, 0 outside of callbacks
	effective uint32   // the one that it has put in its place, 0 for none
	after     []func() // what Envoy does when the callback has returned
}

// pluginID is the id of a worker's plugin context; those of its exchanges follow.
const pluginID = 1

// NewWorker starts a plugin with that configuration in a new worker. The error is what the plugin had against it.
func (e *Envoy) NewWorker(config string) (*Worker, error) {
	if e.clock.IsZero() {
		e.clock = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
		e.shared = map[string]sharedValue{}
	}
	w := &Worker{envoy: e, number: len(e.workers), nextID: pluginID, exchanges: map[uint32]*Exchange{}}
	e.workers = append(e.workers, w)
	var err error
	w.callback(pluginID, "configure", func() { w.module, err = e.Engine.start(w, config) })
	if err != nil {
		return nil, err
	}
	return w, nil
}

// Close ends the plugin, and what it was doing.
func (w *Worker) Close() {
	for _, id := range slices.Sorted(maps.Keys(w.exchanges)) {
		w.exchanges[id].end()
	}
	w.callback(pluginID, "plugin done", w.module.shutdown)
	w.module.close()
	w.envoy.workers = slices.DeleteFunc(w.envoy.workers, func(x *Worker) bool { return x == w })
}

// Advance moves the clock.
func (e *Envoy) Advance(d time.Duration) { e.clock = e.clock.Add(d) }

// Now is the model's clock: it moves by a millisecond an event, and by a tick's period.
func (e *Envoy) Now() time.Time { return e.clock }

// fault notes that the filter broke a rule.
func (e *Envoy) fault(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	e.trace("FAULT %s", text)
	e.Faults = append(e.Faults, text)
}

func (e *Envoy) trace(format string, args ...any) {
	if e.Trace != nil {
		e.Trace(fmt.Sprintf(format, args...))
	}
}

// fault notes that the filter broke a rule in this worker.
func (w *Worker) fault(format string, args ...any) {
	w.envoy.fault("%s (in a callback of context %d of worker %d)", fmt.Sprintf(format, args...), w.current, w.number)
}

func (e *Envoy) limit() int {
	if e.Limit == 0 {
		return 1 << 20
	}
	return e.Limit
}

// callback runs the filter in the context with that id, and then what it asked Envoy for.
func (w *Worker) callback(id uint32, what string, f func()) {
	if w.current != 0 {
		panic("envoytest: a callback inside of a callback")
	}
	w.envoy.trace("%d.%d %s", w.number, id, what)
	w.current, w.effective = id, 0
	f()
	w.current, w.effective = 0, 0
	for len(w.after) > 0 {
		next := w.after[0]
		w.after = w.after[1:]
		next()
	}
}

// context is the id of the context that host functions are about.
func (w *Worker) context() uint32 {
	if w.effective != 0 && (w.effective == pluginID || w.exchanges[w.effective] != nil) {
		return w.effective
	}
	return w.current
}

// exchange is the exchange that host functions are about; nil, and a fault, where there is none.
func (w *Worker) exchange(function string) *Exchange {
	x := w.exchanges[w.context()]
	if x == nil {
		w.fault("%s: the effective context %d is no exchange", function, w.context())
	}
	return x
}

// setEffective is proxy_set_effective_context. Only the plugin's own callbacks may act for an exchange: Envoy crashed when one exchange's
// callback resumed another.
func (w *Worker) setEffective(id uint32) bool {
	if id != 0 && id != pluginID && w.exchanges[id] == nil {
		w.fault("set effective context: %d is gone", id)
		return false
	}
	if id > pluginID && id != w.current && w.current != pluginID {
		w.fault("set effective context: %d from a callback of another exchange", id)
	}
	w.effective = id
	return true
}

// getShared is proxy_get_shared_data.
func (e *Envoy) getShared(key string) (string, uint32, bool) {
	v, ok := e.shared[key]
	return v.data, v.version, ok
}

// setShared is proxy_set_shared_data: version 0 stores in any case, and so does any version where there is nothing yet.
func (e *Envoy) setShared(key, data string, version uint32) bool {
	if v, ok := e.shared[key]; ok && version != 0 && version != v.version {
		return false
	}
	e.version++
	e.shared[key] = sharedValue{data, e.version}
	return true
}

func (w *Worker) log(level, text string) {
	w.envoy.trace("  log %s: %s", level, text)
	w.Log = append(w.Log, Line{level, text})
}

// Logged is the log as text, a line each.
func (w *Worker) Logged() string {
	var b strings.Builder
	for _, l := range w.Log {
		b.WriteString(l.Level + ": " + l.Text + "\n")
	}
	return b.String()
}

func sideName(s stream.Side) string {
	if s == stream.Request {
		return "request"
	}
	return "response"
}
