// Package secrets finds keys, tokens and passwords in text, whole or in pieces cut anywhere: by what the issuer begins them with, and by
// the name that they are given to, with a measure of chance.
//
// A secret is long and has no spaces. One pass looks at eight bytes at once, only for digits and for long words; what stands at the
// beginnings within such a word is checked by hand-written code. The time is linear in the text, whatever it holds.
//
// What the rules know of prefixes, alphabets and lengths are facts of the issuers' documentation, most of them as collected by the rules of
// gitleaks (MIT License, Copyright (c) 2019 Zachary Rice); a rule that is there has its name from there. Where another source is named
// beside a rule, it is from that.
package secrets
