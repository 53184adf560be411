package stream

import (
	"strconv"
	"strings"
	"time"

	"github.com/usagepanda/usage-panda-envoy/converters/openai"
	"github.com/usagepanda/usage-panda-envoy/policy"
)

// facts are what the request's headers say, found in one walk.
type facts struct {
	authorization, contentType, contentEncoding, accept, acceptEncoding, origin string
	userAgent, organization                                                     string
	contentLength                                                               int
	own                                                                         headers // Usage Panda's
}

// arrive reads the request's headers.
func (s *Stream) arrive() {
	s.stats.started = s.plugin.proxy.Now()
	s.in = s.host.Headers(Request)
	f := &s.facts
	f.contentLength = -1
	for _, h := range s.in {
		switch h[0] {
		case ":method":
			s.method = h[1]
		case ":path":
			s.path = h[1]
		case "authorization":
			f.authorization = h[1]
		case "content-type":
			f.contentType = h[1]
		case "content-encoding":
			f.contentEncoding = h[1]
		case "accept":
			f.accept = h[1]
		case "accept-encoding":
			f.acceptEncoding = h[1]
		case "user-agent":
			f.userAgent = h[1]
		case "openai-organization":
			f.organization = h[1]
		case "origin":
			f.origin = h[1]
		case "content-length":
			if n, err := strconv.Atoi(h[1]); err == nil {
				f.contentLength = n
			}
		default:
			if strings.HasPrefix(h[0], own) {
				f.own = append(f.own, h)
			}
		}
	}
	path, _, _ := strings.Cut(s.path, "?")
	s.exchange.Endpoint = openai.EndpointOf(path)
}

// onReading goes on when the settings are there, and the request as far as it is wanted.
func (s *Stream) onReading() phase {
	if s.answered { // the proxy has refused the request by itself
		return answering
	}
	if s.plugin.local.upstream {
		return s.onUpstream()
	}
	if s.method == "OPTIONS" {
		return s.reply(200, s.cors(jsonHeaders, true), []byte("{}"))
	}
	if !s.admitted {
		s.admitted = true
		if err := s.admit(); err != nil {
			return s.refuse(err)
		}
	}
	if s.configErr != nil {
		switch {
		case s.configErr == errDenied:
			return s.refuse(errUsagePandaKey)
		case !s.plugin.local.FailOpenConfig:
			return s.refuse(&openai.Error{Status: 500, Type: "server_error", Message: "Server error loading Usage Panda config"})
		}
		s.config, s.configErr = s.plugin.local, nil
	}
	if s.config == nil {
		return reading
	}
	if !s.begun {
		s.begun = true
		if err := s.begin(); err != nil {
			return s.refuse(err)
		}
	}
	switch {
	case s.request.wanted && s.request.size > s.config.MaxBody:
		return s.refuse(s.tooLarge())
	case s.request.ended && s.request.wanted:
		return s.judge()
	case s.request.wanted, s.learning() && !s.request.ended:
		return reading
	}
	return sent
}

// learning tells whether the headers are held to learn the kind of host.
func (s *Stream) learning() bool {
	return s.plugin.headers == unknown && s.probed != 0 && s.released == 0 && !s.request.came
}

var (
	errUsagePandaKey = &openai.Error{Status: 403, Type: "access_denied", Message: "Invalid Usage Panda API"}
	errOpenAIKey     = &openai.Error{Status: 403, Type: "access_denied", Message: "Invalid OpenAI API key"}
)

// admit looks at the keys, and asks for the settings.
func (s *Stream) admit() *openai.Error {
	local := s.plugin.local
	if s.facts.authorization == "" && local.OpenAIKey != "" {
		s.facts.authorization, s.ourKey = "Bearer "+local.OpenAIKey, true
	}
	if !local.LocalMode {
		s.key = strings.Clone(s.facts.own.value(own + "api-key")) // fetches and uploads outlive the exchange
		if s.key == "" {
			s.key = local.APIKey
		}
		if !usagePandaKey(s.key) {
			return errUsagePandaKey
		}
	}
	if !local.converts && !openAIKey(s.facts.authorization, local.KeyFormat) { // else it need not be meant for OpenAI: see aim
		return errOpenAIKey
	}
	if strings.HasPrefix(s.key, "up-chat") && s.exchange.Endpoint != openai.Chat {
		return &openai.Error{Status: 403, Type: "access_denied", Message: "This Usage Panda API key may only be used for chat completions"}
	}
	if local.LocalMode {
		s.config = local
	} else if s.config = s.plugin.settings(s); s.config != nil {
		s.configCached = true
	}
	return nil
}

