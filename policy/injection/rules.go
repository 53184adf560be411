package injection

import (
	_ "embed"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
)

//go:embed rules.txt
var ruleFile string

// rules reads rules.txt once, when they are first wanted: a module that does not look for injections does without.
var rules = sync.OnceValue(func() *ruleset {
	r, err := parse(ruleFile)
	if err != nil {
		panic("cannot happen: rules.txt: " + err.Error())
	}
	return r
})

// ruleset is what the words of a text are looked up in.
type ruleset struct {
	marks  marks
	roles  map[uint32]uint16 // the words that a forged turn begins with
	names  []string
	rules  []rule
	steps  []step
	words  []entry    // what is known of each word
	table  [8192]slot // open addressing, by the upper bits of the hash
	widest int32      // gap
	begins [32]uint32 // by the first letter: the second letters of words of at least three
}

// rule is one pattern, or a mark without one.
type rule struct {
	name   uint8 // in names
	weight int16 // tenths of a logit
	line   int
}

// step is an element of a pattern. Those of one pattern lie one behind the other.
type step struct {
	rule        uint16
	gap         int32 // how many words may lie between it and the step before
	first, last bool
}

type slot struct {
	hash uint32
	word uint16 // 1 + its place in words; 0 where the slot is free
}

// entry is a word of the rules. Written backwards or in rot13, it is another.
type entry struct {
	steps   []uint16 // later ones of a pattern first
	classes []uint8
	turned  turn
	opens   bool // to be looked at even where no pattern has begun
}

// turn is a simple disguise of words.
type turn uint8

const (
	straight turn = iota
	rot13
	reversed
)

const hashStart, hashPrime = 0x811C9DC5, 0x01000193 // FNV-1a of 32 bits

// mix spreads a hash over all its bits.
func mix(h uint32) uint32 {
	h ^= h >> 15
	h *= 0x2C1B3C6D
	return h ^ h>>13
}

// look finds a word by its hash; nil if the rules do not know it.
func (s *ruleset) look(h uint32) *entry {
	for i := h >> 19; ; i = (i + 1) % uint32(len(s.table)) {
		switch {
		case s.table[i].word == 0:
			return nil
		case s.table[i].hash == h:
			return &s.words[s.table[i].word-1]
		}
	}
}

