package leak

import (
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/internal/say"
	"github.com/headgate-dev/headgate/billing/policy"
	"github.com/headgate-dev/headgate/metering"
)

// Eligibility is who gets a leak credit, apart from how much it is.
type Eligibility struct {
	// Test compares usage with TestMultiple × N; the multiple is none where there is no test. It is not m of the formula.
	Test         Test                        `policy:"test"`
	TestMultiple policy.OrNone[exact.Number] `policy:"test_multiple"`
	Repaired     Need                        `policy:"repaired"` // that the leak is repaired
	Proof        Need                        `policy:"proof"`    // that a proof of the repair is on file
	Current      Need                        `policy:"current"`  // that the account is current
	Periods      policy.OrNone[exact.Number] `policy:"periods"`  // the most bills of one leak that are credited
	// Frequency is how often leaks are credited. Months is in how many months there is one, counted from the day on which
	// the last credit of another leak was granted (ours); none otherwise.
	Frequency Frequency                   `policy:"frequency"`
	Months    policy.OrNone[exact.Number] `policy:"months"`
	// Deadline is within how many days the credit is asked for, the last one included; Since from which day on they
	// are counted.
	Deadline policy.OrNone[exact.Number] `policy:"deadline_days"`
	Since    Since                       `policy:"deadline_since"`
	// History is how many months of service lie before the bill's period (ours).
	History policy.OrNone[exact.Number] `policy:"history_months"`
}

// Test is how usage is compared with a multiple of normal usage.
type Test string

// The tests.
const (
	NoTest  Test = "none"
	AtLeast Test = "at_least" // U ≥ multiple × N
	Above   Test = "above"    // U > multiple × N
)

// Need says whether something is required.
type Need string

// Whether something is required.
const (
	Required    Need = "required"
	NotRequired Need = "not_required"
)

// Frequency is how often leaks are credited.
type Frequency string

// How often leaks are credited.
const (
	Unlimited    Frequency = "unlimited"
	OnceEver     Frequency = "once_ever"
	OnceInMonths Frequency = "once_in_months"
)

// Since is the day from which a deadline is counted.
type Since string

// The days from which a deadline is counted.
const (
	SinceNone   Since = "none" // where there is no deadline
	SinceBill   Since = "bill_date"
	SincePeriod Since = "period_end" // the last day of the bill's period
	SinceFound  Since = "found"
	SinceRepair Since = "repaired"
)

// Code names why there is no leak credit, or less of one. It is stable.
type Code string

// Why an account is not eligible, in the order in which the reasons stand; then why an eligible one has no credit, or less.
const (
	AlreadyCredited Code = "AlreadyCredited" // days of the bill have a credit
	TestNotMet      Code = "TestNotMet"
	NotRepaired     Code = "NotRepaired"
	NoProof         Code = "NoProof"
	NotCurrent      Code = "NotCurrent"
	PeriodsUsed     Code = "PeriodsUsed"
	TooSoon         Code = "TooSoon" // since the credit of another leak
	TooLate         Code = "TooLate"
	ShortHistory    Code = "ShortHistory"

	NoExcess Code = "NoExcess" // usage is not above m × N
	OnSewer  Code = "OnSewer"  // the water reached the sewer: the part is not credited
	NoSaving Code = "NoSaving" // the adjusted bill is not lower
	Capped   Code = "Capped"
	// WholeBill is a formula that comes to more than the bill, as where the bill has credits of its own.
	WholeBill Code = "WholeBill"
)

// Reason is why there is no leak credit, or less of one, with the numbers that say so.
type Reason struct {
	Code    Code
	Words   string
	Figures []metering.Figure
}

func (e Eligibility) check(f *faults) {
	policy.OneOf(&f.Findings, "eligible.test", e.Test, NoTest, AtLeast, Above)
	if e.Test == NoTest {
		f.none("eligible.test_multiple", e.TestMultiple, "there is no test")
	} else if multiple, stated := e.TestMultiple.Value(); f.Value("eligible.test_multiple", e.TestMultiple) {
		f.Need("eligible.test_multiple", stated, "the multiple of normal usage that the test is of")
		f.above("eligible.test_multiple", multiple, stated)
	}
	policy.OneOf(&f.Findings, "eligible.repaired", e.Repaired, Required, NotRequired)
	policy.OneOf(&f.Findings, "eligible.proof", e.Proof, Required, NotRequired)
	policy.OneOf(&f.Findings, "eligible.current", e.Current, Required, NotRequired)
	f.whole("eligible.periods", e.Periods, "")
	policy.OneOf(&f.Findings, "eligible.frequency", e.Frequency, Unlimited, OnceEver, OnceInMonths)
	if e.Frequency == OnceInMonths {
		f.whole("eligible.months", e.Months, "the frequency is once in so many months")
	} else {
		f.none("eligible.months", e.Months, "the frequency is not once in so many months")
	}
	f.whole("eligible.deadline_days", e.Deadline, "")
	policy.OneOf(&f.Findings, "eligible.deadline_since", e.Since, SinceNone, SinceBill, SincePeriod, SinceFound, SinceRepair)
	if _, on := e.Deadline.Value(); e.Since != "" && e.Deadline.Stated() && on == (e.Since == SinceNone) {
		f.Refuse("eligible.deadline_since", "the deadline is "+e.Deadline.String()+" and its days are counted from "+string(e.Since),
			"state both the days and from when, or neither")
	}
	f.whole("eligible.history_months", e.History, "")
}

