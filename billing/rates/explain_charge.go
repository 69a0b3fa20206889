package rates

import (
	"fmt"
	"math/big"
	"slices"
	"strings"

	"github.com/headgate-dev/headgate/billing/exact"
)

func (x *explainer) applies(f *frame, c *charge) (bool, error) {
	s := x.scope(f)
	for _, when := range c.book.When {
		text, err := s.textNamed(when.Fact)
		if err != nil || !slices.Contains(when.In, text) {
			return false, err
		}
	}
	return true, nil
}

func (x *explainer) lines(f *frame, c *charge, p *part, base exact.Ratio) ([]item, error) {
	s := x.scope(f)
	switch r := c.book.Rule.(type) {
	case Fixed:
		whole, because, err := s.num(r.Amount)
		if err != nil {
			return nil, err
		}
		amount := new(big.Rat).Mul(whole, p.fixed.Rat())
		it := told(Line{Exact: exact.FromRat(amount)}, times(dollars(whole), p.fixed, amount), because)
		it.whole, it.fixed = exact.FromRat(whole), true
		return []item{it}, nil
	case PerUnit:
		return s.perUnit(r, p)
	case Tiered:
		return s.tiered(r, p)
	case Percent:
		rate, because, err := s.num(r.Rate)
		if err != nil {
			return nil, err
		}
		amount := percentRat(rate, base.Rat())
		return []item{told(Line{Quantity: base, Price: exact.FromRat(rate), Exact: exact.FromRat(amount)},
			fmt.Sprintf("%s%% of %s (%s) = %s", shownRat(rate), dollars(base.Rat()), list(r.Of), dollars(amount)), because)}, nil
	case Minimum:
		least, because, err := s.num(r.Amount)
		if err != nil {
			return nil, err
		}
		least = new(big.Rat).Mul(least, p.fixed.Rat())
		lacks := new(big.Rat).Sub(least, base.Rat())
		if lacks.Sign() <= 0 {
			return nil, nil
		}
		return []item{told(Line{Exact: exact.FromRat(lacks)},
			fmt.Sprintf("%s lack %s of the minimum of %s", list(r.Of), dollars(lacks), dollars(least)), because)}, nil
	case Credit:
		return s.credit(r, p, base.Rat())
	case Computed:
		whole, because, err := s.num(r.Amount)
		if err != nil {
			return nil, err
		}
		amount := new(big.Rat).Mul(whole, p.share.Rat())
		return []item{told(Line{Exact: exact.FromRat(amount)}, times(dollars(whole), p.share, amount), because)}, nil
	}
	panic(fmt.Sprintf("rates: no such rule: %T", c.book.Rule)) // Compile has refused it
}

func told(l Line, text string, because []Reason) item {
	return item{Line: l, because: []Reason{{Text: text, Because: because}}}
}

// times says that an amount was taken for a share of the days.
func times(what string, share exact.Ratio, amount *big.Rat) string {
	if share.Equal(exact.Int(1)) {
		return what
	}
	return fmt.Sprintf("%s for %s of the days = %s", what, share, dollars(amount))
}

func (s *scope) perUnit(r PerUnit, p *part) ([]item, error) {
	price, because, err := s.num(r.Price)
	if err != nil {
		return nil, err
	}
	quantity, more, err := s.quantity(r.Of)
	if err != nil {
		return nil, err
	}
	quantity = new(big.Rat).Mul(quantity, p.share.Rat())
	amount := new(big.Rat).Mul(quantity, price)
	return []item{told(Line{Quantity: exact.FromRat(quantity), Price: exact.FromRat(price), Exact: exact.FromRat(amount)},
		fmt.Sprintf("%s%s at %s = %s", shownRat(quantity), s.unit(r.Of), dollars(price), dollars(amount)), append(because, more...))}, nil
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
	share := p.share.Rat()
	var items []item
	for _, b := range bands {
		b.quantity = new(big.Rat).Mul(b.quantity, share)
		if b.upTo != nil {
			b.upTo = new(big.Rat).Mul(b.upTo, share)
		}
		it := told(Line{Tier: b.tier, Quantity: exact.FromRat(b.quantity), Price: exact.FromRat(b.price), Exact: exact.FromRat(b.amount())},
			b.String()+" = "+dollars(b.amount()), because)
		because = nil // told with the first tier
		items = append(items, it)
	}
	return items, nil
}

func percentRat(rate, of *big.Rat) *big.Rat {
	v := new(big.Rat).Mul(rate, of)
	return v.Quo(v, big.NewRat(100, 1))
}

func (s *scope) credit(r Credit, p *part, base *big.Rat) ([]item, error) {
	line := Line{}
	var off *big.Rat
	var because []Reason
	var text string
	fixed := p.fixed.Rat()
	if r.Percent != nil {
		rate, why, err := s.num(r.Percent)
		if err != nil {
			return nil, err
		}
		off, because = percentRat(rate, base), why
		line.Price, line.Quantity = exact.FromRat(rate), exact.FromRat(base)
		text = fmt.Sprintf("%s%% of %s (%s)", shownRat(rate), dollars(base), list(r.Of))
	} else {
		amount, why, err := s.num(r.Amount)
		if err != nil {
			return nil, err
		}
		off, because = new(big.Rat).Mul(amount, fixed), why
		text = "a credit of " + times(dollars(amount), p.fixed, off)
	}
	if r.Cap != nil {
		most, why, err := s.num(r.Cap)
		if err != nil {
			return nil, err
		}
		because = append(because, why...)
		if most = new(big.Rat).Mul(most, fixed); most.Cmp(off) < 0 {
			off = most
			text += ", at most " + dollars(most)
		}
	}
	if len(r.Of) > 0 {
		most := base
		if most.Sign() < 0 {
			most = new(big.Rat)
		}
		if most.Cmp(off) < 0 {
			off = most
			text += ", at most what is charged, " + dollars(most)
		}
	}
	if err := notNegative("the credit", exact.FromRat(off)); err != nil || off.Sign() == 0 {
		return nil, err
	}
	line.Exact = exact.FromRat(new(big.Rat).Neg(off))
	return []item{told(line, text+" = "+dollars(line.Exact.Rat()), because)}, nil
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
