package openai

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestEndpointOf(t *testing.T) {
	for _, row := range []struct {
		path string
		want Endpoint
	}{
		{"/v1/chat/completions", Chat}, {"/chat/completions", Chat}, {"/v1/chat/completions/", Chat}, {"/V1/Chat/COMPLETIONS", Chat}, {"//v1//chat///completions", Chat},
		{"/v1/c%68at/completions", Chat}, {"/v1/%63%68%61%74/completions", Chat}, {"/v1/%2563hat/completions", Chat}, {"/v1%2fchat%2Fcompletions", Chat},
		{"/v1/./chat/completions", Chat}, {"/v1/models/../chat/completions", Chat}, {"/v1/%2e%2e/v1/chat/completions", Chat}, {"/../v1/chat/completions", Chat},
		{`/v1\chat\completions`, Chat}, {"/v1/%5cchat/completions", Chat}, {"v1/chat/completions", Chat}, {"/%zz/../v1/chat/completions", Chat},
		{"/v1/chat;a=b/completions;c", Chat}, {"/v1/chat/completions%20", Chat}, {"/v1/chat/%09completions%00", Chat}, {"/v1/;/chat/completions", Chat},
		{"/v1/completions", Completions}, {"/v1/edits", Edits}, {"/v1/embeddings", Embeddings}, {"/v1/images/generations", ImageGenerations},
		{"/v1/images/edits", ImageEdits}, {"/v1/images/variations", ImageVariations}, {"/v1/moderations", Moderations}, {"/v1/responses", Responses}, {"/responses", Responses},
		{"/v1/chat/completions/chatcmpl-1", Other}, {"/v1/responses/resp_1", Other}, {"/v1/responses/resp_1/input_items", Other}, {"/v1/chat", Other}, {"/v1", Other},
		{"/", Other}, {"", Other}, {"/v2/chat/completions", Other}, {"/v1/v1/chat/completions", Other}, {"/v1/chatcompletions", Other}, {"/v1/chat/completions%", Other},
		{"/v1/audio/speech", Other}, {"/v1/images", Other}, {"/..", Other}, {"/%2e%2e", Other},
	} {
		assert.Equal(t, row.want, EndpointOf(row.path), "%q", row.path)
	}
}

func TestWithVersion(t *testing.T) {
	for _, row := range []struct{ path, want string }{
		{"/v1/models", "/v1/models"}, {"/models", "/v1/models"}, {"/v1", "/v1"}, {"/v1?a=b", "/v1?a=b"}, {"/", "/v1/"}, {"", "/v1/"}, {"models", "/v1/models"},
		{"/v1beta/models", "/v1/v1beta/models"}, {"/V1/models", "/v1/V1/models"}, {"/?a=/v1/", "/v1/?a=/v1/"},
	} {
		assert.Equal(t, row.want, WithVersion(row.path), "%q", row.path)
	}
}
