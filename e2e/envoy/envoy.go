package envoy

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"time"
)

// Envoy is a running Envoy.
type Envoy struct {
	URL   string        // where it serves: http://127.0.0.1:port
	More  []string      // where its further listeners serve
	Admin string        // where it tells about itself: http://127.0.0.1:port
	Start time.Duration // how long it took until it could serve

	options Options
	dir     string
	cmd     *exec.Cmd
	out     *lines
	err     *lines
	done    chan struct{} // closed when the process has ended
	failure error         // why it ended; to be read after done
	stop    sync.Once
}

// Start starts Envoy and waits until it can serve. It ends with ctx, too. Whoever starts it must Stop it.
func Start(ctx context.Context, o Options) (*Envoy, error) {
	var err error
	if o.Root == "" {
		if o.Root, err = Root(); err != nil {
			return nil, err
		}
	}
	if o.Module == "" {
		o.Module = filepath.Join(o.Root, "usagepanda.wasm")
	}
	if _, err := os.Stat(o.Module); err != nil && !o.Plain {
		return nil, fmt.Errorf("%s: not built; want `make build` to have been run", o.Module)
	}
	binary, err := Find(o.Root)
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "usagepanda-envoy-")
	if err != nil {
		return nil, err
	}
	e := &Envoy{options: o, dir: dir, done: make(chan struct{}),
		out: newLines(o.Stdout, o.Forget), err: newLines(o.Stderr, false)}
	if err := e.run(ctx, binary); err != nil {
		e.Stop()
		return nil, err
	}
	return e, nil
}

func (e *Envoy) run(ctx context.Context, binary string) error {
	file, err := e.options.render(e.dir)
	if err != nil {
		close(e.done)
		return err
	}
	admin := filepath.Join(e.dir, "admin")
	e.cmd = exec.Command(binary, "-c", file, "--admin-address-path", admin, "--disable-hot-restart",
		"--concurrency", fmt.Sprint(max(e.options.Workers, 1)),
		"--file-flush-interval-msec", "20", "--log-format", "%l %n: %v",
		// Warnings, but of the module also what it says at level info (DEBUG_MODE), and nothing of having been told to end.
		"--log-level", "warning", "--component-log-level", "wasm:info,main:error")
	e.cmd.Env = append([]string{"PATH=" + os.Getenv("PATH")}, e.options.Env...)
	e.cmd.SysProcAttr = ownGroup()
	e.cmd.Stdout, e.cmd.Stderr = e.out, e.err
	begin := time.Now()
	if err := e.cmd.Start(); err != nil {
		close(e.done)
		return fmt.Errorf("envoy: %w", err)
	}
	go func() {
		e.failure = e.cmd.Wait()
		e.out.end()
		e.err.end()
		close(e.done)
	}()
	context.AfterFunc(ctx, func() { e.Stop() })
	if err := e.await(ctx, admin); err != nil {
		return err
	}
	e.Start = time.Since(begin)
	return nil
}

// await waits until Envoy serves, and learns its ports.
func (e *Envoy) await(ctx context.Context, admin string) error {
	ctx, cancel := context.WithTimeout(ctx, 3*time.Minute) // it compiles the module, and may have half a processor
	defer cancel()
	for {
		select {
		case <-e.done:
			return fmt.Errorf("envoy: ended at once (%v)%s", e.failure, e.words())
		case <-ctx.Done():
			return fmt.Errorf("envoy: not ready: %w%s", context.Cause(ctx), e.words())
		case <-time.After(10 * time.Millisecond):
		}
		if e.Admin == "" {
			if a, err := os.ReadFile(admin); err == nil && len(a) > 0 {
				e.Admin = "http://" + string(bytes.TrimSpace(a))
			}
			continue
		}
		if e.ready(ctx) {
			return nil
		}
	}
}

// words is what Envoy said, unless it was heard.
func (e *Envoy) words() string {
	if e.options.Stderr != nil {
		return ""
	}
	return ":\n" + e.Log()
}

// Done is closed when Envoy has ended, for whatever reason.
func (e *Envoy) Done() <-chan struct{} { return e.done }

// PID is the number of Envoy's process.
func (e *Envoy) PID() int { return e.cmd.Process.Pid }

// Log is what Envoy has written to stderr so far: warnings and errors.
func (e *Envoy) Log() string { return e.err.all() }

// Output is what Envoy has written to stdout so far.
func (e *Envoy) Output() string { return e.out.all() }

// Next returns the next n lines of stdout that were not returned before: the stats of exchanges, in the order of their ends.
func (e *Envoy) Next(n int, timeout time.Duration) ([]string, error) { return e.out.next(n, timeout) }

// Configure exchanges the settings of an Envoy that was started with Dynamic. It returns when Envoy has made up its mind; an error means
// that it goes on with the old ones.
func (e *Envoy) Configure(ctx context.Context, settings string) error {
	p, err := load(e.options.file())
	if err != nil {
		return err
	}
	if err := e.options.change(p); err != nil {
		return err
	}
	configure(p.wasm, settings)
	before, err := e.Stats("listener_manager.lds.update_")
	if err != nil {
		return err
	}
	if err := p.listen(e.dir); err != nil {
		return err
	}
	for {
		now, err := e.Stats("listener_manager.lds.update_")
		switch {
		case err != nil:
			return err
		case now["listener_manager.lds.update_rejected"] > before["listener_manager.lds.update_rejected"]:
			return errors.New("envoy: rejected the new settings")
		case now["listener_manager.lds.update_success"] > before["listener_manager.lds.update_success"]:
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("envoy: took no notice of new settings: %w", context.Cause(ctx))
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// Stop ends Envoy and waits for its end. It may be called more than once.
func (e *Envoy) Stop() {
	e.stop.Do(func() {
		if e.cmd != nil && e.cmd.Process != nil {
			_ = e.cmd.Process.Signal(syscall.SIGTERM)
			select {
			case <-e.done:
			case <-time.After(5 * time.Second):
				_ = e.cmd.Process.Kill()
			}
		}
		<-e.done
		_ = os.RemoveAll(e.dir)
	})
}
