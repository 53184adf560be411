package policy

import (
	"strings"
	"testing"
)

// FuzzRuleMatch holds the matching of a pattern against the plain way: to try every place where the * may end.
func FuzzRuleMatch(f *testing.F) {
	for _, row := range [][2]string{
		{"*", ""}, {"*", "gpt-4"}, {"gpt-*", "gpt-4"}, {"gpt-*", "gpt"}, {"*-mini", "-mini"}, {"aba*aba", "aba"}, {"aba*aba", "abaaba"}, {"a*a", "a"},
		{"gpt-4", "gpt-4"}, {"gpt-4", "gpt-4o"}, {"é*\xff", "é\xff\xff"}, {"a*b", "a*b"},
	} {
		f.Add(row[0], row[1])
	}
	f.Fuzz(func(t *testing.T, pattern, name string) {
		if strings.Count(pattern, "*") > 1 {
			return // the settings have none
		}
		r := rule{pattern: pattern, star: strings.IndexByte(pattern, '*')}
		part, ok := r.match(name)
		before, after, star := strings.Cut(pattern, "*")
		want := !star && name == pattern
		for i := len(before); star && i <= len(name); i++ {
			want = want || strings.HasPrefix(name, before) && name[i:] == after
		}
		if ok != want {
			t.Fatalf("%q and %q match: %v; want %v", pattern, name, ok, want)
		}
		if star && ok && before+part+after != name || !ok && part != "" || !star && part != "" {
			t.Fatalf("%q matches %q with %q", pattern, name, part)
		}
	})
}

// FuzzTargets: no model panics, and each goes where exactly one rule says.
func FuzzTargets(f *testing.F) {
	s, err := ParseSettings([]byte("{"+three+`"MODELS":{"fast":"b/claude","gpt-*":["a/x-*","b/y"],"*-mini":"az/*"},"AZURE_RESOURCES":["us"]}`), keys)
	if err != nil {
		f.Fatal(err)
	}
	for _, row := range [][2]string{{"fast", ""}, {"gpt-4", ""}, {"a/x", "us"}, {"a/", "eu"}, {"o1-mini", "evil.example"}} {
		f.Add(row[0], row[1])
	}
	f.Fuzz(func(t *testing.T, model, resource string) {
		targets, err := s.Targets(model, headersOf("x-usagepanda-azure-resource: "+resource))
		if err != nil && (targets != nil || err.Error() == "" || strings.Contains(err.Error(), "key-")) {
			t.Fatalf("%q, %q: %v with %v", model, resource, err, targets)
		}
		for _, target := range targets {
			if target.Provider == nil || !providerName(target.Provider.Name) {
				t.Fatalf("%q, %q: %v", model, resource, targets)
			}
			if r := target.Provider.Resource; target.Provider.Kind == "azure" && r != "us" && r != "eu" {
				t.Fatalf("%q, %q leads to Azure's %q", model, resource, r)
			}
		}
	})
}
