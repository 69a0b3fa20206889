package rates

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
)

// tell names what steps that were taken together did to the bill: nothing, where they
// did not change its total.
func (w *why) tell(taken []int, before, after *bill) ([]Cause, error) {
	all, sum, err := effects(before, after)
	if err != nil {
		return nil, err
	}
	for i := range all {
		e := &all[i]
		e.Text = "Rounding"
		if e.Charge == "" {
			continue
		}
		c := after.charge(e.Charge, before)
		e.Text, e.Source = c.text, c.source
		e.Because = told(e.Charge, before, after)
	}
	first := w.steps[taken[0]]
	if len(taken) == 1 && first.kind >= RatesChange && first.kind != UsageChange {
		return w.byCharge(first.kind, all, before, after), nil
	}
	if sum.IsZero() {
		return nil, nil
	}
	cause := Cause{Kind: first.kind, Subject: cmp.Or(first.subject, first.meter), Amount: sum, Effects: all}
	if len(taken) > 1 {
		cause.Kind, cause.Subject = Together, ""
	}
	var said []string
	for _, i := range taken {
		said = append(said, w.sentence(w.steps[i], before, after, all))
	}
	cause.Text = strings.Join(said, ", and ")
	return []Cause{cause}, nil
}

// byCharge is a cause for each charge that costs something else under a change of the
// rates, or where charges come or go.
func (w *why) byCharge(kind CauseKind, all []Effect, before, after *bill) []Cause {
	billed, which := "", "other rates"
	switch was, is := w.before.schedule, w.after.schedule; {
	case was.ID != is.ID:
		billed = fmt.Sprintf("billed as %s instead of %s, ", is.called(), was.called())
	case w.before.Input.Period.From.Before(w.after.Input.Period.From):
		which = "new rates"
	}
	what := map[CauseKind]string{RatesChange: "the " + which, ChargeAdded: "the new charges", ChargeRemoved: "the charges that are gone"}[kind]
	var causes []Cause
	for _, e := range all {
		cause := Cause{Kind: kind, Subject: e.Charge, Amount: e.Amount, Source: e.Source, Effects: []Effect{e}}
		switch {
		case e.Charge == "":
			cause.Text = "cents are rounded by another rule"
		case e.Because == "":
			cause.Text = fmt.Sprintf("the cents of %s are rounded by another rule", e.Text)
		case kind == ChargeAdded && w.added[e.Charge]:
			cause.Text = fmt.Sprintf("%s%s is new: %s", billed, e.Text, e.Because)
		case kind == ChargeRemoved && w.removed[e.Charge]:
			cause.Text = fmt.Sprintf("%s%s is no longer charged", billed, e.Text)
		case kind != RatesChange || follows(e.Charge, before, after):
			cause.Text = fmt.Sprintf("%s follows %s: %s", e.Text, what, e.Because)
		default:
			cause.Text = fmt.Sprintf("%s%s for %s: %s", billed, which, e.Text, e.Because)
		}
		causes = append(causes, cause)
	}
	return causes
}

// called is what a schedule is called in words.
func (s *schedule) called() string { return cmp.Or(s.Title, spoken(s.ID)) }

// follows says whether a charge is the same percentage of another amount.
func follows(id string, before, after *bill) bool {
	b, a := before.lines[id], after.lines[id]
	return isPercent(after.charge(id, before).book.Rule) && len(b) == 1 && len(a) == 1 && b[0].Price.Equal(a[0].Price)
}

func isPercent(r Rule) bool {
	switch r := r.(type) {
	case Percent:
		return true
	case Credit:
		return r.Percent != nil
	}
	return false
}

func (b *bill) charge(id string, other *bill) *charge {
	if c := b.charges[id]; c != nil {
		return c
	}
	return other.charges[id]
}

// sentence says what a step is.
func (w *why) sentence(s step, before, after *bill, all []Effect) string {
	b, a := &w.before.Input, &w.after.Input
	switch s.kind {
	case FactChange:
		return w.factSentence(s)
	case DaysChange:
		if before.days != after.days {
			return fmt.Sprintf("the bill is for %s instead of %d", plural(after.days, "day"), before.days)
		}
		if b.Period == a.Period && b.BillDate == a.BillDate {
			return fmt.Sprintf("the bill is for a cycle of %s instead of %d", plural(a.CycleDays, "day"), b.CycleDays)
		}
		return fmt.Sprintf("the bill is for %s, where it was for %s", spanned(a), spanned(b))
	case SeasonChange:
		return fmt.Sprintf("the season is %s, where it was %s", strung(w.seasons), strung(w.before.seasons))
	case UsageChange:
		return usageSentence(s.subject, before, after, all)
	case ChargeAdded:
		return "charges are new"
	case ChargeRemoved:
		return "charges are gone"
	}
	return "the rates are others"
}

