package policyfile

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/headgate-dev/headgate/adapters/internal/yamldoc"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/rates"
)

// An Area is a part of a policy file that a program reads, and where it goes. Make one
// with [Into], [IntoNamed], [IntoCalendars] or [Skip]; the zero value is none.
type Area struct {
	name     string
	optional bool
	faults   problem.List
	// read reads the area's node, and returns what puts it where it goes.
	read func(d *decoder, n *yamldoc.Node) (commit func())
	// lacking puts there that the file does not have it.
	lacking func(err error)
}

// Into reads the area of that name into versions of a struct. Each exported field of T
// has a policy tag that names its key and may have a validate tag of validator/v10:
//
//	type LateCharge struct {
//		GraceDays int                     `policy:"grace_days" validate:"gte=0,lte=60"`
//		Percent   decimal.Decimal         `policy:"percent" validate:"gte=0,lte=10"`
//		Cap       *money.Amount           `policy:"cap" validate:"omitempty,gt=0"` // may be absent
//		Exempt    []string                `policy:"exempt,optional" validate:"unique"`
//		Fee       Known[money.Amount]     `policy:"fee" validate:"gte=0"` // may be not known
//		Steps     []Step                  `policy:"steps,empty" validate:"dive"` // may be []
//	}
//
// A field is a string, bool, integer, decimal.Decimal, money.Amount, civil.Date, any
// type with UnmarshalText, a struct with such fields, a slice or a map of these (keys
// are strings or have UnmarshalText), a [Known] of these, or a pointer to one. Every
// key must be in the file, but for pointers and for texts, lists and mappings with the
// option "optional". Lists and mappings may be empty only with the option "empty".
//
// Comparing rules (min, max, gt, gte, lt, lte, eq, ne, len, and gtfield and its like)
// are exact for all numbers, amounts and dates. Rules that would pass over a value, or
// look outside of it, are refused, as is a list of structs without "dive".
//
// Where a tag cannot say it, T itself has a method Check() error. It is called when all
// else of the version is right and known; the paths of its problems begin at T, and are
// written as those of the file. The Check of a struct inside T is T's to call.
//
// A package that may not import this one, as those of the core, states its policy as
// such a struct all the same: a value that the file states as not known then takes its
// whole version with it, unless its field has a type of that package that is [Knowable].
//
// A struct that is to know which of its other fields are placeholders, so that what is
// made with them can say so, has a field of type [policy.Marks] without a tag. Without
// it they stand in [Version.Placeholders] alone. What stands in a placeholder, such as
// the fields of a struct or the entries of a list, is one by the same mark.
func Into[T any](name string, into *Dated[T]) Area {
	a := newArea(name, reflect.TypeFor[T](), into == nil)
	a.read = func(d *decoder, n *yamldoc.Node) func() {
		dated := readDated[T](d, n, name)
		return func() { *into = dated }
	}
	a.lacking = func(err error) { *into = Dated[T]{name: name, absent: err} }
	return a
}

// IntoNamed reads an area that stands under several names, each as [Into] reads one.
func IntoNamed[T any](name string, into *Named[T]) Area {
	a := newArea(name, reflect.TypeFor[T](), into == nil)
	a.read = func(d *decoder, n *yamldoc.Node) func() {
		named := Named[T]{area: name, pos: n.Pos(d.file), byName: map[string]Dated[T]{}}
		named.absent = d.names(n, name, func(key string, n *yamldoc.Node) {
			named.byName[key] = readDated[T](d, n, join(name, key))
		})
		return func() { *into = named }
	}
	a.lacking = func(err error) { *into = Named[T]{area: name, absent: err} }
	return a
}

// Skip names an area that the program knows of and does not read.
func Skip(name string) Area {
	return Area{
		name: name, optional: true, faults: nameFaults(name),
		read:    func(*decoder, *yamldoc.Node) func() { return func() {} },
		lacking: func(error) {},
	}
}

// Optional says that a file may do without the area. What is asked of it then is
// answered with [ErrNoArea].
func (a Area) Optional() Area {
	a.optional = true
	return a
}

func newArea(name string, t reflect.Type, nowhere bool) Area {
	faults := nameFaults(name)
	if nowhere {
		faults.Add(&problem.Error{Code: ErrStruct, Path: name, What: "the area is read into nil", Fix: "give the address of a variable"})
	}
	return Area{name: name, faults: append(faults, checkStruct(t)...)}
}

