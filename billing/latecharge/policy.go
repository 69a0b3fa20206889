package latecharge

import (
	"fmt"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/policy"
	"github.com/headgate-dev/headgate/billing/problem"
)

// The codes of late charges.
const (
	ErrPolicy problem.Code = "E_LATE_POLICY" // a value of a policy of late charges that cannot be, or contradicts another
	ErrCap    problem.Code = "E_LATE_CAP"    // a policy of late charges beyond the limit of its law
	ErrFacts  problem.Code = "E_LATE_FACTS"  // facts of a late charge that are missing or contradict one another
)

// Basis is what a first late charge is on.
type Basis string

const (
	// OnCurrent is what fell delinquent last: the unpaid items of the latest bill. Items of an older bill that bore no
	// first charge in their time bear none later, nor further months.
	OnCurrent Basis = "current_charges"
	// OnPastDue is all that is delinquent. An item bears a first charge once all the same.
	OnPastDue Basis = "past_due_balance"
)

// MonthlyOn is what a further month's late charge is on.
type MonthlyOn string

const (
	// OnCharges is the unpaid charges alone.
	OnCharges MonthlyOn = "charges"
	// OnChargesAndFirst is the unpaid charges and what of their first late charge is unpaid.
	OnChargesAndFirst MonthlyOn = "charges_and_first"
)

// Growth says whether further months bear on one another.
type Growth string

// Simple: no month bears on an earlier one. Compound: the unpaid late charges of earlier months are in the basis too.
const (
	Simple   Growth = "simple"
	Compound Growth = "compound"
)

// Roll says which day moves to the next open one.
type Roll string

const (
	// RollNone moves none.
	RollNone Roll = "none"
	// RollLastDay moves the last day to pay: due on a Saturday, paid in time on Monday, delinquent on Tuesday.
	RollLastDay Roll = "last_day"
	// RollDelinquentDay moves the day of delinquency itself: due on a Friday, delinquent on Monday.
	RollDelinquentDay Roll = "delinquent_day"
)

// Payment says which day of a payment counts.
type Payment string

const (
	// ByReceipt is the day on which it was received.
	ByReceipt Payment = "receipt"
	// ByPostmark is the day of its postmark, and of its receipt where it has none.
	ByPostmark Payment = "postmark"
)

// Waives says what a waiver waives.
type Waives string

const (
	// WaivesNothing is a policy without waivers.
	WaivesNothing Waives = "nothing"
	// WaivesMonthly is the further months, as interest is waived for a household below 200% of the poverty line (H&S
	// 116914(a)(2)).
	WaivesMonthly Waives = "monthly"
	// WaivesAll is the first charge as well.
	WaivesAll Waives = "all"
)

// Policy is a district's rule of late charges under its law. Every field is stated; one that is not, or that a file states as
// not known, is an error that names it. Percentages are numbers such as 10 for 10%.
type Policy struct {
	// Title is the policy's name, and Citation what adopted it.
	Title    string `policy:"title"`
	Citation string `policy:"citation"`
	// Regime is the law with its limits. Law caps policy.
	Regime Regime `policy:"regime"`
	// GraceDays are the days after the due date that are still in time, 0 to 366.
	GraceDays policy.Value[int] `policy:"grace_days"`
	// Roll says whether a closed day moves the last day, or the day of delinquency.
	Roll Roll `policy:"roll" validate:"oneof=none last_day delinquent_day"`
	// PaymentDay says which day of a payment counts: see [Policy.PaidOn].
	PaymentDay Payment `policy:"payment_day" validate:"oneof=receipt postmark"`
	// Basis is what the first charge is on.
	Basis Basis `policy:"basis" validate:"oneof=current_charges past_due_balance"`
	// Kinds are the kinds of items that bear late charges, and Exempt those that bear none, taxes in one or the other. An
	// open item of a kind in neither is an error. Late charges bear none: see Growth.
	Kinds  []ledger.Kind `policy:"kinds" validate:"unique"`
	Exempt []ledger.Kind `policy:"exempt,empty" validate:"unique"`
	// Agencies are those on whose charges the district takes its late charge; other agencies' bear none.
	Agencies []string `policy:"agencies,empty" validate:"unique"`
	// Percent and Flat are the first charge: the greater of the two, 0 for none of a kind. Flat is once for all items that
	// fall delinquent on one day, shared out among them.
	Percent policy.Value[decimal.Decimal] `policy:"percent"`
	Flat    policy.Value[money.Amount]    `policy:"flat"`
	// Monthly is each further month's charge in percent, 0 for none; MonthlyOn and Growth are what it is on.
	Monthly   policy.Value[decimal.Decimal] `policy:"monthly"`
	MonthlyOn MonthlyOn                     `policy:"monthly_on" validate:"oneof=charges charges_and_first"`
	Growth    Growth                        `policy:"growth" validate:"oneof=simple compound"`
	// MinimumBalance is the least delinquent balance that bears late charges: undisputed, of Kinds. 0 for none.
	MinimumBalance policy.Value[money.Amount] `policy:"minimum_balance"`
	// Waives is what a waiver waives, WaiverReasons the reasons that it is granted for, and WaiverMonths the civil months
	// from one to the next; empty and 0 where it waives nothing.
	Waives        Waives            `policy:"waives" validate:"oneof=nothing monthly all"`
	WaiverReasons []string          `policy:"waiver_reasons,empty" validate:"unique"`
	WaiverMonths  policy.Value[int] `policy:"waiver_months"`
	// Rounding is how each amount becomes cents. It never takes one above the limit of the law.
	Rounding exact.Mode `policy:"rounding"`
	// Kind and RevenueCode are those of the late charge as an open item.
	Kind        ledger.Kind `policy:"kind"`
	RevenueCode string      `policy:"revenue_code"`

	// Marks are the placeholders among the fields that are no values of billing/policy, such as "basis". They are never changed.
	Marks policy.Marks
}

