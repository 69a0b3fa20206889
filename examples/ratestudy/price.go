package main

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"strings"

	"github.com/headgate-dev/headgate/adapters/ratefile"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/rates"
)

// book is a rate book as it travels to the workers.
type book struct {
	Name string
	Text []byte
}

func (b book) compile() (*rates.Engine, error) {
	file, err := ratefile.Parse(b.Name, b.Text)
	if err != nil {
		return nil, err
	}
	return file.Compile()
}

// outcome is what has become of one line.
type outcome struct {
	Kind      kind
	At        place
	Bytes     int64
	Now, Next int64 // cents
	Refusal   refusal
	Cut       bool // the line has no end
}

// kind is what a line is.
type kind uint8

const (
	isHeader kind = iota + 1
	isBlank
	isPriced
	isRefused
)

// refusal is why a row is not priced.
type refusal struct {
	At        place
	Code      problem.Code
	Path      string
	What, Fix string
}

// priceFn prices rows under two books. The engines are immutable; each worker compiles its own, once.
type priceFn struct {
	Now, Next book
	Columns   columns

	pricer *pricer
}

// Setup compiles the books.
func (f *priceFn) Setup() error {
	now, err := f.Now.compile()
	if err != nil {
		return err
	}
	next, err := f.Next.compile()
	if err != nil {
		return err
	}
	f.pricer = newPricer(now, next, f.Columns)
	return nil
}

// ProcessElement emits what has become of a line, under its class; under no class where neither book has it, so that
// there are never more keys than the books have classes.
func (f *priceFn) ProcessElement(l line, emit func(string, outcome)) error {
	class, o, err := f.pricer.line(&l)
	if err != nil {
		return err
	}
	emit(class, o)
	return nil
}

// pricer prices one row after the other.
type pricer struct {
	now, next *rates.Engine
	columns   columns
	names     []string // of facts
	facts     rates.Facts

	text   bytes.Reader
	buffer *bufio.Reader
	csv    *csv.Reader
}

func newPricer(now, next *rates.Engine, c columns) *pricer {
	p := &pricer{now: now, next: next, columns: c, names: c.factNames(), facts: rates.Facts{}, buffer: bufio.NewReader(nil)}
	p.csv = csv.NewReader(p.buffer)
	p.csv.FieldsPerRecord = -1
	p.csv.ReuseRecord = true
	return p
}

// line is what becomes of a line. The error is of the file as a whole.
func (p *pricer) line(l *line) (class string, o outcome, err error) {
	o = outcome{Kind: isPriced, At: l.At, Bytes: l.Bytes, Cut: !l.Ended}
	switch {
	case l.At.Byte == 0:
		o.Kind, o.Cut = isHeader, false
		if string(l.Text) != p.columns.Header {
			err = refuseHeader(l.At.File, "the worker reads another first line than the one that was read before", "give all machines the same files, and leave them as they are while they are read")
		}
		return "", o, err
	case l.blank():
		o.Kind = isBlank
		return "", o, nil
	}
	cells, err := p.cells(l)
	if err == nil {
		class = p.class(cells[p.columns.Class])
		o.Now, o.Next, err = p.price(cells)
	}
	if err != nil {
		o.Kind, o.Refusal = isRefused, refusalOf(l.At, err)
	}
	return class, o, nil
}

// class is a class that one of the books has; empty for any other.
func (p *pricer) class(name string) string {
	for _, engine := range []*rates.Engine{p.now, p.next} {
		if _, ok := engine.Unit(name); ok {
			return strings.Clone(name)
		}
	}
	return ""
}

// cells takes a line apart.
func (p *pricer) cells(l *line) ([]string, error) {
	const quoting = `put a cell that holds a comma or a " in quotes and write each " in it twice: "3/4"""`
	if l.tooLong() {
		return nil, &problem.Error{Code: errCSV, What: fmt.Sprintf("the line is longer than %d bytes", maxRecord), Fix: "look for lost line ends"}
	}
	p.text.Reset(l.Text)
	p.buffer.Reset(&p.text)
	cells, err := p.csv.Read()
	switch want := len(p.columns.Names); {
	case errors.Is(err, csv.ErrBareQuote):
		return nil, &problem.Error{Code: errCSV, What: `a " stands inside a cell`, Fix: quoting}
	case errors.Is(err, csv.ErrQuote):
		return nil, &problem.Error{Code: errCSV, What: `a quoted cell does not end in its line, or goes on after its closing "`,
			Fix: quoting + "; a cell may not hold a line end, since files are read in pieces that begin at any line"}
	case err != nil:
		return nil, &problem.Error{Code: errCSV, What: "the line is no row", Fix: quoting, Err: err}
	case len(cells) != want:
		return nil, &problem.Error{Code: errCSV, What: fmt.Sprintf("the row has %d cells, and there are %d columns", len(cells), want), Fix: "give one cell for each column, and put a cell that holds a comma in quotes"}
	}
	return cells, nil
}

// price is the bill under both books, in cents. Usage counts the unit that the class has now; a book in another unit
// converts it exactly.
func (p *pricer) price(cells []string) (now, next int64, err error) {
	class := cells[p.columns.Class]
	unit, ok := p.now.Unit(class)
	if !ok {
		return 0, 0, under("now", noClass(class, p.now.Schedules()))
	}
	if _, ok := p.next.Unit(class); !ok {
		return 0, 0, under("next", noClass(class, p.next.Schedules()))
	}
	in, err := p.columns.input(cells, p.names, p.facts, unit)
	if err != nil {
		return 0, 0, err
	}
	before, err := p.now.Price(in)
	if err != nil {
		return 0, 0, under("now", err)
	}
	after, err := p.next.Price(in)
	if err != nil {
		return 0, 0, under("next", err)
	}
	if _, err := after.Total.Sub(before.Total); err != nil {
		return 0, 0, &problem.Error{Code: money.ErrOverflow, What: "the change of the bill is beyond what can be held", Fix: "look for usage that cannot be"}
	}
	return before.Total.Cents(), after.Total.Cents(), nil
}

// under names the book that refuses a row.
func under(book string, err error) error {
	var e *problem.Error
	if !errors.As(err, &e) {
		return err
	}
	own := *e
	if own.What == "" && e.Err != nil {
		own.What = e.Err.Error()
	}
	if !e.Pos.IsZero() {
		own.What += " (at " + e.Pos.String() + ")"
	}
	own.What = fmt.Sprintf("by the rates %s, %s", book, own.What)
	return &own
}

func refusalOf(at place, err error) refusal {
	var e *problem.Error
	if !errors.As(err, &e) {
		e = &problem.Error{Code: "E_UNKNOWN", What: err.Error()}
	}
	r := refusal{At: at, Code: e.Code, Path: e.Path, What: e.What, Fix: e.Fix}
	if r.What == "" && e.Err != nil {
		r.What = e.Err.Error()
	}
	return r
}
