package policy_test

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usagepanda/usage-panda-envoy/policy/internal/schema"
)

func TestSchemaIsCurrent(t *testing.T) {
	file, err := os.ReadFile("settings.schema.json")
	require.NoError(t, err)
	want, err := schema.Make()
	require.NoError(t, err)
	require.Equal(t, string(want), string(file), "run go generate ./policy")
}
