package e2e

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usagepanda/usage-panda-envoy/e2e/envoy"
	"github.com/usagepanda/usage-panda-envoy/e2e/standin"
	"github.com/usagepanda/usage-panda-envoy/filter/envoytest"
)

// TestStreamSplits plays every other of the corpus's streams with answers that are cut anywhere, within events and characters, each piece
// written by itself.
func TestStreamSplits(t *testing.T) {
	all, err := envoytest.Load(filepath.Join(root, "filter", "testdata", "streams"))
	require.NoError(t, err)
	for i := range len(all) / 2 {
		all[i] = all[2*i]
	}
	all = all[:len(all)/2]
	s := newStage(t, all, false)
	s.provider.Script(func(r *http.Request, body []byte) *standin.Answer {
		a := s.answer("llm", r, body)
		a.Pace = 100 * time.Microsecond // so that they are not put together on the way
		return a
	})
	r := rand.New(rand.NewPCG(1, 2))
	for i := range all {
		o := s.play(t, &all[i], s.urls[i][0], []protocol{http1, http2}[i%2], func(body string) (pieces [][]byte) {
			for body != "" {
				n := min(1+r.IntN(1+r.IntN(len(body)/10+2)), len(body))
				pieces, body = append(pieces, []byte(body[:n])), body[n:]
			}
			return pieces
		})
		o.Holds = true
		require.Empty(t, all[i].Check(o), all[i].File)
	}
}

// streams is an Envoy whose provider does what a test wants, event by event.
type streams struct {
	*world
	redact, audit, block string // where it serves, with that action on the custom list
	handle               atomic.Pointer[http.HandlerFunc]
}

func newStreams(t *testing.T) *streams {
	s := &streams{}
	upstream := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", "text/event-stream")
		(*s.handle.Load())(w, r)
	}))
	t.Cleanup(upstream.Close)
	at, err := envoy.At(upstream.URL)
	require.NoError(t, err)
	with := func(action string) string {
		return settings(t, fmt.Sprintf(`{"POLICY_CUSTOM_WORDLIST":["unicorn"],"POLICY_RESPONSE_WORDLIST":"custom:%s,profanity:%[1]s,dan:%[1]s"}`, action))
	}
	s.world = start(t, envoy.Options{Provider: at, Settings: with("redact"), More: []envoy.Listener{{Settings: with("audit")}, {Settings: with("block")}}})
	s.redact, s.audit, s.block = s.URL, s.More[0], s.More[1]
	return s
}

// answer has f answer what is asked from now on; say sends an event with a text, at once.
func (s *streams) answer(f func(r *http.Request, say func(text string))) {
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f(r, func(text string) {
			_, _ = io.WriteString(w, event(r.URL.Path, text))
			_ = http.NewResponseController(w).Flush()
		})
	})
	s.handle.Store(&h)
}

// event is an event with a text, or [DONE].
func event(path, text string) string {
	if text == "[DONE]" {
		return "data: [DONE]\n\n"
	}
	switch path {
	case "/v1/completions":
		return fmt.Sprintf(`data: {"id":"c","object":"text_completion","choices":[{"index":0,"text":%s,"finish_reason":null}]}`+"\n\n", quote(text))
	case "/v1/responses":
		const kind = "response.output_text.delta"
		return fmt.Sprintf("event: %s\n"+`data: {"type":"%[1]s","output_index":0,"content_index":0,"delta":%s}`+"\n\n", kind, quote(text))
	}
	return fmt.Sprintf(`data: {"id":"c","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":%s},"finish_reason":null}]}`+"\n\n", quote(text))
}

// stream is an answer that is read while it comes.
type stream struct {
	net.Conn
	body *bufio.Reader
}

// ask asks for a stream.
func ask(url, path string) (*stream, error) {
	c, host, err := dial(url)
	if err != nil {
		return nil, err
	}
	said := map[string]string{chatPath: `"messages":[{"role":"user","content":"hello"}]`, "/v1/completions": `"prompt":"hello"`, "/v1/responses": `"input":"hello"`}
	r := post(path, `{"model":"m","stream":true,`+said[path]+`}`)
	for _, p := range r.wire(host) {
		if _, err := c.Write(p); err != nil {
			return nil, err
		}
	}
	h, err := http.ReadResponse(bufio.NewReader(c), &http.Request{Method: "POST"})
	if err == nil && h.StatusCode != 200 {
		err = fmt.Errorf("status %d", h.StatusCode)
	}
	if err != nil {
		return nil, err
	}
	return &stream{c, bufio.NewReader(h.Body)}, nil
}

// next is the data of the next event; an error at the end.
func (s *stream) next() (string, error) {
	for {
		line, err := s.body.ReadString('\n')
		if err != nil {
			return "", err
		}
		if data, ok := strings.CutPrefix(line, "data: "); ok {
			return strings.TrimSpace(data), nil
		}
	}
}

