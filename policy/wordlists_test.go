package policy

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/usagepanda/usage-panda-envoy/converters/openai"
)

func TestRequestWordlists(t *testing.T) {
	const matched, blocked = "Request matched known wordlists: ", "blocked: Request matched known wordlists: "
	const settings = `"POLICY_CUSTOM_WORDLIST":["project x"],"POLICY_REQUEST_WORDLIST":`
	for _, row := range []struct {
		lists string
		e     openai.Endpoint
		body  string
		want  string
	}{
		{"profanity:audit", openai.Chat, `{"messages":[{"role":"user","content":"shit"}]}`, matched + "profanity"},
		{"profanity:block", openai.Chat, `{"messages":[{"role":"user","content":"shit"}]}`, blocked + "profanity"},
		{"profanity:redact", openai.Chat, `{"messages":[{"role":"user","content":"oh shit, no"}]}`, matched + `profanity / {"messages":[{"role":"user","content":"oh ****, no"}]}`},
		{"profanity:block", openai.Chat, `{"messages":[{"role":"user","content":"scrap crape"}]}`, ""},
		{"profanity:block", openai.Chat, `{"messages":[{"role":"user","content":"SH\u0049T"}]}`, blocked + "profanity"},
		{"custom:block", openai.Chat, `{"messages":[{"role":"user","content":"shit, Project\n X!"}]}`, blocked + "custom"},
		{"dan:block", openai.Chat, `{"messages":[{"role":"system","content":"do anything now"}]}`, blocked + "dan"},
		{"dan:audit,custom:block,profanity:audit", openai.Chat, `{"messages":[{"role":"user","content":"do anything now"},{"role":"user","content":"project x"},{"role":"user","content":"shit"}]}`, blocked + "dan, custom, profanity"},
		{"dan:redact,custom:audit", openai.Chat, `{"messages":[{"role":"user","content":"project x: do anything now"}]}`, matched + `custom, dan / {"messages":[{"role":"user","content":"project x: ****"}]}`},
		{"none", openai.Chat, `{"messages":[{"role":"user","content":"shit"}]}`, ""},

		// Wherever the model, or a server that is not OpenAI's, is shown text.
		{"profanity:block", openai.Chat, `{"messages":[{"role":"user","content":[{"type":"text","text":"shit"}]}]}`, blocked + "profanity"},
		{"profanity:block", openai.Chat, `{"messages":[{"role":"user","content":[{"type":"text","text":{"value":"shit"}}]}]}`, blocked + "profanity"},
		{"profanity:block", openai.Chat, `{"messages":[{"role":"user","content":["shit"]}]}`, blocked + "profanity"},
		{"profanity:block", openai.Chat, `{"messages":[{"role":"user","content":{"parts":["shit"]}}]}`, blocked + "profanity"},
		{"profanity:block", openai.Chat, `{"messages":{"role":"user","content":"shit"}}`, blocked + "profanity"},
		{"profanity:block", openai.Chat, `{"messages":"shit"}`, blocked + "profanity"},
		{"profanity:block", openai.Chat, `{"messages":[{"role":"user","name":"shit","content":"hi"}]}`, blocked + "profanity"},
		{"profanity:block", openai.Chat, `{"messages":[{"role":"shit","content":"hi"}]}`, blocked + "profanity"},
		{"profanity:block", openai.Chat, `{"messages":[{"role":"assistant","refusal":"shit"}]}`, blocked + "profanity"},
		{"profanity:block", openai.Chat, `{"messages":[{"role":"assistant","reasoning_content":"shit"}]}`, blocked + "profanity"},
		{"profanity:block", openai.Chat, `{"messages":[{"role":"assistant","tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{\"q\":\"shit\"}"}}]}]}`, blocked + "profanity"},
		{"profanity:block", openai.Chat, `{"messages":[{"role":"assistant","function_call":{"name":"f","arguments":"{\"q\":\"shit\"}"}}]}`, blocked + "profanity"},
		{"profanity:block", openai.Chat, `{"messages":[{"role":"tool","tool_call_id":"c","content":"shit"}]}`, blocked + "profanity"},
		{"profanity:block", openai.Chat, `{"messages":[{"role":"user","content":[{"type":"file","file":{"filename":"shit.txt","file_data":"x"}}]}]}`, blocked + "profanity"},
		{"profanity:block", openai.Chat, `{"messages":[],"tools":[{"type":"function","function":{"name":"f","description":"shit"}}]}`, blocked + "profanity"},
		{"profanity:block", openai.Chat, `{"messages":[],"tools":[{"type":"function","function":{"name":"f","parameters":{"properties":{"a":{"enum":["shit"]}}}}}]}`, blocked + "profanity"},
		{"profanity:block", openai.Chat, `{"messages":[],"tools":[{"type":"function","function":{"name":"f","parameters":{"properties":{"type":{"title":"shit"}}}}}]}`, blocked + "profanity"},
		{"dan:block", openai.Chat, `{"messages":[],"tools":[{"type":"function","function":{"name":"f","parameters":{"properties":{"do anything now":{}}}}}]}`, blocked + "dan"},
		{"profanity:block", openai.Chat, `{"messages":[],"functions":[{"name":"f","description":"shit"}]}`, blocked + "profanity"},
		{"profanity:block", openai.Chat, `{"messages":[],"response_format":{"type":"json_schema","json_schema":{"name":"a","schema":{"description":"shit"}}}}`, blocked + "profanity"},
		{"profanity:block", openai.Chat, `{"messages":[],"prediction":{"type":"content","content":"shit"}}`, blocked + "profanity"},
		{"profanity:block", openai.Chat, `{"messages":[],"system":"shit"}`, blocked + "profanity"},
		{"profanity:block", openai.Chat, `{"messages":[],"documents":[{"text":"shit"}]}`, blocked + "profanity"},
		{"profanity:block", openai.Chat, `{"messages":[],"metadata":{"a":"shit"},"stop":"shit","user":"shit"}`, ""}, // no model sees it
		{"profanity:block", openai.Completions, `{"prompt":"shit"}`, blocked + "profanity"},
		{"profanity:block", openai.Completions, `{"prompt":["a","shit"]}`, blocked + "profanity"},
		{"profanity:block", openai.Completions, `{"prompt":"a","suffix":"shit"}`, blocked + "profanity"},
		{"profanity:block", openai.Completions, `{"prompt":[1,2]}`, "blocked: Request is given as tokens, which no wordlist can read"},
		{"profanity:redact", openai.Completions, `{"prompt":[[1,2]]}`, "blocked: Request is given as tokens, which no wordlist can read"},
		{"profanity:audit", openai.Completions, `{"prompt":[1,2]}`, "Request is given as tokens, which no wordlist can read"},
		{"profanity:block", openai.Edits, `{"input":"shit","instruction":"a"}`, blocked + "profanity"},
		{"profanity:block", openai.Edits, `{"input":"a","instruction":"shit"}`, blocked + "profanity"},
		{"profanity:block", openai.ImageGenerations, `{"prompt":"shit"}`, blocked + "profanity"},
		{"profanity:block", openai.ImageEdits, `{"prompt":"shit","images":[{"image_url":"https://a.example/"}]}`, blocked + "profanity"},
		{"profanity:block", openai.Responses, `{"input":"shit"}`, blocked + "profanity"},
		{"profanity:block", openai.Responses, `{"input":"a","instructions":"shit"}`, blocked + "profanity"},
		{"profanity:block", openai.Responses, `{"input":[{"role":"user","content":"shit"}]}`, blocked + "profanity"},
		{"profanity:block", openai.Responses, `{"input":[{"role":"user","content":[{"type":"input_text","text":"shit"}]}]}`, blocked + "profanity"},
		{"profanity:block", openai.Responses, `{"input":[{"type":"function_call_output","call_id":"c","output":"shit"}]}`, blocked + "profanity"},
		{"profanity:block", openai.Responses, `{"input":[{"type":"function_call","name":"f","call_id":"c","arguments":"{\"q\":\"shit\"}"}]}`, blocked + "profanity"},
		{"profanity:block", openai.Responses, `{"input":[{"type":"reasoning","summary":[{"type":"summary_text","text":"shit"}]}]}`, blocked + "profanity"},
		{"profanity:block", openai.Responses, `{"input":"a","tools":[{"type":"custom","name":"f","format":{"type":"grammar","definition":"shit"}}]}`, blocked + "profanity"},
		{"profanity:block", openai.Responses, `{"input":"a","tools":[{"type":"mcp","server_label":"a","headers":{"a":"shit"},"authorization":"shit"}]}`, ""},
		{"profanity:block", openai.Responses, `{"prompt":{"id":"p","variables":{"a":"shit"}}}`, blocked + "profanity"},
		{"profanity:block", openai.Responses, `{"input":"a","text":{"format":{"type":"json_schema","name":"a","schema":{"description":"shit"}}}}`, blocked + "profanity"},
		{"profanity:block", openai.Embeddings, `{"input":"shit"}`, ""},
		{"profanity:block", openai.Moderations, `{"input":"shit"}`, ""},

		// Images and other data are no text.
		{"profanity:block", openai.Chat, `{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,/shit+shit/"}},{"type":"input_audio","input_audio":{"data":"/shit/","format":"wav"}}]}]}`, ""},
		{"profanity:block", openai.Chat, `{"messages":[{"role":"user","content":[{"type":"image","image":"data:image/png;base64,/shit/"},{"type":"video_url","video_url":{"url":"data:a/b;base64,/shit/"}}]}]}`, ""},
		{"profanity:block", openai.ImageEdits, `{"prompt":"a","image":"/shit/","mask":{"image_url":"data:image/png;base64,/shit/"}}`, ""},

		// Every other byte stays.
		{"profanity:redact", openai.Chat, ` { "messages" : [ {"content":"\u00e9 sh\u0069t \ud83d\ude00 shit\n\/","role":"user" , "x":1.50 } ] ,"z":[ ] } `, matched + `profanity /  { "messages" : [ {"content":"\u00e9 **** \ud83d\ude00 ****\n\/","role":"user" , "x":1.50 } ] ,"z":[ ] } `},
		{"profanity:redact,custom:redact", openai.Chat, `{"messages":[{"role":"user","content":"shit project x shit"}]}`, matched + `profanity, custom / {"messages":[{"role":"user","content":"**** **** ****"}]}`},
	} {
		assert.Equal(t, row.want, verdict(t, settings+`"`+row.lists+`"`, row.e, row.body), "%s: %s %s", row.lists, row.e.Path(), row.body)
	}
}

