package openai

// Conversation is a request for a chat or a completion, taken apart for converters to other providers' APIs. What they pass on as it is stays
// JSON: literals are strings as they were written, with their quotes; numbers and schemas are raw. All of it are views of the request.
// Source: OpenAI's API reference, "Create chat completion" and "Create completion", 2026.
type Conversation struct {
	Model    string
	Messages []Message
	Tools    []Function
	Choice   ToolChoice
	Format   Format
	Stop     [][]byte // literals
	User     []byte   // literal

	MaxTokens    int    // 0 is none
	Effort       string // of reasoning: none, minimal, low, medium, high, xhigh, max
	Budget       int    // of reasoning, in tokens; 0 is none (an extension that gateways share)
	N            int    // 0 is none
	Logprobs     bool
	TopLogprobs  int
	Parallel     []byte // true or false; nil if it is not said
	Temperature  []byte // number
	TopP         []byte // number
	Seed         []byte // number
	Presence     []byte // number
	Frequency    []byte // number
	Stream       bool
	IncludeUsage bool

	// Given are the top-level members that ask for something: not null, and not what is so anyway. Of messages it has the members that
	// are not in Message, as "messages.name".
	Given []Member

	parts []Part
	calls []ToolCall
	r     reader
}

// Member is a member of an object.
type Member struct {
	Name  string
	Value []byte
}

// Message is one message.
type Message struct {
	Role     string
	Parts    []Part
	Calls    []ToolCall
	ID       []byte // literal: of the call that a tool's message answers
	Thinking []byte // a list: Anthropic's thinking blocks, as answers bring them to be given back (an extension that gateways share)
}

// PartKind is the kind of a part of a message.
type PartKind uint8

const (
	TextPart PartKind = iota
	ImagePart
	FilePart
	AudioPart
	OtherPart
)

// Part is a piece of a message's content.
type Part struct {
	Kind PartKind
	Type string // as the request calls it
	Text []byte // literal
	URL  []byte // literal: of an image that is elsewhere
	ID   []byte // literal: of an uploaded file
	Name []byte // literal: of a file

	MIME string // of what is here
	Data []byte // base64, as it is written in the request's literal

	Cache []byte // cache_control, an extension of Anthropic's that gateways share
}

// ToolCall is a call of a tool that an assistant's message has.
type ToolCall struct {
	ID, Name  []byte // literals
	Arguments []byte // literal of a JSON text
	Extra     []byte // extra_content, as Google's own OpenAI API has it, with what Gemini wants given back
}

// Function is a tool that the model may call.
type Function struct {
	Type        string // "function"
	Name        []byte // literal
	Description []byte // literal
	Parameters  []byte // a schema
	Strict      bool
	Cache       []byte
}

// ToolChoice says which tools the model may or must call.
type ToolChoice struct {
	Mode string // "" if it is not said; auto, none, required, function; or a type that is not known here
	Name []byte // literal: of the function
}

// Format is the form that the answer is to have.
type Format struct {
	Type        string // "" if it is not said; text, json_object, json_schema
	Name        []byte // literal
	Description []byte // literal
	Schema      []byte
	Strict      bool
}

// Read reads a request for a chat or a completion. It may read one request after the other; each ends the one before. A completion's
// prompt is a message of a user. Errors are refusals fit for a client.
func (c *Conversation) Read(e Endpoint, body []byte) error {
	*c = Conversation{
		Messages: c.Messages[:0], Tools: c.Tools[:0], Stop: c.Stop[:0], Given: c.Given[:0], parts: c.parts[:0], calls: c.calls[:0],
	}
	r := &c.r
	r.reset(body, false)
	if r.kind() != '{' {
		return refuse("", "the body: not a JSON object; want one")
	}
	var odd error
	for r.open('{'); r.more(); {
		name, _ := r.name()
		if err := c.member(r, e, name); err != nil && odd == nil {
			odd = err
		}
	}
	if err := r.end(); err != nil {
		return refuse("", "the body: not valid JSON: "+err.Error())
	}
	return odd
}

// Thinks tells whether the client wants the model to think first.
func (c *Conversation) Thinks() bool { return c.Budget > 0 || c.Effort != "" && c.Effort != "none" }

// refuse is a refusal that names a field.
func refuse(field, message string) error {
	return &Error{Status: 400, Type: "invalid_request_error", Param: field, Message: message}
}
