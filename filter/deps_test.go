package main_test

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const (
	module = "github.com/usagepanda/usage-panda-envoy/"
	sdk    = "github.com/proxy-wasm/proxy-wasm-go-sdk/"
)

// may are the packages of the project that each of them may import. Packages below one of these belong to it.
var may = map[string][]string{
	"filter":            {"filter/stream"},
	"filter/stream":     {"policy", "converters", "converters/openai"},
	"filter/envoytest":  {"filter/stream"},
	"policy":            {"wordlists", "converters/openai"},
	"converters":        {"converters/openai"},
	"converters/openai": {},
	"wordlists":         {},
}

// house is the longest name in may that a package belongs to, "" where it is none of them.
func house(pkg string) string {
	own, ok := strings.CutPrefix(pkg, module)
	longest := ""
	for name := range may {
		if ok && len(name) > len(longest) && (own == name || strings.HasPrefix(own, name+"/")) {
			longest = name
		}
	}
	return longest
}

// list is the output of go list for the module's platform, a line a package, as fields.
func list(t *testing.T, args ...string) [][]string {
	cmd := exec.Command("go", append([]string{"list", "-f", `{{.ImportPath}} {{join .Imports " "}}`}, args...)...)
	cmd.Dir = ".."
	cmd.Env = append(os.Environ(), "GOOS=wasip1", "GOARCH=wasm", "CGO_ENABLED=0")
	out, err := cmd.Output()
	require.NoError(t, err)
	var lines [][]string
	for l := range strings.Lines(string(out)) {
		lines = append(lines, strings.Fields(l))
	}
	require.NotEmpty(t, lines)
	return lines
}

func TestDependencies(t *testing.T) {
	seen := map[string]bool{}
	for _, f := range list(t, "-deps", "./filter/...", "./policy/...", "./converters/...", "./wordlists/...") {
		from := house(f[0])
		seen[from] = true
		for _, imported := range f[1:] {
			to := house(imported)
			if from != "" && to != "" && from != to {
				require.Contains(t, may[from], to, "%s imports %s", f[0], imported)
			}
			if strings.HasPrefix(imported, sdk) && !strings.HasPrefix(f[0], sdk) {
				require.Empty(t, from, "%s imports the SDK, which the module does without", f[0])
			}
			if from != "" {
				require.False(t, strings.HasPrefix(imported, module+"e2e"), "%s imports %s", f[0], imported)
			}
		}
	}
	for _, name := range []string{"filter", "filter/stream", "filter/envoytest", "policy", "converters/openai", "wordlists"} {
		require.True(t, seen[name], "%s was not seen", name)
	}
}

func TestEnvoytestIsForTests(t *testing.T) {
	for _, f := range list(t, "./...") {
		for _, imported := range f[1:] {
			require.False(t, house(imported) == "filter/envoytest" && house(f[0]) != "filter/envoytest", "%s imports %s", f[0], imported)
		}
	}
}
