package secrets

import "strings"

// trailing is how many bytes at the end of a value are punctuation; all of it where an ellipsis is in the place of the rest.
func trailing(text string) (n int) {
	for n < len(text) {
		if c := text[len(text)-1-n]; c != '.' && c != '?' && c != ':' {
			break
		}
		n++
	}
	if n > 1 && text[len(text)-2] == '.' {
		return len(text)
	}
	return n
}

// loose returns the name of the rule that a value without a form of its own fits, given what its name says.
func loose(text string, says says) (name string) {
	if len(text) > maxLoose && says&saysHeader == 0 {
		return ""
	}
	var all uint16
	for i := range len(text) {
		all |= class[text[i]]
	}
	secret := says&(saysSecret|saysHarmless) == saysSecret
	switch {
	case says&saysUser != 0:
		if !userOption(text) {
			return ""
		}
		name = "curl-auth-user"
	case says&saysNuGet != 0:
		if text[0] == '%' || entropy(text) < 1 {
			return ""
		}
		name = "nuget-config-password"
	case says&saysHeader != 0 && all&digit != 0 && text[0] != '$' && entropy(text) >= 2.75 && wordy(text) < 0.5:
		name = "authorization-header"
	case secret && chance(text, all):
		name = "generic-api-key"
	case secret && says&saysPassword != 0 && strong(text, all):
		name = "password"
	case says&(saysKubernetes|saysData) != 0 && len(text) >= 10 && len(text)%4 == 0 && subset(text, word|base|equals):
		name = "kubernetes-secret-yaml"
	default:
		return ""
	}
	if placeholder(text) || public(text) {
		return ""
	}
	return name
}

// chance tells whether a value seems to be of chance: letters and digits, no words.
func chance(text string, all uint16) bool {
	const simple = word | under | dash | dotted | equals
	switch {
	case all&digit == 0:
		return false
	case len(text) >= 32 && all&(hexLower|hexUpper) == hexLower|hexUpper && subset(text, digit|hexLower|hexUpper):
		return false // hexadecimal digits are of one case
	case subset(text, simple):
		if len(text) < 10 {
			return false
		}
	case len(text) < 12 || !subset(text, word|base|equals) || class[text[0]]&word == 0:
		return false
	}
	return entropy(text) >= 3.5 && wordy(text) < 0.5 && !version(text) && !cutShort(text)
}

// subset tells whether a text has no byte but of some sets.
func subset(text string, set uint16) bool {
	for i := range len(text) {
		if class[text[i]]&set == 0 {
			return false
		}
	}
	return true
}

// strong tells whether a value looks like a password that somebody thought of: small and capital letters, digits and something else, and
// not what is to be replaced by one.
func strong(text string, all uint16) bool {
	if all&digit == 0 || all&letter != letter || len(text) > 64 || subset(text, word|under|dash|dotted|equals|base) {
		return false
	}
	return !strings.ContainsAny(text[:1], "$%#@&*|!/") && !strings.Contains(text, "://") && entropy(text) >= 2.75 && wordy(text) < 0.6
}

// userOption tells whether the value of curl's option -u has a password, alone or behind the user, that is none in appearance only.
func userOption(text string) bool {
	user, password, _ := strings.Cut(text, ":")
	if password == "" {
		password = user
	}
	if len(password) < 6 || password[0] == '$' || subset(text, digit|colon) || entropy(password) < 2 {
		return false
	}
	for i := range len(password) {
		if class[password[i]]&digit != 0 {
			return true
		}
	}
	return entropy(password) >= 3 && wordy(password) < 0.5
}
