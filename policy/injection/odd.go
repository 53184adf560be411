package injection

import (
	"strings"
	"unicode/utf8"
)

// screened is the hash of a word that is folded letter by letter, as plain makes it.
type screened struct {
	h, chunk, power uint64
	n               int
}

func (w *screened) add(c byte) {
	w.chunk |= uint64(c) << (8 * (w.n & 7))
	if w.n++; w.n&7 == 0 {
		w.h, w.chunk, w.power = w.h^w.chunk*w.power, 0, w.power*screenNext
	}
}

func (w *screened) sum() uint64 { return (w.h ^ w.chunk*w.power) * screenPrime }

// odd looks at what plain leaves at text[i]: words that are not of ASCII letters alone, and what no person types. It returns where to read on.
func (s *screen) odd(i int) int {
	text := s.text
	if i >= len(text) {
		return i
	}
	if c := text[i]; c < utf8.RuneSelf {
		switch f := ascii[c]; {
		case f > newline:
			if end := s.single(i); end > i {
				return end
			}
			return s.oddWord(i)
		case f == mark:
			return s.mark(i)
		}
		return i + 1
	}
	for i < len(text) && text[i] >= utf8.RuneSelf {
		r, size := utf8.DecodeRuneInString(text[i:])
		switch kind, lower := fold(r); {
		case kind <= letter:
			return s.oddWord(i)
		case kind == alone:
			if s.end == i {
				s.maybe((uint64(s.before)|uint64(lower)<<24)*screenPrime, i)
			}
			s.before, s.end = lower, i+size
		case kind == ignored, kind == invisible:
			s.ignored(r, i, size)
		}
		i += size
	}
	return i
}

// maybe weighs a word, if the bitmap has it.
func (s *screen) maybe(h uint64, at int) {
	s.now += int32(int8(s.weights[h>>48]))
	if s.table[h>>50]>>(h>>47&7)&1 != 0 {
		s.word(h, at)
	}
}

// oddWord reads a word of any letters and digits.
func (s *screen) oddWord(i int) int {
	text, start := s.text, i
	plain, leet := screened{power: 1}, screened{power: 1}
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
			plain.add(byte(lower))
			plain.add(byte(lower >> 8))
			leet.add(byte(lower))
			leet.add(byte(lower >> 8))
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
	s.read += i - start
	n := plain.n
	if n >= 16 && start >= s.known {
		if end := s.long(start, i); end > i {
			return end
		}
	}
	if digits < n {
		s.maybe(plain.sum(), start)
		if digits > 0 && n <= 24 {
			s.maybe(leet.sum(), start)
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
	s.read += to - from
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
		if strings.HasPrefix(rest, "<|") && strings.Contains(rest[:min(len(rest), 40)], "|>") || template(rest) > 0 {
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
			s.read += most
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
	if s.read += at - i; n >= 12 {
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
	s.read += at - i
	if s.known = at; letters >= 8 {
		s.judge(i, at)
	}
	return at
}
