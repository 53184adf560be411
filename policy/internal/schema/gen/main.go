// Command gen writes the JSON Schema of the settings to the file that it is given.
package main

import (
	"fmt"
	"os"

	"github.com/usagepanda/usage-panda-envoy/policy/internal/schema"
)

func main() {
	b, err := schema.Make()
	if err == nil {
		err = os.WriteFile(os.Args[1], b, 0o644)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
