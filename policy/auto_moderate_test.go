package policy

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/usagepanda/usage-panda-envoy/converters/openai"
)

// TestModerationRequest: what the moderation is asked, "" for nothing.
func TestModerationRequest(t *testing.T) {
	for _, row := range []struct {
		e          openai.Endpoint
		body, want string
	}{
		{openai.Chat, `{"messages":[{"role":"system","content":"a"},{"role":"user","content":[{"type":"text","text":"b\n\"c\""}]}]}`, `{"input":["a","b\n\"c\""]}`},
		{openai.Chat, `{"messages":[{"role":"user","content":"shit"}]}`, `{"input":["****"]}`}, // what the provider gets
		{openai.Chat, `{"messages":[{"role":"user","content":"\ud83d\ude00 \u00e9\u0000"}]}`, `{"input":["😀 é\u0000"]}`},
		{openai.Chat, `{"messages":[{"role":"user","content":[{"type":"text","text":"a"},{"type":"image_url","image_url":{"url":"https://a.example/b.png","detail":"low"}}]}]}`,
			`{"input":[{"type":"text","text":"a"},{"type":"image_url","image_url":{"url":"https://a.example/b.png"}}]}`},
		{openai.Chat, `{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"u"}},{"type":"image_url","image_url":{"url":"u"}}]}]}`,
			`{"input":[{"type":"image_url","image_url":{"url":"u"}}]}`},
		{openai.Chat, `{"messages":[{"role":"assistant","content":"a","annotations":[{"type":"url_citation","url_citation":{"url":"https://a.example/","title":"b"}}]}]}`, `{"input":["a","b"]}`}, // a page is no image
		{openai.Chat, `{"messages":[{"role":"user","content":"a"}],"tools":[{"type":"function","function":{"name":"f","description":"b","parameters":{"properties":{"x":{"description":"c"}}}}}]}`, `{"input":["a","b\nc"]}`},
		{openai.Chat, `{"messages":[]}`, ``},
		{openai.Completions, `{"prompt":"a"}`, `{"input":["a"]}`},
		{openai.Completions, `{"prompt":["a","b"],"suffix":"c"}`, `{"input":["a","b","c"]}`},
		{openai.Edits, `{"input":"a","instruction":"b"}`, `{"input":["a","b"]}`},
		{openai.Responses, `{"input":"a","instructions":"b"}`, `{"input":["a","b"]}`},
		{openai.Responses, `{"input":[{"role":"user","content":[{"type":"input_text","text":"a"},{"type":"input_image","image_url":"data:image/png;base64,AA=="}]}]}`,
			`{"input":[{"type":"text","text":"a"},{"type":"image_url","image_url":{"url":"data:image/png;base64,AA=="}}]}`},
	} {
		engine, x := judged(t, `"POLICY_AUTO_MODERATE":true,"POLICY_REQUEST_WORDLIST":"profanity:redact"`, row.e, row.body)
		got := ""
		for _, c := range engine.Ask(x) {
			assert.Equal(t, "/v1/moderations", c.Path)
			got += string(c.Body)
		}
		assert.Equal(t, row.want, got, "%s %s", row.e.Path(), row.body)
	}
}

func TestModerationRefusesTokens(t *testing.T) {
	assert.Equal(t, "blocked: Moderation cannot read a request that is given as tokens", verdict(t, `"POLICY_AUTO_MODERATE":true`, openai.Completions, `{"prompt":[1,2]}`))
}

func TestModerationAnswer(t *testing.T) {
	const flagged = "Moderation flagged this request: "
	for _, row := range []struct {
		status     int
		body, want string
	}{
		{200, `{"results":[{"flagged":false,"categories":{"violence":false}}]}`, ""},
		{200, `{"results":[{"flagged":true,"categories":{"hate":true,"self-harm":false,"violence":true}}]}`, flagged + "hate, violence"},
		{200, `{"results":[{"flagged":false},{"flagged":true,"categories":{"hate":true}},{"flagged":true,"categories":{"hate":true,"violence":true}}]}`, flagged + "hate, violence"},
		{200, `{"model":"m","results":[{"flagged":true}],"id":"i"}`, "Moderation flagged this request"},
		{200, `{"results":[{"flagged":true,"categories":{"hate":true}},{}]}`, flagged + "hate"},
		{200, `{"results":[]}`, "error: moderation answered without results"},
		{200, `{}`, "error: moderation answered without results"},
		{200, `{"results":null}`, "error: moderation answered something else: null; want a list"},
		{200, `{"results":[{}]}`, "error: moderation answered something else: a result that says nothing"},
		{200, `{"results":[{"flagged":"true"}]}`, "error: moderation answered something else: a result that says nothing"},
		{200, `{"results":[{"flagged":false},{"flagged":null}]}`, "error: moderation answered something else: a result that says nothing"},
		{200, `{"results":[{"flagged":false,"categories":[]}]}`, "error: moderation answered something else: a list"},
		{200, `{"results":[{"flagged":false}]`, "error: moderation answered something else: it ends too early, at byte 30"},
		{200, ``, "error: moderation answered something else: it ends too early, at byte 0"},
		{200, `<html>`, "error: moderation answered something else: no value where one is wanted, at byte 0"},
		{200, `[]`, "error: moderation answered something else: a list"},
		{429, `{"error":{"message":"slow down"}}`, "error: moderation answered with status 429"},
		{201, `{"results":[{"flagged":false}]}`, "error: moderation answered with status 201"},
		{0, ``, "error: moderation did not answer"},
	} {
		got := ""
		found, err := (&AutoModerate{}).answer(row.status, []byte(row.body))
		if err != nil {
			got = "error: " + err.Error()
		}
		for _, f := range found {
			assert.True(t, f.Block)
			got += f.Description
		}
		assert.Equal(t, row.want, got, "%d %s", row.status, row.body)
	}
}
