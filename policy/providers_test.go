package policy

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/usagepanda/usage-panda-envoy/converters/openai"
)

// keys is an environment with keys.
func keys(name string) (string, bool) {
	v, ok := map[string]string{"A_KEY": " key-a\n", "B_KEY": "key-b", "OPENAI_API_KEY": "key-openai", "AZURE_API_KEY": "key-azure"}[name]
	return v, ok && v != ""
}

// headersOf are the headers "name: value" with " | " between them.
func headersOf(text string) func(string) string {
	return func(name string) string {
		for h := range strings.SplitSeq(text, " | ") {
			if n, v, _ := strings.Cut(h, ": "); n == name {
				return v
			}
		}
		return ""
	}
}

// chosen is where a request goes, PROVIDER/MODEL ..., or the error.
func chosen(s *Settings, model, headers string) string {
	targets, err := s.Targets(model, headersOf(headers))
	var e *openai.Error
	if errors.As(err, &e) {
		return fmt.Sprintf("%d %s %s: %s", e.Status, e.Type, e.Param, e.Message)
	}
	var all []string
	for _, t := range targets {
		all = append(all, t.Provider.Name+"/"+t.Model)
	}
	return strings.Join(all, " ")
}

const three = `"PROVIDERS":[{"name":"a","kind":"openai","url":"https://a.example/v1","key_env":"A_KEY"},{"name":"b","kind":"anthropic","key_env":"B_KEY"},{"name":"az","kind":"azure","resource":"eu","key":"key-az"}],`

