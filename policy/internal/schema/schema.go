// Package schema makes the JSON Schema of the settings from the tags that the settings are read by. It is no part of the module.
package schema

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"github.com/usagepanda/usage-panda-envoy/converters/openai"

	"github.com/usagepanda/usage-panda-envoy/policy"
)

// object is a JSON object whose members keep their order.
type object []member

type member struct {
	name  string
	value any
}

func (o object) MarshalJSON() ([]byte, error) {
	b := []byte{'{'}
	for i, m := range o {
		if i > 0 {
			b = append(b, ',')
		}
		value, err := marshal(m.value)
		if err != nil {
			return nil, err
		}
		b = append(append(strconv.AppendQuote(b, m.name), ':'), value...)
	}
	return append(b, '}'), nil
}

// marshal leaves <, > and & as they are, for people read it.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return bytes.TrimSpace(b.Bytes()), err
}

// Make returns the schema, a JSON Schema of draft 2020-12. What it lets pass the settings may still refuse, for it does not look into
// strings that stand for numbers or URLs; what it refuses they refuse.
func Make() ([]byte, error) {
	properties := object{{"$schema", object{{"type", "string"}}}}
	if err := settings(reflect.TypeFor[policy.Settings](), &properties); err != nil {
		return nil, err
	}
	raw, err := marshal(object{
		{"$schema", "https://json-schema.org/draft/2020-12/schema"},
		{"title", "Usage Panda for Envoy: settings"},
		{"type", "object"},
		{"properties", properties},
		{"additionalProperties", false},
	})
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = json.Indent(&b, raw, "", "  ")
	return append(b.Bytes(), '\n'), err
}

// settings adds the settings among the fields of a struct.
func settings(t reflect.Type, to *object) error {
	for i := range t.NumField() {
		f := t.Field(i)
		key := f.Tag.Get("key")
		switch {
		case key == "" && f.Type.Kind() == reflect.Struct && f.IsExported():
			if err := settings(f.Type, to); err != nil {
				return err
			}
		case key != "":
			s, err := setting(key, f)
			if err != nil {
				return fmt.Errorf("%s: %w", key, err)
			}
			*to = append(*to, member{key, s})
		}
	}
	return nil
}

func setting(key string, f reflect.StructField) (object, error) {
	doc := f.Tag.Get("doc")
	if header := f.Tag.Get("header"); header != "" {
		doc += " Header: " + header + "."
	}
	title := strings.ToLower(strings.ReplaceAll(key, "_", " "))
	s := object{{"title", strings.ToUpper(title[:1]) + title[1:]}, {"description", doc}}
	if text, ok := f.Tag.Lookup("default"); !ok || text != "" { // an empty one depends on other settings
		otherwise, err := fallback(f.Type, text)
		if err != nil {
			return nil, err
		}
		s = append(s, member{"default", otherwise})
	}
	forms, err := forms(f)
	if err != nil {
		return nil, err
	}
	if len(forms) == 1 {
		return append(s, forms[0]...), nil
	}
	return append(s, member{"anyOf", forms}), nil
}

// fallback is the value that a setting has by default.
func fallback(t reflect.Type, text string) (any, error) {
	switch {
	case t.Kind() == reflect.Bool:
		return text == "true", nil
	case t == reflect.TypeFor[policy.Action]():
		return policy.Action(0).String(), nil
	case t.Kind() == reflect.Int:
		if text == "" {
			return 0, nil
		}
		return strconv.Atoi(text)
	case t.Kind() == reflect.Map:
		return json.RawMessage(text), nil
	case t == reflect.TypeFor[policy.Models]():
		return object{}, nil
	case t == reflect.TypeFor[openai.Value]():
		return nil, nil
	case t.Kind() == reflect.Slice:
		return []string{}, nil
	}
	return text, nil
}

// off is a setting that is switched off as JavaScript does it, or has its default.
var off = object{{"enum", []any{false, nil}}}

// none is a list or an object that is not there.
var none = object{{"enum", []any{"", false, nil}}}

