package policy

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/usagepanda/usage-panda-envoy/converters/openai"
)

// AutoModerate has requests judged by OpenAI's moderation.
type AutoModerate struct {
	On       bool `key:"POLICY_AUTO_MODERATE" header:"x-usagepanda-auto-moderate" doc:"Refuse requests that the provider's moderation flags. It is asked with the caller's key; it sees what the provider would see, images too."`
	FailOpen bool `key:"FAIL_OPEN_ON_MODERATION_ERROR" doc:"Let requests pass when the moderation fails, is too slow, or answers something else; otherwise they are refused with 500."`
}

func (p *AutoModerate) Wants(e openai.Endpoint, s Side) bool {
	return p.On && s == Prompt && e.Generates()
}

// maxImages is how many images of a request are moderated, each by a call of its own: a request must not become any number of them.
const maxImages = 16

// Check refuses what the moderation could not read.
func (p *AutoModerate) Check(x *Exchange) []Finding {
	description := ""
	switch {
	case x.Request.Tokens > 0:
		description = "Moderation cannot read a request that is given as tokens"
	case len(x.Request.Images) > maxImages:
		description = "Moderation takes " + strconv.Itoa(maxImages) + " images at most; request has " + strconv.Itoa(len(x.Request.Images))
	default:
		return nil
	}
	return []Finding{{Flag: Flag{Type: "policy_auto_moderate", Description: description}, Block: true}}
}

// Ask asks about all texts at once, and about each image, of which the moderation takes one at a time: the first one goes with the texts.
func (p *AutoModerate) Ask(x *Exchange) (calls []*Call) {
	for _, body := range p.bodies(x.Request) {
		calls = append(calls, &Call{Path: "/v1/moderations", Body: body, Answer: p.answer})
	}
	return calls
}

// bodies are the moderation requests: all texts as strings, the definitions of tools as one, or, where there are images, texts and images as
// parts of one input. The model is left to the provider's default, which takes images. Source: OpenAI's API reference, "Create moderation",
// and its error "Number of images (2) exceeds maximum of 1".
func (p *AutoModerate) bodies(q *openai.Request) (bodies [][]byte) {
	images := slices.Compact(slices.Sorted(slices.Values(q.Images)))
	const head, end = `{"input":[`, `]}`
	b := []byte(head)
	add := func(before, value, after string) {
		if len(b) > len(head) {
			b = append(b, ',')
		}
		b = append(openai.AppendQuote(append(b, before...), value), after...)
	}
	text := func(t string) {
		if len(images) > 0 {
			add(`{"type":"text","text":`, t, `}`)
		} else {
			add("", t, "")
		}
	}
	var definitions []string
	for i, t := range q.Texts {
		if t.Role == openai.Definition {
			definitions = append(definitions, q.Current(i))
		} else {
			text(q.Current(i))
		}
	}
	if len(definitions) > 0 {
		text(strings.Join(definitions, "\n"))
	}
	for i, url := range images {
		if i > 0 {
			bodies, b = append(bodies, append(b, end...)), []byte(head)
		}
		add(`{"type":"image_url","image_url":{"url":`, url, `}}`)
	}
	if len(b) == len(head) {
		return nil
	}
	return append(bodies, append(b, end...))
}

// answer reads the moderation's results: any that is flagged refuses the request.
func (p *AutoModerate) answer(status int, body []byte) ([]Finding, error) {
	switch status {
	case 200:
	case 0:
		return nil, errors.New("moderation did not answer")
	default:
		return nil, errors.New("moderation answered with status " + strconv.Itoa(status))
	}
	var results int
	var flagged bool
	var categories []string
	err := openai.Members(body, func(name string, v openai.Value) error {
		if name != "results" {
			return nil
		}
		return openai.Elements(v, func(v openai.Value) error {
			known := false
			err := openai.Members(v, func(name string, v openai.Value) error {
				switch name {
				case "flagged":
					known = v.Kind() == 't' || v.Kind() == 'f'
					flagged = flagged || v.Kind() == 't'
				case "categories":
					return openai.Members(v, func(name string, v openai.Value) error {
						if v.Kind() == 't' && !slices.Contains(categories, name) {
							categories = append(categories, name)
						}
						return nil
					})
				}
				return nil
			})
			if results++; err == nil && !known {
				err = errors.New("a result that says nothing")
			}
			return err
		})
	})
	switch {
	case flagged: // whatever else is wrong with it
	case err != nil:
		return nil, errors.New("moderation answered something else: " + err.Error())
	case results == 0:
		return nil, errors.New("moderation answered without results")
	default:
		return nil, nil
	}
	description := "Moderation flagged this request"
	if len(categories) > 0 {
		description += ": " + strings.Join(categories, ", ")
	}
	return []Finding{{Flag: Flag{Type: "policy_auto_moderate", Description: description}, Block: true}}, nil
}
