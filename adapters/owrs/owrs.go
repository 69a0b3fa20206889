// Package owrs reads the Open Water Rate Specification (OWRS) of the California
// Data Collaborative, in which hundreds of utilities' water rates are published,
// and gives the rates as a book that the engine of billing/rates prices exactly.
//
//	file, err := owrs.Parse("marina.owrs", src)
//	for _, w := range file.Warnings() {              // priced as written, but worth a look
//		fmt.Println(w)
//	}
//	book := file.Book(money.Rounding{Mode: exact.HalfUp, Place: money.ByLine})
//	engine, err := rates.Compile(book)
//	quote, err := engine.Price(rates.Input{
//		Schedule: "RESIDENTIAL_SINGLE", // a class of the file
//		Usage:    used,                 // in the file's unit, of its billing period
//		Facts:    owrs.Facts(map[string]string{"meter_size": `3/4"`, "hhsize": "3"}),
//	})
//	fmt.Println(quote.Total)
//
// OWRS states prices of one day on, and no rounding, no dates of bills and no
// proration. The rounding is the caller's; a schedule made here is undated, has one
// version and does not prorate. Its one charge is [ChargeBill]; the parts that a
// class has stand beside it as memo charges.
//
// What a file states wrongly is never a price. A file that is not YAML, holds a key
// twice or has no rates does not parse. Any other fault refuses the charges that
// reach it, with one of the codes of this package and the place in the file: the
// rest of the file prices.
package owrs

import (
	"fmt"
	"io"

	"github.com/headgate-dev/headgate/adapters/internal/yamldoc"
	"github.com/headgate-dev/headgate/billing/problem"
)

// MaxFile is the largest file that is read, in bytes. Real ones have some thousands.
const MaxFile = 4 << 20

// format bounds what a file may hold; no real one comes near.
var format = yamldoc.Format{Name: "a rate file", MaxBytes: MaxFile, MaxNodes: 500_000, MaxText: 8 << 20, MaxDepth: 50}

// The IDs of the charges of a class. All but the bill are memo charges: they are
// made where the class has the part, and are no part of the bill beyond what its
// formula takes of them.
const (
	ChargeBill               = "bill"
	ChargeService            = "service_charge"
	ChargeCommodity          = "commodity_charge"
	ChargeFixedDrought       = "fixed_drought_surcharge"
	ChargeVariableDrought    = "variable_drought_surcharge"
	ChargeFixedWastewater    = "fixed_wastewater_charge"
	ChargeVariableWastewater = "variable_wastewater_charge"
)

// memoCharges are the parts that are priced beside the bill.
var memoCharges = [...]string{
	ChargeService, ChargeCommodity,
	ChargeFixedDrought, ChargeVariableDrought, ChargeFixedWastewater, ChargeVariableWastewater,
}

// A File is a parsed rate file. It is immutable and safe for use by several
// goroutines.
type File struct {
	name     string
	metadata Metadata
	// date and unit are the scalars of the metadata, for warnings; nil for none.
	date, unit *yamldoc.Node
	classes    []class
}

// A class is a class of customers with its fields, as written.
type class struct {
	name string
	key  *yamldoc.Node
	// fields is nil where shape is set: the class is not what it should be.
	fields map[string]yamldoc.Entry
	shape  *refusal
	// dotted are all names in the class's texts that hold a dot, and so could be
	// taken for a name that the lowering makes.
	dotted map[string]bool
}

// A field is a named part of a class.

// Parse reads a rate file. The name is for positions and citations alone.
//
// Errors, each with its place: [ErrYAML]; [ErrDuplicateKey], a [problem.List] of all
// of them; [ErrNoRates].
func Parse(name string, src []byte) (*File, error) {
	root, err := format.Load(name, src)
	if err != nil {
		return nil, err
	}
	return newFile(name, root)
}

// Read is [Parse] of what r holds. More than [MaxFile] bytes are [ErrYAML], and are
// not read; an error of r is returned as it is.
func Read(name string, r io.Reader) (*File, error) {
	src, err := io.ReadAll(io.LimitReader(r, MaxFile+1))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	return Parse(name, src)
}

// Classes returns the names of the classes, in the file's order. Each is a schedule
// of the [File.Book].
func (f *File) Classes() []string {
	names := make([]string, len(f.classes))
	for i := range f.classes {
		names[i] = f.classes[i].name
	}
	return names
}

// What a file may hold; no real one comes near.
const (
	maxClasses = 1000
	// maxNames bounds the names that a class uses, and its fields.
	maxNames = 10_000
)

func newFile(name string, root *yamldoc.Node) (*File, error) {
	f := &File{name: name}
	rates := root.Get("rate_structure")
	if rates.Value == nil || rates.Value.Kind != yamldoc.Mapping || len(rates.Value.Entries) == 0 {
		at, what := root.Pos(name), "the file has no rate_structure"
		if rates.Value != nil {
			at, what = rates.Key.Pos(name), "rate_structure is not a mapping of classes"
		}
		return nil, &problem.Error{Code: ErrNoRates, Path: "rate_structure", Pos: at, What: what,
			Fix: "state the classes of customers under rate_structure, each with its fields"}
	}
	for i, e := range rates.Value.Entries {
		switch {
		case e.Key.Text == "":
			return nil, yamlError(e.Key.Pos(name), "a class has no name", "name it")
		case i == maxClasses:
			return nil, yamlError(e.Key.Pos(name), fmt.Sprintf("the file has more than %d classes", maxClasses), "split it")
		}
		f.classes = append(f.classes, newClass(e))
	}
	f.readMetadata(root.Get("metadata").Value)
	return f, nil
}

func newClass(e yamldoc.Entry) class {
	c := class{name: e.Key.Text, key: e.Key}
	switch {
	case e.Value.Kind != yamldoc.Mapping:
		c.shape = &refusal{ErrClassShape, e.Key, fmt.Sprintf("class %s is not a mapping of fields", c.name), "state its fields, bill among them"}
	case len(e.Value.Entries) > maxNames:
		c.shape = tooManyNames(e.Key, c.name)
	default:
		c.fields = make(map[string]yamldoc.Entry, len(e.Value.Entries))
		for _, field := range e.Value.Entries {
			c.fields[field.Key.Text] = field
		}
		c.dotted = map[string]bool{}
		e.Value.EachText(func(text string) { dottedNames(text, c.dotted) })
	}
	return c
}

func tooManyNames(at *yamldoc.Node, class string) *refusal {
	return &refusal{ErrClassShape, at, fmt.Sprintf("class %s has more than %d names", class, maxNames), "split it"}
}

func yamlError(at problem.Pos, what, fix string) *problem.Error {
	return &problem.Error{Code: ErrYAML, Pos: at, What: what, Fix: fix}
}
