package standin

import (
	"net/http"
	"regexp"
	"strings"
)

var vertexPath = regexp.MustCompile(`^/v1(?:beta1)?/projects/([^/]+)/locations/([^/]+)/publishers/google/models/([^/:]+):(\w+)$`)

// vertexAnswer answers as https://LOCATION-aiplatform.googleapis.com does.
func vertexAnswer(o *Other, r *http.Request, body []byte) *Answer {
	m := vertexPath.FindStringSubmatch(r.URL.Path)
	if m == nil || r.Method != http.MethodPost {
		return googleFail(http.StatusNotFound, "The requested URL "+r.URL.Path+" was not found on this server.")
	}
	token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok || token == "" || !o.allowed(token) {
		return googleFail(http.StatusUnauthorized, "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie "+
			"or other valid authentication credential.")
	}
	v, bad := o.google(body, m[3])
	if bad != nil {
		return bad
	}
	switch m[4] {
	case "generateContent", "streamGenerateContent":
		return o.generate(r, v, vertexRequest, m[3], m[4] == "streamGenerateContent")
	case "predict":
		return vertexEmbeddings(v)
	}
	return googleFail(http.StatusNotFound, "The requested URL "+r.URL.Path+" was not found on this server.")
}

// vertexEmbeddings answers to predict of a model of embeddings. gemini-embedding-001 takes one text at a time; that is not checked.
func vertexEmbeddings(v map[string]any) *Answer {
	if f := vertexPredictions.check(v); f != nil {
		return googleFail(http.StatusBadRequest, googleFlaw(f))
	}
	var r struct {
		Instances []struct {
			Content string `json:"content"`
		} `json:"instances"`
		Parameters struct {
			Dimensions int `json:"outputDimensionality"`
		} `json:"parameters"`
	}
	remake(v, &r)
	if len(r.Instances) == 0 {
		return googleFail(http.StatusBadRequest, "Empty instances.")
	}
	if r.Parameters.Dimensions == 0 {
		r.Parameters.Dimensions = 768
	}
	var all []any
	for _, i := range r.Instances {
		if i.Content == "" {
			return googleFail(http.StatusBadRequest, "The text content is empty.")
		}
		all = append(all, map[string]any{"embeddings": map[string]any{"values": vector(i.Content, r.Parameters.Dimensions),
			"statistics": map[string]any{"token_count": length(i.Content), "truncated": false}}})
	}
	return JSON(http.StatusOK, map[string]any{"predictions": all, "metadata": map[string]any{"billableCharacterCount": 1}})
}
