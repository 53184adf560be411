// Package wordlists finds the words and phrases of lists in text: whole words only, in any case, in one pass over the text, whole or in
// pieces cut anywhere.
//
// The built-in lists are the text files in lists. After a change run go generate: it makes one table of them, which is embedded and read where
// it lies in the program, so that it costs no time at the start. A custom list is compiled to a table of the same kind.
//
// A word ends where Unicode's UAX 29 has a boundary: not between letters, digits, combining marks and underscores, but anywhere in scripts
// that set no space between words. An apostrophe is a boundary ("ass" is in "the ass's ears"), but not that of "don't". Case is Unicode's
// simple folding. White space within a phrase stands for any run of white space; in the built-in lists for hyphens and apostrophes too, and
// in dan for any punctuation that does not end a sentence.
package wordlists

//go:generate go run ./internal/gen runes
//go:generate go run ./internal/gen lists
