package metering

import (
	"strings"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/problem"
)

// RolloverRule says what is made of a reading below the one before, where its sender does not declare that the register
// has passed its top. Practice differs: some systems ask the clerk, some always wrap. The zero value is no rule, and
// refused.
type RolloverRule uint8

// The rules.
const (
	// RefuseRollover leaves every such reading to a person.
	RefuseRollover RolloverRule = iota + 1
	// IfPlausible takes it for a rollover where the use would not be above the high limit.
	IfPlausible
)

// Tolerance is how many digits a register may go back before it counts as an exception: sensors and leaking check valves
// make it go back by a few. The zero value is none stated, and refused.
type Tolerance struct {
	stated bool
	byDial bool
	digits int64
}

// StandardTolerance is the smaller of a thousandth of the register's range and 10 digits (ours).
func StandardTolerance() Tolerance { return Tolerance{stated: true, byDial: true} }

// ToleranceOf is a number of digits, 0 or more.
func ToleranceOf(digits int64) Tolerance { return Tolerance{stated: true, digits: digits} }

// Digits is the tolerance for a register.
func (t Tolerance) Digits(r Register) int64 {
	if t.byDial {
		return min(r.Modulus()/1000, 10)
	}
	return t.digits
}

// DeltaRule is what is made of a register that shows less than before.
type DeltaRule struct {
	Tolerance Tolerance
	Rollover  RolloverRule
	// HighLimit is the most that is believed of a rollover that nobody declared, such as the Highest band of the last
	// bills. IfPlausible and ShortTotal need it; it is in a unit that the register's converts to.
	HighLimit Volume
}

func (d DeltaRule) check(r Register, needsLimit bool) error {
	var found problem.List
	add := func(path, what, fix string) {
		found.Add(&problem.Error{Code: ErrRule, Path: path, What: what, Fix: fix})
	}
	if !d.Tolerance.stated {
		add("tolerance", "the tolerance is missing", "state StandardTolerance, or a number of digits with ToleranceOf")
	}
	if d.Tolerance.digits < 0 || d.Tolerance.digits >= r.Modulus() {
		add("tolerance", "the tolerance is out of bounds", "state 0 digits or more, and less than the register's range")
	}
	if d.Rollover != RefuseRollover && d.Rollover != IfPlausible {
		add("rollover", "the rule for a rollover that is not declared is missing", "state RefuseRollover or IfPlausible")
	}
	switch unset := d.HighLimit == (Volume{}); {
	case unset && (needsLimit || d.Rollover == IfPlausible):
		add("high_limit", "the high limit is missing", "state the most that is believed of a rollover, such as 50 CCF")
	case !unset && d.HighLimit.Sign() <= 0:
		add("high_limit", d.HighLimit.String()+" is no limit", "state one above 0")
	case !unset:
		if _, err := d.HighLimit.In(r.Unit); err != nil {
			found.Add(&problem.Error{Code: ErrRule, Path: "high_limit", Err: err})
		}
	}
	return found.Err()
}

// believes reports whether a use of so many digits is not above the high limit, which the rule was checked to have.
func (d DeltaRule) believes(r Register, digits int64) bool {
	limit, err := d.HighLimit.In(r.Unit)
	return err == nil && r.Value(digits).Cmp(limit) <= 0
}

func (d DeltaRule) limitFigure() Figure {
	if d.HighLimit == (Volume{}) {
		return note("limit", "none")
	}
	return note("limit", d.HighLimit.String())
}

// Between gives the use of a register between its baseline and a reading. r is the register as it is now; where it counts
// in another multiplier, unit, zeros or decimals than it did, the use is not known (MultiplierChanged).
//
// Where the register shows more than before, or the same, that is the use. Where it shows less, in this order: a rollover
// that the sender declares is one; a step back within the tolerance is ReverseFlow, use 0, and the next use counts from the
// old digits; a rollover that the rule finds plausible is one; anything else is NegativeOrRollover, and no use is known. So
// 4000 to 3990 on four dials is a use of 9990 where it is declared, for the bands to stop, and 0 where it is not. A reading
// that the register cannot show is OutOfRange and never wrapped.
//
// An actual reading after an estimated one is TrueUpDue: the register did not stand where the estimate put it. A reading that
// its sender calls estimated gives a use, and EstimatedReading beside it: an estimate by a method that has a name is Estimate's.
//
// The error is of arguments that cannot be: ErrRegister, ErrReading, ErrRule, ErrUnit.
func Between(from Baseline, r Register, to Reading, rule DeltaRule) (Measurement, error) {
	if err := checkDelta(from, r, to, rule, false); err != nil {
		return Measurement{}, err
	}
	return between(from, r, to, rule), nil
}

