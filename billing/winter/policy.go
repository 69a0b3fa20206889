package winter

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/shopspring/decimal"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/policy"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/metering"
)

// The codes of what is wrong with a policy of winter averages, or with what is asked of it.
const (
	// ErrPolicy: a part that cannot be, or parts that contradict each other. One that is not stated or not known is
	// policy.ErrNotStated or policy.ErrNotKnown.
	ErrPolicy problem.Code = "E_WINTER_POLICY"
	// ErrClass: a class for which the policy states nothing.
	ErrClass problem.Code = "E_WINTER_CLASS"
	// ErrHistory: past cycles, a use or a day that are missing or contradict each other.
	ErrHistory problem.Code = "E_WINTER_HISTORY"
	// ErrAverage: there is no average, or it is of another class or other days.
	ErrAverage problem.Code = "E_WINTER_AVERAGE"
)

// Policy is how a district finds the winter average of an account: the use of wet months, when nothing is watered,
// that stands for what flows into the sewer all year. Nothing of it has a default.
//
// The average is the mean of the cycles that count, times Scale, rounded to RoundTo once, and then held between the floor
// and the cap of the class. It is a quantity for one billing period.
type Policy struct {
	Title string `policy:"title"` // such as "Longview winter average"
	// Source is who published or adopted it; its key in a file is authority, since source is the key of the version.
	Source string `policy:"authority"`

	// Months are those of the winter, in their order and without a gap: 12, 1, 2.
	Months policy.Value[[]time.Month] `policy:"months" validate:"min=1,max=12"`
	// Counts says which bills are of the winter.
	Counts Counts `policy:"counts"`
	// Mean is what the mean is of.
	Mean Mean `policy:"mean"`
	// DaysPerMonth makes a month of a day's use, such as 30.42 (Rio Rancho): above 0 for a MeanOfDailyUse, none otherwise.
	DaysPerMonth policy.OrNone[exact.Number] `policy:"days_per_month"`
	// Scale is how many times the mean makes a billing period, above 0: 1 where the mean is of such periods; 2 for a bimonthly
	// bill and a mean by the month; 2 too where a year is billed as twice the winter half (Clark).
	Scale policy.Value[decimal.Decimal] `policy:"scale"`

	// LeastDays and MostDays leave out bills of fewer or more days, such as the first of a new customer, whose use is not that of
	// a billing period. Each is 1 or more: 1 leaves none out for being short, and 999 none for being long.
	LeastDays policy.Value[int] `policy:"least_days" validate:"gte=1"`
	MostDays  policy.Value[int] `policy:"most_days" validate:"gte=1"`
	// Leaks, Estimates and CustomerReads say what is done with a bill that was high by a leak, was estimated, or rests on what the
	// customer read.
	Leaks         Treat `policy:"leaks"`
	Estimates     Treat `policy:"estimates"`
	CustomerReads Treat `policy:"customer_reads"`
	// DropHighest leaves out so many of the highest of the bills that are left, 0 or more. The highest is that of the most use, or
	// of the most use a day, as Mean is of bills or of days; of equal ones the earlier.
	DropHighest policy.Value[int] `policy:"drop_highest"`
	// Least is how many bills must count, 1 or more, after all that is left out: with fewer, the account has no history.
	Least policy.Value[int] `policy:"least" validate:"gte=1"`

	// RoundTo is the step to which the average is rounded, above 0, in the unit in which it is billed: "1 gal", "0.1 CCF".
	RoundTo policy.Value[metering.Volume] `policy:"round_to"`
	// Rounding is how.
	Rounding exact.Mode `policy:"rounding"`

	// Starts is the day of each year on which the average of the last winter takes effect. It holds for a year, until that of the
	// next winter does.
	Starts policy.Value[Day] `policy:"starts"`
	// Select says which day of a bill picks the average: ByPeriodStart or ByPeriodEnd.
	Select rates.Select `policy:"select"`

	// Classes has what differs by rate class. A class that it does not have is refused.
	Classes map[string]Class `policy:"classes" validate:"min=1,dive"`

	// Marks are the placeholders among the fields that are no values of billing/policy, such as "mean". They are never changed.
	Marks policy.Marks
}

// Class is what a policy states for a rate class, each in the unit of Policy.RoundTo.
type Class struct {
	Floor policy.OrNone[metering.Volume] `policy:"floor"` // the least that an average is
	Cap   policy.OrNone[metering.Volume] `policy:"cap"`   // the most that it is, such as 25,000 gal (Corpus Christi)
	// Default is the quantity of an account without history. Where it is none such an account is refused.
	Default policy.OrNone[metering.Volume] `policy:"default"`
}

