package reflection

import (
	"bytes"
	"math/bits"
	"slices"
)

// Index is what copies of some texts are found by. It does not change, and needs the texts no more.
type Index struct {
	form    form
	units   []byte // of all texts, from the last to the first; 0 between texts
	windows []window
	least   int // units of the shortest window
	most    int // of the longest one

	gram  int      // units of a gram
	jump  int      // bytes that need not be read behind a gram that is unknown
	grams bitmap   // all grams
	heads bitmap   // the first units of windows, up to a gram
	first []int32  // windows by their first gram, the first of a list
	key   int      // units of a key
	last  []slot   // windows by their key, their last units
	order []int32  // those with a key that several have, sorted
	many  [][2]int // where in it those of a key are
	tails []string
}

// window is what counts as a copy.
type window struct {
	at, size int32 // in units
	tail     int32 // what tails has behind it, 0 for nothing
	next     int32 // with the same first gram; -1 for none
	more     int32 // with the same key; once sorted, the longest that this one ends with; -1 for none
}

// slot is a place of a hash table.
type slot struct {
	tag  uint32
	head int32 // 1 + the number of a window; below 0, -1 - that of a list; 0 for nothing
}

// bitmap is a set of numbers that may hold others, too.
type bitmap struct {
	bits  []uint64
	shift uint8
}

func newBitmap(n int) bitmap {
	size := max(10, bits.Len(uint(n*8)))
	return bitmap{make([]uint64, 1<<(size-6)), uint8(64 - size)}
}

const odd = 0x9E3779B97F4A7C15

func (b *bitmap) add(x uint64) { h := x * odd >> b.shift; b.bits[h>>6] |= 1 << (h & 63) }

func (b *bitmap) has(x uint64) bool { h := x * odd >> b.shift; return b.bits[h>>6]>>(h&63)&1 != 0 }

// New returns what finds windows of so many words of the texts; nothing if there is nothing to be found.
func New(texts []string, words int) (all []*Index) {
	var b [2]builder
	for _, text := range texts {
		for f := letters; f <= signs; f++ {
			b[f].form = f
			if b[f].text(text, words) {
				break
			}
		}
	}
	for f := range b {
		if len(b[f].windows) > 0 {
			all = append(all, b[f].index())
		}
	}
	return all
}

// index links what was added.
func (b *builder) index() *Index {
	x := &b.Index
	slices.Reverse(x.units)
	x.least, x.most = 1<<30, 0
	for i := range x.windows {
		w := &x.windows[i]
		w.at = int32(len(x.units)) - w.at - w.size
		x.least, x.most = min(x.least, int(w.size)), max(x.most, int(w.size))
	}
	x.gram = min(maxGram, max(1, x.least/3), 4+max(0, bits.Len(uint(len(x.units)))-6)*3/4)
	x.jump = max(0, x.least-2*x.gram+1)
	x.key = min(x.least, maxKey)
	x.addGrams()
	x.distinct()
	x.sort()
	x.addHeads()
	return x
}

func (x *Index) addGrams() {
	x.grams = newBitmap(2 * len(x.units))
	reg, have, mask := uint64(0), 0, mask(x.gram)
	for i := len(x.units) - 1; i >= 0; i-- {
		if x.units[i] == 0 {
			have = 0
			continue
		}
		reg = reg<<8 | uint64(x.units[i])
		if have++; have >= x.gram {
			x.grams.add(reg & mask)
		}
	}
}

// distinct puts windows into last, and drops those that are the same as others, as far as that is seen at once.
func (x *Index) distinct() {
	x.last = make([]slot, 1<<bits.Len(uint(2*len(x.windows))))
	kept := x.windows[:0]
	for _, w := range x.windows {
		h := x.hash(x.units[w.at:])
		s := x.slot(h)
		same := false
		i := s.head - 1
		for n := 0; n < 8 && i >= 0 && !same; n++ {
			if same = kept[i].size == w.size && bytes.Equal(x.of(&kept[i]), x.of(&w)); same {
				kept[i].tail = max(kept[i].tail, w.tail)
			}
			i = kept[i].more
		}
		if !same {
			w.more = s.head - 1
			kept = append(kept, w)
			s.tag, s.head = uint32(h), int32(len(kept))
		}
	}
	x.windows = kept
}

// sort sorts the windows of each key that several have, and finds which of them end with which.
func (x *Index) sort() {
	for i := range x.last {
		s := &x.last[i]
		if s.head == 0 || x.windows[s.head-1].more < 0 {
			continue
		}
		from := len(x.order)
		for w := s.head - 1; w >= 0; w = x.windows[w].more {
			x.order = append(x.order, w)
		}
		these := x.order[from:]
		slices.SortFunc(these, func(a, b int32) int { return bytes.Compare(x.of(&x.windows[a]), x.of(&x.windows[b])) })
		within := int32(-1)
		kept := these[:0]
		for _, i := range these {
			w := &x.windows[i]
			for within >= 0 && !bytes.HasPrefix(x.of(w), x.of(&x.windows[within])) {
				within = x.windows[within].more
			}
			if within >= 0 && x.windows[within].size == w.size { // the same
				x.windows[within].tail = max(x.windows[within].tail, w.tail)
				w.size = 0
				continue
			}
			w.more, within = within, i
			kept = append(kept, i)
		}
		x.order = x.order[:from+len(kept)]
		x.many = append(x.many, [2]int{from, len(x.order)})
		s.head = -int32(len(x.many))
	}
}

func (x *Index) addHeads() {
	x.heads = newBitmap(len(x.windows) * x.gram * 4)
	x.first = make([]int32, 1<<bits.Len(uint(2*len(x.windows))))
	for i := range x.first {
		x.first[i] = -1
	}
	for i := range x.windows {
		w := &x.windows[i]
		if w.size == 0 {
			continue
		}
		reg := uint64(0)
		for n := 1; n <= x.gram; n++ {
			reg = reg<<8 | uint64(x.units[w.at+w.size-int32(n)])
			x.heads.add(reg)
		}
		head := x.head(reg)
		w.next, *head = *head, int32(i)
	}
}

// of are the units of a window, from the last to the first.
func (x *Index) of(w *window) []byte { return x.units[w.at : w.at+w.size] }

// head is the first window with that first gram, or with another one.
func (x *Index) head(gram uint64) *int32 {
	return &x.first[gram*odd>>32*uint64(len(x.first))>>32]
}

// slot is the place of a key.
func (x *Index) slot(h uint64) *slot {
	for i := int(h >> 32); ; i++ {
		s := &x.last[i&(len(x.last)-1)]
		if s.head == 0 || s.tag == uint32(h) {
			return s
		}
	}
}

// hash is the hash of the key that units begin with, which come from the last to the first.
func (x *Index) hash(units []byte) uint64 {
	var a, b uint64
	if x.key < 8 {
		for _, u := range units[:x.key] {
			a = a<<8 | uint64(u)
		}
	} else {
		a, b = eight(units), eight(units[x.key-8:])
	}
	a = (a ^ bits.RotateLeft64(b*odd, 29)) * odd
	return a ^ a>>29
}

func eight(b []byte) uint64 {
	b = b[:8]
	return uint64(b[0]) | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 | uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56
}

// mask is that of the last n units of a register.
func mask(n int) uint64 { return ^uint64(0) >> (64 - 8*n) }
