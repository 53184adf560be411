package openai

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestRequestErrors: what a client is told of a body that is read in different ways by different servers, or not at all.
func TestRequestErrors(t *testing.T) {
	const invalid = "the body is not valid JSON: "
	for _, row := range []struct{ contentType, body, want string }{
		{"", ``, "the body is empty; want a JSON object"},
		{"", " \r\n", "the body is empty; want a JSON object"},
		{"", `[]`, "the body is not a JSON object"},
		{"", `"a"`, "the body is not a JSON object"},
		{"", `null`, "the body is not a JSON object"},
		{"", "\xef\xbb\xbf{}", "the body is not a JSON object"},
		{"", "\x1f\x8b\x08", "the body is not a JSON object"},
		{"application/x-www-form-urlencoded", `model=a`, "the body is not a JSON object"},
		{"", `{`, invalid + "it ends too early, at byte 1"},
		{"", `{"model":"a"`, invalid + "it ends too early, at byte 12"},
		{"", `{"model":"a`, invalid + "it ends too early, at byte 11"},
		{"", `{"messages":[{"content":"a"}`, invalid + "it ends too early, at byte 28"},
		{"", `{"model":"a",}`, invalid + "no value where one is wanted, at byte 13"},
		{"", `{"model":'a'}`, invalid + "no value where one is wanted, at byte 9"},
		{"", `{"model":"a"}{}`, invalid + "text behind the value, at byte 13"},
		{"", `{"model":"a","model":"b"}`, invalid + `the name "model" twice in an object, at byte 20`},
		{"", `{"model":"a","mod\u0065l":"b"}`, invalid + `the name "model" twice in an object, at byte 25`},
		{"", `{"messages":[{"content":"a","c\u006fntent":"b"}]}`, invalid + `the name "content" twice in an object, at byte 42`},
		{"", `{"messages":[{"content":[{"type":"text","text":"a","text":"b"}]}]}`, invalid + `the name "text" twice in an object, at byte 57`},
		{"", `{"tools":[{"function":{"description":"a","description":"b"}}]}`, invalid + `the name "description" twice in an object, at byte 54`},
		{"", `{"messages":[{"content":"` + "\xff" + `"}]}`, invalid + "a string that is not UTF-8, at byte 27"},
		{"", `{"messages":[{"content":"` + "\xed\xa0\x80" + `"}]}`, invalid + "a string that is not UTF-8, at byte 29"},
		{"", `{"messages":[{"content":"\ud83d"}]}`, invalid + "a string with an invalid character or escape, at byte 25"},
		{"", `{"messages":[{"content":"\ude00\ud83d"}]}`, invalid + "a string with an invalid character or escape, at byte 25"},
		{"", `{"messages":[{"content":"\x41"}]}`, invalid + "a string with an invalid character or escape, at byte 25"},
		{"", "{\"messages\":[{\"content\":\"a\nb\"}]}", invalid + "a string with an invalid character or escape, at byte 26"},
		{"", `{"messages":` + strings.Repeat(`[`, 600), invalid + "values nested deeper than 512, at byte 523"},
		{"", `{"x":` + strings.Repeat(`{"a":`, 600) + `1` + strings.Repeat(`}`, 600) + `}`, invalid + "values nested deeper than 512, at byte 2560"},
		{"application/json; charset=utf-7", `{}`, "the charset utf-7: policies cannot read the body; want UTF-8"},
		{"application/json; charset=UTF-16LE", `{}`, "the charset utf-16le: policies cannot read the body; want UTF-8"},
		{"application/json; charset=utf-8; charset=utf-7", `{}`, "the charset utf-7: policies cannot read the body; want UTF-8"},
		{`application/json; charset = "utf-7"`, `{}`, "the charset utf-7: policies cannot read the body; want UTF-8"},
		{"application/json; charset*=utf-8''utf-7", `{}`, "the charset *=utf-8''utf-7: policies cannot read the body; want UTF-8"},
		{"application/json;charset=utf-8,application/json", `{}`, ""},
		{"application/json; charset=UTF-8", `{}`, ""},
		{`application/json;charset="utf-8"`, `{}`, ""},
		{"application/json; charset=us-ascii", `{}`, ""},
		{"text/plain", `{}`, ""},
		{"nonsense; ; =", `{}`, ""},
		{"multipart/form-data; boundary=x", `{}`, ""}, // of a chat: no form
		{"", `{"metadata":{"a":1,"a":2}}`, ""},        // which nobody here reads
		{"", `{"a":"\u0000","b":"\u2028","c":-0.0e-0,"":[],"d":1e999}`, ""},
	} {
		_, err := ParseRequest(Chat, row.contentType, []byte(row.body))
		got := ""
		if err != nil {
			got = err.Error()
		}
		assert.Equal(t, row.want, got, "%s: %.80q", row.contentType, row.body)
	}
}

