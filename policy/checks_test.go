package policy

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/usagepanda/usage-panda-envoy/converters/openai"
)

// engine is the engine of settings that are given without their braces.
func engine(t testing.TB, settings string) *Engine {
	s, err := ParseSettings([]byte("{"+settings+"}"), noEnv)
	require.NoError(t, err, settings)
	return s.Engine()
}

// judged is an exchange whose request has been judged.
func judged(t testing.TB, settings string, e openai.Endpoint, body string) (*Engine, *Exchange) {
	q, err := openai.ParseRequest(e, "application/json", []byte(body))
	require.NoError(t, err, body)
	engine := engine(t, settings)
	x := &Exchange{Endpoint: e, Request: q}
	engine.JudgeRequest(x)
	return engine, x
}

// verdict is what is said of a request: the reason why it is blocked, else its flags, the reply, and what it has become.
func verdict(t *testing.T, settings string, e openai.Endpoint, body string) string {
	_, x := judged(t, settings, e, body)
	if x.Blocked {
		return "blocked: " + x.Reason
	}
	var parts []string
	for _, f := range x.Flags {
		parts = append(parts, f.Description)
	}
	if x.Reply != nil {
		parts = append(parts, "reply: "+*x.Reply)
	}
	if after := string(x.Request.Bytes()); after != body {
		parts = append(parts, after)
	}
	return strings.Join(parts, " / ")
}

func TestMaxTokens(t *testing.T) {
	const over, none = "blocked: Config set to max tokens of: 100; request was: %d", "blocked: Config set to max tokens of: 100; request was: none"
	for _, row := range []struct {
		e          openai.Endpoint
		body, want string
	}{
		{openai.Chat, `{"max_tokens":100}`, ""},
		{openai.Chat, `{"max_tokens":101}`, fmt.Sprintf(over, 101)},
		{openai.Chat, `{}`, none},
		{openai.Chat, `{"max_tokens":null}`, none},
		{openai.Chat, `{"max_completion_tokens":100}`, ""},
		{openai.Chat, `{"max_completion_tokens":100,"max_tokens":null}`, ""},
		{openai.Chat, `{"max_tokens":1,"max_completion_tokens":200}`, fmt.Sprintf(over, 200)},
		{openai.Chat, `{"max_completion_tokens":200,"max_tokens":1}`, fmt.Sprintf(over, 200)},
		{openai.Chat, `{"max_output_tokens":10}`, none}, // which no chat knows
		{openai.Chat, `{"max_tokens":"10"}`, none},
		{openai.Chat, `{"max_tokens":10,"max_completion_tokens":"99999"}`, none}, // a number for lenient servers
		{openai.Chat, `{"max_tokens":10,"max_completion_tokens":-1}`, none},      // no limit for some
		{openai.Chat, `{"max_tokens":0}`, none},
		{openai.Chat, `{"max_tokens":10.5}`, none},
		{openai.Chat, `{"max_tokens":10.0}`, ""},
		{openai.Chat, `{"max_tokens":1e2}`, ""},
		{openai.Chat, `{"max_tokens":1e3}`, fmt.Sprintf(over, 1000)},
		{openai.Chat, `{"max_tokens":9223372036854775808}`, none},
		{openai.Chat, `{"max_tokens":1e400}`, none},
		{openai.Chat, `{"max_tokens":[10]}`, none},
		{openai.Chat, `{"max_tokens":50,"n":2}`, ""},
		{openai.Chat, `{"max_tokens":50,"n":3}`, fmt.Sprintf(over, 150)},
		{openai.Chat, `{"n":3,"max_tokens":50}`, fmt.Sprintf(over, 150)},
		{openai.Chat, `{"max_tokens":50,"n":null}`, ""},
		{openai.Chat, `{"max_tokens":50,"n":"3"}`, none},
		{openai.Chat, `{"max_tokens":2147483647,"n":2147483647}`, fmt.Sprintf(over, 4611686014132420609)},
		{openai.Completions, `{"max_tokens":1073741824,"n":1073741824,"prompt":["","","","","","","","","","","","","","","",""]}`, fmt.Sprintf(over, 1073741824*2147483647)}, // not 0
		{openai.Completions, `{"max_tokens":50,"best_of":3,"n":1}`, fmt.Sprintf(over, 150)},
		{openai.Completions, `{"max_tokens":50,"prompt":["a","b","c"]}`, fmt.Sprintf(over, 150)},
		{openai.Completions, `{"max_tokens":50,"prompt":["a","b"]}`, ""},
		{openai.Completions, `{"max_tokens":50,"prompt":[1,2,3]}`, ""},
		{openai.Completions, `{"max_tokens":50,"prompt":[[1,2],[3],[4]]}`, fmt.Sprintf(over, 150)},
		{openai.Completions, `{"max_completion_tokens":50}`, none},
		{openai.Completions, `{"prompt":"a"}`, none}, // 16 by default at OpenAI, but not everywhere
		{openai.Responses, `{"max_output_tokens":100}`, ""},
		{openai.Responses, `{"max_output_tokens":101}`, fmt.Sprintf(over, 101)},
		{openai.Responses, `{"max_tokens":10}`, none},
		{openai.Edits, `{}`, ""},
		{openai.Embeddings, `{}`, ""},
		{openai.ImageGenerations, `{"n":10}`, ""},
	} {
		assert.Equal(t, row.want, verdict(t, `"POLICY_MAX_TOKENS":100`, row.e, row.body), "%s %s", row.e.Path(), row.body)
	}
}

