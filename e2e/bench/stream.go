package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"strings"
	"sync/atomic"
	"time"
)

// A stream has this many events with text, each in a write of its own. The first and the last event have none.
const (
	events    = 50
	eventSize = 12 // characters
)

// script is what a stream is made of. What is written of it are chunks of HTTP.
type script struct {
	body    string // of the request
	begin   string
	pieces  [events]string // the events with text
	end     string
	usage   string // the end where the usage is asked for
	text    string
	pace    time.Duration // from one event to the next; 0 writes each when the one before has reached the client
	first   int           // events after which it waits, if hold is not nil
	hold    chan struct{} // until this is closed
	waiting func()        // is called when it begins to wait
}

// lull is how long a stream without a pace waits for an event that does not come, as where the subject holds back what may be a word.
const lull = 2 * time.Millisecond

// newScripts are some with different text: what a subject holds back, because a word may come of it, depends on that.
func newScripts(pace time.Duration) []*script { return scripts(pace, newScript) }

func scripts(pace time.Duration, one func(pace time.Duration, seed uint64) *script) []*script {
	all := make([]*script, 32)
	for i := range all {
		all[i] = one(pace, uint64(i))
	}
	return all
}

// newScript is a stream of OpenAI's.
func newScript(pace time.Duration, seed uint64) *script {
	s := &script{text: streamText(seed), pace: pace, body: streamBody,
		begin: chunk(event(`{"role":"assistant","content":"","refusal":null}`, "null"))}
	s.each(func(text string) string { return event(`{"content":"`+text+`"}`, "null") })
	stop, done := chunk(event(`{}`, `"stop"`)), chunk("data: [DONE]\n\n")
	s.end = stop + done
	s.usage = stop + chunk(eventHead+`"choices":[],"usage":{"prompt_tokens":40,"completion_tokens":150,"total_tokens":190}}`+"\n\n") + done
	return s
}

// each makes the events with text.
func (s *script) each(event func(text string) string) {
	for i := range s.pieces {
		s.pieces[i] = chunk(event(s.text[i*eventSize:][:eventSize]))
	}
}

// streamText is what all events of a stream say.
func streamText(seed uint64) string {
	// Only what is one byte for one character, so that counting one counts the other.
	text := strings.Map(func(r rune) rune {
		switch {
		case r == '\\' || r == '"':
			return -1
		case r > '~':
			return 'e'
		}
		return r
	}, prose(events*eventSize, seed))
	return text + strings.Repeat(".", events*eventSize-len(text))
}

const eventHead = `data: {"id":"chatcmpl-B9MHDbslfkBeAs8l4bebGdFOJ6PeG","object":"chat.completion.chunk","created":1741570283,` +
	`"model":"gpt-4o-mini-2024-07-18","service_tier":"default","system_fingerprint":"fp_44709d6fcb",`

func event(delta, finish string) string {
	return eventHead + `"choices":[{"index":0,"delta":` + delta + `,"logprobs":null,"finish_reason":` + finish + "}]}\n\n"
}

// The client asks for a stream with this body.
const streamBody = `{"model":"gpt-4o-mini","user":"user-4711","max_tokens":256,"stream":true,"messages":[` +
	`{"role":"system","content":"You help the staff of a small shop. ||The code of the door is blue heron.||"},` +
	`{"role":"user","content":"What does the guide to the museum say about the opening hours?"}]}`

// slot is one stream, known to its client and to the upstream, which are in one process and have one clock.
type slot struct {
	number  int
	script  *script
	request []byte
	asked   int64                // when the client asked, by now
	sent    [events]atomic.Int64 // when each event was written
	came    chan struct{}        // gets something when something reached the client
}

// open makes a stream that the upstream answers with, when it is asked for that number.
func (u *upstream) open(number int, s *script) *slot {
	one := &slot{number: number, script: s, came: make(chan struct{}, 1),
		request: requestOf([]byte(s.body), fmt.Sprintf("%s: %d", streamHeader, number))}
	u.mu.Lock()
	defer u.mu.Unlock()
	u.slots[number] = one
	return one
}

var epoch = time.Now()

// now is in nanoseconds, and never goes back.
func now() int64 { return int64(time.Since(epoch)) }

// write is the upstream's side of a stream.
func (s *slot) write(c net.Conn, usage bool) error {
	timer := time.NewTimer(lull)
	defer timer.Stop()
	const head = answerHead + "content-type: text/event-stream; charset=utf-8\r\ntransfer-encoding: chunked\r\n\r\n"
	if err := s.piece(c, head+s.script.begin, timer); err != nil {
		return err
	}
	for i, piece := range s.script.pieces {
		if s.script.hold != nil && i == s.script.first {
			s.script.waiting()
			<-s.script.hold
		}
		s.sent[i].Store(now())
		if err := s.piece(c, piece, timer); err != nil {
			return err
		}
		time.Sleep(s.script.pace)
	}
	end := s.script.end
	if usage {
		end = s.script.usage
	}
	_, err := c.Write([]byte(end + chunk("")))
	return err
}

