package standin_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"testing"

	"github.com/anthropics/anthropic-sdk-go"
	"github.com/anthropics/anthropic-sdk-go/option"
	"github.com/stretchr/testify/require"

	"github.com/usagepanda/usage-panda-envoy/e2e/standin"
)

// png is an image of one pixel.
const png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII="

func pngBytes(t *testing.T) []byte {
	b, err := base64.StdEncoding.DecodeString(png)
	require.NoError(t, err)
	return b
}

// find is the parameters of a function to find something.
var find = map[string]any{"type": "object", "additionalProperties": false, "required": []string{"what"},
	"properties": map[string]any{"what": map[string]any{"type": "string"}}}

// TestAnthropicSDK asks with the official client, whole and streamed.
func TestAnthropicSDK(t *testing.T) {
	p := other(t, "anthropic", "sk-ant-x")
	client := anthropic.NewClient(option.WithoutEnvironmentDefaults(), option.WithBaseURL(p.URL), option.WithAPIKey("sk-ant-x"), option.WithMaxRetries(0))
	user := anthropic.NewUserMessage
	say := anthropic.NewTextBlock
	tools := []anthropic.ToolUnionParam{{OfTool: &anthropic.ToolParam{Name: "find", InputSchema: anthropic.ToolInputSchemaParam{
		Properties: find["properties"], Required: []string{"what"}}}}}
	for _, c := range []struct {
		name   string
		params anthropic.MessageNewParams
		want   string // thoughts, texts, calls and the reason
	}{
		{"text", anthropic.MessageNewParams{Messages: []anthropic.MessageParam{user(say("good day"))}}, "You said: good day end_turn"},
		{"limit", anthropic.MessageNewParams{MaxTokens: 1, Messages: []anthropic.MessageParam{user(say("good day"))}}, "You max_tokens"},
		{"stop", anthropic.MessageNewParams{StopSequences: []string{" day"}, Messages: []anthropic.MessageParam{user(say("good day"))}},
			"You said: good stop_sequence day"},
		{"tool", anthropic.MessageNewParams{Tools: tools, Messages: []anthropic.MessageParam{user(say("call find"))}},
			`find{"what":"You said: call find"} tool_use`},
		{"result", anthropic.MessageNewParams{Tools: tools, Messages: []anthropic.MessageParam{user(say("call find")),
			anthropic.NewAssistantMessage(anthropic.NewToolUseBlock("toolu_1", map[string]any{"what": "a"}, "find")),
			user(anthropic.NewToolResultBlock("toolu_1", "found", false))}}, "The tool said: found end_turn"},
		{"schema", anthropic.MessageNewParams{OutputConfig: anthropic.OutputConfigParam{Format: anthropic.JSONOutputFormatParam{Schema: find}},
			Messages: []anthropic.MessageParam{user(say("a"))}}, `{"what":"You said: a"} end_turn`},
		{"image", anthropic.MessageNewParams{Messages: []anthropic.MessageParam{user(say("see"), anthropic.NewImageBlockBase64("image/png", png))}},
			"You said: see end_turn"},
		{"thinking", anthropic.MessageNewParams{Thinking: anthropic.ThinkingConfigParamOfEnabled(1024), Messages: []anthropic.MessageParam{user(say("a"))}},
			"(Let me think about: a)You said: a end_turn"},
		{"system", anthropic.MessageNewParams{System: []anthropic.TextBlockParam{{Text: "be kind"}}, Messages: []anthropic.MessageParam{user(say("a"))}},
			"You said: a end_turn"},
		{"filtered", anthropic.MessageNewParams{Messages: []anthropic.MessageParam{user(say("be filtered"))}}, "You said refusal"},
	} {
		c.params.Model = "claude-x"
		if c.params.MaxTokens == 0 {
			c.params.MaxTokens = 4096
		}
		whole, err := client.Messages.New(context.Background(), c.params)
		require.NoError(t, err, c.name)
		require.Equal(t, c.want, spelled(whole), c.name)
		stream := client.Messages.NewStreaming(context.Background(), c.params)
		var all anthropic.Message
		for stream.Next() {
			require.NoError(t, all.Accumulate(stream.Current()), c.name)
		}
		require.NoError(t, stream.Err(), c.name)
		require.Equal(t, c.want, spelled(&all), "%s, streamed", c.name)
		require.Equal(t, whole.Usage.OutputTokens, all.Usage.OutputTokens, c.name)
		require.Equal(t, whole.Usage.InputTokens, all.Usage.InputTokens, c.name)
	}
	require.Empty(t, p.Problems())

	_, err := client.Messages.New(context.Background(), anthropic.MessageNewParams{Model: "no-such-model", MaxTokens: 1,
		Messages: []anthropic.MessageParam{user(say("a"))}})
	var e *anthropic.Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, 404, e.StatusCode)
	require.Equal(t, anthropic.ErrorTypeNotFoundError, e.Type())

	cached, err := client.Messages.New(context.Background(), anthropic.MessageNewParams{Model: "m", MaxTokens: 1000,
		Messages: []anthropic.MessageParam{user(say("please " + standin.SayCached))}})
	require.NoError(t, err)
	require.Positive(t, cached.Usage.CacheReadInputTokens)
}

// spelled is a message as a text.
func spelled(m *anthropic.Message) (all string) {
	for _, b := range m.Content {
		switch b := b.AsAny().(type) {
		case anthropic.TextBlock:
			all += b.Text
		case anthropic.ThinkingBlock:
			all += "(" + b.Thinking + ")"
		case anthropic.ToolUseBlock:
			input, _ := json.Marshal(b.Input)
			all += b.Name + string(input)
		}
	}
	return all + " " + string(m.StopReason) + m.StopSequence
}

