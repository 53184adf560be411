package standin

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/anthropics/anthropic-sdk-go"
	"github.com/aws/aws-sdk-go-v2/service/bedrockruntime/schemas"
	"github.com/aws/smithy-go"
	"github.com/openai/openai-go/v3"
	"github.com/stretchr/testify/require"
	"google.golang.org/genai"
)

// TestShapesAreTheSDKs holds the tables of shapes against the types of the official SDKs: no field that they do not have, and, where they
// tell, the same fields that must be there.
func TestShapesAreTheSDKs(t *testing.T) {
	stream := []string{"stream"} // which SDKs set by the method's name
	for _, c := range []struct {
		name  string
		shape shape
		of    any
		more  []string // fields that are rightly not in the type
	}{
		{"anthropic", anthropicShape, anthropic.MessageNewParams{}, stream},
		{"openai chat", openChat, openai.ChatCompletionNewParams{}, stream},
		{"openai completions", openCompletions, openai.CompletionNewParams{}, stream},
		{"openai embeddings", openEmbeddings, openai.EmbeddingNewParams{}, nil},
		{"gemini config", geminiRequest.fields["generationConfig"], genai.GenerationConfig{}, nil},
		{"gemini contents", geminiRequest.fields["contents"], []*genai.Content{}, nil},
		{"gemini tools", geminiRequest.fields["tools"], []*genai.Tool{}, nil},
		{"gemini tool config", geminiRequest.fields["toolConfig"], genai.ToolConfig{}, nil},
		{"gemini safety", geminiRequest.fields["safetySettings"], []*genai.SafetySetting{}, nil},
		{"gemini request", geminiRequest, genai.GenerateContentConfig{}, []string{"contents", "generationConfig"}},
		{"gemini embedding", geminiEmbed, genai.EmbedContentConfig{}, []string{"model", "content"}},
		{"vertex config", vertexRequest.fields["generationConfig"], genai.GenerationConfig{}, nil},
		{"vertex safety", vertexRequest.fields["safetySettings"], []*genai.SafetySetting{}, nil},
		{"vertex request", vertexRequest, genai.GenerateContentConfig{}, []string{"contents", "generationConfig"}},
	} {
		w := walk{t: t, seen: map[reflect.Type]bool{}}
		fields := map[string]shape{}
		for name, f := range c.shape.fields {
			if !slices.Contains(c.more, name) {
				fields[name] = f
			}
		}
		s := c.shape
		s.fields = fields
		w.agree(s, reflect.TypeOf(c.of), c.name)
		require.Positive(t, w.fields, c.name)
	}
}

// walk goes through a shape and a type side by side.
type walk struct {
	t      *testing.T
	seen   map[reflect.Type]bool // of types that contain themselves
	fields int
}

func (w *walk) agree(s shape, of reflect.Type, path string) {
	for of.Kind() == reflect.Pointer {
		of = of.Elem()
	}
	if strings.HasPrefix(of.Name(), "Opt[") {
		of = of.Field(0).Type
	}
	switch {
	case s.or != nil && s.kind == "same":
		return // the shape itself, which is seen elsewhere
	case s.or != nil && of.Kind() == reflect.Struct:
		w.either(s, of, path)
	case s.or != nil:
		w.agree(*s.or, of, path) // the SDK has the longer of two ways to say it
	case s.by != "":
		for name, kind := range s.kinds {
			w.agree(kind, variant(w.t, of, s.by, name, path), path+"("+name+")")
		}
	case s.kind == "list":
		if of.Kind() == reflect.Slice {
			w.agree(*s.item, of.Elem(), path+"[]")
		}
	case s.kind == "object" && of.Kind() == reflect.Map:
		w.agree(*s.item, of.Elem(), path+"{}")
	case s.fields != nil && of.Kind() == reflect.Struct && of.NumField() > 0 && strings.HasPrefix(of.Field(0).Name, "Of"):
		w.agree(s, of.Field(0).Type, path) // the first of a union, whose others are not for functions
	case s.kind == "object" && of.Kind() == reflect.Struct && s.fields != nil && !w.seen[of]:
		w.seen[of] = true
		w.object(s, of, path)
		delete(w.seen, of)
	case s.kind == "text" && of == reflect.TypeFor[[]byte]():
	case s.kind == "text":
		require.Equal(w.t, reflect.String, of.Kind(), path)
	case s.kind == "boolean":
		require.Equal(w.t, reflect.Bool, of.Kind(), path)
	case s.kind == "integer" || s.kind == "number":
		require.Contains(w.t, []reflect.Kind{reflect.Int64, reflect.Int32, reflect.Float32, reflect.Float64}, of.Kind(), path)
	}
}

