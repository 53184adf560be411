package injection

import (
	"math/bits"
	"unicode/utf8"
)

// sentence is how many words the end of a sentence counts.
const sentence = 5

func trailing(m uint64) int { return bits.TrailingZeros64(m) }

// read cuts a text into words.
func (l *level) read(text string) {
	h, start, n, digits := uint32(hashStart), 0, 0, 0
	one := byte(0) // the word's letter, if it has one only
	for i := 0; i < len(text); {
		c := text[i]
		f := byte(0)
		if c < utf8.RuneSelf {
			if f = ascii[c]; f > newline {
				if n == 0 {
					if !l.line && l.spaced.n == 0 {
						if to := l.plain(text, i); to > i {
							i = to
							continue
						}
					}
					start = i
				}
				from := i
				var d int
				h, i, f, d = letters(text, i, h)
				digits += d
				n += i - from
				one = f
				continue
			}
			if f == within && n > 0 {
				i++
				continue
			}
		} else {
			r, size := utf8.DecodeRuneInString(text[i:])
			if r == utf8.RuneError && size == 1 {
				r = 0xFFFD
			}
			kind, lower := fold(r)
			if r >= 0x200B {
				l.invis.see(l, r, kind, i, size)
			}
			switch {
			case kind <= letter:
				if n == 0 {
					start = i
				}
				if kind < letter {
					h, one = (h^uint32(kind))*hashPrime, byte(kind)
				} else {
					h, one = addRune(h, lower), 0
				}
				n++
				i += size
				continue
			case kind == ignored, kind == invisible:
				i += size
				continue
			case kind == alone:
				if n > 0 {
					l.finish(h, one, start, i, n, digits)
					h, n, digits = hashStart, 0, 0
				}
				l.alone(mix(addRune(hashStart, lower)), i, i+size)
				i += size
				continue
			case kind == full:
				f = stop
			}
			if n > 0 {
				l.finish(h, one, start, i, n, digits)
				h, n, digits = hashStart, 0, 0
			}
			if f == stop {
				l.word += sentence
			}
			l.run = 0
			i += size
			continue
		}
		if n > 0 {
			if n >= 16 && start >= l.decoded {
				if to := l.encoded(start, i); to > i {
					i, h, n, digits = to, hashStart, 0, 0
					continue
				}
			}
			l.finish(h, one, start, i, n, digits)
			h, n, digits = hashStart, 0, 0
		}
		switch f {
		case stop:
			l.word += sentence
		case newline:
			if l.line {
				l.word += sentence
			}
			l.line = true
		case mark:
			if c == '!' {
				l.word += sentence
			}
			if to := l.mark(i); to > i {
				i = to
				continue
			}
		}
		i++
	}
	if n > 0 {
		if n < 16 || start < l.decoded || l.encoded(start, len(text)) == 0 {
			l.finish(h, one, start, len(text), n, digits)
		}
	}
}

// plain reads words of 2 to 15 letters of ASCII that plain separators and ends of sentences follow, from text[i] on, as far as the block has
// room. It returns where it stopped. It is a function of its own, without calls, since Go compiles a jump backwards in a large function to a
// search for its target in WebAssembly.
func (l *level) plain(text string, i int) int {
	queue, n, number := l.queue[l.waiting:], 0, l.word
	room := min(blockWords-l.cur.words, len(queue))
	for n < room {
		h, at := uint32(hashStart), i
		for at < len(text) && letterOf[text[at]] > '9' {
			h = (h ^ uint32(letterOf[text[at]])) * hashPrime
			at++
		}
		if at-i < 2 || at-i > 15 || at == len(text) {
			break
		}
		kind := separators[text[at]]
		if kind == 0 {
			break
		}
		number++
		w := &queue[n]
		w.hash, w.start, w.end, w.number, w.hidden, w.only = mix(h), int32(i), int32(at), number, l.comment, false
		number += int32(kind) - 1
		n++
		for i = at + 1; i < len(text) && text[i] == ' '; i++ {
		}
	}
	l.waiting += n
	l.cur.words += n
	l.word = number
	l.run = 0
	return i
}

