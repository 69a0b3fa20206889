package billing

import (
	"fmt"
	"slices"
	"strings"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/internal/hangs"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/rates"
)

// ChargeChange is what a charge of a bill comes to, all its lines together or those of one meter, by a calculation of its own.
type ChargeChange struct {
	Agreement string       // the id of the agreement whose service it is
	Period    civil.Period // the days of the service; may be left away where the agreement stands on the bill once
	Charge    string       // its id in the rate schedule
	Meter     string       // of the charge of one meter; empty for all its lines
	After     money.Amount // above zero or zero for a charge; of a courtesy or a waiver, with those before it
	Posting   Posting      // how a charge is entered that the bill does not have yet, such as a minimum that comes up; empty otherwise
	Because   string       // how it was found; no names, addresses or bank data
}

// AdjustCharges is the adjustment of charges of the bill to amounts that were found elsewhere with all that hangs on them, such
// as a leak credit of billing/leak, whose lines have the taxes too.
//
// A charge that hangs on a changed one, as the book of the quote says, and is neither changed itself nor kept, is refused
// (ErrFollows): one that is made of it, also through a memo charge; one that is priced by the same units or whose condition reads
// them; a minimum or a credit that may come up. No tax is left by oversight. Refused (ErrAdjustment) are a charge that neither the
// bill nor its schedule has or that stands there twice, an amount that has the other sign, what the books have adjusted already,
// and a bill that was taken back or never posted.
func (b Bill) AdjustCharges(r AdjustmentRequest, changes []ChargeChange, engines Books, books *ledger.Ledger) (Adjustment, error) {
	if err := b.checkRequestOf(r, books); err != nil {
		return Adjustment{}, err
	}
	var found problem.List
	service := b.servicesOf(changes, &found)
	known, err := b.earlier(r.Earlier, r.Key, books)
	if err != nil {
		return Adjustment{}, err
	}
	a := b.adjustmentOf(r, known)
	keeps := keepers{keeps: r.Keeps, used: make([]bool, len(r.Keeps))}
	for i, s := range b.r.Services {
		if !slices.Contains(service, i) {
			continue
		}
		c := changedCharges{kind: r.Kind, before: s.earlier(known), lines: map[chargeKey]*AdjustedLine{}}
		if r.Kind.replaces() {
			if err := noLeak("agreement "+s.Agreement.ID, c.before); err != nil {
				return Adjustment{}, err
			}
		}
		in, since, err := s.inEffect(c.before, r.Rebilled)
		if err != nil {
			return Adjustment{}, err
		}
		c.since = since
		q, err := caseOf(in.Quote, engines)
		if err != nil {
			return Adjustment{}, err
		}
		c.follower = newFollower(in.Quote, q.Engine.Book(), keeps.of(s.Agreement.ID))
		c.follower.since = func(charge string) int64 { return c.changedSince(charge, "") }
		for k, change := range changes {
			if service[k] != i {
				continue
			}
			if e := c.add(fmt.Sprintf("changes[%d]", k), b, i, change); e != nil {
				found.Add(e)
			}
		}
		if found.Err() != nil {
			continue
		}
		if err := c.hanging(); err != nil {
			return Adjustment{}, err
		}
		keeps.note(s.Agreement.ID, c.kept)
		a.Keeps = append(a.Keeps, c.kept...)
		var lines []AdjustedLine
		for _, key := range c.inOrder() {
			l := *c.lines[key]
			if l.Before.Sign()*l.After.Sign() < 0 {
				found.Add(&problem.Error{
					Code: ErrAdjustment, Path: "charge " + key.charge, What: fmt.Sprintf("it was %s, and would be %s", l.Before, l.After), Fix: "take all of it at most",
				})
			}
			if !l.Change().IsZero() {
				lines = append(lines, l)
			}
		}
		if r.Kind.replaces() || r.Kind == LeakCredit {
			if e := withinCredits(lines, c.before); e != nil {
				found.Add(e)
			}
			lines = known.bear(lines)
		}
		a.Lines = append(a.Lines, lines...)
	}
	if err := found.Err(); err != nil {
		return Adjustment{}, err
	}
	if err := a.whole(keeps, books); err != nil {
		return Adjustment{}, err
	}
	return a, nil
}

// servicesOf is the place of the service of each change; -1 where the bill does not have it.
func (b Bill) servicesOf(changes []ChargeChange, found *problem.List) []int {
	out := make([]int, len(changes))
	for k, c := range changes {
		refuse := func(what, fix string) {
			found.Add(&problem.Error{Code: ErrAdjustment, Path: fmt.Sprintf("changes[%d]", k), What: what, Fix: fix})
		}
		at, same := b.serviceOf(c.Agreement, c.Period)
		several := 0
		for _, s := range b.r.Services {
			if s.Agreement.ID == c.Agreement {
				several++
			}
		}
		switch {
		case at < 0 || !same && !c.Period.IsZero():
			refuse("the bill has no charge "+c.Charge+" of agreement "+c.Agreement, "name a charge of the bill")
			at = -1
		case !same && several > 1:
			refuse("agreement "+c.Agreement+" stands on the bill for several periods", "state the period")
			at = -1
		}
		out[k] = at
	}
	return out
}

