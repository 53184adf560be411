package standin

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"encoding/json"
	"io"
	"log"
	"net"
	"net/http"
	"strconv"
	"time"
)

// quiet is the log of servers whose peers misbehave on purpose.
var quiet = log.New(io.Discard, "", 0)

// Answer is what is written back.
type Answer struct {
	Status  int // 0 is 200
	Header  http.Header
	Pieces  [][]byte      // the body, each piece in a write of its own
	Wait    time.Duration // before the head
	Pace    time.Duration // between pieces
	Trailer http.Header

	// Raw, if not nil, is written to the connection in place of everything else, over HTTP/1.1 only; End is what follows.
	Raw []byte
	End End
}

// End is how an answer ends.
type End int

const (
	Whole End = iota // as HTTP has it; after Raw, the connection is closed
	Reset            // after all pieces or Raw, the connection (HTTP/2: the stream) is reset
	Hang             // after all pieces or Raw, nothing more comes until the peer goes away
)

// Text is an answer of that status, type and body.
func Text(status int, contentType, body string) *Answer {
	return &Answer{Status: status, Header: http.Header{"Content-Type": {contentType}}, Pieces: [][]byte{[]byte(body)}}
}

// JSON is an answer with the value as OpenAI writes it: indented.
func JSON(status int, v any) *Answer {
	body, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return Text(http.StatusInternalServerError, "text/plain", err.Error())
	}
	return Text(status, "application/json", string(body)+"\n")
}

// Fail is an answer in OpenAI's form of errors.
func Fail(status int, kind, code, message string) *Answer {
	e := apiError{Message: message, Type: kind}
	if code != "" {
		e.Code = &code
	}
	return JSON(status, map[string]apiError{"error": e})
}

type apiError struct {
	Message string  `json:"message"`
	Type    string  `json:"type"`
	Param   *string `json:"param"`
	Code    *string `json:"code"`
}

// Body is the whole body.
func (a *Answer) Body() []byte { return bytes.Join(a.Pieces, nil) }

// Split cuts the body into pieces of n bytes.
func (a *Answer) Split(n int, pace time.Duration) *Answer {
	body := a.Body()
	a.Pieces, a.Pace = nil, pace
	for len(body) > 0 {
		k := min(n, len(body))
		a.Pieces, body = append(a.Pieces, body[:k]), body[k:]
	}
	return a
}

// Gzip compresses the body, whether or not anybody asked for that.
func (a *Answer) Gzip() *Answer {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write(a.Body())
	_ = z.Close()
	a.Header.Set("Content-Encoding", "gzip")
	a.Pieces = [][]byte{b.Bytes()}
	return a
}

// write reports whether all of the answer was written, or ended as it should.
func (a *Answer) write(w http.ResponseWriter, r *http.Request) bool {
	if !rest(r, a.Wait) {
		return false
	}
	if a.Raw != nil {
		return a.writeRaw(w)
	}
	for name, values := range a.Header {
		w.Header()[name] = values
	}
	for name := range a.Trailer {
		w.Header().Add("Trailer", name)
	}
	if len(a.Pieces) < 2 && len(a.Trailer) == 0 && a.End == Whole && a.Header.Get("Transfer-Encoding") == "" {
		w.Header().Set("Content-Length", strconv.Itoa(len(a.Body())))
	}
	w.WriteHeader(cmp.Or(a.Status, http.StatusOK))
	flush := http.NewResponseController(w).Flush
	for i, piece := range a.Pieces {
		if i > 0 && !rest(r, a.Pace) {
			return false
		}
		if _, err := w.Write(piece); err != nil {
			return false
		}
		if len(a.Pieces) > 1 || a.End != Whole {
			if flush() != nil {
				return false
			}
		}
	}
	switch a.End {
	case Reset:
		if len(a.Pieces) == 0 {
			_ = flush()
		}
		panic(http.ErrAbortHandler)
	case Hang:
		_ = flush()
		<-r.Context().Done()
		return false
	}
	for name, values := range a.Trailer {
		w.Header()[name] = values
	}
	return true
}

// writeRaw takes the connection over.
func (a *Answer) writeRaw(w http.ResponseWriter) bool {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler) // HTTP/2 has no raw bytes: the stream is reset
	}
	defer conn.Close()
	_, err = conn.Write(a.Raw)
	switch a.End {
	case Reset:
		if tcp, ok := conn.(*net.TCPConn); ok {
			_ = tcp.SetLinger(0)
		}
	case Hang:
		_, _ = io.Copy(io.Discard, conn)
		return false
	}
	return err == nil
}

// rest waits; false means that the peer has gone meanwhile.
func rest(r *http.Request, d time.Duration) bool {
	if d <= 0 {
		return r.Context().Err() == nil
	}
	select {
	case <-time.After(d):
		return true
	case <-r.Context().Done():
		return false
	}
}
