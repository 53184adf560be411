package e2e

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usagepanda/usage-panda-envoy/e2e/envoy"
	"github.com/usagepanda/usage-panda-envoy/e2e/standin"
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

// TestDeadModule has a filter die in the place of the module: by envoy.yaml's failure_policy Envoy starts it again, and until then nothing
// passes without it.
func TestDeadModule(t *testing.T) {
	module := filepath.Join(t.TempDir(), "crash.wasm")
	build := exec.Command("go", "build", "-buildmode=c-shared", "-o", module, "./crash")
	build.Env = append(os.Environ(), "GOOS=wasip1", "GOARCH=wasm", "CGO_ENABLED=0")
	out, err := build.CombinedOutput()
	require.NoError(t, err, "%s", out)

	provider, err := standin.Serve(standin.Options{})
	require.NoError(t, err)
	t.Cleanup(provider.Close)
	at, err := envoy.At(provider.URL)
	require.NoError(t, err)
	e, err := envoy.Start(context.Background(), envoy.Options{Root: root, Module: module, Settings: `{}`, Provider: at})
	require.NoError(t, err)
	t.Cleanup(e.Stop)

	require.Equal(t, 200, send(t, http1, e.URL, chat("hello")).status)
	for range 2 {
		require.GreaterOrEqual(t, send(t, http1, e.URL, chat("hello", "x-crash", "now")).status, 500)
		died := time.Now()
		require.Eventually(t, func() bool {
			return send(t, http1, e.URL, chat("hello")).status == 200
		}, 20*time.Second, 50*time.Millisecond, "it is started again")
		t.Logf("started again after %v", time.Since(died))
	}
	for _, r := range provider.Requests() {
		require.Equal(t, "yes", r.Header.Get("X-Guarded"), "nothing passes without the module")
	}
}
