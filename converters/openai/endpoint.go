// Package openai is OpenAI's wire format: the only format in the middle. It reads requests and answers without unmarshalling them, so
// that what nobody edits is forwarded as it came, byte for byte.
package openai

import "strings"

// Endpoint is one of the API's operations that policies know. Any other path is Other, and passes through.
type Endpoint uint8

const (
	Other Endpoint = iota
	Completions
	Chat
	Edits
	Embeddings
	ImageGenerations
	ImageEdits
	ImageVariations
	Moderations
	Responses
)

// paths are the endpoints' canonical paths, which providers know. Source: OpenAI's API reference.
var paths = [...]string{
	Completions:      "/v1/completions",
	Chat:             "/v1/chat/completions",
	Edits:            "/v1/edits",
	Embeddings:       "/v1/embeddings",
	ImageGenerations: "/v1/images/generations",
	ImageEdits:       "/v1/images/edits",
	ImageVariations:  "/v1/images/variations",
	Moderations:      "/v1/moderations",
	Responses:        "/v1/responses",
}

// Path is the endpoint's canonical path, "" for Other.
func (e Endpoint) Path() string { return paths[e] }

// Generates tells whether the endpoint answers with text that a model wrote.
func (e Endpoint) Generates() bool {
	return e == Completions || e == Chat || e == Edits || e == Responses
}

// Images tells whether the endpoint makes pictures.
func (e Endpoint) Images() bool { return e >= ImageGenerations && e <= ImageVariations }

// EndpointOf finds the endpoint of a request's path, without its query. It sees through what a provider's server may see through: letter
// case, a missing "/v1", doubled and trailing slashes, dot segments, percent escapes, parameters of segments (";a=b") and white space around
// them, since a spelling that policies miss and the provider takes would be a way round every policy.
func EndpointOf(path string) Endpoint {
	for e, p := range paths {
		if p != "" && p == path {
			return Endpoint(e)
		}
	}
	var segments []string
	for _, s := range strings.FieldsFunc(strings.ToLower(unescape(path)), func(r rune) bool { return r == '/' || r == '\\' }) {
		s, _, _ = strings.Cut(s, ";")
		switch s = strings.TrimFunc(s, func(r rune) bool { return r <= ' ' }); {
		case s == ".", s == "":
		case s == "..":
			segments = segments[:max(len(segments)-1, 0)]
		default:
			segments = append(segments, s)
		}
	}
	clean := "/" + strings.Join(segments, "/")
	for e, p := range paths {
		if p != "" && (p == clean || p[len("/v1"):] == clean) {
			return Endpoint(e)
		}
	}
	return Other
}

// WithVersion prepends "/v1" to a path that lacks it, as Usage Panda does. The query stays.
func WithVersion(path string) string {
	if path == "/v1" || strings.HasPrefix(path, "/v1/") || strings.HasPrefix(path, "/v1?") {
		return path
	}
	if !strings.HasPrefix(path, "/") {
		return "/v1/" + path
	}
	return "/v1" + path
}

// unescape decodes percent escapes as often as they are nested, and leaves malformed ones. It ends: each round makes the text shorter.
func unescape(s string) string {
	for strings.Contains(s, "%") {
		var b strings.Builder
		for i := 0; i < len(s); i++ {
			if s[i] == '%' && i+2 < len(s) && hex(s[i+1]) >= 0 && hex(s[i+2]) >= 0 {
				b.WriteByte(byte(hex(s[i+1])<<4 | hex(s[i+2])))
				i += 2
				continue
			}
			b.WriteByte(s[i])
		}
		if b.Len() == len(s) {
			return s
		}
		s = b.String()
	}
	return s
}

func hex(c byte) int {
	switch {
	case '0' <= c && c <= '9':
		return int(c - '0')
	case 'a' <= c && c <= 'f':
		return int(c-'a') + 10
	case 'A' <= c && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}
