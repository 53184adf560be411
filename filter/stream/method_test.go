package stream

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// replies is a proxy that remembers what the filter replied.
type replies struct {
	still
	statuses []int
}

func (h *replies) Reply(status int, _ [][2]string, _ []byte) { h.statuses = append(h.statuses, status) }

// TestMethodInAnyCase: some servers take "post" for POST, and over HTTP/2 Envoy lets it through (over HTTP/1.1 it refuses it by itself, which
// is why no transcript says so).
func TestMethodInAnyCase(t *testing.T) {
	for _, method := range []string{"POST", "post", "Post"} {
		h := &replies{still: still{
			in:   [][2]string{{":method", method}, {":path", "/v1/chat/completions"}, {"authorization", "Bearer sk-aaaaaaaaaaaaaaaaaaaa"}},
			body: [2][]byte{[]byte(`{"model":"gpt-5","messages":[{"role":"user","content":"hi"}]}`), nil},
		}}
		p := New(h)
		_, err := p.Configure("", []byte(`{"POLICY_MAX_TOKENS":1}`), func(string) (string, bool) { return "", false })
		require.NoError(t, err)
		p.headers = holds
		s := p.Open(h)
		s.OnRequestHeaders(false)
		s.OnRequestBody(len(h.body[Request]), true)
		require.Equal(t, []int{422}, h.statuses, method)
	}
}
