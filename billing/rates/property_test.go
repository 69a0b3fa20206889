package rates_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/metering"
)

// told is all of a quote and its error as one text: fractions as they are read,
// errors with their codes, places and positions.
func told(q rates.Quote, err error) string {
	return q.Digest().String() + toldOfAnyBook(q, err)
}

// toldOfAnyBook leaves the book out that priced it.
func toldOfAnyBook(q rates.Quote, err error) string {
	text := fmt.Sprintf("%+v %+v %v %v %s %s\n", q.Input, q.Usage(), lines(q), memos(q), q.Total, q.Exact())
	for _, r := range append([]rates.Refusal{{Err: err}}, q.Refusals()...) {
		var p *problem.Error
		if errors.As(r.Err, &p) {
			text += fmt.Sprintf("%s %v %s %s %v %s %s\n", r.Charge, r.Memo, p.Code, p.Path, p.Pos, p.What, p.Fix)
		} else if r.Err != nil {
			text += r.Err.Error() + "\n"
		}
	}
	return text
}

// copied is an input that shares nothing with in.
func copied(in rates.Input) rates.Input {
	in.Facts, in.Changes, in.Meters = maps.Clone(in.Facts), slices.Clone(in.Changes), slices.Clone(in.Meters)
	for i := range in.Meters {
		m := &in.Meters[i]
		m.Facts, m.Changes = maps.Clone(m.Facts), slices.Clone(m.Changes)
	}
	return in
}

// Lines sum to the total; a refused bill has none; pricing changes no input and
// comes out the same every time.
func TestQuotesAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, in := drawn(t, false)
		before := copied(in)
		engine := compiled(t, s)
		quote, err := engine.Price(in)
		require.Equal(t, before, in, "the input is as it was")
		if err != nil {
			require.Zero(t, quote.Total)
			require.True(t, quote.Exact().IsZero())
		} else {
			requireSums(t, quote)
			require.True(t, slices.IndexFunc(quote.Refusals(), func(r rates.Refusal) bool { return !r.Memo }) < 0)
		}
		require.Equal(t, told(quote, err), told(engine.Price(in)))
		require.Equal(t, told(quote, err), told(compiled(t, s).Price(in)))
	})
}

// A calm drawer's bills are priced: the laws below would be empty if not.
func TestCalmBillsArePriced(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, in := drawn(t, true)
		for _, line := range lines(priced(t, s, in)) {
			require.GreaterOrEqual(t, line.Amount().Sign(), 0, "%s", printed([]rates.Line{line}))
		}
	})
}

// More usage never costs less.
func TestMoreUsageNeverCostsLess(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := &drawer{T: t}
		s, in := drawn(t, true)
		if s.Rounding.Mode == exact.HalfEven {
			// What is lacking to a minimum may round to even on one side of a cent
			// and not on the other.
			s.Rounding.Mode = exact.HalfUp
		}
		engine := compiled(t, s)
		less, err := engine.Price(in)
		require.NoError(t, err)
		more := copied(in)
		grow := func(v metering.Volume) metering.Volume {
			return must(metering.NewVolume(must(v.Number().Add(must(exact.ParseNumber(d.decimal(20))))), v.Unit()))
		}
		if len(more.Meters) > 0 {
			more.Meters[0].Usage = grow(more.Meters[0].Usage)
		} else {
			more.Usage = grow(more.Usage)
		}
		higher, err := engine.Price(more)
		require.NoError(t, err)
		require.LessOrEqual(t, less.Total.Cents(), higher.Total.Cents(), "%s\n%s", printed(lines(less)), printed(lines(higher)))
	})
}

// At a bound the price is the same from both sides, and a step above it costs the
// step at the upper price.
func TestTiersMeetAtTheirBounds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := &drawer{T: t}
		var list rates.TierList
		var bounds []int
		for bound := d.n(1, 9); len(bounds) < d.n(1, 3); bound += d.n(1, 9) {
			bounds = append(bounds, bound)
			list = append(list, rates.Tier{UpTo: num(fmt.Sprint(bound)), Price: num(d.decimal(9))})
		}
		list = append(list, rates.Tier{Price: num(d.decimal(9))})
		s := schedule(charge("water", rates.Tiered{Tiers: list}))
		s.Rounding = atTotal
		engine := compiled(t, s)
		i := d.n(0, len(bounds)-1)
		at := func(thousandths int) exact.Ratio {
			quote, err := engine.Price(input(fmt.Sprintf("%d.%03d", bounds[i]-1+(1000+thousandths)/1000, (1000+thousandths)%1000), nil))
			require.NoError(t, err)
			return quote.Exact()
		}
		price := func(tier int) exact.Ratio {
			return ratio(decimal.Decimal(list[tier].Price.(rates.Number)).String())
		}
		step := d.n(1, 999)
		require.Equal(t, price(i+1).Mul(part(int64(step), 1000)).String(), at(step).Sub(at(0)).String())
		require.Equal(t, price(i).Mul(part(int64(step), 1000)).String(), at(0).Sub(at(-step)).String())
	})
}

