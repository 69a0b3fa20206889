package batch

import (
	"runtime"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"
)

// A chunk that is handed over while the next one fills may come to the workers after it. Work that
// ends its goroutine there must not take the worker of the other with it.
func TestAWorkerThatEndsIsReplaced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		work := func(in int) (int, error) {
			if in == 2 {
				runtime.Goexit()
			}
			return in, nil
		}
		r := newRing(nil, work, Options{Workers: 1, Chunk: 1})
		defer r.stop()
		r.running.Go(r.serve)
		for _, in := range []int{2, 1} {
			require.True(t, r.next())
			r.filling.in[0] = in
			r.filling.state.Store(1)
			require.True(t, r.hand(r.filling, 1, false))
		}
		<-r.chunks[0].done
		require.NotNil(t, r.chunks[0].failed)
		<-r.chunks[1].done
		require.Nil(t, r.chunks[1].failed)
		require.Equal(t, 1, r.chunks[1].out[0])
	})
}
