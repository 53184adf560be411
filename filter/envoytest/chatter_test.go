package envoytest_test

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"unicode/utf16"
)

// vocabulary is what the streams say: words that are looked for, parts of them, and what separates them.
var vocabulary = strings.Split("unicorn|uni|corn|UniCorn|project titan|project|titan|pro|ject |shit|sh|it|SHIT|The code is 42|the code |is 4|2|world|hello|do anything now|ignore|"+
	" | | |, |. |\"|\\|\n|\t|/|<|a|s|'s", "|")

// chatter is a stream with some texts at once, in pieces that are cut anywhere, in JSON of any spelling.
func chatter(r *rand.Rand, path string) string {
	type text struct{ at, rest, said string }
	var b strings.Builder
	var texts []*text
	for range 1 + r.IntN(3) {
		x := &text{}
		for range r.IntN(12) {
			x.rest += vocabulary[r.IntN(len(vocabulary))]
		}
		texts = append(texts, x)
	}
	n := len(texts)
	for i, x := range texts {
		switch path {
		case "/v1/completions":
			x.at = fmt.Sprintf(`{"choices":[{"index":%d,"text":%%s,"logprobs":null,"finish_reason":null}]}`, i)
		case "/v1/responses":
			x.at = fmt.Sprintf(`{"type":"response.output_text.delta","output_index":%d,"content_index":0,"delta":%%s,"logprobs":[]}`, i)
		default:
			delta := []string{`"content":%s`, `"refusal":%s`, `"reasoning_content":%s`, fmt.Sprintf(`"tool_calls":[{"index":%d,"function":{"arguments":%%s}}]`, i)}[r.IntN(4)]
			x.at = fmt.Sprintf(`{"choices":[{"index":%d,"delta":{%s},"finish_reason":null}]}`, i, delta)
		}
	}
	for len(texts) > 0 {
		k := r.IntN(len(texts))
		x := texts[k]
		piece := x.rest[:min(len(x.rest), r.IntN(9))]
		x.rest = x.rest[len(piece):]
		x.said += piece
		fmt.Fprintf(&b, "data: "+x.at+"\n\n", spell(r, piece))
		if x.rest == "" {
			texts = slices.Delete(texts, k, k+1)
			if i := index(x.at); path == "/v1/responses" {
				fmt.Fprintf(&b, `data: {"type":"response.output_text.done","output_index":%d,"content_index":0,"text":%s}`+"\n\n", i, spell(r, x.said))
			} else if r.IntN(4) > 0 {
				fmt.Fprintf(&b, `data: {"choices":[{"index":%d,"delta":{},"finish_reason":"stop"}]}`+"\n\n", i)
			}
		}
	}
	if path == "/v1/responses" {
		all, done := make([]string, n), regexp.MustCompile(`done","output_index":(\d),"content_index":0,"text":(.*)}\n`)
		for _, m := range done.FindAllStringSubmatch(b.String(), -1) {
			all[m[1][0]-'0'] = `{"type":"message","content":[{"type":"output_text","text":` + m[2] + `}]}`
		}
		fmt.Fprintf(&b, `data: {"type":"response.completed","response":{"output":[%s]}}`+"\n\n", strings.Join(all, ","))
	} else if r.IntN(3) > 0 {
		b.WriteString("data: [DONE]\n\n")
	}
	return b.String()
}

// index is the index that a text's event has.
func index(at string) (i int) {
	_, err := fmt.Sscanf(at[strings.Index(at, `index":`):], `index":%d`, &i)
	if err != nil {
		panic(err)
	}
	return i
}

// spell writes a string of JSON in one of the ways in which it can be written.
func spell(r *rand.Rand, s string) string {
	b := []byte{'"'}
	for _, c := range s {
		switch {
		case c == '"' || c == '\\':
			b = append(b, '\\', byte(c))
		case c < 0x20 || r.IntN(8) == 0:
			for _, u := range utf16.Encode([]rune{c}) {
				b = fmt.Appendf(b, `\u%04x`, u)
			}
		case c == '/' && r.IntN(2) == 0:
			b = append(b, `\/`...)
		default:
			b = append(b, string(c)...)
		}
	}
	return string(append(b, '"'))
}
