package policy

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/usagepanda/usage-panda-envoy/converters/openai"
)

// Unreadable flags or refuses what a request shows the model and no policy can read: a word that is forbidden in a text may be in it.
type Unreadable struct {
	Actions MediaActions `key:"POLICY_UNREADABLE" header:"x-usagepanda-unreadable" doc:"What is done about requests with content that no policy reads: KIND:ACTION, ..., with the kinds image (moderation alone looks at these), audio and file, or all; the actions are none, audit and block. A kind's own action counts more than that of all."`
}

// mediaKinds are the kinds of content that is no text.
var mediaKinds = [...]string{"image", "audio", "file"}

// MediaKinds are their names.
func MediaKinds() []string { return mediaKinds[:] }

// MediaActions says what is done about each kind.
type MediaActions [len(mediaKinds)]Action

func (a *MediaActions) set(text string) error {
	err := setKinds(a[:], text, false, func(name string) (uint32, bool) {
		if name == "all" {
			return 1<<len(mediaKinds) - 1, true
		}
		k := slices.Index(mediaKinds[:], name)
		return 1 << max(k, 0), k >= 0
	}, "all or one of "+strings.Join(mediaKinds[:], ", "))
	if err == nil && slices.Contains(a[:], Redact) {
		return errors.New("redact: what nobody reads cannot be redacted; want none, audit or block")
	}
	return err
}

func (a *MediaActions) tighten(by MediaActions) { tightenKinds(a[:], by[:]) }

func (p *Unreadable) Wants(e openai.Endpoint, s Side) bool {
	return s == Prompt && e.Generates() && p.Actions != MediaActions{}
}

func (p *Unreadable) Check(x *Exchange) []Finding {
	worst, said := None, ""
	for k, n := range [...]int{len(x.Request.Images), x.Request.Sounds, x.Request.Files} {
		if n == 0 || p.Actions[k] == None {
			continue
		}
		worst = max(worst, p.Actions[k])
		if said != "" {
			said += ", "
		}
		said += mediaKinds[k] + " (" + strconv.Itoa(n) + ")"
	}
	if worst == None {
		return nil
	}
	return []Finding{{
		Flag:  Flag{Type: "policy_unreadable", Description: "Request has content that no policy reads: " + said},
		Block: worst == Block,
	}}
}
