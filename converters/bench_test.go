package converters

import (
	"strings"
	"testing"

	"github.com/usagepanda/usage-panda-envoy/converters/openai"
)

// benchChat is a chat of 4 KB, and benchAnswers what providers answer to it, in 1 KB.
var (
	benchText = strings.Repeat("The quick brown fox jumps over the lazy dog. \\\"Why?\\\"\\n", 17)
	benchChat = []byte(`{"model":"claude-sonnet-4-5","messages":[{"role":"system","content":"` + benchText + `"},{"role":"user","content":"` + benchText +
		`"},{"role":"assistant","content":"` + benchText + `"},{"role":"user","content":[{"type":"text","text":"` + benchText +
		`"}]}],"max_tokens":100,"temperature":0.5,"tools":[{"type":"function","function":{"name":"f","description":"d","parameters":{"type":"object"}}}]}`)
	benchAnswers = map[string]string{
		"anthropic": `{"id":"msg_1","type":"message","role":"assistant","model":"claude-sonnet-4-5","content":[{"type":"text","text":"` + benchText +
			`"}],"stop_reason":"end_turn","usage":{"input_tokens":25,"output_tokens":15}}`,
		"gemini":  `{"candidates":[{"content":{"parts":[{"text":"` + benchText + `"}],"role":"model"},"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":8}}`,
		"bedrock": `{"output":{"message":{"role":"assistant","content":[{"text":"` + benchText + `"}]}},"stopReason":"end_turn","usage":{"inputTokens":3,"outputTokens":1}}`,
		"openai": `{"id":"chatcmpl-1","object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant","content":"` + benchText +
			`"},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":2}}`,
	}
	benchEvents = map[string]string{
		"anthropic": "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"Hello there\"}}\n\n",
		"gemini":    "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"Hello there\"}],\"role\":\"model\"},\"index\":0}],\"modelVersion\":\"m\"}\n\n",
		"bedrock":   "contentBlockDelta {\"contentBlockIndex\":0,\"delta\":{\"text\":\"Hello there\"},\"p\":\"abcdefgh\"}\n",
	}
)

func benchID() string { return "0" }

// BenchmarkExchange is the conversion of a chat and its answer; "judged" is what the policies read of them in any case.
func BenchmarkExchange(b *testing.B) {
	for _, kind := range []string{"openai", "anthropic", "gemini", "bedrock"} {
		b.Run(kind, func(b *testing.B) {
			x, p := new(Exchange), &Provider{Kind: kind, Key: key}
			answer := []byte(benchAnswers[kind])
			b.ReportAllocs()
			for b.Loop() {
				x.Reset()
				x.Provider, x.Endpoint, x.Body, x.Path, x.ID = p, openai.Chat, benchChat, "/v1/chat/completions", benchID
				if _, err := Of(kind).Request(x); err != nil {
					b.Fatal(err)
				}
				Of(kind).Answer(x, 200, answer)
			}
		})
	}
	b.Run("judged", func(b *testing.B) {
		answer := []byte(benchAnswers["openai"])
		b.ReportAllocs()
		for b.Loop() {
			if _, err := openai.ParseRequest(openai.Chat, "application/json", benchChat); err != nil {
				b.Fatal(err)
			}
			if _, err := openai.ParseResponse(answer); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkEvent is the conversion of one event of a stream; "judged" is what the policies read of one.
func BenchmarkEvent(b *testing.B) {
	for _, kind := range []string{"anthropic", "gemini", "bedrock"} {
		b.Run(kind, func(b *testing.B) {
			x := &Exchange{Provider: &Provider{Kind: kind, Key: key}, Endpoint: openai.Chat, Body: benchChat, ID: benchID}
			if _, err := Of(kind).Request(x); err != nil {
				b.Fatal(err)
			}
			s, piece, out := Of(kind).Stream(x), wire(kind, benchEvents[kind]), []byte(nil)
			b.ReportAllocs()
			for b.Loop() {
				out = s.Write(out[:0], piece)
			}
		})
	}
	b.Run("judged", func(b *testing.B) {
		event := "data: {\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hello there\"},\"finish_reason\":null}]}\n\n"
		var f Framer
		var c openai.Chunk
		b.ReportAllocs()
		for b.Loop() {
			f.Write([]byte(event))
			for e, ok := f.Next(); ok; e, ok = f.Next() {
				if err := c.Read(openai.Chat, e.Data, nil); err != nil {
					b.Fatal(err)
				}
			}
		}
	})
}
