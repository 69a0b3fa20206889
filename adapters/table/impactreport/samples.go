package impactreport

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/headgate-dev/headgate/adapters/table"
	"github.com/headgate-dev/headgate/billing/ratecheck"
	"github.com/headgate-dev/headgate/metering"
)

// sampled are the customers of a class.
type sampled struct {
	ID, Name, Note string
	Cards          []card

	group     *ratecheck.Group // nil where no bill of the class was studied
	usages    usages
	customers []*ratecheck.Customer
	// typical is the bill of the first customer at the median usage; nil where there is none.
	typical *ratecheck.SampleBill
}

// A card is a customer's bills.
type card struct {
	Label   string
	Bills   grid
	Bends   bool     // Bills is at each usage up to the last at which a tier ends
	Picture *picture // nil where the class uses no water
}

// mostBends is how many bends of a curve stand in its table.
const mostBends = 16

// samples are the customers of the report by class, in the order of their first.
func (r *Report) samples(p *page) []sampled {
	var all []sampled
	for i := range r.Customers {
		c := &r.Customers[i]
		name := cmp.Or(c.Class, c.Before.Schedule, c.After.Schedule)
		at := slices.IndexFunc(all, func(s sampled) bool { return s.Name == name })
		if at < 0 {
			at = len(all)
			all = append(all, sampled{ID: p.id("customers"), Name: name, group: groupOf(&r.Impact, name)})
		}
		all[at].customers = append(all[at].customers, c)
	}
	p.Bends = true
	for i := range all {
		s := &all[i]
		s.usages = usagesOf(s.group, r.unitOf(s.customers[0]))
		s.Note = s.usages.note()
		for _, c := range s.customers {
			one := r.card(p, c, &s.usages)
			s.Cards = append(s.Cards, one)
			p.Bends = p.Bends && one.Bends
		}
		if s.usages.median > 0 {
			s.typical = &s.customers[0].Bills(r.Before.Engine, r.After.Engine, []metering.Volume{s.usages.median.volume(s.usages.unit)})[0]
		}
	}
	return all
}

// unitOf is what a customer's schedule counts, where no bill of the class tells.
func (r *Report) unitOf(c *ratecheck.Customer) metering.Unit {
	if unit, ok := r.Before.Engine.Unit(c.Before.Schedule); ok {
		return unit
	}
	if unit, ok := r.After.Engine.Unit(c.After.Schedule); ok {
		return unit
	}
	return metering.BillingUnit
}

// note says where the usages come from.
func (u *usages) note() string {
	switch {
	case u.guessed:
		return "No usage of this class was studied; usages up to some 30 CCF are shown."
	case u.most() == 0:
		return "The bills of this class have no usage."
	}
	unit := u.unit.Word(false)
	return fmt.Sprintf("About 2 of 10 bills of this class have up to %s %s of usage, half up to %s, 9 of 10 up to %s.", usage(u.low), unit, usage(u.median), usage(u.high))
}

// card prices a customer's bills: at the levels of the class and where the curve bends, and, for
// the curve, at many usages between.
func (r *Report) card(p *page, c *ratecheck.Customer, u *usages) card {
	most := u.most()
	bent, known := bends(r.Before.Engine, c.Before, u.unit, most)
	others, othersKnown := bends(r.After.Engine, c.After, u.unit, most)
	bent = append(bent, others...)
	slices.Sort(bent)
	bent = slices.Compact(bent)
	shown := u.levels()
	if len(bent) <= mostBends {
		shown = u.levels(bent...)
	}
	bills := r.bills(c, u, shown)
	out := card{
		Label: closed(cmp.Or(c.Label, c.Class, c.Before.Schedule, c.After.Schedule)),
		Bends: most == 0 || known && othersKnown && len(bent) <= mostBends,
	}
	t := table.Bills(c, bills)
	t.Title = out.Label
	withUnits(&t, shown, u)
	if len(bent) > mostBends {
		t.Note = strings.TrimSpace(fmt.Sprintf("Tiers end at %d usages up to the last: too many for the table; the curve has them all. ", len(bent)) + t.Note)
	}
	out.Bills = p.grid(t)
	if most == 0 {
		return out
	}
	drawn := drawCurve(r.bills(c, u, curveUsages(most, append(shown, bent...))), u)
	drawn.ID = p.id("picture")
	drawn.Title = "Bill against usage: " + out.Label
	first, last := table.Bill(&bills[0]), table.Bill(&bills[len(bills)-1])
	drawn.Desc = fmt.Sprintf("From no usage to %s %s the bill goes from %s to %s before, and from %s to %s after, in dollars. The figures are in the table beside it.",
		usage(most), u.unit.Word(false), first[0], last[0], first[1], last[1])
	out.Picture = &drawn
	return out
}

func (r *Report) bills(c *ratecheck.Customer, u *usages, at []thousandths) []ratecheck.SampleBill {
	volumes := make([]metering.Volume, len(at))
	for i, n := range at {
		volumes[i] = n.volume(u.unit)
	}
	return c.Bills(r.Before.Engine, r.After.Engine, volumes)
}

// withUnits puts the unit behind each usage, in place of its column, and marks the median.
func withUnits(t *table.Table, shown []thousandths, u *usages) {
	t.Columns = slices.Delete(t.Columns, 1, 2)
	for i, row := range t.Rows {
		text := usage(shown[i]) + " " + u.unit.Word(shown[i] == 1000)
		if shown[i] == u.median && u.median > 0 {
			text += " (median)"
		}
		row[0] = table.Text(text)
		t.Rows[i] = slices.Delete(row, 1, 2)
	}
}
