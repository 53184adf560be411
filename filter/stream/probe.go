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

// probe holds the exchange's headers until its body comes, or two ticks have passed.
func (p *Plugin) probe(s *Stream) {
	s.probed = p.proxy.Now()
	p.probes = append(p.probes, s)
	p.tick(probing)
}

// tickProbes resumes the exchanges whose body did not come. What comes at once after that tells that the host had kept it.
func (p *Plugin) tickProbes() {
	waiting := p.probes
	p.probes = nil
	for _, s := range waiting {
		switch {
		case p.headers != unknown: // found out by another one
			p.on(s, s.update)
		case p.proxy.Now().Sub(s.probed) < 2*probing-probing/2: // the second tick from now, whatever the first one was for
			p.probes = append(p.probes, s)
			p.tick(probing)
		default:
			s.released = p.proxy.Now()
			p.on(s, s.update)
		}
	}
}

// learn draws the conclusion from a body's callback.
func (p *Plugin) learn(s *Stream) {
	if p.headers != unknown || s.probed.IsZero() {
		return
	}
	switch {
	case s.released.IsZero():
		p.headers = holds
	case p.proxy.Now().Sub(s.released) < 5*time.Millisecond:
		p.headers = passesOn
	default:
		return // a slow client: nothing is learned
	}
	if len(p.probes) > 0 {
		p.tick(soon)
	}
}

// forget lets go of an exchange that has ended.
func (p *Plugin) forget(s *Stream) {
	is := func(o *Stream) bool { return o == s }
	p.probes = slices.DeleteFunc(p.probes, is)
	p.cuts = slices.DeleteFunc(p.cuts, is)
	if f := p.fetches[s.key]; f != nil {
		f.waiting = slices.DeleteFunc(f.waiting, is)
	}
}
