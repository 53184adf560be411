package policy

import (
	"github.com/usagepanda/usage-panda-envoy/converters/openai"

	"bytes"
	"errors"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// ParseSettings reads a configuration, a JSON object; an empty one is a valid one. A setting that it lacks is taken from the environment's
// variable of the same name, where env finds one. An error names all that is wrong, a line each: `KEY: what is wrong; what is wanted`.
func ParseSettings(data []byte, env func(string) (string, bool)) (*Settings, error) {
	s, given := &Settings{env: env}, map[string]bool{}
	var all []error
	for i := range fields {
		f := &fields[i]
		text, from := f.fallback, "the default"
		if v, ok := env(f.key); ok && v != "" {
			text, from, given[f.key] = v, "the environment", true
		}
		if err := f.setEither(f.in(s), text); err != nil {
			all = append(all, lines(f.key+" (from "+from+"): ", err))
		}
	}
	all = append(all, s.read(data, true, given)...)
	if !given["LOCAL_MODE"] {
		s.LocalMode = s.API == ""
	}
	all = append(all, s.check()...)
	if len(all) > 0 {
		return nil, errors.Join(all...)
	}
	return s, nil
}

// Merge lays a configuration of the control plane over these settings, and leaves them as they are. Keys that it does not know are left
// out: the control plane may be newer. It is valid only if it names LLM_API_BASE_PATH, as in Usage Panda.
func (s *Settings) Merge(data []byte) (*Settings, error) {
	merged, given := *s, map[string]bool{}
	all := merged.read(data, false, given)
	if len(all) == 0 && !given["LLM_API_BASE_PATH"] {
		all = append(all, errors.New("LLM_API_BASE_PATH: missing; want the provider's base URL"))
	}
	all = append(all, merged.check()...)
	if len(all) > 0 {
		return nil, errors.Join(all...)
	}
	// Whom the proxy asks for configurations, and where the filter stands, is the proxy's own affair.
	merged.LocalMode, merged.API, merged.APIKey, merged.APICluster = s.LocalMode, s.API, s.APIKey, s.APICluster
	merged.Role, merged.Convert = s.Role, s.Convert
	return &merged, nil
}

// read sets what an object says.
func (s *Settings) read(data []byte, strict bool, given map[string]bool) (all []error) {
	if len(bytes.TrimSpace(data)) == 0 {
		return nil
	}
	err := openai.Members(data, func(key string, v openai.Value) error {
		i := slices.IndexFunc(fields, func(f field) bool { return f.key == key })
		switch {
		case i >= 0:
			given[key] = v.Kind() != 'n'
			if err := fields[i].setJSON(fields[i].in(s), v); err != nil {
				all = append(all, lines(key+": ", err))
			}
		case strict && key != "$schema": // which editors want
			all = append(all, unknown(key))
		}
		return nil
	})
	if err != nil {
		all = append(all, errors.New("configuration: "+err.Error()+"; want a JSON object"))
	}
	return all
}

// lines puts words before each line of an error.
func lines(before string, err error) error {
	return errors.New(before + strings.ReplaceAll(err.Error(), "\n", "\n"+before))
}

// check finds what is wrong with settings together, and readies what is read from them once.
func (s *Settings) check() (all []error) {
	s.TraceHeader = strings.ToLower(s.TraceHeader)
	if err := s.Wordlists.compile(); err != nil {
		all = append(all, err)
	}
	all = append(all, s.route()...)
	if !s.LocalMode && s.API == "" {
		all = append(all, errors.New("USAGE_PANDA_API: missing; want the control plane's base URL, or LOCAL_MODE true"))
	}
	for _, u := range []struct {
		key, url string
		optional bool
	}{{"USAGE_PANDA_API", s.API, true}, {"LLM_API_BASE_PATH", s.BasePath, false}} {
		if _, _, err := SplitURL(u.url); err != nil && !(u.optional && u.url == "") {
			all = append(all, errors.New(u.key+": "+err.Error()))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(s.CORS)) {
		if !headerName(name) || strings.ContainsAny(s.CORS[name], "\r\n\x00") {
			all = append(all, errors.New("CORS_HEADERS: "+strconv.Quote(name)+": "+strconv.Quote(s.CORS[name])+" is no header; want a name and a value in one line"))
		}
	}
	if s.TraceHeader != "" && !headerName(s.TraceHeader) {
		all = append(all, errors.New("TRACE_HEADER: "+strconv.Quote(s.TraceHeader)+" is no header's name; want letters, digits, - and _"))
	}
	if s.PromptReflection.Delimiter == "" {
		all = append(all, errors.New("PROMPT_REFLECTION_DELIMETER: empty; want what marks the secret part of a prompt"))
	}
	if slices.Contains(s.PersonalData.Response[:], Mask) {
		all = append(all, errors.New("POLICY_RESPONSE_PII: an answer cannot be masked; want none, audit, redact or block"))
	}
	if s.MaskUser && len(s.ProxyID) == 0 {
		all = append(all, errors.New("MASK_USER_FIELD: PROXY_ID is missing; want it as the key of the mask"))
	}
	return all
}

// headerName tells whether a text can be the name of a header.
func headerName(name string) bool {
	return name != "" && strings.Trim(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") == ""
}

// SplitURL takes a base URL apart: the host with its port, and the path without a slash at its end.
func SplitURL(url string) (host, path string, err error) {
	scheme, rest, ok := strings.Cut(url, "://")
	host, path, _ = strings.Cut(rest, "/")
	if !ok || scheme != "http" && scheme != "https" || host == "" || !visible(url) || strings.ContainsAny(url, "?#@") {
		if strings.ContainsAny(url, "?@") { // credentials must not reach a log
			if url = "..."; scheme == "http" || scheme == "https" {
				url = scheme + "://..."
			}
		}
		return "", "", errors.New(strconv.Quote(url) + " is not a base URL; want https://HOST[:PORT][/PATH]")
	}
	if path = strings.TrimRight(path, "/"); path != "" {
		path = "/" + path
	}
	return host, path, nil
}

// unknown says which key was perhaps meant.
func unknown(key string) error {
	keys := make([]string, len(fields))
	for i := range fields {
		keys[i] = fields[i].key
	}
	meant := nearest(strings.ToUpper(key), keys)
	if !headerName(key) {
		key = strconv.Quote(key)
	}
	if meant == "" {
		return errors.New(key + ": unknown setting")
	}
	return errors.New(key + ": unknown setting; did you mean " + meant + "?")
}

// nearest is the known name that was perhaps meant by another; "" if it is like none.
func nearest(name string, known []string) (best string) {
	least := min(4, len(name)/2+1)
	for _, k := range known {
		if d := distance(name, k); d < least {
			best, least = k, d
		}
	}
	return best
}

// distance is the Levenshtein distance.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			d := diagonal
			if a[i] != b[j] {
				d++
			}
			diagonal = row[j+1]
			row[j+1] = min(d, row[j]+1, diagonal+1)
		}
	}
	return row[len(b)]
}

