// Package ratefile reads the rates of a utility from a file that its finance officer
// can read, its board's resolution can cite, and a test can prove: a rate book in
// YAML or JSON, with the worked bills that it must reproduce.
//
//	headgate: rate-book/1
//	name: Example Water District
//	schedules:
//	  - id: residential
//	    unit: CCF
//	    rounding: {mode: half_up, place: line}
//	    select: split_by_day
//	    proration: not_prorated
//	    usage: exact
//	    facts:
//	      meter_size: {type: text, allowed: [5/8, 3/4, "1"]}
//	    versions:
//	      - from: 2018-01-01
//	        source: {resolution: Resolution 2017-41}
//	        charges:
//	          - id: base
//	            fixed: {by: meter_size, rows: {5/8: 38.79, 3/4: 38.79, 1: 60.51}}
//	          - id: water
//	            tiers:
//	              - {up_to: 8, price: 3.68}
//	              - {price: 5.65}
//	checks:
//	  - name: Ten units
//	    schedule: residential
//	    from: 2018-03-01
//	    to: 2018-04-01
//	    usage: 10
//	    facts: {meter_size: 3/4}
//	    total: 79.53
//
// A file is read, proven and used so:
//
//	file, err := ratefile.Parse("rates.yaml", src)
//	if err != nil {
//		fmt.Println(err) // rates.yaml:12:9: E_UNKNOWN_KEY: schedules[0].facts.meter_size.alowed: …; did you mean allowed? …
//		return
//	}
//	engine, err := file.Compile() // every problem of the book and every failed check, each with its place
//	...
//	quote, err := engine.Price(rates.Input{Schedule: "residential", Period: march, Usage: used, Facts: rates.Facts{"meter_size": "3/4"}})
//	fmt.Println(quote.Total)
//
// What a file may hold is in its JSON Schema ([Schema], and rate-book.schema.json
// beside this package, which editors can point to). What its parts mean is told by
// the types of billing/rates: a file holds a [rates.Book], key for field, but for
// these: a charge's rule is one key among the others; a value is a number, a formula
// in quotes or without, or a mapping; rows of a table are mappings, one in the other
// for each name that they are looked up by.
//
// There is one way to write each thing, and [Format] writes it. Numbers are digits
// with at most one point, and at most 15 of them without quotes: what a float leaves
// behind (4.900000000000000355, 1e3) is refused. A formula that stands as a text holds a
// name, so that a date or a telephone number is none; arithmetic of numbers alone is
// written {formula: 12 * 4.10, exact: true}. Texts that YAML takes for something
// else ("1", "true") stand in quotes where they are values; keys need none. There are
// no anchors, aliases, tags or merge keys.
//
// Every problem is reported at once, in the order of the file: what is wrong with the
// document, with its keys and values, with the book, and with its checks. A mistake is
// told once: what only follows from one that is told is left out.
package ratefile

import (
	"fmt"
	"io"
	"io/fs"
	"maps"
	"math"
	"slices"

	"github.com/headgate-dev/headgate/adapters/internal/yamldoc"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/ratecheck"
	"github.com/headgate-dev/headgate/billing/rates"
)

// MaxFile is the largest file that is read, in bytes. Real ones have some thousands.
const MaxFile = 16 << 20

// document bounds what a file may hold; no real one comes near.
var document = yamldoc.Format{Name: "a rate book", MaxBytes: MaxFile, MaxNodes: 3_000_000, MaxText: 2 * MaxFile, MaxDepth: 1000, Strict: true}

// A File is a parsed rate book file. It is immutable and safe for use by several
// goroutines.
type File struct {
	name string
	root *yamldoc.Node
}

// Parse reads a rate book file. The name is for positions alone.
//
// The error is a [problem.List] of everything that is wrong, with the codes of this
// package and each with its place; keys and values are looked at until 1000 of them are
// wrong. Where there is anything, what can be read of the book is compiled and checked
// too, and the list holds what that finds: not of a schedule of which lines could not be
// read, nor of checks that are at fault or of such a schedule.
func Parse(name string, src []byte) (*File, error) {
	torn := document.Read(name, src)
	c := &checker{name: name, torn: &torn}
	readable := c.document()
	if len(torn.Faults)+len(c.found) == 0 {
		return &File{name, torn.Root}, nil
	}
	all := append(torn.Faults, c.found...)
	if readable {
		all = append(all, c.rest()...)
	}
	all.Sort()
	return nil, all.Err()
}

