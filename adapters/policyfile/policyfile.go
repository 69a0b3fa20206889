// Package policyfile reads the policies of a district from YAML or JSON: rules such as
// the late charge, the steps to a shutoff or the days on which an office is closed, as
// dated values with their source.
//
//	headgate: policy/1
//	name: Marina Coast Water District
//	late_charge:
//	  - from: 2026-01-01
//	    source: {resolution: 2025-31, section: "4"}
//	    grace_days: 5
//	    percent: 10
//	    minimum_balance: {unknown: not public}       # asking for it is an error
//	    fee: {placeholder: 25.00, why: not public}   # used, and listed
//
// What an area holds is a Go struct with tags, and nothing more has to be written:
//
//	type LateCharge struct {
//		GraceDays      int                            `policy:"grace_days" validate:"gte=0,lte=60"`
//		Percent        decimal.Decimal                `policy:"percent" validate:"gte=0,lte=10"`
//		MinimumBalance policyfile.Known[money.Amount] `policy:"minimum_balance" validate:"gte=0"`
//		Fee            money.Amount                   `policy:"fee" validate:"gte=0"`
//	}
//
//	var late policyfile.Dated[LateCharge]
//	var calendars policyfile.Calendars
//	file, err := policyfile.Parse("marina.yaml", src,
//		policyfile.Into("late_charge", &late),
//		policyfile.IntoCalendars("calendars", &calendars))
//	rule, source, err := late.On(day)
//	balance, err := rule.MinimumBalance.Value()
//	office, err := calendars.Get("office")
//	for _, mark := range file.Placeholders() { // to be marked where they are printed
//
// Nothing has a default. A key that is missing, a key that no field has, an area that
// the program does not read, a number that a float has touched: each is an error with
// its place, and all of a file are reported at once. The rules of the validate tags
// are checked by validator/v10; what it finds is told in plain words.
//
// Versions hold from a day to the day before another, and follow each other without a
// gap or an overlap. A whole area, a version or any value may be stated as not known:
// {unknown: why}. That is no fault of the file; asking for it is an error.
package policyfile

import (
	"fmt"
	"slices"

	"github.com/headgate-dev/headgate/adapters/internal/yamldoc"
	"github.com/headgate-dev/headgate/billing/problem"
)

// MaxFile is the largest file that is read, in bytes. Real ones have some thousands.
const MaxFile = 4 << 20

// format bounds what a file may hold; no real one comes near.
var format = yamldoc.Format{Name: "a policy file", MaxBytes: MaxFile, MaxNodes: 500_000, MaxText: 8 << 20, MaxDepth: 50, Strict: true}

// The keys that every file has.
const (
	headKey = "headgate"
	nameKey = "name"
	version = "policy/1"
)

// A File is a policy file that was read. It is immutable and safe for use by several
// goroutines.
type File struct {
	name                   string
	placeholders, unknowns []Mark
}

// Name is the district or service area, as the file states it.
func (f *File) Name() string { return f.name }

// Placeholders are all values of the areas read that stand in for what is not known,
// in the order of the file. They are used like others; an output made with one is to
// say so.
func (f *File) Placeholders() []Mark { return slices.Clone(f.placeholders) }

// Unknowns are all places of the areas read where the file says that something is not
// known, in the order of the file.
func (f *File) Unknowns() []Mark { return slices.Clone(f.unknowns) }