func TestWordlistLevels(t *testing.T) {
	const matched, blocked = "Request matched known wordlists: ", "blocked: Request matched known wordlists: "
	for _, row := range []struct{ lists, text, want string }{
		{"profanity:block", "damn, a bastard sword, what an ass", ""},
		{"profanity.strong:block", "damn", ""},
		{"profanity.mild:block", "damn", blocked + "profanity.mild"},
		{"profanity.mild:audit,profanity:block", "damn", matched + "profanity.mild"},
		{"profanity.mild:audit,profanity:block", "oh shit", blocked + "profanity"},
		{"profanity.mild:block,profanity:audit", "oh shit", blocked + "profanity"},
		{"profanity.mild:audit,profanity.severe:block", "oh shit", matched + "profanity.mild"},
		{"profanity.mild:audit,profanity.severe:block", "oh shit, you cunt", blocked + "profanity.mild, profanity.severe"},
		{"profanity.severe:block", "oh shit", ""},
		{"profanity:block", "oh sh1t, f*ck, b i t c h", blocked + "profanity"},
		{"profanity:block", "you a$$, you b@stard", blocked + "profanity"},
		{"profanity:block,adult:audit", "shit", blocked + "profanity, adult"},
		{"adult:block", "masturbation is discussed in this chapter", ""},
		{"adult.mild:block", "masturbation is discussed in this chapter", blocked + "adult.mild"},
		{"profanity:block", "du Wichser", ""},
		{"profanity_de:block", "du Wichser", blocked + "profanity_de"},
		{"profanity_de:block", "merde", ""},
		{"profanity_intl:audit,profanity_de:block", "merde", matched + "profanity_fr"},
	} {
		body := `{"messages":[{"role":"user","content":"` + row.text + `"}]}`
		assert.Equal(t, row.want, verdict(t, `"POLICY_REQUEST_WORDLIST":"`+row.lists+`"`, openai.Chat, body), "%s: %s", row.lists, row.text)
	}
}

