package standin_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/openai/openai-go/v3"
	"github.com/stretchr/testify/require"

	"github.com/usagepanda/usage-panda-envoy/converters"
	format "github.com/usagepanda/usage-panda-envoy/converters/openai"
	"github.com/usagepanda/usage-panda-envoy/e2e/standin"
)

const (
	tools = `"tools":[{"type":"function","function":{"name":"f","description":"finds","strict":true,"parameters":{"type":"object",` +
		`"properties":{"q":{"type":"string"}},"required":["q"],"additionalProperties":false}}},{"type":"function","function":{"name":"g",` +
		`"parameters":{"type":"object","properties":{"n":{"type":"integer"}}}}}]`
	called = `{"role":"user","content":"call f, call g"},{"role":"assistant","content":null,"tool_calls":[{"id":"c1","type":"function",` +
		`"function":{"name":"f","arguments":"{\"q\":\"a\"}"}},{"id":"c2","type":"function","function":{"name":"g","arguments":"{}"}}]},` +
		`{"role":"tool","tool_call_id":"c1","content":"one"},{"role":"tool","tool_call_id":"c2","content":"two"}`
)

// conversations are requests to a chat, without the model.
var conversations = []string{
	`"messages":[{"role":"system","content":"be kind"},{"role":"user","content":"a b"}]`,
	`"messages":[{"role":"developer","content":"be kind"},{"role":"user","content":"a"},{"role":"assistant","content":"b"},{"role":"user","content":[{"type":"text","text":"c"},{"type":"text","text":"d"}]}]`,
	`"messages":[{"role":"user","content":[{"type":"text","text":"see"},{"type":"image_url","image_url":{"url":"data:image/png;base64,` + png + `"}}]}]`,
	`"messages":[{"role":"user","content":"a b c"}],"max_tokens":2`,
	`"messages":[{"role":"user","content":"a b c"}],"max_completion_tokens":2,"stop":["zz","yy"],"user":"u","temperature":0.5`,
	`"messages":[{"role":"user","content":"call f"}],` + tools,
	`"messages":[{"role":"user","content":"call f, call g"}],` + tools,
	`"messages":[{"role":"user","content":"a"}],"tool_choice":"required",` + tools,
	`"messages":[{"role":"user","content":"a"}],"tool_choice":{"type":"function","function":{"name":"f"}},` + tools,
	`"messages":[` + called + `],` + tools,
	`"messages":[` + called + `,{"role":"assistant","content":"done"},{"role":"user","content":"again"}],` + tools,
	`"messages":[{"role":"user","content":"a"}],"response_format":{"type":"json_schema","json_schema":{"name":"n","strict":true,"schema":{"type":"object","properties":{"q":{"type":"string"}},"required":["q"],"additionalProperties":false}}}`,
	`"messages":[{"role":"user","content":"a"}],"reasoning_effort":"low"`,
}

// TestConverted asks OpenAI, and every provider through its converter: nothing is refused, and all say the same, whole and streamed.
func TestConverted(t *testing.T) {
	openAI := serve(t, standin.Options{})
	for _, c := range []struct{ kind, model string }{
		{"anthropic", "claude-3-5-haiku-20241022"}, {"anthropic", "claude-sonnet-4-5"}, {"anthropic", "claude-opus-4-7"}, {"azure", "gpt-4o"},
		{"bedrock", "anthropic.claude-sonnet-4-20250514-v1:0"}, {"bedrock", "amazon.nova-pro-v1:0"}, {"gemini", "gemini-2.5-flash"},
		{"gemini", "gemini-3-pro-preview"}, {"vertex", "gemini-2.5-flash"}, {"vertex", "gemini-3-pro-preview"},
	} {
		p := other(t, c.kind, "")
		for _, more := range conversations {
			body := fmt.Sprintf(`{"model":"%s",%s}`, c.model, more)
			_, want, _, err := send(context.Background(), openAI.URL+"/v1/chat/completions", body)
			require.NoError(t, err)
			require.Equal(t, heard(t, want), heard(t, converted(t, p, body, false)), "%s, %s: %s", c.kind, c.model, more)
			body = fmt.Sprintf(`{"model":"%s",%s,"stream":true,"stream_options":{"include_usage":true}}`, c.model, more)
			require.Equal(t, heard(t, want), heard(t, converted(t, p, body, true)), "%s, %s, streamed: %s", c.kind, c.model, more)
		}
		require.Empty(t, p.Problems(), c.kind)
	}
}

