package injection

import (
	"math"
	"slices"
)

// Finding is what was found in a text: a rule's name, or "model" where the rules alone would not have reached the threshold. Its place is in
// bytes: the words of the rule, the encoded text, or the window that the model judged.
type Finding struct {
	Rule       string
	Start, End int
}

// Model is the Rule of what no rule explains.
const Model = "model"

// DefaultThreshold is the score from which on at most 1 in 200 ordinary prompts counts; see MODEL.md.
const DefaultThreshold = 50

const (
	blockWords = 64 // a window is two blocks
	maxHits    = 64 // as many are reported of a text
	maxDepth   = 3  // texts in texts: so often encoded
)

// Judge judges one text after the other. It keeps its memory, 50 KB and what decoding takes, from one text to the next.
type Judge struct {
	model  *model
	last   [slots]uint32 // by the lower bits of a bucket: the upper ones, and the number of the block that had it last
	blocks uint32        // how many blocks there were, over all texts
	bar    float64       // the logit that the threshold stands for
	worst  float64
	hits   []hit
	found  []Finding
	names  []string
	levels [maxDepth]*level
	window func(features []uint32) // for training
}

// New returns a judge.
func New() *Judge { return With(builtin) }

// With returns a judge that goes by another model than the embedded one: for training.
func With(model string) *Judge {
	return &Judge{model: read(model), hits: make([]hit, 0, maxHits)}
}

// hit is a place where a rule fits.
type hit struct {
	rule       uint16
	start, end int
	block      uint32 // where it ends
	counts     bool   // its window reaches the threshold
}

// Text judges a text. The findings are what scores at least threshold, from 1 to 100; they are in order of their start, and valid until the
// next call. Score is that of the worst window, from 0 to 100.
func (j *Judge) Text(text string, threshold int) (found []Finding, score int) {
	p := min(max(float64(threshold)-0.5, 0.5), 99.5) / 100 // scores are rounded
	j.bar = 10 * math.Log(p/(1-p))
	j.hits, j.found, j.worst = j.hits[:0], j.found[:0], math.Inf(-1)
	if j.blocks > 1<<27 {
		j.last, j.blocks = [slots]uint32{}, 0
	}
	l := j.level(0)
	l.judge(text)
	for _, h := range j.hits {
		if r := rules.rules[h.rule]; h.counts && r.weight > 0 {
			j.add(Finding{rules.names[r.name], h.start, h.end})
		}
	}
	if l.modelEnd > 0 {
		j.add(Finding{Model, l.modelStart, l.modelEnd})
	}
	return j.found, int(math.Round(100 / (1 + math.Exp(-j.worst/10))))
}

// add adds a finding, or widens one of the same rule that it overlaps.
func (j *Judge) add(f Finding) {
	for i := range j.found {
		g := &j.found[i]
		if g.Rule == f.Rule && f.Start <= g.End && g.Start <= f.End {
			g.Start, g.End = min(g.Start, f.Start), max(g.End, f.End)
			return
		}
	}
	at := len(j.found)
	for at > 0 && j.found[at-1].Start > f.Start {
		at--
	}
	j.found = slices.Insert(j.found, at, f)
}

func (j *Judge) level(depth int) *level {
	if j.levels[depth] == nil {
		j.levels[depth] = &level{judgeOf: j, depth: depth, reach: make([]reach, len(rules.steps))}
	}
	return j.levels[depth]
}

// block is so many words, and what is known of them.
type block struct {
	number   uint32
	start    int
	words    int
	sum, n   int32 // of the features: their weights, and how many there are
	newSum   int32 // of those that the block before has not
	newN     int32
	rules    [8]uint64
	hits     bool
	features []uint32 // for training
}

// reach is how far a pattern has come.
type reach struct {
	word  int32 // which word its step was last; 0 for none
	start int32 // where that began
}

// level is the judging of one text: the outermost, or one that was decoded.
type level struct {
	judgeOf *Judge
	weights string
	depth   int
	text    string

	word       int32 // the number of the last word; ends of sentences count, too
	queue      [2 * blockWords]word
	waiting    int
	open       int32 // up to this word a pattern that has begun may go on
	cur        block
	prev       block
	worst      float64
	reach      []reach
	before     uint32 // the word before
	half       bool   // an odd number of letters of such scripts has come
	run        uint32 // the letter before, in scripts without spaces
	class      uint8  // the last class, and the number of its word
	classAt    int32
	line       bool // nothing has come in this line yet
	hidden     int32
	comment    bool
	decoded    int // up to here encoded text was looked for
	noImage    int // up to here there is no end of an image's text
	turned     [3]turning
	spaced     spaced
	invis      invisibles
	buffer     []byte
	modelEnd   int
	modelStart int
}

// turning counts the words of a simple disguise.
type turning struct{ n, first, last int }