// chargeKey is a charge, or that of one meter.
type chargeKey struct{ charge, meter string }

// changedCharges are changes of charges of a quote.
type changedCharges struct {
	*follower
	kind   AdjustmentKind
	lines  map[chargeKey]*AdjustedLine
	before []earlierLine // of the service
	since  []earlierLine // those of them that are not in the quote
}

// add adds a change of a service of a bill.
func (c *changedCharges) add(path string, b Bill, service int, change ChargeChange) *problem.Error {
	refuse := func(what, fix string) *problem.Error {
		return &problem.Error{Code: ErrAdjustment, Path: path, What: what, Fix: fix}
	}
	for key := range c.lines {
		if key.charge == change.Charge && (key.meter == change.Meter || key.meter == "" || change.Meter == "") {
			return refuse("charge "+change.Charge+" stands there twice", "state each charge once, for each meter or for all of them")
		}
	}
	line := &AdjustedLine{Charge: change.Charge, Meter: change.Meter, After: change.After, Because: change.Because}
	for _, l := range c.follower.lines {
		if l.Charge() == change.Charge && (change.Meter == "" || l.Meter() == change.Meter) {
			line.Text, line.Before = l.Text(), money.Cents(line.Before.Cents()+l.Amount().Cents())
		}
	}
	posting, text, entered := b.postingOf(service, change.Charge, c.before)
	if line.Text == "" && change.Meter == "" {
		line.Text = text
	}
	switch charge, ok := c.chargeOf(change.Charge); {
	case entered && change.Posting != (Posting{}):
		return refuse("the bill says how charge "+change.Charge+" is entered", "leave the posting away")
	case entered && line.Text != "":
	case !ok || charge.Memo || change.Meter != "":
		return refuse("the bill has no charge "+change.Charge+" of agreement "+change.Agreement, "name a charge of the bill or of its schedule")
	default:
		posting = change.Posting
		if e := posting.check(path + ".posting"); e != nil {
			return e
		}
		line.Text = charge.Text
		if line.Text == "" {
			line.Text = charge.ID
		}
	}
	if whole := keyOf(c.since, func(e earlierLine) bool { return e.Charge == change.Charge && e.Meter == "" && c.counts(e) }); change.Meter != "" && whole != "" {
		return refuse("adjustment "+whole+" has changed charge "+change.Charge+" of all meters together", "state what it comes to for all of them, or reverse that one")
	}
	line.Before = money.Cents(line.Before.Cents() + c.changedSince(change.Charge, change.Meter))
	b.place(service, posting, line, c.before)
	c.lines[chargeKey{change.Charge, change.Meter}] = line
	return nil
}

// chargeOf finds a charge in the versions that have priced.
func (f *follower) chargeOf(id string) (rates.Charge, bool) {
	for _, v := range f.versions {
		for _, c := range v.Charges {
			if c.ID == id {
				return c, true
			}
		}
	}
	return rates.Charge{}, false
}

// inOrder are the changed charges in the order of the quote, those that it does not have behind.
func (c *changedCharges) inOrder() []chargeKey {
	var out []chargeKey
	add := func(key chargeKey) {
		if c.lines[key] != nil && !slices.Contains(out, key) {
			out = append(out, key)
		}
	}
	for _, l := range c.follower.lines {
		add(chargeKey{l.Charge(), l.Meter()})
		add(chargeKey{l.Charge(), ""})
	}
	for _, v := range c.versions {
		for _, charge := range v.Charges {
			add(chargeKey{charge.ID, ""})
		}
	}
	return out
}

// named is the change of a charge for a meter; nil where it is not stated.
func (c *changedCharges) named(id, meter string) *AdjustedLine {
	if l := c.lines[chargeKey{id, meter}]; l != nil {
		return l
	}
	return c.lines[chargeKey{id, ""}]
}

// change is by how many cents a charge moves what is made of it for a meter; moved says that it moves, also where it is no part of
// the bill.
func (c *changedCharges) change(id, meter string) (cents int64, moved bool) {
	for key, l := range c.lines {
		if key.charge == id && (key.meter == "" || meter == "" || key.meter == meter) {
			cents += l.Change().Cents()
			moved = moved || !l.Change().IsZero()
		}
	}
	return cents, moved || c.untold[id]
}

// hanging refuses a charge of the quote that hangs on a changed one, and is neither changed nor kept; and notes in the lines what
// each follows.
func (c *changedCharges) hanging() error {
	for _, v := range c.versions {
		for range v.Charges { // until what hangs on memo charges of memo charges is known too
			for _, charge := range v.Charges {
				if !charge.Memo || !hangs.MayApply(charge, v, c.quote.Input) {
					continue
				}
				_, counts := c.sameUnits(charge, v, "")
				c.untold[charge.ID] = c.untold[charge.ID] || counts || len(c.movers(charge, v, "")) > 0
			}
		}
		for _, charge := range v.Charges {
			if charge.Memo {
				continue
			}
			if err := c.hang(charge, v); err != nil {
				return err
			}
		}
	}
	return nil
}

