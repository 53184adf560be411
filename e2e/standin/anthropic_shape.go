package standin

import (
	"fmt"
	"net/http"
	"strings"
)

// The shapes of Anthropic's Messages API. Source: anthropic-sdk-go, and https://platform.claude.com/docs/en/api/messages.
var (
	anthropicCache = object(map[string]shape{"type!": enum("ephemeral"), "ttl": enum("5m", "1h")})
	anthropicText  = object(map[string]shape{"text!": str, "cache_control": anthropicCache, "citations": list(anything)})
	anthropicImage = object(map[string]shape{"cache_control": anthropicCache, "source!": variants("type", map[string]shape{
		"base64": object(map[string]shape{"data!": encoded, "media_type!": enum("image/jpeg", "image/png", "image/gif", "image/webp")}),
		"url":    object(map[string]shape{"url!": like(`^https?://`)}),
		"file":   object(map[string]shape{"file_id!": str}),
	})})
	anthropicDocument = object(map[string]shape{"cache_control": anthropicCache, "title": str, "context": str,
		"citations": object(map[string]shape{"enabled": truth}), "source!": variants("type", map[string]shape{
			"base64": object(map[string]shape{"data!": encoded, "media_type!": enum("application/pdf")}),
			"text":   object(map[string]shape{"data!": str, "media_type!": enum("text/plain")}),
			"url":    object(map[string]shape{"url!": like(`^https?://`)}),
			"file":   object(map[string]shape{"file_id!": str}),
		})})
	anthropicID     = like(`^[a-zA-Z0-9_-]+$`)
	anthropicName   = like(`^[a-zA-Z0-9_-]{1,128}$`)
	anthropicResult = object(map[string]shape{"tool_use_id!": anthropicID, "is_error": truth, "cache_control": anthropicCache,
		"content": either(str, list(variants("type", map[string]shape{
			"text": anthropicText, "image": anthropicImage, "document": anthropicDocument})))})
	anthropicUse = object(map[string]shape{"id!": anthropicID, "name!": like(`^[a-zA-Z0-9_-]{1,200}$`), "input!": free,
		"cache_control": anthropicCache})
	anthropicBlocks = variants("type", map[string]shape{
		"text": anthropicText, "image": anthropicImage, "document": anthropicDocument, "tool_use": anthropicUse,
		"tool_result": anthropicResult, "thinking": object(map[string]shape{"thinking!": str, "signature!": str}),
		"redacted_thinking": object(map[string]shape{"data!": str}),
	})
	anthropicTool = object(map[string]shape{"name!": anthropicName, "description": str, "input_schema!": free, "strict": truth,
		"cache_control": anthropicCache, "defer_loading": truth, "eager_input_streaming": truth, "input_examples": list(free),
		"allowed_callers": list(str), "type": enum("custom")})
	anthropicSerial = object(map[string]shape{"disable_parallel_tool_use": truth})
	anthropicShape  = object(map[string]shape{
		"model!": str, "max_tokens!": whole(1, 1<<20), "stream": truth,
		"messages!": list(object(map[string]shape{"role!": enum("user", "assistant"), "content!": either(str, list(anthropicBlocks))})),
		"system":    either(str, list(variants("type", map[string]shape{"text": anthropicText}))),
		"metadata":  object(map[string]shape{"user_id": str}), "stop_sequences": list(like(`\S`)),
		"temperature": between(0, 1), "top_p": between(0, 1), "top_k": whole(0, 500),
		"service_tier": enum("auto", "standard_only"), "inference_geo": str, "cache_control": anthropicCache,
		"tools": list(anthropicTool), "tool_choice": variants("type", map[string]shape{"auto": anthropicSerial, "any": anthropicSerial,
			"none": object(nil), "tool": object(map[string]shape{"name!": str, "disable_parallel_tool_use": truth})}),
		"thinking": variants("type", map[string]shape{"disabled": object(nil),
			"enabled":  object(map[string]shape{"budget_tokens!": whole(1024, 1<<20), "display": enum("summarized", "omitted")}),
			"adaptive": object(map[string]shape{"display": enum("summarized", "omitted")})}),
		"output_config": object(map[string]shape{"effort": enum("low", "medium", "high", "xhigh", "max"),
			"format": variants("type", map[string]shape{"json_schema": object(map[string]shape{"schema!": free})})}),
	})
)

// anthropicFlaw is what the API says of a field.
func anthropicFlaw(f *flaw) string {
	switch f.what {
	case unknown:
		return f.dotted() + ": Extra inputs are not permitted"
	case missing:
		return f.dotted() + ": Field required"
	}
	return f.dotted() + ": Input should be " + f.want
}

type anthropicBlock struct {
	Type      string `json:"type"`
	Text      string `json:"text"`
	ID        string `json:"id"`
	ToolUseID string `json:"tool_use_id"`
	Content   any    `json:"content"`
	Source    struct {
		Type string `json:"type"`
		Kind string `json:"media_type"`
		Data []byte `json:"data"`
	} `json:"source"`
}

// anthropicContent is a content as blocks: a text is one block.
func anthropicContent(v any) (blocks []anthropicBlock) {
	switch v := v.(type) {
	case string:
		return []anthropicBlock{{Type: "text", Text: v}}
	case []any:
		for _, b := range v {
			var block anthropicBlock
			m := b.(map[string]any)
			if source, ok := m["source"].(map[string]any); ok && source["type"] == "text" {
				continue // a document's text is not base64
			}
			remake(b, &block)
			blocks = append(blocks, block)
		}
	}
	return blocks
}

