package standin

import (
	"encoding/base64"
	"fmt"
	"maps"
	"math"
	"regexp"
	"slices"
	"strings"
)

// shape is what a value of a request must be. The tables of shapes of each provider are taken from the types of its official Go SDK, and
// a test holds them against those types. The zero shape is any value.
type shape struct {
	kind    string           // "text", "number", "integer", "boolean", "list", "object", or "" for any
	fields  map[string]shape // of an object
	needed  []string         // those that must be there
	single  []string         // exactly one of these must be there
	by      string           // the field whose text tells which of kinds an object is
	kinds   map[string]shape
	item    *shape // of a list, or of an object with any names
	enum    []string
	low     float64
	high    float64
	pattern *regexp.Regexp // of a text
	base64  bool           // a text of base64
	null    bool           // null stands for a field that is not there
	or      *shape         // or it is this
}

var (
	anything = shape{}
	str      = shape{kind: "text"}
	truth    = shape{kind: "boolean"}
	integer  = whole(math.Inf(-1), math.Inf(1))
	num      = between(math.Inf(-1), math.Inf(1))
	encoded  = shape{kind: "text", base64: true}
	free     = shape{kind: "object", item: &anything} // an object of any fields
)

func between(low, high float64) shape { return shape{kind: "number", low: low, high: high} }
func whole(low, high float64) shape   { return shape{kind: "integer", low: low, high: high} }
func enum(all ...string) shape        { return shape{kind: "text", enum: all} }
func like(pattern string) shape       { return shape{kind: "text", pattern: regexp.MustCompile(pattern)} }
func list(item shape) shape           { return shape{kind: "list", item: &item} }
func table(item shape) shape          { return shape{kind: "object", item: &item} }

// object is an object of these fields. A name that ends in ! must be there; of those that end in ? exactly one.
func object(fields map[string]shape) shape {
	s := shape{kind: "object", fields: map[string]shape{}}
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		bare := strings.TrimRight(name, "!?")
		switch name[len(bare):] {
		case "!":
			s.needed = append(s.needed, bare)
		case "?":
			s.single = append(s.single, bare)
		}
		s.fields[bare] = fields[name]
	}
	return s
}

// variants is an object that is told by the text of a field.
func variants(by string, all map[string]shape) shape {
	return shape{kind: "object", by: by, kinds: all}
}

// either is the first if the value is of its kind, else the second.
func either(a, b shape) shape {
	a.or = &b
	return a
}

// same is the shape that the pointer will point at: for those that contain themselves.
func same(s *shape) shape { return shape{kind: "same", or: s} }

// orNull lets fields of an object be null.
func orNull(s shape) shape {
	s.null = true
	return s
}

// flaw is what is wrong with a value.
type flaw struct {
	path []any // of names and indexes
	what string
	want string
}

// What may be wrong.
const (
	unknown = "unknown" // field
	missing = "missing" // field
	invalid = "invalid" // value: want says what is wanted
)

// check finds the first flaw of a value that was read from JSON.
func (s shape) check(v any, path ...any) *flaw {
	if s.or != nil && !s.is(v) {
		return s.or.check(v, path...)
	}
	if !s.is(v) {
		return &flaw{path, invalid, s.kind}
	}
	switch v := v.(type) {
	case string:
		return s.checkText(v, path)
	case float64:
		if s.kind != "" && (v < s.low || v > s.high) {
			return &flaw{path, invalid, fmt.Sprintf("%s from %v to %v", s.kind, s.low, s.high)}
		}
	case []any:
		if s.item == nil {
			return nil
		}
		for i, item := range v {
			if f := s.item.check(item, at(path, i)...); f != nil {
				return f
			}
		}
	case map[string]any:
		return s.checkObject(v, path)
	}
	return nil
}

// is tells whether a value is of the shape's kind.
func (s shape) is(v any) bool {
	switch s.kind {
	case "text":
		_, ok := v.(string)
		return ok
	case "boolean":
		_, ok := v.(bool)
		return ok
	case "number":
		_, ok := v.(float64)
		return ok
	case "integer":
		n, ok := v.(float64)
		return ok && n == math.Trunc(n)
	case "list":
		_, ok := v.([]any)
		return ok
	case "object":
		_, ok := v.(map[string]any)
		return ok
	}
	return s.kind == ""
}

func (s shape) checkText(v string, path []any) *flaw {
	switch {
	case len(s.enum) > 0 && !slices.Contains(s.enum, v):
		return &flaw{path, invalid, "one of " + strings.Join(s.enum, ", ")}
	case s.pattern != nil && !s.pattern.MatchString(v):
		return &flaw{path, invalid, "text like " + s.pattern.String()}
	case s.base64:
		if b, err := base64.StdEncoding.DecodeString(v); err != nil || len(b) == 0 {
			return &flaw{path, invalid, "base64"}
		}
	}
	return nil
}

func (s shape) checkObject(v map[string]any, path []any) *flaw {
	if s.by != "" {
		kind, _ := v[s.by].(string)
		of, ok := s.kinds[kind]
		if !ok {
			return &flaw{at(path, s.by), invalid, "one of " + strings.Join(slices.Sorted(maps.Keys(s.kinds)), ", ")}
		}
		rest := maps.Clone(v)
		delete(rest, s.by)
		return of.checkObject(rest, path)
	}
	names := slices.Sorted(maps.Keys(v))
	for _, name := range names {
		if _, ok := s.fields[name]; !ok && s.item == nil && s.fields != nil {
			return &flaw{at(path, name), unknown, ""}
		}
	}
	for _, name := range s.needed {
		if _, ok := v[name]; !ok {
			return &flaw{at(path, name), missing, ""}
		}
	}
	n := 0
	for _, name := range s.single {
		if _, ok := v[name]; ok {
			n++
		}
	}
	if len(s.single) > 0 && n != 1 {
		return &flaw{path, invalid, "exactly one of " + strings.Join(s.single, ", ")}
	}
	for _, name := range names {
		field, ok := s.fields[name]
		if !ok && s.item != nil {
			field = *s.item
		}
		if v[name] == nil && s.null && !slices.Contains(s.needed, name) {
			continue
		}
		if f := field.check(v[name], at(path, name)...); f != nil {
			return f
		}
	}
	return nil
}

// at is the path of something within.
func at(path []any, step any) []any { return append(slices.Clone(path), step) }

// dotted is the path as Anthropic, AWS and pydantic write it: messages.0.content.
func (f *flaw) dotted() string {
	var all []string
	for _, step := range f.path {
		all = append(all, fmt.Sprint(step))
	}
	return strings.Join(all, ".")
}

// indexed is the path as OpenAI and Google write it: messages[0].content.
func (f *flaw) indexed() string {
	var b strings.Builder
	for _, step := range f.path {
		switch step := step.(type) {
		case int:
			fmt.Fprintf(&b, "[%d]", step)
		case string:
			if b.Len() > 0 {
				b.WriteByte('.')
			}
			b.WriteString(step)
		}
	}
	return b.String()
}
