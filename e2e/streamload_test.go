package e2e

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// doNotPileUp has a provider write as fast as it can, and a client that reads nothing for a while, and then all: Envoy makes the provider
// wait, and the module keeps nothing.
func (s *streams) doNotPileUp(t *testing.T) {
	const size, most = 100 << 20, 32 << 20
	line := event(chatPath, strings.Repeat("All is well, and the unicorn sleeps. ", 25))
	var written atomic.Int64
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for written.Store(0); written.Load() < size; written.Add(int64(len(line))) {
			if _, err := io.WriteString(w, line); err != nil {
				return
			}
		}
		_, _ = io.WriteString(w, "data: [DONE]\n\n")
	})
	s.handle.Store(&h)
	for range 2 { // the second time the module has had what it needs
		before, err := s.RSS()
		require.NoError(t, err)
		a, err := ask(s.redact, chatPath)
		require.NoError(t, err)
		time.Sleep(time.Second)
		waiting := written.Load()
		require.Less(t, waiting, int64(20<<20), "the provider has to wait")
		grown, n := int64(0), 0
		for {
			data, err := a.next()
			if err != nil {
				break
			}
			require.NotContains(t, data, "unicorn")
			if n++; n%5000 == 0 {
				now, err := s.RSS()
				require.NoError(t, err)
				grown = max(grown, now-before)
			}
		}
		require.NoError(t, a.Close())
		s.manyStats(t, 1)
		require.Greater(t, n, size/len(line), "events")
		t.Logf("%d MB: the provider waited after %d KB; Envoy grew by at most %d KB", size>>20, waiting>>10, grown>>10)
		require.Less(t, grown, int64(most))
	}
}

// areSmall holds many streams open at once.
func (s *streams) areSmall(t *testing.T) {
	const most = 64 << 10 // bytes for each
	open := func(n int) (each int64) {
		before, err := s.RSS()
		require.NoError(t, err)
		hold := make(chan struct{})
		s.answer(func(r *http.Request, say func(string)) {
			for _, text := range []string{"Hello", " there", ". A uni"} {
				say(text)
			}
			<-hold
			say("corn.")
			say("[DONE]")
		})
		begun, ended := make(chan error, n), make(chan error, n)
		at := make(chan struct{}, 64) // at once
		for range n {
			go func() {
				at <- struct{}{}
				a, err := ask(s.redact, chatPath)
				for range 3 {
					if err == nil {
						_, err = a.next()
					}
				}
				<-at
				begun <- err
				if err != nil {
					ended <- err
					return
				}
				defer a.Close()
				if rest := a.rest(); len(rest) != 2 || !strings.Contains(rest[0], `"****."`) || rest[1] != "[DONE]" {
					err = fmt.Errorf("%q", rest)
				}
				ended <- err
			}()
		}
		for range n {
			require.NoError(t, <-begun)
		}
		after, err := s.RSS()
		require.NoError(t, err)
		close(hold)
		for range n {
			require.NoError(t, <-ended)
		}
		s.manyStats(t, n)
		return (after - before) / int64(n)
	}
	open(100) // what is there once
	each := open(2000)
	t.Logf("an open stream takes %d KB in all", each>>10)
	require.Less(t, each, int64(most))
}
