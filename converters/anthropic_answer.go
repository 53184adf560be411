package converters

import (
	"github.com/usagepanda/usage-panda-envoy/converters/openai"
)

func (anthropic) Answer(x *Exchange, status int, body []byte) (int, []byte) {
	r := &x.r
	r.Reset(body, true)
	if status >= 300 {
		return x.refused(x.anthropicFailure(status, readFailure(r)))
	}
	a := &x.answer
	a.reset()
	c := a.choice()
	var stop, why string
	if !r.Open('{') {
		return x.unreadable(errObject)
	}
	for r.More() {
		switch r.Name() {
		case "id":
			a.id = openai.Inner(r.Literal())
		case "model":
			a.model = openai.Inner(r.Literal())
		case "content":
			if r.Open('[') {
				for r.More() {
					readBlock(r).add(c, x.format)
				}
			}
		case "stop_reason":
			stop = r.Text()
		case "stop_details":
			why = readDetails(r)
		case "usage":
			readAnthropicUsage(r, &a.usage)
		default:
			r.Skip()
		}
	}
	if err := r.End(); err != nil {
		return x.unreadable(err)
	}
	c.finish = anthropicFinish(stop, x.format)
	if stop == "refusal" && why != "" {
		c.refusal = inside(why)
	}
	return x.write()
}

// block is a block of an answer's content. Texts are insides of literals.
type block struct {
	kind     string
	text     []byte // of text and of thinking
	id, name []byte
	input    []byte // JSON
	raw      []byte
}

func readBlock(r *openai.Reader) (k block) {
	r.Kind()
	from := r.At()
	if !r.Open('{') {
		return k
	}
	for r.More() {
		switch r.Name() {
		case "type":
			k.kind = r.Text()
		case "text", "thinking":
			k.text = openai.Inner(r.Literal())
		case "id":
			k.id = openai.Inner(r.Literal())
		case "name":
			k.name = openai.Inner(r.Literal())
		case "input":
			k.input = r.Value()
		default:
			r.Skip()
		}
	}
	k.raw = r.Since(from)
	return k
}

// add adds the block to a choice. Blocks of tools that Anthropic runs itself say nothing that OpenAI's form has a place for.
func (k block) add(c *choice, format bool) {
	switch k.kind {
	case "text":
		c.text, c.said = append(c.text, k.text...), true
	case "thinking", "redacted_thinking":
		c.reasoning = append(c.reasoning, k.text...)
		if len(c.thinking) > 0 {
			c.thinking = append(c.thinking, ',')
		}
		c.thinking = append(c.thinking, k.raw...)
	case "tool_use":
		if format {
			c.text, c.said = openai.AppendNested(c.text, k.input), true
			return
		}
		c.calls = append(c.calls, call{id: k.id, name: k.name, arguments: k.input})
	}
}

func readDetails(r *openai.Reader) (why string) {
	if !r.Open('{') {
		return ""
	}
	for r.More() {
		if r.Name() == "explanation" {
			why = r.Text()
		} else {
			r.Skip()
		}
	}
	return why
}

// readAnthropicUsage reads a usage over what an earlier one has said. Anthropic counts what a cache took part in beside the input.
func readAnthropicUsage(r *openai.Reader, u *usage) {
	input := u.prompt - u.cached - u.written
	if !r.Open('{') {
		return
	}
	for u.known = true; r.More(); {
		switch r.Name() {
		case "input_tokens":
			input = max(r.Whole(), input)
		case "cache_read_input_tokens":
			u.cached = max(r.Whole(), u.cached)
		case "cache_creation_input_tokens":
			u.written = max(r.Whole(), u.written)
		case "output_tokens":
			u.completion = max(r.Whole(), u.completion)
		case "output_tokens_details":
			if r.Open('{') {
				for r.More() {
					if r.Name() == "thinking_tokens" {
						u.reasoning = r.Whole()
					} else {
						r.Skip()
					}
				}
			}
		default:
			r.Skip()
		}
	}
	u.prompt = input + u.cached + u.written
}

// anthropicFinish is why an answer ended, in OpenAI's words.
func anthropicFinish(reason string, format bool) string {
	switch reason {
	case "max_tokens", "model_context_window_exceeded":
		return "length"
	case "tool_use":
		if format {
			return "stop"
		}
		return "tool_calls"
	case "refusal":
		return "content_filter"
	}
	return "stop" // end_turn, stop_sequence, pause_turn
}

// anthropicFailure is an error of Anthropic's in OpenAI's words. Source: Anthropic's API reference, "Errors".
func (x *Exchange) anthropicFailure(status int, f failed) *openai.Error {
	switch f.kind {
	case "overloaded_error":
		status = 503
	case "rate_limit_error":
		status = 429
	case "authentication_error":
		status = 401
	case "permission_error":
		status = 403
	case "billing_error":
		status = 402
	case "not_found_error":
		status = 404
	case "request_too_large":
		status = 413
	case "timeout_error":
		status = 504
	case "invalid_request_error":
		status = 400
	}
	return x.failure(status, f)
}
