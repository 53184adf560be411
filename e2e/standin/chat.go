package standin

import (
	"cmp"
	"encoding/json"
	"net/http"
)

type chatRequest struct {
	Model    string `json:"model"`
	Messages []struct {
		Role    string          `json:"role"`
		Content json.RawMessage `json:"content"`
	} `json:"messages"`
	N             int  `json:"n"`
	Stream        bool `json:"stream"`
	StreamOptions struct {
		Usage bool `json:"include_usage"`
	} `json:"stream_options"`
	MaxTokens           int  `json:"max_tokens"`
	MaxCompletionTokens int  `json:"max_completion_tokens"`
	Logprobs            bool `json:"logprobs"`
	Tools               []struct {
		Function struct {
			Name       string `json:"name"`
			Parameters schema `json:"parameters"`
		} `json:"function"`
	} `json:"tools"`
	ToolChoice json.RawMessage `json:"tool_choice"`
	Format     struct {
		Type   string `json:"type"`
		Schema struct {
			Schema schema `json:"schema"`
		} `json:"json_schema"`
	} `json:"response_format"`
}

type chatObject struct {
	ID          string       `json:"id"`
	Object      string       `json:"object"`
	Created     int64        `json:"created"`
	Model       string       `json:"model"`
	Choices     []chatChoice `json:"choices"`
	Usage       *usage       `json:"usage,omitempty"`
	ServiceTier string       `json:"service_tier"`
	Fingerprint string       `json:"system_fingerprint"`
}

type chatChoice struct {
	Index    int          `json:"index"`
	Message  *chatMessage `json:"message,omitempty"`
	Delta    *chatMessage `json:"delta,omitempty"`
	Logprobs *logprobs    `json:"logprobs"`
	Finish   *string      `json:"finish_reason"`
}

type chatMessage struct {
	Role        string     `json:"role,omitempty"`
	Content     *string    `json:"content,omitempty"`
	ToolCalls   []toolCall `json:"tool_calls,omitempty"`
	Refusal     *string    `json:"refusal,omitempty"`
	Annotations []any      `json:"annotations,omitempty"`
}

// MarshalJSON writes what OpenAI writes of a whole message: null for what is not there.
func (m chatMessage) MarshalJSON() ([]byte, error) {
	type bare chatMessage
	if m.Annotations == nil {
		return json.Marshal(bare(m))
	}
	return json.Marshal(struct {
		Role        string     `json:"role"`
		Content     *string    `json:"content"`
		ToolCalls   []toolCall `json:"tool_calls,omitempty"`
		Refusal     *string    `json:"refusal"`
		Annotations []any      `json:"annotations"`
	}{m.Role, m.Content, m.ToolCalls, m.Refusal, m.Annotations})
}

type toolCall struct {
	Index    *int   `json:"index,omitempty"` // of deltas
	ID       string `json:"id,omitempty"`
	Type     string `json:"type,omitempty"`
	Function struct {
		Name      string `json:"name,omitempty"`
		Arguments string `json:"arguments"`
	} `json:"function"`
}

type logprobs struct {
	Content []logprob `json:"content"`
	Refusal []logprob `json:"refusal"`
}

type logprob struct {
	Token   string    `json:"token"`
	Logprob float64   `json:"logprob"`
	Bytes   []int     `json:"bytes"`
	Top     []logprob `json:"top_logprobs"`
}

// surely are the logprobs of tokens that the model is sure of.
func surely(all ...string) *logprobs {
	l := &logprobs{Content: []logprob{}}
	for _, t := range all {
		p := logprob{Token: t, Logprob: -0.01, Top: []logprob{}}
		for _, b := range []byte(t) {
			p.Bytes = append(p.Bytes, int(b))
		}
		l.Content = append(l.Content, p)
	}
	return l
}

