package openai

// Response is the body of an answer, as far as policies want to know it.
type Response struct {
	Document

	Failed bool // it holds an error; some providers send what was written until then along with it
	Usage  Usage

	skims      bool // texts are not looked for
	embeddings bool
	logprobs   []spelling // of the choice or output item that is the text's Message
}

// Usage is what a provider charges for, in tokens.
type Usage struct {
	Known      bool
	Prompt     int
	Completion int
	Total      int
}

// spelling is where log probabilities of a choice or output item stand.
type spelling struct{ message, start, end int }

// ParseResponse is a new Response's Read.
func ParseResponse(body []byte) (*Response, error) {
	p := &Response{}
	return p, p.Read(body)
}

// Read reads the body of an answer, which is JSON. The response, which is new or was forgotten, keeps the body.
func (p *Response) Read(body []byte) error {
	p.begin(body, true)
	p.skims = false
	return p.top(p.member)
}

// Skim is Read without the texts, which are not looked for.
func (p *Response) Skim(body []byte) error {
	p.begin(body, true)
	p.skims = true
	return p.top(p.member)
}

// Forget lets go of the body and of all that was found in it. What is left is room for another.
func (p *Response) Forget() {
	p.forget()
	p.Failed, p.Usage, p.embeddings, p.logprobs = false, Usage{}, false, nil
}

func (p *Response) member(r *reader, name string) {
	switch name {
	case "error":
		p.Failed = r.kind() != 'n'
		r.skip()
	case "usage":
		p.Usage = usage(r)
	case "data":
		p.data(r)
	case "choices", "output":
		if p.skims {
			r.skip()
		} else {
			p.choices(r)
		}
	default:
		r.skip()
	}
}

// choices reads the choices of a completion, or the output items of the Responses API.
func (p *Response) choices(r *reader) {
	if r.kind() != '[' {
		p.choice(r, "", 0)
		return
	}
	r.open('[')
	for n := 0; r.more(); n++ {
		p.choice(r, "", n)
	}
}

// choice reads a choice, or a part of one, and notes where log probabilities stand, which spell the text out once more.
func (p *Response) choice(r *reader, name string, n int) {
	switch r.kind() {
	case '{':
		for r.open('{'); r.more(); {
			name, _ := r.name()
			if name == "logprobs" {
				v, start := r.value()
				p.logprobs = append(p.logprobs, spelling{n, start, start + len(v)})
				continue
			}
			p.choice(r, name, n)
		}
	case '[':
		for r.open('['); r.more(); {
			p.choice(r, name, n)
		}
	default:
		p.texts(r, name, Text{Role: Assistant, Message: n}, nil)
	}
}

// Embeddings tells whether the answer's data are embeddings.
func (p *Response) Embeddings() bool { return p.embeddings }

func (p *Response) data(r *reader) {
	if !r.open('[') {
		return
	}
	for r.more() {
		if !r.open('{') {
			continue
		}
		for r.more() {
			name, _ := r.name()
			p.embeddings = p.embeddings || name == "embedding"
			r.skip()
		}
	}
}

// usage reads the object usage; the zero Usage for a value of another kind.
func usage(r *reader) (u Usage) {
	if !r.open('{') {
		return u
	}
	for u.Known = true; r.more(); {
		switch name, _ := r.name(); name {
		case "prompt_tokens", "input_tokens":
			u.Prompt, _ = r.whole()
		case "completion_tokens", "output_tokens":
			u.Completion, _ = r.whole()
		case "total_tokens":
			u.Total, _ = r.whole()
		default:
			r.skip()
		}
	}
	return u
}

// Replace is Document.Replace. It also takes away the log probabilities of the choice, since they would give the text away.
func (p *Response) Replace(i, start, end int, text string) {
	p.Document.Replace(i, start, end, text)
	p.silence(p.logprobs, p.Texts[i].Message)
}

// silence takes away the log probabilities of a choice: what is a list stays one.
func (d *Document) silence(logprobs []spelling, message int) {
	for k, l := range logprobs {
		if l.message == message && l.end > l.start {
			none := "null"
			if d.raw[l.start] == '[' {
				none = "[]"
			}
			d.edits = append(d.edits, edit{l.start, l.end, none})
			logprobs[k].end = l.start
		}
	}
}
