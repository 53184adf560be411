package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usagepanda/usage-panda-envoy/policy"
	"github.com/usagepanda/usage-panda-envoy/wordlists"
)

func TestBody(t *testing.T) {
	for _, c := range []struct{ message, body, rest string }{
		{"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhelloHTTP", "hello", "HTTP"},
		{"HTTP/1.1 200 OK\r\nx: y\r\n\r\nHTTP", "", "HTTP"},
		{"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n2\r\n a\r\n0\r\n\r\nHTTP", "hello a", "HTTP"},
		{"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\n\n\r\n0\r\nx: y\r\n\r\nHTTP", "\n", "HTTP"},
	} {
		r := bufio.NewReader(iotest.OneByteReader(strings.NewReader(c.message)))
		h, err := readHead(r)
		require.NoError(t, err, "%q", c.message)
		require.Equal(t, 200, h.status, "%q", c.message)
		var body []byte
		n, err := h.body(r, func(piece []byte) { body = append(body, piece...) })
		require.NoError(t, err, "%q", c.message)
		require.Equal(t, c.body, string(body), "%q", c.message)
		require.Equal(t, len(c.body), n, "%q", c.message)
		rest := make([]byte, len(c.rest))
		_, err = r.Read(rest[:1])
		require.NoError(t, err, "%q", c.message)
		require.Equal(t, c.rest[0], rest[0], "%q", c.message)
	}
	for _, broken := range []string{
		"HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\ncontent-length: five\r\n\r\n", "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhell",
		"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello", "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nx\r\n",
		"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nhello\r\n0\r\n\r\n",
	} {
		r := bufio.NewReader(strings.NewReader(broken))
		h, err := readHead(r)
		if err == nil {
			_, err = h.body(r, nil)
		}
		require.Error(t, err, "%q", broken)
	}
}

// TestDirect has the clients talk to the upstream with nothing between them.
func TestDirect(t *testing.T) {
	u, err := serve(exchanges())
	require.NoError(t, err)
	defer u.close()
	ctx := context.Background()
	s := &subject{kind: plain, clients: clients{address: u.address}}
	defer s.drop()
	for _, e := range u.whole {
		require.NoError(t, s.verify(ctx, u, e), e.name)
		require.Len(t, u.last(), e.size, e.name)
		require.True(t, json.Valid(u.last()), e.name)
		require.True(t, bytes.HasPrefix(u.last(), []byte(`{"model"`)), e.name)
		n, err := s.closedLoop(ctx, 2, e, 0, 7)
		require.NoError(t, err, e.name)
		require.Equal(t, 7, n, e.name)
	}
	took, err := s.openLoop(ctx, 2, u.whole[0], 1000, 20)
	require.NoError(t, err)
	require.Len(t, took, 20)
	for _, pace := range []time.Duration{0, 50 * time.Microsecond} {
		n, d, err := s.streams(ctx, u, 2, newScripts(pace), time.Microsecond)
		require.NoError(t, err, "pace %v", pace)
		require.Equal(t, 2, n, "pace %v", pace)
		require.Len(t, d.first, n, "pace %v", pace)
		require.Len(t, d.characters, n*events*eventSize, "pace %v", pace)
	}
}

// TestFailures: what is not what was asked for must not count.
func TestFailures(t *testing.T) {
	all := exchanges()
	u, err := serve(all)
	require.NoError(t, err)
	defer u.close()
	s := &subject{kind: plain, clients: clients{address: u.address}}
	defer s.drop()
	for what, wrong := range map[string]*exchange{
		"request": {size: all[1].size, request: bytes.ReplaceAll(all[0].request, []byte("exchange: 0"), []byte("exchange: 1"))},
		"answer":  {size: all[0].size + 1, request: all[0].request},
	} {
		_, err = s.closedLoop(context.Background(), 1, wrong, 0, 1)
		require.Error(t, err, what)
		_, err = s.openLoop(context.Background(), 1, wrong, 1000, 3)
		require.Error(t, err, what)
	}
	another := newScript(0, 0)
	another.pieces[7] = chunk(event(`{"content":"another text"}`, "null"))
	_, _, err = s.streams(context.Background(), u, 1, []*script{another}, time.Microsecond)
	require.ErrorContains(t, err, "other text")
}

// TestTexts: where a list finds a word, what is measured is not what is meant.
func TestTexts(t *testing.T) {
	lists := wordlists.Set(1<<wordlists.Profanity | 1<<wordlists.Adult | 1<<wordlists.DAN)
	for _, s := range newScripts(0) {
		require.Len(t, s.text, events*eventSize)
		scanner := wordlists.Builtin().Scanner(lists)
		found, _ := scanner.Scan(s.text, true)
		require.Empty(t, found, s.text)
	}
	for _, e := range exchanges() {
		for _, text := range [][]byte{e.request, e.answer} {
			scanner := wordlists.Builtin().Scanner(lists)
			found, _ := scanner.Scan(string(text), true)
			require.Empty(t, found, e.name)
			require.Equal(t, strings.HasSuffix(e.name, "a word"), bytes.Contains(text, []byte(word)), e.name)
		}
	}
}

func TestSettings(t *testing.T) {
	for _, k := range []*kind{nothing, audit, redact} {
		_, err := policy.ParseSettings([]byte(k.settings), func(string) (string, bool) { return "", false })
		require.NoError(t, err, k.name)
	}
}