// rest is all data that come until the end.
func (s *stream) rest() (all []string) {
	for {
		data, err := s.next()
		if err != nil {
			return all
		}
		all = append(all, data)
	}
}

const chatPath = "/v1/chat/completions"

// TestStreams has a provider that writes event by event.
func TestStreams(t *testing.T) {
	s := newStreams(t)
	t.Run("prompt", s.areThereAtOnce)
	t.Run("left", s.areLeft)
	t.Run("blocked", s.areCut)
	t.Run("slow", s.doNotPileUp)
	t.Run("many", s.areSmall)
}

// areThereAtOnce has a provider that writes an event only when the client has the one before, of which something may be kept back.
func (s *streams) areThereAtOnce(t *testing.T) {
	texts := []string{"Hello", " there", ". A uni", "cycle", " and a", " unicorn", " 1 2 3.", " do", " anything", " four."}
	for name, url := range map[string]string{"redact": s.redact, "audit": s.audit} {
		got, took := make(chan time.Time), []time.Duration(nil)
		s.answer(func(r *http.Request, say func(string)) {
			for n := range 10 * len(texts) {
				written := time.Now()
				say(texts[n%len(texts)])
				select {
				case read := <-got:
					took = append(took, read.Sub(written))
				case <-time.After(5 * time.Second):
					return // the client is still waiting for the event
				case <-r.Context().Done():
					return
				}
			}
			say("[DONE]")
		})
		a, err := ask(url, chatPath)
		require.NoError(t, err)
		for range 10 * len(texts) {
			_, err := a.next()
			require.NoError(t, err, "%s: after %d events", name, len(took))
			got <- time.Now()
		}
		require.Equal(t, []string{"[DONE]"}, a.rest(), name)
		require.NoError(t, a.Close())
		s.manyStats(t, 1)
		slices.Sort(took)
		t.Logf("%s: from the provider's write to the client's read: median %v, 9 of 10 %v", name, took[len(took)/2], took[len(took)*9/10])
	}
}

// areLeft has a client leave in the middle: what came until then is counted and flagged.
func (s *streams) areLeft(t *testing.T) {
	for _, path := range []string{chatPath, "/v1/completions", "/v1/responses"} {
		left := make(chan bool, 1)
		s.answer(func(r *http.Request, say func(string)) {
			say("A unicorn. ")
			say("And on and on")
			select {
			case <-r.Context().Done():
				left <- true
			case <-time.After(5 * time.Second):
				left <- false
			}
		})
		a, err := ask(s.audit, path)
		require.NoError(t, err)
		for range 2 {
			_, err := a.next()
			require.NoError(t, err)
		}
		require.NoError(t, a.Close())
		require.True(t, <-left, "the provider is cut off")
		stats := s.stats(t)
		require.True(t, stats.Error)
		require.Len(t, stats.Flags, 1)
		require.Equal(t, "Response matched known wordlists: custom", stats.Flags[0].Description)
		if path != "/v1/responses" { // which has nothing to say of a response that was never created
			require.Equal(t, "map[completion_tokens:6 estimated:true prompt_tokens:2 total_tokens:8]", fmt.Sprint(stats.Response["usage"]), "of 24 and 5 characters")
		}
	}
}

// areCut has a provider say what is blocked, and go on: it is cut off, and the client has what came before, and an error.
func (s *streams) areCut(t *testing.T) {
	for _, path := range []string{chatPath, "/v1/completions", "/v1/responses"} {
		cut := make(chan time.Duration, 1)
		s.answer(func(r *http.Request, say func(string)) {
			say("Once a uni")
			say("corn")
			blocked := time.Now()
			say(" lived.")
			for r.Context().Err() == nil && time.Since(blocked) < 5*time.Second {
				say("More.")
				time.Sleep(time.Millisecond)
			}
			cut <- time.Since(blocked)
		})
		a, err := ask(s.block, path)
		require.NoError(t, err)
		all := a.rest()
		require.NoError(t, a.Close())
		took := <-cut
		require.Less(t, took, 2*time.Second, "%s: the provider is cut off", path)
		t.Logf("%s: the provider is cut off %v after the word", path, took)
		if path != "/v1/responses" {
			require.Equal(t, "[DONE]", all[len(all)-1])
			all = all[:len(all)-1]
		}
		require.Len(t, all, 3, "%s: %q", path, all)
		require.Contains(t, all[0], `"Once a "`)
		require.Contains(t, all[1], `""`)
		require.Contains(t, all[2], "Usage Panda: Response matched known wordlists: custom")
		stats := s.stats(t)
		require.True(t, stats.Error)
		require.Len(t, stats.Flags, 1)
	}
}
