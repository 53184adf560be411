package dfa

import (
	"errors"
	"unicode/utf8"
)

// Entry is a word or phrase and the lists that hold it, as bits.
type Entry struct {
	Text  string
	Lists uint32
}

// maxNodes bounds an automaton: states are numbered in 16 bits, and Escape is one of the numbers.
const maxNodes = 0xFFFE

// ErrTooLarge is Build's error.
var ErrTooLarge = errors.New("more than 65,000 different beginnings of words")

// trie holds the entries while an automaton is built. Every slice is indexed by node; the first two nodes stand for Inside and Start.
type trie struct {
	label       []byte   // the symbol that leads to the node
	child, next []uint16 // the first child and the next sibling, 0 for none
	open        []bool   // an entry may begin behind the node's last rune, though its last byte looks like a letter's
	own, below  []uint32 // the lists of the entry that the node is, of those that it begins
	fail, depth []uint16
	rows        []uint16 // the next node by column, width columns a row
	width       int
	order       []uint16 // all nodes but the first, shallow ones first
	odd         *oddNodes
}

const (
	inside = iota
	start
)

// Options of Build.
type Options struct {
	Soft   bool   // Joint and Soft runes separate words as white space does,
	Strict uint32 // but Soft ones not in these lists
	Odd    bool   // it is told where a disguise may be
}

// Build compiles entries; those without a symbol are ignored.
func Build(entries []Entry, o Options) (*Automaton, error) {
	t := trie{width: cols}
	t.add(0)
	t.add(0)
	for _, e := range entries {
		if err := t.insert(e, o.Soft); err != nil {
			return nil, err
		}
	}
	a := &Automaton{soft: o.Soft, Strict: o.Strict}
	if o.Odd {
		if err := t.addOdd(); err != nil {
			return nil, err
		}
	}
	a.columns(&t)
	t.link(a)
	a.lay(&t)
	return a, nil
}

func (t *trie) add(label byte) uint16 {
	t.label, t.child, t.next = append(t.label, label), append(t.child, 0), append(t.next, 0)
	t.open, t.own, t.below = append(t.open, false), append(t.own, 0), append(t.below, 0)
	return uint16(len(t.label) - 1)
}

// step returns the child of a node with that label, made if need be; 0 if there is no room.
func (t *trie) step(node uint16, label byte) uint16 {
	at := &t.child[node]
	for *at != 0 && t.label[*at] != label {
		at = &t.next[*at]
	}
	if *at == 0 && len(t.label) < maxNodes {
		*at = uint16(len(t.label))
		return t.add(label)
	}
	return *at
}

func (t *trie) insert(e Entry, soft bool) error {
	node, sep := uint16(start), false
	for _, r := range e.Text {
		fold, kind := Rune(r)
		if Separates(kind, soft) {
			sep = node != start
			continue
		}
		var symbols [1 + utf8.UTFMax]byte
		b := symbols[:0]
		if sep {
			b = append(b, ' ')
		}
		for _, label := range utf8.AppendRune(b, fold) {
			if node = t.step(node, label); node == 0 {
				return ErrTooLarge
			}
		}
		t.open[node] = fold >= utf8.RuneSelf && kind&Before == 0
		sep = false
	}
	if node != start {
		t.own[node] |= e.Lists
	}
	return nil
}

// Separates tells whether a rune of that kind is read as a separator.
func Separates(kind Kind, soft bool) bool {
	return kind&Space != 0 || soft && kind&(Joint|Soft) != 0
}

// columns gives each symbol that is in an entry its own column, and each other byte the column of its kind.
func (a *Automaton) columns(t *trie) {
	var used [256]bool
	for _, b := range t.label[start+1:] {
		used[b] = true
	}
	a.ascii, a.plain, a.high = new([256]uint8), new([256]uint8), new([256]uint8)
	for b := range a.high {
		a.high[b] = colWord
		if used[b] && b != ' ' {
			a.high[b] = uint8(t.width)
			t.width++
		}
	}
	for b := range rune(utf8.RuneSelf) {
		switch fold, kind := Rune(b); {
		case Separates(kind, a.soft):
			a.ascii[b] = colSep
		case kind&Before == 0 && !used[b]:
			a.ascii[b] = colOther
		default:
			a.ascii[b] = a.high[fold]
		}
	}
	a.high[' '] = colSep // as link wants it
	*a.plain = *a.ascii
	if t.odd != nil {
		a.markColumns()
	}
}

