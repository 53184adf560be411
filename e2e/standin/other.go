package standin

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"

	strict "github.com/go-json-experiment/json"
)

// Other stands in for a provider of another API than OpenAI's, or of the same API at another place, as a Provider does for OpenAI's: it says what it was told, and what came
// can be asked for. It refuses, in the provider's own words and by the field's name, what the provider's published types do not allow.
//
// What it does not refuse, because the provider would not, but what a careful sender does not send, are Problems: credentials of others.
//
// A request for a model whose name ends in "fault-NAME", or with the header x-fault, gets that fault: see Fault.
type Other struct {
	*Provider
	Kind string

	dialect
	mu       sync.Mutex
	script   func(*http.Request, []byte) *Answer
	problems []string
	faults   map[string]int // how often each header x-fault was obeyed
}

// dialect is how a provider speaks.
type dialect struct {
	reply  func(o *Other, r *http.Request, body []byte) *Answer
	fail   func(status int, message string) *Answer // in the provider's own form of errors
	broken func() []byte                            // what is written where a stream fails on the provider's side
	own    []string                                 // headers that are meant for the provider, of those in foreign
}

// dialects are the providers that there are, by kind.
var dialects = map[string]dialect{
	"anthropic": {anthropicAnswer, anthropicFail, anthropicBroken, []string{"X-Api-Key"}},
	"azure":     {azureAnswer, azureFail, openBroken, []string{"Api-Key", "Authorization"}},
	"bedrock":   {bedrockAnswer, bedrockFail, bedrockBroken, []string{"Authorization", "X-Amz-Security-Token"}},
	"gemini":    {geminiAnswer, googleFail, googleBroken, []string{"X-Goog-Api-Key"}},
	"openai":    {compatibleAnswer, compatibleFail, openBroken, []string{"Authorization"}},
	"palm":      {palmAnswer, googleFail, googleBroken, []string{"X-Goog-Api-Key"}},
	"vertex":    {vertexAnswer, googleFail, googleBroken, []string{"Authorization", "X-Goog-User-Project"}},
}

// foreign are headers that some provider or Usage Panda takes, and that no other should see.
var foreign = []string{"Authorization", "Api-Key", "X-Api-Key", "X-Goog-Api-Key", "X-Goog-User-Project", "X-Amz-Security-Token",
	"Openai-Organization", "Openai-Project", "Cookie"}

// Kinds are the kinds of providers that ServeOther serves.
func Kinds() []string {
	return []string{"anthropic", "azure", "bedrock", "gemini", "openai", "palm", "vertex"}
}

// ServeOther starts a stand-in for a provider of that kind. Whoever starts it must Close it. Key is a Bearer token for openai and vertex; for bedrock
// it is a Bearer key or, with a colon, "access key id:secret", with which requests must be signed.
func ServeOther(kind string, o Options) (*Other, error) {
	d, ok := dialects[kind]
	if !ok {
		return nil, fmt.Errorf("stand-in: no kind %q; want one of %s", kind, strings.Join(Kinds(), ", "))
	}
	other := &Other{Provider: &Provider{options: o}, Kind: kind, dialect: d, faults: map[string]int{}}
	other.Forget()
	var err error
	other.server, other.URL, err = serve(o.Address, o.TLS, other.Provider)
	return other, err
}

// Script has f answer; where it returns nil, and when f is nil, the provider answers by itself.
func (o *Other) Script(f func(r *http.Request, body []byte) *Answer) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.script = f
}

// Problems are what was wrong with what came, though the provider would not have refused it.
func (o *Other) Problems() []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return slices.Clone(o.problems)
}

// Forget forgets the requests that came, those that left, the problems, the faults that were obeyed, and the script.
func (o *Other) Forget() {
	o.mu.Lock()
	o.script, o.problems = nil, nil
	clear(o.faults)
	o.mu.Unlock()
	o.Provider.Forget()
	o.Provider.Script(o.take)
}

// take answers: by the script, with a fault that was asked for, or by itself.
func (o *Other) take(r *http.Request, body []byte) *Answer {
	o.mu.Lock()
	script := o.script
	o.problems = append(o.problems, o.suspicious(r)...)
	o.mu.Unlock()
	if script != nil {
		if a := script(r, body); a != nil {
			return a
		}
	}
	if name := o.wanted(r, body); name != "" {
		return o.Fault(name, r, body)
	}
	return o.Answer(r, body)
}

// Answer is what the provider answers by itself. A script may change it.
func (o *Other) Answer(r *http.Request, body []byte) *Answer {
	if kind := r.Header.Get("Content-Type"); r.Method == http.MethodPost && !strings.HasPrefix(kind, "application/json") {
		return o.fail(http.StatusUnsupportedMediaType, fmt.Sprintf("content-type is %q; want application/json", kind))
	}
	return o.reply(o, r, body)
}

// suspicious tells what a careful sender had not sent.
func (o *Other) suspicious(r *http.Request) (all []string) {
	for _, name := range foreign {
		if r.Header.Get(name) != "" && !slices.Contains(o.own, name) {
			all = append(all, fmt.Sprintf("%s was sent the header %s", o.Kind, strings.ToLower(name)))
		}
	}
	for name := range r.Header {
		if strings.HasPrefix(name, "X-Usagepanda-") {
			all = append(all, fmt.Sprintf("%s was sent the header %s", o.Kind, strings.ToLower(name)))
		}
	}
	if o.Kind != "palm" && o.Kind != "gemini" && r.URL.Query().Get("key") != "" {
		all = append(all, o.Kind+" was sent a key in the query")
	}
	return all
}

// allowed tells whether a key is the one that is let in.
func (o *Other) allowed(key string) bool { return o.options.Key == "" || key == o.options.Key }

// object reads a body that must be one JSON object: no name twice, no invalid UTF-8.
func (o *Other) object(body []byte) (map[string]any, error) {
	var v map[string]any
	if err := strict.Unmarshal(body, &v); err != nil {
		return nil, err
	}
	if v == nil {
		return nil, fmt.Errorf("the body is null; want an object")
	}
	return v, nil
}

// compact is an answer with the value as JSON without white space.
func compact(status int, v any) *Answer {
	body, err := json.Marshal(v)
	if err != nil {
		return Text(http.StatusInternalServerError, "text/plain", err.Error())
	}
	return Text(status, "application/json", string(body))
}

// headers sets headers of an answer.
func (a *Answer) headers(all map[string]string) *Answer {
	for name, value := range all {
		a.Header.Set(name, value)
	}
	return a
}
