package adaptertest

import (
	"errors"
	"fmt"
	"iter"
	"reflect"
	"sync"

	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/metering"
)

const noBytes = "the source is no stream of bytes"

func delivers(d *Delivery) (string, error) {
	got, err := d.whole()
	if err != nil {
		return "", err
	}
	if err := same(d.Want, got.reads()); err != nil {
		return "", err
	}
	if got.findings() != d.Findings {
		return "", fmt.Errorf("%d findings came, and %d were wanted: %v", got.findings(), d.Findings, told(got))
	}
	return "", nil
}

// told are the findings of a reading.
func told(r reading) []string {
	var texts []string
	for _, item := range r.items {
		if item.Finding != nil {
			texts = append(texts, item.Finding.Error())
		}
	}
	return texts
}

func checks(d *Delivery) (string, error) {
	got, err := d.whole()
	if err != nil {
		return "", err
	}
	for _, item := range got.items {
		if err := item.Check(); err != nil {
			return "", fmt.Errorf("the item at %s: %w", item.Pos, err)
		}
	}
	return "", nil
}

func numberless(d *Delivery) (string, error) {
	got, err := d.whole()
	if err != nil {
		return "", err
	}
	none := true
	for _, r := range got.reads() {
		if r.State == metering.Read {
			continue
		}
		none = false
		if r.Number != (exact.Number{}) || r.Dials || r.Interval || r.RolledOver || r.Unit != 0 || r.Source != 0 || r.Minutes != 0 {
			return "", fmt.Errorf("the item at %s is %s, and has a number, or what is of one", r.Pos, r.State)
		}
	}
	if none {
		return "the delivery has no meter that was not read", nil
	}
	return "", nil
}

func places(d *Delivery) (string, error) {
	got, err := d.whole()
	if err != nil {
		return "", err
	}
	var before *metering.Delivered
	for i := range got.items {
		item := &got.items[i]
		if item.Pos.IsZero() {
			return "", fmt.Errorf("item %d has no place", i+1)
		}
		if item.Finding != nil {
			if item.Finding.Pos != item.Pos {
				return "", fmt.Errorf("the finding at %s says that it is at %s", item.Pos, item.Finding.Pos)
			}
			continue // of a group, a finding comes before the reads, and of a file as a whole at its end
		}
		if item.Pos.Line == 0 {
			return "", fmt.Errorf("read %d has no line, or number of a row", i+1)
		}
		if before != nil && before.Pos.File == item.Pos.File &&
			(item.Pos.Line < before.Pos.Line || item.Pos.Line == before.Pos.Line && item.Pos.Col < before.Pos.Col) {
			return "", fmt.Errorf("the read at %s comes after that at %s", item.Pos, before.Pos)
		}
		before = item
	}
	return "", nil
}

func again(d *Delivery) (string, error) {
	source := d.open()
	first, err := d.read(source, -1, nil)
	if err != nil {
		return "", err
	}
	for range 2 {
		second, err := d.read(source, -1, nil)
		if err != nil {
			return "", err
		}
		if second.err != nil {
			if err := beginning(first.reads(), second.reads()); err != nil {
				return "", fmt.Errorf("read again, before its error: %w", err)
			}
			continue
		}
		if err := same(first.reads(), second.reads()); err != nil {
			return "", fmt.Errorf("read again, without an error: %w", err)
		}
		if first.findings() != second.findings() {
			return "", fmt.Errorf("read again, it gives %d findings, and gave %d", second.findings(), first.findings())
		}
	}
	return "", nil
}

func stops(d *Delivery) (string, error) {
	got, err := d.whole()
	if err != nil {
		return "", err
	}
	for stop := 1; stop <= len(got.items); stop++ {
		part, err := d.read(d.open(), stop, nil)
		if err != nil {
			return "", fmt.Errorf("stopped after %d items: %w", stop, err)
		}
		if part.after > 0 {
			return "", fmt.Errorf("stopped after %d items, and yield was called %d times more", stop, part.after)
		}
	}
	return "", nil
}

func closes(d *Delivery) (string, error) {
	if d.Bytes == nil {
		return noBytes, nil
	}
	for _, failure := range []error{nil, errFailure} {
		for _, stop := range []int{-1, 1, 2} {
			s := &stream{content: d.Content, failure: failure}
			if _, err := d.read(d.Bytes(s.open), stop, nil); err != nil {
				return "", err
			}
			if err := s.balanced(); err != nil {
				return "", err
			}
		}
	}
	return "", nil
}

func keeps(d *Delivery) (string, error) {
	var copies []metering.Delivered
	source := d.open()
	got, err := d.read(source, -1, func(item *metering.Delivered) { copies = append(copies, copied(*item)) })
	if err != nil {
		return "", err
	}
	for i := range copies {
		if !reflect.DeepEqual(copies[i], got.items[i]) {
			return "", fmt.Errorf("the item at %s changed while the stream went on", copies[i].Pos)
		}
	}
	spoil := func(item *metering.Delivered) {
		if item.Finding != nil {
			item.Finding.What, item.Finding.Code = "spoiled", "Spoiled"
		}
		for i := range item.Doubt.Figures {
			item.Doubt.Figures[i].Text = "spoiled"
		}
	}
	for _, source := range []metering.ReadSource{source, d.open()} {
		var clean []metering.Delivered
		second, err := d.read(source, -1, func(item *metering.Delivered) {
			clean = append(clean, copied(*item))
			spoil(item)
		})
		if err != nil {
			return "", err
		}
		if second.err != nil {
			continue // it cannot be read again
		}
		third, err := d.read(source, -1, nil)
		if err != nil {
			return "", err
		}
		for _, list := range [][]metering.Delivered{clean, third.items} {
			for i := range min(len(list), len(copies)) {
				if !reflect.DeepEqual(list[i], copies[i]) {
					return "", fmt.Errorf("the item at %s differs after the caller has changed an earlier one", copies[i].Pos)
				}
			}
		}
	}
	return "", nil
}

func apart(d *Delivery) (string, error) {
	var each [2]reading
	if err := d.alternate(&each); err != nil {
		return "", err
	}
	for _, got := range each {
		if err := same(d.Want, got.reads()); err != nil {
			return "", fmt.Errorf("read in turns with another: %w", err)
		}
	}
	var wait sync.WaitGroup
	var broken [2]error
	for i, source := range []metering.ReadSource{d.open(), d.open()} {
		wait.Go(func() {
			got, err := d.read(source, -1, nil)
			if err == nil {
				err = same(d.Want, got.reads())
			}
			if err != nil {
				broken[i] = fmt.Errorf("read in two goroutines: %w", err)
			}
		})
	}
	wait.Wait()
	return "", errors.Join(broken[:]...)
}

// alternate reads two sources, an item of each in turn.
func (d *Delivery) alternate(each *[2]reading) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("reading two sources in turns panicked: %v", p)
		}
	}()
	var next [2]func() (metering.Delivered, error, bool)
	for i, source := range []metering.ReadSource{d.open(), d.open()} {
		pull, stop := iter.Pull2(source.Reads())
		defer stop()
		next[i] = pull
	}
	for open := 2; open > 0; {
		open = 0
		for i, pull := range next {
			item, err, ok := pull()
			if !ok {
				continue
			}
			open++
			if err != nil {
				return fmt.Errorf("read in turns with another: %w", err)
			}
			if each[i].items = append(each[i].items, item); len(each[i].items) > d.most() {
				return errors.New("it does not end")
			}
		}
	}
	return nil
}
