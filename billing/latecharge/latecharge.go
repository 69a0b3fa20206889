package latecharge

import (
	"fmt"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/internal/say"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/policy"
	"github.com/headgate-dev/headgate/billing/stored"
	"github.com/headgate-dev/headgate/metering"
)

// Charge is what an account is charged on a day for paying late, and why its other items are charged nothing.
type Charge struct {
	Account, Area string
	On            civil.Date
	// Policy is the policy that it was made under, and Placeholders are the values of it that stand in for what is not known: what
	// prints the charge says so.
	Policy       Policy
	Placeholders []policy.Mark
	// Lines are the items that bear it, oldest due date first; they sum to Total.
	Lines []Line
	Total money.Amount
	// Waived are lines, or parts of lines, that a waiver took away.
	Waived []Line
	// Reasons say what bears none, and why: the account, an item, a month of an item.
	Reasons []Reason
}

// Line is the late charge on one item.
type Line struct {
	// Item is the item that it is on, Bill the entry that opened it, and Service its service.
	Item, Bill stored.ID
	Service    string
	// Due is the last day on which the item was in time, and Delinquent the first on which it was not.
	Due, Delinquent civil.Date
	// Basis is what of the item was unpaid and undisputed on the first day of the line.
	Basis money.Amount
	// Disputed is what of it was in dispute on the day of the charge, and bears none.
	Disputed money.Amount
	// Months is the number of months charged; Parts are these months in order, and sum to Amount.
	Months int
	Parts  []Part
	Amount money.Amount
	// Words say the line with its numbers.
	Words string
}

// Part is the late charge on one item for one month.
type Part struct {
	// Day is the day on which the month began: the day of delinquency, or the same day of a later month.
	Day civil.Date
	// First says that it is the item's first late charge; the others are of further months.
	First bool
	// Charges is what of the item was unpaid and undisputed, both on Day and on the day of the charge. FirstUnpaid and
	// MonthsUnpaid are the earlier late charges that a further month is on as well, the first and those of other months.
	Charges, FirstUnpaid, MonthsUnpaid money.Amount
	// Balance is what the account's least balance was measured on.
	Balance money.Amount
	// Basis is what the part is on: Charges, and with a further month the late charges that the policy adds.
	Basis money.Amount
	// Percent is the rate; zero where the flat amount made the charge.
	Percent decimal.Decimal
	// Flat is the flat amount that the part is a share of. ElsePercent and ElseTaken are, where the policy has one, of other
	// items, delinquent on the same day, that bore their first late charge before: what it is by the percentage, and what it was.
	Flat, ElsePercent, ElseTaken money.Amount
	// Capped says that the law's limit made it less.
	Capped bool
	Amount money.Amount
}

// Code is why something bears no late charge. Its text is what a clerk reads, such as "draft pending".
type Code string

// The codes. An account that has one of the first six is charged nothing that day.
const (
	LevelPay     Code = "level pay"
	PlanKept     Code = "kept plan"
	InCredit     Code = "in credit"
	PaymentHeld  Code = "payment received, not posted"
	DraftPending Code = "draft pending"
	BelowMinimum Code = "below minimum balance"

	NotDelinquent Code = "not delinquent"
	Exempt        Code = "exempt kind"
	OfAgency      Code = "of another agency"
	Disputed      Code = "in dispute"
	Paid          Code = "paid"
	ChargedBefore Code = "charged before"
	NotCurrent    Code = "not of the current bill"
	Before        Code = "before this ledger"
	NoRate        Code = "no charge at this rate"
	Waived        Code = "waived"
	NoWaiver      Code = "no waiver"
)

// Reason says why an account, an item or a month of an item bears no late charge.
type Reason struct {
	// Item is the item; zero for the account. Month is the day on which the month began; no date for the item as a whole.
	Item  stored.ID
	Month civil.Date
	Code  Code
	// Words are the code with its numbers, and Figures the numbers.
	Words   string
	Figures []metering.Figure
}

// Blocked reports whether the reason keeps the whole account from a late charge on that day.
func (r Reason) Blocked() bool {
	switch r.Code {
	case LevelPay, PlanKept, InCredit, PaymentHeld, DraftPending, BelowMinimum:
		return r.Item.IsZero() && r.Month.IsZero()
	}
	return false
}

// String is "blocked: draft pending: …" where the reason blocks the account, and otherwise the code and the words.
func (r Reason) String() string {
	text := string(r.Code) + ": " + r.Words
	if r.Blocked() {
		return "blocked: " + text
	}
	return text
}

// Charge is the late charge of an account on a day. It is the same for the same facts.
//
// Each item bears one first charge, and one for each further month, on what of it is unpaid and undisputed both on the day on
// which the month began and on the day of the charge; the smaller of the two counts (ours). A month on whose day the account
// could bear none, as under a kept plan, bears none later either (ours), and none is made up that stands before one that was
// charged. While money is on its way the account bears none, and bears it later where the money does not come.
//
// Errors: those of [Policy.Check], policy.ErrNotKnown; [ErrFacts] for facts that are missing or contradict one another; those of the
// calendar and of the ledger; money.ErrOverflow.
func (p Policy) Charge(f Facts) (Charge, error) {
	found := p.findings()
	if err := found.Err(); err != nil {
		return Charge{}, err
	}
	r := run{policy: p, facts: f}
	if err := r.prepare(); err != nil {
		return Charge{}, err
	}
	out := Charge{Account: f.Account.ID(), Area: f.Account.Area(), On: f.On, Policy: p.clone(), Placeholders: found.Placeholders}
	if err := r.charge(&out); err != nil {
		return Charge{}, err
	}
	return out, out.waive(f)
}

