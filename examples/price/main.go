// Price prices water accounts: those of a small built-in district, or a file of them, by the built-in rates or by a rate
// file. It says why a bill comes to what it does, and why to another amount than the one before; and it checks and formats
// rate books. Run it without flags to see what a priced district looks like, and with -h for its manual.
//
//	go run ./examples/price
//	go run ./examples/price -check rates.yaml
//	go run ./examples/price -rates rates.yaml -accounts months.csv -why 12,13
//
// The work itself is a few lines: a rate file is parsed and compiled once, accountfile makes an input of each row,
// Engine.Price is called for it, and rates.Why for two. What else stands here reads flags and writes CSV.
package main

import (
	"bufio"
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/headgate-dev/headgate/adapters/accountfile"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/examples/internal/command"
)

// What the program exits with.
const (
	exitPriced  = command.Clean    // every row is priced; the book is good
	exitRefused = command.Findings // some rows are refused; the book has problems
	exitUnable  = command.Unable   // nothing could be priced, or not all could be read or written
)

func main() { command.Main(run) }

// program is what a run of the program has to do with.
type program struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	now            func() time.Time
	terminal       func(io.Writer) bool
}

func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	return program{stdin, stdout, stderr, time.Now, command.IsTerminal}.run(args)
}

func (p program) run(args []string) int {
	o, err := parseFlags(args)
	refused := 0
	switch {
	case errors.Is(err, flag.ErrHelp):
		_, err = io.WriteString(p.stdout, manual)
		err = command.Unwritten(err)
	case err != nil:
	case o.check != "":
		refused, err = p.check(o.check)
	case o.format != "":
		refused, err = p.format(o.format)
	default:
		refused, err = p.price(o)
	}
	return command.End(p.stderr, "price", refused, err)
}

// price does what the flags ask for, and says how many rows it refused.
func (p program) price(o options) (refused int, err error) {
	t, err := p.tariff(o)
	if err != nil {
		return 0, err
	}
	name, source, size, err := p.accounts(o)
	if err != nil {
		return 0, err
	}
	defer func() { _ = source.Close() }() // it was only read
	bar := command.NewBar(p.stderr, p.terminal(p.stderr), p.now, command.Task{Does: "Pricing", Size: size, Each: "accounts"})
	defer bar.Clear()
	j := job{tariff: t, options: o, bar: bar, notes: bar.Above(p.stderr), told: map[string]bool{}}
	target := p.stdout
	if j.each = p.terminal(p.stdout); j.each {
		target = bar.Above(p.stdout)
	}
	return j.run(name, source, bufio.NewWriterSize(target, 64<<10))
}

// tariff is the rates that the flags name.
func (p program) tariff(o options) (tariff, error) {
	if o.rates == "" {
		return readOwnBook()
	}
	t, warnings, err := readRates(o.rates, o.rounding)
	for _, w := range warnings {
		_, _ = fmt.Fprintln(p.stderr, w) // what it warns of is priced all the same
	}
	return t, err
}

// accounts opens the accounts that the flags name. The size is 0 where it is not known.
func (p program) accounts(o options) (name string, source io.ReadCloser, size int64, err error) {
	if o.accounts == "" {
		return "built-in accounts", io.NopCloser(strings.NewReader(inventedAccounts())), 0, nil
	}
	if name, source, size, err = command.Open(o.accounts, p.stdin); err != nil {
		return "", nil, 0, fmt.Errorf("-accounts: %w", err)
	}
	return name, source, size, nil
}

// job is the pricing of one file of accounts.
type job struct {
	tariff
	options
	bar   *command.Bar
	notes io.Writer       // for refusals
	each  bool            // write out each row at once, as a person reads along
	told  map[string]bool // the schedules whose placeholders are told
	// toldLast is a schedule of which there is nothing more to tell.
	toldLast string
}

