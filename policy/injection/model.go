package injection

import (
	_ "embed"
	"encoding/binary"
	"math"
)

// buckets is how many weights the model has.
const buckets = 1 << 16

//go:embed model.bin
var builtin string

// damping is how many features without weight are added to each window, so that a few words do not say much.
const damping = 8

// model is a header of three little-endian float32 (the bias, what a weight's unit is worth, and the power of the number of features that
// their sum is divided by), and a byte for the weight of each bucket.
type model struct {
	weights           string
	bias, unit, power float64
}

func read(file string) *model {
	number := func(at int) float64 {
		return float64(math.Float32frombits(binary.LittleEndian.Uint32([]byte(file[at : at+4]))))
	}
	return &model{file[12 : 12+buckets], number(0), number(4), number(8)}
}

// logit is the model's judgement of n features with that sum of weights, in tenths of a logit.
func (m *model) logit(sum, n int32) float64 {
	if n == 0 {
		return 10 * m.bias
	}
	return 10 * (m.bias + m.unit*float64(sum)/math.Pow(float64(n+damping), m.power))
}