// either is a text or something longer, which the SDK has as a union of fields.
func (w *walk) either(s shape, of reflect.Type, path string) {
	found := 0
	for i := range of.NumField() {
		f := of.Field(i)
		if !strings.HasPrefix(f.Name, "Of") {
			continue
		}
		switch kind := f.Type.Kind(); {
		case kind == reflect.Slice && s.or.kind == "list":
			w.agree(*s.or, f.Type, path)
			found++
		case kind == reflect.Pointer && s.or.by != "":
			found++ // variants, told below
		case kind == reflect.Pointer && s.or.kind == "object":
			w.agree(*s.or, f.Type, path)
			found++
		}
	}
	if s.or.by != "" {
		w.agree(*s.or, of, path)
	}
	require.Positive(w.t, found, "%s: nothing in %s but texts", path, of)
}

func (w *walk) object(s shape, of reflect.Type, path string) {
	names := jsonFields(of)
	for name, field := range s.fields {
		f, ok := names[name]
		if !ok && name == "annotations" {
			continue // the SDK has them in answers' types only
		}
		require.True(w.t, ok, "%s.%s is not in %s", path, name, of)
		w.fields++
		w.agree(field, f.Type, path+"."+name)
	}
	for name, f := range names {
		if f.Tag.Get("api") == "required" && !strings.Contains(path, "embeddings") && name != "model" {
			require.Contains(w.t, append(s.needed, s.single...), name, "%s: required in %s", path, of)
		}
	}
	for _, name := range s.needed {
		tag := names[name].Tag
		if strings.Contains(of.PkgPath(), "genai") {
			continue // tells not what must be there
		}
		require.True(w.t, tag.Get("api") == "required" || tag.Get("default") != "", "%s.%s is not required in %s", path, name, of)
	}
}

// jsonFields are the fields of a struct by their names in JSON.
func jsonFields(of reflect.Type) map[string]reflect.StructField {
	all := map[string]reflect.StructField{}
	for i := range of.NumField() {
		f := of.Field(i)
		if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); name != "" && name != "-" {
			all[name] = f
		}
	}
	return all
}

// variant is the type in a union whose field by has that text.
func variant(t *testing.T, of reflect.Type, by, name, path string) reflect.Type {
	if f, ok := jsonFields(of)[by]; ok && f.Tag.Get("default") == name {
		return of // there is only one
	}
	for i := range of.NumField() {
		f := of.Field(i).Type
		if f.Kind() != reflect.Pointer || f.Elem().Kind() != reflect.Struct {
			continue
		}
		if told, ok := jsonFields(f.Elem())[by]; ok && told.Tag.Get("default") == name {
			return f.Elem()
		}
	}
	require.Fail(t, "no such variant", "%s: %s %q is not in %s", path, by, name, of)
	return nil
}

// TestShapesAreAmazons holds the table of Converse against the SDK's model of the service.
func TestShapesAreAmazons(t *testing.T) {
	fields := 0
	var agree func(s shape, of *smithy.Schema, path string)
	agree = func(s shape, of *smithy.Schema, path string) {
		switch of.Type() {
		case smithy.ShapeTypeStructure, smithy.ShapeTypeUnion:
			require.Equal(t, "object", s.kind, path)
			require.Equal(t, of.Type() == smithy.ShapeTypeUnion, len(s.single) > 0 && len(s.single) == len(s.fields), "%s: exactly one", path)
			for name, f := range s.fields {
				require.NotNil(t, of.Member(name), "%s.%s", path, name)
				fields++
				agree(f, of.Member(name), path+"."+name)
			}
		case smithy.ShapeTypeList:
			require.Equal(t, "list", s.kind, path)
			agree(*s.item, of.ListMember(), path+"[]")
		case smithy.ShapeTypeMap:
			agree(*s.item, of.MapValue(), path+"{}")
		case smithy.ShapeTypeString, smithy.ShapeTypeEnum:
			require.Equal(t, "text", s.kind, path)
		case smithy.ShapeTypeBlob:
			require.True(t, s.base64, path)
		case smithy.ShapeTypeBoolean:
			require.Equal(t, "boolean", s.kind, path)
		case smithy.ShapeTypeInteger:
			require.Equal(t, "integer", s.kind, path)
		case smithy.ShapeTypeFloat:
			require.Equal(t, "number", s.kind, path)
		case smithy.ShapeTypeDocument:
			require.Nil(t, s.fields, path)
		default:
			require.Fail(t, "unknown type", "%s: %v", path, of.Type())
		}
	}
	agree(bedrockShape, schemas.ConverseRequest, "")
	agree(bedrockShape, schemas.ConverseStreamRequest, "")
	require.Greater(t, fields, 100)
}
