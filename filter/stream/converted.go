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
	for _, h := range s.out {
		if name := converters.HeaderOf(h[0]); name != "" && !s.out.has(name) {
			s.host.SetHeader(Response, name, h[1])
		}
	}
	if e := s.header("content-encoding"); e != "" && !strings.EqualFold(e, "identity") {
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
	status, body := r.converter.Answer(&r.exchange, s.stats.status, s.host.Piece(Response, s.response.size))
	before := s.stats.status
	s.stats.status, s.stats.failed = status, s.stats.failed || status >= 400
	switch {
	case s.config.upstream: // the first filter has the stats
	case s.wantsAnswer():
		var err *openai.Error
		if body, err = s.judgeAnswer(body); err != nil {
			return s.refuseAnswer(err)
		}
	case !s.engine.LogResponse.On && r.exchange.Outlined():
		s.stats.response = r.exchange.Outline(s.stats.response[:0])
	default:
		if p, err := s.skim(body); err == nil {
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
		if s.header("content-type") != "application/json" {
			s.host.SetHeader(Response, "content-type", "application/json")
		}
	}
	s.putAnswer(body)
	return answering
}

// convertPiece is what a piece of a stream says in OpenAI's form. It is good until the next one. What the proxy still holds of the stream is
// before the piece.
func (r *route) convertPiece(piece []byte, end bool) []byte {
	r.before, piece = piece[:r.kept], piece[r.kept:]
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
	r.holds = !end && r.stream.State() == converters.Ended
	return b
}

// putPiece puts what a piece of a stream became in its place, behind what the proxy still holds of the stream. An answer that may be complete
// is held there: its end may come in trailers, when no more can be sent of a body but what is held.
func (s *Stream) putPiece(b []byte) {
	if r := s.route; r != nil {
		if r.kept > 0 {
			b = append(r.before[:r.kept:r.kept], b...)
		}
		r.kept = 0
		if r.holds {
			r.kept = len(b)
		}
	}
	s.host.SetBody(Response, b)
}

// relay passes a piece of a stream on, converted, that nobody here judges.
func (s *Stream) relay(size int, end bool) {
	if size == 0 && !end {
		return
	}
	piece := s.host.Piece(Response, size)
	if b := s.route.convertPiece(piece, end); len(b) > 0 || size > 0 {
		s.putPiece(b)
	}
}

// trailed ends a stream whose end is in trailers.
func (s *Stream) trailed() {
	switch r := s.route; {
	case r == nil || r.stream == nil:
	case r.holds && s.streaming == nil:
		s.relay(r.kept, true)
	case r.holds:
		s.stream(r.kept, true)
	case r.stream.State() != converters.Over && !s.over():
		s.stats.fail(errTruncated)
	}
}

// over tells whether the stream was ended by us.
func (s *Stream) over() bool { return s.streaming != nil && s.streaming.over }
