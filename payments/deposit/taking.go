package deposit

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/headgate-dev/headgate/billing/approval"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/stored"
)

// Finding is what is known of the owner of one refund, and what came of a claim for it.
type Finding struct {
	// Reference and Account are those of the refund that it is of: see [Owed].
	Reference stored.ID
	Account   string
	Search    Search
	// Granted says that the claim was decided and is theirs, and stays so. A claim that was refused is taken out of the search.
	Granted bool
}

// Codes are the district's revenue codes for unclaimed money.
type Codes struct {
	// Refund is that of money owed to customers, Property that of what becomes the district's after its publication, and Small that
	// of what goes to the general fund without one.
	Refund, Property, Small string
}

// ProposeUnclaimed makes the batch of the refunds that nobody was paid: what has been unclaimed for its time is set aside as
// unclaimed money, what is the district's on the day is taken as its income, and what was claimed and granted is payable again.
// Nothing moves before its day, nor while a claim is not decided. findings has one for each refund of which more is known than the
// books tell, in any order. Errors: those of [OwedRefunds] and [Law.Age]; [ErrBatch] for a request or codes that say too little, and
// for findings of a refund that is given twice or is not owed.
func (l Law) ProposeUnclaimed(q Request, codes Codes, books *ledger.Ledger, findings []Finding) (Batch, error) {
	if err := l.Check(); err != nil {
		return Batch{}, err
	}
	b := q.batch(UnclaimedApproval, l.Title, l.Source, nil)
	if err := b.checkHead(); err != nil {
		return Batch{}, err
	}
	if codes.Refund == "" || codes.Property == "" || codes.Small == "" {
		return Batch{}, &problem.Error{Code: ErrBatch, Path: "codes", What: "a revenue code is missing", Fix: "give those of refunds, of published money and of the general fund"}
	}
	u, err := unclaimed(books, findings)
	if err != nil {
		return Batch{}, err
	}
	var wrong problem.List
	for _, o := range u.owed {
		row, why, err := l.unclaimedRow(b, codes, u, owner{o.Reference, o.Account})
		switch {
		case err != nil:
			wrong.Add(&problem.Error{Code: ErrBatch, Path: "account " + o.Account + " refund " + o.Reference.String(), Err: err})
		case why != "":
			b.keep(o.Account, o.Reference, "%s", why)
		default:
			b.Rows = append(b.Rows, row)
		}
	}
	for of := range u.findings {
		if _, owed := u.owed[of]; !owed {
			wrong.Add(&problem.Error{Code: ErrBatch, Path: "account " + of.account + " refund " + of.reference.String(), What: "nothing is owed of it", Fix: "leave its finding out: it was paid, or is of other books"})
		}
	}
	slices.SortFunc(wrong, func(x, y *problem.Error) int { return strings.Compare(x.Path, y.Path) })
	if err := wrong.Err(); err != nil {
		return Batch{}, err
	}
	b.sort()
	return b, nil
}

// owner is whose refund it is: a refund entry may pay several accounts.
type owner struct {
	reference stored.ID
	account   string
}

// refunds are those that are owed, and what is known of their owners.
type refunds struct {
	owed     map[owner]Owed
	findings map[owner]Finding
	// accounts are of how many accounts an entry's refunds are owed.
	accounts map[stored.ID]int
}

func unclaimed(books *ledger.Ledger, findings []Finding) (refunds, error) {
	owed, err := OwedRefunds(books)
	if err != nil {
		return refunds{}, err
	}
	u := refunds{owed: map[owner]Owed{}, findings: map[owner]Finding{}, accounts: map[stored.ID]int{}}
	for _, o := range owed {
		u.owed[owner{o.Reference, o.Account}] = o
		u.accounts[o.Reference]++
	}
	for i, f := range findings {
		key := owner{f.Reference, f.Account}
		if err := f.check(); err != nil {
			return refunds{}, &problem.Error{Code: ErrBatch, Path: fmt.Sprintf("findings[%d]", i), Err: err}
		}
		if _, twice := u.findings[key]; twice {
			return refunds{}, &problem.Error{Code: ErrBatch, Path: fmt.Sprintf("findings[%d]", i), What: "what is known of a refund is given twice", Fix: "give it once"}
		}
		u.findings[key] = f
	}
	return u, nil
}

// unclaimedRow is the row of a refund, or why it has none.
func (l Law) unclaimedRow(b Batch, codes Codes, u refunds, of owner) (BatchRow, string, error) {
	o, owed := u.owed[of]
	if !owed {
		return BatchRow{}, "nothing is owed of it", nil
	}
	f := u.findings[of]
	age, err := l.Age(o, f.Search, b.On)
	if err != nil {
		return BatchRow{}, "", err
	}
	row := BatchRow{Account: o.Account, Area: o.Area, Reference: o.Reference, Amount: o.Amount, Code: codes.Refund, Words: age.Words}
	aside, err := o.Amount.Sub(o.Unclaimed)
	if err != nil {
		return BatchRow{}, "", err
	}
	if u.accounts[o.Reference] > 1 {
		return BatchRow{}, age.Words + "; its entry refunds another account too, and unclaimed money has no account: pay or claim one of them first", nil
	}
	switch age.Stage {
	case ToPublish, Published:
		if aside.IsZero() {
			return BatchRow{}, age.Words + "; set aside already", nil
		}
		row.Does, row.Amount, row.Aside = SetsAside, aside, aside
	case Property:
		row.Does, row.Aside, row.Income = TakesProperty, aside, codes.Property
		small, err := l.small(o, f.Search)
		if err != nil {
			return BatchRow{}, "", err
		}
		if small {
			row.Does, row.Income = TakesSmall, codes.Small
		}
	case Claimed:
		switch {
		case !f.Granted:
			return BatchRow{}, age.Words + "; the claim is decided first", nil
		case o.Unclaimed.IsZero():
			return BatchRow{}, age.Words + "; granted, and payable as a refund", nil
		}
		row.Does, row.Amount, row.Words = GivesBack, o.Unclaimed, age.Words+"; granted"
	default:
		return BatchRow{}, age.Words, nil
	}
	return row, "", nil
}

