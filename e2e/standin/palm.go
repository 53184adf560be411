package standin

import (
	"fmt"
	"net/http"
	"regexp"
)

// The shapes of PaLM's generateText and generateMessage. Source: https://developers.generativeai.google/api/rest/generativelanguage as it
// was until August 2024, and what Usage Panda sends.
var (
	palmPath   = regexp.MustCompile(`^/v1beta[23]/models/([^/:]+):(generateText|generateMessage)$`)
	palmSafety = list(object(map[string]shape{"category!": like("^HARM_CATEGORY_"), "threshold!": str}))
	palmText   = object(map[string]shape{"prompt!": object(map[string]shape{"text!": str}), "temperature": between(0, 1),
		"candidateCount": whole(1, 8), "maxOutputTokens": whole(1, 1<<16), "topP": between(0, 1), "topK": whole(1, 40),
		"stopSequences": list(str), "safetySettings": palmSafety})
	palmSpoken  = object(map[string]shape{"author": str, "content!": str})
	palmMessage = object(map[string]shape{"prompt!": object(map[string]shape{"messages!": list(palmSpoken), "context": str,
		"examples": list(object(map[string]shape{"input!": palmSpoken, "output!": palmSpoken}))}), "temperature": between(0, 1),
		"candidateCount": whole(1, 8), "topP": between(0, 1), "topK": whole(1, 40)})
)

// palmAnswer answers as PaLM did: the last of a chat's messages is what was said; "be blocked" gets an answer without candidates.
func palmAnswer(o *Other, r *http.Request, body []byte) *Answer {
	m := palmPath.FindStringSubmatch(r.URL.Path)
	if m == nil || r.Method != http.MethodPost {
		return googleFail(http.StatusNotFound, "Requested entity was not found.")
	}
	key := r.URL.Query().Get("key")
	switch {
	case key == "" && r.Header.Get("X-Goog-Api-Key") != "":
		key = r.Header.Get("X-Goog-Api-Key")
	case key == "":
		return googleFail(http.StatusForbidden, "The request is missing a valid API key.")
	}
	if !o.allowed(key) {
		return googleFail(http.StatusBadRequest, "API key not valid. Please pass a valid API key.")
	}
	v, bad := o.google(body, m[1])
	if bad != nil {
		return bad
	}
	if m[2] == "generateText" {
		return palmCompletion(v)
	}
	return palmChat(v)
}

func palmCompletion(v map[string]any) *Answer {
	if f := palmText.check(v); f != nil {
		return googleFail(http.StatusBadRequest, googleFlaw(f))
	}
	var r struct {
		Prompt struct {
			Text string `json:"text"`
		} `json:"prompt"`
		N     int      `json:"candidateCount"`
		Max   int      `json:"maxOutputTokens"`
		Stops []string `json:"stopSequences"`
	}
	remake(v, &r)
	if r.Prompt.Text == "" {
		return googleFail(http.StatusBadRequest, "prompt.text: must not be empty")
	}
	t := turn{limit: r.Max, stops: r.Stops}
	t.hear("user", r.Prompt.Text)
	s := t.say()
	if s.blocked {
		return JSON(http.StatusOK, map[string]any{"filters": []any{map[string]string{"reason": "SAFETY"}}, "safetyFeedback": []any{}})
	}
	var all []any
	for range max(r.N, 1) {
		all = append(all, map[string]any{"output": s.text,
			"safetyRatings": []any{map[string]string{"category": "HARM_CATEGORY_TOXICITY", "probability": "NEGLIGIBLE"}}})
	}
	return JSON(http.StatusOK, map[string]any{"candidates": all})
}

func palmChat(v map[string]any) *Answer {
	if f := palmMessage.check(v); f != nil {
		return googleFail(http.StatusBadRequest, googleFlaw(f))
	}
	var r struct {
		Prompt struct {
			Context  string `json:"context"`
			Messages []struct {
				Author  string `json:"author"`
				Content string `json:"content"`
			} `json:"messages"`
		} `json:"prompt"`
		N int `json:"candidateCount"`
	}
	remake(v, &r)
	if len(r.Prompt.Messages) == 0 {
		return googleFail(http.StatusBadRequest, "prompt.messages: must not be empty")
	}
	t := turn{}
	for i, m := range r.Prompt.Messages {
		if m.Content == "" {
			return googleFail(http.StatusBadRequest, fmt.Sprintf("prompt.messages[%d].content: must not be empty", i))
		}
		t.hear("user", m.Content)
	}
	s := t.say()
	if s.blocked {
		return JSON(http.StatusOK, map[string]any{"messages": r.Prompt.Messages, "filters": []any{map[string]string{"reason": "SAFETY"}}})
	}
	var all []any
	for range max(r.N, 1) {
		all = append(all, map[string]any{"author": "1", "content": s.text})
	}
	return JSON(http.StatusOK, map[string]any{"candidates": all, "messages": r.Prompt.Messages})
}
