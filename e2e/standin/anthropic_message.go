package standin

import (
	"encoding/json"
	"time"
)

// anthropicMessage is an answer of the Messages API.
type anthropicMessage struct {
	ID           string           `json:"id"`
	Type         string           `json:"type"`
	Role         string           `json:"role"`
	Model        string           `json:"model"`
	Content      []map[string]any `json:"content"`
	StopReason   *string          `json:"stop_reason"`
	StopSequence *string          `json:"stop_sequence"`
	Usage        anthropicUsage   `json:"usage"`
}

type anthropicUsage struct {
	Input         int            `json:"input_tokens"`
	CacheCreation int            `json:"cache_creation_input_tokens"`
	CacheRead     int            `json:"cache_read_input_tokens"`
	Creation      map[string]int `json:"cache_creation,omitempty"`
	Output        int            `json:"output_tokens"`
	Details       map[string]int `json:"output_tokens_details,omitempty"`
	Tier          string         `json:"service_tier,omitempty"`
}

func newAnthropicMessage(model string, s said) *anthropicMessage {
	why := anthropicReasons[s.why]
	m := &anthropicMessage{ID: ident("msg_"), Type: "message", Role: "assistant", Model: model, Content: []map[string]any{}, StopReason: &why}
	if s.stop != "" {
		why, m.StopSequence = "stop_sequence", &s.stop
	}
	m.Usage = anthropicUsage{Input: s.used.prompt - s.used.cached, CacheRead: s.used.cached, Output: s.used.output, Tier: "standard",
		Creation: map[string]int{"ephemeral_5m_input_tokens": 0, "ephemeral_1h_input_tokens": 0}}
	if s.thought != "" {
		m.Content = append(m.Content, map[string]any{"type": "thinking", "thinking": s.thought, "signature": "c2lnbmF0dXJl"})
		m.Usage.Details = map[string]int{"thinking_tokens": s.used.thoughts}
	}
	if s.text != "" {
		m.Content = append(m.Content, map[string]any{"type": "text", "text": s.text})
	}
	for _, c := range s.called {
		m.Content = append(m.Content, map[string]any{"type": "tool_use", "id": ident("toolu_"), "name": c.name,
			"input": json.RawMessage(c.arguments)})
	}
	return m
}

// stream is the message as events: a start without content, each block from its start over its deltas to its stop, why it ended, its end.
func (m *anthropicMessage) stream(pace time.Duration) *Answer {
	e := events{pace: pace}
	add := func(kind string, v map[string]any) {
		v["type"] = kind
		e.add(kind, v)
	}
	start := *m
	start.Content, start.StopReason, start.StopSequence, start.Usage.Output, start.Usage.Details = []map[string]any{}, nil, nil, 1, nil
	add("message_start", map[string]any{"message": start})
	for i, block := range m.Content {
		first := map[string]any{}
		var deltas []map[string]any
		switch block["type"] {
		case "text":
			first = map[string]any{"type": "text", "text": ""}
			for _, t := range tokens(block["text"].(string)) {
				deltas = append(deltas, map[string]any{"type": "text_delta", "text": t})
			}
		case "thinking":
			first = map[string]any{"type": "thinking", "thinking": "", "signature": ""}
			for _, t := range tokens(block["thinking"].(string)) {
				deltas = append(deltas, map[string]any{"type": "thinking_delta", "thinking": t})
			}
			deltas = append(deltas, map[string]any{"type": "signature_delta", "signature": block["signature"]})
		case "tool_use":
			first = map[string]any{"type": "tool_use", "id": block["id"], "name": block["name"], "input": map[string]any{}}
			deltas = append(deltas, map[string]any{"type": "input_json_delta", "partial_json": ""})
			for _, t := range tokens(string(block["input"].(json.RawMessage))) {
				deltas = append(deltas, map[string]any{"type": "input_json_delta", "partial_json": t})
			}
		}
		add("content_block_start", map[string]any{"index": i, "content_block": first})
		if i == 0 {
			add("ping", map[string]any{})
		}
		for _, d := range deltas {
			add("content_block_delta", map[string]any{"index": i, "delta": d})
		}
		add("content_block_stop", map[string]any{"index": i})
	}
	used := m.Usage
	used.Creation, used.Tier = nil, ""
	add("message_delta", map[string]any{"delta": map[string]any{"stop_reason": m.StopReason, "stop_sequence": m.StopSequence}, "usage": used})
	add("message_stop", map[string]any{})
	return e.answer()
}