// TestAnthropicRefuses sends what the API does not take.
func TestAnthropicRefuses(t *testing.T) {
	p := other(t, "anthropic", "")
	const user = `{"role":"user","content":"a"}`
	const use = `{"role":"assistant","content":[{"type":"tool_use","id":"t1","name":"f","input":{}}]}`
	const result = `{"role":"user","content":[{"type":"tool_result","tool_use_id":"t1","content":"b"}]}`
	ask := func(messages, more string) string {
		return `{"model":"m","max_tokens":9,"messages":[` + messages + `]` + more + `}`
	}
	for _, c := range []struct {
		body string
		want string // "" is accepted
	}{
		{ask(user, ``), ""},
		{ask(user+`,`+use+`,`+result, `,"tools":[{"name":"f","input_schema":{"type":"object"}}]`), ""},
		{ask(user, `,"thinking":{"type":"adaptive"},"output_config":{"effort":"low"}`), ""},
		{`{"model":"m","messages":[` + user + `]}`, "max_tokens: Field required"},
		{`{"max_tokens":9,"messages":[` + user + `]}`, "model: Field required"},
		{`{"model":"m","max_tokens":9}`, "messages: Field required"},
		{`{`, "not valid JSON"},
		{ask(user, `,"model":"n"`), "not valid JSON"},
		{ask(user, `,"n":1`), "n: Extra inputs are not permitted"},
		{ask(user, `,"stop":["a"]`), "stop: Extra inputs are not permitted"},
		{ask(user, `,"seed":1`), "seed: Extra inputs are not permitted"},
		{ask(user, `,"frequency_penalty":1`), "frequency_penalty: Extra inputs are not permitted"},
		{ask(user, `,"temperature":1.5`), "temperature: Input should be number from 0 to 1"},
		{ask(user, `,"temperature":null`), "temperature: Input should be number"},
		{ask(user, `,"stop_sequences":[" "]`), "stop_sequences.0: Input should be"},
		{ask(user, `,"max_tokens_":1`), "max_tokens_: Extra"},
		{ask(user, `,"metadata":{"user":"u"}`), "metadata.user: Extra"},
		{ask(user, `,"output_config":{"effort":"minimal"}`), "output_config.effort: Input should be one of"},
		{ask(user, `,"output_config":{"format":{"type":"json_schema","schema":{"type":"object"}}}`), "'additionalProperties' must be explicitly set to false"},
		{ask(user, `,"tool_choice":{"type":"auto"}`), "tool_choice may only be specified while providing tools"},
		{ask(user, `,"tool_choice":"auto"`), "tool_choice: Input should be object"},
		{ask(user, `,"tools":[{"type":"function","name":"f","input_schema":{"type":"object"}}]`), "tools.0.type: Input should be one of custom"},
		{ask(user, `,"tools":[{"name":"f","parameters":{"type":"object"}}]`), "tools.0.parameters: Extra"},
		{ask(user, `,"tools":[{"name":"f","input_schema":{}}]`), "tools.0.custom.input_schema.type: Field required"},
		{ask(user, `,"tools":[{"name":"f g","input_schema":{"type":"object"}}]`), "tools.0.name: Input should be text like"},
		{ask(user, `,"thinking":{"type":"enabled","budget_tokens":1000}`), "thinking.budget_tokens: Input should be"},
		{ask(user, `,"thinking":{"type":"enabled","budget_tokens":2000}`), "must be greater than `thinking.budget_tokens`"},
		{ask(user, `,"thinking":{"type":"adaptive"},"temperature":0`), "`temperature` may only be set to 1"},
		{ask(``, ``), "at least one message is required"},
		{ask(`{"role":"system","content":"a"}`, ``), "messages.0.role: Input should be one of user, assistant"},
		{ask(`{"role":"user","content":[]}`, ``), "must have non-empty content"},
		{ask(`{"role":"user","content":""}`, ``), "text content blocks must"},
		{ask(`{"role":"user","content":[{"type":"image_url","image_url":{"url":"u"}}]}`, ``), "messages.0.content.0.type: Input should be one of"},
		{ask(`{"role":"user","content":[{"type":"image","source":{"type":"base64","media_type":"image/jpeg","data":"`+png+`"}}]}`, ``), "does not match the provided media type"},
		{ask(`{"role":"user","content":[{"type":"image","source":{"type":"base64","media_type":"image/png","data":"data:image/png;base64,aaaa"}}]}`, ``), "data: Input should be base64"},
		{ask(use+`,`+result, ``), `first message must use the "user" role`},
		{ask(user+`,`+use, ``), "without `tool_result` blocks immediately after: t1"},
		{ask(user+`,`+use+`,`+user, ``), "without `tool_result` blocks immediately after: t1"},
		{ask(user+`,`+result, ``), "unexpected `tool_use_id`"},
		{ask(user+`,{"role":"assistant","content":"a "}`, ``), "trailing whitespace"},
		{ask(user+`,`+use+`,{"role":"user","content":[{"type":"text","text":"a"},{"type":"tool_result","tool_use_id":"t1"}]}`, ``), "must come first"},
	} {
		refuses(t, p, "/v1/messages", c.body, c.want, "X-Api-Key", "k", "Anthropic-Version", "2023-06-01")
	}
	refuses(t, p, "/v1/messages", ask(user, ``), "x-api-key header is required", "Anthropic-Version", "2023-06-01")
	refuses(t, p, "/v1/messages", ask(user, ``), "anthropic-version: header is required", "X-Api-Key", "k")
	refuses(t, p, "/v1/chat/completions", ask(user, ``), "not_found_error", "X-Api-Key", "k")
}
