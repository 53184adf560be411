package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/usagepanda/usage-panda-envoy/converters"
	"github.com/usagepanda/usage-panda-envoy/converters/openai"
	"github.com/usagepanda/usage-panda-envoy/e2e/envoy"
	"github.com/usagepanda/usage-panda-envoy/policy"
)

// standInKey is a key that the module lets through and that opens nothing.
const standInKey = "sk-stand-in-needs-no-key"

// plan is what is to be run.
type plan struct {
	settings map[string]json.RawMessage
	parsed   *policy.Settings
	standIn  bool
	key      string // of the provider, for requests that bring none; "" where each must bring its own
	apiKey   string // of the control plane

	provider, control envoy.Endpoint
	others            map[string]envoy.Endpoint // the clusters of PROVIDERS
	keys              map[string]string         // the variables that PROVIDERS name, with what they hold
	port, adminPort   int
}

// newPlan reads the settings and checks them. An error names all that is wrong with them.
func newPlan(root string, env func(string) (string, bool)) (*plan, error) {
	value := func(name string) string { v, _ := env(name); return v }
	p := &plan{key: value("OPENAI_API_KEY"), apiKey: value("USAGE_PANDA_API_KEY"), keys: map[string]string{}, others: map[string]envoy.Endpoint{}}
	source, text := "envoy.yaml", ""
	if file := value("CONFIG"); file != "" {
		data, err := os.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("CONFIG: %w", err)
		}
		source, text = file, string(data)
	} else {
		var err error
		if text, err = envoy.Settings(root); err != nil {
			return nil, err
		}
	}
	for _, name := range keyNames(text) {
		p.keys[name] = value(name)
	}
	over := map[string]string{"LLM_API_BASE_PATH": value("UPSTREAM"), "USAGE_PANDA_API": value("USAGE_PANDA_API")}
	var ports error
	p.port, ports = port(ports, "PORT", value("PORT"), 9000)
	p.adminPort, ports = port(ports, "ADMIN_PORT", value("ADMIN_PORT"), 9901)
	if err := errors.Join(p.read(text, over), ports); err != nil {
		return nil, fmt.Errorf("%s: these settings cannot run:\n  %s", source, strings.ReplaceAll(err.Error(), "\n", "\n  "))
	}
	return p, p.decide(over)
}

// lookup is the environment that the module will see.
func (p *plan) lookup(name string) (string, bool) {
	v := map[string]string{"OPENAI_API_KEY": p.key, "USAGE_PANDA_API_KEY": p.apiKey}[name]
	v = cmp.Or(v, p.keys[name])
	return v, v != ""
}

// keyNames are the variables that PROVIDERS name: no other one is let into the module by accident.
func keyNames(text string) (names []string) {
	var settings struct {
		Providers []struct {
			KeyEnv string `json:"key_env"`
		} `json:"PROVIDERS"`
	}
	_ = json.Unmarshal([]byte(text), &settings) // what is wrong with it is said when it is read
	for _, p := range settings.Providers {
		names = append(names, p.KeyEnv)
	}
	return names
}

// read parses the settings as they are, and once more with what is laid over them.
func (p *plan) read(text string, over map[string]string) (err error) {
	_, err = policy.ParseSettings([]byte(text), func(name string) (string, bool) {
		if v := over[name]; v != "" {
			return v, true
		}
		return p.lookup(name)
	})
	if err != nil {
		return err
	}
	if strings.TrimSpace(text) != "" {
		if err := json.Unmarshal([]byte(text), &p.settings); err != nil {
			return err
		}
	}
	if p.settings == nil {
		p.settings = map[string]json.RawMessage{}
	}
	for name, v := range over {
		if v != "" {
			p.set(name, v)
		}
	}
	if over["USAGE_PANDA_API"] != "" {
		p.set("LOCAL_MODE", false)
	}
	p.parsed, err = policy.ParseSettings(p.text(), p.lookup)
	return err
}

