package main

import (
	"encoding/json"
	"log"
	"strings"

	"github.com/usagepanda/usage-panda-envoy/converters/openai"
	"github.com/usagepanda/usage-panda-envoy/policy"
	"github.com/usagepanda/usage-panda-envoy/policy/internal/prompts"
)

// row is a labelled text: label 1 is to be found.
type row = prompts.Row

// texts are those of rows that a test is true of.
func texts(rows []row, of func(r row) bool) (all []string) {
	for _, r := range rows {
		if of(r) {
			all = append(all, r.Text)
		}
	}
	return all
}

// finder judges texts as the messages of users, with some settings.
type finder struct{ engine *policy.Engine }

func newFinder(settings string) finder {
	s, err := policy.ParseSettings([]byte(settings), func(string) (string, bool) { return "", false })
	if err != nil {
		log.Fatal(err)
	}
	return finder{s.Engine()}
}

// find returns the names of what is found in a text, and the request after redaction.
func (f finder) find(text string) (names []string, after string) {
	quoted, err := json.Marshal(strings.ToValidUTF8(text, "\uFFFD"))
	if err != nil {
		log.Fatal(err)
	}
	request, err := openai.ParseRequest(openai.Chat, "", []byte(`{"messages":[{"role":"user","content":`+string(quoted)+`}]}`))
	if err != nil {
		log.Fatalf("%.80q: %v", text, err)
	}
	x := &policy.Exchange{Endpoint: openai.Chat, Request: request}
	f.engine.JudgeRequest(x)
	for _, flag := range x.Flags {
		if _, list, ok := strings.Cut(flag.Description, ": "); ok {
			names = append(names, strings.Split(list, ", ")...)
		} else {
			names = append(names, flag.Type)
		}
	}
	return names, string(request.Bytes())
}

// finds tells whether anything is found in a text.
func (f finder) finds(text string) bool {
	names, _ := f.find(text)
	return len(names) > 0
}
