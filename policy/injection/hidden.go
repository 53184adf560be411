package injection

// invisibles are runs of runes that nobody sees.
type invisibles struct {
	bytes      []byte // what tags and variation selectors spell
	start, end int
	zero       int // zero-width runes in a row
	flag       bool
}

const (
	maxSpelled = 4096 // bytes of one run of tags that are judged
	zeroRun    = 10   // so many zero-width runes in a row are no typography
)

// see looks at a rune from U+200B on.
func (v *invisibles) see(l *level, r rune, kind, at, size int) {
	switch {
	case r == 0x1F3F4: // a black flag: tags behind it name a region
		v.flag = true
		return
	case r == 0x202D, r == 0x202E:
		l.hit(l.rules.mark(markBidi), at, at+size)
	case kind == ignored && (r < 0xFE00 || r == 0xFEFF):
		if v.zero == 0 || v.end != at {
			v.start, v.zero = at, 0
		}
		v.zero++
		v.end = at + size
		if v.zero == zeroRun {
			l.hit(l.rules.mark(markZero), v.start, v.end)
		}
		return
	}
	spelled := -1
	switch {
	case 0xE0020 <= r && r < 0xE007F:
		spelled = int(r - 0xE0000)
	case 0xFE00 <= r && r <= 0xFE0F:
		spelled = int(r - 0xFE00)
	case 0xE0100 <= r && r <= 0xE01EF:
		spelled = int(r-0xE0100) + 16
	}
	if spelled < 0 {
		v.flush(l)
		v.flag = false
		return
	}
	if v.flag && r < 0xE0080 && r >= 0xE0000 {
		return
	}
	if len(v.bytes) > 0 && v.end != at {
		v.flush(l)
	}
	if len(v.bytes) == 0 {
		v.start = at
	}
	if len(v.bytes) < maxSpelled {
		v.bytes = append(v.bytes, byte(spelled))
	}
	v.end = at + size
}

// flush judges what a run spells. One selector is ordinary: it follows an emoji.
func (v *invisibles) flush(l *level) {
	n := len(v.bytes)
	if n >= 4 {
		l.hit(l.rules.mark(markInvisible), v.start, v.end)
		l.inner(view(v.bytes), l.rules.mark(markInvisible), v.start, v.end)
	}
	v.bytes = v.bytes[:0]
}
