package accountfile

import (
	"errors"
	"io"
	"iter"
	"maps"
	"slices"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/ratecheck"
	"github.com/headgate-dev/headgate/billing/rates"
)

// A Change is a change of rates that the accounts of a file are to be priced under: two engines,
// and how the rows are read for each.
type Change struct {
	Before, After               *rates.Engine
	BeforeOptions, AfterOptions InputOptions
	// AfterClass is the class after, by the class of the row, where it is called otherwise.
	AfterClass map[string]string
	// YearsLater is by how many years the bills after are later than those of the file, for rates
	// that do not hold for the days of the accounts. Each begins on the same day of the year (the
	// 28th for 29 February, where there is none) and has as many days, so that days alone change
	// no bill.
	YearsLater int
}

// Accounts are the rows of the file as accounts of a [ratecheck.Study]. The usage counts units
// of the schedule before, under both books. The ID is what stands in a column called account.
//
// An error stands in the place of a row that asks for nothing that can be priced, or, at the end,
// of what kept the file from being read on. A row whose class only one of the books has is an
// account, which the study then leaves out with what it comes to under the other.
//
// The accounts share nothing with each other, and may be kept. The rows can be run over once.
func (r *Reader) Accounts(c Change) iter.Seq2[ratecheck.Account, error] {
	return func(yield func(ratecheck.Account, error) bool) {
		before, after := r.Inputs(c.Before, c.BeforeOptions), r.Inputs(c.After, c.AfterOptions)
		id, class := slices.Index(r.Columns(), "account"), slices.Index(r.Columns(), "class")
		var cells []string
		for {
			row, err := r.Next()
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				yield(ratecheck.Account{}, err)
				return
			}
			a := ratecheck.Account{Pos: row.Pos}
			if row.Err == nil && id >= 0 {
				a.ID = row.Cells[id]
			}
			var errBefore, errAfter error
			a.Before, errBefore = before.Of(row)
			if row.Err == nil {
				if other, ok := c.AfterClass[row.Cells[class]]; ok {
					cells = append(cells[:0], row.Cells...)
					cells[class] = other
					row.Cells = cells
				}
			}
			a.After, errAfter = after.Of(row)
			err = c.settle(&a, errBefore, errAfter)
			keepFacts(&a)
			if !yield(a, err) {
				return
			}
		}
	}
}

// keepFacts gives an account facts of its own: those of inputs are used again for the next row.
func keepFacts(a *ratecheck.Account) {
	alike := maps.Equal(a.Before.Facts, a.After.Facts)
	a.Before.Facts = maps.Clone(a.Before.Facts)
	if alike {
		a.After.Facts = a.Before.Facts
	} else {
		a.After.Facts = maps.Clone(a.After.Facts)
	}
}

// settle makes one account of what the two books ask, or says why there is none.
func (c *Change) settle(a *ratecheck.Account, errBefore, errAfter error) error {
	a.Class = a.Before.Schedule
	switch {
	case errBefore == nil && errAfter == nil:
		a.After.Usage = a.Before.Usage
	case errBefore == nil && errors.Is(errAfter, ErrNoClass):
		schedule := a.After.Schedule
		a.After = a.Before
		a.After.Schedule = schedule
	case errAfter == nil && errors.Is(errBefore, ErrNoClass):
		schedule := a.Before.Schedule
		a.Before = a.After
		a.Before.Schedule = schedule
	case errBefore != nil && errAfter != nil && errBefore.Error() == errAfter.Error():
		return errBefore
	default:
		return joined(errBefore, errAfter)
	}
	if c.YearsLater == 0 {
		return nil
	}
	return c.later(&a.After, a.Pos)
}

// joined is one or two errors of a row, each with its book before the column.
func joined(errBefore, errAfter error) error {
	var list problem.List
	for _, side := range []struct {
		name string
		err  error
	}{{"before", errBefore}, {"after", errAfter}} {
		var e *problem.Error
		if errors.As(side.err, &e) {
			own := *e
			own.Path = side.name + "." + own.Path
			list.Add(&own)
		}
	}
	return list.Err()
}

// later moves the days of a bill.
func (c *Change) later(in *rates.Input, pos problem.Pos) error {
	days := in.Period.Days()
	moved := func(day civil.Date) (civil.Date, error) { return day.AddMonths(12 * c.YearsLater) }
	var err error
	if !in.BillDate.IsZero() {
		if in.BillDate, err = moved(in.BillDate); err != nil {
			return tooLate(pos, err)
		}
	}
	if in.Period.IsZero() {
		return nil
	}
	if in.Period.From, err = moved(in.Period.From); err == nil {
		in.Period.To, err = in.Period.From.AddDays(days)
	}
	if err != nil {
		return tooLate(pos, err)
	}
	return nil
}

func tooLate(pos problem.Pos, err error) error {
	return &problem.Error{Code: civil.ErrDate, Pos: pos, Path: "after", What: "the bill's days some years later are no dates", Fix: "give fewer years", Err: err}
}