func checkDelta(from Baseline, r Register, to Reading, rule DeltaRule, needsLimit bool) error {
	for _, part := range []struct {
		path string
		err  error
	}{{"from", from.Check()}, {"register", r.Check()}, {"to", to.Check()}} {
		if part.err != nil {
			return &problem.Error{Code: ErrReading, Path: part.path, Err: part.err}
		}
	}
	if from.Register.ID != r.ID || to.Register != r.ID {
		return &problem.Error{
			Code: ErrReading, Path: "register", What: "baseline, register and reading are of " + from.Register.ID + ", " + r.ID + " and " + to.Register,
			Fix: "give the three of one register",
		}
	}
	return rule.check(r, needsLimit)
}

// between is Between after the checks of its arguments.
func between(from Baseline, r Register, to Reading, rule DeltaRule) Measurement {
	m, e, ok := begin(from, r, to)
	if !ok {
		return m.none(e)
	}
	used, keep, e := delta(r, from.Digits, to.Digits, to.RolledOver, rule)
	e = e.at(from.Meter, r.ID)
	if used < 0 {
		return m.none(e)
	}
	return m.finish(from, r, to, used, keep, e).sentEstimate(from, r, to)
}

// sentEstimate says of a reading that its sender calls it estimated: how it was made nothing here tells.
func (m Measurement) sentEstimate(from Baseline, r Register, to Reading) Measurement {
	if to.Source != Estimated {
		return m
	}
	return m.With(verdict(EstimatedReading, "{current} on {day} was sent as an estimate, by no method that is known here; estimates in a row: {run}",
		count("current", to.Digits), note("day", to.Day.String()), count("run", int64(from.Estimates)+1)).at(from.Meter, r.ID))
}

// begin makes the measurement from from to to, or says what stands in the way of one.
func begin(from Baseline, r Register, to Reading) (Measurement, Exception, bool) {
	m := Measurement{meter: from.Meter, from: from.Day, unit: r.Unit, source: to.Source, baselines: []Baseline{from}, began: []Baseline{from}}
	m = m.readBy(to.Reader)
	m.as, m.shown = []Register{r}, to.State == Read
	if !to.Day.IsZero() && !to.Day.Before(from.Day) {
		m.period = civil.Period{From: from.Day, To: to.Day}
	}
	var e Exception
	previous, current, dials := count("previous", from.Digits), count("current", to.Digits), count("dials", int64(r.Dials))
	switch {
	case to.State == NoRead:
		e = verdict(NoReading, "no number was read; the last was {previous} on {day}; code {code}",
			previous, note("day", from.Day.String()), shown(to.Code))
	case to.State == Skipped:
		e = verdict(SkippedReading, "the meter was skipped; the last reading was {previous} on {day}; code {code}",
			previous, note("day", from.Day.String()), shown(to.Code))
	case to.Meter != from.Meter:
		e = verdict(SerialMismatch, "meter {found} was read where meter {expected} stands, and no exchange is on record; it shows {current}",
			note("expected", from.Meter), note("found", to.Meter), previous, current)
	case !r.sameScale(from.Register):
		e = verdict(MultiplierChanged, "a digit stood for {was} {was_unit} and now stands for {now} {now_unit}, without an exchange; {previous} to {current}",
			figure("was", from.Register.Step()), note("was_unit", from.Register.Unit.String()),
			figure("now", r.Step()), note("now_unit", r.Unit.String()), previous, current)
	case to.Day.Before(from.Day):
		e = verdict(ReadOrder, "the reading of {current} is dated {day}, before the one it follows, {previous} on {opened}",
			note("opened", from.Day.String()), note("day", to.Day.String()), previous, current)
	case from.Source == Estimated && to.Source != Estimated:
		e = verdict(TrueUpDue, "{previous} on {day} was estimated, and {current} was read: spread the use since the last actual reading",
			previous, note("day", from.Day.String()), current)
	case from.Digits >= r.Modulus():
		e = verdict(OutOfRange, "the earlier reading {reading} does not fit {dials} dials", count("reading", from.Digits), dials)
	case to.Digits >= r.Modulus():
		e = verdict(OutOfRange, "the reading {reading} does not fit {dials} dials; it follows {previous}", count("reading", to.Digits), dials, previous)
	default:
		return m, Exception{}, true
	}
	return m, e.at(from.Meter, r.ID), false
}

