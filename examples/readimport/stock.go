package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/metering"
)

// errTable is the code of what is wrong with a table of registers or of last readings.
const errTable problem.Code = "E_TABLE"

// stock is the meters on file, in the order of the table of registers.
type stock struct {
	meters  []*onFile
	byMeter map[string]*onFile
	refused []*refused // of each file that was read
}

// onFile is a meter with its registers.
type onFile struct {
	meter, account string
	active         bool
	sides          []*side
	// beside is what stands against the meter's use beside its own verdicts.
	beside []metering.Exception
}

// side is one register of a meter, and the last reading of it.
type side struct {
	register metering.Register
	named    string // as a file of reads names it; empty where it names none
	from     metering.Baseline
	compare  metering.Volume // zero where there is none
	days     int             // of compare
	zeros    int             // cycles without use before; -1 where that is not known
	rows     []*row          // what came
}

// side finds a register by the name that a file gives it. The one register of a meter without a name takes any.
func (m *onFile) side(name string) *side {
	for _, s := range m.sides {
		if s.named == name || s.named == "" && len(m.sides) == 1 {
			return s
		}
	}
	return nil
}

// loadStock reads both tables, and tells all that is wrong with them.
func loadStock(registers, previous string) (*stock, error) {
	var files [2]io.ReadCloser
	for i, name := range []string{registers, previous} {
		f, err := os.Open(name)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", [...]string{"-registers", "-previous"}[i], err)
		}
		defer func() { _ = f.Close() }() // it was only read
		files[i] = f
	}
	return readStock(registers, files[0], previous, files[1])
}

func readStock(registersName string, registers io.Reader, previousName string, previous io.Reader) (*stock, error) {
	s := &stock{byMeter: map[string]*onFile{}}
	var found problem.List
	s.registers(cellsOf(registersName, registers, []string{"meter", "register", "dials", "painted_zeros", "decimals", "multiplier", "unit", "active"}, []string{"account"}, &found))
	if found.Err() == nil {
		s.previous(cellsOf(previousName, previous, []string{"meter", "register", "day", "digits", "source"}, []string{"compare_use", "compare_days", "zeros_before"}, &found))
	}
	return s, found.Err()
}

// record is a row of a table.
type record struct {
	pos   problem.Pos
	cells map[string]string
	found *problem.List
}

func (r *record) wrong(column, what, fix string) {
	r.found.Add(&problem.Error{Code: errTable, Pos: r.pos, Path: column, What: what, Fix: fix})
}

// whole reads a whole number of 0 or more.
func (r *record) whole(column string) int64 {
	n, err := strconv.ParseUint(r.cells[column], 10, 63)
	if err != nil {
		r.wrong(column, "that is no whole number of 0 or more", "write digits alone")
	}
	return int64(n)
}

func (r *record) number(column string) exact.Number {
	n, err := exact.ParseNumber(r.cells[column])
	if err != nil || n.Sign() < 0 {
		r.wrong(column, "that is no plain number of 0 or more", "write one as in 12.5")
	}
	return n
}

// cellsOf reads a table, whose columns may stand in any order. A column of another name is refused: it may be one of these, misspelled.
func cellsOf(name string, source io.Reader, needed, more []string, found *problem.List) func(func(*record) bool) {
	return func(yield func(*record) bool) {
		c := csv.NewReader(source)
		header, err := c.Read()
		head := &record{pos: problem.Pos{File: name, Line: 1}, found: found}
		if err != nil {
			head.wrong("", "there is no heading that can be read as CSV", "name the columns in the first line: "+strings.Join(needed, ","))
			return
		}
		header[0] = strings.TrimPrefix(header[0], "\ufeff")
		for i, column := range header {
			if slices.Contains(header[:i], column) {
				head.wrong("", "column "+strconv.Itoa(i+1)+" has the name of another", "name each column once")
			} else if !slices.Contains(needed, column) && !slices.Contains(more, column) {
				head.wrong("", "column "+strconv.Itoa(i+1)+" has no name that is known", "name it one of "+strings.Join(append(slices.Clone(needed), more...), ", ")+", or take it out")
			}
		}
		for _, column := range needed {
			if !slices.Contains(header, column) {
				head.wrong(column, "the column is missing", "add it")
			}
		}
		if found.Err() != nil {
			return
		}
		for {
			cells, err := c.Read()
			if errors.Is(err, io.EOF) {
				return
			}
			line, _ := c.FieldPos(0)
			r := &record{pos: problem.Pos{File: name, Line: line}, cells: map[string]string{}, found: found}
			if err != nil {
				var bad *csv.ParseError
				if errors.As(err, &bad) {
					r.pos.Line = bad.Line
				}
				r.wrong("", "the line cannot be read as CSV, or has another number of cells than the heading", "mend the line; what follows was not read")
				return
			}
			for i, column := range header {
				r.cells[column] = cells[i]
			}
			if !yield(r) {
				return
			}
		}
	}
}

