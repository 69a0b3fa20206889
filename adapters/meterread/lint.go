package meterread

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/headgate-dev/headgate/adapters/internal/yamldoc"
	"github.com/headgate-dev/headgate/billing/problem"
)

// Lint finds what is wrong with a layout in itself: fields that overlap or leave gaps, lengths that do not tie, roles that stand twice,
// records whose match, parent or count leads nowhere. [Parse] and [Load] refuse a layout for any of it; call it after [Layout.Set].
func (l *Layout) Lint() problem.List {
	c := linter{layout: l}
	c.head()
	types := map[string]bool{}
	for i := range l.Records {
		r := &l.Records[i]
		at := fmt.Sprintf("records[%d]", i)
		if types[r.Type] {
			c.fault(r.pos, at+".type", ErrName, "the type "+yamldoc.Quoted(r.Type)+" stands twice", "give each type one record")
		}
		types[r.Type] = true
		c.record(r, at)
	}
	c.found.Sort()
	return c.found
}

type linter struct {
	layout *Layout
	found  problem.List
}

func (c *linter) fault(pos problem.Pos, path string, code problem.Code, what, fix string) {
	c.found.Add(&problem.Error{Code: code, Path: path, Pos: pos, What: what, Fix: fix})
}

func (c *linter) head() {
	l := c.layout
	for _, must := range []struct{ key, value string }{
		{"id", l.ID}, {"title", l.Title}, {"direction", l.Direction}, {"kind", l.Kind}, {"completeness", l.Completeness}, {"source", l.Source},
	} {
		if must.value == "" {
			c.fault(l.pos, must.key, ErrMissing, "the layout does not state its "+must.key, "add the key "+must.key)
		}
	}
	if len(l.Records) == 0 {
		c.fault(l.pos, "records", ErrMissing, "the layout has no records", "add records with their fields")
	}
	if (l.Kind == Delimited) != (l.Delimiter != "") || len(l.Delimiter) > 1 || strings.ContainsAny(l.Delimiter, "\"\r\n") {
		c.fault(cmp.Or(l.delimiterPos, l.pos), "delimiter", ErrChoice, "a delimiter is one byte, and goes with the kind delimited alone", "write one such as '|'")
	}
	for _, typ := range l.Closing {
		if !slices.Contains(l.Others, typ) {
			c.fault(l.pos, "closing_records", ErrRecord, "the type "+yamldoc.Quoted(typ)+" is none of the other records", "name it in other_records too")
		}
	}
	if strings.HasPrefix(strings.ToLower(l.Completeness), "partial") != l.Partial() {
		c.fault(cmp.Or(l.completeAt, l.pos), "completeness", ErrChoice, "the word partial is written with a small letter", "begin with partial")
	}
}

func (c *linter) record(r *Record, at string) {
	l := c.layout
	if r.Type == "" {
		c.fault(r.pos, at+".type", ErrMissing, "the record has no type", "write one; '*' is every line")
	}
	if len(r.Fields) == 0 {
		c.fault(r.pos, at+".fields", ErrMissing, "the record has no fields", "add them")
	}
	c.match(r, at)
	c.parent(r, at)
	if r.Length > 0 && !l.fixed() {
		c.fault(r.pos, at+".length", ErrLength, "only lines of columns have a length", "take it out")
	}
	if l.fixed() {
		c.columns(r, at)
	} else {
		c.cells(r.Fields, at+".fields")
	}
	c.repeat(r, at)
	names, taken := map[string]bool{}, map[string]bool{}
	for f := range r.all {
		c.field(r, f, at, names, taken)
	}
}

func (c *linter) match(r *Record, at string) {
	l, m := c.layout, r.Match
	needed := l.Kind == Multirecord || len(l.Records) > 1
	switch {
	case m == Match{} && needed:
		c.fault(r.pos, at+".match", ErrRecord, "nothing says which lines are of this record", "add match: {start, length, value} or {index, value}")
	case m == Match{}:
	case l.fixed() && (m.Start == 0 || m.Length != len(m.Value) || m.Index != 0):
		c.fault(r.pos, at+".match", ErrRecord, "a match of columns has a start, a length and a value that fills it", "write {start: 1, length: 3, value: CUS}")
	case !l.fixed() && (m.Index == 0 || m.Value == "" || m.Start != 0 || m.Length != 0):
		c.fault(r.pos, at+".match", ErrRecord, "a match of a cell has an index and a value", "write {index: 1, value: MEPMD01}")
	}
}

