package policy

import (
	"errors"
	"math/bits"
	"slices"
	"strconv"
	"strings"

	"github.com/usagepanda/usage-panda-envoy/converters/openai"
	"github.com/usagepanda/usage-panda-envoy/wordlists"
)

// Wordlists looks for the words and phrases of lists in both sides.
type Wordlists struct {
	Request  ListActions `key:"POLICY_REQUEST_WORDLIST" header:"x-usagepanda-request-wordlists" doc:"What is done about words of lists in requests: LIST:ACTION, ..., with the lists profanity, adult (explicit, and all of profanity), dan (jailbreaks) and custom and the actions none, audit, redact and block. profanity and adult are strong words and severe ones; profanity.mild takes mild and ambiguous ones too, profanity.severe only slurs and the worst, and so do adult.mild and adult.severe. The strictest action counts. Disguised words (f*ck, sh1t, f u c k) are found as what they stand for. Other languages only by name: profanity_ar, _cs, _da, _de, _es, _fa, _fi, _fil, _fr, _hi, _hu, _it, _ja, _ko, _nl, _no, _pl, _pt, _ru, _sv, _th, _tr, _zh, or profanity_intl for all of these."`
	Response ListActions `key:"POLICY_RESPONSE_WORDLIST" header:"x-usagepanda-response-wordlists" doc:"The same for answers."`
	Custom   []string    `key:"POLICY_CUSTOM_WORDLIST" doc:"The words and phrases of the list custom. Words of 4 to 64 letters of ASCII are found disguised, too, but not with letters masked."`

	custom    *wordlists.Matcher
	languages *languages
}

// languages is the matcher of the lists of languages that are wanted, shared by all that a request's headers override: a list that only they
// name is compiled when it is first asked for.
type languages struct {
	lists   wordlists.Set
	matcher *wordlists.Matcher
}

// ListActions says what is done about the words of each list.
type ListActions [wordlists.Custom + 1]Action

// intl stands for the lists of all languages.
const intl = "profanity_intl"

// ListNames are the names that a rule may have.
func ListNames() []string {
	names := []string{"profanity.strong", "adult.strong", intl}
	for l := wordlists.Profanity; l <= wordlists.Custom; l++ {
		names = append(names, l.String())
	}
	return names
}

func (a *ListActions) set(text string) error {
	*a = ListActions{}
	for _, rule := range strings.Split(text, ",") {
		rule = strings.TrimSpace(rule)
		if rule == "" || strings.EqualFold(rule, "none") {
			continue
		}
		name, action, _ := strings.Cut(rule, ":")
		lists, err := listsOf(strings.ToLower(strings.TrimSpace(name)))
		if err != nil {
			return err
		}
		if strings.TrimSpace(action) == "" {
			return errors.New(strconv.Quote(rule) + " has no action; want " + name + ":audit, " + name + ":redact or " + name + ":block")
		}
		var set Action
		if err := set.set(action); err != nil {
			return err
		}
		for l := range a {
			if lists.Has(wordlists.List(l)) {
				a[l] = max(a[l], set)
			}
		}
	}
	return nil
}

// listsOf returns the lists that a name stands for.
func listsOf(name string) (wordlists.Set, error) {
	if name == intl {
		return wordlists.Languages, nil
	}
	if l, ok := wordlists.ParseList(name); ok {
		return 1 << l, nil
	}
	list, level, leveled := strings.Cut(name, ".")
	if l, ok := wordlists.ParseList(list); ok && leveled {
		if l == wordlists.Profanity || l == wordlists.Adult {
			return 0, errors.New("unknown level " + strconv.Quote(level) + " of " + list + "; want mild, strong or severe")
		}
		return 0, errors.New(strconv.Quote(name) + ": " + list + " has no levels; want " + list)
	}
	if language, ok := strings.CutPrefix(name, "profanity_"); ok {
		return 0, errors.New("unknown language " + strconv.Quote(language) + "; want " + oneOf(languageNames()))
	}
	return 0, errors.New("unknown list " + strconv.Quote(name) + "; want profanity, adult, dan, custom or " + intl)
}

