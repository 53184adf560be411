package standin

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
)

// The shapes of Amazon Bedrock's Converse. Source: aws-sdk-go-v2/service/bedrockruntime, and
// https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html.
var (
	bedrockStore = object(map[string]shape{"uri!": like("^s3://"), "bucketOwner": like(`^[0-9]{12}$`)})
	bedrockCache = object(map[string]shape{"type!": enum("default"), "ttl": enum("5m", "1h")})
	bedrockImage = object(map[string]shape{"format!": enum("png", "jpeg", "gif", "webp"),
		"source!": object(map[string]shape{"bytes?": encoded, "s3Location?": bedrockStore})})
	bedrockDocument = object(map[string]shape{"format": enum("pdf", "csv", "doc", "docx", "xls", "xlsx", "html", "txt", "md"),
		"name!": like(`^[a-zA-Z0-9\s\-()\[\]]{1,200}$`), "context": str, "citations": object(map[string]shape{"enabled!": truth}),
		"source!": object(map[string]shape{"bytes?": encoded, "s3Location?": bedrockStore, "text?": str,
			"content?": list(object(map[string]shape{"text?": str}))})})
	bedrockID    = like(`^[a-zA-Z0-9_.:-]{1,64}$`)
	bedrockName  = like(`^[a-zA-Z0-9_-]{1,64}$`)
	bedrockBlock = object(map[string]shape{
		"text?": str, "image?": bedrockImage, "document?": bedrockDocument, "cachePoint?": bedrockCache,
		"toolUse?": object(map[string]shape{"toolUseId!": bedrockID, "name!": bedrockName, "input!": free}),
		"toolResult?": object(map[string]shape{"toolUseId!": bedrockID, "status": enum("success", "error"),
			"content!": list(object(map[string]shape{"text?": str, "json?": free, "image?": bedrockImage, "document?": bedrockDocument}))}),
		"reasoningContent?": object(map[string]shape{"reasoningText?": object(map[string]shape{"text!": str, "signature": str}),
			"redactedContent?": encoded}),
	})
	bedrockTool = object(map[string]shape{"cachePoint?": bedrockCache, "toolSpec?": object(map[string]shape{"name!": bedrockName,
		"description": like(`(?s)^.+$`), "strict": truth, "inputSchema!": object(map[string]shape{"json?": free})})})
	bedrockShape = object(map[string]shape{
		"messages": list(object(map[string]shape{"role!": enum("user", "assistant"), "content!": list(bedrockBlock)})),
		"system":   list(object(map[string]shape{"text?": like(`(?s)^.+$`), "cachePoint?": bedrockCache})),
		"inferenceConfig": object(map[string]shape{"maxTokens": whole(1, 1<<20), "temperature": between(0, 1), "topP": between(0, 1),
			"stopSequences": list(like(`(?s)^.+$`))}),
		"toolConfig": object(map[string]shape{"tools!": list(bedrockTool), "toolChoice": object(map[string]shape{
			"auto?": object(nil), "any?": object(nil), "tool?": object(map[string]shape{"name!": bedrockName})})}),
		"guardrailConfig": object(map[string]shape{"guardrailIdentifier": str, "guardrailVersion": str,
			"trace": enum("enabled", "disabled", "enabled_full")}),
		"additionalModelRequestFields": free, "additionalModelResponseFieldPaths": list(str),
		"requestMetadata":   table(like(`^.{0,256}$`)),
		"performanceConfig": object(map[string]shape{"latency": enum("standard", "optimized")}),
		"serviceTier":       object(map[string]shape{"type!": enum("priority", "default", "flex", "reserved")}),
		"promptVariables":   table(object(map[string]shape{"text?": str})),
		"outputConfig": object(map[string]shape{"effort": enum("low", "medium", "high", "xhigh", "max"),
			"textFormat": object(map[string]shape{"type!": enum("json_schema"), "structure!": object(map[string]shape{
				"jsonSchema?": object(map[string]shape{"schema!": str, "name": bedrockName, "description": str})})})}),
	})
)

// bedrockFlaw is what the API says of a field.
func bedrockFlaw(f *flaw) string {
	switch f.what {
	case unknown:
		return "The model returned the following errors: " + f.dotted() + ": extraneous key [" + fmt.Sprint(f.path[len(f.path)-1]) + "] is not permitted"
	case missing:
		return "1 validation error detected: Value at '" + f.dotted() + "' failed to satisfy constraint: Member must not be null"
	}
	return "1 validation error detected: Value at '" + f.dotted() + "' failed to satisfy constraint: Member must be " + f.want
}

