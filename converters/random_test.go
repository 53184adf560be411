package converters

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usagepanda/usage-panda-envoy/converters/openai"
)

// TestRandomRequests converts conversations of any shape: no text may be lost, and what comes must be JSON.
func TestRandomRequests(t *testing.T) {
	for _, kind := range Kinds() {
		x, done := new(Exchange), 0
		for seed := range uint64(1500) {
			g := generator{rand.New(rand.NewPCG(seed, 7))}
			endpoint, request := openai.Chat, g.chat()
			if g.IntN(10) == 0 {
				endpoint, request = openai.Completions, map[string]any{"model": "claude-sonnet-4-5", "prompt": g.text(), "stream": g.IntN(2) == 0}
			}
			body, err := json.Marshal(request)
			require.NoError(t, err)
			x.Reset()
			x.Provider = &Provider{Kind: kind, Key: key, Resource: "r2", Project: "p", Drop: true}
			x.Endpoint, x.Path, x.Body, x.ID = endpoint, endpoint.Path(), body, func() string { return fmt.Sprint(seed) }
			o, err := Of(kind).Request(x)
			if err != nil {
				continue // what it cannot do
			}
			done++
			require.True(t, json.Valid(o.Body), "%s, seed %d: %s: not JSON: %s", kind, seed, body, o.Body)
			require.Empty(t, lost(body, o.Body, x.Dropped), "%s, seed %d: %s: lost: %s", kind, seed, body, o.Body)
		}
		require.Greater(t, done, 100, "%s: nearly all were refused", kind)
	}
}

// generator makes requests.
type generator struct{ *rand.Rand }

func pick[T any](g generator, from ...T) T { return from[g.IntN(len(from))] }

func (g generator) text() string {
	return pick(g, "", "a", " ", "\"quoted\"", "back\\slash", "line\nend\r\t", "\u00e9\u4f60\U0001f600", "{\"a\": \"b\\n\"}", "{", "}", "null", "[1]",
		"</script>\u2028", "\x00\x1f\x7f", "data:image/png;base64,AAAA", "say \\\"x\\\"", "{\"a\":{\"b\":[\"c\"]}} ")
}

func (g generator) chat() map[string]any {
	q := map[string]any{"model": pick(g, "claude-sonnet-4-5", "claude-3-haiku", "claude-opus-5", "gemini-3-pro", "gemini-2.0-flash", "us.anthropic.claude-x", "m")}
	var messages []any
	calls := 0
	for range 1 + g.IntN(5) {
		switch g.IntN(5) {
		case 0:
			messages = append(messages, map[string]any{"role": pick(g, "system", "developer"), "content": g.content(false)})
		case 1:
			m := map[string]any{"role": "assistant", "content": g.content(false)}
			var list []any
			for range g.IntN(3) {
				calls++
				list = append(list, map[string]any{"id": fmt.Sprint("c", calls), "type": "function", "function": map[string]any{
					"name": pick(g, "f", "g"), "arguments": pick(g, "", "{}", "{\"a\":\"b\\\"\\n\"}", " {\"x\" : [1, {\"y\":\"\\u00e9\"}]}\n")}})
			}
			if len(list) > 0 {
				m["tool_calls"] = list
			}
			messages = append(messages, m)
			for i := range list {
				messages = append(messages, map[string]any{"role": "tool", "tool_call_id": fmt.Sprint("c", calls-i), "content": g.content(false)})
			}
		default:
			messages = append(messages, map[string]any{"role": "user", "content": g.content(true)})
		}
	}
	q["messages"] = messages
	g.settings(q)
	return q
}

// content is a message's content.
func (g generator) content(images bool) any {
	if g.IntN(2) == 0 {
		return g.text()
	}
	var parts []any
	for range g.IntN(4) {
		if images && g.IntN(4) == 0 {
			parts = append(parts, map[string]any{"type": "image_url", "image_url": map[string]any{"url": "data:image/png;base64,iVBORw0KGgo="}})
			continue
		}
		parts = append(parts, map[string]any{"type": "text", "text": g.text()})
	}
	return parts
}

func (g generator) settings(q map[string]any) {
	set := func(name string, v any) {
		if g.IntN(4) == 0 {
			q[name] = v
		}
	}
	set("stream", pick(g, true, false))
	set("temperature", pick(g, 0.0, 0.5, 1, 2))
	set("top_p", pick(g, 0.1, 1))
	set("max_completion_tokens", pick(g, 1, 2000, 100000))
	set("stop", pick[any](g, "x", []string{"a\"", "b"}, nil))
	set("reasoning_effort", pick(g, "none", "minimal", "low", "medium", "high", "xhigh"))
	set("n", pick(g, 1, 2))
	set("seed", 3)
	set("logprobs", true)
	set("user", g.text())
	set("parallel_tool_calls", pick(g, true, false))
	if g.IntN(3) == 0 {
		q["tools"] = []any{map[string]any{"type": "function", "function": map[string]any{"name": "f", "description": g.text(), "strict": true,
			"parameters": map[string]any{"type": "object", "properties": map[string]any{"p\"": map[string]any{"description": g.text()}}}}}}
		set("tool_choice", pick[any](g, "auto", "none", "required", map[string]any{"type": "function", "function": map[string]any{"name": "f"}}))
	}
	if g.IntN(4) == 0 {
		q["response_format"] = pick[any](g, map[string]any{"type": "text"}, map[string]any{"type": "json_object"},
			map[string]any{"type": "json_schema", "json_schema": map[string]any{"name": "n", "strict": true, "schema": map[string]any{"type": "object"}}})
	}
}
