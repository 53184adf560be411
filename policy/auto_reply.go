package policy

import (
	"errors"
	"strconv"

	"github.com/usagepanda/usage-panda-envoy/converters/openai"
)

// AutoReply answers known prompts at once, without the provider.
type AutoReply struct {
	Replies Replies `key:"POLICY_AUTOREPLY" doc:"A list of {type, request, response}: a prompt (type completion) or last message (type chat) that is exactly the request is answered with the response, without the provider."`
}

// Reply is one prompt with its answer.
type Reply struct{ Type, Request, Response string }

// Replies are the known prompts.
type Replies []Reply

func (r *Replies) set(text string) error {
	if text == "" {
		*r = nil
		return nil
	}
	return errors.New("a string; want a list of objects {type, request, response}")
}

func (r *Replies) setJSON(v openai.Value) error {
	*r = nil
	return openai.Elements(v, func(v openai.Value) error {
		a, err := replyOf(v)
		if err != nil {
			return errors.New("entry " + strconv.Itoa(len(*r)+1) + ": " + err.Error())
		}
		*r = append(*r, a)
		return nil
	})
}

func replyOf(v openai.Value) (a Reply, err error) {
	if v.Kind() != '{' {
		return a, errors.New(openai.KindName(v.Kind()) + "; want an object {type, request, response}")
	}
	parts := map[string]*string{"type": &a.Type, "request": &a.Request, "response": &a.Response}
	err = openai.Members(v, func(name string, v openai.Value) (err error) {
		part, ok := parts[name]
		if !ok {
			return errors.New("unknown member " + strconv.Quote(name) + "; want type, request and response")
		}
		if *part, err = stringOf(v); err != nil {
			return errors.New(name + ": " + err.Error())
		}
		return nil
	})
	switch {
	case err != nil:
		return a, err
	case a.Type != "chat" && a.Type != "completion":
		return a, errors.New("unknown type " + strconv.Quote(a.Type) + "; want chat or completion")
	case a.Request == "":
		return a, errors.New("request: empty; want the text of a prompt")
	}
	return a, nil
}

func (p *AutoReply) Wants(e openai.Endpoint, s Side) bool {
	return len(p.Replies) > 0 && s == Prompt && (e == openai.Completions || e == openai.Chat || e == openai.Responses)
}

func (p *AutoReply) Check(x *Exchange) []Finding {
	kind := "chat"
	if x.Endpoint == openai.Completions {
		kind = "completion"
	}
	last := x.Request.LastMessage()
	for i, r := range p.Replies {
		if r.Type == kind && r.Request == last {
			return []Finding{{
				Flag:  Flag{Type: "policy_autoreply", Description: "Config set to auto-reply to this request"},
				Reply: &p.Replies[i].Response,
			}}
		}
	}
	return nil
}
