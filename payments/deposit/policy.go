package deposit

import (
	"fmt"

	"github.com/shopspring/decimal"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/policy"
	"github.com/headgate-dev/headgate/billing/problem"
)

// The codes of deposits.
const (
	ErrPolicy    problem.Code = "E_DEPOSIT_POLICY"    // a value of a deposit policy that cannot be, or contradicts another
	ErrFacts     problem.Code = "E_DEPOSIT_FACTS"     // facts of a deposit that are missing or contradict one another
	ErrOlder     problem.Code = "E_DEPOSIT_OLDER"     // a deposit that is older than its account
	ErrFuture    problem.Code = "E_DEPOSIT_FUTURE"    // an event after the day that is asked about
	ErrUncleared problem.Code = "E_DEPOSIT_UNCLEARED" // a settlement of money that its bank may still take back, or that never came
	ErrRun       problem.Code = "E_DEPOSIT_RUN"       // a refund run that contradicts itself, or cannot be made
	ErrChanged   problem.Code = "E_DEPOSIT_CHANGED"   // a deposit that is not what it was when its refund was approved
	ErrRelease   problem.Code = "E_DEPOSIT_RELEASE"   // a settled deposit that did not come out as it went in
)

// Clock says from when the months run after which a deposit goes back.
type Clock string

const (
	// FromFullyPaid is the last day on which money of it came.
	FromFullyPaid Clock = "fully_paid"
	// FromFirstPaid is the first day on which money of it came.
	FromFirstPaid Clock = "first_paid"
	// FromService is the first day of service, also where the deposit was paid later.
	FromService Clock = "service"
)

// Counts says in which days late payments, shutoffs and returned payments count.
type Counts string

const (
	// InLastMonths is the policy's months up to the day: "after 12 consecutive months".
	InLastMonths Counts = "last_months"
	// SinceClock is all days since the clock began.
	SinceClock Counts = "since_clock"
)

// Bar says whether an event keeps a deposit from going back.
type Bar string

// An event bars a refund while it counts, or does not.
const (
	Bars    Bar = "bars"
	Ignored Bar = "ignored"
)

// Gives says when a deposit goes back by itself.
type Gives string

const (
	// Automatic is as soon as the account is eligible.
	Automatic Gives = "automatic"
	// OnRequest is once the customer has asked for it.
	OnRequest Gives = "on_request"
	// AtClosing is with the final bill alone.
	AtClosing Gives = "at_closing"
)

// As is how a refund reaches the customer.
type As string

const (
	// AsCredit is as credit of the account.
	AsCredit As = "credit"
	// AsCheck is by a check of accounts payable.
	AsCheck As = "check"
)

// Interest is which interest a deposit earns.
type Interest string

const (
	// NoInterest is none.
	NoInterest Interest = "none"
	// SimpleInterest is simple, at dated rates each of which holds until the next.
	SimpleInterest Interest = "simple"
	// BankMonthly is simple too, at the bank's rate of each calendar month: a month without its own rate is an error.
	BankMonthly Interest = "bank_monthly"
)

// Rate is a rate of interest, in percent a year.
type Rate struct {
	// From is the first day of the rate; for BankMonthly the first of its month.
	From    civil.Date                    `policy:"from"`
	Percent policy.Value[decimal.Decimal] `policy:"percent"`
}

// Policy is a district's rule of refunds of deposits. Every field is stated; one that is not, or that a file states as not known,
// is an error that names it.
type Policy struct {
	// Title is the policy's name, and Citation what adopted it.
	Title    string `policy:"title"`
	Citation string `policy:"citation"`
	// Months are the civil months of good service, 0 to 1200: 31 January and one month is 28 February.
	Months policy.Value[int] `policy:"months"`
	// Clock is from when they run, and Counts the days in which what follows counts.
	Clock  Clock  `policy:"clock" validate:"oneof=fully_paid first_paid service"`
	Counts Counts `policy:"counts" validate:"oneof=last_months since_clock"`
	// LateAllowed is how often the account may have been late, and GraceDays the days after a due date that are still in time.
	LateAllowed policy.Value[int] `policy:"late_allowed"`
	GraceDays   policy.Value[int] `policy:"grace_days"`
	// Shutoff and ReturnedItem say whether one shutoff for non-payment, or one returned payment, bars the refund.
	Shutoff      Bar `policy:"shutoff" validate:"oneof=bars ignored"`
	ReturnedItem Bar `policy:"returned_item" validate:"oneof=bars ignored"`
	// Gives is when it goes back, and As how.
	Gives Gives `policy:"gives" validate:"oneof=automatic on_request at_closing"`
	As    As    `policy:"as" validate:"oneof=credit check"`
	// ForfeitMonths are the civil months after closing in which a deposit is to be asked for, 0 where none is forfeited.
	ForfeitMonths policy.Value[int] `policy:"forfeit_months"`
	// ReturnDays are the days after a payment on which its bank may take it back, 0 to 366. With 60, one of 1 June is cleared on
	// 1 August.
	ReturnDays policy.Value[int] `policy:"return_days"`
	// ActDays are the days after the day of a refund run on which it is acted on still, 0 to 366: with 0, on its own day alone.
	ActDays policy.Value[int] `policy:"act_days"`
	// Interest is what is earned, and Rates by how much, in order of their days; empty where none is.
	Interest Interest `policy:"interest" validate:"oneof=none simple bank_monthly"`
	Rates    []Rate   `policy:"rates,empty" validate:"dive"`
	// Rounding is how interest becomes cents.
	Rounding exact.Mode `policy:"rounding"`
	// RevenueCode is the district's code for deposits.
	RevenueCode string `policy:"revenue_code"`

	// Marks are the placeholders among the plain fields.
	Marks policy.Marks
}

