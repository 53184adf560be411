package sha256_test

import (
	"bytes"
	"crypto/hmac"
	std "crypto/sha256"
	"encoding/hex"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usagepanda/usage-panda-envoy/policy/sha256"
)

func TestAsTheStandardLibrary(t *testing.T) {
	for n := range 300 {
		check(t, bytes.Repeat([]byte{byte(n)}, n), bytes.Repeat([]byte{'k', byte(n)}, n/2))
	}
}

func FuzzSum(f *testing.F) {
	f.Add([]byte("text"), []byte("key"))
	f.Fuzz(func(t *testing.T, text, key []byte) { check(t, text, key) })
}

func check(t *testing.T, text, key []byte) {
	require.Equal(t, std.Sum256(text), sha256.Sum(text), "%q", text)
	h := hmac.New(std.New, key)
	h.Write(text)
	mac := sha256.MAC(key, text)
	require.Equal(t, h.Sum(nil), mac[:], "%q, %q", text, key)
	require.Equal(t, hex.EncodeToString(mac[:]), string(sha256.AppendHex(nil, mac[:])))
}