// waive takes away what a waiver waives, and sums the lines.
func (c *Charge) waive(f Facts) error {
	if f.Waiver != "" && len(c.Lines) > 0 {
		why, granted, err := c.Policy.waiver(f)
		if err != nil {
			return err
		}
		if !granted {
			c.Reasons = append(c.Reasons, why)
		} else {
			c.takeAway(why)
		}
	}
	amounts := make([]money.Amount, len(c.Lines))
	for i := range c.Lines {
		amounts[i] = c.Lines[i].Amount
	}
	var err error
	c.Total, err = money.Sum(amounts...)
	return err
}

// waiver says whether a waiver is granted, and why.
func (p Policy) waiver(f Facts) (why Reason, granted bool, err error) {
	no := func(words string, figures ...metering.Figure) (Reason, bool, error) {
		return Reason{Code: NoWaiver, Words: words, Figures: figures}, false, nil
	}
	if p.Waives == WaivesNothing {
		return no("the policy waives no late charge")
	}
	if !slices.Contains(p.WaiverReasons, f.Waiver) {
		return no("the policy waives no late charge for the reason that was given")
	}
	// One of this day is this one: the run may be done again.
	before := slices.DeleteFunc(slices.Clone(f.Waived), func(day civil.Date) bool { return day == f.On })
	if len(before) > 0 {
		last := slices.MaxFunc(before, civil.Date.Compare)
		next, err := last.AddMonths(p.WaiverMonths.Get())
		if err != nil {
			return Reason{}, false, err
		}
		if f.On.Before(next) {
			return no(fmt.Sprintf("waived on %s, and once in %s: again from %s on", last, say.Counted(p.WaiverMonths.Get(), "month"), next),
				say.Date("last", last), say.Count("months", p.WaiverMonths.Get()), say.Date("again", next))
		}
	}
	return Reason{Code: Waived, Words: "waived for " + f.Waiver, Figures: []metering.Figure{say.Text("reason", f.Waiver)}}, true, nil
}

// takeAway moves the parts that are waived from the lines.
func (c *Charge) takeAway(why Reason) {
	var kept []Line
	for _, line := range c.Lines {
		var stay, gone []Part
		for _, part := range line.Parts {
			if part.First && c.Policy.Waives == WaivesMonthly {
				stay = append(stay, part)
			} else {
				gone = append(gone, part)
			}
		}
		if len(gone) > 0 {
			waived := line.with(gone)
			reason := why
			reason.Item, reason.Words = line.Item, fmt.Sprintf("%s: %s", why.Words, waived.Amount)
			reason.Figures = append(slices.Clone(why.Figures), say.Money("amount", waived.Amount))
			c.Waived, c.Reasons = append(c.Waived, waived), append(c.Reasons, reason)
		}
		if len(stay) > 0 {
			kept = append(kept, line.with(stay))
		}
	}
	c.Lines = kept
}

// with is the line of some parts. Their sum was found to fit before.
func (l Line) with(parts []Part) Line {
	sum := int64(0)
	for _, part := range parts {
		sum += part.Amount.Cents()
	}
	l.Parts, l.Months, l.Basis, l.Amount = parts, len(parts), parts[0].Charges, money.Cents(sum)
	l.Words = l.words()
	return l
}

// WaivedMonths are the months that were waived: facts of the account's next late charge.
func (c Charge) WaivedMonths() []Taken {
	var out []Taken
	for _, line := range c.Waived {
		for _, part := range line.Parts {
			out = append(out, Taken{Item: line.Item, Month: part.Day, First: part.First})
		}
	}
	return out
}

// Posting are the days of a late charge in the books.
type Posting struct {
	// Billed is the day of the bill, or of the notice, that shows it, and Due the last day on which it is paid in time.
	Billed, Due civil.Date
	// Accounting is the day that counts in the books.
	Accounting civil.Date
}

// Entries are the ledger entries that charge it: one for each month of each item, of the cause Charged, whose parent is the
// item's bill and whose key is the item, the month, and whether it is the first. So the next charge finds them in the ledger,
// entering the same again changes nothing, and the ledger refuses the same month with another amount. An error is what the
// ledger finds wrong with one of them.
func (c Charge) Entries(days Posting) ([]ledger.Entry, error) {
	var out []ledger.Entry
	for _, line := range c.Lines {
		for _, part := range line.Parts {
			item := ledger.Item{
				Account: c.Account, Area: c.Area, Kind: c.Policy.Kind, Service: line.Service, RevenueCode: c.Policy.RevenueCode,
				Billed: days.Billed, Due: days.Due,
			}
			e := entry(line.Bill, monthOf(line.Item, part.Day), part.First)
			e.Effective, e.Accounting = c.On, days.Accounting
			e.Opens = []ledger.Open{{Item: item, Amount: part.Amount, Against: item.Against()}}
			if err := e.Check(); err != nil {
				return nil, err
			}
			out = append(out, e)
		}
	}
	return out, nil
}

// entry is what the id of a late charge's entry is made of.
func entry(bill stored.ID, m itemMonth, first bool) ledger.Entry {
	e := ledger.Entry{Cause: ledger.Charged, Parent: bill, Key: fmt.Sprintf("late charge %s %04d-%02d", m.item, (m.month-1)/12, (m.month-1)%12+1)}
	if first {
		e.Key += " first"
	}
	return e
}
