package policy

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/tools/txtar"

	"github.com/usagepanda/usage-panda-envoy/converters/openai"
)

// TestPromptReflectionCorpus plays the corpus: settings, an endpoint, a request, and texts, a line each, with what is to be found in ⟦⟧. Each
// text is judged whole, and cut in two everywhere.
func TestPromptReflectionCorpus(t *testing.T) {
	files, err := filepath.Glob("testdata/prompt_reflection/*.txtar")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		a, err := txtar.ParseFile(file)
		require.NoError(t, err)
		part := map[string]string{}
		for _, f := range a.Files {
			part[f.Name] = strings.TrimSuffix(string(f.Data), "\n")
		}
		endpoint, ok := map[string]openai.Endpoint{"chat": openai.Chat, "completions": openai.Completions, "responses": openai.Responses}[part["endpoint"]]
		require.True(t, ok, "%s: endpoint %q", file, part["endpoint"])
		q, err := openai.ParseRequest(endpoint, "", []byte(part["request.json"]))
		require.NoError(t, err, file)
		x := &Exchange{Endpoint: endpoint, Request: q}
		s, err := ParseSettings([]byte(part["settings.json"]), noEnv)
		require.NoError(t, err, file)
		scan := s.Engine().look(x, Answer).fresh(None, Block)
		require.NotEmpty(t, part["found"], file)
		for line := range strings.SplitSeq(part["found"], "\n") {
			text, want := unmarked(line)
			if scan == nil {
				require.Empty(t, want, "%s: %s: nothing is looked for", file, line)
				continue
			}
			for cut := range len(text) + 1 {
				require.Equal(t, want, pieces(t, scan, text, cut), "%s: %s cut at %d", file, line, cut)
			}
		}
	}
}

// unmarked takes the marks out of a line, and returns what pieces does if they are found.
func unmarked(line string) (text, want string) {
	for {
		before, rest, ok := strings.Cut(line, "⟦")
		if text += before; !ok {
			return text, want
		}
		inside, after, _ := strings.Cut(rest, "⟧")
		want += fmt.Sprintf("%d-%d redact reflection; ", len(text), len(text)+len(inside))
		text, line = text+inside, after
	}
}

func TestGuardedPartsTooLong(t *testing.T) {
	long := strings.Repeat("x", maxGuarded+1)
	body := `{"messages":[{"role":"system","content":"||` + long + `||"}]}`
	for action, want := range map[string]string{
		"block": "blocked: The guarded parts of the prompt have more than 4194304 bytes, the most that is looked for",
		"audit": "The guarded parts of the prompt have more than 4194304 bytes, the most that is looked for",
		"none":  "",
	} {
		require.Equal(t, want, verdict(t, `"POLICY_PROMPT_REFLECTION":"`+action+`"`, openai.Chat, body), action)
	}
	body = strings.ReplaceAll(body, long, long[:len(long)-1])
	require.Empty(t, verdict(t, `"POLICY_PROMPT_REFLECTION":"block"`, openai.Chat, body))
}

// TestRecentPrompts: what prompts are found by is remembered, and never taken for another prompt's.
func TestRecentPrompts(t *testing.T) {
	e := engine(t, `"POLICY_PROMPT_REFLECTION":"redact"`)
	secrets := []string{"albatross", "pelican", "cormorant", "flamingo", "kingfisher", "sandpiper"}
	known := map[*marked]string{}
	for n := range 60 {
		secret := secrets[n*n%7%len(secrets)]
		body := []byte(`{"messages":[{"role":"system","content":"||` + secret + `||"}]}`)
		q, err := openai.ParseRequest(openai.Chat, "", body)
		require.NoError(t, err)
		x := &Exchange{Endpoint: openai.Chat, Request: q}
		scan := e.look(x, Answer).fresh(None, Block)
		clear(body) // the request's memory is another's now
		at := strings.Index(strings.Join(secrets, " "), secret)
		assert.Equal(t, fmt.Sprintf("%d-%d redact reflection; ", at, at+len(secret)), pieces(t, scan, strings.Join(secrets, " ")), secret)
		before, ok := known[x.marked]
		assert.True(t, !ok || before == secret, "%s is looked for with what finds %s", secret, before)
		known[x.marked] = secret
	}
	assert.Less(t, len(known), 50, "nothing is remembered")
}

// BenchmarkNothingGuarded is an exchange whose prompt has nothing to guard.
func BenchmarkNothingGuarded(b *testing.B) {
	q, err := openai.ParseRequest(openai.Chat, "", []byte(`{"messages":[{"role":"system","content":"`+strings.Repeat("You are a helpful assistant. ", 100)+
		`"},{"role":"user","content":"`+strings.Repeat("Hello there. ", 7000)+`"}]}`))
	require.NoError(b, err)
	e := engine(b, `"POLICY_PROMPT_REFLECTION":"redact"`)
	b.ReportAllocs()
	for b.Loop() {
		x := &Exchange{Endpoint: openai.Chat, Request: q}
		e.PromptReflection.Check(x)
		if e.PromptReflection.Scan(x, Answer) != nil {
			b.Fatal("something is guarded")
		}
	}
}
