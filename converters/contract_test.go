package converters

import (
	"encoding/json"
	"math/rand/v2"
	"strings"
	"testing"

	sdk "github.com/openai/openai-go/v3"
	"github.com/stretchr/testify/require"

	"github.com/usagepanda/usage-panda-envoy/converters/openai"
)

// stream converts a stream whole, byte by byte, and in pieces of any size: the same must come, and what it says must be what the whole
// answer of the same name says.
func (c *testCase) stream(t *testing.T, x *Exchange, name, file string) {
	data := wire(c.kind, file)
	whole := streamed(x, data, func(int) int { return len(data) })
	c.want(t, "events"+spaced(name), whole)
	require.NotContains(t, whole, key, "%s: stream %s", c.file, name)
	require.Equal(t, whole, streamed(x, data, func(int) int { return 1 }), "%s: stream %s, byte by byte", c.file, name)
	random := rand.New(rand.NewPCG(1, uint64(len(data))))
	for range 50 {
		require.Equal(t, whole, streamed(x, data, func(left int) int { return 1 + random.IntN(min(left, 200)) }), "%s: stream %s, in pieces", c.file, name)
	}

	if s := Of(c.kind).Stream(x); s != nil {
		s.Write(nil, data)
		state, last := s.State(), string(s.End(nil))
		require.False(t, state == Over && last != "", "%s: stream %s is over, and then: %s", c.file, name, last)
		require.False(t, state == Ended && c.kind != "palm" && strings.Contains(last, `"error"`), "%s: stream %s is complete, and then: %s", c.file, name, last)
		require.Equal(t, Over, s.State(), "%s: stream %s", c.file, name)
	}

	said := accumulate(t, x, whole)
	if answer, ok := c.get("answer" + spaced(name)); ok {
		_, body, _ := strings.Cut(answer, "\n\n")
		_, client := Of(c.kind).Answer(x, 200, []byte(body))
		require.Equal(t, sayingOf(t, x, string(client)), said, "%s: what the stream %s says is not what the answer says", c.file, name)
	}
}

// streamed is what a stream becomes that comes in pieces; next says how large the next one is.
func streamed(x *Exchange, data []byte, next func(left int) int) string {
	s := Of(x.Provider.Kind).Stream(x)
	if s == nil {
		return string(data)
	}
	var out []byte
	for len(data) > 0 {
		n := next(len(data))
		piece := append([]byte(nil), data[:n]...)
		out = s.Write(out, piece)
		for i := range piece { // a piece is the host's: it is gone afterwards
			piece[i] = '#'
		}
		data = data[n:]
	}
	return string(s.End(out))
}

// saying is what an answer says.
type saying struct {
	Text, Refusal, Reasoning, Finish []string // of each choice
	Calls                            []string
	Prompt, Completion               int64
	Failed                           string // the error's message
}

// accumulate puts the chunks of a stream together, as a client does. Each of them must be well-formed, and an end must come once.
func accumulate(t *testing.T, x *Exchange, events string) (s saying) {
	t.Helper()
	var f Framer
	f.Write([]byte(events))
	var acc sdk.ChatCompletionAccumulator
	ended := false
	for e, ok := f.Next(); ok; e, ok = f.Next() {
		if string(e.Data) == "[DONE]" {
			ended = true
			continue
		}
		if len(e.Data) == 0 {
			continue
		}
		require.False(t, ended, "an event behind the end: %s", e.Data)
		require.True(t, json.Valid(e.Data), "not JSON: %s", e.Data)
		var fault struct{ Error *struct{ Message string } }
		if json.Unmarshal(e.Data, &fault) == nil && fault.Error != nil {
			s.Failed = fault.Error.Message
			continue
		}
		if x.Endpoint == openai.Completions {
			s.legacy(t, e.Data)
			continue
		}
		var chunk sdk.ChatCompletionChunk
		require.NoError(t, json.Unmarshal(e.Data, &chunk), "%s", e.Data)
		require.True(t, acc.AddChunk(chunk), "the SDK takes no such chunk: %s", e.Data)
		s.reasoning(t, e.Data)
	}
	require.Zero(t, f.Held(), "an event without its end")
	require.True(t, ended || x.Endpoint == openai.Responses, "no [DONE]: %s", events)
	for i, c := range acc.Choices {
		s.choice(t, i, c)
	}
	if x.Endpoint == openai.Chat {
		s.Prompt, s.Completion = acc.Usage.PromptTokens, acc.Usage.CompletionTokens
	}
	return s
}

func (s *saying) choice(t *testing.T, i int, c sdk.ChatCompletionChoice) {
	text := c.Message.Content
	var v any
	if json.Unmarshal([]byte(text), &v) == nil { // however it is spaced
		b, _ := json.Marshal(v)
		text = string(b)
	}
	s.Text, s.Refusal, s.Finish = append(s.Text, text), append(s.Refusal, c.Message.Refusal), append(s.Finish, c.FinishReason)
	for len(s.Reasoning) <= i {
		s.Reasoning = append(s.Reasoning, "")
	}
	for _, call := range c.Message.ToolCalls {
		var v any
		require.NoError(t, json.Unmarshal([]byte(call.Function.Arguments), &v), "arguments that are not JSON: %q", call.Function.Arguments)
		arguments, _ := json.Marshal(v)
		require.NotEmpty(t, call.ID, "a call without an id")
		s.Calls = append(s.Calls, call.Function.Name+string(arguments))
	}
}

func (s *saying) reasoning(t *testing.T, data []byte) {
	var chunk struct {
		Choices []struct {
			Index int
			Delta struct {
				Reasoning string `json:"reasoning_content"`
			}
		}
	}
	require.NoError(t, json.Unmarshal(data, &chunk))
	for _, c := range chunk.Choices {
		for len(s.Reasoning) <= c.Index {
			s.Reasoning = append(s.Reasoning, "")
		}
		s.Reasoning[c.Index] += c.Delta.Reasoning
	}
}

func (s *saying) legacy(t *testing.T, data []byte) {
	var chunk sdk.Completion
	require.NoError(t, json.Unmarshal(data, &chunk), "%s", data)
	for _, c := range chunk.Choices {
		for len(s.Text) <= int(c.Index) {
			s.Text, s.Finish = append(s.Text, ""), append(s.Finish, "")
		}
		s.Text[c.Index] += c.Text
		s.Finish[c.Index] += string(c.FinishReason)
	}
	s.Prompt, s.Completion = s.Prompt+chunk.Usage.PromptTokens, s.Completion+chunk.Usage.CompletionTokens
}

// sayingOf is what a whole answer says.
func sayingOf(t *testing.T, x *Exchange, body string) (s saying) {
	t.Helper()
	var fault struct{ Error *struct{ Message string } }
	if json.Unmarshal([]byte(body), &fault) == nil && fault.Error != nil {
		return saying{Failed: fault.Error.Message}
	}
	if x.Endpoint == openai.Completions {
		s.legacy(t, []byte(body))
		return s
	}
	var a sdk.ChatCompletion
	require.NoError(t, json.Unmarshal([]byte(body), &a))
	var more struct {
		Choices []struct {
			Message struct {
				Reasoning string `json:"reasoning_content"`
			}
		}
	}
	require.NoError(t, json.Unmarshal([]byte(body), &more))
	for i, c := range a.Choices {
		s.choice(t, i, c)
		s.Reasoning[i] = more.Choices[i].Message.Reasoning
	}
	if x.chat.IncludeUsage {
		s.Prompt, s.Completion = a.Usage.PromptTokens, a.Usage.CompletionTokens
	}
	return s
}
