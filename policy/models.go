package policy

import (
	"errors"
	"strconv"
	"strings"

	"github.com/usagepanda/usage-panda-envoy/converters/openai"
)

// Models are the names that clients use for models, in the order of the settings.
type Models []model

// model is a name, or a pattern with one *, and where it leads.
type model struct {
	name    string
	targets []string // PROVIDER/MODEL
}

const wantedModels = "an object of models, each with PROVIDER/MODEL or a list of them"

func (m *Models) set(text string) error {
	if text == "" {
		*m = nil
		return nil
	}
	return errors.New("a string; want " + wantedModels)
}

func (m *Models) setJSON(v openai.Value) error {
	if *m = nil; v.Kind() != '{' {
		return errors.New(openai.KindName(v.Kind()) + "; want " + wantedModels)
	}
	var all []error
	err := openai.Members(v, func(name string, v openai.Value) error {
		n := model{name: strings.Clone(name)}
		all = append(all, within(strconv.Quote(name), n.read(v))...)
		*m = append(*m, n)
		return nil
	})
	return errors.Join(append(all, err)...)
}

// read sets the targets.
func (m *model) read(v openai.Value) (all []error) {
	switch n := strings.Count(m.name, "*"); {
	case m.name == "":
		all = append(all, errors.New("empty; want a model's name"))
	case n > 1:
		all = append(all, errors.New(strconv.Itoa(n)+" *; want at most one"))
	}
	take := func(v openai.Value) error {
		text, err := stringOf(v)
		if err == nil {
			err = m.fits(text)
		}
		if err != nil {
			all = append(all, err)
		} else {
			m.targets = append(m.targets, text)
		}
		return nil
	}
	switch v.Kind() {
	case '[':
		_ = openai.Elements(v, take) // it is a list, and take never fails
		if len(m.targets)+len(all) == 0 {
			all = append(all, errors.New("an empty list; want PROVIDER/MODEL"))
		}
	case '"':
		_ = take(v)
	default:
		all = append(all, errors.New(openai.KindName(v.Kind())+"; want PROVIDER/MODEL or a list of them"))
	}
	return all
}

// fits tells what is wrong with a target.
func (m *model) fits(target string) error {
	provider, model, ok := strings.Cut(target, "/")
	switch n := strings.Count(model, "*"); {
	case !ok || provider == "" || model == "":
		return errors.New(strconv.Quote(target) + " is no target; want PROVIDER/MODEL")
	case n > 1:
		return errors.New(strconv.Quote(target) + " has " + strconv.Itoa(n) + " *; want at most one")
	case n > 0 && !strings.Contains(m.name, "*"):
		return errors.New(strconv.Quote(target) + " has a *, and the model's name has none")
	}
	return nil
}
