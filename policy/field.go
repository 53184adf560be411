package policy

import (
	"github.com/usagepanda/usage-panda-envoy/converters/openai"

	"cmp"
	"errors"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// A field is a setting: a tagged field of Settings.
type field struct {
	key, header, fallback, doc string
	min, max                   int // of numbers
	enum                       []string
	tighten                    string // which of two numbers is the stricter: "lower limit" (0 is no limit), "lower"
	index                      []int
}

// value is a field's type that reads itself.
type value interface {
	set(text string) error // a header's value, or a JSON string
}

// jsonValue is a value that is not a string in JSON.
type jsonValue interface {
	setJSON(v openai.Value) error
}

// fields are all settings, in the order of Settings.
var fields = fieldsOf(reflect.TypeFor[Settings](), nil)

func fieldsOf(t reflect.Type, at []int) (all []field) {
	for i := range t.NumField() {
		f := t.Field(i)
		index := append(slices.Clone(at), i)
		key := f.Tag.Get("key")
		if key == "" {
			if f.Type.Kind() == reflect.Struct && f.IsExported() {
				all = append(all, fieldsOf(f.Type, index)...)
			}
			continue
		}
		number := func(tag string, otherwise int) int {
			n, err := strconv.Atoi(cmp.Or(f.Tag.Get(tag), strconv.Itoa(otherwise)))
			if err != nil {
				panic("cannot happen: the tag " + tag + " of " + key)
			}
			return n
		}
		s := field{
			key: key, header: f.Tag.Get("header"), fallback: f.Tag.Get("default"), doc: f.Tag.Get("doc"),
			min: number("min", 0), max: number("max", 1<<31-1), tighten: f.Tag.Get("tighten"), index: index,
		}
		if e := f.Tag.Get("enum"); e != "" {
			s.enum = strings.Split(e, ",")
		}
		all = append(all, s)
	}
	return all
}

// in is the field in settings.
func (f *field) in(s *Settings) reflect.Value { return reflect.ValueOf(s).Elem().FieldByIndex(f.index) }

// setText gives the field the value that a text stands for.
func (f *field) setText(to reflect.Value, text string) error {
	if v, ok := to.Addr().Interface().(value); ok {
		return v.set(text)
	}
	text = strings.TrimSpace(text)
	switch to.Kind() {
	case reflect.Bool:
		b, err := strconv.ParseBool(strings.ToLower(text))
		if err != nil && text != "" {
			return errors.New(strconv.Quote(text) + " is not a truth value; want true or false")
		}
		to.SetBool(b)
	case reflect.Int:
		if text == "" {
			text = "0"
		}
		return f.setNumber(to, text)
	case reflect.String:
		if f.enum != nil && !slices.Contains(f.enum, text) {
			return errors.New("unknown value " + strconv.Quote(text) + "; want " + oneOf(f.enum))
		}
		to.SetString(text)
	case reflect.Slice: // of strings, or a JSON value
		if to.Type() == reflect.TypeFor[openai.Value]() {
			if text == "" {
				to.SetBytes(nil)
				return nil
			}
			to.SetBytes(openai.AppendQuote(nil, text))
			return nil
		}
		var list []string
		for _, s := range strings.Split(text, ",") {
			if s = strings.TrimSpace(s); s != "" {
				list = append(list, s)
			}
		}
		to.Set(reflect.ValueOf(list))
	default:
		return errors.New(openai.KindName('"') + "; want " + wanted(to.Type()))
	}
	return nil
}

func (f *field) setNumber(to reflect.Value, text string) error {
	x, err := strconv.ParseFloat(text, 64)
	if err != nil || x != float64(int(x)) || strings.Trim(text, "0123456789.eE+-") != "" { // no 0x10, no 1_000
		return errors.New(strconv.Quote(text) + " is not a whole number")
	}
	n := int(x)
	if f.enum != nil && !slices.Contains(f.enum, strconv.Itoa(n)) {
		return errors.New("unknown value " + strconv.Itoa(n) + "; want " + oneOf(f.enum))
	}
	if n < f.min || n > f.max {
		return errors.New(strconv.Itoa(n) + " is out of range; want " + strconv.Itoa(f.min) + " to " + strconv.Itoa(f.max))
	}
	to.SetInt(int64(n))
	return nil
}

// setEither gives the field the value that a text stands for, which may be JSON.
func (f *field) setEither(to reflect.Value, text string) error {
	if text != "" && (text[0] == '{' || text[0] == '[') && openai.Valid([]byte(text)) {
		return f.setJSON(to, openai.Value(text))
	}
	return f.setText(to, text)
}

// setJSON gives the field a value of the configuration. What Usage Panda takes in another type is taken: "true", "100".
func (f *field) setJSON(to reflect.Value, v openai.Value) error {
	if v.Kind() == 'n' { // null: the default
		return f.setEither(to, f.fallback)
	}
	if j, ok := to.Addr().Interface().(jsonValue); ok && v.Kind() != '"' && v.Kind() != 'f' {
		return j.setJSON(v)
	}
	if to.Type() == reflect.TypeFor[openai.Value]() && v.Kind() == '{' {
		to.SetBytes(slices.Clone(v))
		return nil
	}
	switch v.Kind() {
	case '"':
		text := strings.Clone(v.Text())
		if to.Kind() == reflect.String && f.enum == nil { // with the white space at its ends
			to.SetString(text)
			return nil
		}
		return f.setText(to, text)
	case 't', 'f':
		if to.Kind() == reflect.Bool {
			to.SetBool(v.Kind() == 't')
			return nil
		}
		if v.Kind() == 'f' && to.Kind() != reflect.String { // off, as in a JavaScript configuration
			return f.setText(to, "")
		}
	case '0':
		if to.Kind() == reflect.Int {
			return f.setNumber(to, string(v))
		}
	case '[':
		if to.Type() == reflect.TypeFor[[]string]() {
			var list []string
			err := openai.Elements(v, func(v openai.Value) error {
				text, err := stringOf(v)
				if err != nil {
					return errors.New("entry " + strconv.Itoa(len(list)+1) + ": " + err.Error())
				}
				list = append(list, text)
				return nil
			})
			to.Set(reflect.ValueOf(list))
			return err
		}
	case '{':
		if to.Kind() == reflect.Map {
			pairs := map[string]string{}
			err := openai.Members(v, func(name string, v openai.Value) error {
				text, err := stringOf(v)
				if err != nil {
					return errors.New(name + ": " + err.Error())
				}
				pairs[name] = text
				return nil
			})
			to.Set(reflect.ValueOf(pairs))
			return err
		}
	}
	return errors.New(openai.KindName(v.Kind()) + "; want " + wanted(to.Type()))
}

// wanted says in words what a setting of the type takes.
func wanted(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Bool:
		return "true or false"
	case reflect.Int:
		return "a whole number"
	case reflect.Slice:
		if t == reflect.TypeFor[openai.Value]() {
			return "a string or an object"
		}
		return "a list of strings"
	case reflect.Map:
		return "an object of strings"
	}
	return "a string"
}

func oneOf(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " or " + names[last]
}
