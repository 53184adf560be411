package standin

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
)

type anthropicRequest struct {
	Model     string `json:"model"`
	MaxTokens int    `json:"max_tokens"`
	Messages  []struct {
		Role    string `json:"role"`
		Content any    `json:"content"`
	} `json:"messages"`
	System      any      `json:"system"`
	Stops       []string `json:"stop_sequences"`
	Stream      bool     `json:"stream"`
	Temperature *float64 `json:"temperature"`
	TopP        *float64 `json:"top_p"`
	TopK        *int     `json:"top_k"`
	Thinking    struct {
		Type    string `json:"type"`
		Budget  int    `json:"budget_tokens"`
		Display string `json:"display"`
	} `json:"thinking"`
	Tools []struct {
		Name   string         `json:"name"`
		Schema map[string]any `json:"input_schema"`
	} `json:"tools"`
	Choice struct {
		Type   string `json:"type"`
		Name   string `json:"name"`
		Serial bool   `json:"disable_parallel_tool_use"`
	} `json:"tool_choice"`
	Output struct {
		Format struct {
			Schema map[string]any `json:"schema"`
		} `json:"format"`
	} `json:"output_config"`
}

// anthropicAnswer answers as https://api.anthropic.com does.
func anthropicAnswer(o *Other, r *http.Request, body []byte) *Answer {
	a := o.messages(r, body)
	return a.headers(map[string]string{
		"Request-Id": ident("req_"), "Anthropic-Organization-Id": "00000000-0000-4000-8000-000000000000",
		"Anthropic-Ratelimit-Requests-Limit": "4000", "Anthropic-Ratelimit-Requests-Remaining": "3999",
		"Anthropic-Ratelimit-Requests-Reset": "2026-01-01T00:00:01Z", "Anthropic-Ratelimit-Tokens-Limit": "400000",
		"Anthropic-Ratelimit-Tokens-Remaining": "399000", "Anthropic-Ratelimit-Tokens-Reset": "2026-01-01T00:00:01Z",
	})
}

func (o *Other) messages(r *http.Request, body []byte) *Answer {
	key := r.Header.Get("X-Api-Key")
	switch {
	case r.URL.Path != "/v1/messages":
		return anthropicFail(http.StatusNotFound, "Not Found")
	case r.Method != http.MethodPost:
		return anthropicFail(http.StatusMethodNotAllowed, "Method Not Allowed")
	case key == "":
		return anthropicFail(http.StatusUnauthorized, "x-api-key header is required")
	case !o.allowed(key):
		return anthropicFail(http.StatusUnauthorized, "invalid x-api-key")
	case r.Header.Get("Anthropic-Version") == "":
		return anthropicFail(http.StatusBadRequest, "anthropic-version: header is required")
	case r.Header.Get("Anthropic-Version") != "2023-06-01":
		return anthropicFail(http.StatusBadRequest, fmt.Sprintf("anthropic-version: \"%s\" is not a valid version.", r.Header.Get("Anthropic-Version")))
	}
	v, err := o.object(body)
	if err != nil {
		return anthropicFail(http.StatusBadRequest, "The request body is not valid JSON: "+err.Error())
	}
	if f := anthropicShape.check(v); f != nil {
		return anthropicFail(http.StatusBadRequest, anthropicFlaw(f))
	}
	var request anthropicRequest
	remake(v, &request)
	if strings.HasPrefix(request.Model, "no-such-") {
		return anthropicFail(http.StatusNotFound, "model: "+request.Model)
	}
	if wrong := anthropicRules(&request); wrong != "" {
		return anthropicFail(http.StatusBadRequest, wrong)
	}
	m := newAnthropicMessage(request.Model, request.turn().say())
	if request.Stream {
		return m.stream(o.options.Pace)
	}
	return compact(http.StatusOK, m)
}

func (r *anthropicRequest) turn() *turn {
	t := &turn{limit: r.MaxTokens, stops: r.Stops, serial: r.Choice.Serial,
		think: r.Thinking.Type == "enabled" || r.Thinking.Type == "adaptive"}
	for _, b := range anthropicContent(r.System) {
		t.hear("system", b.Text)
	}
	for _, m := range r.Messages {
		var texts []string
		for _, b := range anthropicContent(m.Content) {
			switch b.Type {
			case "text":
				texts = append(texts, b.Text)
			case "tool_result":
				var all []string
				for _, part := range anthropicContent(b.Content) {
					all = append(all, part.Text)
				}
				t.hear("tool", strings.Join(all, "\n"))
			}
		}
		if len(texts) > 0 || m.Role == "assistant" {
			t.hear(m.Role, strings.Join(texts, "\n"))
		}
	}
	for _, u := range r.Tools {
		var s schema
		remake(u.Schema, &s)
		t.tools = append(t.tools, tool{u.Name, s})
	}
	switch r.Choice.Type {
	case "any":
		t.choice = json.RawMessage(`"required"`)
	case "none":
		t.choice = json.RawMessage(`"none"`)
	case "tool":
		t.choice = named(r.Choice.Name)
	}
	if r.Output.Format.Schema != nil {
		t.schema = &schema{}
		remake(r.Output.Format.Schema, t.schema)
	}
	return t
}

// named is OpenAI's choice of one tool.
func named(name string) json.RawMessage {
	b, err := json.Marshal(map[string]any{"type": "function", "function": map[string]string{"name": name}})
	if err != nil {
		panic(err) // a text is always JSON
	}
	return b
}

// anthropicReasons are the reasons to stop by those of OpenAI.
var anthropicReasons = map[string]string{"stop": "end_turn", "length": "max_tokens", "tool_calls": "tool_use", "content_filter": "refusal"}

// anthropicTypes are the types of errors by their status.
var anthropicTypes = map[int]string{400: "invalid_request_error", 401: "authentication_error", 402: "billing_error", 403: "permission_error",
	404: "not_found_error", 409: "conflict_error", 413: "request_too_large", 429: "rate_limit_error", 500: "api_error", 504: "timeout_error",
	529: "overloaded_error"}

func anthropicError(status int, message string) map[string]any {
	kind := anthropicTypes[status]
	switch {
	case kind == "" && status < 500:
		kind = "invalid_request_error"
	case kind == "":
		kind = "api_error"
	}
	return map[string]any{"type": "error", "error": map[string]string{"type": kind, "message": message}}
}

func anthropicFail(status int, message string) *Answer {
	e := anthropicError(status, message)
	e["request_id"] = ident("req_")
	return compact(status, e)
}

func anthropicBroken() []byte {
	var e events
	e.add("error", anthropicError(529, "Overloaded"))
	return e.pieces[0]
}
