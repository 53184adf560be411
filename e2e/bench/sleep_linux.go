package main

import (
	"time"

	"golang.org/x/sys/unix"
)

// sleep may wake up early. time.Sleep is up to 1 ms late in a program that has nothing else to do, as its poller counts milliseconds.
func sleep(d time.Duration) {
	t := unix.NsecToTimespec(int64(d))
	_ = unix.Nanosleep(&t, nil)
}