// anthropicRules finds what the messages break that shapes cannot say; "" is nothing.
func anthropicRules(r *anthropicRequest) string {
	if len(r.Messages) == 0 {
		return "messages: at least one message is required"
	}
	if r.Messages[0].Role != "user" {
		return `messages: first message must use the "user" role`
	}
	var open []string // tools that wait for their results
	for i, m := range r.Messages {
		blocks := anthropicContent(m.Content)
		last := i == len(r.Messages)-1
		if len(blocks) == 0 && !(last && m.Role == "assistant") {
			return fmt.Sprintf("messages.%d: all messages must have non-empty content except for the optional final assistant message", i)
		}
		waiting, others := open, false
		open = nil
		for k, b := range blocks {
			where := fmt.Sprintf("messages.%d.content.%d", i, k)
			switch b.Type {
			case "text":
				if strings.TrimSpace(b.Text) == "" {
					return "messages: text content blocks must contain non-whitespace text"
				}
				if last && m.Role == "assistant" && strings.TrimSpace(b.Text) != strings.TrimLeft(b.Text, " \n\t") {
					return "messages: final assistant content cannot end with trailing whitespace"
				}
			case "image":
				if b.Source.Type == "base64" && http.DetectContentType(b.Source.Data) != b.Source.Kind {
					return fmt.Sprintf("%s.image.source.base64: Image does not match the provided media type %s", where, b.Source.Kind)
				}
			case "tool_use":
				open = append(open, b.ID)
			case "tool_result":
				rest := without(waiting, b.ToolUseID)
				if len(rest) == len(waiting) {
					return fmt.Sprintf("%s: unexpected `tool_use_id` found in `tool_result` blocks: %s. Each `tool_result` block must have a "+
						"corresponding `tool_use` block in the previous message.", where, b.ToolUseID)
				}
				if others {
					return where + ": `tool_result` blocks must come first in the content"
				}
				waiting = rest
			}
			others = others || b.Type != "tool_result"
			if wrong := map[string]string{"tool_use": "user", "thinking": "user", "redacted_thinking": "user", "tool_result": "assistant",
				"image": "assistant", "document": "assistant"}[b.Type]; wrong == m.Role {
				return fmt.Sprintf("%s: `%s` blocks cannot be in messages of the %s", where, b.Type, m.Role)
			}
		}
		if len(waiting) > 0 {
			return fmt.Sprintf("messages.%d: `tool_use` ids were found without `tool_result` blocks immediately after: %s. Each `tool_use` "+
				"block must have a corresponding `tool_result` block in the next message.", i-1, strings.Join(waiting, ", "))
		}
	}
	if len(open) > 0 {
		return fmt.Sprintf("messages.%d: `tool_use` ids were found without `tool_result` blocks immediately after: %s", len(r.Messages)-1,
			strings.Join(open, ", "))
	}
	return anthropicSettings(r)
}

// anthropicSettings finds settings that contradict each other.
func anthropicSettings(r *anthropicRequest) string {
	names := map[string]bool{}
	for i, t := range r.Tools {
		if names[t.Name] {
			return "tools: Tool names must be unique."
		}
		names[t.Name] = true
		if t.Schema["type"] != "object" {
			return fmt.Sprintf("tools.%d.custom.input_schema.type: Field required", i)
		}
	}
	thinks := r.Thinking.Type == "enabled" || r.Thinking.Type == "adaptive"
	switch {
	case r.Choice.Type != "" && len(r.Tools) == 0:
		return "tool_choice may only be specified while providing tools"
	case r.Choice.Type == "tool" && !names[r.Choice.Name]:
		return fmt.Sprintf("Tool '%s' not found in provided tools", r.Choice.Name)
	case r.Thinking.Type == "enabled" && r.Thinking.Budget >= r.MaxTokens:
		return "`max_tokens` must be greater than `thinking.budget_tokens`"
	case thinks && r.Temperature != nil && *r.Temperature != 1:
		return "`temperature` may only be set to 1 when thinking is enabled or in adaptive mode"
	case thinks && r.TopK != nil:
		return "`top_k` must be unset when thinking is enabled or in adaptive mode"
	case thinks && r.TopP != nil && *r.TopP < 0.95:
		return "`top_p` must be greater than or equal to 0.95 or unset when thinking is enabled or in adaptive mode"
	case thinks && (r.Choice.Type == "any" || r.Choice.Type == "tool"):
		return "Thinking may not be enabled when tool_choice forces tool use."
	}
	if r.Output.Format.Schema != nil {
		if at := openObject(r.Output.Format.Schema); at != "" {
			return "output_config.format.schema" + at + ": For 'object' type, 'additionalProperties' must be explicitly set to false"
		}
	}
	return ""
}

// openObject is the path of an object in a schema that allows other properties, "" if there is none.
func openObject(v any) string {
	switch v := v.(type) {
	case map[string]any:
		if v["type"] == "object" && v["additionalProperties"] != false {
			return "."
		}
		for name, p := range v {
			if at := openObject(p); at != "" {
				return "." + name + strings.TrimSuffix(at, ".")
			}
		}
	case []any:
		for _, p := range v {
			if at := openObject(p); at != "" {
				return at
			}
		}
	}
	return ""
}

// without is the list without one that equals s.
func without(all []string, s string) (rest []string) {
	found := false
	for _, a := range all {
		if a == s && !found {
			found = true
			continue
		}
		rest = append(rest, a)
	}
	return rest
}
