package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"sync"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/core/sdf"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/io/filesystem"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/register"
)

// study is what is asked: what accounts come to under one book and under another.
type study struct {
	now, next book
	sources   []source
	columns   columns
	classes   []string // of both books
	piece     int64    // bytes of a file that are one piece of work to begin with
	results   string   // the file that the pipeline writes, and that is read when it has ended
}

// registerFns tells Beam the functions and types of the pipeline. It is needed on both sides, where the pipeline is made
// and where it runs, and before beam.Init.
var registerFns = sync.OnceFunc(func() {
	register.DoFn4x1[context.Context, *sdf.LockRTracker, source, func(line), error](&readFn{})
	register.DoFn2x1[line, func(string, outcome), error](&priceFn{})
	register.Combiner2[impact, outcome](&impactFn{})
	register.DoFn2x2[string, impact, string, error](&resultFn{})
	register.DoFn3x1[context.Context, int, func(*string) bool, error](&writeFn{})
	register.Emitter1[line]()
	register.Emitter2[string, outcome]()
	register.Iter1[string]()
	// As JSON all of these are exact: their numbers are integers, and texts from files are bytes.
	beam.RegisterCoder(reflect.TypeFor[source](), encodeSource, decodeSource)
	beam.RegisterCoder(reflect.TypeFor[line](), encodeLine, decodeLine)
	beam.RegisterCoder(reflect.TypeFor[outcome](), encodeOutcome, decodeOutcome)
	beam.RegisterCoder(reflect.TypeFor[impact](), encodeImpact, decodeImpact)
})

// Beam finds coders by the names of these functions, which those of generic ones would not tell apart.
func encodeSource(s source) ([]byte, error)      { return json.Marshal(s) }
func decodeSource(text []byte) (source, error)   { return decoded[source](text) }
func encodeLine(l line) ([]byte, error)          { return json.Marshal(l) }
func decodeLine(text []byte) (line, error)       { return decoded[line](text) }
func encodeOutcome(o outcome) ([]byte, error)    { return json.Marshal(o) }
func decodeOutcome(text []byte) (outcome, error) { return decoded[outcome](text) }
func encodeImpact(i impact) ([]byte, error)      { return json.Marshal(i) }
func decodeImpact(text []byte) (impact, error)   { return decoded[impact](text) }

func decoded[T any](text []byte) (v T, err error) {
	err = json.Unmarshal(text, &v)
	return v, err
}

// pipeline is the study as Beam runs it. Rows are read, priced and added up where they stand; only impacts, one for each
// class and piece of work, travel between machines.
func (s *study) pipeline() *beam.Pipeline {
	p, root := beam.NewPipelineWithRoot()
	lines := beam.ParDo(root.Scope("Read"), &readFn{s.piece}, beam.CreateList(root, s.sources))
	outcomes := beam.ParDo(root.Scope("Price"), &priceFn{Now: s.now, Next: s.next, Columns: s.columns}, lines)
	impacts := beam.CombinePerKey(root.Scope("AddUp"), &impactFn{}, outcomes)
	results := beam.ParDo(root.Scope("Tell"), &resultFn{}, impacts)
	beam.ParDo0(root.Scope("Write"), &writeFn{s.results}, beam.GroupByKey(root, beam.AddFixedKey(root, results)))
	return p
}

// impactFn adds outcomes up.
type impactFn struct{}

// CreateAccumulator is the impact on no bills.
func (*impactFn) CreateAccumulator() impact { return impact{} }

// AddInput takes a line into account.
func (*impactFn) AddInput(i impact, o outcome) impact {
	i.add(o)
	return i
}

// MergeAccumulators is the impact of both.
func (*impactFn) MergeAccumulators(i, j impact) impact {
	i.merge(j)
	return i
}

// result is a line of the results.
type result struct {
	Class  string // empty for lines without a class that a book has
	Impact impact
}

// resultFn makes a line of a result.
type resultFn struct{}

// ProcessElement is the line.
func (*resultFn) ProcessElement(class string, i impact) (string, error) {
	text, err := json.Marshal(result{class, i})
	return string(text) + "\n", err
}

// writeFn writes the lines of all results into one file. They are few: one for each class.
type writeFn struct {
	File string
}

// ProcessElement writes the file. Done again, it writes the same.
func (f *writeFn) ProcessElement(ctx context.Context, _ int, next func(*string) bool) error {
	var text []byte
	for line := ""; next(&line); {
		text = append(text, line...)
	}
	fs, err := filesystem.New(ctx, f.File)
	if err != nil {
		return err
	}
	return errors.Join(filesystem.Write(ctx, fs, f.File, text), fs.Close())
}

// read reads what the pipeline has left, and sees that no byte of the accounts is missing or read twice.
func (s *study) read(ctx context.Context) (found map[string]impact, err error) {
	fs, err := filesystem.New(ctx, s.results)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, fs.Close()) }()
	file, err := fs.OpenRead(ctx, s.results)
	if err != nil {
		return nil, fmt.Errorf("the pipeline has left no results to read: %w; name a file with -results that its workers and this command both reach", err)
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	found = map[string]impact{}
	for d := json.NewDecoder(file); ; {
		var r result
		if err := d.Decode(&r); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, fmt.Errorf("%s: the results cannot be read: %w", s.results, err)
		}
		i := found[r.Class]
		i.merge(r.Impact)
		found[r.Class] = i
	}
	return found, s.whole(found)
}

// whole sees that what was found is of all the lines there are.
func (s *study) whole(found map[string]impact) error {
	var size int64
	for _, source := range s.sources {
		size += source.Size
	}
	all := impact{}
	for _, i := range found {
		if i.Rows != i.Bills+i.refused() {
			return fmt.Errorf("%d rows were read, %d priced and %d refused: the results contradict themselves", i.Rows, i.Bills, i.refused())
		}
		all.merge(i)
	}
	if all.Bytes != size {
		return fmt.Errorf("the accounts have %d bytes, and the results are of %d: did a file change while it was read?", size, all.Bytes)
	}
	return nil
}

// findClasses compiles both books. It gives their classes in their order, those of the book now first.
func (s *study) findClasses() ([]string, error) {
	var all []string
	for _, b := range []book{s.now, s.next} {
		engine, err := b.compile()
		if err != nil {
			return nil, err
		}
		for _, class := range engine.Schedules() {
			if !slices.Contains(all, class) {
				all = append(all, class)
			}
		}
	}
	return all, nil
}

// verifyResults sees that there is a place for the results, and nothing else in it.
func (s *study) verifyResults(ctx context.Context) error {
	if s.results == "" {
		if !inProcess() {
			return errors.New("the workers run elsewhere; name with -results a file that they can write and this command can read, such as gs://bucket/results.jsonl")
		}
		return nil
	}
	fs, err := filesystem.New(ctx, s.results)
	if err != nil {
		return fmt.Errorf("-results: %w", err)
	}
	defer func() { _ = fs.Close() }() // it was only read
	switch there, err := fs.List(ctx, s.results); {
	case err != nil:
		return fmt.Errorf("-results: %w", err)
	case len(there) > 0:
		return fmt.Errorf("-results %s: there is such a file already; remove it, or name another", s.results)
	}
	return nil
}
