package e2e

import (
	"bytes"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usagepanda/usage-panda-envoy/e2e/standin"
)

// text is what a program writes, to be read while it runs.
type text struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (x *text) Write(p []byte) (int, error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.b.Write(p)
}

func (x *text) String() string {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.b.String()
}

// makeRun is a `make run` in a terminal of its own, so to speak: signals go to it and to all that it started in its group.
type makeRun struct {
	cmd      *exec.Cmd
	out, err text
	done     chan error
}

func newMakeRun(t *testing.T, variables ...string) *makeRun {
	r := &makeRun{cmd: exec.Command("make", append([]string{"-s", "run"}, variables...)...), done: make(chan error, 1)}
	r.cmd.Dir, r.cmd.Env = root, environment("MAKE", "API_KEY", "CONFIG", "UPSTREAM", "PANDA", "PORT")
	r.cmd.Stdout, r.cmd.Stderr = &r.out, &r.err
	r.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	require.NoError(t, r.cmd.Start())
	go func() { r.done <- r.cmd.Wait() }()
	t.Cleanup(func() { _ = syscall.Kill(-r.cmd.Process.Pid, syscall.SIGTERM) })
	return r
}

// url waits until it listens, and returns where.
func (r *makeRun) url(t *testing.T) string {
	var m []string
	require.Eventually(t, func() bool {
		m = regexp.MustCompile(`listens on (http://\S+)`).FindStringSubmatch(r.err.String())
		return m != nil
	}, 90*time.Second, 10*time.Millisecond, "make run says where it listens")
	return m[1]
}

// ended waits for its end.
func (r *makeRun) ended(t *testing.T) error {
	select {
	case err := <-r.done:
		return err
	case <-time.After(30 * time.Second):
		require.Fail(t, "make run goes on", r.err.String())
		return nil
	}
}

// descendants are the processes that it started, and those that they started.
func (r *makeRun) descendants(t *testing.T) (all []int) {
	out, err := exec.Command("ps", "-A", "-o", "pid=,ppid=").Output()
	require.NoError(t, err)
	family := map[string]bool{strconv.Itoa(r.cmd.Process.Pid): true}
	for range 4 {
		for line := range strings.Lines(string(out)) {
			if f := strings.Fields(line); len(f) == 2 && family[f[1]] && !family[f[0]] {
				family[f[0]] = true
				pid, err := strconv.Atoi(f[0])
				require.NoError(t, err)
				all = append(all, pid)
			}
		}
	}
	return all
}

// gone wants no process and no port to be left.
func gone(t *testing.T, pids []int, urls ...string) {
	for _, pid := range pids {
		require.Eventually(t, func() bool { return syscall.Kill(pid, 0) == syscall.ESRCH }, 10*time.Second, 10*time.Millisecond,
			"process %d is left", pid)
	}
	for _, u := range urls {
		_, err := net.DialTimeout("tcp", strings.TrimPrefix(u, "http://"), time.Second)
		require.ErrorIs(t, err, syscall.ECONNREFUSED, u)
	}
}

// freePort is a port that nobody listens on.
func freePort(t *testing.T) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	return strconv.Itoa(l.Addr().(*net.TCPAddr).Port)
}

// TestMakeRun pastes the curl, looks at the log line, and presses Ctrl-C.
func TestMakeRun(t *testing.T) {
	admin := freePort(t)
	r := newMakeRun(t, "PORT=0", "ADMIN_PORT="+admin)
	url := r.url(t)
	curl := regexp.MustCompile(`(?m)^  (curl .*)$`).FindStringSubmatch(r.err.String())
	require.NotNil(t, curl, r.err.String())
	out, err := exec.Command("sh", "-c", strings.Replace(curl[1], "curl ", "curl -sS --fail ", 1)).CombinedOutput()
	require.NoError(t, err, "%s: %s", curl[1], out)
	require.Contains(t, string(out), "You said: Say this is a test!")
	require.Eventually(t, func() bool { return strings.Contains(r.out.String(), "\n") }, 5*time.Second, time.Millisecond)
	require.Equal(t, 200, readStats(t, strings.TrimSpace(r.out.String())).Status)

	pids := r.descendants(t)
	require.GreaterOrEqual(t, len(pids), 2, "the command and Envoy")
	require.NoError(t, syscall.Kill(-r.cmd.Process.Pid, syscall.SIGINT))
	_ = r.ended(t) // make says that it was interrupted
	gone(t, pids, url, "127.0.0.1:"+admin)
}

