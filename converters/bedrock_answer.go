package converters

import (
	"github.com/usagepanda/usage-panda-envoy/converters/openai"
)

func (bedrock) Answer(x *Exchange, status int, body []byte) (int, []byte) {
	r := &x.r
	r.Reset(body, true)
	if status >= 300 {
		return x.refused(x.bedrockFailure(status, readFailure(r)))
	}
	a := &x.answer
	a.reset()
	c := a.choice()
	var content []byte
	var stop string
	if !r.Open('{') {
		return x.unreadable(errObject)
	}
	for r.More() {
		switch r.Name() {
		case "output":
			content = openai.Within(r.Value(), "message", "content")
		case "stopReason":
			stop = r.Text()
		case "usage":
			readBedrockUsage(r, &a.usage)
		default:
			r.Skip()
		}
	}
	if err := r.End(); err != nil {
		return x.unreadable(err)
	}
	r.Reset(content, true)
	for ok := r.Open('['); ok && r.More(); {
		x.bedrockBlock(c, r)
	}
	c.finish = bedrockFinish(stop, x.format)
	return x.write()
}

// bedrockBlock adds a block of an answer's content to a choice.
func (x *Exchange) bedrockBlock(c *choice, r *openai.Reader) {
	if !r.Open('{') {
		return
	}
	for r.More() {
		switch r.Name() {
		case "text":
			c.text, c.said = append(c.text, openai.Inner(r.Literal())...), true
		case "toolUse":
			t := readToolUse(r.Value())
			if x.format {
				c.text, c.said = openai.AppendNested(c.text, t.arguments), true
				continue
			}
			c.calls = append(c.calls, t)
		case "reasoningContent":
			v := r.Value()
			text := openai.Within(v, "reasoningText")
			c.reasoning = append(c.reasoning, openai.Inner(openai.Within(text, "text"))...)
			if len(c.thinking) > 0 {
				c.thinking = append(c.thinking, ',')
			}
			c.thinking = thought(c.thinking, openai.Within(text, "text"), openai.Within(text, "signature"), openai.Within(v, "redactedContent"))
		default:
			r.Skip()
		}
	}
}

// thought appends a block of what a model has thought, in Anthropic's form; all are literals, of which some are there.
func thought(b, text, signature, redacted []byte) []byte {
	w := openai.Writer{B: b}
	w.B = append(w.B, '{')
	if redacted != nil {
		w.Word("type", "redacted_thinking")
		w.Raw("data", redacted)
	} else {
		w.Word("type", "thinking")
		if text == nil {
			text = []byte(`""`)
		}
		w.Raw("thinking", text)
		if signature != nil {
			w.Raw("signature", signature)
		}
	}
	w.Close('{')
	return w.B
}

func readToolUse(v []byte) (t call) {
	t.id, t.name = openai.Inner(openai.Within(v, "toolUseId")), openai.Inner(openai.Within(v, "name"))
	if t.arguments = openai.Within(v, "input"); t.arguments == nil {
		t.arguments = []byte("{}")
	}
	return t
}

// readBedrockUsage reads a usage. What a cache took part in is counted beside the input.
func readBedrockUsage(r *openai.Reader, u *usage) {
	if !r.Open('{') {
		return
	}
	*u = usage{known: true}
	for r.More() {
		switch r.Name() {
		case "inputTokens":
			u.prompt += r.Whole()
		case "cacheReadInputTokens":
			u.cached = r.Whole()
			u.prompt += u.cached
		case "cacheWriteInputTokens":
			u.written = r.Whole()
			u.prompt += u.written
		case "outputTokens":
			u.completion = r.Whole()
		default:
			r.Skip()
		}
	}
}

// bedrockFinish is why an answer ended, in OpenAI's words.
func bedrockFinish(reason string, format bool) string {
	switch reason {
	case "guardrail_intervened", "content_filtered":
		return "content_filter"
	}
	return anthropicFinish(reason, format) // the others are the same
}

// bedrockFailure is an error of Bedrock's in OpenAI's words. In streams the kind says what its status would be.
func (x *Exchange) bedrockFailure(status int, f failed) *openai.Error {
	switch f.kind {
	case "throttlingException", "ThrottlingException", "modelNotReadyException":
		status = 429
	case "validationException", "ValidationException":
		status = 400
	case "serviceUnavailableException", "ServiceUnavailableException":
		status = 503
	case "accessDeniedException", "AccessDeniedException":
		status = 403
	case "resourceNotFoundException":
		status = 404
	case "modelTimeoutException":
		status = 504
	case "internalServerException":
		status = 500
	case "modelStreamErrorException":
		status = 502
	}
	if status == 424 { // the model has failed
		status = 502
	}
	return x.failure(status, f)
}
