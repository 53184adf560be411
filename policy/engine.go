package policy

import (
	"github.com/usagepanda/usage-panda-envoy/converters/openai"
)

// Engine runs the policies of one configuration, or of one request that overrides some of it. It is used by one thread.
type Engine struct {
	*Policies

	redaction string
	sorted    []sorted
	wants     [openai.Responses + 1]wants
}

// wants is what the policies want of an endpoint, once somebody has asked.
type wants struct{ known, prompt, answer bool }

// sorted is a policy with what it does; nil for what it does not.
type sorted struct {
	Policy
	Checker
	Scanner
	Asker
}

// newEngine sorts the policies by what they do.
func newEngine(p *Policies, redaction string) *Engine {
	e := &Engine{Policies: p, redaction: redaction, sorted: make([]sorted, 0, 12)}
	for _, q := range p.ordered() {
		s := sorted{Policy: q}
		s.Checker, _ = q.(Checker)
		s.Scanner, _ = q.(Scanner)
		s.Asker, _ = q.(Asker)
		e.sorted = append(e.sorted, s)
	}
	return e
}

// Wants tells whether any policy wants that side of the endpoint's exchanges.
func (e *Engine) Wants(endpoint openai.Endpoint, s Side) bool {
	w := &e.wants[endpoint]
	if !w.known {
		w.known = true
		for i := range e.sorted {
			w.prompt = w.prompt || e.sorted[i].Wants(endpoint, Prompt)
			w.answer = w.answer || e.sorted[i].Wants(endpoint, Answer)
		}
	}
	if s == Prompt {
		return w.prompt
	}
	return w.answer
}

// On tells whether any policy is switched on that has to do with the endpoint.
func (e *Engine) On(endpoint openai.Endpoint) bool {
	return e.LogRequest.On || e.LogResponse.On || e.Wants(endpoint, Prompt) || e.Wants(endpoint, Answer)
}

// JudgeRequest flags, redacts and blocks, as far as nobody has to be asked.
func (e *Engine) JudgeRequest(x *Exchange) {
	for i := range e.sorted {
		if p := &e.sorted[i]; p.Checker != nil && p.Wants(x.Endpoint, Prompt) {
			for _, f := range p.Check(x) {
				x.find(f)
			}
			if x.Reply != nil { // at once: nobody else has a say
				return
			}
		}
	}
	e.scan(x, Prompt, &x.Request.Document, x.Request.Replace)
}

// JudgeResponse flags, redacts and blocks the whole answer.
func (e *Engine) JudgeResponse(x *Exchange) {
	e.scan(x, Answer, &x.Response.Document, x.Response.Replace)
}

// Ask returns the calls whose answers decide about a request.
func (e *Engine) Ask(x *Exchange) (calls []*Call) {
	for i := range e.sorted {
		if p := &e.sorted[i]; p.Asker != nil && p.Wants(x.Endpoint, Prompt) {
			calls = append(calls, p.Ask(x)...)
		}
	}
	return calls
}

// Answered records what a call's answer says.
func (e *Engine) Answered(x *Exchange, found []Finding) {
	for _, f := range found {
		x.find(f)
	}
}

// scan looks at all texts of a side, flags, and redacts.
func (e *Engine) scan(x *Exchange, s Side, d *openai.Document, replace func(i, start, end int, text string)) {
	l := e.look(x, s)
	scan := l.fresh(None, Block)
	if scan == nil {
		return
	}
	for i := range d.Texts {
		found, _ := scan(d.Text(i), true)
		l.note(found)
		for _, r := range redactions(found) {
			replace(i, r.start, r.end, e.redaction)
		}
	}
	l.flag()
}
