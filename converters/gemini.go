package converters

import (
	"bytes"
	"strings"

	"github.com/usagepanda/usage-panda-envoy/converters/openai"
)

// gemini speaks Google's Gemini API, and with a project Vertex AI's, which has the same messages on other paths and with another key. Sources:
// Google's API references, "Generating content" and "Embeddings"; the types of google.golang.org/genai 1.77.
type gemini struct{ vertex bool }

func (g gemini) Request(x *Exchange) (Outgoing, error) {
	var err error
	method := ":generateContent"
	switch {
	case x.Endpoint == openai.Embeddings && g.vertex:
		method, err = ":predict", x.vertexEmbeddings()
	case x.Endpoint == openai.Embeddings:
		method, err = ":batchEmbedContents", x.geminiEmbeddings()
	case x.Endpoint == openai.Chat || x.Endpoint == openai.Completions:
		err = x.geminiChat()
		if x.Stream {
			method = ":streamGenerateContent?alt=sse"
		}
	default:
		err = x.elsewhere()
	}
	if err == nil {
		err = x.routed()
	}
	if err != nil {
		return Outgoing{}, err
	}
	o := g.outgoing(x, method)
	o.Body = x.w.B
	return o, nil
}

// outgoing is the request's path and key.
func (g gemini) outgoing(x *Exchange, method string) Outgoing {
	p := x.Provider
	version := p.Version
	if !g.vertex {
		if version == "" {
			version = "v1beta"
		}
		path := "/" + segment(version) + "/models/" + segment(strings.TrimPrefix(x.Model, "models/")) + method
		return x.outgoing("generativelanguage.googleapis.com", path, Header{"x-goog-api-key", p.Key}, Header{"content-type", "application/json"})
	}
	if version == "" {
		version = "v1"
	}
	location, host := p.Location, "aiplatform.googleapis.com"
	if location == "" {
		location = "global"
	}
	if location != "global" {
		host = location + "-" + host
	}
	path := "/" + segment(version) + "/projects/" + segment(p.Project) + "/locations/" + segment(location) +
		"/publishers/google/models/" + segment(x.Model) + method
	return x.outgoing(host, path, Header{"authorization", bearer(p.Key)}, Header{"content-type", "application/json"})
}

// geminiChat writes the body of a request for content.
func (x *Exchange) geminiChat() error {
	if err := x.read(geminiCan); err != nil {
		return err
	}
	w := &x.w
	w.B = w.B[:0]
	w.Open("", '{')
	if err := x.conversation(w, &geminiDialect); err != nil {
		return err
	}
	if err := x.geminiTools(w); err != nil {
		return err
	}
	w.Open("generationConfig", '{')
	x.geminiSettings(w)
	if bytes.HasSuffix(w.B, []byte(`"generationConfig":{`)) {
		w.B = w.B[:len(w.B)-len(`,"generationConfig":{`)]
	} else {
		w.Close('{')
	}
	w.Close('{')
	return nil
}

func geminiCan(field string) bool {
	switch field {
	case "temperature", "top_p", "stop", "tool_choice", "response_format", "reasoning_effort", "thinking", "reasoning", "n", "seed", "logprobs",
		"top_logprobs", "presence_penalty", "frequency_penalty":
		return true
	}
	return false
}

// geminiSettings writes what goes into generationConfig.
func (x *Exchange) geminiSettings(w *openai.Writer) {
	c := &x.chat
	if limit := c.MaxTokens; limit > 0 {
		w.Int("maxOutputTokens", limit)
	}
	for _, v := range [...]struct {
		name  string
		value []byte
	}{
		{"temperature", c.Temperature}, {"topP", c.TopP}, {"seed", c.Seed}, {"presencePenalty", c.Presence}, {"frequencyPenalty", c.Frequency},
	} {
		if v.value != nil {
			w.Raw(v.name, v.value)
		}
	}
	if c.N > 1 {
		w.Int("candidateCount", c.N)
	}
	if len(c.Stop) > 0 {
		w.Open("stopSequences", '[')
		for _, s := range c.Stop {
			w.Raw("", s)
		}
		w.Close('[')
	}
	if c.Logprobs {
		w.Bool("responseLogprobs", true)
		if c.TopLogprobs > 0 {
			w.Int("logprobs", c.TopLogprobs)
		}
	}
	switch c.Format.Type {
	case "json_object", "json_schema":
		w.Word("responseMimeType", "application/json")
		if c.Format.Schema != nil {
			w.Raw("responseJsonSchema", c.Format.Schema)
		}
	}
	x.geminiThinking(w)
}

// geminiThinking writes how much the model may think: models from 3 on have levels, those before budgets. Source: Google's documentation,
// "OpenAI compatibility", "Thinking".
func (x *Exchange) geminiThinking(w *openai.Writer) {
	c, v := &x.chat, versionOf(x.Model)
	if c.Effort == "" && c.Budget == 0 {
		return
	}
	if v < 25 {
		x.drop("reasoning_effort")
		return
	}
	pro := strings.Contains(x.Model, "pro")
	w.Open("thinkingConfig", '{')
	switch {
	case c.Budget > 0:
		w.Int("thinkingBudget", c.Budget)
	case v < 30:
		w.Int("thinkingBudget", geminiBudget(c.Effort, pro))
	default:
		w.Word("thinkingLevel", geminiLevel(c.Effort, pro))
	}
	if c.Effort != "none" {
		w.Bool("includeThoughts", true)
	}
	w.Close('{')
}

func geminiBudget(effort string, pro bool) int {
	switch effort {
	case "none":
		if pro { // it cannot but think
			return 128
		}
		return 0
	case "minimal", "low":
		return 1024
	case "medium":
		return 8192
	}
	return 24576
}

func geminiLevel(effort string, pro bool) string {
	switch effort {
	case "none", "minimal":
		if pro {
			return "LOW"
		}
		return "MINIMAL"
	case "low":
		return "LOW"
	case "medium":
		return "MEDIUM"
	}
	return "HIGH"
}

// geminiTools writes the functions, and which of them may be called.
func (x *Exchange) geminiTools(w *openai.Writer) error {
	c := &x.chat
	if len(c.Tools) == 0 {
		return nil
	}
	w.Open("tools", '[')
	w.Open("", '{')
	w.Open("functionDeclarations", '[')
	for i := range c.Tools {
		t := &c.Tools[i]
		if err := x.function(t, i); err != nil {
			return err
		}
		w.Open("", '{')
		w.Raw("name", t.Name)
		if t.Description != nil {
			w.Raw("description", t.Description)
		}
		if t.Parameters != nil && !openai.Empty(t.Parameters) {
			w.Raw("parametersJsonSchema", t.Parameters)
		}
		w.Close('{')
	}
	w.Close('[')
	w.Close('{')
	w.Close('[')
	mode := c.Choice.Mode
	if mode == "" || mode == "auto" {
		return nil
	}
	w.Open("toolConfig", '{')
	w.Open("functionCallingConfig", '{')
	switch mode {
	case "none":
		w.Word("mode", "NONE")
	default:
		w.Word("mode", "ANY")
		if mode == "function" {
			w.Open("allowedFunctionNames", '[')
			w.Raw("", c.Choice.Name)
			w.Close('[')
		}
	}
	w.Close('{')
	w.Close('{')
	return nil
}