// Check finds all that is wrong with the policy, as a problem.List: what is not stated (policy.ErrNotStated), what cannot be or
// contradicts itself ([ErrPolicy]), what goes beyond the law ([ErrCap]). What a file states as not known is no fault of the
// policy: it is an error, policy.ErrNotKnown, once anything is asked of it.
func (p Policy) Check() error {
	f := p.findings()
	return f.Faults()
}

// ready is why nothing can be made with the policy; nil where it can.
func (p Policy) ready() error {
	f := p.findings()
	return f.Err()
}

func (p Policy) findings() policy.Findings {
	f := policy.Findings{Code: ErrPolicy, Title: p.Title, Marks: p.Marks}
	for _, text := range []struct{ path, value string }{
		{"title", p.Title}, {"citation", p.Citation}, {"kind", string(p.Kind)}, {"revenue_code", p.RevenueCode},
	} {
		f.Need(text.path, text.value != "", "it")
	}
	f.Need("regime", true, "") // its parts are looked at one by one
	p.Regime.check(&f)
	policy.OneOf(&f, "roll", p.Roll, RollNone, RollLastDay, RollDelinquentDay)
	policy.OneOf(&f, "payment_day", p.PaymentDay, ByReceipt, ByPostmark)
	policy.OneOf(&f, "basis", p.Basis, OnCurrent, OnPastDue)
	policy.OneOf(&f, "monthly_on", p.MonthlyOn, OnCharges, OnChargesAndFirst)
	policy.OneOf(&f, "growth", p.Growth, Simple, Compound)
	policy.OneOf(&f, "waives", p.Waives, WaivesNothing, WaivesMonthly, WaivesAll)
	f.Need("rounding", p.Rounding.Valid(), "half_up, half_even, up or down")
	if days := p.GraceDays.Get(); f.Value("grace_days", p.GraceDays) && (days < 0 || days > 366) {
		f.Refuse("grace_days", fmt.Sprintf("%d days are not from 0 to 366", days), "state the days of grace")
	}
	p.checkKinds(&f)
	p.checkWaiver(&f)
	p.checkRates(&f)
	return f
}

func (p Policy) checkKinds(f *policy.Findings) {
	f.Need("kinds", len(p.Kinds) > 0, "the kinds of items that bear late charges, such as charge")
	f.Need("exempt", p.Exempt != nil, "the kinds that bear none, or an empty list")
	f.Need("agencies", p.Agencies != nil, "the agencies on whose charges the district takes its late charge, or an empty list")
	for _, kind := range p.Kinds {
		if slices.Contains(p.Exempt, kind) {
			f.Refuse("exempt", fmt.Sprintf("the kind %q bears late charges and bears none", string(kind)), "state it once")
		}
		if kind == p.Kind {
			f.Refuse("kinds", fmt.Sprintf("the kind %q is that of the late charges themselves", string(kind)),
				"leave it out; monthly_on and growth say what bears on late charges")
		}
	}
}

func (p Policy) checkWaiver(f *policy.Findings) {
	months, ok := p.WaiverMonths.Get(), f.Value("waiver_months", p.WaiverMonths)
	f.Need("waiver_reasons", p.WaiverReasons != nil, "the reasons for a waiver, or an empty list where it waives nothing")
	switch {
	case p.WaiverReasons == nil:
	case p.Waives == WaivesNothing && (len(p.WaiverReasons) > 0 || months != 0):
		f.Refuse("waives", "a policy that waives nothing has reasons or months for it", "state what it waives, or no reasons and 0 months")
	case p.Waives != WaivesNothing && (len(p.WaiverReasons) == 0 || slices.Contains(p.WaiverReasons, "")):
		f.Refuse("waiver_reasons", "a waiver has no reason, or an empty one", "state what it is granted for, such as low_income")
	}
	if ok && (months < 0 || months > 1200 || months == 0 && p.Waives != WaivesNothing) {
		f.Refuse("waiver_months", fmt.Sprintf("%d months are not from 1 to 1200", months), "state the months from one waiver to the next")
	}
}

