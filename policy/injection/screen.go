package injection

import (
	_ "embed"
	"math"
	"math/bits"
	"unicode/utf8"

	"github.com/usagepanda/usage-panda-envoy/policy/internal/window"
)

// screenFile is what the first look goes by, read where it lies: a byte for each word by its hash, twice its signed weight, and one if a rule has
// it; a table of open addressing of the words of rules, with four bytes of hash each, and for each of its places two masks of the pairs that the
// word begins and ends; a signed weight for each pair; and the bias. It comes from train, with the model.
//
//go:embed screen.bin
var screenFile string

const (
	screenSlots = 1 << 12
	slotsAt     = buckets
	masksAt     = slotsAt + screenSlots*4
	pairsAt     = masksAt + screenSlots*16
	biasAt      = pairsAt + Pairs
	blockSize   = 384
	chunk       = 64 // bytes that are looked at in one go
	screenFrom  = 40 // below this threshold everything is judged
)

// Least is what the words of two blocks say at least, in logits: harmless ones hide no pair among them.
const Least = 3

// Pairs is how many kinds of pairs of words there are. The words that end one of kind Alone need none before them.
const (
	Pairs = 64
	Alone = 62
)

// screen is the first look at a text, which costs a sixth of judging it. It adds up what the words of two blocks say, and what pairs of words do
// that are in one rule and stand near each other, and looks for what no person types. Only what it points at is judged.
type screen struct {
	table  string
	bias   float64
	work   *work
	block  int // where the block ends
	now    part
	last   part   // of the block before
	open   uint64 // pairs that have begun
	before uint64 // and that shortly before
	opened int    // from here on
	text   string
	visit  func(feature, block int, hash uint64) // for training: sees every word, and every pair
	seen   [chunk]sighting                       // the words of a chunk that rules have
	spans  []span
	run    int // ignored runes in a row
	runEnd int
	alone  rune // the last letter of a script without spaces
	end    int  // where it ends
	peek   [peek]byte
	last64 [chunk + 8]byte // the end of the text, with zeros behind it
	known  int             // up to here long words, dashes and pictures were looked at
}

// part is what a block says: the sum of its words' weights, how many there are, and the sum of those of pairs.
type part struct{ sum, words, pairs int }

// sighting is a word that may be suspicious: its hash, and where it begins.
type sighting struct {
	hash uint64
	at   int
}

// span is a part of the text that is to be judged.
type span struct{ from, to int }