// begin decides what there is to do with the request, and makes its headers fit for the provider.
func (s *Stream) begin() *openai.Error {
	s.engine = s.config.engine
	if len(s.facts.own) > 0 {
		var err error
		if s.engine, err = s.config.Override(s.engine, s.facts.own.value); err != nil {
			return invalid(400, err.Error())
		}
	}
	endpoint := s.exchange.Endpoint
	if !strings.EqualFold(s.method, "POST") { // some servers take it in any case
		endpoint = openai.Other
	}
	s.converts = s.config.converts && endpoint != openai.Other
	if s.plugin.local.converts && !s.converts && !openAIKey(s.facts.authorization, s.plugin.local.KeyFormat) {
		return errOpenAIKey
	}
	s.request.wanted = endpoint != openai.Other &&
		(s.engine.On(endpoint) || s.converts || s.config.Details || !s.config.LocalMode || s.config.MaskUser || !s.config.AllowStreaming)
	s.reads = s.request.wanted
	if s.request.wanted {
		if e := s.facts.contentEncoding; e != "" && !strings.EqualFold(e, "identity") {
			return invalid(415, "content-encoding "+e+": policies cannot read the body; want it as it is")
		}
		if s.facts.contentLength > s.config.MaxBody {
			return s.tooLarge()
		}
		if s.plugin.headers == unknown && !s.request.ended && !s.request.came {
			s.plugin.probe(s)
		}
	}
	s.rewrite(endpoint)
	return nil
}

// rewrite makes the request's headers fit for the provider.
func (s *Stream) rewrite(endpoint openai.Endpoint) {
	for _, h := range s.facts.own {
		s.host.RemoveHeader(Request, h[0])
	}
	if s.ourKey {
		s.host.SetHeader(Request, "authorization", s.facts.authorization)
		s.in = append(s.in, [2]string{"authorization", s.facts.authorization})
	}
	if s.reads && s.facts.acceptEncoding != "" {
		s.without("accept-encoding") // or the answer could not be read
	}
	path, query, hasQuery := strings.Cut(s.path, "?")
	if endpoint != openai.Other {
		path = endpoint.Path() // what is judged is what is sent
	} else {
		path = openai.WithVersion(path)
	}
	if s.config.basePath != "" {
		path = s.config.basePath + path
	}
	if hasQuery {
		path += "?" + query
	}
	if path != s.path {
		s.host.SetHeader(Request, ":path", path)
	}
	if n := min(s.engine.RetryCount.Retries, policy.MaxRetries); n > 0 {
		s.host.SetHeader(Request, "x-envoy-max-retries", strconv.Itoa(n))
		s.host.SetHeader(Request, "x-envoy-retry-on", "5xx,reset,connect-failure,retriable-status-codes")
		s.host.SetHeader(Request, "x-envoy-retriable-status-codes", "429")
	}
}

