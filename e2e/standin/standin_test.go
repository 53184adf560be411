package standin_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"
	"github.com/openai/openai-go/v3/packages/param"
	"github.com/openai/openai-go/v3/responses"
	"github.com/stretchr/testify/require"

	"github.com/usagepanda/usage-panda-envoy/e2e/standin"
)

func serve(t *testing.T, o standin.Options) *standin.Provider {
	p, err := standin.Serve(o)
	require.NoError(t, err)
	t.Cleanup(p.Close)
	return p
}

// TestAnswers asks for the texts of whole answers, one request a row.
func TestAnswers(t *testing.T) {
	p := serve(t, standin.Options{})
	for _, c := range []struct {
		path, request string
		status        int
		want          string // in the answer, white space aside
	}{
		{"/v1/chat/completions", `{"model":"m","messages":[{"role":"user","content":"a"}]}`, 200, `"content":"You said: a"`},
		{"/v1/chat/completions", `{"model":"m","messages":[{"role":"user","content":[{"type":"text","text":"b"}]}]}`, 200, `You said: b`},
		{"/v1/chat/completions", `{"model":"m","n":2,"messages":[{"role":"user","content":"a"}]}`, 200, `"index":1`},
		{"/v1/chat/completions", `{"model":"m","max_tokens":1,"messages":[{"role":"user","content":"a"}]}`, 200, `"finish_reason":"length"`},
		{"/v1/chat/completions", `{"model":"m","messages":[{"role":"user","content":"call f"}],"tools":[{"function":{"name":"f","parameters":{"type":"object","properties":{"q":{"type":"string"}}}}}]}`, 200, `"arguments":"{\"q\":\"You said: call f\"}"`},
		{"/v1/chat/completions", `{"model":"m","messages":[{"role":"user","content":"a"}],"tool_choice":"required","tools":[{"function":{"name":"f"}}]}`, 200, `"name":"f"`},
		{"/v1/chat/completions", `{"model":"m","messages":[]}`, 400, `"param":"messages"`},
		{"/v1/chat/completions", `{"messages":[{"role":"user","content":"a"}]}`, 400, `you must provide a model parameter`},
		{"/v1/chat/completions", `{`, 400, `We could not parse the JSON body of your request.`},
		{"/v1/chat/completions", `{"model":"no-such-model","messages":[]}`, 404, `"code":"model_not_found"`},
		{"/v1/completions", `{"model":"m","prompt":["a","b"],"n":2}`, 200, `"text":"You said: b","index":3`},
		{"/v1/completions", `{"model":"m","prompt":[1,2]}`, 200, `You said: [1 2]`},
		{"/v1/edits", `{"model":"m","input":"a","instruction":"b"}`, 200, `"object":"edit"`},
		{"/v1/embeddings", `{"model":"m","input":["a","b"],"dimensions":2}`, 200, `"index":1`},
		{"/v1/embeddings", `{"model":"m","input":"a","dimensions":2,"encoding_format":"base64"}`, 200, `"embedding":"`},
		{"/v1/embeddings", `{"model":"m"}`, 400, `'$.input' is invalid`},
		{"/v1/images/generations", `{"prompt":"a","n":2,"response_format":"b64_json"}`, 200, `"b64_json":"iVBOR`},
		{"/v1/images/generations", `{}`, 400, `"param":"prompt"`},
		{"/v1/moderations", `{"input":["fine","Kill them all"]}`, 200, `"violence":true`},
		{"/v1/moderations", `{"input":"fine"}`, 200, `"flagged":false`},
		{"/v1/moderations", `{"input":[{"type":"image_url","image_url":{"url":"kill them all"}}]}`, 200, `"flagged":true`},
		{"/v1/responses", `{"model":"m","input":"a"}`, 200, `"text":"You said: a"`},
		{"/v1/responses", `{"model":"m","input":[{"role":"user","content":[{"type":"input_text","text":"b"}]}]}`, 200, `You said: b`},
		{"/v1/responses", `{"model":"m","input":[{"type":"function_call_output","call_id":"c","output":"4"}]}`, 200, `The tool said: 4`},
		{"/v1/responses", `{"model":"m","input":"call f","tools":[{"type":"function","name":"f","parameters":{}}]}`, 200, `"type":"function_call"`},
		{"/v1/responses", `{"model":"m"}`, 400, `"param":"input"`},
		{"/v1/nowhere", `{}`, 404, `"code":"unknown_url"`},
	} {
		r, err := http.Post(p.URL+c.path, "application/json", strings.NewReader(c.request))
		require.NoError(t, err)
		body, err := io.ReadAll(r.Body)
		require.NoError(t, err)
		require.Equal(t, c.status, r.StatusCode, "%s %s: %s", c.path, c.request, body)
		var compact bytes.Buffer
		require.NoError(t, json.Compact(&compact, body), "%s", body)
		require.Contains(t, compact.String(), c.want, "%s %s", c.path, c.request)
		require.NotEmpty(t, r.Header.Get("X-Request-Id"))
	}
	require.Equal(t, "/v1/nowhere", p.Requests()[len(p.Requests())-1].Path)
}

