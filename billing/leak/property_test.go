package leak_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/leak"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/policy"
	"github.com/headgate-dev/headgate/billing/rates"
)

// A world is a bill of whole units, small enough to be priced unit by unit, in cents.
type world struct {
	bounds, prices   []int // of water: upper bounds of all tiers but the last
	sewer, tax       int   // cents a unit; percent of water and sewer
	usage, normal    int
	multiple         int
	quarters, sewerQ int // the shares, in quarters
	price            leak.Price
	stated, tierThen int
	atTotal          bool
}

var prices = []leak.Price{
	leak.AsBilled, leak.TierOne, leak.LowestTier, leak.TierDown, leak.TierThen, leak.StatedPrice,
}

func draw(t *rapid.T, rising bool) world {
	var w world
	n := rapid.IntRange(1, 4).Draw(t, "tiers")
	price, bound := 0, 0
	for range n {
		if rising {
			price += rapid.IntRange(0, 400).Draw(t, "step")
		} else {
			price = rapid.IntRange(0, 900).Draw(t, "price")
		}
		bound += rapid.IntRange(1, 15).Draw(t, "width")
		w.prices, w.bounds = append(w.prices, price), append(w.bounds, bound)
	}
	w.bounds = w.bounds[:n-1]
	w.sewer, w.tax = rapid.IntRange(0, 500).Draw(t, "sewer"), rapid.IntRange(0, 20).Draw(t, "tax")
	w.usage, w.normal = rapid.IntRange(0, 80).Draw(t, "usage"), rapid.IntRange(0, 60).Draw(t, "normal")
	w.multiple = rapid.IntRange(1, 3).Draw(t, "multiple")
	w.quarters, w.sewerQ = rapid.IntRange(0, 4).Draw(t, "share"), rapid.IntRange(0, 4).Draw(t, "sewer share")
	w.price = rapid.SampledFrom(prices).Draw(t, "price of the rest")
	w.atTotal = rapid.Bool().Draw(t, "at the total")
	w.stated, w.tierThen = rapid.IntRange(0, 500).Draw(t, "stated"), rapid.IntRange(1, 4).Draw(t, "tier then")
	return w
}

func cents(cents int) string { return fmt.Sprintf("%d.%02d", cents/100, cents%100) }

func (w world) schedule() rates.Schedule {
	var numbers []string
	for i, bound := range w.bounds {
		numbers = append(numbers, fmt.Sprint(bound), cents(w.prices[i]))
	}
	water := tiered(append(numbers, cents(w.prices[len(w.prices)-1]))...)
	s := scheduleOf(rates.Charge{ID: "base", Text: "Base", Service: "water", Rule: rates.Fixed{Amount: rates.Num("20.00")}},
		water, perUnit("sewer", "sewer", cents(w.sewer)), taxOn(fmt.Sprint(w.tax), "water", "sewer"))
	if w.atTotal {
		s.Rounding.Place = money.AtTotal
	}
	return s
}

func (w world) policy() leak.Policy {
	share := func(quarters int) string { return []string{"0", "0.25", "0.5", "0.75", "1"}[quarters] }
	p := mean(share(w.quarters), w.price)
	p.Rule.Multiple = is(fmt.Sprint(w.multiple))
	if w.price == leak.StatedPrice {
		p.Rule.Parts[0].Stated = at(cents(w.stated))
	}
	p.Rule.Parts = append(p.Rule.Parts, part("sewer", share(w.sewerQ), leak.AsBilled))
	p.Rule.Uncredited = nil
	for i := range p.Rule.Parts {
		p.Rule.Parts[i].Units = policy.Is(leak.To(exact.Up, n("1")))
	}
	return p
}

func (w world) facts() leak.Facts {
	facts := factsOfMay(fmt.Sprint(w.normal))
	facts.TierThen = w.tierThen
	return facts
}

// tier of unit i, both from 1.
func (w world) tier(i int) int {
	for t, bound := range w.bounds {
		if i <= bound {
			return t + 1
		}
	}
	return len(w.prices)
}