func TestTargets(t *testing.T) {
	const palm = `"PROVIDERS":[{"name":"a","kind":"openai"},{"name":"g","kind":"palm","client_key":true},{"name":"h","kind":"palm"}],`
	const usagePanda = `"AZURE_RESOURCE_NAME":"Main","AZURE_RESOURCES":["other"],"AZURE_DEPLOYMENT_MAP":{"gpt-4":"four"},`
	const resource, key = "x-usagepanda-azure-resource: ", "x-usagepanda-palm-api-key: "
	const notAllowed = "403 access_denied : x-usagepanda-azure-resource: not a resource that is allowed here"
	for _, row := range []struct{ settings, model, headers, want string }{
		// No providers: nothing is looked at.
		{``, "gpt-4", "", ""},
		{``, "a/gpt-4", resource + "evil | " + key + "k", ""},
		// A provider's name before the model's.
		{three, "gpt-4", "", ""},
		{three, "", "", ""},
		{three, "a/gpt-4", "", "a/gpt-4"},
		{three, "a/meta/llama", "", "a/meta/llama"},
		{three, "A/gpt-4", "", ""},
		{three, "c/gpt-4", "", ""},
		{three, "a", "", ""},
		{three, "/gpt-4", "", ""},
		{three, "a/", "", "400 invalid_request_error model: model: no name behind a/; want a/MODEL"},
		// MODELS: names, patterns, which counts more.
		{three + `"MODELS":{"fast":"b/claude"},`, "fast", "", "b/claude"},
		{three + `"MODELS":{"fast":"b/claude"},`, "Fast", "", ""},
		{three + `"MODELS":{"fast":["b/claude","a/gpt/4","az/x"]},`, "fast", "", "b/claude a/gpt/4 az/x"},
		{three + `"MODELS":{"*":"a/x","gpt-*":"b/y","gpt-4":"az/z"},`, "gpt-4", "", "az/z"},
		{three + `"MODELS":{"*":"a/x","gpt-*":"b/y","gpt-4":"az/z"},`, "gpt-5", "", "b/y"},
		{three + `"MODELS":{"*":"a/x","gpt-*":"b/y","gpt-4":"az/z"},`, "o1", "", "a/x"},
		{three + `"MODELS":{"gpt-*":"a/1","gpt-4*":"a/2","*-mini":"a/3","gpt-4*-mini":"a/4"},`, "gpt-4o-mini", "", "a/4"},
		{three + `"MODELS":{"gpt-*":"a/1","gpt-4*":"a/2","*-mini":"a/3","gpt-4*-mini":"a/4"},`, "gpt-4o", "", "a/2"},
		{three + `"MODELS":{"gpt-*":"a/1","*-mini":"a/2"},`, "gpt-mini", "", "a/2"},
		{three + `"MODELS":{"x-*":"a/1","*-x":"a/2"},`, "x-x", "", "a/1"}, // as long: the first
		{three + `"MODELS":{"aba*aba":"a/1"},`, "aba", "", ""},            // the ends do not overlap
		{three + `"MODELS":{"aba*aba":"a/*."},`, "abaaba", "", "a/."},     // * may be nothing
		{three + `"MODELS":{"*":"a/*"},`, "", "", "a/"},                   // no model: the converter says so
		{three + `"MODELS":{"gpt-*":["a/*","b/x-*-y"]},`, "gpt-4", "", "a/4 b/x-4-y"},
		{three + `"MODELS":{"*":["a/*","b/claude"]},`, "x*y", "", "a/x*y b/claude"},
		{three + `"MODELS":{"*":"az/*"},`, "a/gpt-4", "", "az/a/gpt-4"}, // the settings close the way by a provider's name
		{three + `"MODELS":{"a/gpt-4":"b/x"},`, "a/gpt-4", "", "b/x"},
		{three + `"MODELS":{"a/*":"a/*","*":"b/x"},`, "a/gpt-4", "", "a/gpt-4"},
		// Azure's resources.
		{three, "gpt-4", resource + "eu", "az/gpt-4"},
		{three, "gpt-4", resource + " EU ", "az/gpt-4"},
		{three, "gpt-4", resource + "us", notAllowed},
		{three, "gpt-4", resource + "eu.evil.example/", notAllowed},
		{three + `"HEADER_OVERRIDES":"none",`, "gpt-4", resource + "us | " + key + "k", ""},
		{three + `"HEADER_OVERRIDES":"tighten",`, "gpt-4", resource + "eu", "az/gpt-4"},
		{three + `"AZURE_RESOURCES":["us"],`, "gpt-4", resource + "us", "azure/gpt-4"},
		{three + `"AZURE_RESOURCES":["us"],`, "azure/gpt-4", "", ""},
		{three + `"MODELS":{"*":"b/x"},`, "gpt-4", resource + "eu", "az/gpt-4"},
		{usagePanda, "gpt-4", "", "azure/four"},
		{usagePanda, "gpt-5", "", "azure/gpt-5"},
		{usagePanda, "", "", "azure/"},
		{usagePanda, "azure/gpt-4", "", "azure/four"},
		{usagePanda, "gpt-4", resource + "main", "azure/four"},
		{usagePanda, "gpt-4", resource + "OTHER", "azure/four"},
		{usagePanda, "gpt-4", resource + "third", notAllowed},
		{usagePanda + `"HEADER_OVERRIDES":"none",`, "gpt-4", resource + "third", "azure/four"},
		{usagePanda + three + `"MODELS":{"fast":"azure/gpt-4","f-*":"azure/*","x":"azure/y"},`, "fast", "", "azure/four"},
		{usagePanda + three + `"MODELS":{"fast":"azure/gpt-4","f-*":"azure/*","x":"azure/y"},`, "f-gpt-4", "", "azure/four"},
		{usagePanda + three + `"MODELS":{"fast":"azure/gpt-4","f-*":"azure/*","x":"azure/y"},`, "x", "", "azure/y"},
		{usagePanda + three, "b/claude", "", "b/claude"},
		// PaLM's key.
		{palm, "gpt-4", key + "k", "g/gpt-4"},
		{palm, "gpt-4", key + " ", ""},
		{three, "gpt-4", key + "secret", "403 access_denied : x-usagepanda-palm-api-key: no provider of the kind palm is set up here"},
	} {
		settings := strings.ReplaceAll("{"+row.settings+"}", ",}", "}")
		s, err := ParseSettings([]byte(settings), keys)
		require.NoError(t, err, settings)
		assert.Equal(t, row.want, chosen(s, row.model, row.headers), "%s: %q with %q", settings, row.model, row.headers)
		assert.Equal(t, row.settings != "", s.Converts(), settings)
	}
}

