package e2e

import (
	"net/http"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usagepanda/usage-panda-envoy/e2e/envoy"
	"github.com/usagepanda/usage-panda-envoy/e2e/standin"
	"github.com/usagepanda/usage-panda-envoy/filter/envoytest"
)

// ways are how a transcript is played: over which protocol, and in which pieces its bodies come.
var ways = []struct {
	name string
	over protocol
	cut  envoytest.Cut
}{
	{"HTTP/1.1 whole", http1, envoytest.Whole}, {"HTTP/2 in pieces", http2, thirds},
	{"HTTP/1.1 in pieces", http1, thirds}, {"HTTP/2 whole", http2, envoytest.Whole},
}

// thirds cuts a body in three, wherever that is.
func thirds(body string) (p [][]byte) {
	n := len(body)/3 + 1
	for body != "" {
		k := min(n, len(body))
		p, body = append(p, []byte(body[:k])), body[k:]
	}
	return p
}

// TestTranscripts plays the corpus through Envoy on both kinds of host, in each way.
func TestTranscripts(t *testing.T) {
	dir := filepath.Join(root, "filter", "testdata")
	all, err := envoytest.Load(dir)
	require.NoError(t, err)
	for kind, passOn := range map[string]bool{"holds": false, "passes on": true} {
		t.Run(kind, func(t *testing.T) {
			s := newStage(t, all, passOn)
			for i := range all {
				name := strings.TrimSuffix(strings.TrimPrefix(all[i].File, dir+string(filepath.Separator)), ".txtar")
				for j, url := range s.urls[i] {
					t.Run(name+"/"+ways[j].name, func(t *testing.T) {
						o := s.play(t, &all[i], url, ways[j].over, ways[j].cut)
						o.Holds = !passOn
						require.Empty(t, all[i].Check(o), all[i].File)
					})
				}
			}
		})
	}
}

// stage is an Envoy with listeners for the settings of all transcripts, between scripted stand-ins.
type stage struct {
	*world
	urls [][]string // by transcript and way

	mu     sync.Mutex
	tr     *envoytest.Transcript // that is played
	unused []envoytest.ScriptedCall
	calls  []envoytest.Call
	asked  []*envoytest.Message // what the provider got
	cut    envoytest.Cut
}

func newStage(t *testing.T, all []envoytest.Transcript, passOn bool) *stage {
	control, err := standin.Serve(standin.Options{}) // the control plane's part is scripted, too
	require.NoError(t, err)
	t.Cleanup(control.Close)
	s := &stage{}
	o := envoy.Options{PassOn: passOn}
	o.Control, err = envoy.At(control.URL)
	require.NoError(t, err)
	at := map[string]int{}
	var places [][]int
	for _, tr := range all {
		// What a control plane said is remembered: with one, each play needs a module of its own.
		apart := strings.Contains(tr.Settings, "USAGE_PANDA_API")
		var p []int
		for i := range ways {
			name := tr.Settings
			if apart {
				name = tr.File + ways[i].name
				if i >= 2 {
					break // two ways are enough, at 40 MB each
				}
			}
			if _, ok := at[name]; !ok {
				at[name] = len(o.More)
				o.More = append(o.More, envoy.Listener{Settings: tr.Settings, Apart: apart})
			}
			p = append(p, at[name])
		}
		places = append(places, p)
	}
	s.world = start(t, o)
	for _, p := range places {
		var urls []string
		for _, i := range p {
			urls = append(urls, s.More[i])
		}
		s.urls = append(s.urls, urls)
	}
	s.provider.Script(func(r *http.Request, body []byte) *standin.Answer { return s.answer("llm", r, body) })
	control.Script(func(r *http.Request, body []byte) *standin.Answer { return s.answer("usage_panda", r, body) })
	return s
}

