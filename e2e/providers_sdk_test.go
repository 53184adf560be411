package e2e

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// step is what an SDK is to do with a provider. Do is a name that goSteps and the programs in e2e/sdk know.
type step struct {
	Do    string `json:"do"`
	Model string `json:"model"`
	Text  string `json:"text"`  // that is said
	Fault string `json:"fault"` // with which the stand-in answers
}

// taker takes a step with an SDK, and tells what came of it.
type taker func(*testing.T, step) string

// but is what else comes of a step, by a provider's name or kind.
type but map[string]string

// providerSteps are what every SDK does with every provider, and what must come of it: what was said, why that ended, and how many tokens
// were counted; or the status, the class, type and code of the error, and its message. Two answers have -> between, two choices /. The
// stand-ins count tokens by texts, so all texts have come to them; those of PaLM count none.
var providerSteps = []struct {
	do, text, fault, want string
	but                   but
}{
	{"chat", "hello", "", "You said: hello (stop) 11+3=14", but{"palm": "You said: hello (stop) 0+0=0"}},
	{"by MODELS", "hello", "", "You said: hello (stop) 11+3=14", but{"palm": "You said: hello (stop) 0+0=0"}},
	{"chat", "what a shit day, unicorn", "", "You said: what a **** day, **** (stop) 16+8=24",
		but{"palm": "You said: what a **** day, **** (stop) 0+0=0"}},
	{"roles", "and now?", "", "You said: and now? (stop) 31+4=35", but{ // a system message is a block of its own, or a part of the one
		"anthropic": "You said: and now? (stop) 35+4=39", "bedrock": "You said: and now? (stop) 35+4=39",
		"gemini": "You said: and now? (stop) 27+4=31", "vertex": "You said: and now? (stop) 27+4=31",
		"palm": "You said: and now? (stop) 0+0=0"}},
	{"chat", "please be filtered", "", "You said (content_filter) 14+2=16", but{"palm": "You said (stop) 0+0=0"}},
	{"chat", "please use the cache", "", "You said: please use the cache (stop) 14+7=21, 7 cached",
		but{"palm": "You said: please use the cache (stop) 0+0=0"}},
	{"reasoning_effort", "think", "", "You said: think (stop) 11+9=20, 6 of thoughts", but{
		"bedrock": "You said: think (stop) 11+9=20", "claude-3": "You said: think (stop) 11+3=14", // it does not count them; it does not think
		"palm": lacks("reasoning_effort")}},
	{"image", "see", "", "You said: see (stop) 11+3=14", but{"palm": "400 {BadRequestError} invalid_request_error unsupported_value: " +
		`messages[1].content: a part "image_url" of "image/png": the provider KIND does not take it so`}},
	{"n", "hello", "", "You said: hello (stop) / You said: hello (stop) 11+6=17", but{"anthropic": lacks("n"), "bedrock": lacks("n"),
		"palm": "You said: hello (stop) / You said: hello (stop) 0+0=0"}},
	{"stop", "a good day", "", "You said: a good (stop) 13+4=17", but{"palm": lacks("stop")}},
	{"stop, a text", "a good day", "", "You said: a good (stop) 13+4=17", but{"palm": lacks("stop")}},
	{"max_tokens", "hello", "", "You said: (length) 11+2=13", but{"palm": lacks("max_tokens")}},
	{"max_completion_tokens", "hello", "", "You said: (length) 11+2=13", but{"palm": lacks("max_tokens")}},

	{"tools", "call find", "", "find(You said: call find) (tool_calls) 12+8=20 -> The tool said: find 1 (stop) 22+5=27",
		but{"palm": lacks("tools")}},
	{"tools", "call find, call open", "", "find(You said: call find, call open) open(You said: call find, call open) (tool_calls) 14+16=30" +
		" -> The tool said: open 2 (stop) 30+5=35", but{"palm": lacks("tools")}},
	{"tools, streamed", "call find", "", "find(You said: call find) (tool_calls) 12+8=20 -> The tool said: find 1 (stop) 22+5=27",
		but{"palm": lacks("tools")}},
	{"tools, streamed", "call find, call open", "", "find(You said: call find, call open) open(You said: call find, call open) " +
		"(tool_calls) 14+16=30 -> The tool said: open 2 (stop) 30+5=35", but{"palm": lacks("tools")}},
	{"one tool", "call find, call open", "", "find(You said: call find, call open) (tool_calls) 14+8=22",
		but{"bedrock": lacks("parallel_tool_calls"), "gemini": lacks("parallel_tool_calls"), "vertex": lacks("parallel_tool_calls"),
			"palm": lacks("parallel_tool_calls")}},
	{"tool_choice, named", "hello", "", "open(You said: hello) (tool_calls) 11+8=19", but{"palm": lacks("tool_choice")}},
	{"tool_choice, required", "hello", "", "find(You said: hello) (tool_calls) 11+8=19", but{"palm": lacks("tool_choice")}},
	{"tool_choice, none", "call find", "", "You said: call find (stop) 12+4=16",
		but{"bedrock": lacks("tool_choice"), "palm": lacks("tool_choice")}},
	{"schema", "hello", "", "You said: hello (stop) 11+5=16", but{"bedrock": "You said: hello (stop) 11+8=19", // of an older Claude, which
		"claude-3": "You said: hello (stop) 11+8=19", "palm": lacks("response_format")}}, // calls a tool that has the schema
	{"parse", "hello", "", "You said: hello (stop) 11+5=16", but{"bedrock": "You said: hello (stop) 11+8=19",
		"claude-3": "You said: hello (stop) 11+8=19", "palm": lacks("response_format")}},

	{"stream", "a day", "", "You said: a day (stop) 12+4=16, many chunks", but{"palm": "You said: a day (stop) 0+0=0, few chunks"}},
	{"stream", "a unicorn day", "", "You said: a **** day (stop) 14+6=20, many chunks",
		but{"palm": "You said: a **** day (stop) 0+0=0, few chunks"}},
	{"stream", "please be filtered", "", "You said (content_filter) 14+2=16, many chunks", but{"palm": "You said (stop) 0+0=0, few chunks"}},
	{"stream", "please use the cache", "", "You said: please use the cache (stop) 14+7=21, 7 cached, many chunks",
		but{"palm": "You said: please use the cache (stop) 0+0=0, few chunks"}},
	{"stream, reasoning_effort", "think", "", "You said: think (stop) 11+9=20, 6 of thoughts, many chunks",
		but{"bedrock": "You said: think (stop) 11+9=20, many chunks", "claude-3": "You said: think (stop) 11+3=14, many chunks",
			"palm": lacks("reasoning_effort")}},
	{"stream, n", "a day", "", "You said: a day (stop) / You said: a day (stop) 12+8=20, many chunks",
		but{"anthropic": lacks("n"), "bedrock": lacks("n"), "palm": "You said: a day (stop) / You said: a day (stop) 0+0=0, many chunks"}},
	{"stream, max_tokens", "a day", "", "You said: (length) 12+2=14, many chunks", but{"palm": lacks("max_tokens")}},
	{"completions", "a shit day, unicorn", "", "You said: a **** day, **** (stop) 9+7=16", but{ // a prompt is no message with some
		"azure": "You said: a **** day, **** (stop) 5+7=12", "openai": "You said: a **** day, **** (stop) 5+7=12",
		"palm": "You said: a **** day, **** (stop) 0+0=0"}},
	{"completions, streamed", "a shit day, unicorn", "", "You said: a **** day, **** (stop) 9+7=16", but{
		"azure": "You said: a **** day, **** (stop) 5+7=12", "openai": "You said: a **** day, **** (stop) 5+7=12",
		"palm": "You said: a **** day, **** (stop) 0+0=0"}},
	{"embeddings", "b", "", "3, long: true, told apart: true", but{"anthropic": noEmbeddings, "bedrock": noEmbeddings, "palm": noEmbeddings}},

	{"chat", "hello", "400", "400 {BadRequestError} invalid_request_error -: " + failed,
		but{"azure": "400 {BadRequestError} invalid_request_error BadRequest: " + failed}},
	{"chat", "hello", "401", "401 {AuthenticationError} invalid_request_error invalid_api_key: " + failed, nil},
	{"chat", "hello", "403", "403 {PermissionDeniedError} invalid_request_error permission_denied: " + failed,
		but{"openai": "403 {PermissionDeniedError} invalid_request_error -: " + failed}},
	{"chat", "hello", "404", "404 {NotFoundError} invalid_request_error model_not_found: " + failed, nil},
	{"chat", "hello", "429", "429 {RateLimitError} rate_limit_error rate_limit_exceeded: " + failed + "; retry after 1",
		but{"openai": "429 {RateLimitError} requests rate_limit_exceeded: " + failed + "; retry after 1"}},
	{"chat", "hello", "500", "500 {InternalServerError} server_error -: " + failed,
		but{"azure": "500 {InternalServerError} server_error InternalServerError: " + failed}},
	{"chat", "hello", "503", "503 {InternalServerError} server_error overloaded: " + failed,
		but{"azure": "503 {InternalServerError} server_error ServiceUnavailable: " + failed,
			"openai": "503 {InternalServerError} server_error -: " + failed}},
	{"chat", "hello", "html", "502 {InternalServerError} server_error -: The provider answered with the status 502", nil},
	{"chat", "hello", "reset", "503 {InternalServerError} server_error -: The provider cannot be reached", nil},
	{"stream", "hello", "400", "400 {BadRequestError} invalid_request_error -: " + failed,
		but{"azure": "400 {BadRequestError} invalid_request_error BadRequest: " + failed}},
	{"stream", "hello", "429", "429 {RateLimitError} rate_limit_error rate_limit_exceeded: " + failed + "; retry after 1",
		but{"openai": "429 {RateLimitError} requests rate_limit_exceeded: " + failed + "; retry after 1"}},
	{"stream", "hello", "500", "500 {InternalServerError} server_error -: " + failed,
		but{"azure": "500 {InternalServerError} server_error InternalServerError: " + failed}},
	{"stream", "hello", "html", "502 {InternalServerError} server_error -: The provider answered with the status 502", nil},
	{"stream", "hello", "reset", "503 {InternalServerError} server_error -: The provider cannot be reached", nil},
	{"stream", "a b c d e f g h", "error", "begun {APIError} server_error: The server had an error while processing your request. " +
		"Sorry about that!", but{"anthropic": "begun {APIError} server_error: Overloaded",
		"bedrock": "begun {APIError} server_error: Bedrock is unable to process your request.",
		"gemini":  "begun {APIError} server_error: The model is overloaded.",
		"vertex":  "begun {APIError} server_error: The model is overloaded.",
		"palm":    "500 {InternalServerError} server_error -: " + failed}},
	{"stream", "a b c d e f g h", "cut", "begun {broken off}", but{"palm": "{broken off}"}},
}

