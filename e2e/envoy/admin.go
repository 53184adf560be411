package envoy

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

var admin = &http.Client{Timeout: 10 * time.Second}

// ask asks Envoy's admin interface.
func (e *Envoy) ask(ctx context.Context, path string) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, e.Admin+path, nil)
	if err != nil {
		return nil, err
	}
	answer, err := admin.Do(r)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode != http.StatusOK {
		err = fmt.Errorf("envoy: %s: %s: %s", path, answer.Status, body)
	}
	return body, err
}

// ready tells whether Envoy serves, and learns its address.
func (e *Envoy) ready(ctx context.Context) bool {
	if _, err := e.ask(ctx, "/ready"); err != nil {
		return false
	}
	body, err := e.ask(ctx, "/listeners?format=json")
	if err != nil {
		return false
	}
	var all struct {
		Listeners []struct {
			Name  string `json:"name"`
			Local struct {
				Socket struct {
					Address string `json:"address"`
					Port    int    `json:"port_value"`
				} `json:"socket_address"`
			} `json:"local_address"`
		} `json:"listener_statuses"`
	}
	if json.Unmarshal(body, &all) != nil || len(all.Listeners) != 1+len(e.options.More) {
		return false
	}
	urls := map[string]string{}
	for _, l := range all.Listeners {
		socket := l.Local.Socket
		if socket.Port == 0 {
			return false
		}
		urls[l.Name] = "http://" + net.JoinHostPort(socket.Address, strconv.Itoa(socket.Port))
	}
	e.URL = urls["usagepanda"]
	e.More = nil
	for i := range e.options.More {
		e.More = append(e.More, urls[further(i)])
	}
	return e.URL != ""
}

// Stats returns Envoy's counters and gauges whose names contain the regular expression.
func (e *Envoy) Stats(filter string) (map[string]int64, error) {
	body, err := e.ask(context.Background(), "/stats?filter="+url.QueryEscape(filter))
	if err != nil {
		return nil, err
	}
	stats := map[string]int64{}
	for line := range strings.Lines(string(body)) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
		if n, err := strconv.ParseInt(value, 10, 64); err == nil {
			stats[name] = n
		}
	}
	return stats, nil
}