func TestMaxPromptChars(t *testing.T) {
	const over = "blocked: Config set to max prompt chars of: 10; prompt was: %d"
	for _, row := range []struct {
		e          openai.Endpoint
		body, want string
	}{
		{openai.Chat, `{"messages":[{"role":"user","content":"0123456789"}]}`, ""},
		{openai.Chat, `{"messages":[{"role":"user","content":"01234567890"}]}`, fmt.Sprintf(over, 11)},
		{openai.Chat, `{"messages":[{"role":"user","content":"\u00e4\u00f6\u00fc\ud83d\ude00\n\"\\/ab"}]}`, ""},
		{openai.Chat, `{"messages":[{"role":"system","content":"012345"},{"role":"user","content":[{"type":"text","text":"012345"}]}]}`, fmt.Sprintf(over, 12)},
		{openai.Chat, `{"messages":[{"role":"user","name":"0123456","content":"01234"}]}`, fmt.Sprintf(over, 12)},
		{openai.Chat, `{"messages":[{"role":"0123456","content":"01234"}]}`, fmt.Sprintf(over, 12)},
		{openai.Chat, `{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,AAAAAAAAAAAA"}}]}]}`, ""},
		{openai.Chat, `{"messages":[{"role":"assistant","content":null,"tool_calls":[{"id":"call_012345678901","type":"function","function":{"name":"weather","arguments":"{\"a\":123456}"}}]}]}`, fmt.Sprintf(over, 12)},
		{openai.Chat, `{"messages":{"role":"user","content":"01234567890"}}`, fmt.Sprintf(over, 11)},
		{openai.Chat, `{"messages":"01234567890"}`, fmt.Sprintf(over, 11)},
		{openai.Chat, `{"messages":["01234567890"]}`, fmt.Sprintf(over, 11)},
		{openai.Chat, `{"messages":[],"system":"01234567890"}`, fmt.Sprintf(over, 11)}, // as others call it
		{openai.Chat, `{"messages":[],"tools":[{"type":"function","function":{"name":"f","description":"0123456789012345"}}],"metadata":{"a":"01234567890"},"stop":["01234567890"]}`, ""},
		{openai.Completions, `{"prompt":"01234567890"}`, fmt.Sprintf(over, 11)},
		{openai.Completions, `{"prompt":["012345","012345"]}`, fmt.Sprintf(over, 12)},
		{openai.Completions, `{"prompt":[1,2]}`, ""},
		{openai.Completions, `{"prompt":[[1,2],[3]]}`, fmt.Sprintf(over, 12)},
		{openai.Completions, `{"prompt":"0123456","suffix":"01234"}`, fmt.Sprintf(over, 12)},
		{openai.Edits, `{"input":"0123456","instruction":"01234"}`, fmt.Sprintf(over, 12)},
		{openai.Responses, `{"input":"01234567890"}`, fmt.Sprintf(over, 11)},
		{openai.Responses, `{"input":"0123456","instructions":"01234"}`, fmt.Sprintf(over, 12)},
		{openai.Responses, `{"input":[{"role":"user","content":[{"type":"input_text","text":"0123456"}]},{"type":"function_call_output","call_id":"c","output":"01234"}]}`, fmt.Sprintf(over, 12)},
		{openai.Responses, `{"prompt":{"id":"pmpt_0123456789","variables":{"a":"0123456","b":{"type":"input_text","text":"01234"}}}}`, fmt.Sprintf(over, 12)},
		{openai.Embeddings, `{"input":"01234567890"}`, ""},
	} {
		assert.Equal(t, row.want, verdict(t, `"POLICY_MAX_PROMPT_CHARS":10`, row.e, row.body), "%s %s", row.e.Path(), row.body)
	}
}

