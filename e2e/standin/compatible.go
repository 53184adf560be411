package standin

import (
	"net/http"
	"strings"
)

// compatibleAnswer answers as a provider does that has OpenAI's API for chats, completions and embeddings: by a path and a Bearer key.
func compatibleAnswer(o *Other, r *http.Request, body []byte) *Answer {
	operation, _ := strings.CutPrefix(r.URL.Path, "/v1/")
	key, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	_, known := openShapes[operation]
	switch {
	case !known:
		return compatibleFail(http.StatusNotFound, "Unknown request URL: "+r.URL.Path+".")
	case key == "" || !o.allowed(key):
		return compatibleFail(http.StatusUnauthorized, "Incorrect API key provided: "+mask(key)+".")
	case r.Method != http.MethodPost:
		return compatibleFail(http.StatusMethodNotAllowed, "Not allowed to "+r.Method+".")
	}
	v, bad := o.openRequest(operation, body)
	if bad != nil {
		return bad
	}
	if model, _ := v["model"].(string); strings.HasPrefix(model, "no-such-") {
		return compatibleFail(http.StatusNotFound, "The model `"+model+"` does not exist or you do not have access to it.")
	}
	return o.openAnswer(operation, v)
}

// compatibleFail is an error in OpenAI's form.
func compatibleFail(status int, message string) *Answer {
	kind, code := "invalid_request_error", ""
	switch {
	case status == http.StatusUnauthorized:
		code = "invalid_api_key"
	case status == http.StatusNotFound:
		code = "model_not_found"
	case status == http.StatusTooManyRequests:
		kind, code = "requests", "rate_limit_exceeded"
	case status >= 500:
		kind = "server_error"
	}
	return Fail(status, kind, code, message)
}

// openBroken is what OpenAI and Azure write where a stream fails.
func openBroken() []byte {
	var e events
	e.add("", map[string]any{"error": map[string]any{"message": "The server had an error while processing your request. Sorry about that!",
		"type": "server_error", "param": nil, "code": nil}})
	return e.pieces[0]
}

// openShapes are the shapes of OpenAI's operations, by path.
var openShapes = map[string]shape{"chat/completions": openChat, "completions": openCompletions, "embeddings": openEmbeddings}

// openRequest reads a request in OpenAI's form; not nil is the error to answer with.
func (o *Other) openRequest(operation string, body []byte) (map[string]any, *Answer) {
	v, err := o.object(body)
	if err != nil {
		return nil, badRequest("", "We could not parse the JSON body of your request: "+err.Error())
	}
	if f := openShapes[operation].check(v); f != nil {
		return nil, openFlaw(f)
	}
	return v, nil
}

// openAnswer answers to a request in OpenAI's form.
func (o *Other) openAnswer(operation string, v map[string]any) *Answer {
	switch model, _ := v["model"].(string); {
	case model == "":
		return badRequest("model", "you must provide a model parameter")
	case operation == "embeddings":
		return o.embeddings(googleJSON(v))
	case operation == "completions":
		return o.completions(googleJSON(v))
	}
	if bad := openRules(v); bad != nil {
		return bad
	}
	return o.converse(v)
}

// converse answers to a chat: whatever is asked, as every other provider does.
func (o *Other) converse(v map[string]any) *Answer {
	var r chatRequest
	remake(v, &r)
	t := &turn{limit: max(r.MaxCompletionTokens, r.MaxTokens), choice: r.ToolChoice, serial: v["parallel_tool_calls"] == false}
	switch stop := v["stop"].(type) {
	case string:
		t.stops = []string{stop}
	case []any:
		remake(stop, &t.stops)
	}
	effort, _ := v["reasoning_effort"].(string)
	t.think = effort != "" && effort != "none"
	for _, m := range r.Messages {
		text, err := content(m.Content)
		if err != nil {
			return badRequest("messages", err.Error())
		}
		t.hear(m.Role, text)
	}
	for _, u := range r.Tools {
		t.tools = append(t.tools, tool{u.Function.Name, u.Function.Parameters})
	}
	switch r.Format.Type {
	case "json_object":
		t.schema = &anyObject
	case "json_schema":
		t.schema = &r.Format.Schema.Schema
	}
	s := t.say()
	if s.blocked && o.Kind == "azure" {
		return azureBlocked()
	}
	return o.chatOf(&r, s)
}

// chatOf is what was said as a chat completion.
func (p *Provider) chatOf(r *chatRequest, s said) *Answer {
	n := max(r.N, 1)
	used := count(s.used.prompt, n*s.used.output)
	used.PromptDetails.Cached, used.CompletionDetails.Reasoning = s.used.cached, n*s.used.thoughts
	var calls []toolCall
	for i, c := range s.called {
		call := toolCall{Index: &i, ID: ident("call_"), Type: "function"}
		call.Function.Name, call.Function.Arguments = c.name, c.arguments
		calls = append(calls, call)
	}
	if r.Stream {
		return p.chatStream(r, used, s.why, func(i int, delta func(chatChoice)) {
			for _, t := range tokens(s.text) {
				c := chatChoice{Index: i, Delta: &chatMessage{Content: &t}}
				if r.Logprobs {
					c.Logprobs = surely(t)
				}
				delta(c)
			}
			for _, call := range calls {
				first := call
				first.Function.Arguments = ""
				delta(chatChoice{Index: i, Delta: &chatMessage{ToolCalls: []toolCall{first}}})
				for _, piece := range tokens(call.Function.Arguments) {
					more := toolCall{Index: call.Index}
					more.Function.Arguments = piece
					delta(chatChoice{Index: i, Delta: &chatMessage{ToolCalls: []toolCall{more}}})
				}
			}
		})
	}
	object := r.object("chat.completion")
	object.Usage = &used
	for i := range calls {
		calls[i].Index = nil // is for deltas only
	}
	for i := range n {
		m := chatMessage{Role: "assistant", Annotations: []any{}, ToolCalls: calls}
		if len(calls) == 0 {
			m.Content = &s.text
		}
		c := chatChoice{Index: i, Message: &m, Finish: &s.why}
		if r.Logprobs {
			c.Logprobs = surely(tokens(s.text)...)
		}
		object.Choices = append(object.Choices, c)
	}
	return JSON(http.StatusOK, object)
}
