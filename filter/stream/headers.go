package stream

import (
	"strings"

	"github.com/usagepanda/usage-panda-envoy/policy"
)

// headers are those of one side, read once: each look into the proxy costs more than a walk through the list.
type headers [][2]string

// value returns the first header of that name, "" where there is none.
func (h headers) value(name string) string {
	for i := range h {
		if h[i][0] == name {
			return h[i][1]
		}
	}
	return ""
}

// own is the prefix of Usage Panda's headers: none of them reaches the provider.
const own = "x-usagepanda-"

// openAIKey tells whether an Authorization header has a key in one of today's formats, or, if any is allowed, any bearer token.
// Source of the formats: OpenAI's keys begin with "sk-" ("sk-proj-", "sk-svcacct-", "sk-admin-"), Azure's have 32 or 84 letters and digits,
// and Microsoft Entra ID's tokens are JWTs.
func openAIKey(authorization, format string) bool {
	scheme, key, _ := strings.Cut(authorization, " ")
	if !strings.EqualFold(scheme, "bearer") || key == "" || len(key) > 8192 {
		return false
	}
	dots, plain := 0, true
	for _, c := range []byte(key) {
		switch {
		case '0' <= c && c <= '9', 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z':
		case c == '.':
			dots, plain = dots+1, false
		case c == '-', c == '_':
			plain = false
		case c == '~', c == '+', c == '/', c == '=': // the rest of RFC 6750's token68
			plain = false
			if format != "any" {
				return false
			}
		default:
			return false
		}
	}
	return format == "any" ||
		dots == 0 && len(key) > len("sk-") && strings.HasPrefix(key, "sk-") ||
		plain && len(key) >= 32 ||
		dots == 2 && strings.HasPrefix(key, "eyJ")
}

// usagePandaKey tells whether a key is one of Usage Panda's: "up-" and 48 letters and digits; keys for chats alone begin with "up-chat".
func usagePandaKey(key string) bool {
	rest, ok := strings.CutPrefix(key, "up-")
	if !ok || len(rest) != 48 {
		return false
	}
	for _, c := range []byte(rest) {
		if !('0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z') {
			return false
		}
	}
	return true
}

// traceID returns a caller's id of the exchange, if it is fit for a log.
func traceID(id string) string {
	if len(id) >= 100 {
		return ""
	}
	for _, c := range []byte(id) {
		if !('0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '-' || c == '_') {
			return ""
		}
	}
	return id
}

// config is the settings that are in force for an exchange, with what is made of them once.
type config struct {
	*policy.Settings
	engine         *policy.Engine
	host, basePath string // of the provider: LLM_API_BASE_PATH
	converts       bool   // there are other providers
	upstream       bool   // this is one of a cluster's own filters
}

func newConfig(s *policy.Settings) *config {
	c := &config{Settings: s, engine: s.Engine(), converts: s.Converts(), upstream: s.Role == "upstream"}
	c.host, c.basePath, _ = policy.SplitURL(s.BasePath) // checked when it was read
	return c
}
