package adaptertest

import (
	"errors"
	"fmt"
	"io"

	"github.com/headgate-dev/headgate/metering"
)

// errFailure is what the suite's streams fail with.
var errFailure = errors.New("adaptertest: the stream failed here")

// failing calls test with a source for each place where the delivery can fail; it says why there is none.
func (d *Delivery) failing(test func(where string, source metering.ReadSource) error) (string, error) {
	if d.Bytes != nil {
		for n := range len(d.Content) + 1 {
			if err := test(fmt.Sprintf("after %d bytes", n), d.Bytes((&stream{content: d.Content[:n], failure: errFailure}).open)); err != nil {
				return "", err
			}
		}
		return "", test("where it is opened", d.Bytes(func() (io.ReadCloser, error) { return nil, errFailure }))
	}
	if d.Failing == nil {
		return "Failing makes no source that fails", nil
	}
	for n := range len(d.Want) + 1 {
		if err := test(fmt.Sprintf("after %d reads", n), d.Failing(n, errFailure)); err != nil {
			return "", err
		}
	}
	return "", nil
}

func fails(d *Delivery) (string, error) {
	return d.failing(func(where string, source metering.ReadSource) error {
		got, err := d.read(source, -1, nil)
		switch {
		case err != nil:
			return fmt.Errorf("failing %s: %w", where, err)
		case got.err == nil:
			return fmt.Errorf("failing %s: the failure was not told", where)
		case !errors.Is(got.err, errFailure):
			return fmt.Errorf("failing %s: errors.Is does not find the failure in %q", where, got.err)
		}
		if err := beginning(d.Want, got.reads()); err != nil {
			return fmt.Errorf("failing %s: %w", where, err)
		}
		return nil
	})
}

func ends(d *Delivery) (string, error) {
	return d.failing(func(where string, source metering.ReadSource) error {
		got, err := d.read(source, -1, nil)
		if err != nil {
			return err
		}
		if got.after > 0 {
			return fmt.Errorf("failing %s: %d items follow the error", where, got.after)
		}
		return nil
	})
}

func cut(d *Delivery) (string, error) {
	if d.Bytes == nil {
		return noBytes, nil
	}
	for n := range len(d.Content) {
		got, err := d.read(d.of(d.Content[:n]), -1, nil)
		if err != nil {
			return "", fmt.Errorf("cut after %d bytes: %w", n, err)
		}
		if err := beginning(d.Want, got.reads()); err != nil {
			return "", fmt.Errorf("cut after %d bytes: %w", n, err)
		}
	}
	return "", nil
}

func damaged(d *Delivery) (string, error) {
	source := d.damaged()
	if source == nil {
		return "no damaged delivery is given", nil
	}
	got, err := d.read(source, -1, nil)
	switch {
	case err != nil:
		return "", err
	case got.err != nil:
		return "", fmt.Errorf("the damaged delivery ends with an error: %w", got.err)
	}
	next := 0
	for _, r := range got.reads() {
		r.Pos = d.Want[0].Pos // damage may move what follows
		for {
			if next == len(d.Want) {
				return "", fmt.Errorf("a read of meter %s came that the whole delivery has not, or not there", r.Meter)
			}
			want := d.Want[next]
			want.Pos = r.Pos
			next++
			if difference(want, r) == "" {
				break
			}
		}
	}
	switch {
	case len(got.reads()) != d.Survive:
		return "", fmt.Errorf("%d reads survive the damage, and %d were to: %v", len(got.reads()), d.Survive, told(got))
	case got.findings() <= d.Findings:
		return "", errors.New("the damage gives no finding")
	}
	return "", nil
}
