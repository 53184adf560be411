package policy

import (
	"slices"
	"strings"

	"github.com/usagepanda/usage-panda-envoy/converters/openai"
	"github.com/usagepanda/usage-panda-envoy/policy/pii"
)

// PersonalData looks for personal data in both sides.
type PersonalData struct {
	Request  PIIActions `key:"POLICY_PII" header:"x-usagepanda-pii" doc:"What is done about personal data in requests: KIND:ACTION, ..., with the kinds email, phone, card, iban, ssn, itin, ip, mac, btc, eth, url (user and password in one) and birthdate, or all for all of these; the actions are none, audit, mask, redact and block. To mask is to put a placeholder such as [EMAIL_1] in the place of a value, and the value in the place of the placeholder in the answer. Only by name: passport, in-aadhaar, nl-bsn, it-codicefiscale, br-cpf, es-dni, uk-nhs, uk-nino, fr-nir, pl-pesel, se-personnummer, ca-sin, de-steuerid, or national for all of these but passports. A kind's own action counts more than that of all or national. Requests that are given as tokens are refused where more is done than to audit."`
	Response PIIActions `key:"POLICY_RESPONSE_PII" header:"x-usagepanda-response-pii" doc:"The same for answers, which cannot be masked."`
}

// PIIActions says what is done about each kind of personal data.
type PIIActions [pii.Len]Action

func (a *PIIActions) set(text string) error {
	return setKinds(a[:], text, true, func(name string) (uint32, bool) {
		set, ok := pii.ParseKinds(name)
		return uint32(set), ok
	}, "all, national or one of "+strings.Join(PIIKinds(), ", "))
}

func (a *PIIActions) tighten(by PIIActions) { tightenKinds(a[:], by[:]) }

// PIIKinds are the names of the kinds of personal data.
func PIIKinds() (names []string) {
	for k := range pii.Len {
		names = append(names, pii.Kind(k).String())
	}
	return names
}

func (p *PersonalData) actions(s Side) *PIIActions {
	if s == Prompt {
		return &p.Request
	}
	return &p.Response
}

func (p *PersonalData) Wants(e openai.Endpoint, s Side) bool {
	return (e.Generates() || e != openai.Other && s == Prompt) && *p.actions(s) != PIIActions{}
}

// Check refuses what cannot be searched.
func (p *PersonalData) Check(x *Exchange) []Finding {
	return tokens(x, p.Request[:], "policy_pii", "personal data")
}

func (p *PersonalData) Scan(x *Exchange, s Side) []ScanFunc {
	actions := p.actions(s)
	scanner := pii.New(pii.Kinds(kindsOf(actions[:])))
	var found []Match
	return []ScanFunc{func(text string, atEOF bool) ([]Match, int) {
		hits, n := scanner.Scan(text, atEOF)
		found = found[:0]
		for _, h := range hits {
			found = append(found, Match{Start: h.Start, End: h.End, Action: done(actions[h.Kind], s), Name: h.Kind.String()})
		}
		return found, n
	}}
}

func (p *PersonalData) Worst(s Side) Action { return done(slices.Max(p.actions(s)[:]), s) }

// done is what is done for an action. There is nobody to put back what is masked in an answer: the settings refuse that, but a header may say
// it.
func done(a Action, s Side) Action {
	if s == Answer && a == Mask {
		return Redact
	}
	return a
}

func (p *PersonalData) Describe(s Side, names []string) Flag {
	return Flag{Type: "policy_pii", Description: s.String() + " contained personal data: " + strings.Join(names, ", ")}
}
