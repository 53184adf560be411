// Gen makes rules.bin of rules.txt, in the folder that it runs in.
package main

import (
	"log"
	"os"

	"github.com/usagepanda/usage-panda-envoy/policy/injection"
)

func main() {
	log.SetFlags(0)
	rules, err := os.ReadFile("rules.txt")
	if err != nil {
		log.Fatal(err)
	}
	file, err := injection.Compile(string(rules))
	if err != nil {
		log.Fatal("rules.txt: ", err)
	}
	if err := os.WriteFile("rules.bin", file, 0o644); err != nil {
		log.Fatal(err)
	}
}
