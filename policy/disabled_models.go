package policy

import (
	"slices"
	"strings"

	"github.com/usagepanda/usage-panda-envoy/converters/openai"
)

// DisabledModels refuses models, and sizes of images.
type DisabledModels struct {
	Names []string `key:"POLICY_DISABLED_MODELS" doc:"Models, and sizes of images (1024x1024), that may not be used: by the request, by its tools, or as its fallbacks. Letter case does not count. A model is refused by the name behind its provider's, too, and by the provider's own name for it."`

	leads func(model string) []Target // nil where there is one provider
}

func (p *DisabledModels) Wants(e openai.Endpoint, s Side) bool {
	return len(p.Names) > 0 && s == Prompt && e != openai.Other
}

func (p *DisabledModels) Check(x *Exchange) (found []Finding) {
	q := x.Request
	sizes := q.Sizes
	if x.Endpoint.Images() {
		sizes = append(slices.Clip(sizes), q.Size)
	}
	for _, n := range p.Names {
		same := func(name string) bool { return strings.EqualFold(n, strings.TrimSpace(name)) }
		model := func(name string) bool {
			_, behind, two := strings.Cut(name, "/")
			return same(name) || two && same(behind) || p.leads != nil && slices.ContainsFunc(p.leads(name), func(t Target) bool { return same(t.Model) })
		}
		if model(q.Model) || slices.ContainsFunc(q.Models, model) {
			found = append(found, disabled("Config set to block usage of model: "+n))
		}
		if slices.ContainsFunc(sizes, same) {
			found = append(found, disabled("Config set to block usage of image generation size: "+n))
		}
	}
	return found
}

func disabled(description string) Finding {
	return Finding{Flag: Flag{Type: "policy_disabled_models", Description: description}, Block: true}
}
