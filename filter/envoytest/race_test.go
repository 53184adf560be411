//go:build race

package envoytest_test

// thin is how much fewer cases there are under the race detector, which makes all some eight times slower.
const thin = 10