// small reports whether money goes without publication: what it first was says so, and not what of it is left.
func (l Law) small(o Owed, s Search) (bool, error) {
	first, err := o.Amount.Add(o.PaidOut)
	return s.NameUnknown || first.Cmp(l.From) < 0, err
}

// MoveUnclaimed gives the entries of a batch of unclaimed money that a second person has approved, at the instant at which it is
// acted on, in the district's location, with the findings as they are now: a claim that came in between, a check that was cashed, or
// another publication makes its row [ErrChanged], and nothing is given. What was claimed has its row for accounts payable, by the
// entry that made it payable again; what pays it names the refund as its Parent. It refuses besides what [Policy.CreditInterest]
// does.
func (l Law) MoveUnclaimed(approved approval.Approved[Batch], now time.Time, in *time.Location, codes Codes, books *ledger.Ledger, findings []Finding) (Done, error) {
	if err := l.Check(); err != nil {
		return Done{}, err
	}
	u, err := unclaimed(books, findings)
	if err != nil {
		return Done{}, err
	}
	return act(approved, now, in, books, UnclaimedApproval, l.Title, l.Source, func(b Batch, r BatchRow) (BatchRow, string, error) {
		return l.unclaimedRow(b, codes, u, owner{r.Reference, r.Account})
	})
}

// ForfeitCode is the district's revenue code for deposits that are forfeited.
type ForfeitCode string

// ProposeForfeits makes the batch of the deposits of closed accounts that were not asked for in the policy's months after closing,
// which become the district's. A deposit that was asked for in time stays, and so does that of an account that owes anything: its
// final bill takes the deposit first. Interest that was not entered is not entered. Errors: those of [Policy.Propose]; a policy under
// which none is forfeited, and a missing code ([ErrBatch]).
func (p Policy) ProposeForfeits(q Request, code ForfeitCode, books *ledger.Ledger, facts []Facts) (Batch, error) {
	found := p.findings()
	if err := found.Err(); err != nil {
		return Batch{}, err
	}
	b := q.batch(ForfeitApproval, p.Title, p.Citation, found.Placeholders)
	if err := b.checkHead(); err != nil {
		return Batch{}, err
	}
	switch {
	case p.ForfeitMonths.Get() == 0:
		return Batch{}, &problem.Error{Code: ErrBatch, Path: "forfeit_months", What: p.Title + " forfeits no deposit", Fix: "leave it with its customer"}
	case code == "":
		return Batch{}, &problem.Error{Code: ErrBatch, Path: "code", What: "the revenue code of forfeited deposits is missing", Fix: "give it"}
	}
	return b.each(books, facts, func(h Holding, f Facts) (BatchRow, string, error) { return p.forfeitRow(b, code, books, h, f) })
}

// forfeitRow is the row of an account, or why it has none.
func (p Policy) forfeitRow(b Batch, code ForfeitCode, books *ledger.Ledger, h Holding, f Facts) (BatchRow, string, error) {
	v, err := p.Review(books, h, f, b.On)
	if err != nil {
		return BatchRow{}, "", err
	}
	i := slices.IndexFunc(v.Reasons, func(r Reason) bool { return r.Code == Forfeited })
	switch {
	case f.Closed.IsZero():
		return BatchRow{}, "the account is not closed", nil
	case i < 0:
		return BatchRow{}, v.Words(), nil
	}
	if slices.ContainsFunc(v.Reasons, func(r Reason) bool { return r.Code == Uncleared || r.Code == NeverCame }) {
		return BatchRow{}, v.Words(), nil
	}
	var owes []money.Amount
	for it := range books.Items(f.Account) {
		owes = append(owes, it.Open)
	}
	all, err := money.Sum(owes...)
	if err != nil {
		return BatchRow{}, "", err
	}
	if all.Sign() > 0 {
		return BatchRow{}, fmt.Sprintf("the account owes %s: its final bill takes the deposit first", all), nil
	}
	return BatchRow{Account: f.Account, Area: h.Area, Does: Forfeits, Amount: h.Held, Code: p.RevenueCode, Income: string(code), Words: v.Reasons[i].Words}, "", nil
}

// Forfeit gives the entries of a batch of forfeited deposits that a second person has approved. It is as [Policy.CreditInterest].
func (p Policy) Forfeit(approved approval.Approved[Batch], now time.Time, in *time.Location, code ForfeitCode, books *ledger.Ledger, facts []Facts) (Done, error) {
	found := p.findings()
	if err := found.Err(); err != nil {
		return Done{}, err
	}
	held, of, err := sides(books, facts)
	if err != nil {
		return Done{}, err
	}
	return act(approved, now, in, books, ForfeitApproval, p.Title, p.Citation, func(b Batch, r BatchRow) (BatchRow, string, error) {
		return p.forfeitRow(b, code, books, held[r.Account], of[r.Account])
	})
}

// LastToAsk is the last day on which the customer of a closed account may ask for the deposit before it is forfeited; no date where
// none is, or the account goes on.
func (p Policy) LastToAsk(closed civil.Date) (civil.Date, error) {
	found := p.findings()
	if err := found.Err(); err != nil || closed.IsZero() || p.ForfeitMonths.Get() == 0 {
		return civil.Date{}, err
	}
	return closed.AddMonths(p.ForfeitMonths.Get())
}
