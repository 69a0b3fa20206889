package rates

import (
	"fmt"
	"math/big"
	"slices"
	"strings"

	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/metering"
)

func (x *explainer) holds(f *frame, when []condition) (bool, error) {
	s := x.scope(f)
	for i := range when {
		text, err := s.textNamed(when[i].book.Fact)
		if err != nil || !slices.Contains(when[i].book.In, text) {
			return false, err
		}
	}
	return true, nil
}

func (x *explainer) lines(f *frame, c *charge, p *part, base amount) ([]item, error) {
	s := x.scope(f)
	switch r := c.book.Rule.(type) {
	case Fixed:
		return s.fixed(r, p)
	case PerUnit:
		return s.perUnit(r, p)
	case Tiered:
		return s.tiered(r, p)
	case Percent:
		return s.percent(r, base)
	case Minimum:
		return s.minimum(r, p, base)
	case Credit:
		return s.credit(r, p, base)
	case Computed:
		whole, because, err := s.num(r.Amount)
		if err != nil {
			return nil, err
		}
		it := s.item(new(big.Rat).Mul(whole, p.share.Rat()), whole, because, whole)
		it.tell = func(it *item) string { return dollars(whole) + s.shared(it) }
		return []item{it}, nil
	}
	panic(fmt.Sprintf("rates: no such rule: %T", c.book.Rule)) // Compile has refused it
}

// item is an item of an exact amount. of is what it is a part of.
func (s *scope) item(amount, whole *big.Rat, because []Reason, of ...*big.Rat) item {
	it := item{plainLine: plainLine{Exact: exact.FromRat(amount)}, whole: exact.FromRat(whole), because: because}
	for i, v := range of {
		it.of[i] = exact.FromRat(v)
	}
	return it
}

// positive is a number of dollars that may not lie below zero.
func (s *scope) positive(v Value, what string) (*big.Rat, []Reason, error) {
	return s.notBelowZero(s.price, v, what)
}

// percentage is one that may not lie below zero.
func (s *scope) percentage(v Value) (*big.Rat, []Reason, error) {
	return s.notBelowZero(s.num, v, "the percentage")
}

func (s *scope) notBelowZero(find func(Value) (*big.Rat, []Reason, error), v Value, what string) (*big.Rat, []Reason, error) {
	n, because, err := find(v)
	if err == nil {
		err = notNegative(what, exact.FromRat(n))
	}
	return n, because, err
}

// shared says for which of the bill's days a line is, where it is not for all.
func (s *scope) shared(it *item) string {
	if it.share.Equal(exact.Int(1)) {
		return ""
	}
	return " " + s.sharedDays(it) + " = " + dollars(it.Exact.Rat())
}

func (s *scope) sharedDays(it *item) string {
	if len(s.bill.blends) > 1 {
		return fmt.Sprintf("weighed by %s of the bill", it.share)
	}
	return fmt.Sprintf("for %d of %s", it.Period.Days(), plural(s.bill.days, "day"))
}

// prorated says over how many days an amount that grows with days is taken.
func (s *scope) prorated(it *item) string {
	if days := s.daysOf(it); days != "" {
		return " " + days + " = " + dollars(it.Exact.Rat())
	}
	return ""
}

// daysOf says for how many days an amount that grows with days is taken; nothing where
// it is taken as stated.
func (s *scope) daysOf(it *item) string {
	pr := s.schedule().Proration
	if !pr.Fixed || s.bill.in.Period.IsZero() || len(s.bill.blends) > 1 {
		if it.share.Equal(exact.Int(1)) {
			return ""
		}
		return s.sharedDays(it)
	}
	switch days := it.Period.Days(); pr.Over {
	case StatedDays:
		return fmt.Sprintf("for %d of %s", days, plural(pr.Days, "day"))
	case CycleDays:
		return fmt.Sprintf("for %d of %s of the cycle", days, plural(s.bill.in.CycleDays, "day"))
	case MonthDays:
		var months []string
		for _, m := range it.Period.Months() {
			months = append(months, fmt.Sprintf("%d of %d days of %s", m.Period.Days(), m.DaysInMonth, m.Period.From.Month()))
		}
		if len(months) > 0 {
			return "for " + strings.Join(months, " and ")
		}
	}
	return "for no days"
}

