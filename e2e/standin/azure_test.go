package standin_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/azure"
	"github.com/openai/openai-go/v3/option"
	"github.com/openai/openai-go/v3/packages/param"
	"github.com/openai/openai-go/v3/shared"
	"github.com/stretchr/testify/require"

	"github.com/usagepanda/usage-panda-envoy/e2e/standin"
)

// TestAzureSDK asks with the official client and its options for Azure, by deployments and by the newer path, whole and streamed.
func TestAzureSDK(t *testing.T) {
	p := other(t, "azure", "0123456789abcdef0123456789abcdef")
	deployments := openai.NewClient(azure.WithEndpoint(p.URL, "2024-10-21"), azure.WithAPIKey("0123456789abcdef0123456789abcdef"),
		azure.WithUnsafeAllowHTTP(), option.WithMaxRetries(0))
	newer := openai.NewClient(option.WithBaseURL(p.URL+"/openai/v1/"), option.WithAPIKey("0123456789abcdef0123456789abcdef"),
		option.WithMaxRetries(0)) // which is a Bearer key there
	user := openai.UserMessage[string]
	tools := []openai.ChatCompletionToolUnionParam{openai.ChatCompletionFunctionTool(shared.FunctionDefinitionParam{Name: "find", Parameters: find})}
	call := openai.ChatCompletionMessageParamUnion{OfAssistant: &openai.ChatCompletionAssistantMessageParam{
		ToolCalls: []openai.ChatCompletionMessageToolCallUnionParam{{OfFunction: &openai.ChatCompletionMessageFunctionToolCallParam{ID: "c1",
			Function: openai.ChatCompletionMessageFunctionToolCallFunctionParam{Name: "find", Arguments: "{}"}}}}}}
	for _, c := range []struct {
		name   string
		params openai.ChatCompletionNewParams
		want   string
	}{
		{"text", openai.ChatCompletionNewParams{Messages: []openai.ChatCompletionMessageParamUnion{user("good day")}}, "You said: good day stop"},
		{"limit", openai.ChatCompletionNewParams{MaxCompletionTokens: param.NewOpt(int64(1)), Messages: []openai.ChatCompletionMessageParamUnion{user("a")}}, "You length"},
		{"two", openai.ChatCompletionNewParams{N: param.NewOpt(int64(2)), Messages: []openai.ChatCompletionMessageParamUnion{user("a")}}, "You said: a stopYou said: a stop"},
		{"tool", openai.ChatCompletionNewParams{Tools: tools, Messages: []openai.ChatCompletionMessageParamUnion{user("call find")}}, `find{"what":"You said: call find"} tool_calls`},
		{"result", openai.ChatCompletionNewParams{Tools: tools, Messages: []openai.ChatCompletionMessageParamUnion{user("call find"), call,
			openai.ToolMessage("found", "c1")}}, "The tool said: found stop"},
		{"schema", openai.ChatCompletionNewParams{Messages: []openai.ChatCompletionMessageParamUnion{user("a")},
			ResponseFormat: openai.ChatCompletionNewParamsResponseFormatUnion{OfJSONSchema: &shared.ResponseFormatJSONSchemaParam{
				JSONSchema: shared.ResponseFormatJSONSchemaJSONSchemaParam{Name: "n", Schema: find}}}}, `{"what":"You said: a"} stop`},
		{"filtered", openai.ChatCompletionNewParams{Messages: []openai.ChatCompletionMessageParamUnion{user("be filtered")}}, "You said content_filter"},
	} {
		for name, client := range map[string]openai.Client{"deployments": deployments, "v1": newer} {
			c.params.Model = "d"
			c.params.ReasoningEffort = "low"
			c.params.StreamOptions = openai.ChatCompletionStreamOptionsParam{}
			whole, err := client.Chat.Completions.New(context.Background(), c.params)
			require.NoError(t, err, "%s, %s", c.name, name)
			require.Equal(t, c.want, told(whole), "%s, %s", c.name, name)
			require.Contains(t, whole.RawJSON(), `"prompt_filter_results"`)
			require.Contains(t, whole.RawJSON(), `"content_filter_results"`)
			require.Positive(t, whole.Usage.CompletionTokensDetails.ReasoningTokens)
			c.params.StreamOptions.IncludeUsage = param.NewOpt(true)
			stream := client.Chat.Completions.NewStreaming(context.Background(), c.params)
			var all openai.ChatCompletionAccumulator
			for n := 0; stream.Next(); n++ {
				require.True(t, all.AddChunk(stream.Current()))
				require.Equal(t, n == 0, stream.Current().ID == "", "the first chunk alone is the prompt's filter")
			}
			require.NoError(t, stream.Err(), "%s, %s", c.name, name)
			require.Equal(t, c.want, told(&all.ChatCompletion), "%s, %s, streamed", c.name, name)
			require.Equal(t, whole.Usage.TotalTokens, all.Usage.TotalTokens)
		}
	}
	e, err := deployments.Embeddings.New(context.Background(), openai.EmbeddingNewParams{Model: "d",
		Input: openai.EmbeddingNewParamsInputUnion{OfArrayOfStrings: []string{"a", "b"}}})
	require.NoError(t, err)
	require.Len(t, e.Data, 2)
	text, err := deployments.Completions.New(context.Background(), openai.CompletionNewParams{Model: "d",
		Prompt: openai.CompletionNewParamsPromptUnion{OfString: param.NewOpt("a")}})
	require.NoError(t, err)
	require.Equal(t, "You said: a", text.Choices[0].Text)
	require.Empty(t, p.Problems())

	_, err = deployments.Chat.Completions.New(context.Background(), openai.ChatCompletionNewParams{Model: "d",
		Messages: []openai.ChatCompletionMessageParamUnion{user("be blocked")}})
	var failed *openai.Error
	require.ErrorAs(t, err, &failed)
	require.Equal(t, 400, failed.StatusCode)
	require.Equal(t, "content_filter", failed.Code)

	late := deployments.Chat.Completions.NewStreaming(context.Background(), openai.ChatCompletionNewParams{Model: "async-filter",
		Messages: []openai.ChatCompletionMessageParamUnion{user("a")}})
	annotations := 0
	for late.Next() {
		if c := late.Current(); c.ID == "" && len(c.Choices) == 1 {
			annotations++
		}
	}
	require.NoError(t, late.Err())
	require.Equal(t, 1, annotations)
}

