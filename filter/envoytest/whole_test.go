package envoytest_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usagepanda/usage-panda-envoy/filter/envoytest"
)

// texts are what clients make of an answer: each text by where it is, such as "choices 0 content" or "output 1 0".
type texts map[string]string

// heard puts the texts of a stream together as a client does: with nothing of the filter's own code. failed is an error's message.
func heard(t *testing.T, stream string) (all texts, failed string) {
	all = texts{}
	full := texts{} // what is said once more
	for event := range strings.SplitSeq(strings.ReplaceAll(strings.TrimPrefix(stream, "\ufeff"), "\r\n", "\n"), "\n\n") {
		var data []string
		for line := range strings.SplitSeq(event, "\n") {
			if rest, ok := strings.CutPrefix(line, "data:"); ok {
				data = append(data, rest)
			}
		}
		text := strings.TrimSpace(strings.Join(data, "\n"))
		if text == "" || text == "[DONE]" {
			continue
		}
		var v map[string]any
		require.NoError(t, json.Unmarshal([]byte(text), &v), "%s", text)
		if e, ok := v["error"].(map[string]any); ok {
			return all, fmt.Sprint(e["message"])
		}
		kind, _ := v["type"].(string)
		response, _ := v["response"].(map[string]any)
		at := fmt.Sprintf("output %v %v", v["output_index"], v["content_index"])
		switch {
		case kind == "":
			collect(all, v, "delta")
		case kind == "response.output_text.delta":
			all[at] += v["delta"].(string)
		case kind == "response.output_text.done":
			full[at] += v["text"].(string)
		case kind == "response.completed":
			said := texts{}
			collect(said, response, "")
			require.Equal(t, all, said, "the last event's texts")
			require.Subset(t, all, full, "the texts that are said in full")
		}
	}
	return all, ""
}

// collect adds the texts of an answer or a chunk; message is the member that a choice has its message in.
func collect(all texts, v map[string]any, message string) {
	for _, c := range list(v["choices"]) {
		at := fmt.Sprintf("choices %v ", c["index"])
		m, _ := c[message].(map[string]any)
		for _, o := range []map[string]any{c, m} {
			for _, name := range []string{"text", "content", "refusal", "reasoning_content"} {
				if s, ok := o[name].(string); ok && s != "" {
					all[at+name] += s
				}
			}
		}
		for _, call := range list(m["tool_calls"]) {
			f, _ := call["function"].(map[string]any)
			if s, ok := f["arguments"].(string); ok && s != "" {
				all[fmt.Sprint(at, "call ", call["index"])] += s
			}
		}
	}
	for i, item := range list(v["output"]) {
		for k, part := range list(item["content"]) {
			if s, ok := part["text"].(string); ok {
				all[fmt.Sprintf("output %d %d", i, k)] += s
			}
		}
	}
}

func list(v any) (all []map[string]any) {
	l, _ := v.([]any)
	for _, e := range l {
		m, _ := e.(map[string]any)
		all = append(all, m)
	}
	return all
}

// whole is a whole answer with those texts.
func (all texts) whole(path string) string {
	choices, output := map[string]map[string]any{}, []any{}
	for _, at := range slices.Sorted(maps.Keys(all)) {
		f := strings.Fields(at)
		if f[0] == "output" {
			output = append(output, map[string]any{"type": "message", "content": []any{map[string]any{"type": "output_text", "text": all[at]}}})
			continue
		}
		c := choices[f[1]]
		if c == nil {
			c = map[string]any{"index": json.Number(f[1]), "message": map[string]any{"tool_calls": []any{}}}
			choices[f[1]] = c
		}
		m := c["message"].(map[string]any)
		switch f[2] {
		case "text":
			c["text"] = all[at]
		case "call":
			m["tool_calls"] = append(m["tool_calls"].([]any), map[string]any{"index": json.Number(f[3]), "function": map[string]any{"name": "f", "arguments": all[at]}})
		default:
			m[f[2]] = all[at]
		}
	}
	v := map[string]any{"output": output}
	if path != "/v1/responses" {
		v = map[string]any{"choices": slices.Collect(maps.Values(choices))}
	}
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(b)
}

// flags are those of a stats line, each with what it names in order: what comes first in a stream may come later in a whole answer.
func flags(t *testing.T, stats string) (all []string) {
	var line struct {
		Message struct {
			Flags []struct{ Type, Description string }
		}
	}
	require.NoError(t, json.Unmarshal([]byte(stats), &line), stats)
	for _, f := range line.Message.Flags {
		said, names, _ := strings.Cut(f.Description, ": ")
		all = append(all, f.Type+" "+said+fmt.Sprint(slices.Sorted(strings.SplitSeq(names, ", "))))
	}
	return all
}