// failed is the message of the errors that are asked for.
const failed = "The stand-in was asked to fail."

// lacks is the refusal of a field that a kind of provider has nothing like. KIND stands for it.
func lacks(field string) string {
	return "400 {BadRequestError} invalid_request_error unsupported_parameter: " + field +
		": the provider KIND has nothing like it; leave it out"
}

const noEmbeddings = "400 {BadRequestError} invalid_request_error unsupported_endpoint: /v1/embeddings: the provider KIND has nothing like it"

// TestProviders has OpenAI's SDKs take the same steps with every provider, through Envoy.
func TestProviders(t *testing.T) {
	p := newProviders(t, `,"POLICY_REQUEST_WORDLIST":"profanity:redact","POLICY_RESPONSE_WORDLIST":"custom:redact",`+
		`"POLICY_CUSTOM_WORDLIST":["unicorn"]`)
	for name, sdk := range map[string]func(*testing.T) taker{
		"go":     func(*testing.T) taker { return goSDK(p.URL) },
		"python": stepper("python3", "sdk/providers.py", "PYTHONPATH="+tool("python"), "URL="+p.URL),
		"node":   stepper("node", "sdk/providers.mjs", "MODULES="+tool("node")+"/", "URL="+p.URL),
	} {
		t.Run(name, func(t *testing.T) {
			take := sdk(t)
			for _, c := range others {
				t.Run(c.name, func(t *testing.T) { p.steps(t, c, name == "go", take) })
			}
			p.silent(t)
		})
	}
	p.clean(t)

	// The provider of LLM_API_BASE_PATH gets the rest, as it is, and no client chooses a cluster.
	for _, over := range protocols {
		a := send(t, over, p.URL, chat("hello", "x-usagepanda-cluster", "to-anthropic"))
		require.Equal(t, 200, a.status, a.body)
		require.Empty(t, p.stats(t).Provider)
	}
	for _, r := range p.provider.Requests() {
		require.Equal(t, "Bearer "+key, r.Header.Get("Authorization"))
		require.Empty(t, r.Header.Get("X-Usagepanda-Cluster"))
	}
	require.Len(t, p.provider.Requests(), 2)
	p.silent(t)
}

