package envoytest_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usagepanda/usage-panda-envoy/filter/envoytest"
)

// corpus is where the transcripts are.
const corpus = "../testdata"

// built compiles the module once for all tests.
var built = sync.OnceValues(func() (*envoytest.Module, error) { return envoytest.NewModule("../../usagepanda.wasm") })

// play plays a transcript and fails with the differences, the host's rules that were broken, and what happened.
func play(t *testing.T, tr envoytest.Transcript, what string, way func() envoytest.Way) {
	t.Helper()
	w := way()
	outcomes, faults := tr.Play(w)
	bad := strings.Join(faults, "\n")
	for _, o := range outcomes {
		bad += tr.Check(o)
	}
	if bad == "" {
		return
	}
	w = way()
	var trace []string
	w.Trace = func(line string) { trace = append(trace, line) }
	tr.Play(w)
	t.Errorf("%s: %s\n%s\n%s", tr.File, what, bad, strings.Join(trace[max(0, len(trace)-100):], "\n"))
}

// each runs f for each transcript and kind of host.
func each(t *testing.T, f func(t *testing.T, tr envoytest.Transcript, holds bool)) {
	transcripts, err := envoytest.Load(corpus)
	require.NoError(t, err)
	for _, tr := range transcripts {
		for _, holds := range []bool{true, false} {
			name := strings.TrimSuffix(strings.TrimPrefix(tr.File, corpus+string(os.PathSeparator)), ".txtar")
			t.Run(fmt.Sprintf("%s/%s", name, map[bool]string{true: "holds", false: "passes on"}[holds]), func(t *testing.T) { f(t, tr, holds) })
		}
	}
}

func TestTranscripts(t *testing.T) {
	each(t, func(t *testing.T, tr envoytest.Transcript, holds bool) {
		for name, cut := range map[string]envoytest.Cut{"whole": envoytest.Whole, "bytes": envoytest.Bytes} {
			play(t, tr, name, func() envoytest.Way { return envoytest.Way{Engine: envoytest.Native{}, Holds: holds, Cut: cut} })
		}
	})
}

// TestSequencing plays each transcript in many orders: what comes of it must be the same.
func TestSequencing(t *testing.T) {
	runs := uint64(40)
	if testing.Short() {
		runs = 10
	}
	each(t, func(t *testing.T, tr envoytest.Transcript, holds bool) {
		t.Parallel()
		for seed := uint64(0); seed < runs && !t.Failed(); seed++ {
			play(t, tr, fmt.Sprintf("seed %d", seed), func() envoytest.Way {
				return envoytest.Way{Engine: envoytest.Native{}, Holds: holds, Rand: rand.New(rand.NewPCG(seed, 1))}
			})
		}
	})
}

// TestModule plays each transcript through the built module.
func TestModule(t *testing.T) {
	m, err := built()
	require.NoError(t, err)
	each(t, func(t *testing.T, tr envoytest.Transcript, holds bool) {
		play(t, tr, "whole", func() envoytest.Way { return envoytest.Way{Engine: m, Holds: holds} })
		for seed := uint64(0); seed < 1 && !t.Failed(); seed++ {
			play(t, tr, fmt.Sprintf("seed %d", seed), func() envoytest.Way {
				return envoytest.Way{Engine: m, Holds: holds, Rand: rand.New(rand.NewPCG(seed, 2))}
			})
		}
	})
}
