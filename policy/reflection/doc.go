// Package reflection finds copies of guarded texts in other texts, in pieces of many words, whatever letter case, white space, punctuation or
// disguise they come in.
//
// Texts are folded to units: to their letters and digits alone, as Letters has them. What counts as a copy is a window: so many words of a
// guarded text in a row, or all of a text that has fewer. Words are what white space parts in the guarded text; where the other text has
// white space does not count. Texts of so few letters that other words hold them by chance are folded as Signs has it, in which all counts.
//
// A long text is not read as a whole: of all the units that a window has at least, a few in the middle are looked up among all grams of the
// guarded texts, and where they are unknown, no window is there. Where they are known, the units are read one by one, and at each end of a
// window what stands before it is compared.
package reflection

const (
	minLetters = 6       // a text or a window of fewer is not told from chance
	maxWord    = 32      // units: what is longer counts as several words
	maxGap     = 128     // bytes between two letters of a copy
	maxSpan    = 8 << 10 // bytes of a window in the other text
	maxRun     = 4 << 10 // bytes from which on a copy is told, though it may go on
	maxTail    = 16      // bytes of the signs behind a text
	maxGram    = 8       // units
	maxKey     = 16      // units
	maxLook    = 32      // windows that are compared to learn whether a copy has begun
)
