package policy

import (
	"errors"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/usagepanda/usage-panda-envoy/converters/openai"
)

// kinds are the kinds of providers; a test in filter/stream holds them against the converters.
var kinds = [...]string{"openai", "azure", "anthropic", "gemini", "vertex", "bedrock", "palm"}

// ProviderKinds are the kinds of providers that the settings know.
func ProviderKinds() []string { return slices.Clone(kinds[:]) }

// Providers are the providers of the settings, as they are written.
type Providers []Provider

func (p *Providers) set(text string) error {
	if text == "" {
		*p = nil
		return nil
	}
	return errors.New("a string; want a list of objects {name, kind, ...}")
}

func (p *Providers) setJSON(v openai.Value) error {
	*p = nil
	var all []error
	err := openai.Elements(v, func(v openai.Value) error {
		one, errs := providerOf(v)
		if one.Name != "" && slices.ContainsFunc(*p, func(other Provider) bool { return other.Name == one.Name }) {
			errs = append(errs, errors.New("a second provider of that name; want another"))
		}
		*p = append(*p, one)
		all = append(all, within(p.place(len(*p)-1), errs)...)
		return nil
	})
	return errors.Join(append(all, err)...)
}

// place says in errors which entry is meant.
func (p Providers) place(i int) string {
	if providerName(p[i].Name) {
		return p[i].Name
	}
	return "entry " + strconv.Itoa(i+1)
}

// members are what an entry of PROVIDERS may have.
var members = [...]string{
	"name", "kind", "url", "cluster", "key_env", "key", "client_key", "version", "resource", "project", "location", "max_tokens",
}

// ProviderMembers are the members that an entry of PROVIDERS may have.
func ProviderMembers() []string { return slices.Clone(members[:]) }

// providerOf reads an entry, and returns all that is wrong with it. What it quotes is never a key.
func providerOf(v openai.Value) (p Provider, all []error) {
	if v.Kind() != '{' {
		return p, []error{errors.New(openai.KindName(v.Kind()) + "; want an object {name, kind, ...}")}
	}
	given := map[string]bool{}
	url := ""
	err := openai.Members(v, func(name string, v openai.Value) error {
		given[name] = true
		var to *string
		var err error
		switch name {
		case "name":
			to = &p.Name
		case "kind":
			to = &p.Kind
		case "url":
			to = &url
		case "cluster":
			to = &p.Cluster
		case "key_env":
			to = &p.keyEnv
		case "key":
			to = &p.Key
		case "version":
			to = &p.Version
		case "resource":
			to = &p.Resource
		case "project":
			to = &p.Project
		case "location":
			to = &p.Location
		case "client_key":
			if p.ClientKey = v.Kind() == 't'; v.Kind() != 't' && v.Kind() != 'f' {
				err = errors.New(openai.KindName(v.Kind()) + "; want true or false")
			}
		case "max_tokens":
			if err = errors.New(openai.KindName(v.Kind()) + "; want a whole number"); v.Kind() == '0' {
				err = (&field{min: 1, max: 1<<31 - 1}).setNumber(reflect.ValueOf(&p.MaxTokens).Elem(), string(v))
			}
		default:
			all = append(all, unknownOf("member", name, members[:]))
			return nil
		}
		if to != nil {
			if *to, err = stringOf(v); err == nil && *to == "" {
				err = errors.New("empty; want a text")
			}
		}
		if err != nil {
			all = append(all, errors.New(name+": "+err.Error()))
		}
		return nil
	})
	if err != nil {
		all = append(all, err)
	}
	if p.url = url; url != "" {
		if p.Host, p.Base, err = SplitURL(url); err != nil {
			all = append(all, errors.New("url: "+err.Error()))
		}
	}
	all = append(all, p.check(given)...)
	if p.Cluster == "" {
		p.Cluster = p.Name
	}
	return p, all
}

