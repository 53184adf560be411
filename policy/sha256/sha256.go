// Package sha256 is SHA-256 and the HMAC of it, for hashes of a few bytes. The standard library's needs its whole module for FIPS 140 and,
// with that, package os: 0.2 MB of code that V8 compiles before the first request. Source: FIPS 180-4 and RFC 2104.
package sha256

import (
	"encoding/binary"
	"math/bits"
)

// Size and block are lengths in bytes.
const (
	Size  = 32
	block = 64
)

// k is the first 32 bits of the fractional parts of the cube roots of the first 64 primes.
var k = [64]uint32{
	0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
	0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
	0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
	0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
	0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
	0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
	0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
	0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
}

// Sum returns the hash of a text.
func Sum(text []byte) (sum [Size]byte) {
	h := [8]uint32{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19}
	rest := text
	for ; len(rest) >= block; rest = rest[block:] {
		mix(&h, rest)
	}
	var last [2 * block]byte // the rest, a bit that is set, zeros, and the length in bits
	n := copy(last[:], rest)
	last[n] = 0x80
	end := block
	if n >= block-8 {
		end = 2 * block
	}
	binary.BigEndian.PutUint64(last[end-8:], uint64(len(text))*8)
	for at := 0; at < end; at += block {
		mix(&h, last[at:])
	}
	for i, v := range h {
		binary.BigEndian.PutUint32(sum[4*i:], v)
	}
	return sum
}

// mix takes in a block.
func mix(h *[8]uint32, p []byte) {
	var w [64]uint32
	for i := range 16 {
		w[i] = binary.BigEndian.Uint32(p[4*i:])
	}
	for i := 16; i < 64; i++ {
		x, y := w[i-15], w[i-2]
		w[i] = w[i-16] + w[i-7] +
			(bits.RotateLeft32(x, -7) ^ bits.RotateLeft32(x, -18) ^ x>>3) +
			(bits.RotateLeft32(y, -17) ^ bits.RotateLeft32(y, -19) ^ y>>10)
	}
	a, b, c, d, e, f, g, z := h[0], h[1], h[2], h[3], h[4], h[5], h[6], h[7]
	for i := range 64 {
		t := z + (bits.RotateLeft32(e, -6) ^ bits.RotateLeft32(e, -11) ^ bits.RotateLeft32(e, -25)) + (e&f ^ ^e&g) + k[i] + w[i]
		u := (bits.RotateLeft32(a, -2) ^ bits.RotateLeft32(a, -13) ^ bits.RotateLeft32(a, -22)) + (a&b ^ a&c ^ b&c)
		z, g, f, e, d, c, b, a = g, f, e, d+t, c, b, a, t+u
	}
	for i, v := range [8]uint32{a, b, c, d, e, f, g, z} {
		h[i] += v
	}
}

// MAC returns the HMAC of a text.
func MAC(key, text []byte) [Size]byte {
	if len(key) > block {
		sum := Sum(key)
		key = sum[:]
	}
	inner, outer := make([]byte, block, block+len(text)), make([]byte, block, block+Size)
	copy(inner, key)
	copy(outer, key)
	for i := range block {
		inner[i] ^= 0x36
		outer[i] ^= 0x5c
	}
	sum := Sum(append(inner, text...))
	return Sum(append(outer, sum[:]...))
}

// AppendHex appends bytes as hexadecimal digits.
func AppendHex(b, bytes []byte) []byte {
	const digits = "0123456789abcdef"
	for _, c := range bytes {
		b = append(b, digits[c>>4], digits[c&15])
	}
	return b
}
