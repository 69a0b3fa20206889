package batch_test

import (
	"context"
	"errors"
	"iter"
	"strconv"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/adapters/batch"
	"github.com/headgate-dev/headgate/billing/problem"
)

// A result is what a stream yields.
type result struct {
	Out int
	Err error
}

func collected(stream iter.Seq2[int, error]) []result {
	var all []result
	for out, err := range stream {
		all = append(all, result{out, err})
	}
	return all
}

func doubled(n int) []result {
	var all []result
	for i := range n {
		all = append(all, result{2 * i, nil})
	}
	return all
}

func TestResultsComeInTheOrderOfTheInput(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		// Each bill is done only when the next one is.
		const n = 8
		done := make([]chan struct{}, n+1)
		for i := range done {
			done[i] = make(chan struct{})
		}
		close(done[n])
		backwards := func(i int) (int, error) {
			<-done[i+1]
			defer close(done[i])
			return 2 * i, nil
		}
		require.Equal(t, doubled(n), collected(batch.Map(t.Context(), numbers(n), backwards, batch.Options{Workers: n, Chunk: 1})))
	})
}

func TestAllWorkersWorkAtOnce(t *testing.T) {
	for _, chunk := range []int{1, 3} {
		synctest.Test(t, func(t *testing.T) {
			const workers = 4
			var together = make(chan chan struct{}, workers)
			all := make(chan struct{})
			work := func(i int) (int, error) {
				if i%chunk == 0 && i < workers*chunk {
					together <- all
					if len(together) == workers {
						close(all)
					}
					<-all // or the test is deadlocked
				}
				return double(i)
			}
			got := collected(batch.Map(t.Context(), numbers(20*workers), work, batch.Options{Workers: workers, Chunk: chunk}))
			require.Equal(t, doubled(20*workers), got)
		})
	}
}

func TestThereIsOneResultForEachInputWhateverTheOptions(t *testing.T) {
	for _, n := range []int{0, 1, 2, 7, 8, 9, 1023, 1024, 1025, 5000} {
		for _, o := range []batch.Options{{}, {Workers: 1}, {Workers: 1, Chunk: 1}, {Workers: 3, Chunk: 8}, {Workers: 9, Chunk: 1000}, {Workers: 2, Chunk: batch.MaxOption}} {
			require.Equal(t, doubled(n), collected(batch.Map(t.Context(), numbers(n), double, o)), "%d bills, %+v", n, o)
		}
	}
}

func TestErrorsTravelInTheirPlace(t *testing.T) {
	ofSource, ofWork := errors.New("line 2 is torn"), errors.New("no such schedule")
	source := func(yield func(int, error) bool) {
		_ = yield(10, nil) && yield(99, ofSource) && yield(30, nil) && yield(40, nil) && yield(0, ofSource)
	}
	work := func(in int) (int, error) {
		if in == 99 {
			panic("work has been called for an error of the source")
		}
		if in == 30 {
			return 7, ofWork // a refused quote has lines
		}
		return double(in)
	}
	for _, chunk := range []int{1, 2, 100} {
		require.Equal(t, []result{{20, nil}, {0, ofSource}, {7, ofWork}, {80, nil}, {0, ofSource}},
			collected(batch.Map(t.Context(), source, work, batch.Options{Chunk: chunk})))
	}
}

func TestAStreamIsReadAsOftenAsItsSourceCanBe(t *testing.T) {
	stream := batch.Map(t.Context(), numbers(3000), double, batch.Options{})
	require.Equal(t, doubled(3000), collected(stream))
	for _, err := range stream {
		require.NoError(t, err)
		break
	}
	require.Equal(t, doubled(3000), collected(stream))
}

func TestAStreamIsTheSourceOfAnother(t *testing.T) {
	half := func(n int) (int, error) { return n / 4, nil }
	inner := batch.Map(t.Context(), numbers(5000), double, batch.Options{Workers: 2, Chunk: 10})
	i := 0
	for v, err := range batch.Map(t.Context(), inner, half, batch.Options{Workers: 2}) {
		require.NoError(t, err)
		require.Equal(t, i/2, v)
		i++
	}
	require.Equal(t, 5000, i)
}

func TestOptionsOutOfBoundsAreTheOnlyResult(t *testing.T) {
	for _, c := range []struct {
		o     batch.Options
		paths []string
	}{
		{batch.Options{Workers: -1}, []string{"workers"}},
		{batch.Options{Chunk: -1}, []string{"chunk"}},
		{batch.Options{Workers: batch.MaxOption + 1}, []string{"workers"}},
		{batch.Options{Chunk: batch.MaxOption + 1}, []string{"chunk"}},
		{batch.Options{Workers: -2, Chunk: -3}, []string{"workers", "chunk"}},
	} {
		got := collected(batch.Map(t.Context(), func(func(int, error) bool) { panic("the source has been read") }, double, c.o))
		require.Len(t, got, 1)
		require.Zero(t, got[0].Out)
		require.ErrorIs(t, got[0].Err, batch.ErrOptions)
		var found problem.List
		require.ErrorAs(t, got[0].Err, &found)
		require.Len(t, found, len(c.paths))
		for i, p := range found {
			require.Equal(t, c.paths[i], p.Path)
			require.Contains(t, p.What, "is not from 0 to "+strconv.Itoa(batch.MaxOption))
			require.NotEmpty(t, p.Fix)
		}
	}
}

func TestTheSourceIsReadInOneGoroutine(t *testing.T) {
	// The race detector looks on: nothing guards what the source counts.
	read := 0
	source := func(yield func(int, error) bool) {
		defer func() { read *= 2 }()
		for i := 0; yield(i, nil); i++ {
			read++
		}
	}
	n := 0
	for _, err := range batch.Map(t.Context(), source, double, batch.Options{Workers: 4, Chunk: 3}) {
		require.NoError(t, err)
		if n++; n == 1000 {
			break
		}
	}
	require.GreaterOrEqual(t, read, 2*1000)
}

func TestTheContextIsNotNeededToEnd(t *testing.T) {
	require.Len(t, collected(batch.Map(context.Background(), numbers(100), double, batch.Options{Chunk: 8})), 100)
}
