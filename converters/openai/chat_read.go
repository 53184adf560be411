package openai

import "strings"

// member reads a top-level member.
func (c *Conversation) member(r *reader, e Endpoint, name string) error {
	switch name {
	case "messages":
		if e != Completions {
			return c.messages(r)
		}
	case "prompt":
		if e == Completions {
			return c.prompt(r)
		}
	case "tools":
		c.tools(r)
		return nil
	}
	v, _ := r.value()
	if !c.setting(name, v) && !usual(name, v) {
		c.Given = append(c.Given, Member{name, v})
	}
	return nil
}

// setting takes a value of one of the usual settings; false for one that is none of them.
func (c *Conversation) setting(name string, v []byte) bool {
	if len(v) == 0 || string(v) == "null" {
		return true
	}
	switch name {
	case "model":
		c.Model = textOf(v)
		return true
	case "stream":
		c.Stream = string(v) == "true"
		return true
	case "stream_options":
		c.IncludeUsage = string(within(v, "include_usage")) == "true"
		return true
	case "max_tokens", "max_completion_tokens":
		if n := number(v); n > 0 {
			c.MaxTokens = n
		}
		return true
	case "user":
		c.User = v
	case "temperature":
		c.Temperature = v
	case "top_p":
		c.TopP = v
	case "seed":
		c.Seed = v
	case "presence_penalty":
		c.Presence = v
	case "frequency_penalty":
		c.Frequency = v
	case "parallel_tool_calls":
		c.Parallel = v
	case "n":
		c.N = number(v)
	case "logprobs":
		c.Logprobs = string(v) == "true"
	case "top_logprobs":
		c.TopLogprobs = number(v)
	case "reasoning_effort":
		c.Effort = textOf(v)
	case "thinking": // as Anthropic has it
		c.Budget = number(within(v, "budget_tokens"))
		if textOf(within(v, "type")) == "disabled" {
			c.Effort = "none"
		}
	case "reasoning": // as OpenRouter has it
		c.Budget = number(within(v, "max_tokens"))
		if effort := textOf(within(v, "effort")); effort != "" {
			c.Effort = effort
		}
	case "stop":
		c.stop(v)
	case "tool_choice":
		c.Choice = toolChoice(v)
	case "response_format":
		c.Format = format(v)
	default:
		return false
	}
	if !usual(name, v) {
		c.Given = append(c.Given, Member{name, v})
	}
	return true
}

// usual tells of a setting's value that it asks for what is so anyway.
func usual(name string, v []byte) bool {
	if Empty(v) {
		return true
	}
	switch s := string(v); name {
	case "n", "best_of":
		return s == "1"
	case "presence_penalty", "frequency_penalty", "top_logprobs":
		return s == "0" || s == "0.0"
	case "logprobs", "store", "echo":
		return s == "false"
	case "parallel_tool_calls":
		return s == "true"
	case "service_tier", "tool_choice":
		return s == `"auto"`
	case "verbosity":
		return s == `"medium"`
	case "modalities":
		return strings.Join(strings.Fields(s), "") == `["text"]`
	case "response_format":
		return textOf(within(v, "type")) == "text"
	case "function_call":
		return s == `"auto"` || s == `"none"`
	}
	return false
}

func (c *Conversation) stop(v []byte) {
	if v[0] == '"' {
		c.Stop = append(c.Stop, v)
		return
	}
	r := looseReader(v)
	if r.open('[') {
		for r.more() {
			if s := literal(r); s != nil {
				c.Stop = append(c.Stop, s)
			}
		}
	}
}

func toolChoice(v []byte) ToolChoice {
	if v[0] == '"' {
		return ToolChoice{Mode: textOf(v)}
	}
	return ToolChoice{Mode: textOf(within(v, "type")), Name: literalOf(within(within(v, "function"), "name"))}
}

func format(v []byte) Format {
	f := Format{Type: textOf(within(v, "type"))}
	if f.Type != "json_schema" {
		return f
	}
	r := looseReader(within(v, "json_schema"))
	if !r.open('{') {
		return f
	}
	for r.more() {
		switch name, _ := r.name(); name {
		case "name":
			f.Name = literal(r)
		case "description":
			f.Description = literal(r)
		case "schema":
			f.Schema, _ = r.value()
		case "strict":
			f.Strict = r.flag()
		default:
			r.skip()
		}
	}
	return f
}

func (c *Conversation) tools(r *reader) {
	if !r.open('[') {
		return
	}
	for r.more() {
		var t Function
		if !r.open('{') {
			c.Tools = append(c.Tools, t)
			continue
		}
		for r.more() {
			switch name, _ := r.name(); name {
			case "type":
				t.Type = r.text()
			case "cache_control":
				t.Cache, _ = r.value()
			case "function":
				t.function(r)
			default:
				r.skip()
			}
		}
		c.Tools = append(c.Tools, t)
	}
}

func (t *Function) function(r *reader) {
	if !r.open('{') {
		return
	}
	for r.more() {
		switch name, _ := r.name(); name {
		case "name":
			t.Name = literal(r)
		case "description":
			t.Description = literal(r)
		case "parameters":
			if t.Parameters, _ = r.value(); len(t.Parameters) > 0 && t.Parameters[0] != '{' {
				t.Parameters = nil
			}
		case "strict":
			t.Strict = r.flag()
		default:
			r.skip()
		}
	}
}

// looseReader reads a value that was read before.
func looseReader(v []byte) *reader {
	r := &reader{}
	r.reset(v, true)
	return r
}

// within is a member's value of an object; nil if there is none.
func within(v []byte, name string) (found []byte) {
	r := looseReader(v)
	if r.kind() != '{' {
		return nil
	}
	for r.open('{'); r.more(); {
		if n, _ := r.name(); n == name {
			found, _ = r.value()
		} else {
			r.skip()
		}
	}
	return found
}

// literalOf is a value if it is a string.
func literalOf(v []byte) []byte {
	if len(v) == 0 || v[0] != '"' {
		return nil
	}
	return v
}

func textOf(v []byte) string { return Value(v).Text() }

// number is a value as an integer; 0 if it is none.
func number(v []byte) int {
	if len(v) == 0 || v[0] == '"' {
		return 0
	}
	n, _ := looseReader(v).whole()
	return n
}
