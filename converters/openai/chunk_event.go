package openai

import "strings"

// event reads a member of an event of the Responses API.
func (c *Chunk) event(r *reader, name string) {
	switch name {
	case "type":
		c.Type = r.text()
	case "output_index":
		c.output, _ = r.whole()
	case "content_index", "summary_index":
		c.content, _ = r.whole()
	case "logprobs":
		c.spelled(r)
	case "error":
		c.Failed = r.kind() != 'n'
		r.skip()
	case "response":
		c.response(r)
	case "sequence_number", "obfuscation":
		c.varies(r)
	case "item_id", "partial_image_b64":
		r.skip()
	default:
		c.part(r, name, 0)
	}
}

// response reads the whole response that some events bring, of which the output counts: the rest says the request again.
func (c *Chunk) response(r *reader) {
	_, start := r.space(), r.pos
	if !r.open('{') {
		return
	}
	for r.more() {
		switch name, _ := r.name(); name {
		case "output":
			c.part(r, name, 0)
		case "usage":
			c.usage(r)
		default:
			r.skip()
		}
	}
	c.whole = span{start, r.pos}
}

// settle says of an event of the Responses API what its type says.
func (c *Chunk) settle() {
	stem, delta := strings.CutSuffix(c.Type, ".delta")
	if strings.HasSuffix(stem, "audio") { // base64
		c.Texts = c.Texts[:0]
	}
	for i := range c.Texts {
		t := &c.Texts[i]
		t.Message = c.output
		if t.Key == mix(0, "delta", 0) {
			t.Key, t.Name = c.key(stem), stem
		} else {
			t.Key = mix(t.Key, "", int(c.key(stem)))
		}
	}
	for i := range c.logprobs {
		c.logprobs[i].message = c.output
	}
	c.Again = !delta
	switch c.Type {
	case "response.completed", "response.incomplete", "response.cancelled":
		c.Final = true
	case "response.failed":
		c.Failed = true
	case "error":
		c.Failed, c.Texts = true, c.Texts[:0]
	case "response.output_item.done":
		c.ends = append(c.ends, c.output)
	case "response.content_part.done", "response.reasoning_summary_part.done":
		c.over = [...]uint64{c.key("response.output_text"), c.key("response.refusal"), c.key("response.reasoning_text"),
			c.key("response.reasoning_summary_text")}
	default:
		if stem, done := strings.CutSuffix(c.Type, ".done"); done {
			c.over[0] = c.key(stem)
		}
	}
}

// key is the key of the text whose deltas have a type with that stem, in the place of the event.
func (c *Chunk) key(stem string) uint64 { return mix(mix(0, stem, c.output), "", c.content) }
