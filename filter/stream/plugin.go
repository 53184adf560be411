// Package stream is the life of one exchange between an application and an LLM.
package stream

import (
	"errors"
	"time"

	"github.com/usagepanda/usage-panda-envoy/policy"
)

// Plugin is one configuration of the filter in one worker of the proxy. It is used by one thread.
type Plugin struct {
	proxy Proxy
	local *config

	headers  headerKind
	passed   int               // how often a body came at once when headers were let go
	probes   []*Stream         // those whose headers are held to learn the kind
	fetches  map[string]*fetch // configurations that are awaited, by Usage Panda key
	configs  map[string]*cached
	uploads  []Call    // stats that wait for a tick
	cuts     []*Stream // exchanges to be cut off on the next tick
	ticking  time.Duration
	inFlight int // uploads
	scratch  scratch
	routes   []*route  // that ended, to be used again
	spare    []*Stream // the same
}

// New returns a plugin that has no configuration yet.
func New(p Proxy) *Plugin {
	return &Plugin{proxy: p, fetches: map[string]*fetch{}, configs: map[string]*cached{}}
}

// lastGood is where the last good configuration is shared.
const lastGood = "usagepanda/configuration/"

// Configure reads the plugin's configuration, a JSON object. name is the plugin's in the proxy's configuration. env looks up a variable of the environment. An error names all that is wrong.
// A bad configuration never replaces a good one: while some worker still has a good one, that one stays in force, and the error is
// for the log alone, which serving tells.
func (p *Plugin) Configure(name string, data []byte, env func(string) (string, bool)) (serving bool, err error) {
	settings, err := policy.ParseSettings(data, env)
	if err == nil {
		p.proxy.Share(lastGood+name, data, 0)
	} else if good, _ := p.proxy.Shared(lastGood + name); good != nil {
		var old error
		if settings, old = policy.ParseSettings(good, env); old != nil {
			return false, errors.Join(err, old)
		}
	} else {
		return false, err
	}
	p.local = newConfig(settings)
	return true, err
}

// The ticks' periods.
const (
	soon     = 1 * time.Millisecond  // there is something to send
	probing  = 20 * time.Millisecond // the kind of host is to be found out
	awaiting = 20 * time.Millisecond // another worker fetches
)

// tick asks for a tick within that time.
func (p *Plugin) tick(within time.Duration) {
	if p.ticking == 0 || within < p.ticking {
		p.ticking = within
		p.proxy.Tick(within)
	}
}

// OnTick is called each period that was asked for by Proxy.Tick, with the plugin as the effective context.
func (p *Plugin) OnTick() {
	p.ticking = 0
	p.tickProbes()
	p.tickFetches()
	p.tickUploads()
	p.tickCuts()
	if p.ticking == 0 {
		p.proxy.Tick(0)
	}
}

// OnDone is called before the plugin goes away: what waits is sent.
func (p *Plugin) OnDone() { p.tickUploads() }

// cut ends an exchange, on the next tick: no callback of its own may do that.
func (p *Plugin) cut(s *Stream) {
	p.cuts = append(p.cuts, s)
	p.tick(soon)
}

func (p *Plugin) tickCuts() {
	each(p, &p.cuts, func(s *Stream) { s.host.Close() })
}

// each takes the exchanges off a list and does something with each of them. Should one panic, the others are still there for the next tick.
func each(p *Plugin, list *[]*Stream, f func(*Stream)) {
	defer func() {
		if len(*list) > 0 {
			p.tick(soon)
		}
	}()
	for len(*list) > 0 {
		s := (*list)[0]
		*list = (*list)[1:]
		p.on(s, func() { f(s) })
	}
}

// on does something with an exchange from outside its own callbacks.
func (p *Plugin) on(s *Stream, f func()) {
	p.proxy.As(s.host.ID())
	f()
	p.proxy.As(0)
}