func (s *stock) registers(records func(func(*record) bool)) {
	for r := range records {
		named := r.cells["register"]
		reg := metering.Register{
			ID: named, Dials: int(r.whole("dials")), PaintedZeros: int(r.whole("painted_zeros")), Decimals: int(r.whole("decimals")), Multiplier: r.number("multiplier"),
		}
		if named == "" {
			reg.ID = "1"
		}
		var err error
		if reg.Unit, err = metering.ParseUnit(r.cells["unit"]); err != nil {
			r.wrong("unit", "that is no known unit of volume", "name one, such as gal, kgal, ft3, CCF, m3")
		} else if err := reg.Check(); err != nil {
			r.wrong("", err.Error(), "mend the row")
		}
		active, ok := map[string]bool{"yes": true, "no": false}[r.cells["active"]]
		if !ok {
			r.wrong("active", "it does not say whether somebody has the service", "write yes or no")
		}
		meter := r.cells["meter"]
		if meter == "" {
			r.wrong("meter", "the meter is missing", "give its serial number")
		}
		m := s.byMeter[meter]
		if m == nil {
			m = &onFile{meter: meter, account: r.cells["account"], active: active}
			s.meters = append(s.meters, m)
			s.byMeter[meter] = m
		}
		if m.account != r.cells["account"] || m.active != active {
			r.wrong("", "another row of the meter has another account or another active", "give the registers of one meter the same")
		}
		for _, other := range m.sides {
			if other.register.ID == reg.ID || other.named == "" || named == "" {
				r.wrong("register", "another row of the meter has the same register, or none", "name the registers of a meter apart")
			}
		}
		m.sides = append(m.sides, &side{register: reg, named: named, zeros: -1})
	}
}

func (s *stock) previous(records func(func(*record) bool)) {
	for r := range records {
		m := s.byMeter[r.cells["meter"]]
		if m == nil {
			r.wrong("meter", "the table of registers does not have the meter", "add it there, or take the row out")
			continue
		}
		var on *side
		for _, one := range m.sides {
			if one.named == r.cells["register"] {
				on = one
			}
		}
		if on == nil || on.from.Meter != "" {
			r.wrong("register", "the meter has no such register in the table of registers, or it stands here twice", "give each register one row")
			continue
		}
		day, err := civil.ParseDate(r.cells["day"])
		if err != nil {
			r.wrong("day", "that is no day", "write it as in 2026-10-31")
		}
		var source metering.Source
		if source.UnmarshalText([]byte(r.cells["source"])) != nil {
			r.wrong("source", "that is no source of a reading", "write actual, estimated or customer")
		}
		on.from = metering.Baseline{Meter: m.meter, Register: on.register, Digits: r.whole("digits"), Day: day, Source: source}
		if source == metering.Estimated {
			on.from.Estimates = 1 // at the least; how many there were matters where one more is made, and none is made here
		}
		if err == nil && source != 0 {
			if err := on.from.Check(); err != nil {
				r.wrong("", err.Error(), "mend the row")
			}
		}
		if r.cells["zeros_before"] != "" {
			on.zeros = int(r.whole("zeros_before"))
		}
		use, days := r.cells["compare_use"] != "", r.cells["compare_days"] != ""
		if use != days {
			r.wrong("compare_use", "it goes with compare_days", "give both or neither")
		} else if use {
			on.days = int(r.whole("compare_days"))
			if on.days == 0 {
				r.wrong("compare_days", "no use is compared by the day with one of no days", "give 1 or more")
			}
			on.compare, _ = metering.NewVolume(r.number("compare_use"), on.register.Unit) // the unit is good
		}
	}
}
