package report

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/headgate-dev/headgate/billing/approval"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/cycle"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
)

// ErrExceptions is a report of exceptions or of cycles that lacks something, or is given something twice.
const ErrExceptions problem.Code = "E_REPORT_EXCEPTIONS"

// ExceptionRow is all exceptions of a code.
type ExceptionRow struct {
	Code cycle.Code
	// Runs is in how many cycles it came up.
	Runs int
	// Exceptions is how many there are; each is Accepted, Held or Open.
	Exceptions, Accepted, Held, Open int
	// Accounts is how many customers' accounts are touched, and Bills how many bills.
	Accounts, Bills int
	// Charges are those of the bills, each once, up and down counted alike.
	Charges money.Amount
	// ByMoney and ByCustomers are its ranks, from 1: by Charges, and by Accounts. Equals have the same.
	ByMoney, ByCustomers int
}

// Exceptions are what to raise upward.
type Exceptions struct {
	// Rows are those of the most money first, then of the most accounts, then by code.
	Rows []ExceptionRow
	// Total counts each account and bill once, whatever it has: it is no more than the sum of the rows.
	Total ExceptionRow
	// Left are exceptions of a whole cycle, which touch no account.
	Left []Left
}

// RankExceptions ranks the exceptions of cycles by money and by customers touched: of those that were released, and of those that are
// still open. The order of the lists has no effect. A cycle that is given twice is refused ([ErrExceptions]).
func RankExceptions(released []cycle.Released, lists []cycle.EditList) (Exceptions, error) {
	runs := map[string][]cycle.Exception{}
	var found problem.List
	take := func(path, key string, exceptions []cycle.Exception) {
		switch _, twice := runs[key]; {
		case key == "":
			found.Add(&problem.Error{Code: ErrExceptions, Path: path, What: "it is no cycle", Fix: "give what cycle.Review or cycle.Release returned"})
		case twice:
			found.Add(&problem.Error{Code: ErrExceptions, Path: path, What: fmt.Sprintf("the cycle %q is given twice", key),
				Fix: "give each once: once released, without its list"})
		}
		runs[key] = exceptions
	}
	for i, r := range released {
		take(fmt.Sprintf("released[%d]", i), r.Key, r.Exceptions)
	}
	for i, l := range lists {
		take(fmt.Sprintf("lists[%d]", i), l.Key(), l.Exceptions())
	}
	if err := found.Err(); err != nil {
		return Exceptions{}, err
	}
	rows, total, whole := map[cycle.Code]*exceptionSum{}, newExceptionSum(""), 0
	for _, key := range slices.Sorted(maps.Keys(runs)) {
		codes := map[cycle.Code]bool{}
		for _, e := range runs[key] {
			if e.Account == "" {
				whole++
			}
			row := rows[e.Code]
			if row == nil {
				row = newExceptionSum(e.Code)
				rows[e.Code] = row
			}
			if !codes[e.Code] {
				codes[e.Code] = true
				row.Runs++
			}
			if err := cmp.Or(row.add(key, e), total.add(key, e)); err != nil {
				return Exceptions{}, &problem.Error{Code: ErrExceptions, Path: "cycle " + key, Err: err}
			}
		}
		if len(codes) > 0 {
			total.Runs++
		}
	}
	out := Exceptions{Total: total.ExceptionRow}
	for _, row := range rows {
		out.Rows = append(out.Rows, row.ExceptionRow)
	}
	rank(out.Rows, func(r *ExceptionRow) int64 { return int64(r.Accounts) }, func(r *ExceptionRow, n int) { r.ByCustomers = n })
	rank(out.Rows, func(r *ExceptionRow) int64 { return r.Charges.Cents() }, func(r *ExceptionRow, n int) { r.ByMoney = n })
	slices.SortFunc(out.Rows, func(a, b ExceptionRow) int {
		return cmp.Or(cmp.Compare(a.ByMoney, b.ByMoney), cmp.Compare(a.ByCustomers, b.ByCustomers), cmp.Compare(a.Code, b.Code))
	})
	if whole > 0 {
		out.Left = append(out.Left, Left{Count: whole, Why: "exceptions of a whole cycle: they are counted, and touch no account and no money"})
	}
	return out, nil
}

// exceptionSum is a row in the making.
type exceptionSum struct {
	ExceptionRow
	accounts map[string]bool
	bills    map[[3]string]bool
}

func newExceptionSum(code cycle.Code) *exceptionSum {
	return &exceptionSum{ExceptionRow: ExceptionRow{Code: code}, accounts: map[string]bool{}, bills: map[[3]string]bool{}}
}

// add counts an exception of a run.
func (s *exceptionSum) add(run string, e cycle.Exception) error {
	s.Exceptions++
	switch {
	case e.Open():
		s.Open++
	case e.Hold != (cycle.Hold{}):
		s.Held++
	default:
		s.Accepted++
	}
	if e.Account != "" {
		s.accounts[e.Account] = true
		s.Accounts = len(s.accounts)
	}
	bill := [3]string{run, e.Account, e.Bill}
	if e.Bill == "" || s.bills[bill] {
		return nil
	}
	s.bills[bill] = true
	s.Bills = len(s.bills)
	charges := e.Charges
	if charges.Sign() < 0 {
		var err error
		if charges, err = charges.Neg(); err != nil {
			return err
		}
	}
	return addMoney(&s.Charges, charges)
}

