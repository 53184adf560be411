package openai

import (
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestEscapedLen: how many bytes of a literal's inside stand for the first n bytes of its text.
func TestEscapedLen(t *testing.T) {
	for _, row := range []struct {
		inside string
		n      int
		want   int
	}{
		{`abc`, 0, 0}, {`abc`, 2, 2}, {`abc`, 3, 3}, {``, 0, 0},
		{`\n`, 0, 0}, {`\n`, 1, 2}, {`a\nb`, 1, 1}, {`a\nb`, 2, 3}, {`a\nb`, 3, 4}, {`\\\\`, 1, 2}, {`\\\\`, 2, 4}, {`\"\/`, 2, 4},
		{`é\u00e9x`, 2, 2}, {`é\u00e9x`, 4, 8}, {`é\u00e9x`, 5, 9}, {`\u0041B`, 1, 6}, {`\u0041B`, 2, 7},
		{`世\u4e16\u754c`, 3, 3}, {`世\u4e16\u754c`, 6, 9}, {`世\u4e16\u754c`, 9, 15},
		{`\ud83d\ude00!`, 4, 12}, {`\ud83d\ude00!`, 5, 13}, {`😀\ud83d\ude00`, 4, 4}, {`😀\ud83d\ude00`, 8, 16}, {`\u0000\u0000`, 1, 6},
		{`\ud83dx`, 3, 6}, {`\ud83dx`, 4, 7}, {`\ude00\ud83d`, 3, 6}, {`\ude00\ud83d`, 6, 12}, // halves, as answers may have
	} {
		assert.Equal(t, row.want, escapedLen([]byte(row.inside), row.n), "%s, %d", row.inside, row.n)
	}
}

// literals are pieces of literals that stand for the text beside them.
var literals = [][2]string{
	{`a`, "a"}, {`\u0061`, "a"}, {`\n`, "\n"}, {`\"`, `"`}, {`\\`, `\`}, {`\/`, "/"}, {`é`, "é"}, {`\u00E9`, "é"}, {`世`, "世"}, {`😀`, "😀"}, {`\ud83d\uDE00`, "😀"},
	{`\u0000`, "\x00"}, {`\u2028`, "\u2028"}, {`\uffff`, "\uffff"}, {` `, " "}, {`"}`, ""}, {`{`, "{"}, {`,`, ","}, {`:`, ":"}, {`[`, "["},
}

// TestReplaceAnywhere: at any place of any text, a replacement leaves valid JSON that has the expected texts, and all other bytes.
func TestReplaceAnywhere(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	inserts := []string{"", "****", `"`, `\`, "\n", "é😀", "\x00", "</x>", "\u2028"}
	for range 3000 {
		var inside, text strings.Builder
		var places []int // where runes begin, and the end
		for range r.IntN(12) {
			p := literals[r.IntN(len(literals))]
			if p[0] == `"}` {
				continue
			}
			places = append(places, text.Len())
			inside.WriteString(p[0])
			text.WriteString(p[1])
		}
		places = append(places, text.Len())
		const head, tail = ` {"x":[1, 2.0],"messages":[{"content":"`, `" ,"role":"user"}],"y" :null}`
		body := head + inside.String() + tail
		q, err := ParseRequest(Chat, "", []byte(body))
		require.NoError(t, err, body)
		require.Equal(t, body, string(q.Bytes()))
		if text.Len() == 0 {
			require.Empty(t, q.Texts, body)
			continue
		}
		require.Equal(t, text.String(), q.Text(0), body)
		want, from := "", 0
		for range 1 + r.IntN(3) {
			i := r.IntN(len(places))
			j := i + r.IntN(len(places)-i)
			if places[i] < from || places[i] == places[j] {
				continue
			}
			insert := inserts[r.IntN(len(inserts))]
			q.Replace(0, places[i], places[j], insert)
			want += text.String()[from:places[i]] + insert
			from = places[j]
		}
		want += text.String()[from:]
		require.Equal(t, want, q.Current(0), body)
		after := q.Bytes()
		require.True(t, jsontext.Value(after).IsValid(), "%s became %s", body, after)
		again, err := ParseRequest(Chat, "", after)
		require.NoError(t, err, "%s became %s", body, after)
		require.Equal(t, want, strings.Join(all(again), ""), body)
		require.True(t, strings.HasPrefix(string(after), head) && strings.HasSuffix(string(after), tail), "%s became %s", body, after)
	}
}

func all(q *Request) (texts []string) {
	for i := range q.Texts {
		texts = append(texts, q.Text(i))
	}
	return texts
}

// TestSet: a member is set, or added, whatever else was edited.
func TestSet(t *testing.T) {
	for _, row := range []struct{ body, set, want string }{
		{`{"user":"a"}`, `user="b"`, `{"user":"b"}`},
		{` { "x" : 1 , "user" : "a" } `, `user="b"`, ` { "x" : 1 , "user" : "b" } `},
		{`{"us\u0065r":"a"}`, `user="b"`, `{"us\u0065r":"b"}`},
		{`{}`, `user="b"`, `{"user":"b"}`},
		{` { } `, `user="b"`, ` {"user":"b" } `},
		{`{"x":1}`, `user="b"`, `{"user":"b","x":1}`},
		{`{"x":1}`, `user="b" stream=false`, `{"user":"b","stream":false,"x":1}`},
		{`{"x":1}`, `user="b" user="c"`, `{"user":"c","x":1}`},
		{`{"user":"a"}`, `user="b" user={"c":1}`, `{"user":{"c":1}}`},
		{`{"prompt":"crap","x":1}`, `replace prompt="b"`, `{"prompt":"b","x":1}`},
	} {
		q, err := ParseRequest(Completions, "", []byte(row.body))
		require.NoError(t, err, row.body)
		for set := range strings.SplitSeq(row.set, " ") {
			name, value, ok := strings.Cut(set, "=")
			if !ok {
				q.Replace(0, 0, 4, "****")
				continue
			}
			q.Set(name, value)
		}
		assert.Equal(t, row.want, string(q.Bytes()), "%s with %s", row.body, row.set)
		whole := string(q.Without(nil, func(string) bool { return false }))
		assert.JSONEq(t, row.want, whole, "%s with %s, without nothing", row.body, row.set)
	}
}

func TestWithout(t *testing.T) {
	drop := func(name string) bool { return name == "messages" || name == "x" }
	for _, row := range []struct{ body, want string }{
		{`{}`, `{}`}, {`{"x":1}`, `{}`}, {`{"x":1,"a":[1, 2]}`, `{"a":[1, 2]}`}, {` { "a" : 1 , "messages":[{"content":"b"}] , "c":{} } `, `{"a" : 1,"c":{}}`},
	} {
		q, err := ParseRequest(Chat, "", []byte(row.body))
		require.NoError(t, err, row.body)
		assert.Equal(t, row.want, string(q.Without(nil, drop)), row.body)
	}
}

// FuzzRequest: no body panics; without edits the bytes are the same; with any of its texts replaced it is valid again, and says so.
func FuzzRequest(f *testing.F) {
	for _, text := range texts {
		f.Add(uint8(Chat), text, uint16(0), uint16(1))
	}
	f.Add(uint8(Chat), `{"model":"m","messages":[{"role":"user","content":[{"type":"text","text":"a\u00e9\ud83d\ude00b"}]}],"tools":[{"function":{"description":"x"}}]}`, uint16(1), uint16(3))
	f.Add(uint8(Completions), `{"prompt":["a",[1,2]],"max_tokens":1e2,"n":2}`, uint16(0), uint16(1))
	f.Add(uint8(Responses), `{"input":[{"type":"function_call_output","output":"a"},"b"],"instructions":"c","prompt":{"variables":{"x":"y"}}}`, uint16(2), uint16(1))
	f.Fuzz(func(t *testing.T, e uint8, body string, at, size uint16) {
		endpoint := Endpoint(e % uint8(Responses+1))
		q, err := ParseRequest(endpoint, "", []byte(body))
		if err != nil {
			return
		}
		if !jsontext.Value(body).IsValid(jsontext.AllowDuplicateNames(true)) {
			t.Fatalf("%q: read, but no JSON", body)
		}
		if got := string(q.Bytes()); got != body {
			t.Fatalf("%q: %q without any edit", body, got)
		}
		require.LessOrEqual(t, q.PromptChars(), q.MostChars(), "%s", body)
		q.LastMessage()
		last := -1
		for i := range q.Texts {
			text := q.Text(i)
			if !utf8.ValidString(text) || text == "" {
				t.Fatalf("%q: text %d is %q", body, i, text)
			}
			if q.Texts[i].start <= last {
				t.Fatalf("%q: text %d is out of order", body, i)
			}
			last = q.Texts[i].start
		}
		if len(q.Texts) == 0 {
			return
		}
		i := int(at) % len(q.Texts)
		text := q.Text(i)
		start := int(size) % len(text)
		for !utf8.RuneStart(text[start]) {
			start--
		}
		q.Replace(i, start, len(text), "\"*\\")
		q.Set("stream", "false")
		if got, want := q.Current(i), text[:start]+"\"*\\"; got != want {
			t.Fatalf("%q: text %d is %q, want %q", body, i, got, want)
		}
		again, err := ParseRequest(endpoint, "", q.Bytes())
		if err != nil {
			t.Fatalf("%q became %q: %v", body, q.Bytes(), err)
		}
		if got, want := again.Text(i), text[:start]+"\"*\\"; len(again.Texts) == len(q.Texts) && got != want || again.Stream {
			t.Fatalf("%q became %q: text %q, want %q", body, q.Bytes(), got, want)
		}
	})
}