// TestRequestMembers: members of wrong types are as if they were not there, but for those that a lenient server may take.
func TestRequestMembers(t *testing.T) {
	for _, row := range []struct{ body, want string }{
		{`{}`, "  false -1*1"},
		{`{"model":"m","user":"u","stream":true,"max_tokens":5,"n":2}`, "m u true 5*2"},
		{`{"model":1,"user":null,"stream":null,"max_tokens":null,"n":null}`, "  false -1*1"},
		{`{"model":["m"],"user":{"a":"u"},"stream":false}`, "  false -1*1"},
		{`{"stream":1}`, "  true -1*1"}, {`{"stream":"true"}`, "  true -1*1"}, {`{"stream":0}`, "  true -1*1"},
		{`{"model":"\ud83d\ude00\n","user":"\u0000"}`, "😀\n \x00 false -1*1"},
	} {
		q, err := ParseRequest(Chat, "", []byte(row.body))
		assert.NoError(t, err, row.body)
		assert.Equal(t, row.want, fmt.Sprintf("%s %s %v %d*%d", q.Model, q.User, q.Stream, q.MaxTokens, q.Choices), row.body)
	}
}

// TestRoles: by the member role, or by what kind of item it is.
func TestRoles(t *testing.T) {
	for _, row := range []struct {
		e    Endpoint
		body string
		want []Role
	}{
		{Chat, `{"messages":[{"role":"system","content":"a"},{"content":"a","role":"developer"},{"role":"user","content":["a","b"]},{"role":"assistant","content":"a"},{"role":"tool","content":"a"},{"role":"function","content":"a"}]}`,
			[]Role{System, System, User, User, Assistant, Tool, Tool}},
		{Chat, `{"messages":[{"content":"a"},{"role":null,"content":"a"},{"role":"System","content":"a"}],"tools":[{"description":"a"}]}`, []Role{User, User, User, User, Definition}},
		{Responses, `{"instructions":"a","input":[{"role":"developer","content":"a"},{"type":"function_call","arguments":"a"},{"type":"function_call_output","output":"a"},{"type":"reasoning","summary":[{"text":"a"}]},"a"]}`,
			[]Role{System, System, Assistant, Tool, Assistant, User}},
		{Completions, `{"prompt":["a","b"],"suffix":"c"}`, []Role{User, User, User}},
	} {
		q, err := ParseRequest(row.e, "", []byte(row.body))
		assert.NoError(t, err, row.body)
		var got []Role
		for _, text := range q.Texts {
			got = append(got, text.Role)
		}
		assert.Equal(t, row.want, got, row.body)
	}
}

// TestImages: what the model is shown as a picture.
func TestImages(t *testing.T) {
	for _, row := range []struct {
		e    Endpoint
		body string
		want []string
	}{
		{Chat, `{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"a"}},{"type":"image_url","image_url":"b"},{"type":"image","image":"c"}]}]}`, []string{"a", "b", "c"}},
		{Chat, `{"messages":[{"role":"user","content":[{"type":"video_url","video_url":{"url":"a"}},{"type":"x","url":"b"},{"type":"input_file","file_url":"c"}]}]}`, nil},
		{Responses, `{"input":[{"role":"user","content":[{"type":"input_image","image_url":"a"}]},{"type":"computer_call_output","output":{"type":"computer_screenshot","image_url":"b"}}]}`, []string{"a", "b"}},
		{ImageEdits, `{"images":[{"image_url":"a"},{"file_id":"b"}],"mask":{"image_url":"c"}}`, []string{"a", "c"}},
	} {
		q, err := ParseRequest(row.e, "", []byte(row.body))
		assert.NoError(t, err, row.body)
		assert.Equal(t, row.want, q.Images, row.body)
		assert.Empty(t, q.Texts, row.body)
	}
}

// TestSkim skims over what nobody looks into: all else is read as ever, and what is left of the body without it is the same.
func TestSkim(t *testing.T) {
	says := func(name string) bool { return name == "messages" || name == "tools" }
	for _, body := range []string{
		`{"model":"m","stream":true,"messages":[{"role":"user","content":"hi"}],"stream_options":{"include_usage":true},"user":"u","x":"y"}`,
		`{"messages":[],"tools":[{"type":"function","function":{"name":"f","description":"d"}}],"max_tokens":5,"n":2,"model":"m"}`,
	} {
		want, err := ParseRequest(Chat, "", []byte(body))
		require.NoError(t, err)
		got := &Request{}
		require.NoError(t, got.Skim(Chat, "", []byte(body), says))
		for _, text := range got.Texts {
			require.Equal(t, "y", got.read(got.raw[text.start:text.end]), body)
		}
		require.Equal(t, string(want.Without(nil, says)), string(got.Without(nil, says)), body)
		require.Equal(t, []any{want.Model, want.User, want.Stream, want.IncludeUsage, want.MaxTokens, want.Choices},
			[]any{got.Model, got.User, got.Stream, got.IncludeUsage, got.MaxTokens, got.Choices}, body)
	}
	require.Error(t, new(Request).Skim(Chat, "", []byte(`{"messages":[{]}`), says))

	const answer = `{"id":"a","choices":[{"message":{"content":"hi"},"logprobs":null}],"usage":{"prompt_tokens":1},"error":{}}`
	p := &Response{}
	require.NoError(t, p.Skim([]byte(answer)))
	require.Empty(t, p.Texts)
	require.True(t, p.Failed && p.Usage.Known)
	require.Equal(t, `{"id":"a","usage":{"prompt_tokens":1},"error":{}}`, string(p.Without(nil, func(name string) bool { return name == "choices" })))
}
