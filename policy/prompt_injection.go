package policy

import (
	"strings"

	"github.com/usagepanda/usage-panda-envoy/converters/openai"
	"github.com/usagepanda/usage-panda-envoy/policy/injection"
)

// PromptInjection looks in requests for texts that try to talk the model out of what it was told.
type PromptInjection struct {
	Action    Action `key:"POLICY_PROMPT_INJECTION" header:"x-usagepanda-prompt-injection" doc:"What is done about requests that look like a prompt injection or a jailbreak: none, audit, redact or block. What users, tools and documents say is judged; system and developer messages, earlier answers of the model and definitions of tools are not. Redaction removes what a rule found; where the model alone suspects a text there is no such place, and it is only flagged."`
	Threshold int    `key:"POLICY_PROMPT_INJECTION_THRESHOLD" default:"50" min:"1" max:"100" doc:"The score from which on a text counts, 1 to 100. The lower, the more is found, and the more often wrongly: at 50 in about 1 of 200 ordinary prompts, at 80 in 1 of 1,000."`

	judge *injection.Judge
}

func (p *PromptInjection) Wants(e openai.Endpoint, s Side) bool {
	return s == Prompt && p.Action > None && (e.Generates() || e.Images())
}

// Check refuses what cannot be read, where the policy does more than audit.
func (p *PromptInjection) Check(x *Exchange) []Finding {
	if x.Request.Tokens == 0 {
		return nil
	}
	return []Finding{{
		Flag:  Flag{Type: "policy_prompt_injection", Description: "Request is given as tokens, which cannot be searched for prompt injections"},
		Block: p.Action > Audit,
	}}
}

// Scan returns what judges the texts of a request. It must see all of them, whole and in their order, since their roles count.
func (p *PromptInjection) Scan(x *Exchange, s Side) []ScanFunc {
	if s == Answer {
		return nil
	}
	if p.judge == nil {
		p.judge = injection.New()
	}
	next := 0
	var matches []Match
	var content []byte // the parts of a content that has some
	var apart bool     // something was found in one of them
	return []ScanFunc{func(text string, atEOF bool) ([]Match, int) {
		if !atEOF {
			return nil, 0
		}
		var this, behind openai.Text
		if next < len(x.Request.Texts) {
			this = x.Request.Texts[next]
		}
		if next++; next < len(x.Request.Texts) {
			behind = x.Request.Texts[next]
		}
		if this.Role != openai.User && this.Role != openai.Tool {
			return nil, len(text)
		}
		matches = matches[:0]
		found, _ := p.judge.Text(text, p.Threshold)
		for _, f := range found {
			m := Match{Start: f.Start, End: f.End, Action: p.Action, Name: f.Rule}
			if f.Rule == injection.Model {
				m.Action = p.placeless()
			}
			matches = append(matches, m)
		}
		if !this.Joined {
			content, apart = content[:0], false
		}
		apart = apart || len(found) > 0
		if this.Joined || behind.Joined {
			content = append(append(content, text...), '\n')
		}
		if this.Joined && !behind.Joined && !apart { // the model is shown all parts
			found, _ = p.judge.Text(string(content), p.Threshold)
			for _, f := range found {
				matches = append(matches, Match{End: len(text), Action: p.placeless(), Name: f.Rule})
			}
		}
		return matches, len(text)
	}}
}

// placeless is what is done where there is nothing that could be taken out.
func (p *PromptInjection) placeless() Action {
	if p.Action == Redact {
		return Audit
	}
	return p.Action
}

func (p *PromptInjection) Worst(Side) Action { return p.Action }

func (p *PromptInjection) Describe(_ Side, names []string) Flag {
	return Flag{Type: "policy_prompt_injection", Description: "Request looks like a prompt injection: " + strings.Join(names, ", ")}
}
