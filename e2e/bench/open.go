package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"sync/atomic"
	"time"
)

// openFirst is the number of a stream's events that come before it is held open.
const openFirst = 5

// open is the memory of streams that are open at the same time.
func (b *bench) open() (rows []row, err error) {
	for _, k := range []*kind{plain, nothing, redact} {
		r := row{Case: fmt.Sprintf("%d at once, %d events sent", b.streams, openFirst), Unit: "KiB"}.of(k)
		if k != plain {
			r.Target = "less than +64 KiB"
		}
		var value float64
		err := b.with(k, 1, func(s *subject) (err error) {
			value, err = b.holdOpen(s)
			return err
		})
		rows = append(rows, r.once(value, err, rows))
	}
	return rows, b.ctx.Err()
}

// holdOpen opens streams until all are open, and returns the memory for each in KiB. Then all must end as they should.
func (b *bench) holdOpen(s *subject) (float64, error) {
	if _, _, err := s.streams(b.ctx, b.upstream, busyStreams, newScripts(0), time.Second/2); err != nil {
		return 0, err
	}
	before, err := s.inUse()
	if err != nil {
		return 0, err
	}
	var open atomic.Int64
	all, hold := make(chan struct{}), make(chan struct{})
	scripts := newScripts(0)
	for _, one := range scripts {
		one.first, one.hold = openFirst, hold
		one.waiting = func() {
			if open.Add(1) == int64(b.streams) {
				close(all)
			}
		}
	}
	errs := make(chan error, b.streams)
	opening := make(chan struct{}, 64) // at once
	for i := range b.streams {
		go func() { errs <- b.holdOne(s, b.upstream.open(i, scripts[i%len(scripts)]), opening) }()
	}
	var after float64
	ended := 0
	select {
	case <-all:
		time.Sleep(time.Second)
		after, err = s.inUse()
	case err = <-errs:
		ended, err = 1, errors.Join(errors.New("a stream ended that was to be held open"), err)
	case <-b.ctx.Done():
		err = b.ctx.Err()
	}
	close(hold)
	for range b.streams - ended {
		if e := <-errs; err == nil {
			err = e
		}
	}
	return (after - before) / 1024 / float64(b.streams), err
}

// holdOne opens a stream and reads it to its end.
func (b *bench) holdOne(s *subject, one *slot, opening chan struct{}) error {
	opening <- struct{}{}
	c, err := dial(b.ctx, s.address, 4<<10)
	<-opening
	if err != nil {
		return err
	}
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(patience + time.Duration(b.streams)*20*time.Millisecond))
	return one.read(c, nil)
}

// inUse is the memory in bytes that is resident and not free: what V8 took from the allocator to compile the module, and gave back, would
// otherwise be there for streams to move into without being seen.
func (s *subject) inUse() (float64, error) {
	rss, err := s.RSS()
	if err != nil {
		return 0, err
	}
	client := http.Client{Timeout: patience}
	answer, err := client.Get(s.Admin + "/memory")
	if err != nil {
		return 0, err
	}
	defer answer.Body.Close()
	var m struct {
		Allocated int64 `json:"allocated,string"`
		Physical  int64 `json:"total_physical_bytes,string"`
	}
	if err := json.NewDecoder(answer.Body).Decode(&m); err != nil {
		return 0, fmt.Errorf("envoy: /memory: %w", err)
	}
	return float64(rss - max(0, m.Physical-m.Allocated)), nil
}
