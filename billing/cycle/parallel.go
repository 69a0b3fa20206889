package cycle

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/headgate-dev/headgate/billing"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/internal/say"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/metering"
)

// OldBill is a bill of the system that is replaced, in our words.
type OldBill struct {
	Account string
	Key     string // that of our bill of the same account and cycle
	Lines   []OldLine
	Total   money.Amount // as it was printed
}

// OldLine is a charge of an old bill.
type OldLine struct {
	Agreement string // as our bill has it; empty for a fee
	Charge    string // its id in our rate schedule; the old system's own word where we have none
	Amount    money.Amount
	Period    civil.Period  // the days that it was for; none where the old system does not say
	Use       *exact.Ratio  // the units that it was on, in Unit; nil where the old system does not say, or for a fixed amount
	Unit      metering.Unit // of Use
}

// Cause is why an old bill and ours come to different amounts.
type Cause string

// The causes, in the order in which a difference is put down to one. The rates are what is left: days and use are the same, and the
// amount is not.
const (
	OnlyOurs   Cause = "only ours"   // no old bill
	OnlyOld    Cause = "only old"    // no bill of ours
	TotalAlone Cause = "total alone" // the old bill has no lines to compare
	NewCharge  Cause = "new charge"  // a charge that the old bill does not have
	LostCharge Cause = "lost charge" // one that ours does not have
	OldSum     Cause = "old sum"     // the old bill's lines do not come to its total
	Rounding   Cause = "rounding"    // the old amount is ours before rounding, to less than a cent for each line that was rounded
	OtherDays  Cause = "other days"
	OtherUse   Cause = "other use"
	OtherRates Cause = "other rates"
)

var causes = []Cause{OnlyOurs, OnlyOld, TotalAlone, NewCharge, LostCharge, OldSum, Rounding, OtherDays, OtherUse, OtherRates}

// Difference is one reason why a bill comes to another amount than the old one.
type Difference struct {
	Account, Bill     string
	Agreement, Charge string
	Cause             Cause
	Old, Ours         money.Amount
	By                money.Amount // Ours less Old
	Words             string
}

// CauseGroup is all differences of one cause in one charge.
type CauseGroup struct {
	Cause  Cause
	Charge string // empty where it is of whole bills
	Bills  int
	Old    money.Amount
	Ours   money.Amount
	By     money.Amount // Ours less Old
	Most   Difference   // the largest, up or down
}

// ParallelRun is what the old system billed beside what we bill, to the cent: Ours less Old is the sum of the groups, and of the
// differences.
type ParallelRun struct {
	Bills       int // of either side
	Same        int // that come to the same, charge by charge
	Old, Ours   money.Amount
	Differences []Difference // in the order of accounts, bills, agreements and charges
	Groups      []CauseGroup // those of the most money first, up and down counted alike
}

