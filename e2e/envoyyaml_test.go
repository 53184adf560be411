package e2e

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"math/big"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usagepanda/usage-panda-envoy/e2e/envoy"
	"github.com/usagepanda/usage-panda-envoy/e2e/standin"
	"github.com/usagepanda/usage-panda-envoy/policy"
)

// TestEnvoyYAML has Envoy and the settings' parser read the file as it stands.
func TestEnvoyYAML(t *testing.T) {
	text, err := envoy.Settings(root)
	require.NoError(t, err)
	_, err = policy.ParseSettings([]byte(text), func(string) (string, bool) { return "", false })
	require.NoError(t, err)

	binary, err := envoy.Find(root)
	require.NoError(t, err)
	validate := exec.Command(binary, "--mode", "validate", "-c", "envoy.yaml", "-l", "warning")
	validate.Dir = root
	out, err := validate.CombinedOutput()
	require.NoError(t, err, "%s", out)
	require.NotContains(t, string(out), "[warning]")
}

// TestClientsAreNotTrusted sees that what steers Envoy is not taken from clients, and that nothing of them is told to the provider.
func TestClientsAreNotTrusted(t *testing.T) {
	w := start(t, envoy.Options{Plain: true})
	w.provider.Script(func(*http.Request, []byte) *standin.Answer {
		return standin.Fail(503, "server_error", "", "overloaded")
	})
	r := chat("hi", "x-envoy-max-retries", "3", "x-envoy-retry-on", "5xx", "x-envoy-retriable-status-codes", "503",
		"x-envoy-upstream-rq-timeout-ms", "1", "x-envoy-upstream-rq-per-try-timeout-ms", "1", "x-forwarded-for", "192.0.2.1", "x-request-id", "mine")
	for name, over := range protocols {
		w.provider.Forget()
		a := send(t, over, w.URL, r)
		require.Equal(t, 200, a.status, name)
		require.Len(t, w.provider.Requests(), 1, name)
		got := w.provider.Requests()[0].Header
		for _, unwanted := range []string{"X-Envoy-", "X-Forwarded-", "Forwarded"} {
			for h := range got {
				require.False(t, strings.HasPrefix(h, unwanted), "%s: the provider got %s: %s", name, h, got[h])
			}
		}
		require.Equal(t, "mine", got.Get("X-Request-Id"), "a client's own id is passed on")
		require.Empty(t, a.header("x-envoy-upstream-service-time"))
	}
	w.silent(t) // no module, no stats
}

// TestPaths sees that a path has one spelling behind Envoy.
func TestPaths(t *testing.T) {
	w := start(t, envoy.Options{Plain: true})
	for _, c := range []struct {
		path   string
		status int
		want   string // path that the provider got
	}{
		{"/v1/chat/completions?a=%2F", 200, "/v1/chat/completions?a=%2F"},
		{"/v1//chat///completions", 200, "/v1/chat/completions"},
		{"/v1/x/../chat/./completions", 200, "/v1/chat/completions"},
		{"/v1/ch%61t/completions", 200, "/v1/chat/completions"},
		{"/v1\\chat/completions", 200, "/v1/chat/completions"},
		{"/v1/chat%2Fcompletions", 400, ""},
		{"/v1/chat%5ccompletions", 400, ""},
	} {
		for name, over := range protocols {
			if name == "HTTP/2" && strings.Contains(c.path, "\\") {
				continue // Go's client escapes it
			}
			w.provider.Forget()
			a := send(t, over, w.URL, request{method: "GET", path: c.path})
			if c.want == "" {
				require.Equal(t, c.status, a.status, "%s over %s", c.path, name)
				requireError(t, a, "invalid_request")
				require.Empty(t, w.provider.Requests(), c.path)
				continue
			}
			require.Len(t, w.provider.Requests(), 1, c.path)
			require.Equal(t, c.want, w.provider.Requests()[0].Path, "%s over %s", c.path, name)
		}
	}
}

// requireError wants an error in OpenAI's form.
func requireError(t *testing.T, a answer, kind string) string {
	t.Helper()
	var e struct {
		Error struct {
			Message string
			Type    string
			Param   *string
			Code    *string
		}
	}
	require.Equal(t, "application/json", a.header("content-type"), a.body)
	require.NoError(t, json.Unmarshal([]byte(a.body), &e), a.body)
	require.NotEmpty(t, e.Error.Message, a.body)
	require.Equal(t, kind, e.Error.Type, a.body)
	return e.Error.Message
}

// TestTLS sees that the provider's certificate is checked: who signed it, and whose it is.
func TestTLS(t *testing.T) {
	ca, config := certificate(t, "localhost")
	provider, err := standin.Serve(standin.Options{TLS: config})
	require.NoError(t, err)
	t.Cleanup(provider.Close)
	strangers, _ := certificate(t, "localhost")
	for _, c := range []struct {
		what, name, ca string
		status         int
	}{
		{"a certificate that is trusted", "localhost", ca, 200},
		{"a certificate of somebody else", "api.openai.com", ca, 503},
		{"a certificate that nobody signed who is trusted", "localhost", strangers, 503},
	} {
		at, err := envoy.At(provider.URL)
		require.NoError(t, err)
		at.Name, at.CA = c.name, c.ca
		w := start(t, envoy.Options{Plain: true, Provider: at})
		provider.Forget()
		a := send(t, http1, w.URL, request{method: "GET", path: "/v1/models"})
		require.Equal(t, c.status, a.status, "%s: %s", c.what, a.body)
		if c.status == 200 {
			require.Equal(t, "HTTP/2.0", provider.Requests()[0].Proto, "HTTP/2 where the server takes it")
		} else {
			require.Empty(t, provider.Requests(), c.what)
		}
	}
}

// certificate makes a certificate authority's file, and a server's configuration with a certificate for the name.
func certificate(t *testing.T, name string) (ca string, config *tls.Config) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	c := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{name}, NotBefore: time.Now().Add(-time.Hour),
		NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign}
	der, err := x509.CreateCertificate(rand.Reader, c, c, &key.PublicKey, key)
	require.NoError(t, err)
	ca = filepath.Join(t.TempDir(), "ca.pem")
	require.NoError(t, os.WriteFile(ca, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600))
	return ca, &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}, NextProtos: []string{"h2", "http/1.1"}}
}