// TestProviderIs: what the settings say of a provider, with its key.
func TestProviderIs(t *testing.T) {
	const usagePanda = `{"AZURE_RESOURCE_NAME":"Main","AZURE_RESOURCES":["other"],"AZURE_API_VERSION":"2024-10-21"}`
	const resource = "x-usagepanda-azure-resource: "
	noAzureKey := func(name string) (string, bool) {
		v, ok := keys(name)
		return v, ok && name != "AZURE_API_KEY"
	}
	for _, row := range []struct {
		settings string
		env      func(string) (string, bool)
		model    string
		headers  string
		want     string
	}{
		{"{" + three + `"LOCAL_MODE":true}`, keys, "a/x", "", "openai a.example /v1 a key-a   false"},
		{"{" + three + `"LOCAL_MODE":true}`, keys, "b/x", "", "anthropic   b key-b   false"},
		{"{" + three + `"LOCAL_MODE":true}`, keys, "az/x", "", "azure   az key-az  eu false"},
		{usagePanda, keys, "x", "", "azure   azure key-azure 2024-10-21 main true"},
		{usagePanda, noAzureKey, "x", "", "azure   azure key-openai 2024-10-21 main true"},
		{usagePanda, keys, "x", resource + "main", "azure   azure key-azure 2024-10-21 main true"},
		{usagePanda, keys, "x", resource + "other", "azure   azure  2024-10-21 other true"}, // no key of ours
		{`{"PROVIDERS":[{"name":"g","kind":"palm","key":"ours","client_key":true}]}`, keys, "x", "x-usagepanda-palm-api-key: theirs", "palm   g theirs   false"},
	} {
		s, err := ParseSettings([]byte(row.settings), row.env)
		require.NoError(t, err, row.settings)
		targets, err := s.Targets(row.model, headersOf(row.headers))
		require.NoError(t, err, row.settings)
		require.Len(t, targets, 1, row.settings)
		p := targets[0].Provider
		got := fmt.Sprintf("%s %s %s %s %s %s %s %t", p.Kind, p.Host, p.Base, p.Cluster, p.Key, p.Version, p.Resource, p.ClientKey)
		assert.Equal(t, row.want, got, "%s: %q with %q", row.settings, row.model, row.headers)
	}
}

func TestProviderByName(t *testing.T) {
	s, err := ParseSettings([]byte("{"+three+`"AZURE_RESOURCE_NAME":"main","AZURE_RESOURCES":["other"]}`), keys)
	require.NoError(t, err)
	for _, name := range []string{"a", "b", "az", "azure"} {
		require.NotNil(t, s.Provider(name), name)
		assert.Equal(t, name, s.Provider(name).Name)
	}
	assert.Equal(t, "main", s.Provider("azure").Resource)
	for _, name := range []string{"", "c", "A", "other"} {
		assert.Nil(t, s.Provider(name), name)
	}
	assert.Nil(t, (&Settings{}).Provider("a"))
}

// TestProvidersHideKeys: no text of a provider has a key in it.
func TestProvidersHideKeys(t *testing.T) {
	s, err := ParseSettings([]byte("{"+three+`"LOCAL_MODE":true}`), keys)
	require.NoError(t, err)
	targets, err := s.Targets("b/x", headersOf(""))
	require.NoError(t, err)
	for _, text := range []string{fmt.Sprint(*s.Provider("az")), fmt.Sprintf("%+v", s.Providers), fmt.Sprintf("%v %+v", targets[0].Provider, s.Provider("a"))} {
		assert.NotContains(t, text, "key-")
		assert.NotEmpty(t, text)
	}
}

