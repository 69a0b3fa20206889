package report

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/headgate-dev/headgate/billing"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/internal/entrykey"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/billing/stored"
	"github.com/headgate-dev/headgate/metering"
)

// Sales are the bills that a report is made of, with all that has changed them since. The order of its lists has no effect.
type Sales struct {
	// Agreements are those of the bills, and all others of the district: their days that no bill has are told.
	Agreements []billing.Agreement
	// Bills are those that were released. One that the books do not have was not posted and is left out, and so is one that was
	// taken back.
	Bills []billing.Bill
	// Corrections are what has corrected the bills. Each that the books have is to be given, as far as it may change a quantity;
	// those that they do not have, or that were taken back, are passed over.
	Corrections []Correction
	// Books say what was posted, taken back and corrected.
	Books *ledger.Ledger
	// Facts are what the host knows of an agreement and no rate asks for, such as its zone. They stand before the agreement's own.
	Facts []Fact
}

// Correction is an adjustment of a bill with the water that it is about: an adjustment itself has money alone. A leak credit, a
// courtesy, a waiver and debt that is written off change no water, and have neither.
type Correction struct {
	Adjustment billing.Adjustment // as it was approved
	// Again are the services that were billed again, as Bill.Rebill was given them: their use takes the place of the bill's.
	Again []billing.Service
	// Units are by how much the billed use changes, where lines were corrected: a change of 0 says that money alone was.
	Units []UnitsChange
}

// UnitsChange is by how much the use of one service of a bill changes: below zero where less was used.
type UnitsChange struct {
	Agreement string
	Period    civil.Period // of the service on the bill
	By        metering.Volume
}

// Fact is what is known of an agreement from a day on, until another value of the same fact begins.
type Fact struct {
	Agreement, Fact, Value string
	From                   civil.Date
}

// sold is the use of one service of a bill, as it stands after all corrections.
type sold struct {
	bill      string
	agreement *billing.Agreement
	account   string
	period    civil.Period
	use       Water
	// priced says that a quantity was: a flat charge has none.
	priced bool
}

// selling is what a report knows of its sales.
type selling struct {
	sold       []sold // in the order of agreements, periods and bills
	left       []Left // bills that are in no row
	agreements map[string]*billing.Agreement
	facts      map[factOf][]Fact // in the order of their days
	ungiven    []ungiven         // bills that the books have and that are not given, in the order of the books
	books      *ledger.Ledger
}

// ungiven is an entry of a bill that the books have; they may have it taken back.
type ungiven struct {
	account string
	entry   ledger.Entry
}

type factOf struct{ agreement, fact string }

// read looks through the sales, and adds all that is wrong with them.
func (s Sales) read(found *problem.List) *selling {
	w := &selling{agreements: map[string]*billing.Agreement{}, facts: map[factOf][]Fact{}}
	refuse := func(path, what, fix string) {
		found.Add(&problem.Error{Code: ErrSales, Path: path, What: what, Fix: fix})
	}
	for i := range s.Agreements {
		a := &s.Agreements[i]
		if err := a.Check(); err != nil {
			found.Add(&problem.Error{Code: ErrSales, Path: "agreement " + a.ID, Err: err})
		} else if w.agreements[a.ID] != nil {
			refuse("agreement "+a.ID, "it stands there twice", "give each agreement once, as it is now")
		} else {
			w.agreements[a.ID] = a
		}
	}
	w.readFacts(s.Facts, found)
	if s.Books == nil {
		refuse("books", "there are no books, which say what was posted and taken back", "give the ledger, an empty one where nothing was posted")
		return w
	}
	given := map[correctionOf]*Correction{}
	for i := range s.Corrections {
		c := &s.Corrections[i]
		if of := c.of(); of.key == "" || given[of] != nil {
			refuse("correction "+of.key, "its key is missing, or stands there twice", "give each adjustment once, under the key of its request")
		} else {
			given[of] = c
		}
	}
	w.books = s.Books
	bills := make(map[string]bool, len(s.Bills)) // by the keys of their entries
	for i := range s.Bills {
		bills[entrykey.Bill(s.Bills[i].Account(), s.Bills[i].Key())] = true
	}
	adjusts := map[stored.ID][]ledger.Entry{} // by the entry of the bill, in the order in which they were posted
	for e := range s.Books.Entries() {
		if _, ok := entrykey.CutAdjustment(e.Key); ok && !s.Books.Reversed(e.ID()) {
			adjusts[e.Parent] = append(adjusts[e.Parent], e)
		}
		if account, ok := billOf(&e); ok && !bills[e.Key] {
			w.ungiven = append(w.ungiven, ungiven{account, e})
		}
	}
	seen := map[stored.ID]bool{}
	for i := range s.Bills {
		b := &s.Bills[i]
		if b.ID().IsZero() || seen[b.ID()] {
			refuse("account "+b.Account()+" bill "+b.Key(), "it is no bill, or stands there twice", "give each bill once, as NewBill made it")
			continue
		}
		seen[b.ID()] = true
		w.readBill(b, adjusts, given, found)
	}
	slices.SortFunc(w.sold, func(a, b sold) int {
		return cmp.Or(cmp.Compare(a.agreement.ID, b.agreement.ID), comparePeriods(a.period, b.period), cmp.Compare(a.account, b.account),
			cmp.Compare(a.bill, b.bill))
	})
	for i := range w.left {
		if l := &w.left[i]; l.Why == wasTakenBack && w.stands(l) {
			l.Note, l.Why = true, wasTakenBack+", and none of its days lacks: they are on other bills, or nobody has the service"
		}
	}
	for i := 1; i < len(w.sold); i++ {
		if a, b := &w.sold[i-1], &w.sold[i]; a.agreement.ID == b.agreement.ID && b.period.From.Before(a.period.To) {
			refuse("agreement "+a.agreement.ID, fmt.Sprintf("bill %s has %s, and bill %s has %s: days stand on both", a.bill, a.period, b.bill, b.period),
				"take one of the bills back, or correct it")
		}
	}
	return w
}

