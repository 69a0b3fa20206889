package metering

import (
	"slices"

	"github.com/headgate-dev/headgate/billing/exact"
)

// contradicts says what of a measurement can come of no rule; nothing where all can.
func (m Measurement) contradicts() string {
	switch {
	case m.meter == "" || m.from.IsZero() || len(m.began) == 0:
		return "it begins nowhere"
	case !m.unit.Valid():
		return "it has no unit"
	case !m.period.IsZero() && m.period.From != m.from:
		return "its period does not begin where it does"
	case m.known && (m.period.IsZero() || m.source == 0 || len(m.baselines) == 0):
		return "a use is known, and its days, its source or the baselines that it leaves are not"
	case !m.known && len(m.parts)+len(m.rebills) > 0:
		return "no use is known, and it has parts"
	case !m.known && len(m.Exceptions()) == 0:
		return "no use is known, and no exception says why"
	}
	for _, b := range m.began {
		if b.Day != m.from {
			return "a baseline is of another day than that on which it begins"
		}
	}
	if m.guess && (m.source != Estimated || slices.ContainsFunc(m.parts, func(p Part) bool { return !p.Estimated })) {
		return "it is said to be an estimate, and some of it is none"
	}
	if m.known {
		for _, b := range m.baselines {
			if b.Day != m.period.To {
				return "a baseline that it leaves is of another day than that on which it ends"
			}
		}
	}
	var sum exact.Ratio
	for _, p := range m.parts {
		var err error
		if sum, err = addIn(sum, p.Use, p.Unit, m.unit); err != nil || p.Used < 0 || p.Use.Sign() < 0 {
			return "a part is below 0, or in a unit that does not convert"
		}
		if p.Step.Sign() <= 0 == (p.Meter != "") || p.Meter != "" && !p.Step.Mul(exact.Int(p.Used)).Equal(p.Use) {
			return "the use of a part is not that of its digits"
		}
	}
	for _, p := range m.parts {
		for _, b := range m.began {
			if b.Meter != p.Meter || b.Register.ID != p.Register {
				continue
			}
			turned := (p.Current - p.Previous + b.Register.Modulus()) % max(b.Register.Modulus(), 1)
			switch {
			case !b.Register.Step().Equal(p.Step) || b.Register.Unit != p.Unit:
				return "a digit of a part stands for another volume than its register says"
			case len(m.rebills) > 0: // its share of what lies between them
			case p.Previous != b.Digits || p.Used != turned && !(p.Used == 0 && p.Current < p.Previous):
				return "the digits of a part are not those from the reading before"
			}
		}
		for _, b := range m.baselines {
			if m.known && b.Meter == p.Meter && b.Register.ID == p.Register &&
				(!b.Register.Step().Equal(p.Step) || b.Digits != p.Current && !(b.Digits == p.Previous && p.Used == 0)) {
				return "a baseline that it leaves is not of the digits that were read"
			}
		}
	}
	if m.known && !sum.Equal(m.total) {
		return "its parts do not sum to the use"
	}
	for i, r := range m.rebills {
		next := m.from
		if i+1 < len(m.rebills) {
			next = m.rebills[i+1].Period.From
		}
		if r.Period.To != next {
			return "the periods that are billed again do not lead up to it"
		}
		if r.Used < 0 || r.Use.Sign() < 0 || r.Billed.Sign() < 0 {
			return "a period that is billed again is below 0"
		}
	}
	for _, e := range m.verdicts {
		if e.Code == "" {
			return "a verdict has no code"
		}
	}
	return ""
}