// add finds a word by its hash, or adds it. It returns its place in words.
func (s *ruleset) add(h uint32) int {
	i := h >> 19
	for ; s.table[i].word != 0; i = (i + 1) % uint32(len(s.table)) {
		if s.table[i].hash == h {
			return int(s.table[i].word) - 1
		}
	}
	s.words = append(s.words, entry{})
	s.table[i] = slot{h, uint16(len(s.words))}
	return len(s.words) - 1
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

func addRune(h uint32, r rune) uint32 {
	h = (h ^ uint32(r&0xFF)) * hashPrime
	return (h ^ uint32(r>>8)) * hashPrime
}

// pair is the hash of two words that follow each other.
func pair(a, b uint32) uint32 {
	h := (a*0x9E3779B1 + b) * 0x2C1B3C6D // both are mixed
	return h ^ h>>15
}

// parse reads rules.txt; its head says how it is written.
func parse(file string) (*ruleset, error) {
	s := &ruleset{words: make([]entry, 0, 4096)}
	classes := map[string][]string{}
	numbers := map[string]uint8{}
	var patterns []string
	for i, line := range strings.Split(file, "\n") {
		if line == "" || line[0] == '#' {
			continue
		}
		if name, words, ok := strings.Cut(line, " = "); ok {
			if _, known := numbers[name]; !known {
				numbers[name] = uint8(len(numbers) + 1)
			}
			classes[name] = append(classes[name], strings.Fields(words)...)
			continue
		}
		head, pattern, ok := strings.Cut(line, ":")
		name, number, ok2 := strings.Cut(head, " ")
		weight, err := strconv.Atoi(number)
		if !ok || !ok2 || err != nil {
			return nil, fmt.Errorf("line %d: %q; want NAME WEIGHT: PATTERN", i+1, line)
		}
		n := slices.Index(s.names, name)
		if n < 0 {
			n, s.names = len(s.names), append(s.names, name)
		}
		s.rules = append(s.rules, rule{uint8(n), int16(weight), i + 1})
		patterns = append(patterns, pattern)
	}
	indexes := map[string][]int{}
	for n, p := range patterns {
		if err := s.pattern(n, strings.Fields(p), classes, indexes); err != nil {
			return nil, fmt.Errorf("line %d: %w", s.rules[n].line, err)
		}
	}
	for name, number := range numbers {
		for _, w := range classes[name] {
			e := &s.words[s.add(hash(w))]
			e.opens = true
			if !slices.Contains(e.classes, number) {
				e.classes = append(e.classes, number)
				slices.Sort(e.classes)
			}
		}
	}
	for i := range s.words {
		slices.Reverse(s.words[i].steps) // later steps of a pattern first
	}
	s.turn(classes)
	s.mark()
	if len(s.words) > len(s.table)*3/4 {
		return nil, fmt.Errorf("%d words; want a larger table", len(s.words))
	}
	return s, nil
}

// pattern adds the steps of a rule.
func (s *ruleset) pattern(rule int, elements []string, classes map[string][]string, indexes map[string][]int) error {
	gap, first := int32(0), true
	for i, e := range elements {
		if n, ok := strings.CutPrefix(e, "~"); ok {
			g, err := strconv.Atoi(n)
			if err != nil {
				return fmt.Errorf("%q; want a number", e)
			}
			gap = int32(g)
			continue
		}
		number := uint16(len(s.steps))
		s.steps = append(s.steps, step{uint16(rule), gap + 1, first, i == len(elements)-1})
		s.widest = max(s.widest, gap+1)
		opens := first
		gap, first = 0, false
		for _, name := range strings.Split(e, "|") {
			words := []string{name}
			if strings.ToUpper(name) == name && strings.ToLower(name) != name {
				if words = classes[name]; words == nil {
					return fmt.Errorf("unknown class %s", name)
				}
			}
			if indexes[name] == nil {
				for _, w := range words {
					indexes[name] = append(indexes[name], s.add(hash(w)))
					if len(w) > 2 {
						s.begins[w[0]&31] |= 1 << (w[1] & 31)
					}
				}
			}
			for _, w := range indexes[name] {
				e := &s.words[w]
				e.opens = e.opens || opens
				if n := len(e.steps); n == 0 || e.steps[n-1] != number {
					e.steps = append(e.steps, number)
				}
			}
		}
	}
	return nil
}

// turn adds the words that tell of an attempt, as they look in rot13 and written backwards.
func (s *ruleset) turn(classes map[string][]string) {
	for _, class := range []string{"IGNORE", "PRIOR", "INSTR", "SHOW", "SYSTEM", "FREE", "LIMIT"} {
		for _, w := range classes[class] {
			if len(w) < 5 || strings.Trim(w, "abcdefghijklmnopqrstuvwxyz") != "" {
				continue
			}
			b := []byte(w)
			for i, c := range b {
				b[i] = 'a' + (c-'a'+13)%26
			}
			if h := hash(string(b)); s.look(h) == nil {
				e := &s.words[s.add(h)]
				e.turned, e.opens = rot13, true
			}
			b = []byte(w)
			slices.Reverse(b)
			if h := hash(string(b)); s.look(h) == nil {
				e := &s.words[s.add(h)]
				e.turned, e.opens = reversed, true
			}
		}
	}
}

// marks are the numbers of the rules that no words fit.
type marks struct {
	chat, header, system, user, assistant, hidden, link, invisible, bidi, zero, spaced, base64, hex, escapes, rot13, reversed, morse uint16
}

// mark finds the marks' numbers.
func (s *ruleset) mark() {
	number := func(name string) uint16 {
		for i, r := range s.rules {
			if s.names[r.name] == name {
				return uint16(i)
			}
		}
		panic("cannot happen: rules.txt has no " + name)
	}
	m := &s.marks
	for name, n := range map[string]*uint16{
		"chat-template": &m.chat, "role-header": &m.header, "role-system": &m.system, "role-user": &m.user, "role-assistant": &m.assistant,
		"hidden-text": &m.hidden, "exfiltration-link": &m.link, "invisible-text": &m.invisible, "bidi-override": &m.bidi,
		"zero-width-run": &m.zero, "spaced-letters": &m.spaced, "base64": &m.base64, "hex": &m.hex, "escapes": &m.escapes, "rot13": &m.rot13,
		"reversed": &m.reversed, "morse": &m.morse,
	} {
		*n = number(name)
	}
	s.roles = map[uint32]uint16{}
	for word, n := range map[string]uint16{
		"system": m.system, "developer": m.system, "human": m.user, "user": m.user, "assistant": m.assistant, "ai": m.assistant, "chatgpt": m.assistant,
	} {
		s.roles[hash(word)] = n
	}
}
