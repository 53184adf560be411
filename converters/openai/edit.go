package openai

import (
	"bytes"
	"cmp"
	"slices"
	"unicode/utf8"
)

// edit puts a text in the place of the bytes from start to end of the document.
type edit struct {
	start, end int
	text       string
}

// cursor is where byte n of a text was found last: places of a text are asked for in their order, and it may be long.
type cursor struct {
	text, n, at int // at is 0 where nothing was found yet
}

// Text returns the text of Texts[i], without escapes.
func (d *Document) Text(i int) string { return d.read(d.raw[d.Texts[i].start:d.Texts[i].end]) }

// read returns the text of a literal, or of a form's value.
func (d *Document) read(b []byte) string {
	if d.form {
		return string(b)
	}
	return unquote(b)
}

// Current returns Texts[i] as the edits leave it.
func (d *Document) Current(i int) string {
	if len(d.edits) == 0 {
		return d.Text(i)
	}
	if d.sorted != len(d.edits) {
		d.sort()
		d.sorted = len(d.edits)
	}
	return d.read(d.splice(nil, d.Texts[i].start, d.Texts[i].end))
}

// Edited tells whether any edit is to be made.
func (d *Document) Edited() bool { return len(d.edits) > 0 || len(d.added) > 0 }

// Replace puts text in the place of the bytes from start to end of Text(i). Replacements must not overlap.
func (d *Document) Replace(i, start, end int, text string) {
	if !d.form {
		quoted := quote(text)
		text = string(quoted[1 : len(quoted)-1])
	}
	at := d.offset(i, start)
	d.edits = append(d.edits, edit{at, d.offset(i, end), text})
}

// offset is where byte n of Text(i) is found in the document.
func (d *Document) offset(i, n int) int {
	t, c := d.Texts[i], &d.cursor
	if d.form {
		return t.start + n
	}
	if c.at == 0 || c.text != i || c.n > n {
		*c = cursor{text: i, at: t.start + 1}
	}
	c.at += escapedLen(d.raw[c.at:t.end], n-c.n)
	c.n = n
	return c.at
}

// escapedLen is how many bytes of a string literal's inside stand for the first n bytes of its text.
func escapedLen(inside []byte, n int) int {
	i := 0
	for {
		plain := bytes.IndexByte(inside[i:min(i+n, len(inside))], '\\')
		if plain < 0 {
			return i + n
		}
		c, size := escape(view(inside[i+plain:]))
		i += plain + max(size, -size)
		n -= plain + utf8.RuneLen(c)
	}
}

// Set gives a top-level member a value, which is JSON. In a form, only a field that is there can be set.
func (d *Document) Set(name, value string) {
	if m := slices.IndexFunc(d.members, func(m member) bool { return m.name == name }); m >= 0 {
		m := d.members[m]
		if d.form && value[0] == '"' {
			value = unquote([]byte(value))
		}
		d.edits = slices.DeleteFunc(d.edits, func(e edit) bool { return m.value <= e.start && e.end <= m.end })
		d.edits = append(d.edits, edit{m.value, m.end, value})
		d.sorted = 0
		return
	}
	if d.form {
		return
	}
	if i := slices.IndexFunc(d.added, func(m member) bool { return m.name == name }); i >= 0 {
		d.values[i] = value
		return
	}
	d.added, d.values = append(d.added, member{name: name}), append(d.values, value)
}

// Says tells whether texts or pictures are in a top-level member.
func (d *Document) Says(name string) bool {
	return slices.ContainsFunc(d.members, func(m member) bool { return m.name == name && m.says })
}

// Bytes returns the document with its edits made: the document itself where there are none.
func (d *Document) Bytes() []byte {
	if !d.Edited() {
		return d.raw
	}
	d.sort()
	b, from := make([]byte, 0, len(d.raw)+64), 0
	if len(d.added) > 0 {
		from = bytes.IndexByte(d.raw, '{') + 1
		b = append(b, d.raw[:from]...)
		for i, m := range d.added {
			b = append(append(append(AppendQuote(b, m.name), ':'), d.values[i]...), ',')
		}
		if len(d.members) == 0 {
			b = b[:len(b)-1]
		}
	}
	return d.splice(b, from, len(d.raw))
}

// Without appends the document with its edits made and without some of its top-level members. Of a form it appends the fields that are no
// files, as a JSON object of strings.
func (d *Document) Without(b []byte, drop func(name string) bool) []byte {
	d.sort()
	b = append(b, '{')
	first := len(b)
	comma := func() {
		if len(b) > first {
			b = append(b, ',')
		}
	}
	for i, m := range d.added {
		if !drop(m.name) {
			comma()
			b = append(append(AppendQuote(b, m.name), ':'), d.values[i]...)
		}
	}
	for _, m := range d.members {
		if drop(m.name) {
			continue
		}
		comma()
		if d.form {
			b = append(AppendQuote(b, m.name), ':')
			b = AppendQuote(b, string(d.splice(nil, m.value, m.end)))
			continue
		}
		b = d.splice(b, m.start, m.end)
	}
	return append(b, '}')
}

func (d *Document) sort() {
	if len(d.edits) < 2 {
		return
	}
	slices.SortStableFunc(d.edits, func(a, b edit) int { return cmp.Compare(a.start, b.start) })
}

// splice appends the bytes from start to end with the edits inside them made; the edits are sorted.
func (d *Document) splice(b []byte, start, end int) []byte {
	if len(d.edits) == 0 {
		return append(b, d.raw[start:end]...)
	}
	first, _ := slices.BinarySearchFunc(d.edits, start, func(e edit, at int) int { return cmp.Compare(e.start, at) })
	for _, e := range d.edits[first:] {
		if e.end > end {
			break
		}
		b = append(append(b, d.raw[start:e.start]...), e.text...)
		start = e.end
	}
	return append(b, d.raw[start:end]...)
}