func (c *linter) parent(r *Record, at string) {
	l := c.layout
	if r.Parent != "" && l.Kind != Multirecord {
		c.fault(r.pos, at+".parent", ErrRecord, "only records of a multi-record layout are enclosed by others", "take it out")
		return
	}
	up := r
	for steps := 0; up.Parent != ""; steps++ {
		next := l.record(up.Parent)
		if next == nil {
			if up == r {
				c.fault(r.pos, at+".parent", ErrRecord, "there is no record of the type "+yamldoc.Quoted(r.Parent), "name the type of a record of this layout")
			}
			return
		}
		if next.Emits {
			// Reads are emitted at the end of the group that encloses them.
			if r.Emits {
				c.fault(r.pos, at+".parent", ErrRecord, "a record that yields reads stands within another one that does", "let one of them emit")
			}
		}
		if steps > len(l.Records) {
			c.fault(r.pos, at+".parent", ErrRecord, "the record encloses itself", "correct the parents")
			return
		}
		up = next
	}
}

// columns looks at the places of fixed fields.
func (c *linter) columns(r *Record, at string) {
	fields := slices.Clone(r.Fields)
	slices.SortStableFunc(fields, func(a, b Field) int { return a.Start - b.Start })
	next := 1
	for i := range fields {
		f := &fields[i]
		path := at + "." + f.Name
		switch {
		case f.Index != 0:
			c.fault(f.pos, path, ErrLength, "a field of columns has no index", "give it start and length")
			continue
		case f.Start == 0 || f.Length == 0:
			c.fault(f.pos, path, ErrMissing, "the field has no start or no length", "add both, in columns from 1")
			continue
		case f.Start < next:
			c.fault(f.pos, path, ErrOverlap, fmt.Sprintf("column %d is taken by the field before", f.Start), "correct the start, or the length before")
		case f.Start > next && r.Contiguous:
			c.fault(f.pos, path, ErrGap, fmt.Sprintf("no field takes columns %d to %d", next, f.Start-1), "correct the start, add a filler, or call the record sparse")
		}
		next = max(next, f.Start+f.Length)
		if r.Length > 0 && f.Start+f.Length-1 > r.Length {
			c.fault(f.pos, path, ErrLength, fmt.Sprintf("the field ends in column %d, and the line in %d", f.Start+f.Length-1, r.Length), "correct one of them")
		}
	}
	if r.Length >= next && r.Contiguous && r.Repeat == nil && !c.layout.Partial() {
		c.fault(r.pos, at+".length", ErrLength, fmt.Sprintf("the fields end in column %d, and the line in %d", next-1, r.Length),
			"correct the length, add a filler, or say that the layout is partial")
	}
	for _, end := range r.LineEndings {
		if width, ok := blockWidth(end); ok && r.Length > 0 && width != r.Length {
			c.fault(r.pos, at+".line_endings", ErrLength, fmt.Sprintf("blocks of %d are not as wide as the line of %d", width, r.Length), "correct one of them")
		}
	}
}

// cells looks at the places of fields by number.
func (c *linter) cells(fields []Field, at string) {
	taken := map[int]bool{}
	top := 0
	for i := range fields {
		f := &fields[i]
		path := at + "." + f.Name
		switch {
		case f.Start != 0 || f.Length != 0:
			c.fault(f.pos, path, ErrLength, "a field of cells has no columns", "give it an index")
		case f.Index == 0:
			c.fault(f.pos, path, ErrMissing, "the field has no index", "add it, from 1")
		case taken[f.Index]:
			c.fault(f.pos, path, ErrOverlap, fmt.Sprintf("another field has the index %d", f.Index), "number the fields in the order of the cells")
		}
		taken[f.Index] = true
		top = max(top, f.Index)
	}
	for i := 1; i <= top; i++ {
		if !taken[i] && len(fields) > 0 && (c.layout.Kind == CSV || c.layout.Kind == CSVRepeat || c.layout.Kind == Delimited) {
			c.fault(fields[0].pos, at, ErrGap, fmt.Sprintf("no field has the index %d", i), "add a field for it, of the type filler where it means nothing")
			return
		}
	}
}

