package metering

import (
	"fmt"
	"slices"

	"github.com/headgate-dev/headgate/billing/approval"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/problem"
)

// Baseline is where the next use of a register counts from: the digits that were billed up to, and the day. It is had from
// Open and from each Measurement, and a host stores it.
type Baseline struct {
	Meter    string // serial number, as text
	Register Register
	Digits   int64
	Day      civil.Date // where the next period begins
	Source   Source     // of the digits
	// Estimates is how many estimates in a row led to the digits, without an actual reading between them: 0 where Source is
	// Actual, 1 or more where it is Estimated. A customer's reading leaves it as it was.
	Estimates int
}

// Check reports all that is wrong with b, each ErrReading, ErrRegister or ErrUnit.
func (b Baseline) Check() error {
	var found problem.List
	add := func(path, what, fix string) {
		found.Add(&problem.Error{Code: ErrReading, Path: path, What: what, Fix: fix})
	}
	if b.Meter == "" {
		add("meter", "the meter is missing", "give its serial number")
	}
	if m := b.Register.Modulus(); b.Digits < 0 || m > 0 && b.Digits >= m {
		add("digits", "the register does not show such a number", "give the digits as they were read, 0 or more, and no more than the dials")
	}
	if b.Day.IsZero() {
		add("day", "the day is missing", "give the day of the reading")
	}
	if b.Source < Actual || b.Source > Customer {
		add("source", b.Source.String()+" is no source", "say whether it is actual, estimated or the customer's")
	}
	if b.Estimates < 0 || b.Source == Actual && b.Estimates != 0 || b.Source == Estimated && b.Estimates == 0 {
		add("estimates", fmt.Sprintf("%d estimates in a row, and the digits are %s", b.Estimates, b.Source),
			"state 0 for digits that were read, and how many led to estimated ones")
	}
	if err := b.Register.Check(); err != nil {
		found.Add(&problem.Error{Code: ErrRegister, Path: "register", Err: err})
	}
	return found.Err()
}

// follow returns the baseline that a number leaves which stands at the digits of b, or follows them.
func (b Baseline) follow(digits int64, day civil.Date, source Source) Baseline {
	b.Digits, b.Day, b.Source = digits, day, source
	switch source {
	case Actual:
		b.Estimates = 0
	case Estimated:
		b.Estimates++
	}
	return b
}

// Open makes the first baseline of a register, from the reading at which a service begins or a meter was installed. A
// reading without a number, of another register, or with more digits than the register has is refused: ErrReading.
func Open(r Register, first Reading) (Baseline, error) {
	if err := r.Check(); err != nil {
		return Baseline{}, err
	}
	if err := first.Check(); err != nil {
		return Baseline{}, err
	}
	refuse := func(path, what, fix string) (Baseline, error) {
		return Baseline{}, &problem.Error{Code: ErrReading, Path: path, What: what, Fix: fix}
	}
	switch {
	case first.State != Read:
		return refuse("state", "an opening reading without a number", "read the register")
	case first.Register != r.ID:
		return refuse("register", "the reading is of register "+first.Register+", not of "+r.ID, "give the reading of this register")
	case first.Digits >= r.Modulus():
		return refuse("digits", "the reading has more digits than the register has dials", "correct the reading, or the dials of the register")
	}
	return Baseline{Meter: first.Meter, Register: r}.follow(first.Digits, first.Day, first.Source), nil
}

// Part is the use of one register between two readings: a line that a bill can print. After a true-up Period, Used and Use
// are the share of what lies between them.
type Part struct {
	Meter     string // empty for the days without a meter
	Register  string
	Period    civil.Period
	Previous  int64 // digits
	Current   int64 // digits
	Used      int64 // digits, 0 or more
	Use       exact.Ratio
	Unit      Unit        // of Use and Step
	Step      exact.Ratio // what one digit stands for, also where none was used; 0 for the days without a meter
	Estimated bool
}

// In returns the use in another unit, exactly. ErrUnit where they do not convert.
func (p Part) In(unit Unit) (exact.Ratio, error) { return convert(p.Use, p.Unit, unit) }

// String gives the line in words: the meter, its register, the days, the digits from and to, and the use.
func (p Part) String() string {
	use := figure("", p.Use).String() + " " + p.Unit.String()
	how := ""
	if p.Estimated {
		how = ", estimated"
	}
	if p.Meter == "" {
		return p.Period.String() + " without a meter: " + use + how
	}
	return fmt.Sprintf("meter %s register %s, %s: %d to %d, %d digits, %s%s", p.Meter, p.Register, p.Period, p.Previous, p.Current, p.Used, use, how)
}

// Rebill is an estimated period with the use that a true-up finds for it. It is billed again at its own version of the
// rates; where Use is less than was billed, that bill is a credit, and nothing is priced on negative use.
type Rebill struct {
	Period civil.Period
	Used   int64       // digits; 0 where it comes of several registers, which count differently
	Use    exact.Ratio // 0 or more, in the measurement's unit
	Billed exact.Ratio // what the estimate had billed, in the same unit
}

