package standin

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
)

// googleContents is what of a generateContent request the answer depends on.
type googleContents struct {
	System   googleContent   `json:"systemInstruction"`
	Contents []googleContent `json:"contents"`
	Tools    []struct {
		Functions []googleFunction `json:"functionDeclarations"`
	} `json:"tools"`
	ToolConfig struct {
		Calling struct {
			Mode    string   `json:"mode"`
			Allowed []string `json:"allowedFunctionNames"`
		} `json:"functionCallingConfig"`
	} `json:"toolConfig"`
	Config struct {
		N              int            `json:"candidateCount"`
		MaxTokens      int            `json:"maxOutputTokens"`
		Stops          []string       `json:"stopSequences"`
		MimeType       string         `json:"responseMimeType"`
		Schema         map[string]any `json:"responseSchema"`
		JSONSchema     map[string]any `json:"responseJsonSchema"`
		Logprobs       bool           `json:"responseLogprobs"`
		LogprobsNumber *int           `json:"logprobs"`
		Thinking       struct {
			Include bool   `json:"includeThoughts"`
			Budget  *int   `json:"thinkingBudget"`
			Level   string `json:"thinkingLevel"`
		} `json:"thinkingConfig"`
	} `json:"generationConfig"`
}

type googleContent struct {
	Role  string        `json:"role,omitempty"`
	Parts []googlePiece `json:"parts"`
}

type googlePiece struct {
	Text   string `json:"text"`
	Inline *struct {
		MimeType string `json:"mimeType"`
		Data     []byte `json:"data"`
	} `json:"inlineData"`
	Call *struct {
		ID   string `json:"id"`
		Name string `json:"name"`
	} `json:"functionCall"`
	Response *struct {
		ID       string         `json:"id"`
		Name     string         `json:"name"`
		Response map[string]any `json:"response"`
	} `json:"functionResponse"`
	Signature string `json:"thoughtSignature"`
	Thought   bool   `json:"thought"`
}

type googleFunction struct {
	Name       string         `json:"name"`
	Parameters map[string]any `json:"parameters"`
	JSONSchema map[string]any `json:"parametersJsonSchema"`
}

// rules finds what a request breaks that shapes cannot say; "" is nothing. Signatures of thoughts are asked for by Gemini 3.
func (r *googleContents) rules(model string) string {
	if len(r.Contents) == 0 {
		return "* GenerateContentRequest.contents: contents is not specified"
	}
	var waiting []string // the names, with ids, of functions that were called and not answered
	for i, c := range r.Contents {
		where := fmt.Sprintf("GenerateContentRequest.contents[%d].parts", i)
		if len(c.Parts) == 0 {
			return "* " + where + ": contents.parts must not be empty."
		}
		var calls, responses []string
		for k, p := range c.Parts {
			switch {
			case p.Call != nil:
				calls = append(calls, p.Call.Name+" "+p.Call.ID)
				if strings.HasPrefix(model, "gemini-3") && len(calls) == 1 && p.Signature == "" && r.current(i) {
					return fmt.Sprintf("Function call is missing a thought_signature in functionCall parts. This is required for tools to "+
						"work correctly. Additional data, function call `default_api:%s`, position %d.", p.Call.Name, i+1)
				}
			case p.Response != nil:
				responses = append(responses, p.Response.Name+" "+p.Response.ID)
			case p.Inline != nil && strings.HasPrefix(p.Inline.MimeType, "image/") && http.DetectContentType(p.Inline.Data) != p.Inline.MimeType:
				return fmt.Sprintf("Unable to process input image: %s[%d] is no %s", where, k, p.Inline.MimeType)
			}
		}
		switch {
		case len(calls) > 0 && c.Role != "model":
			return "Please ensure that function call turns are of the role model."
		case len(calls) > 0 && (i == 0 || r.Contents[i-1].Role == "model"):
			return "Please ensure that function call turn comes immediately after a user turn or after a function response turn."
		case len(responses) > 0 && c.Role == "model":
			return "Please ensure that function response turns are not of the role model."
		case len(responses) > 0 && len(waiting) == 0:
			return "Please ensure that function response turn comes immediately after a function call turn."
		case len(responses) != len(waiting):
			return "Please ensure that the number of function response parts is equal to the number of function call parts of the function call turn."
		case !slices.Equal(slices.Sorted(slices.Values(responses)), slices.Sorted(slices.Values(waiting))):
			return "Please ensure that function responses have the names and ids of their calls."
		}
		waiting = calls
	}
	if len(waiting) > 0 {
		return "Please ensure that function call turns are followed by a function response turn."
	}
	return r.settings()
}

