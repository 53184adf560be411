package window

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestPieces shows a text in pieces, and compares what is seen before and behind each cut with the text itself.
func TestPieces(t *testing.T) {
	text := strings.Repeat("0123456789äb", 60)
	r := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		var w Window
		for done, end := 0, 0; end < len(text); {
			end = min(end+1+r.IntN(90), len(text))
			w.Show(text[done:end], end == len(text))
			for i := -Back; i < end-done; i++ {
				want := byte(0)
				if done+i >= 0 {
					want = text[done+i]
				}
				require.Equal(t, want, w.At(i), "%d of %d to %d", i, done, end)
			}
			for range 5 {
				i, n := r.IntN(end-done+1), r.IntN(Back+1)
				require.Equal(t, text[max(0, done+i-n):done+i], w.Left(i, n), "%d before %d of %d to %d", n, i, done, end)
			}
			require.False(t, w.Short)
			require.Zero(t, w.At(end-done))
			require.Equal(t, end < len(text), w.Short, "%d to %d", done, end)
			n := r.IntN(end - done + 1)
			w.Decide(n)
			done += n
		}
	}
}

func TestRune(t *testing.T) {
	for _, row := range []struct {
		text    string
		i, want int
	}{
		{"aäb", 1, 1}, {"aäb", 2, 1}, {"aäb", 3, 3}, {"a漢", 3, 1}, {"a\x80\x80", 2, 2}, {"\x80\x80\x80\x80\x80", 4, 4}, {"ä", 2, 2}, {"", 0, 0},
	} {
		w := Window{Text: row.text}
		require.Equal(t, row.want, w.Rune(row.i), "%q at %d", row.text, row.i)
	}
}

// TestMasks compares the masks of eight bytes with what they say of each.
func TestMasks(t *testing.T) {
	for c := range 256 {
		for at := range 8 {
			b := []byte("zzzzzzzz")
			b[at] = byte(c)
			x := Eight(string(b), 0)
			high := uint64(0x80) << (8 * at)
			require.Equal(t, '0' <= c && c <= '9', Between(x, '0', '9') == high, "%q", b)
			require.Equal(t, c == '@', Equal(x, '@') == high, "%q", b)
			require.Equal(t, c > ' ' && c < 0x80, Solid(x)&high != 0, "%q", b)
		}
	}
}