// shown is the code that the reader entered, or several with "; " between, where they can be codes: of five signs at most,
// as the ::::: of a radio that was not heard, and three of them letters. In a line whose columns are shifted a part of a name
// stands in their place, and exceptions are stored and reported.
func shown(code string) Figure {
	for one := range strings.SplitSeq(code, "; ") {
		letters := strings.Trim(one, "0123456789:-?")
		if len(one) > 5 || len(letters) > 3 || strings.Trim(letters, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") != "" {
			code = "not shown, since it is no code"
		}
	}
	return note("code", code)
}

// finish gives the measurement its use, and the baseline of the next one.
func (m Measurement) finish(from Baseline, r Register, to Reading, used int64, keep bool, e Exception) Measurement {
	m.known, m.total = true, r.Value(used)
	m.parts = []Part{{
		Meter: from.Meter, Register: r.ID, Period: m.period, Previous: from.Digits, Current: to.Digits, Used: used,
		Use: m.total, Unit: r.Unit, Step: r.Step(), Estimated: to.Source == Estimated,
	}}
	digits := to.Digits
	if keep {
		digits = from.Digits
	}
	next := from
	next.Register = r
	m.baselines = []Baseline{next.follow(digits, to.Day, to.Source)}
	return m.With(e)
}

// delta gives the digits used between p and c, both within the register, or -1 where they are not known, and whether the
// baseline stays at p.
func delta(r Register, p, c int64, declared bool, rule DeltaRule) (used int64, keep bool, e Exception) {
	previous, current := count("previous", p), count("current", c)
	d := c - p
	if d >= 0 {
		return d, false, verdict(Normal, "{previous} to {current} is {use}", previous, current, count("use", d))
	}
	candidate, tolerance := d+r.Modulus(), rule.Tolerance.Digits(r)
	dials, use := count("dials", int64(r.Dials)), count("use", candidate)
	switch {
	case declared:
		return candidate, false, verdict(Rollover, "passed the top of {dials} dials, as its sender declares: {previous} to {current} is {use}",
			previous, current, dials, use)
	case -d <= tolerance:
		return 0, true, verdict(ReverseFlow, "went back by {back}, {previous} to {current}, within {tolerance}: use 0, and the next counts from {previous}",
			previous, current, count("back", -d), count("tolerance", tolerance))
	case rule.Rollover == IfPlausible && rule.believes(r, candidate):
		return candidate, false, verdict(Rollover, "passed the top of {dials} dials: {previous} to {current} is {use}, not above {limit}",
			previous, current, dials, use, rule.limitFigure())
	}
	return -1, true, verdict(NegativeOrRollover,
		"went back from {previous} to {current}; a rollover of {dials} dials would be {candidate} digits, {volume} {unit}; high limit {limit}; nothing is billed",
		previous, current, dials, count("candidate", candidate), figure("volume", r.Value(candidate)), note("unit", r.Unit.String()), rule.limitFigure())
}

// addIn adds x of one unit to a sum of another, exactly.
func addIn(sum, x exact.Ratio, from, to Unit) (exact.Ratio, error) {
	y, err := convert(x, from, to)
	if err != nil {
		return exact.Ratio{}, err
	}
	return sum.Add(y), nil
}