// current tells whether a content is after the last text of the user.
func (r *googleContents) current(i int) bool {
	for _, c := range r.Contents[i:] {
		if c.Role != "model" && slices.ContainsFunc(c.Parts, func(p googlePiece) bool { return p.Response == nil }) {
			return false
		}
	}
	return true
}

// settings finds settings that contradict each other.
func (r *googleContents) settings() string {
	names := map[string]bool{}
	for i, t := range r.Tools {
		for k, f := range t.Functions {
			where := fmt.Sprintf("* GenerateContentRequest.tools[%d].function_declarations[%d].parameters", i, k)
			if names[f.Name] {
				return "Duplicate function declaration found: " + f.Name
			}
			names[f.Name] = true
			if f.Parameters != nil && f.JSONSchema != nil {
				return where + ": parameters and parametersJsonSchema must not both be set"
			}
			if f.Parameters != nil {
				if wrong := schemaRules(f.Parameters, where); wrong != "" {
					return wrong
				}
			}
		}
	}
	c, calling := r.Config, r.ToolConfig.Calling
	for _, name := range calling.Allowed {
		if !names[name] {
			return "allowed_function_names: " + name + " is not declared"
		}
	}
	switch {
	case len(calling.Allowed) > 0 && calling.Mode != "ANY" && calling.Mode != "VALIDATED":
		return "Function calling config is set with allowed_function_names, and mode is not ANY or VALIDATED"
	case calling.Mode == "ANY" && len(names) == 0:
		return "Function calling mode is ANY, and there are no function declarations"
	case (c.Schema != nil || c.JSONSchema != nil) && c.MimeType != "application/json" && c.MimeType != "text/x.enum":
		return "* GenerateContentRequest.generation_config.response_schema: response_schema needs response_mime_type application/json"
	case c.Schema != nil && c.JSONSchema != nil:
		return "* GenerateContentRequest.generation_config: response_schema and response_json_schema must not both be set"
	case len(c.Stops) > 5:
		return "* GenerateContentRequest.generation_config.stop_sequences: more than 5"
	case c.LogprobsNumber != nil && !c.Logprobs:
		return "logprobs is set, and response_logprobs is not"
	case c.Thinking.Budget != nil && c.Thinking.Level != "":
		return "You can only set only one of thinking budget and thinking level."
	}
	if c.Schema != nil {
		return schemaRules(c.Schema, "* GenerateContentRequest.generation_config.response_schema")
	}
	return ""
}

// schemaRules finds what Google does not take in a schema of the right shape.
func schemaRules(s map[string]any, where string) string {
	kind, _ := s["type"].(string)
	kind = strings.ToUpper(kind)
	properties, _ := s["properties"].(map[string]any)
	format, _ := s["format"].(string)
	needed, _ := s["required"].([]any)
	items, _ := s["items"].(map[string]any)
	switch {
	case kind == "" && s["anyOf"] == nil:
		return where + ".type: must be specified"
	case kind == "OBJECT" && len(properties) == 0:
		return where + ".properties: should be non-empty for OBJECT type"
	case kind == "ARRAY" && items == nil:
		return where + ".items: missing field."
	case kind == "STRING" && format != "" && format != "enum" && format != "date-time":
		return where + ".format: only 'enum' and 'date-time' are supported for STRING type"
	case s["enum"] != nil && kind != "STRING":
		return where + ".enum: only allowed for STRING type"
	}
	for i, name := range needed {
		if properties[name.(string)] == nil {
			return fmt.Sprintf("%s.required[%d]: property is not defined", where, i)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(properties)) {
		if wrong := schemaRules(properties[name].(map[string]any), where+".properties["+name+"]"); wrong != "" {
			return wrong
		}
	}
	if items != nil {
		return schemaRules(items, where+".items")
	}
	return ""
}
