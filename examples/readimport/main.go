// Readimport reads the file of a meter reader or a radio head-end, whatever its make, and says what is in it: every reading as a row of
// CSV, and every line that gives none with its reason. With the registers and the last readings beside it, it says what was used, and
// what a clerk has to look at before anything is billed. Run it without flags to see a small day of reads, and with -h for its manual.
//
//	go run ./examples/readimport
//	go run ./examples/readimport -layout itron-mvrs-upload reads.txt
//	go run ./examples/readimport -layout-file my.yaml -registers registers.csv -previous previous.csv reads.txt
//
// The work itself is a few lines: meterread.Source gives the reads, Register.Take makes a reading of each, metering.Between its use,
// Bands.Judge the verdict, and metering.NewReview the pile. What else stands here reads flags and tables, and writes CSV.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"text/tabwriter"
	"time"

	"github.com/headgate-dev/headgate/adapters/meterread"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/examples/internal/command"
)

// What the program exits with.
const (
	exitClean    = command.Clean    // every line is in order, and nothing has to be looked at
	exitFindings = command.Findings // there are findings, or exceptions
	exitUnable   = command.Unable   // the flags, the layout or a file are unusable, or not all was read or written
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
	findings := 0
	switch {
	case errors.Is(err, flag.ErrHelp):
		err = p.print(manual)
	case err != nil:
	case o.list:
		err = p.list()
	case o.file == "":
		err = p.day()
	default:
		findings, err = p.importFile(o)
	}
	return command.End(p.stderr, "readimport", findings, err)
}

func (p program) print(text string) error {
	_, err := io.WriteString(p.stdout, text)
	return command.Unwritten(err)
}

// list tells the layouts that come with Headgate.
func (p program) list() error {
	w := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(w, "layout\tdirection\tkind\tstanding\tsource") // Flush tells
	for _, id := range meterread.Shipped() {
		l, err := meterread.ShippedLayout(id)
		if err != nil {
			return err
		}
		_, _ = fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", id, l.Direction, l.Kind, l.Completeness, l.Source)
	}
	return command.Unwritten(w.Flush())
}

// layoutOf is the layout that the flags name, with what they set.
func (o *options) layoutOf() (*meterread.Layout, error) {
	var l *meterread.Layout
	var err error
	if o.layoutFile != "" {
		if l, err = meterread.Load(os.DirFS(filepath.Dir(o.layoutFile)), filepath.Base(o.layoutFile)); err != nil {
			return nil, err
		}
	} else if l, err = meterread.ShippedLayout(o.layout); err != nil {
		return nil, fmt.Errorf("%w; -list shows them", err)
	}
	for _, s := range o.sets {
		if l, err = l.Set(s.path, s.value); err != nil {
			return nil, fmt.Errorf("-set %s=%s: %w", s.path, s.value, err)
		}
	}
	if err := l.Lint().Err(); err != nil && len(o.sets) > 0 {
		return nil, fmt.Errorf("-set leaves a layout that does not hold together:\n%w", err)
	}
	return l, nil
}

// importFile does what the flags ask for, and says how many findings and exceptions there are.
func (p program) importFile(o options) (findings int, err error) {
	layout, err := o.layoutOf()
	if err != nil {
		return 0, err
	}
	var stock *stock
	if o.registers != "" {
		if stock, err = loadStock(o.registers, o.previous); err != nil {
			return 0, err
		}
	}
	name, source, size, err := command.Open(o.file, p.stdin)
	if err != nil {
		return 0, err
	}
	defer func() { _ = source.Close() }() // it was only read
	bar := command.NewBar(p.stderr, p.terminal(p.stderr), p.now, command.Task{Does: "Reading", Size: size})
	defer bar.Clear()
	place := o.zone
	if place == nil {
		place = time.Local
	}
	today, err := civil.DateOf(p.now(), place)
	if err != nil {
		return 0, err
	}
	d := delivery{
		today: today, name: name, layout: layout, cycleClose: o.cycleClose, zone: o.zone, stock: stock,
		tell: func(text string) { _, _ = fmt.Fprintln(bar.Above(p.stderr), text) }, // there is nowhere else to say it
	}
	target := p.stdout
	if p.terminal(p.stdout) {
		target = bar.Above(p.stdout)
	}
	out := newTable(target, o.intervals, stock != nil)
	d.each = out.write
	if err := d.read(bar.Reading(source)); err != nil {
		return 0, errors.Join(d.unset(err), out.flush())
	}
	if stock != nil {
		if err := d.measure(defaultRules(o.low)); err != nil {
			return 0, err
		}
	}
	if err := out.end(&d); err != nil {
		return 0, err
	}
	d.close(o.intervals)
	return d.findings, nil
}
