// Train makes model.bin and screen.bin of policy/injection: a linear model over hashed words, trained on the prompts of *.jsonl.gz files and on
// texts that it makes itself, and what the first look goes by, which learns from the model and the rules. It is deterministic.
//
//	go run ./policy/injection/train -data DIR             train on everything
//	go run ./policy/injection/train -data DIR -cv 5       measure: train on four parts of five, and judge the fifth
//	go run ./policy/injection/train -data DIR -leave SRC  measure: train without a source, and judge it
package main

import (
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strings"

	"github.com/usagepanda/usage-panda-envoy/policy/injection"
	"github.com/usagepanda/usage-panda-envoy/policy/internal/prompts"
)

func main() {
	log.SetFlags(0)
	data := flag.String("data", "", "the folder of prompts*.jsonl.gz and profanity.jsonl.gz")
	out := flag.String("out", "policy/injection", "the folder that model.bin and screen.bin are written to")
	folds := flag.Int("cv", 0, "how many parts to measure with; 0 trains on everything")
	leave := flag.String("leave", "", "the sources (parts of their names, with commas) to measure on, each left out in turn")
	unseen := flag.String("unseen", "", "a folder of prompts*.jsonl.gz that are judged, and never trained on")
	show := flag.Bool("show", false, "print what is judged wrongly")
	threshold := flag.Int("threshold", injection.DefaultThreshold, "the threshold to measure at")
	flag.Parse()
	tweets, err := prompts.Tweets(*data)
	if err != nil {
		log.Fatal(err)
	}
	rows, err := prompts.Load(*data)
	if err != nil {
		log.Fatal(err)
	}
	rows = append(tweets, rows...)
	var never []prompts.Row
	if *unseen != "" {
		if never, err = prompts.Load(*unseen); err != nil {
			log.Fatal(err)
		}
	}
	made := made()
	switch {
	case *folds > 0:
		group := prompts.Groups(rows)
		var t prompts.Table
		for f := range *folds {
			var train, test []prompts.Row
			for i, r := range rows {
				if group[i]%*folds == f {
					test = append(test, r)
				} else {
					train = append(train, r)
				}
			}
			j := learned(append(train, made...))
			t.Judge(j, *threshold, test, *show)
			if f == 0 {
				t.Judge(j, *threshold, never, *show)
			}
		}
		fmt.Print(&t)
	case *leave != "":
		for _, src := range strings.Split(*leave, ",") {
			var t prompts.Table
			var train, test []prompts.Row
			for _, r := range rows {
				if strings.Contains(r.Source, src) {
					test = append(test, r)
				} else {
					train = append(train, r)
				}
			}
			t.Judge(learned(append(train, made...)), *threshold, test, *show)
			fmt.Print(&t)
		}
	default:
		rows = append(rows, made...)
		model := fit(rows)
		if err := errors.Join(write(*out, "model.bin", model), write(*out, "screen.bin", fitScreen(rows, model))); err != nil {
			log.Fatal(err)
		}
	}
}

func write(dir, name, file string) error {
	return os.WriteFile(filepath.Join(dir, name), []byte(file), 0o644)
}

// learned is a judge that has learned from rows.
func learned(rows []prompts.Row) *injection.Judge {
	model := fit(rows)
	return injection.With(model, fitScreen(rows, model))
}
