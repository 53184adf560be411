package injection

import "strings"

// morseLetters are the letters by their signs. Source: ITU-R M.1677-1.
var morseLetters = func() map[string]byte {
	t := map[string]byte{}
	const signs = ".- -... -.-. -.. . ..-. --. .... .. .--- -.- .-.. -- -. --- .--. --.- .-. ... - ..- ...- .-- -..- -.-- --.."
	for i, s := range strings.Fields(signs) {
		t[s] = 'a' + byte(i)
	}
	return t
}()

// morse looks at a dash that may be Morse code: letters with a space between, words with two or a slash. It returns where a run that was judged
// ends.
func (l *level) morse(i int) int {
	if i < l.decoded || l.depth+1 == maxDepth {
		return i
	}
	const signs = ".-/ \n"
	text := l.text
	for i > l.decoded && strings.IndexByte(signs, text[i-1]) >= 0 {
		i--
	}
	b, letters, at, from := l.buffer[:0], 0, i, i
	for at < len(text) && len(b) < maxDecoded && strings.IndexByte(signs, text[at]) >= 0 {
		if text[at] != '.' && text[at] != '-' {
			if n := len(b); n > 0 && b[n-1] != ' ' && (text[at] == '/' || text[at-1] == ' ') {
				b = append(b, ' ')
			}
			at++
			continue
		}
		from = at
		for at < len(text) && at-from < 8 && (text[at] == '.' || text[at] == '-') {
			at++
		}
		if c := morseLetters[text[from:at]]; c != 0 {
			b = append(b, c)
			letters++
		} else if at-from > 6 {
			break
		}
	}
	l.buffer, l.decoded = b, max(at, l.decoded)
	l.judgeOf.work.look(at - i)
	if letters < 12 {
		return i
	}
	l.inner(view(b), l.rules.mark(markMorse), i, at)
	return at
}