// Check reports all that is not stated, policy.ErrNotStated, and what contradicts itself, ErrPolicy. What a file states as not
// known is no fault of the policy, and an error once an average is asked for.
func (p Policy) Check() error {
	f := p.findings()
	return f.Faults()
}

func (p Policy) findings() policy.Findings {
	c := checks{policy.Findings{Code: ErrPolicy, Title: p.Title, Marks: p.Marks}}
	c.named(p.Title, p.Source)
	c.months(p.Months)
	c.Need("counts", p.Counts == ByLastDay || p.Counts == ByDays, "by_last_day or by_days")
	c.Need("mean", p.Mean == MeanOfBills || p.Mean == MeanOfDailyUse, "bills or daily_use")
	switch month, stated := p.DaysPerMonth.Value(); {
	case !c.Value("days_per_month", p.DaysPerMonth):
	case p.Mean == MeanOfDailyUse && month.Sign() <= 0:
		c.Refuse("days_per_month", "the mean is of daily use, and no days above 0 make a month",
			"state the days that make a month of a day's use, such as 30.42")
	case p.Mean == MeanOfBills && stated:
		c.Refuse("days_per_month", "it is stated, and the mean is not of daily use", "state none, or take the mean of daily use")
	}
	if c.Value("scale", p.Scale) {
		if scale, err := exact.NumberFromDecimal(p.Scale.Get()); err != nil || scale.Sign() <= 0 {
			c.Refuse("scale", "it is not above 0, or has more than 18 digits",
				"state how many times the mean makes a billing period, 1 where it is one")
		}
	}
	c.atLeast("least_days", p.LeastDays, 1, "state of how many days a bill is at least, 1 for any")
	c.atLeast("most_days", p.MostDays, max(1, p.LeastDays.Get()), "state of how many days a bill is at most, 999 for any")
	c.Need("leaks", p.Leaks.valid(), "count or leave_out")
	c.Need("estimates", p.Estimates.valid(), "count or leave_out")
	c.Need("customer_reads", p.CustomerReads.valid(), "count or leave_out")
	c.atLeast("drop_highest", p.DropHighest, 0, "state how many of the highest bills are dropped, 0 for none")
	c.atLeast("least", p.Least, 1, "state how many bills must count")
	if step := p.RoundTo.Get(); c.Value("round_to", p.RoundTo) && (!step.Unit().Valid() || step.Sign() <= 0) {
		c.Refuse("round_to", "it is not above 0", "state the step with its unit, such as 1 gal")
	}
	c.Need("rounding", p.Rounding.Valid(), "half_up, half_even, up or down")
	if c.Value("starts", p.Starts) && !p.Starts.Get().valid() {
		c.Refuse("starts", "not every year has the day", "state a day that every year has, such as 05-01")
	}
	c.Need("select", p.Select != 0, "by_period_start or by_period_end")
	if p.Select != 0 && p.Select != rates.ByPeriodStart && p.Select != rates.ByPeriodEnd {
		c.Refuse("select", p.Select.String()+" picks no one day of a bill", "state by_period_start or by_period_end")
	}
	c.Need("classes", len(p.Classes) > 0, "what holds for each rate class")
	for _, name := range slices.Sorted(maps.Keys(p.Classes)) {
		p.Classes[name].check(&c, "classes."+name, p.RoundTo.Get().Unit())
	}
	return c.Findings
}

// check adds what is wrong with a class.
func (w Class) check(c *checks, path string, unit metering.Unit) {
	c.volume(path+".floor", w.Floor, unit)
	c.volume(path+".cap", w.Cap, unit)
	c.volume(path+".default", w.Default, unit)
	c.order(path+".cap", "floor", w.Floor, w.Cap)
	// A default outside of what an average may be would be a second answer to one question.
	c.order(path+".default", "floor", w.Floor, w.Default)
	c.order(path+".cap", "default", w.Default, w.Cap)
}

// checks collects what is wrong with a policy.
type checks struct{ policy.Findings }

func (c *checks) named(title, source string) {
	c.Need("title", title != "", "what the policy is called, since every result says by which it was made")
	c.Need("authority", source != "", "who published or adopted it")
}

func (c *checks) months(stated policy.Value[[]time.Month]) {
	if !c.Value("months", stated) {
		return
	}
	months := stated.Get()
	if len(months) < 1 || len(months) > 12 {
		c.Refuse("months", "there are none, or more than 12", "state each month of the winter once, such as 12, 1, 2")
		return
	}
	for i, m := range months {
		path := fmt.Sprintf("months[%d]", i)
		switch {
		case m < time.January || m > time.December:
			c.Refuse(path, fmt.Sprintf("%d is no month", m), "state 1 to 12")
		case i > 0 && m != months[i-1]%12+1:
			c.Refuse(path, fmt.Sprintf("%d does not follow %d", m, months[i-1]), "state them in their order and without a gap, such as 12, 1, 2")
		}
	}
}

