package rates

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

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
		e.Because = w.told(e.Charge, before, after)
	}
	first := w.steps[taken[0]]
	if len(taken) == 1 && first.kind >= RatesChange && first.kind != UsageChange {
		return w.byCharge(first.kind, all, before, after), nil
	}
	if sum.IsZero() {
		return nil, nil
	}
	cause := Cause{Kind: first.kind, Subject: first.subject, Meter: first.meter, Amount: sum, Source: commonSource(all), Effects: all}
	if len(taken) > 1 {
		cause.Kind, cause.Subject, cause.Meter = Together, "", ""
	}
	var said []string
	for _, i := range taken {
		said = append(said, w.sentence(w.steps[i], before, after, all))
	}
	cause.Text = strings.Join(said, ", and ")
	return []Cause{cause}, nil
}

// commonSource is what all effects rest on; nothing where they rest on several.
func commonSource(all []Effect) Citation {
	for _, e := range all[1:] {
		if e.Source != all[0].Source {
			return Citation{}
		}
	}
	return all[0].Source
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
			cause.Text = "cents that rounding moves"
		case e.Because == "":
			cause.Text = fmt.Sprintf("cents of %s that rounding moves", e.Text)
		case kind == ChargeAdded && w.added[e.Charge]:
			cause.Text = fmt.Sprintf("%s is new: %s", e.Text, e.Because)
		case kind == ChargeRemoved && w.removed[e.Charge]:
			cause.Text = fmt.Sprintf("%s is no longer charged", e.Text)
		case kind != RatesChange || follows(e.Charge, before, after):
			cause.Text = fmt.Sprintf("%s follows %s: %s", e.Text, what, e.Because)
		default:
			cause.Text = fmt.Sprintf("%s for %s: %s", which, e.Text, e.Because)
		}
		if e.Charge != "" && kind == RatesChange {
			cause.Text, billed = billed+cause.Text, "" // said once
		}
		causes = append(causes, cause)
	}
	return causes
}

// follows says whether a charge rests on others, by the same rule as before.
func follows(id string, before, after *bill) bool {
	b, a := before.charge(id, after), after.charge(id, before)
	return len(a.of) > 0 && sameRule(b.book.Rule, a.book.Rule)
}

// sameRule says whether two rules are written alike.
func sameRule(a, b Rule) bool {
	var x, y canonical
	x.rule(a)
	y.rule(b)
	return bytes.Equal(x.buf, y.buf)
}

func isPercent(r Rule) bool {
	_, ok := r.(Percent)
	return ok
}

func (b *bill) charge(id string, other *bill) *charge {
	if c := b.charges[id]; c != nil {
		return c
	}
	return other.charges[id]
}

// called is what a schedule is called in words.
func (s *schedule) called() string { return cmp.Or(s.Title, spoken(s.ID)) }

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
		if b.Period == a.Period {
			return fmt.Sprintf("the bill is for a cycle of %s instead of %d", plural(a.CycleDays, "day"), b.CycleDays)
		}
		return fmt.Sprintf("the bill is for %s, where it was for %s", spanned(a), spanned(b))
	case SeasonChange:
		return fmt.Sprintf("the season is %s, where it was %s", strung(w.seasons), strung(w.before.seasons))
	case UsageChange:
		return w.usageSentence(s.meter, before, after, all)
	case ChargeAdded:
		return "charges are new"
	case ChargeRemoved:
		return "charges are gone"
	}
	return "the rates are others"
}

// spanned is the days of a bill in words.
func spanned(in *Input) string {
	if in.Period.Days() == 0 {
		return "no days"
	}
	return fmt.Sprintf("%s to %s", in.Period.From, in.Period.Last())
}

// strung is what holds on the days of a bill, one after the other.
func strung(line timeline[string]) string {
	said := make([]string, len(line))
	for i, s := range line {
		said[i] = s.value
	}
	return strings.Join(said, ", then ")
}

func (w *why) factSentence(s step) string {
	if s.subject == "" {
		p := w.pair(s.meter)
		switch {
		case s.meter == "":
			return fmt.Sprintf("the bill is for %s, where it was for %s", metersOf(&w.after.Input), metersOf(&w.before.Input))
		case p.a == nil:
			return "meter " + s.meter + " is no longer on the bill"
		}
		return "meter " + s.meter + " is new on the bill"
	}
	what, was, is := spoken(s.subject), w.before.account[s.subject], w.after.account[s.subject]
	if s.meter != "" {
		p := w.pair(s.meter)
		what += " of " + w.called(p)
		was, is = w.before.meters[p.b.ID][s.subject], w.after.meters[p.a.ID][s.subject]
	}
	switch {
	case was.said == "":
		return fmt.Sprintf("%s %s, where none was given", what, is.said)
	case is.said == "":
		return fmt.Sprintf("no %s is given, where it was %s", what, was.said)
	case len(was.changes)+len(is.changes) > 0:
		return fmt.Sprintf("%s %s, where it was %s", what, is.said, was.said)
	}
	return fmt.Sprintf("%s %s instead of %s", what, is.said, was.said)
}

