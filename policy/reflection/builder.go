package reflection

import (
	"slices"
	"unicode/utf8"

	"github.com/usagepanda/usage-panda-envoy/policy/internal/fold"
)

// builder makes an index.
type builder struct {
	Index
	starts []int32 // of the words of a text
}

// text adds a text: its units in their order for now. It returns false, and adds nothing, if it has too few letters.
func (b *builder) text(text string, words int) bool {
	from := len(b.units)
	b.units, b.starts = slices.Grow(b.units, len(text)+1), b.starts[:0]
	tail, inside, last := 0, false, fold.Ignored // where the last unit ends, whether in a word, and the kind of letter
	runes := 0                                   // of the word
	table := &tables[b.form]
	for i := 0; i < len(text); {
		if c := text[i]; inside && last == fold.Letter && c < utf8.RuneSelf && table[c] > perhaps && table[c] != ' ' &&
			len(b.units)-int(b.starts[len(b.starts)-1]) < maxWord { // in the middle of a word
			b.units = append(b.units, table[c])
			i++
			runes, tail = runes+1, i
			continue
		}
		u, n, size, kind := b.form.unit(text, i, ' ', true)
		white := n == 0 && kind == fold.Separator || u == ' '
		if white {
			r, _ := utf8.DecodeRuneInString(text[i:])
			white = blank(r)
		}
		i += size
		if white {
			inside = false
		}
		if n == 0 || u == ' ' && (len(b.units) == from || b.units[len(b.units)-1] == ' ') {
			continue
		}
		if u != ' ' {
			wide := kind == fold.Alone
			if !inside || wide != (last == fold.Alone) || wide && runes == alone(text[i-size:]) ||
				len(b.units)-int(b.starts[len(b.starts)-1]) >= maxWord {
				b.starts, runes = append(b.starts, int32(len(b.units))), 0
			}
			inside, last, runes = true, kind, runes+1
			tail = i
		}
		for ; n > 0; n-- {
			b.units = append(b.units, byte(u))
			u >>= 8
		}
	}
	for len(b.units) > from && b.units[len(b.units)-1] == ' ' {
		b.units = b.units[:len(b.units)-1]
	}
	if b.form == letters && len(b.units)-from < minLetters {
		b.units = b.units[:from]
		return false
	}
	if len(b.units) == from {
		return false
	}
	n := len(b.starts)
	b.starts = append(b.starts, int32(len(b.units)))
	b.units = append(b.units, 0)
	b.windows = slices.Grow(b.windows, max(1, n-words+1))
	for i := 0; i < max(1, n-words+1); i++ {
		end := b.starts[min(i+words, n)]
		for b.units[end-1] == ' ' {
			end--
		}
		if b.form == letters && end-b.starts[i] < minLetters {
			continue
		}
		b.windows = append(b.windows, window{at: b.starts[i], size: end - b.starts[i]})
	}
	if n := len(b.windows); n > 0 && b.form == letters && b.windows[n-1].at+b.windows[n-1].size == int32(len(b.units))-1 {
		b.tail(&b.windows[n-1], text[tail:])
	}
	return true
}

// alone is how many letters of a script without spaces count as a word.
func alone(text string) int {
	if r, _ := utf8.DecodeRuneInString(text); r < 0x1800 {
		return 4
	}
	return 2
}

// tail notes the signs behind a text, which go with a copy of its end.
func (b *builder) tail(w *window, text string) {
	end := 0
	for end < len(text) {
		r, size := utf8.DecodeRuneInString(text[end:])
		if blank(r) || r == '@' || r == '$' || r == utf8.RuneError || end+size > maxTail {
			break
		}
		end += size
	}
	if end > 0 {
		if b.tails == nil {
			b.tails = make([]string, 1, 4)
		}
		w.tail = int32(len(b.tails))
		b.tails = append(b.tails, string([]byte(text[:end])))
	}
}