// A list of a language that only a request's header names is found too, and again.
func TestLanguageByHeader(t *testing.T) {
	settings, err := ParseSettings([]byte(`{"POLICY_REQUEST_WORDLIST":"profanity_de:block"}`), func(string) (string, bool) { return "", false })
	assert.NoError(t, err)
	for _, lists := range []string{"profanity_fr:block", "profanity_de:block,profanity_fr:block", "profanity_fr:block"} {
		e, err := settings.Override(settings.Engine(), func(name string) string {
			if name == "x-usagepanda-request-wordlists" {
				return lists
			}
			return ""
		})
		assert.NoError(t, err, lists)
		r, err := openai.ParseRequest(openai.Chat, "application/json", []byte(`{"messages":[{"role":"user","content":"merde"}]}`))
		assert.NoError(t, err, lists)
		x := &Exchange{Endpoint: openai.Chat, Request: r}
		e.JudgeRequest(x)
		assert.True(t, x.Blocked, lists)
	}
}

// answered is what an answer becomes, and what is said of it.
func answered(t *testing.T, settings string, e openai.Endpoint, request, answer string) string {
	engine, x := judged(t, settings, e, request)
	p, err := openai.ParseResponse([]byte(answer))
	assert.NoError(t, err, answer)
	x.Response = p
	engine.JudgeResponse(x)
	if x.Blocked {
		return "blocked: " + x.Reason
	}
	said := ""
	for _, f := range x.Flags {
		said += f.Description + " / "
	}
	if after := string(p.Bytes()); after != answer {
		return said + after
	}
	return said
}

