package converters

import (
	"encoding/base64"
	"encoding/binary"
	"math"
	"strconv"
	"strings"

	"github.com/usagepanda/usage-panda-envoy/converters/openai"
)

// embedding is a request for embeddings. Source: OpenAI's API reference, "Create embeddings".
type embedding struct {
	input      []byte // a literal, or a list of them
	dimensions int
}

// readEmbedding reads a request for embeddings.
func (x *Exchange) readEmbedding() (e embedding, err error) {
	r := &x.r
	r.Reset(x.Body, false)
	if r.Kind() != '{' {
		return e, x.refuse("", "the body: not a JSON object; want one")
	}
	x.packed = false
	for ok := r.Open('{'); ok && r.More(); {
		name := r.Name()
		v := r.Value()
		switch name {
		case "model":
			if x.Model == "" && len(v) > 0 && v[0] == '"' {
				x.Model = strings.Clone(openai.Unquote(v))
			}
		case "input":
			e.input = v
		case "dimensions":
			e.dimensions, _ = strconv.Atoi(string(v))
		case "encoding_format":
			x.packed = string(v) == `"base64"`
		default:
			if !openai.Empty(v) && err == nil {
				err = x.cannot(name)
			}
		}
	}
	if bad := r.End(); bad != nil {
		return e, x.refuse("", "the body: not valid JSON: "+bad.Error())
	}
	if x.Model == "" {
		return e, x.refuse("model", "missing; want a model's name")
	}
	if e.input == nil {
		return e, x.refuse("input", "missing; want a text, or a list of texts")
	}
	return e, err
}

// each calls for every text of the input, a literal.
func (x *Exchange) each(e *embedding, write func(text []byte)) error {
	if e.input[0] == '"' {
		write(e.input)
		return nil
	}
	r := &x.r
	r.Reset(e.input, true)
	n := 0
	for ok := r.Kind() == '[' && r.Open('['); ok && r.More(); n++ {
		text := r.Literal()
		if text == nil {
			n = -1
			break
		}
		write(text)
	}
	if n <= 0 {
		return x.refuse("input", "neither a text nor a list of texts; want one of them (tokens are another provider's)")
	}
	return nil
}

func (x *Exchange) geminiEmbeddings() error {
	e, err := x.readEmbedding()
	if err != nil {
		return err
	}
	w := &x.w
	w.B = w.B[:0]
	w.Open("", '{')
	w.Open("requests", '[')
	err = x.each(&e, func(text []byte) {
		w.Open("", '{')
		w.String("model", "models/"+x.Model)
		w.Open("content", '{')
		w.Open("parts", '[')
		w.Open("", '{')
		w.Raw("text", text)
		w.Close('{')
		w.Close('[')
		w.Close('{')
		if e.dimensions > 0 {
			w.Int("outputDimensionality", e.dimensions)
		}
		w.Close('{')
	})
	w.Close('[')
	w.Close('{')
	return err
}

func (x *Exchange) vertexEmbeddings() error {
	e, err := x.readEmbedding()
	if err != nil {
		return err
	}
	w := &x.w
	w.B = w.B[:0]
	w.Open("", '{')
	w.Open("instances", '[')
	err = x.each(&e, func(text []byte) {
		w.Open("", '{')
		w.Raw("content", text)
		w.Close('{')
	})
	w.Close('[')
	if e.dimensions > 0 {
		w.Open("parameters", '{')
		w.Int("outputDimensionality", e.dimensions)
		w.Close('{')
	}
	w.Close('{')
	return err
}

// geminiVectors converts embeddings of either API. Only Vertex AI counts their tokens.
func (x *Exchange) geminiVectors(body []byte) (int, []byte) {
	w := openai.Writer{B: x.out[:0]}
	w.Open("", '{')
	w.Word("object", "list")
	w.Open("data", '[')
	r := &x.r
	r.Reset(body, true)
	if r.Kind() != '{' {
		return x.unreadable(errObject)
	}
	n, tokens := 0, 0
	for ok := r.Open('{'); ok && r.More(); {
		name := r.Name()
		if name != "embeddings" && name != "predictions" || r.Kind() != '[' {
			r.Skip()
			continue
		}
		for ok := r.Open('['); ok && r.More(); n++ {
			v := r.Value()
			if name == "predictions" {
				v = openai.Within(v, "embeddings")
				count, _ := strconv.ParseFloat(string(openai.Within(v, "statistics", "token_count")), 64)
				tokens += int(count)
			}
			x.vector(&w, openai.Within(v, "values"), n)
		}
	}
	if err := r.End(); err != nil {
		return x.unreadable(err)
	}
	w.Close('[')
	w.String("model", x.Model)
	if tokens > 0 {
		w.Open("usage", '{')
		w.Int("prompt_tokens", tokens)
		w.Int("total_tokens", tokens)
		w.Close('{')
	}
	w.Close('{')
	x.out = w.B
	return 200, w.B
}

// vector writes an embedding: as numbers, or as base64 of 32-bit floats, which OpenAI's SDKs ask for.
func (x *Exchange) vector(w *openai.Writer, values []byte, n int) {
	w.Open("", '{')
	w.Word("object", "embedding")
	w.Int("index", n)
	if !x.packed {
		if values == nil {
			values = []byte("[]")
		}
		w.Raw("embedding", values)
		w.Close('{')
		return
	}
	var raw []byte
	var r openai.Reader
	r.Reset(values, true)
	for ok := r.Kind() == '[' && r.Open('['); ok && r.More(); {
		f, _ := strconv.ParseFloat(string(r.Value()), 32)
		raw = binary.LittleEndian.AppendUint32(raw, math.Float32bits(float32(f)))
	}
	w.Raw("embedding", nil)
	w.B = append(base64.StdEncoding.AppendEncode(append(w.B, '"'), raw), '"')
	w.Close('{')
}
