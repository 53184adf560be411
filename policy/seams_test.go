package policy

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usagepanda/usage-panda-envoy/converters/openai"
)

// TestSeams cuts texts into parts of one content: what is said over them is found wherever they are cut, and however long they are.
func TestSeams(t *testing.T) {
	s, err := ParseSettings([]byte(`{"POLICY_REQUEST_WORDLIST":"custom:redact,dan:redact","POLICY_CUSTOM_WORDLIST":["forbidden fruit"],"POLICY_PII":"email:redact"}`),
		func(string) (string, bool) { return "", false })
	require.NoError(t, err)
	judge := func(parts ...string) (flagged bool, texts []string) {
		var list []string
		for _, p := range parts {
			list = append(list, fmt.Sprintf(`{"type":"text","text":%s}`, strconv.Quote(p)))
		}
		q, err := openai.ParseRequest(openai.Chat, "", []byte(`{"messages":[{"role":"user","content":[`+strings.Join(list, ",")+`]}]}`))
		require.NoError(t, err)
		x := &Exchange{Endpoint: openai.Chat, Request: q}
		s.Engine().JudgeRequest(x)
		q, err = openai.ParseRequest(openai.Chat, "", q.Bytes())
		require.NoError(t, err)
		for i := range q.Texts {
			texts = append(texts, q.Text(i))
		}
		return len(x.Flags) > 0, texts
	}
	const word = "forbidden fruit"
	for _, pad := range []string{"", "eat the ", strings.Repeat("é ", 700)} {
		text := pad + word + strings.TrimRight(" "+pad, " ")
		for cut := len(pad) + 1; cut < len(pad)+len(word); cut++ {
			flagged, texts := judge(text[:cut], text[cut:])
			require.True(t, flagged, "cut at %d of %d", cut, len(text))
			require.Equal(t, pad+"****", texts[0])
			require.True(t, strings.HasPrefix(texts[1], "****"), texts[1])
		}
	}
	flagged, _ := judge(strings.Split("forbidden fruit", "")...)
	require.True(t, flagged, "a letter a part")
	flagged, _ = judge("forbidden", "fruit")
	require.True(t, flagged, "lines of their own")
	flagged, _ = judge("write to jane@exa", "mple.com")
	require.True(t, flagged, "other policies")
	flagged, _ = judge("some forbidden", "things, and fruit")
	require.False(t, flagged)
	flagged, texts := judge("a forbidden fruit", "and more")
	require.True(t, flagged)
	require.Equal(t, []string{"a ****", "and more"}, texts)
}
