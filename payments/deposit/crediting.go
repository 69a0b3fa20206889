package deposit

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/headgate-dev/headgate/billing/approval"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/policy"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/stored"
)

// CreditedTo is where interest goes that is credited while the deposit is held.
type CreditedTo string

const (
	// ToDeposit is the deposit itself. It bears no interest there.
	ToDeposit CreditedTo = "deposit"
	// ToAccount is the credit of the account, which pays its bills.
	ToAccount CreditedTo = "account"
)

// Crediting is how a district credits interest while deposits are held; what is not credited yet goes with the deposit. Every field
// is stated. Which interest there is the [Policy] says.
type Crediting struct {
	// Title is the rule's name, and Citation what adopted it.
	Title    string `policy:"title"`
	Citation string `policy:"citation"`
	// Months are the civil months from one crediting to the next, 1 to 1200: 12 for each year.
	Months policy.Value[int] `policy:"months"`
	// FromDay is a day of the district's from which they run, such as 2020-07-01 for each 1 July, or none where those of each deposit
	// run from the day on which its first money came.
	FromDay policy.OrNone[civil.Date] `policy:"from_day"`
	// To is where it goes.
	To CreditedTo `policy:"credited_to" validate:"oneof=deposit account"`

	// Marks are the placeholders among the plain fields.
	Marks policy.Marks
}

// Check finds all that is wrong with the rule, as a problem.List, as [Policy.Check] does.
func (c Crediting) Check() error {
	f := c.findings()
	return f.Faults()
}

func (c Crediting) findings() policy.Findings {
	f := policy.Findings{Code: ErrPolicy, Title: c.Title, Marks: c.Marks}
	f.Need("title", c.Title != "", "what the rule is called")
	f.Need("citation", c.Citation != "", "what adopted it")
	inRange(&f, "months", c.Months, 1, 1200)
	if from, stated := c.FromDay.Value(); f.Value("from_day", c.FromDay) && stated && from.IsZero() {
		f.Refuse("from_day", "it is no day", "state the day, or none")
	}
	policy.OneOf(&f, "credited_to", c.To, ToDeposit, ToAccount)
	return f
}

// ready is the rule of a policy with its placeholders, or why nothing is asked of it.
func (c Crediting) ready(p Policy) ([]policy.Mark, error) {
	own, of := c.findings(), p.findings()
	if err := own.Err(); err != nil {
		return nil, err
	}
	if err := of.Err(); err != nil {
		return nil, err
	}
	return slices.Concat(own.Placeholders, of.Placeholders), nil
}

// dueOn is the last day up to which interest is credited, on a day or before; no date where none has come since the deposit began.
func (c Crediting) dueOn(h Holding, paidSince, on civil.Date) (civil.Date, error) {
	first, _ := h.paid(paidSince)
	base, stated := c.FromDay.Value()
	if !stated {
		base = first
	}
	if base.IsZero() {
		return civil.Date{}, nil
	}
	months := c.Months.Get()
	// The guess is never above the number of intervals that have passed, and at most one below it.
	n := ((on.Year()-base.Year())*12 + int(on.Month()) - int(base.Month())) / months
	var due civil.Date
	for k := max(n-1, 0); ; k++ {
		next, err := base.AddMonths(k * months)
		if err != nil {
			return civil.Date{}, err
		}
		if next.After(on) {
			break
		}
		due = next
	}
	if !due.After(first) {
		return civil.Date{}, nil
	}
	return due, nil
}

// through is the interest up to a day that was not entered, on that day or later: no day is paid for twice.
func (p Policy) through(h Holding, due civil.Date) (Earned, error) {
	until := h
	until.Movements = nil
	var later int64
	for _, m := range h.Movements {
		switch {
		case !m.On.After(due):
			until.Movements = append(until.Movements, m)
		case m.Cause == ledger.Accrued:
			later += m.Amount.Cents()
		}
	}
	e, err := p.earned(until, due)
	if err != nil || later == 0 {
		return e, err
	}
	e.Interest, e.Entered = money.Cents(max(e.Interest.Cents()-later, 0)), money.Cents(e.Entered.Cents()+later)
	e.Words += fmt.Sprintf(", and %s was entered since", money.Cents(later))
	return e, nil
}