// readFacts keeps the facts by agreement and name.
func (w *selling) readFacts(facts []Fact, found *problem.List) {
	for _, f := range facts {
		of := factOf{f.Agreement, f.Fact}
		if f.Agreement == "" || f.Fact == "" || f.From.IsZero() {
			found.Add(&problem.Error{
				Code: ErrSales, Path: "agreement " + f.Agreement + " fact " + f.Fact, What: "a fact without an agreement, a name or a first day",
				Fix: "state from which day it is so",
			})
			continue
		}
		w.facts[of] = append(w.facts[of], f)
	}
	for of, list := range w.facts {
		slices.SortFunc(list, func(a, b Fact) int { return cmp.Or(a.From.Compare(b.From), cmp.Compare(a.Value, b.Value)) })
		for i := 1; i < len(list); i++ {
			if list[i].From == list[i-1].From {
				found.Add(&problem.Error{
					Code: ErrSales, Path: "agreement " + of.agreement + " fact " + of.fact, What: "it is stated twice from " + list[i].From.String() + " on",
					Fix: "state one value from a day on",
				})
			}
		}
	}
}

// readBill adds what a bill has sold, as it was corrected.
func (w *selling) readBill(b *billing.Bill, adjusts map[stored.ID][]ledger.Entry, given map[correctionOf]*Correction, found *problem.List) {
	place := "account " + b.Account() + " bill " + b.Key()
	refuse := func(what, fix string) {
		found.Add(&problem.Error{Code: ErrSales, Path: place, What: what, Fix: fix})
	}
	days, quotes := b.Days(), b.Quotes()
	why := ""
	stand, first := b.Stands(w.books)
	switch stand {
	case billing.IsAnother:
		refuse("the books have another bill under this key", "give the bill that was posted, as NewBill made it")
		return
	case billing.NotPosted:
		why = "the books do not have it: it was not posted"
	case billing.TakenBack:
		why = wasTakenBack
	}
	var own []sold
	for i := range quotes {
		a := w.agreements[days[i].Agreement]
		switch {
		case a == nil:
			refuse("agreement "+days[i].Agreement+" of it is not given", "give all agreements of the bills")
			return
		case why != "":
			w.left = append(w.left, Left{Account: b.Account(), Agreement: a.ID, Of: "bill " + b.Key(), Period: days[i].Period, Why: why})
			continue
		}
		use, priced, err := usedOf(&quotes[i].Input)
		if err != nil {
			refuse(err.Error(), "price the meters of one service in units that convert")
			return
		}
		own = append(own, sold{bill: b.Key(), agreement: a, account: b.Account(), period: days[i].Period, use: use, priced: priced})
	}
	for _, e := range adjusts[first] {
		key, _ := entrykey.CutAdjustment(e.Key)
		if c := given[correctionOf{e.Cause, key, b.Account(), b.Key()}]; c == nil {
			refuse("the books have adjustment "+key+" of it, which is not given", "give it among the corrections, with the water that it is about")
		} else if !c.posted(e) {
			refuse("the books have another adjustment "+key+" of it than the one that is given", "give the adjustment as it was approved")
		} else if what := c.apply(own); what != "" {
			refuse("adjustment "+key+" "+what,
				"give the services that were billed again, or by how much the use of each changes: 0 where money alone was corrected")
		}
	}
	w.sold = append(w.sold, own...)
}

