package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

const dir = "../.." // of package wordlists

func TestTablesAreFresh(t *testing.T) {
	require.Len(t, paths, 4)
	for name, path := range paths {
		want, err := Table(name, dir)
		require.NoError(t, err, name)
		got, err := os.ReadFile(filepath.Join(dir, path))
		require.NoError(t, err, name)
		require.True(t, string(want) == string(got), "%s is not what the generator makes; want go generate ./wordlists", path)
	}
}

func TestTablesAreSmall(t *testing.T) {
	all := 0
	for name := range paths {
		table, err := Table(name, dir)
		require.NoError(t, err, name)
		all += len(table)
	}
	require.Less(t, all, 4<<20, "bytes that every instance of the module carries")
}

func TestListErrors(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(dir, "lists"), 0o755))
	for name, text := range map[string]string{
		"profanity.txt": "# comment\nheck\n[strong]\ndarn\nf*ck\n gosh\nsh1t\nfuuuck\n\n",
		"adult.txt":     "[mild]\ntwo  spaces\ndarn\nhalf-breed\n[hot]\nporn\n",
		"innocent.txt":  "darn it\n",
		"dan.txt":       "do anything, now\ndon't stop 24 7\n",
	} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, "lists", name), []byte(text), 0o644))
	}
	_, err := Table("lists", dir)
	require.EqualError(t, err, `profanity.txt:2: "heck" is under the heading ""; want another
profanity.txt:5: "f*ck": '*' stands for a separator; want a space
profanity.txt:6: " gosh": stray white space; want single spaces between words
profanity.txt:7: "sh1t": '1' in a word is found as a disguise; want a letter
profanity.txt:8: "fuuuck": a letter three times running is found as a disguise; want it once or twice
adult.txt:2: "two  spaces": stray white space; want single spaces between words
adult.txt:3: "darn" is in profanity.txt:4 already
adult.txt:6: "porn" is under the heading "[hot]"; want another
dan.txt:1: "do anything, now": ',' stands for a separator; want a space`)
}

func TestFoldErrors(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "internal", "gen"), 0o755))
	for text, want := range map[string]string{
		"[styled]\na 61\n":          `folds.txt:2: "61"; want runes beyond ASCII in hexadecimal`,
		"[alien]\na E9 x\n":         `folds.txt:2: "x"; want runes beyond ASCII in hexadecimal`,
		"# a\n[alien]\n\na E9 E9\n": `folds.txt:4: E9 is said twice`,
	} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, "internal", "gen", "folds.txt"), []byte(text), 0o644))
		_, err := Table("veils", dir)
		require.EqualError(t, err, want, "%q", text)
	}
}

func TestRunErrors(t *testing.T) {
	for _, args := range [][]string{nil, {"x"}, {"runes", "lists"}} {
		require.ErrorContains(t, run(args), "want runes, veils, shapes or lists", "%q", args)
	}
}