func (w *why) pair(id string) meterPair {
	i := slices.IndexFunc(w.meters, func(p meterPair) bool { return p.id == id })
	if i < 0 {
		return meterPair{}
	}
	return w.meters[i]
}

// called is a meter in words: both, where one was exchanged for another.
func (w *why) called(p meterPair) string {
	if p.b != nil && p.b.ID != p.id {
		return fmt.Sprintf("meter %s (%s before)", p.id, p.b.ID)
	}
	return "meter " + p.id
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
	return "meters " + strings.Join(ids, ", ")
}

// spoken is a name of the book in words.
func spoken(name string) string {
	return strings.NewReplacer("_", " ", ".", " ").Replace(name)
}

// usageSentence says what was used, and what was billed where that is not the same.
func (w *why) usageSentence(meter string, before, after *bill, all []Effect) string {
	p := w.pair(meter)
	who := "you used"
	if len(w.meters) > 1 {
		who = w.called(p) + " used"
	}
	was, is := w.before.Input.Usage, w.after.Input.Usage
	if meter != "" {
		was, is = p.b.Usage, p.a.Usage
	}
	of := func(b *bill) exact.Ratio {
		i := slices.IndexFunc(b.usage, func(u Billed) bool { return u.Meter == meter })
		return b.usage[i].Usage
	}
	billedWas, billedIs := of(before), of(after)
	text := fmt.Sprintf("%s %s instead of %s", who, counted(is.Ratio(), is.Unit()), counted(was.Ratio(), was.Unit()))
	same := was.Unit() == is.Unit() || was.Unit() == 0 || is.Unit() == 0
	unit := max(was.Unit(), is.Unit())
	if same {
		change, more := is.Ratio().Sub(was.Ratio()), "more"
		if change.Sign() < 0 {
			change, more = change.Neg(), "less"
		}
		text = fmt.Sprintf("%s %s %s, %s instead of %s", who, counted(change, unit), more, shown(is.Ratio()), shown(was.Ratio()))
		if change.IsZero() {
			text = fmt.Sprintf("%s %s, as before", who, counted(is.Ratio(), unit))
		}
	}
	if same && unit == before.schedule.Unit && unit == after.schedule.Unit && (!billedWas.Equal(was.Ratio()) || !billedIs.Equal(is.Ratio())) {
		text += fmt.Sprintf("; billed are %s instead of %s", shown(billedIs), shown(billedWas))
	}
	return text + inTiers(before, after, all)
}

// inTiers says in which tiers the quantities changed, where that is alike for all
// charges that have tiers.
func inTiers(before, after *bill, all []Effect) string {
	var found []int
	for _, e := range all {
		var tiers []int
		was, is := before.byPlace(e.Charge), after.byPlace(e.Charge)
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
	count           int
	quantity, price exact.Ratio
	// amount is what a bill prints: in cents where lines are rounded, else exact.
	amount exact.Ratio
	// several says that they have more than one price.
	several bool
}

func (b *bill) byPlace(charge string) map[place]placedLines {
	all := map[place]placedLines{}
	for i := range b.lines[charge] {
		l := &b.lines[charge][i]
		s := all[place{l.Meter(), l.Tier()}]
		s.several = s.several || s.count > 0 && !s.price.Equal(l.Price())
		amount := l.Exact()
		if b.byLine {
			amount = l.Amount().Ratio()
		}
		s.quantity, s.amount, s.price = s.quantity.Add(l.Quantity()), s.amount.Add(amount), l.Price()
		s.count++
		all[place{l.Meter(), l.Tier()}] = s
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
func (w *why) told(id string, before, after *bill) string {
	was, is := before.byPlace(id), after.byPlace(id)
	old, now := before.charge(id, after), after.charge(id, before)
	var said []string
	for _, p := range places(was, is) {
		b, a := telling{was[p], old, before.schedule, p.tier}, telling{is[p], now, after.schedule, p.tier}
		text := toldPlace(b, a)
		if text != "" && len(w.meters) > 1 && p.meter != "" || w.replaced && p.meter != "" {
			text = "meter " + p.meter + " " + text
		}
		if text != "" {
			said = append(said, text)
		}
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

// toldPlace says what there is instead of what was, and of what is alike only once;
// nothing where all is alike.
func toldPlace(b, a telling) string {
	switch {
	case b.none() && a.none():
		return ""
	case b.none():
		return a.full()
	case a.none():
		return "none" + a.inTier() + " instead of " + b.of("")
	case b.kind() != a.kind() || a.kind() == tellAmount:
		is, was := cents(a.sums.amount, a.schedule), cents(b.sums.amount, b.schedule)
		if is == was {
			return ""
		}
		return is + a.inTier() + " instead of " + was
	}
	alike := b.schedule.Unit == a.schedule.Unit
	price, quantity := a.sums.price.Equal(b.sums.price), a.sums.quantity.Equal(b.sums.quantity)
	switch {
	case alike && price && quantity:
		return ""
	case alike && price && a.kind() == tellPercent:
		return a.full() + " instead of " + cents(b.sums.quantity, b.schedule)
	case alike && price:
		return a.full() + " instead of " + shown(b.sums.quantity)
	case alike && quantity:
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
		return t.price() + " of " + cents(t.sums.quantity, t.schedule)
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