func languageNames() (names []string) {
	for l := wordlists.Profanity; l <= wordlists.Custom; l++ {
		if wordlists.Languages.Has(l) {
			names = append(names, strings.TrimPrefix(l.String(), "profanity_"))
		}
	}
	return names
}

// String is the rules that say so, in the order of the lists; none if there are none.
func (a ListActions) String() string {
	var b strings.Builder
	for l, action := range a {
		if action == None {
			continue
		}
		if b.Len() > 0 {
			b.WriteByte(',')
		}
		b.WriteString(wordlists.List(l).String() + ":" + action.String())
	}
	if b.Len() == 0 {
		return "none"
	}
	return b.String()
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

// compile builds the matchers of the custom list and of the languages.
func (p *Wordlists) compile() (err error) {
	p.custom, p.languages = nil, &languages{}
	p.languages.add((p.Request.lists() | p.Response.lists()) & wordlists.Languages)
	if len(p.Custom) > 0 {
		if p.custom, err = wordlists.Compile(p.Custom); err != nil {
			const key = "POLICY_CUSTOM_WORDLIST: "
			return errors.New(key + strings.ReplaceAll(err.Error(), "\n", "\n"+key))
		}
	}
	return nil
}

// add takes more lists into the matcher.
func (g *languages) add(lists wordlists.Set) {
	if lists&^g.lists != 0 {
		g.lists |= lists
		g.matcher = wordlists.CompileLanguages(g.lists)
	}
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
		Flag:  Flag{Type: "policy_wordlists", Description: "Request is given as tokens, which no wordlist can read"},
		Block: slices.Max(p.Request[:]) > Audit,
	}}
}

func (p *Wordlists) Scan(x *Exchange, s Side) (all []ScanFunc) {
	actions := p.actions(s)
	lists := actions.lists()
	const custom = 1 << wordlists.Custom
	if built := lists &^ (custom | wordlists.Languages); built != 0 {
		all = append(all, scanLists(wordlists.Builtin(), built, actions))
	}
	if foreign := lists & wordlists.Languages; foreign != 0 {
		p.languages.add(foreign)
		all = append(all, scanLists(p.languages.matcher, foreign, actions))
	}
	if lists&custom != 0 && p.custom != nil {
		all = append(all, scanLists(p.custom, custom, actions))
	}
	return all
}

// leveled are the lists that lie one within the other, the widest first: of those only the narrowest is said of a word.
var leveled = [...][3]wordlists.List{
	{wordlists.ProfanityMild, wordlists.Profanity, wordlists.ProfanitySevere},
	{wordlists.AdultMild, wordlists.Adult, wordlists.AdultSevere},
}

// scanLists looks for the words of some lists of a matcher.
func scanLists(m *wordlists.Matcher, lists wordlists.Set, actions *ListActions) ScanFunc {
	scanner := m.Scanner(lists)
	var found []Match
	return func(text string, atEOF bool) ([]Match, int) {
		hits, n := scanner.Scan(text, atEOF)
		found = found[:0]
		for _, h := range hits {
			rest := h.Lists
			for _, levels := range leveled {
				m := Match{Start: h.Start, End: h.End}
				for _, l := range levels {
					if rest.Has(l) {
						m.Action, m.Name = max(m.Action, actions[l]), l.String()
						rest &^= 1 << l
					}
				}
				if m.Action > None {
					found = append(found, m)
				}
			}
			for ; rest != 0; rest &= rest - 1 {
				l := wordlists.List(bits.TrailingZeros32(uint32(rest)))
				found = append(found, Match{Start: h.Start, End: h.End, Action: actions[l], Name: l.String()})
			}
		}
		return found, n
	}
}

func (p *Wordlists) Worst(s Side) Action { return slices.Max(p.actions(s)[:]) }

func (p *Wordlists) Describe(s Side, names []string) Flag {
	return Flag{Type: "policy_wordlists", Description: s.String() + " matched known wordlists: " + strings.Join(names, ", ")}
}