func nameFaults(name string) problem.List {
	var found problem.List
	if !keyPattern.MatchString(name) || name == headKey || name == nameKey {
		found.Add(&problem.Error{Code: ErrStruct, Path: name, What: fmt.Sprintf("%q cannot be the name of an area", name), Fix: "use small letters, digits and _"})
	}
	return found
}

// names reads the names of an area. It returns why there are none.
func (d *decoder) names(n *yamldoc.Node, path string, read func(name string, n *yamldoc.Node)) error {
	if isUnknown(n) {
		mark, _ := d.unknown(n, path)
		return mark.notKnown()
	}
	if !d.shaped(n, yamldoc.Mapping, path, "a mapping", "write a mapping of names to versions") {
		return nil
	}
	if len(n.Entries) == 0 && !d.tornIn(n) {
		d.fault(n, ErrMissing, path, "it is empty", "write at least one name with its versions")
	}
	for _, e := range n.Entries {
		if e.Key.Text == "" || strings.ContainsAny(e.Key.Text, ".[]") {
			d.fault(e.Key, ErrText, join(path, e.Key.Text), fmt.Sprintf("%s is no name", yamldoc.Quoted(e.Key.Text)), "write a name without dots and brackets")
			continue
		}
		read(e.Key.Text, e.Value)
	}
	return nil
}

// A rawVersion is a version whose struct is not yet of its type.
type rawVersion struct {
	node         *yamldoc.Node
	path         string
	from, to     civil.Date
	source       rates.Citation
	value        reflect.Value // a pointer
	placeholders []Mark
	unknown      []Mark
}

func readDated[T any](d *decoder, n *yamldoc.Node, path string) Dated[T] {
	raw, absent := d.versions(n, path, reflect.TypeFor[T]())
	dated := Dated[T]{name: path, absent: absent}
	for _, r := range raw {
		v := Version[T]{
			From: r.from, To: r.to, Source: r.source, Placeholders: r.placeholders,
			pos: r.node.Pos(d.file), has: true, value: *r.value.Interface().(*T),
		}
		for _, mark := range r.unknown {
			v.unknown.Add(mark.notKnown())
		}
		dated.versions = append(dated.versions, v)
	}
	return dated
}

const versionsFix = "write a list of versions, each with from, source and its values"

// versions reads the versions of an area into structs of type t. It returns why there
// are none.
func (d *decoder) versions(n *yamldoc.Node, path string, t reflect.Type) ([]rawVersion, error) {
	if isUnknown(n) {
		mark, _ := d.unknown(n, path)
		return nil, mark.notKnown()
	}
	if !d.shaped(n, yamldoc.Sequence, path, "a list of versions", versionsFix) {
		return nil, nil
	}
	if len(n.Items) == 0 && !d.tornIn(n) {
		d.fault(n, ErrMissing, path, "it is empty", versionsFix)
	}
	all := make([]rawVersion, len(n.Items))
	for i, item := range n.Items {
		all[i] = d.version(item, spot{path: path}.item(i).path, t)
		if i > 0 && !d.tornIn(n) {
			d.follows(all[i-1], all[i])
		}
	}
	return all, nil
}

// follows reports days between two versions that belong to none or to both.
func (d *decoder) follows(before, v rawVersion) {
	switch {
	case v.from.IsZero() || before.from.IsZero():
	case before.node.Get("to").Key == nil:
		if !d.meant[before.node]["to"] {
			d.report(before.node, join(before.path, "to"), noEnd(v.from))
		}
	case before.to.IsZero():
	default:
		if e := joint(before.to, v.from); e != nil {
			d.report(v.node.Get("from").Value, join(v.path, "from"), e)
		}
	}
}

// noEnd is what is wrong with a version without an end that another follows.
func noEnd(next civil.Date) *problem.Error {
	return &problem.Error{Code: ErrMissing, What: "to is missing, and another version follows", Fix: fmt.Sprintf("add to: %s, the day after the last", next)}
}

// noDays is what is wrong with a version that ends before it begins.
func noDays(from, to civil.Date) *problem.Error {
	return &problem.Error{Code: ErrPeriod, What: fmt.Sprintf("the version ends before %s and begins on %s: it has no day", to, from), Fix: "write the day after the last"}
}

