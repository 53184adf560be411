package stream

import (
	"strconv"
	"strings"

	"github.com/usagepanda/usage-panda-envoy/converters/openai"
)

// onAnswering goes on when the answer has come as far as it is wanted.
func (s *Stream) onAnswering() phase {
	b := &s.response
	if !s.weighed {
		s.weighed = true
		if err := s.weigh(); err != nil {
			return s.refuseAnswer(err)
		}
	}
	switch {
	case b.wanted && b.size > s.maxBody():
		return s.refuseAnswer(&openai.Error{Status: 502, Type: "server_error",
			Message: "The provider's answer is larger than " + strconv.Itoa(s.maxBody()) + " bytes, the most that is judged"})
	case !b.ended:
		return answering
	case b.wanted && s.route != nil && s.route.whole:
		if p := s.convertAnswer(); p != answering {
			return p
		}
	case b.wanted:
		if err := s.judgeWhole(); err != nil {
			return s.refuseAnswer(err)
		}
	default:
		if s.waits && s.reads && 0 < b.size && b.size <= maxSeen {
			s.seen = s.host.Body(Response, b.size)
		}
		if s.seen == nil {
			break
		}
		if p, err := s.skim(s.seen); err == nil {
			s.keepAnswer(p)
		}
	}
	s.stats.ended = s.plugin.proxy.Now()
	if s.streaming != nil {
		s.streaming.finish(s)
	}
	if s.saves() {
		return s.save()
	}
	return done
}

func (s *Stream) maxBody() int {
	if s.config == nil {
		return s.plugin.local.MaxBody
	}
	return s.config.MaxBody
}

// weigh decides what there is to do with the answer. Its headers have not left yet.
func (s *Stream) weigh() *openai.Error {
	b := &s.response
	if s.route != nil {
		s.out = s.host.Headers(Response)
	}
	s.stats.status, _ = strconv.Atoi(s.header(":status"))
	if s.plugin.local.upstream && s.route != nil {
		s.try(" " + strconv.Itoa(s.stats.status))
	}
	if s.facts.origin != "" {
		for _, h := range s.cors(nil, true) {
			s.host.SetHeader(Response, h[0], h[1])
		}
	}
	contentType := ""
	if s.stats.status >= 400 || s.reads {
		contentType = s.header("content-type")
	}
	if s.stats.status >= 400 {
		s.stats.failed = true
		ours := strings.HasPrefix(contentType, "text/plain") || s.route != nil // such as for a cluster that there is none of: it has no type
		if ours && !s.plugin.local.upstream && string(s.host.Property("response\x00code_details")) != "via_upstream" {
			return proxyError(s.stats.status)
		}
	}
	if !s.reads { // or the proxy answered before anything was decided
		return nil
	}
	if s.route != nil {
		if done, err := s.weighConverted(); done {
			return err
		}
	}
	wanted := s.request.wanted && s.wantsAnswer()
	encoding := s.header("content-encoding")
	plain := encoding == "" || strings.EqualFold(encoding, "identity")
	s.waits = s.saves()
	switch {
	case wanted && !plain:
		return &openai.Error{Status: 502, Type: "server_error",
			Message: "The provider's answer has the content-encoding " + encoding + ", which no policy can read"}
	case plain && eventStream(contentType):
		s.streamed(wanted)
	case wanted:
		b.wanted = true
	case !plain || !strings.HasPrefix(contentType, "application/json"):
		s.reads = false
	}
	return nil
}

// header is a header of the answer as it came.
func (s *Stream) header(name string) string {
	if s.out != nil {
		return s.out.value(name)
	}
	return s.host.Header(Response, name)
}

// eventStream tells whether a content-type is that of server-sent events.
func eventStream(contentType string) bool {
	const media = "text/event-stream"
	return len(contentType) >= len(media) && strings.EqualFold(contentType[:len(media)], media)
}

// proxyError is what the client is told when the proxy itself answers, in the place of the proxy's plain text.
func proxyError(status int) *openai.Error {
	e := &openai.Error{Status: status, Type: "server_error"}
	switch status {
	case 413:
		e.Type, e.Message = "invalid_request", "Usage Panda: the body is larger than the proxy holds"
	case 500:
		e.Message = "The provider's answer is larger than the proxy holds"
	case 502:
		e.Message = "The provider's answer is not valid HTTP"
	case 503:
		e.Message = "The provider cannot be reached"
	case 408, 504:
		e.Message = "The provider did not answer in time"
	default:
		e.Message = "The proxy refused the request"
		if status < 500 {
			e.Type = "invalid_request"
		}
	}
	return e
}

// judgeAnswer has the policies look at a whole answer, and returns it as they left it.
func (s *Stream) judgeAnswer(body []byte) ([]byte, *openai.Error) {
	p, err := s.read(body)
	if err != nil {
		return nil, &openai.Error{Status: 502, Type: "server_error", Message: "The provider's answer is not a JSON object, so that no policy could judge it"}
	}
	x := &s.exchange
	x.Response = p
	s.engine.JudgeResponse(x) // an error, too: some providers send what was written until then along with it
	s.keepAnswer(p)
	if x.Blocked {
		return nil, s.blocked()
	}
	return p.Bytes(), nil
}

// judgeWhole has the policies look at the answer, now that it is complete.
func (s *Stream) judgeWhole() *openai.Error {
	before := s.host.Body(Response, s.response.size)
	body, err := s.judgeAnswer(before)
	if err != nil || len(body) == len(before) && &body[0] == &before[0] { // nobody edited it
		return err
	}
	s.putAnswer(body)
	return nil
}

// putAnswer puts a body in the place of the answer's. One in chunks stays one.
func (s *Stream) putAnswer(body []byte) {
	s.host.SetBody(Response, body)
	if !s.response.gone && s.header("content-length") != "" {
		s.host.SetHeader(Response, "content-length", strconv.Itoa(len(body)))
	}
}

// keepAnswer notes what the stats want of an answer.
func (s *Stream) keepAnswer(p *openai.Response) {
	s.stats.failed = s.stats.failed || p.Failed
	s.stats.keep(p, s.engine.LogResponse.On)
	s.seen = nil
}

// refuseAnswer puts an error in the place of the answer. Where its headers have left, only the body can say so.
func (s *Stream) refuseAnswer(e *openai.Error) phase {
	s.stats.fail(e.Message)
	if s.response.gone {
		s.host.SetBody(Response, e.Body())
		switch {
		case !s.response.ended:
			s.plugin.cut(s)
		case s.saves():
			return s.save()
		}
		return replied
	}
	h := s.cors(jsonHeaders, false)
	if e.Status < 500 {
		h = append(h[:len(h):len(h)], noRetry)
	}
	return s.reply(e.Status, h, e.Body())
}