// Parse reads a policy file. The name is for positions alone. The areas are those that
// the program reads; one that the file has beside them is an error, so that no rule of
// the district is passed over in silence.
//
// The error is a [problem.List] of everything that is wrong, in the order of the file,
// with the codes of this package and of the types that are read. Where there is an
// error nothing has been put anywhere.
func Parse(name string, src []byte, areas ...Area) (*File, error) {
	if err := usable(areas).Err(); err != nil {
		return nil, err
	}
	d := newDecoder(name, format.Read(name, src))
	f := &File{}
	var commits []func()
	if root := d.torn.Root; root != nil && d.header(root, f, areas) {
		commits = d.areas(root, areas)
	}
	if err := d.problems().Err(); err != nil {
		return nil, err
	}
	if d.torn.Root == nil {
		return nil, &problem.Error{Code: ErrFormat, Pos: problem.Pos{File: name}, What: "the file has no content", Fix: headFix}
	}
	for _, commit := range commits {
		commit()
	}
	f.placeholders, f.unknowns = inOrder(d.placeholders), inOrder(d.unknowns)
	return f, nil
}

func inOrder(marks []Mark) []Mark {
	slices.SortStableFunc(marks, func(a, b Mark) int {
		if a.Pos.Line != b.Pos.Line {
			return a.Pos.Line - b.Pos.Line
		}
		return a.Pos.Col - b.Pos.Col
	})
	return marks
}

// usable reports areas that cannot be read into what they name.
func usable(areas []Area) problem.List {
	var found problem.List
	seen := map[string]bool{}
	for _, a := range areas {
		if a.read == nil {
			found.Add(&problem.Error{Code: ErrStruct, What: "an area is the zero value", Fix: "make it with Into, IntoNamed, IntoCalendars or Skip"})
			continue
		}
		if seen[a.name] {
			found.Add(&problem.Error{Code: ErrStruct, Path: a.name, What: "the area is given twice", Fix: "read it once"})
		}
		seen[a.name] = true
		found = append(found, a.faults...)
	}
	return found
}

const headFix = "begin the file with " + headKey + ": " + version

// header reads what the file says of itself; it reports whether to read on.
func (d *decoder) header(root *yamldoc.Node, f *File, areas []Area) bool {
	if root.Kind == yamldoc.Refused {
		return false
	}
	torn := d.tornIn(root)
	head := root.Get(headKey)
	switch {
	case head.Key == nil && torn && root.Kind == yamldoc.Mapping:
	case head.Key == nil && len(d.torn.Faults) > 0 && root.Kind != yamldoc.Mapping:
		return false
	case head.Key == nil:
		d.fault(root, ErrFormat, "", "this is no policy file", headFix)
		return false
	case head.Value.Kind == yamldoc.Refused:
	case head.Value.Kind != yamldoc.Scalar || head.Value.Text != version:
		d.fault(head.Value, ErrFormat, headKey, fmt.Sprintf("%s is no format that is read here", yamldoc.Quoted(head.Value.Text)), "write "+headKey+": "+version)
		return false
	case root.Entries[0].Key.Text != headKey && !torn:
		d.fault(head.Key, ErrFormat, headKey, "it is not the first key of the file", headFix)
	}
	known := []string{headKey, nameKey}
	for _, a := range areas {
		known = append(known, a.name)
	}
	d.keys(root, "", "the program reads no area %s", known, known[2:])
	const fix = "write the name of the district"
	if e := root.Get(nameKey); e.Key != nil {
		f.name, _ = d.text(e.Value, nameKey, fix)
	} else {
		d.missing(root, "", nameKey, fix)
	}
	return true
}

// areas reads the areas, and returns what puts them where they go.
func (d *decoder) areas(root *yamldoc.Node, areas []Area) []func() {
	var commits []func()
	for _, a := range areas {
		e := root.Get(a.name)
		switch {
		case e.Key != nil:
			commits = append(commits, a.read(d, e.Value))
		case a.optional:
			lacks := &problem.Error{Code: ErrNoArea, Path: a.name, Pos: problem.Pos{File: d.file}, What: "the file does not have the area", Fix: "add it, with its source"}
			commits = append(commits, func() { a.lacking(lacks) })
		default:
			d.missing(root, "", a.name, fmt.Sprintf("add the area, or state that it is not known: %s: {unknown: not public}", a.name))
		}
	}
	return commits
}
