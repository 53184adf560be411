package main

// openConns is the number of connections of open loops: more than are ever busy, unless a subject cannot keep up.
const openConns = 16

// fewer are the rounds of what needs longer slices, for a quantile of each.
func (b *bench) fewer() int { return max(1, b.rounds/10) }

// latency is how long whole exchanges take at a rate that leaves Envoy idle for most of the time.
func (b *bench) latency() (rows []row, err error) {
	subjects, err := b.subjects(plain, empty, nothing, redact)
	if err != nil {
		return nil, err
	}
	for _, at := range []struct {
		exchange int
		rate     float64
		quick    bool
	}{
		{0, b.rate, true},
		{2, b.rate / 4, false},
	} {
		if b.quick && !at.quick {
			continue
		}
		e := b.upstream.whole[at.exchange]
		n := max(1, int(at.rate*b.slice(b.fewer()).Seconds()))
		for _, s := range subjects {
			_, _ = s.openLoop(b.ctx, openConns, e, at.rate, n) // a failure will come again
		}
		all, err := interleave(b.ctx, b.fewer(), 2, len(subjects), func(_, i int) ([]float64, error) {
			took, err := subjects[i].openLoop(b.ctx, openConns, e, at.rate, n)
			return quantiles(took, 0.5, 0.99), err
		})
		if err != nil {
			return nil, err
		}
		for measure, name := range []string{"p50", "p99"} {
			r := row{Case: e.name + " at " + number(at.rate) + "/s, " + name, Unit: "us"}
			rows = append(rows, all.rows(r, subjects, 0, measure, more, nil)...)
		}
	}
	return rows, nil
}