// rank gives the rows their ranks, those of the most first.
func rank(rows []ExceptionRow, of func(*ExceptionRow) int64, set func(*ExceptionRow, int)) {
	for i := range rows {
		more := 0
		for j := range rows {
			if of(&rows[j]) > of(&rows[i]) {
				more++
			}
		}
		set(&rows[i], more+1)
	}
}

// CycleRow is a released cycle in figures.
type CycleRow struct {
	Key, Cycle string
	Period     civil.Period
	Reviewed   civil.Date
	ApprovedBy approval.Person
	// Runs is how many runs the row is of: 1, or all of a total.
	Runs int
	// DaysToReview is from the end of the period to the review; of a total the sum of its runs, whose mean MeanDaysToReview is.
	DaysToReview int
	Bills        int
	// Estimated is the bills with an estimated reading, as they were reviewed.
	Estimated int
	Charges   money.Amount
	// Before is the charges of the run before of the same cycle among these; zero where there is none, which Follows says.
	Before  money.Amount
	Follows bool
	// Exceptions is how many there were on so many Excepted bills; each was Accepted, or ended by a hold. Held is the services that
	// were held.
	Exceptions, Accepted, Held, Excepted int
}

// MeanDaysToReview is how many days a run took to its review, exact: those of the runs of a row over how many there are. A row of no runs
// has none.
func (r CycleRow) MeanDaysToReview() (exact.Ratio, bool) {
	mean, err := exact.Int(int64(r.DaysToReview)).Quo(exact.Int(int64(r.Runs)))
	return mean, err == nil
}

// CycleStatistics are many released cycles beside each other.
type CycleStatistics struct {
	Rows []CycleRow // in order of cycles, periods and keys
	// Cycles are what the runs of a cycle come to, in order of cycles; Total is all. Their Period is from the first day to the last.
	Cycles []CycleRow
	Total  CycleRow
}

// CompareCycles sets released cycles beside each other. The order of the list has no effect. A cycle that is given twice, or that is
// none, is refused ([ErrExceptions]).
func CompareCycles(released []cycle.Released) (CycleStatistics, error) {
	var out CycleStatistics
	var found problem.List
	seen := map[string]bool{}
	for i, r := range released {
		path := fmt.Sprintf("released[%d]", i)
		switch {
		case r.Key == "" || r.Period.Check() != nil || r.Reviewed.IsZero():
			found.Add(&problem.Error{Code: ErrExceptions, Path: path, What: "it is no released cycle", Fix: "give what cycle.Release returned"})
		case seen[r.Key]:
			found.Add(&problem.Error{Code: ErrExceptions, Path: path, What: fmt.Sprintf("the cycle %q is given twice", r.Key), Fix: "give each once"})
		default:
			out.Rows = append(out.Rows, cycleRow(r))
		}
		seen[r.Key] = true
	}
	if err := found.Err(); err != nil {
		return CycleStatistics{}, err
	}
	slices.SortFunc(out.Rows, func(a, b CycleRow) int {
		return cmp.Or(cmp.Compare(a.Cycle, b.Cycle), a.Period.From.Compare(b.Period.From), a.Period.To.Compare(b.Period.To), cmp.Compare(a.Key, b.Key))
	})
	for i := range out.Rows {
		r := &out.Rows[i]
		if i > 0 && out.Rows[i-1].Cycle == r.Cycle {
			r.Before, r.Follows = out.Rows[i-1].Charges, true
		} else {
			out.Cycles = append(out.Cycles, CycleRow{Cycle: r.Cycle})
		}
		if err := cmp.Or(out.Cycles[len(out.Cycles)-1].add(*r), out.Total.add(*r)); err != nil {
			return CycleStatistics{}, &problem.Error{Code: ErrExceptions, Path: "cycle " + r.Key, Err: err}
		}
	}
	return out, nil
}

// cycleRow counts a released cycle.
func cycleRow(r cycle.Released) CycleRow {
	row := CycleRow{Key: r.Key, Cycle: r.Cycle, Period: r.Period, Reviewed: r.Reviewed, ApprovedBy: r.ApprovedBy,
		Runs: 1, DaysToReview: r.Reviewed.Sub(r.Period.To),
		Bills: len(r.Bills), Charges: r.Charges, Held: len(r.Held)}
	for _, t := range r.Totals {
		if t.Area == "" {
			row.Estimated = t.Estimated
		}
	}
	bills := map[[2]string]bool{}
	for _, e := range r.Exceptions {
		row.Exceptions++
		if e.Hold == (cycle.Hold{}) {
			row.Accepted++
		}
		if e.Bill != "" {
			bills[[2]string{e.Account, e.Bill}] = true
		}
	}
	row.Excepted = len(bills)
	return row
}

// add adds a run to a total. What is of one run, as its key and who approved it, the total has not.
func (r *CycleRow) add(o CycleRow) error {
	if r.Period.IsZero() {
		r.Period = o.Period
	}
	if o.Period.From.Before(r.Period.From) {
		r.Period.From = o.Period.From
	}
	if o.Period.To.After(r.Period.To) {
		r.Period.To = o.Period.To
	}
	r.Runs += o.Runs
	r.DaysToReview += o.DaysToReview
	r.Bills += o.Bills
	r.Estimated += o.Estimated
	r.Exceptions += o.Exceptions
	r.Accepted += o.Accepted
	r.Held += o.Held
	r.Excepted += o.Excepted
	return addMoney(&r.Charges, o.Charges)
}
