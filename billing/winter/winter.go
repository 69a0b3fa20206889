package winter

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/internal/say"
	"github.com/headgate-dev/headgate/billing/policy"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/metering"
)

// Code names why an average is what it is, or why a bill is no part of it. It is stable: a program may store it.
type Code string

// The codes.
const (
	// Of an average.
	Measured  Code = "Measured"  // the mean of the bills that counted
	Floored   Code = "Floored"   // it was below the floor of the class, and is the floor
	Capped    Code = "Capped"    // it was above the cap of the class, and is the cap
	Defaulted Code = "Defaulted" // without history: the default of the class
	NoHistory Code = "NoHistory" // without history, and the class has no default: no quantity

	// Of a bill that was left out.
	Outside     Code = "Outside"     // not in the months of that winter
	ShortPeriod Code = "ShortPeriod" // fewer days than a bill that counts
	LongPeriod  Code = "LongPeriod"  // more days than a bill that counts
	Leak        Code = "Leak"        // high by a leak
	Estimated   Code = "Estimated"   // nobody read the meter
	Customer    Code = "Customer"    // the customer read it
	Highest     Code = "Highest"     // one of the highest
	TooFew      Code = "TooFew"      // it would count, and too few others do
)

// Cycle is a past bill of the account's water.
type Cycle struct {
	metering.Cycle
	// Leak says that the use was high by a leak, such as one for which a credit was given.
	Leak bool
}

// Facts is what is known of an account.
type Facts struct {
	Class string // the rate class, as the policy names it
	// On is a day on which the average is to hold: it says of which winter. All days between two Policy.Starts ask for one.
	On civil.Date
	// History is the past cycles in any order, each day's use once, as it was last billed. Those of other months are left out.
	History []Cycle
}

// Counted is a bill that counted.
type Counted struct {
	Cycle Cycle
	Days  int         // how many of its days, 1 or more
	Use   exact.Ratio // what it used on them, in the unit of the average
}

// LeftOut is a bill that did not count, and why.
type LeftOut struct {
	Cycle   Cycle
	Code    Code
	Figures []metering.Figure // the numbers in the words
	Words   string
}

// Average is the quantity that stands for an account's sewer flow in each billing period, and what it rests on. Each
// cycle of the history is in Counted or in LeftOut, once, in the order of their days.
type Average struct {
	Title, Source string // of the policy
	Class         string
	Code          Code
	Winter        civil.Period // the months
	Holds         civil.Period // the days for which it is
	Select        rates.Select // which day of a bill is to be one of them
	// Mean is the exact mean of what counted, for a month where it is of daily use, in the unit of Quantity and before scale,
	// rounding, floor and cap. It is 0 where nothing counted.
	Mean exact.Ratio
	// Quantity is for one whole billing period, 0 or more. What part of it a shorter one bears the rate schedule says.
	Quantity metering.Volume
	Counted  []Counted
	LeftOut  []LeftOut
	Figures  []metering.Figure
	Words    string
	// Placeholders are the values of the policy, and of the class, that stand in for what is not known; the words name them.
	Placeholders []policy.Mark
}

// HoldsFor reports whether the average is that of a bill's period, by the day that the policy selects.
func (a Average) HoldsFor(period civil.Period) bool {
	if period.Check() != nil {
		return false
	}
	if a.Select == rates.ByPeriodEnd {
		return a.Holds.Contains(period.Last())
	}
	return a.Holds.Contains(period.From)
}

// Average finds the winter average of an account on a day. A bill is left out for the first reason of these that it has: the
// months, its days, a leak, an estimate, the customer's reading; then the highest of the rest are.
//
// Where too few count and the class has no default, the error is ErrAverage; the average then has no quantity, and
// says what was left out and why. Other errors: those of Check, policy.ErrNotKnown, ErrClass, ErrHistory, and metering.ErrUnit for a
// use that does not convert to the unit of RoundTo.
func (p Policy) Average(f Facts) (Average, error) {
	if err := p.Check(); err != nil {
		return Average{}, err
	}
	class, ok := p.Classes[f.Class]
	if !ok {
		return Average{}, noClass(p.Title, f.Class)
	}
	// What is not known of another class, or a placeholder there, is nothing that this average rests on.
	p.Classes = map[string]Class{f.Class: class}
	found := p.findings()
	if err := found.Err(); err != nil {
		return Average{}, err
	}
	winter, holds, err := p.winter(f.On)
	if err != nil {
		return Average{}, err
	}
	bills, err := p.bills(f.History, winter)
	if err != nil {
		return Average{}, err
	}
	p.dropHighest(bills)
	a := Average{Title: p.Title, Source: p.Source, Class: f.Class, Winter: winter, Holds: holds, Select: p.Select, Placeholders: found.Placeholders}
	if n := counting(bills); n < p.Least.Get() {
		p.tooFew(bills, n)
		a.take(bills)
		return p.without(a, class, n)
	}
	a.take(bills)
	return p.measured(a, class)
}

