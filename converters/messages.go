package converters

import (
	"strconv"
	"strings"

	"github.com/usagepanda/usage-panda-envoy/converters/openai"
)

// dialect is how a provider writes conversations.
type dialect struct {
	system   string // the member that the system's parts are in: a list, or an object that has it
	messages string // the member that the turns are in
	content  string // the member of a turn that its parts are in
	model    string // the role of the model
	object   bool   // the system's parts are in an object as a turn's are

	parts   func(x *Exchange, w *openai.Writer, parts []openai.Part, n int) error
	message func(x *Exchange, w *openai.Writer, m *openai.Message, n int) error
}

// conversation writes the system's parts and the turns. Messages of one role that follow each other are one turn, as results of tools are the
// user's. Parts without text are not written: most providers refuse them, and they say nothing.
func (x *Exchange) conversation(w *openai.Writer, d *dialect) error {
	alone := x.alone()
	if !alone {
		if err := x.instructions(w, d); err != nil {
			return err
		}
	}
	w.Open(d.messages, '[')
	turn := ""
	for i := range x.chat.Messages {
		m := &x.chat.Messages[i]
		if system(m.Role) && !alone {
			continue
		}
		role, err := x.turn(m, i)
		if err != nil {
			return err
		}
		if silent(m) {
			continue
		}
		if role != turn {
			if turn != "" {
				w.Close('[')
				w.Close('{')
			}
			turn = role
			w.Open("", '{')
			if role == "assistant" {
				role = d.model
			}
			b := append(append(append(w.B, `"role":"`...), role...), `","`...)
			w.B = append(append(b, d.content...), `":[`...)
		}
		if err := d.message(x, w, m, i); err != nil {
			return err
		}
	}
	if turn != "" {
		w.Close('[')
		w.Close('{')
	}
	w.Close('[')
	return nil
}

// alone tells whether the system says all there is: then it is the user's turn, since no other provider answers to none.
func (x *Exchange) alone() bool {
	for i := range x.chat.Messages {
		if m := &x.chat.Messages[i]; !system(m.Role) && !silent(m) {
			return false
		}
	}
	return true
}

// instructions writes the system's parts, wherever in the conversation they are.
func (x *Exchange) instructions(w *openai.Writer, d *dialect) error {
	open := false
	for i := range x.chat.Messages {
		m := &x.chat.Messages[i]
		if !system(m.Role) || silent(m) {
			continue
		}
		if !open {
			if open = true; d.object {
				w.Open(d.system, '{')
				w.Open(d.content, '[')
			} else {
				w.Open(d.system, '[')
			}
		}
		if err := d.parts(x, w, m.Parts, i); err != nil {
			return err
		}
	}
	if open {
		if w.Close('['); d.object {
			w.Close('{')
		}
	}
	return nil
}

// turn is the role of a message's turn: user or assistant. Results of tools are the user's, and what the system says where it has a turn.
func (x *Exchange) turn(m *openai.Message, n int) (string, error) {
	switch m.Role {
	case "user", "assistant":
		return m.Role, nil
	case "tool", "system", "developer":
		return "user", nil
	}
	return "", x.refuse("messages", at(n)+".role: "+strconv.Quote(m.Role)+"; want system, developer, user, assistant or tool")
}

// system tells of a role that its messages are instructions.
func system(role string) bool { return role == "system" || role == "developer" }

// silent tells of a message that nothing is in it.
func silent(m *openai.Message) bool {
	for i := range m.Parts {
		if !mute(&m.Parts[i]) {
			return false
		}
	}
	return len(m.Calls) == 0 && m.Thinking == nil && m.Role != "tool"
}

func mute(p *openai.Part) bool { return p.Kind == openai.TextPart && len(p.Text) == len(`""`) }

func at(n int) string { return "messages[" + strconv.Itoa(n) + "]" }

// arguments writes a call's arguments as the object that they spell.
func (x *Exchange) arguments(w *openai.Writer, name string, c *openai.ToolCall, n int) error {
	if c.Name == nil || c.ID == nil {
		return x.refuse("messages", at(n)+".tool_calls: a call without id or function name; want both")
	}
	w.Raw(name, nil)
	from := len(w.B)
	w.B = openai.AppendText(w.B, c.Arguments)
	if len(w.B) == from {
		w.B = append(w.B, "{}"...)
		return nil
	}
	r := &x.r
	r.Reset(w.B[from:], true)
	object := r.Kind() == '{'
	r.Skip()
	if err := r.End(); err != nil || !object {
		return x.refuse("messages", at(n)+".tool_calls: arguments that are no JSON object; want one")
	}
	return nil
}

// part is the refusal of a part that the provider cannot be shown.
func (x *Exchange) part(p *openai.Part, n int) error {
	what := strconv.Quote(p.Type)
	if p.MIME != "" {
		what += " of " + strconv.Quote(p.MIME)
	}
	err := x.refuse("messages", at(n)+".content: a part "+what+": the provider "+x.Provider.Kind+" does not take it so")
	err.Code = "unsupported_value"
	return err
}

// function refuses a tool or a choice of tools that no other provider has.
func (x *Exchange) function(t *openai.Function, n int) error {
	if t.Type != "function" || t.Name == nil {
		return x.refuse("tools", "tools["+strconv.Itoa(n)+"]: not a function with a name; want one")
	}
	switch c := &x.chat.Choice; c.Mode {
	case "", "auto", "required", "none":
	case "function":
		if c.Name == nil {
			return x.refuse("tool_choice", "a function without a name; want one")
		}
	default:
		return x.refuse("tool_choice", strconv.Quote(c.Mode)+"; want auto, none, required or a function")
	}
	return nil
}

// called calls for the name of each function that was called in the conversation, once, where the request defines no tools: Anthropic's
// models are shown no calls of what is not defined.
func (x *Exchange) called(write func(name []byte)) {
	var had [][]byte
	for i := range x.chat.Messages {
	calls:
		for _, c := range x.chat.Messages[i].Calls {
			for _, name := range had {
				if string(name) == string(c.Name) {
					continue calls
				}
			}
			had = append(had, c.Name)
			write(c.Name)
		}
	}
}

// parameters is a function's schema; one without takes an empty object.
func parameters(t *openai.Function) []byte {
	if t.Parameters == nil || openai.Empty(t.Parameters) {
		return noParameters
	}
	return t.Parameters
}

var noParameters = []byte(`{"type":"object","properties":{}}`)

// routed refuses a model's name that could lead to another path of the provider.
func (x *Exchange) routed() error {
	for s := range strings.SplitSeq(x.Model, "/") {
		if strings.Trim(s, ".") == "" {
			return x.refuse("model", strconv.Quote(x.Model)+": not a model's name")
		}
	}
	return nil
}

// segment is a name as one segment of a path. What is not plain is escaped, so that it stays one; dots are seen to by routed.
//
//go:noinline
func segment(name string) string {
	const digits = "0123456789ABCDEF"
	var b []byte
	for i := range len(name) {
		switch c := name[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '-', c == '.', c == '_', c == '~', c == ':', c == '@':
			b = append(b, c)
		default:
			b = append(b, '%', digits[c>>4], digits[c&15])
		}
	}
	return string(b)
}
