package standin_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usagepanda/usage-panda-envoy/e2e/standin"
)

func other(t *testing.T, kind, key string) *standin.Other {
	p, err := standin.ServeOther(kind, standin.Options{Key: key})
	require.NoError(t, err)
	t.Cleanup(p.Close)
	return p
}

// send posts JSON with these headers.
func send(ctx context.Context, url, body string, headers ...string) (status int, answer string, header http.Header, err error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		return 0, "", nil, err
	}
	r.Header.Set("Content-Type", "application/json")
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	a, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, "", nil, err
	}
	defer a.Body.Close()
	b, err := io.ReadAll(a.Body)
	return a.StatusCode, string(b), a.Header, err
}

// refuses sends a body that is refused with a text, or accepted if that is "".
func refuses(t *testing.T, p *standin.Other, path, body, want string, headers ...string) {
	t.Helper()
	status, answer, _, err := send(context.Background(), p.URL+path, body, headers...)
	require.NoError(t, err, body)
	if want == "" {
		require.Equal(t, 200, status, "%s\n%s", body, answer)
		return
	}
	require.GreaterOrEqual(t, status, 400, "%s\n%s", body, answer)
	plain := strings.NewReplacer(`\"`, `"`, `\u003c`, "<", `\u0026`, "&", `\\`, `\`).Replace(answer)
	require.Contains(t, plain, want, body)
}

// asks are requests that each kind takes: whole, and streamed where it streams.
var asks = []struct {
	kind, path, stream, body string
	headers                  []string
	broken                   string // in a stream that breaks
}{
	{"anthropic", "/v1/messages", "/v1/messages", `{"model":"m","max_tokens":99,"stream":STREAM,"messages":[{"role":"user","content":"a b c d"}]}`,
		[]string{"X-Api-Key", "k", "Anthropic-Version", "2023-06-01"}, "overloaded_error"},
	{"azure", "/openai/v1/chat/completions", "/openai/v1/chat/completions", `{"model":"m","stream":STREAM,"messages":[{"role":"user","content":"a b c d"}]}`,
		[]string{"Api-Key", "k"}, "server_error"},
	{"bedrock", "/model/m/converse", "/model/m/converse-stream", `{"messages":[{"role":"user","content":[{"text":"a b c d"}]}]}`,
		[]string{"Authorization", "Bearer k"}, "serviceUnavailableException"},
	{"gemini", "/v1beta/models/m:generateContent", "/v1beta/models/m:streamGenerateContent?alt=sse", `{"contents":[{"parts":[{"text":"a b c d"}]}]}`,
		[]string{"X-Goog-Api-Key", "k"}, "UNAVAILABLE"},
	{"openai", "/v1/chat/completions", "/v1/chat/completions", `{"model":"m","stream":STREAM,"messages":[{"role":"user","content":"a b c d"}]}`,
		[]string{"Authorization", "Bearer k"}, "server_error"},
	{"vertex", "/v1/projects/p/locations/l/publishers/google/models/m:generateContent",
		"/v1/projects/p/locations/l/publishers/google/models/m:streamGenerateContent?alt=sse",
		`{"contents":[{"role":"user","parts":[{"text":"a b c d"}]}]}`, []string{"Authorization", "Bearer k"}, "UNAVAILABLE"},
	{"palm", "/v1beta2/models/chat-bison-001:generateMessage?key=k", "", `{"prompt":{"messages":[{"content":"a b c d"}]}}`, nil, ""},
}

// TestOtherFaults has every kind fail in every way, by the header, and by the name of the model.
func TestOtherFaults(t *testing.T) {
	require.Len(t, asks, len(standin.Kinds()))
	for _, c := range asks {
		p := other(t, c.kind, "k")
		ask := func(fault, path, stream string) (int, string, http.Header, error) {
			patience := time.Minute
			if fault == "stall" || fault == "hang" {
				patience = 300 * time.Millisecond
			}
			ctx, cancel := context.WithTimeout(context.Background(), patience)
			defer cancel()
			return send(ctx, p.URL+path, strings.Replace(c.body, "STREAM", stream, 1), append([]string{"X-Fault", fault}, c.headers...)...)
		}
		status, body, header, err := ask("", c.path, "false")
		require.NoError(t, err, c.kind)
		require.Equal(t, 200, status, "%s: %s", c.kind, body)
		require.Contains(t, body, "You said: a b c d", c.kind)
		require.Contains(t, header.Get("Content-Type"), "application/json", c.kind)
		for _, status := range []int{400, 401, 403, 404, 429, 500, 503} {
			got, body, header, err := ask(strconv.Itoa(status), c.path, "false")
			require.NoError(t, err, c.kind)
			require.Equal(t, status, got, c.kind)
			require.Contains(t, body, "The stand-in was asked to fail.", c.kind)
			require.Equal(t, status == 429, header.Get("Retry-After") == "1", c.kind)
		}
		status, body, _, err = ask("html", c.path, "false")
		require.NoError(t, err, c.kind)
		require.Equal(t, 502, status, c.kind)
		require.Contains(t, body, "<html>", c.kind)
		_, _, _, err = ask("reset", c.path, "false")
		require.Error(t, err, "%s: reset", c.kind)
		require.NotErrorIs(t, err, context.DeadlineExceeded, "%s: reset", c.kind)
		_, _, _, err = ask("stall", c.path, "false")
		require.ErrorIs(t, err, context.DeadlineExceeded, "%s: stall", c.kind)
		status, _, _, err = ask("error", c.path, "false")
		require.NoError(t, err, c.kind)
		require.Equal(t, 500, status, c.kind)
		_, body, _, err = ask("cut", c.path, "false")
		require.Error(t, err, "%s: cut", c.kind)
		require.NotEmpty(t, body, "%s: cut", c.kind)
		status, _, _, err = ask("503, nobody=400", c.path, "false")
		require.NoError(t, err, c.kind)
		require.Equal(t, 503, status, c.kind)
		status, _, _, err = ask("nobody=503,"+c.kind+"=429*1", c.path, "false")
		require.NoError(t, err, c.kind)
		require.Equal(t, 429, status, "%s: the first time", c.kind)
		status, _, _, err = ask("nobody=503,"+c.kind+"=429*1", c.path, "false")
		require.NoError(t, err, c.kind)
		require.Equal(t, 200, status, "%s: the second time", c.kind)
		status, body, _, err = ask("nonsense", c.path, "false")
		require.NoError(t, err, c.kind)
		require.Equal(t, 400, status, "%s: %s", c.kind, body)
		if c.stream == "" {
			continue
		}
		status, body, _, err = ask("error", c.stream, "true")
		require.NoError(t, err, c.kind)
		require.Equal(t, 200, status, c.kind)
		require.Contains(t, body, c.broken, c.kind)
		require.NotContains(t, body, `"stop_reason":"end_turn"`, c.kind)
		_, body, _, err = ask("cut", c.stream, "true")
		require.Error(t, err, "%s: cut", c.kind)
		require.NotErrorIs(t, err, context.DeadlineExceeded, "%s: cut", c.kind)
		require.NotEmpty(t, body, c.kind)
		_, body, _, err = ask("hang", c.stream, "true")
		require.True(t, errors.Is(err, context.DeadlineExceeded), "%s: hang: %v", c.kind, err)
		require.NotEmpty(t, body, c.kind)
		named := strings.NewReplacer(`"model":"m"`, `"model":"m-fault-503"`, "/m/", "/m-fault-503/", "/m:", "/m-fault-503:")
		status, _, _, err = send(context.Background(), p.URL+named.Replace(c.path), named.Replace(strings.Replace(c.body, "STREAM", "false", 1)), c.headers...)
		require.NoError(t, err, c.kind)
		require.Equal(t, 503, status, "%s: by the model's name", c.kind)
	}
}

// TestOtherKeys sees that a wrong key is refused, and that others' keys are noticed.
func TestOtherKeys(t *testing.T) {
	for _, c := range asks {
		p := other(t, c.kind, "k")
		body := strings.Replace(c.body, "STREAM", "false", 1)
		status, answer, _, err := send(context.Background(), p.URL+c.path, body, c.headers...)
		require.NoError(t, err)
		require.Equal(t, 200, status, "%s: %s", c.kind, answer)
		require.Empty(t, p.Problems(), c.kind)
		for _, name := range []string{"Authorization", "Api-Key", "X-Api-Key", "X-Goog-Api-Key", "X-Usagepanda-Api-Key", "Openai-Organization"} {
			p.Forget()
			own := c.kind == "palm" && name == "X-Goog-Api-Key" || c.kind == "azure" && name == "Authorization"
			for i := 0; i < len(c.headers); i += 2 {
				own = own || c.headers[i] == name
			}
			_, _, _, err := send(context.Background(), p.URL+c.path, body, append([]string{name, "sk-of-another"}, c.headers...)...)
			require.NoError(t, err)
			require.Equal(t, !own, len(p.Problems()) == 1, "%s, %s: %v", c.kind, name, p.Problems())
		}
		require.Len(t, p.Requests(), 1)
		p.Script(func(*http.Request, []byte) *standin.Answer { return standin.Text(418, "text/plain", "scripted") })
		status, _, _, err = send(context.Background(), p.URL+c.path, body, c.headers...)
		require.NoError(t, err)
		require.Equal(t, 418, status, c.kind)
		p.Forget()

		p = other(t, c.kind, "another")
		status, answer, _, err = send(context.Background(), p.URL+c.path, body, c.headers...)
		require.NoError(t, err)
		require.Contains(t, []int{400, 401, 403}, status, "%s: %s", c.kind, answer)
	}
	_, err := standin.ServeOther("nobody", standin.Options{})
	require.ErrorContains(t, err, "want one of anthropic, azure")
}