func TestResponseWordlists(t *testing.T) {
	const matched, blocked = "Response matched known wordlists: profanity / ", "blocked: Response matched known wordlists: profanity"
	const any = `{"messages":[],"prompt":"a","input":"a"}`
	for _, row := range []struct {
		action string
		e      openai.Endpoint
		answer string
		want   string
	}{
		{"audit", openai.Chat, `{"choices":[{"message":{"content":"shit"}}]}`, matched},
		{"block", openai.Chat, `{"choices":[{"message":{"content":"fine"}},{"message":{"content":"shit"}}]}`, blocked},
		{"redact", openai.Chat, `{"choices":[{"message":{"content":"shit"}},{"message":{"content":"a shit"}}]}`, matched + `{"choices":[{"message":{"content":"****"}},{"message":{"content":"a ****"}}]}`},
		{"redact", openai.Chat, `{"choices":[{"message":{"content":"shit"},"logprobs":{"content":[{"token":"shit"}]}},{"message":{"content":"fine"},"logprobs":{"content":[{"token":"fine"}]}}]}`,
			matched + `{"choices":[{"message":{"content":"****"},"logprobs":null},{"message":{"content":"fine"},"logprobs":{"content":[{"token":"fine"}]}}]}`},
		{"block", openai.Chat, `{"choices":[{"message":{"content":null,"tool_calls":[{"function":{"name":"f","arguments":"{\"a\":\"shit\"}"}}]}}]}`, blocked},
		{"block", openai.Chat, `{"choices":[{"message":{"content":null,"refusal":"shit"}}]}`, blocked},
		{"block", openai.Chat, `{"choices":[{"message":{"content":"","reasoning_content":"shit"}}]}`, blocked},
		{"block", openai.Chat, `{"choices":[{"message":{"content":"","audio":{"id":"a","data":"/shit/","transcript":"shit"}}}]}`, blocked},
		{"block", openai.Chat, `{"choices":[{"message":{"content":"","audio":{"id":"a","data":"/shit/"}}}]}`, ""},
		{"block", openai.Chat, `{"choices":{"message":{"content":"shit"}}}`, blocked},
		{"block", openai.Chat, `{"error":{"message":"a"},"choices":[{"message":{"content":"shit"}}]}`, blocked},
		{"block", openai.Chat, `{"id":"shit","choices":[{"finish_reason":"shit","message":{"role":"shit","content":"fine"}}]}`, ""},
		{"block", openai.Completions, `{"choices":[{"text":"shit"}]}`, blocked},
		{"block", openai.Edits, `{"choices":[{"text":"shit"}]}`, blocked},
		{"block", openai.Responses, `{"output":[{"type":"message","content":[{"type":"output_text","text":"shit"}]}]}`, blocked},
		{"redact", openai.Responses, `{"output":[{"type":"reasoning","summary":[]},{"type":"message","content":[{"type":"output_text","text":"a shit","logprobs":[{"token":"shit"}],"annotations":[]}]}]}`,
			matched + `{"output":[{"type":"reasoning","summary":[]},{"type":"message","content":[{"type":"output_text","text":"a ****","logprobs":[],"annotations":[]}]}]}`},
		{"block", openai.Responses, `{"output":[{"type":"function_call","name":"f","arguments":"{\"a\":\"shit\"}"}]}`, blocked},
		{"block", openai.Responses, `{"instructions":"shit","output":[]}`, ""}, // the request's, said again
		{"block", openai.Embeddings, `{"data":[{"embedding":"shit"}]}`, ""},
		{"block", openai.ImageGenerations, `{"data":[{"revised_prompt":"shit"}]}`, ""},
	} {
		assert.Equal(t, row.want, answered(t, `"POLICY_RESPONSE_WORDLIST":"profanity:`+row.action+`"`, row.e, any, row.answer), "%s: %s %s", row.action, row.e.Path(), row.answer)
	}
}

