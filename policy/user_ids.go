package policy

import (
	"strings"

	"github.com/usagepanda/usage-panda-envoy/converters/openai"
)

// UserIDs refuses requests that do not say for which user they are.
type UserIDs struct {
	Enforced bool `key:"POLICY_ENFORCE_USER_IDS" header:"x-usagepanda-enforce-user-ids" doc:"Refuse requests without the field user."`
}

func (p *UserIDs) Wants(e openai.Endpoint, s Side) bool {
	return p.Enforced && s == Prompt && e != openai.Other && e != openai.Moderations && e != openai.Edits // those two have no such field
}

func (p *UserIDs) Check(x *Exchange) []Finding {
	if strings.TrimSpace(x.Request.User) != "" {
		return nil
	}
	return []Finding{{
		Flag:  Flag{Type: "policy_enforce_user_ids", Description: "Config set to block requests without user field"},
		Block: true,
	}}
}
