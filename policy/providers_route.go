package policy

import (
	"cmp"
	"errors"
	"strconv"
	"strings"

	"github.com/usagepanda/usage-panda-envoy/converters/openai"
)

// routes are the settings' providers and models as requests are held against them.
type routes struct {
	providers []Provider
	azure     []Provider // by AZURE_RESOURCES: a header picks them
	otherwise *Provider  // for models that nothing else is said of: AZURE_RESOURCE_NAME; nil is LLM_API_BASE_PATH
	rules     []rule
}

func (r *routes) provider(name string) *Provider {
	for i := range r.providers {
		if r.providers[i].Name == name {
			return &r.providers[i]
		}
	}
	return nil
}

func (r *routes) kind(kind string) *Provider {
	for i := range r.providers {
		if r.providers[i].Kind == kind {
			return &r.providers[i]
		}
	}
	return nil
}

// resource is the provider with a resource of Azure's, the settings' own first.
func (r *routes) resource(name string) *Provider {
	for _, list := range [...][]Provider{r.providers, r.azure} {
		for i := range list {
			if list[i].Kind == "azure" && list[i].Resource == name {
				return &list[i]
			}
		}
	}
	return nil
}

func (r *routes) targets(model string) ([]Target, error) {
	for i := range r.rules {
		if part, ok := r.rules[i].match(model); ok {
			return r.rules[i].to(part), nil
		}
	}
	if name, rest, ok := strings.Cut(model, "/"); ok {
		if p := r.provider(name); p != nil {
			if rest == "" {
				return nil, &openai.Error{
					Status: 400, Type: "invalid_request_error", Param: "model", Message: "model: no name behind " + model + "; want " + model + "MODEL",
				}
			}
			return []Target{p.target(rest)}, nil
		}
	}
	if r.otherwise != nil {
		return []Target{r.otherwise.target(model)}, nil
	}
	return nil, nil
}

// route readies the settings for Targets. It makes all anew: settings that are laid over others share what they do not change.
func (s *Settings) route() (all []error) {
	r := &routes{}
	for i, p := range s.Providers {
		if p.keyEnv != "" {
			if key, err := s.variable(p.keyEnv); err != nil {
				all = append(all, errors.New("PROVIDERS: "+s.Providers.place(i)+": key_env: "+err.Error()))
			} else {
				p.Key = key
			}
		}
		r.providers = append(r.providers, p)
	}
	all = append(all, s.azure(r)...)
	if s.AzureResource != "" {
		r.otherwise = &r.providers[len(r.providers)-1]
	}
	for _, m := range s.Models {
		n, errs := r.rule(m)
		all = append(all, within("MODELS: "+strconv.Quote(m.name), errs)...)
		at := len(r.rules)
		for r.rules = append(r.rules, n); at > 0 && n.before(&r.rules[at-1]); at-- {
			r.rules[at] = r.rules[at-1]
		}
		r.rules[at] = n
	}
	s.routes = r
	return all
}

// rule readies a model's name.
func (r *routes) rule(m model) (n rule, all []error) {
	n = rule{pattern: m.name, star: strings.IndexByte(m.name, '*')}
	for _, target := range m.targets {
		name, model, _ := strings.Cut(target, "/")
		p := r.provider(name)
		if p == nil {
			all = append(all, errors.New(strconv.Quote(target)+": "+r.unknown(name).Error()))
			continue
		}
		t := Target{p, model}
		if strings.Contains(model, "*") {
			n.stars = true
		} else {
			t = p.target(model)
		}
		n.targets = append(n.targets, t)
	}
	return n, all
}

// unknown says that a provider is none of the settings'.
func (r *routes) unknown(name string) error {
	if len(r.providers) == 0 {
		return errors.New("unknown provider " + strconv.Quote(name) + "; want one of PROVIDERS, which is empty")
	}
	names := make([]string, len(r.providers))
	for i := range r.providers {
		names[i] = r.providers[i].Name
	}
	return unknownOf("provider", name, names)
}

// azure adds what Usage Panda's own settings say of Azure.
func (s *Settings) azure(r *routes) (all []error) {
	if s.AzureResource == "" && len(s.AzureResources) == 0 {
		return nil
	}
	if r.provider("azure") != nil {
		all = append(all, errors.New("PROVIDERS: azure: the name is that of AZURE_RESOURCE_NAME and AZURE_RESOURCES; want another"))
	}
	for _, v := range [...][2]string{{"AZURE_API_VERSION", s.AzureVersion}, {"AZURE_CLUSTER", s.AzureCluster}} {
		if !visible(v[1]) {
			all = append(all, errors.New(v[0]+": "+strconv.Quote(v[1])+" has white space or control characters in it"))
		}
	}
	if !visible(s.AzureKey) {
		all = append(all, errors.New("AZURE_API_KEY: white space or control characters in it"))
	}
	implicit := Provider{
		Name: "azure", Kind: "azure", Cluster: s.AzureCluster, Version: s.AzureVersion, ClientKey: true, deployments: s.AzureDeployments,
	}
	if s.AzureResource != "" {
		own := implicit
		own.Resource, own.Key = strings.ToLower(s.AzureResource), cmp.Or(s.AzureKey, s.OpenAIKey)
		if err := azureResource(own.Resource); err != nil {
			all = append(all, errors.New("AZURE_RESOURCE_NAME: "+err.Error()))
		}
		r.providers = append(r.providers, own)
	}
	for _, name := range s.AzureResources {
		implicit.Resource = strings.ToLower(name)
		if err := azureResource(implicit.Resource); err != nil {
			all = append(all, errors.New("AZURE_RESOURCES: "+err.Error()))
		}
		r.azure = append(r.azure, implicit)
	}
	return all
}
