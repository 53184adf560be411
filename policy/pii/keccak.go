package pii

import (
	"encoding/binary"
	"math/bits"
)

// keccak256 is the hash of Ethereum, Keccak as it was before NIST's padding, of a text shorter than 136 bytes.
func keccak256(text []byte) (sum [32]byte) {
	const rate = 136
	var block [rate]byte
	copy(block[:], text)
	block[len(text)] ^= 1
	block[rate-1] ^= 0x80
	var a [25]uint64
	for i := range rate / 8 {
		a[i] = binary.LittleEndian.Uint64(block[8*i:])
	}
	for _, constant := range [...]uint64{
		0x0000000000000001, 0x0000000000008082, 0x800000000000808A, 0x8000000080008000, 0x000000000000808B, 0x0000000080000001,
		0x8000000080008081, 0x8000000000008009, 0x000000000000008A, 0x0000000000000088, 0x0000000080008009, 0x000000008000000A,
		0x000000008000808B, 0x800000000000008B, 0x8000000000008089, 0x8000000000008003, 0x8000000000008002, 0x8000000000000080,
		0x000000000000800A, 0x800000008000000A, 0x8000000080008081, 0x8000000000008080, 0x0000000080000001, 0x8000000080008008,
	} {
		var c [5]uint64
		for x := range c {
			c[x] = a[x] ^ a[x+5] ^ a[x+10] ^ a[x+15] ^ a[x+20]
		}
		d := [5]uint64{
			c[4] ^ bits.RotateLeft64(c[1], 1), c[0] ^ bits.RotateLeft64(c[2], 1), c[1] ^ bits.RotateLeft64(c[3], 1),
			c[2] ^ bits.RotateLeft64(c[4], 1), c[3] ^ bits.RotateLeft64(c[0], 1),
		}
		for y := 0; y < 25; y += 5 {
			for x, v := range d {
				a[y+x] ^= v
			}
		}
		moving := a[1]
		for _, l := range lanes {
			moving, a[l.to] = a[l.to], bits.RotateLeft64(moving, l.by)
		}
		for y := 0; y < 25; y += 5 {
			r := [5]uint64(a[y : y+5])
			a[y] = r[0] ^ ^r[1]&r[2]
			a[y+1] = r[1] ^ ^r[2]&r[3]
			a[y+2] = r[2] ^ ^r[3]&r[4]
			a[y+3] = r[3] ^ ^r[4]&r[0]
			a[y+4] = r[4] ^ ^r[0]&r[1]
		}
		a[0] ^= constant
	}
	for i := range 4 {
		binary.LittleEndian.PutUint64(sum[8*i:], a[i])
	}
	return sum
}

// lanes are the places that a round moves lane 1 to, what was there to the next, and so on, and by how many bits it turns each.
var lanes = [24]struct{ to, by int }{
	{10, 1}, {7, 3}, {11, 6}, {17, 10}, {18, 15}, {3, 21}, {5, 28}, {16, 36}, {8, 45}, {21, 55}, {24, 2}, {4, 14}, {15, 27}, {23, 41}, {19, 56},
	{13, 8}, {12, 25}, {2, 43}, {20, 62}, {14, 18}, {22, 39}, {9, 61}, {6, 20}, {1, 44},
}