// link fills the rows, shallow nodes first: a row is that of the node it fails to, but for the node's own children.
func (t *trie) link(a *Automaton) {
	nodes := len(t.label)
	t.fail, t.depth, t.rows = make([]uint16, nodes), make([]uint16, nodes), make([]uint16, nodes*t.width)
	row := t.row(inside)
	row[colOther], row[colSep] = start, start
	for b := range rune(utf8.RuneSelf) {
		if _, kind := Rune(b); kind&Before == 0 {
			row[a.ascii[b]] = start
		}
	}
	t.order = make([]uint16, 0, nodes)
	if t.odd != nil {
		t.odd.linkInside(t, a)
	}
	first := len(t.order)
	t.order = append(t.order, start)
	for i := first; i < len(t.order); i++ {
		node := t.order[i]
		row := t.row(node)
		copy(row, t.row(t.fail[node]))
		if t.odd != nil {
			t.odd.linkLetter(t, a, node)
		}
		for c := t.child[node]; c != 0; c = t.next[c] {
			to := &row[a.high[t.label[c]]]
			t.fail[c], t.depth[c] = *to, t.depth[node]+1
			switch {
			case *to == inside && t.open[c]:
				t.fail[c] = start
			case t.odd != nil && *to == t.odd.odd && t.label[c] == ' ':
				t.fail[c] = t.odd.lone
			case t.odd != nil && *to == t.odd.odd:
				t.fail[c] = inside
			}
			*to = c
			t.order = append(t.order, c)
		}
		if node == start || t.label[node] == ' ' {
			row[colSep] = node // a run is one symbol
		}
		switch {
		case t.odd == nil:
		case node == start:
			t.odd.linkStart(t, a)
		case t.label[node] == ' ':
			row[colMarkSep] = node
		}
	}
	for i := len(t.order) - 1; i >= first; i-- {
		node := t.order[i]
		for c := t.child[node]; c != 0; c = t.next[c] {
			t.below[node] |= t.own[c] | t.below[c]
		}
	}
	if o := t.odd; o != nil {
		for i, second := range o.second {
			t.below[second] = t.below[o.begin[i]]
		}
	}
}

func (t *trie) row(node uint16) []uint16 { return t.rows[int(node)*t.width:][:t.width] }

// lay lays out the table, with rows of so many units that the last state's place has 16 bits. States that end an entry, by themselves or
// by one they fail to, come last, else shallow ones first: those are the ones that a text keeps in the cache.
func (a *Automaton) lay(t *trie) {
	nodes := len(t.label)
	units := 0
	for a.shift = 3; ; a.shift++ {
		if units = (t.width + 1<<a.shift - 1) >> a.shift; units*nodes < Escape {
			break
		}
	}
	if t.odd != nil {
		t.order = append(t.order, t.odd.odd)
	}
	state, ends := make([]uint16, nodes), make([]bool, nodes)
	place := uint16(units)
	number := func(last bool) {
		for _, n := range t.order {
			if ends[n] = t.own[n] != 0 || ends[t.fail[n]] || n == t.oddNode(); ends[n] == last {
				state[n] = place
				place += uint16(units)
			}
		}
	}
	number(false)
	a.Start, a.Accept = state[start], place
	number(true)
	if o := t.odd; o != nil {
		a.Odd, a.digits, a.lone, a.under = state[o.odd], state[o.digits], state[o.lone], state[o.under]
	}
	a.table = make([]uint16, nodes*units<<a.shift)
	for n := range nodes {
		row := a.table[int(state[n])<<a.shift:]
		for col, to := range t.row(uint16(n)) {
			row[col] = state[to]
		}
		row[colEscape], row[colFail], row[colDepth] = Escape, state[t.fail[n]], t.depth[n]
		row[colOwn], row[colOwn+1] = uint16(t.own[n]), uint16(t.own[n]>>16)
		row[colBelow], row[colBelow+1] = uint16(t.below[n]), uint16(t.below[n]>>16)
	}
}

// oddNode is the node of Odd; none if nothing is told of disguises.
func (t *trie) oddNode() uint16 {
	if t.odd == nil {
		return Escape
	}
	return t.odd.odd
}
