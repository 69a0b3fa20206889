package policyfile

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/rates"
)

// Dated is an area of a policy: its versions, each for its days, without a gap or an
// overlap. The zero value has no version and says so on every question. It is
// immutable and safe for use by several goroutines; slices and maps inside a T are
// shared between all answers and must not be changed.
type Dated[T any] struct {
	name     string
	absent   error // why there are no versions
	versions []Version[T]
}

// A Version is an area of a policy as it holds for some days.
type Version[T any] struct {
	// From is the first day; To is the day after the last, zero where no end is set.
	From, To civil.Date
	// Source is what adopted the version. It is empty where the file states the
	// source as not known.
	Source rates.Citation
	// Placeholders are the values of the version that stand in for what is not known,
	// in the order of the file. What is made with them is to be marked as such.
	Placeholders []Mark
	value        T
	unknown      problem.List
}

// Value returns the version's value. Where the file states one of the values as not
// known, and its field is no [Known], the error is a [problem.List] of all of these
// with the code [ErrNotKnown].
func (v Version[T]) Value() (T, error) {
	if err := v.unknown.Err(); err != nil {
		var none T
		return none, err
	}
	return v.value, nil
}

// holds reports whether the version holds on the day.
func (v Version[T]) holds(day civil.Date) bool {
	return !day.Before(v.From) && (v.To.IsZero() || day.Before(v.To))
}

// On returns the value that holds on the day, and what adopted it. Errors: those of
// [Dated.At] and of [Version.Value].
func (d Dated[T]) On(day civil.Date) (T, rates.Citation, error) {
	v, err := d.At(day)
	if err != nil {
		return v.value, rates.Citation{}, err
	}
	value, err := v.Value()
	if err != nil {
		return value, rates.Citation{}, err
	}
	return value, v.Source, nil
}

// At returns the version that holds on the day. Errors: [ErrNoArea] where the file
// does not have the area, or none was read; [ErrNotKnown] where it states the area
// as not known; [ErrNoVersion] for a day before the first version or after the last;
// [ErrDate] for no date.
func (d Dated[T]) At(day civil.Date) (Version[T], error) {
	if len(d.versions) == 0 {
		if d.absent != nil {
			return Version[T]{}, d.absent
		}
		return Version[T]{}, &problem.Error{Code: ErrNoArea, Path: d.name, What: "the area was never read", Fix: "give it to Parse"}
	}
	if day.IsZero() {
		return Version[T]{}, &problem.Error{Code: ErrDate, Path: d.name, What: "no version holds on no date", Fix: "give the date"}
	}
	for _, v := range d.versions {
		if v.holds(day) {
			return v, nil
		}
	}
	what := fmt.Sprintf("no version holds on %s: the first begins on %s", day, d.versions[0].From)
	if !day.Before(d.versions[0].From) {
		what = fmt.Sprintf("no version holds on %s: the last ends before %s", day, d.versions[len(d.versions)-1].To)
	}
	return Version[T]{}, &problem.Error{Code: ErrNoVersion, Path: d.name, What: what, Fix: "add the version of that day, with its source"}
}

// Versions returns all versions, by date.
func (d Dated[T]) Versions() []Version[T] { return slices.Clone(d.versions) }

// Named is an area of a policy that stands under several names, such as the calendars
// of several offices. The zero value has no names.
type Named[T any] struct {
	area   string
	absent error
	byName map[string]Dated[T]
}

// Names returns the names, sorted.
func (n Named[T]) Names() []string { return slices.Sorted(maps.Keys(n.byName)) }

// Get returns the area of that name. A name that the file does not have is
// [ErrNoArea], with those that it has; the rest as [Dated.At].
func (n Named[T]) Get(name string) (Dated[T], error) {
	d, ok := n.byName[name]
	if ok {
		return d, nil
	}
	if n.absent != nil {
		return Dated[T]{}, n.absent
	}
	return Dated[T]{}, noName(n.area, name, n.Names())
}

func noName(area, name string, names []string) error {
	fix := "give the area to Parse"
	if len(names) > 0 {
		fix = "write one of: " + strings.Join(names, ", ")
	}
	return &problem.Error{Code: ErrNoArea, Path: area, What: fmt.Sprintf("there is no %q", name), Fix: fix}
}
