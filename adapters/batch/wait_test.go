package batch_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/adapters/batch"
)

// linger is what the package comment promises.
const linger = time.Millisecond

// A timed source gives each bill at its time.
func timed(at ...time.Duration) func(yield func(int, error) bool) {
	return func(yield func(int, error) bool) {
		start := time.Now()
		for i, d := range at {
			time.Sleep(d - time.Since(start))
			if !yield(i, nil) {
				return
			}
		}
		time.Sleep(time.Hour)
	}
}

func TestABillWaitsAMillisecondForOthers(t *testing.T) {
	const ms = time.Millisecond
	for _, c := range []struct {
		name string
		o    batch.Options
		work time.Duration
		came []time.Duration
		want []time.Duration
	}{
		{"one bill a second", batch.Options{}, 0,
			[]time.Duration{0, time.Second, 2 * time.Second}, []time.Duration{linger, time.Second + linger, 2*time.Second + linger}},
		{"a burst, then a long pause", batch.Options{Workers: 1}, 0,
			[]time.Duration{0, 0, 0, 0, 0, time.Minute}, []time.Duration{linger, linger, linger, linger, linger, time.Minute + linger}},
		{"a full chunk does not wait", batch.Options{Workers: 1, Chunk: 2}, 0,
			[]time.Duration{0, 0, 0, 0, 0}, []time.Duration{0, 0, 0, 0, linger}},
		{"chunks of one never wait", batch.Options{Workers: 1, Chunk: 1}, 0,
			[]time.Duration{0, time.Second}, []time.Duration{0, time.Second}},
		{"slow work is shared by idle workers", batch.Options{Workers: 4}, time.Second,
			[]time.Duration{0, 100 * ms, 200 * ms, 300 * ms},
			[]time.Duration{time.Second + linger, 1100*ms + linger, 1200*ms + linger, 1300*ms + linger}},
		{"the wait is the first bill's", batch.Options{Workers: 1}, 0,
			[]time.Duration{0, ms / 2, ms * 5 / 4, ms * 3 / 2},
			[]time.Duration{linger, linger, ms*5/4 + linger, ms*5/4 + linger}},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				start := time.Now()
				work := func(i int) (int, error) {
					time.Sleep(c.work)
					return double(i)
				}
				n := 0
				for v, err := range batch.Map(t.Context(), timed(c.came...), work, c.o) {
					require.NoError(t, err)
					require.Equal(t, 2*n, v)
					require.Equal(t, c.want[n], time.Since(start), "bill %d", n)
					if n++; n == len(c.came) {
						break
					}
				}
			})
		})
	}
}

// The end is told without a wait.
func TestTheEndDoesNotWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		require.Equal(t, doubled(3), collected(batch.Map(t.Context(), numbers(3), double, batch.Options{})))
		require.Zero(t, time.Since(start))
	})
}
