package dfa

// An automaton that tells of disguises leads to the state Odd where one may be: where a letter comes a third time running, where letters and
// digits are mixed, where a symbol that stands for letters is in a word or begins one, and behind the second of two words that are single
// letters. What must be remembered for that is in some hundred states, so that prose pays nothing.

// oddNodes are those nodes.
type oddNodes struct {
	odd    uint16
	digit  uint16 // behind a digit that begins a word
	number uint16 // the same, after lone
	digits uint16 // within a word of digits
	lone   uint16 // where a word may begin, behind one that is a single letter
	under  uint16 // behind a single letter and _

	once, twice [26]uint16 // within a word that no entry begins, behind a letter that has come once or twice
	begin       [26]uint16 // behind the letter that begins a word
	second      [26]uint16 // the same, after lone
	underSecond [26]uint16 // behind a letter after under
}

// The ASCII characters that tell of disguises, and their columns: those of a row, and what they are where nothing is thought of disguises.
var oddColumns = [...]struct {
	bytes      string
	col, plain uint8
}{
	{"0123456789", colDigit, colWord},
	{"_", colUnder, colWord},
	{"*#|", colMarkSep, colSep},
	{"%&!", colMarkOther, colOther},
	{"@$", colMoney, colOther},
}

// addOdd adds the nodes. Each letter gets its own, whether or not an entry begins with it.
func (t *trie) addOdd() error {
	if len(t.label)+200 > maxNodes {
		return ErrTooLarge
	}
	o := &oddNodes{}
	for i := range o.begin {
		o.begin[i] = t.step(start, byte('a'+i))
	}
	for _, n := range []*uint16{&o.odd, &o.digit, &o.number, &o.digits, &o.lone, &o.under} {
		*n = t.add(0)
	}
	for i := range o.begin {
		o.once[i], o.twice[i], o.second[i], o.underSecond[i] = t.add(0), t.add(0), t.add(0), t.add(0)
	}
	t.odd, t.width = o, oddCols
	return nil
}

// markColumns gives the characters that tell of disguises their own columns, if no entry has them.
func (a *Automaton) markColumns() {
	for _, set := range oddColumns {
		for _, c := range []byte(set.bytes) {
			switch {
			case a.ascii[c] == set.plain:
				a.ascii[c] = set.col
			case a.ascii[c] == colOther: // a separator only where Soft runes are
				a.ascii[c] = colMarkOther
			}
		}
	}
}

// linkInside fills the rows of the nodes within words that no entry begins.
func (o *oddNodes) linkInside(t *trie, a *Automaton) {
	in := t.row(inside)
	for _, set := range oddColumns {
		for _, c := range []byte(set.bytes) {
			in[a.ascii[c]] = o.odd
		}
	}
	in[colUnder] = inside
	copy(t.row(o.digits), in)
	a.digitColumns(t.row(o.digits), o.digits)
	for i := range o.once {
		in[a.letter(i)], t.row(o.digits)[a.letter(i)] = o.once[i], o.odd
	}
	copy(t.row(o.odd), in)
	copy(t.row(o.under), in)
	for i := range o.once {
		copy(t.row(o.once[i]), in)
		copy(t.row(o.twice[i]), in)
		t.row(o.once[i])[a.letter(i)], t.row(o.twice[i])[a.letter(i)] = o.twice[i], o.odd
		copy(t.row(o.underSecond[i]), t.row(o.once[i]))
		t.row(o.underSecond[i])[colUnder] = o.odd
		t.row(o.under)[a.letter(i)] = o.underSecond[i]
		t.order = append(t.order, o.once[i], o.twice[i], o.underSecond[i])
	}
	o.linkDigit(t, o.digit, o.lone)
	o.linkDigit(t, o.number, o.odd)
	t.order = append(t.order, o.digit, o.number, o.digits, o.under, o.lone)
}

// linkDigit fills the row of a word of one digit, with where it leads if that is all of it.
func (o *oddNodes) linkDigit(t *trie, node, to uint16) {
	row := t.row(node)
	copy(row, t.row(o.digits))
	for col := range row {
		if row[col] == start {
			row[col] = to
		}
	}
}

// digitColumns lets the digits of a row lead to a node.
func (a *Automaton) digitColumns(row []uint16, to uint16) {
	for _, c := range []byte(oddColumns[0].bytes) {
		row[a.ascii[c]] = to
	}
}

// letter is the column of a letter.
func (a *Automaton) letter(i int) uint8 { return a.high['a'+byte(i)] }

// linkStart completes the row of start, and fills that of lone. The nodes of single letters behind it come next.
func (o *oddNodes) linkStart(t *trie, a *Automaton) {
	row, lone := t.row(start), t.row(o.lone)
	for _, set := range oddColumns[2:4] {
		for _, c := range []byte(set.bytes) {
			row[a.ascii[c]] = start
		}
	}
	for _, c := range []byte(oddColumns[0].bytes) {
		if col := a.ascii[c]; row[col] == o.odd { // no entry begins with it
			row[col] = o.digit
		}
	}
	copy(lone, row)
	for i, second := range o.second {
		lone[a.letter(i)] = second
		t.fail[second], t.depth[second] = o.once[i], 1
		t.order = append(t.order, second)
	}
	for col := range lone {
		switch lone[col] {
		case start:
			lone[col] = o.lone
		case o.digit:
			lone[col] = o.number
		}
	}
}

// linkLetter is to be called for each node before its children's turn: it gives a word of one letter what follows it.
func (o *oddNodes) linkLetter(t *trie, a *Automaton, node uint16) {
	row := t.row(node)
	for i := range o.begin {
		switch node {
		case o.begin[i]:
			for col := range row {
				if row[col] == start {
					row[col] = o.lone
				}
			}
			row[colUnder] = o.under
		case o.second[i]:
			copy(row, t.row(o.begin[i]))
			for col := range row {
				if row[col] == o.lone || col == colSep || col == colMarkSep {
					row[col] = o.odd
				}
			}
			row[colLetter] = o.begin[i]
		}
	}
}

// Behind returns the state after a byte that leads to Odd, as if nothing were thought of disguises.
func (a *Automaton) Behind(state uint16, c byte) uint16 {
	if to := a.at(state, a.plain[c]); to != a.Odd {
		return to
	}
	return a.BehindRune(state, rune(c))
}

// BehindRune returns the same for a rune beyond ASCII.
func (a *Automaton) BehindRune(state uint16, r rune) uint16 {
	_, kind := Rune(r)
	if kind&Before != 0 {
		return Inside
	}
	if letter := a.at(state, colLetter); letter != Inside && Separates(kind, a.soft) {
		return a.at(letter, colSep)
	}
	return a.lone
}

// Mixed returns the state after a letter of another script that looks like one of ASCII: a letter of ASCII that follows is odd.
func (a *Automaton) Mixed(state uint16) uint16 {
	if state == Inside {
		return a.digits
	}
	return state
}

// Dead tells whether no entry begins with what is before a letter of ASCII in lower case, and the letter.
func (a *Automaton) Dead(state uint16, letter byte) bool {
	return a.at(state, a.plain[letter]) < a.Start
}

// Step returns the state after a letter of ASCII in lower case, if a word that begins an entry of these lists goes on with it; else 0.
// Lists are those of the low 16 bits.
func (a *Automaton) Step(state uint16, letter byte, lists uint16) uint16 {
	to := a.at(state, a.plain[letter])
	if to <= a.Start || to == a.Odd || (a.at(to, colOwn)|a.at(to, colBelow))&lists == 0 {
		return 0
	}
	return to
}