// Check finds all that is wrong with the policy, as a problem.List: what is not stated (policy.ErrNotStated) and what cannot be or
// contradicts itself ([ErrPolicy]). What a file states as not known is no fault of the policy: it is an error, policy.ErrNotKnown,
// once anything is asked of it.
func (p Policy) Check() error {
	f := p.findings()
	return f.Faults()
}

func (p Policy) findings() policy.Findings {
	f := policy.Findings{Code: ErrPolicy, Title: p.Title, Marks: p.Marks}
	f.Need("title", p.Title != "", "what the policy is called")
	f.Need("citation", p.Citation != "", "what adopted it")
	f.Need("revenue_code", p.RevenueCode != "", "the district's code for deposits")
	for _, n := range []struct {
		path string
		of   policy.Value[int]
		most int
		what string
	}{
		{"months", p.Months, 1200, "the months of good service"},
		{"late_allowed", p.LateAllowed, 1200, "how often the account may be late, 0 for never"},
		{"grace_days", p.GraceDays, 366, "the days of grace, 0 for none"},
		{"forfeit_months", p.ForfeitMonths, 1200, "the months after closing, 0 where none is forfeited"},
		{"return_days", p.ReturnDays, 366, "the days in which a bank may take a payment back"},
		{"act_days", p.ActDays, 366, "the days after the day of a refund run on which it is acted on still, 0 for none"},
	} {
		if f.Value(n.path, n.of) && (n.of.Get() < 0 || n.of.Get() > n.most) {
			f.Refuse(n.path, fmt.Sprintf("%d is not from 0 to %d", n.of.Get(), n.most), "state "+n.what)
		}
	}
	policy.OneOf(&f, "clock", p.Clock, FromFullyPaid, FromFirstPaid, FromService)
	policy.OneOf(&f, "counts", p.Counts, InLastMonths, SinceClock)
	policy.OneOf(&f, "shutoff", p.Shutoff, Bars, Ignored)
	policy.OneOf(&f, "returned_item", p.ReturnedItem, Bars, Ignored)
	policy.OneOf(&f, "gives", p.Gives, Automatic, OnRequest, AtClosing)
	policy.OneOf(&f, "as", p.As, AsCredit, AsCheck)
	p.checkInterest(&f)
	return f
}

func (p Policy) checkInterest(f *policy.Findings) {
	policy.OneOf(f, "interest", p.Interest, NoInterest, SimpleInterest, BankMonthly)
	f.Need("rounding", p.Rounding.Valid(), "half_up, half_even, up or down")
	f.Need("rates", p.Rates != nil, "the rates of interest, or an empty list where there is none")
	switch {
	case p.Rates == nil:
	case p.Interest == NoInterest && len(p.Rates) > 0:
		f.Refuse("rates", "a policy without interest has rates for it", "state an empty list, or which interest there is")
	case p.Interest != NoInterest && len(p.Rates) == 0:
		f.Refuse("rates", "there is interest, and no rate of it", "state each rate with its first day")
	}
	for i, r := range p.Rates {
		path := fmt.Sprintf("rates[%d]", i)
		f.Need(path+".from", !r.From.IsZero(), "the first day of the rate")
		switch {
		case i > 0 && !r.From.After(p.Rates[i-1].From):
			f.Refuse(path+".from", fmt.Sprintf("%s is not after %s, the day of the rate before", r.From, p.Rates[i-1].From), "state the rates in order, one for a day")
		case p.Interest == BankMonthly && !r.From.IsZero() && r.From.Day() != 1:
			f.Refuse(path+".from", fmt.Sprintf("%s is not the first of a month", r.From), "state the bank's rate from the first of its month")
		}
		if f.Value(path+".percent", r.Percent) {
			number, err := exact.NumberFromDecimal(r.Percent.Get())
			if err != nil || number.Sign() < 0 || number.Ratio().Cmp(exact.Int(100)) > 0 {
				f.Refuse(path+".percent", "the rate is not from 0 to 100 percent a year", "state it in percent, such as 1.5")
			}
		}
	}
}