// answer answers as the transcript has it: a call that it scripts, or else the request.
func (s *stage) answer(cluster string, r *http.Request, body []byte) *standin.Answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := message(r, body)
	call := envoytest.Call{Cluster: cluster, Headers: m.Headers, Body: stable(string(body))}
	for i, c := range s.unused {
		if scripts(c, call) {
			s.unused = slices.Delete(s.unused, i, i+1)
			s.calls = append(s.calls, call)
			return scripted(c.Answer, envoytest.Whole)
		}
	}
	if cluster == "usage_panda" || strings.HasSuffix(r.URL.Path, "/moderations") && !strings.HasSuffix(s.tr.Path, "/moderations") {
		s.calls = append(s.calls, call)
		return standin.Fail(http.StatusNotFound, "not_found", "", "no such call in the transcript")
	}
	s.asked = append(s.asked, m)
	a := scripted(s.tr.Provider, s.cut)
	for _, h := range s.tr.Trailers {
		a.Trailer = http.Header{http.CanonicalHeaderKey(h[0]): {h[1]}}
	}
	return a
}

// scripts tells whether that is the call that the transcript scripts: it is, if a transcript with nothing else is right.
func scripts(c envoytest.ScriptedCall, call envoytest.Call) bool {
	only := envoytest.Transcript{Calls: []envoytest.ScriptedCall{c}}
	return only.Check(envoytest.Outcome{Answer: &envoytest.Message{}, Calls: []envoytest.Call{call}}) == ""
}

// scripted is a transcript's answer; a status of 0 breaks off.
func scripted(a envoytest.Answer, cut envoytest.Cut) *standin.Answer {
	if a.Status == 0 {
		return &standin.Answer{Raw: []byte{}, End: standin.Reset}
	}
	s := &standin.Answer{Status: a.Status, Header: http.Header{}, Pieces: cut(a.Body)}
	for _, h := range a.Headers {
		if h[0] != "content-length" {
			s.Header.Add(h[0], h[1])
		}
	}
	return s
}

// message is a request as a filter's test sees it.
func message(r *http.Request, body []byte) *envoytest.Message {
	m := &envoytest.Message{Body: [][]byte{body}}
	m.Headers = [][2]string{{":method", r.Method}, {":path", r.RequestURI}, {":authority", r.Host}}
	if r.ContentLength > 0 {
		m.Headers = append(m.Headers, [2]string{"content-length", strconv.FormatInt(r.ContentLength, 10)})
	}
	for name, values := range r.Header {
		for _, v := range values {
			if name != "Content-Length" {
				m.Headers = append(m.Headers, [2]string{strings.ToLower(name), v})
			}
		}
	}
	return m
}

// stable is stats with the client's address that the corpus has.
func stable(stats string) string {
	return strings.ReplaceAll(stats, `"ip_address":"127.0.0.1"`, `"ip_address":"203.0.113.7"`)
}

// play plays a transcript.
func (s *stage) play(t *testing.T, tr *envoytest.Transcript, url string, over protocol, cut envoytest.Cut) (o envoytest.Outcome) {
	s.mu.Lock()
	s.tr, s.unused, s.calls, s.asked, s.cut = tr, slices.Clone(tr.Calls), nil, nil, cut
	s.mu.Unlock()
	r := request{method: tr.Method, path: tr.Path, body: cut(tr.Body)}
	for _, h := range tr.Headers {
		switch h[0] {
		case "transfer-encoding":
			r.chunked = true
		case "content-length":
		default:
			r.headers = append(r.headers, h)
		}
	}
	a, err := over(url, r)
	require.NoError(t, err)
	headers := append(a.headers, [2]string{":status", strconv.Itoa(a.status)})
	o.Answer, o.Cut = &envoytest.Message{Headers: headers, Body: [][]byte{[]byte(a.body)}}, a.cut
	lines, err := s.Next(1, 10*time.Second)
	require.NoError(t, err, "the exchange has no stats")
	readStats(t, lines[0])
	o.Stats = stable(lines[0])
	// Stats are sent after the exchange; what is not wanted would come as late.
	done := func() bool { s.mu.Lock(); defer s.mu.Unlock(); return len(s.calls) >= len(tr.Calls) }
	for end := time.Now().Add(3 * time.Second); !done() && time.Now().Before(end); {
		time.Sleep(2 * time.Millisecond)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	o.Calls = s.calls
	if len(s.asked) > 0 {
		o.Upstream = s.asked[0]
	}
	return o
}
