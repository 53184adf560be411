package injection

import (
	_ "embed"
	"math/bits"
	"unicode/utf8"

	"github.com/usagepanda/usage-panda-envoy/policy/internal/window"
)

// screenFile is what the first look goes by, read where it lies: which words are suspicious (a bitmap by their hashes, a table of open addressing
// with four bytes of hash each, and a byte of weight for each of its places), what two blocks must weigh, and a signed weight for each word. It
// comes from train, with the model.
//
//go:embed screen.bin
var screenFile string

const (
	screenBits  = 1 << 17 // of the bitmap
	screenSlots = 1 << 13
	screenTable = screenBits/8 + screenSlots*5
	blockSize   = 384
	screenFrom  = 40 // below this threshold everything is judged
)

// screen is the first look at a text, which costs a fifth of judging it. It adds up how suspicious the words are that stand near each other, what
// all words of two blocks say, and looks for what no person types. Only what it points at is judged.
type screen struct {
	table   string
	weights string // of words by the upper bits of their hash, signed
	bar     int32  // what two blocks must weigh together to be judged
	read    int    // bytes that were looked at, however often
	block   int    // where the block ends
	now     int32  // what its words weigh
	last    int32  // what those of the block before weigh
	text    string
	visit   func(hash uint64, at int) // for training: sees every word
	hits    [64]suspicion
	from    int // the first of hits that is near
	to      int // behind the last one
	sum     int
	spans   []span
	run     int // ignored runes in a row
	runEnd  int
	before  rune // the last letter of a script without spaces
	end     int  // where it ends
	peek    [peek]byte
	known   int // up to here long words, dashes and pictures were looked at
}

// suspicion is a word that tells of an attempt.
type suspicion struct{ at, weight int }

// span is a part of the text that is to be judged.
type span struct{ from, to int }

const (
	near       = 105  // bytes in which suspicions add up
	margin     = 150  // bytes that are judged around two blocks
	around     = 450  // bytes that are judged before and behind
	short      = 700  // a text up to this length is judged at once
	whole      = 1600 // a text up to this length is judged whole
	suspicious = 120  // what so many bytes must weigh to be judged
)

// ends says of a byte that is no letter of ASCII what it is besides something that only parts words, and follows of the byte behind it which of
// that remains: joins for digits, apostrophes and what is not ASCII, where the word may go on; a bit of its own for each mark that may begin
// what no person types.
const (
	joins = 1
	ends  = "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00" +
		"\x00\x10\x00\x00\x00\x20\x80\x01\x00\x00\x00\x00\x00\x02\x00\x00\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x00\x00\x04\x00\x00\x00" +
		"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x08\x40\x00\x00\x00" +
		"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00" +
		"\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01" +
		"\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01" +
		"\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01" +
		"\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01"
	follows = "\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01" +
		"\x03\x05\x01\x81\x01\x01\x01\x01\x01\x01\x01\x01\x01\x03\x03\x0f\x21\x21\x21\x21\x21\x21\x21\x21\x21\x21\x01\x01\x05\x01\x01\x01" +
		"\x01\x21\x21\x21\x21\x25\x21\x01\x01\x09\x01\x01\x01\x01\x01\x01\x01\x01\x01\x05\x01\x01\x01\x01\x01\x01\x01\x11\x01\x01\x01\x01" +
		"\x01\x21\x21\x21\x21\x25\x21\x01\x01\x09\x01\x01\x01\x01\x01\x01\x01\x01\x01\x05\x01\x41\x01\x01\x41\x01\x01\x01\x05\x01\x01\x01" +
		"\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01" +
		"\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01" +
		"\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01" +
		"\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01"
)

// A word's hash is made of its letters, eight at a time, each eight times a power of screenNext.
const screenPrime, screenNext = 0x9E3779B97F4A7C15, 0x0102040810204081

// newScreen reads screen.bin: the table of suspicious words, the bar, and the weights of all words.
func newScreen(file string) screen {
	return screen{table: file[:screenTable], bar: int32(u32(file, screenTable)), weights: file[screenTable+4:]}
}

// look looks at a text, and returns what is to be judged of it.
func (s *screen) look(text string) []span {
	s.text, s.spans, s.from, s.to, s.sum, s.run, s.before, s.end, s.known = text, s.spans[:0], 0, 0, 0, 0, 0, 0, 0
	s.block, s.now, s.last, s.read = blockSize, 0, 0, len(text)
	for i := 0; i < len(text); {
		at, end, h := s.plain(text, i)
		switch {
		case end > at:
			s.word(h, at)
			i = end
		case at >= s.block:
			s.ended(at)
			i = at
		default:
			i = s.odd(at)
		}
	}
	s.ended(len(text))
	s.text = ""
	return s.spans
}

// ended ends a block, and has it and the one before judged if their words seem so.
func (s *screen) ended(at int) {
	if s.now+s.last >= s.bar {
		s.judge(max(0, s.block-2*blockSize+around-margin), at-around+margin)
	}
	s.last = s.now
	if s.now = 0; at >= s.block+blockSize { // what was skipped had no words
		s.last = 0
	}
	for s.block <= at {
		s.block += blockSize
	}
}