// checkRates finds rates that cannot be, and those that the law does not allow.
func (p Policy) checkRates(f *policy.Findings) {
	percent, hasPercent := p.Percent.Get(), checkRate(f, "percent", p.Percent)
	monthly, hasMonthly := p.Monthly.Get(), checkRate(f, "monthly", p.Monthly)
	flat, hasFlat := p.Flat.Get(), checkAmount(f, "flat", p.Flat)
	minimum, hasMinimum := p.MinimumBalance.Get(), checkAmount(f, "minimum_balance", p.MinimumBalance)
	regime := p.Regime
	beyond := func(path, what, fix string) {
		f.Add(&problem.Error{Code: ErrCap, Path: path, What: what, Fix: fix})
	}
	limit, capped := regime.First.Value()
	if percentFault(limit) != "" {
		capped = false // the regime itself was refused
	}
	if capped && hasPercent && percent.Cmp(limit) > 0 {
		beyond("percent", fmt.Sprintf("%s%% is above the %s%% that %s allows as the first charge", percent, limit, regime.Title),
			fmt.Sprintf("state at most %s", limit))
	}
	if capped && hasFlat && hasMinimum {
		if most, _ := floorOf(regime.First, minimum.Cents()); flat.Cents() > most {
			beyond("flat", fmt.Sprintf("%s is above %s, the %s%% that %s allows of the least balance that bears it, %s",
				flat, money.Cents(most), limit, regime.Title, minimum), "lower it, or raise minimum_balance")
		}
	}
	limit, capped = regime.Monthly.Value()
	if !capped || percentFault(limit) != "" || !hasMonthly || monthly.IsZero() {
		return
	}
	if monthly.Cmp(limit) > 0 {
		beyond("monthly", fmt.Sprintf("%s%% is above the %s%% that %s allows for a month", monthly, limit, regime.Title),
			fmt.Sprintf("state at most %s", limit))
	}
	if p.MonthlyOn == OnChargesAndFirst && regime.MonthlyOn == OnCharges {
		beyond("monthly_on", fmt.Sprintf("%s allows its %s%% a month on the charges alone", regime.Title, limit), "state charges")
	}
	if p.Growth == Compound {
		beyond("growth", fmt.Sprintf("%s allows no month's charge on that of another", regime.Title), "state simple")
	}
}

// checkRate looks at a percentage; it reports whether the law can be asked about it.
func checkRate(f *policy.Findings, path string, rate policy.Value[decimal.Decimal]) bool {
	if !f.Value(path, rate) {
		return false
	}
	what := percentFault(rate.Get())
	if what != "" {
		f.Refuse(path, what, "state the rate in percent, such as 10")
	}
	return what == ""
}

// checkAmount looks at an amount, as checkRate does at a percentage.
func checkAmount(f *policy.Findings, path string, amount policy.Value[money.Amount]) bool {
	if !f.Value(path, amount) {
		return false
	}
	if amount.Get().Sign() < 0 {
		f.Refuse(path, amount.Get().String()+" is below zero", "state zero or more")
	}
	return amount.Get().Sign() >= 0
}

// PaidOn is the day on which a payment counts, the one that it is entered in the ledger with as its effective day: of its
// receipt, or of its postmark where the policy says so and it has one. Postmarked is no date where there is none. A postmark
// after the receipt is [ErrFacts].
func (p Policy) PaidOn(received, postmarked civil.Date) (civil.Date, error) {
	if err := p.ready(); err != nil {
		return civil.Date{}, err
	}
	switch {
	case received.IsZero():
		return civil.Date{}, &problem.Error{Code: ErrFacts, Path: "received", What: "the payment has no day of receipt", Fix: "give it"}
	case postmarked.After(received):
		return civil.Date{}, &problem.Error{Code: ErrFacts, Path: "postmarked",
			What: fmt.Sprintf("the postmark of %s is after the receipt on %s", postmarked, received),
			Fix:  "look at the envelope again, or give no postmark"}
	case p.PaymentDay == ByPostmark && !postmarked.IsZero():
		return postmarked, nil
	}
	return received, nil
}

// clone is a copy that shares nothing that is changed; Marks never are.
func (p Policy) clone() Policy {
	p.Kinds, p.Exempt = slices.Clone(p.Kinds), slices.Clone(p.Exempt)
	p.Agencies, p.WaiverReasons = slices.Clone(p.Agencies), slices.Clone(p.WaiverReasons)
	return p
}
