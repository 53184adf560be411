package pii

import (
	"encoding/binary"
	"strings"

	"github.com/usagepanda/usage-panda-envoy/policy/internal/window"
	"github.com/usagepanda/usage-panda-envoy/policy/sha256"
)

// base58Values are Base58's digits: 0 to 57; 0xFF for what is none.
var base58Values = values("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz")

// bech32Values are Bech32's digits, 0 to 31 (BIP 173).
var bech32Values = values("qpzry9x8gf2tvdw0s3jn54khce6mua7l")

func values(alphabet string) (t [256]uint8) {
	for i := range t {
		t[i] = 0xFF
		if v := strings.IndexByte(alphabet, byte(i)); v >= 0 {
			t[i] = uint8(v)
		}
	}
	return t
}

// base58 finds a Bitcoin address of the first kind at start: 25 bytes in Base58, the last four of them a checksum.
func (s *Scanner) base58(start int) (m Match) {
	w := &s.w
	n := 0
	for n <= 35 && base58Values[w.At(start+n)] != 0xFF {
		n++
	}
	if n < 26 || n > 35 || !s.closes(start+n) {
		return m
	}
	var limbs [7]uint64 // the number, the lowest 32 bits first
	for i := 0; i < n; {
		value, base := uint64(0), uint64(1)
		for ; i < n && base < 1<<26; i++ { // five digits at once
			value, base = 58*value+uint64(base58Values[w.At(start+i)]), 58*base
		}
		w.Count(len(limbs))
		for j := range limbs {
			value += base * limbs[j]
			limbs[j] = value & (1<<32 - 1)
			value >>= 32
		}
		if value != 0 {
			return m
		}
	}
	if v := limbs[6]; v != 0 && v != 5 { // the version
		return m
	}
	var out [28]byte
	for j := range limbs {
		binary.BigEndian.PutUint32(out[24-4*j:], uint32(limbs[j]))
	}
	w.Count(2 * 64)
	first := sha256.Sum(out[3:24])
	if sum := sha256.Sum(first[:]); string(sum[:4]) != string(out[24:]) {
		return m
	}
	return Match{start, start + n, BTC}
}

// bech32 finds a Bitcoin address of the second kind at start: "bc1", and Bech32 with the checksum of BIP 173 or of BIP 350.
func (s *Scanner) bech32(start int) (m Match) {
	w := &s.w
	sum := uint32(1)
	add := func(v uint32) {
		w.Count(5)
		top := sum >> 25
		sum = sum&0x1FFFFFF<<5 ^ v
		for i, g := range [...]uint32{0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3} {
			if top>>i&1 != 0 {
				sum ^= g
			}
		}
	}
	for _, v := range [...]uint32{3, 3, 0, 2, 3} { // "bc", spread as the checksum wants it
		add(v)
	}
	i, small, big := start+3, false, false
	for ; i-start <= 90; i++ {
		c := w.At(i)
		v := bech32Values[window.Lower(c)]
		if v == 0xFF {
			break
		}
		if class[c]&letter != 0 {
			big, small = big || c < 'a', small || c >= 'a'
		}
		add(uint32(v))
	}
	if i-start < 14 || small && big || sum != 1 && sum != 0x2BC830A3 || !s.closes(i) {
		return m
	}
	return Match{start, i, BTC}
}

// eth finds an Ethereum address at start, "0x" and 40 hexadecimal digits. Where they are in mixed case, that is their checksum (EIP-55).
func (s *Scanner) eth(start int) (m Match) {
	w := &s.w
	var hexes [40]byte
	small, big := false, false
	for i := range hexes {
		c := w.At(start + 2 + i)
		if class[c]&hex == 0 {
			return m
		}
		if class[c]&letter != 0 {
			big, small = big || c < 'a', small || c >= 'a'
		}
		hexes[i] = window.Lower(c)
	}
	end := start + 42
	if class[w.At(end)]&word != 0 {
		return m
	}
	if small && big {
		w.Count(24 * 25)
		sum := keccak256(hexes[:])
		for i, c := range hexes {
			if class[c]&letter != 0 && sum[i/2]<<(4*(i&1))&0x80 != 0 != (w.At(start+2+i) < 'a') {
				return m
			}
		}
	}
	return Match{start, end, ETH}
}
