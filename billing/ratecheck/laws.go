package ratecheck

import (
	"fmt"
	"slices"
	"strings"

	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/rates"
)

// A Law is something that holds for every book of rates, whatever its prices: a metamorphic
// property, which needs no bill that somebody has worked out.
type Law string

// The laws of rates.
const (
	// LinesSum: the lines of a bill sum to its total, each is its exact amount rounded, and
	// what was rounded away is less than a cent a line.
	LinesSum Law = "lines_sum"
	// MoreCostsMore: more usage never costs less.
	MoreCostsMore Law = "more_costs_more"
	// BoundsJoin: at the bound of a tier a bill does not jump. The first drop of the next tier
	// costs what a drop costs there, and not what the whole tier below would.
	BoundsJoin Law = "bounds_join"
	// NeverNegative: no bill is below zero.
	NeverNegative Law = "never_negative"
	// LargerPaysMore: with the same else and no usage, a larger meter pays no less. The facts
	// are those whose values are sizes in inches, such as 5/8, 1 1/2" and 3/4 in.
	LargerPaysMore Law = "larger_pays_more"
	// PartsShare: where new rates split or blend a bill by days, it is each version's whole bill
	// times its share of the days, to the rounding of its lines; and its lines name the versions.
	PartsShare Law = "parts_share"
	// HalvesSum: where base charges and tiers both scale with days, and nothing else is charged but
	// prices of usage and percentages, a bill costs what two bills of its two halves cost, each
	// with its share of the usage, to the rounding of their lines.
	HalvesSum Law = "halves_sum"
	// OthersIgnored: a fact that the schedule does not ask for changes nothing.
	OthersIgnored Law = "others_ignored"
	// OrderIgnored: in which order charges stand in the book changes no amount.
	OrderIgnored Law = "order_ignored"
	// EqualAgree: an equal book comes to equal bills, and what explains a bill says the same as
	// what prices it.
	EqualAgree Law = "equal_agree"
	// CausesSum: why one bill is another than the one before sums to the difference, to the
	// cent, without a cause that adds nothing.
	CausesSum Law = "causes_sum"
)

// law is how a law is tried on a schedule.
type law struct {
	name Law
	try  func(*trial) *Breach
}

// laws are all laws, in the order in which they are told.
var laws = [...]law{
	{LinesSum, (*trial).linesSum}, {MoreCostsMore, (*trial).moreCostsMore}, {BoundsJoin, (*trial).boundsJoin}, {NeverNegative, (*trial).neverNegative},
	{LargerPaysMore, (*trial).largerPaysMore}, {PartsShare, (*trial).partsShare}, {HalvesSum, (*trial).halvesSum}, {OthersIgnored, (*trial).othersIgnored}, {OrderIgnored, (*trial).orderIgnored},
	{EqualAgree, (*trial).equalAgree}, {CausesSum, (*trial).causesSum},
}

// AllLaws are the names of all laws.
func AllLaws() []Law {
	names := make([]Law, len(laws))
	for i := range laws {
		names[i] = laws[i].name
	}
	return names
}

// LawOptions say what else is to be tried, and what is known not to hold.
type LawOptions struct {
	// Bills are tried besides those that the book itself suggests: real accounts find what a
	// book does not show. Their usage is one of those that are tried.
	Bills []rates.Input
	// Exceptions are laws that the rates break by intent.
	Exceptions []Exception
}

// An Exception is a law that a schedule breaks by intent.
type Exception struct {
	Law Law
	// Schedule is the ID of the schedule; empty for all of the book.
	Schedule string
	// Reason says why: a resolution, a rule of the district. One without a reason excepts
	// nothing.
	Reason string
}

// A Breach is a law that does not hold, with the simplest bills that were found to break it; of a
// bill that falls, the two usages are as near to each other as short numbers go.
type Breach struct {
	Law      Law
	Schedule string
	// Bills are the counter-example: the bills that contradict the law or each other.
	Bills []rates.Input
	// What says what they come to, and Fix what to look at.
	What, Fix string
}

// String is the breach as advice: the law, the schedule, what is wrong, the bills.
func (b *Breach) String() string {
	var text strings.Builder
	fmt.Fprintf(&text, "%s: %s: %s; %s", b.Schedule, b.Law, b.What, b.Fix)
	for i := range b.Bills {
		text.WriteString("\n    " + billText(&b.Bills[i]))
	}
	return text.String()
}

// Problem is the breach as an error of the code [ErrLaw].
func (b *Breach) Problem() *problem.Error {
	return &problem.Error{Code: ErrLaw, Path: b.Schedule + "." + string(b.Law), What: b.What, Fix: b.Fix}
}

