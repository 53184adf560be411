package injection

import (
	"strings"
	"unicode/utf8"
)

// screened is a word that is folded letter by letter: its first eight, as plain has them, and how many there are.
type screened struct {
	first uint64
	n     int
}

func (w *screened) add(c byte) {
	if w.n < 8 {
		w.first |= uint64(c) << (8 * w.n)
	}
	w.n++
}

// odd looks at a word that begins at i, of which the byte at end is the first that is no letter of ASCII, or at what stands there. It returns where
// to look on.
func (s *screen) odd(i, end int, kind byte) int {
	text := s.text
	if kind == 0 { // a long word
		return s.oddWord(i)
	}
	if kind != joins {
		return s.mark(end)
	}
	next := parts(text, i, end)
	switch {
	case next == 0 && text[i] >= utf8.RuneSelf:
		return s.beyond(i)
	case next == 0:
		return s.oddWord(i)
	}
	var w screened
	for ; i < end; i++ {
		w.add(text[i] | 0x20)
	}
	s.maybe(w, end-w.n)
	return next
}

// beyond looks at runes beyond ASCII.
func (s *screen) beyond(i int) int {
	text := s.text
	for i < len(text) && text[i] >= utf8.RuneSelf {
		r, size := utf8.DecodeRuneInString(text[i:])
		switch kind, lower := fold(r); {
		case kind <= letter:
			return s.oddWord(i)
		case kind == alone:
			if s.end == i {
				s.maybe(screened{first: uint64(s.alone) | uint64(lower)<<24, n: 4}, i)
			}
			s.alone, s.end = lower, i+size
		case kind == ignored, kind == invisible:
			s.ignored(r, i, size)
		}
		i += size
	}
	return i
}

// maybe weighs a word.
func (s *screen) maybe(w screened, at int) {
	if w.n < 3 {
		return
	}
	h := w.first * screenPrime
	if s.visit != nil {
		s.visit(bucket(h), s.block/blockSize-1, h)
	}
	known := int8(s.table[h>>48])
	s.now.words++
	if s.now.sum += int(known >> 1); known&1 != 0 {
		s.word(h, at)
	}
}

// oddWord reads a word of any letters and digits.
func (s *screen) oddWord(i int) int {
	text, start := s.text, i
	var plain, leet screened
	digits := 0
	for i < len(text) {
		c := text[i]
		if c < utf8.RuneSelf {
			f := ascii[c]
			if f == within {
				i++
				continue
			}
			if f <= newline {
				break
			}
			plain.add(f)
			if f <= '9' {
				digits++
				f = "oizeasgtbg"[f-'0']
			}
			leet.add(f)
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(text[i:])
		kind, lower := fold(r)
		switch {
		case kind < letter:
			plain.add(byte(kind))
			leet.add(byte(kind))
		case kind == letter:
			plain.add(byte(lower^lower>>7) | 0x80)
			leet.add(byte(lower^lower>>7) | 0x80)
		case kind == ignored, kind == invisible:
			s.ignored(r, i, size)
		default:
			size = 0
		}
		if size == 0 {
			break
		}
		i += size
	}
	s.work.look(i - start)
	n := plain.n
	if n >= 16 && start >= s.known {
		if end := s.long(start, i); end > i {
			return end
		}
	}
	if digits < n {
		s.maybe(plain, start)
		if digits > 0 && n <= 24 {
			s.maybe(leet, start)
		}
	}
	return i
}

// single has six letters judged that stand one by one at i. It returns where those end that do.
func (s *screen) single(i int) int {
	text, n, at := s.text, 0, i
	for n < 6 {
		if at >= len(text) || ascii[text[at]&0x7F] < 'a' || text[at] >= utf8.RuneSelf {
			break
		}
		if at+1 < len(text) && ascii[text[at+1]&0x7F] > newline {
			break
		}
		at++
		n++
		for k := 0; k < 2 && at < len(text) && text[at] < utf8.RuneSelf && ascii[text[at]] <= newline; k++ {
			at++
		}
	}
	if n == 6 {
		s.judge(i, at)
	}
	if n == 0 {
		return i
	}
	return at
}

// ignored looks at a rune that nobody sees.
func (s *screen) ignored(r rune, i, size int) {
	if s.run++; s.runEnd != i {
		s.run = 1
	}
	s.runEnd = i + size
	if s.run == 4 || r == 0x202D || r == 0x202E || r >= 0xE0000 {
		s.judge(i, i+size)
	}
}

// long looks at a long word that may be base64 or hex. It returns where what is encoded ends.
func (s *screen) long(start, end int) int {
	from, to, hex := run(s.text, start, end, s.known)
	s.known = to
	s.work.look(to - from)
	if to-from < minEncoded {
		return end
	}
	if readable(decode(s.peek[:0], s.text[from:min(to, from+peek*2)], hex, peek)) {
		s.judge(from, to)
	}
	return to
}

// mark looks at what a mark may begin. It returns where to read on.
func (s *screen) mark(i int) int {
	text := s.text
	switch rest := text[i:]; rest[0] {
	case '<':
		if strings.HasPrefix(rest, "<|") && special(rest) > 0 || template(rest) > 0 {
			s.judge(i, i)
		}
	case '[':
		if template(rest) > 0 {
			s.judge(i, i)
		}
	case '!':
		const most = 256
		if i >= s.known && strings.HasPrefix(rest, "![") {
			end := strings.Index(rest[:min(len(rest), most)], "](")
			if end > 0 {
				s.judge(i, i+end)
			}
			s.known = i + most - 1
			s.work.look(most)
		}
	case '-':
		if i >= s.known {
			return s.dashes(i)
		}
	case '%', '\\', '&':
		return s.escapes(i)
	}
	return i + 1
}

// escapes looks at a run of escapes.
func (s *screen) escapes(i int) int {
	n, at := 0, i
	for at < len(s.text) {
		_, size := escape(s.text[at:])
		if size == 0 {
			break
		}
		at += size
		n++
	}
	s.work.look(at - i)
	if n >= 12 {
		s.judge(i, at)
	}
	return max(at, i+1)
}

// dashes looks at a dash that may be of Morse code.
func (s *screen) dashes(i int) int {
	text, at, letters := s.text, i, 0
	for at < len(text) && strings.IndexByte(".-/ \n", text[at]) >= 0 {
		if text[at] <= ' ' && at > i && text[at-1] > ' ' {
			letters++
		}
		at++
	}
	s.work.look(at - i)
	if s.known = at; letters >= 8 {
		s.judge(i, at)
	}
	return at
}
