package main

import (
	"bufio"
	"bytes"
	"fmt"
	"net"
	"sync"
)

// upstream is a provider that costs next to nothing: the stand-in of the tests thinks about what it is asked, which is not to be measured.
type upstream struct {
	address  string
	listener net.Listener
	whole    []*exchange
	other    *exchange // behind the whole ones

	mu    sync.Mutex
	conns map[net.Conn]bool // nil when closed
	slots map[int]*slot
	kept  []byte
}

// serve answers with these exchanges, and with the streams that are opened. Whoever starts it must close it.
func serve(whole []*exchange) (*upstream, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	u := &upstream{address: l.Addr().String(), listener: l, whole: whole, other: conversion(len(whole)), conns: map[net.Conn]bool{}, slots: map[int]*slot{}}
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go u.serve(c)
		}
	}()
	return u, nil
}

func (u *upstream) close() {
	_ = u.listener.Close()
	u.mu.Lock()
	defer u.mu.Unlock()
	for c := range u.conns {
		_ = c.Close()
	}
	u.conns = nil
}

// serve answers on a connection until it ends. What goes wrong here, the client sees as a failure.
func (u *upstream) serve(c net.Conn) {
	defer c.Close()
	u.mu.Lock()
	open := u.conns != nil
	if open {
		u.conns[c] = true
	}
	u.mu.Unlock()
	if !open {
		return
	}
	defer func() {
		u.mu.Lock()
		defer u.mu.Unlock()
		delete(u.conns, c)
	}()
	r := bufio.NewReaderSize(c, 16<<10) // small: it is one of thousands where streams are held open
	for {
		h, err := readHead(r)
		if err != nil {
			return
		}
		var body []byte
		var each func([]byte)
		if h.keep || h.stream {
			each = func(piece []byte) { body = append(body, piece...) }
		}
		n, err := h.body(r, each)
		if err != nil {
			return
		}
		if h.keep {
			u.mu.Lock()
			u.kept = body
			u.mu.Unlock()
		}
		switch {
		case h.stream:
			u.mu.Lock()
			s := u.slots[h.number]
			u.mu.Unlock()
			if s == nil {
				return
			}
			err = s.write(c, bytes.Contains(body, []byte("include_usage")))
		case h.number == len(u.whole):
			_, err = c.Write(u.other.answer)
		case n != u.whole[h.number].size:
			err = refuse(c, fmt.Sprintf("the upstream got %d bytes, not %d", n, u.whole[h.number].size))
		default:
			_, err = c.Write(u.whole[h.number].answer)
		}
		if err != nil {
			return
		}
	}
}

func refuse(c net.Conn, why string) error {
	_, err := fmt.Fprintf(c, "HTTP/1.1 500 Internal Server Error\r\ncontent-type: text/plain\r\ncontent-length: %d\r\n\r\n%s", len(why), why)
	return err
}

// last is the body that was kept last.
func (u *upstream) last() []byte {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.kept
}
