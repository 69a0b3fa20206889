package adaptertest

import (
	"errors"
	"fmt"
	"strings"

	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/metering"
)

func discreet(d *Delivery) (string, error) {
	if len(d.Personal) == 0 {
		return "no personal text is named", nil
	}
	var sources []metering.ReadSource
	sources = append(sources, d.open())
	if source := d.damaged(); source != nil {
		sources = append(sources, source)
	}
	if d.Bytes != nil {
		content := string(d.Content)
		for _, name := range d.Personal {
			if !strings.Contains(content+string(d.Damaged), name) {
				return "", fmt.Errorf("%q does not stand in the delivery, and its absence proves nothing", name)
			}
			// Columns and cells that are shifted put a name where a number belongs.
			for _, shifted := range []string{name + " " + name, name + name, name + ",", name + "\n" + name, "\"" + name, "", name[1:] + name} {
				sources = append(sources, d.of([]byte(strings.Replace(content, name, shifted, 1))))
			}
		}
		for n := range len(d.Content) {
			sources = append(sources, d.of(d.Content[:n]), d.of(d.Content[n:]))
		}
	}
	for _, source := range sources {
		got, err := d.read(source, -1, nil)
		if err != nil {
			return "", err
		}
		if err := silent(d.Personal, got); err != nil {
			return "", err
		}
	}
	_, err := d.failing(func(_ string, source metering.ReadSource) error {
		got, err := d.read(source, -1, nil)
		if err != nil {
			return err
		}
		return silent(d.Personal, got)
	})
	return "", err
}

// silent reports a personal text in what a reading says of itself.
func silent(personal []string, got reading) error {
	tell := func(at fmt.Stringer, what string, v any) error {
		text := fmt.Sprintf("%v %+v %#v %s", v, v, v, v)
		for _, name := range personal {
			if strings.Contains(text, name) {
				return fmt.Errorf("%s at %s holds %q", what, at, name)
			}
		}
		return nil
	}
	for _, item := range got.items {
		var err error
		if item.Finding != nil {
			err = errors.Join(tell(item.Pos, "the finding", item.Finding), tell(item.Pos, "the finding", *item.Finding))
		} else {
			err = errors.Join(tell(item.Pos, "the doubt", item.Doubt), tell(item.Pos, "the doubt", item.Doubt.String()))
		}
		if err != nil {
			return err
		}
	}
	if got.err != nil {
		for err := got.err; err != nil; err = errors.Unwrap(err) {
			if err := tell(problem.Pos{}, "the error", err); err != nil {
				return err
			}
		}
	}
	return nil
}