// Parallel compares the bills of the old system with ours: one cycle, or many, since a change of system is proven over a year and not
// over a week. A bill is matched by its account and key, a charge by its agreement and id; several lines of a charge, such as its tiers,
// are added up. The order of the lists has no effect. Refused (ErrParallel) are an old bill or line that does not say what it is, and
// two bills of one account and key; all are told.
func Parallel(old []OldBill, ours []billing.Bill) (ParallelRun, error) {
	var wrong problem.List
	byBill := make(map[billOf]OldBill, len(old))
	for i, o := range old {
		at := billOf{o.Account, o.Key}
		if e := o.check(fmt.Sprintf("old[%d]", i)); e != nil {
			wrong.Add(e)
		}
		if _, twice := byBill[at]; twice {
			wrong.Add(&problem.Error{Code: ErrParallel, Path: fmt.Sprintf("old[%d]", i), What: "account " + o.Account + " has two old bills " + o.Key,
				Fix: "give each a key of its own"})
		}
		byBill[at] = o
	}
	seen := make(map[billOf]bool, len(ours))
	for _, b := range ours {
		at := billOf{b.Account(), b.Key()}
		if seen[at] || b.ID().IsZero() {
			wrong.Add(&problem.Error{Code: ErrParallel, Path: "bill " + at.key + " of account " + at.account,
				What: "it is none, or stands there twice", Fix: "give each bill once"})
		}
		seen[at] = true
	}
	if err := sorted(wrong).Err(); err != nil {
		return ParallelRun{}, err
	}
	var run ParallelRun
	for _, b := range ours {
		o, ok := byBill[billOf{b.Account(), b.Key()}]
		list, err := compareBills(o, ok, b)
		if err != nil {
			return ParallelRun{}, err
		}
		if len(list) == 0 {
			run.Same++
		}
		run.Differences = append(run.Differences, list...)
	}
	for _, o := range old {
		if !seen[billOf{o.Account, o.Key}] {
			run.Differences = append(run.Differences, difference(o.Account, o.Key, place{}, OnlyOld, o.Total.Cents(), 0,
				"the old system has billed {old}, and we have no bill"))
			run.Bills++
		}
	}
	run.Bills += len(ours)
	slices.SortFunc(run.Differences, orderOfDifferences)
	return run, run.addUp(old, ours)
}

// check tells what an old bill lacks.
func (o OldBill) check(path string) *problem.Error {
	if o.Account == "" || o.Key == "" {
		return &problem.Error{Code: ErrParallel, Path: path, What: "its account or its key is missing", Fix: "state both, as our bills do"}
	}
	for i, l := range o.Lines {
		if l.Charge == "" || !l.Period.IsZero() && l.Period.Check() != nil || l.Use != nil && !l.Unit.Valid() {
			return &problem.Error{
				Code: ErrParallel, Path: fmt.Sprintf("%s.lines[%d]", path, i),
				What: "its charge, its days or the unit of its use is missing, or none", Fix: "state what the old system says, and leave out the rest",
			}
		}
	}
	return nil
}

// place is a charge of an agreement.
type place struct{ agreement, charge string }

// charge is what the lines of a charge come to.
type charge struct {
	cents     int64
	exact     exact.Ratio // dollars, before rounding
	rounded   int         // lines that were rounded
	use       exact.Ratio
	unit      metering.Unit
	measured  bool
	from, to  civil.Date
	otherUnit bool
}

func (c *charge) days(p civil.Period) {
	if p.IsZero() {
		return
	}
	if c.from.IsZero() || p.From.Before(c.from) {
		c.from = p.From
	}
	if p.To.After(c.to) {
		c.to = p.To
	}
}

// measure adds a use; one in a unit that does not convert is another use than any.
func (c *charge) measure(use exact.Ratio, unit metering.Unit) {
	if !c.measured {
		c.use, c.unit, c.measured = use, unit, true
		return
	}
	more, err := metering.Part{Use: use, Unit: unit}.In(c.unit)
	c.use, c.otherUnit = c.use.Add(more), c.otherUnit || err != nil
}

func (c *charge) period() civil.Period { return civil.Period{From: c.from, To: c.to} }

// chargesOf are the charges of our bill, with the use of each service.
func chargesOf(b billing.Bill) (map[place]*charge, error) {
	services, err := serve(nil, &b, 0)
	if err != nil {
		return nil, err
	}
	out := map[place]*charge{}
	for l := range b.Lines() {
		at := place{l.Agreement, l.Charge}
		c := out[at]
		if c == nil {
			c = &charge{}
			out[at] = c
			for i := range services {
				if s := &services[i]; s.agreement == l.Agreement && s.measured {
					c.measure(s.use, s.unit)
				}
			}
		}
		c.cents += l.Amount.Cents()
		c.exact = c.exact.Add(l.Exact)
		if !l.Exact.Mul(exact.Int(100)).IsInt() {
			c.rounded++
		}
		c.days(l.Period)
	}
	return out, nil
}