// winter finds the lifetime that a day is in, and the last winter that was over when it began.
func (p Policy) winter(on civil.Date) (winter, holds civil.Period, err error) {
	if on.IsZero() {
		return winter, holds, &problem.Error{
			Code: ErrHistory, Path: "on", What: "the day is missing", Fix: "give a day on which the average is to hold",
		}
	}
	start, err := p.Starts.Get().in(on.Year())
	if err == nil && start.After(on) {
		start, err = p.Starts.Get().in(on.Year() - 1)
	}
	if err != nil {
		return winter, holds, err
	}
	end, err := p.Starts.Get().in(start.Year() + 1)
	if err != nil {
		return winter, holds, err
	}
	months := p.Months.Get()
	next := months[len(months)-1]%12 + 1
	over, err := civil.NewDate(start.Year(), next, 1)
	if err == nil && over.After(start) {
		over, err = civil.NewDate(start.Year()-1, next, 1)
	}
	if err != nil {
		return winter, holds, err
	}
	from, err := over.AddMonths(-len(months))
	return civil.Period{From: from, To: over}, civil.Period{From: start, To: end}, err
}

// candidate is a cycle of the history with what counts of it.
type candidate struct {
	Counted
	whole exact.Ratio // the use of all its days, in the unit of the average
	out   *LeftOut
}

func (b *candidate) leave(code Code, words string, figures ...metering.Figure) {
	b.out = &LeftOut{Cycle: b.Cycle, Code: code, Words: say.Words(words, figures), Figures: figures}
}

// bills puts the history in order, and leaves out what does not count.
func (p Policy) bills(history []Cycle, winter civil.Period) ([]candidate, error) {
	bills := make([]candidate, 0, len(history))
	for i, c := range history {
		path := fmt.Sprintf("history[%d]", i)
		if err := checkCycle(path, c.Cycle); err != nil {
			return nil, err
		}
		use, err := c.Use.In(p.RoundTo.Get().Unit())
		if err != nil {
			return nil, &problem.Error{Code: metering.ErrUnit, Path: path + ".use", Err: err}
		}
		bills = append(bills, candidate{Counted: Counted{Cycle: c}, whole: use})
	}
	slices.SortFunc(bills, func(a, b candidate) int {
		return cmp.Or(a.Cycle.Period.From.Compare(b.Cycle.Period.From), a.Cycle.Period.To.Compare(b.Cycle.Period.To))
	})
	for i := range bills {
		if i > 0 && bills[i].Cycle.Period.From.Before(bills[i-1].Cycle.Period.To) {
			return nil, &problem.Error{
				Code: ErrHistory, Path: "history", What: bills[i-1].Cycle.Period.String() + " and " + bills[i].Cycle.Period.String() + " overlap",
				Fix: "give each day's use once, as it was last billed",
			}
		}
		p.sift(&bills[i], winter)
	}
	return bills, nil
}

func checkCycle(path string, c metering.Cycle) error {
	refuse := func(key, what, fix string) error {
		return &problem.Error{Code: ErrHistory, Path: path + "." + key, What: what, Fix: fix}
	}
	switch {
	case c.Period.Check() != nil || c.Period.Days() == 0:
		return refuse("period", "the cycle has no days", "give the days that its use is of")
	case !c.Use.Unit().Valid() || c.Use.Sign() < 0:
		return refuse("use", "the cycle has no use, or one below 0", "give the use that was billed; a credit is no use")
	case c.Source < metering.Actual || c.Source > metering.Customer:
		return refuse("source", "the source is missing", "say whether it is actual, estimated or the customer's")
	}
	return nil
}

