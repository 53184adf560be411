package converters

import (
	"strconv"
	"strings"

	"github.com/usagepanda/usage-panda-envoy/converters/openai"
)

// bedrock speaks Amazon Bedrock's Converse API. Requests are signed by the proxy's own filter for that, behind this one; where the settings
// have a key, it is one of Bedrock's API keys. Sources: Amazon Bedrock's API reference, "Converse" and "ConverseStream"; the types of
// aws-sdk-go-v2/service/bedrockruntime 1.63.
type bedrock struct{}

func (bedrock) Request(x *Exchange) (Outgoing, error) {
	if x.Endpoint != openai.Chat && x.Endpoint != openai.Completions {
		return Outgoing{}, x.elsewhere()
	}
	if err := x.read(bedrockCan); err != nil {
		return Outgoing{}, err
	}
	if err := x.routed(); err != nil {
		return Outgoing{}, err
	}
	w := &x.w
	w.B = w.B[:0]
	w.Open("", '{')
	if err := x.conversation(w, &bedrockDialect); err != nil {
		return Outgoing{}, err
	}
	if err := x.bedrockSettings(w); err != nil {
		return Outgoing{}, err
	}
	if err := x.bedrockTools(w); err != nil {
		return Outgoing{}, err
	}
	w.Close('{')

	region := x.Provider.Location
	if region == "" {
		region = "us-east-1"
	}
	path := "/model/" + strings.ReplaceAll(segment(x.Model), ":", "%3A") + "/converse"
	if x.Stream {
		path += "-stream"
	}
	o := x.outgoing("bedrock-runtime."+region+".amazonaws.com", path, Header{"authorization", bearer(x.Provider.Key)}, Header{"content-type", "application/json"})
	o.Body = w.B
	return o, nil
}

func bedrockCan(field string) bool {
	switch field {
	case "temperature", "top_p", "stop", "tool_choice", "response_format", "reasoning_effort", "thinking", "reasoning":
		return true
	}
	return false
}

// bedrockSettings writes inferenceConfig and what hangs together with it.
func (x *Exchange) bedrockSettings(w *openai.Writer) error {
	c := &x.chat
	claude := strings.Contains(x.Model, "claude")
	m := version(0)
	limit := c.MaxTokens
	thinks, budget := false, 0
	if claude {
		m = versionOf(x.Model[strings.Index(x.Model, "claude"):])
		var all int
		if thinks, budget, all = x.thinking(m); thinks {
			limit = all
		}
	} else if c.Thinks() {
		if err := x.cannot("reasoning_effort"); err != nil {
			return err
		}
	}
	if limit == 0 {
		limit = x.Provider.MaxTokens
	}
	w.Open("inferenceConfig", '{')
	if limit > 0 {
		w.Int("maxTokens", limit)
	}
	if err := x.bedrockSampling(w, m, thinks); err != nil {
		return err
	}
	if len(c.Stop) > 0 {
		w.Open("stopSequences", '[')
		for _, s := range c.Stop {
			w.Raw("", s)
		}
		w.Close('[')
	}
	w.Close('{')
	if thinks {
		w.Open("additionalModelRequestFields", '{')
		w.Open("thinking", '{')
		if m.adapts() {
			w.Word("type", "adaptive")
		} else {
			w.Word("type", "enabled")
			w.Int("budget_tokens", budget)
		}
		w.Close('{')
		w.Close('{')
	}
	effort := ""
	if thinks && m.adapts() {
		effort = effortOf(c.Effort, m)
	}
	return x.bedrockFormat(w, claude, m, thinks, effort)
}

