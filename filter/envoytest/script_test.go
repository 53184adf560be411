package envoytest

import (
	"fmt"
	"strings"
	"time"

	"github.com/usagepanda/usage-panda-envoy/filter/stream"
)

// script is an engine whose module does what it is told: by the callback's name, such as "request body 3" or "request body", a list of
// steps. It notes all callbacks.
type script struct {
	steps map[string]string
	seen  []string
}

type scripted struct {
	*script
	w *Worker
}

func (s *script) start(w *Worker, _ string) (module, error) {
	return scripted{s, w}, nil
}

// did notes a callback, and takes its steps.
func (s scripted) did(name, detail string) stream.Action {
	full := strings.TrimSpace(name + " " + detail)
	s.seen = append(s.seen, full)
	steps, ok := s.steps[full]
	if !ok {
		steps = s.steps[name]
	}
	a := stream.Continue
	for step := range strings.SplitSeq(steps, ", ") {
		verb, rest, _ := strings.Cut(step, " ")
		side := stream.Request
		if of, after, ok := strings.Cut(rest, " "); of == "response" {
			side, rest = stream.Response, after
		} else if of == "request" && ok {
			rest = after
		}
		switch verb {
		case "":
		case "pause":
			a = stream.Pause
		case "see":
			b, _ := s.w.getBody(side)
			s.seen = append(s.seen, fmt.Sprintf("%d headers and %q", len(s.w.getHeaders(side)), b))
		case "body":
			s.w.setBody(side, []byte(rest))
		case "header":
			name, value, _ := strings.Cut(rest, "=")
			s.w.setHeader(side, name, value)
		case "remove":
			s.w.removeHeader(side, rest)
		case "resume":
			s.w.resume(side)
		case "reply":
			s.w.sendReply(418, [][2]string{{"x-mine", "1"}}, []byte(rest))
		case "close":
			s.w.closeStream()
		case "call":
			s.w.send(Call{rest, [][2]string{{":method", "POST"}, {":path", "/"}, {":authority", "a"}}, "", time.Second})
		case "as":
			s.w.setEffective(2)
		case "still":
			s.w.setTick(0)
		case "tick":
			s.w.setTick(20 * time.Millisecond)
		default:
			panic("no step " + step)
		}
	}
	return a
}

func (s scripted) open(uint32) {}
func (s scripted) headers(_ uint32, side stream.Side, _ int, end bool) stream.Action {
	return s.did(sideName(side)+" headers", ending(end))
}
func (s scripted) body(_ uint32, side stream.Side, n int, end bool) stream.Action {
	return s.did(sideName(side)+" body", strings.TrimSpace(fmt.Sprint(n, " ", ending(end))))
}
func (s scripted) trailers(_ uint32, side stream.Side, _ int) stream.Action {
	return s.did(sideName(side)+" trailers", "")
}
func (s scripted) called(uint32, Answer) { s.w.setEffective(2); s.did("called", "") }
func (s scripted) tick()                 { s.did("tick", "") }
func (s scripted) done(uint32)           { s.did("done", "") }
func (s scripted) shutdown()             {}
func (s scripted) close()                {}

func ending(end bool) string {
	if end {
		return "end"
	}
	return ""
}

// steps reads "callback: step, step; callback: step".
func steps(text string) map[string]string {
	m := map[string]string{}
	for part := range strings.SplitSeq(text, "; ") {
		name, list, _ := strings.Cut(part, ": ")
		m[name] = list
	}
	return m
}

// play plays an exchange with a request of "abc" and "def", and an answer of "HELLO" and "WORLD", and says what came of it.
func (s *script) play(e *Envoy, x *Exchange) string {
	e.Engine = s
	e.Answer = func(Call) Answer { return Answer{Status: 200} }
	w, err := e.NewWorker("")
	if err != nil {
		return err.Error()
	}
	if x.Request.Headers == nil {
		x.Request = NewRequest("POST", "/x", [][2]string{{"transfer-encoding", "chunked"}}, [][]byte{[]byte("abc"), []byte("def")})
		x.Request.EndAlone = true
	}
	if x.Provider == nil {
		x.Provider = func(Message) Message {
			return NewAnswer(200, [][2]string{{"transfer-encoding", "chunked"}}, [][]byte{[]byte("HELLO"), []byte("WORLD")})
		}
	}
	Run(InOrder, w.Open(x))
	out := strings.Join(s.seen, "; ")
	if x.Upstream != nil {
		out += fmt.Sprintf(" | up %q", x.Upstream.Body)
	}
	if x.Answer != nil {
		out += fmt.Sprintf(" | down %s %q", x.Answer.Header(":status"), x.Answer.Body)
	}
	if x.Cut {
		out += " cut"
	}
	for _, f := range e.Faults {
		text, _, _ := strings.Cut(f, " (in ")
		out += " | FAULT " + text
	}
	return out
}
