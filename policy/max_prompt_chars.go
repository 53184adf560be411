package policy

import (
	"strconv"

	"github.com/usagepanda/usage-panda-envoy/converters/openai"
)

// MaxPromptChars limits how long a prompt may be.
type MaxPromptChars struct {
	Limit int `key:"POLICY_MAX_PROMPT_CHARS" header:"x-usagepanda-max-prompt-chars" doc:"The most characters (Unicode code points) that a prompt may have, over all its messages; a token that is given as a number counts as 4. 0 is no limit."`
}

func (p *MaxPromptChars) Wants(e openai.Endpoint, s Side) bool {
	return p.Limit > 0 && s == Prompt && e.Generates()
}

func (p *MaxPromptChars) Check(x *Exchange) []Finding {
	if x.Request.MostChars() <= p.Limit {
		return nil
	}
	n := x.Request.PromptChars()
	if n <= p.Limit {
		return nil
	}
	return []Finding{{
		Flag:  Flag{Type: "policy_max_prompt_chars", Description: "Config set to max prompt chars of: " + strconv.Itoa(p.Limit) + "; prompt was: " + strconv.Itoa(n)},
		Block: true,
	}}
}
