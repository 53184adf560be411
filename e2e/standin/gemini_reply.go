package standin

import (
	"encoding/json"
	"net/http"
	"strings"
)

// googleReply is what is answered to generateContent.
type googleReply struct {
	model    string
	said     said
	n        int  // candidates
	logprobs bool // are asked for
	thoughts bool // are shown
	gemini   bool // and not Vertex AI
}

// parts are those of the whole answer: thoughts, text, calls. Gemini 3 signs the first call, and gives calls ids.
func (a *googleReply) parts() (all []map[string]any) {
	if a.thoughts && a.said.thought != "" {
		all = append(all, map[string]any{"text": a.said.thought, "thought": true})
	}
	if a.said.text != "" {
		all = append(all, map[string]any{"text": a.said.text})
	}
	for i, c := range a.said.called {
		call := map[string]any{"name": c.name, "args": json.RawMessage(c.arguments)}
		part := map[string]any{"functionCall": call}
		if three := strings.HasPrefix(a.model, "gemini-3"); three {
			if a.gemini {
				call["id"] = ident("")[:8]
			}
			if i == 0 {
				part["thoughtSignature"] = "c2lnbmF0dXJl"
			}
		}
		all = append(all, part)
	}
	return all
}

func (a *googleReply) finish() string {
	switch a.said.why {
	case "length":
		return "MAX_TOKENS"
	case "content_filter":
		return "SAFETY"
	}
	return "STOP"
}

func (a *googleReply) response(candidates []any, last bool) map[string]any {
	u := a.said.used
	used := map[string]any{"promptTokenCount": u.prompt, "totalTokenCount": u.prompt + u.thoughts + a.n*(u.output-u.thoughts),
		"promptTokensDetails": []any{map[string]any{"modality": "TEXT", "tokenCount": u.prompt}}}
	if last && u.output > u.thoughts {
		used["candidatesTokenCount"] = a.n * (u.output - u.thoughts)
	}
	if u.thoughts > 0 {
		used["thoughtsTokenCount"] = u.thoughts
	}
	if u.cached > 0 {
		used["cachedContentTokenCount"] = u.cached
		used["cacheTokensDetails"] = []any{map[string]any{"modality": "TEXT", "tokenCount": u.cached}}
	}
	r := map[string]any{"usageMetadata": used, "modelVersion": a.model, "responseId": "standin-response"}
	if a.said.blocked {
		r["promptFeedback"] = map[string]any{"blockReason": "PROHIBITED_CONTENT"}
		return r
	}
	r["candidates"] = candidates
	return r
}

func (a *googleReply) candidate(i int, parts []map[string]any, logs []string, why string) map[string]any {
	c := map[string]any{"index": i, "content": map[string]any{"role": "model", "parts": parts}}
	if why != "" {
		c["finishReason"] = why
	}
	if a.logprobs && len(logs) > 0 {
		var chosen, top []any
		for _, t := range logs {
			p := map[string]any{"token": t, "tokenId": 7, "logProbability": -0.01}
			chosen = append(chosen, p)
			top = append(top, map[string]any{"candidates": []any{p}})
		}
		c["avgLogprobs"] = -0.01
		c["logprobsResult"] = map[string]any{"chosenCandidates": chosen, "topCandidates": top}
	}
	return c
}

func (a *googleReply) whole() map[string]any {
	var candidates []any
	for i := range a.n {
		candidates = append(candidates, a.candidate(i, a.parts(), tokens(a.said.text), a.finish()))
	}
	return a.response(candidates, true)
}

// chunks are the same in a stream: texts in pieces, calls whole; the last of each candidate says why it ended.
func (a *googleReply) chunks() (all []map[string]any) {
	if a.said.blocked {
		return []map[string]any{a.response(nil, true)}
	}
	for i := range a.n {
		for _, part := range a.parts() {
			text, ok := part["text"].(string)
			if !ok {
				all = append(all, a.response([]any{a.candidate(i, []map[string]any{part}, nil, "")}, false))
				continue
			}
			for _, t := range tokens(text) {
				piece := map[string]any{"text": t}
				logs := []string{t}
				if part["thought"] != nil {
					piece["thought"], logs = true, nil
				}
				all = append(all, a.response([]any{a.candidate(i, []map[string]any{piece}, logs, "")}, false))
			}
		}
		all = append(all, a.response([]any{a.candidate(i, []map[string]any{{"text": ""}}, nil, a.finish())}, true))
	}
	return all
}

// geminiEmbedding answers to embedContent.
func geminiEmbedding(v map[string]any, model string) *Answer {
	if f := geminiEmbed.check(v); f != nil {
		return googleFail(http.StatusBadRequest, googleFlaw(f))
	}
	values, wrong := embedded(v, model, true)
	if wrong != "" {
		return googleFail(http.StatusBadRequest, wrong)
	}
	return JSON(http.StatusOK, map[string]any{"embedding": map[string]any{"values": values}})
}

// geminiEmbeddings answers to batchEmbedContents.
func geminiEmbeddings(v map[string]any, model string) *Answer {
	if f := geminiEmbeds.check(v); f != nil {
		return googleFail(http.StatusBadRequest, googleFlaw(f))
	}
	all := []any{}
	for _, request := range v["requests"].([]any) {
		values, wrong := embedded(request.(map[string]any), model, false)
		if wrong != "" {
			return googleFail(http.StatusBadRequest, wrong)
		}
		all = append(all, map[string]any{"values": values})
	}
	if len(all) == 0 || len(all) > 100 {
		return googleFail(http.StatusBadRequest, "* BatchEmbedContentsRequest.requests: at least one and at most 100 requests can be in one batch")
	}
	return JSON(http.StatusOK, map[string]any{"embeddings": all})
}

// embedded is one embedding; the model's name may be left out where one is asked for.
func embedded(v map[string]any, model string, one bool) (values []float32, wrong string) {
	var r struct {
		Model      string        `json:"model"`
		Content    googleContent `json:"content"`
		Dimensions int           `json:"outputDimensionality"`
		Title      string        `json:"title"`
		Task       string        `json:"taskType"`
	}
	remake(v, &r)
	switch {
	case r.Model != "models/"+model && !(one && r.Model == ""):
		return nil, "* EmbedContentRequest.model: want models/" + model + ", as in the path"
	case len(r.Content.Parts) == 0 || r.Content.text() == "":
		return nil, "* EmbedContentRequest.content: contents is not specified"
	case r.Title != "" && r.Task != "RETRIEVAL_DOCUMENT":
		return nil, "* EmbedContentRequest.title: title is only for the task type RETRIEVAL_DOCUMENT"
	}
	if r.Dimensions == 0 {
		r.Dimensions = 3072
	}
	return vector(r.Content.text(), r.Dimensions), ""
}