// run prices the rows one at a time and keeps none.
func (j *job) run(name string, source io.Reader, w *bufio.Writer) (refused int, err error) {
	out, outputs := j.output(w)
	accounts, err := accountfile.NewReader(name, source, outputs...)
	if err != nil {
		return 0, err
	}
	columns := accounts.Columns()
	if j.owrs && slices.Contains(columns, "usage_ccf") {
		return 0, &problem.Error{Code: accountfile.ErrHeader, Pos: problem.Pos{File: name, Line: 1}, What: `a column is called "usage_ccf", which OWRS takes from the column usage`, Fix: "take it out, or rename it"}
	}
	if err := out.begin(columns); err != nil {
		return 0, command.Unwritten(err)
	}
	inputs := j.inputs(accounts)
	wanted := j.wanted()
	rows, last := 0, slices.Max(append(wanted, 0))
	var p priced
	for {
		p.Row, err = accounts.Next()
		if errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return refused, errors.Join(err, w.Flush())
		}
		rows = p.Number
		j.bar.At(accounts.Offset(), rows)
		if last > 0 && !slices.Contains(wanted, rows) {
			continue
		}
		j.row(&p, inputs)
		if len(p.refused) > 0 {
			refused++
			for _, e := range p.refused {
				_, _ = fmt.Fprintln(j.notes, e) // the status column says it too
			}
		}
		j.tellPlaceholders(&p)
		if err := out.add(&p); err != nil {
			return refused, command.Unwritten(err)
		}
		if j.each {
			if err := w.Flush(); err != nil {
				return refused, command.Unwritten(err)
			}
		}
		if rows == last {
			break
		}
	}
	if rows < last {
		return refused, fmt.Errorf("%s: %s has %d rows below its header, and no row %d", j.asked(), name, rows, last)
	}
	if err := out.end(); err != nil {
		return refused, command.Unwritten(err)
	}
	if err := w.Flush(); err != nil {
		return refused, command.Unwritten(err)
	}
	j.tellCut(accounts)
	if last == 0 && refused > 0 {
		_, _ = fmt.Fprintf(j.notes, "%s: %d of %d rows refused\n", name, refused, rows)
	}
	return refused, nil
}

// tellCut says that the last row may not be whole.
func (j *job) tellCut(accounts *accountfile.Reader) {
	if pos, cut := accounts.Cut(); cut {
		_, _ = fmt.Fprintf(j.notes, "%s: note: the last line has no line end; if the file was cut off there, its last cell may be too short\n", pos)
	}
}

// tellPlaceholders says of each schedule that prices a row, once, that some of its rules are placeholders. The page of
// the built-in district says so itself.
func (j *job) tellPlaceholders(p *priced) {
	if p.class == j.toldLast {
		return
	}
	title, has := j.placeholders[p.class]
	if told := j.told[p.class]; told || !has {
		j.toldLast = p.class
		return
	}
	if j.page() || len(p.refused) > 0 && !p.hasLines() {
		return
	}
	j.told[p.class] = true
	_, _ = fmt.Fprintf(j.notes, "note: %s: %s\n", p.class, title)
}

// row prices the row that was read.
func (j *job) row(p *priced, inputs *accountfile.Inputs) {
	p.class, p.refused = "", nil
	if p.Err != nil {
		p.quote = rates.Quote{}
		p.refused = []*problem.Error{p.Err}
		return
	}
	in, err := inputs.Of(p.Row)
	p.class = in.Schedule
	if err == nil {
		p.quote, err = j.engine.Price(in)
	} else {
		p.quote = rates.Quote{}
	}
	if err != nil {
		p.refused = reasons(p.Pos, &p.quote, err)
	}
}

// output is what the flags ask to be printed, and the columns it adds to those of the file.
func (j *job) output(w io.Writer) (output, []string) {
	a := amounts{exact: j.exact}
	switch {
	case j.explain > 0:
		return explained{w, j.engine, j.brief}, nil
	case j.why != pair{}:
		return &compared{w: w, engine: j.engine, rows: j.why, brief: j.brief}, nil
	case j.totals:
		return newTotals(w, a, j.engine), nil
	case j.lines:
		return newLineTable(w, a), lineColumns
	case j.page():
		return newDistrict(w, j.engine), nil
	}
	return newTable(w, a, j.owrs), outputColumns(j.owrs)
}
