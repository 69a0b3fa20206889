package main

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/headgate-dev/headgate/adapters/owrs"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/metering"
)

// questions turn the rows of a file into what is to be priced. What a class asks of a row is found once, and a day that
// stands in many rows is mostly read once.
type questions struct {
	tariff
	columns *columns
	// names are the names of the facts that the columns hold; empty for a column that holds none.
	names []string
	// classes are those that rows have been of; last is the one of the row before.
	classes map[string]*question
	last    *question
	was     [32]readDate
}

// question is what a class asks of a row.
type question struct {
	class string
	unit  metering.Unit
	facts []int // columns
	// given are the facts of the last row: the map serves all rows of the class.
	given rates.Facts
}

// readDate is a day with the cell that it was read from.
type readDate struct {
	text string
	day  civil.Date
}

func newQuestions(t tariff, c *columns) *questions {
	q := &questions{tariff: t, columns: c, names: slices.Clone(c.names), classes: map[string]*question{}, last: &question{}}
	for i, column := range q.names {
		switch {
		case i == c.class || i == c.usage || i == c.from || i == c.to || i == c.billDay:
			q.names[i] = ""
		case !t.owrs && (i == c.cycleDays || i == c.carried):
			q.names[i] = ""
		case t.owrs:
			for fact := range owrs.Facts(map[string]string{column: ""}) {
				q.names[i] = fact
			}
		}
	}
	return q
}

// of is what a class asks, or that there is no such class.
func (q *questions) of(class string) (*question, error) {
	if class == q.last.class && class != "" {
		return q.last, nil
	}
	asked := q.classes[class]
	if asked == nil {
		unit, ok := q.engine.Unit(class)
		if !ok {
			return nil, q.noClass(class)
		}
		asked = &question{class: class, unit: unit, given: rates.Facts{}}
		facts, _ := q.engine.Facts(class) // there is the class
		for i, name := range q.names {
			if name != "" && slices.ContainsFunc(facts, func(f rates.Fact) bool { return f.Name == name }) {
				asked.facts = append(asked.facts, i)
			}
		}
		q.classes[class] = asked
	}
	q.last = asked
	return asked, nil
}

// input is what a row asks to be priced, or why it asks for nothing that can be.
func (q *questions) input(cells []string) (in rates.Input, err error) {
	in.Schedule = cells[q.columns.class]
	asked, err := q.of(in.Schedule)
	if err != nil {
		return in, err
	}
	if in.Usage, err = metering.VolumeOf(cells[q.columns.usage], asked.unit); err != nil {
		return in, badUsage(cells[q.columns.usage], err)
	}
	if in.Period, in.BillDate, err = q.dates(cells); err != nil {
		return in, err
	}
	if !q.owrs {
		if in.CycleDays, in.Carried, err = cycle(q.columns, cells); err != nil {
			return in, err
		}
	}
	in.Facts = asked.given
	for _, i := range asked.facts {
		if cell := cells[i]; cell != "" {
			asked.given[q.names[i]] = cell
		} else {
			delete(asked.given, q.names[i])
		}
	}
	return in, nil
}

// dates reads the period and the bill date, which may all be absent.
func (q *questions) dates(cells []string) (period civil.Period, bill civil.Date, err error) {
	from, err := q.date("from", q.columns.from, cells)
	if err != nil {
		return period, bill, err
	}
	to, err := q.date("to", q.columns.to, cells)
	if err != nil {
		return period, bill, err
	}
	if bill, err = q.date("bill_date", q.columns.billDay, cells); err != nil {
		return period, bill, err
	}
	switch {
	case from.IsZero() && to.IsZero():
		return period, bill, nil
	case from.IsZero():
		return period, bill, &problem.Error{Code: civil.ErrPeriod, Path: "from", What: "the row has a day to, and none from", Fix: "give the first day of the bill, or neither"}
	case to.IsZero():
		return period, bill, &problem.Error{Code: civil.ErrPeriod, Path: "to", What: "the row has a day from, and none to", Fix: "give the day after the last day of the bill, or neither"}
	}
	if period, err = civil.NewPeriod(from, to); err != nil {
		return period, bill, at("to", err)
	}
	return period, bill, nil
}

// date reads a day, which may be absent.
func (q *questions) date(name string, column int, cells []string) (civil.Date, error) {
	if column < 0 || cells[column] == "" {
		return civil.Date{}, nil
	}
	text := cells[column]
	was := &q.was[placeOf(text)]
	if text != was.text {
		day, err := civil.ParseDate(text)
		if err != nil {
			return day, at(name, err)
		}
		*was = readDate{text, day}
	}
	return was.day, nil
}

// placeOf is where a day that has been read is kept: by the last digits of its month and its day, so that the first days of
// a year's months do not drive each other out.
func placeOf(text string) int {
	if len(text) < 4 {
		return 0
	}
	return int(text[len(text)-4]*7+text[len(text)-1]) % 32
}

// cycle reads the days of the full cycle and what the last bill left unbilled, which may both be absent.
func cycle(c *columns, cells []string) (days int, carried exact.Ratio, err error) {
	if c.cycleDays >= 0 && cells[c.cycleDays] != "" {
		text := cells[c.cycleDays]
		n, err := strconv.ParseUint(text, 10, 16)
		if err != nil || n == 0 {
			return 0, carried, &problem.Error{Code: rates.ErrNoPeriod, Path: "cycle_days", What: fmt.Sprintf("%q is no number of days", shortened(text)), Fix: "write the days of the full cycle as a whole number, such as 30; leave the cell empty where the rates do not ask for it"}
		}
		days = int(n)
	}
	if c.carried < 0 || cells[c.carried] == "" {
		return days, carried, nil
	}
	part, err := exact.ParseNumber(cells[c.carried])
	if err != nil {
		return days, carried, noNumber("carried", cells[c.carried], err)
	}
	return days, part.Ratio(), nil
}
