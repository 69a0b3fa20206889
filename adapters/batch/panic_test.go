package batch_test

import (
	"context"
	"errors"
	"iter"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/adapters/batch"
)

// panicked ranges over a stream in this goroutine, and returns what came before its panic.
func panicked(t *testing.T, stream iter.Seq2[int, error]) (before []result, p *batch.Panic) {
	t.Helper()
	func() {
		defer func() {
			var ok bool
			p, ok = recover().(*batch.Panic)
			require.True(t, ok)
		}()
		for out, err := range stream {
			before = append(before, result{out, err})
		}
	}()
	return before, p
}

func failAt(place int, fail func()) func(int) (int, error) {
	return func(i int) (int, error) {
		if i == place {
			fail()
		}
		return double(i)
	}
}

// cutAt is a source that fails in place of a bill.
func cutAt(place int, fail func()) iter.Seq2[int, error] {
	return func(yield func(int, error) bool) {
		for i := 0; i != place; i++ {
			if !yield(i, nil) {
				return
			}
		}
		fail()
	}
}

func explode() { panic("boom") }

var someOptions = []batch.Options{{Workers: 1, Chunk: 1}, {Workers: 1, Chunk: 7}, {Workers: 3, Chunk: 4}, {}}

func TestAPanicOfWorkComesInItsPlaceInTheLoop(t *testing.T) {
	for _, o := range someOptions {
		for _, place := range []int{0, 3, 4, 27, 999} {
			before, p := panicked(t, batch.Map(t.Context(), numbers(1000), failAt(place, explode), o))
			require.Equal(t, doubled(place), append([]result(nil), before...), "%+v", o)
			require.Equal(t, "boom", p.Value)
			require.Contains(t, string(p.Stack), "batch_test.explode")
			require.Contains(t, p.Error(), "boom\n\n")
			require.Contains(t, p.Error(), "batch_test.explode")
		}
	}
}

func TestAPanicOfTheSourceComesAfterAllThatItYielded(t *testing.T) {
	for _, o := range someOptions {
		for _, place := range []int{0, 3, 4, 27, 999} {
			before, p := panicked(t, batch.Map(t.Context(), cutAt(place, explode), double, o))
			require.Equal(t, doubled(place), before, "%+v", o)
			require.Equal(t, "boom", p.Value)
			require.Contains(t, string(p.Stack), "batch_test.explode")
		}
	}
}

func TestAPanicOfTheSourceIsNotLostWithTheLoop(t *testing.T) {
	source := func(yield func(int, error) bool) {
		defer explode()
		for yield(1, nil) {
		}
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	defer cancel(nil)
	stream := batch.Map(ctx, source, double, batch.Options{})
	before, p := panicked(t, func(yield func(int, error) bool) {
		for out, err := range stream {
			yield(out, err)
			break
		}
	})
	require.Equal(t, []result{{2, nil}}, before)
	require.Equal(t, "boom", p.Value)

	before, p = panicked(t, func(yield func(int, error) bool) {
		for out, err := range stream {
			cancel(errCause)
			yield(out, err)
		}
	})
	require.Equal(t, []result{{2, nil}, {0, errCause}}, before)
	require.Equal(t, "boom", p.Value)
}

// What is done ahead is dropped, so that what a loop sees does not depend on how far ahead that was.
func TestAPanicOfWorkThatNobodyAskedForIsDropped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		worked := false
		work := failAt(2, func() { worked = true; explode() })
		for out, err := range batch.Map(t.Context(), numbers(10), work, batch.Options{Workers: 2, Chunk: 1}) {
			require.NoError(t, err)
			require.Zero(t, out)
			synctest.Wait()
			break
		}
		require.True(t, worked)
	})
}

func TestAPanicOfTheConsumerIsItsOwn(t *testing.T) {
	source := func(yield func(int, error) bool) {
		defer explode()
		yield(1, nil)
	}
	require.PanicsWithValue(t, "mine", func() {
		for _, err := range batch.Map(t.Context(), source, double, batch.Options{}) {
			require.NoError(t, err)
			panic("mine")
		}
	})
}

func TestAPanicWithAnErrorUnwraps(t *testing.T) {
	var none map[int]int
	_, p := panicked(t, batch.Map(t.Context(), numbers(9), failAt(5, func() { none[0]++ }), batch.Options{}))
	var fault runtime.Error
	require.ErrorAs(t, p, &fault)
	require.NoError(t, errors.Unwrap(&batch.Panic{Value: "boom"}))
}

func TestAPanicIsWrappedOnceHoweverManyStreamsItPasses(t *testing.T) {
	stream := batch.Map(t.Context(), numbers(9), failAt(5, explode), batch.Options{})
	for range 3 {
		stream = batch.Map(t.Context(), stream, double, batch.Options{Chunk: 2})
	}
	before, p := panicked(t, stream)
	require.Len(t, before, 5)
	require.Equal(t, "boom", p.Value)
}

func TestGoexitOfSourceOrWorkIsOneOfTheConsumer(t *testing.T) {
	for _, o := range someOptions {
		for name, stream := range map[string]iter.Seq2[int, error]{
			"work":   batch.Map(t.Context(), numbers(100), failAt(50, runtime.Goexit), o),
			"source": batch.Map(t.Context(), cutAt(50, runtime.Goexit), double, o),
		} {
			var got []result
			returned, ended := false, make(chan struct{})
			go func() {
				defer close(ended)
				for out, err := range stream {
					got = append(got, result{out, err})
				}
				returned = true
			}()
			<-ended
			require.False(t, returned, name)
			require.Equal(t, doubled(50), got, "%s %+v", name, o)
		}
	}
}

// Chunks before the one whose work ends its goroutine are still worked on.
func TestGoexitOfAllWorkLosesNoResultBeforeIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		work := func(i int) (int, error) {
			if i >= 2 {
				runtime.Goexit()
			}
			time.Sleep(time.Second)
			return double(i)
		}
		var got []result
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			for out, err := range batch.Map(t.Context(), numbers(100), work, batch.Options{Workers: 3, Chunk: 1}) {
				got = append(got, result{out, err})
			}
		}()
		<-ended
		require.Equal(t, doubled(2), got)
	})
}

func TestWhatIsNotThereIsAPanicInTheLoop(t *testing.T) {
	_, p := panicked(t, batch.Map(t.Context(), nil, double, batch.Options{}))
	require.Implements(t, (*runtime.Error)(nil), p.Value)
	_, p = panicked(t, batch.Map[int, int](t.Context(), numbers(3), nil, batch.Options{}))
	require.Implements(t, (*runtime.Error)(nil), p.Value)
}
