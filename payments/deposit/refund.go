package deposit

import (
	"fmt"
	"time"

	"github.com/headgate-dev/headgate/billing/approval"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/stored"
)

// Refunded is a run that was approved, with the entries that make it.
type Refunded struct {
	Run        Run
	ApprovedBy approval.Person
	Proposal   stored.ID
	// Entries are in the order in which they are posted, all or none (ledger.Ledger.PostAll).
	Entries []ledger.Entry
	// Payees are the rows for accounts payable, of the refunds by check.
	Payees []Payee
}

// Refund gives the entries of a run that a second person has approved, at the instant at which it is acted on; location is where the
// district's days begin and end. Every row is looked at again, with the books and the facts as they are now: for its amounts on the
// run's day, and for all that keeps a deposit on that day and again on the day on which it is acted on. One whose deposit, interest
// or answer is not what was approved, or that does not go back today, is ErrChanged, and nothing is given; take it out (Run.Without,
// approval.Reduce), or propose the run anew. Rows whose entries are in the books already are given again. Refused too are an
// approval that is none or has ended (see approval.Approved.Open), one by who prepared the run (ErrRun), a run of a day to come
// ([ErrFuture]), one that is older than the policy's ActDays (ErrRun), another policy than the run's, and facts that are missing.
func (p Policy) Refund(approved approval.Approved[Run], now time.Time, location *time.Location, books *ledger.Ledger, facts []Facts) (Refunded, error) {
	run, err := approved.Open(now)
	if err != nil {
		return Refunded{}, err
	}
	found := p.findings()
	if err := found.Err(); err != nil {
		return Refunded{}, err
	}
	today, err := p.today(run, now, location)
	if err != nil {
		return Refunded{}, err
	}
	switch {
	case approved.By() == run.By:
		return Refunded{}, &problem.Error{Code: ErrRun, Path: "approved", What: "who prepared the run has approved it", Fix: "have another person decide"}
	case p.Title != run.Policy || p.Citation != run.Citation || p.RevenueCode != run.Code:
		return Refunded{}, &problem.Error{Code: ErrRun, Path: "policy", What: fmt.Sprintf("the run was made under %s (%s), and this is %s (%s)", run.Policy, run.Citation, p.Title, p.Citation), Fix: "give the policy of the run"}
	}
	held, of, err := sides(books, facts)
	if err != nil {
		return Refunded{}, err
	}
	done := Refunded{Run: run, ApprovedBy: approved.By(), Proposal: approved.Proposal()}
	var wrong problem.List
	late := newLateness()
	for _, row := range run.Rows {
		entries := run.entries(row)
		if err := p.still(run, row, entries, held[row.Account], of, books, today, late); err != nil {
			wrong.Add(&problem.Error{Code: ErrChanged, Path: "account " + row.Account, What: err.Error(), Fix: "take it out of the run with this reason, or propose the run anew", Err: err})
			continue
		}
		done.Entries = append(done.Entries, entries...)
	}
	if err := wrong.Err(); err != nil {
		return Refunded{}, err
	}
	done.Payees = Payees(done.Entries...)
	return done, nil
}

// today is the day on which a run is acted on: its own or one soon after it.
func (p Policy) today(run Run, now time.Time, location *time.Location) (civil.Date, error) {
	if location == nil || location == time.Local || location.String() == "Local" { //nolint:forbidigo // compared, not used: TZ gives it another name
		return civil.Date{}, &problem.Error{Code: ErrRun, Path: "location", What: "there is no place, or it is the machine's", Fix: "give the district's location"}
	}
	today, err := civil.DateOf(now, location)
	if err != nil {
		return civil.Date{}, err
	}
	switch days := today.Sub(run.On); {
	case days < 0:
		return civil.Date{}, &problem.Error{Code: ErrFuture, Path: "on", What: fmt.Sprintf("the run is of %s, after %s, on which it is acted on", run.On, today), Fix: "act on it on its day"}
	case days > p.ActDays.Get():
		return civil.Date{}, &problem.Error{Code: ErrRun, Path: "on", What: fmt.Sprintf("the run of %s is acted on %d days later, on %s, and %s allows %d", run.On, days, today, p.Title, p.ActDays.Get()),
			Fix: "propose it anew, for a day of now"}
	}
	return today, nil
}

// still is why a row is not what was approved; nil where it is, or where its entries are in the books.
func (p Policy) still(run Run, row Row, entries []ledger.Entry, h Holding, of map[string]Facts, books *ledger.Ledger, today civil.Date, late *lateness) error {
	if done, err := entered(books, entries, "run"); done || err != nil {
		return err
	}
	f, ok := of[row.Account]
	if !ok {
		return &problem.Error{Code: ErrChanged, What: "no facts of the account are given", Fix: "give the facts of every row"}
	}
	then, err := p.look(books, h, f.until(run.On), run.On, true, late)
	if err != nil {
		return err
	}
	now, err := p.look(books, h, f, today, false, late)
	switch v := then; {
	case err != nil:
		return err
	case !v.Eligible():
		return &problem.Error{Code: ErrChanged, What: "it does not go back any more: " + v.Words(), Fix: "take it out of the run"}
	case v.row() != row:
		return &problem.Error{Code: ErrChanged, What: fmt.Sprintf("it was approved as %s for %s, and is now %s for %s", row.Refund, row.Words, v.Refund, v.row().Words), Fix: "take it out of the run"}
	case !now.Eligible():
		return &problem.Error{Code: ErrChanged, What: fmt.Sprintf("it does not go back on %s, when the run is acted on: %s", today, now.Words()), Fix: "take it out of the run"}
	}
	return nil
}

// entries are what a row enters: its interest, and then its refund.
func (r Run) entries(row Row) []ledger.Entry {
	place := ledger.DepositOf(row.Account, row.Area)
	entry := func(cause ledger.Cause, from, to ledger.Place, amount money.Amount) ledger.Entry {
		return ledger.Entry{Cause: cause, Key: "deposit refund " + r.Key + " " + row.Account, Effective: r.On, Accounting: r.Accounting,
			Moves: []ledger.Move{{From: from, To: to, Amount: amount, RevenueCode: r.Code}}}
	}
	var out []ledger.Entry
	if row.Interest.Sign() > 0 {
		out = append(out, entry(ledger.Accrued, ledger.Place{Kind: ledger.PlaceInterest}, place, row.Interest))
	}
	if row.As == AsCredit {
		return append(out, entry(ledger.DepositApplied, place, ledger.CreditOf(row.Account, row.Area), row.Refund))
	}
	return append(out, entry(ledger.Refunded, place, ledger.RefundTo(row.Account, row.Area), row.Refund))
}
