package openai

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// chunks are data of events, and what is read of them: each text with its choice or item and the number of its key, what ends, and more.
var chunks = []struct {
	e          Endpoint
	data, want string
}{
	{Chat, `{"choices":[{"index":0,"delta":{"content":"a"}}]}`, `0 content "a"`},
	{Chat, `{"choices":[{"delta":{"content":"a"}}]}`, `0 content "a"`},
	{Chat, `{"choices":[{"index":1,"delta":{"role":"assistant","content":""},"finish_reason":null}]}`, ``},
	{Chat, `{"choices":[{"index":1,"delta":{"role":"x","content":"a","refusal":"b","reasoning_content":"c"}}]}`, `1 content "a"; 1 refusal "b"; 1 reasoning_content "c"`},
	{Chat, `{"choices":[{"delta":{"content":"a"},"index":2,"finish_reason":"stop"}]}`, `2 content "a" ends`},
	{Chat, `{"choices":[{"delta":{"content":"a"},"index":2,"finish_reason":""}]}`, `2 content "a"`},
	{Chat, `{"choices":[{"index":0,"delta":{"content":"a"},"finish_reason":"stop"},{"index":1,"delta":{"content":"b"}}]}`, `0 content "a" ends; 1 content "b"`},
	{Chat, `{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"x","type":"function","function":{"name":"f","arguments":"a"}},{"index":1,"function":{"arguments":"b"}}]}}]}`,
		`0 arguments "a"; 0 arguments "b"`},
	{Chat, `{"choices":[{"index":0,"delta":{"content":[{"type":"thinking","thinking":[{"type":"text","text":"a"}]},{"type":"text","text":"b"}]}}]}`, `0 text "a"; 0 text "b"`},
	{Chat, `{"choices":[{"index":0,"delta":{"audio":{"id":"x","data":"QUJD","transcript":"a"}}}]}`, `0 transcript "a"`},
	{Chat, `{"choices":[{"index":0,"delta":{"content":"a"}}],"error":{"message":"no"}}`, `0 content "a" ends; failed; final`},
	{Chat, `{"choices":[{"index":0,"delta":{"content":"a"}}],"error":null}`, `0 content "a"`},
	{Chat, `{"choices":[],"usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3}}`, `usage {"prompt_tokens":1,"completion_tokens":2,"total_tokens":3} 2; empty`},
	{Chat, `{"choices":[],"usage":null,"prompt_filter_results":[]}`, `empty`},
	{Chat, `{"choices":{"index":3,"delta":{"content":"a"}}}`, `3 content "a"`},
	{Chat, `{"choices":["a"]}`, `0  "a"`},
	{Chat, `{"choices":[{"index":0,"delta":{"content":"\ud83d"}}]}`, `0 content "` + "\ufffd" + `"`},
	{Completions, `{"choices":[{"index":1,"text":"a","logprobs":null,"finish_reason":"length"}]}`, `1 text "a" ends`},
	{Responses, `{"type":"response.output_text.delta","output_index":2,"content_index":1,"delta":"a"}`, `2 response.output_text "a"`},
	{Responses, `{"delta":"a","content_index":1,"output_index":2,"type":"response.output_text.delta"}`, `2 response.output_text "a"`},
	{Responses, `{"type":"response.output_text.delta","output_index":2,"delta":"a","note":"b"}`, `2 response.output_text "a"; 2 note "b"`},
	{Responses, `{"type":"response.output_text.done","output_index":2,"content_index":1,"text":"a"}`, `2 text "a"; again; over`},
	{Responses, `{"type":"response.output_item.done","output_index":2,"item":{"type":"message","id":"x","content":[{"type":"output_text","text":"a"}]}}`, `2 text "a" ends; again`},
	{Responses, `{"type":"response.content_part.done","output_index":0,"content_index":0,"part":{"type":"output_text","text":"a"}}`, `0 text "a"; again; over`},
	{Responses, `{"type":"response.audio.delta","delta":"QUJD"}`, ``},
	{Responses, `{"type":"response.image_generation_call.partial_image","partial_image_b64":"QUJD"}`, `again`},
	{Responses, `{"type":"response.output_text.annotation.added","annotation":{"type":"url_citation","url":"http://a","title":"a"}}`, `0 title "a"; again`},
	{Responses, `{"type":"response.created","response":{"id":"x","instructions":"a","output":[],"usage":null}}`, `again; response {"id":"x","instructions":"a","output":[],"usage":null}`},
	{Responses, `{"type":"response.completed","response":{"output":[{"content":[{"text":"a"}]}],"usage":{"input_tokens":1,"output_tokens":2}}}`,
		`0 text "a" ends; usage {"input_tokens":1,"output_tokens":2} 2; again; final; response {"output":[{"content":[{"text":"a"}]}],"usage":{"input_tokens":1,"output_tokens":2}}`},
	{Responses, `{"type":"response.failed","response":{"error":{"message":"a"}}}`, `again; failed; final; response {"error":{"message":"a"}}`},
	{Responses, `{"type":"error","code":"a","message":"b"}`, `again; failed; final`},
}

