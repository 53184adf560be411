// Package wordlists finds the words and phrases of lists in text: whole words only, in any case, in one pass over the text, whole or in
// pieces cut anywhere.
package wordlists

//go:generate go run ./internal/gen runes
//go:generate go run ./internal/gen lists
