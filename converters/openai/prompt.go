package openai

import (
	"strings"
	"unicode/utf8"
)

// prompts reads a prompt: a string, strings, tokens, or lists of tokens.
func (q *Request) prompts(r *reader) {
	q.last[0] = len(q.Texts)
	q.prompt(r, 0, true)
	q.last[1] = len(q.Texts)
}

func (q *Request) prompt(r *reader, n int, all bool) {
	switch r.kind() {
	case '[':
		for r.open('['); r.more(); n++ {
			if all && r.kind() != '0' {
				q.lists++
			}
			q.prompt(r, n, false)
		}
	case '0':
		q.Tokens++
		r.skip()
	default: // a string, or an object of embeddings' and moderations' multimodal input
		q.texts(r, "", Text{Message: n}, &q.Media)
	}
}

// messages reads chat messages, or the input items of the Responses API.
func (q *Request) messages(r *reader) {
	if r.kind() != '[' {
		q.prompts(r)
		return
	}
	r.open('[')
	for n := 0; r.more(); n++ {
		q.last = [2]int{}
		if r.kind() == '{' {
			q.message(r, n)
		} else {
			q.texts(r, "", Text{Message: n}, &q.Media)
		}
	}
}

func (q *Request) message(r *reader, n int) {
	first, role, known := len(q.Texts), User, false
	for r.open('{'); r.more(); {
		switch name, _ := r.name(); name {
		case "role":
			from := len(q.Texts)
			q.texts(r, "", Text{Message: n}, nil)
			if len(q.Texts) != from+1 {
				break
			}
			if role, known = roleOf(q.Text(from)); known { // any other may be shown to the model
				q.Texts = q.Texts[:from]
			}
		case "type":
			switch t := r.text(); {
			case strings.HasSuffix(t, "_output"):
				role = Tool
			case strings.HasSuffix(t, "_call"), t == "reasoning":
				role = Assistant
			}
		case "content":
			from := len(q.Texts)
			q.texts(r, name, Text{Message: n}, &q.Media)
			q.last = [2]int{from, len(q.Texts)}
			for i := from + 1; i < len(q.Texts); i++ {
				q.Texts[i].Joined = true
			}
		case "name": // of who speaks, which the model is shown; elsewhere it is a function's
			if q.Endpoint == Chat {
				name = ""
			}
			q.texts(r, name, Text{Message: n}, nil)
		default:
			q.texts(r, name, Text{Message: n}, &q.Media)
		}
	}
	for i := range q.Texts[first:] {
		q.Texts[first+i].Role = role
	}
}

// tools reads the definitions of tools: all that a model is shown of them, and which models and sizes of images they ask for.
func (q *Request) tools(r *reader) {
	const of = Definition
	if r.kind() != '[' {
		q.texts(r, "", Text{Role: of}, nil)
		return
	}
	for r.open('['); r.more(); {
		if r.kind() != '{' {
			q.texts(r, "", Text{Role: of}, nil)
			continue
		}
		for r.open('{'); r.more(); {
			switch name, _ := r.name(); name {
			case "model":
				q.strings(r, &q.Models)
			case "size":
				q.strings(r, &q.Sizes)
			case "headers", "authorization": // secrets
				r.skip()
			default:
				q.texts(r, name, Text{Role: of}, nil)
			}
		}
	}
}

// PromptChars is how many characters the prompt has, over all its texts but the definitions of tools. A token that is given as a number
// counts as 4 characters, which is what OpenAI's documentation gives as the usual length in English.
func (q *Request) PromptChars() int {
	n := 4 * q.Tokens
	for i, t := range q.Texts {
		if t.Role != Definition {
			n += utf8.RuneCountInString(q.Text(i))
		}
	}
	return n
}

// MostChars is a number that PromptChars never exceeds, and that costs nothing: no character of a text takes less than a byte of the body, and
// a token, with its comma, two.
func (q *Request) MostChars() int { return 2*len(q.raw) + 4 }

// LastMessage is the text of a prompt, or of the last message; "" if it is not one text.
func (q *Request) LastMessage() string {
	if q.last[1]-q.last[0] != 1 {
		return ""
	}
	return q.Text(q.last[0])
}
