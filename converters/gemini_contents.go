package converters

import (
	"bytes"
	"strings"

	"github.com/usagepanda/usage-panda-envoy/converters/openai"
)

// geminiDialect is how Gemini writes conversations.
var geminiDialect = dialect{
	system: "systemInstruction", messages: "contents", content: "parts", model: "model", object: true,
	parts: (*Exchange).geminiParts, message: (*Exchange).geminiMessage,
}

func (x *Exchange) geminiMessage(w *openai.Writer, m *openai.Message, n int) error {
	if m.Role == "tool" {
		return x.geminiResult(w, m, n)
	}
	if err := x.geminiParts(w, m.Parts, n); err != nil {
		return err
	}
	for i := range m.Calls {
		c := &m.Calls[i]
		w.Open("", '{')
		w.Open("functionCall", '{')
		w.Raw("name", c.Name)
		if err := x.arguments(w, "args", c, n); err != nil {
			return err
		}
		w.Close('{')
		signature := openai.Within(c.Extra, "google", "thought_signature")
		if signature == nil && i == 0 && versionOf(x.Model) >= 30 {
			// Another provider's call has none, and is refused without. Source: Google's documentation, "Thought signatures".
			signature = []byte(`"skip_thought_signature_validator"`)
		}
		if signature != nil {
			w.Raw("thoughtSignature", signature)
		}
		w.Close('{')
	}
	return nil
}

// geminiResult writes the result of a call, which names the function: the call has its name.
func (x *Exchange) geminiResult(w *openai.Writer, m *openai.Message, n int) error {
	var name []byte
	for i := range x.chat.Messages[:n] {
		for _, c := range x.chat.Messages[i].Calls {
			if bytes.Equal(c.ID, m.ID) {
				name = c.Name
			}
		}
	}
	if name == nil {
		return x.refuse("messages", at(n)+".tool_call_id: there is no such call before it")
	}
	w.Open("", '{')
	w.Open("functionResponse", '{')
	w.Raw("name", name)
	w.Raw("response", nil)
	from := len(w.B)
	for i := range m.Parts {
		p := &m.Parts[i]
		if p.Kind != openai.TextPart {
			return x.part(p, n)
		}
		w.B = openai.AppendText(w.B, p.Text)
	}
	r := &x.r
	r.Reset(w.B[from:], true)
	object := r.Kind() == '{'
	r.Skip()
	if err := r.End(); !object || err != nil { // a text
		w.B = w.B[:from]
		w.Open("", '{')
		w.Raw("result", nil)
		w.B = append(w.B, '"')
		for i := range m.Parts {
			w.B = append(w.B, openai.Inner(m.Parts[i].Text)...)
		}
		w.B = append(w.B, `"}`...)
	}
	w.Close('{')
	w.Close('{')
	return nil
}

func (x *Exchange) geminiParts(w *openai.Writer, parts []openai.Part, n int) error {
	for i := range parts {
		p := &parts[i]
		if mute(p) {
			continue
		}
		switch {
		case p.Kind == openai.TextPart:
			w.Open("", '{')
			w.Raw("text", p.Text)
		case p.Data != nil && p.MIME != "":
			w.Open("", '{')
			w.Open("inlineData", '{')
			w.String("mimeType", p.MIME)
			w.Inner("data", p.Data)
			w.Close('{')
		case p.Kind == openai.ImagePart:
			w.Open("", '{')
			w.Open("fileData", '{')
			if mime := mimeOf(openai.Unquote(p.URL)); mime != "" {
				w.Word("mimeType", mime)
			}
			w.Raw("fileUri", p.URL)
			w.Close('{')
		default:
			return x.part(p, n)
		}
		w.Close('{')
	}
	return nil
}

// mimeOf guesses a picture's type from its URL; "" if nothing tells it.
func mimeOf(url string) string {
	url, _, _ = strings.Cut(url, "?")
	switch url = strings.ToLower(url); {
	case strings.HasSuffix(url, ".jpg"), strings.HasSuffix(url, ".jpeg"):
		return "image/jpeg"
	case strings.HasSuffix(url, ".png"):
		return "image/png"
	case strings.HasSuffix(url, ".webp"):
		return "image/webp"
	case strings.HasSuffix(url, ".gif"):
		return "image/gif"
	}
	return ""
}