// judge judges a text. A decoded one only says how bad it is.
func (l *level) judge(text string) {
	l.reset(text)
	l.begin(0)
	l.read(text)
	l.spaced.flush(l)
	l.invis.flush(l)
	l.drain()
	l.turn()
	if l.cur.words > 0 || l.cur.hits {
		l.end(len(text))
	}
	l.text = ""
}

// reset forgets the text before.
func (l *level) reset(text string) {
	clear(l.reach)
	l.weights, l.text, l.buffer, l.worst, l.line = l.judgeOf.model.weights, text, l.buffer[:0], math.Inf(-1), true
	l.cur, l.prev = block{features: l.cur.features[:0]}, block{features: l.prev.features[:0]}
	l.word, l.waiting, l.open, l.before, l.run, l.half, l.class, l.classAt = 100, 0, 0, 0, 0, false, 0, 0
	l.hidden, l.comment, l.decoded, l.noImage, l.turned, l.modelStart, l.modelEnd = 0, false, 0, 0, [3]turning{}, 0, 0
	l.spaced.n, l.invis = 0, invisibles{bytes: l.invis.bytes[:0]}
}

func (l *level) begin(at int) {
	j := l.judgeOf
	j.blocks++
	l.cur = block{number: j.blocks, start: at, features: l.cur.features[:0]}
}

// end ends a block, and judges the window of it and the one before.
func (l *level) end(at int) {
	c, p, j := &l.cur, &l.prev, l.judgeOf
	score := j.model.logit(p.sum+c.newSum, p.n+c.newN)
	if j.window != nil && l.depth == 0 {
		j.window(append(slices.Clone(p.features), c.features...))
	}
	said := 0.0
	if c.hits || p.hits {
		said = l.weigh()
	}
	if score += said; score > l.worst {
		l.worst = score
	}
	if l.depth == 0 {
		j.worst = max(j.worst, score)
		if score >= j.bar {
			l.report(at, said)
		}
	}
	l.prev, l.cur = l.cur, l.prev
}

// weigh adds up the rules that fit in the window; of those of one name the heaviest and a fifth of the others.
func (l *level) weigh() float64 {
	var best, sum [64]int16
	for w := range l.cur.rules {
		for m := l.cur.rules[w] | l.prev.rules[w]; m != 0; m &= m - 1 {
			r := &rules.rules[w*64+trailing(m)]
			sum[r.name] += r.weight
			if r.weight < 0 {
				best[r.name] = min(best[r.name], r.weight)
			} else {
				best[r.name] = max(best[r.name], r.weight)
			}
		}
	}
	total := 0.0
	for n := range rules.names {
		total += float64(best[n]) + float64(sum[n]-best[n])/5
	}
	return total
}

// report marks the hits of the window; if they alone do not reach the threshold, the model is named, too.
func (l *level) report(at int, said float64) {
	j, named := l.judgeOf, false
	for i := len(j.hits) - 1; i >= 0; i-- {
		if h := &j.hits[i]; h.block == l.cur.number || h.block == l.prev.number {
			h.counts = true
			named = named || rules.rules[h.rule].weight > 0
		}
	}
	if named && said+j.model.logit(0, 0) >= j.bar {
		return
	}
	start := l.cur.start
	if l.prev.words > 0 {
		start = l.prev.start
	}
	if l.modelEnd == 0 {
		l.modelStart = start
	}
	l.modelEnd = at
}

// hit notes that a rule fits.
func (l *level) hit(rule uint16, start, end int) {
	bit := uint64(1) << (rule & 63)
	again := l.cur.rules[rule>>6]&bit != 0
	l.cur.rules[rule>>6] |= bit
	l.cur.hits = true
	j := l.judgeOf
	if l.depth > 0 || again && len(j.hits) > maxHits/2 || len(j.hits) == maxHits {
		return
	}
	j.hits = append(j.hits, hit{rule: rule, start: start, end: end, block: l.cur.number})
}

// word is a word that waits until its block is full: words are judged in one go, since calls are what costs most in WebAssembly.
type word struct {
	hash       uint32
	start, end int32
	number     int32
	hidden     bool // in a comment
	only       bool // no word of the text: only the rules look at it
}

// take takes a word: its hash, and where it lies.
func (l *level) take(hash uint32, start, end int, only bool) {
	if l.cur.words == blockWords || l.waiting == len(l.queue) {
		l.full(start)
	}
	if !only {
		l.cur.words++
	}
	w := &l.queue[l.waiting]
	l.waiting++
	w.hash, w.start, w.end, w.number, w.hidden, w.only = hash, int32(start), int32(end), l.word, l.comment, only
}

// full makes room for a word.
func (l *level) full(at int) {
	l.drain()
	if l.cur.words == blockWords {
		l.end(at)
		l.begin(at)
	}
}

