package main

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
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

// converting is the processor time of an exchange that is converted, beside one that passes.
func (b *bench) converting() (rows []row, err error) {
	err = b.with(nothing, 1, func(passes *subject) error {
		return b.with(convert, 1, func(converts *subject) error {
			subjects := []*subject{passes, converts}
			exchanges := []*exchange{b.upstream.whole[1], b.upstream.other}
			if err := converts.converts(b); err != nil {
				return err
			}
			span := b.slice(b.rounds)
			for i, s := range subjects {
				if _, err := s.closedLoop(b.ctx, conns, exchanges[i], warm*span, 0); err != nil {
					return err
				}
			}
			all, err := interleave(b.ctx, b.rounds, 1, len(subjects), func(_, i int) ([]float64, error) {
				return subjects[i].processor(func() (int, error) { return subjects[i].closedLoop(b.ctx, conns, exchanges[i], span, 0) })
			})
			if err == nil {
				rows = all.rows(row{Case: "4 KB", Unit: "us"}, subjects, 0, 0, times, map[*kind]string{convert: "at most 1.50x"})
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