// check returns what is wrong with an entry's members, beside their types.
func (p *Provider) check(given map[string]bool) (all []error) {
	wrong := func(text string) { all = append(all, errors.New(text)) }
	switch {
	case !given["name"]:
		wrong("name: missing; want a-z, 0-9, - and _")
	case p.Name != "" && !providerName(p.Name):
		wrong("name: " + strconv.Quote(p.Name) + " is none; want a-z, 0-9, - and _")
	}
	known := slices.Contains(kinds[:], p.Kind)
	switch {
	case !given["kind"]:
		wrong("kind: missing; want " + oneOf(kinds[:]))
	case p.Kind != "" && !known:
		all = append(all, unknownOf("kind", p.Kind, kinds[:]))
	}
	if p.keyEnv != "" && !variableName(p.keyEnv) {
		wrong("key_env: not a variable's name; want A-Z, 0-9 and _") // which may be a key
		p.keyEnv = ""
	}
	if given["key_env"] && given["key"] {
		wrong("both key_env and key; want one of them")
	}
	if !visible(p.Key) {
		wrong("key: white space or control characters in it")
	}
	for _, v := range [...][2]string{{"cluster", p.Cluster}, {"version", p.Version}, {"project", p.Project}} {
		if !visible(v[1]) {
			wrong(v[0] + ": " + strconv.Quote(v[1]) + " has white space or control characters in it")
		}
	}
	if strings.Trim(p.Location, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
		wrong("location: " + strconv.Quote(p.Location) + " is none; want a-z, 0-9 and -")
	}
	if p.Resource != "" {
		if err := azureResource(p.Resource); err != nil {
			wrong("resource: " + err.Error())
		}
	}
	if !known {
		return all
	}
	for _, v := range [...]struct {
		name  string
		fits  bool
		kinds string
	}{
		{"resource", p.Kind == "azure", "azure"}, {"project", p.Kind == "vertex", "vertex"},
		{"location", p.Kind == "vertex" || p.Kind == "bedrock", "vertex and bedrock"},
	} {
		if given[v.name] && !v.fits {
			wrong(v.name + ": only for the kind " + v.kinds)
		}
	}
	if p.Kind == "azure" && !given["resource"] && !given["url"] {
		wrong("resource: missing; want the name of Azure's resource, or a url")
	}
	if p.Kind == "vertex" && !given["project"] {
		wrong("project: missing; want Google Cloud's project")
	}
	return all
}

// providerName tells whether a text may be a provider's name.
func providerName(name string) bool {
	return name != "" && strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789-_") == ""
}

// azureResource tells what is wrong with the name of a resource of Azure's: it becomes the first label of a host's name, and nothing else.
func azureResource(name string) error {
	if len(name) < 2 || len(name) > 63 || name[0] == '-' || name[len(name)-1] == '-' ||
		strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
		return errors.New(strconv.Quote(name) + " is no resource's name; want 2 to 63 of a-z, 0-9 and -")
	}
	return nil
}

// variableName tells whether a text is the name of a variable as environments have them. Lower case is none: keys have it.
func variableName(name string) bool {
	return strings.Trim(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == "" && (name[0] < '0' || name[0] > '9')
}

// visible tells whether a text can stand in a header as it is, without white space.
func visible(text string) bool {
	for i := range len(text) {
		if text[i] <= ' ' || text[i] >= 0x7f {
			return false
		}
	}
	return true
}

// variable is a key in the environment. An error names the variable, never a value.
func (s *Settings) variable(name string) (string, error) {
	value, _ := s.env(name)
	switch value = strings.TrimSpace(value); {
	case value == "":
		return "", errors.New("the environment has no " + name + "; want it set, and named in the plugin's environment_variables")
	case !visible(value):
		return "", errors.New(name + " has white space or control characters in it; want a key")
	}
	return value, nil
}

// within says of errors where they are.
func within(place string, errs []error) []error {
	for i, err := range errs {
		errs[i] = errors.New(place + ": " + err.Error())
	}
	return errs
}

// unknownOf says of a name that it is none of the known ones, and which was perhaps meant.
func unknownOf(what, name string, known []string) error {
	want := "; want " + oneOf(known)
	if meant := nearest(name, known); meant != "" {
		want = "; did you mean " + meant + "?"
	}
	return errors.New("unknown " + what + " " + strconv.Quote(name) + want)
}
