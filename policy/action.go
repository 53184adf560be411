package policy

import (
	"errors"
	"strconv"
	"strings"
)

// Action is what is done about a match; the larger, the stricter.
type Action uint8

const (
	None Action = iota
	Audit
	Mask // redact with a placeholder, which the answer's reader gets the original for
	Redact
	Block
)

var actionNames = [...]string{"none", "audit", "mask", "redact", "block"}

func (a Action) String() string { return actionNames[a] }

// set reads an action's name, but for Mask, which few policies know. The empty text is None.
func (a *Action) set(text string) error {
	for i, n := range actionNames {
		if Action(i) != Mask && strings.EqualFold(strings.TrimSpace(text), n) {
			*a = Action(i)
			return nil
		}
	}
	if text == "" {
		*a = None
		return nil
	}
	return errors.New("unknown action " + strconv.Quote(text) + "; want none, audit, redact or block")
}

func (a *Action) tighten(by Action) { *a = max(*a, by) }
