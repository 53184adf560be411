package standin_test

import (
	"context"
	"encoding/json"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/genai"

	"github.com/usagepanda/usage-panda-envoy/e2e/standin"
)

// token adds a token to every request, as Google's credentials do.
type token string

func (b token) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("Authorization", "Bearer "+string(b))
	return http.DefaultTransport.RoundTrip(r)
}

// google is the official client of a stand-in, and what it stands in for.
func google(t *testing.T, kind string) (*genai.Client, *standin.Other) {
	p := other(t, kind, "key")
	config := &genai.ClientConfig{Backend: genai.BackendGeminiAPI, APIKey: "key", HTTPOptions: genai.HTTPOptions{BaseURL: p.URL}}
	if kind == "vertex" {
		config = &genai.ClientConfig{Backend: genai.BackendVertexAI, Project: "p", Location: "l", HTTPClient: &http.Client{Transport: token("key")},
			HTTPOptions: genai.HTTPOptions{BaseURL: p.URL, APIVersion: "v1"}}
	}
	client, err := genai.NewClient(context.Background(), config)
	require.NoError(t, err)
	return client, p
}

// TestGoogleSDK asks Gemini and Vertex AI with the official client, whole and streamed.
func TestGoogleSDK(t *testing.T) {
	user := func(text string) *genai.Content { return genai.NewContentFromText(text, genai.RoleUser) }
	tools := []*genai.Tool{{FunctionDeclarations: []*genai.FunctionDeclaration{{Name: "find", ParametersJsonSchema: find}}}}
	typed := []*genai.Tool{{FunctionDeclarations: []*genai.FunctionDeclaration{{Name: "find", Parameters: &genai.Schema{Type: genai.TypeObject,
		Properties: map[string]*genai.Schema{"what": {Type: genai.TypeString}}}}}}}
	forced := &genai.ToolConfig{FunctionCallingConfig: &genai.FunctionCallingConfig{Mode: genai.FunctionCallingConfigModeAny}}
	for _, c := range []struct {
		name     string
		contents []*genai.Content
		config   *genai.GenerateContentConfig
		want     string // thoughts, texts, calls and the reason
	}{
		{"text", []*genai.Content{user("good day")}, nil, "You said: good day STOP"},
		{"limit", []*genai.Content{user("good day")}, &genai.GenerateContentConfig{MaxOutputTokens: 1}, "You MAX_TOKENS"},
		{"stop", []*genai.Content{user("good day")}, &genai.GenerateContentConfig{StopSequences: []string{" day"}}, "You said: good STOP"},
		{"two", []*genai.Content{user("a")}, &genai.GenerateContentConfig{CandidateCount: 2}, "You said: a STOPYou said: a STOP"},
		{"tool", []*genai.Content{user("call find")}, &genai.GenerateContentConfig{Tools: tools}, `find{"what":"You said: call find"} STOP`},
		{"forced", []*genai.Content{user("a")}, &genai.GenerateContentConfig{Tools: typed, ToolConfig: forced}, `find{"what":"You said: a"} STOP`},
		{"result", []*genai.Content{user("call find"), genai.NewContentFromFunctionCall("find", nil, genai.RoleModel),
			genai.NewContentFromFunctionResponse("find", map[string]any{"result": "found"}, genai.RoleUser)},
			&genai.GenerateContentConfig{Tools: tools}, "The tool said: found STOP"},
		{"schema", []*genai.Content{user("a")}, &genai.GenerateContentConfig{ResponseMIMEType: "application/json", ResponseJsonSchema: find},
			`{"what":"You said: a"} STOP`},
		{"json", []*genai.Content{user("a")}, &genai.GenerateContentConfig{ResponseMIMEType: "application/json"}, `{"said":"You said: a"} STOP`},
		{"image", []*genai.Content{genai.NewContentFromParts([]*genai.Part{genai.NewPartFromText("see"),
			genai.NewPartFromBytes(pngBytes(t), "image/png")}, genai.RoleUser)}, nil, "You said: see STOP"},
		{"thinking", []*genai.Content{user("a")}, &genai.GenerateContentConfig{ThinkingConfig: &genai.ThinkingConfig{IncludeThoughts: true}},
			"(Let me think about: a)You said: a STOP"},
		{"system", []*genai.Content{user("a")}, &genai.GenerateContentConfig{SystemInstruction: user("be kind"), Seed: genai.Ptr(int32(7)),
			Temperature: genai.Ptr(float32(1)), PresencePenalty: genai.Ptr(float32(1)), ResponseLogprobs: true, Logprobs: genai.Ptr(int32(2))},
			"You said: a STOP"},
		{"filtered", []*genai.Content{user("be filtered")}, nil, "You said SAFETY"},
		{"blocked", []*genai.Content{user("be blocked")}, nil, "PROHIBITED_CONTENT"},
	} {
		for _, kind := range []string{"gemini", "vertex"} {
			client, p := google(t, kind)
			whole, err := client.Models.GenerateContent(context.Background(), "gemini-2.5-flash", c.contents, c.config)
			require.NoError(t, err, "%s, %s", c.name, kind)
			require.Equal(t, c.want, joined(whole), "%s, %s", c.name, kind)
			var all []*genai.GenerateContentResponse
			for chunk, err := range client.Models.GenerateContentStream(context.Background(), "gemini-2.5-flash", c.contents, c.config) {
				require.NoError(t, err, "%s, %s", c.name, kind)
				all = append(all, chunk)
			}
			require.Equal(t, c.want, joined(all...), "%s, %s, streamed", c.name, kind)
			require.Equal(t, whole.UsageMetadata, all[len(all)-1].UsageMetadata, "%s, %s", c.name, kind)
			require.Empty(t, p.Problems())
		}
	}
	for kind, size := range map[string]int32{"gemini": 3072, "vertex": 768} {
		client, _ := google(t, kind)
		e, err := client.Models.EmbedContent(context.Background(), "text-embedding-005", []*genai.Content{user("a"), user("b")}, nil)
		require.NoError(t, err, kind)
		require.Len(t, e.Embeddings, 2, kind)
		require.Len(t, e.Embeddings[1].Values, int(size), kind)
		_, err = client.Models.GenerateContent(context.Background(), "no-such-model", []*genai.Content{user("a")}, nil)
		var failed genai.APIError
		require.ErrorAs(t, err, &failed, kind)
		require.Equal(t, 404, failed.Code, kind)
		require.Equal(t, "NOT_FOUND", failed.Status, kind)
	}
}