// sift finds what counts of a bill, and leaves it out for the first reason that there is.
func (p Policy) sift(b *candidate, winter civil.Period) {
	days := b.Cycle.Period.Days()
	if b.Days = days; p.Counts == ByDays {
		common, _ := b.Cycle.Period.Intersect(winter)
		b.Days = common.Days()
	} else if !winter.Contains(b.Cycle.Period.Last()) {
		b.Days = 0
	}
	share, _ := exact.New(int64(b.Days), int64(days)) // a cycle has days
	b.Use = b.whole.Mul(share)

	switch {
	case b.Days == 0 && p.Counts == ByDays:
		b.leave(Outside, "none of its days is from {first} to {last}", say.Days(winter)...)
	case b.Days == 0:
		b.leave(Outside, "its last day, {day}, is not from {first} to {last}",
			append([]metering.Figure{say.Date("day", b.Cycle.Period.Last())}, say.Days(winter)...)...)
	case days < p.LeastDays.Get():
		b.leave(ShortPeriod, "it has "+say.Many("days", exact.Int(int64(days)), "day")+", and fewer than {limit} do not count",
			say.Count("days", days), say.Count("limit", p.LeastDays.Get()))
	case days > p.MostDays.Get():
		b.leave(LongPeriod, "it has "+say.Many("days", exact.Int(int64(days)), "day")+", and more than {limit} do not count",
			say.Count("days", days), say.Count("limit", p.MostDays.Get()))
	case b.Cycle.Leak && p.Leaks == LeaveThemOut:
		b.leave(Leak, "its {use} {unit} were high by a leak", p.used(b)...)
	case b.Cycle.Source == metering.Estimated && p.Estimates == LeaveThemOut:
		b.leave(Estimated, "its {use} {unit} were estimated", p.used(b)...)
	case b.Cycle.Source == metering.Customer && p.CustomerReads == LeaveThemOut:
		b.leave(Customer, "its {use} {unit} rest on the customer's reading", p.used(b)...)
	}
}

func (p Policy) used(b *candidate) []metering.Figure {
	return []metering.Figure{say.Number("use", b.whole), say.Text("unit", p.RoundTo.Get().Unit().String())}
}

// dropHighest leaves out the highest of the bills that still count.
func (p Policy) dropHighest(bills []candidate) {
	height := func(b candidate) exact.Ratio {
		if p.Mean == MeanOfBills {
			return b.whole
		}
		daily, _ := b.whole.Quo(exact.Int(int64(b.Cycle.Period.Days()))) // a cycle has days
		return daily
	}
	for range p.DropHighest.Get() {
		highest := -1
		for i := range bills {
			if bills[i].out == nil && (highest < 0 || height(bills[i]).Cmp(height(bills[highest])) > 0) {
				highest = i
			}
		}
		if highest < 0 {
			return
		}
		b := &bills[highest]
		words, figures := "its {use} {unit} are the highest left, and the number of highest bills to drop is {dropped}", p.used(b)
		if p.Mean == MeanOfDailyUse {
			words = "its {use} {unit} over {days} days are the highest daily use left, and the number of highest bills to drop is {dropped}"
			figures = append(figures, say.Count("days", b.Cycle.Period.Days()))
		}
		b.leave(Highest, words, append(figures, say.Count("dropped", p.DropHighest.Get()))...)
	}
}

// tooFew leaves out the bills that would have counted.
func (p Policy) tooFew(bills []candidate, n int) {
	for i := range bills {
		if bills[i].out == nil {
			bills[i].leave(TooFew, "only {have} of the bills count, and {least} are needed",
				say.Count("have", n), say.Count("least", p.Least.Get()))
		}
	}
}

func counting(bills []candidate) int {
	n := 0
	for _, b := range bills {
		if b.out == nil {
			n++
		}
	}
	return n
}

func (a *Average) take(bills []candidate) {
	for _, b := range bills {
		if b.out != nil {
			a.LeftOut = append(a.LeftOut, *b.out)
		} else {
			a.Counted = append(a.Counted, b.Counted)
		}
	}
}