func (p *plan) set(name string, v any) {
	p.settings[name], _ = json.Marshal(v) // strings and booleans marshal
}

func (p *plan) text() []byte {
	text, _ := json.MarshalIndent(p.settings, "", "  ") // it was read from JSON
	return text
}

// decide says where the clusters lead.
func (p *plan) decide(over map[string]string) (err error) {
	_, named := p.settings["LLM_API_BASE_PATH"]
	p.key = cmp.Or(p.key, p.parsed.OpenAIKey)
	p.standIn = !named && p.key == ""
	if p.provider, err = envoy.At(p.parsed.BasePath); err != nil {
		return err
	}
	if p.key == "" && (p.standIn || !p.provider.TLS) {
		p.key = standInKey // whoever serves without TLS serves this machine
	}
	if !p.parsed.LocalMode {
		if p.control, err = envoy.At(p.parsed.API); err != nil {
			return err
		}
	}
	return p.lead()
}

// lead says where the clusters of the other providers lead: each to its one host.
func (p *plan) lead() (err error) {
	for i := range p.parsed.Providers {
		to := &p.parsed.Providers[i]
		url := to.URL()
		if url == "" {
			x := &converters.Exchange{
				Provider: &converters.Provider{Kind: to.Kind, Resource: to.Resource, Project: to.Project, Location: to.Location},
				Endpoint: openai.Chat, Model: "m", Body: []byte(`{"model":"m","messages":[{"role":"user","content":"?"}]}`),
			}
			out, err := converters.Of(to.Kind).Request(x)
			if err != nil {
				return fmt.Errorf("PROVIDERS: %s: %w", to.Name, err)
			}
			url = "https://" + out.Host
		}
		if p.others[to.Cluster], err = envoy.At(url); err != nil {
			return err
		}
	}
	return nil
}

// goTo leads to another provider.
func (p *plan) goTo(base string) (err error) {
	p.set("LLM_API_BASE_PATH", base)
	p.provider, err = envoy.At(base)
	return err
}

func (p *plan) options(root string) envoy.Options {
	env, shown := []string{"OPENAI_API_KEY=" + p.key, "USAGE_PANDA_API_KEY=" + p.apiKey}, []string(nil)
	for name, v := range p.keys {
		if name != "OPENAI_API_KEY" && name != "USAGE_PANDA_API_KEY" {
			env = append(env, name+"="+v)
			shown = append(shown, name)
		}
	}
	return envoy.Options{
		Root: root, Settings: string(p.text()), Provider: p.provider, Control: p.control, Port: p.port, AdminPort: p.adminPort,
		Env: env, Shown: shown, Clusters: p.others,
		Stdout: os.Stdout, Stderr: os.Stderr, Forget: true,
	}
}

// greeting says where it listens, and what to paste.
func (p *plan) greeting(url string) string {
	provider, header := p.parsed.BasePath, ""
	if p.standIn {
		provider = "a stand-in provider that says what it is told (set OPENAI_API_KEY for the real one)"
	}
	if p.key == "" {
		header += ` -H "authorization: Bearer $OPENAI_API_KEY"`
	}
	if !p.parsed.LocalMode && p.parsed.APIKey == "" {
		header += ` -H "x-usagepanda-api-key: $USAGE_PANDA_API_KEY"`
	}
	return fmt.Sprintf("Usage Panda listens on %s in front of %s. Ctrl-C ends it. Try:\n"+
		"  curl %[1]s/v1/chat/completions -H 'content-type: application/json'%[3]s "+
		`-d '{"model":"gpt-4o-mini","messages":[{"role":"user","content":"Say this is a test!"}]}'`+"\n", url, provider, header)
}

// port reads a port, and adds what is wrong with it to the errors.
func port(all error, name, text string, fallback int) (int, error) {
	if text == "" {
		return fallback, all
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 || n > 65535 {
		return 0, errors.Join(all, fmt.Errorf("%s: %q is no port; want 1 to 65535", name, text))
	}
	return n, all
}
