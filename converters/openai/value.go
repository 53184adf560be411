package openai

import "errors"

// Value is a JSON value as it is written, without white space around it.
type Value []byte

// Kind is '{', '[', '"', '0' for a number, 't', 'f' or 'n'; 0 if there is no value.
func (v Value) Kind() byte {
	switch {
	case len(v) == 0:
		return 0
	case v[0] == '-' || '0' <= v[0] && v[0] <= '9':
		return '0'
	}
	return v[0]
}

func (v Value) String() string { return string(v) }

// Text is the text of a string; "" of another value. It may be a view of the value.
func (v Value) Text() string {
	if v.Kind() != '"' {
		return ""
	}
	return unquote(v)
}

// Compact returns the value without the white space that says nothing: itself, where there is none.
func (v Value) Compact() Value {
	text, from := Value(nil), 0
	for i := 0; i < len(v); i++ {
		switch v[i] {
		case '"':
			for i++; v[i] != '"'; i++ {
				if v[i] == '\\' {
					i++
				}
			}
		case ' ', '\t', '\n', '\r':
			if text == nil {
				text = make(Value, 0, len(v))
			}
			text, from = append(text, v[from:i]...), i+1
		}
	}
	if from == 0 {
		return v
	}
	return append(text, v[from:]...)
}

// Valid tells whether a text is one JSON value.
func Valid(text []byte) bool {
	r := newReader(text)
	r.skip()
	return r.end() == nil
}

// Members calls each with the members of an object, until it returns an error. A text that is no object, and one with a name twice, is an
// error.
func Members(object []byte, each func(name string, v Value) error) error {
	return values(object, '{', "", each)
}

// Elements calls each with the elements of a list, until it returns an error.
func Elements(list []byte, each func(v Value) error) error {
	return values(list, '[', "; want a list", func(_ string, v Value) error { return each(v) })
}

func values(text []byte, kind byte, want string, each func(name string, v Value) error) error {
	r := newReader(text)
	if name := KindName(r.kind()); name != "" && r.kind() != kind {
		return errors.New(name + want)
	}
	for r.open(kind); r.err == nil && r.more(); {
		name := ""
		if kind == '{' {
			name, _ = r.name()
		}
		v, _ := r.value()
		if r.err != nil {
			break
		}
		if err := each(name, v); err != nil {
			return err
		}
	}
	return r.end()
}

// KindName is a kind of a value in words; "" if there is none.
func KindName(kind byte) string {
	switch kind {
	case 'n':
		return "null"
	case 't', 'f':
		return "a truth value"
	case '"':
		return "a string"
	case '0':
		return "a number"
	case '[':
		return "a list"
	case '{':
		return "an object"
	}
	return ""
}
