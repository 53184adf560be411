package stream

import (
	"strconv"
	"strings"

	"github.com/usagepanda/usage-panda-envoy/converters"
	"github.com/usagepanda/usage-panda-envoy/converters/openai"
	"github.com/usagepanda/usage-panda-envoy/policy"
)

// weighConverted decides what there is to do with another provider's answer. Its headers have not left yet. done is false where it is
// OpenAI's own form already.
func (s *Stream) weighConverted() (done bool, refusal *openai.Error) {
	r := s.route
	in := headers(s.host.Headers(Response))
	for _, h := range in {
		if name := converters.HeaderOf(h[0]); name != "" && !in.has(name) {
			s.host.SetHeader(Response, name, h[1])
		}
	}
	if e := in.value("content-encoding"); e != "" && !strings.EqualFold(e, "identity") {
		return true, &openai.Error{Status: 502, Type: "server_error",
			Message: "The provider's answer has the content-encoding " + e + ", which nobody here can read"}
	}
	if s.stats.status < 400 && r.exchange.Stream {
		r.stream = r.converter.Stream(&r.exchange)
	}
	switch {
	case r.stream != nil:
		if !s.response.gone {
			s.host.SetHeader(Response, "content-type", "text/event-stream")
			s.host.RemoveHeader(Response, "content-length")
		}
		if !s.config.upstream {
			s.streamed(s.wantsAnswer())
		}
		return true, nil
	case s.stats.status < 400 && (r.to.Kind == "openai" || r.to.Kind == "azure"):
		return s.config.upstream, nil // nobody there wants more of it
	}
	r.whole, s.response.wanted = true, true
	return true, nil
}

// wantsAnswer tells whether any policy wants the answer.
func (s *Stream) wantsAnswer() bool {
	return !s.config.upstream && s.stats.status/100 == 2 && s.engine.Wants(s.exchange.Endpoint, policy.Answer)
}

// convertAnswer makes an answer OpenAI's, now that it is complete, and has the policies look at it. It returns answering where it passes.
func (s *Stream) convertAnswer() phase {
	r := s.route
	r.large = r.large || s.response.size > maxSpareRoom
	status, body := r.converter.Answer(&r.exchange, s.stats.status, s.host.Body(Response, s.response.size))
	before := s.stats.status
	s.stats.status, s.stats.failed = status, s.stats.failed || status >= 400
	if s.wantsAnswer() {
		var err *openai.Error
		if body, err = s.judgeAnswer(body); err != nil {
			return s.refuseAnswer(err)
		}
	} else if !s.config.upstream {
		if p, err := s.read(body); err == nil {
			s.keepAnswer(p)
		}
	}
	if s.response.size == 0 { // there is nothing that could be replaced
		if s.response.gone {
			return answering
		}
		return s.reply(status, s.cors(jsonHeaders, false), body)
	}
	if !s.response.gone {
		if status != before {
			s.host.SetHeader(Response, ":status", strconv.Itoa(status))
		}
		s.host.SetHeader(Response, "content-type", "application/json")
	}
	s.putAnswer(body)
	return answering
}

// convertPiece is what a piece of a stream says in OpenAI's form. It is good until the next one.
func (r *route) convertPiece(piece []byte, end bool) []byte {
	b := r.out[:0]
	if len(piece) > 0 {
		b = r.stream.Write(b, piece)
	}
	if end {
		b = r.stream.End(b)
	}
	r.out = b
	if r.silent += len(piece); len(b) > 0 {
		r.silent = 0
	}
	return b
}

// relay passes a piece of a stream on, converted, that nobody here judges.
func (s *Stream) relay(size int, end bool) {
	if size == 0 && !end {
		return
	}
	piece := s.host.Piece(Response, size)
	if b := s.route.convertPiece(piece, end); len(b) > 0 || size > 0 {
		s.host.SetBody(Response, b)
	}
}