const wasTakenBack = "it was taken back"

// stands reports whether other bills have the days of one that was taken back, as far as they are the agreement's.
func (w *selling) stands(l *Left) bool {
	if l.Period.Days() > 0 {
		return len(w.unbilled(w.agreements[l.Agreement], l.Period)) == 0
	}
	return slices.ContainsFunc(w.sold, func(s sold) bool { return s.agreement.ID == l.Agreement && s.period == l.Period })
}

// correctionOf is what tells adjustments of bills apart in the books, which take one key for several of them.
type correctionOf struct {
	cause              ledger.Cause
	key, account, bill string
}

// of is what the adjustment is of.
func (c *Correction) of() correctionOf {
	cause := ledger.Adjusted
	switch c.Adjustment.Kind {
	case billing.WriteOff:
		cause = ledger.WrittenOff
	case billing.Recovery:
		cause = ledger.Recovered
	}
	return correctionOf{cause, c.Adjustment.Key, c.Adjustment.Account, c.Adjustment.Bill}
}

// posted reports whether an entry of the books is that of the adjustment: of its day, and with its change of each item.
func (c *Correction) posted(e ledger.Entry) bool {
	change := map[ledger.Place]int64{} // what has no item yet, or is a credit of its own, stands under no place
	of := func(p ledger.Place) ledger.Place {
		if p.Kind == ledger.PlaceItem {
			return p
		}
		return ledger.Place{}
	}
	for _, l := range c.Adjustment.Lines {
		p := ledger.Place{}
		if !l.Item.IsZero() {
			p = ledger.OfItem(l.Item)
		}
		change[p] += l.Change().Cents()
	}
	for _, o := range e.Opens {
		change[ledger.Place{}] -= o.Amount.Cents()
	}
	for _, m := range e.Moves {
		if m.From.Kind == ledger.PlaceItem {
			change[m.From] -= m.Amount.Cents()
		} else {
			change[of(m.To)] += m.Amount.Cents()
		}
	}
	for _, cents := range change {
		if cents != 0 {
			return false
		}
	}
	return e.Effective == c.Adjustment.Effective
}

// billOf is whose bill an entry is.
func billOf(e *ledger.Entry) (account string, ok bool) {
	switch {
	case e.Reverses || !entrykey.IsBill(e.Key):
		return "", false
	case e.Cause == ledger.Billed && len(e.Opens) > 0:
		return e.Opens[0].Item.Account, true
	case e.Cause == ledger.Adjusted && len(e.Moves) > 0 && e.Moves[0].To.Kind == ledger.PlaceCredit:
		return e.Moves[0].To.Key, true
	}
	return "", false
}

// usedOf is the use that was priced, of all meters; not priced where no quantity was.
func usedOf(in *rates.Input) (use Water, priced bool, err error) {
	add := func(v metering.Volume) {
		if v == (metering.Volume{}) || err != nil {
			return
		}
		more := WaterOf(v)
		if priced {
			more, err = more.In(use.Unit)
		}
		use, priced = use.plus(more), true
	}
	add(in.Usage)
	for i := range in.Meters {
		add(in.Meters[i].Usage)
	}
	return use, priced, err
}

// apply makes of the use of a bill's services what the correction says; it tells what is wrong with it, and nothing where all is
// well.
func (c *Correction) apply(own []sold) string {
	switch kind := c.Adjustment.Kind; {
	case kind != billing.Correction && kind != billing.Rebilled && len(c.Again)+len(c.Units) > 0:
		return "is a " + string(kind) + ", which changes no water, and states some"
	case kind != billing.Correction && kind != billing.Rebilled:
		return ""
	case len(c.Again)+len(c.Units) == 0:
		return "does not say what water it is about"
	}
	find := func(agreement string, period civil.Period) *sold {
		i := slices.IndexFunc(own, func(s sold) bool { return s.agreement.ID == agreement && s.period == period })
		if i < 0 {
			return nil
		}
		return &own[i]
	}
	for i := range c.Again {
		in := &c.Again[i].Quote.Input
		s := find(c.Again[i].Agreement.ID, in.Period)
		if s == nil {
			return "has agreement " + c.Again[i].Agreement.ID + " with " + in.Period.String() + ", which the bill does not have"
		}
		use, priced, err := usedOf(in)
		if err != nil {
			return err.Error()
		}
		s.use, s.priced = use, priced
	}
	for _, u := range c.Units {
		s := find(u.Agreement, u.Period)
		if s == nil {
			return "has agreement " + u.Agreement + " with " + u.Period.String() + ", which the bill does not have"
		}
		if u.By.IsZero() && u.By.Unit().Valid() {
			continue
		}
		by, err := WaterOf(u.By).In(s.use.Unit)
		if err != nil {
			return "changes " + s.use.String() + " by " + u.By.String() + ", whose units do not convert"
		}
		if s.use = s.use.plus(by); s.use.Amount.Sign() < 0 {
			return "takes more water off than was billed: " + s.use.String() + " is left"
		}
	}
	return ""
}