func (c *linter) repeat(r *Record, at string) {
	l, p := c.layout, r.Repeat
	if wants := l.Kind == CSVRepeat || l.Kind == FixedRepeat; p == nil || !wants {
		if wants || p != nil {
			c.fault(r.pos, at+".repeat", ErrRecord, "groups go with the kinds csv-repeat and fixed-repeat, and these with groups", "add repeat, or change the kind")
		}
		return
	}
	if len(p.Fields) == 0 {
		c.fault(p.pos, at+".repeat.fields", ErrMissing, "the group has no fields", "add them")
	}
	if p.CountField != "" && !slices.ContainsFunc(r.Fields, func(f Field) bool { return f.Name == p.CountField }) {
		c.fault(p.pos, at+".repeat.count_field", ErrRecord, "there is no field "+yamldoc.Quoted(p.CountField), "name a base field")
	}
	if l.Kind == CSVRepeat {
		if p.CountField == "" {
			c.fault(p.pos, at+".repeat.count_field", ErrMissing, "nothing says how often the group comes", "name the field that does")
		}
		c.cells(p.Fields, at+".repeat.fields")
		if len(p.Trailer) > 0 || p.Start != 0 || p.Length != 0 || p.Base != 0 {
			c.fault(p.pos, at+".repeat", ErrRecord, "groups of cells have no columns and no trailer", "take them out")
		}
		return
	}
	if p.Length == 0 || p.Start == 0 || (p.Base != 0 && p.Start != p.Base+1) {
		c.fault(p.pos, at+".repeat", ErrLength, "groups of columns have a length, and a start behind the base", "state start, length and length_base")
	}
	inner := Record{Length: p.Length, Fields: p.Fields, pos: p.pos}
	c.columns(&inner, at+".repeat")
	trailer := Record{Fields: p.Trailer, pos: p.pos}
	c.columns(&trailer, at+".repeat.trailer")
	for i := range r.Fields {
		if f := &r.Fields[i]; p.Start > 0 && f.Start+f.Length > p.Start {
			c.fault(f.pos, at+"."+f.Name, ErrOverlap, "the field reaches into the groups", "correct its columns, or the start of the groups")
		}
	}
}

func (c *linter) field(r *Record, f *Field, at string, names, taken map[string]bool) {
	l := c.layout
	path := at + "." + f.Name
	switch {
	case f.Name == "":
		c.fault(f.pos, at, ErrMissing, "the field has no name", "add it")
	case names[f.Name]:
		c.fault(f.pos, path, ErrName, "the name stands twice", "give each field of a record its own")
	}
	names[f.Name] = true
	if f.Role != "" && !listRoles[f.Role] && taken[f.Role] {
		c.fault(f.pos, path+".role", ErrRoleTwice, "the role "+f.Role+" stands on another field of the record", "take one of them out")
	}
	taken[f.Role] = true
	switch {
	case f.Type == "":
		c.fault(f.pos, path+".type", ErrMissing, "the field has no type", "write one of "+choices(fieldTypes))
	case (f.Type == "const") != (f.Value != ""):
		c.fault(f.pos, path+".value", ErrMissing, "a const has a value, and nothing else has one", "add it, or correct the type")
	case l.fixed() && f.Type == "const" && len(f.Value) > f.Length && f.Length > 0:
		c.fault(f.pos, path+".value", ErrLength, "the constant is longer than its field", "correct one of them")
	case f.Format == "" && (f.Type == "date" || f.Type == "time" || f.Type == "interval"):
		c.fault(f.pos, path+".format", ErrMissing, "the order of its parts is not stated", "write it, such as MMDDYY; UNSTATED where the vendor does not say")
	case f.Format != "" && l.fixed() && f.Length > 0 && !unstated(f.Format):
		if format, e := compileFormat(f.Format); e == nil && format.width > f.Length {
			c.fault(f.pos, path+".format", ErrLength, fmt.Sprintf("the format %s is wider than the field of %d", f.Format, f.Length), "correct one of them")
		}
	}
	if f.Counts != "" && l.record(f.Counts) == nil {
		c.fault(f.pos, path+".counts", ErrRecord, "there is no record of the type "+yamldoc.Quoted(f.Counts), "name the type of a record of this layout")
	}
	if f.Default != "" && measuredRoles[f.Role] {
		c.fault(f.pos, path+".default", ErrChoice, "a blank "+f.Role+" would be read as a number that nobody read", "take the default out: a blank one is no reading")
	}
	if f.Pad == "0" && f.Justify != "right" && numericRoles[f.Role] {
		c.fault(f.pos, path+".pad", ErrChoice, "zeros taken off the right of a number make another one of it: 450 would be 45", "write justify: right, or take the pad out")
	}
	if f.Decimals > 0 && f.Type != "int" {
		c.fault(f.pos, path+".decimals", ErrChoice, "only an int has implied decimals", "take them out, or correct the type")
	}
	if r.Repeat == nil && l.Kind == XML && strings.Contains(f.Name, "//") {
		c.fault(f.pos, path, ErrName, "the path has an empty step", "write element/element")
	}
}
