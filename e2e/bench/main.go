// Command bench is `make bench`: what the module costs, beside a plain Envoy in the same run. It starts a plain Envoy, one with an empty Go
// filter, and some with the module, all with one worker, and has them take turns. It says what it measured, with the targets beside it,
// and judges nothing: it fails only when it cannot measure.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/usagepanda/usage-panda-envoy/e2e/envoy"
)

// options are the flags.
type options struct {
	only    string
	seconds float64
	rounds  int
	rate    float64
	streams int
	soak    int
	quick   bool
	json    bool
}

func main() {
	var o options
	flag.StringVar(&o.only, "only", "", "measure only these sections: "+strings.Join(names(), ","))
	flag.Float64Var(&o.seconds, "seconds", 3, "seconds for each subject in each case, over all rounds")
	flag.IntVar(&o.rounds, "rounds", 120, "rounds in which the subjects take turns")
	flag.Float64Var(&o.rate, "rate", 500, "requests a second for latency")
	flag.IntVar(&o.streams, "streams", 500, "streams to hold open at once")
	flag.IntVar(&o.soak, "soak", 50_000, "requests of the soak")
	flag.BoolVar(&o.quick, "quick", false, "a rough look in less than a minute")
	flag.BoolVar(&o.json, "json", false, "write JSON")
	flag.Parse()
	if o.quick {
		given := map[string]bool{}
		flag.Visit(func(f *flag.Flag) { given[f.Name] = true })
		if !given["seconds"] {
			o.seconds = 1
		}
		if !given["rounds"] {
			o.rounds = 40
		}
	}
	ctx, cancel := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	defer cancel()
	if err := run(ctx, o); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// sections are what is measured, in this order: memory comes before what makes it grow.
var sections = []struct {
	name, title string
	quick       bool
	measure     func(*bench) ([]row, error)
}{
	{"start", "start: seconds from start to first answer", true, (*bench).starts},
	{"memory", "memory: resident, one worker", true, (*bench).memory},
	{"workers", "memory: resident for each further worker, of 4", false, (*bench).workers},
	{"cpu", "cpu: processor time per request, one after the other on 4 connections", true, (*bench).cpu},
	{"latency", "latency: from the time at which a request was due, at a constant rate", true, (*bench).latency},
	{"streams", "streams: 50 events of 12 characters in separate writes", true, (*bench).streaming},
	{"convert", "conversion: processor time per request and per event of 12 characters, beside those that pass", false, (*bench).converting},
	{"open", "memory: per open stream", false, (*bench).open},
	{"soak", "memory: resident over many requests of 1 KB", false, (*bench).soaking},
}

func names() (all []string) {
	for _, s := range sections {
		all = append(all, s.name)
	}
	return all
}

// bench is a run.
type bench struct {
	options
	ctx      context.Context
	root     string
	modules  modules
	upstream *upstream
	all      []*subject // one of each kind, with one worker
	kinds    []*kind
}

// about says how a run came about.
type about struct {
	Module     int     `json:"module_bytes"`
	Envoy      string  `json:"envoy"`
	Processors int     `json:"processors"`
	LoadBefore string  `json:"load_before"` // of the machine; 1 is a processor
	LoadAfter  string  `json:"load_after"`
	Seconds    float64 `json:"seconds"`
}

func run(ctx context.Context, o options) error {
	chosen := map[string]bool{}
	for _, s := range sections {
		chosen[s.name] = o.only == "" && (s.quick || !o.quick)
	}
	for name := range strings.SplitSeq(o.only, ",") {
		if name == "" {
			continue
		}
		if _, ok := chosen[name]; !ok {
			return fmt.Errorf("-only: no section %q; want some of %s", name, strings.Join(names(), ","))
		}
		chosen[name] = true
	}
	b := &bench{options: o, ctx: ctx, kinds: []*kind{plain, empty, nothing, audit, redact, detect}}
	if o.quick {
		b.kinds = []*kind{plain, nothing, redact}
	}
	if b.rounds < 1 || b.seconds <= 0 || b.rate <= 0 || b.streams < 1 || b.soak < 1 {
		return errors.New("-rounds, -seconds, -rate, -streams, -soak: want more than 0")
	}
	return b.run(chosen)
}

func (b *bench) run(chosen map[string]bool) (err error) {
	// This process waits for Envoy more than it works, and must not wait for itself: sleeping holds what runs goroutines for a while.
	runtime.GOMAXPROCS(runtime.NumCPU() + 4)
	if err := manyFiles(); err != nil {
		return err
	}
	if b.root, err = envoy.Root(); err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "usagepanda-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if b.modules, err = bring(b.ctx, b.root, dir, slices.Contains(b.kinds, empty)); err != nil {
		return err
	}
	if b.upstream, err = serve(exchanges()); err != nil {
		return err
	}
	defer b.upstream.close()
	defer b.stop()
	a, begin := b.about(), time.Now()
	tell := io.Writer(os.Stdout)
	if b.json {
		tell = os.Stderr
	}
	fmt.Fprintf(tell, "module of %.1f MB in %s, on %d processors with a load of %s\n",
		float64(a.Module)/1e6, a.Envoy, a.Processors, a.LoadBefore)
	fmt.Fprintf(tell, "%d rounds; median, and (least to most) of the rounds beside the plain Envoy's\n", b.rounds)
	var rows []row
	var all []error
	for _, s := range sections {
		if !chosen[s.name] || b.ctx.Err() != nil {
			continue
		}
		fmt.Fprintf(tell, "\n%s\n", s.title)
		got, err := s.measure(b)
		if err != nil {
			all = append(all, fmt.Errorf("%s: %w", s.name, err))
		}
		for i := range got {
			got[i].Section = s.name
		}
		table(tell, got)
		rows = append(rows, got...)
	}
	a.LoadAfter, a.Seconds = load(), time.Since(begin).Seconds()
	fmt.Fprintf(tell, "\n%.0f s, load now %s\n", a.Seconds, a.LoadAfter)
	if b.json {
		all = append(all, writeJSON(os.Stdout, a, rows))
	}
	return errors.Join(all...)
}

