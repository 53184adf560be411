//go:build !wasm

package wordlists

// steps counts what a Scanner does besides one look-up for each byte, natively: runes that it reads once more, paths, entries that end,
// matches that it moves. So tests can say that no text costs more than so many for each byte, on any machine.
type steps struct{ n int }

func (s *steps) step(n int) { s.n += n }
