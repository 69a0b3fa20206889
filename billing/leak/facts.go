package leak

import (
	"fmt"
	"slices"
	"strings"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/internal/say"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/metering"
)

// Facts is what is known of a leak and of the account. A fact that the policy needs and that is not given is ErrFact;
// others may be left out.
type Facts struct {
	Leak  string     // the leak's own id, such as its work order; no names
	Meter string     // the ID of the meter that leaked, where the bill has several meters
	Asked civil.Date // the day on which the credit was asked for
	// Found and Repaired are when the leak was; no date where it is not known, or not repaired.
	Found, Repaired civil.Date
	Proof           Answer     // that a proof of the repair is on file
	Current         Answer     // that the account is current
	OffSewer        Answer     // that the water did not reach the sewer
	Service         civil.Date // the first day of the customer's service
	// Share is what was granted where the policy states only the most; nil where nobody has granted one yet, which is not 0.
	Share *exact.Number
	// Baselines are measured facts, each with what it is; the policy says which one it takes.
	Baselines []Baseline
	// TierThen is the highest tier that the baseline's own bill reached, counted from 1; 0 where it is not known.
	TierThen int
	// Past are the credits that the customer has had, of this leak and of others.
	Past []Past
}

// Answer is a fact that is so or not. The zero value is not known.
type Answer uint8

// The answers.
const (
	Yes Answer = iota + 1
	No
)

// Baseline is normal usage as it was measured.
type Baseline struct {
	Kind   BaselineKind
	Cycles []metering.Cycle // the billed usage of whole periods
}

// Past is a bill that has a leak credit.
type Past struct {
	Leak    string
	Period  civil.Period // of the bill
	Granted civil.Date
}

// facts collects the facts that are missing or wrong.
type factFaults struct{ found problem.List }

func (f *factFaults) need(path, why string) {
	f.found.Add(&problem.Error{Code: ErrFact, Path: path, What: "the fact is needed and missing: " + why, Fix: "find it out, and give it"})
}

func (f *factFaults) wrong(path, what, fix string) {
	f.found.Add(&problem.Error{Code: ErrFact, Path: path, What: what, Fix: fix})
}

func (f *factFaults) answer(path string, a Answer) Answer {
	if a != Yes && a != No {
		f.need(path, "the policy asks for it")
	}
	return a
}

// check looks at what every policy needs.
func (f Facts) check(found *factFaults) {
	if f.Leak == "" {
		found.need("leak", "credits of one leak are counted by its id")
	}
	if f.Asked.IsZero() {
		found.need("asked", "time is counted to the day on which the credit was asked for")
	}
	for i, p := range f.Past {
		path := fmt.Sprintf("past[%d]", i)
		switch {
		case p.Leak == "" || p.Granted.IsZero() || p.Period.Check() != nil:
			found.wrong(path, "a past credit without a leak, a period or the day on which it was granted", "give all three")
		case p.Granted.After(f.Asked):
			found.wrong(path, "it was granted on "+p.Granted.String()+", after this credit was asked for",
				"give the credits that were granted before")
		}
	}
}