// value is a fact of an agreement on a day: the host's, or else the agreement's own. It is empty where neither states it.
func (w *selling) value(a *billing.Agreement, fact string, on civil.Date) string {
	list := w.facts[factOf{a.ID, fact}]
	for i := len(list) - 1; i >= 0; i-- {
		if !list[i].From.After(on) {
			return list[i].Value
		}
	}
	value := a.Facts[fact]
	for _, c := range a.Changes {
		if c.Fact == fact && !c.On.After(on) {
			value = c.Value
		}
	}
	return value
}

// turns are the days on which one of the facts of an agreement has another value.
func (w *selling) turns(a *billing.Agreement, facts []string) []civil.Date {
	var out []civil.Date
	for _, fact := range facts {
		for _, f := range w.facts[factOf{a.ID, fact}] {
			out = append(out, f.From)
		}
		for _, c := range a.Changes {
			if c.Fact == fact {
				out = append(out, c.On)
			}
		}
	}
	return out
}

// share is a part of a sale that is of a report's days, and of one value of each fact.
type share struct {
	*sold
	days   civil.Period
	use    Water
	values []string // of the facts, in the order in which they were asked for
}

// shares are the sales of a report's days, each cut where a fact turns. With ByPeriodEnd a sale is whole, and has the facts of its
// last day.
func (w *selling) shares(report civil.Period, cut Cut, facts []string) []share {
	var out []share
	for i := range w.sold {
		s := &w.sold[i]
		days, part, ok := cut.within(s.period, report)
		if !ok {
			continue
		}
		if cut == ByPeriodEnd || s.period.Days() == 0 {
			out = append(out, share{s, days, s.use, w.values(s.agreement, facts, s.period.Last())})
			continue
		}
		whole := s.use.Amount.Mul(part)
		for _, piece := range days.Cut(w.turns(s.agreement, facts)...) {
			of, _ := exact.New(int64(piece.Days()), int64(days.Days())) // it has days
			out = append(out, share{s, piece, Water{whole.Mul(of), s.use.Unit}, w.values(s.agreement, facts, piece.From)})
		}
	}
	return out
}

func (w *selling) values(a *billing.Agreement, facts []string, on civil.Date) []string {
	var out []string
	for _, fact := range facts {
		out = append(out, w.value(a, fact, on))
	}
	return out
}

// unbilled are the days of a report that are an agreement's, and that no bill has.
func (w *selling) unbilled(a *billing.Agreement, report civil.Period) []civil.Period {
	span, ok := a.Within(report)
	if !ok {
		return nil
	}
	var cuts []civil.Date
	var own []civil.Period
	from, _ := slices.BinarySearchFunc(w.sold, a.ID, func(s sold, id string) int { return cmp.Compare(s.agreement.ID, id) })
	for i := from; i < len(w.sold) && w.sold[i].agreement.ID == a.ID; i++ {
		if p := w.sold[i].period; p.Days() > 0 {
			own, cuts = append(own, p), append(cuts, p.From, p.To)
		}
	}
	return slices.DeleteFunc(span.Cut(cuts...), func(part civil.Period) bool {
		return slices.ContainsFunc(own, func(p civil.Period) bool { return p.Contains(part.From) })
	})
}

// leftOut are the bills of a report's days that are in no row, of some services; of every service where none is named.
func (w *selling) leftOut(report civil.Period, cut Cut, services []string) []Left {
	return slices.DeleteFunc(slices.Clone(w.left), func(l Left) bool {
		_, _, in := cut.within(l.Period, report)
		return !in || len(services) > 0 && !slices.Contains(services, w.agreements[l.Agreement].Service)
	})
}

