//go:build !linux

package bench

import "time"

var started = time.Now()

// spent is the time since the start: no processor time of a thread is at hand.
func spent() time.Duration { return time.Since(started) }
