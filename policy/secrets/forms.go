package secrets

import "strings"

// maxToken is the longest part of a token that has no length of its own.
const maxToken = 4096

// prefixed finds what a rule knows by how it begins.
func (s *Scanner) prefixed(i int) (m Match) {
	second := s.w.At(i + 1)
	at := prefixes[pair(s.w.Text[i], second)]
	for k := at.from; k < at.to; k++ {
		s.w.Count(1)
		r := &byPrefix[k]
		if last := i + len(r.pattern[0].literal) - 1; last < len(s.w.Text) && s.w.Text[last] != r.last {
			continue
		}
		end := s.match(r.pattern, i)
		if end == 0 || !s.closes(end, r.pattern) {
			continue
		}
		text := s.w.Text[i:end]
		s.w.Count(2 * len(text))
		switch {
		case r.entropy > 0 && (entropy(text) < r.entropy || placeholder(text)):
		case strings.Contains(text, "abc123"): // a sample
		case r.name == "gcp-api-key" && public(text):
		case r.name == "vault-service-token" && len(text) == 26 && subset(text[2:], letter):
		case r.name == "hashicorp-tf-api-token" && !s.tail(i):
		default:
			return s.is(r.kind, r.name, i, end)
		}
	}
	return m
}

// cutShort tells whether a text begins as a rule's secrets do and is shorter than all of them: a sample, or what is left of one.
func cutShort(text string) bool {
	at := prefixes[pair(text[0], text[1])]
	known := false
	for k := at.from; k < at.to; k++ {
		if r := &byPrefix[k]; len(r.pattern[0].literal) >= 4 && strings.HasPrefix(text, r.pattern[0].literal) {
			if len(text) >= r.least() {
				return false
			}
			known = true
		}
	}
	return known
}

// tail tells whether fourteen letters and digits and a dot are before i.
func (s *Scanner) tail(i int) bool {
	for n := 2; n <= 15; n++ {
		if class[s.w.At(i-n)]&word == 0 {
			return false
		}
	}
	return s.w.At(i-1) == '.'
}

// jwt finds a JSON Web Token (RFC 7519): header, claims and signature in Base64, each after a dot; the signature may be missing.
func (s *Scanner) jwt(i int) (m Match) {
	w := &s.w
	if w.At(i+1) != 'y' {
		return m
	}
	n := s.take(i, word|dash|under, maxToken)
	j := i + n
	if n < 19 || w.At(j) != '.' || w.At(j+1) != 'e' || w.At(j+2) != 'y' {
		return m
	}
	j++
	n = s.take(j, word|base|dash|under, maxToken)
	j += n
	if n < 19 || w.At(j) != '.' {
		return m
	}
	j++
	if n = s.take(j, word|base|dash|under, maxToken); n >= 10 || n == 0 {
		j += n
	}
	j += s.take(j, equals, 2)
	if s.entropy(i, j) < 3 {
		return m
	}
	return s.is(JWT, "jwt", i, j)
}

// jwtInBase64 finds a JWT that is in Base64 once more.
func (s *Scanner) jwtInBase64(i int) (m Match) {
	w := &s.w
	if !w.Has(i, "ZXlK") {
		return m
	}
	n := s.take(i, word|base|dash|under, 2*maxToken)
	n += s.take(i+n, equals, 2)
	if n < 64 || s.entropy(i, i+64) < 4 {
		return m
	}
	return s.is(JWT, "jwt-base64", i, i+n)
}

// numbered finds tokens that begin with the number of an account: of Telegram's bots, of Facebook's applications.
func (s *Scanner) numbered(i int) (m Match) {
	w := &s.w
	n := s.take(i, digit, 17)
	j := i + n
	switch c := w.At(j); {
	case c == ':' && n >= 8 && n <= 10 && w.At(j+1) == 'A':
		if s.take(j+2, word|dash|under, 35) == 34 {
			return s.is(Chat, "telegram-bot-api-token", i, j+36)
		}
	case c == '|' && n >= 15 && n <= 16:
		if k := s.take(j+1, word|dash|under, 41); k >= 27 && k <= 40 && s.entropy(i, j+1+k) >= 3 {
			return s.is(Service, "facebook-access-token", i, j+1+k)
		}
	}
	return m
}

// sidekiq finds user and password of Sidekiq's packages in a URL.
func (s *Scanner) sidekiq(i int) (m Match) {
	w := &s.w
	const hex = digit | hexLower | hexUpper
	if s.take(i, hex, 9) != 8 || w.At(i+8) != ':' || s.take(i+9, hex, 9) != 8 || w.At(i+17) != '@' {
		return m
	}
	if !w.Has(i+18, "gems.contribsys.com") && !w.Has(i+18, "enterprise.contribsys.com") {
		return m
	}
	return s.is(Registry, "sidekiq-sensitive-url", i, i+17)
}

// azure finds the rest of a client secret of Azure's Active Directory, abc1Q~..., from the '~' at i on.
func (s *Scanner) azure(i int) (m Match) {
	w := &s.w
	for n := 3; n <= 5; n++ {
		if class[w.At(i-n)]&(word|under|tilde|dotted) == 0 {
			return m
		}
	}
	if c := w.At(i - 6); class[c]&run != 0 && c != '=' && c != ':' {
		return m
	}
	n := s.take(i+1, word|under|tilde|dotted|dash, 35)
	if c := w.At(i + 1 + n); n < 31 || n > 34 || class[c]&run != 0 {
		return m
	}
	if s.entropy(i, i+1+n) < 3 {
		return m
	}
	return s.is(Azure, "azure-ad-client-secret", i, i+1+n)
}

// entropy is that of the bytes from i to end.
func (s *Scanner) entropy(i, end int) float64 {
	text := s.w.Text[i:min(end, len(s.w.Text))]
	s.w.Count(min(2*len(text), len(logs)))
	return entropy(text)
}
