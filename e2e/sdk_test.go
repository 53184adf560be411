package e2e

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"
	"github.com/openai/openai-go/v3/packages/param"
	"github.com/openai/openai-go/v3/responses"
	"github.com/openai/openai-go/v3/shared"
	"github.com/stretchr/testify/require"

	"github.com/usagepanda/usage-panda-envoy/e2e/envoy"
	"github.com/usagepanda/usage-panda-envoy/e2e/standin"
)

// sdkWants is what must come of each step, with every SDK: the result, the type of the error in braces, how many stats lines, and how
// many requests reached the provider.
var sdkWants = []struct {
	name, result  string
	lines, served int
}{
	{"models", "model", 1, 1},
	{"chat", "You said: hello", 1, 1},
	{"chat, n", "3", 1, 1},
	{"chat, redacted", "You said: what a **** day", 1, 1},
	{"chat, parts", "You said: what a **** day", 1, 1},
	{"chat, tool", `{"what":"You said: call find, ****"}`, 1, 1},
	{"completions", "You said: a **** day", 1, 1},
	{"embeddings", "1536", 1, 1},
	{"moderations", "true", 1, 1},
	{"images", "2", 1, 1},
	{"responses", "You said: a **** day", 1, 1},
	{"stream", "You said: a **** day true", 1, 1},
	{"stream, completions", "You said: a day", 1, 1},
	{"stream, responses", "You said: a day response.completed", 1, 1},
	{"blocked", "422 {UnprocessableEntityError} invalid_request: Usage Panda: Request matched known wordlists: custom", 1, 0},
	{"blocked, responses", "422 {UnprocessableEntityError} invalid_request: Usage Panda: Request matched known wordlists: custom", 1, 0},
	{"blocked, 400", "400 {BadRequestError} invalid_request: Usage Panda: Request matched known wordlists: custom", 1, 0},
	{"blocked, 403", "403 {PermissionDeniedError} invalid_request: Usage Panda: Request matched known wordlists: custom", 1, 0},
	{"bad key", "403 {PermissionDeniedError} access_denied: Invalid OpenAI API key", 1, 0},
	{"no such model", "404 {NotFoundError} invalid_request_error: The model `no-such-model` does not exist or you do not have access to it.", 1, 1},
	{"rate limit", "429 {RateLimitError} requests: too many", 1, 1},
	{"retried by the SDK", "You said: hello", 2, 2},
	{"retried by Envoy", "You said: hello", 1, 3},
	{"retried in vain", "503 {InternalServerError} requests: too many", 1, 3},
}

// TestSDKs has the official SDKs take the same steps.
func TestSDKs(t *testing.T) {
	const guard = `{"POLICY_REQUEST_WORDLIST":"profanity:redact,custom:block","POLICY_CUSTOM_WORDLIST":["forbidden fruit"],"POLICY_RETRY_COUNT":2%s}`
	w := start(t, envoy.Options{Settings: settings(t, `{}`), More: []envoy.Listener{
		{Settings: settings(t, fmt.Sprintf(guard, ""))},
		{Settings: settings(t, fmt.Sprintf(guard, `,"BLOCK_STATUS":400`))},
		{Settings: settings(t, fmt.Sprintf(guard, `,"BLOCK_STATUS":403`))},
	}})
	urls := map[string]string{"plain": w.URL, "guard": w.More[0], "400": w.More[1], "403": w.More[2]}
	for name, steps := range map[string]func(*testing.T, map[string]string, func(name, result string)){
		"go":     stepsInGo,
		"python": external("python3", "PYTHONPATH="+tool("python"), "sdk/steps.py"),
		"node":   external("node", "MODULES="+tool("node")+"/", "sdk/steps.mjs"),
	} {
		t.Run(name, func(t *testing.T) {
			w.provider.Script(failures())
			before := len(w.provider.Requests())
			i := 0
			steps(t, urls, func(name, result string) {
				require.Less(t, i, len(sdkWants), "one step too many: %s", name)
				want := sdkWants[i]
				require.Equal(t, want.name, name)
				if strings.HasSuffix(t.Name(), "/go") { // whose errors have one type
					want.result = regexp.MustCompile(`\{\w+\}`).ReplaceAllString(want.result, "{Error}")
				}
				require.Equal(t, want.result, result, name)
				w.manyStats(t, want.lines)
				require.Equal(t, want.served, len(w.provider.Requests())-before, "%s: requests that reached the provider", name)
				before = len(w.provider.Requests())
				i++
			})
			require.Equal(t, len(sdkWants), i, "steps")
			w.silent(t)
		})
	}
}