// compareBills tells why our bill comes to another amount than the old one, charge by charge.
func compareBills(o OldBill, there bool, b billing.Bill) ([]Difference, error) {
	if !there {
		return []Difference{difference(b.Account(), b.Key(), place{}, OnlyOurs, 0, b.Charges().Cents(),
			"we bill {ours}, and the old system has no bill")}, nil
	}
	if len(o.Lines) == 0 {
		if o.Total == b.Charges() {
			return nil, nil
		}
		return []Difference{difference(o.Account, o.Key, place{}, TotalAlone, o.Total.Cents(), b.Charges().Cents(),
			"we bill {ours}, and the old system {old}, of which it gives no lines")}, nil
	}
	ours, err := chargesOf(b)
	if err != nil {
		return nil, &problem.Error{Code: ErrParallel, Path: "bill " + b.Key() + " of account " + b.Account(), Err: err}
	}
	theirs := map[place]*charge{}
	var sum int64
	for _, l := range o.Lines {
		at := place{l.Agreement, l.Charge}
		c := theirs[at]
		if c == nil {
			c = &charge{}
			theirs[at] = c
		}
		sum += l.Amount.Cents()
		c.cents += l.Amount.Cents()
		c.days(l.Period)
		if l.Use != nil {
			c.measure(*l.Use, l.Unit)
		}
	}
	var out []Difference
	for at, c := range ours {
		was := theirs[at]
		if was == nil {
			if c.cents != 0 {
				out = append(out, difference(o.Account, o.Key, at, NewCharge, 0, c.cents, "{charge} is {ours}, and the old bill does not have it"))
			}
			continue
		}
		if was.cents != c.cents {
			cause, why := why(was, c)
			out = append(out, difference(o.Account, o.Key, at, cause, was.cents, c.cents, "{charge} is {ours}, and was {old}: "+why))
		}
	}
	for at, was := range theirs {
		if ours[at] == nil && was.cents != 0 {
			out = append(out, difference(o.Account, o.Key, at, LostCharge, was.cents, 0, "{charge} was {old}, and ours does not have it"))
		}
	}
	if sum != o.Total.Cents() {
		// What the total has beyond its lines is billed by nothing, and so not by us.
		out = append(out, difference(o.Account, o.Key, place{}, OldSum, o.Total.Cents()-sum, 0,
			fmt.Sprintf("the lines of the old bill come to %s, and it says %s", money.Cents(sum), o.Total)))
	}
	return out, nil
}

// why tells two amounts of a charge apart.
func why(was, now *charge) (Cause, string) {
	cents := now.exact.Mul(exact.Int(100))
	if off := cents.Sub(exact.Int(was.cents)).Abs(); off.Cmp(exact.Int(int64(now.rounded))) < 0 && !differentDays(was, now) && !differentUse(was, now) {
		return Rounding, "before rounding it is $" + decimal(now.exact) + " on " + say.Counted(now.rounded, "rounded line")
	}
	if differentDays(was, now) {
		return OtherDays, fmt.Sprintf("it is for %s, and was for %s", now.period(), was.period())
	}
	if differentUse(was, now) {
		return OtherUse, fmt.Sprintf("%s %s are billed, and were %s %s", say.Number("", now.use), now.unit, say.Number("", was.use), was.unit)
	}
	said := "the use and the days are the same"
	if was.from.IsZero() || !was.measured {
		said = "the old bill does not say its days, or its use"
	}
	return OtherRates, said
}

func decimal(r exact.Ratio) string {
	text, _ := r.Round(6, exact.HalfUp).Decimal(6)
	return text
}

func differentDays(was, now *charge) bool {
	return !was.from.IsZero() && !now.from.IsZero() && was.period() != now.period()
}

func differentUse(was, now *charge) bool {
	if !was.measured || !now.measured {
		return false
	}
	use, err := (metering.Part{Use: was.use, Unit: was.unit}).In(now.unit)
	return err != nil || was.otherUnit || now.otherUnit || !use.Equal(now.use)
}

