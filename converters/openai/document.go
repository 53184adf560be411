package openai

import (
	"errors"
	"strings"
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

// roleOf reads a role; false for one that is not known.
func roleOf(s string) (Role, bool) {
	switch s {
	case "user":
		return User, true
	case "system", "developer":
		return System, true
	case "assistant":
		return Assistant, true
	case "tool", "function":
		return Tool, true
	}
	return User, false
}

// Text is one string of a document that a person or a model wrote.
type Text struct {
	Role    Role
	Message int    // the number of the message, input item or prompt in the request; of the choice or output item in an answer
	Key     uint64 // in a streamed answer: which text this is a piece of
	Name    string // in a streamed answer: the member that it is the value of
	Joined  bool   // in a request: another part of the content that the text before it is of

	start, end int // the literal in the document, quotes included; in a form, the value
}

// member is a member of the document's top level, or a field of a form.
type member struct {
	name              string
	start, value, end int // of the name's literal, of the value, behind the value
	says              bool
}

// Document is a JSON object as it came, or a form, with what was found in it and the edits to be made.
type Document struct {
	Texts []Text

	raw     []byte
	loose   bool
	form    bool
	members []member
	edits   []edit
	sorted  int      // so many edits were there when they were sorted for Current
	added   []member // what Set has added: the names
	values  []string // and their values
	cursor  cursor

	r   reader
	few [12]member // room for what is usual
}

// begin makes a document that was forgotten ready for another body.
func (d *Document) begin(raw []byte, loose bool) {
	d.raw, d.loose, d.form, d.sorted, d.cursor = raw, loose, false, 0, cursor{}
}

// forget lets go of the body and of all that was found in it, but for the room.
func (d *Document) forget() {
	const much = 64
	d.raw, d.r.raw, d.r.many = nil, nil, nil
	d.Texts, d.edits, d.added, d.values = emptied(d.Texts, much), emptied(d.edits, much), emptied(d.added, much), emptied(d.values, much)
	clear(d.few[:])
	d.members = nil
}

// emptied is a list's room without what was in it; nil if it is too much to be kept.
func emptied[T any](list []T, much int) []T {
	if cap(list) > much {
		return nil
	}
	clear(list)
	return list[:0]
}

// notText tells of a member's name that a string under it holds no text that anyone wrote: a guard that knows the few names of those judges
// what new kinds of content bring, too. What lies in an object under such a name is judged by its own names. (A switch: a map costs more
// than all else here.)
func notText(name string) bool {
	switch name {
	case "type", "role", "id", "name", "call_id", "tool_call_id", "item_id", "response_id", "object", "status", "finish_reason", "detail",
		"format", "data", "input_audio", "file_id", "file_data", "b64_json", "mime_type", "encrypted_content", "obfuscation":
		return true
	}
	return address(name)
}

// address tells of a member's name that a string under it is an address, or the data itself: of an image, a video, a file, a page.
func address(name string) bool {
	return strings.HasSuffix(name, "url") || name == "image" || name == "images" || name == "mask" || name == "video"
}

// spells tells of a member's name that it spells a text out once more, in tokens.
func spells(name string) bool { return name == "logprobs" || name == "top_logprobs" }

// Media is what a request shows the model beside texts.
type Media struct {
	Images []string // their addresses: https or data URLs
	Sounds int
	Files  int // documents, videos, and whatever is known by an id alone
}

// note counts what stands under a member's name that is no text.
func (m *Media) note(name string) {
	switch name {
	case "input_audio":
		m.Sounds++
	case "file_data", "file_id", "file_url", "video", "video_url":
		m.Files++
	}
}

// literal notes a string as a text.
func (d *Document) literal(r *reader, t Text) {
	v, start := r.value()
	t.start, t.end = start, start+len(v)
	if len(v) > 2 {
		d.Texts = append(d.Texts, t)
	}
}

// texts notes all strings of a value that may be text; name is the member that the value belongs to. What is no text goes to media, if that
// is wanted.
func (d *Document) texts(r *reader, name string, t Text, media *Media) {
	switch r.kind() {
	case '"':
		switch {
		case media != nil && strings.HasPrefix(name, "image") && address(name), media != nil && name == "mask":
			media.Images = append(media.Images, r.text())
		case notText(name):
			if media != nil {
				media.note(name)
			}
			r.skip()
		default:
			d.literal(r, t)
		}
	case '[':
		for r.open('['); r.more(); {
			d.texts(r, name, t, media)
		}
	case '{':
		for r.open('{'); r.more(); {
			child, at := r.name()
			if t.Role == Definition && strings.Contains(child, " ") { // no name that a program would have
				d.literal(&reader{raw: r.raw, pos: at}, t)
			}
			switch {
			case spells(child):
				r.skip()
			case child == "url" && (name == "image_url" || name == "video_url"), child == "data" && name == "input_audio":
				d.texts(r, name, t, media)
			default:
				d.texts(r, child, t, media)
			}
		}
	default:
		r.skip()
	}
}

// top reads the document's top level, and the value of each member with read.
func (d *Document) top(read func(r *reader, name string)) error {
	r := &d.r
	r.reset(d.raw, d.loose)
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
		texts := len(d.Texts)
		read(r, m.name)
		if r.err == nil {
			m.end, m.says = r.pos, len(d.Texts) > texts || address(m.name)
			d.members = append(d.members, m)
		}
	}
	if err := r.end(); err != nil {
		return errors.New("the body is not valid JSON: " + err.Error())
	}
	return nil
}
