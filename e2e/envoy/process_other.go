//go:build !linux

package envoy

import (
	"fmt"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// ownGroup keeps the terminal's Ctrl-C from the child, whose parent ends it in order.
func ownGroup() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }

// CPU is the processor time that Envoy has taken so far. ps(1) tells it in hundredths of seconds at best.
func (e *Envoy) CPU() (time.Duration, error) {
	text, err := e.ps("time=")
	if err != nil {
		return 0, err
	}
	var all time.Duration
	for part := range strings.SplitSeq(text, ":") {
		seconds, err := strconv.ParseFloat(part, 64)
		if err != nil {
			return 0, fmt.Errorf("ps: time %q: %w", text, err)
		}
		all = all*60 + time.Duration(seconds*float64(time.Second))
	}
	return all, nil
}

// RSS is the memory that Envoy has resident, in bytes.
func (e *Envoy) RSS() (int64, error) {
	text, err := e.ps("rss=")
	if err != nil {
		return 0, err
	}
	kib, err := strconv.ParseInt(text, 10, 64)
	return kib << 10, err
}

func (e *Envoy) ps(column string) (string, error) {
	out, err := exec.Command("ps", "-o", column, "-p", strconv.Itoa(e.PID())).Output()
	return strings.TrimSpace(string(out)), err
}
