package openai

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestConversation(t *testing.T) {
	var c Conversation
	for range 2 { // the second time in the room of the first
		require.NoError(t, c.Read(Chat, []byte(`{"model":"m","messages":[
			{"content":"be","role":"system"},
			{"role":"user","content":[{"type":"text","text":"a\nb"},{"type":"image_url","image_url":{"url":"data:image\/png;charset=x;base64,AA\/="}},
				{"type":"image_url","image_url":"https://x/y"},{"type":"refusal","refusal":"no","text":"yes"},{"type":"video"}]},
			{"role":"assistant","content":null,"tool_calls":[{"id":"1","type":"function","function":{"name":"f","arguments":"{}"}}],"audio":null,"name":"bob"},
			{"role":"tool","tool_call_id":"1","content":"r"}],
			"tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object"},"strict":true}},{"type":"custom"}],
			"tool_choice":{"type":"function","function":{"name":"f"}},"n":1,"stop":["a","b"],"max_tokens":5,"max_completion_tokens":7,"temperature":0.5,
			"logprobs":false,"logit_bias":{},"metadata":null,"new":1,"stream":true,"stream_options":{"include_usage":true}}`)))
		require.Equal(t, "m", c.Model)
		require.Len(t, c.Messages, 4)
		require.Equal(t, "system", c.Messages[0].Role)
		require.Equal(t, `"be"`, string(c.Messages[0].Parts[0].Text))
		parts := c.Messages[1].Parts
		require.Len(t, parts, 5)
		require.Equal(t, `"a\nb"`, string(parts[0].Text))
		require.Equal(t, "image/png", parts[1].MIME)
		require.Equal(t, `AA\/=`, string(parts[1].Data))
		require.Equal(t, `"https://x/y"`, string(parts[2].URL))
		require.Equal(t, `"no"`, string(parts[3].Text))
		require.Equal(t, OtherPart, parts[4].Kind)
		require.Equal(t, `"{}"`, string(c.Messages[2].Calls[0].Arguments))
		require.Equal(t, `"1"`, string(c.Messages[3].ID))
		require.Len(t, c.Tools, 2)
		require.True(t, c.Tools[0].Strict)
		require.Equal(t, ToolChoice{"function", []byte(`"f"`)}, c.Choice)
		require.Len(t, c.Stop, 2)
		require.Equal(t, 7, c.MaxTokens)
		require.True(t, c.Stream && c.IncludeUsage)
		var given []string
		for _, m := range c.Given {
			given = append(given, m.Name)
		}
		require.Equal(t, []string{"messages.name", "tool_choice", "stop", "temperature", "new"}, given)
	}
}

func TestConversationRefused(t *testing.T) {
	for body, want := range map[string]string{
		`[]`:                                  "the body: not a JSON object; want one",
		`{"model":"m","model":"n"}`:           `the body: not valid JSON: the name "model" twice in an object, at byte 20`,
		`{"messages":{}}`:                     "messages: not a list; want one",
		`{"messages":[1]}`:                    "messages[0]: not an object; want one",
		`{"messages":[{"content":1}]}`:        "messages[0].content: neither a string nor a list; want one of them",
		`{"messages":[{"content":"\ud800"}]}`: "the body: not valid JSON: a string with an invalid character or escape, at byte 25",
	} {
		var c Conversation
		require.EqualError(t, c.Read(Chat, []byte(body)), want, body)
	}
	for body, want := range map[string]string{
		`{"prompt":["a","b"]}`: "prompt: this provider takes one text at a time; want a string",
		`{"prompt":[1,2]}`:     "prompt: this provider takes one text at a time; want a string",
		`{"prompt":null}`:      "prompt: this provider takes one text at a time; want a string",
	} {
		var c Conversation
		require.EqualError(t, c.Read(Completions, []byte(body)), want, body)
	}
}

func TestUsual(t *testing.T) {
	for _, row := range []struct {
		name, value string
		want        bool
	}{
		{"n", "1", true}, {"n", "2", false}, {"logprobs", "false", true}, {"logprobs", "true", false}, {"presence_penalty", "0", true},
		{"presence_penalty", "0.5", false}, {"tool_choice", `"auto"`, true}, {"tool_choice", `"none"`, false}, {"modalities", `[ "text" ]`, true},
		{"modalities", `["text","audio"]`, false}, {"response_format", `{"type":"text"}`, true}, {"response_format", `{"type":"json_object"}`, false},
		{"anything", "null", true}, {"anything", "{}", true}, {"anything", "0", false}, {"seed", "0", false}, {"service_tier", `"auto"`, true},
	} {
		require.Equal(t, row.want, usual(row.name, []byte(row.value)), "%s: %s", row.name, row.value)
	}
}
