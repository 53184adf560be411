package pii

import "github.com/usagepanda/usage-panda-envoy/policy/internal/window"

const maxDomain = 255 // RFC 5321

// email finds the address around an '@': a name of at most 64 bytes without quotes, and a domain name that ends with a word.
func (s *Scanner) email(at int) (m Match) {
	w := &s.w
	if !s.kinds.Has(Email) {
		return m
	}
	start := at
	for start > s.floor && at-start <= maxLocal && class[w.At(start-1)]&local != 0 {
		start--
	}
	if at-start > maxLocal {
		return m
	}
	for start < at && (!named(w.At(start)) || w.At(start)&0xC0 == 0x80) {
		start++
	}
	if start == at || !named(w.At(at-1)) && w.At(at-1) != '-' && w.At(at-1) != '+' {
		return m
	}
	switch w.At(start - 1) {
	case '@':
		return m
	case '/', ':', '$':
		if s.inAuthority(start - 1) {
			return m
		}
	}
	end := s.domainName(at + 1)
	if end == 0 || w.At(end) == '@' {
		return m
	}
	if w.At(end) == ':' && at-start == 3 && w.Has(start, "git") && class[w.At(end+1)]&word != 0 {
		return m // git@host:path, which is a place and no mailbox
	}
	return Match{start, end, Email}
}

// named tells whether a name may begin or end with a byte.
func named(c byte) bool { return class[c]&word != 0 || c == '_' || c >= 0x80 }

// inAuthority tells whether the byte at i belongs to "scheme://user:password@host".
func (s *Scanner) inAuthority(i int) bool {
	for j := i; j > i-maxLocal; j-- {
		switch c := s.w.At(j); {
		case c == '/':
			return s.w.At(j-1) == '/'
		case c <= ' ' || c == '"' || c == '<' || c == '(':
			return false
		}
	}
	return false
}

// domainName returns the end of the longest domain name at i whose last label can be a top-level domain; 0 if there is none.
func (s *Scanner) domainName(i int) (end int) {
	w := &s.w
	label, letters, dots := i, true, 0
	for j := i; j-i <= maxDomain; j++ {
		c := w.At(j)
		switch {
		case c == '.' || class[c]&domain == 0:
			n := j - label
			if n == 0 || n > 63 || w.At(j-1) == '-' || w.At(label) == '-' {
				return end
			}
			if dots > 0 && n > 1 && (letters || w.HasFold(label, "xn--")) && !s.image(label, n) {
				end = j
			}
			if c != '.' {
				return end
			}
			label, letters = j+1, true
			dots++
		case class[c]&letter == 0 && c < 0x80:
			if c == '-' && letters && dots > 0 && j-label > 1 && class[w.At(j+1)]&word == 0 && !s.image(label, j-label) {
				end = j // a dash of the text
			}
			letters = false
		}
	}
	return 0
}

// image tells whether a label is the ending of an image's file: "logo@2x.png".
func (s *Scanner) image(label, n int) bool {
	var b [4]byte
	for j := range min(n, len(b)) {
		b[j] = window.Lower(s.w.At(label + j))
	}
	switch string(b[:min(n, len(b))]) {
	case "png", "jpg", "jpeg", "gif", "svg", "webp":
		return n <= len(b)
	}
	return false
}
