package converters

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

// keeps wants every text of the request in the provider's body.
func (c *testCase) keeps(t testing.TB, x *Exchange, body []byte) {
	t.Helper()
	request, _ := c.get("request")
	_, client, _ := strings.Cut(request, "\n\n")
	for _, text := range lost([]byte(client), body, x.Dropped) {
		t.Errorf("%s: the text %q did not reach the provider", c.file, text)
	}
}

// lost are the texts of a request that are nowhere in the provider's body, though their field was not dropped.
func lost(client, body []byte, dropped []string) (texts []string) {
	var q struct {
		Prompt   any
		Input    any
		Messages []struct {
			Content   any
			Refusal   string
			ToolCalls []struct {
				Function struct{ Name, Arguments string }
			} `json:"tool_calls"`
		}
		Tools []struct {
			Function struct {
				Name, Description string
				Parameters        map[string]any
			}
		}
		Format struct {
			Schema struct{ Schema any } `json:"json_schema"`
		} `json:"response_format"`
	}
	var p any
	if json.Unmarshal(client, &q) != nil || json.Unmarshal(body, &p) != nil {
		return nil
	}
	var there strings.Builder
	var note func(text string)
	note = func(text string) {
		there.WriteString(text + "\x00")
		var in map[string]any
		if json.Unmarshal([]byte(text), &in) == nil {
			walk(in, note)
		}
	}
	walk(p, note)
	all := there.String()
	var want func(text string)
	want = func(text string) {
		if strings.Contains(all, text) {
			return
		}
		var in map[string]any // spelled in another way, perhaps
		if json.Unmarshal([]byte(text), &in) == nil {
			walk(in, want)
			return
		}
		texts = append(texts, text)
	}
	walk(q.Prompt, want)
	walk(q.Input, want)
	for _, m := range q.Messages {
		content(m.Content, want)
		walk(m.Refusal, want)
		for _, c := range m.ToolCalls {
			want(c.Function.Name)
			walk(c.Function.Arguments, want)
		}
	}
	for _, t := range q.Tools {
		want(t.Function.Name)
		walk(t.Function.Description, want)
		walk(t.Function.Parameters, want)
	}
	if !slices.Contains(dropped, "response_format") {
		walk(q.Format.Schema.Schema, want)
	}
	return texts
}

// content finds the texts of a message's content, and the data of what it shows.
func content(v any, found func(text string)) {
	switch v := v.(type) {
	case string:
		walk(v, found)
	case []any:
		for _, p := range v {
			content(p, found)
		}
	case map[string]any:
		switch v["type"] {
		case "text", "refusal":
			walk(v[v["type"].(string)], found)
		case "image_url":
			if image, ok := v["image_url"].(map[string]any); ok {
				url, _ := image["url"].(string)
				if _, data, ok := strings.Cut(url, ";base64,"); ok && strings.HasPrefix(url, "data:") {
					url = data
				}
				found(url)
			}
		}
	}
}

// walk finds the texts of a value, and its names.
func walk(v any, found func(text string)) {
	switch v := v.(type) {
	case map[string]any:
		for n, v := range v {
			found(n)
			walk(v, found)
		}
	case []any:
		for _, v := range v {
			walk(v, found)
		}
	case string:
		found(v)
	}
}
