package policy

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/usagepanda/usage-panda-envoy/converters/openai"
	"github.com/usagepanda/usage-panda-envoy/wordlists"
)

// Wordlists looks for the words and phrases of lists in both sides.
type Wordlists struct {
	Request  ListActions `key:"POLICY_REQUEST_WORDLIST" header:"x-usagepanda-request-wordlists" doc:"What is done about words of lists in requests: LIST:ACTION, ..., with the lists profanity, adult, dan and custom and the actions audit, redact and block."`
	Response ListActions `key:"POLICY_RESPONSE_WORDLIST" header:"x-usagepanda-response-wordlists" doc:"The same for answers."`
	Custom   []string    `key:"POLICY_CUSTOM_WORDLIST" doc:"The words and phrases of the list custom."`

	custom *wordlists.Matcher
}

// ListActions says what is done about the words of each list.
type ListActions [wordlists.Custom + 1]Action

func (a *ListActions) set(text string) error {
	*a = ListActions{}
	for _, rule := range strings.Split(text, ",") {
		rule = strings.TrimSpace(rule)
		if rule == "" || strings.EqualFold(rule, "none") {
			continue
		}
		name, action, _ := strings.Cut(rule, ":")
		list, ok := wordlists.ParseList(strings.ToLower(strings.TrimSpace(name)))
		if !ok {
			return fmt.Errorf("unknown list %q; want profanity, adult, dan or custom", name)
		}
		if strings.TrimSpace(action) == "" {
			return fmt.Errorf("%q has no action; want %s:audit, %s:redact or %s:block", rule, name, name, name)
		}
		var set Action
		if err := set.set(action); err != nil {
			return err
		}
		a[list] = max(a[list], set)
	}
	return nil
}

func (a *ListActions) tighten(by ListActions) {
	for i := range a {
		a[i] = max(a[i], by[i])
	}
}

// lists are those with an action.
func (a *ListActions) lists() (s wordlists.Set) {
	for i, action := range a {
		if action > None {
			s |= 1 << i
		}
	}
	return s
}

// compile builds the matcher of the custom list.
func (p *Wordlists) compile() (err error) {
	p.custom = nil
	if len(p.Custom) > 0 {
		if p.custom, err = wordlists.Compile(p.Custom); err != nil {
			const key = "POLICY_CUSTOM_WORDLIST: "
			return errors.New(key + strings.ReplaceAll(err.Error(), "\n", "\n"+key))
		}
	}
	return nil
}

func (p *Wordlists) actions(s Side) *ListActions {
	if s == Prompt {
		return &p.Request
	}
	return &p.Response
}

func (p *Wordlists) Wants(e openai.Endpoint, s Side) bool {
	return (e.Generates() || e.Images() && s == Prompt) && *p.actions(s) != ListActions{}
}

// Check refuses what no list can be held against, where the lists do more than audit.
func (p *Wordlists) Check(x *Exchange) []Finding {
	if x.Request.Tokens == 0 {
		return nil
	}
	return []Finding{{
		Flag:  Flag{"policy_wordlists", "Request is given as tokens, which no wordlist can read"},
		Block: slices.Max(p.Request[:]) > Audit,
	}}
}

func (p *Wordlists) Scan(x *Exchange, s Side) (all []ScanFunc) {
	actions := p.actions(s)
	lists := actions.lists()
	const custom = 1 << wordlists.Custom
	if built := lists &^ custom; built != 0 {
		all = append(all, scanLists(wordlists.Builtin(), built, actions))
	}
	if lists&custom != 0 && p.custom != nil {
		all = append(all, scanLists(p.custom, custom, actions))
	}
	return all
}

// scanLists looks for the words of some lists of a matcher.
func scanLists(m *wordlists.Matcher, lists wordlists.Set, actions *ListActions) ScanFunc {
	scanner := m.Scanner(lists)
	var found []Match
	return func(text string, atEOF bool) ([]Match, int) {
		hits, n := scanner.Scan(text, atEOF)
		found = found[:0]
		for _, h := range hits {
			for l := wordlists.Profanity; l <= wordlists.Custom; l++ {
				if h.Lists.Has(l) {
					found = append(found, Match{Start: h.Start, End: h.End, Action: actions[l], Name: l.String()})
				}
			}
		}
		return found, n
	}
}

func (p *Wordlists) Worst(s Side) Action { return slices.Max(p.actions(s)[:]) }

func (p *Wordlists) Describe(s Side, names []string) Flag {
	return Flag{"policy_wordlists", s.String() + " matched known wordlists: " + strings.Join(names, ", ")}
}
