package policy

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/usagepanda/usage-panda-envoy/converters/openai"
)

// PromptReflection finds the part of the prompt that is marked as secret in the answer.
type PromptReflection struct {
	Action    Action `key:"POLICY_PROMPT_REFLECTION" header:"x-usagepanda-prompt-reflection" doc:"What is done about answers that repeat the part of the prompt, or of system and developer messages and instructions, that stands between the first and the last delimiter: none, audit, redact or block. Letter case does not count."`
	Delimiter string `key:"PROMPT_REFLECTION_DELIMETER" default:"||" doc:"What marks that part. Usage Panda spells the key so."`
}

func (p *PromptReflection) Wants(e openai.Endpoint, s Side) bool {
	return p.Action > None && (e == openai.Completions || e == openai.Chat || e == openai.Responses)
}

func (p *PromptReflection) Scan(x *Exchange, s Side) (all []ScanFunc) {
	if s == Prompt || x.Request == nil || p.Delimiter == "" {
		return nil
	}
	for i, t := range x.Request.Texts {
		if t.Role != openai.System && x.Endpoint != openai.Completions {
			continue
		}
		text := x.Request.Text(i)
		first, last := strings.Index(text, p.Delimiter), strings.LastIndex(text, p.Delimiter)
		if first < 0 || last == first {
			continue
		}
		if secret := strings.TrimSpace(text[first+len(p.Delimiter) : last]); secret != "" {
			all = append(all, findFold(secret, Match{Action: p.Action, Name: "reflection"}))
		}
	}
	return all
}

func (p *PromptReflection) Describe(Side, []string) Flag {
	return Flag{"policy_prompt_reflection", "The response contained a reflection of the original prompt"}
}

// findFold finds a text, whatever its letter case, in time linear to the other text (Knuth, Morris and Pratt, over folded runes).
func findFold(secret string, as Match) ScanFunc {
	var want []rune
	for _, r := range secret {
		want = append(want, fold(r))
	}
	border := make([]int, len(want)+1) // of each beginning: the longest other one that ends it
	border[0] = -1
	for i, k := 0, -1; i < len(want); {
		for k >= 0 && want[i] != want[k] {
			k = border[k]
		}
		i, k = i+1, k+1
		border[i] = k
	}
	var found []Match
	starts := make([]int, len(want)) // where the last runes began, by their number
	return func(text string, atEOF bool) ([]Match, int) {
		found = found[:0]
		k, runes, i := 0, 0, 0
		for i < len(text) {
			r, size := utf8.DecodeRuneInString(text[i:])
			if r == utf8.RuneError && !atEOF && !utf8.FullRuneInString(text[i:]) {
				break
			}
			r = fold(r)
			for k >= 0 && want[k] != r {
				k = border[k]
			}
			starts[runes%len(starts)] = i
			runes++
			i += size
			if k++; k == len(want) {
				as.Start, as.End = starts[runes%len(starts)], i
				found = append(found, as)
				k = 0
			}
		}
		switch {
		case atEOF:
			i = len(text)
		case k > 0:
			i = starts[(runes-k)%len(starts)]
		}
		return found, i
	}
}

// fold is the first of the runes that are the same but for letter case, and the small one of ASCII's.
func fold(r rune) rune {
	if r >= utf8.RuneSelf {
		for next := unicode.SimpleFold(r); ; next = unicode.SimpleFold(next) {
			if next <= r {
				r = next
				break
			}
			r = next
		}
	}
	if 'A' <= r && r <= 'Z' {
		r += 'a' - 'A'
	}
	return r
}
