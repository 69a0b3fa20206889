package metering

import (
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/problem"
)

// Sample is a use and the days it is of: one side of a comparison.
type Sample struct {
	Use  exact.Ratio
	Unit Unit
	Days int
}

// Threshold is a number that a district chooses. The zero value was not chosen: a check that needs it refuses to run, since
// no default would be anybody's decision.
type Threshold struct {
	state uint8 // 0 not set, 1 a number, 2 off
	value exact.Number
}

const (
	thresholdSet = 1
	thresholdOff = 2
)

// At is a threshold of a number.
func At(n exact.Number) Threshold { return Threshold{state: thresholdSet, value: n} }

// Off is the decision to have no such threshold.
func Off() Threshold { return Threshold{state: thresholdOff} }

// Value returns the number; false where none is set or the threshold is off.
func (t Threshold) Value() (exact.Number, bool) { return t.value, t.state == thresholdSet }

// String gives the number, "off" or "not set".
func (t Threshold) String() string {
	switch t.state {
	case thresholdSet:
		return t.value.String()
	case thresholdOff:
		return "off"
	}
	return "not set"
}

// thresholds collects what is wrong with the thresholds of a rule.
type thresholds struct {
	title string
	found problem.List
}

// need takes note of a threshold that is not set, or is off where off is no decision, or below 0.
func (t *thresholds) need(path string, x Threshold, mayBeOff bool) {
	fix := "set it with At"
	if mayBeOff {
		fix = "set it with At, or decide against it with Off"
	}
	switch {
	case x.state == 0 || x.state == thresholdOff && !mayBeOff:
		t.found.Add(&problem.Error{Code: ErrThreshold, Path: path, What: t.title + " has no default for it, and it is " + x.String(), Fix: fix})
	case x.value.Sign() < 0:
		t.found.Add(&problem.Error{Code: ErrThreshold, Path: path, What: x.String() + " is below 0", Fix: fix})
	}
}

// Bands judge a use by what part it is of another, in percent: 100 × current / compare. At or above Highest, Higher or High
// it is that; at or below Lowest, Lower or Low it is that; the outermost counts. Every band is set or Off.
type Bands struct {
	Title                 string // such as "InforDefault"
	Source                string // who published or adopted them
	Highest, Higher, High Threshold
	Low, Lower, Lowest    Threshold
	// PerDay compares daily averages: 330 over 33 days is 100% of 280 over 28 days (Oracle), and not 117.9%.
	PerDay bool
}

// Check reports all that is wrong with the bands: one that is not set (ErrThreshold), or bands out of order (ErrRule).
func (b Bands) Check() error {
	t := thresholds{title: b.Title}
	ordered := []struct {
		path string
		x    Threshold
	}{{"lowest", b.Lowest}, {"lower", b.Lower}, {"low", b.Low}, {"high", b.High}, {"higher", b.Higher}, {"highest", b.Highest}}
	last := -1
	for i, band := range ordered {
		t.need(band.path, band.x, true)
		if band.x.state != thresholdSet {
			continue
		}
		if last >= 0 && band.x.value.Cmp(ordered[last].x.value) <= 0 {
			t.found.Add(&problem.Error{
				Code: ErrRule, Path: band.path, What: band.x.String() + " is not above " + ordered[last].path + ", " + ordered[last].x.String(),
				Fix: "let the bands rise from lowest to highest",
			})
		}
		last = i
	}
	return t.found.Err()
}

// Judge gives the band of a use. A compare of 0 is ComparedToZero, whatever the use. Where PerDay is set and one side has
// no days, that is ErrRule; units that do not convert are ErrUnit; otherwise its errors are those of Check.
func (b Bands) Judge(current, compare Sample) (Exception, error) {
	if err := b.Check(); err != nil {
		return Exception{}, err
	}
	use, against, err := sides(current, compare, b.PerDay)
	if err != nil {
		return Exception{}, err
	}
	if against.IsZero() {
		return comparedToZero(current, use, against).by(b.Title, "bands"), nil
	}
	share, err := use.Quo(against)
	if err != nil {
		return Exception{}, err // not over zero: never
	}
	percent := share.Mul(exact.Int(100))
	figures := []Figure{figure("use", use), figure("compare", against), figure("percent", percent), note("unit", current.Unit.String())}
	for _, band := range []struct {
		code Code
		x    Threshold
		sign int
	}{{Highest, b.Highest, 1}, {Higher, b.Higher, 1}, {High, b.High, 1}, {Lowest, b.Lowest, -1}, {Lower, b.Lower, -1}, {Low, b.Low, -1}} {
		limit, ok := band.x.Value()
		if !ok || percent.Cmp(limit.Ratio())*band.sign < 0 {
			continue
		}
		words := "{use} {unit} is {percent}% of {compare}, and {limit}% or more is " + string(band.code)
		if band.sign < 0 {
			words = "{use} {unit} is {percent}% of {compare}, and {limit}% or less is " + string(band.code)
		}
		return verdict(band.code, words+perDay(b.PerDay), append(figures, figure("limit", limit.Ratio()))...).by(b.Title, "bands"), nil
	}
	return verdict(Normal, "{use} {unit} is {percent}% of {compare}"+perDay(b.PerDay), figures...).by(b.Title, "bands"), nil
}

