package injection

import (
	"math"
	"slices"
	"strings"
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
	rules  *ruleset
	model  *model
	screen screen
	last   [slots]uint32 // by the lower bits of a bucket: the upper ones, and the number of the block that had it last
	blocks uint32        // how many blocks there were, over all texts
	bar    float64       // the logit that the threshold stands for
	worst  float64
	hits   []hit
	found  []Finding
	work   work
	levels [maxDepth]*level
	window func(features []uint32) // for training
}

// New returns a judge.
func New() *Judge { return With(builtin, screenFile) }

// With returns a judge that goes by another model and another table of suspicious words than the embedded ones: for training.
func With(model, screened string) *Judge {
	j := &Judge{model: read(model), rules: load(ruleFile), screen: newScreen(screened), hits: make([]hit, 0, maxHits)}
	j.screen.work = &j.work
	return j
}

// hit is a place where a rule fits.
type hit struct {
	rule       uint16
	start, end int
	block      uint32 // where it ends
	counts     bool   // its window reaches the threshold
}

// Text judges a text. The findings are what scores at least threshold, from 1 to 100; they are in order of their start, and valid until the
// next call. Score is that of the worst window, from 0 to 100; 0 where nothing seemed worth judging, which from a threshold of 40 on is so for
// most texts.
func (j *Judge) Text(text string, threshold int) (found []Finding, score int) {
	p := min(max(float64(threshold)-0.5, 0.5), 99.5) / 100 // scores are rounded
	j.bar = 10 * math.Log(p/(1-p))
	j.hits, j.found, j.worst = j.hits[:0], j.found[:0], math.Inf(-1)
	if j.blocks > 1<<27 {
		j.last, j.blocks = [slots]uint32{}, 0
	}
	j.work = work{}
	if threshold < screenFrom {
		j.part(text, 0, len(text))
	} else {
		for _, s := range j.screen.look(text) {
			j.part(text, s.from, s.to)
		}
	}
	if math.IsInf(j.worst, -1) {
		return j.found, 0
	}
	return j.found, int(math.Round(100 / (1 + math.Exp(-j.worst/10))))
}

// part judges a part of a text.
func (j *Judge) part(text string, from, to int) {
	l, known := j.level(0), len(j.hits)
	l.base = from
	l.judge(text[from:to], from == 0 || text[from-1] == '\n', inComment(text, from))
	for _, h := range j.hits[known:] {
		if h.counts && j.rules.weight(h.rule) > 0 {
			j.add(Finding{j.rules.names[j.rules.name(h.rule)], h.start, h.end})
		}
	}
	if l.modelEnd > 0 {
		j.add(Finding{Model, from + l.modelStart, from + l.modelEnd})
	}
}

// inComment tells whether a comment of HTML that began shortly before text[at] goes on there.
func inComment(text string, at int) bool {
	before := text[max(0, at-around):at]
	begin := strings.LastIndex(before, "<!--")
	return begin >= 0 && !strings.Contains(before[begin:], "-->")
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
		j.levels[depth] = &level{judgeOf: j, rules: j.rules, depth: depth, reach: make([]reach, len(j.rules.steps)/stepSize)}
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
	rules   *ruleset
	weights string
	depth   int
	base    int // where its text begins in the outermost one
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

// judge judges a text, which begins at the beginning of a line or not, within a comment or not. A decoded one only says how bad it is.
func (l *level) judge(text string, line, comment bool) {
	l.reset(text)
	l.judgeOf.work.judge(len(text))
	l.line, l.comment = line, comment
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
	l.weights, l.text, l.buffer, l.worst = l.judgeOf.model.weights, text, l.buffer[:0], math.Inf(-1)
	l.cur, l.prev = block{features: l.cur.features[:0]}, block{features: l.prev.features[:0]}
	l.word, l.waiting, l.open, l.before, l.run, l.half, l.class, l.classAt = 100, 0, 0, 0, 0, false, 0, 0
	l.hidden, l.decoded, l.noImage, l.turned, l.modelStart, l.modelEnd = 0, 0, 0, [3]turning{}, 0, 0
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
			r := uint16(w*64 + trailing(m))
			name, weight := l.rules.name(r), l.rules.weight(r)
			sum[name] += weight
			if weight < 0 {
				best[name] = min(best[name], weight)
			} else {
				best[name] = max(best[name], weight)
			}
		}
	}
	total := 0.0
	for n := range l.rules.names {
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
			named = named || l.rules.weight(h.rule) > 0
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
	j.hits = append(j.hits, hit{rule: rule, start: l.base + start, end: l.base + end, block: l.cur.number})
}
