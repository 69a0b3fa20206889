package adaptertest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/headgate-dev/headgate/billing/approval"
	"github.com/headgate-dev/headgate/metering"
)

// open makes the source of the delivery.
func (d *Delivery) open() metering.ReadSource {
	if d.Items != nil {
		return d.Items()
	}
	return d.of(d.Content)
}

// of makes a source of a stream; there is none where the source is no stream.
func (d *Delivery) of(content []byte) metering.ReadSource {
	return d.Bytes(func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(content)), nil })
}

// damaged makes the source of the damaged delivery; nil where none is given.
func (d *Delivery) damaged() metering.ReadSource {
	switch {
	case d.DamagedItems != nil:
		return d.DamagedItems()
	case d.Bytes != nil && len(d.Damaged) > 0:
		return d.of(d.Damaged)
	}
	return nil
}

// stream is a stream that counts how often it is opened and closed, and may fail at its end.
type stream struct {
	content        []byte
	failure        error // in the place of io.EOF
	opened, closed atomic.Int64
}

func (s *stream) open() (io.ReadCloser, error) {
	s.opened.Add(1)
	return &opening{stream: s, r: bytes.NewReader(s.content)}, nil
}

func (s *stream) balanced() error {
	if o, c := s.opened.Load(), s.closed.Load(); o != c {
		return fmt.Errorf("%d streams were opened and %d closed", o, c)
	}
	return nil
}

type opening struct {
	*stream
	r    *bytes.Reader
	done bool
}

func (o *opening) Read(b []byte) (int, error) {
	n, err := o.r.Read(b)
	if err == io.EOF && o.failure != nil {
		err = o.failure
	}
	return n, err
}

func (o *opening) Close() error {
	if !o.done {
		o.done = true
		o.closed.Add(1)
	}
	return nil
}

// reading is what one reading of a source gave.
type reading struct {
	items []metering.Delivered
	err   error // with which it ended
	// after counts what came after the error, or after the caller had said that it wants no more.
	after int
}

// most is how many items a reading may have before the suite gives up on its end.
func (d *Delivery) most() int { return (more+10)*(len(d.Want)+d.Findings) + 1000 }

// read reads a source, as it would be without range, which hides a yield too many. stop is after how many items the caller
// says that it wants no more; below 0 it wants all. see is called with each item, and may be nil. The error is of a source
// that does not end, or that panics.
func (d *Delivery) read(source metering.ReadSource, stop int, see func(*metering.Delivered)) (got reading, err error) {
	if source == nil {
		return got, errors.New("the source is nil")
	}
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("reading the source panicked: %v", p)
		}
	}()
	over := false
	source.Reads()(func(item metering.Delivered, err error) bool {
		if over {
			if got.after++; got.after > d.most() {
				panic("it does not end")
			}
			return false
		}
		if err != nil {
			got.err, over = err, true
			return stop < 0 // a caller that does not stop at an error finds what follows
		}
		got.items = append(got.items, item)
		if see != nil {
			see(&got.items[len(got.items)-1])
		}
		if len(got.items) > d.most() {
			panic("it does not end")
		}
		over = len(got.items) == stop
		return !over
	})
	return got, nil
}

// reads are the items that are no findings.
func (r reading) reads() []metering.Delivered {
	return slices.DeleteFunc(slices.Clone(r.items), func(d metering.Delivered) bool { return d.Finding != nil })
}

func (r reading) findings() int { return len(r.items) - len(r.reads()) }

// whole reads the whole delivery: where that cannot be done, nothing else can be proved.
func (d *Delivery) whole() (reading, error) {
	got, err := d.read(d.open(), -1, nil)
	if err == nil && got.err != nil {
		err = fmt.Errorf("the whole delivery ends with an error: %w", got.err)
	}
	return got, err
}

// same reports how two lists of reads differ; nil where they do not.
func same(want, got []metering.Delivered) error {
	for i := range min(len(want), len(got)) {
		if text := difference(want[i], got[i]); text != "" {
			return fmt.Errorf("read %d differs: %s", i+1, text)
		}
	}
	switch {
	case len(got) < len(want):
		missing := want[len(got)]
		return fmt.Errorf("%d reads came, and %d were wanted: the first that is missing is of meter %s at %s", len(got), len(want), missing.Meter, missing.Pos)
	case len(got) > len(want):
		more := got[len(want)]
		return fmt.Errorf("%d reads came, and %d were wanted: the first that is more is of meter %s at %s", len(got), len(want), more.Meter, more.Pos)
	}
	return nil
}

// beginning reports how got is no beginning of want. Reads that are marked Unended stand for what was torn, and may be at the
// end alone.
func beginning(want, got []metering.Delivered) error {
	torn := slices.IndexFunc(got, func(d metering.Delivered) bool { return d.Unended })
	if torn >= 0 {
		for _, d := range got[torn:] {
			if !d.Unended {
				return fmt.Errorf("the read at %s is Unended, and that at %s follows it", got[torn].Pos, d.Pos)
			}
		}
		got = got[:torn]
	}
	if len(got) > len(want) {
		return same(want, got)
	}
	return same(want[:len(got)], got)
}

// difference tells the fields in which two reads differ.
func difference(want, got metering.Delivered) string {
	var parts []string
	a, b := reflect.ValueOf(plain(want)), reflect.ValueOf(plain(got))
	for i := range a.NumField() {
		if x, y := a.Field(i).Interface(), b.Field(i).Interface(); !reflect.DeepEqual(x, y) {
			parts = append(parts, fmt.Sprintf("%s is %v, and %v was wanted", a.Type().Field(i).Name, y, x))
		}
	}
	return strings.Join(parts, "; ")
}

// plain leaves out what may differ: the zone in which an instant is written, and the words of a doubt.
func plain(d metering.Delivered) metering.Delivered {
	d.At, d.Sent = d.At.UTC(), d.Sent.UTC()
	d.Doubt = metering.Exception{Code: d.Doubt.Code}
	return d
}

// copied is an item with nothing in it that anybody else holds.
func copied(d metering.Delivered) metering.Delivered {
	doubt := &d.Doubt
	for _, text := range []*string{&d.Account, &d.Meter, &d.Register, &d.Code, &d.Pos.File, &doubt.Rule, &doubt.Meter, &doubt.Register, &doubt.Words} {
		*text = strings.Clone(*text)
	}
	if d.Finding != nil {
		f := *d.Finding
		f.Path, f.What, f.Fix, f.Pos.File = strings.Clone(f.Path), strings.Clone(f.What), strings.Clone(f.Fix), strings.Clone(f.Pos.File)
		d.Finding = &f
	}
	if reader, err := approval.ParsePerson(strings.Clone(d.Reader.String())); err == nil {
		d.Reader = reader
	}
	d.Doubt.Figures = slices.Clone(d.Doubt.Figures)
	return d
}