func TestKey(t *testing.T) {
	p := serve(t, standin.Options{Key: "sk-secret"})
	client := openai.NewClient(option.WithBaseURL(p.URL+"/v1"), option.WithAPIKey("sk-wrong"))
	_, err := client.Models.List(context.Background())
	var e *openai.Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, 401, e.StatusCode)
	require.Equal(t, "invalid_api_key", e.Code)
}

// TestStreams reads streams with the official SDK.
func TestStreams(t *testing.T) {
	p := serve(t, standin.Options{})
	client := openai.NewClient(option.WithBaseURL(p.URL+"/v1"), option.WithAPIKey("sk-x"))
	ctx := context.Background()

	chat := client.Chat.Completions.NewStreaming(ctx, openai.ChatCompletionNewParams{
		Model: "m", N: param.NewOpt(int64(2)), Messages: []openai.ChatCompletionMessageParamUnion{openai.UserMessage("good day to you")},
		StreamOptions: openai.ChatCompletionStreamOptionsParam{IncludeUsage: param.NewOpt(true)},
	})
	var whole openai.ChatCompletionAccumulator
	for chat.Next() {
		require.True(t, whole.AddChunk(chat.Current()))
	}
	require.NoError(t, chat.Err())
	require.Len(t, whole.Choices, 2)
	require.Equal(t, "You said: good day to you", whole.Choices[1].Message.Content)
	require.Positive(t, whole.Usage.CompletionTokens)

	text := client.Completions.NewStreaming(ctx, openai.CompletionNewParams{Model: "m",
		Prompt: openai.CompletionNewParamsPromptUnion{OfString: param.NewOpt("good day")}})
	var said string
	for text.Next() {
		said += text.Current().Choices[0].Text
	}
	require.NoError(t, text.Err())
	require.Equal(t, "You said: good day", said)

	response := client.Responses.NewStreaming(ctx, responses.ResponseNewParams{Model: "m",
		Input: responses.ResponseNewParamsInputUnion{OfString: param.NewOpt("good day")}})
	var last responses.ResponseStreamEventUnion
	said = ""
	for response.Next() {
		last = response.Current()
		if last.Type == "response.output_text.delta" {
			said += last.Delta
		}
	}
	require.NoError(t, response.Err())
	require.Equal(t, "response.completed", last.Type)
	require.Equal(t, said, last.Response.OutputText())
}

