package metering

import (
	"slices"
	"time"

	"github.com/headgate-dev/headgate/billing/civil"
)

// replace ends all that is open and takes another measurement of the same period.
func (r Review) replace(m Measurement, end Resolution, at time.Time) (Review, error) {
	if err := r.replaceable(m, end, at); err != nil {
		return Review{}, err
	}
	r.held = slices.Clone(r.held)
	for i := range r.held {
		if r.held[i].Resolution == Unresolved {
			r.held[i].Resolution = end
		}
	}
	return r.take(m), nil
}

// tenDays is how long before the day on which it was due a reading may have been taken that one person enters: reads of some
// days before count for a cycle (how many is ours).
const tenDays = 10

// replaceable reports whether a measurement may take the place of what is held: it begins where that began, at the same
// digits, is of days that are there, and has had every check.
func (r Review) replaceable(m Measurement, end Resolution, at time.Time) error {
	if m.from != r.m.from || !sameRegisters(m.began, r.m.began) {
		return refuseStep("measurement", "the measurement begins elsewhere: meter "+m.meter+" on "+m.from.String(),
			"measure from the baselines of meter "+r.m.meter+" on "+r.m.from.String())
	}
	rescaled := slices.Contains(codes(r.Open()), MultiplierChanged)
	for _, b := range r.m.began {
		if !slices.ContainsFunc(m.began, func(c Baseline) bool {
			return c.Meter == b.Meter && c.Register.ID == b.Register.ID && c.Digits == b.Digits && c.Source == b.Source && c.Estimates == b.Estimates &&
				(c.Register == b.Register || rescaled && (end == Overridden || slices.Contains(r.m.as, c.Register)))
		}) {
			return refuseStep("measurement", "the measurement begins at another reading of register "+b.Register.ID,
				"measure from the baseline that the review began with")
		}
	}
	if n := len(r.m.through); len(m.through) < n || !slices.Equal(m.through[:n], r.m.through) {
		return refuseStep("measurement", "the meter was exchanged, and the measurement leaves that out", "measure over the same exchanges")
	}
	if err := r.ends(m, end, at); err != nil {
		return err
	}
	return r.checked(m)
}

// ends reports whether the end of a measurement may be that of the period.
func (r Review) ends(m Measurement, end Resolution, at time.Time) error {
	is := m.period.To
	latest, err := civil.DateOf(at.Add(24*time.Hour), time.UTC)
	if err != nil {
		return err
	}
	earliest, err := r.due.AddDays(-tenDays)
	if err != nil {
		return err
	}
	switch {
	case end == EstimatedFor && is != r.due && !(r.m.known && is == r.m.period.To):
		return refuseStep("measurement", "the estimate ends on "+is.String()+", and was due on "+r.due.String(), "estimate the period that is held")
	case end == EstimatedFor || is.IsZero():
	case is.After(latest):
		return refuseStep("measurement", "the measurement ends on "+is.String()+", after the day of the step", "give a reading that was taken")
	case m.Days() == 0 && r.due != r.m.from:
		return refuseStep("measurement", "the measurement is of no day", "give a reading of a later day than the one before")
	case end != Overridden && is.Before(earliest):
		return refuseStep("measurement", "the measurement ends on "+is.String()+", more than ten days before it was due, "+r.due.String(),
			"have it read again, or propose it")
	}
	return nil
}

// checked reports whether every check was run on a measured use.
func (r Review) checked(m Measurement) error {
	if !m.known || m.guess {
		return nil
	}
	for _, rule := range r.checks {
		if !slices.ContainsFunc(m.verdicts, func(e Exception) bool { return e.Rule == rule }) {
			return refuseStep("measurement", "the check "+rule+" has not been run on it", "run every check of the review, and add its verdict with With")
		}
	}
	return nil
}