func TestUserIDs(t *testing.T) {
	const refused = "blocked: Config set to block requests without user field"
	for _, row := range []struct {
		e          openai.Endpoint
		body, want string
	}{
		{openai.Chat, `{"user":"u1"}`, ""}, {openai.Chat, `{}`, refused}, {openai.Chat, `{"user":""}`, refused}, {openai.Chat, `{"user":" \t"}`, refused},
		{openai.Chat, `{"user":null}`, refused}, {openai.Chat, `{"user":5}`, refused}, {openai.Chat, `{"User":"u1"}`, refused}, {openai.Chat, `{"\u0075ser":"u1"}`, ""},
		{openai.Completions, `{}`, refused}, {openai.Embeddings, `{}`, refused}, {openai.ImageGenerations, `{}`, refused}, {openai.ImageEdits, `{}`, refused},
		{openai.ImageVariations, `{}`, refused}, {openai.Responses, `{}`, refused}, {openai.Moderations, `{}`, ""}, {openai.Edits, `{}`, ""},
	} {
		assert.Equal(t, row.want, verdict(t, `"POLICY_ENFORCE_USER_IDS":true`, row.e, row.body), "%s %s", row.e.Path(), row.body)
	}
}

func TestDisabledModels(t *testing.T) {
	const model, size = "blocked: Config set to block usage of model: ", "blocked: Config set to block usage of image generation size: "
	for _, row := range []struct {
		e          openai.Endpoint
		body, want string
	}{
		{openai.Chat, `{"model":"gpt-4"}`, model + "gpt-4"},
		{openai.Chat, `{"model":"gpt-4o"}`, ""},
		{openai.Chat, `{"model":"GPT-4"}`, model + "gpt-4"},
		{openai.Chat, `{"model":" gpt-4\n"}`, model + "gpt-4"},
		{openai.Chat, `{"model":"gpt\u002d4"}`, model + "gpt-4"},
		{openai.Chat, `{"mod\u0065l":"gpt-4"}`, model + "gpt-4"},
		{openai.Chat, `{"model":"1024x1024"}`, model + "1024x1024"},
		{openai.Chat, `{"model":"gpt-3.5","size":"1024x1024"}`, ""},
		{openai.Chat, `{"model":"gpt-3.5","models":["a","gpt-4"]}`, model + "gpt-4"},
		{openai.Chat, `{"model":"openai/gpt-4"}`, model + "gpt-4"},
		{openai.Chat, `{"model":"openai/gpt-4o"}`, ""},
		{openai.Embeddings, `{"model":"gpt-4"}`, model + "gpt-4"},
		{openai.Moderations, `{"model":"gpt-4"}`, model + "gpt-4"},
		{openai.ImageGenerations, `{"model":"dall-e-3","size":"1024x1024"}`, size + "1024x1024"},
		{openai.ImageGenerations, `{"model":"dall-e-3","size":"1024X1024"}`, size + "1024x1024"},
		{openai.ImageGenerations, `{"model":"gpt-4","size":"1024x1024"}`, model + "gpt-4, Config set to block usage of image generation size: 1024x1024"},
		{openai.ImageGenerations, `{"model":"dall-e-3"}`, ""},
		{openai.Responses, `{"model":"gpt-5","tools":[{"type":"image_generation","model":"gpt-4","size":"1024x1024"}]}`, model + "gpt-4, Config set to block usage of image generation size: 1024x1024"},
		{openai.Responses, `{"model":"gpt-5","tools":[{"type":"function","name":"f","parameters":{"properties":{"model":{"enum":["gpt-4"]},"size":{"default":"1024x1024"}}}}]}`, ""},
	} {
		assert.Equal(t, row.want, verdict(t, `"POLICY_DISABLED_MODELS":["gpt-4","1024x1024"]`, row.e, row.body), "%s %s", row.e.Path(), row.body)
	}
}

