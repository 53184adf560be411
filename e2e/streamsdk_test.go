package e2e

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"
	"github.com/openai/openai-go/v3/packages/param"
	"github.com/openai/openai-go/v3/packages/ssestream"
	"github.com/openai/openai-go/v3/responses"
	"github.com/openai/openai-go/v3/shared"
	"github.com/stretchr/testify/require"

	"github.com/usagepanda/usage-panda-envoy/e2e/envoy"
)

// streamWants is what must come of each step, with every SDK: what was said, and the type of the error in braces with its message.
var streamWants = []struct{ name, result string }{
	{"chat", "You said: my **** is"},
	{"chat, at the end", "You said: my ****"},
	{"chat, two choices", "You said: my ****; You said: my ****"},
	{"chat, put together", "assistant: You said: my ****"},
	{"chat, tool", `assistant: function find {"what":"You said: call find, my ****"}`},
	{"completions", "You said: my ****"},
	{"responses", "You said: my **** is; You said: my **** is"},
	{"responses, at the end", "You said: my ****; You said: my ****"},
	{"chat, blocked", "You said: my {APIError} Usage Panda: Response matched known wordlists: custom"},
	{"completions, blocked", "You said: my {APIError} Usage Panda: Response matched known wordlists: custom"},
	{"responses, blocked", "You said: my {APIError} Usage Panda: Response matched known wordlists: custom"},
	{"chat, refused", "422 {UnprocessableEntityError} Usage Panda: Request matched known wordlists: custom"},
	{"responses, refused", "422 {UnprocessableEntityError} Usage Panda: Request matched known wordlists: custom"},
	{"chat, replied", "pong"},
	{"completions, replied", "pong"},
	{"responses, replied", "pong; pong"},
}

// TestStreamSDKs has the official SDKs read streams that are redacted, blocked, refused, and made without a model, and put them together
// where they can. The stand-in cuts "unicorn" in two.
func TestStreamSDKs(t *testing.T) {
	const with = `{"POLICY_CUSTOM_WORDLIST":["unicorn"],%s}`
	w := start(t, envoy.Options{Settings: settings(t, fmt.Sprintf(with, `"POLICY_RESPONSE_WORDLIST":"custom:redact"`)), More: []envoy.Listener{
		{Settings: settings(t, fmt.Sprintf(with, `"POLICY_RESPONSE_WORDLIST":"custom:block"`))},
		{Settings: settings(t, fmt.Sprintf(with, `"POLICY_REQUEST_WORDLIST":"custom:block","POLICY_AUTOREPLY":[`+
			`{"type":"chat","request":"ping","response":"pong"},{"type":"completion","request":"ping","response":"pong"}]`))},
	}})
	urls := map[string]string{"redact": w.URL, "block": w.More[0], "refuse": w.More[1]}
	for name, steps := range map[string]func(*testing.T, map[string]string, func(name, result string)){
		"go":     streamsInGo,
		"python": external("python3", "PYTHONPATH="+tool("python"), "sdk/streams.py"),
		"node":   external("node", "MODULES="+tool("node")+"/", "sdk/streams.mjs"),
	} {
		t.Run(name, func(t *testing.T) {
			i := 0
			steps(t, urls, func(name, result string) {
				require.Less(t, i, len(streamWants), "one step too many: %s", name)
				want := streamWants[i]
				require.Equal(t, want.name, name)
				if strings.HasSuffix(t.Name(), "/go") { // whose errors have one type
					want.result = regexp.MustCompile(`\{\w+\}`).ReplaceAllString(want.result, "{Error}")
				}
				require.Equal(t, want.result, result, name)
				require.Equal(t, strings.ContainsAny(result, "{") && !strings.Contains(name, "tool"), w.stats(t).Error, name)
				i++
			})
			require.Equal(t, len(streamWants), i, "steps")
			w.silent(t)
		})
	}
}