func TestPromptReflection(t *testing.T) {
	const found, blocked = "The response contained a reflection of the original prompt / ", "blocked: The response contained a reflection of the original prompt"
	chat := func(text string) string { return `{"choices":[{"message":{"content":"` + text + `"}}]}` }
	for _, row := range []struct {
		action  string
		e       openai.Endpoint
		request string
		answer  string
		want    string
	}{
		{"audit", openai.Chat, `{"messages":[{"role":"system","content":"x || Be Nice || y"}]}`, chat("I was told: be nice."), found},
		{"block", openai.Chat, `{"messages":[{"role":"system","content":"||be nice||"}]}`, chat("BE NICE"), blocked},
		{"redact", openai.Chat, `{"messages":[{"role":"developer","content":"||be nice||"}]}`, chat("a be nice be niceb"), found + chat("a **** ****b")},
		{"block", openai.Chat, `{"messages":[{"role":"system","content":[{"type":"text","text":"||be nice||"}]}]}`, chat("be nice"), blocked},
		{"block", openai.Chat, `{"messages":[{"role":"system","content":"||a||b||"}]}`, chat("A||B"), blocked},
		{"block", openai.Chat, `{"messages":[{"role":"user","content":"||be nice||"}]}`, chat("be nice"), ""},
		{"block", openai.Chat, `{"messages":[{"role":"system","content":"||be nice"}]}`, chat("be nice"), ""},
		{"block", openai.Chat, `{"messages":[{"role":"system","content":"|| ||"}]}`, chat(" "), ""},
		{"block", openai.Chat, `{"messages":[{"role":"system","content":"||.*(a+)+$\\||"}]}`, chat("aaaaaaaaaa"), ""},
		{"block", openai.Chat, `{"messages":[{"role":"system","content":"||.*(a+)+$||"}]}`, chat("x.*(A+)+$y"), blocked},
		{"block", openai.Chat, `{"messages":[{"role":"system","content":"||Größe 世界||"}]}`, chat("gr\\u00d6SSe GRÖßE 世界"), blocked},
		{"redact", openai.Chat, `{"messages":[{"role":"system","content":"||one||"},{"role":"system","content":"||two||"}]}`, chat("two one"), found + chat("**** ****")},
		{"block", openai.Chat, `{"messages":[{"role":"system","content":"||be nice||"}]}`, `{"choices":[{"message":{"content":"fine"}},{"message":{"content":"be nice"}}]}`, blocked},
		{"block", openai.Completions, `{"prompt":"||be nice||"}`, `{"choices":[{"text":"be nice"}]}`, blocked},
		{"block", openai.Completions, `{"prompt":["a","||be nice||"]}`, `{"choices":[{"text":"be nice"}]}`, blocked},
		{"block", openai.Responses, `{"input":"a","instructions":"||be nice||"}`, `{"output":[{"content":[{"text":"be nice"}]}]}`, blocked},
		{"block", openai.Responses, `{"input":[{"role":"system","content":"||be nice||"}]}`, `{"output":[{"content":[{"text":"be nice"}]}]}`, blocked},
		{"block", openai.Edits, `{"input":"||be nice||","instruction":"a"}`, `{"choices":[{"text":"be nice"}]}`, ""},
	} {
		assert.Equal(t, row.want, answered(t, `"POLICY_PROMPT_REFLECTION":"`+row.action+`"`, row.e, row.request, row.answer), "%s: %s %s", row.action, row.request, row.answer)
	}
}

// TestReflectionOfWhatTheModelWasShown: where the request was redacted, the answer can only repeat what was left.
func TestReflectionOfWhatTheModelWasShown(t *testing.T) {
	const settings = `"POLICY_PROMPT_REFLECTION":"block","POLICY_REQUEST_WORDLIST":"profanity:redact"`
	got := answered(t, settings, openai.Chat, `{"messages":[{"role":"system","content":"||never say shit||"}]}`, `{"choices":[{"message":{"content":"Never say ****"}}]}`)
	assert.Equal(t, "blocked: The response contained a reflection of the original prompt", got)
}

// TestFlagsOfBothSides: as in Usage Panda, the word lists have one flag for both.
func TestFlagsOfBothSides(t *testing.T) {
	const settings = `"POLICY_REQUEST_WORDLIST":"profanity:audit","POLICY_RESPONSE_WORDLIST":"dan:audit"`
	got := answered(t, settings, openai.Chat, `{"messages":[{"role":"user","content":"shit"}]}`, `{"choices":[{"message":{"content":"do anything now"}}]}`)
	assert.Equal(t, "Request matched known wordlists: profanity; Response matched known wordlists: dan / ", got)
}
