package standin

import (
	"encoding/json"
	"fmt"
	"strings"
)

// part is one part of a content that is a list.
type part struct {
	Type string `json:"type"`
	Text string `json:"text"`
	URL  struct {
		URL string `json:"url"`
	} `json:"image_url"`
}

// content is the text of a content: a string, or parts.
func content(raw json.RawMessage) (string, error) {
	var s string
	if len(raw) == 0 || string(raw) == "null" || json.Unmarshal(raw, &s) == nil {
		return s, nil
	}
	var parts []part
	if err := json.Unmarshal(raw, &parts); err != nil {
		return "", fmt.Errorf("content: %w", err)
	}
	var texts []string
	for _, p := range parts {
		if strings.HasSuffix(p.Type, "text") {
			texts = append(texts, p.Text)
		}
	}
	return strings.Join(texts, "\n"), nil
}

// prompts are the texts of a completion's prompt or an embedding's input: a string, a list of strings, a list of tokens, or a list of
// such lists.
func prompts(raw json.RawMessage) (all []string, ok bool) {
	var s string
	if json.Unmarshal(raw, &s) == nil {
		return []string{s}, len(raw) > 0
	}
	if json.Unmarshal(raw, &all) == nil {
		return all, len(all) > 0
	}
	var ids []int
	if json.Unmarshal(raw, &ids) == nil {
		return []string{fmt.Sprint(ids)}, len(ids) > 0
	}
	var lists [][]int
	if json.Unmarshal(raw, &lists) != nil {
		return nil, false
	}
	all = nil
	for _, l := range lists {
		all = append(all, fmt.Sprint(l))
	}
	return all, len(all) > 0
}

// tool is a function that the model may call.
type tool struct {
	Name   string
	Schema schema
}

// choose picks the tools that are called, as tool_choice has it: one that is named, any, or those that the user's text names after
// "call".
func choose(tools []tool, choice json.RawMessage, text string) (called []tool) {
	var word string
	_ = json.Unmarshal(choice, &word)
	if word == "none" || len(tools) == 0 {
		return nil
	}
	var named struct {
		Name     string `json:"name"` // of the Responses API
		Function struct {
			Name string `json:"name"`
		} `json:"function"`
	}
	if len(choice) > 0 && word == "" && json.Unmarshal(choice, &named) == nil {
		for _, t := range tools {
			if t.Name == named.Name || t.Name == named.Function.Name {
				return []tool{t}
			}
		}
	}
	for _, t := range tools {
		if strings.Contains(text, "call "+t.Name) {
			called = append(called, t)
		}
	}
	if len(called) == 0 && word == "required" {
		called = tools[:1]
	}
	return called
}

// schema is the part of JSON Schema that fill knows.
type schema struct {
	Type       any               `json:"type"`
	Enum       []any             `json:"enum"`
	Properties map[string]schema `json:"properties"`
	Items      *schema           `json:"items"`
}

// fill makes a value that the schema allows, with the text in every string.
func (s schema) fill(text string) any {
	kind, _ := s.Type.(string)
	if kinds, ok := s.Type.([]any); ok && len(kinds) > 0 {
		kind, _ = kinds[0].(string)
	}
	switch {
	case len(s.Enum) > 0:
		return s.Enum[0]
	case kind == "object" || s.Properties != nil:
		filled := map[string]any{}
		for name, p := range s.Properties {
			filled[name] = p.fill(text)
		}
		return filled
	case kind == "array" && s.Items != nil:
		return []any{s.Items.fill(text)}
	case kind == "array":
		return []any{}
	case kind == "integer" || kind == "number":
		return 1
	case kind == "boolean":
		return true
	}
	return text
}

// arguments are a call's arguments: JSON in a string.
func (t tool) arguments(text string) string {
	b, err := json.Marshal(t.Schema.fill(text))
	if err != nil {
		return "{}"
	}
	return string(b)
}
