package converters

import (
	"github.com/usagepanda/usage-panda-envoy/converters/openai"
)

// Converter speaks one kind of provider's API: OpenAI's format on our side, the provider's on the other. It reads no clock, opens no
// connection, and keeps nothing between exchanges.
type Converter interface {
	// Request converts x.Body, the whole request. An error is the client's answer, an *openai.Error that names the field.
	Request(x *Exchange) (Outgoing, error)
	// Answer converts a whole answer: the status and body for the client. Errors become OpenAI's. The body is valid until x is reset.
	Answer(x *Exchange, status int, body []byte) (int, []byte)
	// Stream converts an answer that streams; nil if it needs no converting.
	Stream(x *Exchange) Stream
}

// Stream converts one streamed answer. Pieces may be cut anywhere.
type Stream interface {
	// Write appends to b what the piece brings, as server-sent events in OpenAI's form.
	Write(b, piece []byte) []byte
	// End appends to b what is to come when the provider's answer has ended.
	End(b []byte) []byte
	// State tells what End would say.
	State() State
}

// State is how far a streamed answer has come.
type State uint8

const (
	Open  State = iota // it is not complete: End would say that it broke off
	Ended              // it may be complete: End would say what comes last
	Over               // End has nothing to say
)

// Of is the converter for a kind of provider; nil if there is none.
func Of(kind string) Converter {
	for _, k := range kinds {
		if k.name == kind {
			return k.converter
		}
	}
	return nil
}

// Kinds are the kinds of providers that there are converters for.
func Kinds() []string {
	names := make([]string, len(kinds))
	for i, k := range kinds {
		names[i] = k.name
	}
	return names
}

// Provider is what the settings say of a provider.
type Provider struct {
	Kind      string
	Host      string // "" is the kind's own
	Base      string // goes before the kind's own paths: "" or "/..."
	Key       string // "" if somebody else signs the requests
	Version   string // of the API: a header or a query, by kind; "" is the kind's own
	Resource  string // Azure: the resource's name
	Project   string // Vertex AI
	Location  string // Vertex AI, Bedrock: the region
	MaxTokens int    // the limit for answers where the provider wants one and the client has none; 0 is 4096
	Drop      bool   // what the provider cannot do is left out and noted in Dropped, not refused
}

// Exchange is one exchange with a provider.
type Exchange struct {
	Provider *Provider
	Endpoint openai.Endpoint
	Path     string        // as the client wrote it, with its query: for what passes as it is
	Body     []byte        // the client's request, whole
	Model    string        // the provider's name for the model; "" is the name in the body
	Created  int64         // now, in seconds since 1970
	ID       func() string // an id that no other exchange has: for answers of providers that give them none

	// Set by Request.
	Dropped []string // the fields that were left out
	Stream  bool     // the client wants a stream

	chat    openai.Conversation
	r, in   openai.Reader
	answer  answer
	w       openai.Writer
	out     []byte
	choices [2]int // where in out they begin and end; zero if out has none
	packed  bool   // embeddings are wanted in base64
	format  bool   // a tool's input is to be the answer's text
}

// Reset makes the exchange as new, but for its room.
func (x *Exchange) Reset() {
	chat, a, w, out, dropped := x.chat, x.answer, x.w.B, x.out, x.Dropped
	*x = Exchange{chat: chat, answer: a, out: out[:0], Dropped: dropped[:0]}
	x.w.B = w[:0]
}

// Outgoing is a request as the provider gets it. Its method stays, and so do the client's headers but for those that Stray tells of.
type Outgoing struct {
	Host    string
	Path    string
	Headers []Header
	Body    []byte // valid until the exchange is reset
}

// Sets tells whether the request gets a header of that name.
func (o *Outgoing) Sets(name string) bool {
	for i := range o.Headers {
		if o.Headers[i].Name == name {
			return o.Headers[i].Value != ""
		}
	}
	return false
}

// Header is a header to set; none, where the value is empty.
type Header struct{ Name, Value string }

// Stray tells of a header of the client's that no provider is to see: credentials for somebody else, or what else is for one provider alone,
// and an encoding that could not be read.
func Stray(name string) bool {
	switch name {
	case "authorization", "proxy-authorization", "api-key", "x-api-key", "x-goog-api-key", "x-goog-user-project", "x-amz-security-token",
		"x-amz-date", "x-amz-content-sha256", "openai-organization", "openai-project", "anthropic-version",
		"cookie", "accept-encoding":
		return true
	}
	return false
}

// outgoing begins the request: with the provider's own key in a header.
func (x *Exchange) outgoing(host, path string, own ...Header) Outgoing {
	o := Outgoing{Host: x.Provider.Host, Path: x.Provider.Base + path, Headers: own}
	if o.Host == "" {
		o.Host = host
	}
	return o
}

// bearer is a key as the value of a header; "" for none.
func bearer(key string) string {
	if key == "" {
		return ""
	}
	return "Bearer " + key
}

// HeaderOf is OpenAI's name for a header of a provider's answer; "" if it has none. The provider's own stays, too. Sources: Anthropic's API
// reference, "Rate limits" and "Errors"; the AWS SDK.
func HeaderOf(name string) string {
	switch name {
	case "request-id", "x-amzn-requestid", "apim-request-id":
		return "x-request-id"
	case "anthropic-ratelimit-requests-limit":
		return "x-ratelimit-limit-requests"
	case "anthropic-ratelimit-requests-remaining":
		return "x-ratelimit-remaining-requests"
	case "anthropic-ratelimit-tokens-limit":
		return "x-ratelimit-limit-tokens"
	case "anthropic-ratelimit-tokens-remaining":
		return "x-ratelimit-remaining-tokens"
	}
	return ""
}
