package stream

import (
	"strconv"
	"strings"

	"github.com/usagepanda/usage-panda-envoy/converters"
	"github.com/usagepanda/usage-panda-envoy/converters/openai"
	"github.com/usagepanda/usage-panda-envoy/policy"
)

// route is where a request goes that is not for the provider of LLM_API_BASE_PATH, and what has to be known to convert its answer.
type route struct {
	to        *policy.Provider
	provider  converters.Provider // the same, with the key that this request brings
	converter converters.Converter
	exchange  converters.Exchange
	whole     bool              // the answer is converted when all of it is there
	stream    converters.Stream // converts an answer that streams; nil if it needs no converting
	out       []byte            // what a piece of a stream became
	holds     bool              // the proxy is to hold a stream that may be complete
	kept      int               // bytes of it that the proxy holds, as they are to pass
	before    []byte            // those bytes, while a piece is taken
	silent    int               // bytes of a stream that came since something came of them
	large     bool              // its room is not worth keeping
}

// clusterHeader names the cluster that a request goes to, for a route of the proxy that picks it by this header (cluster_header). No
// client can choose one: none of its own x-usagepanda-* headers passes.
const clusterHeader = own + "cluster"

var errProviderKey = &openai.Error{Status: 403, Type: "access_denied", Message: "Invalid provider API key"}

// aim finds where a request goes that was judged.
func (s *Stream) aim(model string) *openai.Error {
	targets, err := s.config.Targets(model, s.facts.own.value)
	switch {
	case err != nil:
		return clientError(err)
	case len(targets) == 0: // to the provider of LLM_API_BASE_PATH, as it is
		if !openAIKey(s.facts.authorization, s.plugin.local.KeyFormat) {
			return errOpenAIKey
		}
		return nil
	case s.config.Convert == "upstream": // for each attempt anew, by this module in the cluster's own filters
		if s.request.gone {
			return tooLate(targets[0].Provider)
		}
		if s.ourKey { // it is for the provider of LLM_API_BASE_PATH alone
			s.without("authorization")
		}
		s.host.SetHeader(Request, clusterHeader, targets[0].Provider.Cluster)
		return nil
	}
	return s.take(targets[0])
}

// take makes the target the request's.
func (s *Stream) take(t policy.Target) *openai.Error {
	p := t.Provider
	key := p.Key
	if p.ClientKey {
		switch token, ok := s.clientToken(); {
		case ok:
			key = token
		case key == "":
			return errProviderKey
		}
	}
	r := s.plugin.spareRoute()
	r.to, r.converter = p, converters.Of(p.Kind)
	r.provider = converters.Provider{Kind: p.Kind, Host: p.Host, Base: p.Base, Key: key, Version: p.Version, Resource: p.Resource,
		Project: p.Project, Location: p.Location, MaxTokens: p.MaxTokens, Drop: s.config.Unsupported == "drop"}
	r.exchange.Model = strings.Clone(t.Model) // it may be a piece of the request
	s.route = r
	return nil
}

// defaultKey is the Authorization for the provider of LLM_API_BASE_PATH. The client's own is none where it is meant for somebody else.
func (s *Stream) defaultKey() string {
	if s.ourKey || !s.converts ||
		(s.route == nil || !s.route.to.ClientKey) && openAIKey(s.facts.authorization, s.plugin.local.KeyFormat) {
		return s.facts.authorization
	}
	if key := s.plugin.local.OpenAIKey; key != "" {
		return "Bearer " + key
	}
	return ""
}

// clientToken is the bearer token that the client itself brought.
func (s *Stream) clientToken() (string, bool) {
	if s.ourKey || !openAIKey(s.facts.authorization, "any") {
		return "", false
	}
	_, token, _ := strings.Cut(s.facts.authorization, " ")
	return strings.TrimSpace(token), true
}

