package standin_test

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/bedrockruntime"
	"github.com/aws/aws-sdk-go-v2/service/bedrockruntime/document"
	"github.com/aws/aws-sdk-go-v2/service/bedrockruntime/types"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/auth/bearer"
	"github.com/stretchr/testify/require"

	"github.com/usagepanda/usage-panda-envoy/e2e/standin"
)

const claude = "anthropic.claude-sonnet-4-20250514-v1:0"

// amazon is the official client, which signs, or has a Bearer key where no secret is given.
func amazon(url, id, secret string) *bedrockruntime.Client {
	trusting := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}
	o := bedrockruntime.Options{HTTPClient: trusting, Region: "eu-central-1", BaseEndpoint: aws.String(url), RetryMaxAttempts: 1}
	if secret != "" {
		o.Credentials = credentials.NewStaticCredentialsProvider(id, secret, "")
	} else {
		o.BearerAuthTokenProvider = bearer.StaticTokenProvider{Token: bearer.Token{Value: id}}
		o.AuthSchemePreference = []string{"httpBearerAuth"}
	}
	return bedrockruntime.New(o)
}

// secure is a stand-in that serves TLS, without which the client sends no Bearer key.
func secure(t *testing.T, kind, key string) *standin.Other {
	s := httptest.NewTLSServer(nil) // for its certificate
	t.Cleanup(s.Close)
	p, err := standin.ServeOther(kind, standin.Options{Key: key, TLS: s.TLS})
	require.NoError(t, err)
	t.Cleanup(p.Close)
	return p
}

