package policy

import (
	"slices"
	"strconv"
	"strings"

	"github.com/usagepanda/usage-panda-envoy/converters/openai"
	"github.com/usagepanda/usage-panda-envoy/policy/reflection"
)

// PromptReflection finds the guarded parts of the prompt in the answer.
type PromptReflection struct {
	Action    Action          `key:"POLICY_PROMPT_REFLECTION" header:"x-usagepanda-prompt-reflection" doc:"What is done about answers that repeat a guarded part of the prompt, or enough of it: none, audit, redact or block. Guarded is what stands between the first and the last delimiter of the prompt, or of a system or developer message or the instructions. Letter case, white space, punctuation and disguise (width, accents, look-alikes, digits for letters, invisible characters) do not count; in a part of fewer than 6 letters and digits punctuation and white space do."`
	Delimiter string          `key:"PROMPT_REFLECTION_DELIMETER" default:"||" doc:"What marks that part. Usage Panda spells the key so."`
	Scope     ReflectionScope `key:"POLICY_PROMPT_REFLECTION_SCOPE" header:"x-usagepanda-prompt-reflection-scope" default:"delimited" enum:"delimited,system" doc:"What else is guarded: nothing (delimited), or the whole of each system and developer message and of the instructions, if it has at least 4 words (system)."`
	Words     int             `key:"POLICY_PROMPT_REFLECTION_WORDS" default:"10" min:"3" max:"64" doc:"How many words of a guarded part in a row count as a repetition of it. A part of fewer words counts as a whole."`

	recent *[4]guardedTexts
}

// ReflectionScope is which parts of a prompt are guarded.
type ReflectionScope string

const (
	delimited ReflectionScope = "delimited"
	system    ReflectionScope = "system"
)

func (s *ReflectionScope) tighten(by ReflectionScope) {
	if by == system {
		*s = system
	}
}

// marked is what the guarded parts of a request are found by: nothing where there are none.
type marked struct{ indexes []*reflection.Index }

var markedNothing marked

// guardedTexts are the guarded parts of a prompt, which are often those of the next one, too.
type guardedTexts struct {
	texts []string
	words int
	*marked
}

const (
	maxGuarded = 4 << 20  // bytes that are looked for in one exchange
	maxRecent  = 64 << 10 // bytes that are remembered
	minSystem  = 4        // words of a system message that is guarded
)

func (p *PromptReflection) Wants(e openai.Endpoint, s Side) bool {
	return p.Action > None && (e == openai.Completions || e == openai.Chat || e == openai.Responses)
}

// Check refuses what is too long to be looked for, where the policy does more than audit.
func (p *PromptReflection) Check(x *Exchange) []Finding {
	if size(p.guarded(x)) <= maxGuarded {
		return nil
	}
	return []Finding{{
		Flag:  Flag{Type: "policy_prompt_reflection", Description: "The guarded parts of the prompt have more than " + strconv.Itoa(maxGuarded) + " bytes, the most that is looked for"},
		Block: p.Action > Audit,
	}}
}

func size(texts []string) (n int) {
	for _, t := range texts {
		n += len(t)
	}
	return n
}

func (p *PromptReflection) Scan(x *Exchange, s Side) []ScanFunc {
	if s == Prompt {
		return nil
	}
	if x.marked == nil {
		x.marked = p.index(p.guarded(x)) // a streamed answer has many texts, and needs no other part of the request
	}
	var scans []ScanFunc
	for _, index := range x.marked.indexes {
		scans = append(scans, p.scan(index.Scanner()))
	}
	return scans
}

// scan tells the copies that a scanner finds.
func (p *PromptReflection) scan(s *reflection.Scanner) ScanFunc {
	var matches []Match
	action := p.Action
	return func(text string, atEOF bool) ([]Match, int) {
		found, n := s.Scan(text, atEOF)
		matches = matches[:0]
		for _, f := range found {
			matches = append(matches, Match{Start: f.Start, End: f.End, Action: action, Name: "reflection"})
		}
		return matches, n
	}
}

// index is what finds the texts.
func (p *PromptReflection) index(texts []string) *marked {
	n := size(texts)
	switch {
	case n == 0 || n > maxGuarded:
		return &markedNothing
	case n > maxRecent:
		return &marked{reflection.New(texts, p.Words)}
	}
	if p.recent == nil {
		p.recent = &[4]guardedTexts{}
	}
	at := slices.IndexFunc(p.recent[:], func(g guardedTexts) bool { return g.words == p.Words && slices.Equal(g.texts, texts) })
	last := guardedTexts{words: p.Words}
	if at >= 0 {
		last = p.recent[at]
	} else {
		at = len(p.recent) - 1
		for _, t := range texts {
			last.texts = append(last.texts, strings.Clone(t))
		}
		last.marked = &marked{reflection.New(texts, p.Words)}
	}
	copy(p.recent[1:], p.recent[:at])
	p.recent[0] = last
	return last.marked
}

// guarded are the guarded parts of the request, as the model is shown them. They are views of the request.
func (p *PromptReflection) guarded(x *Exchange) (texts []string) {
	if x.Request == nil || p.Delimiter == "" {
		return nil
	}
	for i, t := range x.Request.Texts {
		if t.Role != openai.System && x.Endpoint != openai.Completions {
			continue
		}
		text := x.Request.Current(i)
		if p.Scope == system && t.Role == openai.System && enough(text) {
			texts = append(texts, text)
		}
		first := strings.Index(text, p.Delimiter)
		if first < 0 {
			continue
		}
		last := strings.LastIndex(text, p.Delimiter)
		if marked := text[first:max(first, last)]; len(marked) > len(p.Delimiter) {
			texts = append(texts, marked[len(p.Delimiter):])
		}
	}
	return texts
}

// enough tells whether a system message has so many words that its repetition is no chance.
func enough(text string) bool {
	n := 0
	for range strings.FieldsSeq(text) {
		if n++; n == minSystem {
			return true
		}
	}
	return false
}

func (p *PromptReflection) Worst(Side) Action { return p.Action }

func (p *PromptReflection) Describe(Side, []string) Flag {
	return Flag{Type: "policy_prompt_reflection", Description: "The response contained a reflection of the original prompt"}
}