func (s *scope) fixed(r Fixed, p *part) ([]item, error) {
	full, because, err := s.positive(r.Amount, "the amount")
	if err != nil {
		return nil, err
	}
	whole := new(big.Rat).Mul(full, p.prorate.Rat())
	it := s.item(new(big.Rat).Mul(whole, p.share.Rat()), whole, because, full)
	it.tell = func(it *item) string { return dollars(full) + s.prorated(it) }
	return []item{it}, nil
}

func (s *scope) perUnit(r PerUnit, p *part) ([]item, error) {
	price, because, err := s.positive(r.Price, "the price")
	if err != nil {
		return nil, err
	}
	quantity, more, err := s.quantity(r.Of)
	if err != nil {
		return nil, err
	}
	whole, share := new(big.Rat).Mul(quantity, price), p.share.Rat()
	it := s.item(new(big.Rat).Mul(whole, share), whole, append(because, more...), whole, price)
	it.Quantity, it.Price = exact.FromRat(new(big.Rat).Mul(quantity, share)), exact.FromRat(price)
	it.tell = func(it *item) string {
		return fmt.Sprintf("%s at %s = %s", counted(it.Quantity, s.unit(r.Of)), dollars(price), dollars(it.Exact.Rat()))
	}
	return []item{it}, nil
}

func (s *scope) tiered(t Tiered, p *part) ([]item, error) {
	bands, because, err := s.bands(t)
	if err != nil {
		return nil, err
	}
	if used := slices.DeleteFunc(slices.Clone(bands), func(b explainedBand) bool { return b.quantity.Sign() == 0 }); len(used) > 0 {
		bands = used
	} else {
		bands = bands[:1]
	}
	if pr := s.schedule().Proration; pr.Tiers && len(bands) > 0 && !p.tiers.Equal(exact.Int(1)) {
		because = append(because, Reason{Text: fmt.Sprintf("the tiers are %s times as wide, for %s", p.tiers, plural(s.bill.days, "day"))})
	}
	var items []item
	for _, b := range bands {
		it := s.item(new(big.Rat).Mul(b.amount(), p.share.Rat()), b.amount(), because, b.amount(), b.price)
		it.Tier, it.Quantity, it.Price = b.tier, exact.FromRat(new(big.Rat).Mul(b.quantity, p.share.Rat())), exact.FromRat(b.price)
		it.tell = func(it *item) string {
			part := b
			part.quantity = it.Quantity.Rat()
			if b.upTo != nil {
				part.upTo = new(big.Rat).Mul(b.upTo, it.share.Rat())
			}
			return part.String() + " = " + dollars(it.Exact.Rat())
		}
		because = nil // told with the first tier
		items = append(items, it)
	}
	return items, nil
}

func (s *scope) percent(r Percent, base amount) ([]item, error) {
	rate, because, err := s.percentage(r.Rate)
	if err != nil {
		return nil, err
	}
	whole := percentRat(rate, base.whole.Rat())
	it := s.item(percentRat(rate, base.value.Rat()), whole, because, whole, rate)
	it.Quantity, it.Price = base.value, exact.FromRat(rate)
	it.tell = func(it *item) string {
		return fmt.Sprintf("%s%% of %s (%s) = %s", shownRat(rate), dollars(it.Quantity.Rat()), s.printed(r.Of), dollars(it.Exact.Rat()))
	}
	return []item{it}, nil
}

func percentRat(rate, of *big.Rat) *big.Rat {
	v := new(big.Rat).Mul(rate, of)
	return v.Quo(v, big.NewRat(100, 1))
}

func (s *scope) minimum(r Minimum, p *part, base amount) ([]item, error) {
	least, because, err := s.positive(r.Amount, "the minimum")
	if err != nil {
		return nil, err
	}
	needed := new(big.Rat).Mul(least, p.prorate.Rat())
	whole := new(big.Rat).Sub(needed, base.whole.Rat())
	if whole.Sign() <= 0 {
		return nil, nil
	}
	amount := amountOf(needed, p)
	amount.Sub(amount, base.value.Rat())
	it := s.item(amount, whole, because, least, base.whole.Rat())
	it.tell = func(it *item) string {
		return fmt.Sprintf("%s lack %s of the minimum of %s", s.printed(r.Of), dollars(it.Exact.Rat()), s.inForce(it, least, amountOf(needed, p)))
	}
	return []item{it}, nil
}