// A change of version that changes nothing changes no exact amount, split or
// blended. (Where a month's own days are the denominator, the days of a part weigh
// by their month, and so they do not when they are not split.)
func TestSplittingEqualVersionsChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := &drawer{T: t}
		s, in := drawn(t, true)
		s.Versions = s.Versions[:1]
		s.Versions[0].To = civil.Date{}
		s.Rounding.Place = money.AtTotal
		if s.Proration.Over == rates.MonthDays {
			s.Proration = rates.Proration{Over: rates.NotProrated}
		}
		s.Select = rates.SplitByDay
		whole := priced(t, s, in)
		for i := d.n(1, 3); i > 0; i-- {
			v := s.Versions[0]
			v.To = civil.Date{}
			v.From = must(in.Period.From.AddDays(40 - 13*i + d.n(0, 9)))
			s.Versions[len(s.Versions)-1].To = v.From
			s.Versions = append(s.Versions, v)
		}
		for _, rule := range []rates.Select{rates.SplitByDay, rates.BlendByDay} {
			s.Select = rule
			cut := priced(t, s, in)
			require.Equal(t, whole.Exact().String(), cut.Exact().String())
			require.Equal(t, whole.Total, cut.Total)
		}
	})
}

// What the schedule does not ask for has no effect.
func TestIrrelevantFactsDoNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := &drawer{T: t}
		s, in := drawn(t, false)
		with := copied(in)
		quote, err := compiled(t, s).Price(in)

		with.Facts["color"] = "blue"
		if !in.Period.IsZero() {
			on := must(in.Period.From.AddDays(d.n(0, 20)))
			with.Changes = append(with.Changes, rates.Change{Fact: "color", Value: "red", On: on})
			for i := range with.Meters {
				with.Meters[i].Changes = append(with.Meters[i].Changes, rates.Change{Fact: "color", Value: "red", On: on})
			}
		}
		other, otherErr := compiled(t, s).Price(with)
		other.Input = quote.Input
		require.Equal(t, told(quote, err), told(other, otherErr), "a fact that the schedule does not know")

		// A fact that the schedule may ask for, and no version does.
		s.Facts = append(s.Facts, rates.Fact{Name: "color", Type: rates.TextFact, Allowed: []string{"green"}, Change: pick(d, 0, d.selects())})
		other, otherErr = compiled(t, s).Price(with)
		other.Input = quote.Input
		require.Equal(t, toldOfAnyBook(quote, err), toldOfAnyBook(other, otherErr), "a fact that no version reads")
	})
}

// blends says whether a schedule may blend, and so be rounded at the total.
func blends(s rates.Schedule) bool {
	return s.Select == rates.BlendByDay || s.Seasons.Select == rates.BlendByDay ||
		slices.ContainsFunc(s.Facts, func(f rates.Fact) bool { return f.Change == rates.BlendByDay })
}

// In which order charges are printed changes no amount of theirs.
func TestOrderOfChargesDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, in := drawn(t, false)
		quote, err := compiled(t, s).Price(in)
		for i := range s.Versions {
			s.Versions[i].Charges = rapid.Permutation(s.Versions[i].Charges).Draw(t, "order")
		}
		other, otherErr := compiled(t, s).Price(in)
		require.Equal(t, err == nil, otherErr == nil)
		require.Equal(t, quote.Total, other.Total)
		require.Equal(t, quote.Exact().String(), other.Exact().String())
		// Of equal remainders the first line's is raised.
		fitted := s.Rounding.Place == money.AtTotal || blends(s)
		sorted := func(lines []rates.Line) []string {
			all := make([]string, len(lines))
			for i, line := range lines {
				if all[i] = unrounded(line); !fitted {
					all[i] += " " + line.Amount().String()
				}
			}
			slices.Sort(all)
			return all
		}
		require.Equal(t, sorted(lines(quote)), sorted(lines(other)))
		require.Equal(t, sorted(memos(quote)), sorted(memos(other)))
		require.Len(t, other.Refusals(), len(quote.Refusals()))
	})
}

// explainAgrees is that explaining finds what pricing finds, to the last digit, and
// gives a reason for each line.
func explainAgrees(t *rapid.T) {
	s, in := drawn(t, false)
	engine := compiled(t, s)
	quote, err := engine.Price(in)
	x := engine.Explain(in)
	require.Equal(t, told(quote, err), told(x.Quote, x.Err))
	require.NotEmpty(t, x.String())
	for _, same := range []struct {
		lines   []rates.Line
		reasons []rates.LineReason
	}{{lines(quote), x.Lines}, {memos(quote), x.Memos}} {
		require.Len(t, same.reasons, len(same.lines))
		for i, line := range same.lines {
			require.True(t, line.Equal(same.reasons[i].Line), "%s %s", unrounded(line), unrounded(same.reasons[i].Line))
			require.NotEmpty(t, same.reasons[i].Text)
		}
	}
	again, againErr := engine.ExplainQuote(quote)
	require.NoError(t, againErr)
	require.Equal(t, told(quote, err), told(again.Quote, again.Err))
}

func TestExplainAgreesWithPrice(t *testing.T) { rapid.Check(t, explainAgrees) }

func FuzzPriceAgainstExplain(f *testing.F) { fuzzDrawn(f, 1, explainAgrees) }