// lacking are the days that no bill has, of all agreements of some services; of every service where none is named.
func (w *selling) lacking(report civil.Period, services []string) []Left {
	var out []Left
	for _, a := range w.agreements {
		if len(services) > 0 && !slices.Contains(services, a.Service) {
			continue
		}
		for _, p := range w.unbilled(a, report) {
			out = append(out, Left{
				Account: a.Account, Agreement: a.ID, Period: p, Why: fmt.Sprintf("no bill has %s of its %s", counted(p.Days(), "day"), a.Service),
			})
		}
	}
	return out
}

// missing is what a report may lack: bills that are in no row, days that no bill has, and bills that the books have and that are not
// given. ByPeriodEnd does not ask for each day; it tells the agreements of which no bill ends within the report, unless a bill that
// ends later has their days.
func (w *selling) missing(report civil.Period, cut Cut, services []string) []Left {
	out, lacking := w.leftOut(report, cut, services), w.lacking(report, services)
	told := map[string]bool{}
	for _, l := range out {
		told[l.Agreement] = true
	}
	for i := range w.sold {
		if s := &w.sold[i]; report.Contains(s.period.Last()) {
			told[s.agreement.ID] = true
		}
	}
	for _, l := range lacking {
		switch {
		case cut == ByDay:
			out = append(out, l)
		case !told[l.Agreement]:
			told[l.Agreement] = true
			out = append(out, Left{
				Account: l.Account, Agreement: l.Agreement, Period: report,
				Why: "no bill of its " + w.agreements[l.Agreement].Service + " ends on these days, and no later one has them all",
			})
		}
	}
	return append(out, w.notGiven(report, lacking)...)
}

// notGiven are the bills of accounts with lacking days that the books have from the first day of a report on, and that are not given:
// one line for each account, since the books do not say which days a bill is of.
func (w *selling) notGiven(report civil.Period, lacking []Left) []Left {
	lines, accounts := map[string]*Left{}, map[string]bool{}
	for _, l := range lacking {
		accounts[l.Account] = true
	}
	seen := map[string]bool{} // of a bill with credits of its own there are two entries
	for i := range w.ungiven {
		u := &w.ungiven[i]
		if e := &u.entry; !accounts[u.account] || seen[e.Key] || e.Effective.Before(report.From) || w.books.Reversed(e.ID()) {
			continue
		}
		seen[u.entry.Key] = true
		if lines[u.account] == nil {
			key, _ := entrykey.CutBill(u.entry.Key, u.account)
			lines[u.account] = &Left{
				Account: u.account, Of: "bill " + key,
				Why: "the books have it as of " + u.entry.Effective.String() + ", and it is not given", Note: true,
			}
		}
		lines[u.account].Count++
	}
	var out []Left
	for _, l := range lines {
		if l.Count > 1 {
			l.Why += fmt.Sprintf(", like %d more of the account", l.Count-1)
		}
		out = append(out, *l)
	}
	return out
}

// flat are how many services were billed for days of a report without a quantity: they use water, and nobody states how much.
func (w *selling) flat(report civil.Period, services []string) int {
	seen := map[string]bool{}
	for i := range w.sold {
		s := &w.sold[i]
		if _, _, in := ByDay.within(s.period, report); in && !s.priced && slices.Contains(services, s.agreement.Service) {
			seen[s.agreement.ID] = true
		}
	}
	return len(seen)
}

// leftFlat tells of flat services, if there are any; of a class, where one is named.
func leftFlat(n int, class string, days civil.Period) []Left {
	if n == 0 {
		return nil
	}
	of := "flat services"
	if class != "" {
		of += " of " + class
	}
	return []Left{{Of: of, Period: days, Count: n, Why: counted(n, "flat service") + " of which nobody states the use"}}
}

// everHas reports whether a fact of an agreement of some services ever has a value.
func (w *selling) everHas(fact, value string, services []string) bool {
	for _, a := range w.agreements {
		if slices.Contains(services, a.Service) && (a.Facts[fact] == value ||
			slices.ContainsFunc(w.facts[factOf{a.ID, fact}], func(f Fact) bool { return f.Value == value }) ||
			slices.ContainsFunc(a.Changes, func(c rates.Change) bool { return c.Fact == fact && c.Value == value })) {
			return true
		}
	}
	return false
}

// metered reports whether the use of a sale was measured, or estimated for a measure.
func metered(s *sold) bool { return s.agreement.Reads == billing.Metered }
