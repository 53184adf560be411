package standin

import (
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// faultName is a fault in a model's name.
var faultName = regexp.MustCompile(`fault-([a-z0-9]+)$`)

// Fault is what the provider answers when it fails in that way:
//
//	503, 429, ...  that status with an error in the provider's own form; 429 says when to come back (after 1 second)
//	html           502 with a page, as a gateway before the provider answers
//	reset          the connection is reset before an answer
//	stall          no answer
//	error          the answer breaks in its middle with the provider's error event, if it is a stream; else 500
//	cut            the connection is reset in the middle of the answer
//	hang           nothing more comes after the middle of the answer
//
// Any other name is a 400 that says so.
func (o *Other) Fault(name string, r *http.Request, body []byte) *Answer {
	if status, err := strconv.Atoi(name); err == nil && status >= 400 && status < 600 {
		a := o.fail(status, "The stand-in was asked to fail.")
		if status == http.StatusTooManyRequests {
			a.Header.Set("Retry-After", "1")
		}
		return a
	}
	switch name {
	case "html":
		return Text(http.StatusBadGateway, "text/html", "<html><body><h1>502 Bad Gateway</h1></body></html>")
	case "reset":
		return &Answer{Raw: []byte{}, End: Reset}
	case "stall":
		return &Answer{Wait: time.Hour} // until the peer goes away
	}
	a := o.Answer(r, body)
	streams := len(a.Pieces) > 1
	if a.Status >= 400 {
		return a
	}
	switch {
	case name == "error" && !streams:
		return o.fail(http.StatusInternalServerError, "The stand-in was asked to fail.")
	case name == "error":
		a.Pieces = append(a.half(), o.broken())
	case name == "cut":
		a.Pieces, a.End = a.half(), Reset
	case name == "hang":
		a.Pieces, a.End = a.half(), Hang
	default:
		return o.fail(http.StatusBadRequest, "There is no fault of the name "+strconv.Quote(name)+".")
	}
	return a
}

// half is the first half of an answer: of its pieces, if it streams.
func (a *Answer) half() [][]byte {
	if n := len(a.Pieces); n > 1 {
		return a.Pieces[: n/2 : n/2]
	}
	body := a.Body()
	return [][]byte{body[:len(body)/2]}
}

// wanted is the fault that a request asks for, "" for none: by the end of the model's name, or by the header
//
//	x-fault: [KIND=]NAME[*TIMES][, ...]
//
// where KIND is the one kind of provider that fails, and TIMES is how often it does until the next Forget, counted for each text of the
// header. Providers are told apart so that one may fail and the next answer.
func (o *Other) wanted(r *http.Request, body []byte) string {
	all := strings.Join(r.Header.Values("X-Fault"), ",")
	for part := range strings.SplitSeq(all, ",") {
		kind, name, told := strings.Cut(strings.TrimSpace(part), "=")
		if !told {
			kind, name = o.Kind, kind
		}
		name, times, counted := strings.Cut(name, "*")
		if kind != o.Kind || name == "" {
			continue
		}
		if n, err := strconv.Atoi(times); counted && (err != nil || !o.again(all, n)) {
			continue
		}
		return name
	}
	path, _ := url.PathUnescape(r.URL.Path)
	for segment := range strings.SplitSeq(path, "/") {
		segment, _, _ = strings.Cut(segment, ":")
		if m := faultName.FindStringSubmatch(segment); m != nil {
			return m[1]
		}
	}
	var named struct {
		Model string `json:"model"`
	}
	_ = json.Unmarshal(body, &named)
	if m := faultName.FindStringSubmatch(named.Model); m != nil {
		return m[1]
	}
	return ""
}

// again counts; false is once too often.
func (o *Other) again(header string, times int) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.faults[header]++
	return o.faults[header] <= times
}
