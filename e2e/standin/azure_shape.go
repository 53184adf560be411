package standin

import (
	"fmt"
	"net/http"
	"strings"
)

// The shapes of chat completions, completions and embeddings, of OpenAI's API and of Azure's. Source: openai-go.
var (
	openText  = object(map[string]shape{"text!": str})
	openTexts = either(str, list(variants("type", map[string]shape{"text": openText})))
	openURL   = object(map[string]shape{"url!": like(`^(https?://|data:image/[a-z+]+;base64,[A-Za-z0-9+/=]+$)`),
		"detail": enum("auto", "low", "high")})
	openParts = either(str, list(variants("type", map[string]shape{"text": openText,
		"image_url":   object(map[string]shape{"image_url!": openURL}),
		"input_audio": object(map[string]shape{"input_audio!": object(map[string]shape{"data!": encoded, "format!": enum("wav", "mp3")})}),
		"file":        object(map[string]shape{"file!": object(map[string]shape{"file_data": str, "file_id": str, "filename": str})}),
	})))
	openName     = like(`^[a-zA-Z0-9_-]{1,64}$`)
	openInvoked  = object(map[string]shape{"name!": openName, "arguments!": str})
	openFunction = object(map[string]shape{"name!": openName, "description": str, "parameters": free, "strict": truth})
	openMessage  = variants("role", map[string]shape{
		"system":    object(map[string]shape{"content!": openTexts, "name": str}),
		"developer": object(map[string]shape{"content!": openTexts, "name": str}),
		"user":      object(map[string]shape{"content!": openParts, "name": str}),
		"tool":      object(map[string]shape{"content!": openTexts, "tool_call_id!": str}),
		"function":  orNull(object(map[string]shape{"content!": str, "name!": str})),
		"assistant": orNull(object(map[string]shape{"name": str, "refusal": str, "content": either(str, list(variants("type",
			map[string]shape{"text": openText, "refusal": object(map[string]shape{"refusal!": str})}))),
			"tool_calls": list(variants("type", map[string]shape{"function": object(map[string]shape{"id!": str,
				"function!": openInvoked})})), "function_call": openInvoked,
			"annotations": list(anything)})), // of an answer, which the SDKs send back with it
	})
	openStop     = either(str, list(str))
	openBias     = table(between(-100, 100))
	openStream   = orNull(object(map[string]shape{"include_usage": truth, "include_obfuscation": truth}))
	openNamed    = object(map[string]shape{"name!": openName})
	openToolKind = variants("type", map[string]shape{"function": object(map[string]shape{"function!": openNamed})})
	openEffort   = enum("none", "minimal", "low", "medium", "high", "xhigh", "max")
	openChat     = orNull(object(map[string]shape{
		"model": str, "messages!": list(openMessage), "frequency_penalty": between(-2, 2), "presence_penalty": between(-2, 2),
		"logprobs": truth, "top_logprobs": whole(0, 20), "max_tokens": whole(1, 1<<20), "max_completion_tokens": whole(1, 1<<20),
		"n": whole(1, 128), "seed": integer, "store": truth, "temperature": between(0, 2), "top_p": between(0, 1), "user": str,
		"parallel_tool_calls": truth, "logit_bias": openBias, "metadata": table(str), "modalities": list(enum("text", "audio")),
		"reasoning_effort": openEffort, "service_tier": str, "stop": openStop, "stream": truth, "stream_options": openStream,
		"verbosity": enum("low", "medium", "high"), "prompt_cache_key": str, "safety_identifier": str,
		"functions":     list(object(map[string]shape{"name!": openName, "description": str, "parameters": free})),
		"function_call": either(enum("none", "auto"), openNamed), "tools": list(variants("type", map[string]shape{
			"function": object(map[string]shape{"function!": openFunction})})),
		"tool_choice": either(enum("none", "auto", "required"), openToolKind),
		"response_format": variants("type", map[string]shape{"text": object(nil), "json_object": object(nil),
			"json_schema": object(map[string]shape{"json_schema!": orNull(object(map[string]shape{"name!": openName, "description": str,
				"schema": free, "strict": truth}))})}),
	}))
	openCompletions = orNull(object(map[string]shape{
		"model": str, "prompt!": anything, "best_of": whole(1, 20), "echo": truth, "frequency_penalty": between(-2, 2),
		"presence_penalty": between(-2, 2), "logprobs": whole(0, 5), "max_tokens": whole(0, 1<<20), "n": whole(1, 128), "seed": integer,
		"suffix": str, "temperature": between(0, 2), "top_p": between(0, 1), "user": str, "logit_bias": openBias, "stop": openStop,
		"stream": truth, "stream_options": openStream,
	}))
	openEmbeddings = orNull(object(map[string]shape{"model": str, "input!": anything, "dimensions": whole(1, 3072), "user": str,
		"encoding_format": enum("float", "base64")}))
)

