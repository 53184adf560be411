package converters

import (
	"strings"

	"github.com/usagepanda/usage-panda-envoy/converters/openai"
)

// read takes a request for a chat or completion apart, and refuses or drops what the provider cannot do. can tells of a field that it can.
func (x *Exchange) read(can func(field string) bool) error {
	if err := x.chat.Read(x.Endpoint, x.Body); err != nil {
		return err
	}
	x.Stream = x.chat.Stream
	if x.Model == "" {
		x.Model = strings.Clone(x.chat.Model) // the answer may need it, when the request is gone
	}
	if x.Model == "" {
		return x.refuse("model", "missing; want a model's name")
	}
	if len(x.chat.Messages) == 0 {
		field := "messages"
		if x.Endpoint == openai.Completions {
			field = "prompt"
		}
		return x.refuse(field, "missing or empty")
	}
	for i := range x.chat.Messages {
		if m := &x.chat.Messages[i]; len(m.Calls) > 0 && m.Role != "assistant" {
			return x.refuse("messages", at(i)+".tool_calls: in a message that is not the assistant's")
		}
	}
	for _, m := range x.chat.Given {
		if !can(m.Name) || m.Name == "logprobs" && x.Endpoint == openai.Completions { // there, they have another form
			if err := x.cannot(m.Name); err != nil {
				return err
			}
		}
	}
	return nil
}

// cannot is the refusal of a field that the provider has nothing like; nil if it is dropped.
func (x *Exchange) cannot(field string) error {
	if !hint(field) && (!x.Provider.Drop || says(field)) {
		err := x.refuse(field, "the provider "+x.Provider.Kind+" has nothing like it; leave it out")
		err.Code = "unsupported_parameter"
		return err
	}
	x.drop(field)
	return nil
}

// drop notes that a field was left out.
func (x *Exchange) drop(field string) {
	for _, f := range x.Dropped {
		if f == field {
			return
		}
	}
	x.Dropped = append(x.Dropped, field)
}

// hint tells of a field that it does not change what the answer says: it may always be left out.
func hint(field string) bool {
	switch field {
	case "store", "metadata", "prompt_cache_key", "prompt_cache_retention", "prompt_cache_options", "safety_identifier", "service_tier",
		"prediction", "user":
		return true
	}
	return false
}

// says tells of a field that it has text for the model: it is never left out, since what the model is not shown, it cannot answer.
func says(field string) bool {
	switch field {
	case "messages", "prompt", "tools", "functions", "function_call", "suffix", "web_search_options", "audio", "messages.function_call", "messages.audio":
		return true
	}
	return false
}

// refuse is the client's answer where its request cannot be converted.
func (x *Exchange) refuse(field, problem string) *openai.Error {
	message := problem
	if field != "" && !strings.HasPrefix(problem, field+"[") {
		message = field + ": " + problem
	}
	return &openai.Error{Status: 400, Type: "invalid_request_error", Param: field, Code: "invalid_value", Message: message}
}

// elsewhere is the refusal of an endpoint that the provider does not have.
func (x *Exchange) elsewhere() error {
	path, _, _ := strings.Cut(x.Path, "?")
	if p := x.Endpoint.Path(); p != "" {
		path = p
	}
	return &openai.Error{Status: 400, Type: "invalid_request_error", Code: "unsupported_endpoint",
		Message: path + ": the provider " + x.Provider.Kind + " has nothing like it"}
}
