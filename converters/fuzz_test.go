package converters

import (
	"encoding/json"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/usagepanda/usage-panda-envoy/converters/openai"
)

func FuzzAzure(f *testing.F)      { fuzz(f, "azure") }
func FuzzAnthropic(f *testing.F)  { fuzz(f, "anthropic") }
func FuzzGemini(f *testing.F)     { fuzz(f, "gemini") }
func FuzzVertex(f *testing.F)     { fuzz(f, "vertex") }
func FuzzBedrock(f *testing.F)    { fuzz(f, "bedrock") }
func FuzzPalm(f *testing.F)       { fuzz(f, "palm") }
func FuzzCompatible(f *testing.F) { fuzz(f, "openai") }

// fuzz converts any request, and any answer to it. Whatever comes, there is no panic; a request that is not refused is JSON, and no text of it
// is lost; an answer is JSON; a stream is the same however it is cut, and each of its events is JSON.
func fuzz(f *testing.F, kind string) {
	for _, c := range corpus(f, kind) {
		request, _ := c.get("request")
		_, body, _ := strings.Cut(request, "\n\n")
		path, _, _ := strings.Cut(strings.TrimPrefix(request, "POST "), "\n")
		f.Add([]byte(body), []byte("{}"), uint8(openai.EndpointOf(path)), uint64(0), false)
		for _, file := range c.archive.Files {
			switch what, _, _ := strings.Cut(file.Name, " "); what {
			case "answer":
				_, answer, _ := strings.Cut(string(file.Data), "\n\n")
				f.Add([]byte(body), []byte(answer), uint8(openai.EndpointOf(path)), uint64(1), true)
			case "stream":
				f.Add([]byte(body), wire(kind, string(file.Data)), uint8(openai.EndpointOf(path)), uint64(2), true)
			}
		}
	}
	f.Fuzz(func(t *testing.T, body, answer []byte, endpoint uint8, seed uint64, drop bool) {
		x := &Exchange{Provider: &Provider{Kind: kind, Key: key, Resource: "r2", Project: "p", Drop: drop}, Body: body, ID: benchID, Created: 1,
			Endpoint: openai.Endpoint(endpoint % (uint8(openai.Responses) + 1))}
		x.Path = x.Endpoint.Path()
		conv := Of(kind)
		o, err := conv.Request(x)
		if err != nil {
			if e, ok := err.(*openai.Error); !ok || !json.Valid(e.Body()) {
				t.Fatalf("%s: not a client's error: %v", body, err)
			}
			return
		}
		if x.Endpoint == openai.Chat || x.Endpoint == openai.Completions {
			if kind != "openai" && kind != "azure" && !json.Valid(o.Body) {
				t.Fatalf("%s: not JSON: %s", body, o.Body)
			}
			if texts := lost(body, o.Body, x.Dropped); len(texts) > 0 {
				t.Fatalf("%s: lost %q: %s", body, texts, o.Body)
			}
		}
		for _, status := range []int{200, 400, 529} {
			if _, got := conv.Answer(x, status, answer); kind != "openai" && kind != "azure" && utf8.Valid(answer) && !json.Valid(got) {
				t.Fatalf("%d %s: not JSON: %s", status, answer, got)
			}
		}
		if s := conv.Stream(x); s == nil {
			return
		}
		whole := streamed(x, answer, func(int) int { return len(answer) })
		random := rand.New(rand.NewPCG(seed, 0))
		if cut := streamed(x, answer, func(left int) int { return 1 + random.IntN(left) }); cut != whole {
			t.Fatalf("%q: in pieces\n%q\nwant\n%q", answer, cut, whole)
		}
		if kind == "azure" {
			return
		}
		var framer Framer
		framer.Write([]byte(whole))
		for e, ok := framer.Next(); ok; e, ok = framer.Next() {
			if string(e.Data) != "[DONE]" && !json.Valid(e.Data) {
				t.Fatalf("%q: an event that is not JSON: %s", answer, e.Data)
			}
		}
	})
}
