package main

import (
	"slices"

	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/metering"
)

// rules are what a district has decided about its readings.
type rules struct {
	bands     metering.Bands
	zero      metering.ZeroRule
	tolerance metering.Tolerance
	days      int // that a bill may have
}

// checks are those that every use has had. What it is compared with is not always known, so the bands are none of them.
func (r rules) checks() []string { return []string{r.zero.Title, "days"} }

// defaultRules are Infor's bands of the daily use, three zeros in a row for a stopped meter, and 35 days for a bill.
func defaultRules(low metering.Threshold) rules {
	three, _ := exact.NewNumber(3, 0) // it fits
	r := rules{bands: metering.InforDefault(), tolerance: metering.StandardTolerance(), days: 35}
	r.bands.Low, r.bands.Lower, r.bands.Lowest, r.bands.PerDay = low, metering.Off(), metering.Off(), true
	r.zero = metering.ZeroRule{Title: "ZeroUse", Source: "Infor, Caselle", StoppedAt: metering.At(three)}
	return r
}

// rule is what is made of a reading below the last one: a rollover is believed up to the Highest band of the use it is compared with.
func (s *side) rule(by rules) metering.DeltaRule {
	rule := metering.DeltaRule{Tolerance: by.tolerance, Rollover: metering.RefuseRollover}
	if s.compare.Sign() > 0 {
		if twice, err := s.compare.Add(s.compare); err == nil {
			rule.Rollover, rule.HighLimit = metering.IfPlausible, twice
		}
	}
	return rule
}

// judge runs the checks on a use. Without a use there is nothing to judge.
func (m *metered) judge(use metering.Measurement, by rules, none bool) (metering.Measurement, error) {
	now, known := use.Sample()
	if !known {
		return use, nil
	}
	zeros := m.on.sides[0].zeros
	compare := metering.Sample{Unit: use.Unit(), Days: m.on.sides[0].days}
	m.compared = true
	for _, s := range m.on.sides {
		zeros = min(zeros, s.zeros)
		if s.compare.Unit() == 0 || s.days != compare.Days {
			m.compared = false
			continue
		}
		part, err := s.compare.In(use.Unit())
		if err != nil {
			return use, err
		}
		compare.Use = compare.Use.Add(part)
	}
	// Where nobody knows of zeros before, this one is taken for the first.
	verdict, err := by.zero.Judge(now, metering.Standing{Active: m.on.active, ZerosBefore: max(zeros, 0), NoPrevious: none})
	if err != nil {
		return use, err
	}
	days, err := metering.CheckDays(now.Days, by.days)
	if err != nil {
		return use, err
	}
	verdicts := []metering.Exception{verdict, days}
	if now.Days == 0 {
		m.compared = true
		words := "a use on the day of the last reading has no days to be compared by: one of the two may be wrong"
		if now.Use.IsZero() {
			words = "what came is the last reading again, of its day: none of this cycle came"
		}
		verdicts = append(verdicts, metering.Exception{Code: metering.NoBasis, Words: words})
	} else if m.compared {
		if verdict, err = by.bands.Judge(now, compare); err != nil {
			return use, err
		}
		verdicts = append(verdicts, verdict)
	} else if slices.ContainsFunc(use.Exceptions(), func(e metering.Exception) bool { return e.Code == metering.Rollover }) {
		const words = "passed the top of the register, as its sender says, and there is nothing to compare the use with"
		verdicts = append(verdicts, metering.Exception{Code: metering.NoBasis, Words: words})
	}
	for i := range verdicts {
		if verdicts[i].Meter == "" {
			verdicts[i].Meter = m.on.meter
		}
	}
	return use.With(verdicts...), nil
}
