package envoy

import (
	"fmt"
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// ownGroup keeps the terminal's Ctrl-C from the child, whose parent ends it in order, and ends the child when the parent dies.
func ownGroup() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

// CPU is the processor time that Envoy has taken so far, of all its threads, by its own account.
func (e *Envoy) CPU() (time.Duration, error) {
	// The clock of a process is named by its number, as clock_getcpuclockid(3) does.
	const scheduled = 2
	var t unix.Timespec
	if err := unix.ClockGettime(int32(^e.PID()<<3|scheduled), &t); err != nil {
		return 0, fmt.Errorf("clock of process %d: %w", e.PID(), err)
	}
	return time.Duration(t.Nano()), nil
}

// RSS is the memory that Envoy has resident, in bytes.
func (e *Envoy) RSS() (int64, error) {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", e.PID()))
	if err != nil {
		return 0, err
	}
	var size, resident int64
	if _, err := fmt.Sscan(string(data), &size, &resident); err != nil {
		return 0, fmt.Errorf("statm %q: %w", data, err)
	}
	return resident * int64(os.Getpagesize()), nil
}