// drain judges the words that wait.
func (l *level) drain() {
	words := l.queue[:l.waiting]
	l.waiting = 0
	if l.judgeOf.window != nil {
		l.list(words)
	}
	l.count(words)
	for at := 0; at < len(words); at++ {
		var e *entry
		if at, e = next(words, at); e == nil {
			return
		}
		if w := &words[at]; e.opens || w.number <= l.open {
			l.known(e, w)
		}
	}
}

// next finds the first word from words[at] on that the rules know; nil if there is none.
//
//go:noinline
func next(words []word, at int) (int, *entry) {
	for ; at < len(words); at++ {
		h := words[at].hash
		for i := h >> 19; rules.table[i].word != 0; i = (i + 1) % uint32(len(rules.table)) {
			if rules.table[i].hash == h {
				return at, &rules.words[rules.table[i].word-1]
			}
		}
	}
	return at, nil
}

// slots is how many features are remembered.
const slots = 4096

// count counts the words, and the pairs of words that follow each other, as feature does.
//
//go:noinline
func (l *level) count(words []word) {
	c, last, weights, before := &l.cur, &l.judgeOf.last, l.weights[:buckets], l.before
	number, prev := c.number<<4, l.prev.number<<4
	if l.prev.words == 0 {
		prev = 1 << 31 // of no block
	}
	var sum, n, newSum, newN int32
	for i := range words {
		w := &words[i]
		if w.only {
			continue
		}
		h := w.hash
		key := number | h%buckets/slots
		if was := last[h%slots]; was != key {
			last[h%slots] = key
			weight := int32(int8(weights[h%buckets]))
			sum += weight
			n++
			if was != prev|h%buckets/slots {
				newSum += weight
				newN++
			}
		}
		h = pair(before, h)
		before = w.hash
		key = number | h%buckets/slots
		if was := last[h%slots]; was != key {
			last[h%slots] = key
			weight := int32(int8(weights[h%buckets]))
			sum += weight
			n++
			if was != prev|h%buckets/slots {
				newSum += weight
				newN++
			}
		}
	}
	l.before = before
	c.sum, c.n, c.newSum, c.newN = c.sum+sum, c.n+n, c.newSum+newSum, c.newN+newN
}

// list notes the features of words, for training.
func (l *level) list(words []word) {
	before := l.before
	for _, w := range words {
		if !w.only {
			l.cur.features = append(l.cur.features, w.hash%buckets, pair(before, w.hash)%buckets)
			before = w.hash
		}
	}
}

// known takes what the rules say of a word.
func (l *level) known(e *entry, w *word) {
	if e.turned != straight {
		l.turned[e.turned].add(int(w.start), int(w.end))
		return
	}
	for _, c := range e.classes {
		l.feature(mix(uint32(c) * 0x61C88647))
		if l.class != 0 && w.number-l.classAt <= 8 {
			l.feature(mix(uint32(c)<<8 | uint32(l.class) | 0xABCD0000))
		}
	}
	if len(e.classes) > 0 {
		l.class, l.classAt = e.classes[0], w.number
	}
	for _, n := range e.steps {
		s, r := &rules.steps[n], reach{w.number, w.start}
		if !s.first {
			b := l.reach[n-1]
			if b.word == 0 || b.word >= w.number || w.number-b.word > s.gap {
				continue
			}
			r.start = b.start
		}
		l.reach[n] = r
		l.open = w.number + rules.widest
		if s.last {
			l.fits(s.rule, int(r.start), w)
		}
	}
}

// fits notes that a pattern fits.
func (l *level) fits(rule uint16, start int, w *word) {
	switch r := &rules.rules[rule]; {
	case r.weight == 0: // a style that hides what follows
		l.hidden = w.number + 400
		return
	case r.weight > 0 && (w.hidden || w.number < l.hidden):
		l.hit(marks.hidden, start, int(w.end))
	}
	l.hit(rule, start, int(w.end))
}

// feature counts a feature of the model once in a window; twice, if another one of its window takes its place among those remembered.
func (l *level) feature(h uint32) {
	j, c := l.judgeOf, &l.cur
	last, high := &j.last[h%slots], h%buckets/slots
	if j.window != nil {
		c.features = append(c.features, h%buckets)
	}
	was := *last
	if was == c.number<<4|high {
		return
	}
	*last = c.number<<4 | high
	w := int32(int8(l.weights[h%buckets]))
	c.sum += w
	c.n++
	if was != l.prev.number<<4|high || l.prev.words == 0 {
		c.newSum += w
		c.newN++
	}
}

// Windows calls window with the features of each window of a text, some twice: for the training of the model.
func Windows(text string, window func(features []uint32)) {
	j := New()
	j.window = window
	j.Text(text, DefaultThreshold)
}
