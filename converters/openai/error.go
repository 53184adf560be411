package openai

// Error is an error in OpenAI's own form, as a client's SDK expects it.
type Error struct {
	Status  int
	Type    string
	Message string
	Param   string // the field of the request that it is about; "" if it is about none
	Code    string // "" if it has none
}

func (e *Error) Error() string { return e.Message }

// Body is the error as OpenAI sends it.
func (e *Error) Body() []byte {
	b := append([]byte(`{"error":{"message":`), quote(e.Message)...)
	b = append(append(b, `,"type":`...), quote(e.Type)...)
	b = appendOrNull(append(b, `,"param":`...), e.Param)
	b = appendOrNull(append(b, `,"code":`...), e.Code)
	return append(b, "}}"...)
}

func appendOrNull(b []byte, text string) []byte {
	if text == "" {
		return append(b, "null"...)
	}
	return AppendQuote(b, text)
}

// ErrorEvents are the events that end a stream with an error, so that OpenAI's SDKs raise it.
func ErrorEvents(e Endpoint, err *Error) []byte {
	if e == Responses {
		b := append([]byte("event: error\ndata: {\"type\":\"error\",\"code\":"), quote(err.Type)...)
		b = append(append(b, `,"message":`...), quote(err.Message)...)
		b = append(append(b, `,"param":null,`...), err.Body()[1:]...)
		return append(b, "\n\n"...)
	}
	b := append([]byte("data: "), err.Body()...)
	return append(b, "\n\ndata: [DONE]\n\n"...)
}
