package openai

import (
	"fmt"
	"strings"
)

// The ids of answers that were made without a model, as in Usage Panda.
const (
	completionID = "cmpl-usagepanda"
	chatID       = "chatcmpl-usagepanda"
	responseID   = "resp_usagepanda"
	messageID    = "msg_usagepanda"
)

// Reply is an answer in the form of the endpoint that says the text, was made without a model, and cost nothing. created is in seconds
// since 1970.
func Reply(e Endpoint, model, text string, created int64) []byte {
	m, t := quote(model), quote(text)
	const usage = `"usage":{"prompt_tokens":0,"completion_tokens":0,"total_tokens":0}`
	switch e {
	case Chat:
		return fmt.Appendf(nil, `{"id":"%s","object":"chat.completion","created":%d,"model":%s,"choices":[{"index":0,"message":`+
			`{"role":"assistant","content":%s},"finish_reason":"stop"}],%s}`, chatID, created, m, t, usage)
	case Responses:
		return response("completed", m, created, item("completed", t))
	default:
		return fmt.Appendf(nil, `{"id":"%s","object":"text_completion","created":%d,"model":%s,"choices":[{"text":%s,"index":0,`+
			`"logprobs":null,"finish_reason":"stop"}],%s}`, completionID, created, m, t, usage)
	}
}

// ReplyEvents is Reply as a stream.
func ReplyEvents(e Endpoint, model, text string, created int64, usage bool) []byte {
	if e == Responses {
		return responseEvents(quote(model), quote(text), created)
	}
	var b strings.Builder
	chunk := func(choices, more string) {
		id, object := chatID, "chat.completion.chunk"
		if e == Completions {
			id, object = completionID, "text_completion"
		}
		fmt.Fprintf(&b, "data: {\"id\":\"%s\",\"object\":\"%s\",\"created\":%d,\"model\":%s,\"choices\":[%s]%s}\n\n",
			id, object, created, quote(model), choices, more)
	}
	if e == Completions {
		chunk(fmt.Sprintf(`{"text":%s,"index":0,"logprobs":null,"finish_reason":null}`, quote(text)), "")
		chunk(`{"text":"","index":0,"logprobs":null,"finish_reason":"stop"}`, "")
	} else {
		chunk(fmt.Sprintf(`{"index":0,"delta":{"role":"assistant","content":%s},"finish_reason":null}`, quote(text)), "")
		chunk(`{"index":0,"delta":{},"finish_reason":"stop"}`, "")
	}
	if usage {
		chunk("", `,"usage":{"prompt_tokens":0,"completion_tokens":0,"total_tokens":0}`)
	}
	b.WriteString("data: [DONE]\n\n")
	return []byte(b.String())
}

// response is an object of the Responses API; items are those of its output.
func response(status string, model []byte, created int64, items string) []byte {
	usage := "null"
	if status == "completed" {
		usage = `{"input_tokens":0,"input_tokens_details":{"cached_tokens":0},"output_tokens":0,` +
			`"output_tokens_details":{"reasoning_tokens":0},"total_tokens":0}`
	}
	return fmt.Appendf(nil, `{"id":"%s","object":"response","created_at":%d,"status":"%s","error":null,"incomplete_details":null,`+
		`"instructions":null,"metadata":{},"model":%s,"output":[%s],"parallel_tool_calls":true,"temperature":null,"tool_choice":"auto",`+
		`"tools":[],"top_p":null,"usage":%s}`, responseID, created, status, model, items, usage)
}

func item(status string, text []byte) string {
	return fmt.Sprintf(`{"type":"message","id":"%s","status":"%s","role":"assistant","content":[%s]}`, messageID, status, part(text))
}

func part(text []byte) string {
	return fmt.Sprintf(`{"type":"output_text","text":%s,"annotations":[]}`, text)
}

// responseEvents are the events of a response with one message. Source: OpenAI's API reference, "Streaming events".
func responseEvents(model, text []byte, created int64) []byte {
	var b strings.Builder
	n := 0
	event := func(name, format string, args ...any) {
		fmt.Fprintf(&b, "event: %s\ndata: {\"type\":\"%s\",\"sequence_number\":%d,%s}\n\n", name, name, n, fmt.Sprintf(format, args...))
		n++
	}
	const at = `"item_id":"` + messageID + `","output_index":0,"content_index":0`
	begun := response("in_progress", model, created, "")
	event("response.created", `"response":%s`, begun)
	event("response.in_progress", `"response":%s`, begun)
	event("response.output_item.added", `"output_index":0,"item":{"type":"message","id":"%s","status":"in_progress","role":"assistant","content":[]}`, messageID)
	event("response.content_part.added", at+`,"part":%s`, part([]byte(`""`)))
	event("response.output_text.delta", at+`,"delta":%s,"logprobs":[]`, text)
	event("response.output_text.done", at+`,"text":%s,"logprobs":[]`, text)
	event("response.content_part.done", at+`,"part":%s`, part(text))
	event("response.output_item.done", `"output_index":0,"item":%s`, item("completed", text))
	event("response.completed", `"response":%s`, response("completed", model, created, item("completed", text)))
	return []byte(b.String())
}
