package main

import (
	"errors"
	"fmt"
	"time"
)

// starts is how long it takes until an Envoy that is started has answered.
func (b *bench) starts() (rows []row, err error) {
	subjects, err := b.subjects(b.kinds...)
	for _, s := range subjects {
		r := row{Case: "one worker", Unit: "s"}.of(s.kind)
		if s.kind == redact {
			r.Target = "within 5 s"
		}
		rows = append(rows, r.once(s.start.Seconds(), nil, nil))
	}
	return rows, err
}

// resident is the memory of a subject that has settled, in MiB.
func (s *subject) resident() (float64, error) {
	time.Sleep(300 * time.Millisecond)
	bytes, err := s.RSS()
	return float64(bytes) / (1 << 20), err
}

// mixed is what mix does, for the name of a case.
const mixed = "after 1 KB to 1 MB on 4 connections"

// mix is requests of all sizes, about as much work for each, per worker.
func (b *bench) mix(s *subject, workers int) error {
	for _, e := range b.upstream.whole {
		n := max(20, 3000*(1<<10)/e.size) * workers
		if _, err := s.closedLoop(b.ctx, conns*workers, e, 0, n); err != nil {
			return fmt.Errorf("%s: %w", e.name, err)
		}
	}
	return nil
}

// memory is what is resident after the first answer, and after requests of all sizes.
func (b *bench) memory() (rows []row, err error) {
	subjects, err := b.subjects(b.kinds...)
	if err != nil {
		return nil, err
	}
	var fresh, used []row
	for _, s := range subjects {
		value, err := s.resident()
		fresh = append(fresh, row{Case: "after the first answer", Unit: "MiB"}.of(s.kind).once(value, err, fresh))
		if err = b.mix(s, 1); err == nil {
			value, err = s.resident()
		}
		r := row{Case: mixed, Unit: "MiB"}.of(s.kind)
		switch s.kind {
		case redact:
			r.Target = "at most +160 MiB"
		case empty:
			r.Target = "(for comparison)"
		}
		used = append(used, r.once(value, err, used))
	}
	return append(fresh, used...), b.ctx.Err()
}

// workers is what each worker beyond the first has resident, after requests of all sizes.
func (b *bench) workers() (rows []row, err error) {
	const many = 4
	for _, k := range []*kind{plain, nothing, redact} {
		r := row{Case: mixed + " each", Unit: "MiB"}.of(k)
		if k == redact {
			r.Target = "at most +24 MiB"
		}
		var with [many + 1]float64
		var failed error
		for _, n := range []int{1, many} {
			failed = errors.Join(failed, b.with(k, n, func(s *subject) (err error) {
				if err := b.mix(s, n); err != nil {
					return err
				}
				with[n], err = s.resident()
				return err
			}))
		}
		rows = append(rows, r.once((with[many]-with[1])/(many-1), failed, rows))
	}
	return rows, b.ctx.Err()
}

// soaking is how memory grows over many requests.
func (b *bench) soaking() (rows []row, err error) {
	for _, k := range []*kind{plain, redact} {
		var own []row
		done := 0
		err := b.with(k, 1, func(s *subject) error {
			for _, part := range []float64{0.1, 0.5, 1} {
				n := max(int(part*float64(b.soak))-done, 1)
				if _, err := s.closedLoop(b.ctx, conns, b.upstream.whole[0], 0, n); err != nil {
					return err
				}
				value, err := s.resident()
				if err != nil {
					return err
				}
				done += n
				r := row{Case: fmt.Sprintf("after %d", done), Unit: "MiB"}.of(k).once(value, nil, own)
				if r.Beside != nil {
					r.Than, r.Target = "since the first", "flat"
				}
				own = append(own, r)
			}
			return nil
		})
		if err != nil {
			own = append(own, row{Case: fmt.Sprintf("after %d", done), Unit: "MiB"}.of(k).once(0, err, nil))
		}
		rows = append(rows, own...)
	}
	return rows, b.ctx.Err()
}
