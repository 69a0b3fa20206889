package adaptertest_test

import (
	"fmt"
	"iter"
	"testing"

	"github.com/headgate-dev/headgate/adapters/adaptertest"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/metering"
)

// stored are the rows of a table of reads, as a billing system of a district may hold them.
type stored struct {
	rows []storedRow
	lost error // the connection is lost behind the last row
}

type storedRow struct {
	meter, customer string
	dials           int64 // below 0 where nobody read the meter
	day             string
}

// Reads gives each row as a read or a finding.
func (s stored) Reads() iter.Seq2[metering.Delivered, error] {
	return func(yield func(metering.Delivered, error) bool) {
		for i, row := range s.rows {
			if !yield(row.read(problem.Pos{File: "reads", Line: i + 1}), nil) {
				return
			}
		}
		if s.lost != nil {
			yield(metering.Delivered{}, fmt.Errorf("reads: %w", s.lost))
		}
	}
}

func (r storedRow) read(pos problem.Pos) metering.Delivered {
	bad := func(code problem.Code, column, what string) metering.Delivered {
		return metering.Delivered{Pos: pos, Finding: &problem.Error{Code: code, Pos: pos, Path: column, What: what, Fix: "correct the row"}}
	}
	day, err := civil.ParseDate(r.day)
	if err != nil {
		return bad("BadDay", "day", "there is no such day")
	}
	if r.dials < 0 {
		return metering.Delivered{Pos: pos, Meter: r.meter, State: metering.NoRead, Day: day}
	}
	n, err := exact.NewNumber(r.dials, 0)
	if err != nil {
		return bad("BadDials", "dials", "that is more than any register shows")
	}
	return metering.Delivered{Pos: pos, Meter: r.meter, State: metering.Read, Number: n, Dials: true, Day: day, Source: metering.Actual}
}

// fewRows are the rows that the source is tested with, and what has to come of them.
func fewRows() adaptertest.Delivery {
	rows := []storedRow{{"7001", "QUILLFEATHER A", 45210, "2026-11-30"}, {"7002", "DOE J", -1, "2026-11-30"}, {"7003", "ROE R", 77, "2026-11-30"}}
	day := civil.MustDate("2026-11-30")
	at := func(line int) problem.Pos { return problem.Pos{File: "reads", Line: line} }
	first, _ := exact.NewNumber(45210, 0)
	third, _ := exact.NewNumber(77, 0)
	return adaptertest.Delivery{
		Items:   func() metering.ReadSource { return stored{rows: rows} },
		Failing: func(n int, cause error) metering.ReadSource { return stored{rows[:n], cause} },
		DamagedItems: func() metering.ReadSource {
			bad := storedRow{"7002", "DOE J", -1, "2026-02-30"}
			return stored{rows: []storedRow{rows[0], bad, rows[2]}}
		},
		Want: []metering.Delivered{
			{Pos: at(1), Meter: "7001", State: metering.Read, Number: first, Dials: true, Day: day, Source: metering.Actual},
			{Pos: at(2), Meter: "7002", State: metering.NoRead, Day: day},
			{Pos: at(3), Meter: "7003", State: metering.Read, Number: third, Dials: true, Day: day, Source: metering.Actual},
		},
		Survive:  2,
		Personal: []string{"QUILLFEATHER", "DOE"},
	}
}

// A source that somebody wrote by hand, over rows that are no stream of bytes. For one that reads files, see the test of
// package meterread.
func ExampleReadSource() {
	test := func(t *testing.T) { adaptertest.ReadSource(t, fewRows()) } // in a test file: func TestStored(t *testing.T)
	_ = test
}

func TestTheSourceOfTheExampleKeepsTheRules(t *testing.T) { adaptertest.ReadSource(t, fewRows()) }
