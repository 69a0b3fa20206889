package metering

import (
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/problem"
)

// Standing is what is known of the service apart from the reading.
type Standing struct {
	// Active says whether somebody has the service.
	Active bool
	// ZerosBefore is how many cycles without use came directly before this one.
	ZerosBefore int
	// NoPrevious is set where the previous reading of every meter was zero: the file had none, see NoPrevious.
	NoPrevious bool
}

// ZeroRule judges a use of zero, and use where nobody has the service.
type ZeroRule struct {
	Title, Source string
	// StoppedAt is the zero in a row at which the register may be stuck, such as 3: a whole number, 1 or more, or Off.
	StoppedAt Threshold
}

// Judge gives, for a service that is not active, UsageNoAccount where there is use. For an active one it gives ZeroUse, and
// StoppedMeter from the StoppedAt-th zero in a row on (Infor, Caselle). Where the file had no previous readings neither is
// checked (Badger-Radix). ErrThreshold, ErrRule.
func (z ZeroRule) Judge(current Sample, s Standing) (Exception, error) {
	t := thresholds{title: z.Title}
	t.need("stopped_at", z.StoppedAt, true)
	if err := t.found.Err(); err != nil {
		return Exception{}, err
	}
	limit, on := z.StoppedAt.Value()
	if on && (limit.Places() > 0 || limit.Coefficient() < 1) || s.ZerosBefore < 0 || current.Use.Sign() < 0 {
		return Exception{}, &problem.Error{
			Code: ErrRule, What: "a count of cycles, or a use, that cannot be",
			Fix: "state whole cycles, 1 or more, and a use of 0 or more",
		}
	}
	return z.judge(current, s, limit, on).by(z.Title, "zero use"), nil
}

func (z ZeroRule) judge(current Sample, s Standing, limit exact.Number, on bool) Exception {
	zeros := int64(s.ZerosBefore) + 1
	use, unit, row := figure("use", current.Use), note("unit", current.Unit.String()), count("zeros", zeros)
	switch {
	case !current.Use.IsZero() && !s.Active:
		return verdict(UsageNoAccount, "{use} {unit} used where nobody has the service", use, unit)
	case s.NoPrevious:
		return verdict(Normal, "the file had no previous readings: zero use is not checked")
	case !current.Use.IsZero() || !s.Active:
		return verdict(Normal, "{use} {unit}", use, unit)
	case on && zeros >= limit.Coefficient():
		return verdict(StoppedMeter, "no use for {zeros} cycles in a row, and {limit} are the limit: the register may be stuck",
			row, figure("limit", limit.Ratio()))
	}
	return verdict(ZeroUse, "no use; {zeros} in a row", row)
}

// NoPrevious reports whether the previous reading of every meter of a file is zero: such a file had no previous readings,
// and tells nothing of zero or negative use (Badger-Radix guide). A file without meters tells nothing either.
func NoPrevious(previous []int64) bool {
	for _, p := range previous {
		if p != 0 {
			return false
		}
	}
	return true
}

// CheckSame is SameUse where a use is, to the digit, that of the cycle before: readings may have been copied. A use of zero
// is ZeroRule's. ErrUnit.
func CheckSame(current, last Sample) (Exception, error) {
	use, against, err := sides(current, last, false)
	if err != nil {
		return Exception{}, err
	}
	figures := []Figure{figure("use", use), figure("compare", against), note("unit", current.Unit.String())}
	if !use.IsZero() && use.Equal(against) {
		return verdict(SameUse, "{use} {unit}, exactly as in the last cycle", figures...).by("", "same use"), nil
	}
	return verdict(Normal, "{use} {unit}, after {compare} in the last cycle", figures...).by("", "same use"), nil
}

// CheckDays is LongPeriod where a use is of more days than a bill should have: months put into one bill reach the top tiers.
// most is 1 day or more: ErrRule.
func CheckDays(days, most int) (Exception, error) {
	if most < 1 || days < 0 {
		return Exception{}, &problem.Error{
			Code: ErrRule, What: "the limit on the days of a period is missing",
			Fix: "state how many days a bill may have",
		}
	}
	figures := []Figure{count("days", int64(days)), count("limit", int64(most))}
	if days > most {
		return verdict(LongPeriod, "{days} days in one period, and {limit} are the limit", figures...).by("", "days"), nil
	}
	return verdict(Normal, "{days} days, within {limit}", figures...).by("", "days"), nil
}
