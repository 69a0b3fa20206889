package batch

import (
	"context"
	"iter"
	"reflect"
	"sync"
	"sync/atomic"
	"time"
)

// linger is how long the first bill of a chunk waits for others.
const linger = time.Millisecond

// A ring is a stream that runs. Its chunks are filled in their order by the feeder, worked on by
// the workers in any order, and drained in their order by the consumer, who frees them for the
// feeder. All its channels have room for all chunks: only who takes from them waits.
type ring[In, Out any] struct {
	source iter.Seq2[In, error]
	work   func(In) (Out, error)
	chunks []chunk[In, Out]
	size   int32 // of a chunk
	free   chan struct{}
	jobs   chan *chunk[In, Out]

	// What the feeder alone touches: the chunk that it fills, nil for none, how many bills that
	// has, and how many chunks it has opened.
	filling *chunk[In, Out]
	filled  int32
	opened  int
	// sourceFailed is read when the feeder has ended.
	sourceFailed *failure

	// open is the chunk that was opened last; fresh says that there is a new one.
	open  atomic.Pointer[chunk[In, Out]]
	fresh chan struct{}

	workers int
	stopped atomic.Bool
	quit    chan struct{} // closed when stopped
	running sync.WaitGroup
}

// A chunk belongs to the feeder while it is open, then to a worker, then to the consumer.
type chunk[In, Out any] struct {
	in   []In
	out  []Out
	errs []error // of the source, then of work
	// state is how many bills an open chunk has, or taken. The feeder adds a bill, and whoever hands
	// the chunk over takes it, by exchanging the state that they know of.
	state atomic.Int32

	// What is set with the chunk taken.
	n    int
	last bool
	// failed is why there are no results from n on.
	failed *failure
	done   chan struct{}
}

const taken = -1

func newRing[In, Out any](source iter.Seq2[In, error], work func(In) (Out, error), o Options) *ring[In, Out] {
	workers := o.workers()
	// One is filled and one is drained; each worker has one, and finds another when it is done.
	chunks := 2 * (workers + 1)
	bill := reflect.TypeFor[In]().Size() + reflect.TypeFor[Out]().Size() + reflect.TypeFor[error]().Size()
	r := &ring[In, Out]{
		source: source, work: work, workers: workers,
		chunks: make([]chunk[In, Out], chunks), size: int32(o.chunk(bill)),
		free: make(chan struct{}, chunks), jobs: make(chan *chunk[In, Out], chunks),
		fresh: make(chan struct{}, 1), quit: make(chan struct{}),
	}
	for i := range r.chunks {
		r.chunks[i].done = make(chan struct{}, 1)
		r.free <- struct{}{}
	}
	return r
}

func (r *ring[In, Out]) start() {
	r.running.Go(r.feed)
	for range r.workers {
		r.running.Go(r.serve)
	}
	if r.size > 1 {
		r.running.Go(r.hurry)
	}
}

// signal tells all goroutines to end.
func (r *ring[In, Out]) signal() {
	if !r.stopped.Swap(true) {
		close(r.quit)
	}
}

// stop ends all goroutines.
func (r *ring[In, Out]) stop() {
	r.signal()
	r.running.Wait()
}

// feed reads the source. A last chunk, which may be empty, tells the consumer of its end.
func (r *ring[In, Out]) feed() {
	whole := false
	defer func() {
		if !whole {
			r.sourceFailed = caught(recover())
		}
		r.end()
	}()
	for in, err := range r.source {
		if !r.put(in, err) {
			break
		}
	}
	whole = true
}

// put adds a bill to the chunk that is open. It reports whether more are wanted.
func (r *ring[In, Out]) put(in In, err error) bool {
	for !r.stopped.Load() && (r.filling != nil || r.next()) {
		c, n := r.filling, r.filled
		c.in[n], c.errs[n] = in, err
		if !c.state.CompareAndSwap(n, n+1) {
			// It has been handed over, without this bill.
			var none In
			c.in[n], c.errs[n] = none, nil
			r.filling = nil
			continue
		}
		r.filled++
		if r.filled == r.size {
			r.hand(c, r.filled, false)
			r.filling = nil
		} else if n == 0 {
			select {
			case r.fresh <- struct{}{}:
			default:
			}
		}
		return true
	}
	return false
}

// next opens the next chunk, when it is free. It reports false where the ring has been stopped.
func (r *ring[In, Out]) next() bool {
	select {
	case <-r.free:
	case <-r.quit:
		return false
	}
	c := &r.chunks[r.opened%len(r.chunks)]
	r.opened++
	if c.in == nil {
		c.in, c.out, c.errs = make([]In, r.size), make([]Out, r.size), make([]error, r.size)
	}
	r.filling, r.filled = c, 0
	c.state.Store(0)
	r.open.Store(c)
	return true
}

func (r *ring[In, Out]) end() {
	if r.filling != nil && r.hand(r.filling, r.filled, true) {
		return
	}
	if r.next() {
		r.hand(r.filling, 0, true)
	}
}

// hand gives a chunk to the workers, where it is open and has so many bills.
func (r *ring[In, Out]) hand(c *chunk[In, Out], n int32, last bool) bool {
	if !c.state.CompareAndSwap(n, taken) {
		return false
	}
	c.n, c.last = int(n), last
	r.jobs <- c
	return true
}

// hurry hands over chunks that are slow to fill, while the feeder waits for the source.
func (r *ring[In, Out]) hurry() {
	timer := time.NewTimer(linger)
	defer timer.Stop()
	for {
		select {
		case <-r.fresh:
		case <-r.quit:
			return
		}
		timer.Reset(linger)
		select {
		case <-timer.C:
		case <-r.quit:
			return
		}
		c := r.open.Load()
		for n := c.state.Load(); n > 0 && !r.hand(c, n, false); {
			n = c.state.Load()
		}
	}
}

// serve is a worker.
func (r *ring[In, Out]) serve() {
	ended := false
	defer func() {
		if !ended { // by runtime.Goexit, while chunks before this one may be waiting
			r.running.Go(r.serve)
		}
	}()
	for {
		select {
		case c := <-r.jobs:
			r.run(c)
		case <-r.quit:
			ended = true
			return
		}
	}
}

func (r *ring[In, Out]) run(c *chunk[In, Out]) {
	i, whole := 0, false
	defer func() {
		if !whole {
			c.n, c.failed = i, caught(recover())
		}
		c.done <- struct{}{}
	}()
	var none In
	for ; i < c.n && !r.stopped.Load(); i++ {
		if c.errs[i] == nil {
			c.out[i], c.errs[i] = r.work(c.in[i])
		}
		c.in[i] = none
	}
	whole = true
}

// drain yields the results, until it has yielded all or the last that is wanted. It returns why
// there are no more.
func (r *ring[In, Out]) drain(ctx context.Context, yield func(Out, error) bool) *failure {
	var none Out
	for opened := 0; ; opened++ {
		c := &r.chunks[opened%len(r.chunks)]
		select {
		case <-c.done:
		case <-ctx.Done():
		}
		for i := 0; ; i++ {
			if ctx.Err() != nil {
				r.signal()
				yield(none, context.Cause(ctx))
				return nil
			}
			if i == c.n {
				break
			}
			out, err := c.out[i], c.errs[i]
			c.out[i], c.errs[i] = none, nil
			if !yield(out, err) {
				return nil
			}
		}
		if c.failed != nil || c.last {
			return c.failed
		}
		r.free <- struct{}{}
	}
}
