package standin

import (
	"encoding/json"
	"net/http"
)

type responseRequest struct {
	Model        string          `json:"model"`
	Input        json.RawMessage `json:"input"`
	Instructions *string         `json:"instructions"`
	MaxTokens    int             `json:"max_output_tokens"`
	Stream       bool            `json:"stream"`
	User         string          `json:"user"`
	Tools        []struct {
		Type       string `json:"type"`
		Name       string `json:"name"`
		Parameters schema `json:"parameters"`
	} `json:"tools"`
	ToolChoice json.RawMessage `json:"tool_choice"`
	Text       struct {
		Format struct {
			Type   string `json:"type"`
			Schema schema `json:"schema"`
		} `json:"format"`
	} `json:"text"`
}

type responseObject struct {
	ID           string         `json:"id"`
	Object       string         `json:"object"`
	Created      int64          `json:"created_at"`
	Status       string         `json:"status"`
	Error        *apiError      `json:"error"`
	Incomplete   *incomplete    `json:"incomplete_details"`
	Instructions *string        `json:"instructions"`
	MaxTokens    *int           `json:"max_output_tokens"`
	Model        string         `json:"model"`
	Output       []outputItem   `json:"output"`
	Parallel     bool           `json:"parallel_tool_calls"`
	Temperature  float64        `json:"temperature"`
	ToolChoice   string         `json:"tool_choice"`
	Tools        []any          `json:"tools"`
	TopP         float64        `json:"top_p"`
	Usage        *responseUsage `json:"usage"`
	Metadata     struct{}       `json:"metadata"`
}

type incomplete struct {
	Reason string `json:"reason"`
}

type responseUsage struct {
	Input        int `json:"input_tokens"`
	InputDetails struct {
		Cached int `json:"cached_tokens"`
	} `json:"input_tokens_details"`
	Output        int `json:"output_tokens"`
	OutputDetails struct {
		Reasoning int `json:"reasoning_tokens"`
	} `json:"output_tokens_details"`
	Total int `json:"total_tokens"`
}

type outputItem struct {
	ID        string       `json:"id"`
	Type      string       `json:"type"`
	Status    string       `json:"status"`
	Role      string       `json:"role,omitempty"`
	Content   []outputText `json:"content,omitempty"`
	CallID    string       `json:"call_id,omitempty"`
	Name      string       `json:"name,omitempty"`
	Arguments *string      `json:"arguments,omitempty"`
}

type outputText struct {
	Type        string `json:"type"`
	Text        string `json:"text"`
	Annotations []any  `json:"annotations"`
	Logprobs    []any  `json:"logprobs"`
}

func textPart(text string) outputText {
	return outputText{Type: "output_text", Text: text, Annotations: []any{}, Logprobs: []any{}}
}

func (p *Provider) responses(body []byte) *Answer {
	var r responseRequest
	if a := read(body, &r, &r.Model); a != nil {
		return a
	}
	text, last, n, fail := r.said()
	if fail != nil {
		return fail
	}
	var tools []tool
	for _, t := range r.Tools {
		tools = append(tools, tool{t.Name, t.Parameters})
	}
	o := &responseObject{ID: ident("resp_"), Object: "response", Created: now(), Status: "completed", Instructions: r.Instructions,
		Model: r.Model, Output: []outputItem{}, Parallel: true, Temperature: 1, ToolChoice: "auto", Tools: []any{}, TopP: 1}
	called := choose(tools, r.ToolChoice, text)
	if last != "user" {
		called = nil
	}
	out := 0
	for _, t := range called {
		args := t.arguments(text)
		out += length(args)
		o.Output = append(o.Output, outputItem{ID: ident("fc_"), Type: "function_call", Status: "completed", CallID: ident("call_"),
			Name: t.Name, Arguments: &args})
	}
	if len(called) == 0 {
		switch r.Text.Format.Type {
		case "json_schema":
			text = r.Text.Format.Schema.json(text)
		case "json_object":
			text = schema{Properties: map[string]schema{"said": {}}}.json(text)
		}
		cut, why := limit(text, r.MaxTokens)
		if why == "length" {
			o.Status, o.Incomplete = "incomplete", &incomplete{"max_output_tokens"}
		}
		out = length(cut)
		o.Output = append(o.Output, outputItem{ID: ident("msg_"), Type: "message", Status: o.Status, Role: "assistant",
			Content: []outputText{textPart(cut)}})
	}
	o.Usage = &responseUsage{Input: n, Output: out, Total: n + out}
	if r.MaxTokens > 0 {
		o.MaxTokens = &r.MaxTokens
	}
	if !r.Stream {
		return JSON(http.StatusOK, o)
	}
	return p.responseStream(o)
}

