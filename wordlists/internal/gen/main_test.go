package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

const dir = "../.." // of package wordlists

func TestTablesAreFresh(t *testing.T) {
	require.Len(t, paths, 2)
	for name, path := range paths {
		want, err := Table(name, dir)
		require.NoError(t, err, name)
		got, err := os.ReadFile(filepath.Join(dir, path))
		require.NoError(t, err, name)
		require.True(t, string(want) == string(got), "%s is not what the generator makes; want go generate ./wordlists", path)
	}
}

func TestTableIsSmall(t *testing.T) {
	lists, err := Table("lists", dir)
	require.NoError(t, err)
	require.Less(t, len(lists), 3<<20, "bytes that every instance of the module carries")
}

func TestListErrors(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(dir, "lists"), 0o755))
	for name, text := range map[string]string{
		"profanity.txt": "# comment\ndarn\nf*ck\n gosh\n\n",
		"adult.txt":     "two  spaces\ndarn\nhalf-breed\n",
		"dan.txt":       "do anything, now\ndon't stop\n",
	} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, "lists", name), []byte(text), 0o644))
	}
	_, err := Table("lists", dir)
	require.EqualError(t, err, `profanity.txt:3: "f*ck": '*' stands for a separator; want a space
profanity.txt:4: " gosh": stray white space; want single spaces between words
adult.txt:1: "two  spaces": stray white space; want single spaces between words
adult.txt:2: "darn" is in profanity.txt:2 already
dan.txt:1: "do anything, now": ',' stands for a separator; want a space`)
}

func TestRunErrors(t *testing.T) {
	for _, args := range [][]string{nil, {"x"}, {"runes", "lists"}} {
		require.ErrorContains(t, run(args), "want runes or lists", "%q", args)
	}
}