// converted is a provider's answer to a chat, both converted.
func converted(t *testing.T, p *standin.Other, body string, stream bool) string {
	x := &converters.Exchange{Endpoint: format.Chat, Path: "/v1/chat/completions", Body: []byte(body), Created: 7, ID: func() string { return "abc" }, Stream: stream,
		Provider: &converters.Provider{Kind: p.Kind, Key: "k", Resource: "res", Project: "p", Location: "us-east-1", Drop: true}}
	c := converters.Of(p.Kind)
	out, err := c.Request(x)
	require.NoError(t, err, "%s: %s", p.Kind, body)
	var headers []string
	for _, h := range out.Headers {
		if h.Value != "" {
			headers = append(headers, h.Name, h.Value)
		}
	}
	status, answer, _, err := send(context.Background(), p.URL+out.Path, string(out.Body), headers...)
	require.NoError(t, err)
	require.Equal(t, 200, status, "%s: %s\n%s\n%s", p.Kind, body, out.Body, answer)
	if !stream {
		_, whole := c.Answer(x, status, []byte(answer))
		return string(whole)
	}
	s := c.Stream(x)
	return string(s.End(s.Write(nil, []byte(answer))))
}

// heard is what an answer or a stream says, white space aside.
func heard(t *testing.T, body string) string {
	var all openai.ChatCompletionAccumulator
	for line := range strings.Lines(body) {
		if data, ok := strings.CutPrefix(line, "data: {"); ok {
			var chunk openai.ChatCompletionChunk
			require.NoError(t, json.Unmarshal([]byte("{"+data), &chunk), line)
			require.True(t, all.AddChunk(chunk), line)
		}
	}
	c := &all.ChatCompletion
	if len(c.Choices) == 0 {
		require.NoError(t, json.Unmarshal([]byte(body), c), body)
	}
	require.Positive(t, c.Usage.TotalTokens, body)
	return strings.Join(strings.Fields(strings.ReplaceAll(told(c), `": `, `":`)), "")
}

// TestConvertedSeldom asks for what a model seldom says.
func TestConvertedSeldom(t *testing.T) {
	for _, c := range []struct{ kind, model string }{
		{"anthropic", "claude-sonnet-4-5"}, {"azure", "gpt-4o"}, {"bedrock", "anthropic.claude-sonnet-4-20250514-v1:0"},
		{"gemini", "gemini-2.5-flash"}, {"vertex", "gemini-2.5-flash"},
	} {
		p := other(t, c.kind, "")
		ask := func(text, more string) (answer openai.ChatCompletion) {
			body := converted(t, p, fmt.Sprintf(`{"model":"%s","messages":[{"role":"user","content":"please %s"}]%s}`, c.model, text, more), false)
			require.NoError(t, json.Unmarshal([]byte(body), &answer), body)
			require.Len(t, answer.Choices, 1, body)
			return answer
		}
		require.Equal(t, "content_filter", ask(standin.SayFiltered, "").Choices[0].FinishReason, c.kind)
		require.Positive(t, ask(standin.SayCached, "").Usage.PromptTokensDetails.CachedTokens, c.kind)
		thought := ask("think", `,"reasoning_effort":"low"`)
		require.Equal(t, "You said: please think", thought.Choices[0].Message.Content, c.kind)
		require.Equal(t, thought.Usage.TotalTokens, thought.Usage.PromptTokens+thought.Usage.CompletionTokens, c.kind)
		require.Equal(t, "You said: please stop", ask("stop here", `,"stop":[" here"]`).Choices[0].Message.Content, c.kind)
	}
}
