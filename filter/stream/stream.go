package stream

import (
	"time"

	"github.com/usagepanda/usage-panda-envoy/converters/openai"
	"github.com/usagepanda/usage-panda-envoy/policy"
)

// phase is where an exchange stands.
//
//	reading --settings and body complete--> asking --calls answered--> sent --> answering --> done
//	   \------------------ block, auto-reply -------------------/--> replied (our own answer comes back: let it pass)
//
// Between answering and done, and before replied, an exchange may be saving: its answer waits for the upload of its stats.
type phase uint8

const (
	reading phase = iota
	asking
	sent
	answering
	saving
	done
	replied
)

// Stream is one exchange. Every callback and every finished call records what it learned and calls advance, which is the only place that
// changes the phase, and which may be called at any time, in any order.
type Stream struct {
	life
	question openai.Request  // where exchange.Request is read
	answer   openai.Response // where answers are read, one after the other
}

// life is what a stream has of its own exchange. The rest is room, which another exchange finds again.
type life struct {
	plugin *Plugin
	host   HTTP
	phase  phase

	// What is known of the request, from its headers.
	in     headers
	method string
	path   string
	key    string // Usage Panda's
	ourKey bool   // the client brought no key of the provider's
	facts  facts
	out    headers // the answer's, where all of them are wanted

	// What has happened.
	admitted, begun, weighed bool // what there is to do was decided: with the keys, with the request, with the answer
	config                   *config
	configCached             bool
	configErr                error
	request, response        side
	probed, released         time.Duration // when the headers were first held to learn the kind of host, and when they were let go
	streams, asksUsage       bool          // the client asked for a stream, and for its usage
	answered                 bool          // the answer's headers came
	calls                    int           // that are out
	callErr                  error
	reads                    bool // the stats want something of the answer: it is read as it passes
	seen                     []byte
	streaming                *streaming
	waits                    bool // the answer waits for its stats to be uploaded: all of it, since clients need not wait for an end
	saved                    bool // the stats are uploaded
	waiting                  *reply
	converts                 bool // the request may be for another provider than that of LLM_API_BASE_PATH
	route                    *route

	engine   *policy.Engine
	exchange policy.Exchange
	stats    stats
}

// side is one direction of an exchange.
type side struct {
	wanted bool // a policy must see all of the body before any of it passes
	size   int  // how many bytes of the body the proxy can show
	came   bool // a callback about the body came
	ended  bool // all of the body came, or there is none
	held   bool // the proxy was told to hold this side
	gone   bool // the headers have left
}

// Open begins an exchange.
func (p *Plugin) Open(h HTTP) *Stream {
	n := len(p.spare)
	if n == 0 {
		return &Stream{life: life{plugin: p, host: h}}
	}
	s := p.spare[n-1]
	p.spare = p.spare[:n-1]
	s.plugin, s.host = p, h
	return s
}

// Streams that have ended are used again: what an exchange allocates costs more than the rest of one that no policy wants.
const (
	maxSpareStreams = 64
	maxSpareStats   = 4 << 10 // bytes that are kept for a request or an answer in the stats
)

// Reuse takes a stream back. OnDone was its last callback, and none of them panicked.
func (p *Plugin) Reuse(s *Stream) {
	if len(p.spare) == maxSpareStreams {
		return
	}
	s.question.Forget()
	s.answer.Forget()
	t := &s.stats
	kept := stats{user: t.user[:0], line: room(t.line), request: room(t.request), response: room(t.response)}
	s.life = life{}
	s.stats = kept
	p.spare = append(p.spare, s)
}

// room is what another exchange can write to.
func room(b []byte) []byte {
	if cap(b) > maxSpareStats {
		return nil
	}
	return b[:0]
}

// OnRequestHeaders is called first. The callbacks are those of proxy-wasm.
func (s *Stream) OnRequestHeaders(endOfStream bool) Action {
	return s.callback(Request, func() {
		s.request.ended = endOfStream
		s.arrive()
	})
}

// OnRequestBody says that size bytes of the body can be read with HTTP.Body.
func (s *Stream) OnRequestBody(size int, endOfStream bool) Action {
	return s.callback(Request, func() {
		s.plugin.learn(s)
		s.request.piece(size, endOfStream)
	})
}

// OnRequestTrailers says that the body is complete.
func (s *Stream) OnRequestTrailers() Action {
	return s.callback(Request, s.request.trailers)
}

// OnResponseHeaders is called when the answer begins, be it the provider's, the proxy's or our own.
func (s *Stream) OnResponseHeaders(endOfStream bool) Action {
	return s.callback(Response, func() {
		s.answered, s.response.ended = true, endOfStream
	})
}