const (
	near   = 64   // a pair begins so many bytes before its end, or up to twice as many
	margin = 150  // bytes that are judged around two blocks
	around = 450  // bytes that are judged before and behind
	short  = 1600 // a text up to this length is judged whole
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

// A word's hash is that of its first eight letters.
const screenPrime = 0x9E3779B97F4A7C15

// bucket is where the weight of a word is.
func bucket(hash uint64) int { return int(hash >> 48) }

// newScreen reads screen.bin.
func newScreen(file string) screen {
	return screen{table: file, bias: float64(int32(u32(file, biasAt))) / 100}
}

// look looks at a text, and returns what is to be judged of it.
func (s *screen) look(text string) []span {
	s.text, s.spans, s.open, s.before, s.opened, s.run, s.alone, s.end, s.known = text, s.spans[:0], 0, 0, 0, 0, 0, 0, 0
	s.block, s.now, s.last = blockSize, part{}, part{}
	s.work.look(len(text))
	for i := 0; i < len(text); {
		if i = s.chunk(i); i >= s.block {
			s.ended(i)
		}
	}
	s.ended(len(text))
	s.whole()
	s.text = ""
	return s.spans
}

// ended ends a block, and has it and the one before judged if their words seem so.
func (s *screen) ended(at int) {
	words := float64(s.now.sum+s.last.sum) / 10 / math.Sqrt(float64(s.now.words+s.last.words+damping))
	if s.bias+float64(s.now.pairs+s.last.pairs)/10+max(words, -Least) >= 0 {
		s.judge(max(0, s.block-2*blockSize+around-margin), at-around+margin)
	}
	s.last, s.now = s.now, part{}
	if at >= s.block+blockSize { // what was skipped had no words
		s.last = part{}
	}
	for s.block <= at {
		s.block += blockSize
	}
}

// chunk looks at the words that end in the next 64 bytes from text[i] on, where one may begin. It returns where to look on.
func (s *screen) chunk(i int) int {
	t := s.text[i:]
	if len(t) < len(s.last64) {
		clear(s.last64[copy(s.last64[:], t):])
		t = view(s.last64[:])
	}
	letters, odd := classes(t)
	last := 63 - bits.LeadingZeros64(^letters) // what follows belongs to the next chunk
	single := letters &^ (letters << 1) &^ (letters >> 1)
	if single>>(chunk-12) != 0 && ^letters<<12 != 0 {
		last = min(last, chunk-13-bits.LeadingZeros64(^letters<<12)) // six of them are to be seen together
	}
	if last < 0 {
		return s.oddWord(i)
	}
	single &= 1<<last - 1
	if single &= single>>2&(single>>4) | single>>3&(single>>6); single != 0 {
		if n := bits.TrailingZeros64(single); n > 0 {
			last = n - 1
		} else if end := s.single(i); end > i {
			return end
		}
	}
	long := letters & (letters >> 1)
	long &= long >> 2
	long &= long >> 4
	odd = (odd | long&(long>>8)) & (2<<last - 1)
	words := letters &^ (letters << 1) & (letters >> 1) & (letters >> 2) & (1<<last - 1) // of three letters and more
	for next := 0; ; {
		from, at, kind := chunk, 0, byte(0)
		for ; odd != 0; odd &= odd - 1 {
			at = bits.TrailingZeros64(odd)
			if kind = ends[t[at]] & follows[t[at+1]]; kind != 0 || letters>>at&1 != 0 {
				if from = at; kind == joins {
					from = max(next, at-bits.LeadingZeros64(^(letters<<(chunk-at))))
				}
				break
			}
		}
		seen := s.plain(t, words&(1<<from-1), ^letters)
		for _, w := range s.seen[:seen] {
			if s.visit != nil {
				s.visit(bucket(w.hash), s.block/blockSize-1, w.hash)
			}
			s.word(w.hash, i+w.at)
		}
		if odd == 0 {
			return i + last + 1
		}
		if next = s.odd(i+from, i+at, kind) - i; next > last {
			return i + next
		}
		odd, words = odd>>next<<next, words>>next<<next
	}
}

// classes are masks of the first 64 bytes: which are letters of ASCII, and which are not, and do more than to part words.
func classes(t string) (letters, odd uint64) {
	t = t[:chunk]
	a, b, c, d := window.Eight(t, 0), window.Eight(t, 8), window.Eight(t, 16), window.Eight(t, 24)
	e, f, g, h := window.Eight(t, 32), window.Eight(t, 40), window.Eight(t, 48), window.Eight(t, 56)
	const high = 0x80 * window.Ones
	if beyond := a | b | c | d | e | f | g | h; beyond&high != 0 {
		for i := 0; i < chunk; i += 8 {
			x := window.Eight(t, i)
			l := window.Between(x|0x20*window.Ones, 'a', 'z')
			letters |= window.Bits(l) << i
			odd |= window.Bits(high&^(l|window.Equal(x, ' ')|window.Equal(x|2*window.Ones, '.'))) << i
		}
		return letters, odd
	}
	letters, odd = plainClasses(a)
	l, o := plainClasses(b)
	letters, odd = letters|l<<8, odd|o<<8
	l, o = plainClasses(c)
	letters, odd = letters|l<<16, odd|o<<16
	l, o = plainClasses(d)
	letters, odd = letters|l<<24, odd|o<<24
	l, o = plainClasses(e)
	letters, odd = letters|l<<32, odd|o<<32
	l, o = plainClasses(f)
	letters, odd = letters|l<<40, odd|o<<40
	l, o = plainClasses(g)
	letters, odd = letters|l<<48, odd|o<<48
	l, o = plainClasses(h)
	return letters | l<<56, odd | o<<56
}

// plainClasses are the classes of eight bytes of ASCII. A comma is a full stop with a bit less.
func plainClasses(x uint64) (letters, odd uint64) {
	const ones, seven = window.Ones, 0x7F * window.Ones
	y := x | 0x20*ones
	l := (y + (0x80-'a')*ones) &^ (y + (0x7F-'z')*ones)
	o := ((x ^ ' '*ones) + seven) & (((x | 2*ones) ^ '.'*ones) + seven) &^ l
	return window.Bits(l & (0x80 * ones)), window.Bits(o & (0x80 * ones))
}

// plain weighs words of 3 to 15 letters of ASCII, which begin at starts, and end before others. It returns how many may be of rules.
func (s *screen) plain(t string, starts, others uint64) (seen int) {
	t = t[:chunk+8]
	words, sum := s.table[:buckets], s.now.sum
	s.now.words += bits.OnesCount64(starts)
	for ; starts != 0; starts &= starts - 1 {
		at := bits.TrailingZeros64(starts) & (chunk - 1)
		n := bits.TrailingZeros64(others >> at)
		h := (window.Eight(t, at) | 0x20*window.Ones) & firstLetters[n&15] * screenPrime
		w := int8(words[bucket(h)])
		sum += int(w >> 1)
		if w&1 != 0 {
			s.seen[seen&(chunk-1)] = sighting{h, at}
			seen++
		}
	}
	s.now.sum = sum
	return seen
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

// firstLetters are masks of the letters of a word that count, by its length.
var firstLetters = [16]uint64{
	0, 0xFF, 0xFFFF, 0xFFFFFF, 0xFFFFFFFF, 0xFFFFFFFFFF, 0xFFFFFFFFFFFF, 0xFFFFFFFFFFFFFF,
	1<<64 - 1, 1<<64 - 1, 1<<64 - 1, 1<<64 - 1, 1<<64 - 1, 1<<64 - 1, 1<<64 - 1, 1<<64 - 1,
}

// word looks at a word that may be of a rule.
func (s *screen) word(h uint64, at int) {
	slots, i := s.table[slotsAt:masksAt], h>>52
	for key := uint32(h >> 32); ; i = (i + 1) % screenSlots {
		known := u32(slots, int(i)*4)
		if known == key {
			break
		}
		if known == 0 {
			return
		}
	}
	if at >= s.opened+near {
		if s.before = s.open; at >= s.opened+2*near {
			s.before = 0
		}
		s.open, s.opened = 0, at
	}
	masks := s.table[masksAt+int(i)*16:][:16]
	for m := window.Eight(masks, 8) & (s.open | s.before | 1<<Alone); m != 0; m &= m - 1 {
		pair := bits.TrailingZeros64(m)
		s.now.pairs += int(int8(s.table[pairsAt+pair]))
		if s.visit != nil {
			s.visit(buckets+pair, s.block/blockSize-1, 0)
		}
	}
	s.open |= window.Eight(masks, 0)
}

// judge has a part of the text judged, and what is around it.
func (s *screen) judge(from, to int) {
	from, to = max(0, from-around), min(len(s.text), to+around)
	if n := len(s.spans); n > 0 && from <= s.spans[n-1].to+around {
		s.spans[n-1].to = max(s.spans[n-1].to, to)
		return
	}
	s.spans = append(s.spans, span{from, to})
}

// whole makes spans end where words and runes do. A short text is judged whole.
func (s *screen) whole() {
	text := s.text
	if len(s.spans) > 0 && len(text) <= short {
		s.spans = append(s.spans[:0], span{0, len(text)})
		return
	}
	for i := range s.spans {
		p := &s.spans[i]
		if p.from > 0 {
			for n := 0; n < 64 && p.from < len(text) && text[p.from] != ' ' && text[p.from] != '\n'; n++ {
				p.from++
			}
			for p.from < len(text) && text[p.from]&0xC0 == 0x80 {
				p.from++
			}
		}
		if p.to < len(text) {
			for n := 0; n < 64 && p.to > p.from && text[p.to] != ' ' && text[p.to] != '\n'; n++ {
				p.to--
			}
			for p.to > p.from && text[p.to]&0xC0 == 0x80 {
				p.to--
			}
		}
	}
}
