package stream

import (
	"slices"
	"strings"

	"github.com/usagepanda/usage-panda-envoy/converters/openai"
	"github.com/usagepanda/usage-panda-envoy/policy/sha256"
)

var (
	jsonHeaders  = [][2]string{{"content-type", "application/json"}}
	eventHeaders = [][2]string{{"content-type", "text/event-stream"}, {"cache-control", "no-cache"}}
)

// noRetry keeps clients from sending again what would be refused again: OpenAI's SDKs heed it, and others retry every 422.
var noRetry = [2]string{"x-should-retry", "false"}

// invalid is an error of the caller.
func invalid(status int, message string) *openai.Error {
	return &openai.Error{Status: status, Type: "invalid_request", Message: "Usage Panda: " + message}
}

// blocked is the refusal by policies.
func (s *Stream) blocked() *openai.Error {
	return invalid(s.config.BlockStatus, s.exchange.Reason)
}

// refuse answers the request with an error.
func (s *Stream) refuse(e *openai.Error) phase {
	s.stats.fail(e.Message)
	if s.exchange.Request != nil {
		s.stats.keepRequest(s.exchange.Request, s.engine.LogRequest.On)
	}
	if s.streams && strings.Contains(s.facts.accept, "text/event-stream") {
		// The client reads nothing but events. OpenAI's SDKs do not say so, and raise a typed error for the status.
		return s.reply(200, s.cors(eventHeaders, false), openai.ErrorEvents(s.exchange.Endpoint, e))
	}
	h := s.cors(jsonHeaders, false)
	if e.Status < 500 {
		h = append(slices.Clip(h), noRetry)
	}
	return s.reply(e.Status, h, e.Body())
}

// reply answers the request without the provider.
func (s *Stream) reply(status int, h [][2]string, body []byte) phase {
	s.stats.status = status
	if s.saves() {
		s.waiting = &reply{status, h, body}
		return s.save()
	}
	s.host.Reply(status, h, body)
	return replied
}

// reply is an answer of our own that waits until the stats are uploaded.
type reply struct {
	status  int
	headers [][2]string
	body    []byte
}

// cors adds the headers that browsers want: to answers to OPTIONS always, to others where the request has an origin.
func (s *Stream) cors(h [][2]string, always bool) [][2]string {
	if !always && s.facts.origin == "" {
		return h
	}
	h = slices.Clone(h)
	for name, value := range s.plugin.local.CORS {
		h = append(h, [2]string{strings.ToLower(name), value})
	}
	return h
}

// mask makes a user's name unreadable, and keeps it the same for the same proxy, as Usage Panda does.
func mask(user string, proxyID openai.Value) string {
	key := string(proxyID)
	if proxyID.Kind() == '"' {
		key = proxyID.Text()
	}
	mac := sha256.MAC([]byte(key), []byte(user))
	return string(sha256.AppendHex(nil, mac[:8]))
}