// reading is what was read of a chunk.
func reading(c *Chunk) string {
	var all []string
	add := func(is bool, text string) {
		if is {
			all = append(all, text)
		}
	}
	for i, t := range c.Texts {
		s := fmt.Sprintf("%d %s %q", t.Message, t.Name, c.Text(i))
		if c.Ends(t.Message, t.Key) {
			s += " ends"
		}
		add(true, s)
	}
	add(c.Usage.Known, fmt.Sprintf("usage %s %d", c.UsageRaw, c.Usage.Completion))
	add(c.Empty, "empty")
	add(c.Again, "again")
	add(c.Failed, "failed")
	add(c.Final, "final")
	add(len(c.Over()) > 0, "over")
	add(c.Response() != nil, fmt.Sprintf("response %s", c.Response()))
	return strings.Join(all, "; ")
}

func TestChunk(t *testing.T) {
	var c Chunk // one for all
	for _, row := range chunks {
		require.NoError(t, c.Read(row.e, []byte(row.data), nil), row.data)
		assert.Equal(t, row.want, reading(&c), row.data)
	}
	for _, bad := range []string{``, `null`, `1`, `"a"`, `[]`, `{`, `{}{}`, `{"choices":[{"delta":{"content":"a}}]}`, "{\"choices\":[{\"text\":\"\xff\"}]}"} {
		require.Error(t, c.Read(Chat, []byte(bad), nil), bad)
	}
}

// TestChunkKeys has pairs of events, which bring pieces of the same text or not.
func TestChunkKeys(t *testing.T) {
	const chat, response = `{"choices":[{"index":%s,"delta":{%s}}]}`, `{"type":"response.%s","output_index":%s,"content_index":%s,%s}`
	tool := func(index string) string {
		return fmt.Sprintf(chat, "0", `"tool_calls":[{"index":`+index+`,"function":{"arguments":"a"}}]`)
	}
	for _, row := range []struct {
		e    Endpoint
		a, b string
		same bool
	}{
		{Chat, fmt.Sprintf(chat, "0", `"content":"a"`), fmt.Sprintf(chat, "0", `"role":"assistant","content":"b"`), true},
		{Chat, fmt.Sprintf(chat, "0", `"content":"a"`), fmt.Sprintf(chat, "1", `"content":"b"`), false},
		{Chat, fmt.Sprintf(chat, "0", `"content":"a"`), fmt.Sprintf(chat, "0", `"refusal":"b"`), false},
		{Chat, tool("0"), tool("0"), true},
		{Chat, tool("0"), tool("1"), false},
		{Responses, fmt.Sprintf(response, "output_text.delta", "0", "0", `"delta":"a"`), fmt.Sprintf(response, "output_text.delta", "0", "0", `"delta":"b"`), true},
		{Responses, fmt.Sprintf(response, "output_text.delta", "0", "0", `"delta":"a"`), fmt.Sprintf(response, "output_text.delta", "1", "0", `"delta":"b"`), false},
		{Responses, fmt.Sprintf(response, "output_text.delta", "0", "0", `"delta":"a"`), fmt.Sprintf(response, "output_text.delta", "0", "1", `"delta":"b"`), false},
		{Responses, fmt.Sprintf(response, "output_text.delta", "0", "0", `"delta":"a"`), fmt.Sprintf(response, "refusal.delta", "0", "0", `"delta":"b"`), false},
	} {
		var a, b Chunk
		require.NoError(t, a.Read(row.e, []byte(row.a), nil))
		require.NoError(t, b.Read(row.e, []byte(row.b), nil))
		assert.Equal(t, row.same, a.Texts[0].Key == b.Texts[0].Key, "%s and %s", row.a, row.b)
	}
	var delta, done Chunk
	require.NoError(t, delta.Read(Responses, fmt.Appendf(nil, response, "output_text.delta", "0", "1", `"delta":"a"`), nil))
	for kind, over := range map[string]bool{"output_text.done": true, "content_part.done": true, "refusal.done": false, "output_text.delta": false} {
		require.NoError(t, done.Read(Responses, fmt.Appendf(nil, response, kind, "0", "1", `"text":"a"`), nil))
		assert.Equal(t, over, done.Ends(0, delta.Texts[0].Key), kind)
	}
}

