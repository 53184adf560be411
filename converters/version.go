package converters

import "strconv"

// version is a model's version, 46 for 4.6.
type version int

// versionOf finds the version in a model's name: claude-3-7-sonnet-20250219, claude-opus-4-20250514, us.anthropic.claude-opus-4-6-v1,
// gemini-2.5-flash. A name without one is that of a new model.
func versionOf(name string) version {
	const newest = 990
	var found [2]int
	n := 0
	for i := 0; i < len(name) && n < len(found); {
		from := i
		for i < len(name) && '0' <= name[i] && name[i] <= '9' {
			i++
		}
		switch {
		case i == from:
			if n > 0 && name[i] != '-' && name[i] != '.' {
				n = len(found) // the second number follows at once or not at all
			}
			i++
		case i-from > 2:
			n = max(n, 1) * len(found) // a date
		default:
			found[n], _ = strconv.Atoi(name[from:i])
			n++
		}
	}
	if found[0] == 0 {
		return newest
	}
	return version(found[0]*10 + min(found[1], 9))
}
