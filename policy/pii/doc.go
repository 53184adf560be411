// Package pii finds personal data in text, whole or in pieces cut anywhere: what can be told by its form, and where the form alone is weak
// by its check digits or by a word before it.
//
// One pass looks only at anchors (digits, '@', ':'). What stands at an anchor is checked by hand-written code; a word before it is looked
// for only where a form without check digits was found. The time is linear in the text, whatever it holds.
//
// Sources of the facts: ISO/IEC 7812 and the networks' published ranges (cards), the IBAN registry of SWIFT, ITU-T E.164 and the North
// American Numbering Plan (phones), the Social Security Administration and the IRS (SSN, ITIN), RFC 5321, 3986 and 4291, Bitcoin's BIP 173
// and 350, Ethereum's EIP-55, and the issuers' publications of the national numbers.
package pii