// failures fails as x-script has it: "WHO STATUS TIMES ..." answers a request with that script so often with that status.
func failures() func(*http.Request, []byte) *standin.Answer {
	var mu sync.Mutex
	seen := map[string]int{}
	return func(r *http.Request, _ []byte) *standin.Answer {
		script := r.Header.Get("X-Script")
		if script == "" {
			return nil
		}
		var who string
		var status, times int
		if _, err := fmt.Sscan(script, &who, &status, &times); err != nil {
			return standin.Fail(http.StatusBadRequest, "requests", "", "bad script: "+err.Error())
		}
		mu.Lock()
		defer mu.Unlock()
		if seen[script]++; seen[script] > times {
			return nil
		}
		return standin.Fail(status, "requests", "", "too many")
	}
}

// external takes the steps with a program, which prints each as it has taken it, and waits for a line.
func external(program, env, script string) func(*testing.T, map[string]string, func(name, result string)) {
	return func(t *testing.T, urls map[string]string, step func(name, result string)) {
		list, err := json.Marshal(urls)
		require.NoError(t, err)
		in, out := spawn(t, program, script, env, "URLS="+string(list))
		for out.More() {
			var s struct{ Name, Result string }
			require.NoError(t, out.Decode(&s))
			step(s.Name, s.Result)
			_, err := in.Write([]byte("\n"))
			require.NoError(t, err)
		}
	}
}