// TestMakeRunElsewhere runs with another provider, another control plane and other settings, and kills Envoy.
func TestMakeRunElsewhere(t *testing.T) {
	provider, err := standin.Serve(standin.Options{})
	require.NoError(t, err)
	t.Cleanup(provider.Close)
	control, err := standin.ServeControl()
	require.NoError(t, err)
	t.Cleanup(control.Close)
	provider.Script(func(r *http.Request, body []byte) *standin.Answer {
		r.URL.Path = strings.TrimPrefix(r.URL.Path, "/base")
		return provider.Answer(r, body)
	})
	control.Know(panda("run"), strings.Replace(remote(forbids), "https://api.openai.com", provider.URL+"/base", 1))
	config := filepath.Join(t.TempDir(), "settings.json")
	require.NoError(t, os.WriteFile(config, []byte(`{"USAGE_PANDA_API_KEY":"`+panda("run")+`","POLICY_MAX_PROMPT_CHARS":20}`), 0o600))
	r := newMakeRun(t, "PORT=0", "ADMIN_PORT=0", "CONFIG="+config, "UPSTREAM="+provider.URL+"/base", "USAGE_PANDA_API="+control.URL)
	url := r.url(t)
	require.Equal(t, 200, send(t, http1, url, chat("hello", "authorization", "")).status, "without a key")
	require.Equal(t, "/base/v1/chat/completions", provider.Requests()[0].Path)
	require.Equal(t, 422, send(t, http1, url, chat("forbidden fruit")).status, "a policy of the control plane")
	require.Equal(t, 422, send(t, http1, url, chat("more than twenty characters")).status, "a policy of the file")
	require.NotContains(t, r.err.String(), "e2eSecret")

	pids := r.descendants(t)
	envoys := 0
	for _, pid := range pids {
		if command, err := exec.Command("ps", "-o", "args=", "-p", strconv.Itoa(pid)).Output(); err == nil && strings.Contains(string(command), "envoy.json") {
			require.NoError(t, syscall.Kill(pid, syscall.SIGKILL))
			envoys++
		}
	}
	require.Equal(t, 1, envoys)
	require.Error(t, r.ended(t), "Envoy died")
	require.Contains(t, r.err.String(), "envoy: ended by itself")
	gone(t, pids, url)
}

// TestMakeRunRefuses wants all that is wrong to be said before anything listens.
func TestMakeRunRefuses(t *testing.T) {
	config := filepath.Join(t.TempDir(), "settings.json")
	require.NoError(t, os.WriteFile(config, []byte(`{"POLICY_MAX_TOKEN":5,"POLICY_RETRY_COUNT":"many","BLOCK_STATUS":200}`), 0o600))
	port := freePort(t)
	r := newMakeRun(t, "PORT="+port, "ADMIN_PORT=none", "CONFIG="+config)
	require.Error(t, r.ended(t))
	for _, want := range []string{"POLICY_MAX_TOKEN: ", "did you mean POLICY_MAX_TOKENS", "POLICY_RETRY_COUNT: ", "BLOCK_STATUS: ", "ADMIN_PORT: "} {
		require.Contains(t, r.err.String(), want)
	}
	require.NotContains(t, r.err.String(), "listens")

	r = newMakeRun(t, "CONFIG=no-such-file.json")
	require.Error(t, r.ended(t))
	require.Contains(t, r.err.String(), "no-such-file.json")

	taken, err := net.Listen("tcp", "127.0.0.1:"+port)
	require.NoError(t, err)
	defer taken.Close()
	r = newMakeRun(t, "PORT="+port, "ADMIN_PORT=0")
	require.Error(t, r.ended(t))
	require.Contains(t, r.err.String(), "Address already in use")
	require.NotContains(t, r.err.String(), "listens")
}
