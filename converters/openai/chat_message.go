package openai

import (
	"bytes"
	"strconv"
	"strings"
)

// messages reads the conversation.
func (c *Conversation) messages(r *reader) error {
	if !r.open('[') {
		return refuse("messages", "messages: not a list; want one")
	}
	var odd error
	for n := 0; r.more(); n++ {
		if err := c.message(r, n); err != nil && odd == nil {
			odd = err
		}
	}
	return odd
}

func (c *Conversation) message(r *reader, n int) (odd error) {
	if !r.open('{') {
		return refuse("messages", place(n)+": not an object; want one")
	}
	var m Message
	parts, calls := len(c.parts), len(c.calls)
	for r.more() {
		switch name, _ := r.name(); name {
		case "role":
			m.Role = r.text()
		case "content":
			odd = c.content(r, n)
		case "refusal":
			if v := literal(r); len(v) > len(`""`) {
				c.parts = append(c.parts, Part{Type: "refusal", Text: v})
			}
		case "tool_calls":
			c.toolCalls(r)
		case "tool_call_id":
			m.ID = literal(r)
		case "thinking_blocks":
			if m.Thinking, _ = r.value(); len(m.Thinking) > 0 && m.Thinking[0] != '[' || Empty(m.Thinking) {
				m.Thinking = nil
			}
		case "annotations": // that an answer had: nothing that a model reads
			r.skip()
		default:
			if v, _ := r.value(); !Empty(v) {
				c.Given = append(c.Given, Member{"messages." + name, v})
			}
		}
	}
	m.Parts, m.Calls = c.parts[parts:len(c.parts):len(c.parts)], c.calls[calls:len(c.calls):len(c.calls)]
	c.Messages = append(c.Messages, m)
	return odd
}

func place(n int) string { return "messages[" + strconv.Itoa(n) + "]" }

// content reads a message's content: a text, or a list of parts.
func (c *Conversation) content(r *reader, n int) error {
	switch r.kind() {
	case '"':
		c.parts = append(c.parts, Part{Type: "text", Text: literal(r)})
	case '[':
		for r.open('['); r.more(); {
			c.part(r)
		}
	case 'n':
		r.skip()
	default:
		r.skip()
		return refuse("messages", place(n)+".content: neither a string nor a list; want one of them")
	}
	return nil
}

// part reads a part of a message.
func (c *Conversation) part(r *reader) {
	if r.kind() == '"' {
		c.parts = append(c.parts, Part{Type: "text", Text: literal(r)})
		return
	}
	p := Part{Kind: OtherPart}
	var refusal []byte
	if r.open('{') {
		for r.more() {
			switch name, _ := r.name(); name {
			case "type":
				p.Type = r.text()
			case "text":
				p.Text = literal(r)
			case "refusal":
				refusal = literal(r)
			case "cache_control":
				p.Cache, _ = r.value()
			case "image_url", "input_audio", "file":
				p.media(r, name)
			default:
				r.skip()
			}
		}
	}
	if p.Type == "refusal" {
		p.Text = refusal
	}
	switch {
	case (p.Type == "text" || p.Type == "refusal") && p.Text != nil:
		p.Kind = TextPart
	case p.Type == "image_url" && (p.URL != nil || p.Data != nil):
		p.Kind = ImagePart
	case p.Type == "file" && (p.ID != nil || p.Data != nil):
		p.Kind = FilePart
	case p.Type == "input_audio" && p.Data != nil:
		p.Kind = AudioPart
	}
	c.parts = append(c.parts, p)
}

// media reads what a part shows: a picture, a sound, or a file.
func (p *Part) media(r *reader, kind string) {
	if r.kind() == '"' { // some write image_url so
		p.source(literal(r))
		return
	}
	if !r.open('{') {
		return
	}
	for r.more() {
		switch name, _ := r.name(); {
		case name == "url", name == "file_data":
			p.source(literal(r))
		case name == "data" && kind == "input_audio":
			p.Data = Inner(literal(r))
		case name == "format" && kind == "input_audio":
			p.MIME = "audio/" + r.text()
		case name == "filename":
			p.Name = literal(r)
		case name == "file_id":
			p.ID = literal(r)
		default: // detail has no like elsewhere
			r.skip()
		}
	}
}

// source takes a URL apart that has its data in itself (RFC 2397).
func (p *Part) source(url []byte) {
	inner := Inner(url)
	if !bytes.HasPrefix(inner, []byte("data:")) {
		p.URL = url
		return
	}
	const mark = ";base64,"
	at := bytes.Index(inner, []byte(mark))
	if at < 0 {
		p.URL = url
		return
	}
	mime := strings.ReplaceAll(string(inner[len("data:"):at]), `\/`, "/")
	p.MIME, _, _ = strings.Cut(mime, ";")
	p.Data = inner[at+len(mark):]
}

func (c *Conversation) toolCalls(r *reader) {
	if !r.open('[') {
		return
	}
	for r.more() {
		var t ToolCall
		if r.open('{') {
			for r.more() {
				switch name, _ := r.name(); name {
				case "id":
					t.ID = literal(r)
				case "function":
					t.function(r)
				case "extra_content":
					t.Extra, _ = r.value()
				default:
					r.skip()
				}
			}
		}
		c.calls = append(c.calls, t)
	}
}

func (t *ToolCall) function(r *reader) {
	if !r.open('{') {
		return
	}
	for r.more() {
		switch name, _ := r.name(); name {
		case "name":
			t.Name = literal(r)
		case "arguments":
			t.Arguments = literal(r)
		default:
			r.skip()
		}
	}
}

// prompt reads a completion's prompt.
func (c *Conversation) prompt(r *reader) error {
	const one = "prompt: this provider takes one text at a time; want a string"
	var text []byte
	if r.kind() == '[' {
		n := 0
		for r.open('['); r.more(); n++ {
			text = literal(r)
		}
		if n > 1 {
			text = nil
		}
	} else {
		text = literal(r)
	}
	if text == nil {
		return refuse("prompt", one)
	}
	c.parts = append(c.parts, Part{Type: "text", Text: text})
	c.Messages = append(c.Messages, Message{Role: "user", Parts: c.parts[len(c.parts)-1:]})
	return nil
}
