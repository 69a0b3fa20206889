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

// replaceable reports whether a measurement may take the place of what is held: it begins where that began, at the same
// digits, does not leave its days to nobody, and has had every check.
func (r Review) replaceable(m Measurement, end Resolution, at time.Time) error {
	if latest, err := civil.DateOf(at.Add(24*time.Hour), time.UTC); err == nil && m.period.To.After(latest) && end != EstimatedFor {
		return refuseStep("measurement", "the measurement ends on "+m.period.To.String()+", after the day of the step", "give a reading that was taken")
	}
	if m.from != r.m.from || !sameRegisters(m.began, r.m.began) {
		return refuseStep("measurement", "the measurement begins elsewhere: meter "+m.meter+" on "+m.from.String(),
			"measure from the baselines of meter "+r.m.meter+" on "+r.m.from.String())
	}
	rescaled := slices.Contains(codes(r.Open()), MultiplierChanged)
	for _, b := range r.m.began {
		if !slices.ContainsFunc(m.began, func(c Baseline) bool {
			return c.Meter == b.Meter && c.Register.ID == b.Register.ID && c.Digits == b.Digits && c.Source == b.Source &&
				c.Estimates == b.Estimates && (c.Register == b.Register || rescaled && slices.Contains(r.m.as, c.Register))
		}) {
			return refuseStep("measurement", "the measurement begins at another reading of register "+b.Register.ID,
				"measure from the baseline that the review began with")
		}
	}
	if n := len(r.m.through); len(m.through) < n || !slices.Equal(m.through[:n], r.m.through) {
		return refuseStep("measurement", "the meter was exchanged, and the measurement leaves that out", "measure over the same exchanges")
	}
	switch is := m.period.To; {
	case end == EstimatedFor && is != r.end && !(r.redated() && is == r.due):
		return refuseStep("measurement", "the estimate ends on "+is.String()+", and the period on "+r.end.String(), "estimate the period that is held")
	case is.IsZero() || r.redated():
	case is.Before(r.end):
		return refuseStep("measurement", "the measurement ends on "+is.String()+", and the period on "+r.end.String(),
			"give a reading of that day or a later one")
	}
	return r.checked(m)
}

// redated reports whether the day of what is held is what was wrong.
func (r Review) redated() bool {
	open := codes(r.Open())
	return slices.Contains(open, BadDate) || slices.Contains(open, ReadOrder)
}

// reads reports whether every number of a measurement was under review.
func (r Review) reads(m Measurement) bool { return r.m.reads(m.numbers, r.redated()) }

// checked reports whether every check was run on a measured use.
func (r Review) checked(m Measurement) error {
	if !m.known || m.guess {
		return nil
	}
	if len(r.checks) == 0 {
		return refuseStep("checks", "no check is named", "name those that every use must have had, such as InforDefault")
	}
	for _, rule := range r.checks {
		if !slices.ContainsFunc(m.verdicts, func(e Exception) bool { return e.Rule == rule }) {
			return refuseStep("measurement", "the check "+rule+" has not been run on it", "run every check of the review, and add its verdict with With")
		}
	}
	return nil
}
