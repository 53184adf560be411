package policy

import (
	"cmp"
	"slices"

	"github.com/usagepanda/usage-panda-envoy/converters/openai"
)

// Engine runs the policies of one configuration, or of one request that overrides some of it.
type Engine struct {
	*Policies

	redaction string
	sorted    []sorted
}

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
	for _, p := range e.sorted {
		if p.Wants(endpoint, s) {
			return true
		}
	}
	return false
}

// On tells whether any policy is switched on that has to do with the endpoint.
func (e *Engine) On(endpoint openai.Endpoint) bool {
	return e.LogRequest.On || e.LogResponse.On || e.Wants(endpoint, Prompt) || e.Wants(endpoint, Answer)
}

// JudgeRequest flags, redacts and blocks, as far as nobody has to be asked.
func (e *Engine) JudgeRequest(x *Exchange) {
	for _, p := range e.sorted {
		if !p.Wants(x.Endpoint, Prompt) {
			continue
		}
		if p.Checker != nil {
			for _, f := range p.Check(x) {
				x.find(f)
			}
		}
	}
	e.scan(x, Prompt, &x.Request.Document, x.Request.Document.Replace)
}

// JudgeResponse flags, redacts and blocks the whole answer.
func (e *Engine) JudgeResponse(x *Exchange) {
	e.scan(x, Answer, &x.Response.Document, x.Response.Replace)
}

// Ask returns the calls whose answers decide about a request.
func (e *Engine) Ask(x *Exchange) (calls []*Call) {
	for _, p := range e.sorted {
		if p.Asker != nil && p.Wants(x.Endpoint, Prompt) {
			if c := p.Ask(x); c != nil {
				calls = append(calls, c)
			}
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

// scan looks at all texts of a side with each scanner in turn, and then redacts.
func (e *Engine) scan(x *Exchange, s Side, d *openai.Document, replace func(i, start, end int, text string)) {
	var redact []redaction
	for _, p := range e.sorted {
		if p.Scanner == nil || !p.Wants(x.Endpoint, s) {
			continue
		}
		scan := p.Scan(x, s)
		if scan == nil {
			continue
		}
		var names []string
		var worst Action
		for i := range d.Texts {
			found, _ := scan(d.Text(i), true)
			for _, m := range found {
				worst = max(worst, m.Action)
				if !slices.Contains(names, m.Name) {
					names = append(names, m.Name)
				}
				if m.Action == Redact {
					redact = append(redact, redaction{i, m.Start, m.End})
				}
			}
		}
		if worst > None {
			x.flag(p.Describe(s, names), worst == Block)
		}
	}
	for _, r := range merge(redact) {
		replace(r.text, r.start, r.end, e.redaction)
	}
}

// redaction is a place in the text with that number.
type redaction struct{ text, start, end int }

// merge makes one of places that overlap or touch.
func merge(places []redaction) []redaction {
	slices.SortFunc(places, func(a, b redaction) int {
		return cmp.Or(cmp.Compare(a.text, b.text), cmp.Compare(a.start, b.start))
	})
	merged := places[:0]
	for _, p := range places {
		if n := len(merged) - 1; n >= 0 && merged[n].text == p.text && p.start <= merged[n].end {
			merged[n].end = max(merged[n].end, p.end)
			continue
		}
		merged = append(merged, p)
	}
	return merged
}