// joined are responses as a text.
func joined(all ...*genai.GenerateContentResponse) (text string) {
	thinks := ""
	for _, r := range all {
		if r.PromptFeedback != nil {
			text += string(r.PromptFeedback.BlockReason)
		}
		for _, c := range r.Candidates {
			for _, p := range c.Content.Parts {
				switch {
				case p.FunctionCall != nil:
					args, _ := json.Marshal(p.FunctionCall.Args)
					text += p.FunctionCall.Name + string(args)
				case p.Thought:
					thinks += p.Text
				default:
					text += p.Text
				}
			}
			if c.FinishReason != "" {
				text += " " + string(c.FinishReason)
			}
		}
	}
	if thinks != "" {
		text = "(" + thinks + ")" + text
	}
	return text
}

// TestGoogleRefuses sends what the API does not take.
func TestGoogleRefuses(t *testing.T) {
	const user = `{"role":"user","parts":[{"text":"a"}]}`
	const call = `{"role":"model","parts":[{"functionCall":{"name":"f","args":{}}}]}`
	const result = `{"role":"user","parts":[{"functionResponse":{"name":"f","response":{"result":"b"}}}]}`
	ask := func(contents, more string) string { return `{"contents":[` + contents + `]` + more + `}` }
	function := func(f string) string { return ask(user, `,"tools":[{"functionDeclarations":[`+f+`]}]`) }
	config := func(c string) string { return ask(user, `,"generationConfig":{`+c+`}`) }
	p := other(t, "gemini", "")
	const path, three = "/v1beta/models/gemini-2.5-pro:generateContent", "/v1beta/models/gemini-3-pro:generateContent"
	for _, c := range []struct{ path, body, want string }{
		{path, ask(user, ``), ""},
		{path, ask(user+`,`+call+`,`+result, ``), ""},
		{path, ask(user+`,`+call+`,`+result+`,{"role":"model","parts":[{"text":"c"}]},`+user, ``), ""},
		{path, function(`{"name":"f"}`), ""},
		{path, function(`{"name":"f","parameters":{"type":"object","properties":{"a":{"type":"array","items":{"type":"string"}}}}}`), ""},
		{three, ask(user+`,`+call+`,`+result, ``), "Function call is missing a thought_signature"},
		{three, ask(user+`,`+call+`,`+result+`,{"role":"model","parts":[{"text":"c"}]},`+user, ``), ""},
		{three, ask(user+`,{"role":"model","parts":[{"functionCall":{"name":"f"},"thoughtSignature":"c2ln"}]},`+result, ``), ""},
		{path, `{`, "Invalid JSON payload received."},
		{path, `{}`, "contents: is not specified"},
		{path, ask(``, ``), "contents is not specified"},
		{path, ask(user, `,"model":"m"`), `Unknown name "model": Cannot find field.`},
		{path, ask(user, `,"system_instruction":{"parts":[{"text":"a"}]}`), `Unknown name "system_instruction"`},
		{path, ask(user, `,"labels":{"a":"b"}`), `Unknown name "labels"`},
		{path, ask(`{"role":"assistant","parts":[{"text":"a"}]}`, ``), "Invalid value at 'contents[0].role': want one of user, model"},
		{path, ask(`{"role":"system","parts":[{"text":"a"}]}`, ``), "contents[0].role"},
		{path, ask(`{"role":"user","content":"a"}`, ``), `Unknown name "content" at 'contents[0]'`},
		{path, ask(`{"role":"user","parts":[]}`, ``), "contents.parts must not be empty"},
		{path, ask(`{"role":"user","parts":[{}]}`, ``), "exactly one of"},
		{path, ask(`{"role":"user","parts":[{"text":"a","inlineData":{"mimeType":"image/png","data":"`+png+`"}}]}`, ``), "exactly one of"},
		{path, ask(`{"role":"user","parts":[{"inlineData":{"mimeType":"image/jpeg","data":"`+png+`"}}]}`, ``), "Unable to process input image"},
		{path, ask(`{"role":"user","parts":[{"inlineData":{"mimeType":"image/png","data":"data:,"}}]}`, ``), "want base64"},
		{path, ask(user+`,`+call, ``), "followed by a function response turn"},
		{path, ask(user+`,{"role":"model","parts":[{"text":"b"}]}`, ``), ""},
		{path, ask(user+`,`+call+`,`+user, ``), "number of function response parts"},
		{path, ask(user+`,`+result, ``), "comes immediately after a function call turn"},
		{path, ask(call+`,`+result, ``), "function call turn comes immediately after a user turn"},
		{path, ask(user+`,`+call+`,{"role":"user","parts":[{"functionResponse":{"name":"g","response":{}}}]}`, ``), "names and ids of their calls"},
		{path, ask(user+`,`+call+`,{"role":"user","parts":[{"functionResponse":{"name":"f","response":"b"}}]}`, ``), "response': want object"},
		{path, config(`"max_tokens":1`), `Unknown name "max_tokens" at 'generationConfig'`},
		{path, config(`"maxOutputTokens":0`), "generationConfig.maxOutputTokens"},
		{path, config(`"temperature":3`), "generationConfig.temperature"},
		{path, config(`"stopSequences":["a","b","c","d","e","f"]`), "more than 5"},
		{path, config(`"responseMimeType":"application/json","responseSchema":{"type":"object","properties":{"a":{"type":"string"}},"additionalProperties":false}`), `Unknown name "additionalProperties" at 'generationConfig.responseSchema'`},
		{path, config(`"responseJsonSchema":{"type":"object"}`), "needs response_mime_type application/json"},
		{path, config(`"responseMimeType":"application/json","responseSchema":{"type":"integer","enum":["1"]}`), "enum: only allowed for STRING type"},
		{path, config(`"logprobs":2`), "response_logprobs is not"},
		{path, config(`"thinkingConfig":{"thinkingBudget":1,"thinkingLevel":"LOW"}`), "only one of thinking budget and thinking level"},
		{path, config(`"thinkingConfig":{"thinkingLevel":"low"}`), "want one of MINIMAL"},
		{path, function(`{"name":"f","parameters":{"type":"object"}}`), "should be non-empty for OBJECT type"},
		{path, function(`{"name":"f","parameters":{"type":"object","properties":{"a":{"$ref":"b"}}}}`), `Unknown name "$ref"`},
		{path, function(`{"name":"f","parameters":{"type":"object","properties":{"a":{"type":"array"}}}}`), "items: missing field"},
		{path, function(`{"name":"f","parameters":{"type":"object","properties":{"a":{"type":"string","format":"uri"}}}}`), "only 'enum' and 'date-time'"},
		{path, function(`{"name":"f","parameters":{"type":"object","properties":{"a":{"type":"string"}},"required":["b"]}}`), "required[0]: property is not defined"},
		{path, function(`{"name":"f","strict":true}`), `Unknown name "strict"`},
		{path, function(`{"name":"f g"}`), "functionDeclarations[0].name"},
		{path, ask(user, `,"toolConfig":{"functionCallingConfig":{"mode":"auto"}}`), "want one of AUTO"},
		{path, ask(user, `,"toolConfig":{"functionCallingConfig":{"mode":"ANY"}}`), "there are no function declarations"},
		{"/v1beta/models/m:embedContent", `{"content":{"parts":[{"text":"a"}]}}`, ""},
		{"/v1beta/models/m:embedContent", `{"content":"a"}`, "want object"},
		{"/v1beta/models/m:batchEmbedContents", `{"requests":[{"model":"models/m","content":{"parts":[{"text":"a"}]}}]}`, ""},
		{"/v1beta/models/m:batchEmbedContents", `{"requests":[{"model":"m","content":{"parts":[{"text":"a"}]}}]}`, "want models/m"},
		{"/v1beta/models/m:batchEmbedContents", `{"requests":[]}`, "at least one"},
		{"/v1beta/models/m:nonsense", `{}`, "NOT_FOUND"},
	} {
		refuses(t, p, c.path, c.body, c.want, "X-Goog-Api-Key", "k")
	}
	refuses(t, p, path, ask(user, ``), "unregistered callers")
	refuses(t, p, path+"?key=k", ask(user, ``), "")
	_, array, _, err := send(context.Background(), p.URL+"/v1beta/models/m:streamGenerateContent?key=k", ask(user, ``))
	require.NoError(t, err)
	var chunks []genai.GenerateContentResponse
	require.NoError(t, json.Unmarshal([]byte(array), &chunks), "without alt=sse a stream is a list")
	require.Greater(t, len(chunks), 3)
	v := other(t, "vertex", "")
	const vertex = "/v1/projects/p/locations/l/publishers/google/models/"
	for _, c := range []struct{ method, body, want string }{
		{"m:generateContent", ask(user, `,"labels":{"a":"b"}`), ""},
		{"m:generateContent", ask(`{"parts":[{"text":"a"}]}`, ``), "contents[0].role: is not specified"},
		{"m:generateContent", ask(user, `,"store":true`), `Unknown name "store"`},
		{"m:predict", `{"instances":[{"content":"a","task_type":"RETRIEVAL_QUERY"}],"parameters":{"outputDimensionality":2}}`, ""},
		{"m:predict", `{"instances":[{"text":"a"}]}`, `Unknown name "text"`},
		{"m:embedContent", `{"content":{"parts":[{"text":"a"}]}}`, "NOT_FOUND"},
	} {
		refuses(t, v, vertex+c.method, c.body, c.want, "Authorization", "Bearer k")
	}
	refuses(t, v, vertex+"m:generateContent", ask(user, ``), "UNAUTHENTICATED", "X-Goog-Api-Key", "k")
}

