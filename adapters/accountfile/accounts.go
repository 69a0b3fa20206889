package accountfile

import (
	"errors"
	"io"
	"iter"
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
	// that do not hold for the days of the accounts. 29 February becomes the 28th where there is
	// none.
	YearsLater int
}

// Accounts are the rows of the file as accounts of a [ratecheck.Study]. The usage counts units
// of the schedule before, under both books. The ID is what stands in a column called account.
//
// An error stands in the place of a row that asks for nothing that can be priced, or, at the end,
// of what kept the file from being read on. A row whose class only one of the books has is an
// account, which the study then leaves out with what it comes to under the other.
//
// The inputs are those of [Inputs.Of]: their facts are used again for the next row. The rows can
// be run over once.
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
			if !yield(a, c.settle(&a, errBefore, errAfter)) {
				return
			}
		}
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
	for _, day := range []*civil.Date{&in.Period.From, &in.Period.To, &in.BillDate} {
		if day.IsZero() {
			continue
		}
		to, err := day.AddMonths(12 * c.YearsLater)
		if err != nil {
			return &problem.Error{Code: civil.ErrDate, Pos: pos, Path: "after", What: "the bill's days some years later are no dates", Fix: "give fewer years", Err: err}
		}
		*day = to
	}
	return nil
}
