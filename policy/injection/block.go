package injection

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
		var known int
		if at, known = l.rules.next(words, at); known < 0 {
			return
		}
		if w := &words[at]; l.rules.opens(known) || w.number <= l.open {
			l.known(l.rules.word(known), w)
		}
	}
}

// next finds the first word from words[at] on that the rules know: its place among theirs, -1 if there is none.
//
//go:noinline
func (s *ruleset) next(words []word, at int) (word, known int) {
	table := s.table[:tableSlots*slotSize]
	for ; at < len(words); at++ {
		h := words[at].hash
		for i := int(h >> 19); ; i = (i + 1) % tableSlots {
			n := u16(table, i*slotSize+4)
			if n == 0 {
				break
			}
			if u32(table, i*slotSize) == h {
				return at, int(n) - 1
			}
		}
	}
	return at, -1
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
func (l *level) known(e entry, w *word) {
	if e.turned != straight {
		l.turned[e.turned].add(int(w.start), int(w.end))
		return
	}
	l.judgeOf.work.step(len(e.classes) + len(e.steps)/2)
	for i := range len(e.classes) {
		c := e.classes[i]
		l.feature(mix(uint32(c) * 0x61C88647))
		if l.class != 0 && w.number-l.classAt <= 8 {
			l.feature(mix(uint32(c)<<8 | uint32(l.class) | 0xABCD0000))
		}
	}
	if len(e.classes) > 0 {
		l.class, l.classAt = e.classes[0], w.number
	}
	for i := 0; i < len(e.steps); i += 2 {
		n := int(u16(e.steps, i))
		s, r := l.rules.steps[n*stepSize:n*stepSize+stepSize], reach{w.number, w.start}
		if s[3]&firstStep == 0 {
			b := l.reach[n-1]
			if b.word == 0 || b.word >= w.number || w.number-b.word > int32(s[2]) {
				continue
			}
			r.start = b.start
		}
		l.reach[n] = r
		l.open = w.number + l.rules.widest
		if s[3]&lastStep != 0 {
			l.fits(u16(s, 0), int(r.start), w)
		}
	}
}

// fits notes that a pattern fits.
func (l *level) fits(rule uint16, start int, w *word) {
	switch weight := l.rules.weight(rule); {
	case weight == 0: // a style that hides what follows
		l.hidden = w.number + 400
		return
	case weight > 0 && (w.hidden || w.number < l.hidden):
		l.hit(l.rules.mark(markHidden), start, int(w.end))
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