// movers are the charges that a charge is made of and that move it.
func (c *changedCharges) movers(charge rates.Charge, v rates.Version, meter string) []string {
	var out []string
	for _, of := range c.restsOn(charge, v) {
		if _, moved := c.change(of, meter); moved {
			out = append(out, of)
		}
	}
	return out
}

// sameUnits is a changed charge that is priced by units which a charge reads too.
func (c *changedCharges) sameUnits(charge rates.Charge, v rates.Version, meter string) (string, bool) {
	read := hangs.Names(v, charge)
	for _, other := range v.Charges {
		of, counted := hangs.QuantityOf(other.Rule)
		if _, moved := c.change(other.ID, meter); other.ID == charge.ID || !counted || !moved {
			continue
		}
		for name := range hangs.NamesOfQuantity(v, of) {
			if read[name] {
				return other.ID, true
			}
		}
	}
	return "", false
}

// hang is hanging for one charge.
func (c *changedCharges) hang(charge rates.Charge, v rates.Version) error {
	meters := []string{}
	for _, i := range c.linesOf(charge.ID) {
		if l := c.follower.lines[i]; !slices.Contains(meters, l.Meter()) {
			meters = append(meters, l.Meter())
		}
	}
	if len(meters) == 0 {
		if c.lines[chargeKey{charge.ID, ""}] == nil && !c.comesUp(charge, v) {
			return nil
		}
		meters = []string{""}
	}
	for _, meter := range meters {
		on := c.movers(charge, v, meter)
		units, counts := c.sameUnits(charge, v, meter)
		line := c.named(charge.ID, meter)
		switch {
		case len(on) == 0 && !counts:
		case line != nil && !line.Change().IsZero():
			for _, of := range on {
				if line.HangsOn == "" {
					line.HangsOn = of
				} else if !slices.Contains(strings.Split(line.HangsOn, ", "), of) {
					line.HangsOn += ", " + of
				}
			}
		case c.keeps[charge.ID] != "":
			c.stay(charge, c.keeps[charge.ID])
		case line != nil:
			c.stay(charge, strings.TrimSuffix("comes to the same: "+line.Because, ": "))
		case len(on) > 0 && len(c.linesOf(charge.ID)) == 0:
			return c.refuse(charge.ID, "it is not on the bill, and may be once "+strings.Join(on, ", ")+" is changed")
		case len(on) > 0:
			return c.refuse(charge.ID, "it is made of charge "+on[0]+", which is changed, and is not changed itself")
		default:
			return c.refuse(charge.ID, "it is priced by the units of charge "+units+", which is changed, and is not changed itself")
		}
	}
	return nil
}

// comesUp says that a charge without a line may have one once others have changed.
func (c *changedCharges) comesUp(charge rates.Charge, v rates.Version) bool {
	if !hangs.MayApply(charge, v, c.quote.Input) {
		return false
	}
	conditions := rates.Charge{ID: charge.ID, When: charge.When, Meters: charge.Meters}
	if _, counts := c.sameUnits(conditions, v, ""); counts || len(c.movers(conditions, v, "")) > 0 {
		return true
	}
	var cents int64
	for _, of := range hangs.Listed(charge.Rule) {
		by, moved := c.change(of, "")
		if cents += by; moved && c.untold[of] {
			return true
		}
	}
	switch charge.Rule.(type) {
	case rates.Minimum:
		return cents < 0
	case rates.Credit:
		return cents > 0
	}
	return false
}

// counts says that an earlier line is part of what a charge was. A courtesy and a waiver start from what is left to pay, and all that
// stands counts. A correction and a leak credit start from what was charged, since what they come to was found from that: what was given
// as a courtesy or waived stays beside them.
func (c *changedCharges) counts(e earlierLine) bool {
	return c.kind == Courtesy || c.kind == Waiver || e.kind != Courtesy && e.kind != Waiver
}

// changedSince is by how many cents adjustments that are not in the quote have changed a charge, of a meter where one is named.
func (c *changedCharges) changedSince(charge, meter string) (cents int64) {
	for _, e := range c.since {
		if e.Charge == charge && (meter == "" || e.Meter == meter) && c.counts(e) {
			cents += e.Change().Cents()
		}
	}
	return cents
}

// postingOf is how a charge of a service is entered, and its text, as the bill or an earlier adjustment says.
func (b Bill) postingOf(service int, charge string, before []earlierLine) (p Posting, text string, ok bool) {
	n := 0
	for i, s := range b.r.Services {
		for l := range s.Quote.Lines() {
			if i == service && l.Charge() == charge {
				return b.items[b.itemOf[n]].posting, l.Text(), true
			}
			n++
		}
	}
	for _, e := range before {
		if e.Charge == charge {
			return e.posting, e.Text, true
		}
	}
	return Posting{}, "", false
}
