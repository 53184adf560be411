package e2e

import (
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usagepanda/usage-panda-envoy/e2e/standin"
)

// TestLargeBodies has bodies judged that are nearly as large as may be: both ways, over both protocols, and sent again by a retry.
func TestLargeBodies(t *testing.T) {
	const size = 31 << 20
	filler := strings.Repeat("0123456789abcde ", size/16)
	hosts(t, func(t *testing.T, w *world, _ bool) {
		for name, over := range protocols {
			t.Run("request/"+name, func(t *testing.T) {
				w.provider.Forget()
				var tries atomic.Int32
				w.provider.Script(func(_ *http.Request, body []byte) *standin.Answer {
					if tries.Add(1) < 3 {
						return standin.Fail(503, "server_error", "", "try again")
					}
					return says(fmt.Sprint(len(body), strings.Contains(string(body), " a **** day"), strings.Contains(string(body), "shit")))
				})
				r := chat(filler+" a shit day", "x-usagepanda-retry-count", "2")
				a := send(t, over, w.More[0], r)
				require.Equal(t, 200, a.status, "%.300s", a.body)
				require.Contains(t, a.body, fmt.Sprint(len(r.body[0]), true, false))
				require.EqualValues(t, 3, tries.Load(), "attempts")
				require.Equal(t, 200, w.stats(t).Status)
			})
			t.Run("answer/"+name, func(t *testing.T) {
				w.provider.Forget()
				w.provider.Script(func(*http.Request, []byte) *standin.Answer { return says(filler + " a shit day") })
				a := send(t, over, w.More[0], chat("hello"))
				require.Equal(t, 200, a.status, "%.300s", a.body)
				require.Greater(t, len(a.body), size)
				require.Contains(t, a.body, " a **** day")
				require.NotContains(t, a.body, "shit")
				require.Equal(t, 200, w.stats(t).Status)
			})
		}
	})
}
