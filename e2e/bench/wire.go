package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"strconv"
)

// head is what is wanted of the head of a request or an answer. This is as little of HTTP/1.1 as Envoy needs on both its sides: net/http
// takes more time for an exchange than Envoy does, and would leave a machine of two processors none to measure with.
type head struct {
	status int // 0 for a request
	length int // of the body in bytes; chunked where it comes in chunks
	number int // of the exchange or the stream that is asked for
	stream bool
	keep   bool // asks the upstream to keep the body
}

const chunked = -1

// The headers that tell the upstream what to answer. Envoy and the module let them pass.
const (
	exchangeHeader = "x-bench-exchange"
	streamHeader   = "x-bench-stream"
	keepHeader     = "x-bench-keep"
)

// readHead reads a head. Names of headers are in small letters, as Envoy writes them.
func readHead(r *bufio.Reader) (h head, err error) {
	line, err := r.ReadSlice('\n')
	if err != nil {
		return h, err
	}
	if status, ok := bytes.CutPrefix(line, []byte("HTTP/1.1 ")); ok && len(status) >= 3 {
		h.status, _ = strconv.Atoi(string(status[:3]))
	}
	for {
		if line, err = r.ReadSlice('\n'); err != nil {
			return h, err
		}
		line = bytes.TrimRight(line, "\r\n")
		if len(line) == 0 {
			return h, nil
		}
		name, value, _ := bytes.Cut(line, []byte(":"))
		value = bytes.TrimSpace(value)
		switch string(name) {
		case "content-length":
			h.length, err = strconv.Atoi(string(value))
		case "transfer-encoding":
			h.length = chunked
		case exchangeHeader:
			h.number, err = strconv.Atoi(string(value))
		case streamHeader:
			h.stream = true
			h.number, err = strconv.Atoi(string(value))
		case keepHeader:
			h.keep = true
		}
		if err != nil {
			return h, fmt.Errorf("header %s: %w", line, err)
		}
	}
}

// body reads the body, hands out its pieces as they come, and returns its length.
func (h head) body(r *bufio.Reader, each func(piece []byte)) (n int, err error) {
	if h.length != chunked {
		return h.length, pass(r, h.length, each)
	}
	for {
		line, err := r.ReadSlice('\n')
		if err != nil {
			return n, err
		}
		size, err := strconv.ParseInt(string(bytes.TrimRight(line, "\r\n")), 16, 32)
		if err != nil {
			return n, fmt.Errorf("chunk: %w", err)
		}
		if size == 0 {
			return n, trailers(r)
		}
		n += int(size)
		if err := pass(r, int(size), each); err != nil {
			return n, err
		}
		if end, err := r.ReadSlice('\n'); err != nil || len(end) != len("\r\n") {
			return n, errors.Join(errors.New("chunk: no end"), err)
		}
	}
}

func trailers(r *bufio.Reader) error {
	for {
		line, err := r.ReadSlice('\n')
		if err != nil || len(bytes.TrimRight(line, "\r\n")) == 0 {
			return err
		}
	}
}

// pass hands out the next n bytes.
func pass(r *bufio.Reader, n int, each func(piece []byte)) error {
	for n > 0 {
		if r.Buffered() == 0 {
			if _, err := r.Peek(1); err != nil {
				return err
			}
		}
		piece, _ := r.Peek(min(n, r.Buffered())) // they are there
		if each != nil {
			each(piece)
		}
		n -= len(piece)
		_, _ = r.Discard(len(piece))
	}
	return nil
}

// chunk is a piece of a body that comes in chunks; of an empty one, the end.
func chunk(piece string) string { return fmt.Sprintf("%x\r\n%s\r\n", len(piece), piece) }
