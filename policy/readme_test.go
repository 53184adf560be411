package policy

import (
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// table is README's table of settings, as the code has them.
func table() string {
	var b strings.Builder
	b.WriteString("| key | header | default | meaning |\n|---|---|---|---|\n")
	var s Settings
	for _, f := range fields {
		fallback := f.fallback
		if fallback == "" && !strings.Contains(f.doc, "By default") {
			switch f.in(&s).Kind() {
			case reflect.Bool:
				fallback = "false"
			case reflect.Int:
				fallback = "0"
			}
		}
		code := func(text string) string {
			if text == "" {
				return ""
			}
			return "`" + strings.ReplaceAll(text, "|", `\|`) + "`"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", f.key, code(f.header), code(fallback), strings.ReplaceAll(f.doc, "|", `\|`))
	}
	return b.String()
}

func TestReadmeHasTheSettings(t *testing.T) {
	readme, err := os.ReadFile("../README.md")
	require.NoError(t, err)
	require.Contains(t, string(readme), table(), "README's table of settings is not the code's")
}
