package injection

import _ "embed"

// ruleFile is rules.txt as Compile makes it: tables that are read where they lie, so that the first text costs no more than the others.
//
//go:generate go run ./internal/gen
//go:embed rules.bin
var ruleFile string

// ruleset is what the words of a text are looked up in.
type ruleset struct {
	names  []string
	table  string // of open addressing, by the upper bits of the hash
	rules  string
	steps  string
	words  string
	lists  string // of words: the steps they are, each of two bytes, and their classes
	begins string // by the first letter: the second letters of words of at least three
	heads  string // the words that a forged turn begins with
	marks  string
	widest int32 // gap
}

// Sizes in bytes.
const (
	tableSlots = 1 << 13
	slotSize   = 6 // hash, and 1 + the word's place; 0 where the slot is free
	ruleSize   = 3 // name, weight
	stepSize   = 4 // rule, gap + 1, flags
	wordSize   = 8 // where its lists are in lists, how many steps and classes, flags
	headSize   = 6 // hash, rule
)

const firstStep, lastStep = 1, 2

// Flags of words: two bits of turn, and whether to look at it even where no pattern has begun.
const opening = 4

func u16(s string, i int) uint16 { return uint16(s[i]) | uint16(s[i+1])<<8 }

func u32(s string, i int) uint32 {
	b := s[i : i+4]
	return uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16 | uint32(b[3])<<24
}

// load cuts the file into its tables: the length of each, then the table.
func load(file string) *ruleset {
	s := &ruleset{}
	next := func() (t string) {
		n := int(u32(file, 0))
		t, file = file[4:4+n], file[4+n:]
		return t
	}
	names := next()
	s.table, s.rules, s.steps, s.words, s.lists = next(), next(), next(), next(), next()
	s.begins, s.heads, s.marks = next(), next(), next()
	for from, i := 0, 0; i < len(names); i++ {
		if names[i] == '\n' {
			s.names = append(s.names, names[from:i])
			from = i + 1
		}
	}
	for i := 0; i < len(s.steps); i += stepSize {
		s.widest = max(s.widest, int32(s.steps[i+2]))
	}
	return s
}

// name is the number of the name of a rule, weight what it counts, in tenths of a logit.
func (s *ruleset) name(rule uint16) uint8   { return s.rules[int(rule)*ruleSize] }
func (s *ruleset) weight(rule uint16) int16 { return int16(u16(s.rules, int(rule)*ruleSize+1)) }

// entry is a word of the rules. Written backwards or in rot13, it is another.
type entry struct {
	steps   string // two bytes each, later ones of a pattern first
	classes string
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

// word is what is known of the word at a place of words.
func (s *ruleset) word(at int) (e entry) {
	w := s.words[at*wordSize : at*wordSize+wordSize]
	from, steps, classes := int(u32(w, 0)), int(u16(w, 4))*2, int(w[6])
	e.steps, e.classes = s.lists[from:from+steps], s.lists[from+steps:from+steps+classes]
	e.turned, e.opens = turn(w[7]&3), w[7]&opening != 0
	return e
}

func (s *ruleset) opens(at int) bool { return s.words[at*wordSize+7]&opening != 0 }

// look finds a word by its hash; -1 if the rules do not know it.
func (s *ruleset) look(h uint32) int {
	for i := int(h >> 19); ; i = (i + 1) % tableSlots {
		switch at := int(u16(s.table, i*slotSize+4)) - 1; {
		case at < 0:
			return -1
		case u32(s.table, i*slotSize) == h:
			return at
		}
	}
}

// The rules that no words fit, by their place in marks.
const (
	markChat = iota
	markHeader
	markSystem
	markUser
	markAssistant
	markHidden
	markLink
	markInvisible
	markBidi
	markZero
	markSpaced
	markBase64
	markHex
	markEscapes
	markRot13
	markReversed
	markMorse
)

func (s *ruleset) mark(m int) uint16 { return u16(s.marks, m*2) }

const hashStart, hashPrime = 0x811C9DC5, 0x01000193 // FNV-1a of 32 bits

// mix spreads a hash over all its bits.
func mix(h uint32) uint32 {
	h ^= h >> 15
	h *= 0x2C1B3C6D
	return h ^ h>>13
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
