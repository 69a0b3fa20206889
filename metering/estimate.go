package metering

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/problem"
)

// Cycle is a past period with its use, 0 or more, and how its reading was had.
type Cycle struct {
	Period civil.Period
	Use    Volume
	Source Source
}

// Sample returns the cycle as the bands compare it.
func (c Cycle) Sample() Sample {
	return Sample{Use: c.Use.Ratio(), Unit: c.Use.Unit(), Days: c.Period.Days()}
}

// EstimateKind is a way of estimating. The zero value is none, and refused.
type EstimateKind uint8

// The ways of estimating. Each counts actual readings only: an estimate never feeds the next one.
const (
	// AverageDailyUse is Σuse / Σdays of the last actual cycles before the period.
	AverageDailyUse EstimateKind = iota + 1
	// SameSeason is the same of the actual cycles of earlier years: for each year, the one that has most days in common
	// with the period moved back by so many years.
	SameSeason
	// ClassMean is the daily use of the class of customers, which the district states.
	ClassMean
)

// String gives the way in words, such as "average daily use".
func (k EstimateKind) String() string {
	return word("EstimateKind", int(k), "average daily use", "same season", "class mean")
}

// EstimateMethod is how a period without a reading is estimated. It is named on every estimate that it makes.
type EstimateMethod struct {
	Title  string // such as "Munis"
	Source string // who published or adopted it
	Kind   EstimateKind
	Cycles int // how many cycles, or earlier years, are counted at most: 1 or more, none for a ClassMean
	Least  int // with fewer there is NoBasis: 1 to Cycles, and 3 at least where DropHighLow is set
	// DropHighLow leaves out the cycle of the highest and the one of the lowest daily use.
	DropHighLow bool
	// MaxAge is how many days before the period a cycle may have ended to be counted: what was used three years ago says little
	// of today. It is a whole number, 1 or more, or Off; for a SameSeason and a ClassMean it is not asked for.
	MaxAge Threshold
	// ClassDaily is the use of a day, for a ClassMean only.
	ClassDaily Volume
}

// Check reports all that is wrong with the method, each ErrRule.
func (e EstimateMethod) Check() error {
	var found problem.List
	add := func(path, what, fix string) {
		found.Add(&problem.Error{Code: ErrRule, Path: path, What: what, Fix: fix})
	}
	if e.Title == "" {
		add("title", "the method has no name", "name it, since every estimate says by which method it was made")
	}
	switch e.Kind {
	case AverageDailyUse, SameSeason:
		if e.Kind == AverageDailyUse {
			e.checkAge(&found)
		}
		if e.Cycles < 1 {
			add("cycles", "no cycle is counted", "state how many are counted at most")
		}
		least := 1
		if e.DropHighLow {
			least = 3
		}
		if e.Least < least || e.Least > e.Cycles {
			add("least", fmt.Sprintf("%d is out of bounds", e.Least), fmt.Sprintf("state %d to %d cycles, below which there is no estimate", least, e.Cycles))
		}
		if e.ClassDaily != (Volume{}) {
			add("class_daily", "a daily use is stated, and the kind is "+e.Kind.String(), "leave it out, or make the kind the class mean")
		}
	case ClassMean:
		if e.Cycles != 0 || e.Least != 0 || e.DropHighLow {
			add("cycles", "a class mean counts no cycles", "leave cycles, least and the dropping out")
		}
		if !e.ClassDaily.Unit().Valid() || e.ClassDaily.Sign() < 0 {
			add("class_daily", "the daily use of the class is missing", "state it, such as 0.4 CCF")
		}
	default:
		add("kind", e.Kind.String()+" is no way of estimating", "state one")
	}
	return found.Err()
}

// checkAge adds what is wrong with MaxAge.
func (e EstimateMethod) checkAge(found *problem.List) {
	t := thresholds{title: e.Title}
	t.need("max_age", e.MaxAge, true)
	for _, e := range t.found {
		found.Add(e)
	}
	if days, on := e.MaxAge.Value(); on && days.Sign() >= 0 && (days.Places() > 0 || days.IsZero()) {
		found.Add(&problem.Error{Code: ErrRule, Path: "max_age", What: days.String() + " is no number of days", Fix: "state whole days, 1 or more, or Off"})
	}
}

// Basis is what an estimate rests on: a daily use, and where it came from.
type Basis struct {
	Method EstimateMethod
	Daily  exact.Ratio // 0 or more
	Unit   Unit
	Cycles []Cycle // those that were counted, in the order of their days
}

func (b Basis) check() error {
	if !b.Unit.Valid() || b.Daily.Sign() < 0 || b.Method.Check() != nil {
		return &problem.Error{Code: ErrRule, Path: "basis", What: "the daily use is missing", Fix: "take the basis from EstimateMethod.Basis"}
	}
	return nil
}

