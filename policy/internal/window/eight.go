package window

// Of eight bytes in one number, the first is the lowest: masks have the high bit of each byte that is meant.
const (
	Ones = 0x0101010101010101
	low  = 0x7F * Ones
)

// Eight returns the eight bytes at i.
func Eight(text string, i int) uint64 {
	b := text[i : i+8]
	return uint64(b[0]) | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 |
		uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56
}

// Rest returns the bytes from i on, which are inside the text, at most eight; behind its end they are 0.
func Rest(text string, i int) (x uint64) {
	if i+8 <= len(text) {
		return Eight(text, i)
	}
	for k := len(text) - 1; k >= i; k-- {
		x = x<<8 | uint64(text[k])
	}
	return x
}

// Bits are the bits of a mask, one for each byte, the first the lowest.
func Bits(mask uint64) uint64 { return (mask >> 7) * 0x0102040810204080 >> 56 }

// Between is the mask of the bytes from a to b, which are ASCII.
func Between(x uint64, a, b byte) uint64 {
	seven := x & low
	return ((seven + (0x80-uint64(a))*Ones) ^ (seven + (0x7F-uint64(b))*Ones)) &^ (x | low)
}

// Equal is the mask of the bytes that are c, which is ASCII.
func Equal(x uint64, c byte) uint64 {
	t := x ^ uint64(c)*Ones
	return ^(t&low + low | t | low)
}

// Solid is the mask of the bytes of ASCII behind the space. All others are blank.
func Solid(x uint64) uint64 { return (x&low + (0x80-'!')*Ones) &^ (x | low) }
