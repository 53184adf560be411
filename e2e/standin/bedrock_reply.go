package standin

import (
	"cmp"
	"encoding/json"
	"net/http"
	"strings"
)

// bedrockReply is what is answered to Converse.
type bedrockReply struct{ said }

func (a *bedrockReply) why() string {
	switch {
	case a.said.stop != "":
		return "stop_sequence"
	case a.blocked:
		return "guardrail_intervened"
	}
	return map[string]string{"stop": "end_turn", "length": "max_tokens", "tool_calls": "tool_use", "content_filter": "content_filtered"}[a.said.why]
}

func (a *bedrockReply) usage() map[string]any {
	u := a.used
	return map[string]any{"inputTokens": u.prompt - u.cached, "outputTokens": u.output, "totalTokens": u.prompt + u.output,
		"cacheReadInputTokens": u.cached, "cacheWriteInputTokens": 0}
}

func (a *bedrockReply) whole() map[string]any {
	content := []any{}
	if a.thought != "" {
		content = append(content, map[string]any{"reasoningContent": map[string]any{"reasoningText": map[string]any{"text": a.thought,
			"signature": "c2lnbmF0dXJl"}}})
	}
	if a.text != "" {
		content = append(content, map[string]any{"text": a.text})
	}
	for _, c := range a.called {
		content = append(content, map[string]any{"toolUse": map[string]any{"toolUseId": ident("tooluse_"), "name": c.name,
			"input": json.RawMessage(c.arguments)}})
	}
	return map[string]any{"output": map[string]any{"message": map[string]any{"role": "assistant", "content": content}},
		"stopReason": a.why(), "usage": a.usage(), "metrics": map[string]any{"latencyMs": 7}}
}

// events is the same as a stream: texts have no start, tools have; every payload is padded, as Bedrock's are.
func (a *bedrockReply) events() (all [][]byte) {
	add := func(kind string, v map[string]any) {
		v["p"] = "abcdefghijklmnopqrstuvwxyz"[:1+len(all)%26]
		payload := googleJSON(v)
		all = append(all, frame([][2]string{{":event-type", kind}, {":content-type", "application/json"}, {":message-type", "event"}}, payload))
	}
	index := 0
	delta := func(v map[string]any) {
		add("contentBlockDelta", map[string]any{"contentBlockIndex": index, "delta": v})
	}
	stop := func() {
		add("contentBlockStop", map[string]any{"contentBlockIndex": index})
		index++
	}
	add("messageStart", map[string]any{"role": "assistant"})
	if a.thought != "" {
		for _, t := range tokens(a.thought) {
			delta(map[string]any{"reasoningContent": map[string]any{"text": t}})
		}
		delta(map[string]any{"reasoningContent": map[string]any{"signature": "c2lnbmF0dXJl"}})
		stop()
	}
	if a.text != "" {
		for _, t := range tokens(a.text) {
			delta(map[string]any{"text": t})
		}
		stop()
	}
	for _, c := range a.called {
		add("contentBlockStart", map[string]any{"contentBlockIndex": index, "start": map[string]any{"toolUse": map[string]any{
			"toolUseId": ident("tooluse_"), "name": c.name}}})
		for _, t := range tokens(c.arguments) {
			delta(map[string]any{"toolUse": map[string]any{"input": t}})
		}
		stop()
	}
	add("messageStop", map[string]any{"stopReason": a.why()})
	add("metadata", map[string]any{"usage": a.usage(), "metrics": map[string]any{"latencyMs": 7}})
	return all
}

// The shapes of InvokeModel for models of embeddings. Source: https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters.html.
var (
	titanShape = object(map[string]shape{"inputText!": str, "dimensions": whole(256, 1024), "normalize": truth,
		"embeddingTypes": list(enum("float", "binary"))})
	cohereShape = object(map[string]shape{"texts!": list(str), "input_type!": enum("search_document", "search_query", "classification",
		"clustering"), "truncate": enum("NONE", "START", "END", "LEFT", "RIGHT"), "embedding_types": list(enum("float")),
		"output_dimension": whole(256, 1536)})
)

// bedrockEmbeddings answers to InvokeModel of Titan (one text) and of Cohere (up to 96).
func bedrockEmbeddings(model string, v map[string]any) *Answer {
	s := titanShape
	cohere := strings.Contains(model, "cohere.embed")
	switch {
	case cohere:
		s = cohereShape
	case !strings.Contains(model, "titan-embed"):
		return bedrockFail(http.StatusBadRequest, "The stand-in has InvokeModel for cohere.embed and amazon.titan-embed only.")
	}
	if f := s.check(v); f != nil {
		return bedrockFail(http.StatusBadRequest, bedrockFlaw(f))
	}
	var r struct {
		Text       string   `json:"inputText"`
		Dimensions int      `json:"dimensions"`
		Texts      []string `json:"texts"`
		Types      []string `json:"embedding_types"`
		Dimension  int      `json:"output_dimension"`
	}
	remake(v, &r)
	switch {
	case cohere && (len(r.Texts) == 0 || len(r.Texts) > 96):
		return bedrockFail(http.StatusBadRequest, "Malformed input request: texts: want 1 to 96, please reformat your input and try again.")
	case cohere:
		all := [][]float32{}
		for _, t := range r.Texts {
			all = append(all, vector(t, cmp.Or(r.Dimension, 1024)))
		}
		if len(r.Types) > 0 {
			return compact(http.StatusOK, map[string]any{"id": ident(""), "texts": r.Texts, "response_type": "embeddings_by_type",
				"embeddings": map[string]any{"float": all}})
		}
		return compact(http.StatusOK, map[string]any{"id": ident(""), "texts": r.Texts, "response_type": "embeddings_floats", "embeddings": all})
	case r.Text == "":
		return bedrockFail(http.StatusBadRequest, "Malformed input request: inputText must not be empty, please reformat your input and try again.")
	}
	return compact(http.StatusOK, map[string]any{"embedding": vector(r.Text, cmp.Or(r.Dimensions, 1024)), "inputTextTokenCount": length(r.Text)})
}