// judge has the policies look at the request, now that it is complete.
func (s *Stream) judge() phase {
	x, q := &s.exchange, &s.question
	var raw []byte
	over := prose
	if s.engine.On(x.Endpoint) {
		raw, over = s.host.Body(Request, s.request.size), nil // somebody wants the texts
	} else {
		raw = s.host.Piece(Request, s.request.size) // it is sent at once
	}
	err := q.Skim(x.Endpoint, s.facts.contentType, raw, over)
	if err == nil && over != nil && q.Stream { // the length of the texts stands for a usage that the provider may not tell
		q.Forget()
		err = q.Read(x.Endpoint, s.facts.contentType, raw)
	}
	if err != nil {
		return s.refuse(invalid(400, err.Error()))
	}
	x.Request = q
	if over == nil {
		s.engine.JudgeRequest(x)
	}
	if s.config.MaskUser && q.User != "" {
		q.User = mask(q.User, s.config.ProxyID)
		q.Set("user", `"`+q.User+`"`)
	}
	if !s.config.AllowStreaming && q.Stream {
		q.Stream = false
		q.Set("stream", "false")
	}
	if s.streams = q.Stream; s.streams {
		s.stats.promptChars = q.PromptChars()
		can := x.Endpoint == openai.Chat || x.Endpoint == openai.Completions // others bring it always or never, and do not know the option
		s.asksUsage = q.IncludeUsage || !can
		if !s.asksUsage {
			q.AskUsage()
		}
	}
	switch {
	case x.Reply != nil:
		s.stats.keepRequest(q, s.engine.LogRequest.On)
		body := openai.Reply(x.Endpoint, q.Model, *x.Reply, s.stats.created())
		s.keepResponse(body)
		if s.streams {
			return s.reply(200, s.cors(eventHeaders, false), openai.ReplyEvents(x.Endpoint, q.Model, *x.Reply, s.stats.created(), q.IncludeUsage))
		}
		return s.reply(200, s.cors(jsonHeaders, false), body)
	case x.Blocked:
		return s.refuse(s.blocked())
	}
	if s.converts {
		if err := s.aim(q.Model); err != nil {
			return s.refuse(err)
		}
	}
	for _, c := range s.engine.Ask(x) {
		if err := s.host.Call(s.call(c), func(a Answer) { s.called(c, a) }); err != nil {
			s.callErr = err
			continue
		}
		s.calls++
	}
	return asking
}

// call is a policy's question to the provider.
func (s *Stream) call(c *policy.Call) Call {
	return Call{
		Cluster: s.config.Cluster,
		Headers: [][2]string{
			{":method", "POST"}, {":path", s.config.basePath + c.Path}, {":authority", s.config.host},
			{"authorization", s.defaultKey()}, {"content-type", "application/json"}, {"accept", "application/json"},
		},
		Body:    c.Body,
		Timeout: time.Duration(s.config.CallTimeoutMS) * time.Millisecond,
	}
}

// called takes the answer to a policy's question.
func (s *Stream) called(c *policy.Call, a Answer) {
	s.calls--
	found, err := c.Answer(a.Status, a.Body)
	if err != nil {
		s.callErr = err
	}
	s.engine.Answered(&s.exchange, found)
	s.update()
}

// onAsking goes on when all calls are answered.
func (s *Stream) onAsking() phase {
	if s.answered {
		return answering
	}
	if s.calls > 0 {
		return asking
	}
	if s.callErr != nil {
		s.plugin.proxy.Log(Warn, "request not moderated: "+s.callErr.Error())
		if !s.engine.AutoModerate.FailOpen && !s.exchange.Blocked {
			return s.refuse(&openai.Error{Status: 500, Type: "server_error", Message: "Server error moderating the request"})
		}
	}
	if s.exchange.Blocked {
		return s.refuse(s.blocked())
	}
	q := s.exchange.Request
	if s.route != nil {
		if err := s.send(q.Bytes(), q.Edited()); err != nil {
			return s.refuse(err)
		}
	} else if q.Edited() {
		s.putRequest(q.Bytes())
	}
	s.stats.keepRequest(q, s.engine.LogRequest.On)
	if !s.engine.Wants(s.exchange.Endpoint, policy.Answer) {
		s.dropRequest() // it may be large, and models are slow
	}
	return sent
}

// dropRequest lets go of a request that nobody wants to look at again.
func (s *Stream) dropRequest() {
	if s.exchange.Request != nil {
		s.exchange.Request = nil
		s.question.Forget()
	}
}

// putRequest puts a body in the place of the request's. One in chunks stays one: trailers may follow it.
func (s *Stream) putRequest(body []byte) {
	s.host.SetBody(Request, body)
	if !s.request.gone && s.facts.contentLength >= 0 {
		s.host.SetHeader(Request, "content-length", strconv.Itoa(len(body)))
	}
}

func (s *Stream) tooLarge() *openai.Error {
	return invalid(413, "the body is larger than "+strconv.Itoa(s.config.MaxBody)+" bytes, the most that is judged")
}
