package openai

import "unsafe"

// Rewrite puts a text in the place of all of Texts[i]. Log probabilities of its choice go with it, since they would give it away.
func (c *Chunk) Rewrite(i int, text string) {
	t := c.Texts[i]
	c.edits = append(c.edits, edit{t.start, t.end, c.quoted(text)})
	c.Silence(t.Message)
}

// Alone leaves of the chunk one text, in the place of Texts[i]. The other texts are empty then, and what is said once is null.
func (c *Chunk) Alone(i int, text string) {
	c.edits = c.edits[:0]
	for k, t := range c.Texts {
		if k == i {
			c.edits = append(c.edits, edit{t.start, t.end, c.quoted(text)})
		} else {
			c.edits = append(c.edits, edit{t.start, t.end, `""`})
		}
		c.Silence(t.Message)
	}
	for _, v := range c.once {
		c.edits = append(c.edits, edit{v.start, v.end, "null"})
	}
}

// Append appends the chunk with its edits made.
func (c *Chunk) Append(b []byte) []byte {
	c.sort()
	return c.splice(b, 0, len(c.raw))
}

// quoted is a text as a string literal. It is valid until the chunk reads another event.
func (c *Chunk) quoted(text string) string {
	from := len(c.room)
	c.room = AppendQuote(c.room, text)
	return unsafe.String(&c.room[from], len(c.room)-from)
}

// Silence takes away the log probabilities of a choice or output item.
func (c *Chunk) Silence(message int) { c.silence(c.logprobs, message) }
