package openai

import "strings"

// Chunk is the data of one event of a streamed answer.
type Chunk struct {
	Document

	Endpoint Endpoint
	Type     string // of an event of the Responses API
	Failed   bool   // it holds an error
	Usage    Usage
	UsageRaw []byte // the value of usage
	Empty    bool   // it has a list of choices without any: the chunk that brings the usage
	Again    bool   // its texts are said in full, after their pieces
	Ends     []int  // the choices or output items that end with it
	EndsAll  bool   // all of them do

	Response []byte // the whole response that an event of the Responses API brings

	output, content int // indices of an event of the Responses API
	logprobs        []spelling
}

// ParseChunk reads an event's data, which is JSON. The chunk keeps it. Its texts are the pieces that the event brings; pieces of one text
// have one Key.
func ParseChunk(e Endpoint, data []byte) (*Chunk, error) {
	c := &Chunk{Document: Document{raw: data, loose: true}, Endpoint: e}
	if err := c.top(c.member); err != nil {
		return nil, err
	}
	if e == Responses {
		c.settle()
	}
	return c, nil
}

func (c *Chunk) member(r *reader, name string) {
	if c.Endpoint == Responses {
		c.event(r, name)
		return
	}
	switch name {
	case "error":
		c.Failed = r.kind() != 'n'
		r.skip()
	case "usage":
		c.usage(r)
	case "choices":
		if !r.open('[') {
			return
		}
		c.Empty = true
		for r.more() {
			c.Empty = false
			c.choice(r)
		}
	default:
		r.skip()
	}
}

func (c *Chunk) usage(r *reader) {
	_, start := r.space(), r.pos
	c.Usage = usage(r)
	if r.err == nil {
		c.UsageRaw = c.raw[start:r.pos]
	}
}

// choice reads one choice.
func (c *Chunk) choice(r *reader) {
	if !r.open('{') {
		return
	}
	first, logs, index, ends := len(c.Texts), len(c.logprobs), 0, false
	for r.more() {
		switch name, _ := r.name(); name {
		case "index":
			index, _ = r.whole()
		case "finish_reason":
			ends = r.kind() == '"'
			r.skip()
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
		c.Ends = append(c.Ends, index)
	}
}

func (c *Chunk) spelled(r *reader) {
	v, start := r.value()
	c.logprobs = append(c.logprobs, spelling{0, start, start + len(v)})
}

// part reads a value within a choice or item. A text's key is made of the names that lead to it, and of the member index of the objects
// on the way, where they have one: a list's position says nothing in a stream.
func (c *Chunk) part(r *reader, name string, key uint64) {
	switch r.kind() {
	case '{':
		first, index := len(c.Texts), -1
		for r.open('{'); r.more(); {
			switch name, _ := r.name(); {
			case name == "index":
				index, _ = r.whole()
			case name == "logprobs":
				c.spelled(r)
			case notText(name):
				r.skip()
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
	default:
		c.texts(r, name, Text{Role: Assistant, Key: mix(key, name, 0), Name: name}, nil)
	}
}

// event reads a member of an event of the Responses API.
func (c *Chunk) event(r *reader, name string) {
	switch name {
	case "type":
		c.Type = r.text()
	case "output_index":
		c.output, _ = r.whole()
	case "content_index", "summary_index":
		c.content, _ = r.whole()
	case "logprobs":
		c.spelled(r)
	case "error":
		c.Failed = r.kind() != 'n'
		r.skip()
	case "response":
		c.response(r)
	case "item_id", "sequence_number", "obfuscation", "annotation", "annotation_index", "partial_image_b64":
		r.skip()
	default:
		c.part(r, name, 0)
	}
}

// response reads the whole response that some events bring, of which the output counts: the rest says the request again.
func (c *Chunk) response(r *reader) {
	_, start := r.space(), r.pos
	if !r.open('{') {
		return
	}
	for r.more() {
		switch name, _ := r.name(); name {
		case "output":
			c.part(r, name, 0)
		case "usage":
			c.usage(r)
		default:
			r.skip()
		}
	}
	if r.err == nil {
		c.Response = c.raw[start:r.pos]
	}
}

// settle says of an event of the Responses API what its type says.
func (c *Chunk) settle() {
	stem, delta := strings.CutSuffix(c.Type, ".delta")
	if strings.HasSuffix(stem, "audio") { // base64
		c.Texts = nil
	}
	for i := range c.Texts {
		t := &c.Texts[i]
		t.Message = c.output
		t.Key = mix(mix(0, stem, c.output), "", c.content)
		if t.Name == "delta" {
			t.Name = stem
		}
	}
	for i := range c.logprobs {
		c.logprobs[i].message = c.output
	}
	c.Again = !delta
	switch c.Type {
	case "response.completed", "response.incomplete", "response.failed":
		c.EndsAll = true
	case "error":
		c.Failed, c.Texts = true, nil
	default:
		if strings.HasSuffix(c.Type, ".done") {
			c.Ends = append(c.Ends, c.output)
		}
	}
}

// Rewrite puts a text in the place of all of Texts[i]. Log probabilities of its choice go with it, since they would give it away.
func (c *Chunk) Rewrite(i int, text string) {
	t := c.Texts[i]
	c.edits = append(c.edits, edit{t.start, t.end, string(quote(text))})
	c.silence(c.logprobs, t.Message)
}

// Piece returns the chunk as it would be if its only text were this one, in the place of Texts[i]: the others are empty.
func (c *Chunk) Piece(i int, text string) []byte {
	edits := c.edits
	c.edits = nil
	for k, t := range c.Texts {
		with := ""
		if k == i {
			with = text
		}
		c.edits = append(c.edits, edit{t.start, t.end, string(quote(with))})
	}
	for _, l := range c.logprobs {
		c.edits = append(c.edits, edit{l.start, l.end, "null"})
	}
	b := c.Bytes()
	c.edits = edits
	return b
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