// rules finds what a request breaks that shapes cannot say; "" is nothing.
func (r *bedrockRequest) rules() string {
	if len(r.Messages) == 0 {
		return "The messages field is empty. Add a message to the messages field, and try again."
	}
	if r.Messages[0].Role != "user" {
		return "A conversation must start with a user message. Try again with a conversation that starts with a user message."
	}
	var open []string
	uses := false
	for i, m := range r.Messages {
		where := fmt.Sprintf("messages.%d.content", i)
		if i > 0 && m.Role == r.Messages[i-1].Role {
			return "A conversation must alternate between user and assistant roles. Make sure the conversation alternates between user and " +
				"assistant roles and try again."
		}
		if len(m.Content) == 0 {
			return fmt.Sprintf("The content field in the Message object at messages.%d is empty. Add a ContentBlock object to the content field "+
				"and try again.", i)
		}
		waiting := open
		open = nil
		for k, b := range m.Content {
			switch {
			case b.Text != nil && strings.TrimSpace(*b.Text) == "":
				return fmt.Sprintf("The text field in the ContentBlock object at %s.%d is blank. Add text to the text field, and try again.", where, k)
			case b.Image != nil && b.Image.Source.Bytes != nil && http.DetectContentType(b.Image.Source.Bytes) != "image/"+b.Image.Format:
				return fmt.Sprintf("The image at %s.%d is not of the format %s.", where, k, b.Image.Format)
			case b.Use != nil && m.Role == "user":
				return "A toolUse block at " + where + " is in a message of the user."
			case (b.Result != nil || b.Image != nil) && m.Role == "assistant":
				return "A toolResult or image block at " + where + " is in a message of the assistant."
			case b.Use != nil:
				open, uses = append(open, b.Use.ID), true
			case b.Result != nil:
				rest := without(waiting, b.Result.ID)
				if uses = true; len(rest) == len(waiting) {
					return "The number of toolResult blocks at " + where + " exceeds the number of toolUse blocks of previous turn."
				}
				waiting = rest
			}
		}
		if len(waiting) > 0 {
			return "Expected toolResult blocks at " + where + " for the following Ids: " + strings.Join(waiting, ", ")
		}
	}
	if len(open) > 0 {
		return "Expected toolResult blocks after the last message for the following Ids: " + strings.Join(open, ", ")
	}
	if uses && r.ToolConfig == nil {
		return "The toolConfig field must be defined when using toolUse and toolResult content blocks."
	}
	return r.settings()
}

// settings finds settings that contradict each other.
func (r *bedrockRequest) settings() string {
	if c := r.ToolConfig; c != nil {
		if len(c.Tools) == 0 {
			return "1 validation error detected: Value at 'toolConfig.tools' failed to satisfy constraint: Member must have length greater than " +
				"or equal to 1"
		}
		names := map[string]bool{}
		for i, t := range c.Tools {
			if t.Spec == nil {
				continue
			}
			if names[t.Spec.Name] {
				return "The tool " + t.Spec.Name + " is already defined at toolConfig.tools."
			}
			names[t.Spec.Name] = true
			if t.Spec.Schema.JSON["type"] != "object" {
				return fmt.Sprintf("The value at toolConfig.tools.%d.toolSpec.inputSchema.json.type must be one of the following: object.", i)
			}
		}
		if c.Choice.Tool != nil && !names[c.Choice.Tool.Name] {
			return "The tool " + c.Choice.Tool.Name + " of toolConfig.toolChoice is not defined at toolConfig.tools."
		}
	}
	if text := r.Output.Format.Structure.Schema.Schema; text != "" {
		var v map[string]any
		if json.Unmarshal([]byte(text), &v) != nil {
			return "The schema at outputConfig.textFormat.structure.jsonSchema.schema is not valid JSON."
		}
		if at := openObject(v); at != "" {
			return "outputConfig.textFormat" + at + ": For 'object' type, 'additionalProperties' must be explicitly set to false"
		}
	}
	if len(r.Inference.Stops) > 4 {
		return "1 validation error detected: Value at 'inferenceConfig.stopSequences' failed to satisfy constraint: Member must have length less " +
			"than or equal to 4"
	}
	return ""
}
