package standin

import (
	"encoding/json"
	"strings"
)

// turn is what a model is asked, whatever the format. Every stand-in makes its answer from it, so that the same question has the same
// answer everywhere.
type turn struct {
	user   string          // the last text of the user
	text   string          // the answer, if nothing stands against it
	fresh  bool            // it is the user's turn: tools may be called
	prompt int             // tokens
	tools  []tool          // that may be called
	choice json.RawMessage // OpenAI's tool_choice
	serial bool            // not more than one of them
	schema *schema         // of the answer
	limit  int             // tokens of the answer; 0 is no limit
	stops  []string        // texts that end the answer
	think  bool            // thoughts are asked for
}

// said is what a model says.
type said struct {
	thought string
	text    string
	called  []call
	why     string // "stop", "length", "tool_calls", "content_filter", as OpenAI has it
	stop    string // the text that ended the answer
	blocked bool   // the question is refused
	used    tokenCount
}

// call is a call of a tool; the arguments are JSON.
type call struct{ name, arguments string }

// tokenCount counts tokens. The cached ones are among those of the prompt, those of thoughts among those of the output.
type tokenCount struct{ prompt, cached, output, thoughts int }

// What a user says to get what a model seldom gives.
const (
	SayCached   = "use the cache" // half of the prompt's tokens are cached
	SayFiltered = "be filtered"   // the answer is cut by the provider's content filter
	SayBlocked  = "be blocked"    // the prompt is refused by the provider's content filter
)

// hear takes a message in. The roles are OpenAI's.
func (t *turn) hear(role, text string) {
	t.prompt += length(text) + 4
	switch role {
	case "user":
		t.user, t.text = text, "You said: "+text
	case "tool":
		t.text = "The tool said: " + text
	}
	t.fresh = role == "user"
}

func (t *turn) say() said {
	s := said{text: t.text, why: "stop", used: tokenCount{prompt: t.prompt}}
	if strings.Contains(t.user, SayCached) {
		s.used.cached = t.prompt / 2
	}
	if strings.Contains(t.user, SayBlocked) {
		s.text, s.why, s.blocked = "", "content_filter", true
		return s
	}
	if t.think {
		s.thought = "Let me think about: " + t.user
		s.used.thoughts = length(s.thought)
	}
	if called := choose(t.tools, t.choice, t.text); len(called) > 0 && t.fresh {
		if t.serial {
			called = called[:1]
		}
		for _, u := range called {
			s.called = append(s.called, call{u.Name, u.arguments(t.text)})
		}
		s.text, s.why, s.used.output = "", "tool_calls", 8*len(called)+s.used.thoughts
		return s
	}
	if t.schema != nil {
		s.text = t.schema.json(s.text)
	}
	s.text, s.why = limit(s.text, t.limit)
	for _, stop := range t.stops {
		if before, _, ok := strings.Cut(s.text, stop); ok && stop != "" {
			s.text, s.stop, s.why = before, stop, "stop"
		}
	}
	if strings.Contains(t.user, SayFiltered) {
		s.text, s.why = "You said", "content_filter"
	}
	s.used.output = length(s.text) + s.used.thoughts
	return s
}

// anyObject is the schema of an answer that must be some object.
var anyObject = schema{Properties: map[string]schema{"said": {}}}

// remake reads a value that was read as JSON into another type.
func remake(v, into any) {
	b, err := json.Marshal(v)
	if err == nil {
		err = json.Unmarshal(b, into)
	}
	if err != nil {
		panic(err) // a table of shapes lets in what it should not
	}
}

// lower has the types of a schema in lower case, as JSON Schema has them and Google may have not.
func (s schema) lower() schema {
	if kind, ok := s.Type.(string); ok {
		s.Type = strings.ToLower(kind)
	}
	if s.Items != nil {
		items := s.Items.lower()
		s.Items = &items
	}
	for name, p := range s.Properties {
		s.Properties[name] = p.lower()
	}
	return s
}
