package meterread

import "github.com/headgate-dev/headgate/billing/problem"

// The kinds of layouts.
const (
	Fixed       = "fixed"             // one record type, fields by column
	Multirecord = "fixed-multirecord" // the record type stands on the line, fields by column
	FixedRepeat = "fixed-repeat"      // a fixed part, then groups of one width, then a trailer
	CSV         = "csv"               // fields by their number; a first row of the fields' names is a heading
	CSVHeader   = "csv-header"        // fields by the names in the heading, in any order
	CSVRepeat   = "csv-repeat"        // base fields, then groups of fields
	Delimited   = "delimited"         // fields by their number, with another delimiter than a comma
	Table       = "table"             // rows of a database, written as CSV with a heading
	JSON        = "json"              // objects, fields by name; data[].x walks a list
	JSONOrCSV   = "json-or-csv"       // an array of objects, or CSV with a heading
	XML         = "xml"               // elements; a field's name is the path of one
)

var kinds = wordSet("fixed fixed-multirecord fixed-repeat csv csv-header csv-repeat delimited table json json-or-csv xml")

var directions = wordSet("from_field to_field export changeout both")

var fieldTypes = wordSet("text int decimal const filler date time datetime interval epoch_seconds")

// Layout says what the lines of a file hold. Make one with [Parse], [Load] or [ShippedLayout]; it is not changed after that, and
// several goroutines may use it.
type Layout struct {
	ID        string // the name of its file
	Title     string
	Direction string // from_field, to_field, export, changeout or both
	Kind      string // one of the kinds
	// Completeness begins with "partial" where columns are missing from the layout.
	Completeness string
	// Source is where the columns are published.
	Source      string
	Notes       string
	Limits      string
	Rules       []string
	FilePattern string
	Namespaces  []string // of XML
	Codes       *CodeTable
	Delimiter   string // of kind delimited; one byte
	Heading     string // the literal first line
	HeadingRule string
	QuotedLine  bool // the whole line stands in one pair of quotes
	// Others are types of records that a file may have and the layout does not table. They change nothing for the lines around them,
	// but for those that Closing names too: headings and trailers that stand above the groups, and so end all that are open.
	Others       []string
	Closing      []string
	Records      []Record
	codesPath    string
	pos          problem.Pos
	codesAt      problem.Pos
	completeAt   problem.Pos
	delimiterPos problem.Pos
}

// Record is one type of line.
type Record struct {
	Type   string // "*" is every line
	Parent string // the type of the record that encloses it
	Emits  bool   // it yields a read
	// Length is the width of a whole line; 0 where that is not known.
	Length int
	Match  Match
	// Contiguous says that the fields leave no column out.
	Contiguous  bool
	LineEndings []string
	Fields      []Field
	Repeat      *Repeat
	pos         problem.Pos
}

// Match is how a line is known: by the text in its columns or in its cell. The zero value matches every line.
type Match struct {
	Start, Length int // columns from 1
	Index         int // the cell, from 1
	Value         string
}

// Repeat is a group of fields that a line has several times.
type Repeat struct {
	CountField string // the field that says how often
	Max        int    // the published most; more are read all the same
	// Start and Length are of the first group's columns, in a fixed-repeat layout. Base is the width of the part before it.
	Start, Length, Base int
	Fields              []Field
	// Trailer are the fields behind the last group, numbered from 1.
	Trailer []Field
	pos     problem.Pos
}

// Field is one value of a line.
type Field struct {
	Name          string
	Start, Length int // columns from 1, in bytes
	Index         int // the cell, from 1
	Type          string
	Value         string // of a const
	Format        string // of dates and times
	Zone          string // in words; it begins with UTC where it is that
	Justify       string // "right", or left
	Pad           string // one byte; a blank where it is empty
	Role          string // what it means
	Null          string // the exact text for none
	Empty         string // what an empty cell means, in words
	Default       string
	Values        map[string]string // codes and what they mean
	Required      bool
	Unique        bool
	Max           int // the published length or count, which input may exceed
	Sensitive     bool
	Decimals      int // implied decimal places
	Width         int // as printed
	MaxDigits     int // the sender keeps only the low digits
	Unit          string
	Suffix        string
	Alt           string
	Note          string
	ValuesNote    string
	// Counts is a type of record: the field states how many of them the group has, or the file where it is of no group. A stated
	// 0 states nothing.
	Counts string
	pos    problem.Pos
}

// Personal reports whether the field tells of a person: it is marked sensitive or its role is a name, an address, a place or a
// free note.
func (f *Field) Personal() bool { return f.Sensitive || personalRoles[f.Role] }

// Partial reports whether columns are missing from the layout.
func (l *Layout) Partial() bool { return len(l.Completeness) >= 7 && l.Completeness[:7] == "partial" }

func (l *Layout) fixed() bool {
	return l.Kind == Fixed || l.Kind == Multirecord || l.Kind == FixedRepeat
}

// record finds the record of a type.
func (l *Layout) record(typ string) *Record {
	for i := range l.Records {
		if l.Records[i].Type == typ {
			return &l.Records[i]
		}
	}
	return nil
}

// emits reports whether a line of the record yields reads: it says so, or it is a flat record that holds a reading, or a use, and
// comes from the field. A use by time-of-use label is part of a reading, and none of its own.
func (l *Layout) emits(r *Record) bool {
	if r.Emits {
		return true
	}
	if l.Kind == Multirecord || l.Direction == "to_field" || l.Direction == "changeout" {
		return false
	}
	reads := false
	for f := range r.all {
		switch f.Role {
		case "tou_label":
			return false
		case "reading", "raw_reading", "billing_reading", "reading_or_usage", "interval_usage":
			reads = true
		}
	}
	return reads
}

// all calls yield for the fields of the record, its groups and its trailer.
func (r *Record) all(yield func(*Field) bool) {
	lists := [][]Field{r.Fields}
	if r.Repeat != nil {
		lists = append(lists, r.Repeat.Fields, r.Repeat.Trailer)
	}
	for _, list := range lists {
		for i := range list {
			if !yield(&list[i]) {
				return
			}
		}
	}
}