func (p *Provider) chat(body []byte) *Answer {
	var r chatRequest
	if a := read(body, &r, &r.Model); a != nil {
		return a
	}
	if len(r.Messages) == 0 {
		return badRequest("messages", "[] is too short - 'messages'")
	}
	text, prompt := "", 0
	for _, m := range r.Messages {
		t, err := content(m.Content)
		if err != nil {
			return badRequest("messages", err.Error())
		}
		prompt += length(t) + 4
		switch m.Role {
		case "user":
			text = "You said: " + t
		case "tool", "function":
			text = "The tool said: " + t
		}
	}
	var tools []tool
	for _, t := range r.Tools {
		tools = append(tools, tool{t.Function.Name, t.Function.Parameters})
	}
	if called := choose(tools, r.ToolChoice, text); len(called) > 0 && r.Messages[len(r.Messages)-1].Role == "user" {
		return p.chatCalls(&r, called, text, prompt)
	}
	switch r.Format.Type {
	case "json_object":
		text = schema{Properties: map[string]schema{"said": {}}}.json(text)
	case "json_schema":
		text = r.Format.Schema.Schema.json(text)
	}
	text, why := limit(text, cmp.Or(r.MaxCompletionTokens, r.MaxTokens))
	n := max(r.N, 1)
	used := count(prompt, n*length(text))
	if r.Stream {
		return p.chatStream(&r, used, why, func(i int, delta func(chatChoice)) {
			for _, t := range tokens(text) {
				c := chatChoice{Index: i, Delta: &chatMessage{Content: &t}}
				if r.Logprobs {
					c.Logprobs = surely(t)
				}
				delta(c)
			}
		})
	}
	o := r.object("chat.completion")
	o.Usage = &used
	for i := range n {
		c := chatChoice{Index: i, Message: &chatMessage{Role: "assistant", Content: &text, Annotations: []any{}}, Finish: &why}
		if r.Logprobs {
			c.Logprobs = surely(tokens(text)...)
		}
		o.Choices = append(o.Choices, c)
	}
	return JSON(http.StatusOK, o)
}

// chatCalls answers with calls of tools.
func (p *Provider) chatCalls(r *chatRequest, called []tool, text string, prompt int) *Answer {
	why := "tool_calls"
	used := count(prompt, 8*len(called))
	if r.Stream {
		return p.chatStream(r, used, why, func(i int, delta func(chatChoice)) {
			for k, t := range called {
				call := toolCall{Index: &k, ID: ident("call_"), Type: "function"}
				call.Function.Name = t.Name
				delta(chatChoice{Index: i, Delta: &chatMessage{ToolCalls: []toolCall{call}}})
				for _, piece := range tokens(t.arguments(text)) {
					more := toolCall{Index: &k}
					more.Function.Arguments = piece
					delta(chatChoice{Index: i, Delta: &chatMessage{ToolCalls: []toolCall{more}}})
				}
			}
		})
	}
	o := r.object("chat.completion")
	o.Usage = &used
	for i := range max(r.N, 1) {
		m := chatMessage{Role: "assistant", Annotations: []any{}}
		for _, t := range called {
			call := toolCall{ID: ident("call_"), Type: "function"}
			call.Function.Name, call.Function.Arguments = t.Name, t.arguments(text)
			m.ToolCalls = append(m.ToolCalls, call)
		}
		o.Choices = append(o.Choices, chatChoice{Index: i, Message: &m, Finish: &why})
	}
	return JSON(http.StatusOK, o)
}

func (r *chatRequest) object(kind string) *chatObject {
	return &chatObject{ID: ident("chatcmpl-"), Object: kind, Created: now(), Model: r.Model, ServiceTier: "default",
		Fingerprint: "fp_standin", Choices: []chatChoice{}}
}

// chatStream makes a stream: for each choice its role, what say says with delta, and why it ended.
func (p *Provider) chatStream(r *chatRequest, used usage, why string, say func(i int, delta func(chatChoice))) *Answer {
	e := events{pace: p.options.Pace}
	o := r.object("chat.completion.chunk")
	delta := func(c chatChoice) {
		o.Choices = []chatChoice{c}
		e.add("", o)
	}
	empty := ""
	for i := range max(r.N, 1) {
		delta(chatChoice{Index: i, Delta: &chatMessage{Role: "assistant", Content: &empty}})
		say(i, delta)
		delta(chatChoice{Index: i, Delta: &chatMessage{}, Finish: &why})
	}
	if r.StreamOptions.Usage {
		o.Choices, o.Usage = []chatChoice{}, &used
		e.add("", o)
	}
	e.done()
	return e.answer()
}

// json is a filled value as text.
func (s schema) json(text string) string { return tool{Schema: s}.arguments(text) }