// told is a completion as a text.
func told(c *openai.ChatCompletion) (all string) {
	for _, choice := range c.Choices {
		all += choice.Message.Content
		for _, call := range choice.Message.ToolCalls {
			all += call.Function.Name + call.Function.Arguments
		}
		all += " " + choice.FinishReason
	}
	return all
}

// TestAzureRefuses sends what the API does not take.
func TestAzureRefuses(t *testing.T) {
	p := other(t, "azure", "k")
	const path, newer = "/openai/deployments/d/chat/completions?api-version=2024-10-21", "/openai/v1/chat/completions"
	const user = `{"role":"user","content":"a"}`
	const call = `{"role":"assistant","content":null,"tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":"{}"}}]}`
	ask := func(messages, more string) string { return `{"messages":[` + messages + `]` + more + `}` }
	for _, c := range []struct{ path, body, want string }{
		{path, ask(user, ``), ""},
		{path, ask(user, `,"stop":null,"model":"ignored"`), ""},
		{path, ask(user+`,`+call+`,{"role":"tool","tool_call_id":"c1","content":"b"}`, ``), ""},
		{newer, ask(user, `,"model":"m"`), ""},
		{newer + "?api-version=preview", ask(user, `,"model":"m"`), ""},
		{newer, ask(user, ``), "you must provide a model parameter"},
		{newer + "?api-version=2024-10-21", ask(user, `,"model":"m"`), "Resource not found"},
		{"/openai/deployments/d/chat/completions", ask(user, ``), "Resource not found"},
		{"/openai/deployments/d/chat/completions?api-version=latest", ask(user, ``), "Resource not found"},
		{"/openai/deployments/no-such-d/chat/completions?api-version=2024-10-21", ask(user, ``), "DeploymentNotFound"},
		{"/v1/chat/completions", ask(user, ``), "Resource not found"},
		{path, `{`, "We could not parse the JSON body"},
		{path, `{}`, "Missing required parameter: 'messages'."},
		{path, ask(``, ``), "[] is too short"},
		{path, ask(user, `,"nonsense":1`), "Unrecognized request argument supplied: nonsense"},
		{path, ask(user, `,"max_tokens":"9"`), "Invalid value for 'max_tokens'"},
		{path, ask(user, `,"max_tokens":9,"max_completion_tokens":9`), "at the same time is not supported"},
		{path, ask(user, `,"temperature":3`), "Invalid value for 'temperature'"},
		{path, ask(user, `,"stream_options":{"include_usage":true}`), "only allowed when 'stream' is enabled"},
		{path, ask(user, `,"tool_choice":"auto"`), "only allowed when 'tools' are specified"},
		{path, ask(user, `,"top_logprobs":2`), "only allowed when 'logprobs' is enabled"},
		{path, ask(user, `,"stop":["a","b","c","d","e"]`), "array too long"},
		{path, ask(`{"role":"model","content":"a"}`, ``), "Invalid value for 'messages[0].role'"},
		{path, ask(`{"role":"user","content":[{"type":"input_text","text":"a"}]}`, ``), "messages[0].content[0].type"},
		{path, ask(`{"role":"user","content":[{"type":"image_url","image_url":{"url":"nonsense"}}]}`, ``), "messages[0].content[0].image_url.url"},
		{path, ask(user+`,`+call, ``), "must be followed by tool messages"},
		{path, ask(user+`,`+call+`,`+user, ``), "did not have response messages: c1"},
		{path, ask(user+`,{"role":"tool","tool_call_id":"c1","content":"b"}`, ``), "must be a response to a preceeding message"},
		{"/openai/deployments/d/embeddings?api-version=2024-10-21", `{"input":"a"}`, ""},
		{"/openai/deployments/d/embeddings?api-version=2024-10-21", `{"prompt":"a"}`, "Unrecognized request argument supplied: prompt"},
		{"/openai/deployments/d/completions?api-version=2024-10-21", `{"prompt":"a"}`, ""},
		{"/openai/deployments/d/completions?api-version=2024-10-21", `{"prompt":"a","messages":[]}`, "Unrecognized request argument supplied: messages"},
	} {
		refuses(t, p, c.path, c.body, c.want, "Api-Key", "k")
	}
	refuses(t, p, path, ask(user, ``), "", "Authorization", "Bearer k")
	refuses(t, p, path, ask(user, ``), "Access denied due to invalid subscription key", "Api-Key", "Bearer k")
	refuses(t, p, path, ask(user, ``), "Access denied due to invalid subscription key")
	refuses(t, p, path, ask(user, ``), "both api-key and Authorization", "Api-Key", "k", "Authorization", "Bearer k")
}