// Read is [Parse] of what r holds. More than [MaxFile] bytes are [ErrYAML], and are
// not read; an error of r is returned as it is, behind the file's name.
func Read(name string, r io.Reader) (*File, error) {
	src, err := io.ReadAll(io.LimitReader(r, MaxFile+1))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	return Parse(name, src)
}

// Load reads a file, and compiles its book with its checks ([File.Compile]): the way from a file
// to an engine where nothing else of the file is asked for.
func Load(files fs.FS, name string) (*rates.Engine, error) {
	r, err := files.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = r.Close() }() // it was only read
	file, err := Read(name, r)
	if err != nil {
		return nil, err
	}
	return file.Compile()
}

// Book returns the file's book: a copy, which the caller may change.
func (f *File) Book() rates.Book {
	b := &builder{f.name}
	return b.book(f.root)
}

// Checks returns the file's worked bills: copies, which the caller may change.
func (f *File) Checks() []ratecheck.Check {
	book := f.Book()
	b := &builder{f.name}
	return b.checks(f.root, &book)
}

// Compile compiles the book ([rates.Compile]) and runs its checks: each must come to
// what it states, line for line where it states lines.
//
// The error is a [problem.List] of everything that is wrong, each with its place in
// the file: problems of the book with the codes of billing/rates, and checks that fail
// ([ErrCheck]), of the schedules that compile.
func (f *File) Compile() (*rates.Engine, error) {
	book := f.Book()
	engine, err := rates.Compile(book)
	all := problemsOf(err)
	bad := map[int]bool{}
	for _, e := range all {
		bad[scheduleOf(e.Path)] = true
	}
	found := placed(f.name, f.root, all)
	found = append(found, runChecks(f.name, f.root, &book, engine, bad, nil)...)
	if found.Sort(); len(found) > 0 {
		return nil, found
	}
	return engine, nil
}

// Pos returns where a value stands: by a path of the book, as [rates.Compile] names
// it (schedules[0].versions[1].charges[2].rule.tiers[3].up_to), or of the file, as the
// errors here do (schedules[0].versions[1].charges[2].tiers[3].up_to). Where nothing
// stands there, it is the place of what the path leads to before that.
func (f *File) Pos(path string) problem.Pos { return locate(f.root, path).at.Pos(f.name) }

// rest finds what is wrong with the book, as far as the document can be read. What
// follows from what was found already is left out.
func (c *checker) rest() problem.List {
	root := c.torn.Root
	b := &builder{c.name}
	book := b.book(root)
	_, err := rates.Compile(book)
	all := problemsOf(err)
	bad := map[int]bool{}
	for _, e := range all {
		bad[scheduleOf(e.Path)] = true
	}
	found := placed(c.name, root, all)
	for _, f := range c.faults {
		bad[scheduleOf(f.path)] = true
	}
	torn, faulty := c.tornSchedules(root)
	maps.Copy(bad, faulty)
	found = slices.DeleteFunc(found, func(e *problem.Error) bool { return torn[scheduleOf(e.Path)] })
	found = c.followUps(found)
	return append(found, runChecks(c.name, root, &book, nil, bad, c)...)
}

// tornSchedules are the schedules of which a part could not be read, and those in which
// the document has any fault: each goes to where the next one begins.
func (c *checker) tornSchedules(root *yamldoc.Node) (torn, faulty map[int]bool) {
	torn, faulty = map[int]bool{}, map[int]bool{}
	list := root.Get("schedules").Value
	for i, s := range items(list) {
		from, end := s.Line, lineAfter(list, i, lineAfterKey(root, "schedules"))
		if i == 0 {
			from = 1 // what was lost above it may have been its beginning
		}
		torn[i] = c.torn.In(from, end)
		faulty[i] = torn[i] || c.faulty(from, end)
	}
	maps.DeleteFunc(torn, func(_ int, is bool) bool { return !is })
	maps.DeleteFunc(faulty, func(_ int, is bool) bool { return !is })
	return torn, faulty
}

// faulty says whether the document has a fault on one of the lines, the last not
// included.
func (c *checker) faulty(from, to int) bool {
	return slices.ContainsFunc(c.torn.Faults, func(e *problem.Error) bool { return e.Pos.Line >= from && e.Pos.Line < to })
}

// lineAfterKey is where what follows a key of the root begins.
func lineAfterKey(root *yamldoc.Node, key string) int {
	for i, e := range root.Entries {
		if e.Key.Text == key {
			return lineAfterEntry(root, i, math.MaxInt)
		}
	}
	return math.MaxInt
}
