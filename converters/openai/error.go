package openai

import "strconv"

// Error is an error in OpenAI's own form, as a client's SDK expects it.
type Error struct {
	Status  int
	Type    string
	Message string
}

func (e *Error) Error() string { return e.Message }

// Body is the error as OpenAI sends it.
func (e *Error) Body() []byte {
	b := append([]byte(`{"error":{"message":`), quote(e.Message)...)
	b = append(append(b, `,"type":`...), quote(e.Type)...)
	return append(b, `,"param":null,"code":null}}`...)
}

// Reply is an answer in the form of the endpoint that says the text, was made without a model, and cost nothing. created is in seconds
// since 1970. ids are those of Usage Panda.
func Reply(e Endpoint, model, text string, created int64) []byte {
	var b []byte
	head := func(id, object, createdName string) {
		b = append(b, `{"id":"`+id+`","object":"`+object+`","`+createdName+`":`...)
		b = append(strconv.AppendInt(b, created, 10), `,"model":`...)
		b = append(b, quote(model)...)
	}
	const usage = `"usage":{"prompt_tokens":0,"completion_tokens":0,"total_tokens":0}}`
	switch e {
	case Chat:
		head("chatcmpl-usagepanda", "chat.completion", "created")
		b = append(append(b, `,"choices":[{"index":0,"message":{"role":"assistant","content":`...), quote(text)...)
		b = append(b, `},"finish_reason":"stop"}],`+usage...)
	case Responses:
		head("resp_usagepanda", "response", "created_at")
		b = append(b, `,"status":"completed","error":null,"incomplete_details":null,"output":[{"type":"message","id":"msg_usagepanda",`...)
		b = append(b, `"status":"completed","role":"assistant","content":[{"type":"output_text","text":`...)
		b = append(append(b, quote(text)...), `,"annotations":[]}]}],"parallel_tool_calls":true,"tool_choice":"auto","tools":[],`...)
		b = append(b, `"usage":{"input_tokens":0,"output_tokens":0,"total_tokens":0}}`...)
	default:
		head("cmpl-usagepanda", "text_completion", "created")
		b = append(append(b, `,"choices":[{"text":`...), quote(text)...)
		b = append(b, `,"index":0,"logprobs":null,"finish_reason":"stop"}],`+usage...)
	}
	return b
}
