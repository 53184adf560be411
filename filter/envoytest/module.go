package envoytest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"
	"github.com/tetratelabs/wazero/imports/wasi_snapshot_preview1"
	"github.com/tetratelabs/wazero/sys"

	"github.com/usagepanda/usage-panda-envoy/filter/stream"
)

// Module runs the built module under wazero. Each worker has an instance of its own.
type Module struct {
	runtime  wazero.Runtime
	compiled wazero.CompiledModule
}

// NewModule compiles the module in that file. What it compiled before is kept in a folder for temporary files.
func NewModule(file string) (*Module, error) {
	code, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("the module is not there; want `make build` first: %w", err)
	}
	cache, err := wazero.NewCompilationCacheWithDir(filepath.Join(os.TempDir(), "usage-panda-envoy-wazero"))
	if err != nil {
		return nil, err
	}
	ctx := context.Background()
	m := &Module{runtime: wazero.NewRuntimeWithConfig(ctx, wazero.NewRuntimeConfig().WithCompilationCache(cache))}
	if _, err := wasi_snapshot_preview1.Instantiate(ctx, m.runtime); err != nil {
		return nil, err
	}
	env := m.runtime.NewHostModuleBuilder("env")
	for name, f := range hostFunctions {
		env.NewFunctionBuilder().WithFunc(f).Export(name)
	}
	if _, err := env.Instantiate(ctx); err != nil {
		return nil, err
	}
	m.compiled, err = m.runtime.CompileModule(experimental.WithCompilationWorkers(ctx, runtime.GOMAXPROCS(0)), code)
	return m, err
}

// Close frees all that was compiled.
func (m *Module) Close() error { return m.runtime.Close(context.Background()) }

// workerKey is where a context has the worker that host functions are for.
type workerKey struct{}

// instance is a VM with the module.
type instance struct {
	w      *Worker
	ctx    context.Context
	guest  api.Module
	config string
	answer *Answer // of the call whose callback runs
	alloc  api.Function
}

func (m *Module) start(w *Worker, config string) (module, error) {
	i := &instance{w: w, config: config}
	i.ctx = context.WithValue(context.Background(), workerKey{}, i)
	c := wazero.NewModuleConfig().WithName("").WithStartFunctions("_initialize").
		WithWalltime(func() (int64, int32) { return w.envoy.clock.Unix(), int32(w.envoy.clock.Nanosecond()) }, sys.ClockResolution(1)).
		WithNanotime(func() int64 { return w.envoy.clock.UnixNano() }, sys.ClockResolution(1)).
		WithStdout(logWriter{w, "info"}).WithStderr(logWriter{w, "error"})
	for k, v := range w.envoy.Env {
		c = c.WithEnv(k, v)
	}
	var err error
	if i.guest, err = m.runtime.InstantiateModule(i.ctx, m.compiled, c); err != nil {
		return nil, err
	}
	i.alloc = i.guest.ExportedFunction("proxy_on_memory_allocate")
	i.call("proxy_on_context_create", pluginID, 0)
	if i.call("proxy_on_vm_start", pluginID, 0) == 0 {
		return nil, errors.New("the module did not start")
	}
	if i.call("proxy_on_configure", pluginID, uint64(len(config))) == 0 {
		var log []string
		for _, l := range w.Log {
			if l.Level == "critical" {
				log = append(log, l.Text)
			}
		}
		return nil, errors.New(strings.Join(log, "\n"))
	}
	return i, nil
}

// logWriter logs what the module prints, as Envoy does.
type logWriter struct {
	w     *Worker
	level string
}

func (l logWriter) Write(p []byte) (int, error) {
	l.w.log(l.level, strings.TrimSuffix(string(p), "\n"))
	return len(p), nil
}

// call calls a function that the module exports; the result of one that returns nothing is 0.
func (i *instance) call(name string, args ...uint64) uint64 {
	r, err := i.guest.ExportedFunction(name).Call(i.ctx, args...)
	if err != nil { // in Envoy this worker would answer 503 from now on
		i.w.fault("the VM failed in %s: %v", name, err)
		return 0
	}
	if len(r) == 0 {
		return 0
	}
	return r[0]
}

func flag(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}

func (i *instance) open(id uint32) { i.call("proxy_on_context_create", uint64(id), pluginID) }

func (i *instance) headers(id uint32, s stream.Side, n int, end bool) stream.Action {
	return stream.Action(i.call("proxy_on_"+sideName(s)+"_headers", uint64(id), uint64(n), flag(end)) != 0)
}

func (i *instance) body(id uint32, s stream.Side, size int, end bool) stream.Action {
	return stream.Action(i.call("proxy_on_"+sideName(s)+"_body", uint64(id), uint64(size), flag(end)) != 0)
}

func (i *instance) trailers(id uint32, s stream.Side, n int) stream.Action {
	return stream.Action(i.call("proxy_on_"+sideName(s)+"_trailers", uint64(id), uint64(n)) != 0)
}

// called delivers an answer. Envoy makes one up for a provider that it cannot reach or that is too slow, without the header that it adds
// to real ones; a provider that breaks off in the middle comes as no headers at all. Calls with an even id meet that.
func (i *instance) called(id uint32, a Answer) {
	switch {
	case a.Status != 0:
		h := append([][2]string{{":status", fmt.Sprint(a.Status)}}, a.Headers...)
		a.Headers = append(h, [2]string{"x-envoy-upstream-service-time", "3"})
	case id%2 == 1:
		a = Answer{Status: 504, Headers: [][2]string{{":status", "504"}, {"content-length", "24"}, {"content-type", "text/plain"}},
			Body: "upstream request timeout"}
	}
	i.answer = &a
	i.call("proxy_on_http_call_response", pluginID, uint64(id), uint64(len(a.Headers)), uint64(len(a.Body)), 0)
	i.answer = nil
}

func (i *instance) tick() { i.call("proxy_on_tick", pluginID) }

func (i *instance) done(id uint32) {
	i.call("proxy_on_log", uint64(id))
	i.call("proxy_on_done", uint64(id))
	i.call("proxy_on_delete", uint64(id))
}

func (i *instance) shutdown() { i.call("proxy_on_done", pluginID) }

func (i *instance) close() { i.guest.Close(i.ctx) }

// milliseconds is how the ABI counts time.
func milliseconds(n uint32) time.Duration { return time.Duration(n) * time.Millisecond }
