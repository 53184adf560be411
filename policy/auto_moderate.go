package policy

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

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

// Check refuses what the moderation could not read.
func (p *AutoModerate) Check(x *Exchange) []Finding {
	if x.Request.Tokens == 0 {
		return nil
	}
	return []Finding{{
		Flag:  Flag{"policy_auto_moderate", "Moderation cannot read a request that is given as tokens"},
		Block: true,
	}}
}

func (p *AutoModerate) Ask(x *Exchange) *Call {
	body := p.body(x.Request)
	if body == nil {
		return nil
	}
	return &Call{Path: "/v1/moderations", Body: body, Answer: p.answer}
}

// body is the moderation request: all texts as strings, the definitions of tools as one, or, where there are images, texts and images as
// parts of one input. The model is left to the provider's default, which takes images. Source: OpenAI's API reference, "Create moderation".
func (p *AutoModerate) body(q *openai.Request) []byte {
	images := slices.Compact(slices.Sorted(slices.Values(q.Images)))
	b := []byte(`{"input":[`)
	empty := len(b)
	add := func(before, value, after string) {
		if len(b) > empty {
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
	for _, url := range images {
		add(`{"type":"image_url","image_url":{"url":`, url, `}}`)
	}
	if len(b) == empty {
		return nil
	}
	return append(b, `]}`...)
}

// answer reads the moderation's results: any that is flagged refuses the request.
func (p *AutoModerate) answer(status int, body []byte) ([]Finding, error) {
	switch status {
	case 200:
	case 0:
		return nil, errors.New("moderation did not answer")
	default:
		return nil, fmt.Errorf("moderation answered with status %d", status)
	}
	var results int
	var flagged bool
	var categories []string
	err := members(body, func(name string, v jsontext.Value) error {
		if name != "results" {
			return nil
		}
		return elements(v, func(v jsontext.Value) error {
			known := false
			err := members(v, func(name string, v jsontext.Value) error {
				switch name {
				case "flagged":
					known = v.Kind() == 't' || v.Kind() == 'f'
					flagged = flagged || v.Kind() == 't'
				case "categories":
					return members(v, func(name string, v jsontext.Value) error {
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
		return nil, fmt.Errorf("moderation answered something else: %w", err)
	case results == 0:
		return nil, errors.New("moderation answered without results")
	default:
		return nil, nil
	}
	description := "Moderation flagged this request"
	if len(categories) > 0 {
		description += ": " + strings.Join(categories, ", ")
	}
	return []Finding{{Flag: Flag{"policy_auto_moderate", description}, Block: true}}, nil
}
