package converters

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/tools/txtar"

	"github.com/usagepanda/usage-panda-envoy/converters/openai"
)

var update = flag.Bool("update", false, "write what the converters do into the corpora")

// key is every provider's key in the tests: no error may have it.
const key = "planted-key-0123456789"

// A testCase is an exchange of a corpus: testdata/KIND/NAME.txtar. Its comment names the source of its shapes. Its files:
//
//	settings        of the provider, a line each: version 2024-10-21
//	request         POST /v1/chat/completions, an empty line, the client's body
//	outgoing        host and path, the headers that are set, an empty line, the provider's body; or
//	refused         the client's answer: a status, an empty line, the body
//	dropped         the fields that were left out, a line each
//	answer NAME     a status, an empty line, the provider's body; and
//	client NAME     what the client gets of it
//	stream NAME     what the provider streams; and
//	events NAME     what the client gets of it
//
// An answer and a stream of one name say the same.
type testCase struct {
	kind, file string
	archive    *txtar.Archive
}

func (c *testCase) get(name string) (string, bool) {
	for _, f := range c.archive.Files {
		if f.Name == name {
			return string(f.Data), true
		}
	}
	return "", false
}

// corpus is all cases of a kind, at least one.
func corpus(t testing.TB, kind string) []*testCase {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", kind, "*.txtar"))
	require.NoError(t, err)
	require.NotEmpty(t, files, "no corpus for %s", kind)
	var cases []*testCase
	for _, file := range files {
		a, err := txtar.ParseFile(file)
		require.NoError(t, err)
		require.NotEmpty(t, strings.TrimSpace(string(a.Comment)), "%s: want the source of its shapes", file)
		cases = append(cases, &testCase{kind, file, a})
	}
	return cases
}

// want compares a file of the case with what came. With -update it takes what came.
func (c *testCase) want(t *testing.T, name, got string) {
	t.Helper()
	if *update {
		for i := range c.archive.Files {
			if c.archive.Files[i].Name == name {
				c.archive.Files[i].Data = []byte(got)
				return
			}
		}
		c.archive.Files = append(c.archive.Files, txtar.File{Name: name, Data: []byte(got)})
		return
	}
	want, ok := c.get(name)
	require.True(t, ok, "%s: no file %q; got:\n%s", c.file, name, got)
	require.Equal(t, want, got, "%s: %s", c.file, name)
}

// exchange is a new exchange as the case has it.
func (c *testCase) exchange(t testing.TB, x *Exchange) {
	t.Helper()
	x.Reset()
	x.Provider = &Provider{Kind: c.kind, Key: key}
	x.Created, x.ID = 1700000000, func() string { return "0123456789" }
	settings, _ := c.get("settings")
	for line := range strings.Lines(settings) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), " ")
		p := x.Provider
		to, known := map[string]*string{"host": &p.Host, "base": &p.Base, "version": &p.Version, "resource": &p.Resource, "project": &p.Project,
			"location": &p.Location, "model": &x.Model}[name]
		switch {
		case known:
			*to = value
		case name == "drop":
			p.Drop = true
		case name == "max-tokens":
			var err error
			p.MaxTokens, err = strconv.Atoi(value)
			require.NoError(t, err)
		default:
			t.Fatalf("%s: setting %q is not known", c.file, name)
		}
	}
	request, ok := c.get("request")
	require.True(t, ok, "%s: no request", c.file)
	line, body, _ := strings.Cut(request, "\n\n")
	method, path, _ := strings.Cut(line, " ")
	require.Contains(t, []string{"GET", "POST"}, method, c.file)
	x.Path, x.Body = strings.TrimSpace(path), []byte(body)
	x.Endpoint = openai.EndpointOf(strings.Split(path, "?")[0])
}

// outgoing is a request as the corpus has it.
func outgoing(o Outgoing) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s%s\n", o.Host, o.Path)
	for _, h := range o.Headers {
		if h.Value != "" {
			fmt.Fprintf(&b, "%s: %s\n", h.Name, h.Value)
		}
	}
	return b.String() + "\n" + pretty(o.Body)
}

