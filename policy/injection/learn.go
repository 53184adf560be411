//go:build !wasip1

package injection

import (
	"encoding/binary"
	"maps"
	"slices"
	"strings"
)

// Words calls visit with the hash of each word that the first look weighs, and where it stands: for the training of its table.
func Words(text string, visit func(hash uint64, at int)) {
	s := &screen{table: strings.Repeat("\xff", screenBits/8), weights: strings.Repeat("\x00", buckets), bar: 1, visit: visit}
	s.look(text)
}

// Screen makes screen.bin: of the weights of suspicious words, in hundredths of what makes a text worth judging, and of the weights of all words
// by Bucket, of which as much as the bar in two blocks is.
func Screen(weights map[uint64]byte, bar int32, all []int8) string {
	b := make([]byte, screenTable)
	slots, values := b[screenBits/8:screenBits/8+screenSlots*4], b[screenBits/8+screenSlots*4:screenTable]
	hashes := slices.Sorted(maps.Keys(weights))
	for _, h := range hashes {
		if weights[h] == 0 || h>>47 == 0 { // there is what stands between words
			continue
		}
		b[h>>50] |= 1 << (h >> 47 & 7)
		key := uint32(h >> 32)
		i := key >> 19
		for binary.LittleEndian.Uint32(slots[i*4:]) != 0 {
			i = (i + 1) % screenSlots
		}
		binary.LittleEndian.PutUint32(slots[i*4:], key)
		values[i] = weights[h]
	}
	b = binary.LittleEndian.AppendUint32(b, uint32(bar))
	for _, w := range all {
		b = append(b, byte(w))
	}
	return string(b)
}

// Bucket is where the weight of a word is, and Block the number of the block that it is in.
func Bucket(hash uint64) int { return int(hash >> 48) }
func Block(at int) int       { return at / blockSize }

// Windows calls window with the features of each window of a text, some twice: for the training of the model.
func Windows(text string, window func(features []uint32)) {
	j := New()
	j.window = window
	j.Text(text, 1)
}