// TestBedrockSDK asks with the official client, whole and streamed, signed and with a Bearer key.
func TestBedrockSDK(t *testing.T) {
	const secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
	signed, keyed := other(t, "bedrock", "AKIDEXAMPLE:"+secret), secure(t, "bedrock", "bedrock-key")
	clients := map[string]*bedrockruntime.Client{"signed": amazon(signed.URL, "AKIDEXAMPLE", secret), "keyed": amazon(keyed.URL, "bedrock-key", "")}
	say := func(text string) types.ContentBlock { return &types.ContentBlockMemberText{Value: text} }
	user := func(blocks ...types.ContentBlock) types.Message {
		return types.Message{Role: types.ConversationRoleUser, Content: blocks}
	}
	tools := &types.ToolConfiguration{Tools: []types.Tool{&types.ToolMemberToolSpec{Value: types.ToolSpecification{Name: aws.String("find"),
		InputSchema: &types.ToolInputSchemaMemberJson{Value: document.NewLazyDocument(find)}}}}}
	schema, err := json.Marshal(find)
	require.NoError(t, err)
	use := types.Message{Role: types.ConversationRoleAssistant, Content: []types.ContentBlock{&types.ContentBlockMemberToolUse{
		Value: types.ToolUseBlock{ToolUseId: aws.String("t1"), Name: aws.String("find"), Input: document.NewLazyDocument(map[string]any{"what": "a"})}}}}
	result := &types.ContentBlockMemberToolResult{Value: types.ToolResultBlock{ToolUseId: aws.String("t1"),
		Content: []types.ToolResultContentBlock{&types.ToolResultContentBlockMemberText{Value: "found"}}}}
	image := &types.ContentBlockMemberImage{Value: types.ImageBlock{Format: types.ImageFormatPng, Source: &types.ImageSourceMemberBytes{Value: pngBytes(t)}}}
	for _, c := range []struct {
		name, want string
		in         bedrockruntime.ConverseInput
	}{
		{"text", "You said: good day end_turn", bedrockruntime.ConverseInput{Messages: []types.Message{user(say("good day"))}}},
		{"limit", "You max_tokens", bedrockruntime.ConverseInput{Messages: []types.Message{user(say("a"))},
			InferenceConfig: &types.InferenceConfiguration{MaxTokens: aws.Int32(1)}}},
		{"stop", "You said: good stop_sequence", bedrockruntime.ConverseInput{Messages: []types.Message{user(say("good day"))},
			InferenceConfig: &types.InferenceConfiguration{StopSequences: []string{" day"}}}},
		{"tool", `find{"what":"You said: call find"} tool_use`, bedrockruntime.ConverseInput{Messages: []types.Message{user(say("call find"))}, ToolConfig: tools}},
		{"result", "The tool said: found end_turn", bedrockruntime.ConverseInput{Messages: []types.Message{user(say("call find")), use, user(result)}, ToolConfig: tools}},
		{"schema", `{"what":"You said: a"} end_turn`, bedrockruntime.ConverseInput{Messages: []types.Message{user(say("a"))},
			OutputConfig: &types.OutputConfig{TextFormat: &types.OutputFormat{Type: types.OutputFormatTypeJsonSchema,
				Structure: &types.OutputFormatStructureMemberJsonSchema{Value: types.JsonSchemaDefinition{Schema: aws.String(string(schema))}}}}}},
		{"image", "You said: see end_turn", bedrockruntime.ConverseInput{Messages: []types.Message{user(say("see"), image)}}},
		{"thinking", "(Let me think about: a)You said: a end_turn", bedrockruntime.ConverseInput{Messages: []types.Message{user(say("a"))},
			AdditionalModelRequestFields: document.NewLazyDocument(map[string]any{"thinking": map[string]any{"type": "enabled", "budget_tokens": 1024}})}},
		{"system", "You said: a end_turn", bedrockruntime.ConverseInput{Messages: []types.Message{user(say("a"))},
			System: []types.SystemContentBlock{&types.SystemContentBlockMemberText{Value: "be kind"}}}},
		{"filtered", "You said content_filtered", bedrockruntime.ConverseInput{Messages: []types.Message{user(say("be filtered"))}}},
		{"blocked", " guardrail_intervened", bedrockruntime.ConverseInput{Messages: []types.Message{user(say("be blocked"))}}},
	} {
		for name, client := range clients {
			c.in.ModelId = aws.String(claude)
			whole, err := client.Converse(context.Background(), &c.in)
			require.NoError(t, err, "%s, %s", c.name, name)
			require.Equal(t, c.want, conversed(t, whole), "%s, %s", c.name, name)
			stream, err := client.ConverseStream(context.Background(), &bedrockruntime.ConverseStreamInput{ModelId: c.in.ModelId, Messages: c.in.Messages,
				System: c.in.System, InferenceConfig: c.in.InferenceConfig, ToolConfig: c.in.ToolConfig, OutputConfig: c.in.OutputConfig,
				AdditionalModelRequestFields: c.in.AdditionalModelRequestFields})
			require.NoError(t, err, "%s, %s", c.name, name)
			text, used := streamed(stream.GetStream())
			require.NoError(t, stream.GetStream().Close())
			require.NoError(t, stream.GetStream().Err(), "%s, %s", c.name, name)
			require.Equal(t, c.want, text, "%s, %s, streamed", c.name, name)
			require.Equal(t, *whole.Usage, used, "%s, %s", c.name, name)
		}
	}
	require.Empty(t, signed.Problems())
	require.Empty(t, keyed.Problems())
	last := keyed.Requests()[len(keyed.Requests())-1]
	require.Equal(t, "/model/anthropic.claude-sonnet-4-20250514-v1%3A0/converse-stream", last.Path)
	require.Equal(t, "Bearer bedrock-key", last.Header.Get("Authorization"))

	titan, err := clients["signed"].InvokeModel(context.Background(), &bedrockruntime.InvokeModelInput{ContentType: aws.String("application/json"),
		ModelId: aws.String("amazon.titan-embed-text-v2:0"), Body: []byte(`{"inputText":"a","dimensions":256}`)})
	require.NoError(t, err)
	var embedding struct{ Embedding []float32 }
	require.NoError(t, json.Unmarshal(titan.Body, &embedding))
	require.Len(t, embedding.Embedding, 256)

	in := &bedrockruntime.ConverseInput{ModelId: aws.String(claude), Messages: []types.Message{user(say("a"))}}
	for name, client := range map[string]*bedrockruntime.Client{"wrong secret": amazon(signed.URL, "AKIDEXAMPLE", "wrong"),
		"wrong id": amazon(signed.URL, "AKIDOTHER", secret), "signed": amazon(keyed.URL, "AKIDEXAMPLE", secret)} {
		_, err := client.Converse(context.Background(), in)
		var e smithy.APIError
		require.ErrorAs(t, err, &e, name)
		require.Contains(t, []string{"InvalidSignatureException", "AccessDeniedException"}, e.ErrorCode(), name)
	}
	in.ModelId = aws.String("claude-fault-429")
	_, err = clients["keyed"].Converse(context.Background(), in)
	require.True(t, errors.As(err, new(*types.ThrottlingException)), "%v", err)
	broken, err := clients["keyed"].ConverseStream(context.Background(), &bedrockruntime.ConverseStreamInput{ModelId: aws.String("claude-fault-error"),
		Messages: in.Messages})
	require.NoError(t, err)
	streamed(broken.GetStream())
	require.True(t, errors.As(broken.GetStream().Err(), new(*types.ServiceUnavailableException)), "%v", broken.GetStream().Err())
}

