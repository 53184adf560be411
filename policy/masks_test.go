package policy

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/usagepanda/usage-panda-envoy/converters/openai"
)

const masking = `"POLICY_PII":"all:mask,card:redact"`

// maskedRequest is an exchange whose request is one message that was judged, and the message then.
func maskedRequest(t *testing.T, e *Engine, message string) (*Exchange, string) {
	body := append(openai.AppendQuote([]byte(`{"messages":[{"role":"user","content":`), message), `}]}`...)
	q, err := openai.ParseRequest(openai.Chat, "", body)
	require.NoError(t, err)
	x := &Exchange{Endpoint: openai.Chat, Request: q}
	e.JudgeRequest(x)
	return x, q.Current(0)
}

func TestMasks(t *testing.T) {
	e := engine(t, masking)
	for _, row := range []struct{ message, sent string }{
		{"nothing here", "nothing here"},
		{"mail ann@example.org", "mail [EMAIL_1]"},
		{"ann@example.org, bob@example.org and ann@example.org", "[EMAIL_1], [EMAIL_2] and [EMAIL_1]"},
		{"[EMAIL_1] is ann@example.org", "[EMAIL_1] is [EMAIL_2]"},
		{"[EMAIL_7] and [EMAIL_99999999] [EMAIL_ ann@example.org", "[EMAIL_7] and [EMAIL_99999999] [EMAIL_ [EMAIL_8]"},
		{"ann@example.org from 192.0.2.55", "[EMAIL_1] from [IP_1]"},
		{"card 4111 1111 1111 1111 of ann@example.org", "card **** of [EMAIL_1]"},
	} {
		x, sent := maskedRequest(t, e, row.message)
		assert.Equal(t, row.sent, sent, row.message)
		assert.False(t, x.Blocked)
		if x.masks == nil {
			continue
		}
		r, err := openai.ParseResponse(append(openai.AppendQuote([]byte(`{"choices":[{"index":0,"message":{"content":`), "so: "+sent+" [EMAIL_12] [IP"), `}}]}`...))
		require.NoError(t, err)
		x.Response = r
		flags := fmt.Sprint(x.Flags)
		e.JudgeResponse(x)
		back := strings.ReplaceAll(row.message, "4111 1111 1111 1111", "****")
		assert.Equal(t, "so: "+back+" [EMAIL_12] [IP", r.Current(0), row.message)
		assert.Equal(t, flags, fmt.Sprint(x.Flags), "to put a value back is no finding")
	}
}

// TestMasksInStreams has an answer with placeholders come cut anywhere: what passes is the same, and nothing waits but a placeholder.
func TestMasksInStreams(t *testing.T) {
	e := engine(t, masking)
	r := rand.New(rand.NewPCG(5, 5))
	for _, row := range []struct{ answer, want string }{
		{"Write to [EMAIL_1]!", "Write to ann@example.org!"},
		{"[EMAIL_1][EMAIL_2] [EMAIL_3] [[EMAIL_1]]", "ann@example.orgbob@example.org [EMAIL_3] [ann@example.org]"},
		{"a list [1, 2] and [EMAIL_", "a list [1, 2] and [EMAIL_"},
		{"[EMAIL_1", "[EMAIL_1"},
		{"none", "none"},
	} {
		for range 300 {
			x, _ := maskedRequest(t, e, "ann@example.org bob@example.org")
			g := e.Guard(x)
			require.NotNil(t, g)
			var got strings.Builder
			for rest := row.answer; ; {
				n := r.IntN(len(rest) + 1)
				pass, ok := g.Piece(1, 0, rest[:n], n == len(rest))
				require.True(t, ok)
				got.WriteString(pass)
				if rest = rest[n:]; rest == "" {
					break
				}
			}
			g.End()
			require.Equal(t, row.want, got.String(), row.answer)
		}
	}
}

func TestMaskIsForRequests(t *testing.T) {
	_, err := ParseSettings([]byte(`{"POLICY_RESPONSE_PII":"email:mask"}`), noEnv)
	require.EqualError(t, err, "POLICY_RESPONSE_PII: an answer cannot be masked; want none, audit, redact or block")
	_, err = ParseSettings([]byte(`{"POLICY_SECRETS":"all:mask"}`), noEnv)
	require.ErrorContains(t, err, `unknown action "mask"`)
}
