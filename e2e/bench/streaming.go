package main

import "time"

// Streams at once: where their processor time is measured, enough to keep Envoy busy; where their delay is, few enough that none is in the
// way of another, with a pace that is fast for a model and slow for Envoy.
const (
	busyStreams = 16
	calmStreams = 2
	calmPace    = 2 * time.Millisecond
)

// streaming is the processor time of streams, and how long their text is under way.
func (b *bench) streaming() (rows []row, err error) {
	subjects, err := b.subjects(plain, empty, nothing, audit, redact)
	if err != nil {
		return nil, err
	}
	span, busy := b.slice(b.rounds), newScripts(0)
	for _, s := range subjects {
		_, _, _ = s.streams(b.ctx, b.upstream, busyStreams, busy, warm*span) // a failure will come again
	}
	all, err := interleave(b.ctx, b.rounds, 1, len(subjects), func(_, i int) ([]float64, error) {
		return subjects[i].processor(func() (int, error) {
			n, _, err := subjects[i].streams(b.ctx, b.upstream, busyStreams, busy, span)
			return n * events, err
		})
	})
	if err != nil {
		return nil, err
	}
	targets := map[*kind]string{nothing: "at most 1.10x", redact: "at most 1.50x"}
	rows = all.rows(row{Case: "cpu per event", Unit: "us"}, subjects, 0, 0, times, targets)

	span, calm := b.slice(b.fewer()), newScripts(calmPace)
	all, err = interleave(b.ctx, b.fewer(), 3, len(subjects), func(_, i int) ([]float64, error) {
		_, d, err := subjects[i].streams(b.ctx, b.upstream, calmStreams, calm, span)
		return append(quantiles(d.first, 0.5), quantiles(d.characters, 0.5, 0.99)...), err
	})
	if err != nil {
		return nil, err
	}
	first := map[*kind]string{nothing: "less than +1000 us", audit: "less than +1000 us", redact: "less than +1000 us"}
	rows = append(rows, all.rows(row{Case: "request to first text, p50", Unit: "us"}, subjects, 0, 0, more, first)...)
	rows = append(rows, all.rows(row{Case: "delay of a character, p50", Unit: "us"}, subjects, 0, 1, more, nil)...)
	return append(rows, all.rows(row{Case: "delay of a character, p99", Unit: "us"}, subjects, 0, 2, more, nil)...), nil
}
