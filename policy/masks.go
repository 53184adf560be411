package policy

import (
	"slices"
	"strconv"
	"strings"

	"github.com/usagepanda/usage-panda-envoy/converters/openai"
)

// masks are the values of a request that placeholders stand for: [EMAIL_1], [EMAIL_2], .... The same value has the same one.
type masks struct {
	placeholders map[string]string // by kind and value
	values       map[string]string // by placeholder
	last         map[string]int    // number, by kind
	longest      int               // placeholder, in bytes
}

// maxMasks is how many values a request may have placeholders for, and the largest number that is seen in one of the client's own.
const maxMasks = 10_000

// mask returns the placeholder of a value; "" where there are too many.
func (x *Exchange) mask(kind, value string) string {
	if x.masks == nil {
		x.masks = &masks{placeholders: map[string]string{}, values: map[string]string{}, last: map[string]int{}}
	}
	m := x.masks
	key := kind + " " + value
	if p := m.placeholders[key]; p != "" || len(m.values) == maxMasks {
		return p
	}
	head := "[" + strings.ReplaceAll(strings.ToUpper(kind), "-", "_") + "_"
	n, begun := m.last[kind]
	if !begun {
		n = x.numbered(head)
	}
	n++
	p := head + strconv.Itoa(n) + "]"
	m.placeholders[key], m.values[p] = p, strings.Clone(value) // or all of the body would stay with it
	m.last[kind] = n
	m.longest = max(m.longest, len(p))
	return p
}

// numbered is the largest number of what the client itself wrote as a placeholder: ours must stand for one thing.
func (x *Exchange) numbered(head string) (largest int) {
	if x.Request == nil {
		return 0
	}
	for i := range x.Request.Texts {
		rest := x.Request.Text(i)
		for {
			_, behind, ok := strings.Cut(rest, head)
			if !ok {
				break
			}
			digits, _, _ := strings.Cut(behind[:min(len(behind), 8)], "]")
			if n, err := strconv.Atoi(digits); err == nil && n <= maxMasks {
				largest = max(largest, n)
			}
			rest = behind
		}
	}
	return largest
}

// unmasking puts the values back in the answer, behind all that judge it: nobody finds what the user said, and the stats' answer has
// what the user got.
type unmasking struct{ data *PersonalData }

func (p unmasking) Wants(e openai.Endpoint, s Side) bool {
	return s == Answer && e.Generates() && slices.Contains(p.data.Request[:], Mask)
}

func (unmasking) Worst(Side) Action { return Redact }

func (unmasking) Describe(Side, []string) Flag { return Flag{} } // it finds nothing that is wrong

func (unmasking) Scan(x *Exchange, _ Side) []ScanFunc {
	if x.masks == nil {
		return nil
	}
	var found []Match
	return []ScanFunc{func(text string, atEOF bool) ([]Match, int) {
		found = found[:0]
		for from := 0; ; {
			i := strings.IndexByte(text[from:], '[')
			if i < 0 {
				return found, len(text)
			}
			from += i
			end := from + 1
			for end < len(text) && end-from < x.masks.longest && placeholderByte(text[end]) {
				end++
			}
			switch {
			case end < len(text) && text[end] == ']':
				end++
				if value, ok := x.masks.values[text[from:end]]; ok {
					found = append(found, Match{Start: from, End: end, Action: Redact, Text: value})
				}
			case end == len(text) && !atEOF && end-from < x.masks.longest:
				return found, from
			}
			from = end
		}
	}}
}

func placeholderByte(c byte) bool { return 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '_' }
