package batch

import (
	"fmt"
	"runtime"

	"github.com/headgate-dev/headgate/billing/problem"
)

// ErrOptions is the code of the only result of a stream whose [Options] are none.
const ErrOptions problem.Code = "E_BATCH_OPTIONS"

// MaxOption is the most that each of the [Options] may be.
const MaxOption = 1 << 16

// Options say how a stream is run. What it yields does not depend on them. The zero value is good
// for all but slow work.
type Options struct {
	// Workers is how many goroutines work at once; 0 for as many as there are cores to run them
	// (runtime.GOMAXPROCS).
	Workers int
	// Chunk is how many bills are handed to a worker at once; 0 for as many as have 64 KB of inputs
	// and results, from 16 to 1,024. Work that takes a millisecond or more for each bill is shared
	// out better by chunks of 1. In [Columns] it is rows, and 0 is 16,384, or 256 where there is no
	// proven program.
	//
	// At most 2·(Workers+1) chunks are between the source and the consumer.
	Chunk int
}

// The default chunk: so small that it stays in a core's own cache.
const (
	chunkBytes            = 64 << 10
	leastBills, mostBills = 16, 1024
)

func (o Options) check() error {
	var found problem.List
	for _, option := range []struct {
		path  string
		value int
	}{{"workers", o.Workers}, {"chunk", o.Chunk}} {
		if option.value < 0 || option.value > MaxOption {
			found.Add(&problem.Error{Code: ErrOptions, Path: option.path, What: fmt.Sprintf("%d is not from 0 to %d", option.value, MaxOption),
				Fix: "give how many there shall be, or 0 for the default"})
		}
	}
	return found.Err()
}

func (o Options) workers() int {
	if o.Workers == 0 {
		return min(runtime.GOMAXPROCS(0), MaxOption)
	}
	return o.Workers
}

// chunk takes the bytes that a bill holds in its chunk.
func (o Options) chunk(bill uintptr) int {
	if o.Chunk == 0 {
		return min(max(chunkBytes/int(bill), leastBills), mostBills)
	}
	return o.Chunk
}