// ProposeInterest makes the batch that credits the interest of every deposit that is held, up to the last day that the rule has for
// it on the day of the request or before. Days that were missed are credited with the next. facts has one entry for each account
// that holds a deposit; the deposit of a closed account is its final bill's, with its interest. What is credited is what was earned,
// rounded once, less what was entered: whatever the intervals, all of it comes to what is earned without them, but for money that
// leaves the deposit in between, which takes interest that was entered first. Errors: those of [Policy.Propose], and of the rule.
func (p Policy) ProposeInterest(c Crediting, q Request, books *ledger.Ledger, facts []Facts) (Batch, error) {
	placeholders, err := c.ready(p)
	if err != nil {
		return Batch{}, err
	}
	b := q.batch(InterestApproval, c.Title+", "+p.Title, c.Citation+", "+p.Citation, placeholders)
	if err := b.checkHead(); err != nil {
		return Batch{}, err
	}
	return b.each(books, facts, func(h Holding, f Facts) (BatchRow, string, error) { return p.interestRow(c, b, books, h, f) })
}

// each is the batch with its rows: it looks at every deposit that is held, and at the others that facts are given of.
func (b Batch) each(books *ledger.Ledger, facts []Facts, look func(Holding, Facts) (BatchRow, string, error)) (Batch, error) {
	held, of, err := sides(books, facts)
	if err != nil {
		return Batch{}, err
	}
	var wrong problem.List
	for _, account := range slices.Sorted(maps.Keys(held)) {
		if _, known := of[account]; !known && !held[account].Held.IsZero() {
			wrong.Add(&problem.Error{Code: ErrBatch, Path: "account " + account, What: fmt.Sprintf("%s is held and no facts are given", held[account].Held), Fix: "give the facts of every account that holds a deposit"})
		}
	}
	for _, account := range slices.Sorted(maps.Keys(of)) {
		row, why, err := look(held[account], of[account])
		switch {
		case err != nil:
			wrong.Add(&problem.Error{Code: ErrBatch, Path: "account " + account, Err: err})
		case why != "":
			b.keep(account, stored.ID{}, "%s", why)
		default:
			b.Rows = append(b.Rows, row)
		}
	}
	if err := wrong.Err(); err != nil {
		return Batch{}, err
	}
	return b, nil
}

// interestRow is the row of an account, or why it has none.
func (p Policy) interestRow(c Crediting, b Batch, books *ledger.Ledger, h Holding, f Facts) (BatchRow, string, error) {
	if err := f.check(h, b.On); err != nil {
		return BatchRow{}, "", err
	}
	switch {
	case h.Held.IsZero():
		return BatchRow{}, "nothing is held", nil
	case !f.Closed.IsZero():
		return BatchRow{}, fmt.Sprintf("closed on %s: the final bill settles the deposit with its interest", f.Closed), nil
	case p.Interest == NoInterest:
		return BatchRow{}, "no interest is paid", nil
	}
	due, err := c.dueOn(h, f.PaidSince, b.On)
	if err != nil {
		return BatchRow{}, "", err
	}
	if due.IsZero() {
		return BatchRow{}, fmt.Sprintf("no day of crediting has come: each %d months", c.Months.Get()), nil
	}
	earned, err := p.through(h, due)
	if err != nil {
		return BatchRow{}, "", err
	}
	if earned.Interest.IsZero() {
		return BatchRow{}, fmt.Sprintf("nothing to credit up to %s: %s", due, earned.Words), nil
	}
	row := BatchRow{Account: f.Account, Area: h.Area, Does: CreditsDeposit, Amount: earned.Interest, Through: due, Code: p.RevenueCode, Words: fmt.Sprintf("up to %s: %s", due, earned.Words)}
	if c.To == ToAccount {
		row.Does = CreditsAccount
	}
	for _, e := range b.entries(row) {
		if _, entered := books.Entry(e.ID()); entered {
			return BatchRow{}, fmt.Sprintf("interest up to %s was credited before, or credited and taken back: the next crediting has what is left, or the deposit when it goes back", due), nil
		}
	}
	return row, "", nil
}

// CreditInterest gives the entries of a batch of interest that a second person has approved, at the instant at which it is acted on,
// in the district's location. Every row is looked at again: one that is not what was approved is [ErrChanged], and nothing is given.
// Rows whose entries are in the books already are given again. Refused too are an approval that is none or has ended, one by who
// prepared the batch or of another rule ([ErrBatch]), and an instant before the day of the batch ([ErrEarly]).
func (p Policy) CreditInterest(c Crediting, approved approval.Approved[Batch], now time.Time, in *time.Location, books *ledger.Ledger, facts []Facts) (Done, error) {
	if _, err := c.ready(p); err != nil {
		return Done{}, err
	}
	held, of, err := sides(books, facts)
	if err != nil {
		return Done{}, err
	}
	return act(approved, now, in, books, InterestApproval, c.Title+", "+p.Title, c.Citation+", "+p.Citation, func(b Batch, r BatchRow) (BatchRow, string, error) {
		return p.interestRow(c, b, books, held[r.Account], of[r.Account])
	})
}
