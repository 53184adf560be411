// Eval judges labelled prompts with the embedded model, and prints how many are found. On what the model was trained on the numbers are too
// good: measure those with train's -cv and -leave.
//
//	go run ./policy/injection/eval -data DIR
package main

import (
	"flag"
	"fmt"
	"log"

	"github.com/usagepanda/usage-panda-envoy/policy/injection"
	"github.com/usagepanda/usage-panda-envoy/policy/internal/prompts"
)

func main() {
	log.SetFlags(0)
	data := flag.String("data", "", "the folder of the prompts*.jsonl.gz files: a JSON object a line, with src, kind, label and text")
	threshold := flag.Int("threshold", injection.DefaultThreshold, "the threshold, 1 to 100")
	show := flag.Bool("show", false, "print what is judged wrongly")
	flag.Parse()
	rows, err := prompts.Load(*data)
	if err != nil {
		log.Fatal(err)
	}
	var t prompts.Table
	t.Judge(injection.New(), *threshold, rows, *show)
	fmt.Print(&t)
}
