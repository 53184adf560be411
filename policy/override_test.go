package policy

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// overridden is what the headers, "name: value" with " | " between them, make of the settings: what differs from them, or the error.
func overridden(t *testing.T, settings, headers string) string {
	s, err := ParseSettings([]byte(settings), noEnv)
	require.NoError(t, err, settings)
	before := effect(s)
	e := s.Engine()
	changed, err := s.Override(e, func(name string) string {
		for h := range strings.SplitSeq(headers, " | ") {
			if n, v, _ := strings.Cut(h, ": "); n == name {
				return v
			}
		}
		return ""
	})
	require.Equal(t, before, effect(s), "%s with %s changed the settings themselves", settings, headers)
	switch {
	case err != nil:
		return "error: " + err.Error()
	case changed == e:
		return "same"
	}
	with := *s
	with.Policies = *changed.Policies
	var lines []string
	for i := range fields {
		f := &fields[i]
		if now := shown(f.in(&with).Interface()); now != shown(f.in(s).Interface()) {
			lines = append(lines, fmt.Sprintf("%s = %s", f.key, now))
		}
	}
	return strings.Join(lines, "; ")
}

func TestOverride(t *testing.T) {
	const tokens, chars, retries = "x-usagepanda-max-tokens: ", "x-usagepanda-max-prompt-chars: ", "x-usagepanda-retry-count: "
	const users, moderate, logs = "x-usagepanda-enforce-user-ids: ", "x-usagepanda-auto-moderate: ", "x-usagepanda-log-request: "
	const request, response, reflect = "x-usagepanda-request-wordlists: ", "x-usagepanda-response-wordlists: ", "x-usagepanda-prompt-reflection: "
	for _, row := range []struct{ mode, settings, headers, want string }{
		{"any", ``, "x-usagepanda-trace-id: 1", "same"},
		{"any", ``, tokens + "10", "POLICY_MAX_TOKENS = 10"},
		{"any", `"POLICY_MAX_TOKENS":5`, tokens + "10", "POLICY_MAX_TOKENS = 10"},
		{"any", `"POLICY_MAX_TOKENS":5`, tokens + "0", "POLICY_MAX_TOKENS = 0"},
		{"any", `"POLICY_MAX_TOKENS":5`, tokens + "false", `error: x-usagepanda-max-tokens: "false" is not a whole number`},
		{"any", `"POLICY_MAX_TOKENS":5`, tokens + "-1", "error: x-usagepanda-max-tokens: -1 is out of range; want 0 to 2147483647"},
		{"any", `"POLICY_MAX_TOKENS":5`, tokens + " 7 ", "POLICY_MAX_TOKENS = 7"},
		{"any", `"POLICY_ENFORCE_USER_IDS":true`, users + "FALSE", "POLICY_ENFORCE_USER_IDS = false"},
		{"any", ``, users + "maybe", `error: x-usagepanda-enforce-user-ids: "maybe" is not a truth value; want true or false`},
		{"any", ``, request + "Profanity:Block, dan:redact", "POLICY_REQUEST_WORDLIST = profanity:block,dan:redact"},
		{"any", `"POLICY_REQUEST_WORDLIST":"profanity:block"`, request + "none", "POLICY_REQUEST_WORDLIST = none"},
		{"any", `"POLICY_REQUEST_WORDLIST":"profanity:block"`, request + "dan:audit", "POLICY_REQUEST_WORDLIST = dan:audit"},
		{"any", ``, request + "secrets:block", `error: x-usagepanda-request-wordlists: unknown list "secrets"; want profanity, adult, dan, custom or profanity_intl`},
		{"any", `"POLICY_PROMPT_REFLECTION":"block"`, reflect + "None", "POLICY_PROMPT_REFLECTION = none"},
		{"any", ``, reflect + "delete", `error: x-usagepanda-prompt-reflection: unknown action "delete"; want none, audit, redact or block`},
		{"any", ``, retries + "9", "POLICY_RETRY_COUNT = 9"},
		{"any", ``, tokens + "x | " + users + "x", "error: x-usagepanda-max-tokens: \"x\" is not a whole number\nx-usagepanda-enforce-user-ids: \"x\" is not a truth value; want true or false"},
		{"any", ``, logs + "true | " + chars + "5 | " + moderate + "true", "POLICY_LOG_REQUEST = true; POLICY_MAX_PROMPT_CHARS = 5; POLICY_AUTO_MODERATE = true"},

		{"tighten", ``, tokens + "10", "POLICY_MAX_TOKENS = 10"},
		{"tighten", `"POLICY_MAX_TOKENS":5`, tokens + "10", ""},
		{"tighten", `"POLICY_MAX_TOKENS":5`, tokens + "0", ""},
		{"tighten", `"POLICY_MAX_TOKENS":5`, tokens + "3", "POLICY_MAX_TOKENS = 3"},
		{"tighten", `"POLICY_MAX_PROMPT_CHARS":5`, chars + "6", ""},
		{"tighten", `"POLICY_ENFORCE_USER_IDS":true`, users + "false", ""},
		{"tighten", ``, users + "true", "POLICY_ENFORCE_USER_IDS = true"},
		{"tighten", `"POLICY_AUTO_MODERATE":true`, moderate + "0", ""},
		{"tighten", `"POLICY_LOG_REQUEST":true`, logs + "false", ""},
		{"tighten", `"POLICY_RETRY_COUNT":2`, retries + "5", ""},
		{"tighten", `"POLICY_RETRY_COUNT":2`, retries + "0", "POLICY_RETRY_COUNT = 0"},
		{"tighten", `"POLICY_REQUEST_WORDLIST":"profanity:redact,dan:block"`, request + "profanity:block,dan:audit,adult:audit", "POLICY_REQUEST_WORDLIST = profanity:block,adult:audit,dan:block"},
		{"tighten", `"POLICY_RESPONSE_WORDLIST":"profanity:redact"`, response + "none", ""},
		{"tighten", `"POLICY_PROMPT_REFLECTION":"redact"`, reflect + "audit", ""},
		{"tighten", `"POLICY_PROMPT_REFLECTION":"redact"`, reflect + "block", "POLICY_PROMPT_REFLECTION = block"},
		{"tighten", `"POLICY_PROMPT_REFLECTION_SCOPE":"system"`, reflect[:len(reflect)-2] + "-scope: delimited", ""},
		{"tighten", ``, reflect[:len(reflect)-2] + "-scope: System", `POLICY_PROMPT_REFLECTION_SCOPE = system`},
		{"any", ``, reflect[:len(reflect)-2] + "-scope: all", `error: x-usagepanda-prompt-reflection-scope: unknown value "all"; want delimited or system`},
		{"tighten", ``, tokens + "x", `error: x-usagepanda-max-tokens: "x" is not a whole number`},

		{"none", `"POLICY_MAX_TOKENS":5`, tokens + "1", "same"},
		{"none", ``, tokens + "x", "same"},
	} {
		settings := strings.ReplaceAll(`{"HEADER_OVERRIDES":"`+row.mode+`",`+row.settings+`}`, ",}", "}")
		assert.Equal(t, row.want, overridden(t, settings, row.headers), "%s with %s", settings, row.headers)
	}
}

