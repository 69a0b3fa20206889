package batch_test

import (
	"runtime"
	"testing"
	"time"
	"weak"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/adapters/batch"
)

const megabyte = 1 << 20

// live is the heap after a collection.
func live() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

func TestMemoryIsFlatOverAStreamOfAnyLength(t *testing.T) {
	const bills = 2_000_000
	// Bills hold some memory of their own.
	type bill struct {
		id    int
		lines []int
	}
	source := func(yield func(bill, error) bool) {
		for i := range bills {
			if !yield(bill{i, make([]int, 8)}, nil) {
				return
			}
		}
	}
	price := func(b bill) (bill, error) {
		b.lines[0] = b.id
		return bill{b.id, b.lines}, nil
	}
	n := 0
	for b, err := range batch.Map(t.Context(), source, price, batch.Options{}) {
		if err != nil || b.id != n || b.lines[0] != n {
			require.Equal(t, bill{n, nil}, b)
		}
		if n++; n%(bills/8) == 0 {
			require.Less(t, live(), uint64(16*megabyte), "after %d bills", n)
		}
	}
	require.Equal(t, bills, n)
}

func TestAStreamAllocatesNothingForABill(t *testing.T) {
	for _, o := range []batch.Options{{Workers: 1, Chunk: 1}, {Workers: 2, Chunk: 16}, {Workers: 3, Chunk: 512}} {
		allocations := func(n int) float64 {
			return testing.AllocsPerRun(5, func() {
				for v, err := range batch.Map(t.Context(), numbers(n), double, o) {
					if err != nil || v < 0 {
						t.Fatal(v, err)
					}
				}
			})
		}
		// Beyond the ring, which is filled by the first of them; the runtime's own caches may be renewed.
		require.InDelta(t, allocations(10_000), allocations(40_000), 50, "%+v", o)
	}
}

func gone[T any](held []weak.Pointer[T]) int {
	n := 0
	for _, p := range held {
		if p.Value() == nil {
			n++
		}
	}
	return n
}

// While a stream rests, it holds nothing of what has been yielded.
func TestAStreamHoldsNothingThatWasYielded(t *testing.T) {
	const n = 40
	for _, c := range []struct {
		o     batch.Options
		pause time.Duration
	}{{o: batch.Options{Workers: 1, Chunk: 1}}, {o: batch.Options{Workers: 2, Chunk: 8}}, {}, {pause: 2 * linger}} {
		var inputs, outputs []weak.Pointer[[64]int]
		var faults []weak.Pointer[fault]
		yielded := make(chan struct{})
		source := func(yield func(*[64]int, error) bool) {
			for i := range n {
				time.Sleep(c.pause)
				in, err := &[64]int{i}, error(nil)
				inputs = append(inputs, weak.Make(in))
				if i%4 == 3 {
					err = &fault{bill: i}
				}
				if !yield(in, err) {
					return
				}
			}
			<-yielded
			runtime.GC()
			require.Equal(t, n, gone(inputs), "inputs, %+v", c)
			require.Equal(t, n/2, gone(outputs), "results, %+v", c)
			require.Equal(t, n/2, gone(faults), "errors, %+v", c)
		}
		work := func(in *[64]int) (*[64]int, error) {
			if in[0]%4 == 1 {
				return nil, &fault{bill: in[0]}
			}
			return &[64]int{in[0]}, nil
		}
		i := 0
		for out, err := range batch.Map(t.Context(), source, work, c.o) {
			if i%2 == 1 {
				faults = append(faults, weak.Make(err.(*fault)))
			} else {
				require.Equal(t, i, out[0])
				outputs = append(outputs, weak.Make(out))
			}
			if i++; i == n {
				close(yielded)
			}
		}
	}
}

// A fault is large enough to be collected by itself.
type fault struct {
	bill int
	_    [64]int
}

func (f *fault) Error() string { return "refused" }
