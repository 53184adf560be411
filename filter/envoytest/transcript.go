package envoytest

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/txtar"
)

// Transcript is one whole exchange in a file. Its sections, of which all but settings.json and request may be missing:
//
//	-- settings.json --     the plugin's configuration
//	-- request --           "POST /v1/chat/completions", headers, an empty line, the body
//	-- call --              what a call-out must be: "POST cluster /path", headers, body; any number of pairs, in any order
//	-- call answer --       its answer: "200", headers, body; "0" is no answer
//	-- upstream --          what the provider must get; missing or empty, it must get nothing
//	-- upstream answer --   the provider's answer; "200 trailers" is one that ends in trailers, "0" a provider that breaks off before it answers
//	-- answer --            what the client must get: "200", headers, body; "200 cut" may break off after that
//	-- stats --             the message of the stats line, as JSON, without what changes from run to run; missing, it is not checked
//	-- passes on answer --  and "passes on upstream", "passes on stats": what differs on hosts that cannot hold headers
//
// Where a message is checked, a header line must be there exactly, "!name" must not be there, others do not matter, and the body must
// be the same. The newline at the end of a section is not part of the body.
type Transcript struct {
	File     string
	Settings string

	Method, Path string
	Headers      [][2]string
	Body         string

	Calls []ScriptedCall

	// Provider is what the provider answers; a Status of 0 breaks off. Its end is in Trailers, if there are any.
	Provider Answer
	Trailers [][2]string

	holds, passesOn expected
}

// ScriptedCall is a call-out that must happen, and what comes of it.
type ScriptedCall struct {
	Answer Answer
	want   section
}

// expected is what must come of an exchange.
type expected struct {
	upstream *section
	answer   section
	stats    string
}

// section is a message as it is written in a file.
type section struct {
	first string
	lines [][2]string // name and value; a name with "!" has no value
	body  string
}

func parseSection(data []byte) (section, error) {
	var s section
	head, body, _ := strings.Cut(strings.TrimSuffix(string(data), "\n"), "\n\n")
	if rest, ok := strings.CutSuffix(head, "\n"); ok { // an empty line, and no body
		head = rest
	}
	s.body = body
	lines := strings.Split(head, "\n")
	s.first = lines[0]
	for _, l := range lines[1:] {
		name, value, ok := strings.Cut(l, ":")
		switch {
		case strings.HasPrefix(l, "!") && !ok:
			s.lines = append(s.lines, [2]string{strings.ToLower(l), ""})
		case ok:
			s.lines = append(s.lines, [2]string{strings.ToLower(name), strings.TrimSpace(value)})
		default:
			return s, fmt.Errorf("line %q; want name: value, or !name", l)
		}
	}
	return s, nil
}

// answer reads a scripted answer.
func (s section) answer() (Answer, error) {
	status, err := strconv.Atoi(s.first)
	if err != nil {
		return Answer{}, fmt.Errorf("first line %q; want a status", s.first)
	}
	return Answer{status, s.lines, s.body}, nil
}

// Load reads the transcripts below a folder. That there are none is an error.
func Load(dir string) ([]Transcript, error) {
	var all []Transcript
	var errs []error
	err := filepath.WalkDir(dir, func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(file) != ".txtar" {
			return err
		}
		data, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		t, err := parse(data)
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", file, err))
		}
		t.File = file
		all = append(all, t)
		return nil
	})
	if len(all) == 0 && err == nil {
		err = fmt.Errorf("transcripts: none below %s", dir)
	}
	return all, errors.Join(append(errs, err)...)
}

func parse(data []byte) (Transcript, error) {
	var t Transcript
	a := txtar.Parse(data)
	if len(strings.TrimSpace(string(a.Comment))) == 0 {
		return t, errors.New("no comment; want one that says what the case is about")
	}
	seen := map[string]section{}
	order := []string{}
	for i, f := range a.Files {
		if _, ok := seen[f.Name]; ok && !strings.HasPrefix(f.Name, "call") {
			return t, fmt.Errorf("section %s: there twice", f.Name)
		}
		order = append(order, f.Name)
		if strings.HasSuffix(f.Name, "settings.json") || strings.HasSuffix(f.Name, "stats") {
			seen[f.Name] = section{body: strings.TrimSuffix(string(f.Data), "\n")}
			continue
		}
		s, err := parseSection(f.Data)
		if err == nil {
			err = t.add(f.Name, s, i > 0 && order[i-1] == "call")
		}
		if err != nil {
			return t, fmt.Errorf("section %s: %w", f.Name, err)
		}
		seen[f.Name] = s
	}
	for _, name := range []string{"settings.json", "request", "answer"} {
		if _, ok := seen[name]; !ok {
			return t, fmt.Errorf("section %s: missing", name)
		}
	}
	t.Settings = seen["settings.json"].body
	t.holds.stats, t.passesOn.stats = seen["stats"].body, seen["stats"].body
	if s, ok := seen["passes on stats"]; ok {
		t.passesOn.stats = s.body
	}
	if _, ok := seen["passes on upstream"]; !ok {
		t.passesOn.upstream = t.holds.upstream
	}
	if _, ok := seen["passes on answer"]; !ok {
		t.passesOn.answer = t.holds.answer
	}
	if _, ok := seen["upstream answer"]; !ok && (t.holds.upstream != nil || t.passesOn.upstream != nil) {
		return t, errors.New("section upstream answer: missing")
	}
	if n := len(order); n > 0 && order[n-1] == "call" {
		return t, errors.New("section call: want a call answer after it")
	}
	return t, nil
}

// add takes in a section that is a message.
func (t *Transcript) add(name string, s section, afterCall bool) (err error) {
	if afterCall != (name == "call answer") {
		return errors.New("calls and call answers come in pairs")
	}
	var upstream *section
	if s.first != "" {
		upstream = &s
	}
	switch name {
	case "request":
		var ok bool
		t.Method, t.Path, ok = strings.Cut(s.first, " ")
		if !ok {
			return fmt.Errorf("first line %q; want a method and a path", s.first)
		}
		t.Headers, t.Body = s.lines, s.body
	case "call":
		if len(strings.Fields(s.first)) != 3 {
			return fmt.Errorf("first line %q; want a method, a cluster and a path", s.first)
		}
		t.Calls = append(t.Calls, ScriptedCall{want: s})
	case "call answer":
		t.Calls[len(t.Calls)-1].Answer, err = s.answer()
	case "upstream":
		t.holds.upstream = upstream
	case "passes on upstream":
		t.passesOn.upstream = upstream
	case "upstream answer":
		var trailers bool
		if s.first, trailers = strings.CutSuffix(s.first, " trailers"); trailers {
			t.Trailers = [][2]string{{"x-end", "1"}}
		}
		t.Provider, err = s.answer()
	case "answer":
		t.holds.answer = s
	case "passes on answer":
		t.passesOn.answer = s
	default:
		names := []string{"settings.json", "request", "call", "call answer", "upstream", "upstream answer", "answer", "stats",
			"passes on upstream", "passes on answer", "passes on stats"}
		return fmt.Errorf("unknown; want one of %s", strings.Join(slices.Sorted(slices.Values(names)), ", "))
	}
	return err
}
