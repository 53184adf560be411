package pii

import "github.com/usagepanda/usage-panda-envoy/policy/internal/window"

// colon finds what has its first ':' at i: the user and password of a URL, an IPv6 address, a MAC address.
func (s *Scanner) colon(i int) (m Match) {
	if s.kinds.Has(URL) && s.w.At(i+1) == '/' {
		return s.credentials(i)
	}
	if s.kinds&(1<<IP|1<<MAC) == 0 {
		return m
	}
	start := i
	for start > s.floor && i-start <= 4 && class[s.w.At(start-1)]&hex != 0 {
		start--
	}
	if i-start == 0 || i-start > 4 || !s.opens(start) || s.w.At(start-1) == ':' {
		return m
	}
	if s.kinds.Has(MAC) && i-start == 2 {
		if m = s.mac(start, ':'); m.End > 0 {
			return m
		}
	}
	if s.kinds.Has(IP) {
		m = s.ipv6(start)
	}
	return m
}

// opens tells whether a value that begins at i is not the rest of a longer one.
func (s *Scanner) opens(i int) bool {
	c := s.w.At(i - 1)
	if c == '-' || c == '.' {
		return class[s.w.At(i-2)]&word == 0
	}
	return class[c]&word == 0 && c != '_'
}

// closes tells whether a value that ends at i does not go on.
func (s *Scanner) closes(i int) bool {
	c := s.w.At(i)
	if c == '-' || c == '.' {
		return class[s.w.At(i+1)]&digit == 0
	}
	return class[c]&word == 0 && c != '_' && c != '@'
}

// maxAuthority is how long user and password may be together.
const maxAuthority = 256

// credentials finds user and password in "scheme://user:password@host", whose first ':' is at i.
func (s *Scanner) credentials(i int) (m Match) {
	w := &s.w
	if !w.Has(i+1, "//") || class[w.At(i-1)]&word == 0 {
		return m
	}
	start, colon, at := i+3, 0, 0
	j := start
scan:
	for ; j-start <= maxAuthority; j++ {
		switch c := w.At(j); c {
		case ':':
			if colon == 0 {
				colon = j
			}
		case '@':
			at = j
		case '/', '?', '#', '"', '\'', '`', '<', '>', '{', '}', '[', '(', ')', '\\', '$', '|', ',', ';':
			break scan
		default:
			if c <= ' ' {
				break scan
			}
		}
	}
	if at == 0 || colon == 0 || colon >= at-1 || j-start > maxAuthority || class[w.At(at+1)]&(word|domain) == 0 {
		return m
	}
	if placeholder(w.Text[colon+1 : at]) {
		return m
	}
	return Match{start, at, URL}
}

// placeholder tells whether a password only says that one belongs there.
func placeholder(text string) bool {
	var b [16]byte
	if len(text) > len(b) {
		return false
	}
	same := true
	for i := range len(text) {
		b[i] = window.Lower(text[i])
		same = same && b[i] == b[0]
	}
	switch string(b[:len(text)]) {
	case "pass", "password", "passwd", "pwd", "secret", "token", "pw", "mypassword", "yourpassword", "your-password", "your_password":
		return true
	}
	return same
}

// mac finds six pairs of hexadecimal digits with a separator between.
func (s *Scanner) mac(start int, sep byte) (m Match) {
	w := &s.w
	var all, any byte = 0xFF, 0
	for i := range 6 {
		a, b := w.At(start+3*i), w.At(start+3*i+1)
		if class[a]&hex == 0 || class[b]&hex == 0 || i < 5 && w.At(start+3*i+2) != sep {
			return m
		}
		pair := nibble(a)<<4 | nibble(b)
		all, any = all&pair, any|pair
	}
	end := start + 17
	if c := w.At(end); class[c]&word != 0 || c == sep || c == '_' || any == 0 || all == 0xFF {
		return m // all zeros are no address, all ones are everybody's
	}
	return Match{start, end, MAC}
}

func nibble(c byte) byte {
	if c <= '9' {
		return c - '0'
	}
	return c | 0x20 - 'a' + 10
}

// ipv6 finds an IPv6 address: eight groups, or fewer with "::" if it begins as the addresses do that are given to hosts. Code has "::",
// too.
func (s *Scanner) ipv6(start int) (m Match) {
	w := &s.w
	i, groups, first, long, gap, digits := start, 0, 0, 0, false, false
	for groups < 8 {
		n := 0
		for ; n < 5 && class[w.At(i)]&hex != 0; n++ {
			digits = digits || class[w.At(i)]&digit != 0
			i++
		}
		if n == 0 {
			break
		}
		if n > 4 {
			return m
		}
		if groups++; groups == 1 {
			first = n
		}
		long = max(long, n)
		if w.At(i) != ':' {
			break
		}
		if w.At(i+1) == ':' {
			if gap {
				return m
			}
			gap = true
			i++
		} else if class[w.At(i+1)]&hex == 0 {
			break
		}
		i++
	}
	end := i
	c := w.At(end)
	if c == ':' && class[w.At(end+1)]&word == 0 && w.At(end+1) != ':' { // the text's own
		c = 0
	}
	switch {
	case class[c]&word != 0 || c == ':' || c == '_' || c == '.' && class[w.At(end+1)]&digit != 0 || long < 3 || !digits:
		return m
	case gap && groups < 8:
		if groups < 2 || first != 4 || !hostPrefix(nibble(w.At(start)), nibble(w.At(start+1)), nibble(w.At(start+2))) {
			return m
		}
	case gap || groups < 8:
		return m
	}
	return Match{start, end, IP}
}

// hostPrefix tells whether an IPv6 address begins with 2000::/3 (global unicast), fc00::/7 (unique local) or fe80::/10 (link-local).
func hostPrefix(a, b, c byte) bool {
	return a == 2 || a == 3 || a == 0xF && (b&^1 == 0xC || b == 0xE && c&^3 == 8)
}
