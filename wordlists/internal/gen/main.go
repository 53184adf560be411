// Command gen makes the tables that package wordlists embeds. Run it by go generate in that package, after a list or Go's Unicode has
// changed: with the arguments runes, veils and shapes it makes the tables of package dfa, then, built anew with those, with the argument lists
// builtin.bin.
package main

import (
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

// paths are where the tables lie, seen from package wordlists.
var paths = map[string]string{
	"runes":  filepath.Join("internal", "dfa", "runes.bin"),
	"veils":  filepath.Join("internal", "dfa", "veils.bin"),
	"shapes": filepath.Join("internal", "dfa", "shapes.bin"),
	"lists":  "builtin.bin",
}

// run writes the table named by the one argument; the working directory is that of package wordlists.
func run(args []string) error {
	if len(args) != 1 || paths[args[0]] == "" {
		return fmt.Errorf("arguments %q; want runes, veils, shapes or lists", args)
	}
	table, err := Table(args[0], ".")
	if err != nil {
		return err
	}
	return os.WriteFile(paths[args[0]], table, 0o644)
}

// Table makes one of the tables; dir is the directory of package wordlists.
func Table(name, dir string) ([]byte, error) {
	switch name {
	case "runes":
		return Runes(), nil
	case "veils":
		return Veils(dir)
	case "shapes":
		return Shapes(dir)
	}
	return Lists(dir)
}
