// Package dfa finds many entries in one pass, by a table with a row for each state and a column for each kind of byte.
//
// The text is read as symbols: each rune is folded (see Rune) and is the bytes of its UTF-8; a run of separators is one symbol. A state is the
// longest end of the text so far that begins an entry, and begins where an entry may begin: not within a word. Within a word that no
// entry begins, the state is Inside.
package dfa

import (
	"encoding/binary"
	"unicode/utf8"
	"unsafe"
)

// Inside is the state within a word that no entry begins: every other state is the longest end of the text that begins an entry.
const Inside = 0

// Escape is what a row has for a byte of a rune beyond ASCII: it is no state, and greater than all.
const Escape = 0xFFFF

// The columns of a row. The first are no symbols: a row also holds what is known of its state.
const (
	colEscape = iota
	colFail   // the next shorter end of the text that begins an entry
	colDepth  // symbols of the state
	colOwn    // lists of the entry that the state is: the low 16 bits, and in the next column the high ones
	_
	colBelow // lists of the entries that it begins, itself not counted, in the same way
	_
	colWord  // a letter, digit or mark that is in no entry
	colOther // another rune that is in no entry
	colSep   // a run of separators
	cols
)

// More columns, where disguises are told: see odd.go.
const (
	colDigit     = cols + iota // digits that are in no entry
	colUnder                   // _
	colMarkSep                 // symbols that stand for letters, and are separators else
	colMarkOther               // the same, and are others else
	colMoney                   // those of them that may begin a word
	colLetter                  // no symbol: the state behind a word of one letter, if this one is behind the second such word
	oddCols
)

// Automaton is immutable. Its table may lie in the program's own memory: never write to it.
//
// A state is the place of its row, in units of 1<<shift columns.
type Automaton struct {
	Start  uint16      // the state where no entry is begun and one may begin
	Accept uint16      // states from here on end an entry
	Odd    uint16      // what comes next may be a disguise, see Plain; 0 if that is not told
	Strict uint32      // lists between whose words no Soft rune may stand
	digits uint16      // within a word of digits and letters of other scripts alone
	lone   uint16      // behind a single letter that is a word, and what ends it
	under  uint16      // the same, where that is _
	soft   bool        // Joint and Soft runes separate words too; else only Space does
	shift  uint        // see above
	table  []uint16    // rows, the next state by column
	ascii  *[256]uint8 // column of a byte; colEscape beyond ASCII
	plain  *[256]uint8 // column of a byte, disguises not thought of
	high   *[256]uint8 // column of a byte of a rune beyond ASCII; colWord where no entry has it
}

// header of the encoded form: 16-bit words, as Append has them.
const header = 32

// Append appends the encoded form, which View reads in place.
func (a *Automaton) Append(b []byte) []byte {
	soft := uint16(0)
	if a.soft {
		soft = 1
	}
	words := append([]uint16{
		a.Start, a.Accept, a.Odd, uint16(a.Strict), uint16(a.Strict >> 16), a.digits, a.lone, a.under, soft, uint16(a.shift), 0, 0, 0, 0, 0, 0,
	}, a.table...)
	for _, w := range words[:header/2] {
		b = binary.LittleEndian.AppendUint16(b, w)
	}
	b = append(append(append(b, a.ascii[:]...), a.plain[:]...), a.high[:]...)
	for _, w := range words[header/2:] {
		b = binary.LittleEndian.AppendUint16(b, w)
	}
	return b
}

// View returns the automaton whose encoded form is s, without a copy. It trusts s.
func View(s string) *Automaton {
	head := view[uint16](s, header/2)
	const plain, high, table = header + 256, header + 512, header + 768
	return &Automaton{
		Start: head[0], Accept: head[1], Odd: head[2], Strict: uint32(head[3]) | uint32(head[4])<<16,
		digits: head[5], lone: head[6], under: head[7], soft: head[8] != 0, shift: uint(head[9]),
		ascii: (*[256]uint8)(view[uint8](s[header:], 256)),
		plain: (*[256]uint8)(view[uint8](s[plain:], 256)),
		high:  (*[256]uint8)(view[uint8](s[high:], 256)),
		table: view[uint16](s[table:], (len(s)-table)/2),
	}
}

// view reads the beginning of s as n values, in place. The memory is little-endian on every machine that this module is built for, and
// none of them minds an odd address.
func view[T uint8 | uint16 | int32 | uint32](s string, n int) []T {
	var v T
	_ = s[:n*int(unsafe.Sizeof(v))]
	return unsafe.Slice((*T)(unsafe.Pointer(unsafe.StringData(s))), n)
}

// at returns what the row of a state has in a column.
func (a *Automaton) at(state uint16, col uint8) uint16 {
	return a.table[uint(state)<<(a.shift&15)+uint(col)]
}

// Fail returns the next shorter end of the text that begins an entry; Start or Inside if there is none.
func (a *Automaton) Fail(state uint16) uint16 { return a.at(state, colFail) }