// class is an error's in the SDK's words.
var class = regexp.MustCompile(`\{\w+\}`)

// steps takes all steps with a provider. Where an SDK has one class of errors only, oneClass is set.
func (p *providers) steps(t *testing.T, c provider, oneClass bool, take taker) {
	var exchanges []exchange
	for _, row := range providerSteps {
		s := step{row.do, c.name + "/" + c.model, row.text, row.fault}
		switch {
		case row.do == "by MODELS":
			s.Do, s.Model = "chat", c.name+"'s-"+c.model
		case row.do == "embeddings" && c.embeddings != "":
			s.Model = c.name + "/" + c.embeddings
		}
		want := wanted(row.want, row.but, c)
		if oneClass {
			want = class.ReplaceAllString(want, "{Error}")
		}
		before := len(p.by[c.name].Requests())
		require.Equal(t, want, take(t, s), "%+v", s)
		all := exchangesOf(s, want, c)
		arrived := 0
		for _, x := range all {
			arrived += x.attempts
		}
		require.Equal(t, arrived, len(p.by[c.name].Requests())-before, "%+v: requests that reached the provider", s)
		exchanges = append(exchanges, all...)
	}
	for i, stats := range p.manyStats(t, len(exchanges)) { // together, for Envoy writes its log at intervals
		x := exchanges[i]
		require.Equal(t, c.name, stats.Provider, "%+v", x)
		require.Equal(t, x.status, stats.Status, "%+v", x)
		require.Equal(t, x.attempts, stats.Attempts, "%+v", x)
		require.Equal(t, x.failed, stats.Error, "%+v: %s", x, stats.Reason)
	}
}