// said is what to answer with, whose turn was the last ("user" or "tool"), and how many tokens came.
func (r *responseRequest) said() (text, last string, n int, fail *Answer) {
	if len(r.Input) == 0 {
		return "", "", 0, badRequest("input", "Missing required parameter: 'input'.")
	}
	if r.Instructions != nil {
		n = length(*r.Instructions)
	}
	var s string
	if json.Unmarshal(r.Input, &s) == nil {
		return "You said: " + s, "user", n + length(s), nil
	}
	var items []struct {
		Role    string          `json:"role"`
		Type    string          `json:"type"`
		Content json.RawMessage `json:"content"`
		Output  json.RawMessage `json:"output"`
	}
	if err := json.Unmarshal(r.Input, &items); err != nil {
		return "", "", 0, badRequest("input", "Invalid type for 'input': "+err.Error())
	}
	for _, i := range items {
		c, err := content(i.Content)
		if err != nil {
			return "", "", 0, badRequest("input", err.Error())
		}
		n += length(c)
		switch {
		case i.Role == "user":
			text, last = "You said: "+c, "user"
		case i.Type == "function_call_output":
			result, err := content(i.Output)
			if err != nil {
				return "", "", 0, badRequest("input", err.Error())
			}
			text, last = "The tool said: "+result, "tool"
			n += length(result)
		}
	}
	return text, last, n, nil
}

// responseEvent is any event of a streamed response.
type responseEvent struct {
	Type      string          `json:"type"`
	Sequence  int             `json:"sequence_number"`
	Response  *responseObject `json:"response,omitempty"`
	ItemID    string          `json:"item_id,omitempty"`
	Index     *int            `json:"output_index,omitempty"`
	Content   *int            `json:"content_index,omitempty"`
	Item      *outputItem     `json:"item,omitempty"`
	Part      *outputText     `json:"part,omitempty"`
	Delta     *string         `json:"delta,omitempty"`
	Text      *string         `json:"text,omitempty"`
	Arguments *string         `json:"arguments,omitempty"`
	Logprobs  []any           `json:"logprobs,omitempty"`
}

// responseStream makes the stream of a response that is known.
func (p *Provider) responseStream(whole *responseObject) *Answer {
	e := events{pace: p.options.Pace}
	add := func(name string, v responseEvent) {
		v.Type, v.Sequence = "response."+name, len(e.pieces)
		e.add(v.Type, v)
	}
	begun := *whole
	begun.Status, begun.Output, begun.Usage, begun.Incomplete = "in_progress", []outputItem{}, nil, nil
	add("created", responseEvent{Response: &begun})
	add("in_progress", responseEvent{Response: &begun})
	for i, item := range whole.Output {
		bare, none, zero := item, "", 0
		bare.Status = "in_progress"
		if item.Arguments != nil {
			bare.Arguments = &none
			add("output_item.added", responseEvent{Index: &i, Item: &bare})
			for _, t := range tokens(*item.Arguments) {
				add("function_call_arguments.delta", responseEvent{ItemID: item.ID, Index: &i, Delta: &t})
			}
			add("function_call_arguments.done", responseEvent{ItemID: item.ID, Index: &i, Arguments: item.Arguments})
		} else {
			bare.Content = []outputText{}
			add("output_item.added", responseEvent{Index: &i, Item: &bare})
			empty, full := textPart(""), item.Content[0]
			add("content_part.added", responseEvent{ItemID: item.ID, Index: &i, Content: &zero, Part: &empty})
			for _, t := range tokens(full.Text) {
				add("output_text.delta", responseEvent{ItemID: item.ID, Index: &i, Content: &zero, Delta: &t})
			}
			add("output_text.done", responseEvent{ItemID: item.ID, Index: &i, Content: &zero, Text: &full.Text})
			add("content_part.done", responseEvent{ItemID: item.ID, Index: &i, Content: &zero, Part: &full})
		}
		add("output_item.done", responseEvent{Index: &i, Item: &item})
	}
	if whole.Status == "incomplete" {
		add("incomplete", responseEvent{Response: whole})
	} else {
		add("completed", responseEvent{Response: whole})
	}
	return e.answer()
}
