package batch_test

import (
	"context"
	"errors"
	"iter"
	"runtime"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/adapters/batch"
)

var errCause = errors.New("the cycle was called off")

// A watched stream knows what is still running. Its counts of the source have no guard: the race
// detector sees whether the source has ended before the loop.
type watched struct {
	reading bool
	read    int
	working atomic.Int64
}

// endless gives bills that take a second to come, and one to be worked on.
func (w *watched) endless(yield func(int, error) bool) {
	w.reading = true
	defer func() {
		time.Sleep(time.Second) // a cleanup takes its time
		w.reading = false
	}()
	for i := 0; ; i++ {
		time.Sleep(time.Second)
		w.read++
		if !yield(i, nil) {
			return
		}
	}
}

func (w *watched) work(i int) (int, error) {
	w.working.Add(1)
	defer w.working.Add(-1)
	time.Sleep(time.Second)
	return double(i)
}

func (w *watched) requireEnded(t *testing.T) {
	t.Helper()
	require.False(t, w.reading, "the source has not returned")
	require.Zero(t, w.working.Load(), "work goes on")
}

func TestLeavingTheLoopEndsTheSourceAndTheWork(t *testing.T) {
	for _, o := range []batch.Options{{Workers: 1, Chunk: 1}, {Workers: 3, Chunk: 1}, {Workers: 2, Chunk: 5}, {Workers: 5}} {
		for _, after := range []int{0, 1, 4} {
			// The bubble of synctest fails where a goroutine is left in it.
			synctest.Test(t, func(t *testing.T) {
				var w watched
				n := 0
				start := time.Now()
				var left time.Duration
				for v, err := range batch.Map(t.Context(), w.endless, w.work, o) {
					require.NoError(t, err)
					require.Equal(t, 2*n, v)
					if n == after {
						left = time.Since(start)
						break
					}
					n++
				}
				w.requireEnded(t)
				require.LessOrEqual(t, time.Since(start)-left, 2*time.Second, "the bill that is being read, and the cleanup")
			})
		}
	}
}

func TestLeavingTheLoopEndsAllGoroutines(t *testing.T) {
	before := runtime.NumGoroutine()
	for i := range 200 {
		for _, err := range batch.Map(t.Context(), numbers(i*10), double, batch.Options{Workers: 8, Chunk: 4}) {
			require.NoError(t, err)
			if i%2 == 0 {
				break
			}
		}
	}
	// A goroutine that has said that it is done may take a moment to be gone.
	for range 5000 {
		if runtime.NumGoroutine() <= before {
			return
		}
		time.Sleep(time.Millisecond)
	}
	require.Fail(t, "goroutines are left", "%d, and %d before", runtime.NumGoroutine(), before)
}

func TestAPanicOfTheConsumerEndsTheSourceAndTheWork(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var w watched
		require.PanicsWithValue(t, "mine", func() {
			for _, err := range batch.Map(t.Context(), w.endless, w.work, batch.Options{Workers: 2, Chunk: 1}) {
				require.NoError(t, err)
				panic("mine")
			}
		})
		w.requireEnded(t)
	})
}

func TestGoexitOfTheConsumerEndsTheSourceAndTheWork(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var w watched
		done := make(chan struct{})
		go func() {
			defer close(done)
			for _, err := range batch.Map(t.Context(), w.endless, w.work, batch.Options{Workers: 2, Chunk: 1}) {
				require.NoError(t, err)
				runtime.Goexit()
			}
		}()
		<-done
		w.requireEnded(t)
	})
}

func TestWhenTheContextIsDoneTheNextResultIsItsCauseAndTheLast(t *testing.T) {
	for _, o := range []batch.Options{{Workers: 1, Chunk: 1}, {Workers: 2, Chunk: 4}, {}} {
		for _, at := range []int{0, 1, 3, 4, 99} {
			ctx, cancel := context.WithCancelCause(t.Context())
			defer cancel(nil)
			var got []result
			for out, err := range batch.Map(ctx, numbers(100), double, o) {
				got = append(got, result{out, err})
				if len(got) == at+1 {
					cancel(errCause)
				}
			}
			require.Equal(t, append(doubled(at+1), result{0, errCause}), got, "%+v", o)
		}
	}
}

