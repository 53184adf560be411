// Package envoy starts a real Envoy with the project's envoy.yaml: for the end-to-end tests, the benchmark and `make run`.
package envoy

import (
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"path/filepath"
)

// Options say what differs from envoy.yaml. The zero value listens on free ports and leaves the rest as the file has it.
type Options struct {
	Root     string              // the project's folder, with envoy.yaml; "" looks for it from the working folder upwards
	File     string              // what is read in the place of envoy.yaml: a file in Root
	Module   string              // the built module; "" is usagepanda.wasm in Root
	Settings string              // the plugin's settings, a JSON object; "" leaves those of the file
	Upstream string              // those of the module among clusters' own filters, where the file has it there; "" leaves those of the file
	Provider Endpoint            // where the cluster llm leads; the zero value leaves api.openai.com
	Clusters map[string]Endpoint // where further clusters lead; those that the file lacks are made
	Control  Endpoint            // where the cluster usage_panda leads; the zero value leaves api.usagepanda.com
	Env      []string            // "NAME=value": Envoy's whole environment, so that no key of the caller's gets in by accident
	Shown    []string            // variables of Env that the module sees, beside those that the file names
	Workers  int                 // threads that serve; 0 is 1

	Port, AdminPort int // 0 takes a free one

	Plain   bool // leaves the module out
	PassOn  bool // drops allow_on_headers_stop_iteration: the host passes headers on before the body is judged
	Dynamic bool // lets Configure exchange the listener's settings while Envoy runs
	More    []Listener

	// Edit may change anything else. It sees the whole configuration after all other changes.
	Edit func(config map[string]any)

	Stdout, Stderr io.Writer // also get what Envoy writes; nil for nobody
	Forget         bool      // keeps nothing of stdout, for long runs: Next and Output have nothing to give
}

// Listener is one more listener in the same process, on a free port, with settings of its own: cheaper than one more Envoy, which has to
// compile the module.
type Listener struct {
	Settings string
	Apart    bool // in a virtual machine of its own, which shares no data with the others; one costs about 40 MB
}

// Endpoint is where a cluster leads.
type Endpoint struct {
	Address string // host:port
	TLS     bool
	Name    string // of the server's certificate; "" is the host of Address
	CA      string // file of the certificates to trust; "" is the system's
	HTTP2   bool   // speaks HTTP/2 without TLS; with TLS the server chooses
}

// At is the endpoint of a base URL.
func At(base string) (Endpoint, error) {
	u, err := url.Parse(base)
	if err != nil || u.Hostname() == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return Endpoint{}, fmt.Errorf("%q is no base URL; want http://host:port or https://host", base)
	}
	e := Endpoint{TLS: u.Scheme == "https"}
	port := u.Port()
	switch {
	case port == "" && e.TLS:
		port = "443"
	case port == "":
		port = "80"
	}
	e.Address = net.JoinHostPort(u.Hostname(), port)
	return e, nil
}

// Root finds the project's folder, from the working folder upwards.
func Root() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "envoy.yaml")); err == nil {
			return dir, nil
		}
		if dir == filepath.Dir(dir) {
			return "", fmt.Errorf("envoy.yaml: not found in the working folder or above; want to run inside the project")
		}
		dir = filepath.Dir(dir)
	}
}

// SystemCA finds the file of the certificates that the system trusts: SSL_CERT_FILE, else where distributions keep it.
func SystemCA() (string, error) {
	files := []string{
		os.Getenv("SSL_CERT_FILE"),
		"/etc/ssl/certs/ca-certificates.crt",                // Debian, Ubuntu, Alpine, Arch
		"/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", // Fedora, RHEL
		"/etc/pki/tls/certs/ca-bundle.crt",                  // older RHEL
		"/etc/ssl/ca-bundle.pem",                            // openSUSE
		"/etc/ssl/cert.pem",                                 // macOS, BSD
	}
	for _, f := range files {
		if f == "" {
			continue
		}
		if _, err := os.Stat(f); err == nil {
			return f, nil
		}
	}
	return "", fmt.Errorf("certificates: the system's file is in none of the usual places; want SSL_CERT_FILE to name it")
}
