package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/usagepanda/usage-panda-envoy/e2e/envoy"
)

// kind is what a subject has in the place of the module.
type kind struct {
	name, title string
	plain       bool
	empty       bool
	settings    string
	redacts     bool
}

// The kinds of subjects. All others are held against the plain one.
var (
	plain   = &kind{name: "plain", title: "plain Envoy", plain: true}
	empty   = &kind{name: "empty", title: "empty Go filter", empty: true}
	nothing = &kind{name: "nothing", title: "nothing enabled", settings: "{}"}
	audit   = &kind{name: "audit", title: "all local, auditing", settings: everything("audit")}
	redact  = &kind{name: "redact", title: "all local, redacting", settings: everything("redact"), redacts: true}
	detect  = &kind{name: "detect", title: "and all detectors", settings: detecting(), redacts: true}
)

// everything is settings with every policy that needs nobody else, on both sides, and with the action for the words of all lists.
func everything(action string) string {
	lists := strings.ReplaceAll("profanity:?,adult:?,dan:?,custom:?", "?", action)
	return fmt.Sprintf(`{
		"PROXY_ID": "bench",
		"HEADER_OVERRIDES": "any",
		"POLICY_MAX_TOKENS": 4096,
		"POLICY_MAX_PROMPT_CHARS": 16000000,
		"POLICY_ENFORCE_USER_IDS": true,
		"POLICY_DISABLED_MODELS": ["gpt-4-32k", "o1-pro", "1792x1024"],
		"POLICY_REQUEST_WORDLIST": %[1]q,
		"POLICY_RESPONSE_WORDLIST": %[1]q,
		"POLICY_CUSTOM_WORDLIST": [%[2]q, "project hummingbird", "codename", "acme corp", "merger", "do not distribute"],
		"POLICY_PROMPT_REFLECTION": %[3]q
	}`, lists, word, action)
}

// detecting is everything, with the detectors of personal data, secrets and prompt injections, too.
func detecting() string {
	return strings.TrimSuffix(strings.TrimSpace(everything("redact")), "}") + `,
		"POLICY_PII": "all:redact", "POLICY_RESPONSE_PII": "all:redact", "POLICY_SECRETS": "all:redact", "POLICY_RESPONSE_SECRETS": "all:redact",
		"POLICY_PROMPT_INJECTION": "audit"
	}`
}

// subject is a running Envoy of a kind, to be measured. It must be stopped.
type subject struct {
	*kind
	*envoy.Envoy
	clients
	start time.Duration // from its start to the end of the first exchange
}

// modules are files.
type modules struct{ module, empty string }

// bring copies the module, which somebody may build anew meanwhile, and builds the empty filter if it is wanted.
func bring(ctx context.Context, root, dir string, withEmpty bool) (m modules, err error) {
	m = modules{filepath.Join(dir, "usagepanda.wasm"), filepath.Join(dir, "empty.wasm")}
	data, err := os.ReadFile(filepath.Join(root, "usagepanda.wasm"))
	if err != nil {
		return m, fmt.Errorf("%w; want `make build` to have been run", err)
	}
	if err := os.WriteFile(m.module, data, 0o600); err != nil || !withEmpty {
		return m, err
	}
	build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-buildmode=c-shared", "-ldflags=-s -w", "-o", m.empty, "./e2e/bench/empty")
	build.Dir = root
	build.Env = append(os.Environ(), "GOOS=wasip1", "GOARCH=wasm", "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return m, fmt.Errorf("the empty filter: %w\n%s", err, out)
	}
	return m, nil
}

// launch starts a subject in front of the upstream, and has it answer once.
func (k *kind) launch(ctx context.Context, root string, m modules, u *upstream, workers int) (*subject, error) {
	o := envoy.Options{
		Root: root, Module: m.module, Settings: k.settings, Plain: k.plain, Workers: workers,
		Provider: envoy.Endpoint{Address: u.address}, Control: envoy.Endpoint{Address: u.address},
		Forget: true,
	}
	if k == convert {
		o.Clusters = map[string]envoy.Endpoint{otherCluster: {Address: u.address}}
	}
	if k.empty {
		o.Module = m.empty
	}
	begin := time.Now()
	e, err := envoy.Start(ctx, o)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", k.title, err)
	}
	s := &subject{kind: k, Envoy: e, clients: clients{address: strings.TrimPrefix(e.URL, "http://")}}
	if _, err = s.closedLoop(ctx, 1, u.whole[0], 0, 1); err != nil {
		s.stop()
		return nil, fmt.Errorf("%s: %w", k.title, err)
	}
	s.start = time.Since(begin)
	return s, nil
}

func (s *subject) stop() {
	s.drop()
	s.Stop()
}

// verify has an exchange go through, and looks at every byte on both sides: what is measured must be what is meant.
func (s *subject) verify(ctx context.Context, u *upstream, e *exchange) error {
	c, err := dial(ctx, s.address, 64<<10)
	if err != nil {
		return err
	}
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(patience))
	head, body, _ := bytes.Cut(e.request, []byte("\r\n\r\n"))
	asked := fmt.Appendf(nil, "%s\r\n%s: 1\r\n\r\n%s", head, keepHeader, body)
	if _, err := c.Write(asked); err != nil {
		return err
	}
	h, err := readHead(c.r)
	if err != nil {
		return err
	}
	var got []byte
	if _, err := h.body(c.r, func(piece []byte) { got = append(got, piece...) }); err != nil {
		return err
	}
	_, answer, _ := bytes.Cut(e.answer, []byte("\r\n\r\n"))
	if s.redacts {
		body = bytes.ReplaceAll(body, []byte(word), []byte(redacted))
		answer = bytes.ReplaceAll(answer, []byte(word), []byte(redacted))
	}
	switch {
	case h.status != 200:
		return fmt.Errorf("status %d: %.200s", h.status, got)
	case !bytes.Equal(u.last(), body):
		return fmt.Errorf("another request reached the upstream%s", differ(u.last(), body))
	case !bytes.Equal(got, answer):
		return fmt.Errorf("another answer reached the client%s", differ(got, answer))
	}
	return nil
}

// differ shows where two texts begin to differ.
func differ(got, want []byte) string {
	i := 0
	for i < min(len(got), len(want)) && got[i] == want[i] {
		i++
	}
	show := func(b []byte) []byte { return b[max(0, min(i-20, len(b))):min(len(b), i+40)] }
	return fmt.Sprintf(": %q; want %q", show(got), show(want))
}
