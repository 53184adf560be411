package standin

import (
	"encoding/json"
	"net/http"
)

type completionRequest struct {
	Model         string          `json:"model"`
	Prompt        json.RawMessage `json:"prompt"`
	N             int             `json:"n"`
	Echo          bool            `json:"echo"`
	MaxTokens     int             `json:"max_tokens"`
	Stream        bool            `json:"stream"`
	StreamOptions struct {
		Usage bool `json:"include_usage"`
	} `json:"stream_options"`
}

type completionObject struct {
	ID      string             `json:"id"`
	Object  string             `json:"object"`
	Created int64              `json:"created"`
	Model   string             `json:"model"`
	Choices []completionChoice `json:"choices"`
	Usage   *usage             `json:"usage,omitempty"`
}

type completionChoice struct {
	Text     string  `json:"text"`
	Index    int     `json:"index"`
	Logprobs *int    `json:"logprobs"`
	Finish   *string `json:"finish_reason"`
}

func (p *Provider) completions(body []byte) *Answer {
	var r completionRequest
	if a := read(body, &r, &r.Model); a != nil {
		return a
	}
	asked, ok := prompts(r.Prompt)
	if !ok {
		asked = []string{""}
	}
	o := &completionObject{ID: ident("cmpl-"), Object: "text_completion", Created: now(), Model: r.Model, Choices: []completionChoice{}}
	used := count(0, 0)
	for _, prompt := range asked {
		text, why := limit("You said: "+prompt, r.MaxTokens)
		if r.Echo {
			text = prompt + text
		}
		for range max(r.N, 1) {
			o.Choices = append(o.Choices, completionChoice{Text: text, Index: len(o.Choices), Finish: &why})
			used = count(used.Prompt, used.Completion+length(text))
		}
		used = count(used.Prompt+length(prompt), used.Completion)
	}
	if !r.Stream {
		o.Usage = &used
		return JSON(http.StatusOK, o)
	}
	e := events{pace: p.options.Pace}
	for _, whole := range o.Choices {
		piece := *o
		for _, t := range tokens(whole.Text) {
			piece.Choices = []completionChoice{{Text: t, Index: whole.Index}}
			e.add("", piece)
		}
		piece.Choices = []completionChoice{{Index: whole.Index, Finish: whole.Finish}}
		e.add("", piece)
	}
	if r.StreamOptions.Usage {
		o.Choices, o.Usage = []completionChoice{}, &used
		e.add("", o)
	}
	e.done()
	return e.answer()
}

// edits answers as the API did until it was withdrawn in 2024.
func (p *Provider) edits(body []byte) *Answer {
	var r struct {
		Model       string `json:"model"`
		Input       string `json:"input"`
		Instruction string `json:"instruction"`
		N           int    `json:"n"`
	}
	if a := read(body, &r, &r.Model); a != nil {
		return a
	}
	if r.Instruction == "" {
		return badRequest("instruction", "you must provide an instruction parameter")
	}
	type choice struct {
		Text  string `json:"text"`
		Index int    `json:"index"`
	}
	var choices []choice
	for i := range max(r.N, 1) {
		choices = append(choices, choice{"You said: " + r.Input, i})
	}
	n := length(r.Input)
	return JSON(http.StatusOK, struct {
		Object  string   `json:"object"`
		Created int64    `json:"created"`
		Choices []choice `json:"choices"`
		Usage   usage    `json:"usage"`
	}{"edit", now(), choices, count(n, n+2)})
}