// piece writes, and waits for the client where there is no pace.
func (s *slot) piece(c net.Conn, piece string, timer *time.Timer) error {
	select {
	case <-s.came: // of what went before
	default:
	}
	if _, err := c.Write([]byte(piece)); err != nil || s.script.pace > 0 {
		return err
	}
	timer.Reset(lull)
	select {
	case <-s.came:
	case <-timer.C:
	}
	return nil
}

// delays are those of streams' text, in microseconds.
type delays struct {
	first      []float64 // from the request until the client had the first character
	characters []float64 // of each, from the upstream's write until the client had it
}

// read is the client's side of a stream. However the subject cuts and joins events, each character's delay is known by its place.
func (s *slot) read(c *conn, d *delays) error {
	s.asked = now()
	if _, err := c.Write(s.request); err != nil {
		return err
	}
	h, err := readHead(c.r)
	if err != nil {
		return err
	}
	var lines lines
	var text []byte
	var failed error
	done := false
	_, err = h.body(c.r, func(piece []byte) {
		at := now()
		select {
		case s.came <- struct{}{}:
		default:
		}
		lines.add(piece, func(line []byte) {
			data, ok := bytes.CutPrefix(line, []byte("data:"))
			switch data = bytes.TrimSpace(data); {
			case !ok:
			case string(data) == "[DONE]":
				done = true
			default:
				content, err := contentOf(data)
				if err != nil {
					failed = err
				}
				if d != nil && content != "" && len(text)+len(content) <= len(s.script.text) {
					d.note(s, len(text), len(content), at)
				}
				text = append(text, content...)
			}
		})
	})
	switch {
	case err != nil:
		return err
	case h.status != 200:
		return fmt.Errorf("status %d: %.200s", h.status, lines.rest)
	case failed != nil:
		return failed
	case !done:
		return errors.New("a stream without [DONE]")
	case string(text) != s.script.text:
		return fmt.Errorf("a stream with other text%s", differ(text, []byte(s.script.text)))
	}
	return nil
}

func contentOf(data []byte) (string, error) {
	var e struct {
		Error   json.RawMessage
		Choices []struct{ Delta struct{ Content string } }
	}
	if err := json.Unmarshal(data, &e); err != nil {
		return "", fmt.Errorf("event %.100q: %w", data, err)
	}
	if e.Error != nil {
		return "", fmt.Errorf("an error event: %.200s", e.Error)
	}
	content := ""
	for _, c := range e.Choices {
		content += c.Delta.Content
	}
	return content, nil
}

// note notes the delays of n characters from one place on.
func (d *delays) note(s *slot, from, n int, at int64) {
	for i := from; i < from+n; i++ {
		if i == 0 {
			d.first = append(d.first, float64(at-s.asked)/1e3)
		}
		d.characters = append(d.characters, float64(at-s.sent[i/eventSize].Load())/1e3)
	}
}

// lines cuts what comes in pieces into lines.
type lines struct{ rest []byte }

func (l *lines) add(piece []byte, each func(line []byte)) {
	for {
		i := bytes.IndexByte(piece, '\n')
		if i < 0 {
			l.rest = append(l.rest, piece...)
			return
		}
		l.rest = append(l.rest, piece[:i]...)
		each(bytes.TrimSuffix(l.rest, []byte("\r")))
		l.rest, piece = l.rest[:0], piece[i+1:]
	}
}

// streams has each of some connections stream again and again for a time. It returns how many streams there were.
func (c *clients) streams(ctx context.Context, u *upstream, conns int, scripts []*script, span time.Duration) (n int, all delays, err error) {
	end := time.Now().Add(span)
	count, each := make([]int, conns), make([]delays, conns)
	err = c.together(ctx, conns, span, func(i int, one *conn) error {
		time.Sleep(rand.N(scripts[0].pace + 1)) // or all would write at once, again and again
		for ctx.Err() == nil && (count[i] == 0 || time.Now().Before(end)) {
			s := u.open(i, scripts[rand.N(len(scripts))])
			if err := s.read(one, &each[i]); err != nil {
				return err
			}
			count[i]++
		}
		return context.Cause(ctx)
	})
	for i := range conns {
		n += count[i]
		all.first = append(all.first, each[i].first...)
		all.characters = append(all.characters, each[i].characters...)
	}
	return n, all, err
}
