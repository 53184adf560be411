package policy

import (
	"fmt"
	"strings"

	"github.com/usagepanda/usage-panda-envoy/converters/openai"
)

// PromptReflection finds the part of the prompt that is marked as secret in the answer.
type PromptReflection struct {
	Action    Action `key:"POLICY_PROMPT_REFLECTION" header:"x-usagepanda-prompt-reflection" doc:"What is done about answers that repeat the part of the prompt, or of system and developer messages and instructions, that stands between the first and the last delimiter: none, audit, redact or block. Letter case does not count."`
	Delimiter string `key:"PROMPT_REFLECTION_DELIMETER" default:"||" doc:"What marks that part. Usage Panda spells the key so."`
}

func (p *PromptReflection) Wants(e openai.Endpoint, s Side) bool {
	return p.Action > None && (e == openai.Completions || e == openai.Chat || e == openai.Responses)
}

// Check refuses what is too long to be looked for, where the policy does more than audit.
func (p *PromptReflection) Check(x *Exchange) []Finding {
	if !p.marked(x).over {
		return nil
	}
	return []Finding{{
		Flag:  Flag{"policy_prompt_reflection", fmt.Sprintf("The marked parts of the prompt have more than %d characters, the most that is looked for", maxMarked)},
		Block: p.Action > Audit,
	}}
}

func (p *PromptReflection) Scan(x *Exchange, s Side) []ScanFunc {
	if s == Prompt {
		return nil
	}
	if x.marked == nil {
		x.marked = p.marked(x) // a streamed answer has many texts, and needs no other part of the request
	}
	if len(x.marked.nodes) == 0 {
		return nil
	}
	return []ScanFunc{x.marked.scan(Match{Action: p.Action, Name: "reflection"})}
}

// marked are the marked parts of the request, as the model is shown them.
func (p *PromptReflection) marked(x *Exchange) *marked {
	all := &marked{}
	if x.Request == nil || p.Delimiter == "" {
		return all
	}
	for i, t := range x.Request.Texts {
		if t.Role != openai.System && x.Endpoint != openai.Completions {
			continue
		}
		text := x.Request.Current(i)
		first, last := strings.Index(text, p.Delimiter), strings.LastIndex(text, p.Delimiter)
		if first < 0 || last == first {
			continue
		}
		if marked := strings.TrimSpace(text[first+len(p.Delimiter) : last]); marked != "" {
			all.add(marked)
		}
	}
	all.link()
	return all
}

func (p *PromptReflection) Worst(Side) Action { return p.Action }

func (p *PromptReflection) Describe(Side, []string) Flag {
	return Flag{"policy_prompt_reflection", "The response contained a reflection of the original prompt"}
}
