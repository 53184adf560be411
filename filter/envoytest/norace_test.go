//go:build !race

package envoytest_test

const thin = 1