func (s *scope) credit(r Credit, p *part, base amount) ([]item, error) {
	var own, most *big.Rat
	var because []Reason
	var err error
	if r.Percent != nil {
		own, because, err = s.percentage(r.Percent)
	} else {
		own, because, err = s.positive(r.Amount, "the credit")
	}
	if err != nil {
		return nil, err
	}
	if r.Cap != nil {
		var why []Reason
		if most, why, err = s.positive(r.Cap, "the cap"); err != nil {
			return nil, err
		}
		because = append(because, why...)
	}
	off := func(base, days *big.Rat) *big.Rat {
		if base.Sign() < 0 {
			base = new(big.Rat)
		}
		v := new(big.Rat).Mul(own, days)
		if r.Percent != nil {
			v = percentRat(own, base)
		}
		if most != nil {
			v = lesser(v, new(big.Rat).Mul(most, days))
		}
		if len(r.Of) > 0 {
			v = lesser(v, base)
		}
		return new(big.Rat).Neg(v)
	}
	whole := off(base.whole.Rat(), p.prorate.Rat())
	if whole.Sign() == 0 {
		return nil, nil
	}
	shown := most
	if shown == nil {
		shown = new(big.Rat)
	}
	it := s.item(off(base.value.Rat(), new(big.Rat).Mul(p.prorate.Rat(), p.share.Rat())), whole, because, own, shown, base.whole.Rat())
	if r.Percent != nil {
		it.Price, it.Quantity = exact.FromRat(own), base.value
	}
	days := new(big.Rat).Mul(p.prorate.Rat(), p.share.Rat())
	it.tell = func(it *item) string { return s.credited(r, it, own, most, days) }
	return []item{it}, nil
}

// amountOf is the share of a part.
func amountOf(whole *big.Rat, p *part) *big.Rat { return new(big.Rat).Mul(whole, p.share.Rat()) }

// inForce says what an amount is on the days of a line, and how it is stated where that
// is not the same.
func (s *scope) inForce(it *item, stated, now *big.Rat) string {
	days := s.daysOf(it)
	if days == "" || stated.Cmp(now) == 0 {
		return dollars(now)
	}
	return fmt.Sprintf("%s (%s %s)", dollars(now), dollars(stated), days)
}

func lesser(a, b *big.Rat) *big.Rat {
	if b.Cmp(a) < 0 {
		return b
	}
	return a
}

func (s *scope) credited(r Credit, it *item, own, most, days *big.Rat) string {
	text := "a credit of "
	if r.Percent == nil {
		text += s.inForce(it, own, new(big.Rat).Mul(own, days))
	} else {
		text += fmt.Sprintf("%s%% of %s (%s)", shownRat(own), dollars(it.Quantity.Rat()), s.printed(r.Of))
	}
	if most != nil {
		text += ", at most " + s.inForce(it, most, new(big.Rat).Mul(most, days))
	}
	if r.Percent == nil && len(r.Of) > 0 {
		text += ", at most what is charged (" + s.printed(r.Of) + ")"
	}
	return text + " = " + dollars(it.Exact.Rat())
}

// printed is what the bill prints for charges.
func (s *scope) printed(ids []string) string {
	texts := make([]string, len(ids))
	for i, id := range ids {
		texts[i] = s.version.charges[s.version.byName[id].slot].text
	}
	return list(texts)
}

// counted is a quantity with its unit; the zero unit counts no volume.
func counted(v exact.Ratio, unit metering.Unit) string {
	if unit == 0 {
		return shown(v)
	}
	return shown(v) + " " + unit.Word(v.Equal(exact.Int(1)))
}

// shownPlaces is how many decimals of a fraction that does not end are shown.
const shownPlaces = 6

func shown(v exact.Ratio) string {
	text, ends := v.Decimal(shownPlaces)
	if !ends {
		text += "…"
	}
	return text
}

func shownRat(v *big.Rat) string { return shown(exact.FromRat(v)) }

// dollars shows an exact amount: at least two decimals, and as many as it has.
func dollars(v *big.Rat) string {
	text := shownRat(new(big.Rat).Abs(v))
	if whole, decimals, _ := strings.Cut(text, "."); len(decimals) < 2 {
		text = whole + "." + decimals + strings.Repeat("0", 2-len(decimals))
	}
	if v.Sign() < 0 {
		return "-$" + text
	}
	return "$" + text
}