// TestPaLM asks for what Usage Panda asks of PaLM, which has no client any more.
func TestPaLM(t *testing.T) {
	p := other(t, "palm", "k")
	const text, chat = "/v1beta2/models/text-bison-001:generateText?key=k", "/v1beta2/models/chat-bison-001:generateMessage?key=k"
	for _, c := range []struct{ path, body, want string }{
		{text, `{"prompt":{"text":"a"},"temperature":0.5,"candidateCount":2,"maxOutputTokens":9,"topP":1,"stopSequences":["b"]}`, ""},
		{chat, `{"prompt":{"messages":[{"author":"user","content":"a"}]},"temperature":0.5,"candidateCount":1,"topP":1}`, ""},
		{text, `{"prompt":"a"}`, "Invalid value at 'prompt'"},
		{text, `{"prompt":{"text":"a"},"max_tokens":1}`, `Unknown name "max_tokens"`},
		{text, `{"prompt":{"text":"a"},"temperature":2}`, "temperature"},
		{text, `{"prompt":{"text":"a"},"candidateCount":9}`, "candidateCount"},
		{chat, `{"prompt":{"messages":[]}}`, "must not be empty"},
		{chat, `{"prompt":{"messages":[{"role":"user","content":"a"}]}}`, `Unknown name "role"`},
		{chat, `{"prompt":{"messages":[{"content":"a"}]},"maxOutputTokens":9}`, `Unknown name "maxOutputTokens"`},
		{"/v1beta2/models/chat-bison-001:generateMessage", `{"prompt":{"messages":[{"content":"a"}]}}`, "missing a valid API key"},
		{"/v1beta2/models/chat-bison-001:generateMessage?key=j", `{"prompt":{"messages":[{"content":"a"}]}}`, "API key not valid"},
		{"/v1beta2/models/chat-bison-001:nonsense?key=k", `{}`, "NOT_FOUND"},
	} {
		refuses(t, p, c.path, c.body, c.want)
	}
	for _, c := range []struct{ path, body, want string }{
		{text, `{"prompt":{"text":"a b"},"candidateCount":1,"stopSequences":[" b"]}`, `"output": "You said: a"`},
		{chat, `{"prompt":{"messages":[{"content":"a"},{"content":"b"}]}}`, `"content": "You said: b"`},
		{chat, `{"prompt":{"messages":[{"content":"be blocked"}]}}`, `"filters"`},
	} {
		_, answer, _, err := send(context.Background(), p.URL+c.path, c.body)
		require.NoError(t, err)
		require.Contains(t, answer, c.want, c.body)
	}
}
