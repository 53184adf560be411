package envoytest

import (
	"math/rand/v2"
	"slices"
)

// Way is how a transcript is played.
type Way struct {
	Engine Engine
	Holds  bool
	Cut    Cut        // how bodies come; nil is whole
	Rand   *rand.Rand // nil plays in order; else bodies, ends and events come as they happen to, and sometimes more exchanges at once
	Trace  func(string)
}

// Play plays the transcript in a new Envoy. There is an outcome for each exchange. Faults are the host's rules that the filter broke.
func (t *Transcript) Play(way Way) (outcomes []Outcome, faults []string) {
	e := &Envoy{Engine: way.Engine, Holds: way.Holds, Limit: 32 << 20, Trace: way.Trace, Answer: t.answers()}
	w, err := e.NewWorker(t.Settings)
	if err != nil {
		return nil, []string{"configuration refused: " + err.Error()}
	}
	run := func(pick Pick, copies int, sure bool) {
		var xs []*Exchange
		for range copies {
			xs = append(xs, w.Open(t.exchange(way)))
		}
		Run(pick, xs...)
		for _, x := range xs {
			o := x.outcome(way.Holds && (sure || !x.early), e.Calls)
			o.Learned = way.Holds
			outcomes = append(outcomes, o)
		}
	}
	switch r := way.Rand; {
	case r == nil:
		run(InOrder, 1, true)
	case len(t.Calls) > 0: // once, for there is one answer to each call
		run(Random(r), 1, false)
	case r.IntN(2) == 0: // the first one tells the filter what kind of host it is on
		run(InOrder, 1, true)
		run(Random(r), 1+r.IntN(3), true)
	default:
		run(Random(r), 1+r.IntN(3), false)
	}
	w.Close()
	return outcomes, e.Faults
}

// answers gives each call the answer that is scripted for it, once.
func (t *Transcript) answers() func(Call) Answer {
	unused := slices.Clone(t.Calls)
	return func(c Call) Answer {
		at := slices.IndexFunc(unused, func(s ScriptedCall) bool { return s.want.matches(c) })
		if at < 0 {
			return Answer{Status: 404}
		}
		a := unused[at].Answer
		unused = slices.Delete(unused, at, at+1)
		return a
	}
}

// outcome is what came of the exchange on a host that could hold its headers, or could not. There the headers have to go before the
// filter can refuse the request: the provider has not got what it did not get all of.
func (x *Exchange) outcome(holds bool, calls []Call) Outcome {
	o := Outcome{Holds: holds, Answer: x.Answer, Cut: x.Cut, Calls: calls, Stats: x.Stats()}
	if holds || x.UpstreamEnded {
		o.Upstream = x.Upstream
	}
	return o
}

// exchange is the transcript's exchange, cut up in that way.
func (t *Transcript) exchange(way Way) *Exchange {
	x := &Exchange{Request: way.message(NewRequest(t.Method, t.Path, t.Headers, Whole(t.Body)))}
	if t.Provider.Status == 0 {
		x.Break = 1
	} else {
		answer := way.message(NewAnswer(t.Provider.Status, t.Provider.Headers, Whole(t.Provider.Body)))
		if t.Trailers != nil {
			answer.Trailers = t.Trailers
		}
		x.Provider = func(Message) Message { return answer }
	}
	return x
}

func (w Way) message(m Message) Message {
	if len(m.Body) == 0 {
		return m
	}
	cut := w.Cut
	if w.Rand != nil {
		cut = RandomCut(w.Rand)
		m.EndAlone = w.Rand.IntN(2) == 0
		if w.Rand.IntN(4) == 0 {
			m.Trailers = [][2]string{{"x-end", "1"}}
		}
	}
	if cut != nil {
		m.Body = cut(m.Text())
	}
	return m
}
