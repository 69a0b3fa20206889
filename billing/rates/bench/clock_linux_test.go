package bench

import (
	"time"

	"golang.org/x/sys/unix"
)

// spent is the processor time that this thread has taken. What other programs take of
// the clock's time is not in it, nor what the garbage collector does beside it on other
// cores; what it makes the thread do for it is.
func spent() time.Duration {
	var ts unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_THREAD_CPUTIME_ID, &ts); err != nil {
		panic(err)
	}
	return time.Duration(ts.Nano())
}
