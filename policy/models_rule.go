package policy

import "strings"

// A rule is a name or a pattern as requests are held against it.
type rule struct {
	pattern string
	star    int      // where the * is; -1 if there is none
	targets []Target // with their own * yet
	stars   bool     // of the targets, any
}

// match returns what the * stands for in a name that the rule is for.
func (r *rule) match(name string) (string, bool) {
	if r.star < 0 {
		return "", name == r.pattern
	}
	before, after := r.pattern[:r.star], r.pattern[r.star+1:]
	if len(name) < len(before)+len(after) || !strings.HasPrefix(name, before) || !strings.HasSuffix(name, after) {
		return "", false
	}
	return name[len(before) : len(name)-len(after)], true
}

// before orders rules: names, then patterns, the longest first; equals stay as they are in the settings.
func (r *rule) before(other *rule) bool {
	if exact, too := r.star < 0, other.star < 0; exact || too {
		return exact && !too
	}
	return len(r.pattern) > len(other.pattern)
}

// to is where a name that the rule matched leads; part is what its * stands for.
func (r *rule) to(part string) []Target {
	if !r.stars {
		return r.targets
	}
	all := make([]Target, len(r.targets))
	for i, t := range r.targets {
		if before, after, ok := strings.Cut(t.Model, "*"); ok {
			t = t.Provider.target(before + part + after)
		}
		all[i] = t
	}
	return all
}