// TestMergeLeavesRoutes: a configuration that is laid over the settings changes neither their providers nor their models.
func TestMergeLeavesRoutes(t *testing.T) {
	s, err := ParseSettings([]byte("{"+three+`"MODELS":{"fast":"a/x"}}`), keys)
	require.NoError(t, err)
	merged, err := s.Merge([]byte(`{"LLM_API_BASE_PATH":"https://x.example","PROVIDERS":[{"name":"c","kind":"openai","key_env":"B_KEY"}],"MODELS":{"fast":"c/y"}}`))
	require.NoError(t, err)
	assert.Equal(t, "c/y", chosen(merged, "fast", ""))
	assert.Equal(t, "key-b", merged.Provider("c").Key)
	assert.Equal(t, "a/x", chosen(s, "fast", ""))
	same, err := s.Merge([]byte(`{"LLM_API_BASE_PATH":"https://x.example"}`))
	require.NoError(t, err)
	assert.Equal(t, "a/x", chosen(same, "fast", ""))
	assert.Equal(t, "key-a", same.Provider("a").Key)
	off, err := s.Merge([]byte(`{"LLM_API_BASE_PATH":"https://x.example","PROVIDERS":[],"MODELS":{}}`))
	require.NoError(t, err)
	assert.False(t, off.Converts())
}

// TestReadmeProviders: README's example is one, and does what is said there.
func TestReadmeProviders(t *testing.T) {
	readme, err := os.ReadFile("../README.md")
	require.NoError(t, err)
	_, rest, ok := strings.Cut(string(readme), "<!-- providers: policy/providers_test.go reads this example -->\n```json\n")
	require.True(t, ok, "no example of providers in README")
	example, _, _ := strings.Cut(rest, "```")
	s, err := ParseSettings([]byte(example), func(name string) (string, bool) { return "k", strings.HasSuffix(name, "_KEY") })
	require.NoError(t, err, example)
	for model, want := range map[string]string{
		"fast":                 "anthropic/claude-haiku-4-5 azure-eu/gpt-4o-mini",
		"gpt-4o":               "azure-eu/gpt-4o openai/gpt-4o",
		"anthropic/claude-x":   "anthropic/claude-x",
		"text-embedding-3-big": "",
	} {
		assert.Equal(t, want, chosen(s, model, ""), "%s: %q", example, model)
	}
	schema := schemaOf(t)
	var doc any
	require.NoError(t, json.Unmarshal([]byte(example), &doc))
	assert.NoError(t, schema.Validate(doc), example)
}

// TestTargetsAllocate: no more than what they return.
func TestTargetsAllocate(t *testing.T) {
	s, err := ParseSettings([]byte("{"+three+`"MODELS":{"fast":["b/claude","a/x"],"gpt-*":["a/x-*","b/y"]}}`), keys)
	require.NoError(t, err)
	none := func(string) string { return "" }
	for _, row := range []struct {
		model string
		most  float64
	}{{"fast", 0}, {"other", 0}, {"c/x", 0}, {"a/x", 1}, {"gpt-4", 2}} {
		got := testing.AllocsPerRun(100, func() { _, _ = s.Targets(row.model, none) })
		assert.LessOrEqual(t, got, row.most, row.model)
	}
}

func BenchmarkTargets(b *testing.B) {
	s, err := ParseSettings([]byte("{"+three+`"MODELS":{"fast":["b/claude","a/x"],"gpt-*":["a/x-*","b/y"]}}`), keys)
	require.NoError(b, err)
	none := func(string) string { return "" }
	for _, model := range []string{"fast", "other", "a/x", "gpt-4"} {
		b.Run(strings.ReplaceAll(model, "/", "_"), func(b *testing.B) {
			b.ReportAllocs()
			for range b.N {
				_, _ = s.Targets(model, none)
			}
		})
	}
}