// atLeast takes note of a number that is below the least that it may be.
func (c *checks) atLeast(path string, n policy.Value[int], least int, fix string) {
	if c.Value(path, n) && n.Get() < least {
		c.Refuse(path, fmt.Sprintf("it is below %d", least), fix)
	}
}

func (c *checks) volume(path string, v policy.OrNone[metering.Volume], unit metering.Unit) {
	x, ok := v.Value()
	switch {
	case !c.Value(path, v), !ok:
	case !x.Unit().Valid() || x.Sign() < 0:
		c.Refuse(path, "the quantity has no unit, or is below 0", "state it with its unit")
	case unit.Valid() && x.Unit() != unit:
		c.Refuse(path, "it is in "+x.Unit().String()+", and round_to in "+unit.String(), "state it in the unit of round_to")
	}
}

// order takes note of two quantities of one unit that are not in their order.
func (c *checks) order(path, than string, low, high policy.OrNone[metering.Volume]) {
	l, both := low.Value()
	h, ok := high.Value()
	if both = both && ok; !both {
		return
	}
	if cmp, err := h.Cmp(l); err == nil && cmp < 0 {
		c.Refuse(path, h.String()+" is below "+than+", "+l.String(), "let it be that or more")
	}
}

// Counts says which bills are of a winter. The zero value does not.
type Counts uint8

const (
	// ByLastDay counts a bill whole where its last day is in the months: that of 1 to 31 January is January's, although it was
	// read on 1 February (ours).
	ByLastDay Counts = iota + 1
	// ByDays counts of each bill the days that are in the months, with their share of its use. In a MeanOfBills a bill then weighs
	// as much as the share of its days, and is one of the Least all the same (ours).
	ByDays
)

// String gives the word of files: "by_last_day", "by_days".
func (w Counts) String() string { return policy.Word(w, "by_last_day", "by_days") }

// UnmarshalText reads the word, and nothing else: ErrPolicy.
func (w *Counts) UnmarshalText(text []byte) error {
	return policy.ReadWord(w, ErrPolicy, text, "by_last_day", "by_days")
}

// Mean says what a mean is of. The zero value does not.
type Mean uint8

const (
	// MeanOfBills is the use of the bills divided by their number (Longview).
	MeanOfBills Mean = iota + 1
	// MeanOfDailyUse is their use divided by their days, times the days of a month (Rio Rancho).
	MeanOfDailyUse
)

// String gives the word of files: "bills", "daily_use".
func (w Mean) String() string { return policy.Word(w, "bills", "daily_use") }

// UnmarshalText reads the word, and nothing else: ErrPolicy.
func (w *Mean) UnmarshalText(text []byte) error {
	return policy.ReadWord(w, ErrPolicy, text, "bills", "daily_use")
}

// Treat says what is done with bills of a kind. The zero value does not.
type Treat uint8

// What is done with them.
const (
	CountThem Treat = iota + 1
	LeaveThemOut
)

func (w Treat) valid() bool { return w == CountThem || w == LeaveThemOut }

// String gives the word of files: "count", "leave_out".
func (w Treat) String() string { return policy.Word(w, "count", "leave_out") }

// UnmarshalText reads the word, and nothing else: ErrPolicy.
func (w *Treat) UnmarshalText(text []byte) error {
	return policy.ReadWord(w, ErrPolicy, text, "count", "leave_out")
}

// Day is a day of every year. The zero value is none.
type Day struct {
	Month time.Month
	Day   int
}

// in is the day in a year.
func (d Day) in(year int) (civil.Date, error) { return civil.NewDate(year, d.Month, d.Day) }

// valid asks a year without 29 February: a day that some years lack would end a lifetime on none.
func (d Day) valid() bool {
	_, err := d.in(2001)
	return err == nil
}

// String gives "05-01".
func (d Day) String() string { return fmt.Sprintf("%02d-%02d", int(d.Month), d.Day) }

// UnmarshalText reads "05-01", a month and a day that every year has: ErrPolicy.
func (d *Day) UnmarshalText(text []byte) error {
	day, err := civil.ParseDate("2001-" + string(text))
	if err != nil {
		return &problem.Error{Code: ErrPolicy, What: "it is no day of every year", Fix: "write month and day, such as 05-01"}
	}
	*d = Day{Month: day.Month(), Day: day.Day()}
	return nil
}