// Measurement is what is known of the use in a period: a use of zero or more, or none; and the verdict of every check. It
// is made by Between, ShortTotal, Compound, Sum, Exchanged, Estimate, TrueUp and NoUse, and is not billed itself: see Review.
type Measurement struct {
	known     bool
	meter     string     // at the beginning of the period
	from      civil.Date // where the period begins, also where the later reading has no day
	total     exact.Ratio
	unit      Unit
	period    civil.Period
	source    Source
	parts     []Part
	rebills   []Rebill
	verdicts  []Exception
	baselines []Baseline
	began     []Baseline        // those it was measured from: where the next use counts from while none is known
	readers   []approval.Person // who read any of the readings
	through   []string          // the meters put in on the way
	guess     bool              // all of it was made by Estimate, also where it gives no use
	shown     bool              // any of the readings at its end has a number
	as        []Register        // the registers as they were said to be
}

// NoUse makes the measurement of a register of which no use is known for a reason that stands outside two readings: nothing
// came (Missing), two values for one instant (Conflict), a reading whose date or scale is wrong. So it is reviewed, and ends
// like every other exception. A verdict that is Normal, or without a code, is ErrRule; a baseline that cannot be is
// ErrReading.
func NoUse(from Baseline, why Exception) (Measurement, error) {
	if err := from.Check(); err != nil {
		return Measurement{}, err
	}
	if why.Passed() || why.Code == "" {
		return Measurement{}, &problem.Error{
			Code: ErrRule, Path: "why", What: "no exception says why there is no use",
			Fix: "give the exception that was found",
		}
	}
	return nothing(from).none(why), nil
}

// nothing is the measurement of a register before anything is known of it.
func nothing(from Baseline) Measurement {
	return Measurement{meter: from.Meter, from: from.Day, unit: from.Register.Unit, source: Actual, began: []Baseline{from}}
}

// Known reports whether there is a use. Where there is none, nothing is billed and every baseline stays.
func (m Measurement) Known() bool { return m.known }

// Use returns the use in the measurement's unit, 0 or more; false where none is known.
func (m Measurement) Use() (exact.Ratio, bool) { return m.total, m.known }

// Unit returns the unit of the use.
func (m Measurement) Unit() Unit { return m.unit }

// Period returns the days from the earlier reading's on and before the later one's; zero where no day is known.
func (m Measurement) Period() civil.Period { return m.period }

// Days returns how many days the use is of.
func (m Measurement) Days() int { return m.period.Days() }

// Source says how the later reading was had.
func (m Measurement) Source() Source { return m.source }

// Parts returns the lines that the use is the sum of.
func (m Measurement) Parts() []Part { return slices.Clone(m.parts) }

// Rebills returns the estimated periods that are billed again, in their order; none but after TrueUp.
func (m Measurement) Rebills() []Rebill { return slices.Clone(m.rebills) }

// Baselines returns where the next use counts from, one for each register. After a reverse flow it is the old digits:
// else the same water would be billed a second time.
func (m Measurement) Baselines() []Baseline { return slices.Clone(m.baselines) }

// Verdicts returns what every check said, Normal too, in the order of the checks.
func (m Measurement) Verdicts() []Exception { return cloneExceptions(m.verdicts) }

// Exceptions returns the verdicts that are not Normal.
func (m Measurement) Exceptions() []Exception {
	var out []Exception
	for _, e := range m.verdicts {
		if !e.Passed() {
			out = append(out, e.clone())
		}
	}
	return out
}

// With returns the measurement with the verdicts of more checks.
func (m Measurement) With(verdicts ...Exception) Measurement {
	m.verdicts = append(m.Verdicts(), cloneExceptions(verdicts)...)
	return m
}

// Sample returns the use and its days as the bands compare them; false where no use is known.
func (m Measurement) Sample() (Sample, bool) {
	if !m.known {
		return Sample{}, false
	}
	return Sample{Use: m.total, Unit: m.unit, Days: m.Days()}, true
}

// Readers returns who read the readings, each once: they do not decide on an exception of them.
func (m Measurement) Readers() []approval.Person { return slices.Clone(m.readers) }

// readBy takes note of who read a reading.
func (m Measurement) readBy(people ...approval.Person) Measurement {
	m.readers = slices.Clone(m.readers)
	for _, p := range people {
		if !p.IsZero() && !slices.Contains(m.readers, p) {
			m.readers = append(m.readers, p)
		}
	}
	return m
}

// none makes the measurement say that no use is known, and why.
func (m Measurement) none(e Exception) Measurement {
	return m.unknown().With(e)
}

// unknown takes the use away. The baselines stay where they were.
func (m Measurement) unknown() Measurement {
	m.known, m.total, m.parts, m.rebills, m.baselines = false, exact.Ratio{}, nil, nil, m.began
	return m
}

func cloneExceptions(list []Exception) []Exception {
	var out []Exception
	for _, e := range list {
		out = append(out, e.clone())
	}
	return out
}
