// Package e2e runs the built module in a real Envoy, loaded from envoy.yaml, between real clients and stand-ins.
package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usagepanda/usage-panda-envoy/e2e/envoy"
	"github.com/usagepanda/usage-panda-envoy/e2e/standin"
)

// root is the project's folder.
var root string

// key is a provider's key in today's format. It must not be seen in any log.
const key = "sk-proj-e2eSecret0123456789_abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKL"

// TestMain builds the module and brings the tools, where they are missing or old.
func TestMain(m *testing.M) {
	var err error
	if root, err = envoy.Root(); err == nil {
		make := exec.Command("make", "-s", "build", "tools")
		make.Dir, make.Env, make.Stdout, make.Stderr = root, environment("MAKE"), os.Stderr, os.Stderr
		err = make.Run()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "e2e: these tests need the module, Envoy and the SDKs, which make builds and brings:", err)
		os.Exit(1)
	}
	code := m.Run()
	for kind, w := range worlds {
		w.close()
		if w.leaks() {
			fmt.Fprintf(os.Stderr, "e2e: a key is in the log of the Envoy that %s headers\n", kind)
			code = 1
		}
	}
	os.Exit(code)
}

// environment is this process's, without the variables whose names contain one of these.
func environment(without ...string) []string {
	return slices.DeleteFunc(os.Environ(), func(v string) bool {
		name, _, _ := strings.Cut(v, "=")
		return slices.ContainsFunc(without, func(w string) bool { return strings.Contains(name, w) })
	})
}

// world is an Envoy between clients and stand-ins.
type world struct {
	*envoy.Envoy
	provider *standin.Provider
	control  *standin.Control
}

// open starts stand-ins, and an Envoy whose clusters lead to them.
func open(o envoy.Options) (w *world, err error) {
	w = &world{}
	defer func() {
		if err != nil {
			w.close()
		}
	}()
	if w.provider, err = standin.Serve(standin.Options{}); err != nil {
		return w, err
	}
	if w.control, err = standin.ServeControl(); err != nil {
		return w, err
	}
	if o.Provider.Address == "" {
		if o.Provider, err = envoy.At(w.provider.URL); err != nil {
			return w, err
		}
	}
	if o.Control.Address == "" {
		if o.Control, err = envoy.At(w.control.URL); err != nil {
			return w, err
		}
	}
	o.Root = root
	w.Envoy, err = envoy.Start(context.Background(), o)
	return w, err
}

func (w *world) close() {
	if w.Envoy != nil {
		w.Stop()
	}
	if w.control != nil {
		w.control.Close()
	}
	if w.provider != nil {
		w.provider.Close()
	}
}

// leaks tells whether a key is in a log.
func (w *world) leaks() bool { return strings.Contains(w.Log()+w.Output(), "e2eSecret") }

// start opens a world that ends with the test, which fails if a key was seen in Envoy's log.
func start(t *testing.T, o envoy.Options) *world {
	t.Helper()
	w, err := open(o)
	require.NoError(t, err)
	t.Cleanup(func() {
		w.close()
		if t.Failed() {
			t.Logf("envoy's log:\n%s", w.Log())
		}
		require.False(t, w.leaks(), "a key in a log")
	})
	return w
}

// worlds are those of hosts, by kind.
var worlds = map[string]*world{}

// guarded are settings with which both sides of an exchange are judged.
const guarded = `{"POLICY_CUSTOM_WORDLIST":["forbidden fruit"],"POLICY_REQUEST_WORDLIST":"custom:block,profanity:redact",` +
	`"POLICY_RESPONSE_WORDLIST":"custom:block,profanity:redact"}`

// moderated are settings with which the provider's moderation is asked.
const moderated = `{"POLICY_AUTO_MODERATE":true,"CALL_TIMEOUT_MS":400%s}`

// hosts runs f on both kinds of host, with a listener that judges nothing (URL), one that judges both sides (More[0]), and two that ask
// the moderation, closed and open. Afterwards all must serve as if nothing had been. Tests share these worlds, for an Envoy needs seconds
// of both processors to start.
func hosts(t *testing.T, f func(t *testing.T, w *world, passOn bool)) {
	for kind, passOn := range map[string]bool{"holds": false, "passes on": true} {
		t.Run(kind, func(t *testing.T) {
			w := worlds[kind]
			if w == nil {
				var err error
				w, err = open(envoy.Options{PassOn: passOn, Settings: settings(t, `{}`), More: []envoy.Listener{
					{Settings: settings(t, guarded)}, {Settings: settings(t, fmt.Sprintf(moderated, ""))},
					{Settings: settings(t, fmt.Sprintf(moderated, `,"FAIL_OPEN_ON_MODERATION_ERROR":true`))},
				}})
				require.NoError(t, err)
				worlds[kind] = w
			}
			for lines := []string{""}; len(lines) > 0; { // what a test before has left, which failed
				lines, _ = w.Next(1, 50*time.Millisecond)
			}
			log := len(w.Log())
			t.Cleanup(func() {
				if t.Failed() {
					t.Logf("envoy's log:\n%s", w.Log()[log:])
				}
			})
			f(t, w, passOn)
			w.provider.Forget()
			for _, url := range append([]string{w.URL}, w.More...) {
				a := send(t, http1, url, chat("hello"))
				require.Equal(t, 200, a.status, a.body)
				require.Equal(t, 200, w.stats(t).Status)
			}
			w.silent(t)
		})
	}
}

// stats is the next stats line of the access log.
func (w *world) stats(t *testing.T) standin.Stats {
	t.Helper()
	return w.manyStats(t, 1)[0]
}

// manyStats are the next n stats lines of the access log, each checked to be one line of JSON of the right form.
func (w *world) manyStats(t *testing.T, n int) (all []standin.Stats) {
	t.Helper()
	lines, err := w.Next(n, 15*time.Second)
	require.NoError(t, err, "%q", lines)
	for _, l := range lines {
		all = append(all, readStats(t, l))
	}
	return all
}

func readStats(t *testing.T, line string) standin.Stats {
	t.Helper()
	var l struct {
		Level   string          `json:"level"`
		ProxyID json.RawMessage `json:"proxy_id"`
		Message json.RawMessage `json:"message"`
	}
	require.NoError(t, json.Unmarshal([]byte(line), &l), "the access log must be a line of JSON per exchange: %q", line)
	require.Equal(t, "debug", l.Level)
	s, err := standin.ReadStats(l.Message)
	require.NoError(t, err)
	return s
}

// silent fails if another stats line comes.
func (w *world) silent(t *testing.T) {
	t.Helper()
	lines, err := w.Next(1, 150*time.Millisecond)
	require.Error(t, err, "one stats line too many: %q", lines)
}

// settings is a JSON object of settings: those of local mode, and these.
func settings(t *testing.T, more string) string {
	t.Helper()
	all := map[string]json.RawMessage{"LOCAL_MODE": json.RawMessage("true"), "PROXY_ID": json.RawMessage(`"e2e"`)}
	require.NoError(t, json.Unmarshal([]byte(more), &all), more)
	text, err := json.Marshal(all)
	require.NoError(t, err)
	return string(text)
}

func tool(name string) string { return filepath.Join(root, ".tools", name) }
