package converters

import (
	"github.com/usagepanda/usage-panda-envoy/converters/openai"
)

// geminiLogprobs are log probabilities in OpenAI's form.
func geminiLogprobs(v []byte) []byte {
	var w openai.Writer
	w.Open("", '{')
	w.Open("content", '[')
	var chosen, top openai.Reader
	chosen.Reset(openai.Within(v, "chosenCandidates"), true)
	top.Reset(openai.Within(v, "topCandidates"), true)
	tops := top.Kind() == '[' && top.Open('[')
	for ok := chosen.Open('['); ok && chosen.More(); {
		w.Open("", '{')
		token(&w, chosen.Value())
		w.Open("top_logprobs", '[')
		if tops && top.More() {
			var in openai.Reader
			in.Reset(openai.Within(top.Value(), "candidates"), true)
			for ok := in.Open('['); ok && in.More(); {
				w.Open("", '{')
				token(&w, in.Value())
				w.Close('{')
			}
		}
		w.Close('[')
		w.Close('{')
	}
	w.Close('[')
	w.Raw("refusal", null)
	w.Close('{')
	return w.B
}

func token(w *openai.Writer, v []byte) {
	if t := openai.Within(v, "token"); t != nil {
		w.Raw("token", t)
	} else {
		w.Word("token", "")
	}
	if p := openai.Within(v, "logProbability"); p != nil {
		w.Raw("logprob", p)
	} else {
		w.Int("logprob", 0)
	}
	w.Raw("bytes", null)
}