// joint is what is wrong between a version and the one that follows; nil where nothing
// is.
func joint(to, from civil.Date) *problem.Error {
	switch {
	case from.After(to):
		return &problem.Error{
			Code: ErrGap, What: fmt.Sprintf("no version holds from %s to %s, the end not included", to, from),
			Fix: fmt.Sprintf("begin on %s, or state the days between as {from: %s, to: %s, unknown: why}", to, to, from),
		}
	case from.Before(to):
		return &problem.Error{
			Code: ErrOverlap, What: fmt.Sprintf("the version begins on %s, and the one above ends only before %s", from, to),
			Fix: fmt.Sprintf("begin on %s, or end the one above earlier", to),
		}
	}
	return nil
}

// version reads one version. What could not be read is zero, and has been reported.
func (d *decoder) version(n *yamldoc.Node, path string, t reflect.Type) rawVersion {
	v := rawVersion{node: n, path: path, value: reflect.New(t)}
	if !d.shaped(n, yamldoc.Mapping, path, "a version", versionsFix) {
		return v
	}
	if isUnknown(n) {
		d.only(n, path, append([]string{unknownKey}, versionKeys...)...)
	} else {
		d.only(n, path, append(d.plan(t).keys(), versionKeys...)...)
	}
	v.from = d.day(n, path, "from", "write the first day of the version, as from: 2026-01-01")
	v.to = d.day(n, path, "to", "write the day after the last, or leave to out")
	if !v.from.IsZero() && !v.to.IsZero() && !v.from.Before(v.to) {
		d.report(n.Get("to").Value, join(path, "to"), noDays(v.from, v.to))
		v.to = civil.Date{}
	}
	if isUnknown(n) {
		v.source = d.source(n, path, false)
		why, _ := d.text(n.Get(unknownKey).Value, join(path, unknownKey), "say why it is not known, as: not public")
		mark := Mark{Path: path, Pos: n.Pos(d.file), Why: why}
		v.unknown = []Mark{mark}
		d.unknowns = append(d.unknowns, mark)
		return v
	}
	v.source = d.source(n, path, true)
	f := filler{decoder: d, places: map[string]place{}}
	before := d.count
	at := spot{path: path}
	f.places[""] = place{node: n, path: path, owner: t}
	f.object(n, v.value.Elem(), at, versionKeys...)
	f.validate(v.value.Elem())
	if d.count == before && len(f.unknowns) == 0 && !d.tornIn(n) {
		f.check(v.value.Elem(), at)
	}
	v.placeholders, v.unknown = inOrder(f.placeholders), inOrder(f.unknowns)
	return v
}

// day reads a date of a version; to may be absent.
func (d *decoder) day(n *yamldoc.Node, path, key, fix string) civil.Date {
	var day civil.Date
	e := n.Get(key)
	switch {
	case e.Key == nil && key == "from":
		d.missing(n, path, key, fix)
	case e.Key == nil:
	case d.shaped(e.Value, yamldoc.Scalar, join(path, key), "a date", fix):
		if err := readDate(e.Value, reflect.ValueOf(&day).Elem()); err != nil {
			d.report(e.Value, join(path, key), err)
		}
	}
	return day
}

const sourceFix = "say what adopted it, as source: {resolution: …, section: …, address: …}, or source: {unknown: why}"

// source reads what adopted a version.
func (d *decoder) source(n *yamldoc.Node, path string, required bool) rates.Citation {
	var c rates.Citation
	e := n.Get("source")
	at := join(path, "source")
	switch {
	case e.Key == nil && required:
		d.missing(n, path, "source", sourceFix)
		return c
	case e.Key == nil:
		return c
	case isUnknown(e.Value):
		d.unknown(e.Value, at)
		return c
	case !d.shaped(e.Value, yamldoc.Mapping, at, "a mapping", sourceFix):
		return c
	}
	d.only(e.Value, at, "resolution", "section", "address")
	if len(e.Value.Entries) == 0 && !d.tornIn(e.Value) {
		d.fault(e.Value, ErrMissing, at, "it is empty", sourceFix)
	}
	for _, part := range []struct {
		key  string
		into *string
	}{{"resolution", &c.Resolution}, {"section", &c.Section}, {"address", &c.Address}} {
		if value := e.Value.Get(part.key).Value; value != nil {
			*part.into, _ = d.text(value, join(at, part.key), sourceFix)
		}
	}
	return c
}
