package converters

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usagepanda/usage-panda-envoy/converters/openai"
)

func TestKinds(t *testing.T) {
	for _, kind := range Kinds() {
		require.NotNil(t, Of(kind), kind)
	}
	require.Nil(t, Of("nobody"))
}

func TestAzureResource(t *testing.T) {
	for name, want := range map[string]bool{
		"my-company": true, "a1": true, "0a": true, strings.Repeat("a", 63): true,
		"": false, "a": false, "-a": false, "a-": false, "A1": false, "a.b": false, "a/b": false, "a@b": false, "a b": false, "a#": false,
		"a\n": false, "é1": false, strings.Repeat("a", 64): false, "evil.com/": false,
	} {
		require.Equal(t, want, AzureResource(name), "%q", name)
	}
}

func TestVersion(t *testing.T) {
	for name, want := range map[string]version{
		"claude-2.1": 21, "claude-3-opus-20240229": 30, "claude-3-5-haiku-20241022": 35, "claude-3-7-sonnet-latest": 37, "claude-sonnet-4-20250514": 40,
		"claude-opus-4-1-20250805": 41, "claude-sonnet-4-5": 45, "us.anthropic.claude-opus-4-6-v1:0": 46, "claude-opus-4-10": 49, "claude-sonnet-5": 50,
		"anthropic.claude-haiku-5-5": 55, "claude-mythos-preview": 990, "gemini-2.5-flash": 25, "gemini-3-pro-preview": 30, "models/gemini-2.0-flash-001": 20,
		"gemini-flash-latest": 990, "gemini-2.5-flash-preview-09-2025": 25, "": 990,
	} {
		require.Equal(t, want, versionOf(name), "%q", name)
	}
}

func TestHeaders(t *testing.T) {
	for name, want := range map[string]string{
		"request-id": "x-request-id", "x-amzn-requestid": "x-request-id", "anthropic-ratelimit-tokens-remaining": "x-ratelimit-remaining-tokens",
		"x-request-id": "", "content-type": "",
	} {
		require.Equal(t, want, HeaderOf(name), name)
	}
}

func TestSegment(t *testing.T) {
	for name, want := range map[string]string{
		"gpt-4o": "gpt-4o", "a.b_c~d:e@f": "a.b_c~d:e@f", "a/b": "a%2Fb", "a?b#c%": "a%3Fb%23c%25", "a b\n\x00é": "a%20b%0A%00%C3%A9",
	} {
		require.Equal(t, want, segment(name), "%q", name)
	}
	for model, ok := range map[string]bool{"a": true, "a..b": true, "a/b.c": true, "..": false, ".": false, "a/..": false, "../a": false, "a//b": false, "": false} {
		x := &Exchange{Model: model, Provider: &Provider{}}
		require.Equal(t, ok, x.routed() == nil, "%q", model)
	}
}

// TestDeepAnswers reads answers that are nested deeper than any is: an error, and no end of the stack.
func TestDeepAnswers(t *testing.T) {
	deep := strings.Repeat(`{"error":`, 100_000)
	for _, kind := range Kinds() {
		x := &Exchange{Provider: &Provider{Kind: kind}, Endpoint: openai.Chat}
		status, body := Of(kind).Answer(x, 500, []byte(deep))
		require.GreaterOrEqual(t, status, 500, kind)
		require.Contains(t, string(body), `"error":{"message":`, kind)
		status, _ = Of(kind).Answer(x, 200, []byte(strings.Repeat(`{"content":[`, 100_000)))
		require.True(t, status == 502 || kind == "openai" || kind == "azure", "%s: %d", kind, status)
	}
}

// TestLongEvents ends a stream whose message never ends.
func TestLongEvents(t *testing.T) {
	for _, kind := range []string{"anthropic", "gemini"} {
		x := &Exchange{Provider: &Provider{Kind: kind}, Endpoint: openai.Chat}
		s := Of(kind).Stream(x)
		out := s.Write(nil, []byte("data: "))
		piece := []byte(strings.Repeat("a", 1<<20))
		for range maxEvent>>20 + 2 {
			out = s.Write(out, piece)
		}
		out = s.End(out)
		require.Contains(t, string(out), "more than 16 MB", kind)
		require.Equal(t, 1, strings.Count(string(out), "[DONE]"), kind)
	}
}
