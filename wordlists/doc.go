// Package wordlists finds the words and phrases of lists in text: whole words only, in any case and in most disguises, in one pass over the
// text, whole or in pieces cut anywhere.
//
// The built-in lists are the text files in lists. After a change run go generate: it makes one table of them, which is embedded and read where
// it lies in the program, so that it costs no time at the start. A custom list, and those of other languages, are compiled to a table of the
// same kind when they are wanted.
//
// A word ends where Unicode's UAX 29 has a boundary: not between letters, digits, combining marks and underscores, but anywhere in scripts
// that set no space between words. An apostrophe is a boundary ("ass" is in "the ass's ears"), but not that of "don't". Case is Unicode's
// simple folding. White space within a phrase stands for any run of white space; in the built-in lists for hyphens and apostrophes too, and
// in dan for any punctuation that does not end a sentence.
//
// The words of profanity and adult, but no phrases, are found too where they are disguised: with digits and symbols that look like letters
// (sh1t, a$$), hidden letters (f*ck, f**k, fu**), stretched ones (fuuuck), something between all letters (f u c k, f.u.c.k), other forms of
// letters (full-width, mathematical, circled), accents and combining marks, runes of other alphabets that look like letters, and runes that
// are not seen. Custom words of 4 to 64 letters of ASCII are found disguised in the same ways, but with no letters hidden. Of phrases and of
// other languages' words no disguises are found, but for the full-width and mathematical forms of letters, which are read as the letters.
package wordlists

//go:generate go run ./internal/gen runes
//go:generate go run ./internal/gen veils
//go:generate go run ./internal/gen shapes
//go:generate go run ./internal/gen lists
