package policy

import (
	"strings"

	"github.com/usagepanda/usage-panda-envoy/converters/openai"
)

// Routing says which provider a request goes to, and who converts it.
type Routing struct {
	Role        string    `key:"ROLE" default:"policy" enum:"policy,upstream" doc:"What this filter does: policy (all that the settings say), or upstream (it stands in a cluster's own filters, and only converts requests and answers for the provider of the endpoint that the proxy has picked)."`
	Providers   Providers `key:"PROVIDERS" doc:"The providers beside that of LLM_API_BASE_PATH: a list of {name, kind, url, cluster, key_env, key, client_key, version, resource, project, location, max_tokens}. kind is openai (any provider with OpenAI's API), azure, anthropic, gemini, vertex, bedrock or palm; url is the base URL where it is not the kind's own; cluster is the proxy's cluster that leads there, by default the name. The key is in the environment's variable key_env, or given as key; with client_key the client's own Authorization goes before it. resource is Azure's, project Vertex AI's, location its or Bedrock's region; version is the API's; max_tokens limits answers where the provider wants a limit and the client gives none (4096)."`
	Models      Models    `key:"MODELS" doc:"Which provider has a model: an object of the names that clients use, exact or with one *, each with PROVIDER/MODEL or a list of them, the best first. A * in MODEL is what the name's * matched. An exact name counts more than one with a *, a longer one of those more than a shorter. Else PROVIDER/MODEL as the model of a request picks a provider; all others go to LLM_API_BASE_PATH as they are."`
	Convert     string    `key:"CONVERT" default:"here" enum:"here,upstream" doc:"Where requests become the provider's: here, or upstream (by the same module with ROLE upstream among the cluster's own filters, for each attempt anew: the proxy's retries may go to another provider)."`
	Unsupported string    `key:"UNSUPPORTED_FIELDS" default:"refuse" enum:"refuse,drop" doc:"What is done about a field of a request that the provider has nothing like: refuse (400, naming the field), or drop (it is left out, and named in the stats)."`

	AzureResource    string            `key:"AZURE_RESOURCE_NAME" doc:"Azure OpenAI's resource that requests go to which nothing else picks a provider for. It is the provider azure of MODELS."`
	AzureDeployments map[string]string `key:"AZURE_DEPLOYMENT_MAP" default:"{}" doc:"The deployments of models on Azure: an object of models' names, each with its deployment's. A model that it lacks has a deployment of its own name."`
	AzureVersion     string            `key:"AZURE_API_VERSION" doc:"The version of Azure's API, a date such as 2024-10-21; without one the newer path /openai/v1 is used."`
	AzureKey         string            `key:"AZURE_API_KEY" doc:"The key of AZURE_RESOURCE_NAME, for requests that bring no Authorization header. By default OPENAI_API_KEY."`
	AzureResources   []string          `key:"AZURE_RESOURCES" doc:"Further resources of Azure that a request may name in x-usagepanda-azure-resource. They get the client's own key alone. Any other resource is refused with 403, but for those of AZURE_RESOURCE_NAME and PROVIDERS."`
	AzureCluster     string            `key:"AZURE_CLUSTER" default:"azure" doc:"The proxy's cluster that leads to these resources of Azure."`

	routes *routes
}

// Provider is somebody who answers requests.
type Provider struct {
	Name, Kind string
	Host       string // "" is the kind's own
	Base       string // of paths: "" or "/..."
	Cluster    string // of the proxy's
	Key        string // "" if there is none, or the proxy signs the requests itself
	Version    string // of the API; "" is the kind's own
	Resource   string // Azure
	Project    string // Vertex AI
	Location   string // Vertex AI, Bedrock
	MaxTokens  int    // of answers where neither the client nor the provider has a limit; 0 is the converter's own
	ClientKey  bool   // the client's Authorization is meant for it; Key is for clients that bring none

	url         string            // as the settings have it
	keyEnv      string            // the variable with the key
	deployments map[string]string // Azure's, by models
}

// URL is the base URL that the settings give; "" where it is the kind's own.
func (p *Provider) URL() string { return p.url }

// String is the provider's name: no key gets into a text by accident.
func (p Provider) String() string { return p.Name }

// Target is where a request may go.
type Target struct {
	Provider *Provider
	Model    string // the provider's own name for the model; "" if the request names none
}

// The headers that pick a provider.
const (
	azureHeader = "x-usagepanda-azure-resource"
	palmHeader  = "x-usagepanda-palm-api-key"
)

// Converts tells whether any provider is set up beside that of LLM_API_BASE_PATH. If none is, Targets always returns nil.
func (s *Settings) Converts() bool {
	return s.routes != nil && len(s.routes.providers)+len(s.routes.azure) > 0
}

// Provider returns the provider of that name; nil if there is none. Resources of Azure that only a header can pick have no name here.
func (s *Settings) Provider(name string) *Provider {
	if s.routes == nil {
		return nil
	}
	return s.routes.provider(name)
}

// Targets returns where a request for a model may go, the best first; nil means to LLM_API_BASE_PATH, as it is. header returns a header of
// the request, "" where there is none. The list belongs to the settings: it is read only. An error is the client's answer, an
// *openai.Error; it has no key in it.
//
// The first of these decides: x-usagepanda-azure-resource; x-usagepanda-palm-api-key, with which the first provider of the kind palm is
// asked; MODELS; a provider's name before the model's; AZURE_RESOURCE_NAME. MODELS goes before the client's PROVIDER/MODEL so that
// the settings can close that way.
func (s *Settings) Targets(model string, header func(string) string) ([]Target, error) {
	r := s.routes
	if !s.Converts() {
		return nil, nil
	}
	if s.HeaderOverrides != "none" {
		if resource := header(azureHeader); resource != "" {
			p := r.resource(strings.ToLower(strings.TrimSpace(resource)))
			if p == nil {
				return nil, denied(azureHeader + ": not a resource that is allowed here")
			}
			return []Target{p.target(model)}, nil
		}
		if key := strings.TrimSpace(header(palmHeader)); key != "" {
			p := r.kind("palm")
			if p == nil {
				return nil, denied(palmHeader + ": no provider of the kind palm is set up here")
			}
			own := *p
			own.Key, own.ClientKey = strings.Clone(key), false
			return []Target{{&own, model}}, nil
		}
	}
	return r.targets(model)
}

// target is a model on the provider.
func (p *Provider) target(model string) Target {
	if d := p.deployments[model]; d != "" {
		model = d
	}
	return Target{p, model}
}

// denied is the answer to a client that asks for a provider that it must not have.
func denied(message string) error {
	return &openai.Error{Status: 403, Type: "access_denied", Message: message}
}
