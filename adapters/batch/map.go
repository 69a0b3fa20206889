package batch

import (
	"context"
	"iter"
)

// Map yields what work makes of each input, in the order of the inputs. work is called by several
// goroutines at once. It is given no context: work that blocks gets one by itself.
//
//   - An error of the source is yielded in its place, with the zero Out; work is not called.
//   - An error of work is yielded in its place, with the Out that came with it.
//   - When the context is done, the next result is the zero Out with [context.Cause], and is the
//     last. It comes at once, even where the source blocks; the loop then waits for the source. A
//     stream that ends without it is whole.
//   - A panic in work is a [Panic] in the loop's goroutine, in place of that result; a panic in the
//     source likewise, after all that it yielded, or when the loop is left. [runtime.Goexit] in
//     either, as testing's FailNow calls it, is one in the loop's goroutine.
//   - Options out of their bounds are one result, an error with [ErrOptions].
//
// Map itself allocates nothing for a bill, and holds neither input nor result once it is yielded.
// Handing a bill over and back takes some tens of nanoseconds: Map is for work that takes longer.
func Map[In, Out any](ctx context.Context, in iter.Seq2[In, error], work func(In) (Out, error), o Options) iter.Seq2[Out, error] {
	return func(yield func(Out, error) bool) {
		err := o.check()
		if err == nil && ctx.Err() != nil {
			err = context.Cause(ctx)
		}
		if err != nil {
			var none Out
			yield(none, err)
			return
		}
		r := newRing(in, work, o)
		defer r.stop() // where yield panics
		r.start()
		failed := r.drain(ctx, yield)
		r.stop()
		if failed == nil {
			failed = r.sourceFailed
		}
		if failed != nil {
			failed.raise()
		}
	}
}
