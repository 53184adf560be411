package stream

import (
	"bytes"
	"strings"

	"github.com/usagepanda/usage-panda-envoy/converters/openai"
	"github.com/usagepanda/usage-panda-envoy/policy"
)

// endpointProvider is the property with the name of the provider that the endpoint is of which the proxy has picked for an attempt.
const endpointProvider = "xds\x00upstream_host_metadata\x00filter_metadata\x00usagepanda\x00provider"

// requested is the property with the path and the Authorization that a request came with. All attempts of a request have the same headers
// before them: the second one finds them as the first one has left them for its provider. Properties are the request's, too, and no provider
// sees them.
const requested = "usagepanda_requested"

// tried is the property with the attempts of a request so far: of each the provider's name, and behind a space its status if it answered. A
// line feed is between two.
const tried = "usagepanda_tried"

// try notes an attempt, or, behind it, what came of it.
func (s *Stream) try(what string) {
	s.host.SetProperty(tried, append(bytes.Clone(s.host.Property(tried)), what...))
}

// attempts writes the attempts that the filters of clusters have noted.
func attempts(w *openai.Writer, noted string) {
	w.Open("tried", '[')
	for attempt := range strings.SplitSeq(strings.TrimPrefix(noted, "\n"), "\n") {
		name, status, answered := strings.Cut(attempt, " ")
		w.Open("", '{')
		w.String("provider", name)
		if answered {
			w.Raw("status", []byte(status))
		}
		w.Close('{')
	}
	w.Close('[')
}

// onUpstream goes on where this is one of a cluster's own filters (ROLE upstream): it converts for the provider of the endpoint that this
// attempt goes to, and does nothing else.
func (s *Stream) onUpstream() phase {
	if !s.begun {
		s.begun = true
		if err := s.meet(); err != nil {
			return s.refuse(err)
		}
	}
	switch {
	case s.route == nil:
		return sent
	case s.request.wanted && s.request.size > s.config.MaxBody:
		return s.refuse(s.tooLarge())
	case !s.request.ended:
		return reading
	}
	var body []byte
	if s.request.came {
		body = s.host.Piece(Request, s.request.size) // it is sent at once
	}
	s.route.exchange.Model = strings.Clone(s.modelThere(openai.Value(openai.Within(body, "model")).Text()))
	if err := s.send(body, false); err != nil {
		return s.refuse(err)
	}
	return sent
}

// meet finds out whose endpoint it is.
func (s *Stream) meet() *openai.Error {
	s.config = s.plugin.local
	s.engine = s.config.engine
	s.facts.origin = "" // the first filter sees to that
	name := string(s.host.Property(endpointProvider))
	before := string(s.host.Property(requested))
	if name == "" {
		if before != "" { // the attempt before has changed the request, and a key of somebody else may be in it
			return unfit("the endpoint has no metadata usagepanda.provider, and one before it had")
		}
		return nil
	}
	p := s.config.Provider(name)
	if p == nil {
		return unfit("the endpoint's metadata usagepanda.provider is none of PROVIDERS")
	}
	if before != "" {
		s.path, s.facts.authorization, _ = strings.Cut(before, "\x00")
		path, _, _ := strings.Cut(s.path, "?")
		s.exchange.Endpoint = openai.EndpointOf(path)
	} else {
		before = s.path + "\x00" + s.facts.authorization
		s.host.SetProperty(requested, []byte(before))
		if string(s.host.Property(requested)) != before { // the next attempt would take this one's key for the client's
			return unfit("the proxy keeps no properties")
		}
	}
	s.try("\n" + name)
	s.without(clusterHeader)
	if err := s.take(policy.Target{Provider: p}); err != nil {
		return err
	}
	s.reads, s.request.wanted = true, !s.request.ended
	if s.request.wanted && s.plugin.headers == unknown && !s.request.came {
		s.plugin.probe(s)
	}
	return nil
}

// unfit is the answer where the proxy's configuration does not fit together.
func unfit(problem string) *openai.Error {
	return &openai.Error{Status: 500, Type: "server_error", Message: "Usage Panda: " + problem}
}

// modelThere is the provider's own name for a model; "" is the name in the request.
func (s *Stream) modelThere(model string) string {
	targets, err := s.config.Targets(model, func(string) string { return "" })
	if err != nil {
		return ""
	}
	for _, t := range targets {
		if t.Provider.Name == s.route.to.Name {
			return t.Model
		}
	}
	return ""
}