func TestChunkEdits(t *testing.T) {
	for _, row := range []struct{ data, rewritten, alone string }{
		{`{ "choices":[ {"index":0,"delta":{"content":"a"},"logprobs":{"content":[1]},"x":1} ]}`,
			`{ "choices":[ {"index":0,"delta":{"content":"<\"é>"},"logprobs":null,"x":1} ]}`, `{ "choices":[ {"index":0,"delta":{"content":"<\"é>"},"logprobs":null,"x":1} ]}`},
		{`{"choices":[{"index":0,"delta":{"role":"assistant","content":"a","refusal":"b"},"finish_reason":null},{"index":1,"delta":{"content":"c"},"finish_reason":"stop","logprobs":{}}],"usage":{"total_tokens":1}}`,
			`{"choices":[{"index":0,"delta":{"role":"assistant","content":"<\"é>","refusal":"b"},"finish_reason":null},{"index":1,"delta":{"content":"c"},"finish_reason":"stop","logprobs":{}}],"usage":{"total_tokens":1}}`,
			`{"choices":[{"index":0,"delta":{"role":null,"content":"<\"é>","refusal":""},"finish_reason":null},{"index":1,"delta":{"content":""},"finish_reason":null,"logprobs":null}],"usage":null}`},
		{`{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"i","type":"function","function":{"name":"f","arguments":"a"}}]}}]}`,
			`{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"i","type":"function","function":{"name":"f","arguments":"<\"é>"}}]}}]}`,
			`{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":null,"type":"function","function":{"name":null,"arguments":"<\"é>"}}]}}]}`},
	} {
		var c Chunk
		require.NoError(t, c.Read(Chat, []byte(row.data), nil))
		c.Rewrite(0, `<"é>`)
		assert.Equal(t, row.rewritten, string(c.Append(nil)), row.data)
		require.NoError(t, c.Read(Chat, []byte(row.data), nil))
		c.Alone(0, `<"é>`)
		assert.Equal(t, row.alone, string(c.Append(nil)), row.data)
	}
}

// TestShapes reads streams of events that are like one another, with and without shapes: what is read must be the same.
func TestShapes(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	var forms []struct {
		e    Endpoint
		data string
	}
	for _, row := range chunks {
		for _, more := range []string{"", `,"obfuscation":"x"`, `,"sequence_number":7`, `,"obfuscation":null`} {
			forms = append(forms, struct {
				e    Endpoint
				data string
			}{row.e, strings.TrimSuffix(row.data, "}") + more + "}"})
		}
	}
	fits := 0
	for range 400 {
		var shapes Shapes
		e := []Endpoint{Chat, Completions, Responses}[r.IntN(3)]
		for range 40 {
			f := forms[r.IntN(len(forms))]
			if r.IntN(4) > 0 {
				f = forms[r.IntN(8)] // often the same
			}
			data := f.data
			for _, as := range [][2]string{{`"a"`, `"` + strings.Repeat("b", r.IntN(4)) + `"`}, {`"b"`, `"\""`}, {`"x"`, `"y z"`}, {`:7`, `:12`}, {`"a"`, `null`}, {`"a"`, `"a`}, {`}`, `} `}} {
				if r.IntN(5) == 0 {
					data = strings.Replace(data, as[0], as[1], 1)
				}
			}
			sameReading(t, e, data, &shapes, &fits)
		}
	}
	require.Greater(t, fits, 500, "events that fit a shape")
}

func sameReading(t *testing.T, e Endpoint, data string, shapes *Shapes, fits *int) {
	var plain, shaped Chunk
	err := plain.Read(e, []byte(data), nil)
	shaped.reset(e, []byte(data))
	if shapes.fit(&shaped) {
		*fits++
	}
	errShaped := shaped.Read(e, []byte(data), shapes)
	require.Equal(t, err == nil, errShaped == nil, "%s: %v, with shapes %v", data, err, errShaped)
	if err != nil {
		return
	}
	require.Equal(t, reading(&plain), reading(&shaped), data)
	require.Equal(t, append([]Text{}, plain.Texts...), append([]Text{}, shaped.Texts...), data)
	for i := range plain.Texts {
		plain.Rewrite(i, "new")
		shaped.Rewrite(i, "new")
	}
	require.Equal(t, string(plain.Append(nil)), string(shaped.Append(nil)), data)
}

