package policy

import (
	"strconv"

	"github.com/usagepanda/usage-panda-envoy/converters/openai"
)

// MaxTokens limits how many tokens may be generated.
type MaxTokens struct {
	Limit int `key:"POLICY_MAX_TOKENS" header:"x-usagepanda-max-tokens" doc:"The most tokens that a request may ask for, over all its choices (max_tokens, max_completion_tokens or max_output_tokens, times n or best_of, times the prompts of a list); a request that names no limit of its own is refused. 0 is no limit."`
}

func (p *MaxTokens) Wants(e openai.Endpoint, s Side) bool {
	return p.Limit > 0 && s == Prompt && (e == openai.Completions || e == openai.Chat || e == openai.Responses)
}

func (p *MaxTokens) Check(x *Exchange) []Finding {
	asked, text := x.Request.MaxTokens, "none"
	if asked != openai.NoLimit {
		asked *= x.Request.Choices // both are below 2^31
		if asked <= p.Limit {
			return nil
		}
		text = strconv.Itoa(asked)
	}
	return []Finding{{
		Flag:  Flag{Type: "policy_max_tokens", Description: "Config set to max tokens of: " + strconv.Itoa(p.Limit) + "; request was: " + text},
		Block: true,
	}}
}
