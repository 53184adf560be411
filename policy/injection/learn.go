//go:build !wasip1

package injection

import (
	"encoding/binary"
	"maps"
	"math"
	"slices"
)

// Words calls visit for each word of a text that the first look weighs: with its bucket, the number of the block that it is in, and its hash;
// and for each pair of them, with no hash. For the training of the first look, of which pairs is what Screen makes without weights.
func Words(text, pairs string, visit func(feature, block int, hash uint64)) {
	b := []byte(pairs)
	for i := range b[:buckets] {
		b[i] = 1 // each is to be seen
	}
	s := newScreen(view(b))
	s.visit, s.work = visit, &work{}
	s.look(text)
}

// Kinds are the kinds of pairs of which a word is the first, or the second.
type Kinds struct{ First, Second uint64 }

// Screen makes screen.bin: of the words of rules by their hashes, of the weights of all words by bucket and of pairs, in tenths of a logit, from
// -64 to 63 and to 127, and of the bias.
func Screen(rules map[uint64]Kinds, weights []int8, bias float64) string {
	b := make([]byte, biasAt, biasAt+4)
	slots, masks := b[slotsAt:masksAt], b[masksAt:pairsAt]
	for i, w := range weights[:buckets] {
		b[i] = byte(w * 2)
	}
	b[0] = 0 // what stands between words
	for i, w := range weights[buckets:] {
		b[pairsAt+i] = byte(w)
	}
	le := binary.LittleEndian
	for _, h := range slices.Sorted(maps.Keys(rules)) {
		if bucket(h) == 0 {
			continue
		}
		b[bucket(h)] |= 1
		i := h >> 52
		for le.Uint32(slots[i*4:]) != 0 {
			i = (i + 1) % screenSlots
		}
		le.PutUint32(slots[i*4:], uint32(h>>32))
		le.PutUint64(masks[i*16:], rules[h].First)
		le.PutUint64(masks[i*16+8:], rules[h].Second)
	}
	return string(le.AppendUint32(b, uint32(int32(math.Round(bias*100)))))
}

// Windows calls window with the features of each window of a text, some twice: for the training of the model.
func Windows(text string, window func(features []uint32)) {
	j := New()
	j.window = window
	j.Text(text, 1)
}
