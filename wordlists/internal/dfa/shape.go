package dfa

import (
	"cmp"
	_ "embed"
	"maps"
	"slices"
)

// Shape is a word with hidden letters: what is hashed of it, and how many letters and hidden ones it has.
type Shape struct {
	hash            uint32
	Letters, Hidden uint8
}

// MaxShape is how many letters, and how many hidden ones, a shape in the table has at most.
const MaxShape = 12

// Add adds a letter.
func (s *Shape) Add(c byte) {
	s.mix(c)
	s.Letters++
}

// Hide adds a hidden letter.
func (s *Shape) Hide() {
	s.mix('*')
	s.Hidden++
}

// mix is FNV-1a.
func (s *Shape) mix(c byte) {
	if s.Letters|s.Hidden == 0 {
		s.hash = 2166136261
	}
	s.hash = (s.hash ^ uint32(c)) * 16777619
}

// shapes is the table of shapes that gen makes: hashes, a power of two of them, 0 where there is none, each at the first free place from its
// own on; then for each the lists, 16 bits.
//
//go:embed shapes.bin
var shapes string

var (
	shapeCount  = len(shapes) / 6
	shapeHashes = view[uint32](shapes, shapeCount)
	shapeLists  = view[uint16](shapes[4*shapeCount:], shapeCount)
)

// vowels changes the hashes of shapes with one hidden vowel: these are in the table once more.
const vowels = 0x5bd1e995

// Vowel returns the shape as it is in the table for those whose one hidden letter is a vowel.
func (s Shape) Vowel() Shape {
	s.hash ^= vowels
	return s
}

// Masked returns the lists of the words of a shape, 0 if there is none; of those whose hidden letter is a vowel, unless any.
func Masked(s Shape, any bool) uint32 {
	if !any {
		s = s.Vowel()
	}
	for i := int(s.hash); ; i++ {
		switch i &= shapeCount - 1; shapeHashes[i] {
		case s.hash:
			return uint32(shapeLists[i])
		case 0:
			return 0
		}
	}
}

// Shapes makes the table.
func Shapes(all map[Shape]uint16) []byte {
	n := 1
	for 3*n < 4*len(all) {
		n *= 2
	}
	hashes, lists := make([]uint32, n), make([]uint16, n)
	for _, s := range slices.SortedFunc(maps.Keys(all), func(a, b Shape) int { return cmp.Compare(a.hash, b.hash) }) {
		i := int(s.hash) & (n - 1)
		for hashes[i] != 0 && hashes[i] != s.hash {
			i = (i + 1) & (n - 1)
		}
		hashes[i] = s.hash
		lists[i] |= all[s]
	}
	var b []byte
	for _, h := range hashes {
		b = append(b, byte(h), byte(h>>8), byte(h>>16), byte(h>>24))
	}
	for _, l := range lists {
		b = append(b, byte(l), byte(l>>8))
	}
	return b
}
