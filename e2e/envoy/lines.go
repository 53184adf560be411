package envoy

import (
	"bufio"
	"fmt"
	"io"
	"sync"
	"time"
)

// lines keeps what is written to it, and hands it out by lines.
type lines struct {
	mu    sync.Mutex
	copy  io.Writer
	drop  bool // keeps nothing
	data  []byte
	read  int           // bytes that next has returned
	more  chan struct{} // closed, and made anew, when something came
	ended bool
}

func newLines(copy io.Writer, drop bool) *lines {
	return &lines{copy: copy, drop: drop, more: make(chan struct{})}
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.copy != nil {
		_, _ = l.copy.Write(p)
	}
	l.data = append(l.data, p...)
	close(l.more)
	l.more = make(chan struct{})
	return len(p), nil
}

func (l *lines) end() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ended = true
	close(l.more)
	l.more = make(chan struct{})
}

func (l *lines) all() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return string(l.data)
}

// next returns fewer than n lines only with an error.
func (l *lines) next(n int, timeout time.Duration) (got []string, err error) {
	after := time.After(timeout)
	for {
		l.mu.Lock()
		for len(got) < n {
			advance, line, _ := bufio.ScanLines(l.data[l.read:], false)
			if advance == 0 {
				break
			}
			got = append(got, string(line))
			l.read += advance
		}
		more, ended := l.more, l.ended
		l.mu.Unlock()
		if len(got) == n {
			return got, nil
		}
		if ended {
			return got, fmt.Errorf("envoy: ended after %d of %d lines", len(got), n)
		}
		select {
		case <-more:
		case <-after:
			return got, fmt.Errorf("envoy: %d of %d lines came within %v", len(got), n, timeout)
		}
	}
}
