package stream

import (
	"strconv"

	"github.com/usagepanda/usage-panda-envoy/converters/openai"
)

// transcript puts the pieces of a streamed answer together again, for the stats.
type transcript struct {
	on    bool
	texts []said
	size  int
}

type said struct {
	key     uint64
	message int
	name    string
	text    []byte
}

// maxSaid is the most that is put together, in bytes.
const maxSaid = 1 << 20

func (t *transcript) add(of openai.Text, piece string) {
	if !t.on || t.size+len(piece) > maxSaid {
		return
	}
	t.size += len(piece)
	for i := range t.texts {
		if t.texts[i].key == of.Key {
			t.texts[i].text = append(t.texts[i].text, piece...)
			return
		}
	}
	t.texts = append(t.texts, said{of.Key, of.Message, of.Name, []byte(piece)})
}

// choices are the texts as the choices of an answer: of a chat's, the texts by their names; of a completion's, its text.
func (t *transcript) choices() []byte {
	b := []byte{'['}
	for i, s := range t.texts {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendInt(append(b, `{"index":`...), int64(s.message), 10)
		if s.name == "text" {
			b = openai.AppendQuote(append(b, `,"text":`...), string(s.text))
		} else {
			b = openai.AppendQuote(append(b, `,"message":{`...), s.name)
			b = openai.AppendQuote(append(b, ':'), string(s.text))
			b = append(b, '}')
		}
		b = append(b, '}')
	}
	return append(b, ']')
}