func difference(account, bill string, at place, cause Cause, old, ours int64, words string) Difference {
	figures := []metering.Figure{say.Text("charge", at.charge), say.Money("old", money.Cents(old)), say.Money("ours", money.Cents(ours))}
	return Difference{
		Account: account, Bill: bill, Agreement: at.agreement, Charge: at.charge, Cause: cause, Old: money.Cents(old), Ours: money.Cents(ours),
		By:    money.Cents(ours - old),
		Words: say.Words(words, figures),
	}
}

func orderOfDifferences(a, b Difference) int {
	return cmp.Or(cmp.Compare(a.Account, b.Account), cmp.Compare(a.Bill, b.Bill), cmp.Compare(a.Agreement, b.Agreement), cmp.Compare(a.Charge, b.Charge),
		cmp.Compare(slices.Index(causes, a.Cause), slices.Index(causes, b.Cause)))
}

// addUp makes the groups, and the totals of both sides. What the differences come to is what the totals differ by.
func (run *ParallelRun) addUp(old []OldBill, ours []billing.Bill) error {
	add := func(sum *money.Amount, more money.Amount) error {
		next, err := sum.Add(more)
		if err != nil {
			return &problem.Error{Code: ErrParallel, Path: "totals", Err: err}
		}
		*sum = next
		return nil
	}
	for _, o := range old {
		if err := add(&run.Old, o.Total); err != nil {
			return err
		}
	}
	for _, b := range ours {
		if err := add(&run.Ours, b.Charges()); err != nil {
			return err
		}
	}
	type group struct {
		cause  Cause
		charge string
	}
	at := map[group]int{}
	last := map[group]billOf{}
	for _, d := range run.Differences {
		key := group{d.Cause, d.Charge}
		i, ok := at[key]
		if !ok {
			i = len(run.Groups)
			at[key] = i
			run.Groups = append(run.Groups, CauseGroup{Cause: d.Cause, Charge: d.Charge, Most: d})
		}
		g := &run.Groups[i]
		if bill := (billOf{d.Account, d.Bill}); last[key] != bill { // differences stand in the order of bills
			g.Bills++
			last[key] = bill
		}
		for _, part := range []struct {
			sum  *money.Amount
			more money.Amount
		}{{&g.Old, d.Old}, {&g.Ours, d.Ours}, {&g.By, d.By}} {
			if err := add(part.sum, part.more); err != nil {
				return err
			}
		}
		if magnitude(d.By) > magnitude(g.Most.By) {
			g.Most = d
		}
	}
	slices.SortStableFunc(run.Groups, func(a, b CauseGroup) int {
		return cmp.Or(cmp.Compare(magnitude(b.By), magnitude(a.By)), cmp.Compare(b.Bills, a.Bills),
			cmp.Compare(slices.Index(causes, a.Cause), slices.Index(causes, b.Cause)),
			cmp.Compare(a.Charge, b.Charge))
	})
	return nil
}

func magnitude(a money.Amount) int64 { return max(a.Cents(), -a.Cents()) }

// String is the run as a project lead reads it: both totals, how many bills are the same, and the causes with the largest difference of
// each.
func (run ParallelRun) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s, %d the same to the cent: %s, and the old system %s\n", say.Counted(run.Bills, "bill"), run.Same, run.Ours, run.Old)
	for _, g := range run.Groups {
		what := string(g.Cause)
		if g.Charge != "" {
			what += " in " + g.Charge
		}
		fmt.Fprintf(&b, "  %s: %s on %s; account %s, bill %s: %s\n", what, signed(g.By), say.Counted(g.Bills, "bill"), g.Most.Account, g.Most.Bill,
			g.Most.Words)
	}
	return b.String()
}

// signed is an amount with its sign, as a difference is read.
func signed(a money.Amount) string {
	if a.Sign() > 0 {
		return "+" + a.String()
	}
	return a.String()
}