// baseline is N before it is rounded, with what it is in words, in the unit. The width of tier 1 is not measured: the bill has
// it.
func (r Rule) baseline(facts Facts, period civil.Period, unit metering.Unit) (exact.Ratio, string, error) {
	var found []Baseline
	for _, b := range facts.Baselines {
		if b.Kind == r.Baseline {
			found = append(found, b)
		}
	}
	refuse := func(what, fix string) (exact.Ratio, string, error) {
		return exact.Ratio{}, "", &problem.Error{Code: ErrFact, Path: "baselines", What: string(r.Baseline) + ": " + what, Fix: fix}
	}
	if len(found) != 1 {
		return refuse(fmt.Sprintf("%d of them are given", len(found)), "give the measured usage that the policy compares with, once")
	}
	cycles := found[0].Cycles
	least, most := 1, 1
	if r.Baseline.mean() {
		least, most = count(r.LeastBills), count(r.Bills)
	}
	if len(cycles) < least || len(cycles) > most {
		return refuse(fmt.Sprintf("it is of %d bills", len(cycles)), fmt.Sprintf("give %d to %d", least, most))
	}
	var sum exact.Ratio
	parts, of := make([]string, len(cycles)), make([]int, 0, len(cycles))
	for i, c := range cycles {
		if c.Period.Check() != nil || c.Period.Days() == 0 || c.Use.Sign() < 0 {
			return refuse("a bill without days, or with usage below 0", "give the days of each bill, and its billed usage")
		}
		for _, other := range cycles[:i] {
			if _, both := c.Period.Intersect(other.Period); both {
				return refuse(c.Period.String()+" and "+other.Period.String()+" overlap", "give each bill once")
			}
		}
		if !asLong(c.Period, period) {
			return refuse(fmt.Sprintf("%s has %d days, and the bill %d", c.Period, c.Period.Days(), period.Days()),
				"give bills about as long as this one")
		}
		year, why := r.Baseline.fits(c.Period, period, facts.Repaired, most)
		if why != "" {
			return refuse(c.Period.String()+" "+why, "give the bills that the policy compares with")
		}
		if year > 0 && slices.Contains(of, year) {
			return refuse(c.Period.String()+" is of the same year as another", "give one bill of each year")
		}
		of = append(of, year)
		use, err := c.Use.In(unit)
		if err != nil {
			return exact.Ratio{}, "", err
		}
		sum = sum.Add(use)
		parts[i] = show(use)
	}
	mean, err := sum.Quo(exact.Int(int64(len(cycles))))
	return mean, r.Baseline.words() + " (" + strings.Join(parts, ", ") + ")", err
}

// fits says why a period is not one that the baseline is of; empty where it is. The year is by how many a same period is earlier.
func (k BaselineKind) fits(p, bill civil.Period, repaired civil.Date, years int) (year int, why string) {
	switch k {
	case MeanBills:
		if p.To.After(bill.From) {
			return 0, "does not end before the bill's period"
		}
	case AfterRepair:
		if repaired.IsZero() || p.From.Before(repaired) {
			return 0, "does not begin after the repair"
		}
	case SamePeriod, MeanSamePeriods:
		for year := 1; year <= years; year++ {
			from, err := bill.From.AddMonths(-12 * year)
			if err != nil {
				continue // before the calendar begins
			}
			to, err := bill.To.AddMonths(-12 * year)
			if err != nil {
				continue
			}
			if same(p, civil.Period{From: from, To: to}) {
				return year, ""
			}
		}
		return 0, "is not the bill's period of an earlier year"
	}
	return 0, ""
}

// same reports whether two bills are of one period of the year, although reading days drift (ours): half of the shorter one's days
// or more are in both.
func same(p, q civil.Period) bool {
	common, _ := p.Intersect(q)
	return 2*common.Days() >= min(p.Days(), q.Days())
}

// asLong reports whether the use of one period can stand for that of another (ours): the longer one is at most half as long
// again. Normal use of two weeks is none of a month, and would excuse what the customer uses.
func asLong(p, q civil.Period) bool {
	return 2*max(p.Days(), q.Days()) <= 3*min(p.Days(), q.Days())
}

func (k BaselineKind) words() string {
	switch k {
	case TierOneWidth:
		return "the width of tier 1"
	case SamePeriod:
		return "the same period last year"
	case MeanSamePeriods:
		return "the mean of the same periods"
	case MeanBills:
		return "the mean of bills"
	}
	return "the period after the repair"
}

func show(x exact.Ratio) string { return metering.Figure{Value: x}.String() }

// no notes a reason, whose words name figures in braces.
func (c *caseOf) no(code Code, words string, figures ...metering.Figure) {
	c.reasons = append(c.reasons, reason(code, words, figures...))
}

func reason(code Code, words string, figures ...metering.Figure) Reason {
	return Reason{Code: code, Figures: figures, Words: say.Words(words, figures)}
}
