package converters

import (
	"strconv"
	"strings"

	"github.com/usagepanda/usage-panda-envoy/converters/openai"
)

// bedrockDialect is how Bedrock writes conversations.
var bedrockDialect = dialect{
	system: "system", messages: "messages", content: "content", model: "assistant",
	parts: (*Exchange).bedrockParts, message: (*Exchange).bedrockMessage,
}

func (x *Exchange) bedrockMessage(w *openai.Writer, m *openai.Message, n int) error {
	if m.Role == "tool" {
		if m.ID == nil {
			return x.refuse("messages", at(n)+".tool_call_id: missing")
		}
		w.Open("", '{')
		w.Open("toolResult", '{')
		w.Raw("toolUseId", m.ID)
		w.Open("content", '[')
		if err := x.bedrockParts(w, m.Parts, n); err != nil {
			return err
		}
		w.Close('[')
		w.Close('{')
		w.Close('{')
		return nil
	}
	if m.Role == "assistant" && m.Thinking != nil {
		x.bedrockThinking(w, m.Thinking)
	}
	if err := x.bedrockParts(w, m.Parts, n); err != nil {
		return err
	}
	for i := range m.Calls {
		c := &m.Calls[i]
		w.Open("", '{')
		w.Open("toolUse", '{')
		w.Raw("toolUseId", c.ID)
		w.Raw("name", c.Name)
		if err := x.arguments(w, "input", c, n); err != nil {
			return err
		}
		w.Close('{')
		w.Close('{')
	}
	return nil
}

// bedrockThinking writes what the model had thought, as answers bring it.
func (x *Exchange) bedrockThinking(w *openai.Writer, blocks []byte) {
	r := &x.r
	r.Reset(blocks, true)
	for ok := r.Open('['); ok && r.More(); {
		v := r.Value()
		w.Open("", '{')
		w.Open("reasoningContent", '{')
		if data := openai.Within(v, "data"); data != nil {
			w.Raw("redactedContent", data)
		} else {
			w.Open("reasoningText", '{')
			if text := openai.Within(v, "thinking"); text != nil {
				w.Raw("text", text)
			}
			if signature := openai.Within(v, "signature"); signature != nil {
				w.Raw("signature", signature)
			}
			w.Close('{')
		}
		w.Close('{')
		w.Close('{')
	}
}

func (x *Exchange) bedrockParts(w *openai.Writer, parts []openai.Part, n int) error {
	for i := range parts {
		p := &parts[i]
		if mute(p) {
			continue
		}
		image, document := imageFormat(p.MIME), documentFormat(p.MIME)
		w.Open("", '{')
		switch {
		case p.Kind == openai.TextPart:
			w.Raw("text", p.Text)
		case p.Kind == openai.ImagePart && p.Data != nil && image != "":
			w.Open("image", '{')
			w.Word("format", image)
			shown(w, p.Data)
		case p.Kind == openai.ImagePart && strings.HasPrefix(openai.Unquote(p.URL), "s3://"):
			w.Open("image", '{')
			if mime := imageFormat(mimeOf(openai.Unquote(p.URL))); mime != "" {
				w.Word("format", mime)
			} else {
				w.Word("format", "jpeg")
			}
			w.Open("source", '{')
			w.Open("s3Location", '{')
			w.Raw("uri", p.URL)
			w.Close('{')
			w.Close('{')
			w.Close('{')
		case p.Kind == openai.FilePart && p.Data != nil && document != "":
			w.Open("document", '{')
			w.Word("format", document)
			w.Word("name", "document-"+strconv.Itoa(n)+"-"+strconv.Itoa(i)) // names of the client's are not always allowed
			shown(w, p.Data)
		default:
			return x.part(p, n)
		}
		w.Close('{')
		if p.Cache != nil {
			w.Raw("", cachePoint)
		}
	}
	return nil
}

// shown ends a block with what it shows.
func shown(w *openai.Writer, data []byte) {
	w.Open("source", '{')
	w.Inner("bytes", data)
	w.Close('{')
	w.Close('{')
}

// imageFormat is what Bedrock calls a type of pictures; "" if it does not take it.
func imageFormat(mime string) string {
	switch mime {
	case "image/png":
		return "png"
	case "image/jpeg", "image/jpg":
		return "jpeg"
	case "image/gif":
		return "gif"
	case "image/webp":
		return "webp"
	}
	return ""
}

// documentFormat is what Bedrock calls a type of documents; "" if it does not take it.
func documentFormat(mime string) string {
	switch mime {
	case "application/pdf":
		return "pdf"
	case "text/csv":
		return "csv"
	case "text/html":
		return "html"
	case "text/plain":
		return "txt"
	case "text/markdown":
		return "md"
	case "application/msword":
		return "doc"
	case "application/vnd.openxmlformats-officedocument.wordprocessingml.document":
		return "docx"
	case "application/vnd.ms-excel":
		return "xls"
	case "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet":
		return "xlsx"
	}
	return ""
}
