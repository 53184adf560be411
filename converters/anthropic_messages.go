package converters

import (
	"github.com/usagepanda/usage-panda-envoy/converters/openai"
)

// anthropicDialect is how Anthropic writes conversations.
var anthropicDialect = dialect{
	system: "system", messages: "messages", content: "content", model: "assistant",
	parts: (*Exchange).anthropicParts, message: (*Exchange).anthropicMessage,
}

func (x *Exchange) anthropicMessage(w *openai.Writer, m *openai.Message, n int) error {
	if m.Role == "tool" {
		if m.ID == nil {
			return x.refuse("messages", at(n)+".tool_call_id: missing")
		}
		w.Open("", '{')
		w.Word("type", "tool_result")
		w.Raw("tool_use_id", m.ID)
		if !silent(&openai.Message{Parts: m.Parts}) {
			w.Open("content", '[')
			if err := x.anthropicParts(w, m.Parts, n); err != nil {
				return err
			}
			w.Close('[')
		}
		w.Close('{')
		return nil
	}
	if m.Role == "assistant" && m.Thinking != nil {
		w.Raw("", m.Thinking[1:len(m.Thinking)-1])
	}
	if err := x.anthropicParts(w, m.Parts, n); err != nil {
		return err
	}
	for i := range m.Calls {
		c := &m.Calls[i]
		w.Open("", '{')
		w.Word("type", "tool_use")
		w.Raw("id", c.ID)
		w.Raw("name", c.Name)
		if err := x.arguments(w, "input", c, n); err != nil {
			return err
		}
		w.Close('{')
	}
	return nil
}

// anthropicParts writes parts as blocks.
func (x *Exchange) anthropicParts(w *openai.Writer, parts []openai.Part, n int) error {
	for i := range parts {
		if err := x.anthropicPart(w, &parts[i], n); err != nil {
			return err
		}
	}
	return nil
}

// anthropicPart writes a part of a message as a block.
func (x *Exchange) anthropicPart(w *openai.Writer, p *openai.Part, n int) error {
	if mute(p) {
		return nil
	}
	source := func(kind string) {
		w.Word("type", kind)
		w.Open("source", '{')
		if p.Data != nil {
			w.Word("type", "base64")
			w.String("media_type", p.MIME)
			w.Inner("data", p.Data)
		} else {
			w.Word("type", "url")
			w.Raw("url", p.URL)
		}
		w.Close('{')
	}
	w.Open("", '{')
	switch {
	case p.Kind == openai.TextPart:
		w.B = append(append(w.B, `"type":"text","text":`...), p.Text...)
	case p.Kind == openai.ImagePart:
		source("image")
	case p.Kind == openai.FilePart && p.MIME == "application/pdf":
		source("document")
		if p.Name != nil {
			w.Raw("title", p.Name)
		}
	default:
		return x.part(p, n)
	}
	if p.Cache != nil {
		w.Raw("cache_control", p.Cache)
	}
	w.Close('{')
	return nil
}

// anthropicTools writes the tools, and which of them may be called.
func (x *Exchange) anthropicTools(w *openai.Writer) error {
	c := &x.chat
	if x.format {
		x.formatTool(w)
		return nil
	}
	if len(c.Tools) == 0 {
		open := false
		x.called(func(name []byte) {
			if !open {
				w.Open("tools", '[')
				open = true
			}
			w.Open("", '{')
			w.Raw("name", name)
			w.Raw("input_schema", noParameters)
			w.Close('{')
		})
		if open {
			w.Close('[')
		}
		return nil
	}
	w.Open("tools", '[')
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
		w.Raw("input_schema", parameters(t))
		if t.Strict && versionOf(x.Model).structured() {
			w.Bool("strict", true)
		}
		if t.Cache != nil {
			w.Raw("cache_control", t.Cache)
		}
		w.Close('{')
	}
	w.Close('[')
	mode := c.Choice.Mode
	alone := string(c.Parallel) == "false"
	if mode == "" && !alone {
		return nil
	}
	w.Open("tool_choice", '{')
	switch mode {
	case "", "auto":
		w.Word("type", "auto")
	case "required":
		w.Word("type", "any")
	case "none":
		w.Word("type", "none")
		alone = false
	case "function":
		w.Word("type", "tool")
		w.Raw("name", c.Choice.Name)
	}
	if alone {
		w.Bool("disable_parallel_tool_use", true)
	}
	w.Close('{')
	return nil
}

// formatTool writes the tool whose input is to be the answer.
func (x *Exchange) formatTool(w *openai.Writer) {
	f := &x.chat.Format
	w.Open("tools", '[')
	w.Open("", '{')
	w.Raw("name", formatName(f))
	if f.Description != nil {
		w.Raw("description", f.Description)
	} else {
		w.Word("description", "The answer, in the form that is asked for.")
	}
	w.Raw("input_schema", f.Schema)
	w.Close('{')
	w.Close('[')
	w.Open("tool_choice", '{')
	w.Word("type", "tool")
	w.Raw("name", formatName(f))
	w.Close('{')
}

func formatName(f *openai.Format) []byte {
	if len(f.Name) > len(`""`) {
		return f.Name
	}
	return []byte(`"answer"`)
}