func TestNothingIsReadUnderAContextThatIsDone(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errCause)
	source := func(func(int, error) bool) { panic("the source has been read") }
	require.Equal(t, []result{{0, errCause}}, collected(batch.Map(ctx, source, double, batch.Options{})))
}

// The cause comes at once; the loop ends when the source does.
func TestADeadlineIsToldWhileTheSourceBlocks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		source := func(yield func(int, error) bool) {
			_ = yield(0, nil) && yield(1, nil)
			time.Sleep(time.Minute)
			require.False(t, yield(2, nil))
		}
		var got []result
		for out, err := range batch.Map(ctx, source, double, batch.Options{Chunk: 100}) {
			got = append(got, result{out, err})
			if err != nil {
				require.Equal(t, 10*time.Second, time.Since(start))
			}
		}
		require.Equal(t, append(doubled(2), result{0, context.DeadlineExceeded}), got)
		require.Equal(t, time.Minute, time.Since(start))
	})
}

func TestADeadlineIsToldWhileWorkBlocks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		worked := 0
		work := func(i int) (int, error) {
			worked++
			time.Sleep(time.Minute)
			return double(i)
		}
		for out, err := range batch.Map(ctx, numbers(1000), work, batch.Options{Workers: 1, Chunk: 100}) {
			require.Zero(t, out)
			require.Equal(t, context.DeadlineExceeded, err)
			require.Equal(t, 10*time.Second, time.Since(start))
			time.Sleep(time.Hour) // while a consumer sees to it, nothing goes on
		}
		require.Equal(t, time.Hour+10*time.Second, time.Since(start))
		require.Equal(t, 1, worked, "the rest of the chunk is left")
	})
}

// A consumer that has been told of the end may free a source that blocks.
func TestTheConsumerIsToldBeforeTheLoopWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		connection := make(chan struct{})
		source := func(func(int, error) bool) { <-connection }
		told := 0
		for _, err := range batch.Map(ctx, source, double, batch.Options{}) {
			require.Equal(t, context.DeadlineExceeded, err)
			close(connection)
			told++
		}
		require.Equal(t, 1, told)
	})
}

// readAhead is how many bills, all alike, a source has given while the consumer has the first.
func readAhead[In, Out any](t *testing.T, bill In, stream func(iter.Seq2[In, error]) iter.Seq2[Out, error]) int {
	t.Helper()
	read := 0
	synctest.Test(t, func(t *testing.T) {
		source := func(yield func(In, error) bool) {
			for ; yield(bill, nil); read++ {
			}
		}
		for _, err := range stream(source) {
			require.NoError(t, err)
			synctest.Wait() // until all others wait for this loop
			break
		}
	})
	return read
}

func TestTheSourceIsReadNoFurtherThanTheRing(t *testing.T) {
	for _, o := range []batch.Options{{Workers: 1, Chunk: 1}, {Workers: 2, Chunk: 5}, {Workers: 4, Chunk: 100}} {
		read := readAhead(t, 1, func(source iter.Seq2[int, error]) iter.Seq2[int, error] {
			return batch.Map(context.Background(), source, double, o)
		})
		require.Equal(t, 2*(o.Workers+1)*o.Chunk, read, "%+v", o)
	}
}

func TestTheDefaultsAreTheCoresAndChunksThatFitTheirCache(t *testing.T) {
	type large [3000]byte
	type huge [10_000]byte
	chunks := 2 * (runtime.GOMAXPROCS(0) + 1)
	require.Equal(t, 1024*chunks, readAhead(t, 1, func(source iter.Seq2[int, error]) iter.Seq2[int, error] {
		return batch.Map(context.Background(), source, double, batch.Options{})
	}))
	require.Equal(t, 65536/(3000+8+16)*chunks, readAhead(t, large{}, func(source iter.Seq2[large, error]) iter.Seq2[int, error] {
		return batch.Map(context.Background(), source, func(large) (int, error) { return 0, nil }, batch.Options{})
	}))
	require.Equal(t, 16*4, readAhead(t, huge{}, func(source iter.Seq2[huge, error]) iter.Seq2[int, error] {
		return batch.Map(context.Background(), source, func(huge) (int, error) { return 0, nil }, batch.Options{Workers: 1})
	}))
}
