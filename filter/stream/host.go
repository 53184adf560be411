package stream

import "time"

// Side is a direction of an exchange.
type Side uint8

const (
	Request  Side = iota // from the application to the provider
	Response             // from the provider to the application
)

// Level is a severity of the proxy's own log.
type Level uint8

const (
	Debug Level = iota
	Info
	Warn
	Error
)

// Proxy is the host as a plugin sees it: one worker of Envoy, and what its workers share.
type Proxy interface {
	// Now is the wall clock: the time since 1970 in UTC, never 0. (A time.Time would take half of package time into the module.)
	Now() time.Duration

	// Log writes to the proxy's log. Keys, bodies and headers never go there.
	Log(l Level, message string)

	// Shared returns what some worker stored under the key last, and its version; nil and 0 where there is nothing.
	Shared(key string) (value []byte, version uint32)

	// Share stores the value if the stored version is still the given one, or if nothing is stored; version 0 stores in any case.
	// It reports whether it stored: false means that another worker was first.
	Share(key string, value []byte, version uint32) bool

	// Call sends a request to a cluster of the proxy. The plugin owns the call: done is called once, later, with the plugin as the
	// effective context, whatever became of the exchange that wanted it. An error means that nothing was sent and done is never called.
	// It may only be called from the plugin's own callbacks: OnTick, OnDone, and done.
	Call(c Call, done func(Answer)) error

	// Tick asks for Plugin.OnTick to be called each period; 0 ends it.
	Tick(period time.Duration)

	// As makes the http context with this id the effective one, so that its HTTP methods may be used outside its own callbacks.
	// 0 goes back to the plugin.
	As(contextID uint32)
}

// HTTP is the host as one exchange sees it. Its methods may be called while the exchange's context is the effective one: in its own
// callbacks, in the callbacks of its calls, and after Proxy.As.
type HTTP interface {
	// ID is the id of the http context.
	ID() uint32

	// Headers returns the headers of a side, pseudo headers (":path", ":status") included, names in lower case. They are good until the
	// exchange is over, or they are asked for again; the list is the caller's. Empty once the proxy has passed them on.
	Headers(s Side) [][2]string

	// Header returns one header of a side, "" where there is none: cheaper than Headers for up to three.
	Header(s Side, name string) string

	// SetHeader replaces a header or adds it.
	SetHeader(s Side, name, value string)

	// RemoveHeader removes all headers of that name.
	RemoveHeader(s Side, name string)

	// Body returns a copy of the first n bytes that the proxy holds of a side's body: in a body callback that follows a pause all that
	// came so far, else this piece. It is good until the exchange is over, or that side's body is asked for again.
	Body(s Side, n int) []byte

	// Piece is Body for bytes that are good until the next call of it.
	Piece(s Side, n int) []byte

	// SetBody replaces all that Body would return.
	SetBody(s Side, body []byte)

	// Resume ends a pause of that side; never called from a callback of the same side, which returns Continue instead.
	Resume(s Side)

	// Reply answers the client; the request goes no further, and an answer that has not begun to leave is dropped. A reply to a request
	// comes back through the response callbacks; one in the place of an answer does not. Where some of the answer has left, the client
	// sees it break off.
	Reply(status int, headers [][2]string, body []byte)

	// Property returns an attribute of the exchange, such as "source\x00address", whose parts have a zero between them; nil if there is none.
	// It is good until the next call.
	Property(path string) []byte

	// SetProperty stores a value for the access log, where it is %FILTER_STATE(wasm.NAME:PLAIN)%.
	SetProperty(name string, value []byte)

	// Call is Proxy.Call, owned by the exchange: done is never called after Stream.OnDone.
	Call(c Call, done func(Answer)) error

	// Close cuts the exchange off on both sides. It may only be called from Plugin.OnTick, after Proxy.As.
	Close()
}

// Call is a request that the proxy sends on our behalf to one of its clusters.
type Call struct {
	Cluster string
	Headers [][2]string // with ":method", ":path" and ":authority"
	Body    []byte
	Timeout time.Duration // whole milliseconds, at least 1
}

// Absent is a version that Share stores under only where nothing is stored.
const Absent = 1<<32 - 1

// Answer is what came of a Call. Status 0 means that no answer came: the cluster could not be reached, the time was over, or
// the answer was larger than is read.
type Answer struct {
	Status int
	Body   []byte
}

// Action is what a callback tells the proxy to do with the side that it is about.
type Action bool

const (
	Continue Action = false // pass on what there is
	Pause    Action = true  // hold it, and, in body callbacks, buffer it
)