// send makes the request the provider's. body is the client's, as the policies left it; edited tells whether they changed it.
func (s *Stream) send(body []byte, edited bool) *openai.Error {
	r := s.route
	if s.request.gone {
		return tooLate(r.to)
	}
	if s.request.came { // while the headers were held: so the host can
		s.plugin.headers = holds
	}
	x := &r.exchange
	x.Provider, x.Endpoint, x.Path, x.Body, x.Created = &r.provider, s.exchange.Endpoint, s.path, body, s.stats.created()
	x.ID = s.newID
	o, err := r.converter.Request(x)
	if err != nil {
		return clientError(err)
	}
	r.large = len(body) > maxSpareRoom
	if len(x.Dropped) > 0 {
		s.exchange.Flags = append(s.exchange.Flags, policy.Flag{Type: "unsupported_fields",
			Description: "The provider " + r.to.Name + " has nothing like these, so they were left out: " + strings.Join(x.Dropped, ", ")})
	}
	for i := range s.in {
		if name := s.in[i][0]; converters.Stray(name) && !o.Sets(name) {
			s.without(name)
		}
	}
	for _, h := range o.Headers {
		if h.Value != "" {
			s.with(h.Name, h.Value)
		}
	}
	s.host.SetHeader(Request, ":authority", o.Host)
	s.host.SetHeader(Request, ":path", o.Path)
	if !s.config.upstream {
		s.host.SetHeader(Request, clusterHeader, r.to.Cluster)
	}
	same := !edited && len(o.Body) == len(body) && (len(body) == 0 || &o.Body[0] == &body[0])
	if !same && s.request.came {
		s.putRequest(o.Body)
	}
	return nil
}

// newID is an id for the answer.
func (s *Stream) newID() string {
	return strconv.FormatInt(int64(s.stats.started), 36) + strconv.FormatUint(uint64(s.host.ID()), 36)
}

// tooLate is the answer where the request's headers have left, so that it can go to no other provider.
func tooLate(p *policy.Provider) *openai.Error {
	return &openai.Error{Status: 501, Type: "server_error", Message: "Usage Panda: a request for the provider " + p.Name +
		" has to be converted before its headers leave; want allow_on_headers_stop_iteration in the proxy's configuration"}
}

// without removes a header of the request, if it has it.
func (s *Stream) without(name string) {
	had := false
	for i := range s.in {
		if s.in[i][0] == name {
			had, s.in[i][0] = true, "" // once is enough
		}
	}
	if had {
		s.host.RemoveHeader(Request, name)
	}
}

// with sets a header of the request, unless the client has sent it so, and once.
func (s *Stream) with(name, value string) {
	same, others := 0, 0
	for i := range s.in {
		switch {
		case s.in[i][0] != name:
		case s.in[i][1] == value:
			same++
		default:
			others++
		}
	}
	if same != 1 || others > 0 {
		s.host.SetHeader(Request, name, value)
	}
}

// has tells whether there is a header of that name.
func (h headers) has(name string) bool {
	for i := range h {
		if h[i][0] == name {
			return true
		}
	}
	return false
}

// clientError is an error that is the client's answer.
func clientError(err error) *openai.Error {
	if e, ok := err.(*openai.Error); ok {
		return e
	}
	return invalid(400, err.Error())
}

// Routes that ended are used again, with the room that they have: as many as maxSpare, and no large ones.
const (
	maxSpare     = 16
	maxSpareRoom = 64 << 10 // bytes of a request, an answer or a piece
)

func (p *Plugin) spareRoute() *route {
	if n := len(p.routes); n > 0 {
		r := p.routes[n-1]
		p.routes = p.routes[:n-1]
		return r
	}
	return &route{}
}

// leave gives the route back, once nothing can be said of the exchange any more.
func (s *Stream) leave() {
	r := s.route
	if r == nil {
		return
	}
	s.route = nil
	if r.large || cap(r.out) > maxSpareRoom || len(s.plugin.routes) >= maxSpare {
		return
	}
	r.exchange.Reset()
	*r = route{exchange: r.exchange, out: r.out[:0]}
	s.plugin.routes = append(s.plugin.routes, r)
}

// routed says in the stats who answered, and after how many attempts.
func (s *Stream) routed(w *openai.Writer) {
	switch {
	case s.route != nil:
		w.String("provider", s.route.to.Name)
	case s.config.Convert == "upstream":
		optional(w, "provider", string(s.host.Property(endpointProvider)))
	}
	if n := integer(s.host.Property("upstream\x00request_attempt_count")); n > 0 {
		w.Int("attempts", int(n))
	}
	if s.config.Convert == "upstream" {
		if noted := string(s.host.Property(tried)); noted != "" {
			attempts(w, noted)
		}
	}
}

// integer reads a property that is a number: eight bytes, the lowest first. It is 0 for any other.
func integer(b []byte) (n int64) {
	if len(b) != 8 {
		return 0
	}
	for i := range b {
		n |= int64(b[i]) << (8 * i)
	}
	return n
}