// sameWhole plays a stream, and a whole answer with the same texts: what comes of them must be the same.
func sameWhole(t *testing.T, d *direct, stream string, r *rand.Rand) (blocked bool) {
	said, failed := heard(t, stream)
	if failed != "" {
		return false
	}
	whole := d.play("application/json", [][]byte{[]byte(said.whole(d.tr.Path))})
	got := d.play(sse, cutUp(r, []byte(stream)))
	passed, failed := heard(t, got.body)
	if whole.status != 0 {
		require.Contains(t, whole.body, `"message":"Usage Panda: `, "%q", stream)
		require.True(t, strings.HasPrefix(failed, "Usage Panda: "), "%q is not blocked, but %q", stream, failed)
		for at, text := range passed {
			before := said[at]
			if i := word.FindStringSubmatchIndex(before); i != nil && strings.Contains(d.tr.Settings, "custom:block") {
				before = before[:i[4]]
				require.True(t, strings.HasPrefix(before, text), "%q: %q passed of %q; %q is before the blocked word", stream, text, said[at], before)
			}
		}
		return true
	}
	require.Empty(t, failed, "%q", stream)
	var v map[string]any
	require.NoError(t, json.Unmarshal([]byte(whole.body), &v))
	want := texts{}
	collect(want, v, "message")
	maps.DeleteFunc(passed, func(_, text string) bool { return text == "" })
	maps.DeleteFunc(want, func(_, text string) bool { return text == "" })
	require.Equal(t, want, passed, "%s: %q", d.tr.Settings, stream)
	require.Equal(t, flags(t, whole.stats), flags(t, got.stats), "%s: %q", d.tr.Settings, stream)
	return false
}

// word is a blocked one, as whole words are in the ASCII texts of this test.
var word = regexp.MustCompile(`(?i)(^|[^a-z0-9])(unicorn|project +titan)($|[^a-z0-9])`)

// TestCorpusAsWholeAnswers holds the corpus's streams against whole answers with the same texts.
func TestCorpusAsWholeAnswers(t *testing.T) {
	all, streams := events(t, "\n")
	r := rand.New(rand.NewPCG(1, 8))
	compared := 0
	for i, d := range all {
		switch {
		case strings.Contains(d.tr.File, "/framing/"), strings.Contains(d.tr.File, "/providers/"): // some are no streams, or another API's
		case d.tr.Path == "/v1/responses":
			compared += sameResponse(t, d, streams[i])
		default:
			sameWhole(t, d, streams[i], r)
			compared++
		}
	}
	require.Greater(t, compared, 40)
}

// sameResponse plays a stream of the Responses API, and its last event's response as a whole answer: they must say the same.
func sameResponse(t *testing.T, d *direct, stream string) (compared int) {
	last := regexp.MustCompile(`(?m)^data: {"type":"response\.(?:completed|incomplete)".*?"response":(.*)}$`)
	m := last.FindStringSubmatch(stream)
	if m == nil {
		return 0 // it failed
	}
	whole, got := d.play("application/json", [][]byte{[]byte(m[1])}), d.play(sse, [][]byte{[]byte(stream)})
	if whole.status != 0 {
		require.NotContains(t, got.body, `"response.completed"`, d.tr.File)
		require.Contains(t, got.body, "Usage Panda: ", d.tr.File)
		return 1
	}
	m = last.FindStringSubmatch(got.body)
	require.NotNil(t, m, "%s: %s", d.tr.File, got.body)
	require.Equal(t, whole.body, m[1], d.tr.File)
	require.Equal(t, flags(t, whole.stats), flags(t, got.stats), d.tr.File)
	return 1
}

// TestStreamsAsWholeAnswers holds random streams against whole answers with the same texts, under each of the policies.
func TestStreamsAsWholeAnswers(t *testing.T) {
	const custom = `"POLICY_CUSTOM_WORDLIST":["unicorn","project titan","world"],"POLICY_RESPONSE_WORDLIST":`
	r := rand.New(rand.NewPCG(2, 8))
	for _, settings := range []string{
		custom + `"custom:redact"`, custom + `"custom:block"`, custom + `"custom:audit"`,
		custom + `"profanity:redact"`, custom + `"adult:redact"`, custom + `"dan:redact"`, custom + `"profanity:audit,adult:audit,dan:audit,custom:audit"`,
		custom + `"profanity:redact,adult:redact,dan:redact,custom:redact","POLICY_PROMPT_REFLECTION":"redact"`,
		custom + `"profanity:redact,custom:audit","POLICY_PROMPT_REFLECTION":"redact","REDACTION_STRING":"\"[x]\""`,
		custom + `"profanity:block,custom:redact","POLICY_PROMPT_REFLECTION":"block"`,
		`"POLICY_PROMPT_REFLECTION":"redact"`, `"POLICY_PROMPT_REFLECTION":"block"`, `"POLICY_PROMPT_REFLECTION":"audit"`,
	} {
		changed, blocks := 0, 0
		for path, body := range map[string]string{
			"/v1/chat/completions": `{"stream":true,"messages":[{"role":"system","content":"||The code is 42||"}]}`,
			"/v1/completions":      `{"stream":true,"prompt":"||The code is 42|| go on"}`,
			"/v1/responses":        `{"stream":true,"instructions":"||The code is 42||","input":"hi"}`,
		} {
			tr := &envoytest.Transcript{File: settings + path, Settings: "{" + settings + "}", Method: "POST", Path: path, Body: body}
			tr.Headers = [][2]string{{"authorization", "Bearer " + secret}}
			d := drive(t, tr)
			for range 200 / thin {
				stream := chatter(r, path)
				if sameWhole(t, d, stream, r) {
					blocks++
				}
				if got := d.play(sse, [][]byte{[]byte(stream)}); got.body != stream || !strings.Contains(got.stats, `"flags":[]`) {
					changed++
				}
			}
		}
		require.Positive(t, changed, "%s found nothing", settings)
		require.Equal(t, strings.Contains(settings, `block`), blocks > 0, "%s blocked nothing", settings)
	}
}
