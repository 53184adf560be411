//go:build !wasip1

package injection

import (
	"encoding/binary"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// compiler reads rules.txt. It is no part of the module: rules.bin is made with it.
type compiler struct {
	names []string
	rules []compiledRule
	steps []step
	words []compiledWord
	at    map[uint32]int // in words, by their hashes
	begin [32]uint32
}

type compiledRule struct {
	name   uint8
	weight int16
	line   int
}

// step is an element of a pattern. Those of one pattern lie one behind the other.
type step struct {
	rule        uint16
	gap         int // how many words may lie between it and the step before, and one
	first, last bool
	elements    []string // the words and classes of them
}

type compiledWord struct {
	steps   []uint16
	classes []uint8
	turned  turn
	opens   bool
}

// add finds a word by its hash, or adds it. It returns its place in words.
func (c *compiler) add(h uint32) int {
	if at, ok := c.at[h]; ok {
		return at
	}
	c.at[h] = len(c.words)
	c.words = append(c.words, compiledWord{})
	return len(c.words) - 1
}

// hash folds a word as texts are folded. Two letters of a script without spaces are a word.
func hash(word string) uint32 {
	h, before := uint32(hashStart), uint32(0)
	for _, r := range word {
		kind, lower := int(separator), r
		if r < 0x80 {
			if c := ascii[r]; c > newline {
				kind = int(c)
			}
		} else {
			kind, lower = fold(r)
		}
		switch {
		case kind < letter:
			h = (h ^ uint32(kind)) * hashPrime
		case kind == letter:
			h = addRune(h, lower)
		case kind == alone:
			now := mix(addRune(hashStart, lower))
			if before != 0 {
				return pair(before, now)
			}
			before = now
		}
	}
	return mix(h)
}

// Compile makes rules.bin of rules.txt, whose head says how it is written.
func Compile(file string) ([]byte, error) {
	c, _, err := parse(file)
	if err != nil {
		return nil, err
	}
	return c.encode()
}

func parse(file string) (*compiler, map[string][]string, error) {
	c := &compiler{at: map[uint32]int{}}
	classes := map[string][]string{}
	var order []string // of classes: the first has number 1
	var patterns []string
	for i, line := range strings.Split(file, "\n") {
		if line == "" || line[0] == '#' {
			continue
		}
		if name, words, ok := strings.Cut(line, " = "); ok {
			if classes[name] == nil {
				order = append(order, name)
			}
			classes[name] = append(classes[name], strings.Fields(words)...)
			continue
		}
		head, pattern, ok := strings.Cut(line, ":")
		name, number, ok2 := strings.Cut(head, " ")
		weight, err := strconv.Atoi(number)
		if !ok || !ok2 || err != nil {
			return nil, nil, fmt.Errorf("line %d: %q; want NAME WEIGHT: PATTERN", i+1, line)
		}
		n := slices.Index(c.names, name)
		if n < 0 {
			n, c.names = len(c.names), append(c.names, name)
		}
		c.rules = append(c.rules, compiledRule{uint8(n), int16(weight), i + 1})
		patterns = append(patterns, pattern)
	}
	for n, p := range patterns {
		if err := c.pattern(n, strings.Fields(p), classes); err != nil {
			return nil, nil, fmt.Errorf("line %d: %w", c.rules[n].line, err)
		}
	}
	for number, name := range order {
		for _, w := range classes[name] {
			e := &c.words[c.add(hash(w))]
			e.opens = true
			if n := uint8(number + 1); !slices.Contains(e.classes, n) {
				e.classes = append(e.classes, n)
			}
		}
	}
	for i := range c.words {
		slices.Reverse(c.words[i].steps) // later steps of a pattern first
	}
	c.turn(classes)
	return c, classes, nil
}

// pattern adds the steps of a rule.
func (c *compiler) pattern(rule int, elements []string, classes map[string][]string) error {
	gap, first := 0, true
	for i, e := range elements {
		if n, ok := strings.CutPrefix(e, "~"); ok {
			g, err := strconv.Atoi(n)
			if err != nil || g > 200 {
				return fmt.Errorf("%q; want a number up to 200", e)
			}
			gap = g
			continue
		}
		number := uint16(len(c.steps))
		var words []string
		for _, name := range strings.Split(e, "|") {
			if strings.ToUpper(name) == name && strings.ToLower(name) != name {
				if classes[name] == nil {
					return fmt.Errorf("unknown class %s", name)
				}
				words = append(words, classes[name]...)
			} else {
				words = append(words, name)
			}
		}
		c.steps = append(c.steps, step{uint16(rule), gap + 1, first, i == len(elements)-1, words})
		for _, w := range words {
			at := &c.words[c.add(hash(w))]
			at.opens = at.opens || first
			if n := len(at.steps); n == 0 || at.steps[n-1] != number {
				at.steps = append(at.steps, number)
			}
			if len(w) > 2 {
				c.begin[w[0]&31] |= 1 << (w[1] & 31)
			}
		}
		gap, first = 0, false
	}
	return nil
}

// turn adds the words that tell of an attempt, as they look in rot13 and written backwards.
func (c *compiler) turn(classes map[string][]string) {
	for _, w := range turnable(classes) {
		for _, kind := range []turn{rot13, reversed} {
			h := hash(turned(w, kind))
			if _, known := c.at[h]; !known {
				e := &c.words[c.add(h)]
				e.turned, e.opens = kind, true
			}
		}
	}
}

// turnable are the words that are looked for in disguise.
func turnable(classes map[string][]string) (all []string) {
	for _, class := range []string{"IGNORE", "PRIOR", "INSTR", "SHOW", "SYSTEM", "FREE", "LIMIT"} {
		for _, w := range classes[class] {
			if len(w) >= 5 && strings.Trim(w, "abcdefghijklmnopqrstuvwxyz") == "" {
				all = append(all, w)
			}
		}
	}
	return all
}

// turned is a word in disguise.
func turned(word string, kind turn) string {
	b := []byte(word)
	if kind == reversed {
		slices.Reverse(b)
	} else {
		for i, c := range b {
			b[i] = 'a' + (c-'a'+13)%26
		}
	}
	return string(b)
}

// markNames are the rules that no words fit, in the order of their numbers.
var markNames = [...]string{
	"chat-template", "role-header", "role-system", "role-user", "role-assistant", "hidden-text", "exfiltration-link", "invisible-text",
	"bidi-override", "zero-width-run", "spaced-letters", "base64", "hex", "escapes", "rot13", "reversed", "morse",
}

// headWords are the words that a forged turn begins with, by the mark they are.
var headWords = map[int][]string{
	markSystem: {"system", "developer"}, markUser: {"human", "user"}, markAssistant: {"assistant", "ai", "chatgpt"},
}

// encode writes the tables as load cuts them.
func (c *compiler) encode() ([]byte, error) {
	le := binary.LittleEndian
	var file []byte
	table := func(b []byte) { file = append(le.AppendUint32(file, uint32(len(b))), b...) }
	table([]byte(strings.Join(c.names, "\n") + "\n"))

	if len(c.words) > tableSlots/2 || len(c.rules) > 512 {
		return nil, fmt.Errorf("%d words, %d rules; want larger tables", len(c.words), len(c.rules))
	}
	hashes := make([]uint32, len(c.words))
	for h, at := range c.at {
		hashes[at] = h
	}
	slots := make([]byte, tableSlots*slotSize)
	for at, h := range hashes {
		i := int(h >> 19)
		for le.Uint16(slots[i*slotSize+4:]) != 0 {
			i = (i + 1) % tableSlots
		}
		le.PutUint32(slots[i*slotSize:], h)
		le.PutUint16(slots[i*slotSize+4:], uint16(at+1))
	}
	table(slots)

	var b, lists []byte
	for _, r := range c.rules {
		b = le.AppendUint16(append(b, r.name), uint16(r.weight))
	}
	table(b)
	b = nil
	for _, s := range c.steps {
		flags := byte(0)
		if s.first {
			flags |= firstStep
		}
		if s.last {
			flags |= lastStep
		}
		b = append(le.AppendUint16(b, s.rule), byte(s.gap), flags)
	}
	table(b)
	b = nil
	for _, w := range c.words {
		flags := byte(w.turned)
		if w.opens {
			flags |= opening
		}
		b = append(le.AppendUint16(le.AppendUint32(b, uint32(len(lists))), uint16(len(w.steps))), byte(len(w.classes)), flags)
		for _, n := range w.steps {
			lists = le.AppendUint16(lists, n)
		}
		lists = append(lists, w.classes...)
	}
	table(b)
	table(lists)
	b = nil
	for _, set := range c.begin {
		b = le.AppendUint32(b, set)
	}
	table(b)

	var numbers []uint16
	for _, name := range markNames {
		n := slices.IndexFunc(c.rules, func(r compiledRule) bool { return c.names[r.name] == name })
		if n < 0 {
			return nil, fmt.Errorf("no rule %s", name)
		}
		numbers = append(numbers, uint16(n))
	}
	b = nil
	for _, mark := range []int{markSystem, markUser, markAssistant} {
		for _, w := range headWords[mark] {
			b = le.AppendUint16(le.AppendUint32(b, hash(w)), numbers[mark])
		}
	}
	table(b)
	b = nil
	for _, n := range numbers {
		b = le.AppendUint16(b, n)
	}
	table(b)
	return file, nil
}

// Pattern is a rule that tells of an attempt: the words that each of its elements may be.
type Pattern [][]string

// Patterns are the patterns of the rules, and the words that are looked for in disguise, disguised: for the training of the first look.
func Patterns(file string) (patterns []Pattern, disguised []string, err error) {
	c, classes, err := parse(file)
	if err != nil {
		return nil, nil, err
	}
	for i := 0; i < len(c.steps); i++ {
		p := Pattern{c.steps[i].elements}
		for !c.steps[i].last {
			i++
			p = append(p, c.steps[i].elements)
		}
		if c.rules[c.steps[i].rule].weight > 0 {
			patterns = append(patterns, p)
		}
	}
	for _, w := range turnable(classes) {
		disguised = append(disguised, turned(w, rot13), turned(w, reversed))
	}
	return patterns, disguised, nil
}
