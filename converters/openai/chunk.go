package openai

import "slices"

// Chunk is the data of one event of a streamed answer. One Chunk may read one event after the other.
type Chunk struct {
	Document

	Endpoint Endpoint
	Type     string // of an event of the Responses API
	Failed   bool   // it holds an error
	Usage    Usage
	UsageRaw []byte // the value of usage
	Empty    bool   // it has a list of choices without any: the chunk that brings the usage
	Again    bool   // its texts are said in full: they are no pieces
	Final    bool   // it ends all texts, and with an event of the Responses API the stream

	ends            []int     // the choices or output items that end with it
	over            [4]uint64 // the keys of texts that do
	output, content int       // indices of an event of the Responses API
	whole           span      // the whole response that it brings; empty if it brings none
	logprobs        []spelling
	once            []span // values that are said once in a stream: they do not belong to a text
	vary            []hole // values that mean nothing
	room            []byte // what the edits put in
}

// Read reads an event's data, which is JSON. The chunk keeps the data until it reads others. Its texts are the pieces that the event
// brings; pieces of one text have one Key. Shapes are those of one stream, if there are any.
func (c *Chunk) Read(e Endpoint, data []byte, shapes *Shapes) error {
	c.reset(e, data)
	if shapes != nil && shapes.fit(c) {
		return nil
	}
	if err := c.read(); err != nil {
		return err
	}
	if shapes != nil {
		shapes.take(c)
	}
	return nil
}

// reset makes the chunk as new, but for its room. (To clear the whole struct takes longer than to read most events.)
func (c *Chunk) reset(e Endpoint, data []byte) {
	c.raw, c.loose, c.Texts, c.edits, c.sorted, c.cursor = data, true, c.Texts[:0], c.edits[:0], 0, cursor{}
	c.Endpoint, c.Type, c.Failed, c.Usage, c.UsageRaw, c.Empty, c.Again, c.Final = e, "", false, Usage{}, nil, false, false, false
	c.ends, c.over, c.output, c.content, c.whole = c.ends[:0], [4]uint64{}, 0, 0, span{}
	c.logprobs, c.once, c.vary, c.room = c.logprobs[:0], c.once[:0], c.vary[:0], c.room[:0]
	c.r.reset(data, true)
}

func (c *Chunk) read() error {
	e, r := c.Endpoint, &c.r
	if r.space() != '{' {
		return errValue
	}
	for r.open('{'); r.more(); {
		name, _ := r.name()
		if e == Responses {
			c.event(r, name)
		} else {
			c.member(r, name)
		}
	}
	if err := r.end(); err != nil {
		return err
	}
	if e == Responses {
		c.settle()
	}
	c.Final = c.Final || c.Failed
	return nil
}

func (c *Chunk) member(r *reader, name string) {
	switch name {
	case "error":
		c.Failed = r.kind() != 'n'
		r.skip()
	case "usage":
		c.usage(r)
	case "choices":
		if r.kind() != '[' {
			c.choice(r)
			return
		}
		r.open('[')
		c.Empty = true
		for r.more() {
			c.Empty = false
			c.choice(r)
		}
	case "obfuscation":
		c.varies(r)
	default:
		r.skip()
	}
}

func (c *Chunk) usage(r *reader) {
	_, start := r.space(), r.pos
	c.Usage = usage(r)
	if r.err == nil {
		c.UsageRaw = c.raw[start:r.pos]
		c.once = append(c.once, span{start, r.pos})
	}
}

// choice reads one choice.
func (c *Chunk) choice(r *reader) {
	if r.kind() != '{' {
		c.part(r, "", 0)
		return
	}
	r.open('{')
	first, logs, index, ends := len(c.Texts), len(c.logprobs), 0, false
	for r.more() {
		switch name, _ := r.name(); name {
		case "index":
			index, _ = r.whole()
		case "finish_reason":
			v := c.single(r)
			ends = len(v) > len(`""`) && v[0] == '"' // some say "" for null
		case "logprobs":
			c.spelled(r)
		default:
			c.part(r, name, 0)
		}
	}
	for i := first; i < len(c.Texts); i++ {
		c.Texts[i].Message = index
		c.Texts[i].Key = mix(c.Texts[i].Key, "choice", index)
	}
	for i := logs; i < len(c.logprobs); i++ {
		c.logprobs[i].message = index
	}
	if ends {
		c.ends = append(c.ends, index)
	}
}

func (c *Chunk) spelled(r *reader) {
	if r.kind() == 'n' {
		r.skip()
		return
	}
	v, start := r.value()
	c.logprobs = append(c.logprobs, spelling{0, start, start + len(v)})
}

// varies reads a value that is another one in each event, and means nothing here.
func (c *Chunk) varies(r *reader) {
	if k := r.kind(); k != '"' && k != '0' {
		r.skip()
		return
	}
	v, start := r.value()
	c.vary = append(c.vary, hole{span{start, start + len(v)}, -1})
}

// single reads a value that is said once in a stream.
func (c *Chunk) single(r *reader) []byte {
	v, start := r.value()
	c.once = append(c.once, span{start, start + len(v)})
	return v
}

// part reads a value within a choice or item. A text's key is made of the names that lead to it, and of the member index of the objects
// on the way, where they have one: a list's position says nothing in a stream.
func (c *Chunk) part(r *reader, name string, key uint64) {
	switch r.kind() {
	case '{':
		first, index := len(c.Texts), -1
		for r.open('{'); r.more(); {
			switch name, _ := r.name(); name {
			case "index":
				index, _ = r.whole()
			case "logprobs":
				c.spelled(r)
			default:
				c.part(r, name, key)
			}
		}
		for i := first; i < len(c.Texts); i++ {
			c.Texts[i].Key = mix(c.Texts[i].Key, name, index)
		}
	case '[':
		for r.open('['); r.more(); {
			c.part(r, name, key)
		}
	case '"':
		switch {
		case name == "role" || name == "id" || name == "name":
			c.single(r)
		case notText(name):
			r.skip()
		default:
			c.literal(r, Text{Role: Assistant, Key: mix(key, name, 0), Name: name})
		}
	default:
		r.skip()
	}
}

// Ends tells whether the text with that key, of that choice or output item, ends with the chunk.
func (c *Chunk) Ends(message int, key uint64) bool {
	return c.Final || slices.Contains(c.ends, message) || slices.Contains(c.over[:], key)
}

// EndsAny tells whether any text ends with the chunk.
func (c *Chunk) EndsAny() bool { return c.Final || len(c.ends) > 0 || c.over[0] != 0 }

// Over are the keys of texts of the Responses API that end with the chunk, and do not come again.
func (c *Chunk) Over() []uint64 {
	if c.over[0] == 0 {
		return nil
	}
	return c.over[:]
}

// Response is the whole response that an event of the Responses API brings, as the edits leave it; nil if it brings none.
func (c *Chunk) Response() []byte {
	if c.whole.end == 0 {
		return nil
	}
	c.sort()
	return c.splice(nil, c.whole.start, c.whole.end)
}

// mix makes a key of another one, a name and an index (FNV-1a's steps; keys are compared within one answer alone).
func mix(key uint64, name string, index int) uint64 {
	const prime = 1099511628211
	key ^= 14695981039346656037
	for i := range len(name) {
		key = (key ^ uint64(name[i])) * prime
	}
	return (key ^ uint64(index+1)) * prime
}
