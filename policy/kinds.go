package policy

import (
	"errors"
	"math/bits"
	"slices"
	"strconv"
	"strings"
)

// setKinds reads what is done about each kind of something: KIND:ACTION, .... kinds returns the set that a name stands for, bit 1<<kind for
// a kind; masks says that Mask is one of the actions. What is said of a kind by its own name counts more than what is said of a group that it is in; else the strictest counts.
func setKinds(actions []Action, text string, masks bool, kinds func(name string) (uint32, bool), known string) error {
	clear(actions)
	own := make([]bool, len(actions))
	for rule := range strings.SplitSeq(text, ",") {
		rule = strings.TrimSpace(rule)
		if rule == "" || strings.EqualFold(rule, "none") {
			continue
		}
		name, action, _ := strings.Cut(rule, ":")
		set, ok := kinds(strings.ToLower(strings.TrimSpace(name)))
		if !ok {
			return errors.New("unknown kind " + strconv.Quote(name) + "; want " + known)
		}
		if strings.TrimSpace(action) == "" {
			return errors.New(strconv.Quote(rule) + " has no action; want " + name + ":none, " + name + ":audit, " + name + ":redact or " + name + ":block")
		}
		a := Mask
		if !strings.EqualFold(strings.TrimSpace(action), a.String()) {
			if err := a.set(action); err != nil {
				return err
			}
		} else if !masks {
			return errors.New("unknown action " + strconv.Quote(action) + "; want none, audit, redact or block")
		}
		single := set&(set-1) == 0
		for ; set != 0; set &= set - 1 {
			switch k := bits.TrailingZeros32(set); {
			case single && !own[k]:
				actions[k], own[k] = a, true
			case single || !own[k]:
				actions[k] = max(actions[k], a)
			}
		}
	}
	return nil
}

// tightenKinds makes what is done about each kind at least as strict.
func tightenKinds(actions, by []Action) {
	for k := range actions {
		actions[k] = max(actions[k], by[k])
	}
}

// kindsOf are the kinds with an action.
func kindsOf(actions []Action) (set uint32) {
	for k, a := range actions {
		if a > None {
			set |= 1 << k
		}
	}
	return set
}

// tokens refuses what no kind can be looked for in, where more is done than to audit.
func tokens(x *Exchange, actions []Action, kind, what string) []Finding {
	if x.Request.Tokens == 0 {
		return nil
	}
	return []Finding{{
		Flag:  Flag{Type: kind, Description: "Request is given as tokens, which cannot be searched for " + what},
		Block: slices.Max(actions) > Audit,
	}}
}