// spanned is the days of a bill in words.
func spanned(in *Input) string {
	text := ""
	if !in.Period.IsZero() {
		text = fmt.Sprintf("%s to %s", in.Period.From, in.Period.Last())
	}
	if !in.BillDate.IsZero() {
		text = strings.TrimPrefix(text+", billed on "+in.BillDate.String(), ", ")
	}
	return cmp.Or(text, "no days")
}

// strung is what holds on the days of a bill, one after the other.
func strung(line timeline[string]) string {
	var said []string
	for i, s := range line {
		said = append(said, s.value)
		if i > 0 {
			said[i] += " from " + s.from.String()
		}
	}
	return strings.Join(said, ", ")
}

func (w *why) factSentence(s step) string {
	b, a := &w.before.Input, &w.after.Input
	if s.subject == "" {
		switch {
		case s.meter == "":
			return fmt.Sprintf("the bill is for %s, where it was for %s", metersOf(a), metersOf(b))
		case meterOf(a, s.meter) == nil:
			return "meter " + s.meter + " is no longer on the bill"
		}
		return "meter " + s.meter + " is new on the bill"
	}
	what := spoken(s.subject)
	from, to := owner{b.Facts, b.Changes}, owner{a.Facts, a.Changes}
	if s.meter != "" {
		what += " of meter " + s.meter
		m, n := meterOf(b, s.meter), meterOf(a, s.meter)
		from, to = owner{m.Facts, m.Changes}, owner{n.Facts, n.Changes}
	}
	was, had := from.said(s.subject, b.Period)
	is, has := to.said(s.subject, a.Period)
	switch {
	case !had:
		return fmt.Sprintf("the %s is %s, where none was given", what, is)
	case !has:
		return fmt.Sprintf("no %s is given, where it was %s", what, was)
	}
	return fmt.Sprintf("the %s is %s, where it was %s", what, is, was)
}

func metersOf(in *Input) string {
	if len(in.Meters) == 0 {
		return "the account as a whole"
	}
	ids := make([]string, len(in.Meters))
	for i := range in.Meters {
		ids[i] = in.Meters[i].ID
	}
	slices.Sort(ids)
	if len(ids) == 1 {
		return "meter " + ids[0]
	}
	return "meters " + strings.Join(ids, ", ")
}

// said is what a fact is on the days of a bill, and whether it is given.
func (o owner) said(name string, p civil.Period) (string, bool) {
	value, ok, changes := o.fact(name, p, p)
	line := timeline[string]{{value: value}}
	for _, c := range changes {
		if !p.IsZero() && !p.From.Before(c.On) {
			line[0].value, ok = c.Value, true
			continue
		}
		line = append(line, stretch[string]{c.On, c.Value})
	}
	if !ok && len(line) > 1 {
		line[0].value = "not given"
	}
	return strung(line), ok || len(line) > 1
}

// spoken is a name of the book in words.
func spoken(name string) string {
	return strings.NewReplacer("_", " ", ".", " ").Replace(name)
}

func usageSentence(meter string, before, after *bill, all []Effect) string {
	who := "you used"
	if meter != "" {
		who = "meter " + meter + " used"
	}
	of := func(b *bill) exact.Ratio {
		i := slices.IndexFunc(b.usage, func(u Billed) bool { return u.Meter == meter })
		return b.usage[i].Usage
	}
	was, is := of(before), of(after)
	u, v := before.schedule.Unit, after.schedule.Unit
	if u != v {
		return fmt.Sprintf("%s %s instead of %s", who, counted(is, v), counted(was, u))
	}
	more, change := "more", is.Sub(was)
	if change.Sign() < 0 {
		more, change = "less", change.Neg()
	}
	return fmt.Sprintf("%s %s %s, %s instead of %s%s", who, counted(change, u), more, shown(is), shown(was), inTiers(before, after, all))
}

// inTiers says in which tiers the quantities changed, where that is alike for all
// charges that have tiers.
func inTiers(before, after *bill, all []Effect) string {
	var found []int
	for _, e := range all {
		var tiers []int
		was, is := byPlace(before.lines[e.Charge]), byPlace(after.lines[e.Charge])
		for _, p := range places(was, is) {
			if p.tier > 0 && !was[p].quantity.Equal(is[p].quantity) && !slices.Contains(tiers, p.tier) {
				tiers = append(tiers, p.tier)
			}
		}
		slices.Sort(tiers)
		switch {
		case len(tiers) == 0:
		case found == nil:
			found = tiers
		case !slices.Equal(found, tiers):
			return ""
		}
	}
	switch len(found) {
	case 0:
		return ""
	case 1:
		return fmt.Sprintf(", in tier %d", found[0])
	}
	said := make([]string, len(found))
	for i, tier := range found {
		said[i] = fmt.Sprint(tier)
	}
	return ", in tiers " + strings.Join(said[:len(said)-1], ", ") + " and " + said[len(said)-1]
}

// A place is where lines of a charge stand that can be compared.
type place struct {
	meter string
	tier  int
}

// placedLines are the lines of a charge at one place, added up.
type placedLines struct {
	count                   int
	quantity, price, amount exact.Ratio
	// several says that they have more than one price.
	several bool
}