// subjects are those of these kinds, of one worker, running.
func (b *bench) subjects(kinds ...*kind) (some []*subject, err error) {
	if b.all == nil {
		for _, k := range b.kinds {
			s, err := k.launch(b.ctx, b.root, b.modules, b.upstream, 1)
			if err != nil {
				return nil, err
			}
			b.all = append(b.all, s)
		}
	}
	for _, s := range b.all {
		if slices.Contains(kinds, s.kind) {
			some = append(some, s)
		}
	}
	return some, nil
}

// with starts a fresh subject for as long as f takes.
func (b *bench) with(k *kind, workers int, f func(*subject) error) error {
	s, err := k.launch(b.ctx, b.root, b.modules, b.upstream, workers)
	if err != nil {
		return err
	}
	defer s.stop()
	return f(s)
}

func (b *bench) stop() {
	for _, s := range b.all {
		s.stop()
	}
}

func (b *bench) about() (a about) {
	a.Processors, a.LoadBefore = runtime.NumCPU(), load()
	if info, err := os.Stat(b.modules.module); err == nil {
		a.Module = int(info.Size())
	}
	a.Envoy = "an unknown Envoy"
	if binary, err := envoy.Find(b.root); err == nil {
		if out, err := exec.CommandContext(b.ctx, binary, "--version").Output(); err == nil {
			_, version, _ := strings.Cut(string(out), " version: ") // a hash, the version and more, between slashes
			if parts := strings.Split(version, "/"); len(parts) > 1 {
				a.Envoy = "Envoy " + parts[1]
			}
		}
	}
	return a
}

// load is the machine's load over 1, 5 and 15 minutes, where the system tells.
func load() string {
	data, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	return strings.Join(strings.Fields(string(data))[:3], " ")
}

// manyFiles allows as many open files as the system does, to this process and to those that it starts. (Go does it for itself alone.)
func manyFiles() error {
	var l syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &l); err != nil {
		return err
	}
	l.Cur = l.Max
	return syscall.Setrlimit(syscall.RLIMIT_NOFILE, &l)
}