// TestEveryHeaderCanTighten: no setting with a header is of a type that tighten passes over.
func TestEveryHeaderCanTighten(t *testing.T) {
	strict := map[string][2]string{
		"POLICY_LOG_REQUEST": {"false", "true"}, "POLICY_LOG_RESPONSE": {"false", "true"}, "POLICY_MAX_TOKENS": {"9", "1"},
		"POLICY_MAX_PROMPT_CHARS": {"9", "1"}, "POLICY_ENFORCE_USER_IDS": {"false", "true"}, "POLICY_RETRY_COUNT": {"4", "1"},
		"POLICY_AUTO_MODERATE": {"false", "true"}, "POLICY_REQUEST_WORDLIST": {"dan:audit", "dan:block"},
		"POLICY_RESPONSE_WORDLIST": {"dan:audit", "dan:block"}, "POLICY_PROMPT_REFLECTION": {"audit", "block"},
		"POLICY_PROMPT_REFLECTION_SCOPE": {"delimited", "system"},
		"POLICY_PROMPT_INJECTION":        {"audit", "block"}, "POLICY_PII": {"email:audit", "email:block"},
		"POLICY_RESPONSE_PII": {"email:audit", "email:block"}, "POLICY_SECRETS": {"aws:audit", "aws:block"},
		"POLICY_RESPONSE_SECRETS": {"aws:audit", "aws:block"}, "POLICY_UNREADABLE": {"file:audit", "file:block"},
	}
	headers := 0
	for i := range fields {
		f := &fields[i]
		if f.header == "" {
			continue
		}
		headers++
		v, ok := strict[f.key]
		require.True(t, ok, "no values for %s", f.key)
		weak, strong := fmt.Sprintf(`{"HEADER_OVERRIDES":"tighten","%s":"%s"}`, f.key, v[0]), fmt.Sprintf(`{"HEADER_OVERRIDES":"tighten","%s":"%s"}`, f.key, v[1])
		assert.NotEmpty(t, overridden(t, weak, f.header+": "+v[1]), "%s cannot be made stricter", f.key)
		assert.Empty(t, overridden(t, strong, f.header+": "+v[0]), "%s can be made weaker", f.key)
	}
	assert.Equal(t, len(strict), headers)
}