// plain reads words of up to 15 ASCII letters from text[i] on, up to one that may be suspicious: where it lies, and its hash. No word: at is
// where odd is to read on. It looks at 16 bytes at once, and branches as little as it can, since nobody can foresee how long words are: what
// stands between them is a word of no letters.
func (s *screen) plain(text string, i int) (at, end int, h uint64) {
	table, weights, sum := s.table[:screenBits/8], s.weights[:buckets], int32(0)
	for last := min(len(text)-17, s.block-1); i <= last; {
		t := text[i : i+17]
		x, y := window.Eight(t, 0)|0x20*window.Ones, window.Eight(t, 8)|0x20*window.Ones
		other := ^(packed(window.Between(x, 'a', 'z')) | packed(window.Between(y, 'a', 'z'))<<8)
		n := bits.TrailingZeros64(other)
		if n >= 16 {
			break
		}
		next := i + n + 1
		if kind := ends[t[n]] & follows[t[n+1]]; kind != 0 {
			if kind == joins {
				next = parts(text, i, next-1)
			} else if n > 0 {
				next--
			} else {
				next = 0
			}
			if next == 0 {
				break
			}
		}
		h = (x&firstEight[n] ^ y&secondEight[n]*screenNext) * screenPrime
		sum += int32(int8(weights[h>>48]))
		if table[h>>50]>>(h>>47&7)&1 != 0 {
			s.now += sum
			return i, next, h
		}
		if n == 1 && (other&0x3F == 0b101010 || other&0x3F == 0b110110) { // letters that stand one by one
			break
		}
		i = next
	}
	s.now += sum
	return i, i, 0
}

// parts tells whether what stands at a digit, an apostrophe, or a byte that is not ASCII only parts the word before it, from start to at, from
// what follows: a number, the rest of "don't", a quotation mark or dash. It returns where that ends; 0 if it may belong to the word.
func parts(text string, start, at int) (end int) {
	switch c := text[at]; {
	case c == '\'':
		n := 1
		for n < 4 && at+n < len(text) && ascii[text[at+n]&0x7F] > newline {
			n++
		}
		if start == at || n < 4 && at+n < len(text) && text[at+n] < utf8.RuneSelf {
			return at + n
		}
	case c < utf8.RuneSelf:
		for end = at + 1; end < len(text) && '0' <= text[end] && text[end] <= '9'; {
			end++
		}
		if start == at && end-at < 16 && end < len(text) && text[end] < utf8.RuneSelf && ascii[text[end]] <= newline && text[end] != '\'' {
			return end
		}
	case c == 0xE2 && at+3 < len(text) && text[at+1] == 0x80:
		if c := text[at+2]; 0x90 <= c && c <= 0xA6 && (c|1 != 0x99 || ascii[text[at+3]&0x7F] <= newline) {
			return at + 3
		}
	}
	return 0
}

// packed is a mask of eight bytes with one bit for each.
func packed(mask uint64) uint64 { return mask >> 7 * 0x0102040810204080 >> 56 }

// firstEight and secondEight are masks of the first 16 bytes of a word by its length.
var (
	firstEight = [16]uint64{
		0, 0xFF, 0xFFFF, 0xFFFFFF, 0xFFFFFFFF, 0xFFFFFFFFFF, 0xFFFFFFFFFFFF, 0xFFFFFFFFFFFFFF,
		1<<64 - 1, 1<<64 - 1, 1<<64 - 1, 1<<64 - 1, 1<<64 - 1, 1<<64 - 1, 1<<64 - 1, 1<<64 - 1,
	}
	secondEight = [16]uint64{9: 0xFF, 0xFFFF, 0xFFFFFF, 0xFFFFFFFF, 0xFFFFFFFFFF, 0xFFFFFFFFFFFF, 0xFFFFFFFFFFFFFF}
)

// word weighs a word that may be suspicious.
func (s *screen) word(h uint64, at int) {
	if s.visit != nil {
		s.visit(h, at)
		return
	}
	w := screenWeight(s.table, h)
	if w == 0 {
		return
	}
	for s.from < s.to && (s.hits[s.from%64].at < at-near || s.to-s.from == len(s.hits)) {
		s.sum -= s.hits[s.from%64].weight
		s.from++
	}
	s.hits[s.to%64] = suspicion{at, w}
	s.to++
	if s.sum += w; s.sum >= suspicious {
		s.judge(at, at)
	}
}

// screenWeight is how suspicious a word is.
func screenWeight(table string, h uint64) int {
	key := uint32(h >> 32)
	slots, weights := table[screenBits/8:screenBits/8+screenSlots*4], table[screenBits/8+screenSlots*4:screenTable]
	for i := key >> 19; ; i = (i + 1) % screenSlots {
		switch u32(slots, int(i)*4) {
		case 0:
			return 0
		case key:
			return int(weights[i])
		}
	}
}

// judge has a part of the text judged, and what is around it.
func (s *screen) judge(from, to int) {
	text := s.text
	if len(text) <= whole {
		from, to = 0, len(text)
	} else {
		if from = max(0, from-around); from > 0 {
			for n := 0; n < 64 && from < len(text) && text[from] != ' ' && text[from] != '\n'; n++ {
				from++
			}
			for from < len(text) && text[from]&0xC0 == 0x80 {
				from++
			}
		}
		if to = min(len(text), to+around); to < len(text) {
			for n := 0; n < 64 && to > from && text[to] != ' ' && text[to] != '\n'; n++ {
				to--
			}
			for to > from && text[to]&0xC0 == 0x80 {
				to--
			}
		}
	}
	if n := len(s.spans); n > 0 && from <= s.spans[n-1].to+around {
		s.spans[n-1].to = max(s.spans[n-1].to, to)
		return
	}
	s.spans = append(s.spans, span{from, to})
}
