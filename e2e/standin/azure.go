package standin

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
)

var (
	azurePath    = regexp.MustCompile(`^/openai/deployments/([a-zA-Z0-9_.-]+)/(chat/completions|completions|embeddings)$`)
	azureNewPath = regexp.MustCompile(`^/openai/v1/(chat/completions|completions|embeddings)$`)
	azureVersion = regexp.MustCompile(`^20\d\d-\d\d-\d\d(-preview)?$`)
)

// azureAnswer answers as https://RESOURCE.openai.azure.com does: by deployments with a version, or by the newer path of v1. A deployment
// whose name has "async-filter" annotates its streams with chunks that have no delta, as those with an asynchronous filter do.
func azureAnswer(o *Other, r *http.Request, body []byte) *Answer {
	return o.azure(r, body).headers(map[string]string{
		"Apim-Request-Id": ident(""), "X-Request-Id": ident(""), "X-Ms-Region": "Sweden Central", "Azureml-Model-Session": "d000-stand-in",
		"X-Ratelimit-Remaining-Requests": "999", "X-Ratelimit-Remaining-Tokens": "99999", "X-Ratelimit-Limit-Requests": "1000",
		"X-Ratelimit-Limit-Tokens": "100000",
	})
}

func (o *Other) azure(r *http.Request, body []byte) *Answer {
	deployment, operation := "", ""
	version := r.URL.Query().Get("api-version")
	if m := azurePath.FindStringSubmatch(r.URL.Path); m != nil && azureVersion.MatchString(version) {
		deployment, operation = m[1], m[2]
	} else if m := azureNewPath.FindStringSubmatch(r.URL.Path); m != nil && slices.Contains([]string{"", "preview", "latest", "v1"}, version) {
		operation = m[1]
	} else {
		return azureFail(http.StatusNotFound, "Resource not found")
	}
	key := r.Header.Get("Api-Key")
	token, bearer := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	switch {
	case key == "" && bearer:
		key = token
	case r.Header.Get("Authorization") != "":
		return azureFail(http.StatusBadRequest, "The stand-in was sent both api-key and Authorization; want one.")
	}
	if key == "" || strings.HasPrefix(key, "Bearer ") || !o.allowed(key) {
		return azureFail(http.StatusUnauthorized, "Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a "+
			"valid key for an active subscription and use a correct regional API endpoint for your resource.")
	}
	if r.Method != http.MethodPost {
		return azureFail(http.StatusMethodNotAllowed, "Method not allowed")
	}
	v, bad := o.openRequest(operation, body)
	if bad != nil {
		return bad
	}
	if deployment != "" {
		v["model"] = deployment
	}
	model, _ := v["model"].(string)
	if strings.HasPrefix(model, "no-such-") {
		a := azureFail(http.StatusNotFound, "The API deployment for this resource does not exist. If you created the deployment within the last 5 "+
			"minutes, please wait a moment and try again.")
		a.Pieces = [][]byte{bytes.Replace(a.Body(), []byte(`"404"`), []byte(`"DeploymentNotFound"`), 1)}
		return a
	}
	a := o.openAnswer(operation, v)
	if operation == "embeddings" {
		return a
	}
	return annotate(a, operation == "chat/completions" && strings.Contains(model, "async-filter"))
}

// annotate adds the results of Azure's content filter: to a whole answer, and to each choice of a stream after a first chunk with those of
// the prompt. If later is set, they come in chunks of their own.
func annotate(a *Answer, later bool) *Answer {
	if a.Status >= 400 {
		return a
	}
	prompt := []any{map[string]any{"prompt_index": 0, "content_filter_results": filterResults(false)}}
	if len(a.Pieces) == 1 {
		v := annotated(a.Body())
		v["prompt_filter_results"] = prompt
		return JSON(http.StatusOK, v)
	}
	var e events
	e.add("", map[string]any{"choices": []any{}, "created": 0, "id": "", "model": "", "object": "", "prompt_filter_results": prompt})
	for i, piece := range a.Pieces {
		data := bytes.TrimSuffix(bytes.TrimPrefix(piece, []byte("data: ")), []byte("\n\n"))
		if string(data) == "[DONE]" {
			e.done()
			continue
		}
		if later && i == 2 {
			e.add("", map[string]any{"id": "", "object": "", "created": 0, "model": "", "choices": []any{map[string]any{"index": 0,
				"finish_reason": nil, "content_filter_results": filterResults(false), "content_filter_offsets": map[string]int{
					"check_offset": 0, "start_offset": 0, "end_offset": 8}}}})
		}
		e.add("", annotated(data))
	}
	a.Pieces = e.pieces
	return a
}

// annotated is a completion or a chunk of one with the filter's results in each choice.
func annotated(data []byte) map[string]any {
	var v map[string]any
	if err := json.Unmarshal(data, &v); err != nil {
		panic(fmt.Sprintf("%v: %s", err, data)) // it was made here
	}
	choices, _ := v["choices"].([]any)
	for _, c := range choices {
		c := c.(map[string]any)
		c["content_filter_results"] = filterResults(c["finish_reason"] == "content_filter")
	}
	return v
}
