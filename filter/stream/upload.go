package stream

import "strconv"

// maxUploads is how many stats may wait or be under way; more are dropped, openly: an upload fails open.
const maxUploads = 1024

// upload sends stats on a tick, since only a call of the plugin's own outlives the exchange.
func (p *Plugin) upload(key string, stats []byte) {
	if len(p.uploads)+p.inFlight >= maxUploads {
		p.proxy.Log(Warn, "stats dropped: too many uploads are under way")
		return
	}
	p.uploads = append(p.uploads, p.request("POST", key, stats))
	p.tick(soon)
}

// saves tells whether the client waits until the stats are uploaded.
func (s *Stream) saves() bool { return s.config != nil && !s.config.LocalMode && !s.config.AsyncStats }

// save uploads the stats while the client waits.
func (s *Stream) save() phase {
	err := s.host.Call(s.plugin.request("POST", s.key, s.stats.message(nil, s)), func(a Answer) {
		s.plugin.uploaded(a)
		s.saved = true
		s.update()
	})
	if err != nil {
		s.plugin.proxy.Log(Warn, "stats not uploaded: "+err.Error())
		s.saved = true
	}
	return saving
}

// uploaded takes the control plane's answer to stats.
func (p *Plugin) uploaded(a Answer) {
	if a.Status/100 != 2 {
		p.proxy.Log(Warn, "stats not uploaded: the control plane answered with status "+strconv.Itoa(a.Status))
	}
}

func (p *Plugin) tickUploads() {
	waiting := p.uploads
	p.uploads = nil
	for _, c := range waiting {
		err := p.proxy.Call(c, func(a Answer) {
			p.inFlight--
			p.uploaded(a)
		})
		if err != nil {
			p.proxy.Log(Warn, "stats not uploaded: "+err.Error())
			continue
		}
		p.inFlight++
	}
}