func answered(status int, body []byte) string { return fmt.Sprintf("%d\n\n%s", status, pretty(body)) }

// pretty is JSON indented, and anything else as it is.
func pretty(body []byte) string {
	var b bytes.Buffer
	if len(body) == 0 || json.Indent(&b, body, "", "  ") != nil {
		return string(body)
	}
	return strings.TrimRight(b.String(), "\n") + "\n"
}

// TestCorpus runs every converter's corpus.
func TestCorpus(t *testing.T) {
	for _, kind := range Kinds() {
		for _, c := range corpus(t, kind) {
			t.Run(kind+"/"+strings.TrimSuffix(filepath.Base(c.file), ".txtar"), func(t *testing.T) {
				c.run(t)
				if *update {
					require.NoError(t, os.WriteFile(c.file, txtar.Format(c.archive), 0o644))
				}
			})
		}
	}
}

func (c *testCase) run(t *testing.T) {
	conv, x := Of(c.kind), new(Exchange)
	c.exchange(t, x)
	o, err := conv.Request(x)
	if err != nil {
		e, ok := err.(*openai.Error)
		require.True(t, ok, "%s: an error that is no client's: %v", c.file, err)
		c.want(t, "refused", answered(e.Status, e.Body()))
		return
	}
	if len(x.Body) > 0 {
		require.True(t, x.Body[0] != '{' || json.Valid(o.Body), "%s: not JSON: %s", c.file, o.Body)
	}
	c.want(t, "outgoing", outgoing(o))
	if _, ok := c.get("dropped"); ok || len(x.Dropped) > 0 {
		c.want(t, "dropped", strings.Join(x.Dropped, "\n")+"\n")
	}
	require.Equal(t, 1, strings.Count(outgoing(o), key), "%s: where the key is", c.file)
	for _, h := range o.Headers {
		require.True(t, h.Value != key && h.Value != bearer(key) || Stray(h.Name), "%s: the client's own %s would pass", c.file, h.Name)
	}
	c.keeps(t, x, o.Body)
	c.again(t, o)

	for _, f := range c.archive.Files {
		what, name, _ := strings.Cut(f.Name, " ")
		switch what {
		case "answer":
			c.answer(t, x, name, string(f.Data))
		case "stream":
			c.stream(t, x, name, string(f.Data))
		case "settings", "request", "outgoing", "refused", "dropped", "client", "events":
		default:
			t.Errorf("%s: file %q is not known", c.file, f.Name)
		}
	}
}

// again converts the request with an exchange that has been used: the same must come.
func (c *testCase) again(t *testing.T, want Outgoing) {
	text := outgoing(want)
	x := new(Exchange)
	for range 2 {
		c.exchange(t, x)
		o, err := Of(c.kind).Request(x)
		require.NoError(t, err)
		require.Equal(t, text, outgoing(o), "%s: an exchange that was used before", c.file)
	}
}

func spaced(name string) string {
	if name == "" {
		return ""
	}
	return " " + name
}

func (c *testCase) answer(t *testing.T, x *Exchange, name, file string) {
	line, body, _ := strings.Cut(file, "\n\n")
	status, err := strconv.Atoi(strings.TrimSpace(line))
	require.NoError(t, err, "%s: answer %s", c.file, name)
	gotStatus, got := Of(c.kind).Answer(x, status, []byte(body))
	c.want(t, "client"+spaced(name), answered(gotStatus, got))
	if gotStatus < 400 {
		return
	}
	require.NotContains(t, string(got), key, "%s: answer %s", c.file, name)
	var e struct {
		Error struct{ Message, Type *string }
	}
	require.NoError(t, json.Unmarshal(got, &e), "%s: answer %s: %s", c.file, name, got)
	require.NotNil(t, e.Error.Message, "%s: answer %s: no message: %s", c.file, name, got)
	require.NotNil(t, e.Error.Type, "%s: answer %s: no type: %s", c.file, name, got)
}