// letters reads letters and digits of ASCII from text[i], which is one, on. It returns the hash, where they end, the last one, and how many
// digits there are.
//
//go:noinline
func letters(text string, i int, h uint32) (hash uint32, end int, last byte, digits int) {
	for ; i < len(text); i++ {
		f := letterOf[text[i]]
		if f == 0 {
			break
		}
		h = (h ^ uint32(f)) * hashPrime
		last = f
		if f <= '9' {
			digits++
		}
	}
	return h, i, last, digits
}

// finish takes a word that has ended.
func (l *level) finish(h uint32, one byte, start, end, n, digits int) {
	if n == 1 && one >= 'a' {
		l.spaced.add(l, one, start, end)
	} else if l.spaced.n > 0 {
		l.spaced.flush(l)
	}
	h = mix(h)
	if digits > 0 && digits < n && n <= 24 && l.rules.look(h) < 0 {
		if leet := l.leet(start, end); l.rules.look(leet) >= 0 {
			h = leet
		}
	}
	first := l.line
	l.line = false
	l.word++
	l.take(h, start, end, false)
	if first && end < len(l.text) && (l.text[end] == ':' || l.text[end] == ']') {
		l.role(h, start, end)
	}
	l.run = 0
}

// leet is the hash of a word whose digits are read as the letters that they look like.
func (l *level) leet(start, end int) uint32 {
	h := uint32(hashStart)
	for i := start; i < end; i++ {
		if c := l.text[i]; c < utf8.RuneSelf && ascii[c] > newline {
			f := ascii[c]
			if f <= '9' {
				f = "oizeasgtbg"[f-'0']
			}
			h = (h ^ uint32(f)) * hashPrime
		}
	}
	return mix(h)
}

// alone takes a letter of a script without spaces. What the rules know has two.
func (l *level) alone(h uint32, start, end int) {
	if l.spaced.n > 0 {
		l.spaced.flush(l)
	}
	before := l.run
	l.line = false
	if l.half = !l.half; l.half { // two letters count as one word in the gaps of rules
		l.word++
	}
	l.take(h, start, end, false)
	if before != 0 {
		l.take(pair(before, h), max(0, start-(end-start)), end, true)
	}
	l.run = h
}

// spaced are letters that stand one by one, which together may be words.
type spaced struct {
	n      int
	letter [64]byte
	start  [64]int
	end    int
}

func (s *spaced) add(l *level, letter byte, start, end int) {
	if s.n > 0 && start-s.end > 2 || s.n == len(s.letter) {
		s.flush(l)
	}
	s.letter[s.n], s.start[s.n], s.end = letter, start, end
	s.n++
}

// flush takes the words that the letters make, the longest of each that the rules know.
func (s *spaced) flush(l *level) {
	n := s.n
	s.n = 0
	if n < 6 {
		return
	}
	if n >= 12 {
		l.hit(l.rules.mark(markSpaced), s.start[0], s.end)
	}
	for i := 0; i < n; {
		h, size := uint32(hashStart), 1
		found := uint32(0)
		if i+2 < n && u32(l.rules.begins, int(s.letter[i]&31)*4)>>(s.letter[i+1]&31)&1 == 0 {
			i++
			continue
		}
		for k := i; k < min(n, i+14); k++ {
			h = (h ^ uint32(s.letter[k])) * hashPrime
			if k-i >= 2 {
				if at := l.rules.look(mix(h)); at >= 0 && l.rules.word(at).turned == straight {
					found, size = mix(h), k-i+1
				}
			}
		}
		if found != 0 {
			l.word++
			l.take(found, s.start[i], s.start[i+size-1]+1, true)
		}
		i += size
	}
}
