package main

import (
	"encoding/csv"
	"io"
	"slices"
	"strconv"

	"github.com/headgate-dev/headgate/adapters/meterread"
	"github.com/headgate-dev/headgate/examples/internal/command"
)

var (
	readColumns = []string{"line", "account", "meter", "register", "read_at", "reading", "unit", "code", "status"}
	useColumns  = []string{"previous", "use", "use_unit", "days", "pile", "exceptions"}
)

// table is the CSV that is printed. Its heading waits for the first row, so that a file that cannot be read prints nothing.
type table struct {
	w         *csv.Writer
	begun     bool
	intervals bool
	uses      bool
}

func newTable(w io.Writer, intervals, uses bool) *table {
	return &table{w: csv.NewWriter(w), intervals: intervals, uses: uses}
}

func (t *table) begin() error {
	if t.begun {
		return nil
	}
	t.begun = true
	return command.Unwritten(t.w.Write(t.cells(readColumns, "interval_use", useColumns)))
}

func (t *table) cells(read []string, interval string, use []string) []string {
	cells := slices.Clone(read)
	if t.intervals {
		cells = append(cells, interval)
	}
	if t.uses {
		cells = append(cells, use...)
	}
	return cells
}

func (t *table) write(r *row) error {
	if err := t.begin(); err != nil {
		return err
	}
	line := ""
	if r.line > 0 {
		line = strconv.Itoa(r.line)
	}
	return command.Unwritten(t.w.Write(t.cells(
		[]string{line, r.account, r.meter, r.register, r.at, r.reading, r.unit, r.code, r.status.String()}, r.interval,
		[]string{r.previous, r.use, r.useUnit, r.days, r.pile, r.exceptions})))
}

// end writes the rows that were kept, those of which nothing came last.
func (t *table) end(d *delivery) error {
	if err := t.begin(); err != nil {
		return err
	}
	for _, r := range d.rows {
		if err := t.write(r); err != nil {
			return err
		}
	}
	for _, m := range d.measured {
		for _, r := range m.rows {
			if r.status != meterread.NoReading {
				continue
			}
			if err := t.write(r); err != nil {
				return err
			}
		}
	}
	return t.flush()
}

func (t *table) flush() error {
	t.w.Flush()
	return command.Unwritten(t.w.Error())
}
