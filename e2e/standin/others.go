package standin

import (
	"cmp"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"math"
	"net/http"
	"strings"
)

func (p *Provider) embeddings(body []byte) *Answer {
	var r struct {
		Model      string          `json:"model"`
		Input      json.RawMessage `json:"input"`
		Dimensions int             `json:"dimensions"`
		Format     string          `json:"encoding_format"`
	}
	if a := read(body, &r, &r.Model); a != nil {
		return a
	}
	inputs, ok := prompts(r.Input)
	if !ok {
		return badRequest("input", "'$.input' is invalid. Please check the API reference: https://platform.openai.com/docs/api-reference.")
	}
	type embedding struct {
		Object    string `json:"object"`
		Index     int    `json:"index"`
		Embedding any    `json:"embedding"`
	}
	var data []embedding
	n := 0
	for i, text := range inputs {
		n += length(text)
		var v any = vector(text, cmp.Or(r.Dimensions, 1536))
		if r.Format == "base64" {
			var raw []byte
			for _, x := range vector(text, cmp.Or(r.Dimensions, 1536)) {
				raw = binary.LittleEndian.AppendUint32(raw, math.Float32bits(x))
			}
			v = base64.StdEncoding.EncodeToString(raw)
		}
		data = append(data, embedding{"embedding", i, v})
	}
	return JSON(http.StatusOK, struct {
		Object string      `json:"object"`
		Data   []embedding `json:"data"`
		Model  string      `json:"model"`
		Usage  any         `json:"usage"`
	}{"list", data, r.Model, map[string]int{"prompt_tokens": n, "total_tokens": n}})
}

// vector is a text's embedding: the same for the same text, and of length 1.
func vector(text string, n int) []float32 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(text))
	seed := h.Sum64() | 1
	v := make([]float32, n)
	var length float64
	for i := range v {
		seed ^= seed << 13
		seed ^= seed >> 7
		seed ^= seed << 17
		x := float64(seed%2000)/1000 - 1
		v[i] = float32(x)
		length += x * x
	}
	for i := range v {
		v[i] /= float32(math.Sqrt(length))
	}
	return v
}

// pixel is a PNG of one pixel, in base64.
const pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII="

// images answers to generations, edits and variations, of which the last have no prompt.
func (p *Provider) images(body []byte) *Answer {
	var r struct {
		Prompt string `json:"prompt"`
		Image  any    `json:"image"`
		N      int    `json:"n"`
		Format string `json:"response_format"`
		Model  string `json:"model"`
	}
	if err := json.Unmarshal(body, &r); err != nil {
		return badRequest("", "Invalid request: "+err.Error())
	}
	if r.Prompt == "" && r.Image == nil {
		return badRequest("prompt", "Missing required parameter: 'prompt'.")
	}
	type image struct {
		URL     string `json:"url,omitempty"`
		Base64  string `json:"b64_json,omitempty"`
		Revised string `json:"revised_prompt,omitempty"`
	}
	var data []image
	for range max(r.N, 1) {
		i := image{URL: "https://images.example/" + ident("img-") + ".png", Revised: r.Prompt}
		if r.Format == "b64_json" || strings.HasPrefix(r.Model, "gpt-image") {
			i.URL, i.Base64 = "", pixel
		}
		data = append(data, i)
	}
	return JSON(http.StatusOK, struct {
		Created int64   `json:"created"`
		Data    []image `json:"data"`
	}{now(), data})
}

// categories are those of omni-moderation-latest, and what a text or an image's address contains that is flagged.
var categories = map[string]string{
	"harassment": "you idiot", "harassment/threatening": "you idiot, i will find you", "hate": "hate them all",
	"hate/threatening": "hate and kill them all", "illicit": "how to steal", "illicit/violent": "how to steal a gun",
	"self-harm": "hurt myself", "self-harm/intent": "want to hurt myself", "self-harm/instructions": "how to hurt myself",
	"sexual": "naked people", "sexual/minors": "naked children", "violence": "kill them all", "violence/graphic": "kill them all slowly",
}

func (p *Provider) moderations(body []byte) *Answer {
	var r struct {
		Input json.RawMessage `json:"input"`
		Model string          `json:"model"`
	}
	if err := json.Unmarshal(body, &r); err != nil {
		return badRequest("", "Invalid request: "+err.Error())
	}
	var results []any
	var parts []part
	if texts, ok := prompts(r.Input); ok {
		for _, t := range texts {
			results = append(results, moderate(t, "text"))
		}
	} else if json.Unmarshal(r.Input, &parts) == nil && len(parts) > 0 {
		var all []string
		for _, part := range parts {
			if part.Type != "text" && part.Type != "image_url" {
				return badRequest("input", fmt.Sprintf("Invalid value: '%s'. Supported values are: 'text' and 'image_url'.", part.Type))
			}
			all = append(all, part.Text, part.URL.URL)
		}
		results = append(results, moderate(strings.Join(all, "\n"), "text", "image"))
	} else {
		return badRequest("input", "Invalid type for 'input'.")
	}
	return JSON(http.StatusOK, struct {
		ID      string `json:"id"`
		Model   string `json:"model"`
		Results []any  `json:"results"`
	}{ident("modr-"), cmp.Or(r.Model, "omni-moderation-latest"), results})
}

func moderate(text string, inputs ...string) any {
	text = strings.ToLower(text)
	found, scores, applied, flagged := map[string]bool{}, map[string]float64{}, map[string][]string{}, false
	for name, phrase := range categories {
		found[name] = strings.Contains(text, phrase)
		scores[name], applied[name] = 0.0001, inputs
		if found[name] {
			scores[name], flagged = 0.97, true
		}
	}
	return struct {
		Flagged    bool                `json:"flagged"`
		Categories map[string]bool     `json:"categories"`
		Scores     map[string]float64  `json:"category_scores"`
		Applied    map[string][]string `json:"category_applied_input_types"`
	}{flagged, found, scores, applied}
}
