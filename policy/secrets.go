package policy

import (
	"slices"
	"strings"

	"github.com/usagepanda/usage-panda-envoy/converters/openai"
	"github.com/usagepanda/usage-panda-envoy/policy/secrets"
)

// Secrets looks for keys, tokens and passwords in both sides.
type Secrets struct {
	Request  SecretActions `key:"POLICY_SECRETS" header:"x-usagepanda-secrets" doc:"What is done about secrets in requests: KIND:ACTION, ..., with the kinds privatekey, jwt, aws, gcp, azure, cloud (other clouds and hosts), github, gitlab, bitbucket, llm, payment, chat, registry (of packages), service (other issuers) and generic (what is given to a name such as password), or all; the actions are none, audit, redact and block. A kind's own action counts more than that of all. Requests that are given as tokens are refused where more is done than to audit."`
	Response SecretActions `key:"POLICY_RESPONSE_SECRETS" header:"x-usagepanda-response-secrets" doc:"The same for answers."`
}

// SecretActions says what is done about each kind of secret.
type SecretActions [secrets.Len]Action

func (a *SecretActions) set(text string) error {
	return setKinds(a[:], text, false, func(name string) (uint32, bool) {
		set, ok := secrets.ParseKinds(name)
		return uint32(set), ok
	}, "all or one of "+strings.Join(SecretKinds(), ", "))
}

func (a *SecretActions) tighten(by SecretActions) { tightenKinds(a[:], by[:]) }

// SecretKinds are the names of the kinds of secrets.
func SecretKinds() (names []string) {
	for k := range secrets.Len {
		names = append(names, secrets.Kind(k).String())
	}
	return names
}

func (p *Secrets) actions(s Side) *SecretActions {
	if s == Prompt {
		return &p.Request
	}
	return &p.Response
}

func (p *Secrets) Wants(e openai.Endpoint, s Side) bool {
	return (e.Generates() || e != openai.Other && s == Prompt) && *p.actions(s) != SecretActions{}
}

// Check refuses what cannot be searched.
func (p *Secrets) Check(x *Exchange) []Finding {
	return tokens(x, p.Request[:], "policy_secrets", "secrets")
}

func (p *Secrets) Scan(x *Exchange, s Side) []ScanFunc {
	actions := p.actions(s)
	scanner := secrets.New(secrets.Kinds(kindsOf(actions[:])))
	var found []Match
	return []ScanFunc{func(text string, atEOF bool) ([]Match, int) {
		hits, n := scanner.Scan(text, atEOF)
		found = found[:0]
		for _, h := range hits {
			found = append(found, Match{Start: h.Start, End: h.End, Action: actions[h.Kind], Name: h.Kind.String()})
		}
		return found, n
	}}
}

func (p *Secrets) Worst(s Side) Action { return slices.Max(p.actions(s)[:]) }

func (p *Secrets) Describe(s Side, names []string) Flag {
	return Flag{Type: "policy_secrets", Description: s.String() + " contained secrets: " + strings.Join(names, ", ")}
}
