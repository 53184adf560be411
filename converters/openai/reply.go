package openai

import "strconv"

// The ids of answers that were made without a model, as in Usage Panda.
const (
	completionID = "cmpl-usagepanda"
	chatID       = "chatcmpl-usagepanda"
	responseID   = "resp_usagepanda"
	messageID    = "msg_usagepanda"
)

// noUsage says that nothing was used.
const noUsage = `"usage":{"prompt_tokens":0,"completion_tokens":0,"total_tokens":0}`

// Reply is an answer in the form of the endpoint that says the text, was made without a model, and cost nothing. created is in seconds
// since 1970.
func Reply(e Endpoint, model, text string, created int64) []byte {
	m, t, when := quoted(model), quoted(text), strconv.FormatInt(created, 10)
	switch e {
	case Chat:
		return []byte(`{"id":"` + chatID + `","object":"chat.completion","created":` + when + `,"model":` + m + `,"choices":[{"index":0,"message":` +
			`{"role":"assistant","content":` + t + `},"finish_reason":"stop"}],` + noUsage + `}`)
	case Responses:
		return []byte(response("completed", m, when, item("completed", t)))
	default:
		return []byte(`{"id":"` + completionID + `","object":"text_completion","created":` + when + `,"model":` + m + `,"choices":[{"text":` + t +
			`,"index":0,"logprobs":null,"finish_reason":"stop"}],` + noUsage + `}`)
	}
}

// ReplyEvents is Reply as a stream.
func ReplyEvents(e Endpoint, model, text string, created int64, usage bool) (b []byte) {
	m, t, when := quoted(model), quoted(text), strconv.FormatInt(created, 10)
	if e == Responses {
		return responseEvents(m, t, when)
	}
	head := `data: {"id":"` + chatID + `","object":"chat.completion.chunk"`
	says, stops := `{"index":0,"delta":{"role":"assistant","content":`+t+`},"finish_reason":null}`, `{"index":0,"delta":{},"finish_reason":"stop"}`
	if e == Completions {
		head = `data: {"id":"` + completionID + `","object":"text_completion"`
		says, stops = `{"text":`+t+`,"index":0,"logprobs":null,"finish_reason":null}`, `{"text":"","index":0,"logprobs":null,"finish_reason":"stop"}`
	}
	head += `,"created":` + when + `,"model":` + m + `,"choices":[`
	b = append(b, head+says+"]}\n\n"+head+stops+"]}\n\n"...)
	if usage {
		b = append(b, head+"],"+noUsage+"}\n\n"...)
	}
	return append(b, "data: [DONE]\n\n"...)
}

// response is an object of the Responses API; items are those of its output.
func response(status, model, created, items string) string {
	usage := "null"
	if status == "completed" {
		usage = `{"input_tokens":0,"input_tokens_details":{"cached_tokens":0},"output_tokens":0,` +
			`"output_tokens_details":{"reasoning_tokens":0},"total_tokens":0}`
	}
	return `{"id":"` + responseID + `","object":"response","created_at":` + created + `,"status":"` + status + `","error":null,"incomplete_details":null,` +
		`"instructions":null,"metadata":{},"model":` + model + `,"output":[` + items + `],"parallel_tool_calls":true,"temperature":null,"tool_choice":"auto",` +
		`"tools":[],"top_p":null,"usage":` + usage + `}`
}

func item(status, text string) string {
	return `{"type":"message","id":"` + messageID + `","status":"` + status + `","role":"assistant","content":[` + part(text) + `]}`
}

func part(text string) string { return `{"type":"output_text","text":` + text + `,"annotations":[]}` }

// responseEvents are the events of a response with one message. Source: OpenAI's API reference, "Streaming events".
func responseEvents(model, text, created string) (b []byte) {
	n := 0
	event := func(name, members string) {
		b = append(b, "event: "+name+"\ndata: {\"type\":\""+name+"\",\"sequence_number\":"+strconv.Itoa(n)+","+members+"}\n\n"...)
		n++
	}
	const at = `"item_id":"` + messageID + `","output_index":0,"content_index":0`
	begun := response("in_progress", model, created, "")
	event("response.created", `"response":`+begun)
	event("response.in_progress", `"response":`+begun)
	event("response.output_item.added", `"output_index":0,"item":{"type":"message","id":"`+messageID+`","status":"in_progress","role":"assistant","content":[]}`)
	event("response.content_part.added", at+`,"part":`+part(`""`))
	event("response.output_text.delta", at+`,"delta":`+text+`,"logprobs":[]`)
	event("response.output_text.done", at+`,"text":`+text+`,"logprobs":[]`)
	event("response.content_part.done", at+`,"part":`+part(text))
	event("response.output_item.done", `"output_index":0,"item":`+item("completed", text))
	event("response.completed", `"response":`+response("completed", model, created, item("completed", text)))
	return b
}

// quoted is a text as a string literal.
func quoted(text string) string { return string(quote(text)) }
