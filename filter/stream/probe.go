package stream

import (
	"slices"
	"time"
)

// headerKind is what a host does with headers that a filter pauses on. Envoy with allow_on_headers_stop_iteration holds them while the
// body's callbacks go on. Envoy without it (Istio's WasmPlugin, Envoy Gateway) stops everything until the stream is resumed: there the
// headers must pass on before the body can be seen. No property tells which, so the first exchange with a body finds out.
type headerKind uint8

const (
	unknown  headerKind = iota
	holds               // headers wait for the body
	passesOn            // headers have to go first
)

// atOnce is how soon after the release a body comes that the host had kept: Envoy delivers it in the same turn of its event loop.
const atOnce = 2 * time.Millisecond

// probe holds the exchange's headers until its body comes, or two ticks have passed.
func (p *Plugin) probe(s *Stream) {
	s.probed = p.proxy.Now()
	p.probes = append(p.probes, s)
	p.tick(probing)
}

// tickProbes resumes the exchanges whose body did not come. What comes at once after that tells that the host had kept it.
func (p *Plugin) tickProbes() {
	defer func() {
		if len(p.probes) > 0 {
			p.tick(probing)
		}
	}()
	now := p.proxy.Now()
	for i := 0; i < len(p.probes); {
		s := p.probes[i]
		if p.headers == unknown && now-s.probed < s.patience() {
			i++
			continue
		}
		p.probes = slices.Delete(p.probes, i, i+1)
		s.released = now
		p.on(s, s.update)
	}
}

// patience is how long headers are held to learn the kind of host: until the second tick, whatever the first was for. A request that has to
// be converted cannot go on without its headers, so that a client has more time to send it.
func (s *Stream) patience() time.Duration {
	if s.config != nil && (s.config.converts || s.config.upstream) {
		return 500 * time.Millisecond
	}
	return 2*probing - probing/2
}

// learn draws the conclusion from a body's callback.
func (p *Plugin) learn(s *Stream) {
	if p.headers != unknown || s.probed == 0 {
		return
	}
	switch {
	case s.released == 0:
		p.headers = holds
	case p.proxy.Now()-s.released < atOnce:
		if p.passed++; p.passed == 2 { // a slow client's body may come just then: twice is no accident
			p.headers = passesOn
		}
	default:
		return // a slow client: nothing is learned
	}
	if len(p.probes) > 0 {
		p.tick(soon)
	}
}

// forget lets go of an exchange that has ended.
func (p *Plugin) forget(s *Stream) {
	if len(p.probes)+len(p.cuts)+len(p.fetches) == 0 {
		return
	}
	is := func(o *Stream) bool { return o == s }
	p.probes = slices.DeleteFunc(p.probes, is)
	p.cuts = slices.DeleteFunc(p.cuts, is)
	if f := p.fetches[s.key]; f != nil {
		f.waiting = slices.DeleteFunc(f.waiting, is)
	}
}