// rest is what unit i costs where it is priced again.
func (w world) rest(i int) int {
	switch w.price {
	case leak.TierOne:
		return w.prices[0]
	case leak.LowestTier:
		least := w.prices[0]
		for t := 1; t <= w.tier(w.usage); t++ {
			least = min(least, w.prices[t-1])
		}
		return least
	case leak.TierDown:
		return w.prices[max(w.tier(i)-1, 1)-1]
	case leak.TierThen:
		return w.prices[min(w.tier(i), w.tierThen)-1]
	case leak.StatedPrice:
		return w.stated
	}
	return w.prices[w.tier(i)-1]
}

// credit prices each unit by itself: a unit is normal, priced again, or excused.
func (w world) credit() int {
	excess := max(0, w.usage-w.multiple*w.normal)
	up := func(quarters int) int { return min((quarters*excess+3)/4, excess) }
	taxed := func(cents int) int { return (cents*w.tax + 50) / 100 }
	before, after := 0, 0
	for i := 1; i <= w.usage; i++ {
		before += w.prices[w.tier(i)-1] + w.sewer
		switch {
		case i <= w.usage-excess:
			after += w.prices[w.tier(i)-1]
		case i <= w.usage-up(w.quarters):
			after += w.rest(i)
		}
		if i <= w.usage-up(w.sewerQ) {
			after += w.sewer
		}
	}
	return max(0, before+taxed(before)-after-taxed(after))
}

// The formula comes to what its units come to one by one, whatever the tiers, the price of the rest, and the shares of water
// and sewer; the tax follows the lines that it is of.
func TestLeakCreditIsWhatItsUnitsComeTo(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := draw(t, rapid.Bool().Draw(t, "rising"))
		credit := credited(t, w.policy(), w.schedule(), fmt.Sprint(w.usage), w.facts())
		require.Equal(t, int64(w.credit()), credit.Credit.Cents(), credit.Words)
		if w.usage <= w.multiple*w.normal {
			require.True(t, credit.Credit.IsZero())
			require.Equal(t, []leak.Code{leak.NoExcess}, codes(credit))
		}
		for _, l := range credit.Lines {
			if l.Charge == "water" && w.quarters < 4 {
				require.True(t, l.Now.Equal(credit.Parts[0].Normal.Add(credit.Parts[0].Rest)), "the units to pay for are those that are not excused")
			}
		}
	})
}

// Where tiers do not fall, a larger leak never has a smaller credit. With falling tiers it may: half of what is excused was
// billed at the low price of the end. Without tax: its rounding may move a cent.
func TestLeakCreditRisesWithUsage(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := draw(t, true)
		w.tax = 0
		more := w
		more.usage += rapid.IntRange(1, 30).Draw(t, "more")
		if w.price == leak.StatedPrice { // a stated price above a tier is no credit on its units
			w.stated = 0
			more.stated = 0
		}
		facts := w.facts()
		small := credited(t, w.policy(), w.schedule(), fmt.Sprint(w.usage), facts)
		large := credited(t, more.policy(), more.schedule(), fmt.Sprint(more.usage), facts)
		require.LessOrEqual(t, small.Credit.Cents(), large.Credit.Cents(),
			"%s CCF: %v; %s CCF: %v", small.Usage, small.Words, large.Usage, large.Words)
	})
}

// A cap is never passed, and the lines share what it leaves.
func TestLeakCapHoldsAndLinesSumToIt(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := draw(t, false)
		limit := rapid.IntRange(0, 100_00).Draw(t, "cap")
		p := w.policy()
		p.Rule.Cap = policy.Of(money.Cents(int64(limit)))
		credit := credited(t, p, w.schedule(), fmt.Sprint(w.usage), w.facts())
		require.Equal(t, int64(min(limit, w.credit())), credit.Credit.Cents())
	})
}

// The same facts give the same credit, in whatever order they are given.
func TestLeakSameFactsSameCredit(t *testing.T) {
	t.Parallel()
	facts := known(leak.MeanBills, "2026-05-01", "9", "2026-04-01", "10", "2026-03-01", "11")
	turned := known(leak.MeanBills, "2026-03-01", "11", "2026-05-01", "9", "2026-04-01", "10")
	s := schedule(sewer())
	p := mean("0.5", leak.AsBilled)
	first, second := credited(t, p, s, "50", facts), credited(t, p, s, "50", turned)
	require.Equal(t, first.Credit, second.Credit)
	require.Equal(t, first.Lines, second.Lines)
}