// conversed is an answer as a text.
func conversed(t *testing.T, out *bedrockruntime.ConverseOutput) (all string) {
	for _, b := range out.Output.(*types.ConverseOutputMemberMessage).Value.Content {
		switch b := b.(type) {
		case *types.ContentBlockMemberText:
			all += b.Value
		case *types.ContentBlockMemberReasoningContent:
			all += "(" + *b.Value.(*types.ReasoningContentBlockMemberReasoningText).Value.Text + ")"
		case *types.ContentBlockMemberToolUse:
			var input any
			require.NoError(t, b.Value.Input.UnmarshalSmithyDocument(&input))
			text, err := json.Marshal(input)
			require.NoError(t, err)
			all += *b.Value.Name + string(text)
		}
	}
	return all + " " + string(out.StopReason)
}

// streamed is a stream as a text.
func streamed(s *bedrockruntime.ConverseStreamEventStream) (all string, used types.TokenUsage) {
	thinks := ""
	for event := range s.Events() {
		switch e := event.(type) {
		case *types.ConverseStreamOutputMemberContentBlockStart:
			if u, ok := e.Value.Start.(*types.ContentBlockStartMemberToolUse); ok {
				all += *u.Value.Name
			}
		case *types.ConverseStreamOutputMemberContentBlockDelta:
			switch d := e.Value.Delta.(type) {
			case *types.ContentBlockDeltaMemberText:
				all += d.Value
			case *types.ContentBlockDeltaMemberToolUse:
				all += *d.Value.Input
			case *types.ContentBlockDeltaMemberReasoningContent:
				if r, ok := d.Value.(*types.ReasoningContentBlockDeltaMemberText); ok {
					thinks += r.Value
				}
			}
		case *types.ConverseStreamOutputMemberMessageStop:
			all += " " + string(e.Value.StopReason)
		case *types.ConverseStreamOutputMemberMetadata:
			used = *e.Value.Usage
		}
	}
	if thinks != "" {
		all = "(" + thinks + ")" + all
	}
	return all, used
}

