package secrets

// maxKey is the longest private key. Of a longer one, what follows passes.
const maxKey = 16 << 10

// key is how far a private key is read that is not decided. Offsets are those of the text.
type key struct {
	start, at int // at is 0 if there is none
	body      int // bytes of Base64
	last      int // where the last of them ends that is no word
	token     int // the length of the token that at is in
	before    int // the length of the one before it in the same line
	named     bool
}

// privateKey finds a private key in PEM (RFC 7468) or of PGP at i: all from "-----BEGIN" to "-----END ...-----", or as far as it goes where
// its end is missing. Prose is no part of it.
func (s *Scanner) privateKey(i int) (m Match) {
	w, k := &s.w, &s.key
	if k.at == 0 || k.start != i {
		*k = key{}
		j := s.keyHeader(i, "-----BEGIN")
		if j == 0 {
			return m
		}
		*k = key{start: i, at: j, last: j}
	}
	for k.at-i < maxKey {
		c := w.At(k.at)
		if w.Short {
			return m
		}
		if c == '-' && w.Has(k.at, "-----") {
			end := s.keyHeader(k.at, "-----END")
			if w.Short {
				return m
			}
			if end > 0 && k.body >= 40 {
				*k = key{}
				return s.is(PrivateKey, "private-key", i, end)
			}
			break
		}
		if c == '\\' && (w.At(k.at+1) == 'n' || w.At(k.at+1) == 'r') { // an escaped line's end
			k.token, k.before, k.named = 0, 0, false
			k.at += 2
			continue
		}
		if w.Short {
			return m
		}
		switch {
		case class[c]&(word|base|equals) != 0:
			if k.token == 0 && k.before > 0 && k.before < 32 && !k.named {
				return s.openKey(i)
			}
			k.token++
			if k.body++; k.token >= 16 {
				k.last = k.at + 1
			}
		case c == '\n' || c == '\r':
			k.token, k.before, k.named = 0, 0, false
		case c == '-':
		case c == ':':
			k.named = true
			k.token = 0
		case c == 0 || c >= 0x80:
			return s.openKey(i)
		case k.token > 0:
			k.before, k.token = k.token, 0
		}
		k.at++
	}
	return s.openKey(i)
}

// openKey is a key whose end is missing.
func (s *Scanner) openKey(i int) (m Match) {
	last, body := s.key.last, s.key.body
	s.key = key{}
	if body < 64 || last-i < 64 {
		return m
	}
	return s.is(PrivateKey, "private-key", i, last)
}

// keyHeader returns where the line of a private key ends that begins at i, with text; 0 if there is none.
func (s *Scanner) keyHeader(i int, text string) (end int) {
	w := &s.w
	if !w.Has(i, text) {
		return 0
	}
	private := false
	for j := i + len(text); j-i < 100; j++ {
		c := w.At(j)
		switch {
		case c == 'P' && w.Has(j, "PRIVATE KEY"):
			private = true
		case c == '-' && w.Has(j, "-----"):
			if private {
				return j + 5
			}
			return 0
		case c != ' ' && class[c]&(upper|digit|dash|under) == 0:
			return 0
		}
	}
	return 0
}