func stringOf(v openai.Value) (string, error) {
	if v.Kind() != '"' {
		return "", errors.New(openai.KindName(v.Kind()) + "; want a string")
	}
	return strings.Clone(v.Text()), nil
}

// Engine returns the policies as the settings have them.
func (s *Settings) Engine() *Engine {
	s.DisabledModels.leads = nil
	if s.Converts() {
		s.DisabledModels.leads = func(model string) []Target {
			to, _ := s.Targets(model, func(string) string { return "" })
			return to
		}
	}
	return newEngine(&s.Policies, s.Redaction)
}

// Override returns the engine as a request's headers have it: e itself where none of them says otherwise. header returns a header's value,
// "" where there is none. An error's text is fit for the client.
func (s *Settings) Override(e *Engine, header func(name string) string) (*Engine, error) {
	if s.HeaderOverrides == "none" {
		return e, nil
	}
	changed := *s
	var all []error
	any := false
	for i := range fields {
		f := &fields[i]
		if f.header == "" {
			continue
		}
		text := header(f.header)
		if text == "" {
			continue
		}
		any = true
		to := f.in(&changed)
		if err := f.setText(to, strings.ToLower(text)); err != nil {
			all = append(all, errors.New(f.header+": "+err.Error()))
		} else if s.HeaderOverrides == "tighten" {
			f.tightened(to, f.in(s))
		}
	}
	if len(all) > 0 {
		return nil, errors.Join(all...)
	}
	if !any {
		return e, nil
	}
	return changed.Engine(), nil
}

// tightened makes the value at least as strict as the configured one.
func (f *field) tightened(to, by reflect.Value) {
	switch v := to.Addr().Interface().(type) {
	case interface{ tighten(Action) }:
		v.tighten(by.Interface().(Action))
	case interface{ tighten(ListActions) }:
		v.tighten(by.Interface().(ListActions))
	case interface{ tighten(PIIActions) }:
		v.tighten(by.Interface().(PIIActions))
	case interface{ tighten(MediaActions) }:
		v.tighten(by.Interface().(MediaActions))
	case interface{ tighten(SecretActions) }:
		v.tighten(by.Interface().(SecretActions))
	case interface{ tighten(ReflectionScope) }:
		v.tighten(by.Interface().(ReflectionScope))
	case *bool:
		*v = *v || by.Bool()
	case *int:
		limit := int(by.Int())
		if f.tighten == "lower" || (limit > 0 && *v > 0) {
			*v = min(*v, limit)
		} else {
			*v = max(*v, limit)
		}
	}
}
