// Package standin stands in for what Usage Panda talks to: a provider of OpenAI's API that needs no key and no internet, and Usage
// Panda's control plane. Tests script them, and see what they were sent; `make run` answers with the provider.
package standin

import (
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"
)

// Options of a Provider. The zero value needs no key, listens on a free port of loopback and streams as fast as it can.
type Options struct {
	Address string        // host:port; "" is a free port of loopback
	Key     string        // the only key that is let in; "" lets everyone in
	Pace    time.Duration // from one event of a stream to the next
	TLS     *tls.Config   // nil serves in the clear: HTTP/1.1 and, by prior knowledge, HTTP/2
}

// Provider answers as OpenAI does, without thinking: it says what it was told. "You said: ..." repeats the last text of the user, so that
// whatever an answer should contain can be asked for. All its methods may be called from any goroutine.
type Provider struct {
	URL string

	options Options
	server  *http.Server

	mu       sync.Mutex
	requests []Request
	left     int
	script   func(*http.Request, []byte) *Answer
}

// Request is a request that came. An attempt that Envoy makes again comes again.
type Request struct {
	Method  string
	Path    string // with the query
	Proto   string
	Host    string
	Header  http.Header
	Trailer http.Header
	Body    []byte
	Cut     bool // the body ended before it was complete
}

// Serve starts a provider. Whoever starts it must Close it.
func Serve(o Options) (*Provider, error) {
	p := &Provider{options: o}
	var err error
	p.server, p.URL, err = serve(o.Address, o.TLS, p)
	return p, err
}

// Close ends the provider and all its connections at once.
func (p *Provider) Close() { _ = p.server.Close() }

// Script has f answer; where it returns nil, and when f is nil, the provider answers by itself.
func (p *Provider) Script(f func(r *http.Request, body []byte) *Answer) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.script = f
}

// Requests are those that came since the start or the last Forget, in the order in which they were complete.
func (p *Provider) Requests() []Request {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.requests)
}

// Left counts the requests whose sender went away before all of the answer was written.
func (p *Provider) Left() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.left
}

// Forget forgets the requests that came, those that left, and the script.
func (p *Provider) Forget() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.requests, p.left, p.script = nil, 0, nil
}

func (p *Provider) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	p.mu.Lock()
	p.requests = append(p.requests, Request{r.Method, r.RequestURI, r.Proto, r.Host, r.Header.Clone(), r.Trailer, body, err != nil})
	script := p.script
	p.mu.Unlock()
	if err != nil {
		panic(http.ErrAbortHandler) // nobody is there any more
	}
	var a *Answer
	if script != nil {
		a = script(r, body)
	}
	if a == nil {
		a = p.Answer(r, body)
	}
	if !a.write(w, r) {
		p.mu.Lock()
		p.left++
		p.mu.Unlock()
	}
}

// serve starts a server for HTTP/1.1 and HTTP/2, and returns its base URL.
func serve(address string, config *tls.Config, h http.Handler) (*http.Server, string, error) {
	if address == "" {
		address = "127.0.0.1:0"
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return nil, "", err
	}
	var both http.Protocols
	both.SetHTTP1(true)
	both.SetHTTP2(true)
	both.SetUnencryptedHTTP2(true)
	s := &http.Server{Handler: h, Protocols: &both, TLSConfig: config, ErrorLog: quiet, ReadHeaderTimeout: time.Minute}
	url := "http://" + listener.Addr().String()
	if config != nil {
		url = "https://" + listener.Addr().String()
		go func() { _ = s.ServeTLS(listener, "", "") }()
	} else {
		go func() { _ = s.Serve(listener) }()
	}
	return s, url, nil
}
