package policy

import "github.com/usagepanda/usage-panda-envoy/converters/openai"

//go:generate go run ./internal/schema/gen settings.schema.json

// Settings is the whole configuration: Usage Panda's own keys, and new ones in their manner. A field's tags say its key, the header that
// overrides it, its limits and its meaning; all reading, and the JSON Schema, go by them.
type Settings struct {
	LocalMode       bool              `key:"LOCAL_MODE" default:"" doc:"Work without Usage Panda's control plane. By default true, unless USAGE_PANDA_API is set."`
	ProxyID         openai.Value      `key:"PROXY_ID" doc:"The proxy's name in the stats and in its log: a string or an object. Also the key of MASK_USER_FIELD."`
	API             string            `key:"USAGE_PANDA_API" doc:"The control plane's base URL."`
	APIKey          string            `key:"USAGE_PANDA_API_KEY" doc:"The control plane's key for requests that bring none in x-usagepanda-api-key."`
	APICluster      string            `key:"USAGE_PANDA_CLUSTER" default:"usage_panda" doc:"The proxy's cluster that leads to the control plane."`
	OpenAIKey       string            `key:"OPENAI_API_KEY" doc:"The provider's key for requests that bring no Authorization header."`
	KeyFormat       string            `key:"OPENAI_API_KEY_FORMAT" default:"openai" enum:"openai,any" doc:"Which keys are let through: openai (sk-..., or at least 32 letters and digits, or a JWT), or any bearer token."`
	BasePath        string            `key:"LLM_API_BASE_PATH" default:"https://api.openai.com" doc:"The provider's base URL. Its host is the host of the calls to the provider, its path goes before the request's path. The connection itself goes where the proxy's route leads."`
	Cluster         string            `key:"LLM_CLUSTER" default:"llm" doc:"The proxy's cluster that leads to the provider, for calls of its own (POLICY_AUTO_MODERATE)."`
	CallTimeoutMS   int               `key:"CALL_TIMEOUT_MS" default:"3500" min:"1" max:"60000" doc:"How long a call of the proxy's own may take, in milliseconds."`
	CacheMinutes    int               `key:"CONFIG_CACHE_MINUTES" default:"5" min:"0" max:"1440" doc:"How long a configuration of the control plane is used before it is fetched again, in minutes."`
	Cache           bool              `key:"CACHE_ENABLED" default:"true" doc:"Whether configurations of the control plane are kept at all."`
	FailOpenConfig  bool              `key:"FAIL_OPEN_ON_CONFIG_ERROR" doc:"Go on with the local configuration when the control plane fails and no older answer of it is there; otherwise the request is refused with 500."`
	AsyncStats      bool              `key:"ASYNC_STATS_UPLOAD" default:"true" doc:"Upload stats after the exchange; false makes the answer wait until they are uploaded."`
	MaxBody         int               `key:"MAX_BODY_BYTES" default:"33554432" min:"1024" max:"268435456" doc:"The largest body that is judged, in bytes. A larger request is refused with 413, a larger answer with 502, where a policy must see it. The proxy's own buffer limit must not be smaller."`
	BlockStatus     int               `key:"BLOCK_STATUS" default:"422" enum:"422,400,403" doc:"The status of a refusal by a policy."`
	HeaderOverrides string            `key:"HEADER_OVERRIDES" default:"any" enum:"any,tighten,none" doc:"What x-usagepanda-* headers of a request may do to policies: any (the header wins, as in Usage Panda), tighten (only make them stricter), none (nothing; those that pick a provider are ignored, too)."`
	CORS            map[string]string `key:"CORS_HEADERS" default:"{\"Access-Control-Allow-Origin\":\"*\",\"Access-Control-Allow-Headers\":\"*\",\"Access-Control-Allow-Methods\":\"OPTIONS,GET,POST,PUT,PATCH,DELETE\"}" doc:"Headers for browsers: on every answer to OPTIONS, and to a request with an Origin header."`
	TraceHeader     string            `key:"TRACE_HEADER" default:"x-usagepanda-trace-id" doc:"The request header with the caller's id of the exchange, for the stats: up to 99 letters, digits, - and _."`
	MaskUser        bool              `key:"MASK_USER_FIELD" doc:"Replace the user field by the first 16 hex digits of its HMAC-SHA256 with the key PROXY_ID."`
	AllowStreaming  bool              `key:"ALLOW_STREAMING" default:"true" doc:"Whether answers may be streamed; false sets the field stream of requests to false."`
	Redaction       string            `key:"REDACTION_STRING" default:"****" doc:"What stands in the place of redacted text."`
	Details         bool              `key:"LOG_DETAILS" doc:"Read bodies for the stats alone (model, usage and so on) even where no policy is switched on. With any policy switched on, and with the control plane, they are read anyway."`
	Debug           bool              `key:"DEBUG_MODE" doc:"Write the stats to the proxy's own log, too, at level info."`

	Routing
	Policies

	env func(string) (string, bool) // looks up a variable of the environment
}

// Policies are all policies, in the order in which they run.
type Policies struct {
	LogRequest       LogRequest
	AutoReply        AutoReply
	MaxTokens        MaxTokens
	MaxPromptChars   MaxPromptChars
	UserIDs          UserIDs
	Unreadable       Unreadable
	DisabledModels   DisabledModels
	RetryCount       RetryCount
	AutoModerate     AutoModerate
	Wordlists        Wordlists
	PersonalData     PersonalData
	Secrets          Secrets
	PromptInjection  PromptInjection
	LogResponse      LogResponse
	PromptReflection PromptReflection
}

// ordered lists the policies that judge.
func (p *Policies) ordered() []Policy {
	return []Policy{
		&p.AutoReply, &p.MaxTokens, &p.MaxPromptChars, &p.UserIDs, &p.Unreadable, &p.DisabledModels, &p.AutoModerate, &p.Wordlists,
		&p.PersonalData, &p.Secrets, &p.PromptInjection, &p.PromptReflection, unmasking{&p.PersonalData},
	}
}