func (s placedLines) equal(o placedLines) bool {
	return s.count == o.count && s.several == o.several &&
		s.quantity.Equal(o.quantity) && s.price.Equal(o.price) && s.amount.Equal(o.amount)
}

func byPlace(lines []Line) map[place]placedLines {
	all := map[place]placedLines{}
	for i := range lines {
		l := &lines[i]
		s := all[place{l.Meter, l.Tier}]
		s.several = s.several || s.count > 0 && !s.price.Equal(l.Price)
		s.quantity, s.amount, s.price = s.quantity.Add(l.Quantity), s.amount.Add(l.Exact), l.Price
		s.count++
		all[place{l.Meter, l.Tier}] = s
	}
	return all
}

// places are the places of both, by meter and tier.
func places(was, is map[place]placedLines) []place {
	all := maps.Clone(was)
	maps.Copy(all, is)
	return slices.SortedFunc(maps.Keys(all), func(a, b place) int {
		return cmp.Or(cmp.Compare(a.meter, b.meter), cmp.Compare(a.tier, b.tier))
	})
}

// told says how the lines of a charge changed.
func told(id string, before, after *bill) string {
	was, is := byPlace(before.lines[id]), byPlace(after.lines[id])
	old, now := before.charge(id, after), after.charge(id, before)
	var said []string
	for _, p := range places(was, is) {
		b, a := telling{was[p], old, before.schedule, p.tier}, telling{is[p], now, after.schedule, p.tier}
		if b.sums.equal(a.sums) {
			continue
		}
		text := toldPlace(b, a)
		if p.meter != "" {
			text = "meter " + p.meter + " " + text
		}
		said = append(said, text)
	}
	return strings.Join(said, ", ")
}

// A telling is lines at one place, with what is needed to put them into words.
type telling struct {
	sums     placedLines
	charge   *charge
	schedule *schedule
	tier     int
}

// toldPlace says what there is instead of what was, and of what is alike only once.
func toldPlace(b, a telling) string {
	if b.kind() != a.kind() && !b.none() && !a.none() {
		return cents(a.sums.amount, a.schedule) + a.inTier() + " instead of " + cents(b.sums.amount, b.schedule)
	}
	alike := a.kind() != tellAmount && b.schedule.Unit == a.schedule.Unit
	switch {
	case b.none():
		return a.full()
	case a.none():
		return "none" + a.inTier() + " instead of " + b.of("")
	case alike && a.sums.price.Equal(b.sums.price) && a.kind() == tellPercent:
		return a.full() + " instead of " + dollars(b.sums.quantity.Rat())
	case alike && a.sums.price.Equal(b.sums.price):
		return a.full() + " instead of " + shown(b.sums.quantity)
	case alike && a.sums.quantity.Equal(b.sums.quantity):
		return a.full() + " instead of " + b.price()
	}
	return a.full() + " instead of " + b.of("")
}

// none says that there are no lines, or one that counts nothing.
func (t telling) none() bool {
	return t.sums.count == 0 || t.kind() == tellQuantity && t.sums.quantity.IsZero()
}

type tellKind uint8

// What lines are told as.
const (
	tellAmount   tellKind = iota // their amount alone
	tellPercent                  // a percentage of an amount
	tellQuantity                 // a quantity at a price
)

func (t telling) kind() tellKind {
	switch t.charge.book.Rule.(type) {
	case PerUnit, Tiered:
		if !t.sums.several {
			return tellQuantity
		}
	default:
		if isPercent(t.charge.book.Rule) && !t.sums.several {
			return tellPercent
		}
	}
	return tellAmount
}

func (t telling) full() string { return t.of(t.inTier()) }

// of is the lines in words, with what tier they are in.
func (t telling) of(tier string) string {
	switch t.kind() {
	case tellPercent:
		return t.price() + " of " + dollars(t.sums.quantity.Rat())
	case tellQuantity:
		return t.quantity() + tier + " at " + t.price()
	}
	return cents(t.sums.amount, t.schedule) + tier
}

func (t telling) price() string {
	if t.kind() == tellPercent {
		return shown(t.sums.price) + "%"
	}
	return dollars(t.sums.price.Rat())
}

// quantity is what is counted: with its unit where it is usage.
func (t telling) quantity() string {
	unit := t.schedule.Unit
	switch r := t.charge.book.Rule.(type) {
	case PerUnit:
		if r.Of != nil {
			unit = 0
		}
	case Tiered:
		if r.Of != nil {
			unit = 0
		}
	}
	return counted(t.sums.quantity, unit)
}

func (t telling) inTier() string {
	if t.tier == 0 {
		return ""
	}
	return fmt.Sprintf(" in tier %d", t.tier)
}

// cents is what lines come to, as a bill prints it.
func cents(dollarsExact exact.Ratio, of *schedule) string {
	a, err := money.FromRatio(dollarsExact, of.Rounding.Mode)
	if err != nil {
		return dollars(dollarsExact.Rat())
	}
	return a.String()
}