func perDay(yes bool) string {
	if yes {
		return " (per day)"
	}
	return ""
}

// sides brings both samples to the unit of the first, per day where asked.
func sides(current, compare Sample, perDay bool) (use, against exact.Ratio, err error) {
	for _, s := range []Sample{current, compare} {
		if s.Use.Sign() < 0 || s.Days < 0 || perDay && s.Days == 0 {
			return use, against, &problem.Error{
				Code: ErrRule, Path: "sample", What: "a use below 0, or one per day without days",
				Fix: "give a measured use with its days",
			}
		}
	}
	use = current.Use
	if against, err = convert(compare.Use, compare.Unit, current.Unit); err != nil {
		return use, against, err
	}
	if !perDay {
		return use, against, nil
	}
	if use, err = use.Quo(exact.Int(int64(current.Days))); err != nil {
		return use, against, err
	}
	against, err = against.Quo(exact.Int(int64(compare.Days)))
	return use, against, err
}

func comparedToZero(current Sample, use, against exact.Ratio) Exception {
	return verdict(ComparedToZero, "{use} {unit} has nothing to be compared with: the other use is {compare}",
		figure("use", use), note("unit", current.Unit.String()), figure("compare", against))
}

// FloorBand judges a use by an average with a floor: High above max(HighFactor × avg, HighFloor), Low below min(LowFactor ×
// avg, LowFloor). Both limits themselves pass. Every threshold is set.
type FloorBand struct {
	Title, Source         string
	HighFactor, LowFactor Threshold
	HighFloor, LowFloor   Threshold // in Unit
	Unit                  Unit
}

// Judge compares a use with the average of earlier ones. ErrThreshold, ErrUnit, ErrRule.
func (b FloorBand) Judge(current, average Sample) (Exception, error) {
	t := thresholds{title: b.Title}
	t.need("high_factor", b.HighFactor, false)
	t.need("high_floor", b.HighFloor, false)
	t.need("low_factor", b.LowFactor, false)
	t.need("low_floor", b.LowFloor, false)
	if err := t.found.Err(); err != nil {
		return Exception{}, err
	}
	use, err := convert(current.Use, current.Unit, b.Unit)
	if err != nil {
		return Exception{}, err
	}
	use, avg, err := sides(Sample{Use: use, Unit: b.Unit}, average, false)
	if err != nil {
		return Exception{}, err
	}
	high := exact.Max(b.HighFactor.value.Ratio().Mul(avg), b.HighFloor.value.Ratio())
	low := exact.Min(b.LowFactor.value.Ratio().Mul(avg), b.LowFloor.value.Ratio())
	return withinLimits(use, low, high, avg, b.Unit).by(b.Title, "floor band"), nil
}

// FactorBand judges a use by an expected one: Low below LowFactor × expected, High above HighFactor × expected (Oracle).
// Both limits themselves pass (ours). Both factors are set, the low one below the high one.
type FactorBand struct {
	Title, Source         string
	LowFactor, HighFactor Threshold
}

// Limits returns the least and the most use that passes, in the unit of the expected one. ErrThreshold, ErrRule.
func (b FactorBand) Limits(expected Sample) (low, high exact.Ratio, err error) {
	t := thresholds{title: b.Title}
	t.need("low_factor", b.LowFactor, false)
	t.need("high_factor", b.HighFactor, false)
	if err := t.found.Err(); err != nil {
		return low, high, err
	}
	if b.LowFactor.value.Cmp(b.HighFactor.value) >= 0 || expected.Use.Sign() < 0 {
		return low, high, &problem.Error{
			Code: ErrRule, Path: "low_factor", What: "the limits are not one below the other",
			Fix: "state a low factor below the high one, and an expected use of 0 or more",
		}
	}
	return b.LowFactor.value.Ratio().Mul(expected.Use), b.HighFactor.value.Ratio().Mul(expected.Use), nil
}