// Passes tells of the answer's next piece that nobody wants it, so that OnResponseBody need not be called.
func (s *Stream) Passes(endOfStream bool) bool {
	return s.weighed && !endOfStream && !s.reads && !s.response.held && s.response.gone
}

// OnResponseBody says that size bytes of the body can be read with HTTP.Body.
func (s *Stream) OnResponseBody(size int, endOfStream bool) Action {
	if s.Passes(endOfStream) {
		return Continue
	}
	return s.callback(Response, func() {
		s.response.piece(size, endOfStream)
		switch {
		case s.streaming != nil:
			s.stream(size, endOfStream)
		case s.route != nil && s.route.stream != nil:
			s.relay(size, endOfStream)
		default:
			s.peek(size)
		}
	})
}

// OnResponseTrailers says that the body is complete.
func (s *Stream) OnResponseTrailers() Action {
	return s.callback(Response, func() {
		s.response.trailers()
		s.trailed()
	})
}

func (b *side) piece(size int, endOfStream bool) {
	b.size, b.came, b.ended = size, true, endOfStream
}

func (b *side) trailers() {
	if !b.held {
		b.size = 0 // all that came before has passed
	}
	b.ended = true
}

// callback records what a callback learned, advances, and tells the proxy what to do.
func (s *Stream) callback(which Side, record func()) Action {
	record()
	s.advance()
	b := s.side(which)
	if b.held = s.holds(which); !b.held {
		s.letGo(which)
	}
	return Action(b.held)
}

// update advances from outside the exchange's callbacks, and ends pauses that need not be any longer.
func (s *Stream) update() {
	s.advance()
	for _, which := range [...]Side{Request, Response} {
		if b := s.side(which); b.held && !s.holds(which) {
			s.letGo(which)
			b.held = false
			if s.phase != replied { // an answer of our own ends the pause by itself
				s.host.Resume(which)
			}
		}
	}
}

func (s *Stream) side(which Side) *side {
	if which == Request {
		return &s.request
	}
	return &s.response
}

// holds tells whether a side has to wait where it is: at its headers, or at its body.
func (s *Stream) holds(which Side) bool {
	switch {
	case which == Request && s.phase == reading && s.config != nil && !s.request.came && !s.request.ended:
		return s.plugin.headers == holds || s.plugin.headers == unknown && s.released == 0
	case which == Request:
		return s.phase == reading || s.phase == asking || s.phase == saving && s.waiting != nil
	case s.phase == answering && (s.response.wanted || s.waits && s.streaming == nil) && !s.response.ended:
		return s.response.came || s.plugin.headers == holds
	case s.phase == answering && s.route != nil && s.route.holds && !s.response.ended:
		return !s.over()
	}
	return s.phase == saving
}

// letGo is called before a side passes on. Headers that leave before the body is judged must not promise its length.
func (s *Stream) letGo(which Side) {
	b := s.side(which)
	if !b.gone && b.wanted && !b.ended {
		s.host.RemoveHeader(which, "content-length")
	}
	b.gone = true
}

// advance goes on as far as what is known allows.
func (s *Stream) advance() {
	for {
		before := s.phase
		switch s.phase {
		case reading:
			s.phase = s.onReading()
		case asking:
			s.phase = s.onAsking()
		case sent:
			if s.answered {
				s.phase = answering
			}
		case answering:
			s.phase = s.onAnswering()
		case saving:
			switch w := s.waiting; {
			case !s.saved:
			case w != nil:
				s.host.Reply(w.status, w.headers, w.body)
				s.phase = replied
			default:
				s.phase = done
			}
		}
		if s.phase == before {
			return
		}
	}
}

// OnDone is called once, last, however the exchange ended.
func (s *Stream) OnDone() {
	s.plugin.forget(s)
	if !s.plugin.local.upstream {
		s.finish()
	}
	s.leave()
}

// settled takes the configuration that was awaited.
func (s *Stream) settled(c *config, cached bool, err error) {
	s.config, s.configCached, s.configErr = c, cached, err
	s.update()
}

// maxSeen is the most that is read of an answer that no policy wants, for the stats alone.
const maxSeen = 1 << 20

// peek reads a piece of an answer that passes.
func (s *Stream) peek(size int) {
	switch {
	case !s.reads || size == 0 || s.response.wanted || s.waits:
	case len(s.seen)+size > maxSeen:
		s.reads, s.seen = false, nil
	case s.seen == nil:
		s.seen = s.host.Body(Response, size)
	default:
		s.seen = append(s.seen, s.host.Piece(Response, size)...)
	}
}
