package standin

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"sync"
	"time"
)

// Control stands in for Usage Panda's control plane: GET /proxy hands a key's configuration out, POST /proxy takes stats in. It checks
// what it is sent. All its methods may be called from any goroutine.
type Control struct {
	URL string

	server *http.Server

	mu       sync.Mutex
	configs  map[string]string
	fetches  map[string]int
	stats    []Stats
	problems []string
	fault    Fault
}

// Stats are what was sent about an exchange. Source: Usage Panda's stats, and what this proxy adds to them.
type Stats struct {
	Key string `json:"-"` // x-usagepanda-key

	Endpoint string `json:"endpoint"`
	Cached   bool   `json:"config_cached"`
	Flags    []struct {
		Type        string `json:"type"`
		Description string `json:"description"`
	} `json:"flags"`
	Findings []struct {
		Type    string `json:"type"`
		Name    string `json:"name"`
		Action  string `json:"action"`
		Side    string `json:"side"`
		Message int    `json:"message"`
		Start   int    `json:"start"`
		End     int    `json:"end"`
	} `json:"findings"`
	Error      bool              `json:"error"`
	Reason     string            `json:"reason"`
	Status     int               `json:"status"`
	User       string            `json:"user"`
	Autorouted map[string]string `json:"autorouted"`
	Provider   string            `json:"provider"` // another than that of LLM_API_BASE_PATH
	Attempts   int               `json:"attempts"` // that the proxy made, where there are such
	Tried      []Tried           `json:"tried"`    // each of them, where clusters convert
	Metadata   struct {
		ProxyID      json.RawMessage `json:"proxy_id"`
		Address      string          `json:"ip_address"`
		Agent        string          `json:"user_agent"`
		Organization string          `json:"organization"`
		Trace        string          `json:"trace_id"`
		Latency      *float64        `json:"latency"`             // milliseconds
		First        *float64        `json:"time_to_first_token"` // milliseconds, of streams
		Rate         *float64        `json:"tokens_per_second"`   // of streams
	} `json:"metadata"`
	Request  map[string]any `json:"request"`
	Response map[string]any `json:"response"`
}

// Tried is an attempt at a provider. Status is 0 where no answer came.
type Tried struct {
	Provider string `json:"provider"`
	Status   int    `json:"status"`
}

// ReadStats reads and checks stats: nothing unknown, nothing missing, nothing of another type.
func ReadStats(data []byte) (Stats, error) {
	var s Stats
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	d.UseNumber() // what a client wrote may be no float64
	if err := d.Decode(&s); err != nil {
		return s, fmt.Errorf("stats: %w in %s", err, data)
	}
	var all map[string]json.RawMessage
	_ = json.Unmarshal(data, &all)
	for _, name := range []string{"endpoint", "config_cached", "flags", "error", "autorouted", "metadata"} {
		if all[name] == nil {
			return s, fmt.Errorf("stats: no %s in %s", name, data)
		}
	}
	if s.Metadata.Latency == nil || *s.Metadata.Latency < 0 {
		return s, fmt.Errorf("stats: no latency in %s", data)
	}
	if s.Flags == nil {
		return s, fmt.Errorf("stats: flags are no list in %s", data)
	}
	for _, f := range s.Flags {
		if f.Type == "" || f.Description == "" {
			return s, fmt.Errorf("stats: a flag without type or description in %s", data)
		}
	}
	for _, f := range s.Findings {
		if f.Type == "" || f.Name == "" || f.Action == "" || f.Side != "request" && f.Side != "response" || f.Start < 0 || f.End <= f.Start {
			return s, fmt.Errorf("stats: a finding that says not what, where or by which rule in %s", data)
		}
	}
	return s, nil
}

// Fault is what goes wrong at the control plane.
type Fault struct {
	Status int           // answers with it, if it is not 0
	Body   string        // answers with it, if it is not ""
	Wait   time.Duration // before every answer
	Hang   bool          // does not answer at all
}

// ServeControl starts a control plane. Whoever starts it must Close it.
func ServeControl() (*Control, error) {
	c := &Control{configs: map[string]string{}, fetches: map[string]int{}}
	var err error
	c.server, c.URL, err = serve("", nil, c)
	return c, err
}

// Close ends the control plane and all its connections at once.
func (c *Control) Close() { _ = c.server.Close() }

// Know makes the control plane know a key, with its configuration.
func (c *Control) Know(key, config string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.configs[key] = config
}

// Fail makes every answer go wrong, until Fail(Fault{}).
func (c *Control) Fail(f Fault) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.fault = f
}

// Fetches counts how often a key's configuration was asked for, successfully or not.
func (c *Control) Fetches(key string) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.fetches[key]
}

// Stats are those that came, in order, bad ones included.
func (c *Control) Stats() []Stats {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.stats)
}

// Problems are what was wrong with what came.
func (c *Control) Problems() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.problems)
}

func (c *Control) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	c.take(r, body).write(w, r)
}

// take notes what came, and makes the answer.
func (c *Control) take(r *http.Request, body []byte) *Answer {
	c.mu.Lock()
	defer c.mu.Unlock()
	key := r.Header.Get("X-Usagepanda-Key")
	config, known := c.configs[key]
	a := Text(http.StatusOK, "application/json", "{}")
	switch {
	case r.URL.Path != "/proxy":
		c.complain("%s %s: want /proxy", r.Method, r.URL.Path)
		a.Status = http.StatusNotFound
	case r.Method == http.MethodGet:
		c.fetches[key]++
		a = Text(http.StatusOK, "application/json", config)
	case r.Method == http.MethodPost:
		s, err := ReadStats(body)
		if err != nil {
			c.complain("%v", err)
		}
		if got := r.Header.Get("Content-Type"); got != "application/json" {
			c.complain("stats: content-type %q", got)
		}
		s.Key = key
		c.stats = append(c.stats, s)
	default:
		c.complain("%s /proxy: want GET or POST", r.Method)
		a.Status = http.StatusMethodNotAllowed
	}
	if auth := r.Header.Get("Authorization"); auth != "" {
		c.complain("the provider's key was sent to the control plane")
	}
	if !known {
		a = Text(http.StatusForbidden, "application/json", `{"error":"unknown key"}`)
	}
	if c.fault.Status != 0 {
		a = Text(c.fault.Status, "application/json", `{"error":"out of order"}`)
	}
	if c.fault.Body != "" {
		a.Pieces = [][]byte{[]byte(c.fault.Body)}
	}
	a.Wait = c.fault.Wait
	if c.fault.Hang {
		a.Wait = time.Hour
	}
	return a
}

func (c *Control) complain(format string, args ...any) {
	c.problems = append(c.problems, fmt.Sprintf(format, args...))
}