// wanted is what must come of a step with a provider.
func wanted(want string, but but, c provider) string {
	for _, by := range []string{c.name, c.kind} {
		if other, ok := but[by]; ok {
			want = other
			break
		}
	}
	return strings.ReplaceAll(want, "KIND", c.kind)
}

// exchange is what the stats must say of one.
type exchange struct {
	step
	status, attempts int
	failed           bool
}

// exchangesOf are those of a step of which that came.
func exchangesOf(s step, want string, c provider) []exchange {
	x := exchange{step: s, status: http.StatusOK, attempts: 1, failed: strings.Contains(want, "{")}
	if status, err := strconv.Atoi(strings.SplitN(want, " {", 2)[0]); err == nil {
		x.status = status
	}
	if strings.Contains(want, "the provider "+c.kind) { // refused, and sent to nobody
		x.attempts = 0
	}
	return slices.Repeat([]exchange{x}, 1+strings.Count(want, " -> "))
}

// stepper takes steps with a program, one for all of a test: it reads each as a line of JSON, and prints what came of it as another.
func stepper(program, script string, env ...string) func(*testing.T) taker {
	return func(t *testing.T) taker {
		in, out := spawn(t, program, script, env...)
		return func(t *testing.T, s step) string {
			require.NoError(t, json.NewEncoder(in).Encode(s))
			var came struct{ Result string }
			require.NoError(t, out.Decode(&came), "%s: %+v", script, s)
			return came.Result
		}
	}
}

// spawn starts a program of an SDK, which ends when its input does, at the end of the test.
func spawn(t *testing.T, program, script string, env ...string) (io.Writer, *json.Decoder) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	c := exec.CommandContext(ctx, program, script)
	c.Env = append(append(os.Environ(), "KEY="+key), env...)
	c.Stderr = os.Stderr
	out, err := c.StdoutPipe()
	require.NoError(t, err)
	in, err := c.StdinPipe()
	require.NoError(t, err)
	require.NoError(t, c.Start())
	t.Cleanup(func() {
		defer cancel()
		if t.Failed() {
			cancel() // it may wait for something else
		}
		_ = in.Close()
		if err := c.Wait(); !t.Failed() {
			require.NoError(t, err, script)
		}
	})
	return in, json.NewDecoder(out)
}
