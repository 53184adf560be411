package e2e

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usagepanda/usage-panda-envoy/e2e/envoy"
)

// TestReload exchanges the settings of a running Envoy: good ones come into force, bad ones never do.
func TestReload(t *testing.T) {
	const forbids = `{"POLICY_REQUEST_WORDLIST":"custom:block","POLICY_CUSTOM_WORDLIST":["forbidden fruit"]}`
	w := start(t, envoy.Options{Dynamic: true, Workers: 2, Settings: settings(t, `{}`)})
	status := func() int {
		t.Helper()
		a := send(t, http1, w.URL, chat("eat the forbidden fruit"))
		require.Equal(t, a.status, w.stats(t).Status)
		return a.status
	}
	configure := func(text string) error {
		ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
		defer cancel()
		return w.Configure(ctx, text)
	}
	stays := func(want int, why string) {
		t.Helper()
		for range 8 { // both workers, probably
			require.Equal(t, want, status(), why)
			time.Sleep(10 * time.Millisecond)
		}
	}
	becomes := func(want int, why string) {
		t.Helper()
		require.Eventually(t, func() bool { return status() == want }, 10*time.Second, 20*time.Millisecond, why)
		stays(want, why)
	}
	becomes(200, "nothing is forbidden")
	require.NoError(t, configure(settings(t, forbids)))
	becomes(422, "the new settings")
	for _, bad := range []string{`{"LOCAL_MODE":true,"POLICY_MAX_TOKEN":5}`, `{"LOCAL_MODE":"perhaps"}`, `no JSON`, `{"LOCAL_MODE":false}`} {
		_ = configure(bad) // whether Envoy notices is its own affair
		time.Sleep(200 * time.Millisecond)
		stays(422, "the settings before the bad ones: "+bad)
	}
	require.Contains(t, w.Log(), "did you mean POLICY_MAX_TOKENS", "what is wrong is said")
	require.NoError(t, configure(settings(t, `{"BLOCK_STATUS":403,`+forbids[1:])))
	becomes(403, "good settings after bad ones")
}

// TestBadStart wants Envoy not to start with settings that are wrong, and to say all that is.
func TestBadStart(t *testing.T) {
	_, err := envoy.Start(context.Background(), envoy.Options{Root: root, Settings: `{"POLICY_MAX_TOKEN":5,"BLOCK_STATUS":200}`})
	require.ErrorContains(t, err, "did you mean POLICY_MAX_TOKENS")
	require.ErrorContains(t, err, "BLOCK_STATUS: ")
}