// ReadingLimits returns the limits as a handheld takes them, which are register readings and not uses (AutoRead manual
// p147): p + low and p + high, rounded inward to whole digits and not wrapped, so that high may exceed the dials.
func (b FactorBand) ReadingLimits(from Baseline, expected Sample) (low, high int64, err error) {
	if err := from.Check(); err != nil {
		return 0, 0, err
	}
	lowUse, highUse, err := b.Limits(expected)
	if err != nil {
		return 0, 0, err
	}
	digits := func(use exact.Ratio, round func(exact.Ratio) exact.Ratio) int64 {
		if err != nil {
			return 0
		}
		var own exact.Ratio
		if own, err = convert(use, expected.Unit, from.Register.Unit); err != nil {
			return 0
		}
		if own, err = own.Quo(from.Register.Step()); err != nil {
			return 0
		}
		n, ok := round(own).Int64()
		if !ok || n > 1<<60 {
			err = &problem.Error{Code: exact.ErrRange, What: "a limit beyond every register", Fix: "look at the expected use"}
			return 0
		}
		return n + from.Digits
	}
	low = digits(lowUse, func(x exact.Ratio) exact.Ratio { return x.Ceil(0) })
	high = digits(highUse, func(x exact.Ratio) exact.Ratio { return x.Floor(0) })
	return low, high, err
}

// Judge compares a use with the expected one. ErrThreshold, ErrRule, ErrUnit.
func (b FactorBand) Judge(current, expected Sample) (Exception, error) {
	low, high, err := b.Limits(expected)
	if err != nil {
		return Exception{}, err
	}
	use, err := convert(current.Use, current.Unit, expected.Unit)
	if err != nil {
		return Exception{}, err
	}
	return withinLimits(use, low, high, expected.Use, expected.Unit).by(b.Title, "factor band"), nil
}

// withinLimits is High above high, Low below low.
func withinLimits(use, low, high, average exact.Ratio, unit Unit) Exception {
	figures := []Figure{figure("use", use), figure("compare", average), figure("low", low), figure("high", high), note("unit", unit.String())}
	switch {
	case use.Cmp(high) > 0:
		return verdict(High, "{use} {unit} is above {high}, which comes of {compare}", figures...)
	case use.Cmp(low) < 0:
		return verdict(Low, "{use} {unit} is below {low}, which comes of {compare}", figures...)
	}
	return verdict(Normal, "{use} {unit} is from {low} to {high}, which come of {compare}", figures...)
}

// SeasonPercent is a change in percent against the same season: |c − y| / y, y being several reads added (Springbrook).
// At Limit or above it is High or Low, as the use is above or below.
type SeasonPercent struct {
	Title, Source string
	Limit         Threshold
}

// Judge compares a use with those of the same season, added. No such use, or a sum of 0, is ComparedToZero. ErrThreshold,
// ErrUnit, ErrRule.
func (p SeasonPercent) Judge(current Sample, season []Sample) (Exception, error) {
	y := Sample{Unit: current.Unit}
	for _, s := range season {
		var err error
		if y.Use, err = addIn(y.Use, s.Use, s.Unit, y.Unit); err != nil {
			return Exception{}, err
		}
		y.Days += s.Days
	}
	return change(p.Title, "season percent", p.Limit, current, y, y.Use)
}

// CurrentPercent is a change in percent of the current value: 100·|(cur − prev)/cur| (Itron IEE). The current value divides,
// not the earlier one: a fall from 100 to 50 is 100%, a rise from 50 to 100 is 50%. At Limit or above it is High or Low.
type CurrentPercent struct {
	Title, Source string
	Limit         Threshold
}

// Judge compares a use with the one before. A current use of 0 is ComparedToZero. ErrThreshold, ErrUnit, ErrRule.
func (p CurrentPercent) Judge(current, previous Sample) (Exception, error) {
	return change(p.Title, "current percent", p.Limit, current, previous, current.Use)
}

func change(title, kind string, limit Threshold, current, other Sample, over exact.Ratio) (Exception, error) {
	t := thresholds{title: title}
	t.need("limit", limit, false)
	if err := t.found.Err(); err != nil {
		return Exception{}, err
	}
	use, against, err := sides(current, other, false)
	if err != nil {
		return Exception{}, err
	}
	if over.IsZero() {
		return verdict(ComparedToZero, "{use} {unit} against {compare}: the one that divides is 0",
			figure("use", use), note("unit", current.Unit.String()), figure("compare", against)).by(title, kind), nil
	}
	share, err := use.Sub(against).Abs().Quo(over)
	if err != nil {
		return Exception{}, err // not over zero: never
	}
	percent := share.Mul(exact.Int(100))
	figures := []Figure{
		figure("use", use), figure("compare", against), figure("percent", percent), figure("limit", limit.value.Ratio()), note("unit", current.Unit.String()),
	}
	code := Normal
	if percent.Cmp(limit.value.Ratio()) >= 0 {
		switch use.Cmp(against) {
		case 1:
			code = High
		case -1:
			code = Low
		}
	}
	return verdict(code, "{use} {unit} against {compare} is a change of {percent}%; the limit is {limit}%", figures...).by(title, kind), nil
}
