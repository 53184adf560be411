// Package window shows a text that is given in pieces to something that looks ahead and back in it, so that it finds the same however the
// text is cut.
package window

import "unsafe"

// Back is how many bytes before the visible text are remembered.
const Back = 256

// Window is what is visible of a text. Offsets count from the first byte that is not decided; what lies before it has negative ones.
//
// Whoever looks beyond the end while more may come learns nothing, and Short tells that. What was found out while Short is false does not
// depend on where the text was cut: that is how a finder holds back only what more text may change.
type Window struct {
	Counter

	Text  string // what is not decided, and what came now
	EOF   bool   // nothing comes behind it
	Short bool   // somebody asked for what lies beyond the end, and only more text can tell

	before [Back]byte // the last bytes before Text, at the end
	known  int        // so many of them
	joined [Back]byte
}

// Show makes a text visible: what Decide left of the last one, with more behind it.
func (w *Window) Show(text string, atEOF bool) { w.Text, w.EOF, w.Short = text, atEOF, false }

// At returns the byte at i: 0 beyond the ends of the text, and before what is remembered.
func (w *Window) At(i int) byte {
	w.Count(1)
	if uint(i) < uint(len(w.Text)) {
		return w.Text[i]
	}
	return w.beyond(i)
}

func (w *Window) beyond(i int) byte {
	switch {
	case i >= 0:
		w.Short = w.Short || !w.EOF
		return 0
	case i < -w.known:
		return 0
	}
	return w.before[Back+i]
}

// Has tells whether text is at i.
func (w *Window) Has(i int, text string) bool {
	for j := range len(text) {
		if w.At(i+j) != text[j] {
			return false
		}
	}
	return true
}

// HasFold is Has for a text of small ASCII letters and of other ASCII characters, found in any letter case.
func (w *Window) HasFold(i int, text string) bool {
	for j := range len(text) {
		if Lower(w.At(i+j)) != text[j] {
			return false
		}
	}
	return true
}

// Left returns the bytes before i: n of them, at most Back, or as many as there are. It is valid until the next call.
func (w *Window) Left(i, n int) string {
	w.Count(n)
	if n <= i {
		return w.Text[i-n : i]
	}
	n = min(n, Back, i+w.known)
	if n <= 0 {
		return ""
	}
	b := w.joined[:0]
	if i-n < 0 {
		b = append(b, w.before[Back+i-n:Back+min(i, 0)]...)
	}
	if i > 0 {
		b = append(b, w.Text[:i]...)
	}
	return unsafe.String(unsafe.SliceData(b), len(b))
}

// Decide drops the first n bytes of the visible text, and remembers the last of them. At the end of the text all is dropped and forgotten.
func (w *Window) Decide(n int) {
	switch {
	case w.EOF:
		w.known = 0
	case n >= Back:
		copy(w.before[:], w.Text[n-Back:n])
		w.known = Back
	case n > 0:
		copy(w.before[:], w.before[n:])
		copy(w.before[Back-n:], w.Text[:n])
		w.known = min(w.known+n, Back)
	}
	w.Text = ""
}

// Rune returns the start of the rune that the byte at i belongs to, so that a text is not cut within it.
func (w *Window) Rune(i int) int {
	for j := i; j >= 0 && j > i-4 && i < len(w.Text); j-- {
		if c := w.Text[j]; c >= 0xC0 {
			return j
		} else if c < 0x80 {
			break
		}
	}
	return i
}

// Lower makes an ASCII letter small.
func Lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		c |= 0x20
	}
	return c
}
