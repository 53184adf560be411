package envoytest_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usagepanda/usage-panda-envoy/filter/envoytest"
	"github.com/usagepanda/usage-panda-envoy/filter/stream"
)

// direct drives a filter without the model of Envoy, which costs more than the filter: one exchange after the other, whole request, answer
// in pieces, and a clock that stands still.
type direct struct {
	plugin *stream.Plugin
	tr     *envoytest.Transcript
	sse    bool // what the provider's answer says it is

	request, response [][2]string
	side              stream.Side
	body              []byte // that can be seen
	got               outcome
	ticks             bool
}

// outcome is what came of an exchange.
type outcome struct {
	status int // of an answer of our own; 0 is the provider's
	body   string
	cut    bool
	stats  string
}

func (o outcome) String() string {
	return fmt.Sprintf("%d, cut %v\n%s\n%s", o.status, o.cut, o.body, o.stats)
}

func (d *direct) Now() time.Duration                          { return 1767323045 * time.Second }
func (d *direct) Log(stream.Level, string)                    {}
func (d *direct) Shared(string) ([]byte, uint32)              { return nil, 0 }
func (d *direct) Share(string, []byte, uint32) bool           { return true }
func (d *direct) Call(stream.Call, func(stream.Answer)) error { panic("no calls") }
func (d *direct) Tick(period time.Duration)                   { d.ticks = period > 0 }
func (d *direct) As(uint32)                                   {}
func (d *direct) ID() uint32                                  { return 2 }
func (d *direct) SetHeader(stream.Side, string, string)       {}
func (d *direct) RemoveHeader(stream.Side, string)            {}
func (d *direct) Resume(stream.Side)                          {}
func (d *direct) Property(string) []byte                      { return []byte("203.0.113.7:1") }
func (d *direct) SetProperty(_ string, line []byte)           { d.got.stats = string(line) }
func (d *direct) Close()                                      { d.got.cut = true }
func (d *direct) Body(s stream.Side, n int) []byte            { return bytes.Clone(d.body[:n]) }
func (d *direct) Piece(s stream.Side, n int) []byte           { return d.body[:n] }

func (d *direct) SetBody(s stream.Side, body []byte) {
	if s == d.side { // the request's is no matter here
		d.body = bytes.Clone(body)
	}
}

func (d *direct) Reply(status int, _ [][2]string, body []byte) {
	d.got.status, d.got.body = status, string(body)
}

func (d *direct) Headers(s stream.Side) [][2]string {
	if s == stream.Request {
		return d.request
	}
	return d.response
}

func (d *direct) Header(s stream.Side, name string) string {
	for _, h := range d.Headers(s) {
		if h[0] == name {
			return h[1]
		}
	}
	return ""
}

// drive makes a filter with the settings of a transcript.
func drive(t testing.TB, tr *envoytest.Transcript) *direct {
	d := &direct{tr: tr, request: append([][2]string{{":method", tr.Method}, {":path", tr.Path}, {":authority", "a"}}, tr.Headers...)}
	for _, h := range tr.Provider.Headers {
		d.sse = d.sse || h[0] == "content-type" && strings.HasPrefix(strings.ToLower(h[1]), "text/event-stream")
	}
	d.plugin = stream.New(d)
	_, err := d.plugin.Configure("", []byte(tr.Settings), func(string) (string, bool) { return "", false })
	require.NoError(t, err, tr.File)
	return d
}

// play plays the transcript's exchange with an answer of that type, in those pieces.
func (d *direct) play(contentType string, pieces [][]byte) outcome {
	d.got, d.ticks = outcome{}, false
	d.response = [][2]string{{":status", "200"}, {"content-type", contentType}}
	s := d.plugin.Open(d)
	s.OnRequestHeaders(false)
	d.side, d.body = stream.Request, []byte(d.tr.Body)
	s.OnRequestBody(len(d.body), true)
	if d.got.status == 0 {
		d.answer(s, pieces)
	}
	for d.ticks {
		d.plugin.OnTick()
	}
	s.OnDone()
	return d.got
}

func (d *direct) answer(s *stream.Stream, pieces [][]byte) {
	s.OnResponseHeaders(len(pieces) == 0)
	d.side = stream.Response
	var out, held []byte
	for i, piece := range pieces {
		d.body = append(held, piece...)
		if s.OnResponseBody(len(d.body), i == len(pieces)-1) == stream.Pause {
			held = d.body
			continue
		}
		out, held = append(out, d.body...), nil
	}
	if d.got.status == 0 {
		d.got.body = string(out)
	}
}

