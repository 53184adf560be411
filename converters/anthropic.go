package converters

import (
	"bytes"
	"strconv"

	"github.com/usagepanda/usage-panda-envoy/converters/openai"
)

// anthropic speaks Anthropic's Messages API. Sources: Anthropic's API reference, "Messages", and the types of anthropic-sdk-go 1.84.
type anthropic struct{}

func (anthropic) Request(x *Exchange) (Outgoing, error) {
	if x.Endpoint != openai.Chat && x.Endpoint != openai.Completions {
		return Outgoing{}, x.elsewhere()
	}
	if err := x.read(anthropicCan); err != nil {
		return Outgoing{}, err
	}
	m := versionOf(x.Model)
	w := &x.w
	w.B = w.B[:0]
	w.Open("", '{')
	w.String("model", x.Model)
	if err := x.anthropicLimits(w, m); err != nil {
		return Outgoing{}, err
	}
	if err := x.conversation(w, &anthropicDialect); err != nil {
		return Outgoing{}, err
	}
	if len(x.chat.Stop) > 0 {
		w.Open("stop_sequences", '[')
		for _, s := range x.chat.Stop {
			w.Raw("", s)
		}
		w.Close('[')
	}
	if err := x.anthropicTools(w); err != nil {
		return Outgoing{}, err
	}
	if len(x.chat.User) > len(`""`) {
		w.Open("metadata", '{')
		w.Raw("user_id", x.chat.User)
		w.Close('{')
	}
	if x.Stream {
		w.Bool("stream", true)
	}
	w.Close('{')

	version := x.Provider.Version
	if version == "" {
		version = "2023-06-01"
	}
	o := x.outgoing("api.anthropic.com", "/v1/messages",
		Header{"x-api-key", x.Provider.Key}, Header{"anthropic-version", version}, Header{"content-type", "application/json"})
	o.Body = w.B
	return o, nil
}

func anthropicCan(field string) bool {
	switch field {
	case "temperature", "top_p", "stop", "tool_choice", "parallel_tool_calls", "response_format", "reasoning_effort", "thinking", "reasoning", "user":
		return true
	}
	return false
}

// What models can. Source: Anthropic's documentation, "Adaptive thinking", "Extended thinking", "Structured outputs", "What's new".
func (v version) thinks() bool     { return v >= 37 }
func (v version) adapts() bool     { return v >= 46 } // thinking is measured by effort, not by a budget
func (v version) structured() bool { return v >= 45 } // the answer's format is a setting
func (v version) fixed() bool      { return v >= 47 } // temperature and top_p are not the client's
func (v version) one() bool        { return v >= 41 } // of temperature and top_p, one may be said

// anthropicLimits writes the settings that hang together: the limit of tokens, thinking, the format, the temperature.
func (x *Exchange) anthropicLimits(w *openai.Writer, m version) error {
	c := &x.chat
	thinks, budget, limit := x.thinking(m)
	w.Int("max_tokens", limit)
	if thinks {
		w.Open("thinking", '{')
		if m.adapts() {
			w.Word("type", "adaptive")
		} else {
			w.Word("type", "enabled")
			w.Int("budget_tokens", budget)
		}
		w.Close('{')
	}
	native, err := x.anthropicFormat(m, thinks)
	if err != nil {
		return err
	}
	if effort := effortOf(c.Effort, m); thinks && m.adapts() && effort != "" || native {
		w.Open("output_config", '{')
		if thinks && m.adapts() && effort != "" {
			w.Word("effort", effort)
		}
		if native {
			w.Open("format", '{')
			w.Word("type", "json_schema")
			w.Raw("schema", c.Format.Schema)
			w.Close('{')
		}
		w.Close('{')
	}
	return x.anthropicSampling(w, m, thinks)
}

