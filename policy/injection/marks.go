package injection

import (
	"strings"
	"unicode/utf8"
)

// templates are tokens of chat templates, in lower case, which only a program writes. Source: the templates of the Llama, Mistral, Gemma,
// Qwen, Phi and DeepSeek model families; "<|...|>" is known by its form.
var templates = []string{"[inst]", "[/inst]", "<<sys>>", "<</sys>>", "<start_of_turn>", "<end_of_turn>", "<s>[inst]", "</s>[inst]", "</s><s>"}

// role notes a role at the beginning of a line, before a colon or a closing bracket.
func (l *level) role(h uint32, start, end int) {
	m := uint16(0)
	for heads := l.rules.heads; ; heads = heads[headSize:] {
		if heads == "" {
			return
		}
		if u32(heads, 0) == h {
			m = u16(heads, 4)
			break
		}
	}
	l.hit(m, start, end)
	if m == l.rules.mark(markSystem) && start > 0 {
		if before := strings.TrimRight(l.text[max(0, start-8):start], " *"); strings.HasSuffix(before, "##") || strings.HasSuffix(before, "[") {
			l.hit(l.rules.mark(markHeader), start, end)
		}
	}
}

// mark looks at what a mark may begin. It returns where to read on, if what was found is no text.
func (l *level) mark(i int) int {
	rest := l.text[i:]
	if len(rest) < 4 {
		return i
	}
	switch rest[0] {
	case '<':
		if rest[1] == '|' {
			if n := special(rest); n > 0 {
				l.hit(l.rules.mark(markChat), i, i+n)
				return i + n
			}
			return i
		}
		if rest[1] == '!' && strings.HasPrefix(rest, "<!--") {
			l.comment = true
			return i + 4
		}
		l.template(i, rest)
	case '[':
		l.template(i, rest)
	case '!':
		if rest[1] == '[' {
			return l.image(i)
		}
	case '-':
		if l.comment && strings.HasPrefix(rest, "-->") {
			l.comment = false
			return i + 3
		}
		return l.morse(i)
	case '%', '\\', '&':
		return l.escapes(i)
	}
	return i
}

func (l *level) template(i int, rest string) {
	if n := template(rest); n > 0 {
		l.hit(l.rules.mark(markChat), i, i+n)
	}
}

// special is the length of the special token, "<|...|>", that a text begins with; 0 if there is none.
func special(text string) int {
	n := 2
	for n < len(text) && n < 38 && (text[n] == '_' || ascii[text[n]&0x7F] > newline && text[n] < utf8.RuneSelf) {
		n++
	}
	if n == 2 || !strings.HasPrefix(text[n:], "|>") {
		return 0
	}
	return n + 2
}

// template is the length of the token of a chat template that a text begins with; 0 if there is none.
func template(text string) int {
	for _, t := range templates {
		if len(text) >= len(t) && text[1]|0x20 == t[1]|0x20 && strings.EqualFold(text[:len(t)], t) {
			return len(t)
		}
	}
	return 0
}

// image looks at a picture in Markdown whose address has room for data: a reader's program fetches it without being asked.
func (l *level) image(i int) int {
	if i < l.noImage {
		return i
	}
	const most = 256
	rest := l.text[i:]
	n := strings.Index(rest[:min(len(rest), most)], "](")
	if n < 0 {
		l.noImage = i + min(len(rest), most) - 1
		l.judgeOf.work.look(most)
		return i
	}
	address := rest[n+2 : min(len(rest), n+2+2048)]
	end := strings.IndexAny(address, ")\n")
	if end < 0 {
		end = len(address)
	}
	l.noImage = i + n + 2 + end
	l.judgeOf.work.look(n + end)
	if !strings.HasPrefix(address, "http") && !strings.HasPrefix(address, "//") {
		return i
	}
	query := strings.IndexByte(address[:end], '?')
	if query < 0 {
		query = max(0, strings.LastIndexByte(address[:end], '/'))
	}
	if strings.ContainsAny(address[query:end], "{[<$") || strings.Contains(address[query:end], "%7B") || asks(address[query:end]) {
		l.hit(l.rules.mark(markLink), i, min(len(l.text), i+n+2+end+1))
	}
	return i
}

// asks tells whether a query's value names what is to be put there.
func asks(query string) bool {
	upper := 0
	for _, v := range strings.FieldsFunc(query, func(r rune) bool { return r == '=' || r == '&' || r == '?' }) {
		letters := strings.Trim(v, "_-")
		if len(letters) >= 4 && strings.ToUpper(letters) == letters && strings.Trim(letters, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_-") == "" {
			upper++
		}
	}
	return upper > 0
}
