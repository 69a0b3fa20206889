package ratefile

import (
	"fmt"
	"maps"
	"slices"

	"github.com/headgate-dev/headgate/adapters/internal/yamldoc"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/ratecheck"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/metering"
)

func (w *writer) check(c *ratecheck.Check, units map[string]metering.Unit, at *place) *yamldoc.Node {
	n := mapping()
	w.put(n, "name", w.optional(c.Name, at.under("name")))
	w.put(n, "source", w.source(c.Source, at.under("source")))
	w.put(n, "schedule", w.optional(c.Input.Schedule, at.under("schedule")))
	w.put(n, "from", dateNode(c.Input.Period.From))
	w.put(n, "to", dateNode(c.Input.Period.To))
	w.put(n, "bill_date", dateNode(c.Input.BillDate))
	w.put(n, "cycle_days", wholeNode(c.Input.CycleDays))
	unit := units[c.Input.Schedule]
	w.put(n, "usage", w.volume(c.Input.Usage, unit, at.under("usage")))
	w.put(n, "carried", w.ratio(c.Input.Carried, at.under("carried")))
	w.put(n, "facts", w.facts(c.Input.Facts, at.under("facts")))
	w.put(n, "changes", w.changes(c.Input.Changes, at.under("changes")))
	meters := &yamldoc.Node{Kind: yamldoc.Sequence}
	for i := range c.Input.Meters {
		m, under := &c.Input.Meters[i], at.under("meters").item(i)
		meter := mapping()
		w.put(meter, "id", w.optional(m.ID, under.under("id")))
		w.put(meter, "usage", w.volume(m.Usage, unit, under.under("usage")))
		w.put(meter, "carried", w.ratio(m.Carried, under.under("carried")))
		w.put(meter, "facts", w.facts(m.Facts, under.under("facts")))
		w.put(meter, "changes", w.changes(m.Changes, under.under("changes")))
		meters.Items = append(meters.Items, meter)
	}
	w.put(n, "meters", orNone(meters))
	lines := &yamldoc.Node{Kind: yamldoc.Sequence}
	for i, l := range c.Lines {
		line := mapping()
		w.name(line, l.Charge, dollarsNode(l.Amount), at.under("lines").item(i))
		lines.Items = append(lines.Items, line)
	}
	w.put(n, "lines", orNone(lines))
	if c.Refused == "" || !c.Total.IsZero() {
		w.put(n, "total", dollarsNode(c.Total))
	}
	w.put(n, "refused", w.optional(string(c.Refused), at.under("refused")))
	return n
}

func dollarsNode(a money.Amount) *yamldoc.Node {
	text, err := a.MarshalText()
	if err != nil {
		return nil // an amount has a text
	}
	return scalarNode(string(text))
}

func (w *writer) volume(v metering.Volume, unit metering.Unit, at *place) *yamldoc.Node {
	if v == (metering.Volume{}) {
		return nil
	}
	if unit == 0 {
		unit = metering.BillingUnit // the book has no such schedule
	}
	if v.Unit() != unit {
		w.refuse(metering.ErrUnit, at, fmt.Sprintf("the usage is in %s, and the schedule in %s", v.Unit(), unit), "convert it")
	}
	return scalarNode(v.Number().String())
}

func (w *writer) ratio(r exact.Ratio, at *place) *yamldoc.Node {
	if r.IsZero() {
		return nil
	}
	text, ends := r.Decimal(0)
	if !ends {
		w.refuse(ErrNumber, at, r.String()+" is a fraction that does not end", "state what is carried as a decimal")
		return nil
	}
	return scalarNode(text)
}

func (w *writer) facts(facts rates.Facts, at *place) *yamldoc.Node {
	n := mapping()
	for _, name := range slices.Sorted(maps.Keys(facts)) {
		w.name(n, name, w.text(facts[name], at.under(name)), at.under(name))
	}
	return orNone(n)
}

func (w *writer) changes(all []rates.Change, at *place) *yamldoc.Node {
	n := &yamldoc.Node{Kind: yamldoc.Sequence}
	for i, c := range all {
		item := mapping()
		w.put(item, "fact", w.optional(c.Fact, at.item(i).under("fact")))
		w.put(item, "value", w.text(c.Value, at.item(i).under("value")))
		w.put(item, "on", dateNode(c.On))
		n.Items = append(n.Items, item)
	}
	return orNone(n)
}
