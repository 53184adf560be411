// Package injection tells whether a text tries to talk a language model out of what it was told: prompt injections, jailbreaks, attempts to
// read the system prompt, forged role markers, hidden and encoded instructions.
//
// Three things judge each window of 128 words, and add up: rules (rules.txt: sequences of words with gaps, in several languages), marks (what
// no person types: chat templates' tokens, invisible characters, hidden markup, encoded text, which is decoded and judged again), and a linear
// model over hashed words and pairs of words (model.bin; MODEL.md says what it was trained on, and how often it errs). A text is as bad as its
// worst window, so that an injection within a long document is found. The time is linear in the text, the memory constant.
//
// Judging costs, and hardly anything is suspicious: a first look finds the parts that are worth it.
package injection
