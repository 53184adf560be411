package policy

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/usagepanda/usage-panda-envoy/converters/openai"
)

func TestPersonalData(t *testing.T) {
	const found, blocked = "Request contained personal data: ", "blocked: Request contained personal data: "
	const chat = `{"messages":[{"role":"user","content":"card 4111 1111 1111 1111, mail ann@example.com, mail bob@example.com"}]}`
	for _, row := range []struct {
		kinds string
		e     openai.Endpoint
		body  string
		want  string
	}{
		{"all:audit", openai.Chat, chat, found + "card, email"},
		{"all:block", openai.Chat, chat, blocked + "card, email"},
		{"email:redact", openai.Chat, chat, found + `email / {"messages":[{"role":"user","content":"card 4111 1111 1111 1111, mail ****, mail ****"}]}`},
		{"email:redact,card:audit", openai.Chat, chat, found + `card, email / {"messages":[{"role":"user","content":"card 4111 1111 1111 1111, mail ****, mail ****"}]}`},
		{"all:redact,email:none", openai.Chat, chat, found + `card / {"messages":[{"role":"user","content":"card ****, mail ann@example.com, mail bob@example.com"}]}`},
		{"email:audit,card:block", openai.Chat, chat, blocked + "card, email"},
		{"phone:block", openai.Chat, chat, ""},
		{"none", openai.Chat, chat, ""},
		{"all:block", openai.Chat, `{"messages":[{"role":"user","content":"DNI 12345678Z"}]}`, ""},
		{"national:block", openai.Chat, `{"messages":[{"role":"user","content":"DNI 12345678Z"}]}`, blocked + "es-dni"},
		{"es-dni:block", openai.Chat, `{"messages":[{"role":"user","content":"DNI 12345678Z"}]}`, blocked + "es-dni"},
		{"all:block", openai.Chat, `{"messages":[{"role":"user","content":"ann\u0040example.com"}]}`, blocked + "email"},
		{"all:block", openai.Chat, `{"messages":[{"role":"tool","tool_call_id":"c","content":"{\"ip\":\"203.0.113.7\"}"}]}`, blocked + "ip"},
		{"all:block", openai.Completions, `{"prompt":"ann@example.com"}`, blocked + "email"},
		{"all:block", openai.Embeddings, `{"input":["hi","ann@example.com"]}`, blocked + "email"},
		{"all:block", openai.Moderations, `{"input":"ann@example.com"}`, blocked + "email"},
		{"all:block", openai.ImageGenerations, `{"prompt":"a poster with 212-555-0147"}`, blocked + "phone"},
		{"all:block", openai.Responses, `{"input":"my ssn is 536-90-4399"}`, blocked + "ssn"},
		{"all:block", openai.Completions, `{"prompt":[1,2]}`, "blocked: Request is given as tokens, which cannot be searched for personal data"},
		{"all:audit", openai.Completions, `{"prompt":[1,2]}`, "Request is given as tokens, which cannot be searched for personal data"},
	} {
		assert.Equal(t, row.want, verdict(t, `"POLICY_PII":"`+row.kinds+`"`, row.e, row.body), "%s: %s", row.kinds, row.body)
	}
}

func TestSecrets(t *testing.T) {
	const found, blocked = "Request contained secrets: ", "blocked: Request contained secrets: "
	const token, chance = "ghp_" + "Zf3D0LXCM3EIMbgJpUNnkRtOfOueHznB7q2a", "Zf3D0LXCM3EIMbgJpUNn"
	const chat = `{"messages":[{"role":"user","content":"use ` + token + ` and password=` + chance + `"}]}`
	for _, row := range []struct {
		kinds string
		e     openai.Endpoint
		body  string
		want  string
	}{
		{"all:audit", openai.Chat, chat, found + "github, generic"},
		{"all:block", openai.Chat, chat, blocked + "github, generic"},
		{"github:redact", openai.Chat, chat, found + `github / {"messages":[{"role":"user","content":"use **** and password=` + chance + `"}]}`},
		{"all:redact,github:none", openai.Chat, chat, found + `generic / {"messages":[{"role":"user","content":"use ` + token + ` and password=****"}]}`},
		{"aws:block", openai.Chat, chat, ""},
		{"all:block", openai.Chat, `{"messages":[{"role":"user","content":"what is a password?"}]}`, ""},
		{"all:block", openai.Embeddings, `{"input":"` + token + `"}`, blocked + "github"},
		{"all:redact", openai.Completions, `{"prompt":[1,2]}`, "blocked: Request is given as tokens, which cannot be searched for secrets"},
	} {
		assert.Equal(t, row.want, verdict(t, `"POLICY_SECRETS":"`+row.kinds+`"`, row.e, row.body), "%s: %s", row.kinds, row.body)
	}
}
