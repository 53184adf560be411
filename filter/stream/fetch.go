package stream

import (
	"encoding/binary"
	"errors"
	"strconv"
	"time"

	"github.com/usagepanda/usage-panda-envoy/policy"
	"github.com/usagepanda/usage-panda-envoy/policy/sha256"
)

// A fetch is a configuration of the control plane that exchanges wait for. One worker fetches it, the others wait until it is shared.
type fetch struct {
	waiting []*Stream
	calling bool
}

// cached is a configuration as this worker keeps it.
type cached struct {
	config *config
	fresh  time.Duration // until then it is used as it is; behind that only while the control plane fails
}

const (
	leases     = 64               // how many slots there are: keys of the same slot wait for each other
	maxCached  = 1024             // how many keys' configurations a worker keeps
	staleRetry = 10 * time.Second // how long an old configuration is used after the control plane failed
)

func leaseKey(slot int) string { return "usagepanda/lease/" + strconv.Itoa(slot) }

// sharedKey is where a key's configuration is shared, and the slot of its lease. The key itself is not stored.
func sharedKey(key string) (name string, slot int) {
	sum := sha256.Sum([]byte(key))
	return "usagepanda/config/" + string(sha256.AppendHex(nil, sum[:16])), int(sum[0]) % leases
}

// settings returns the configuration of a Usage Panda key, if some worker has it; else the exchange will be told (Stream.settle).
func (p *Plugin) settings(s *Stream) *config {
	if c := p.fresh(s.key); c != nil {
		return c
	}
	f := p.fetches[s.key]
	if f == nil {
		f = &fetch{}
		p.fetches[s.key] = f
	}
	f.waiting = append(f.waiting, s)
	p.tick(soon) // a call of the plugin's own outlives the exchange, and can only be made on a tick
	return nil
}

// fresh returns a configuration that need not be fetched.
func (p *Plugin) fresh(key string) *config {
	if !p.local.Cache {
		return nil
	}
	now := p.proxy.Now()
	if c := p.configs[key]; c != nil && now < c.fresh {
		return c.config
	}
	name, _ := sharedKey(key)
	value, _ := p.proxy.Shared(name)
	if len(value) < 8 {
		return nil
	}
	until := time.Duration(binary.LittleEndian.Uint64(value))
	old := p.configs[key]
	if now >= until && old != nil {
		return nil
	}
	settings, err := p.local.Merge(value[8:])
	if err != nil {
		return nil
	}
	p.keep(key, &cached{newConfig(settings), until})
	if now < until {
		return p.configs[key].config
	}
	return nil
}

// keep remembers a configuration; where there are too many, all are fetched anew.
func (p *Plugin) keep(key string, c *cached) {
	if len(p.configs) >= maxCached {
		clear(p.configs)
	}
	p.configs[key] = c
}

// tickFetches sends what is to be fetched, and looks for what others have fetched.
func (p *Plugin) tickFetches() {
	for key, f := range p.fetches {
		if f.calling {
			continue
		}
		if len(f.waiting) == 0 {
			delete(p.fetches, key)
			continue
		}
		if c := p.fresh(key); c != nil {
			p.settle(key, c, true, nil)
			continue
		}
		if !p.lease(key) {
			p.tick(awaiting)
			continue
		}
		f.calling = true
		err := p.proxy.Call(p.request("GET", key, nil), func(a Answer) { p.fetched(key, a) })
		if err != nil {
			p.fetched(key, Answer{})
		}
	}
}

// lease makes this worker the one that fetches, for as long as a call can take.
func (p *Plugin) lease(key string) bool {
	if !p.local.Cache {
		return true // nothing that another worker fetches would be of use
	}
	_, slot := sharedKey(key)
	held, version := p.proxy.Shared(leaseKey(slot))
	if version == 0 {
		version = Absent
	}
	now := p.proxy.Now()
	if len(held) == 8 && now < time.Duration(binary.LittleEndian.Uint64(held)) {
		return false
	}
	until := now + time.Duration(p.local.CallTimeoutMS)*time.Millisecond + time.Second
	return p.proxy.Share(leaseKey(slot), binary.LittleEndian.AppendUint64(nil, uint64(until)), version)
}

// errDenied is the control plane's word that the key is none.
var errDenied = errors.New("the control plane does not know the key")

// fetched takes the control plane's answer.
func (p *Plugin) fetched(key string, a Answer) {
	name, slot := sharedKey(key)
	now := p.proxy.Now()
	settings, err := (*policy.Settings)(nil), errors.New("the control plane answered with status "+strconv.Itoa(a.Status))
	switch a.Status {
	case 200:
		settings, err = p.local.Merge(a.Body)
	case 401, 403, 404:
		err = errDenied
	}
	until := now + time.Duration(p.local.CacheMinutes)*time.Minute
	old := p.configs[key]
	switch {
	case err == nil:
		c := newConfig(settings)
		if p.local.Cache {
			p.keep(key, &cached{c, until})
			p.proxy.Share(name, append(binary.LittleEndian.AppendUint64(nil, uint64(until)), a.Body...), 0)
		}
		p.settle(key, c, false, nil)
	case err == errDenied:
		delete(p.configs, key)
		p.proxy.Share(name, nil, 0)
		p.settle(key, nil, false, err)
	case old != nil:
		p.proxy.Log(Warn, "configuration not fetched, an older one stays in force: "+err.Error())
		old.fresh = now + staleRetry
		p.settle(key, old.config, true, nil)
	default:
		p.proxy.Log(Warn, "configuration not fetched: "+err.Error())
		p.settle(key, nil, false, err)
	}
	p.proxy.Share(leaseKey(slot), binary.LittleEndian.AppendUint64(nil, 0), 0)
}

// settle tells all that wait for a configuration.
func (p *Plugin) settle(key string, c *config, cached bool, err error) {
	f := p.fetches[key]
	if f == nil {
		return
	}
	f.calling = false
	each(p, &f.waiting, func(s *Stream) { s.settled(c, cached, err) })
	delete(p.fetches, key)
}

// request is a call to the control plane.
func (p *Plugin) request(method, key string, body []byte) Call {
	host, path, _ := policy.SplitURL(p.local.API) // checked when it was read
	h := [][2]string{
		{":method", method}, {":path", path + "/proxy"}, {":authority", host}, {"x-usagepanda-key", key}, {"accept", "application/json"},
	}
	if body != nil {
		h = append(h, [2]string{"content-type", "application/json"})
	}
	return Call{Cluster: p.local.APICluster, Headers: h, Body: body, Timeout: time.Duration(p.local.CallTimeoutMS) * time.Millisecond}
}
