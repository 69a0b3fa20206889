package ratefile

import (
	"github.com/headgate-dev/headgate/adapters/internal/yamldoc"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/ratecheck"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/metering"
)

// checks are the worked bills; the units of their usage are those of the book's
// schedules.
func (b *builder) checks(root *yamldoc.Node, book *rates.Book) []ratecheck.Check {
	units := map[string]metering.Unit{}
	for i := range book.Schedules {
		if _, twice := units[book.Schedules[i].ID]; !twice {
			units[book.Schedules[i].ID] = book.Schedules[i].Unit
		}
	}
	var all []ratecheck.Check
	for _, n := range items(root.Get("checks").Value) {
		all = append(all, b.check(n, units))
	}
	return all
}

func (b *builder) check(n *yamldoc.Node, units map[string]metering.Unit) ratecheck.Check {
	get := func(key string) *yamldoc.Node { return n.Get(key).Value }
	schedule := textOf(get("schedule"))
	unit := units[schedule]
	if !unit.Valid() {
		unit = metering.BillingUnit // the schedule is refused before its unit matters
	}
	c := ratecheck.Check{
		Name: textOf(get("name")), Source: citation(get("source")),
		Input: rates.Input{
			Schedule: schedule, BillDate: dateOf(get("bill_date")), CycleDays: wholeOf(get("cycle_days")),
			Usage: volume(get("usage"), unit), Carried: ratio(get("carried")),
			Facts: facts(get("facts")), Changes: changes(get("changes")),
		},
		Refused: problem.Code(textOf(get("refused"))),
		Total:   amount(get("total")),
	}
	if from, to := dateOf(get("from")), dateOf(get("to")); !from.IsZero() && !to.IsZero() {
		c.Input.Period = civil.Period{From: from, To: to}
	}
	for _, m := range items(get("meters")) {
		c.Input.Meters = append(c.Input.Meters, rates.Meter{
			ID: textOf(m.Get("id").Value), Usage: volume(m.Get("usage").Value, unit), Carried: ratio(m.Get("carried").Value),
			Facts: facts(m.Get("facts").Value), Changes: changes(m.Get("changes").Value),
		})
	}
	for _, line := range items(get("lines")) {
		for _, e := range line.Entries {
			c.Lines = append(c.Lines, ratecheck.CheckLine{Charge: e.Key.Text, Amount: amount(e.Value)})
		}
	}
	return c
}

// volume, ratio and amount are of numbers that the check has proven, or none.
func volume(n *yamldoc.Node, unit metering.Unit) metering.Volume {
	if n == nil {
		return metering.Volume{}
	}
	v, err := metering.VolumeOf(textOf(n), unit)
	if err != nil {
		return metering.Volume{} // reported
	}
	return v
}

func ratio(n *yamldoc.Node) exact.Ratio {
	r, err := exact.Parse(textOf(n))
	if err != nil {
		return exact.Ratio{} // none, or reported
	}
	return r
}

func amount(n *yamldoc.Node) money.Amount {
	a, err := money.Parse(textOf(n))
	if err != nil {
		return money.Amount{} // none, or reported
	}
	return a
}

func facts(n *yamldoc.Node) rates.Facts {
	if len(entries(n)) == 0 {
		return nil
	}
	all := rates.Facts{}
	for _, e := range n.Entries {
		all[e.Key.Text] = textOf(e.Value)
	}
	return all
}

func changes(n *yamldoc.Node) []rates.Change {
	var all []rates.Change
	for _, c := range items(n) {
		all = append(all, rates.Change{Fact: textOf(c.Get("fact").Value), Value: textOf(c.Get("value").Value), On: dateOf(c.Get("on").Value)})
	}
	return all
}
