package batch_test

import (
	"context"
	"errors"
	"iter"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/headgate-dev/headgate/adapters/batch"
)

// A script is a stream and what befalls it.
type script struct {
	bills []scriptedBill
	// sourceFails is whether the source panics after its bills.
	sourceFails bool
	// The loop is left after so many results, and the context is done after so many; -1 for never.
	leave, cancel int
}

type scriptedBill struct {
	ofSource, ofWork error
	panics           bool
}

var (
	errSource = errors.New("of the source")
	errWork   = errors.New("of work")
)

func drawScript(t *rapid.T) script {
	bill := rapid.Custom(func(t *rapid.T) scriptedBill {
		switch rapid.IntRange(0, 60).Draw(t, "bill") {
		case 0, 1, 2, 3:
			return scriptedBill{ofSource: errSource}
		case 4, 5, 6, 7:
			return scriptedBill{ofWork: errWork}
		case 8:
			return scriptedBill{panics: true}
		}
		return scriptedBill{}
	})
	s := script{bills: rapid.SliceOfN(bill, 0, 80).Draw(t, "bills"), sourceFails: rapid.IntRange(0, 4).Draw(t, "source") == 0, leave: -1, cancel: -1}
	if rapid.Bool().Draw(t, "leaves") {
		s.leave = rapid.IntRange(1, 80).Draw(t, "leave")
	}
	if rapid.Bool().Draw(t, "cancels") {
		s.cancel = rapid.IntRange(0, 80).Draw(t, "cancel")
	}
	return s
}

func drawOptions(t *rapid.T) batch.Options {
	return batch.Options{Workers: rapid.IntRange(1, 5).Draw(t, "workers"), Chunk: rapid.IntRange(1, 9).Draw(t, "chunk")}
}

func (s *script) work(i int) (int, error) {
	if s.bills[i].panics {
		panic(i)
	}
	return 2 * i, s.bills[i].ofWork
}

func (s *script) source(yield func(int, error) bool) {
	for i, b := range s.bills {
		if !yield(i, b.ofSource) {
			return
		}
	}
	if s.sourceFails {
		panic("source")
	}
}

// sequential is a loop in one goroutine that looks at the context before each result.
func (s *script) sequential(ctx context.Context) iter.Seq2[int, error] {
	return func(yield func(int, error) bool) {
		off := func() bool {
			if ctx.Err() == nil {
				return false
			}
			yield(0, context.Cause(ctx))
			return true
		}
		if off() {
			return
		}
		for i, err := range s.source {
			var out int
			if err == nil {
				out, err = s.work(i)
			}
			if !yield(out, err) || off() {
				return
			}
		}
	}
}

// play ranges over a stream as the script says.
func (s *script) play(stream func(context.Context) iter.Seq2[int, error]) (all []result, thrown any) {
	ctx, cancel := context.WithCancelCause(context.Background())
	defer cancel(nil)
	defer func() {
		thrown = recover()
		if p, ok := thrown.(*batch.Panic); ok {
			thrown = p.Value
		}
	}()
	if s.cancel == 0 {
		cancel(errCause)
	}
	for out, err := range stream(ctx) {
		all = append(all, result{out, err})
		if len(all) == s.cancel {
			cancel(errCause)
		}
		if len(all) == s.leave {
			break
		}
	}
	return all, nil
}

func TestAStreamIsALoopInOneGoroutine(t *testing.T) {
	seen := map[string]int{}
	rapid.Check(t, func(t *rapid.T) {
		s, o := drawScript(t), drawOptions(t)
		want, thrown := s.play(s.sequential)
		got, also := s.play(func(ctx context.Context) iter.Seq2[int, error] { return batch.Map(ctx, s.source, s.work, o) })
		require.Equal(t, want, got)
		if thrown == nil && also == "source" && s.sourceFails {
			return // it had read ahead
		}
		switch {
		case thrown != nil:
			seen["panic"]++
		case len(got) > 0 && got[len(got)-1].Err == errCause:
			seen["cause"]++
		case len(got) == s.leave:
			seen["left"]++
		default:
			seen["end"]++
		}
		require.Equal(t, thrown, also)
	})
	for _, end := range []string{"panic", "cause", "left", "end"} {
		require.Positive(t, seen[end], end)
	}
}

// A context that is done by someone else ends the stream somewhere: what came before is whole.
func TestAStreamThatIsCalledOffIsABeginning(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, o := drawScript(t), drawOptions(t)
		s.cancel, s.leave, s.sourceFails = -1, -1, false
		for i := range s.bills {
			s.bills[i].panics = false
		}
		want := collected(s.sequential(context.Background()))
		at, inWork := rapid.IntRange(0, 80).Draw(t, "at"), rapid.Bool().Draw(t, "in work")
		ctx, cancel := context.WithCancelCause(context.Background())
		defer cancel(nil)
		source := func(yield func(int, error) bool) {
			for i, err := range s.source {
				if i == at && !inWork {
					cancel(errCause)
				}
				if !yield(i, err) {
					return
				}
			}
		}
		work := func(i int) (int, error) {
			if i == at && inWork {
				cancel(errCause)
			}
			return s.work(i)
		}
		got := collected(batch.Map(ctx, source, work, o))
		if last := len(got) - 1; ctx.Err() != nil && last >= 0 && got[last] == (result{0, errCause}) {
			got = got[:last]
			require.LessOrEqual(t, len(got), len(want))
			want = want[:len(got)]
		}
		require.Equal(t, len(want), len(got))
		for i := range want {
			require.Equal(t, want[i], got[i])
		}
	})
}
