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
	Agreement string // as our bill has it; empty for a fee, or where our bill has one agreement
	Meter     string // the meter that it is for, as our bill has it; empty where the old system does not say
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

// Difference is one reason why a bill comes to another amount than the old one, or to the same by other days or another use.
type Difference struct {
	Account, Bill     string
	Agreement, Charge string
	Meter             string // where the old bill has the charge by meter
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
	Gross  money.Amount // what is up and what is down counted alike
	Most   Difference   // the largest, up or down
}

// ParallelRun is what the old system billed beside what we bill, to the cent: Ours less Old is the sum of the groups, and of the
// differences.
type ParallelRun struct {
	Bills       int // of either side
	Same        int // that come to the same, charge by charge, on the same days and use as far as the old system says them
	Old, Ours   money.Amount
	Differences []Difference // in the order of accounts, bills, agreements and charges
	Groups      []CauseGroup // those of the most money first, by their gross
}

// Parallel compares the bills of the old system with ours: one cycle, or many, since a change of system is proven over a year and not
// over a week. A bill is matched by its account and key, a charge by its agreement and id, and by its meter where the old bill says it;
// several lines of a charge, such as its tiers, are added up. The order of the lists has no effect. Refused (ErrParallel) are an old bill
// or line that does not say what it is, and two bills of one account and key, all of which are told; and amounts that nobody can add up.
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
	for i := range ours {
		o, ok := byBill[billOf{ours[i].Account(), ours[i].Key()}]
		list, err := compareBills(o, ok, &ours[i])
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
			d, err := difference(o.Account, o.Key, place{}, OnlyOld, o.Total, money.Amount{}, "the old system has billed {old}, and we have no bill")
			if err != nil {
				return ParallelRun{}, err
			}
			run.Differences = append(run.Differences, d)
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

// place is a charge of an agreement, and of a meter where the old bill says it.
type place struct{ agreement, charge, meter string }

// charge is what the lines of a charge come to.
type charge struct {
	amount    money.Amount
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

// add adds the amount of a line.
func (c *charge) add(a money.Amount) error {
	sum, err := c.amount.Add(a)
	if err != nil {
		return err
	}
	c.amount = sum
	return nil
}

func (c *charge) period() civil.Period { return civil.Period{From: c.from, To: c.to} }

// chargesOf are the charges of our bill, with the use of each service, or of a meter of it: by meter where byMeter says so.
func chargesOf(b *billing.Bill, byMeter func(agreement, charge string) bool) (map[place]*charge, error) {
	services, err := serve(nil, b, 0)
	if err != nil {
		return nil, err
	}
	out := map[place]*charge{}
	for l := range b.Lines() {
		at := place{l.Agreement, l.Charge, ""}
		if byMeter(l.Agreement, l.Charge) {
			at.meter = l.Meter
		}
		c := out[at]
		if c == nil {
			c = &charge{}
			out[at] = c
			for i := range services {
				s := &services[i]
				if s.agreement != l.Agreement || !s.measured {
					continue
				}
				if at.meter == "" {
					c.measure(s.use, s.unit)
				}
				for k := range s.input.Meters {
					if m := &s.input.Meters[k]; m.ID == at.meter && m.Usage != (metering.Volume{}) {
						c.measure(m.Usage.Ratio(), m.Usage.Unit())
					}
				}
			}
		}
		if err := c.add(l.Amount); err != nil {
			return nil, err
		}
		c.exact = c.exact.Add(l.Exact)
		if !l.Exact.Mul(exact.Int(100)).IsInt() {
			c.rounded++
		}
		c.days(l.Period)
	}
	return out, nil
}

// places are where the lines of an old bill belong on ours. A line that names no agreement is of the one that our bill has, where that
// has such a charge.
func (o OldBill) places(b *billing.Bill) []place {
	out := make([]place, len(o.Lines))
	bare := false
	for i, l := range o.Lines {
		out[i] = place{l.Agreement, l.Charge, l.Meter}
		bare = bare || l.Agreement == ""
	}
	if !bare {
		return out
	}
	type of struct{ agreement, charge string }
	has := map[of]bool{}
	only := ""
	for l := range b.Lines() {
		has[of{l.Agreement, l.Charge}] = true
		if l.Agreement != "" && only != "" && only != l.Agreement {
			return out // of several nobody knows which
		}
		only = cmp.Or(l.Agreement, only)
	}
	for i := range out {
		if at := &out[i]; at.agreement == "" && !has[of{"", at.charge}] && has[of{only, at.charge}] {
			at.agreement = only
		}
	}
	return out
}

// onlyMeter takes the meter off lines of an old bill that name the only one, where ours, which say it where there are several, say none.
func onlyMeter(places []place, b *billing.Bill) {
	type of struct{ agreement, charge string }
	named := map[of]string{}
	several := map[of]bool{}
	for _, at := range places {
		key := of{at.agreement, at.charge}
		if was, ok := named[key]; ok && was != at.meter {
			several[key] = true
		}
		named[key] = at.meter
	}
	for l := range b.Lines() {
		if l.Meter != "" {
			several[of{l.Agreement, l.Charge}] = true
		}
	}
	for i := range places {
		if !several[of{places[i].agreement, places[i].charge}] {
			places[i].meter = ""
		}
	}
}

// charges are the charges of an old bill, and what all of them come to.
func (o OldBill) charges(places []place) (map[place]*charge, money.Amount, error) {
	out := map[place]*charge{}
	var sum money.Amount
	for i, l := range o.Lines {
		c := out[places[i]]
		if c == nil {
			c = &charge{}
			out[places[i]] = c
		}
		var err error
		if sum, err = sum.Add(l.Amount); err == nil {
			err = c.add(l.Amount)
		}
		if err != nil {
			return nil, sum, err
		}
		c.days(l.Period)
		if l.Use != nil {
			c.measure(*l.Use, l.Unit)
		}
	}
	return out, sum, nil
}

// compareBills tells why our bill comes to another amount than the old one, charge by charge.
func compareBills(o OldBill, there bool, b *billing.Bill) ([]Difference, error) {
	var out []Difference
	tell := func(at place, cause Cause, old, ours money.Amount, words string) error {
		d, err := difference(b.Account(), b.Key(), at, cause, old, ours, words)
		if err != nil {
			return err
		}
		out = append(out, d)
		return nil
	}
	switch {
	case !there:
		return out, tell(place{}, OnlyOurs, money.Amount{}, b.Charges(), "we bill {ours}, and the old system has no bill")
	case len(o.Lines) == 0 && o.Total == b.Charges():
		return nil, nil
	case len(o.Lines) == 0:
		return out, tell(place{}, TotalAlone, o.Total, b.Charges(), "we bill {ours}, and the old system {old}, of which it gives no lines")
	}
	places := o.places(b)
	onlyMeter(places, b)
	theirs, sum, err := o.charges(places)
	if err != nil {
		return nil, unsummed(b.Account(), b.Key(), err)
	}
	ours, err := chargesOf(b, func(agreement, charge string) bool {
		return slices.ContainsFunc(places, func(at place) bool { return at.agreement == agreement && at.charge == charge && at.meter != "" })
	})
	if err != nil {
		return nil, unsummed(b.Account(), b.Key(), err)
	}
	for at, c := range ours {
		was := theirs[at]
		switch {
		case was == nil && !c.amount.IsZero():
			err = tell(at, NewCharge, money.Amount{}, c.amount, "{charge} is {ours}, and the old bill does not have it")
		case was == nil:
		case was.amount != c.amount:
			cause, why := why(was, c)
			err = tell(at, cause, was.amount, c.amount, "{charge} is {ours}, and was {old}: "+why)
		case differentDays(was, c) || differentUse(was, c):
			cause, why := why(was, c)
			err = tell(at, cause, was.amount, c.amount, "{charge} is {ours} all the same: "+why)
		}
		if err != nil {
			return nil, err
		}
	}
	for at, was := range theirs {
		if ours[at] == nil && !was.amount.IsZero() {
			if err := tell(at, LostCharge, was.amount, money.Amount{}, "{charge} was {old}, and ours does not have it"); err != nil {
				return nil, err
			}
		}
	}
	if sum != o.Total {
		// What the total has beyond its lines is billed by nothing, and so not by us.
		rest, err := o.Total.Sub(sum)
		if err == nil {
			err = tell(place{}, OldSum, rest, money.Amount{}, fmt.Sprintf("the lines of the old bill come to %s, and it says %s", sum, o.Total))
		}
		if err != nil {
			return nil, unsummed(b.Account(), b.Key(), err)
		}
	}
	return out, nil
}

// unsummed refuses a bill whose amounts nobody can add up.
func unsummed(account, key string, err error) error {
	return &problem.Error{Code: ErrParallel, Path: "bill " + key + " of account " + account, Err: err}
}

// why tells two amounts of a charge apart.
func why(was, now *charge) (Cause, string) {
	cents := now.exact.Mul(exact.Int(100))
	if off := cents.Sub(exact.Int(was.amount.Cents())).Abs(); off.Cmp(exact.Int(int64(now.rounded))) < 0 && !differentDays(was, now) && !differentUse(was, now) {
		return Rounding, "before rounding it is $" + decimal(now.exact) + " on " + say.Counted(now.rounded, "rounded line") + was.unsaid("; ")
	}
	if differentDays(was, now) {
		return OtherDays, fmt.Sprintf("it is for %s, and was for %s", now.period(), was.period())
	}
	if differentUse(was, now) {
		return OtherUse, fmt.Sprintf("%s %s are billed, and were %s %s", say.Number("", now.use), now.unit, say.Number("", was.use), was.unit)
	}
	if said := was.unsaid(""); said != "" {
		return OtherRates, said
	}
	return OtherRates, "the use and the days are the same"
}

// unsaid is that an old bill does not say what would tell the cause for sure; empty where it does.
func (c *charge) unsaid(before string) string {
	if c.from.IsZero() || !c.measured {
		return before + "the old bill does not say its days, or its use"
	}
	return ""
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

func difference(account, bill string, at place, cause Cause, old, ours money.Amount, words string) (Difference, error) {
	by, err := ours.Sub(old)
	if err == nil {
		_, err = by.Neg() // up and down are counted alike
	}
	if err != nil {
		return Difference{}, unsummed(account, bill, err)
	}
	figures := []metering.Figure{say.Text("charge", at.charge+ofMeter(at.meter)), say.Money("old", old), say.Money("ours", ours)}
	return Difference{
		Account: account, Bill: bill, Agreement: at.agreement, Charge: at.charge, Meter: at.meter, Cause: cause, Old: old, Ours: ours, By: by,
		Words: say.Words(words, figures),
	}, nil
}

func orderOfDifferences(a, b Difference) int {
	return cmp.Or(cmp.Compare(a.Account, b.Account), cmp.Compare(a.Bill, b.Bill), cmp.Compare(a.Agreement, b.Agreement), cmp.Compare(a.Charge, b.Charge),
		cmp.Compare(a.Meter, b.Meter), cmp.Compare(slices.Index(causes, a.Cause), slices.Index(causes, b.Cause)))
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
		}{{&g.Old, d.Old}, {&g.Ours, d.Ours}, {&g.By, d.By}, {&g.Gross, magnitude(d.By)}} {
			if err := add(part.sum, part.more); err != nil {
				return err
			}
		}
		if magnitude(d.By).Cmp(magnitude(g.Most.By)) > 0 {
			g.Most = d
		}
	}
	slices.SortStableFunc(run.Groups, func(a, b CauseGroup) int {
		return cmp.Or(b.Gross.Cmp(a.Gross), cmp.Compare(b.Bills, a.Bills),
			cmp.Compare(slices.Index(causes, a.Cause), slices.Index(causes, b.Cause)),
			cmp.Compare(a.Charge, b.Charge))
	})
	return nil
}

// magnitude is an amount without its sign.
func magnitude(a money.Amount) money.Amount {
	if up, err := a.Neg(); err == nil && a.Sign() < 0 {
		return up
	}
	return a // the lowest of all has none: nothing adds up to it, see difference
}

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
		by := signed(g.By)
		if g.Gross != magnitude(g.By) {
			by += " net, " + g.Gross.String() + " up and down,"
		}
		fmt.Fprintf(&b, "  %s: %s on %s; account %s, bill %s: %s\n", what, by, say.Counted(g.Bills, "bill"), g.Most.Account, g.Most.Bill,
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
