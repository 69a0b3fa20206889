package metering

import (
	"github.com/headgate-dev/headgate/billing/problem"
)

// ShortTotal gives the use where a file keeps only the low t digits of a register: (file − p) mod 10^t, with the tolerance
// of the rule. to holds the file's digits; the baseline that follows, and the part, hold the whole register, p + use. So
// 123456 and a file of five digits that says 23500 are a use of 44, up to 123500.
//
// The low digits turn to zero often, forward and back, and say it nowhere: 200003 and a file that says 99998 are 5 back. A
// step back within the tolerance is ReverseFlow, whichever digits are the higher. A use that turned them, or that is a
// shorter way back than forward, is believed only up to the rule's high limit, whatever its RolloverRule, which speaks of the
// whole register; beyond, it is NegativeOrRollover.
//
// A t outside 1 to the register's dials is ErrRule, and so are a tolerance of half of 10^t or more, since every use would be a
// step back too, and where t is less than the dials, a high limit of 10^t digits or more, since a use of a turn more looks the same. All else is as in
// Between.
func ShortTotal(from Baseline, r Register, to Reading, t int, rule DeltaRule) (Measurement, error) {
	if err := checkDelta(from, r, to, rule, true); err != nil {
		return Measurement{}, err
	}
	if t < 1 || t > r.Dials {
		return Measurement{}, &problem.Error{
			Code: ErrRule, Path: "t", What: "a short total has from 1 digit to as many as the register", Fix: "take the digits from the file's layout",
		}
	}
	short := pow10(t)
	if rule.Tolerance.Digits(r) >= short/2 {
		return Measurement{}, &problem.Error{
			Code: ErrRule, Path: "tolerance", What: "the tolerance is half of what the file's digits tell apart, or more",
			Fix: "state a smaller one with ToleranceOf",
		}
	}
	if t < r.Dials && rule.believes(r, short) {
		return Measurement{}, &problem.Error{
			Code: ErrRule, Path: "high_limit", What: "the high limit is a whole turn of what the file keeps, or more",
			Fix: "state one below, since a use of a turn more looks the same",
		}
	}
	m, e, ok := begin(from, r, to)
	if !ok {
		return m.none(e), nil
	}
	if to.Digits >= short {
		e := verdict(OutOfRange, "the reading {reading} has more than the {kept} digits that the file keeps",
			count("reading", to.Digits), count("kept", int64(t)))
		return m.none(e.at(from.Meter, r.ID)), nil
	}
	used, whole, keep, e := shortDelta(r, from.Digits, to, t, rule)
	e = e.at(from.Meter, r.ID)
	if used < 0 {
		return m.none(e), nil
	}
	to.Digits = whole
	return m.finish(from, r, to, used, keep, e).sentEstimate(from, r, to), nil
}

// shortDelta gives the digits used, -1 where they are not known, and what the whole register shows.
func shortDelta(r Register, p int64, to Reading, t int, rule DeltaRule) (used, whole int64, keep bool, e Exception) {
	short, c := pow10(t), to.Digits
	used = (c - p%short + short) % short
	whole = (p + used) % r.Modulus()
	previous, file, kept := count("previous", p), count("file", c), count("kept", int64(t))
	tolerance := rule.Tolerance.Digits(r)
	turned, top, back := c < p%short, p+used >= r.Modulus(), short-used
	declared := to.RolledOver && turned
	switch believed := rule.believes(r, used); {
	case back <= tolerance && !declared:
		return 0, p, true, verdict(ReverseFlow,
			"went back by {back}, {previous} to {file} in the last {kept} digits, within {tolerance}: use 0, and the next counts from {previous}",
			previous, file, kept, count("back", back), count("tolerance", tolerance))
	case !turned && (used <= back || believed):
		return used, whole, false, verdict(Normal, "{previous} to {file} in the last {kept} digits is {use}", previous, file, kept, count("use", used))
	case declared, turned && believed && (!top || rule.Rollover == IfPlausible):
		if !top {
			return used, whole, false, verdict(Normal, "{previous} to {file} in the last {kept} digits is {use}, up to {whole}",
				previous, file, kept, count("use", used), count("whole", whole))
		}
		return used, whole, false, verdict(Rollover, "passed the top of {dials} dials: {previous} to {file} in the last {kept} digits is {use}",
			previous, file, kept, count("dials", int64(r.Dials)), count("use", used))
	}
	return -1, p, true, verdict(NegativeOrRollover,
		"{previous} to {file} in the last {kept} digits is {back} back, or a use of {candidate} digits; high limit {limit}; nothing is billed",
		previous, file, kept, count("back", back), count("candidate", used), rule.limitFigure())
}
