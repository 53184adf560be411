package openai

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"unicode/utf8"
)

// Role is who speaks in a text.
type Role uint8

const (
	User       Role = iota // also: a prompt, an input, and whatever has an unknown role
	System                 // system and developer messages, instructions
	Assistant              // what the model said
	Tool                   // results of tools
	Definition             // descriptions of tools
)

func roleOf(s string) Role {
	switch s {
	case "system", "developer":
		return System
	case "assistant":
		return Assistant
	case "tool", "function":
		return Tool
	}
	return User
}

// Text is one string of a document that a person or a model wrote.
type Text struct {
	Role    Role
	Message int    // the number of the message, input item or prompt in the request; of the choice or output item in an answer
	Key     uint64 // in a streamed answer: which text this is a piece of
	Name    string // in a streamed answer: the member that it is the value of

	start, end int // the literal in the document, quotes included
}

// member is a member of the document's top level.
type member struct {
	name              string
	start, value, end int // of the name's literal, of the value, behind the value
}

type edit struct {
	start, end int
	text       string
}

// Document is a JSON object as it came, with what was found in it and the edits to be made.
type Document struct {
	Texts []Text

	raw     []byte
	loose   bool
	members []member
	edits   []edit

	few [12]member // room for what is usual
}

// Text returns the text of Texts[i], without escapes.
func (d *Document) Text(i int) string { return unquote(d.raw[d.Texts[i].start:d.Texts[i].end]) }

// Current returns Texts[i] as the edits leave it.
func (d *Document) Current(i int) string {
	if !d.Edited() {
		return d.Text(i)
	}
	d.sort()
	return unquote(d.splice(nil, d.Texts[i].start, d.Texts[i].end))
}

// Edited tells whether any edit is to be made.
func (d *Document) Edited() bool { return len(d.edits) > 0 }

// Replace puts text in the place of the bytes from start to end of Text(i). Replacements must not overlap.
func (d *Document) Replace(i, start, end int, text string) {
	t := d.Texts[i]
	literal := d.raw[t.start:t.end]
	inserted := quote(text)
	d.edits = append(d.edits, edit{
		start: t.start + literalOffset(literal, start),
		end:   t.start + literalOffset(literal, end),
		text:  string(inserted[1 : len(inserted)-1]),
	})
}

// Set gives a top-level member a value, which is JSON.
func (d *Document) Set(name, value string) {
	for _, m := range d.members {
		if m.name == name {
			d.edits = append(d.edits, edit{m.value, m.end, value})
			return
		}
	}
	at := slices.Index(d.raw, '{') + 1
	added := string(quote(name)) + ":" + value
	if len(d.members) > 0 {
		added += ","
	}
	d.edits = append(d.edits, edit{at, at, added})
}

// Bytes returns the document with its edits made: the document itself where there are none.
func (d *Document) Bytes() []byte {
	if !d.Edited() {
		return d.raw
	}
	d.sort()
	return d.splice(make([]byte, 0, len(d.raw)+64), 0, len(d.raw))
}

// Without returns the document with its edits made and without some of its top-level members.
func (d *Document) Without(drop func(name string) bool) []byte {
	d.sort()
	b := append(make([]byte, 0, 256), '{')
	for _, m := range d.members {
		if drop(m.name) {
			continue
		}
		if len(b) > 1 {
			b = append(b, ',')
		}
		b = d.splice(b, m.start, m.end)
	}
	return append(b, '}')
}

func (d *Document) sort() {
	slices.SortStableFunc(d.edits, func(a, b edit) int { return cmp.Compare(a.start, b.start) })
}

// splice appends the bytes from start to end with the edits inside them made; the edits are sorted.
func (d *Document) splice(b []byte, start, end int) []byte {
	for _, e := range d.edits {
		if e.start < start || e.end > end {
			continue
		}
		b = append(append(b, d.raw[start:e.start]...), e.text...)
		start = e.end
	}
	return append(b, d.raw[start:end]...)
}

// literalOffset is where byte n of the text that a string literal stands for is found in the literal.
func literalOffset(literal []byte, n int) int {
	i := 1
	for n > 0 {
		if literal[i] != '\\' {
			i++
			n--
			continue
		}
		c, size := escape(literal[i:])
		i += max(size, -size)
		n -= utf8.RuneLen(c)
	}
	return i
}

// notText tells of a member's name that it holds no text that anyone wrote: a guard that knows the few names of those judges what new
// kinds of content bring, too. Addresses of images are kept elsewhere. (A switch: a map costs more than all else here.)
func notText(name string) bool {
	switch name {
	case "type", "role", "id", "name", "call_id", "tool_call_id", "item_id", "response_id", "object", "status", "finish_reason", "detail",
		"format", "data", "file_id", "file_data", "b64_json", "mime_type", "encrypted_content", "logprobs", "top_logprobs", "obfuscation":
		return true
	}
	return false
}

// literal notes a string as a text.
func (d *Document) literal(r *reader, t Text) {
	v, start := r.value()
	t.start, t.end = start, start+len(v)
	if len(v) > 2 {
		d.Texts = append(d.Texts, t)
	}
}

// texts notes all strings of a value that may be text; name is the member that the value belongs to.
func (d *Document) texts(r *reader, name string, t Text, images *[]string) {
	switch r.kind() {
	case '"':
		switch {
		case name == "url" || name == "image_url":
			if url := r.text(); images != nil {
				*images = append(*images, url)
			}
		case notText(name):
			r.skip()
		default:
			d.literal(r, t)
		}
	case '[':
		for r.open('['); r.more(); {
			d.texts(r, name, t, images)
		}
	case '{':
		for r.open('{'); r.more(); {
			name, _ := r.name()
			if notText(name) {
				r.skip()
				continue
			}
			d.texts(r, name, t, images)
		}
	default:
		r.skip()
	}
}

// top reads the document's top level, and the value of each member with read.
func (d *Document) top(read func(r *reader, name string)) error {
	r := newReader(d.raw)
	r.loose = d.loose
	if r.kind() == 0 {
		return errors.New("the body is empty; want a JSON object")
	}
	if k := r.kind(); k != '{' {
		return errors.New("the body is not a JSON object")
	}
	d.members = d.few[:0]
	for r.open('{'); r.more(); {
		m := member{}
		m.name, m.start = r.name()
		r.space()
		m.value = r.pos
		read(r, m.name)
		if r.err == nil {
			m.end = r.pos
			d.members = append(d.members, m)
		}
	}
	if err := r.end(); err != nil {
		return fmt.Errorf("the body is not valid JSON: %w", err)
	}
	return nil
}
