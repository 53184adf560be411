package converters

import (
	"strconv"
	"strings"

	"github.com/usagepanda/usage-panda-envoy/converters/openai"
)

// geminiContent is an answer, or an event of one that streams: both have the same form.
type geminiContent struct {
	id, model  []byte // insides of literals
	candidates []byte // the list
	blocked    string // why the prompt was
	usage      usage
	fault      failed
	failed     bool
}

func readGemini(r *openai.Reader, g *geminiContent) {
	if !r.Open('{') {
		return
	}
	for r.More() {
		switch r.Name() {
		case "responseId":
			g.id = openai.Inner(r.Literal())
		case "modelVersion":
			g.model = openai.Inner(r.Literal())
		case "candidates":
			g.candidates = r.Value()
		case "promptFeedback":
			g.blocked = openai.Unquote(openai.Within(r.Value(), "blockReason"))
		case "usageMetadata":
			readGeminiUsage(r, &g.usage)
		case "error":
			g.fault, g.failed = readFailure(r), true
		default:
			r.Skip()
		}
	}
}

func readGeminiUsage(r *openai.Reader, u *usage) {
	if !r.Open('{') {
		return
	}
	*u = usage{known: true}
	for r.More() {
		switch r.Name() {
		case "promptTokenCount", "toolUsePromptTokenCount":
			u.prompt += r.Whole()
		case "cachedContentTokenCount":
			u.cached = r.Whole()
		case "candidatesTokenCount":
			u.completion += r.Whole()
		case "thoughtsTokenCount":
			u.reasoning = r.Whole()
			u.completion += u.reasoning
		default:
			r.Skip()
		}
	}
}

// geminiCandidate is a candidate.
type geminiCandidate struct {
	index    int
	parts    []byte // the list
	finish   string
	logprobs []byte // JSON, in OpenAI's form
}

// readCandidate reads a candidate, and leaves its parts to another reader.
func readCandidate(r *openai.Reader) (c geminiCandidate) {
	if !r.Open('{') {
		return c
	}
	for r.More() {
		switch r.Name() {
		case "index":
			c.index = r.Whole()
		case "content":
			if !r.Open('{') {
				continue
			}
			for r.More() {
				if r.Name() == "parts" {
					c.parts = r.Value()
				} else {
					r.Skip()
				}
			}
		case "finishReason":
			c.finish = r.Text()
		case "logprobsResult":
			c.logprobs = geminiLogprobs(r.Value())
		default:
			r.Skip()
		}
	}
	return c
}

// geminiPart is a part of a candidate. Texts are insides of literals.
type geminiPart struct {
	text      []byte
	thought   bool
	signature []byte // literal
	call      call
	called    bool
}

func readGeminiPart(r *openai.Reader) (p geminiPart) {
	if !r.Open('{') {
		return p
	}
	for r.More() {
		switch r.Name() {
		case "text":
			p.text = openai.Inner(r.Literal())
		case "thought":
			p.thought = string(r.Value()) == "true"
		case "thoughtSignature":
			p.signature = r.Literal()
		case "functionCall":
			p.called = true
			p.call = readGeminiCall(r)
		default:
			r.Skip()
		}
	}
	if p.called && p.signature != nil {
		p.call.extra = append(append([]byte(`{"google":{"thought_signature":`), p.signature...), "}}"...)
	}
	return p
}

func readGeminiCall(r *openai.Reader) (c call) {
	c.arguments = []byte("{}")
	if !r.Open('{') {
		return c
	}
	for r.More() {
		switch r.Name() {
		case "id":
			c.id = openai.Inner(r.Literal())
		case "name":
			c.name = openai.Inner(r.Literal())
		case "args":
			c.arguments = r.Value()
		default:
			r.Skip()
		}
	}
	return c
}

// callID is the id of a call that the provider gave none.
func (x *Exchange) callID(n int) []byte {
	return strconv.AppendInt([]byte("call_"+x.ID()+"_"), int64(n), 10)
}

// Answer converts an answer. What is blocked is an answer, too, that the content filter has ended, as OpenAI has it.
func (g gemini) Answer(x *Exchange, status int, body []byte) (int, []byte) {
	r := &x.r
	r.Reset(body, true)
	if status >= 300 {
		return x.refused(x.geminiFailure(status, readFailure(r)))
	}
	if x.Endpoint == openai.Embeddings {
		return x.geminiVectors(body)
	}
	var got geminiContent
	readGemini(r, &got)
	if err := r.End(); err != nil {
		return x.unreadable(err)
	}
	if got.failed {
		return x.refused(x.geminiFailure(500, got.fault))
	}
	if got.candidates == nil && got.blocked == "" {
		return x.unreadable(errObject)
	}
	a := &x.answer
	a.reset()
	a.id, a.model, a.usage = got.id, got.model, got.usage
	calls := 0
	r.Reset(got.candidates, true)
	for ok := r.Open('['); ok && r.More(); {
		c := readCandidate(r)
		to := a.choice()
		to.logprobs = c.logprobs
		in := &x.in
		in.Reset(c.parts, true)
		for ok := in.Open('['); ok && in.More(); {
			p := readGeminiPart(in)
			switch {
			case p.called:
				if p.call.id == nil {
					p.call.id = x.callID(calls)
				}
				calls++
				to.calls = append(to.calls, p.call)
			case p.thought:
				to.reasoning = append(to.reasoning, p.text...)
			default:
				to.text, to.said = append(to.text, p.text...), to.said || p.text != nil
			}
		}
		to.finish = geminiFinish(c.finish, len(to.calls) > 0)
	}
	if len(a.choices) == 0 {
		to := a.choice()
		to.refusal, to.finish = inside(blockedWords(got.blocked)), "content_filter"
	}
	return x.write()
}

// blockedWords says that a prompt was blocked.
func blockedWords(reason string) string { return "The provider blocked the prompt: " + reason }

// geminiFinish is why a candidate ended, in OpenAI's words.
func geminiFinish(reason string, called bool) string {
	switch reason {
	case "MAX_TOKENS":
		return "length"
	case "SAFETY", "RECITATION", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "IMAGE_SAFETY", "IMAGE_PROHIBITED_CONTENT", "IMAGE_RECITATION", "MODEL_ARMOR":
		return "content_filter"
	}
	if called {
		return "tool_calls"
	}
	return "stop"
}

// geminiFailure is an error of Google's in OpenAI's words. Source: Google's API reference, "Troubleshooting"; google.rpc.Code.
func (x *Exchange) geminiFailure(status int, f failed) *openai.Error {
	switch f.kind {
	case "INVALID_ARGUMENT", "FAILED_PRECONDITION", "OUT_OF_RANGE":
		if status = 400; strings.Contains(f.message, "API key not valid") {
			status = 401
		}
	case "UNAUTHENTICATED":
		status = 401
	case "PERMISSION_DENIED":
		status = 403
	case "NOT_FOUND":
		status = 404
	case "RESOURCE_EXHAUSTED":
		status = 429
	case "UNAVAILABLE":
		status = 503
	case "DEADLINE_EXCEEDED":
		status = 504
	}
	return x.failure(status, f)
}