// streamsInGo takes the steps with openai-go.
func streamsInGo(t *testing.T, urls map[string]string, report func(name, result string)) {
	ctx := context.Background()
	client := func(name string) openai.Client {
		return openai.NewClient(option.WithBaseURL(urls[name]+"/v1"), option.WithAPIKey(key))
	}
	step := func(name string, f func(said *strings.Builder) error) {
		var said strings.Builder
		err := f(&said)
		var status *openai.Error
		var stream *ssestream.StreamError
		switch {
		case errors.As(err, &status):
			report(name, fmt.Sprintf("%d {Error} %s", status.StatusCode, status.Message))
		case errors.As(err, &stream):
			var data struct{ Error struct{ Message string } }
			require.NoError(t, json.Unmarshal(stream.Event.Data, &data), name)
			report(name, said.String()+"{Error} "+data.Error.Message)
		default:
			require.NoError(t, err, name)
			report(name, said.String())
		}
	}
	user := func(text string) openai.ChatCompletionNewParams {
		return openai.ChatCompletionNewParams{Model: "m", Messages: []openai.ChatCompletionMessageParamUnion{openai.UserMessage(text)}}
	}
	redact, block, refuse := client("redact"), client("block"), client("refuse")
	chat := func(where openai.Client, text string) func(*strings.Builder) error {
		return func(said *strings.Builder) error {
			s := where.Chat.Completions.NewStreaming(ctx, user(text))
			for s.Next() {
				for _, c := range s.Current().Choices {
					said.WriteString(c.Delta.Content)
				}
			}
			return s.Err()
		}
	}
	together := func(p openai.ChatCompletionNewParams) func(*strings.Builder) error {
		return func(said *strings.Builder) error {
			var all openai.ChatCompletionAccumulator
			s := redact.Chat.Completions.NewStreaming(ctx, p)
			for s.Next() {
				require.True(t, all.AddChunk(s.Current()))
			}
			m := all.Choices[0].Message
			said.WriteString(string(m.Role) + ": " + m.Content)
			for _, c := range m.ToolCalls {
				said.WriteString(string(c.Type) + " " + c.Function.Name + " " + c.Function.Arguments)
			}
			return s.Err()
		}
	}
	completions := func(where openai.Client, text string) func(*strings.Builder) error {
		return func(said *strings.Builder) error {
			s := where.Completions.NewStreaming(ctx, openai.CompletionNewParams{Model: "m",
				Prompt: openai.CompletionNewParamsPromptUnion{OfString: param.NewOpt(text)}})
			for s.Next() {
				for _, c := range s.Current().Choices {
					said.WriteString(c.Text)
				}
			}
			return s.Err()
		}
	}
	respond := func(where openai.Client, text string) func(*strings.Builder) error {
		return func(said *strings.Builder) error {
			s := where.Responses.NewStreaming(ctx, responses.ResponseNewParams{Model: "m",
				Input: responses.ResponseNewParamsInputUnion{OfString: param.NewOpt(text)}})
			for s.Next() {
				switch e := s.Current(); e.Type {
				case "response.output_text.delta":
					said.WriteString(e.Delta)
				case "response.completed":
					said.WriteString("; " + e.Response.OutputText())
				}
			}
			return s.Err()
		}
	}
	tools := user("call find, my unicorn")
	tools.Tools = []openai.ChatCompletionToolUnionParam{openai.ChatCompletionFunctionTool(shared.FunctionDefinitionParam{Name: "find",
		Parameters: shared.FunctionParameters{"type": "object", "properties": map[string]any{"what": map[string]any{"type": "string"}}}})}

	step("chat", chat(redact, "my unicorn is"))
	step("chat, at the end", chat(redact, "my unicorn"))
	step("chat, two choices", func(said *strings.Builder) error {
		p, texts := user("my unicorn"), [2]string{}
		p.N = param.NewOpt(int64(2))
		s := redact.Chat.Completions.NewStreaming(ctx, p)
		for s.Next() {
			for _, c := range s.Current().Choices {
				texts[c.Index] += c.Delta.Content
			}
		}
		said.WriteString(texts[0] + "; " + texts[1])
		return s.Err()
	})
	step("chat, put together", together(user("my unicorn")))
	step("chat, tool", together(tools))
	step("completions", completions(redact, "my unicorn"))
	step("responses", respond(redact, "my unicorn is"))
	step("responses, at the end", respond(redact, "my unicorn"))
	step("chat, blocked", chat(block, "my unicorn is"))
	step("completions, blocked", completions(block, "my unicorn is"))
	step("responses, blocked", respond(block, "my unicorn is"))
	step("chat, refused", chat(refuse, "my unicorn is"))
	step("responses, refused", respond(refuse, "my unicorn is"))
	step("chat, replied", chat(refuse, "ping"))
	step("completions, replied", completions(refuse, "ping"))
	step("responses, replied", respond(refuse, "ping"))
}