// TestFaults sees what scripts do to the connection.
func TestFaults(t *testing.T) {
	p := serve(t, standin.Options{})
	get := func(a *standin.Answer) (string, error) {
		p.Script(func(*http.Request, []byte) *standin.Answer { return a })
		r, err := http.Get(p.URL)
		if err != nil {
			return "", err
		}
		defer r.Body.Close()
		body, err := io.ReadAll(r.Body)
		return string(body) + r.Trailer.Get("X-Sum"), err
	}
	_, err := get(&standin.Answer{Raw: []byte{}, End: standin.Reset})
	require.Error(t, err, "reset before the head")
	_, err = get(&standin.Answer{Raw: []byte("\x00garbage\r\n\r\n")})
	require.Error(t, err, "garbage")
	_, err = get(&standin.Answer{Raw: []byte("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n1234")})
	require.ErrorIs(t, err, io.ErrUnexpectedEOF, "truncated")
	_, err = get(&standin.Answer{Pieces: [][]byte{[]byte("1234")}, End: standin.Reset})
	require.Error(t, err, "reset within the body")
	body, err := get(&standin.Answer{Pieces: [][]byte{[]byte("12"), []byte("34")}, Trailer: http.Header{"X-Sum": {"5"}}})
	require.NoError(t, err, "trailers")
	require.Equal(t, "12345", body)
	body, err = get(standin.Text(200, "text/plain", "12345").Split(2, 0))
	require.NoError(t, err, "pieces")
	require.Equal(t, "12345", body)
	require.Zero(t, p.Left())

	p.Script(func(*http.Request, []byte) *standin.Answer {
		return &standin.Answer{Pieces: [][]byte{[]byte("1\n")}, End: standin.Hang}
	})
	r, err := http.Get(p.URL)
	require.NoError(t, err)
	line, err := bufio.NewReader(r.Body).ReadString('\n')
	require.NoError(t, err)
	require.Equal(t, "1\n", line)
	require.NoError(t, r.Body.Close())
	require.Eventually(t, func() bool { return p.Left() == 1 }, 5e9, 1e6, "a client that leaves a hanging answer is counted")
}

func TestGzip(t *testing.T) {
	p := serve(t, standin.Options{})
	r, err := http.NewRequest(http.MethodGet, p.URL+"/v1/models", nil)
	require.NoError(t, err)
	r.Header.Set("Accept-Encoding", "gzip, br")
	answer, err := http.DefaultTransport.RoundTrip(r)
	require.NoError(t, err)
	require.Equal(t, "gzip", answer.Header.Get("Content-Encoding"))
	z, err := gzip.NewReader(answer.Body)
	require.NoError(t, err)
	var list struct{ Object string }
	require.NoError(t, json.NewDecoder(z).Decode(&list))
	require.Equal(t, "list", list.Object)
}

// TestControl sees that the control plane checks what it is sent.
func TestControl(t *testing.T) {
	c, err := standin.ServeControl()
	require.NoError(t, err)
	t.Cleanup(c.Close)
	c.Know("up-1", `{"LLM_API_BASE_PATH":"https://api.openai.com"}`)
	send := func(method, key, body string) int {
		r, err := http.NewRequest(method, c.URL+"/proxy", strings.NewReader(body))
		require.NoError(t, err)
		r.Header.Set("X-Usagepanda-Key", key)
		r.Header.Set("Content-Type", "application/json")
		answer, err := http.DefaultClient.Do(r)
		require.NoError(t, err)
		return answer.StatusCode
	}
	const stats = `{"endpoint":"/v1/models","config_cached":true,"flags":[],"error":false,"autorouted":{},"metadata":{"latency":3}}`
	require.Equal(t, 200, send("GET", "up-1", ""))
	require.Equal(t, 403, send("GET", "up-2", ""))
	require.Equal(t, 200, send("POST", "up-1", stats))
	require.Empty(t, c.Problems())
	require.Equal(t, 1, c.Fetches("up-1"))
	require.Equal(t, "/v1/models", c.Stats()[0].Endpoint)
	for _, bad := range []string{
		`{`, `{}`, strings.Replace(stats, `"flags":[],`, ``, 1), strings.Replace(stats, `[]`, `[{"type":"a"}]`, 1),
		strings.Replace(stats, `"latency":3`, ``, 1), strings.Replace(stats, `"error":false`, `"error":0`, 1),
		strings.Replace(stats, `"error"`, `"secret":1,"error"`, 1),
	} {
		before := len(c.Problems())
		send("POST", "up-1", bad)
		require.Len(t, c.Problems(), before+1, bad)
	}
	c.Fail(standin.Fault{Status: 503})
	require.Equal(t, 503, send("GET", "up-1", ""))
}
