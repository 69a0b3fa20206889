package ratecheck

import (
	"maps"
	"slices"

	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/rates"
)

// The functions of this file say whether two parts of books are the same but for their places
// in a file, for how their numbers are written, and for the order of the rows of their tables.

// diffSameSchedule leaves out the IDs.
func diffSameSchedule(a, b *rates.Schedule) bool {
	return a.Title == b.Title && a.Unit == b.Unit && a.Rounding == b.Rounding && a.Select == b.Select && a.Proration == b.Proration &&
		a.Usage == b.Usage && a.Undated == b.Undated && maps.Equal(a.Codes, b.Codes) &&
		a.Seasons.Select == b.Seasons.Select && slices.Equal(a.Seasons.Starts, b.Seasons.Starts) &&
		slices.EqualFunc(a.Facts, b.Facts, diffSameFact) && slices.EqualFunc(a.Versions, b.Versions, diffSameVersion)
}

func diffSameFact(a, b rates.Fact) bool {
	return a.Name == b.Name && a.Type == b.Type && a.Change == b.Change && slices.Equal(a.Allowed, b.Allowed) && diffSameRange(a.Range, b.Range)
}

func diffSameRange(a, b *rates.Range) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.Whole == b.Whole && diffSameNumber(a.Least, b.Least) && diffSameNumber(a.Most, b.Most)
}

func diffSameVersion(a, b rates.Version) bool {
	return a.From == b.From && a.To == b.To && diffSameRates(&a, &b)
}

// diffSameRates leaves out the days.
func diffSameRates(a, b *rates.Version) bool {
	return a.Source == b.Source && slices.EqualFunc(a.Definitions, b.Definitions, diffSameDefinition) &&
		slices.EqualFunc(a.Charges, b.Charges, func(a, b rates.Charge) bool { return a.ID == b.ID && diffSameCharge(&a, &b) })
}

func diffSameDefinition(a, b rates.Definition) bool {
	return a.Name == b.Name && a.Fact == b.Fact && diffSameValue(a.Value, b.Value)
}

// diffSameCharge leaves out the IDs.
func diffSameCharge(a, b *rates.Charge) bool {
	return a.Text == b.Text && a.Service == b.Service && a.Per == b.Per && a.Season == b.Season && a.Memo == b.Memo && a.Source == b.Source &&
		diffSameConditions(a.Meters, b.Meters) && diffSameConditions(a.When, b.When) && diffSameRule(a.Rule, b.Rule)
}

func diffSameConditions(a, b []rates.Condition) bool {
	return slices.EqualFunc(a, b, func(a, b rates.Condition) bool { return a.Fact == b.Fact && slices.Equal(a.In, b.In) })
}

func diffSameRule(a, b rates.Rule) bool {
	switch a := a.(type) {
	case rates.Fixed:
		b, ok := b.(rates.Fixed)
		return ok && diffSameValue(a.Amount, b.Amount)
	case rates.PerUnit:
		b, ok := b.(rates.PerUnit)
		return ok && diffSameValue(a.Of, b.Of) && diffSameValue(a.Price, b.Price)
	case rates.Tiered:
		b, ok := b.(rates.Tiered)
		return ok && diffSameTiered(a, b)
	case rates.Percent:
		b, ok := b.(rates.Percent)
		return ok && diffSameValue(a.Rate, b.Rate) && slices.Equal(a.Of, b.Of)
	case rates.Minimum:
		b, ok := b.(rates.Minimum)
		return ok && diffSameValue(a.Amount, b.Amount) && slices.Equal(a.Of, b.Of)
	case rates.Credit:
		b, ok := b.(rates.Credit)
		return ok && diffSameValue(a.Amount, b.Amount) && diffSameValue(a.Percent, b.Percent) && diffSameValue(a.Cap, b.Cap) && slices.Equal(a.Of, b.Of)
	case rates.Computed:
		b, ok := b.(rates.Computed)
		return ok && diffSameValue(a.Amount, b.Amount)
	}
	return a == b // none, or a pointer, which does not compile
}

func diffSameTiered(a, b rates.Tiered) bool {
	if !diffSameValue(a.Of, b.Of) {
		return false
	}
	switch a := a.Tiers.(type) {
	case rates.TierList:
		b, ok := b.Tiers.(rates.TierList)
		return ok && slices.EqualFunc(a, b, func(a, b rates.Tier) bool { return diffSameValue(a.UpTo, b.UpTo) && diffSameValue(a.Price, b.Price) })
	case rates.TierColumns:
		b, ok := b.Tiers.(rates.TierColumns)
		return ok && diffSameValue(a.From, b.From) && diffSameValue(a.Prices, b.Prices)
	}
	return a.Tiers == b.Tiers
}

func diffSameValue(a, b rates.Value) bool {
	switch a := a.(type) {
	case rates.Number:
		b, ok := b.(rates.Number)
		return ok && diffSameNumber(a, b)
	case rates.Formula:
		b, ok := b.(rates.Formula)
		return ok && a.Text == b.Text && a.Exact == b.Exact
	case rates.Table:
		b, ok := b.(rates.Table)
		return ok && diffSameTable(a, b)
	case rates.List:
		b, ok := b.(rates.List)
		return ok && slices.EqualFunc(a, b, diffSameValue)
	case rates.Joined:
		b, ok := b.(rates.Joined)
		return ok && a.With == b.With && slices.Equal(a.Names, b.Names)
	case rates.Tiered:
		b, ok := b.(rates.Tiered)
		return ok && diffSameTiered(a, b)
	case rates.Refuse:
		b, ok := b.(rates.Refuse)
		return ok && a.Code == b.Code && a.What == b.What && a.Fix == b.Fix
	}
	return a == b // none, a text, a name, or a pointer, which does not compile
}

func diffSameTable(a, b rates.Table) bool {
	if !slices.Equal(a.By, b.By) || len(a.Rows) != len(b.Rows) || !diffSameValue(a.Else, b.Else) {
		return false
	}
	return !slices.ContainsFunc(diffMatch(a.Rows, b.Rows, diffRowKey), func(p diffPair[rates.Row]) bool {
		return p.was == nil || p.is == nil || !diffSameValue(p.was.Value, p.is.Value)
	})
}

func diffRowKey(r *rates.Row) string { return diffKeyOf(r.Key) }

func diffSameNumber(a, b rates.Number) bool {
	x, fits := diffRatio(a)
	y, too := diffRatio(b)
	if !fits || !too {
		return fits == too && diffNumberText(a) == diffNumberText(b)
	}
	return x.Equal(y)
}

// maxDiffExponent bounds what is computed with: numbers of books that compile have 60.
const maxDiffExponent = 1000

// diffRatio is the number; false for one that no book that compiles can hold.
func diffRatio(n rates.Number) (exact.Ratio, bool) {
	d := diffDecimal(n)
	if e := d.Exponent(); e < -maxDiffExponent || e > maxDiffExponent {
		return exact.Ratio{}, false
	}
	return exact.FromDecimal(d), true
}