// bedrockSampling writes the temperature and the like. Claude's models have their own rules.
func (x *Exchange) bedrockSampling(w *openai.Writer, m version, thinks bool) error {
	if m > 0 {
		// The names are the same but for topP.
		from := len(w.B)
		if err := x.anthropicSampling(w, m, thinks); err != nil {
			return err
		}
		w.B = append(w.B[:from], strings.Replace(string(w.B[from:]), `"top_p"`, `"topP"`, 1)...)
		return nil
	}
	if t := x.chat.Temperature; t != nil {
		if f, err := strconv.ParseFloat(string(t), 64); err == nil && f > 1 {
			x.drop("temperature")
			t = []byte("1") // OpenAI's goes to 2
		}
		w.Raw("temperature", t)
	}
	if p := x.chat.TopP; p != nil {
		w.Raw("topP", p)
	}
	return nil
}

// bedrockFormat writes outputConfig. Older models of Claude's are made to call a tool that has the format.
func (x *Exchange) bedrockFormat(w *openai.Writer, claude bool, m version, thinks bool, effort string) error {
	f := &x.chat.Format
	native := f.Type == "json_schema" && f.Schema != nil
	switch {
	case f.Type == "json_object" || f.Type == "json_schema" && !native:
		if err := x.cannot("response_format"); err != nil {
			return err
		}
	case native && claude:
		var err error
		if native, err = x.anthropicFormat(m, thinks); err != nil {
			return err
		}
	}
	if !native && effort == "" {
		return nil
	}
	w.Open("outputConfig", '{')
	if effort != "" {
		w.Word("effort", effort)
	}
	if native {
		w.Open("textFormat", '{')
		w.Word("type", "json_schema")
		w.Open("structure", '{')
		w.Open("jsonSchema", '{')
		w.Nested("schema", f.Schema)
		w.Raw("name", formatName(f))
		if f.Description != nil {
			w.Raw("description", f.Description)
		}
		w.Close('{')
		w.Close('{')
		w.Close('{')
	}
	w.Close('{')
	return nil
}

// bedrockTools writes the tools, and which of them may be called.
func (x *Exchange) bedrockTools(w *openai.Writer) error {
	c := &x.chat
	spec := func(name, description, schema []byte, strict bool) {
		w.Open("", '{')
		w.Open("toolSpec", '{')
		w.Raw("name", name)
		if description != nil {
			w.Raw("description", description)
		}
		w.Open("inputSchema", '{')
		w.Raw("json", schema)
		w.Close('{')
		if strict {
			w.Bool("strict", true)
		}
		w.Close('{')
		w.Close('{')
	}
	chosen := func(name []byte) {
		w.Open("toolChoice", '{')
		w.Open("tool", '{')
		w.Raw("name", name)
		w.Close('{')
		w.Close('{')
	}
	if x.format {
		w.Open("toolConfig", '{')
		w.Open("tools", '[')
		spec(formatName(&c.Format), c.Format.Description, c.Format.Schema, false)
		w.Close('[')
		chosen(formatName(&c.Format))
		w.Close('{')
		return nil
	}
	if len(c.Tools) == 0 {
		open := false
		x.called(func(name []byte) {
			if !open {
				w.Open("toolConfig", '{')
				w.Open("tools", '[')
				open = true
			}
			spec(name, nil, noParameters, false)
		})
		if open {
			w.Close('[')
			w.Close('{')
		}
		return nil
	}
	w.Open("toolConfig", '{')
	w.Open("tools", '[')
	for i := range c.Tools {
		t := &c.Tools[i]
		if err := x.function(t, i); err != nil {
			return err
		}
		spec(t.Name, t.Description, parameters(t), t.Strict)
		if t.Cache != nil {
			w.Raw("", cachePoint)
		}
	}
	w.Close('[')
	switch c.Choice.Mode {
	case "none":
		if err := x.cannot("tool_choice"); err != nil {
			return err
		}
	case "required":
		w.Raw("toolChoice", []byte(`{"any":{}}`))
	case "function":
		chosen(c.Choice.Name)
	}
	w.Close('{')
	return nil
}

var cachePoint = []byte(`{"cachePoint":{"type":"default"}}`)