// Depth returns how many symbols a state is.
func (a *Automaton) Depth(state uint16) int { return int(a.at(state, colDepth)) }

// Own returns the lists of the entry that a state is; 0 if it is none. Those that it fails to may be entries.
func (a *Automaton) Own(state uint16) uint32 { return a.lists(state, colOwn) }

// Below returns the lists of the entries that a state begins, itself not counted.
func (a *Automaton) Below(state uint16) uint32 { return a.lists(state, colBelow) }

func (a *Automaton) lists(state uint16, col uint8) uint32 {
	return uint32(a.at(state, col)) | uint32(a.at(state, col+1))<<16
}

// Next returns the state after a byte; Escape if that is not ASCII.
func (a *Automaton) Next(state uint16, c byte) uint16 { return a.at(state, a.ascii[c]) }

// Skip reads on up to where an entry ends or a rune beyond ASCII comes, or to some bytes before. It returns the state there, and how many
// bytes it read. This is the loop in which the time goes: four bytes a turn, since in wasm the turn costs as much as two of them.
func (a *Automaton) Skip(state uint16, text string) (uint16, int) {
	s, accept, shift, table, ascii := uint(state), uint(a.Accept), a.shift&15, a.table, a.ascii
	i := 0
	for i+4 <= len(text) {
		c := text[i : i+4]
		s1 := uint(table[s<<shift+uint(ascii[c[0]])])
		if s1 >= accept {
			break
		}
		s2 := uint(table[s1<<shift+uint(ascii[c[1]])])
		if s2 >= accept {
			return uint16(s1), i + 1
		}
		s3 := uint(table[s2<<shift+uint(ascii[c[2]])])
		if s3 >= accept {
			return uint16(s2), i + 2
		}
		s4 := uint(table[s3<<shift+uint(ascii[c[3]])])
		if s4 >= accept {
			return uint16(s3), i + 3
		}
		s, i = s4, i+4
	}
	return uint16(s), i
}

// Other returns the state after a rune that is no part of a word, separates none, and is in no entry.
func (a *Automaton) Other(state uint16) uint16 { return a.at(state, colOther) }

// NextRune returns the state after a rune.
func (a *Automaton) NextRune(state uint16, r rune) uint16 {
	fold, kind := Rune(r)
	switch {
	case fold < utf8.RuneSelf:
		return a.at(state, a.plain[fold])
	case Separates(kind, a.soft):
		return a.at(state, colSep)
	case a.high[lead(fold)] != colWord:
		return a.spell(state, fold, kind)
	case kind&Before != 0:
		return a.at(state, colWord)
	}
	return a.at(state, colOther)
}

// spell returns the state after the bytes of a rune.
func (a *Automaton) spell(state uint16, fold rune, kind Kind) uint16 {
	var b [utf8.UTFMax]byte
	for _, c := range b[:utf8.EncodeRune(b[:], fold)] {
		state = a.at(state, a.high[c])
	}
	if state == Inside && kind&Before == 0 {
		return a.Start
	}
	return state
}

// lead returns the first byte of a rune beyond ASCII in UTF-8.
func lead(r rune) byte {
	switch {
	case r < 0x800:
		return 0xC0 | byte(r>>6)
	case r < 0x10000:
		return 0xE0 | byte(r>>12)
	}
	return 0xF0 | byte(r>>18)
}

// Back walks back over the last symbols of a text, as many as given, and returns the offset where they begin, and whether a run of
// separators among them has a Soft rune. The symbols are those of a state that the text led to.
func (a *Automaton) Back(text string, symbols int) (start int, soft bool) {
	for n := symbols; n > 0 && len(text) > 0; n-- {
		if col := a.plain[text[len(text)-1]]; col > colSep { // a byte that is in an entry
			text = text[:len(text)-1]
			continue
		}
		r, size := utf8.DecodeLastRuneInString(text)
		fold, kind := Rune(r)
		text = text[:len(text)-size]
		if Separates(kind, a.soft) {
			run, more := a.backRun(text)
			text, soft = text[:len(text)-run], soft || more || kind&Soft != 0
		} else {
			n -= utf8.RuneLen(fold) - 1
		}
	}
	return len(text), soft
}

// backRun returns how many bytes of separators the text ends with, and whether one is Soft.
func (a *Automaton) backRun(text string) (n int, soft bool) {
	for n < len(text) {
		r, size := utf8.DecodeLastRuneInString(text[:len(text)-n])
		_, kind := Rune(r)
		if !Separates(kind, a.soft) {
			break
		}
		n, soft = n+size, soft || kind&Soft != 0
	}
	return n, soft
}

// Run returns whether a text is nothing but separators, and whether one of them is Soft.
func (a *Automaton) Run(text string) (run, soft bool) {
	n, soft := a.backRun(text)
	return n == len(text), soft
}