// anthropicFormat tells whether the answer's format is a setting. Where the model has none, a tool that must be called has the format.
func (x *Exchange) anthropicFormat(m version, thinks bool) (native bool, err error) {
	f := &x.chat.Format
	switch {
	case f.Type == "" || f.Type == "text":
		return false, nil
	case f.Type != "json_schema" || f.Schema == nil:
		return false, x.cannot("response_format")
	case m.structured() && (f.Strict || thinks || len(x.chat.Tools) > 0):
		return true, nil
	case thinks || len(x.chat.Tools) > 0: // no tool can be forced
		return false, x.cannot("response_format")
	}
	x.format = true
	return false, nil
}

func (x *Exchange) anthropicSampling(w *openai.Writer, m version, thinks bool) error {
	t, p := x.chat.Temperature, x.chat.TopP
	if t != nil && string(t) != "1" && (m.fixed() || thinks) {
		if err := x.cannot("temperature"); err != nil {
			return err
		}
		t = nil
	}
	if p != nil && string(p) != "1" && (m.fixed() || thinks || t != nil && m.one()) {
		if err := x.cannot("top_p"); err != nil {
			return err
		}
		p = nil
	}
	if m.one() { // 1 is what they are anyway
		if string(t) == "1" {
			t = nil
		}
		if string(p) == "1" {
			p = nil
		}
	}
	if t != nil {
		if over(t) {
			x.drop("temperature")
			t = []byte("1") // OpenAI's goes to 2
		}
		w.Raw("temperature", t)
	}
	if p != nil {
		w.Raw("top_p", p)
	}
	return nil
}

// over tells of a number that it is more than 1.
func over(n []byte) bool {
	if n[0] == '0' && bytes.IndexByte(n, 'e') < 0 && bytes.IndexByte(n, 'E') < 0 { // as nearly all are
		return false
	}
	f, err := strconv.ParseFloat(string(n), 64)
	return err == nil && f > 1
}

// thinking tells whether the model is to think, with which budget where it has budgets, and what all tokens are limited to then.
func (x *Exchange) thinking(m version) (thinks bool, budget, limit int) {
	c := &x.chat
	if limit = c.MaxTokens; limit == 0 {
		if limit = x.Provider.MaxTokens; limit == 0 {
			limit = 4096
		}
	}
	if !c.Thinks() {
		return false, 0, limit
	}
	thinks = m.thinks() && c.Choice.Mode != "required" && c.Choice.Mode != "function" // a call cannot be forced of who thinks
	if thinks && m.adapts() && c.MaxTokens == 0 {
		limit += max(c.Budget, budgetOf(c.Effort)) // room for what is not the answer's own
	}
	if thinks && !m.adapts() {
		const least = 1024
		if budget = max(c.Budget, least); c.Budget == 0 {
			budget = budgetOf(c.Effort)
		}
		more := limit + budget // the answer's own
		if c.MaxTokens > 0 {
			budget, more = min(budget, limit-limit/4), limit
		}
		if thinks = budget >= least && !x.forgot(); thinks {
			limit = more
		}
	}
	if !thinks {
		x.drop("reasoning_effort")
	}
	return thinks, budget, limit
}

// budgetOf is what an effort may cost, in tokens.
func budgetOf(effort string) int {
	switch effort {
	case "minimal":
		return 1024
	case "low":
		return 2048
	case "high":
		return 16384
	case "xhigh", "max":
		return 32768
	}
	return 8192
}

// effortOf is an effort in Anthropic's words.
func effortOf(effort string, m version) string {
	switch {
	case effort == "minimal":
		return "low"
	case effort == "xhigh" && m < 47:
		return "high"
	}
	return effort
}

// forgot tells whether the model has called tools in this turn and what it had thought before was not given back: then it may not think on.
func (x *Exchange) forgot() bool {
	messages := x.chat.Messages
	for i := len(messages) - 1; i >= 0 && messages[i].Role != "user"; i-- {
		if m := &messages[i]; len(m.Calls) > 0 && m.Thinking == nil {
			return true
		}
	}
	return false
}