// Basis finds the daily use for a period, in unit. Where the history has too few actual cycles it is NoBasis, and there is
// no number; otherwise the verdict is Normal with the numbers it rests on.
//
// The history may stand in any order; cycles that do not end by the period's first day are left out. Two that overlap, one
// without days or with a use below 0 are ErrHistory. Other errors are ErrRule and ErrUnit.
func (e EstimateMethod) Basis(history []Cycle, period civil.Period, unit Unit) (Basis, Exception, error) {
	if err := e.Check(); err != nil {
		return Basis{}, Exception{}, err
	}
	if err := period.Check(); err != nil {
		return Basis{}, Exception{}, &problem.Error{Code: ErrRule, Path: "period", Err: err}
	}
	past, err := before(history, period.From)
	if err != nil {
		return Basis{}, Exception{}, err
	}
	if e.Kind == ClassMean {
		daily, err := e.ClassDaily.In(unit)
		if err != nil {
			return Basis{}, Exception{}, err
		}
		return Basis{Method: e, Daily: daily, Unit: unit}, verdict(Normal, "{method}: {daily} {unit} a day",
			note("method", e.Title), figure("daily", daily), note("unit", unit.String())), nil
	}
	counted := e.count(slices.DeleteFunc(past, func(c Cycle) bool { return c.Source != Actual }), period)
	if len(counted) < e.Least {
		return Basis{}, verdict(NoBasis, "{method} needs {least} actual cycles and has {have}; no number is made up",
			note("method", e.Title), count("least", int64(e.Least)), count("have", int64(len(counted)))), nil
	}
	if e.DropHighLow {
		counted = dropHighLow(counted)
	}
	var use exact.Ratio
	days := 0
	for _, c := range counted {
		if use, err = addIn(use, c.Use.Ratio(), c.Use.Unit(), unit); err != nil {
			return Basis{}, Exception{}, err
		}
		days += c.Period.Days()
	}
	daily, err := use.Quo(exact.Int(int64(days)))
	if err != nil {
		return Basis{}, Exception{}, err // every cycle has days: never
	}
	return Basis{Method: e, Daily: daily, Unit: unit, Cycles: counted}, verdict(Normal, "{method}: {use} {unit} over {days} days in {have} actual cycles",
		note("method", e.Title), figure("use", use), note("unit", unit.String()), count("days", int64(days)), count("have", int64(len(counted)))), nil
}

// before returns the cycles that end by a day, in their order.
func before(history []Cycle, day civil.Date) ([]Cycle, error) {
	var past []Cycle
	for i, c := range history {
		path := fmt.Sprintf("history[%d]", i)
		refuse := func(what, fix string) ([]Cycle, error) {
			return nil, &problem.Error{Code: ErrHistory, Path: path, What: what, Fix: fix}
		}
		switch {
		case c.Period.Check() != nil || c.Period.Days() == 0:
			return refuse("the cycle has no days", "give the days that its use is of")
		case !c.Use.Unit().Valid() || c.Use.Sign() < 0:
			return refuse("the cycle has no use, or one below 0", "give the use that was measured; a credit is no use")
		case c.Source < Actual || c.Source > Customer:
			return refuse("the source is missing", "say whether it is actual, estimated or the customer's")
		}
		if !c.Period.To.After(day) {
			past = append(past, c)
		}
	}
	slices.SortStableFunc(past, func(a, b Cycle) int {
		return cmp.Or(a.Period.From.Compare(b.Period.From), a.Period.To.Compare(b.Period.To))
	})
	for i := 1; i < len(past); i++ {
		if past[i].Period.From.Before(past[i-1].Period.To) {
			return nil, &problem.Error{
				Code: ErrHistory, Path: "history", What: past[i-1].Period.String() + " and " + past[i].Period.String() + " overlap",
				Fix: "give each day's use once, as it was last billed",
			}
		}
	}
	return past, nil
}

// count picks the cycles that the method counts, of actual ones in their order.
func (e EstimateMethod) count(actual []Cycle, period civil.Period) []Cycle {
	if e.Kind == AverageDailyUse {
		recent := slices.DeleteFunc(slices.Clone(actual), func(c Cycle) bool {
			days, on := e.MaxAge.Value()
			return on && int64(period.From.Sub(c.Period.To)) > days.Coefficient()
		})
		return recent[max(0, len(recent)-e.Cycles):]
	}
	var picked []Cycle
	for years := e.Cycles; years >= 1; years-- {
		from, err := period.From.AddMonths(-12 * years)
		if err != nil {
			continue // before the calendar begins
		}
		to, err := from.AddDays(period.Days())
		if err != nil {
			continue
		}
		best, most := -1, 0
		for i, c := range actual {
			if common, ok := c.Period.Intersect(civil.Period{From: from, To: to}); ok && common.Days() > most {
				best, most = i, common.Days()
			}
		}
		if best >= 0 && !slices.Contains(picked, actual[best]) {
			picked = append(picked, actual[best])
		}
	}
	return picked
}