// FuzzShapes reads one event after another that may be like it.
func FuzzShapes(f *testing.F) {
	for i, row := range chunks {
		f.Add(row.data, chunks[(i+1)%len(chunks)].data, uint8(row.e))
		f.Add(row.data, strings.Replace(row.data, `"a"`, `"\u0061 \ud83d\ude00"`, 1), uint8(row.e))
	}
	f.Fuzz(func(t *testing.T, first, second string, e uint8) {
		endpoint := []Endpoint{Chat, Completions, Responses}[e%3]
		var shapes Shapes
		fits := 0
		sameReading(t, endpoint, first, &shapes, &fits)
		sameReading(t, endpoint, second, &shapes, &fits)
		sameReading(t, endpoint, first, &shapes, &fits)
	})
}

func TestWhole(t *testing.T) {
	for _, row := range []struct {
		e    Endpoint
		data []string
		want string
	}{
		{Chat, nil, `"choices":[]`},
		{Chat, []string{`{"id":"x","choices":[{"index":0,"delta":{"role":"assistant","content":null},"finish_reason":null}]}`, `{"choices":[{"index":0,"delta":{"content":"a\u00e9"}}]}`,
			`{"choices":[{"index":0,"delta":{"content":"\"b"},"logprobs":{"content":[]}}]}`, `{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}`, `{"choices":[],"usage":{}}`},
			`"choices":[{"index":0,"message":{"role":"assistant","content":"a\u00e9\"b"},"finish_reason":"stop"}]`},
		{Chat, []string{`{"choices":[{"index":1,"delta":{"content":"b"}}]}`, `{"choices":[{"index":0,"delta":{"content":"a"}}]}`, `{"choices":[{"index":1,"delta":{"content":"c"}}]}`},
			`"choices":[{"index":1,"message":{"content":"bc"}},{"index":0,"message":{"content":"a"}}]`},
		{Chat, []string{`{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"i","type":"function","function":{"name":"f","arguments":""}}]}}]}`,
			`{"choices":[{"index":0,"delta":{"tool_calls":[{"index":1,"id":"k","type":"function","function":{"name":"g","arguments":"{}"}}]}}]}`,
			`{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"i","function":{"name":"f","arguments":"{\"a\":"}}]}}]}`, `{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"1}"}}]}}]}`},
			`"choices":[{"index":0,"message":{"tool_calls":[{"index":0,"id":"i","type":"function","function":{"name":"f","arguments":"{\"a\":1}"}},` +
				`{"index":1,"id":"k","type":"function","function":{"name":"g","arguments":"{}"}}]}}]`},
		{Chat, []string{`{"choices":[{"index":0,"delta":{"content":"\ud83d"}}]}`, `{"choices":[{"index":0,"delta":{"content":"\ude00"}}]}`}, `"choices":[{"index":0,"message":{"content":"\ud83d\ude00"}}]`},
		{Completions, []string{`{"choices":[{"text":"a","index":0,"finish_reason":null}]}`, `{"choices":[{"text":"b","index":0,"finish_reason":"length"}]}`}, `"choices":[{"text":"ab","index":0,"finish_reason":"length"}]`},
		{Responses, []string{`{"type":"response.output_text.delta","output_index":1,"delta":"a\""}`, `{"type":"response.output_text.delta","output_index":1,"delta":"b"}`,
			`{"type":"response.function_call_arguments.delta","output_index":2,"delta":"c"}`, `{"type":"response.output_text.done","output_index":1,"text":"ab"}`},
			`"output":[{"type":"output_text","output_index":1,"text":"a\"b"},{"type":"function_call_arguments","output_index":2,"text":"c"}]`},
	} {
		w := Whole{Limit: 1000}
		var c Chunk
		for _, data := range row.data {
			require.NoError(t, c.Read(row.e, []byte(data), nil), data)
			w.Add(&c)
		}
		assert.Equal(t, row.want, string(w.Append(nil, row.e)))
		assert.False(t, w.Cut)
	}
}

// TestWholeIsLimited has more text, and more of other things, than is to be kept.
func TestWholeIsLimited(t *testing.T) {
	for _, data := range []string{`{"choices":[{"index":0,"delta":{"content":"abcdefghij"}}]}`, `{"choices":[{"delta":{"content":[{"x":1}]}}]}`,
		`{"choices":[{"index":0,"delta":{"name":"abcdefghij"}}]}`} {
		w := Whole{Limit: 5000}
		var c Chunk
		for range 10_000 {
			require.NoError(t, c.Read(Chat, []byte(data), nil))
			w.Add(&c)
		}
		assert.True(t, w.Cut, data)
		assert.LessOrEqual(t, len(w.Append(nil, Chat)), 6000, data)
	}
}