// openFlaw is the error that OpenAI answers with for a field.
func openFlaw(f *flaw) *Answer {
	switch f.what {
	case unknown:
		return badRequest("", "Unrecognized request argument supplied: "+f.indexed())
	case missing:
		return badRequest(f.indexed(), "Missing required parameter: '"+f.indexed()+"'.")
	}
	return badRequest(f.indexed(), fmt.Sprintf("Invalid value for '%s': want %s.", f.indexed(), f.want))
}

// openMessageFields are those of a message that rules look at.
type openMessageFields struct {
	Role   string `json:"role"`
	CallID string `json:"tool_call_id"`
	Calls  []struct {
		ID string `json:"id"`
	} `json:"tool_calls"`
}

// openRules finds what messages and settings break that shapes cannot say; nil is nothing.
func openRules(v map[string]any) *Answer {
	var messages []openMessageFields
	remake(v["messages"], &messages)
	if len(messages) == 0 {
		return badRequest("messages", "[] is too short - 'messages'")
	}
	var open []string
	for i, m := range messages {
		where := fmt.Sprintf("messages.[%d]", i)
		switch rest := without(open, m.CallID); {
		case m.Role == "tool" && len(rest) == len(open):
			return badRequest(where+".role", "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'.")
		case m.Role == "tool":
			open = rest
			continue
		case len(open) > 0:
			return badRequest(where+".role", "An assistant message with 'tool_calls' must be followed by tool messages responding to each "+
				"'tool_call_id'. The following tool_call_ids did not have response messages: "+strings.Join(open, ", "))
		}
		for _, c := range m.Calls {
			open = append(open, c.ID)
		}
	}
	stops, _ := v["stop"].([]any)
	switch {
	case len(open) > 0:
		return badRequest("messages", "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'.")
	case v["top_logprobs"] != nil && v["logprobs"] != true:
		return badRequest("top_logprobs", "The 'top_logprobs' parameter is only allowed when 'logprobs' is enabled.")
	case v["max_tokens"] != nil && v["max_completion_tokens"] != nil:
		return badRequest("max_tokens", "Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported.")
	case v["tool_choice"] != nil && v["tools"] == nil:
		return badRequest("tool_choice", "'tool_choice' is only allowed when 'tools' are specified.")
	case v["parallel_tool_calls"] != nil && v["tools"] == nil:
		return badRequest("parallel_tool_calls", "'parallel_tool_calls' is only allowed when 'tools' are specified.")
	case v["stream_options"] != nil && v["stream"] != true:
		return badRequest("stream_options", "The 'stream_options' parameter is only allowed when 'stream' is enabled.")
	case len(stops) > 4:
		return badRequest("stop", "Invalid 'stop': array too long. Expected an array with maximum length 4.")
	}
	return nil
}

// azureFail is an error of Azure's gateway or of OpenAI behind it.
func azureFail(status int, message string) *Answer {
	code := map[int]string{400: "BadRequest", 401: "401", 404: "404", 429: "429", 500: "InternalServerError", 503: "ServiceUnavailable"}[status]
	if code == "" {
		code = fmt.Sprint(status)
	}
	return compact(status, map[string]any{"error": map[string]string{"code": code, "message": message}})
}

// azureBlocked is the error for a prompt that Azure's content filter refuses.
func azureBlocked() *Answer {
	return compact(http.StatusBadRequest, map[string]any{"error": map[string]any{"message": "The response was filtered due to the prompt triggering " +
		"Azure OpenAI's content management policy. Please modify your prompt and retry.", "type": nil, "param": "prompt",
		"code": "content_filter", "status": 400, "innererror": map[string]any{"code": "ResponsibleAIPolicyViolation",
			"content_filter_result": filterResults(true)}}})
}

// filterResults are the results of Azure's content filter.
func filterResults(violent bool) map[string]any {
	all := map[string]any{}
	for _, name := range []string{"hate", "self_harm", "sexual", "violence"} {
		severity := "safe"
		if violent && name == "violence" {
			severity = "medium"
		}
		all[name] = map[string]any{"filtered": severity != "safe", "severity": severity}
	}
	return all
}