// events are the transcripts whose provider answers with events, and their streams, each with its lines ended in each way.
func events(t testing.TB, ends ...string) (all []*direct, streams []string) {
	transcripts, err := envoytest.Load(corpus)
	require.NoError(t, err)
	for i := range transcripts {
		tr := &transcripts[i]
		d := drive(t, tr)
		if !d.sse || len(tr.Calls) > 0 || strings.Contains(tr.File, "compressed") {
			continue
		}
		for _, end := range ends {
			stream := tr.Provider.Body
			if end != "\n" && strings.Contains(stream, "\r") {
				continue
			}
			all, streams = append(all, d), append(streams, strings.ReplaceAll(stream, "\n", end))
		}
	}
	require.NotEmpty(t, all)
	return all, streams
}

const sse = "text/event-stream"

// everywhere has as many workers as there are processors play all streams whose lines end so. A filter is used by one thread.
func everywhere(t *testing.T, ends []string, f func(worker, workers int, all []*direct, streams []string)) {
	workers := runtime.GOMAXPROCS(0)
	var wg sync.WaitGroup
	for w := range workers {
		all, streams := events(t, ends...)
		wg.Go(func() { f(w, workers, all, streams) })
	}
	wg.Wait()
}

// TestEverySplit cuts every stream of the corpus in two at every byte: the client and the log get the same, byte by byte.
func TestEverySplit(t *testing.T) {
	everywhere(t, []string{"\n"}, func(worker, workers int, all []*direct, streams []string) {
		for i, d := range all {
			body := []byte(streams[i])
			want := d.play(sse, [][]byte{body})
			for at := worker; at < len(body) && !t.Failed(); at += workers * thin {
				if got := d.play(sse, [][]byte{body[:at], body[at:]}); got != want {
					t.Errorf("%s, cut at %d of %q:\n%s\nwhole: %s", d.tr.File, at, body, got, want)
				}
			}
		}
	})
}

// TestRandomSplits cuts streams of the corpus in many at random, with their lines ended in each way.
func TestRandomSplits(t *testing.T) {
	everywhere(t, []string{"\n", "\r\n", "\r"}, func(worker, workers int, all []*direct, streams []string) {
		r := rand.New(rand.NewPCG(uint64(worker), 5))
		whole := make([]outcome, len(all))
		for i, d := range all {
			whole[i] = d.play(sse, [][]byte{[]byte(streams[i])})
		}
		for n := worker; n < 100_000/thin && !t.Failed(); n += workers {
			i := n % len(all)
			cuts := cutUp(r, []byte(streams[i]))
			if got := all[i].play(sse, cuts); got != whole[i] {
				t.Errorf("%s, cut as %q:\n%s\nwhole: %s", all[i].tr.File, cuts, got, whole[i])
			}
		}
	})
}

// cutUp cuts a body in a few places, in many, or everywhere. Some pieces are empty.
func cutUp(r *rand.Rand, body []byte) (pieces [][]byte) {
	most := []int{1, 4, 30, 300, 5000}[r.IntN(5)]
	for len(body) > 0 {
		n := min(r.IntN(most+1), len(body))
		if most == 1 {
			n = 1
		}
		pieces, body = append(pieces, body[:n]), body[n:]
	}
	return append(pieces, nil)
}

// TestModuleSplits plays the streams of the corpus through the built module, by turns cut everywhere and at random.
func TestModuleSplits(t *testing.T) {
	m, err := built()
	require.NoError(t, err)
	all, _ := events(t, "\n")
	r := rand.New(rand.NewPCG(6, 6))
	for i := 0; i < len(all); i += thin {
		tr := *all[i].tr
		cut := envoytest.Cut(envoytest.Bytes)
		if i/thin%2 == 1 {
			pieces := slices.DeleteFunc(cutUp(r, []byte(tr.Provider.Body)), func(p []byte) bool { return len(p) == 0 })
			cut = func(body string) [][]byte {
				if body == tr.Provider.Body {
					return pieces
				}
				return envoytest.Whole(body)
			}
		}
		play(t, tr, "cut up", func() envoytest.Way { return envoytest.Way{Engine: m, Holds: true, Cut: cut} })
	}
}
