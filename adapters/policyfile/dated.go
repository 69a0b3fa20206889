package policyfile

import (
	"errors"
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
	// in the order of the file. What is made with them is to be marked as such. The
	// value itself knows of those whose fields are [Knowable], and of the others where
	// it has a field of type policy.Marks: see [Into].
	Placeholders []Mark
	pos          problem.Pos
	has          bool // a value, or why it is not known
	value        T
	unknown      problem.List
}

// NewVersion returns a version for a policy that is written in Go: see [NewDated].
// A to that is zero sets no end.
func NewVersion[T any](from, to civil.Date, source rates.Citation, value T) Version[T] {
	return Version[T]{From: from, To: to, Source: source, has: true, value: value}
}

// Value returns the version's value. Where the file states one of the values as not
// known, and its field is no [Known], the error is a [problem.List] of all of these
// with the code [ErrNotKnown]. So is that of a version that was neither read nor made
// with [NewVersion].
func (v Version[T]) Value() (T, error) {
	var none T
	if !v.has {
		return none, &problem.Error{Code: ErrNotKnown, What: "the version has no value", Fix: "read it from a file, or make it with policyfile.NewVersion"}
	}
	if err := v.unknown.Err(); err != nil {
		return none, err
	}
	return v.value, nil
}

// own is the version with slices that are the caller's.
func (v Version[T]) own() Version[T] {
	v.Placeholders = slices.Clone(v.Placeholders)
	return v
}

// holds reports whether the version holds on the day.
func (v Version[T]) holds(day civil.Date) bool {
	return !day.Before(v.From) && (v.To.IsZero() || day.Before(v.To))
}

// NewDated returns an area of a policy that is written in Go, or by a file of another
// kind. The versions stand in order and follow each other as those of a file do. The
// validate tags of T, and its Check, are for files: they are not looked at. The error
// is a [problem.List] of everything that is wrong, with the codes [ErrMissing],
// [ErrPeriod], [ErrGap] and [ErrOverlap], and [ErrNotKnown] for a version that has no
// value.
func NewDated[T any](name string, versions ...Version[T]) (Dated[T], error) {
	var found problem.List
	fault := func(i int, key string, e *problem.Error) {
		if e.Path = (spot{path: name}).item(i).path; key != "" {
			e.Path = join(e.Path, key)
		}
		found.Add(e)
	}
	if len(versions) == 0 {
		found.Add(&problem.Error{Code: ErrMissing, Path: name, What: "there is no version", Fix: "give at least one"})
	}
	d := Dated[T]{name: name}
	for i, v := range versions {
		switch {
		case v.From.IsZero():
			fault(i, "from", &problem.Error{Code: ErrMissing, What: "from is missing", Fix: "give the first day of the version"})
		case !v.To.IsZero() && !v.From.Before(v.To):
			fault(i, "to", noDays(v.From, v.To))
		case i == 0 || versions[i-1].From.IsZero():
		case versions[i-1].To.IsZero():
			fault(i-1, "to", noEnd(v.From))
		default:
			if e := joint(versions[i-1].To, v.From); e != nil {
				fault(i, "from", e)
			}
		}
		if !v.has {
			_, err := v.Value()
			var e *problem.Error
			errors.As(err, &e)
			fault(i, "", e)
		}
		d.versions = append(d.versions, v.own())
	}
	if err := found.Err(); err != nil {
		return Dated[T]{}, err
	}
	return d, nil
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
// [ErrDate] for no date. The place of [ErrNoVersion] is that of the version that is
// next to the day.
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
			return v.own(), nil
		}
	}
	next := d.versions[0]
	what := fmt.Sprintf("no version holds on %s: the first begins on %s", day, next.From)
	if !day.Before(next.From) {
		next = d.versions[len(d.versions)-1]
		what = fmt.Sprintf("no version holds on %s: the last ends before %s", day, next.To)
	}
	return Version[T]{}, &problem.Error{Code: ErrNoVersion, Path: d.name, Pos: next.pos, What: what, Fix: "add the version of that day, with its source"}
}

// Versions returns all versions, by date.
func (d Dated[T]) Versions() []Version[T] {
	all := slices.Clone(d.versions)
	for i := range all {
		all[i] = all[i].own()
	}
	return all
}

// Named is an area of a policy that stands under several names, such as the calendars
// of several offices. The zero value has no names.
type Named[T any] struct {
	area   string
	pos    problem.Pos
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
	return Dated[T]{}, noName(n.area, n.pos, name, n.Names())
}

func noName(area string, pos problem.Pos, name string, names []string) error {
	fix := "give the area to Parse"
	if len(names) > 0 {
		fix = "write one of: " + strings.Join(names, ", ")
	}
	return &problem.Error{Code: ErrNoArea, Path: area, Pos: pos, What: fmt.Sprintf("there is no %q", name), Fix: fix}
}
