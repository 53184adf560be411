package main

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"time"
)

// convert is a subject whose requests go to another provider: the exchange of 4 KB, in OpenAI's format for the client and in Anthropic's for
// the upstream.
var convert = &kind{name: "convert", title: "for Anthropic", settings: `{
	"PROVIDERS": [{"name": "` + otherCluster + `", "kind": "anthropic", "url": "http://bench.example", "key": "sk-ant-bench"}]
}`}

// otherCluster is the cluster of the other provider, and its name.
const otherCluster = "other"

// conversion is the exchange, whose request is another one for the upstream, and whose answer is another one for the client.
func conversion(number int) *exchange {
	const size = 4 << 10
	body := bytes.Replace(chat(size, ""), []byte(`"gpt-4o-mini"`), []byte(`"`+otherCluster+`/claude-haiku-4-5"`), 1)
	const before, after = `{"id":"msg_013Zva2CMHLNnjNjJJKqJ2EF","type":"message","role":"assistant","model":"claude-haiku-4-5","content":[{"type":"text","text":"`,
		`"}],"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":1900,"cache_creation_input_tokens":0,` +
			`"cache_read_input_tokens":0,"output_tokens":1100,"service_tier":"standard"}}`
	return &exchange{
		name:    "4 KB",
		request: requestOf(body, fmt.Sprintf("%s: %d", exchangeHeader, number)),
		answer:  answerOf([]byte(before + prose(size-len(before)-len(after), size+1) + after)),
	}
}

// otherScript is a stream of Anthropic's that says what newScript's with the same seed does.
func otherScript(pace time.Duration, seed uint64) *script {
	event := func(kind, members string) string {
		return "event: " + kind + "\ndata: {\"type\":\"" + kind + `",` + members + "}\n\n"
	}
	s := &script{text: streamText(seed), pace: pace, body: strings.Replace(streamBody, `"gpt-4o-mini"`, `"`+otherCluster+`/claude-haiku-4-5"`, 1)}
	s.begin = chunk(event("message_start", `"message":{"id":"msg_013Zva2CMHLNnjNjJJKqJ2EF","type":"message","role":"assistant",`+
		`"model":"claude-haiku-4-5","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":40,"output_tokens":1}}`) +
		event("content_block_start", `"index":0,"content_block":{"type":"text","text":""}`))
	s.each(func(text string) string {
		return event("content_block_delta", `"index":0,"delta":{"type":"text_delta","text":"`+text+`"}`)
	})
	s.end = chunk(event("content_block_stop", `"index":0`)) +
		chunk(event("message_delta", `"delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":150}`)) +
		chunk("event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n")
	return s
}

// converting is the processor time of exchanges that are converted, whole and streamed, beside those that pass.
func (b *bench) converting() (rows []row, err error) {
	err = b.with(nothing, 1, func(passes *subject) error {
		return b.with(convert, 1, func(converts *subject) error {
			subjects := []*subject{passes, converts}
			exchanges := []*exchange{b.upstream.whole[1], b.upstream.other}
			if err := converts.converts(b); err != nil {
				return err
			}
			span, passing, converted := b.slice(b.rounds), newScripts(0), scripts(0, otherScript)
			lane := func(i int, span time.Duration) (int, error) {
				s := subjects[i%2]
				if i < len(subjects) {
					return s.closedLoop(b.ctx, conns, exchanges[i], span, 0)
				}
				n, _, err := s.streams(b.ctx, b.upstream, busyStreams, [][]*script{passing, converted}[i%2], span)
				return n * events, err
			}
			lanes := 2 * len(subjects)
			for i := range lanes {
				if _, err := lane(i, warm*span); err != nil {
					return err
				}
			}
			all, err := interleave(b.ctx, b.rounds, 1, lanes, func(_, i int) ([]float64, error) {
				return subjects[i%2].processor(func() (int, error) { return lane(i, span) })
			})
			if err == nil {
				rows = all.rows(row{Case: "4 KB", Unit: "us"}, subjects, 0, 0, times, map[*kind]string{convert: "at most 1.50x"})
				streamed := row{Case: "per event of a stream", Unit: "us"}
				rows = append(rows, all.rows(streamed, subjects, len(subjects), 0, times, map[*kind]string{convert: "at most 2.00x"})...)
			}
			return err
		})
	})
	return rows, err
}

// converts looks at an exchange on both sides: what is measured must be what is meant.
func (s *subject) converts(b *bench) error {
	asked := bytes.Replace(b.upstream.other.request, []byte("\r\n\r\n"), []byte("\r\n"+keepHeader+": 1\r\n\r\n"), 1)
	c, err := dial(b.ctx, s.address, 64<<10)
	if err != nil {
		return err
	}
	defer c.Close()
	if _, err := c.Write(asked); err != nil {
		return err
	}
	h, err := readHead(c.r)
	if err != nil {
		return err
	}
	var got strings.Builder
	if _, err := h.body(c.r, func(piece []byte) { got.Write(piece) }); err != nil {
		return err
	}
	switch {
	case h.status != 200 || !strings.Contains(got.String(), `"object":"chat.completion"`):
		return fmt.Errorf("not converted: status %d: %.200s", h.status, got.String())
	case !bytes.Contains(b.upstream.last(), []byte(`"system":`)):
		return errors.New("the upstream was not asked as Anthropic is")
	}
	return nil
}
