package policy

// LogRequest keeps the text of requests in the stats.
type LogRequest struct {
	On bool `key:"POLICY_LOG_REQUEST" header:"x-usagepanda-log-request" doc:"Keep the text of requests in the stats. Otherwise they have the request without it: model, temperature and so on."`
}

// LogResponse keeps the text of answers in the stats.
type LogResponse struct {
	On bool `key:"POLICY_LOG_RESPONSE" header:"x-usagepanda-log-response" doc:"Keep the text of answers in the stats, but never embeddings. Otherwise they have the answer without it: id, usage and so on."`
}

// RetryCount lets the proxy retry what failed upstream.
type RetryCount struct {
	Retries int `key:"POLICY_RETRY_COUNT" header:"x-usagepanda-retry-count" tighten:"lower" doc:"How often the proxy retries a request when the provider answers 5xx or 429, resets or cannot be reached; at most 5."`
}

// MaxRetries is the most that RetryCount can ask for, as in Usage Panda.
const MaxRetries = 5
