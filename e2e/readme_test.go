package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// varying are the parts of the session's output that differ from run to run.
var varying = regexp.MustCompile(`"(id|created|latency|ip_address|user_agent|system_fingerprint)":("[^"]*"|\d+)`)

// TestReadmeSession runs the commands of README's session against `make run`, and wants what README says that they print.
func TestReadmeSession(t *testing.T) {
	readme, err := os.ReadFile(filepath.Join(root, "README.md"))
	require.NoError(t, err)
	_, session, ok := strings.Cut(string(readme), "<!-- session:")
	require.True(t, ok, "README has a session")
	_, session, _ = strings.Cut(session, "```console\n")
	session, rest, _ := strings.Cut(session, "```\n")
	_, line, _ := strings.Cut(rest, "```json\n")
	line, _, _ = strings.Cut(line, "```\n")

	r := newMakeRun(t, "PORT="+freePort(t), "ADMIN_PORT="+freePort(t))
	base := r.url(t)
	ran := 0
	for step := range strings.SplitSeq(strings.TrimSpace(session), "\n\n") {
		command, want := "", ""
		for l := range strings.Lines(step) {
			if strings.HasPrefix(l, "$ ") || strings.HasSuffix(command, "\\\n") {
				command += strings.TrimPrefix(l, "$ ")
			} else {
				want += l
			}
		}
		command = strings.ReplaceAll(command, "http://127.0.0.1:9000", base)
		out, err := exec.Command("bash", "-c", command).Output()
		require.NoError(t, err, command)
		require.Equal(t, constant(want), constant(string(out)), command)
		ran++
	}
	require.Equal(t, 2, ran, "README's session has two commands")
	require.Eventually(t, func() bool { return strings.Contains(constant(r.out.String()), constant(line)) }, 20*time.Second, 50*time.Millisecond,
		"README's line of the log is in the log: %s", r.out.String())
}

// constant is a text without its varying parts, and without space around it.
func constant(s string) string { return strings.TrimSpace(varying.ReplaceAllString(s, `"$1":*`)) }