// caseOf is a leak as it stands before it is priced.
type caseOf struct {
	known         bool // whether normal usage is known
	facts         Facts
	period        civil.Period
	billed        civil.Date
	usage, normal exact.Ratio
	unit          metering.Unit
	reasons       []Reason
	missing       *factFaults
}

// judge gives every reason why the leak is not eligible. A fact that a rule needs and that is missing goes to c.missing.
func (e Eligibility) judge(c *caseOf) {
	e.already(c)
	e.test(c)
	if e.Repaired == Required && c.facts.Repaired.IsZero() {
		c.no(NotRepaired, "the leak is not repaired, and credits are for repaired leaks")
	}
	if e.Proof == Required && c.missing.answer("proof", c.facts.Proof) == No {
		c.no(NoProof, "no proof of the repair is on file")
	}
	if e.Current == Required && c.missing.answer("current", c.facts.Current) == No {
		c.no(NotCurrent, "the account is not current")
	}
	e.often(c)
	e.inTime(c)
	e.history(c)
}

// already refuses to credit a day twice, whatever the policy.
func (e Eligibility) already(c *caseOf) {
	for _, p := range c.facts.Past {
		if _, both := p.Period.Intersect(c.period); both {
			c.no(AlreadyCredited, "days of the bill, {period}, have the credit of leak {leak}, granted on {granted}",
				say.Text("period", p.Period.String()), say.Text("leak", p.Leak), say.Date("granted", p.Granted))
		}
	}
}

func (e Eligibility) test(c *caseOf) {
	multiple, on := e.TestMultiple.Value()
	if !on {
		return
	}
	limit := multiple.Ratio().Mul(c.normal)
	sign, words := c.usage.Cmp(limit), "at least"
	met := sign >= 0
	if e.Test == Above {
		met, words = sign > 0, "more than"
	}
	if !met {
		c.no(TestNotMet, "{usage} {unit} is not "+words+" {multiple} × {normal} = {limit} {unit}",
			say.Number("usage", c.usage), say.Text("unit", c.unit.String()), say.Number("multiple", multiple.Ratio()),
			say.Number("normal", c.normal), say.Number("limit", limit))
	}
}

// often counts the bills of this leak, and the credits of others.
func (e Eligibility) often(c *caseOf) {
	same := 0
	var last Past
	for _, p := range c.facts.Past {
		if p.Leak == c.facts.Leak {
			same++
		} else if !p.Granted.Before(last.Granted) {
			last = p
		}
	}
	if most, on := e.Periods.Value(); on && same >= count(e.Periods) {
		c.no(PeriodsUsed, "the leak has {credited} credited bills, and {most} is the most",
			say.Number("credited", exact.Int(int64(same))), say.Number("most", most.Ratio()))
	}
	if last.Granted.IsZero() {
		return
	}
	granted := []metering.Figure{say.Text("leak", last.Leak), say.Date("granted", last.Granted)}
	switch e.Frequency {
	case OnceEver:
		c.no(TooSoon, "leak {leak} was credited on {granted}, and one leak is credited ever", granted...)
	case OnceInMonths:
		months, _ := e.Months.Value()
		again, err := last.Granted.AddMonths(count(e.Months))
		if err != nil || c.facts.Asked.Before(again) {
			c.no(TooSoon, "leak {leak} was credited on {granted}; one leak is credited in "+
				say.Many("months", months.Ratio(), "month")+", the next from {again} on, and this one was asked for on {asked}",
				append(granted, say.Number("months", months.Ratio()), say.Date("again", again), say.Date("asked", c.facts.Asked))...)
		}
	}
}

func (e Eligibility) inTime(c *caseOf) {
	days, on := e.Deadline.Value()
	if !on {
		return
	}
	var since civil.Date
	switch e.Since {
	case SinceBill:
		since = c.billed
	case SincePeriod:
		since = c.period.Last()
	case SinceFound:
		since = c.facts.Found
	case SinceRepair:
		since = c.facts.Repaired
	}
	if since.IsZero() {
		if e.Since != SinceRepair || e.Repaired != Required { // else it is not eligible for want of the repair
			c.missing.need(string(e.Since), "the deadline is counted from that day")
		}
		return
	}
	last, err := since.AddDays(count(e.Deadline))
	if err == nil && c.facts.Asked.After(last) {
		c.no(TooLate, "asked for on {asked}, later than {last}: "+say.Many("days", days.Ratio(), "day")+" from {since} ("+string(e.Since)+")",
			say.Date("asked", c.facts.Asked), say.Date("last", last), say.Number("days", days.Ratio()),
			say.Date("since", since))
	}
}

func (e Eligibility) history(c *caseOf) {
	months, on := e.History.Value()
	if !on {
		return
	}
	if c.facts.Service.IsZero() {
		c.missing.need("service", "the policy asks for months of history")
		return
	}
	from, err := c.facts.Service.AddMonths(count(e.History))
	if err != nil || c.period.From.Before(from) {
		c.no(ShortHistory, "service began on {service}; "+say.Many("months", months.Ratio(), "month")+
			" of it end on {from}, after the bill's period began on {period}",
			say.Date("service", c.facts.Service), say.Number("months", months.Ratio()), say.Date("from", from),
			say.Date("period", c.period.From))
	}
}
