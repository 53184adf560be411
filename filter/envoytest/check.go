package envoytest

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Outcome is what came of an exchange.
type Outcome struct {
	Holds    bool     // the host could hold the request's headers until the body was there
	Learned  bool     // the filter may have learned since that the host can hold the answer's
	Upstream *Message // what the provider got; nil for nothing
	Answer   *Message // what the client got; nil for nothing
	Cut      bool     // the answer broke off
	Calls    []Call
	Stats    string // the stats line
}

// Check compares an outcome with what the transcript wants on such a host. It returns the difference, "" for none.
func (t *Transcript) Check(o Outcome) string {
	e := t.passesOn
	if o.Holds {
		e = t.holds
	}
	d := t.check(o, e)
	if d != "" && o.Learned {
		e.answer, e.stats = t.holds.answer, t.holds.stats
		d = t.check(o, e)
	}
	return d
}

func (t *Transcript) check(o Outcome, e expected) string {
	var want, got document
	t.compareCalls(o.Calls, &want, &got)
	if e.upstream != nil {
		want.add("upstream", e.upstream.String())
	}
	if m := o.Upstream; m != nil {
		got.add("upstream", e.upstream.render(m.Header(":method")+" "+m.Header(":path"), m.Headers, m.Text()))
	}
	want.add("answer", undated(e.answer.String()))
	if m := o.Answer; m != nil {
		first := m.Header(":status")
		if o.Cut || strings.HasSuffix(e.answer.first, " cut") { // it may be cut, it need not
			first += " cut"
		}
		got.add("answer", undated(e.answer.render(first, m.Headers, m.Text())))
	}
	if e.stats != "" {
		var line struct {
			Message json.RawMessage `json:"message"`
		}
		if err := json.Unmarshal([]byte(o.Stats), &line); err != nil {
			line.Message = json.RawMessage(fmt.Sprintf("%q", "no stats line: "+err.Error()))
		}
		if strings.ContainsAny(o.Stats, "\r\n") {
			want.add("one line", "")
			got.add("one line", o.Stats)
		}
		findings := strings.Contains(e.stats, `"findings"`) // the transcript is about them
		want.add("stats", settled(e.stats, findings))
		got.add("stats", settled(string(line.Message), findings))
	}
	return diff(want.String(), got.String())
}

// made is when an answer was made that no model made: its id says so.
var made = regexp.MustCompile(`(usagepanda","object":"[a-z._]+","created(?:_at)?":)\d+`)

// converted is the time of an answer that was converted: the present, which is after that of any answer that a transcript has.
var converted = regexp.MustCompile(`("created":)(?:17[6-9]|1[89]\d)\d{7}\b`)

// undated is an answer, or stats, without the time when it was made.
func undated(answer string) string {
	return converted.ReplaceAllString(made.ReplaceAllString(answer, "${1}0"), "${1}0")
}

// compareCalls matches calls with those that are scripted; their order does not matter.
func (t *Transcript) compareCalls(calls []Call, want, got *document) {
	rest := slices.Clone(calls)
	for _, c := range t.Calls {
		text := c.want
		text.body = steady(text.body)
		want.add("call", text.String())
		if at := slices.IndexFunc(rest, c.want.matches); at >= 0 {
			got.add("call", text.String())
			rest = slices.Delete(rest, at, at+1)
		}
	}
	for _, c := range rest {
		s := section{first: c.String(), lines: c.Headers, body: steady(c.Body)}
		got.add("call", s.String())
	}
}

// matches tells whether that is the call that the section wants.
func (s section) matches(c Call) bool {
	s.body = steady(s.body)
	return s.String() == s.render(c.String(), c.Headers, steady(c.Body))
}

// steady is a call's body; stats, which have metadata, are without what changes from run to run.
func steady(body string) string {
	var stats struct{ Metadata json.RawMessage }
	if json.Unmarshal([]byte(body), &stats) != nil || stats.Metadata == nil {
		return body
	}
	return settled(body, true)
}

func (s *section) String() string {
	var b strings.Builder
	b.WriteString(s.first + "\n")
	for _, l := range s.lines {
		if strings.HasPrefix(l[0], "!") {
			b.WriteString(l[0] + "\n")
		} else {
			b.WriteString(l[0] + ": " + l[1] + "\n")
		}
	}
	if s.body != "" {
		b.WriteString("\n" + s.body + "\n")
	}
	return b.String()
}

// render writes a message as the section would be if the message were right: with the headers that the section is about; all of them
// where there is no section.
func (s *section) render(first string, headers [][2]string, body string) string {
	if s == nil {
		s = &section{lines: headers}
	}
	got := section{first: first, body: body}
	seen := map[string]bool{}
	for _, l := range s.lines {
		name := strings.TrimPrefix(l[0], "!")
		if seen[name] {
			continue
		}
		seen[name] = true
		there := false
		for _, h := range headers {
			if h[0] == name {
				got.lines = append(got.lines, h)
				there = true
			}
		}
		if !there {
			got.lines = append(got.lines, [2]string{"!" + name, ""})
		}
	}
	return got.String()
}

// settled is stats without what changes from run to run, and without the places of findings where nobody wants them, indented, with the keys in order. What is no JSON stays as it is.
func settled(stats string, findings bool) string {
	var v map[string]any
	if json.Unmarshal([]byte(undated(stats)), &v) != nil {
		return stats
	}
	if !findings {
		delete(v, "findings")
	}
	delete(v, "attempts")                                                                                    // Envoy's own count, which the model has none of
	if r, ok := v["response"].(map[string]any); ok && strings.HasSuffix(fmt.Sprint(r["id"]), "usagepanda") { // made without a model
		delete(r, "created")
	}
	if m, ok := v["metadata"].(map[string]any); ok {
		delete(m, "latency")
		delete(m, "time_to_first_token")
		delete(m, "tokens_per_second")
		delete(m, "time")
	}
	out, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return stats
	}
	return string(out)
}

// document is a list of sections as text.
type document struct{ strings.Builder }

func (d *document) add(name, text string) {
	d.WriteString("-- " + name + " --\n" + strings.TrimSuffix(text, "\n") + "\n")
}

// diff marks the lines that are wanted with "-", and those that came with "+".
func diff(want, got string) string {
	if want == got {
		return ""
	}
	a, b := strings.Split(want, "\n"), strings.Split(got, "\n")
	same := make([][]int, len(a)+1) // the number of lines that a[i:] and b[j:] have in common
	for i := range same {
		same[i] = make([]int, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				same[i][j] = same[i+1][j+1] + 1
			} else {
				same[i][j] = max(same[i+1][j], same[i][j+1])
			}
		}
	}
	var d strings.Builder
	for i, j := 0, 0; i < len(a) || j < len(b); {
		switch {
		case i < len(a) && j < len(b) && a[i] == b[j]:
			d.WriteString("  " + a[i] + "\n")
			i, j = i+1, j+1
		case j == len(b) || i < len(a) && same[i+1][j] >= same[i][j+1]:
			d.WriteString("- " + a[i] + "\n")
			i++
		default:
			d.WriteString("+ " + b[j] + "\n")
			j++
		}
	}
	return d.String()
}