// forms are what a setting may be written as.
func forms(f reflect.StructField) ([]object, error) {
	texts := object{{"type", "array"}, {"items", object{{"type", "string"}}}}
	switch t := f.Type; {
	case t == reflect.TypeFor[policy.Action]():
		return []object{pattern(anyCase(actions) + "|"), off}, nil
	case t == reflect.TypeFor[policy.ListActions]():
		return rules(policy.ListNames(), actions), nil
	case t == reflect.TypeFor[policy.PIIActions]():
		may := actions
		if f.Tag.Get("key") == "POLICY_PII" {
			may = append(may[:len(may):len(may)], policy.Mask.String())
		}
		return rules(append(policy.PIIKinds(), "all", "national"), may), nil
	case t == reflect.TypeFor[policy.MediaActions]():
		return rules(append(policy.MediaKinds(), "all"), []string{"none", "audit", "block"}), nil
	case t == reflect.TypeFor[policy.SecretActions]():
		return rules(append(policy.SecretKinds(), "all"), actions), nil
	case t == reflect.TypeFor[policy.Replies]():
		return []object{{
			{"type", "array"},
			{"items", object{
				{"type", "object"},
				{"properties", object{
					{"type", object{{"enum", []string{"chat", "completion"}}}},
					{"request", object{{"type", "string"}, {"minLength", 1}}},
					{"response", object{{"type", "string"}}},
				}},
				{"required", []string{"type", "request"}},
				{"additionalProperties", false},
			}},
		}, none}, nil
	case t == reflect.TypeFor[policy.Providers]():
		return []object{providers(), none}, nil
	case t == reflect.TypeFor[policy.Models]():
		return []object{models(), none}, nil
	case t == reflect.TypeFor[openai.Value]():
		return []object{{{"type", []string{"string", "object"}}}, off}, nil
	case t.Kind() == reflect.Bool:
		return []object{{{"type", []string{"boolean", "null"}}}, pattern(anyCase([]string{"true", "false", "t", "f"}) + `|1|0|`)}, nil
	case t.Kind() == reflect.Int:
		return number(f)
	case t.Kind() == reflect.String:
		if enum := f.Tag.Get("enum"); enum != "" {
			return []object{pattern(strings.ReplaceAll(enum, ",", "|")), {{"type", "null"}}}, nil
		}
		return []object{{{"type", []string{"string", "null"}}}}, nil
	case t.Kind() == reflect.Slice:
		return []object{texts, {{"type", "string"}}, off}, nil
	case t.Kind() == reflect.Map:
		return []object{{{"type", []string{"object", "null"}}, {"additionalProperties", object{{"type", "string"}}}}}, nil
	}
	return nil, fmt.Errorf("no schema for %s", f.Type)
}

// providers is a list of providers.
func providers() object {
	text := object{{"type", "string"}, {"minLength", 1}}
	properties := object{}
	for _, m := range policy.ProviderMembers() {
		form := text
		switch m {
		case "name":
			form = object{{"type", "string"}, {"pattern", "^[a-z0-9_-]+$"}}
		case "kind":
			form = object{{"enum", policy.ProviderKinds()}}
		case "client_key":
			form = object{{"type", "boolean"}}
		case "max_tokens":
			form = object{{"type", "integer"}, {"minimum", 1}, {"maximum", 1<<31 - 1}}
		}
		properties = append(properties, member{m, form})
	}
	return object{{"type", "array"}, {"items", object{
		{"type", "object"}, {"properties", properties}, {"required", []string{"name", "kind"}}, {"additionalProperties", false},
	}}}
}

// models is an object of models and their providers.
func models() object {
	target := object{{"type", "string"}, {"pattern", `^[^/]+/[\s\S]`}}
	list := object{{"type", "array"}, {"minItems", 1}, {"items", target}}
	return object{
		{"type", "object"},
		{"propertyNames", object{{"pattern", `^[^*]*\*?[^*]*$`}, {"minLength", 1}}},
		{"additionalProperties", object{{"anyOf", []object{target, list}}}},
	}
}

// rules are the forms of a list of NAME:ACTION.
func rules(names, actions []string) []object {
	rule := `(` + anyCase(names) + `)\s*:\s*(` + anyCase(actions) + `)|` + anyCase([]string{"none"}) + `|`
	return []object{pattern(`(` + rule + `)(\s*,\s*(` + rule + `))*`), off}
}

// number is an integer, or the text of one.
func number(f reflect.StructField) ([]object, error) {
	if enum := f.Tag.Get("enum"); enum != "" {
		values := []any{}
		for v := range strings.SplitSeq(enum, ",") {
			n, err := strconv.Atoi(v)
			if err != nil {
				return nil, err
			}
			values = append(values, n)
		}
		return []object{{{"enum", append(values, nil)}}, pattern(strings.ReplaceAll(enum, ",", "|"))}, nil
	}
	whole := object{{"type", "integer"}, {"minimum", 0}, {"maximum", 1<<31 - 1}}
	least := 0
	for i, tag := range []string{"min", "max"} {
		text := f.Tag.Get(tag)
		if text == "" {
			continue
		}
		n, err := strconv.Atoi(text)
		if err != nil {
			return nil, err
		}
		whole[i+1].value = n
		if tag == "min" {
			least = n
		}
	}
	if least > 0 {
		return []object{whole, pattern(`[0-9]+`), {{"type", "null"}}}, nil
	}
	return []object{whole, pattern(`[0-9]*`), off}, nil
}

var actions = func() (names []string) {
	for a := policy.None; a <= policy.Block; a++ {
		if a != policy.Mask {
			names = append(names, a.String())
		}
	}
	return names
}()

// pattern is a string that is one of the alternatives, with white space around it.
func pattern(alternatives string) object {
	return object{{"type", "string"}, {"pattern", `^\s*(` + alternatives + `)\s*$`}}
}

// anyCase are alternatives in any letter case.
func anyCase(words []string) string {
	var b strings.Builder
	for i, w := range words {
		if i > 0 {
			b.WriteByte('|')
		}
		for _, c := range w {
			fmt.Fprintf(&b, "[%c%c]", c-'a'+'A', c)
		}
	}
	return b.String()
}