// stepsInGo takes the steps with openai-go.
func stepsInGo(t *testing.T, urls map[string]string, report func(name, result string)) {
	ctx := context.Background()
	client := func(name string, o ...option.RequestOption) openai.Client {
		return openai.NewClient(append([]option.RequestOption{option.WithBaseURL(urls[name] + "/v1"), option.WithAPIKey(key)}, o...)...)
	}
	step := func(name string, f func() (any, error)) {
		result, err := f()
		var e *openai.Error
		if errors.As(err, &e) {
			result, err = fmt.Sprintf("%d {Error} %s: %s", e.StatusCode, e.Type, e.Message), nil
		}
		require.NoError(t, err, name)
		report(name, fmt.Sprint(result))
	}
	ask := func(c openai.Client, text string, change func(*openai.ChatCompletionNewParams), o ...option.RequestOption) (*openai.ChatCompletion, error) {
		p := openai.ChatCompletionNewParams{Model: "m", Messages: []openai.ChatCompletionMessageParamUnion{openai.UserMessage(text)}}
		if change != nil {
			change(&p)
		}
		return c.Chat.Completions.New(ctx, p, o...)
	}
	say := func(c openai.Client, text string, change func(*openai.ChatCompletionNewParams), o ...option.RequestOption) func() (any, error) {
		return func() (any, error) {
			a, err := ask(c, text, change, o...)
			if err != nil {
				return nil, err
			}
			return a.Choices[0].Message.Content, nil
		}
	}
	scripted := func(script string) option.RequestOption { return option.WithHeader("X-Script", "go "+script) }
	plain, guard, once := client("plain"), client("guard"), client("guard", option.WithMaxRetries(0))
	respond := func(text string) func() (any, error) {
		return func() (any, error) {
			a, err := guard.Responses.New(ctx, responses.ResponseNewParams{Model: "m", Instructions: param.NewOpt("be kind"),
				Input: responses.ResponseNewParamsInputUnion{OfString: param.NewOpt(text)}})
			if err != nil {
				return nil, err
			}
			return a.OutputText(), nil
		}
	}
	prompt := func(text string) openai.CompletionNewParams {
		return openai.CompletionNewParams{Model: "m", Prompt: openai.CompletionNewParamsPromptUnion{OfString: param.NewOpt(text)}}
	}

	step("models", func() (any, error) {
		a, err := plain.Models.List(ctx)
		if err != nil {
			return nil, err
		}
		return a.Data[0].Object, nil
	})
	step("chat", say(plain, "hello", nil))
	step("chat, n", func() (any, error) {
		a, err := ask(plain, "hello", func(p *openai.ChatCompletionNewParams) { p.N = param.NewOpt(int64(3)) })
		if err != nil {
			return nil, err
		}
		return len(a.Choices), nil
	})
	step("chat, redacted", say(guard, "what a shit day", nil))
	step("chat, parts", say(guard, "", func(p *openai.ChatCompletionNewParams) {
		p.Messages = []openai.ChatCompletionMessageParamUnion{openai.UserMessage([]openai.ChatCompletionContentPartUnionParam{
			openai.TextContentPart("what a shit day")})}
	}))
	step("chat, tool", func() (any, error) {
		a, err := ask(guard, "call find, shit", func(p *openai.ChatCompletionNewParams) {
			p.Tools = []openai.ChatCompletionToolUnionParam{openai.ChatCompletionFunctionTool(shared.FunctionDefinitionParam{Name: "find",
				Parameters: shared.FunctionParameters{"type": "object", "properties": map[string]any{"what": map[string]any{"type": "string"}}}})}
		})
		if err != nil {
			return nil, err
		}
		return a.Choices[0].Message.ToolCalls[0].Function.Arguments, nil
	})
	step("completions", func() (any, error) {
		a, err := guard.Completions.New(ctx, prompt("a shit day"))
		if err != nil {
			return nil, err
		}
		return a.Choices[0].Text, nil
	})
	step("embeddings", func() (any, error) {
		a, err := guard.Embeddings.New(ctx, openai.EmbeddingNewParams{Model: "m",
			Input: openai.EmbeddingNewParamsInputUnion{OfArrayOfStrings: []string{"a", "b"}}})
		if err != nil {
			return nil, err
		}
		return len(a.Data[1].Embedding), nil
	})
	step("moderations", func() (any, error) {
		a, err := guard.Moderations.New(ctx, openai.ModerationNewParams{
			Input: openai.ModerationNewParamsInputUnion{OfString: param.NewOpt("kill them all")}})
		if err != nil {
			return nil, err
		}
		return a.Results[0].Flagged, nil
	})
	step("images", func() (any, error) {
		a, err := guard.Images.Generate(ctx, openai.ImageGenerateParams{Prompt: "a day", N: param.NewOpt(int64(2))})
		if err != nil {
			return nil, err
		}
		return len(a.Data), nil
	})
	step("responses", respond("a shit day"))
	step("stream", func() (any, error) {
		s := guard.Chat.Completions.NewStreaming(ctx, openai.ChatCompletionNewParams{Model: "m",
			Messages:      []openai.ChatCompletionMessageParamUnion{openai.UserMessage("a shit day")},
			StreamOptions: openai.ChatCompletionStreamOptionsParam{IncludeUsage: param.NewOpt(true)}})
		text, tokens := "", int64(0)
		for s.Next() {
			tokens += s.Current().Usage.TotalTokens
			for _, c := range s.Current().Choices {
				text += c.Delta.Content
			}
		}
		return fmt.Sprint(text, " ", tokens > 0), s.Err()
	})
	step("stream, completions", func() (any, error) {
		s, text := plain.Completions.NewStreaming(ctx, prompt("a day")), ""
		for s.Next() {
			text += s.Current().Choices[0].Text
		}
		return text, s.Err()
	})
	step("stream, responses", func() (any, error) {
		s := plain.Responses.NewStreaming(ctx, responses.ResponseNewParams{Model: "m",
			Input: responses.ResponseNewParamsInputUnion{OfString: param.NewOpt("a day")}})
		text, last := "", ""
		for s.Next() {
			if last = s.Current().Type; last == "response.output_text.delta" {
				text += s.Current().Delta
			}
		}
		return text + " " + last, s.Err()
	})
	step("blocked", say(guard, "eat the forbidden fruit", nil))
	step("blocked, responses", respond("eat the forbidden fruit"))
	step("blocked, 400", say(client("400"), "eat the forbidden fruit", nil))
	step("blocked, 403", say(client("403"), "eat the forbidden fruit", nil))
	step("bad key", say(client("guard", option.WithAPIKey("nope")), "hello", nil))
	step("no such model", say(guard, "hello", func(p *openai.ChatCompletionNewParams) { p.Model = "no-such-model" }))
	step("rate limit", say(client("plain", option.WithMaxRetries(0)), "hello", nil, scripted("429 1 limit")))
	step("retried by the SDK", say(client("plain", option.WithMaxRetries(1)), "hello", nil, scripted("429 1 sdk")))
	step("retried by Envoy", say(once, "hello", nil, scripted("503 2 envoy")))
	step("retried in vain", say(once, "hello", nil, scripted("503 9 vain")))
}
