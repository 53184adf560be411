package main

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// patience is how long anything may take before it counts as failed.
const patience = 20 * time.Second

// conn is a connection of a client, for one exchange after the other.
type conn struct {
	net.Conn
	r *bufio.Reader
}

func dial(ctx context.Context, address string, buffer int) (*conn, error) {
	d := net.Dialer{Timeout: patience}
	c, err := d.DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	return &conn{c, bufio.NewReaderSize(c, buffer)}, nil
}

// exchange sends a request and reads its answer, which must be a good one.
func (c *conn) exchange(e *exchange) error {
	if _, err := c.Write(e.request); err != nil {
		return err
	}
	return c.answer(e)
}

// answer reads an answer. An error must not count as a fast exchange.
func (c *conn) answer(e *exchange) error {
	h, err := readHead(c.r)
	if err != nil {
		return err
	}
	var why []byte
	var each func([]byte)
	if h.status != 200 {
		each = func(piece []byte) { why = append(why, piece...) }
	}
	n, err := h.body(c.r, each)
	switch {
	case err != nil:
		return err
	case h.status != 200:
		return fmt.Errorf("status %d: %.200s", h.status, why)
	case e.size > 0 && n != e.size:
		return fmt.Errorf("an answer of %d bytes, not %d", n, e.size)
	}
	return nil
}

// clients are connections to a subject, which stay open from one slice to the next.
type clients struct {
	address string
	conns   []*conn
}

// take returns n connections with time enough for what is to come.
func (c *clients) take(ctx context.Context, n int, span time.Duration) ([]*conn, error) {
	for len(c.conns) < n {
		one, err := dial(ctx, c.address, 64<<10)
		if err != nil {
			return nil, err
		}
		c.conns = append(c.conns, one)
	}
	for _, one := range c.conns[:n] {
		_ = one.SetDeadline(time.Now().Add(span + patience))
	}
	return c.conns[:n], nil
}

// drop closes all: after a failure nobody knows what is still to come on which.
func (c *clients) drop() {
	for _, one := range c.conns {
		_ = one.Close()
	}
	c.conns = nil
}

// together runs f for each of n connections at once, and returns one of the errors.
func (c *clients) together(ctx context.Context, n int, span time.Duration, f func(i int, c *conn) error) error {
	conns, err := c.take(ctx, n, span)
	if err != nil {
		return err
	}
	errs := make(chan error, n)
	for i, one := range conns {
		go func() { errs <- f(i, one) }()
	}
	for range conns {
		if e := <-errs; e != nil && err == nil {
			err = e
		}
	}
	if err != nil {
		c.drop()
	}
	return err
}

// closedLoop has each of some connections send a request as soon as the last is answered, for a time or, if that is 0, until there were
// most of them in all. It returns how many there were.
func (c *clients) closedLoop(ctx context.Context, conns int, e *exchange, span time.Duration, most int) (int, error) {
	var begun, done atomic.Int64
	end := time.Now().Add(span)
	err := c.together(ctx, conns, span, func(_ int, one *conn) error {
		for ctx.Err() == nil {
			if span > 0 && time.Now().After(end) || span == 0 && begun.Add(1) > int64(most) {
				return nil
			}
			if span == 0 {
				_ = one.SetDeadline(time.Now().Add(patience))
			}
			if err := one.exchange(e); err != nil {
				return err
			}
			done.Add(1)
		}
		return context.Cause(ctx)
	})
	return int(done.Load()), err
}

// openLoop sends n requests at a constant rate a second, whether or not those before are answered, and returns how long each took in
// microseconds: from the time at which it was due. What waits because the subject is slow, and is sent late, counts as slow.
func (c *clients) openLoop(ctx context.Context, conns int, e *exchange, rate float64, n int) ([]float64, error) {
	interval := time.Duration(float64(time.Second) / rate)
	all, err := c.take(ctx, conns, time.Duration(n)*interval)
	if err != nil {
		return nil, err
	}
	idle := make(chan *conn, conns)
	for _, one := range all {
		idle <- one
	}
	took := make([]float64, n)
	errs := make(chan error, n)
	var wait sync.WaitGroup
	start := time.Now().Add(interval)
	for i := range n {
		due := start.Add(time.Duration(i) * interval)
		sleepUntil(due)
		var one *conn
		select {
		case one = <-idle:
		case err = <-errs:
		case <-ctx.Done():
			err = context.Cause(ctx)
		}
		if err != nil {
			break
		}
		if _, err = one.Write(e.request); err != nil {
			break
		}
		wait.Go(func() {
			if err := one.answer(e); err != nil {
				errs <- err
				return
			}
			took[i] = micros(time.Since(due))
			idle <- one
		})
	}
	wait.Wait()
	select {
	case e := <-errs:
		err = e
	default:
	}
	if err != nil {
		c.drop()
	}
	return took, err
}

// sleepUntil is exact to about 0.1 ms where the system allows that.
func sleepUntil(due time.Time) {
	for d := time.Until(due); d > 0; d = time.Until(due) {
		sleep(d)
	}
}

func micros(d time.Duration) float64 { return float64(d) / float64(time.Microsecond) }