// TestBedrockRefuses sends what the API does not take.
func TestBedrockRefuses(t *testing.T) {
	p := other(t, "bedrock", "k")
	const user = `{"role":"user","content":[{"text":"a"}]}`
	const use = `{"role":"assistant","content":[{"toolUse":{"toolUseId":"t1","name":"f","input":{}}}]}`
	const result = `{"role":"user","content":[{"toolResult":{"toolUseId":"t1","content":[{"text":"b"}]}}]}`
	const tools = `,"toolConfig":{"tools":[{"toolSpec":{"name":"f","inputSchema":{"json":{"type":"object"}}}}]}`
	ask := func(messages, more string) string { return `{"messages":[` + messages + `]` + more + `}` }
	for _, c := range []struct{ body, want string }{
		{ask(user, ``), ""},
		{ask(user+`,`+use+`,`+result, tools), ""},
		{ask(user, `,"additionalModelRequestFields":{"top_k":5}`), ""},
		{`{`, "unexpected EOF"},
		{`{}`, "The messages field is empty"},
		{ask(user, `,"modelId":"m"`), "extraneous key [modelId] is not permitted"},
		{ask(user, `,"max_tokens":1`), "extraneous key [max_tokens]"},
		{ask(user, `,"inferenceConfig":{"max_tokens":1}`), "extraneous key [max_tokens]"},
		{ask(user, `,"inferenceConfig":{"topK":1}`), "extraneous key [topK]"},
		{ask(user, `,"inferenceConfig":{"temperature":2}`), "inferenceConfig.temperature"},
		{ask(user, `,"inferenceConfig":{"stopSequences":["a","b","c","d","e"]}`), "inferenceConfig.stopSequences"},
		{ask(user, `,"system":"a"`), "Value at 'system' failed to satisfy constraint: Member must be list"},
		{ask(user, `,"system":[{"text":""}]`), "Value at 'system.0.text'"},
		{ask(`{"role":"system","content":[{"text":"a"}]}`, ``), "messages.0.role"},
		{ask(`{"role":"user","content":"a"}`, ``), "messages.0.content"},
		{ask(`{"role":"user","content":[{"type":"text","text":"a"}]}`, ``), "extraneous key [type]"},
		{ask(`{"role":"user","content":[{"text":"  "}]}`, ``), "is blank"},
		{ask(`{"role":"user","content":[]}`, ``), "is empty"},
		{ask(`{"role":"user","content":[{"image":{"format":"jpg","source":{"bytes":"`+png+`"}}}]}`, ``), "image.format"},
		{ask(`{"role":"user","content":[{"image":{"format":"jpeg","source":{"bytes":"`+png+`"}}}]}`, ``), "not of the format jpeg"},
		{ask(use+`,`+result, tools), "must start with a user message"},
		{ask(user+`,`+user, ``), "must alternate between user and assistant roles"},
		{ask(user+`,`+use, tools), "Expected toolResult blocks"},
		{ask(user+`,`+use+`,`+user, tools), "Expected toolResult blocks at messages.2.content for the following Ids: t1"},
		{ask(user+`,{"role":"assistant","content":[{"text":"a"}]},`+result, tools), "exceeds the number of toolUse blocks"},
		{ask(user+`,`+use+`,`+result, ``), "The toolConfig field must be defined"},
		{ask(user, `,"toolConfig":{"tools":[]}`), "toolConfig.tools"},
		{ask(user, `,"toolConfig":{"tools":[{"toolSpec":{"name":"f","inputSchema":{"type":"object"}}}]}`), "extraneous key [type]"},
		{ask(user, `,"toolConfig":{"tools":[{"toolSpec":{"name":"f","inputSchema":{"json":{}}}}]}`), "must be one of the following: object"},
		{ask(user, `,"toolConfig":{"tools":[{"toolSpec":{"name":"f","description":"","inputSchema":{"json":{"type":"object"}}}}]}`), "toolSpec.description"},
		{ask(user, `,"toolConfig":{"tools":[{"toolSpec":{"name":"f","inputSchema":{"json":{"type":"object"}}}}],"toolChoice":{"none":{}}}`), "extraneous key [none]"},
		{ask(user, `,"outputConfig":{"textFormat":{"type":"json_schema","structure":{"jsonSchema":{"schema":{"type":"object"}}}}}`), "Member must be text"},
	} {
		refuses(t, p, "/model/m/converse", c.body, c.want, "Authorization", "Bearer k")
	}
	refuses(t, p, "/model/cohere.embed-v4:0/invoke", `{"texts":["a"],"input_type":"search_query"}`, "", "Authorization", "Bearer k")
	refuses(t, p, "/model/cohere.embed-v4:0/invoke", `{"texts":["a"]}`, "input_type", "Authorization", "Bearer k")
	refuses(t, p, "/model/m/nonsense", ask(user, ``), "message", "Authorization", "Bearer k")
	refuses(t, p, "/model/m/converse", ask(user, ``), "Missing Authentication Token")
	refuses(t, p, "/model/m/converse", ask(user, ``), "Authentication failed", "Authorization", "Bearer j")
	refuses(t, p, "/model/m/converse", ask(user, ``), "no AWS4-HMAC-SHA256 signature", "Authorization", "k")
	refuses(t, other(t, "bedrock", "id:secret"), "/model/m/converse", ask(user, ``), "Authentication failed", "Authorization", "Bearer secret")
}
