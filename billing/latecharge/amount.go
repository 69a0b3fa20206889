package latecharge

import (
	"math"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/policy"
)

// firsts computes the first charges. Items that fell delinquent on one day go together, since a flat amount is charged once
// for them.
func (r *run) firsts() error {
	together := map[civil.Date][]*Part{}
	var days []civil.Date
	for _, d := range r.debts {
		for i := range d.parts {
			if !d.parts[i].First {
				continue
			}
			if together[d.delinquent] == nil {
				days = append(days, d.delinquent)
			}
			together[d.delinquent] = append(together[d.delinquent], &d.parts[i])
		}
	}
	for _, day := range days {
		byPercent, taken, err := r.elseFirst(day)
		if err != nil {
			return err
		}
		for _, part := range together[day] {
			part.ElsePercent, part.ElseTaken = byPercent, taken
		}
		if err := r.policy.first(together[day]); err != nil {
			return err
		}
	}
	return nil
}

// elseFirst is, of the items that fell delinquent on a day and bore their first charge before, what it is by the percentage,
// and what it was. It matters to a flat amount alone. One that was charged outside of this ledger, or waived, counts as the whole flat amount.
func (r *run) elseFirst(delinquent civil.Date) (byPercent, taken money.Amount, err error) {
	flat := r.policy.Flat.Get()
	if flat.IsZero() {
		return byPercent, taken, nil
	}
	var percents, amounts []money.Amount
	for _, it := range r.facts.Items {
		if !slices.Contains(r.policy.Kinds, it.Kind) {
			continue
		}
		day, err := r.policy.delinquentOn(it.Due, r.facts.Office)
		if err != nil {
			return byPercent, taken, err
		}
		if day != delinquent {
			continue
		}
		for _, rec := range r.records(it) {
			if !rec.first {
				continue
			}
			amount := rec.item.Charged
			if rec.item.ID.IsZero() {
				amount = flat
			}
			began, err := delinquent.AddMonths(rec.month - monthOf(it.ID, delinquent).month)
			if err != nil {
				return byPercent, taken, err
			}
			v, err := r.view(began)
			if err != nil {
				return byPercent, taken, err
			}
			charges := money.Cents(v.items[it.ID].pastDue)
			percent, _, err := r.policy.percentOf(r.policy.Percent.Get(), charges, r.policy.Regime.First, charges)
			if err != nil {
				return byPercent, taken, err
			}
			percents, amounts = append(percents, percent), append(amounts, amount)
		}
	}
	if byPercent, err = money.Sum(percents...); err != nil {
		return byPercent, taken, err
	}
	taken, err = money.Sum(amounts...)
	return byPercent, taken, err
}

// first computes the first charges of one day from their Charges, ElsePercent and ElseTaken: the greater of the percentage
// and the flat amount, within the law. Charges of zero bear none.
func (p Policy) first(parts []*Part) error {
	rooms, weights := make([]int64, len(parts)), make([]exact.Ratio, len(parts))
	own, room := exact.Int(0), exact.Int(0)
	for i, part := range parts {
		var err error
		if part.Amount, part.Capped, err = p.percentOf(p.Percent.Get(), part.Charges, p.Regime.First, part.Charges); err != nil {
			return err
		}
		part.Basis, part.Percent, part.Flat = part.Charges, p.Percent.Get(), money.Amount{}
		rooms[i], weights[i] = math.MaxInt64, exact.Int(part.Charges.Cents())
		if most, ok := floorOf(p.Regime.First, part.Charges.Cents()); ok {
			rooms[i] = most
		}
		if part.Charges.IsZero() {
			rooms[i] = 0
		}
		own, room = own.Add(part.Amount.Ratio()), room.Add(money.Cents(rooms[i]).Ratio())
	}
	flat := p.Flat.Get()
	if flat.IsZero() || len(parts) == 0 || room.IsZero() {
		return nil
	}
	total := exact.Max(flat.Ratio(), own.Add(parts[0].ElsePercent.Ratio())).Sub(parts[0].ElseTaken.Ratio())
	total = exact.Max(exact.Int(0), exact.Min(total, room))
	if total.Equal(own) {
		return nil
	}
	cents, err := money.FromRatio(total, exact.Down) // whole cents already
	if err != nil {
		return err
	}
	shares, err := cents.Split(weights)
	if err != nil {
		return err
	}
	over := int64(0)
	for i, part := range parts {
		share := min(shares[i].Cents(), rooms[i])
		over += shares[i].Cents() - share
		part.Amount, part.Percent, part.Flat = money.Cents(share), decimal.Decimal{}, flat
		part.Capped = cents.Cmp(flat) < 0 && part.ElseTaken.IsZero()
	}
	for i, part := range parts {
		more := min(over, rooms[i]-part.Amount.Cents())
		over -= more
		part.Amount = money.Cents(part.Amount.Cents() + more)
	}
	return nil
}

// monthly computes a further month from its Charges, FirstUnpaid and MonthsUnpaid.
func (p Policy) monthly(part *Part) error {
	part.Percent = p.Monthly.Get()
	var err error
	if part.Basis, err = p.monthlyBasis(*part); err != nil {
		return err
	}
	allowed := part.Charges
	if p.Regime.MonthlyOn == OnChargesAndFirst {
		if allowed, err = allowed.Add(part.FirstUnpaid); err != nil {
			return err
		}
	}
	part.Amount, part.Capped, err = p.percentOf(part.Percent, part.Basis, p.Regime.Monthly, allowed)
	return err
}

// monthlyBasis is what a further month is on.
func (p Policy) monthlyBasis(part Part) (money.Amount, error) {
	basis := []money.Amount{part.Charges}
	if part.Charges.IsZero() {
		return part.Charges, nil
	}
	if p.MonthlyOn == OnChargesAndFirst {
		basis = append(basis, part.FirstUnpaid)
	}
	if p.Growth == Compound {
		basis = append(basis, part.MonthsUnpaid)
	}
	return money.Sum(basis...)
}

// percentOf is so many percent of a basis, rounded as the policy says, and never above what the law allows of its own; it
// reports whether the law made it less.
func (p Policy) percentOf(
	percent decimal.Decimal, basis money.Amount, law policy.OrNone[decimal.Decimal], allowed money.Amount,
) (amount money.Amount, capped bool, err error) {
	dollars := exact.FromDecimal(percent).Mul(basis.Ratio()).Mul(hundredth())
	amount, err = money.FromRatio(dollars, p.Rounding)
	if err != nil {
		return amount, false, err
	}
	if most, ok := floorOf(law, allowed.Cents()); ok && amount.Cents() > most {
		return money.Cents(most), true, nil
	}
	return amount, false, nil
}