// without is the answer for an account without history.
func (p Policy) without(a Average, class Class, n int) (Average, error) {
	words := "{have} of the bills from {first} to {last} count, and {least} are needed: "
	a.Figures = append([]metering.Figure{say.Count("have", n), say.Count("least", p.Least.Get())}, say.Days(a.Winter)...)
	quantity, ok := class.Default.Value()
	if !ok {
		a.Code = NoHistory
		a.Words = say.Words(words+"no average, and no default for "+a.Class, a.Figures) + say.Placeholders(a.Placeholders)
		return a, &problem.Error{
			Code: ErrAverage, Path: "history", What: a.Title + ": " + a.Words,
			Fix: "bill this account by a schedule that asks for no average, or adopt a default",
		}
	}
	a.Code, a.Quantity = Defaulted, quantity
	a.Figures = append(a.Figures, say.Volume("default", quantity))
	a.Words = say.Words(words+"the default for "+a.Class+", {default}", a.Figures) + say.Placeholders(a.Placeholders)
	return a, nil
}

// measured makes the quantity of what counted.
func (p Policy) measured(a Average, class Class) (Average, error) {
	var total, bills exact.Ratio
	days := 0
	for _, c := range a.Counted {
		total = total.Add(c.Use)
		days += c.Days
		weight, _ := exact.New(int64(c.Days), int64(c.Cycle.Period.Days())) // a cycle has days
		bills = bills.Add(weight)
	}
	words := "{total} {unit} in " + say.Many("bills", bills, "bill") + " from {first} to {last} are {mean} {unit} a bill"
	a.Figures = append([]metering.Figure{
		say.Number("total", total), say.Text("unit", p.RoundTo.Get().Unit().String()), say.Number("bills", bills),
		say.Count("days", days),
	}, say.Days(a.Winter)...)
	var err error
	if p.Mean == MeanOfBills {
		a.Mean, err = total.Quo(bills)
	} else {
		words = "{total} {unit} over " + say.Many("days", exact.Int(int64(days)), "day") +
			" from {first} to {last}, times {month}, are {mean} {unit} a month"
		month, _ := p.DaysPerMonth.Value() // Check has seen to it
		a.Figures = append(a.Figures, say.Number("month", month.Ratio()))
		a.Mean, err = total.Mul(month.Ratio()).Quo(exact.Int(int64(days)))
	}
	if err != nil {
		return Average{}, err // what counts has days: never
	}
	a.Figures = append(a.Figures, say.Number("mean", a.Mean))
	scale := exact.FromDecimal(p.Scale.Get()) // Check bounds it
	scaled := a.Mean.Mul(scale)
	if !scaled.Equal(a.Mean) {
		words += ", times {scale}"
		a.Figures = append(a.Figures, say.Number("scale", scale))
	}
	if a.Quantity, err = roundTo(scaled, p.RoundTo.Get(), p.Rounding); err != nil {
		return Average{}, err
	}
	words += ": {quantity}"
	a.Figures = append(a.Figures, say.Volume("quantity", a.Quantity))
	a.Code = Measured
	// Both are of one unit, which Check has seen to.
	if floor, ok := class.Floor.Value(); ok && a.Quantity.Number().Cmp(floor.Number()) < 0 {
		a.Code, a.Quantity = Floored, floor
		words += ", raised to the floor for " + a.Class + ", {floor}"
		a.Figures = append(a.Figures, say.Volume("floor", floor))
	}
	if limit, ok := class.Cap.Value(); ok && a.Quantity.Number().Cmp(limit.Number()) > 0 {
		a.Code, a.Quantity = Capped, limit
		words += ", lowered to the cap for " + a.Class + ", {cap}"
		a.Figures = append(a.Figures, say.Volume("cap", limit))
	}
	a.Words = say.Words(words, a.Figures) + say.Placeholders(a.Placeholders)
	return a, nil
}

// roundTo rounds to a multiple of a step, in its unit.
func roundTo(r exact.Ratio, step metering.Volume, mode exact.Mode) (metering.Volume, error) {
	steps, err := r.Quo(step.Ratio())
	if err != nil {
		return metering.Volume{}, err // a step is above 0: never
	}
	text, _ := steps.Round(0, mode).Mul(step.Ratio()).Decimal(0) // it ends, as the step does
	return metering.VolumeOf(text, step.Unit())
}
