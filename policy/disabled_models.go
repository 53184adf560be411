package policy

import (
	"strings"

	"github.com/usagepanda/usage-panda-envoy/converters/openai"
)

// DisabledModels refuses models, and sizes of images.
type DisabledModels struct {
	Names []string `key:"POLICY_DISABLED_MODELS" doc:"Models, and sizes of images (1024x1024), that may not be used. Letter case does not count."`
}

func (p *DisabledModels) Wants(e openai.Endpoint, s Side) bool {
	return len(p.Names) > 0 && s == Prompt && e != openai.Other
}

func (p *DisabledModels) Check(x *Exchange) (found []Finding) {
	for _, n := range p.Names {
		if strings.EqualFold(n, strings.TrimSpace(x.Request.Model)) {
			found = append(found, disabled("Config set to block usage of model: "+n))
		}
		if x.Endpoint.Images() && strings.EqualFold(n, strings.TrimSpace(x.Request.Size)) {
			found = append(found, disabled("Config set to block usage of image generation size: "+n))
		}
	}
	return found
}

func disabled(description string) Finding {
	return Finding{Flag: Flag{"policy_disabled_models", description}, Block: true}
}
