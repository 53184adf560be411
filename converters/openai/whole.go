package openai

import (
	"slices"
	"strconv"
	"strings"
)

// Whole puts the chunks of a streamed answer together again: the choices of an answer as they would have come whole, or the texts of an
// answer of the Responses API. It stops at Limit bytes.
type Whole struct {
	Limit int
	Cut   bool // there was more

	list node
	size int
}

// node is a JSON value that grows.
type node struct {
	name  string  // of a member
	index int     // of an element; -1 where it has none
	kind  byte    // as the reader's kind; 0 is null
	value []byte  // of a string what is between the quotes
	items []*node // members or elements
}

// Add adds a chunk as its edits leave it.
func (w *Whole) Add(c *Chunk) {
	if w.Cut {
		return
	}
	if c.Endpoint == Responses {
		w.texts(c)
		return
	}
	data := c.raw
	if c.Edited() {
		data = c.Append(nil)
	}
	r := newReader(data)
	r.loose = true
	for r.open('{'); r.more(); {
		if name, _ := r.name(); name == "choices" && r.kind() == '[' {
			w.merge(&w.list, r)
		} else {
			r.skip()
		}
	}
}

// texts adds the pieces of texts that an event of the Responses API brings.
func (w *Whole) texts(c *Chunk) {
	if c.Again {
		return
	}
	for i, t := range c.Texts {
		name := strconv.FormatUint(t.Key, 36)
		at := slices.IndexFunc(w.list.items, func(n *node) bool { return n.name == name })
		if at < 0 {
			n := &node{name: name, kind: '{', items: []*node{
				{name: "type", kind: '"', value: []byte(strings.TrimPrefix(t.Name, "response."))},
				{name: "output_index", value: strconv.AppendInt(nil, int64(t.Message), 10)},
				{name: "text", kind: '"'},
			}}
			at, w.list.items = len(w.list.items), append(w.list.items, n)
		}
		text := quote(c.Current(i))
		w.grow(w.list.items[at].items[2], text[1:len(text)-1])
	}
}

// grow adds to a value.
func (w *Whole) grow(n *node, more []byte) {
	if w.size += len(more); w.size > w.Limit {
		w.Cut = true
		return
	}
	n.value = append(n.value, more...)
}

// merge adds the value that comes next to a node of its kind.
func (w *Whole) merge(n *node, r *reader) {
	kind := r.kind()
	if kind != n.kind {
		n.kind, n.value, n.items = kind, nil, nil
	}
	switch kind {
	case '{':
		for r.open('{'); r.more(); {
			switch name, _ := r.name(); name {
			case "logprobs":
				r.skip()
			case "delta":
				w.member(n, "message", r)
			default:
				w.member(n, name, r)
			}
		}
	case '[':
		for r.open('['); r.more(); {
			w.element(n, r)
		}
	case '"':
		v, _ := r.value()
		if len(v) == len(`""`) {
			return
		}
		if notText(n.name) { // said again
			n.value = n.value[:0]
		}
		if len(v) > 0 {
			w.grow(n, v[1:len(v)-1])
		}
	default:
		v, _ := r.value()
		n.value = n.value[:0]
		w.grow(n, v)
	}
}

// member adds the value that comes next to an object's member. A null takes nothing away.
func (w *Whole) member(n *node, name string, r *reader) {
	at := slices.IndexFunc(n.items, func(m *node) bool { return m.name == name })
	switch {
	case at >= 0 && r.kind() == 'n':
		r.skip()
		return
	case at < 0:
		w.size += len(name)
		at, n.items = len(n.items), append(n.items, &node{name: strings.Clone(name)})
	}
	w.merge(n.items[at], r)
}

// element adds the element that comes next to a list: to that with the same index, if it has one.
func (w *Whole) element(n *node, r *reader) {
	v, _ := r.value()
	index := -1
	look := newReader(v)
	look.loose = true
	if look.kind() == '{' {
		for look.open('{'); look.more(); {
			if name, _ := look.name(); name == "index" {
				index, _ = look.whole()
			} else {
				look.skip()
			}
		}
	}
	at := -1
	if index >= 0 {
		at = slices.IndexFunc(n.items, func(m *node) bool { return m.index == index })
	}
	if at < 0 {
		const room = 64 // what a node takes, whatever it holds
		w.size += room
		at, n.items = len(n.items), append(n.items, &node{index: index})
	}
	look = newReader(v)
	look.loose = true
	w.merge(n.items[at], look)
}

// Append appends what came, as the member of an answer that it is: "choices" or "output", a list.
func (w *Whole) Append(b []byte, e Endpoint) []byte {
	name := `"choices":`
	if e == Responses {
		name = `"output":`
	}
	w.list.kind = '['
	return w.list.append(append(b, name...))
}

func (n *node) append(b []byte) []byte {
	switch n.kind {
	case '{', '[':
		b = append(b, n.kind)
		for i, m := range n.items {
			if i > 0 {
				b = append(b, ',')
			}
			if n.kind == '{' {
				b = append(AppendQuote(b, m.name), ':')
			}
			b = m.append(b)
		}
		return append(b, n.kind+2)
	case '"':
		return append(append(append(b, '"'), n.value...), '"')
	}
	if len(n.value) == 0 {
		return append(b, "null"...)
	}
	return append(b, n.value...)
}
