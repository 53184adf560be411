package main

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"text/tabwriter"
)

// row is one result.
type row struct {
	Section string  `json:"section"`
	Case    string  `json:"case"`
	Subject string  `json:"subject"`
	Unit    string  `json:"unit"`
	Value   *spread `json:"value,omitempty"`   // of the rounds; nil where it failed
	Beside  *spread `json:"beside,omitempty"`  // Value beside that of the plain Envoy, or at the beginning, in the same round
	By      string  `json:"by,omitempty"`      // "times" or "more"
	Than    string  `json:"than,omitempty"`    // what Beside is held against
	Target  string  `json:"target,omitempty"`  // what Beside, or Value where there is none, should reach
	Failure string  `json:"failure,omitempty"` // of some rounds, which do not count

	title string
}

// The two ways to put numbers side by side.
const (
	times = "times"
	more  = "more"
)

// of says whose row it is.
func (r row) of(k *kind) row {
	r.Subject, r.title = k.name, k.title
	return r
}

// beside fills in what the rounds of a subject gave, and how that stands to what they gave of the plain one.
func (r row) beside(own, plain []float64, by string) row {
	r.Value = spreadOf(own)
	combine := ratio
	if by == more {
		combine = difference
	}
	if r.Beside = spreadOf(pairs(own, plain, combine)); r.Beside != nil {
		r.By, r.Than = by, "plain"
	}
	return r
}

// once fills in what was measured once, and how that stands to the first of the rows.
func (r row) once(value float64, err error, rows []row) row {
	switch {
	case err != nil:
		r.Failure = fmt.Sprintf("%.160s", err.Error())
	case len(rows) == 0 || rows[0].Value == nil:
		r.Value = &spread{value, value, value}
	default:
		r = r.beside([]float64{value}, []float64{rows[0].Value.Median}, more)
	}
	return r
}

// table prints rows of a section.
func table(w io.Writer, rows []row) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	last := ""
	for _, r := range rows {
		name := r.Case
		if name == last {
			name = ""
		}
		last = r.Case
		value, target := "-", ""
		if r.Value != nil {
			value = number(r.Value.Median) + " " + r.Unit
		}
		if r.Target != "" {
			target = "target: " + r.Target
		}
		if r.Failure != "" {
			target += " FAILED: " + r.Failure
		}
		fmt.Fprintf(t, "  %s\t%s\t%s\t%s\t%s\n", name, r.title, value, r.relation(), target)
	}
	_ = t.Flush()
}

func (r row) relation() string {
	b := r.Beside
	if b == nil {
		return ""
	}
	format, than := number, ""
	unit := ""
	if r.By == times {
		format = func(v float64) string { return fmt.Sprintf("%.2f", v) }
		unit = "x "
	} else {
		format = func(v float64) string { return sign(v) + number(math.Abs(v)) }
		unit = " " + r.Unit + " "
	}
	if r.Than != "plain" {
		than = r.Than + " "
	}
	text := format(b.Median) + unit + than
	if b.Min != b.Max {
		text += fmt.Sprintf("(%s to %s)", format(b.Min), format(b.Max))
	}
	return text
}

func sign(v float64) string {
	if v < 0 {
		return "-"
	}
	return "+"
}

// number has three digits that matter, or all before the point.
func number(v float64) string {
	switch a := math.Abs(v); {
	case a >= 100:
		return fmt.Sprintf("%.0f", v)
	case a >= 10:
		return fmt.Sprintf("%.1f", v)
	}
	return fmt.Sprintf("%.2f", v)
}

func writeJSON(w io.Writer, a about, rows []row) error {
	e := json.NewEncoder(w)
	e.SetIndent("", " ")
	return e.Encode(struct {
		about
		Rows []row `json:"rows"`
	}{a, rows})
}