// dropHighLow leaves out the highest and the lowest daily use, of equal ones the earlier high and the later low.
func dropHighLow(cycles []Cycle) []Cycle {
	daily := func(i int) exact.Ratio {
		x, err := convert(cycles[i].Use.Ratio(), cycles[i].Use.Unit(), cycles[0].Use.Unit())
		if err != nil {
			x = cycles[i].Use.Ratio() // units that do not mix: the sum refuses them
		}
		q, _ := x.Quo(exact.Int(int64(cycles[i].Period.Days()))) // every cycle has days
		return q
	}
	high, low := 0, 0
	for i := range cycles {
		if daily(i).Cmp(daily(high)) > 0 {
			high = i
		}
		if daily(i).Cmp(daily(low)) <= 0 {
			low = i
		}
	}
	var kept []Cycle
	for i, c := range cycles {
		if i != high && i != low {
			kept = append(kept, c)
		}
	}
	return kept
}

// EstimateRule is by which method readings are estimated, and how often in a row.
type EstimateRule struct {
	Method EstimateMethod
	// MaxInRow flags the estimate that makes so many without an actual reading between them: 1 or more. Some ordinances
	// ask for an actual reading each quarter (Jackson OH), some raise the charge after six (Woodburn IN; not done here).
	MaxInRow int
}

// Estimate makes a reading of a register that nobody read: ADU × days, rounded half up to whole digits of the register, and
// p + use modulo 10^n. The period is from the baseline to day. The measurement is estimated, and so is its baseline: the
// actual reading that follows is a TrueUp.
//
// With NoBasis there is no use and the reading has no state. An estimate of the whole range of the register or more is
// OutOfRange. MaxEstimates stands beside a use.
//
// The history is of this register's service. How many estimates are in a row the baseline says, and no history: only an
// actual reading ends the row. Errors are those of EstimateMethod.Basis, ErrReading and ErrRegister.
func Estimate(from Baseline, r Register, day civil.Date, rule EstimateRule, history []Cycle) (Measurement, Reading, error) {
	if err := checkEstimate(from, r, day, rule); err != nil {
		return Measurement{}, Reading{}, err
	}
	to := Reading{Meter: from.Meter, Register: r.ID, State: Read, Day: day, Source: Estimated}
	m, e, ok := begin(from, r, to)
	m.guess, m.shown = true, false
	if !ok {
		return m.none(e), Reading{}, nil
	}
	basis, e, err := rule.Method.Basis(history, m.period, r.Unit)
	if err != nil {
		return Measurement{}, Reading{}, err
	}
	e = e.at(from.Meter, r.ID)
	if !e.Passed() {
		return m.none(e), Reading{}, nil
	}
	digits, err := basis.Daily.Mul(exact.Int(int64(m.Days()))).Quo(r.Step())
	if err != nil {
		return Measurement{}, Reading{}, err // a step is above 0: never
	}
	used, ok := digits.Round(0, exact.HalfUp).Int64()
	if !ok || used >= r.Modulus() {
		return m.With(e).none(verdict(OutOfRange, "an estimate of {reading} does not fit {dials} dials",
			figure("reading", digits), count("dials", int64(r.Dials))).at(from.Meter, r.ID)), Reading{}, nil
	}
	to.Digits = (from.Digits + used) % r.Modulus()
	m = m.finish(from, r, to, used, false, e)
	if run := from.Estimates + 1; run >= rule.MaxInRow {
		m = m.With(verdict(MaxEstimates, "{run} estimates in a row, and {limit} are the limit: get an actual reading",
			count("run", int64(run)), count("limit", int64(rule.MaxInRow))).at(from.Meter, r.ID))
	}
	return m, to, nil
}

func checkEstimate(from Baseline, r Register, day civil.Date, rule EstimateRule) error {
	if err := from.Check(); err != nil {
		return &problem.Error{Code: ErrReading, Path: "from", Err: err}
	}
	if err := r.Check(); err != nil {
		return &problem.Error{Code: ErrRegister, Path: "register", Err: err}
	}
	switch {
	case from.Register.ID != r.ID:
		return &problem.Error{
			Code: ErrReading, Path: "register", What: "the baseline is of " + from.Register.ID + ", the register is " + r.ID, Fix: "give both of one register",
		}
	case day.IsZero():
		return &problem.Error{Code: ErrReading, Path: "day", What: "the day is missing", Fix: "give the day on which the reading was due"}
	case rule.MaxInRow < 1:
		return &problem.Error{
			Code: ErrRule, Path: "max_in_row", What: "the limit on estimates in a row is missing", Fix: "state how many are the limit, 1 or more",
		}
	}
	return nil
}
