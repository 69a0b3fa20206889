package table

import (
	"slices"

	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/ratecheck"
	"github.com/headgate-dev/headgate/billing/rates"
)

// changed are the columns of what bills come to before and after.
func changed(before ...Column) []Column {
	return append(before, numbers("Before $", "After $", "Change $", "Change %")...)
}

// Deciles is the bills of a group by usage, in tenths from the least to the most. It has no rows
// where the classes of a group count usage in different units.
func Deciles(g *ratecheck.Group) Table {
	t := deciles(g)
	unit := t.column("Unit")
	t.Columns = slices.Delete(t.Columns, unit, unit+1)
	for i, row := range t.Rows {
		t.Rows[i] = slices.Delete(row, unit, unit+1)
	}
	if g.Unit == 0 {
		t.Note = mixedUnits
	} else {
		t.Note = "Usage in " + g.Unit.Word(false) + ". " + sameUsage
	}
	return t
}

// What a reader has to know of tenths.
const (
	sameUsage  = "Bills of the same usage stand in one tenth, so that tenths may differ in size, or be missing."
	mixedUnits = "Bills whose usage is counted in different units have no tenths."
)

// deciles has a column for the unit, which differs between classes.
func deciles(g *ratecheck.Group) Table {
	t := Table{Name: "usage", Title: "Bills by usage, in tenths", Note: sameUsage + " " + mixedUnits,
		Columns: append(changed(right("Tenth"), right("Usage from"), right("Usage to"), left("Unit"), right("Bills")), numbers("Average change $", "Rise", "Fall", "Same")...)}
	var bounds []exact.Ratio
	for _, b := range g.Deciles {
		bounds = append(bounds, b.From, b.To)
	}
	places := Places(bounds...)
	for _, b := range g.Deciles {
		t.Rows = append(t.Rows, band(&b, Count(int64(b.Number)), Quantity(b.From, places), Quantity(b.To, places), Text(g.Unit.String())))
	}
	return t
}

// column is the place of a column.
func (t *Table) column(name string) int {
	return slices.IndexFunc(t.Columns, func(c Column) bool { return c.Name == name })
}

// Places is how many decimals numbers need to be shown whole, at most three, which is what
// usage is counted to.
func Places(all ...exact.Ratio) int {
	places := 0
	for _, r := range all {
		for places < 3 && !r.Round(places, exact.HalfUp).Equal(r) {
			places++
		}
	}
	return places
}

// band is a row for the bills in a band.
func band(b *ratecheck.Band, first ...Cell) []Cell {
	return append(first, Count(b.Bills), Amount(b.Before), Amount(b.After), Change(b.Change()), PercentChange(b.Before, b.After),
		average(b.Change(), b.Bills), Count(b.Rise), Count(b.Fall), Count(b.Same))
}

// Sizes is the bills of a group by what they are before.
func Sizes(g *ratecheck.Group) Table {
	t := Table{Name: "sizes", Title: "Bills by what they are before",
		Note:    "A bill of just the lower amount stands in the band, one of the upper amount in the next.",
		Columns: append(changed(right("Bill from $"), right("Bill to $"), right("Bills")), numbers("Average change $", "Rise", "Fall", "Same")...)}
	for _, b := range g.Sizes {
		from, to := Quantity(b.From, 0), Quantity(b.To, 0)
		switch {
		case b.Number == 1: // bills below zero
			from = Cell{}
		case b.To.IsZero():
			to = Cell{}
		}
		t.Rows = append(t.Rows, band(&b, from, to))
	}
	return t
}

// Revenue is what a group is charged, by charge and tier, with the units in the tier and the
// share of all that is charged.
func Revenue(g *ratecheck.Group) Table {
	t := Table{Name: "revenue", Title: "Revenue by charge and tier",
		Columns: append(changed(left("Charge"), right("Tier"), right("Units before"), right("Units after")), numbers("Share before", "Share after")...)}
	var units []exact.Ratio
	for _, r := range g.Revenue {
		units = append(units, r.UnitsBefore, r.UnitsAfter)
	}
	places := Places(units...)
	before, after := g.Before.Ratio(), g.After.Ratio()
	for _, r := range g.Revenue {
		tier, was, is := Cell{}, Cell{}, Cell{}
		if r.Tier > 0 {
			tier, was, is = Count(int64(r.Tier)), Quantity(r.UnitsBefore, places), Quantity(r.UnitsAfter, places)
		}
		change, _ := r.After.Sub(r.Before) // where it is too large, so is that of the group
		t.Rows = append(t.Rows, []Cell{Text(charge(r.Text, r.Charge)), tier, was, is, Amount(r.Before), Amount(r.After), Change(change),
			PercentChange(r.Before, r.After), Percent(r.Before.Ratio(), before, 1), Percent(r.After.Ratio(), after, 1)})
	}
	t.Total = []Cell{Text("Total"), {}, {}, {}, Amount(g.Before), Amount(g.After), Change(g.Change()), PercentChange(g.Before, g.After),
		Percent(before, before, 1), Percent(after, after, 1)}
	return t
}

// charge is what bills print for a charge, or its ID.
func charge(text, id string) string {
	if text == "" {
		return id
	}
	return text
}

// Causes is what makes the difference between the bills of a group before and after, by charge,
// the largest first. Its total is the difference, to the cent.
func Causes(g *ratecheck.Group) Table {
	t := Table{Name: "causes", Title: "What makes the difference", Columns: []Column{left("Charge"), left("What"), right("Change $")}}
	for _, c := range g.Causes {
		what := "changed"
		switch c.Kind {
		case rates.ChargeAdded:
			what = "new"
		case rates.ChargeRemoved:
			what = "gone"
		}
		t.Rows = append(t.Rows, []Cell{Text(charge(c.Text, c.Charge)), Text(what), Change(c.Amount)})
	}
	t.Total = []Cell{Text("Total"), {}, Change(g.Change())}
	return t
}

// Extremes is the bills of a group that rise most, and those that fall most. Accounts are named
// by their ID and place, as the study was given them.
func Extremes(g *ratecheck.Group) Table {
	t := Table{Name: "extremes", Title: "Bills that change most", Columns: changed(left("Account"), left("Place"))}
	for _, all := range [][]ratecheck.Extreme{g.MostUp, g.MostDown} {
		for _, e := range all {
			t.Rows = append(t.Rows, []Cell{Text(e.ID), Text(e.Pos.String()), Amount(e.Before), Amount(e.After), Change(changeOf(&e)), PercentChange(e.Before, e.After)})
		}
	}
	return t
}
