// Package policy judges exchanges. Policies find; the engine flags, redacts and blocks.
package policy

import "github.com/usagepanda/usage-panda-envoy/converters/openai"

// Side is a direction of an exchange.
type Side uint8

const (
	Prompt Side = iota // what the application sends
	Answer             // what the provider sends back
)

func (s Side) String() string { return [...]string{"Request", "Response"}[s] }

// Policy is a struct whose tagged fields are its settings. It does at least one of the things below.
type Policy interface {
	// Wants tells whether the policy is switched on and has anything to do with that side of the endpoint's exchanges. A side that no
	// policy wants is neither held nor read.
	Wants(e openai.Endpoint, s Side) bool
}

// A Checker judges the request as a whole.
type Checker interface {
	Check(x *Exchange) []Finding
}

// A Scanner judges each text of a side.
type Scanner interface {
	// Scan returns all that looks at the texts of one side, one after the other; none if there is nothing to look for.
	Scan(x *Exchange, s Side) []ScanFunc

	// Worst is the strictest action that a match on a side may ask for. Below Redact, a text need not wait until it is judged.
	Worst(s Side) Action

	// Describe returns the flag for what was found on a side; names are those of the matches, each once, in order of appearance.
	Describe(s Side, names []string) Flag
}

// An Asker lets someone else decide.
type Asker interface {
	// Ask returns the calls whose answers decide; none if none is needed. It never waits.
	Ask(x *Exchange) []*Call
}

// A ScanFunc looks at a text that is given whole or in pieces, as bufio.SplitFunc does. The first n bytes are decided and will not be seen
// again; the caller gives the others once more, with what comes behind them. At the end of the text all is decided, and the function is
// ready for the next text. Matches lie within the decided bytes, and are valid until the next call.
type ScanFunc func(text string, atEOF bool) (found []Match, n int)

// Match is a place in a text.
type Match struct {
	Start, End int // in bytes
	Action     Action
	Name       string
	Text       string // to stand in its place; "" for the settings'. One with a text is no finding.

	by int // the number of the policy in the engine
}

// Flag says what a policy found, in the words of the stats and of the refusal.
type Flag struct {
	Type        string
	Description string
	Places      []Place // where it was found, as far as maxPlaces goes
}

// Place is where something was found: never what.
type Place struct {
	Name       string // of the list, kind or rule
	Action     Action
	Side       Side
	Message    int // the number of the message, input item or prompt; of an answer, of the choice or output item, streamed of the text
	Start, End int // in bytes of the text
}

// maxPlaces is how many places are noted of each policy and side.
const maxPlaces = 16

// Finding is what a Checker or an Asker found.
type Finding struct {
	Flag
	Block bool
	Reply *string // answers the client with this text at once, without the provider
}

// Call is a question to the provider, asked with the caller's key. Answer reads what came back; Status 0 means that nothing came. An
// error means that nobody knows.
type Call struct {
	Path   string
	Body   []byte
	Answer func(status int, body []byte) ([]Finding, error)
}

// Exchange is one request and its answer, and what was found in them.
type Exchange struct {
	Endpoint openai.Endpoint
	Request  *openai.Request
	Response *openai.Response
	Flags    []Flag
	Blocked  bool
	Reply    *string

	// Reason is what the client is told of a refusal: the descriptions of the flags that block.
	Reason string

	masks *masks // of the request's values that have placeholders; nil if none has

	marked *marked // of the request, once PromptReflection has looked for them
}

// find records a finding.
func (x *Exchange) find(f Finding) {
	x.flag(f.Flag, f.Block)
	if f.Reply != nil && x.Reply == nil {
		x.Reply = f.Reply
	}
}

// flag records a flag. A second one of the same type adds to the first, as Usage Panda does for both sides' word lists.
func (x *Exchange) flag(f Flag, block bool) {
	if block {
		x.Blocked = true
		if x.Reason != "" {
			x.Reason += ", "
		}
		x.Reason += f.Description
	}
	for i := range x.Flags {
		if x.Flags[i].Type == f.Type {
			x.Flags[i].Description += "; " + f.Description
			x.Flags[i].Places = append(x.Flags[i].Places, f.Places...)
			return
		}
	}
	x.Flags = append(x.Flags, f)
}