// A LawReport is what trying the laws of rates on a book has found.
type LawReport struct {
	// Breaches are the laws that do not hold, by schedule in the book's order: one of each law.
	Breaches []Breach
	// Excepted are those that an exception is made for.
	Excepted []Breach
	// Idle are exceptions that nothing needs, or that give no reason: the law holds, or there is
	// no such law or schedule.
	Idle []Exception
	// Untried are the schedules of which no bill could be priced, and so nothing is known. Give
	// bills of theirs ([LawOptions]).
	Untried []string
	// Bills is how many bills were priced.
	Bills int
}

// Err is all that keeps the book from being proven, as a [problem.List]: breaches ([ErrLaw]),
// idle exceptions ([ErrException]) and schedules that were not tried ([ErrLaw]); nil for
// nothing.
func (r *LawReport) Err() error {
	var found problem.List
	for i := range r.Breaches {
		found.Add(r.Breaches[i].Problem())
	}
	for _, id := range r.Untried {
		found.Add(&problem.Error{Code: ErrLaw, Path: id, What: "no bill of the schedule could be priced, so that nothing is known of it",
			Fix: "give the facts of a real account of it"})
	}
	for _, e := range r.Idle {
		found.Add(e.problem())
	}
	return found.Err()
}

func (e *Exception) problem() *problem.Error {
	p := &problem.Error{Code: ErrException, Path: e.Schedule, What: fmt.Sprintf("the exception to %s is not needed: the law holds", e.Law), Fix: "take it out"}
	switch {
	case !slices.Contains(AllLaws(), e.Law):
		names := make([]string, len(laws))
		for i := range laws {
			names[i] = string(laws[i].name)
		}
		p.What, p.Fix = fmt.Sprintf("there is no law %q", e.Law), "the laws are: "+strings.Join(names, ", ")
	case e.Reason == "":
		p.What, p.Fix = fmt.Sprintf("the exception to %s gives no reason", e.Law), "say which rule of the district breaks it"
	}
	return p
}

// Laws tries the laws of rates on a book, over bills that the book itself suggests: all values
// that its facts, tables and conditions know, the days around its changes, usages around its
// bounds. It is deterministic. That a law holds on all of them is no proof, but what breaks one
// is worth a look: most mistakes in rates do.
func Laws(engine *rates.Engine, options LawOptions) LawReport {
	var report LawReport
	book := engine.Book()
	used := make([]bool, len(options.Exceptions))
	for i := range book.Schedules {
		s := &book.Schedules[i]
		alone, err := rates.Compile(rates.Book{Name: book.Name, Schedules: []rates.Schedule{*s}})
		if err != nil {
			report.Untried = append(report.Untried, s.ID) // it has been compiled among the others
			continue
		}
		t := newTrial(alone, s, options.Bills)
		if len(t.scenes) == 0 {
			report.Untried = append(report.Untried, s.ID)
			continue
		}
		for _, law := range laws {
			b := law.try(t)
			if b == nil {
				continue
			}
			b.Law, b.Schedule = law.name, s.ID
			excepted := false
			for n, e := range options.Exceptions {
				if e.Law == law.name && (e.Schedule == "" || e.Schedule == s.ID) && e.Reason != "" {
					excepted, used[n] = true, true
				}
			}
			if excepted {
				report.Excepted = append(report.Excepted, *b)
			} else {
				report.Breaches = append(report.Breaches, *b)
			}
		}
		report.Bills += t.priced
	}
	for n, e := range options.Exceptions {
		if !used[n] {
			report.Idle = append(report.Idle, e)
		}
	}
	return report
}

// billText is a bill in one line.
func billText(in *rates.Input) string {
	var parts []string
	facts := func(all rates.Facts) {
		for _, name := range sortedNames(all) {
			parts = append(parts, fmt.Sprintf("%s %s", strings.ReplaceAll(name, "_", " "), all[name]))
		}
	}
	if !in.Period.IsZero() {
		parts = append(parts, fmt.Sprintf("%s to %s", in.Period.From, in.Period.Last()))
	}
	if !in.BillDate.IsZero() {
		parts = append(parts, "bill of "+in.BillDate.String())
	}
	if in.CycleDays > 0 {
		parts = append(parts, fmt.Sprintf("a cycle of %d days", in.CycleDays))
	}
	if !in.Carried.IsZero() {
		parts = append(parts, in.Carried.String()+" carried")
	}
	for i := range in.Meters {
		parts = append(parts, fmt.Sprintf("meter %s: %s", in.Meters[i].ID, in.Meters[i].Usage))
		facts(in.Meters[i].Facts)
	}
	if len(in.Meters) == 0 {
		parts = append(parts, in.Usage.String())
	}
	facts(in.Facts)
	for _, c := range in.Changes {
		parts = append(parts, fmt.Sprintf("%s %s from %s", strings.ReplaceAll(c.Fact, "_", " "), c.Value, c.On))
	}
	return in.Schedule + ": " + strings.Join(parts, ", ")
}
