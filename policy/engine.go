package policy

import (
	"github.com/usagepanda/usage-panda-envoy/converters/openai"
)

// Engine runs the policies of one configuration, or of one request that overrides some of it. It is used by one thread.
type Engine struct {
	*Policies

	redaction string
	sorted    []sorted
	plans     [openai.Responses + 1][2]plan // by endpoint and side
}

// plan is what is done about a side of an endpoint's exchanges. It is made when the first one comes.
type plan struct {
	made     bool
	wanted   bool
	checkers []Checker
	askers   []Asker
	scanners []int // their numbers
	whole    look  // at whole texts, with the functions that serve every exchange
}

// sorted is a policy with what it does; nil for what it does not.
type sorted struct {
	Policy
	Checker
	Scanner
	Asker
	constant bool
}

// newEngine sorts the policies by what they do.
func newEngine(p *Policies, redaction string) *Engine {
	e := &Engine{Policies: p, redaction: redaction, sorted: make([]sorted, 0, 12)}
	for _, q := range p.ordered() {
		s := sorted{Policy: q}
		s.Checker, _ = q.(Checker)
		s.Scanner, _ = q.(Scanner)
		s.Asker, _ = q.(Asker)
		_, s.constant = q.(constant)
		e.sorted = append(e.sorted, s)
	}
	return e
}

// plan returns what is done about a side.
func (e *Engine) plan(endpoint openai.Endpoint, s Side) *plan {
	l := &e.plans[endpoint][s]
	if l.made {
		return l
	}
	l.made = true
	for i := range e.sorted {
		p := &e.sorted[i]
		if !p.Wants(endpoint, s) {
			continue
		}
		l.wanted = true
		if p.Checker != nil && s == Prompt {
			l.checkers = append(l.checkers, p.Checker)
		}
		if p.Asker != nil && s == Prompt {
			l.askers = append(l.askers, p.Asker)
		}
		if p.Scanner != nil {
			l.scanners = append(l.scanners, i)
		}
	}
	return l
}

// Wants tells whether any policy wants that side of the endpoint's exchanges.
func (e *Engine) Wants(endpoint openai.Endpoint, s Side) bool { return e.plan(endpoint, s).wanted }

// On tells whether any policy is switched on that has to do with the endpoint.
func (e *Engine) On(endpoint openai.Endpoint) bool {
	return e.LogRequest.On || e.LogResponse.On || e.Wants(endpoint, Prompt) || e.Wants(endpoint, Answer)
}

// JudgeRequest flags, redacts and blocks, as far as nobody has to be asked.
func (e *Engine) JudgeRequest(x *Exchange) {
	for _, c := range e.plan(x.Endpoint, Prompt).checkers {
		for _, f := range c.Check(x) {
			x.find(f)
		}
		if x.Reply != nil { // at once: nobody else has a say
			return
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
	for _, a := range e.plan(x.Endpoint, Prompt).askers {
		calls = append(calls, a.Ask(x)...)
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
	l := e.whole(x, s)
	if len(l.parts) == 0 {
		l.x = nil
		return
	}
	seams := l.seams(d)
	for i := range d.Texts {
		text := d.Text(i)
		found := l.at(text)
		if more := seams[i]; more != nil {
			found = append(found, more...)
			inOrder(found)
		}
		if len(found) == 0 {
			continue
		}
		l.note(found, d.Texts[i].Message, 0)
		for _, r := range l.redactions(text, found) {
			replace(i, r.start, r.end, r.text)
		}
	}
	l.flag()
	l.x = nil
}
