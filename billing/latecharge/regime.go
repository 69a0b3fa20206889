package latecharge

import (
	"fmt"

	"github.com/shopspring/decimal"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/policy"
	"github.com/headgate-dev/headgate/billing/problem"
)

// Delinquent says when a regime calls a charge delinquent.
type Delinquent string

const (
	// AfterGrace is the day after the due date and the policy's days of grace.
	AfterGrace Delinquent = "after_grace"
	// FirstOfNextMonth is the first day of the calendar month after the due date; with grace beyond it, the day after the
	// grace, since the later date holds where law and policy both speak.
	FirstOfNextMonth Delinquent = "first_of_next_month"
)

// Regime is the law that a late charge stands under: its limits, and its day of delinquency. It is data: a district
// whose law is not among the presets states its own, with the source that its counsel has read.
type Regime struct {
	// Title is the regime's name, such as "Gov 54348", and Source where its text stands and what was read of it.
	Title, Source string
	// First is the most of the first late charge, in percent of the charges, 0 to 100, or none where the law sets no limit.
	First policy.OrNone[decimal.Decimal]
	// Monthly is the most of each further month, in percent of MonthlyOn.
	Monthly policy.OrNone[decimal.Decimal]
	// MonthlyOn is what Monthly is a percentage of. It is empty where Monthly is no limit.
	MonthlyOn MonthlyOn
	// Delinquent is the day of delinquency.
	Delinquent Delinquent
}

// Gov54348 is the regime of agencies with revenue bonds, California Government Code 54348 (verified): at most 10% of the
// charges, then at most 0.5% a month of the charges and the first penalty; delinquent on the first of the calendar month
// after the due date. It is no legal advice: the district's counsel confirms that it applies.
func Gov54348() Regime {
	return Regime{
		Title: "Gov 54348", Source: "California Government Code 54348, as of 2026",
		First: policy.Of(decimal.New(10, 0)), Monthly: policy.Of(decimal.New(5, -1)), MonthlyOn: OnChargesAndFirst,
		Delinquent: FirstOfNextMonth,
	}
}

// Water35470Point5 is the regime of California water districts, Water Code 35470.5 (verified): at most 10%, then at most
// 1.5% a month of the delinquent charges. It is no legal advice: the district's counsel confirms that it applies.
func Water35470Point5() Regime {
	return Regime{
		Title: "Water 35470.5", Source: "California Water Code 35470.5, as of 2026",
		First: policy.Of(decimal.New(10, 0)), Monthly: policy.Of(decimal.New(15, -1)), MonthlyOn: OnCharges,
		Delinquent: AfterGrace,
	}
}

// Uncapped is the regime of a district whose late charges no law limits; source is who has found so. It is not for
// county water districts, whose law (Water 31701) was not read.
func Uncapped(source string) Regime {
	none := policy.None[decimal.Decimal]()
	return Regime{Title: "no legal limit", Source: source, First: none, Monthly: none, Delinquent: AfterGrace}
}

// UnmarshalText reads the name of a preset, as a policy file states it: gov_54348 or water_35470_5. Other regimes are
// stated in Go, with their source.
func (r *Regime) UnmarshalText(text []byte) error {
	switch string(text) {
	case "gov_54348":
		*r = Gov54348()
	case "water_35470_5":
		*r = Water35470Point5()
	default:
		return &problem.Error{Code: ErrPolicy, What: "no preset has this name",
			Fix: "write gov_54348 or water_35470_5; another regime is stated in Go once its law was read, with its source"}
	}
	return nil
}

// check finds all that is wrong with the regime.
func (r Regime) check(f *policy.Findings) {
	f.Need("regime.title", r.Title != "", "the law's name")
	f.Need("regime.source", r.Source != "", "where its text stands, and who has read it")
	for _, limit := range []struct {
		path string
		of   policy.OrNone[decimal.Decimal]
	}{{"regime.first", r.First}, {"regime.monthly", r.Monthly}} {
		if percent, capped := limit.of.Value(); f.Value(limit.path, limit.of) && capped && percentFault(percent) != "" {
			f.Refuse(limit.path, percentFault(percent), "state the law's limit, in percent")
		}
	}
	if _, capped := r.Monthly.Value(); capped {
		policy.OneOf(f, "regime.monthly_on", r.MonthlyOn, OnCharges, OnChargesAndFirst)
	}
	policy.OneOf(f, "regime.delinquent", r.Delinquent, AfterGrace, FirstOfNextMonth)
}

// floorOf is the most that a limit allows of a basis, in whole cents: a cent above it is above it, whatever the rounding.
// ok is false where there is no limit.
func floorOf(limit policy.OrNone[decimal.Decimal], basis int64) (cents int64, ok bool) {
	percent, capped := limit.Value()
	if !capped {
		return 0, false
	}
	return percentOf(percent, basis).Floor(0).Int64()
}

// percentOf is so many percent of an amount in cents, exactly.
func percentOf(percent decimal.Decimal, cents int64) exact.Ratio {
	return exact.FromDecimal(percent).Mul(exact.Int(cents)).Mul(hundredth())
}

// percentFault is what is wrong with a percentage; empty where nothing is.
func percentFault(percent decimal.Decimal) string {
	number, err := exact.NumberFromDecimal(percent)
	switch {
	case err != nil:
		return "the percentage has more digits than any rate"
	case number.Sign() < 0:
		return fmt.Sprintf("%s%% is below 0", number)
	case number.Ratio().Cmp(exact.Int(100)) > 0:
		return fmt.Sprintf("%s%% is more than the whole", number)
	}
	return ""
}

// DelinquentOn is the first day on which what was due is delinquent under the policy: the day after the due date and the
// grace, or the regime's day where that is later, rolled as the policy says. Office is the calendar of open days; it may be
// nil where the policy does not roll. Errors: those of [Policy.Charge] for the policy; civil.ErrDate; civil.ErrCalendar.
func (p Policy) DelinquentOn(due civil.Date, office civil.Calendar) (civil.Date, error) {
	if err := p.ready(); err != nil {
		return civil.Date{}, err
	}
	return p.delinquentOn(due, office)
}

func (p Policy) delinquentOn(due civil.Date, office civil.Calendar) (civil.Date, error) {
	last, err := due.AddDays(p.GraceDays.Get())
	if err != nil {
		return civil.Date{}, err
	}
	if p.Regime.Delinquent == FirstOfNextMonth {
		monthEnd, err := civil.NewDate(due.Year(), due.Month(), due.DaysInMonth())
		if err != nil {
			return civil.Date{}, err
		}
		if monthEnd.After(last) {
			last = monthEnd
		}
	}
	if p.Roll == RollLastDay {
		if last, err = civil.NextOpen(office, last); err != nil {
			return civil.Date{}, err
		}
	}
	first, err := last.AddDays(1)
	if err != nil || p.Roll != RollDelinquentDay {
		return first, err
	}
	return civil.NextOpen(office, first)
}