// TestDisabledModelsBehindNames has clients ask for a model by the settings' other names for it.
func TestDisabledModelsBehindNames(t *testing.T) {
	const settings = `"PROVIDERS":[{"name":"anthropic","kind":"anthropic","key":"k"},{"name":"eu","kind":"openai","url":"https://eu.example","key":"k"}],
		"MODELS":{"fast":["anthropic/claude-haiku-4-5","eu/small"],"big-*":"eu/huge-*"},"POLICY_DISABLED_MODELS":["claude-haiku-4-5","huge-1","named"]`
	const blocked = "blocked: Config set to block usage of model: "
	for _, row := range []struct{ model, want string }{
		{"fast", blocked + "claude-haiku-4-5"}, {"anthropic/claude-haiku-4-5", blocked + "claude-haiku-4-5"}, {"big-1", blocked + "huge-1"},
		{"big-2", ""}, {"eu/named", blocked + "named"}, {"named", blocked + "named"}, {"eu/other", ""},
	} {
		assert.Equal(t, row.want, verdict(t, settings, openai.Chat, `{"model":"`+row.model+`"}`), row.model)
	}
}

func TestAutoReply(t *testing.T) {
	const settings = `"POLICY_AUTOREPLY":[{"type":"chat","request":"ping","response":"pong"},{"type":"completion","request":"ping","response":"PONG"},{"type":"chat","request":"Grüße","response":""}]`
	const flag = "Config set to auto-reply to this request / reply: "
	for _, row := range []struct {
		e          openai.Endpoint
		body, want string
	}{
		{openai.Chat, `{"messages":[{"role":"user","content":"ping"}]}`, flag + "pong"},
		{openai.Chat, `{"messages":[{"role":"system","content":"be nice"},{"content":"p\u0069ng","role":"user"}]}`, flag + "pong"},
		{openai.Chat, `{"messages":[{"role":"user","content":[{"type":"text","text":"ping"}]}]}`, flag + "pong"},
		{openai.Chat, `{"messages":[{"role":"user","content":"Gr\u00fc\u00dfe"}]}`, flag},
		{openai.Chat, `{"messages":[{"role":"user","content":"ping "}]}`, ""},
		{openai.Chat, `{"messages":[{"role":"user","content":"Ping"}]}`, ""},
		{openai.Chat, `{"messages":[{"role":"user","content":"ping"},{"role":"assistant","content":"x"}]}`, ""},
		{openai.Chat, `{"messages":[{"role":"user","content":[{"type":"text","text":"ping"},{"type":"text","text":"ping"}]}]}`, ""},
		{openai.Chat, `{"messages":[{"role":"user","content":"ping"},{"role":"user","content":[]}]}`, ""},
		{openai.Chat, `{"messages":[]}`, ""},
		{openai.Completions, `{"prompt":"ping"}`, flag + "PONG"},
		{openai.Completions, `{"prompt":["ping"]}`, flag + "PONG"},
		{openai.Completions, `{"prompt":["ping","ping"]}`, ""},
		{openai.Responses, `{"input":"ping"}`, flag + "pong"},
		{openai.Responses, `{"input":[{"role":"user","content":[{"type":"input_text","text":"ping"}]}]}`, flag + "pong"},
		{openai.Edits, `{"input":"ping","instruction":"ping"}`, ""},
	} {
		assert.Equal(t, row.want, verdict(t, settings, row.e, row.body), "%s %s", row.e.Path(), row.body)
	}
}
