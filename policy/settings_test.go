package policy

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/tools/txtar"
)

// The corpus in testdata/settings has a case a file. Its sections:
//
//	-- settings.json --   the configuration
//	-- env --             the environment, NAME=VALUE a line
//	-- merge.json --      the control plane's answer that is laid over it
//	-- effect --          the settings that differ from an empty configuration's, as text; or
//	-- errors --          all that is wrong, as one text
//	-- schema --          "passes": the JSON Schema cannot see what is wrong
const corpus = "testdata/settings"

type settingsCase struct {
	file     string
	sections map[string]string
}

func settingsCases(t testing.TB) (all []settingsCase) {
	files, err := filepath.Glob(filepath.Join(corpus, "*.txtar"))
	require.NoError(t, err)
	require.NotEmpty(t, files, "no case in %s", corpus)
	for _, file := range files {
		a, err := txtar.ParseFile(file)
		require.NoError(t, err)
		c := settingsCase{file, map[string]string{}}
		for _, f := range a.Files {
			require.Contains(t, []string{"settings.json", "env", "merge.json", "effect", "errors", "schema"}, f.Name, file)
			c.sections[f.Name] = string(f.Data)
		}
		require.NotEmpty(t, strings.TrimSpace(string(a.Comment)), "%s: no comment", file)
		require.NotEqual(t, c.has("effect"), c.has("errors"), "%s: want either effect or errors", file)
		all = append(all, c)
	}
	return all
}

func (c settingsCase) has(name string) bool { _, ok := c.sections[name]; return ok }

func (c settingsCase) env(name string) (string, bool) {
	for line := range strings.Lines(c.sections["env"]) {
		if value, ok := strings.CutPrefix(strings.TrimSuffix(line, "\n"), name+"="); ok {
			return value, true
		}
	}
	return "", false
}

// parse is what comes of a case: its effect or its errors.
func (c settingsCase) parse() (section, text string) {
	s, err := ParseSettings([]byte(c.sections["settings.json"]), c.env)
	if err == nil && c.has("merge.json") {
		s, err = s.Merge([]byte(c.sections["merge.json"]))
	}
	if err != nil {
		return "errors", err.Error() + "\n"
	}
	return "effect", effect(s)
}

// effect lists the settings that differ from those of an empty configuration.
func effect(s *Settings) string {
	var b strings.Builder
	base, _ := ParseSettings(nil, noEnv)
	for i := range fields {
		f := &fields[i]
		if v := f.in(s); !reflect.DeepEqual(v.Interface(), f.in(base).Interface()) {
			fmt.Fprintf(&b, "%s = %s\n", f.key, shown(v.Interface()))
		}
	}
	return b.String()
}

func shown(v any) string {
	switch v := v.(type) {
	case string:
		return fmt.Sprintf("%q", v)
	case []string:
		return fmt.Sprintf("%q", v)
	case map[string]string:
		return fmt.Sprintf("%q", v)
	case Replies, Models:
		return fmt.Sprintf("%q", v)
	case Providers:
		var b strings.Builder
		for _, p := range v {
			type open Provider // its String leaves out all but the name
			fmt.Fprintf(&b, "\n  %+v", open(p))
		}
		return b.String()
	case fmt.Stringer: // also a JSON value
		return v.String()
	}
	return fmt.Sprint(v)
}

func noEnv(string) (string, bool) { return "", false }

func TestSettings(t *testing.T) {
	for _, c := range settingsCases(t) {
		section, text := c.parse()
		assert.Equal(t, c.sections[section], text, "%s: %s", c.file, section)
	}
}

func schemaOf(t *testing.T) *jsonschema.Schema {
	file, err := os.ReadFile("settings.schema.json")
	require.NoError(t, err)
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(file))
	require.NoError(t, err)
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	require.NoError(t, c.AddResource("settings.schema.json", doc))
	s, err := c.Compile("settings.schema.json")
	require.NoError(t, err)
	return s
}

// TestSchemaAgrees holds the JSON Schema against the corpus.
func TestSchemaAgrees(t *testing.T) {
	s := schemaOf(t)
	passed, refused := 0, 0
	for _, c := range settingsCases(t) {
		doc, err := jsonschema.UnmarshalJSON(strings.NewReader(c.sections["settings.json"]))
		if err != nil {
			continue // no JSON: nothing for a schema
		}
		err = s.Validate(doc)
		if _, bad := ParseSettings([]byte(c.sections["settings.json"]), noEnv); bad == nil || c.sections["schema"] == "passes\n" {
			assert.NoError(t, err, c.file)
			passed++
		} else {
			assert.Error(t, err, "%s: the schema lets it pass", c.file)
			refused++
		}
	}
	assert.Positive(t, passed)
	assert.Positive(t, refused)
}

// FuzzParseSettings: no configuration panics, and what is read says the same when it is read as text again.
func FuzzParseSettings(f *testing.F) {
	for _, c := range settingsCases(f) {
		f.Add(c.sections["settings.json"], c.sections["merge.json"])
	}
	f.Fuzz(func(t *testing.T, settings, merge string) {
		s, err := ParseSettings([]byte(settings), noEnv)
		if err != nil {
			if strings.TrimSpace(err.Error()) == "" {
				t.Fatalf("%q: an error without words", settings)
			}
			return
		}
		before := effect(s)
		s.Merge([]byte(merge))
		if after := effect(s); after != before {
			t.Fatalf("%q: merging %q changed the settings themselves:\n%s\n%s", settings, merge, before, after)
		}
		if s.Engine() == nil || s.BasePath == "" || !s.LocalMode && s.API == "" {
			t.Fatalf("%q: settings that cannot serve: %s", settings, before)
		}
	})
}