// TestAzureAnswersAsOpenAI asks both the same.
func TestAzureAnswersAsOpenAI(t *testing.T) {
	theirs, p := serve(t, standin.Options{}), other(t, "azure", "")
	for _, more := range []string{
		`"messages":[{"role":"system","content":"be kind"},{"role":"user","content":"a b"}]`,
		`"messages":[{"role":"user","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]}],"n":2`,
		`"messages":[{"role":"user","content":"a b c"}],"max_tokens":2`,
		`"messages":[{"role":"user","content":"call f"}],"tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object","properties":{"q":{"type":"string"}}}}}]`,
		`"messages":[{"role":"user","content":"a"}],"tool_choice":{"type":"function","function":{"name":"g"}},"tools":[{"type":"function","function":{"name":"f"}},{"type":"function","function":{"name":"g"}}]`,
		`"messages":[{"role":"user","content":"a"}],"response_format":{"type":"json_object"}`,
	} {
		var answers []string
		for _, url := range []string{theirs.URL + "/v1/chat/completions", p.URL + "/openai/v1/chat/completions"} {
			_, body, _, err := send(context.Background(), url, `{"model":"m",`+more+`}`, "Api-Key", "k")
			require.NoError(t, err)
			var c openai.ChatCompletion
			require.NoError(t, json.Unmarshal([]byte(body), &c))
			require.NotEmpty(t, c.Choices, body)
			answers = append(answers, fmt.Sprint(told(&c), c.Usage.PromptTokens, c.Usage.CompletionTokens, c.Model, c.Object))
		}
		require.Equal(t, answers[0], answers[1], more)
	}
}
