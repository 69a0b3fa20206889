package leak_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/leak"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/policy"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/metering"
)

// line is the line of a charge.
func line(t *testing.T, c leak.Credit, charge string) leak.Line {
	for _, l := range c.Lines {
		if l.Charge == charge {
			return l
		}
	}
	require.Fail(t, "no line of "+charge)
	return leak.Line{}
}

// Water is 310.00 and then 220.00, sewer 100.00 and then 20.00: a tax of 10% is 41.00 and then 24.00.
func TestTaxFollowsLinesThatAreCreditedUnlike(t *testing.T) {
	t.Parallel()
	s := schedule(sewer(), taxOn("10", "water", "sewer"))
	credit := credited(t, washington(), s, "50", factsOfMay("10"))
	require.Equal(t, int64(187_00), credit.Credit.Cents())
	tax := line(t, credit, "tax")
	require.Equal(t, []int64{41_00, 24_00, 17_00}, []int64{tax.Before.Cents(), tax.After.Cents(), tax.Credit.Cents()})

	require.Equal(t, []string{"water", "sewer"}, tax.RestsOn)
	require.Empty(t, line(t, credit, "water").RestsOn)

	// Named as uncredited, it stays.
	p := washington()
	p.Rule.Uncredited = []string{"tax"}
	require.Equal(t, int64(170_00), credited(t, p, s, "50", factsOfMay("10")).Credit.Cents())

	// The rest that is priced again is taxed too: tier 1 for 40 of 50 is 160.00 less, and its tax.
	p = policyOf(leak.TierOneWidth, "0", leak.TierOne)
	require.Equal(t, int64(176_00), credited(t, p, s, "50", known("")).Credit.Cents())

	// A tax on a surcharge on water: 310.00 and 31.00, of which 5% are 17.05; then 150.00, 15.00 and 8.25.
	s = schedule(rates.Charge{ID: "surcharge", Service: "tax", Rule: rates.Percent{Rate: rates.Num("10"), Of: []string{"water"}}},
		taxOn("5", "water", "surcharge"))
	credit = credited(t, p, s, "50", known(""))
	require.Equal(t, int64(160_00+16_00+8_80), credit.Credit.Cents())
}

// A charge that makes up a minimum of charges credited unlike is no percentage of them: nobody says what it becomes.
func TestChargesThatRestOnUnlikeCreditsAreRefused(t *testing.T) {
	t.Parallel()
	for name, more := range map[string]rates.Charge{
		"minimum": {ID: "more", Service: "water", Rule: rates.Minimum{Amount: rates.Num("300.00"), Of: []string{"water", "sewer"}}},
		"formula": {ID: "more", Service: "water", Rule: rates.Computed{Amount: rates.Formula{Text: "round(water * 0.1 + sewer, 2)"}}},
		"credit":  {ID: "more", Service: "water", Rule: rates.Credit{Percent: rates.Num("5"), Of: []string{"water", "sewer"}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			engine, q := billed(t, schedule(sewer(), more), "50")
			_, err := washington().Credit(engine, q, factsOfMay("10"))
			require.Equal(t, "more", requireProblem(t, err, leak.ErrCharge).Path)

			p := washington() // one share for both
			p.Rule.Parts[1].Share = is("0.25")
			credited(t, p, schedule(sewer(), more), "50", factsOfMay("10"))
		})
	}

	// Through a definition.
	s := schedule(sewer(), rates.Charge{ID: "more", Service: "water", Rule: rates.Computed{Amount: rates.Name("both")}})
	s.Versions[0].Definitions = []rates.Definition{{Name: "both", Value: rates.Formula{Text: "water + sewer"}}}
	engine, q := billed(t, s, "50")
	_, err := washington().Credit(engine, q, factsOfMay("10"))
	requireProblem(t, err, leak.ErrCharge)
}

// A minimum of 120.00: 50 CCF are 310.00; with X = 40, water is 30.00, and 90.00 make it up. 310.00 − 120.00.
func TestMinimumIsMadeUpInTheAdjustedBill(t *testing.T) {
	t.Parallel()
	s := schedule(rates.Charge{ID: "minimum", Service: "water", Rule: rates.Minimum{Amount: rates.Num("120.00"), Of: []string{"water"}}})
	credit := credited(t, mean("1", leak.AsBilled), s, "50", factsOfMay("10"))
	require.Equal(t, int64(190_00), credit.Credit.Cents())
	require.Equal(t, int64(-90_00), line(t, credit, "minimum").Credit.Cents())
	require.Equal(t, int64(280_00), line(t, credit, "water").Credit.Cents())
}

func TestChargeThatThePolicyDoesNotPlaceIsRefused(t *testing.T) {
	t.Parallel()
	engine, q := billed(t, schedule(perUnit("pumping", "pumping", "0.66")), "50")
	_, err := mean("0.5", leak.AsBilled).Credit(engine, q, factsOfMay("10"))
	require.Equal(t, "pumping", requireProblem(t, err, leak.ErrCharge).Path)

	p := mean("0.5", leak.AsBilled) // by its ID: 20 × 0.66 more than 160.00
	p.Rule.Parts[0].Of = []string{"water", "pumping"}
	require.Equal(t, int64(173_20), credited(t, p, schedule(perUnit("pumping", "wells", "0.66")), "50", factsOfMay("10")).Credit.Cents())

	p.Rule.Uncredited = []string{"wells"} // its ID before its service
	require.Equal(t, int64(173_20), credited(t, p, schedule(perUnit("pumping", "wells", "0.66")), "50", factsOfMay("10")).Credit.Cents())

	// The charge on which the rest is priced is of the part itself, or the rest would be nobody's.
	for _, charge := range []string{"sewer", "base", "nobody"} {
		p = mean("0", leak.TierOne)
		p.Rule.Parts[0].Charge = charge
		engine, q = billed(t, schedule(sewer()), "50")
		_, err = p.Credit(engine, q, factsOfMay("10"))
		require.Equal(t, charge, requireProblem(t, err, leak.ErrCharge).Path)
	}
	// The width of tier 1 is one of usage: not of nine tenths of it, and not of a charge that has no units.
	p = policyOf(leak.TierOneWidth, "0.5", leak.AsBilled)
	tenths := rates.Charge{ID: "tenths", Service: "sewer", Rule: rates.Tiered{Of: rates.Formula{Text: "usage * 0.9"}, Tiers: rates.TierList{
		{UpTo: rates.Num("10"), Price: rates.Num("1.00")}, {Price: rates.Num("2.00")}}}}
	engine, q = billed(t, schedule(tenths), "50")
	for _, charge := range []string{"base", "tenths"} {
		p.Rule.Parts[0].Charge = charge
		_, err = p.Credit(engine, q, known(""))
		require.Equal(t, charge, requireProblem(t, err, leak.ErrCharge).Path)
	}
}

// Half of a half unit, up to a whole one, is not more than the half unit in excess: 10.5 − 10 at 5.00.
func TestExcusedUnitsAreNotMoreThanTheExcess(t *testing.T) {
	t.Parallel()
	p := mean("0.5", leak.AsBilled)
	p.Rule.Parts[0].Units = policy.Is(leak.To(exact.Up, n("1")))
	require.Equal(t, int64(2_50), credited(t, p, schedule(), "10.5", factsOfMay("10")).Credit.Cents())
}

// Water that costs nothing is the same at every usage, and the rest at 0.50 is not: 80.00 of sewer less 40 × 0.50.
func TestRestIsPricedWhereWaterCostsNothing(t *testing.T) {
	t.Parallel()
	p := washington()
	p.Rule.Parts[0] = part("water", "0", leak.StatedPrice)
	p.Rule.Parts[0].Stated = at("0.50")
	credit := credited(t, p, scheduleOf(tiered("0.00"), sewer()), "50", factsOfMay("10"))
	require.Equal(t, int64(60_00), credit.Credit.Cents())

	// Its tax of 10%, which was nothing, is 2.00: the rest is taxed as it is priced.
	credit = credited(t, p, scheduleOf(tiered("0.00"), sewer(), taxOn("10", "water")), "50", factsOfMay("10"))
	require.Equal(t, int64(58_00), credit.Credit.Cents())
}

// Where all of the excess is excused there is no rest, and what rests on the charge is as the engine has it: see
// TestMinimumIsMadeUpInTheAdjustedBill.
func TestNoRestIsPricedAsBilled(t *testing.T) {
	t.Parallel()
	s := schedule(rates.Charge{ID: "minimum", Service: "water", Rule: rates.Minimum{Amount: rates.Num("120.00"), Of: []string{"water"}}})
	require.Equal(t, int64(190_00), credited(t, mean("1", leak.TierOne), s, "50", factsOfMay("10")).Credit.Cents())
	engine, q := billed(t, s, "50")
	_, err := mean("0", leak.TierOne).Credit(engine, q, factsOfMay("10"))
	require.Equal(t, "minimum", requireProblem(t, err, leak.ErrCharge).Path)
}

// A tax of half the days is none of all that it is of.
func TestTaxOfAPartOfTheDaysIsNotFollowed(t *testing.T) {
	t.Parallel()
	tax := taxOn("10", "water", "sewer")
	tax.Season = "summer"
	s := schedule(sewer(), tax)
	s.Seasons = rates.Seasons{Select: rates.SplitByDay,
		Starts: []rates.SeasonStart{{Name: "spring", Month: 3, Day: 1}, {Name: "summer", Month: 6, Day: 16}}}
	engine, q := billed(t, s, "50")
	_, err := washington().Credit(engine, q, factsOfMay("10"))
	require.Equal(t, "tax", requireProblem(t, err, leak.ErrCharge).Path)
	p := washington() // alike: 10 × 9.00 and 10 × 2.00, and half of a tenth of it
	p.Rule.Parts[1].Share = is("0.25")
	credit, err := p.Credit(engine, q, factsOfMay("10"))
	require.NoError(t, err)
	require.Equal(t, int64(115_50), credit.Credit.Cents())
}

// change has other prices for the second half of June: 2.00 and 4.00 with 10 CCF in tier 1, then 3.00 and 6.00.
func change(rule rates.Select, more ...rates.Charge) rates.Schedule {
	s := scheduleOf(append([]rates.Charge{tiered("10", "2.00", "4.00")}, more...)...)
	s.Select = rule
	s.Versions[0].To = civil.MustDate("2026-06-16")
	s.Versions = append(s.Versions,
		rates.Version{From: civil.MustDate("2026-06-16"), Charges: append([]rates.Charge{tiered("10", "3.00", "6.00")}, more...)})
	return s
}

// Each half of the days has half of 50 CCF and half of the width: 5 × 2.00 + 20 × 4.00 = 90.00 and 5 × 3.00 + 20 × 6.00 =
// 135.00. At tier 1 of its own version each half is 50.00 and 75.00; with 20 of 40 excused, 50.00 and 75.00 too.
func TestRestIsPricedByThePeriodsOwnVersions(t *testing.T) {
	t.Parallel()
	for _, rule := range []rates.Select{rates.SplitByDay, rates.BlendByDay} {
		one := policyOf(leak.TierOneWidth, "0", leak.TierOne)
		half := policyOf(leak.TierOneWidth, "0.5", leak.AsBilled)
		half.Rule.Parts[0].Charge = "water" // whose tier 1 it is
		for _, p := range []leak.Policy{one, half} {
			credit := credited(t, p, change(rule), "50", known(""))
			require.Equal(t, int64(225_00), credit.Before.Cents())
			require.Equal(t, int64(100_00), credit.Credit.Cents(), credit.Words)
			require.True(t, credit.Normal.Equal(fraction("10")))
			require.Equal(t, int64(110_00), credited(t, p, change(rule, taxOn("10", "water")), "50", known("")).Credit.Cents())
		}
	}
	// By period start all days are of the first version: 20.00 + 160.00 less 100.00 at tier 1.
	p := policyOf(leak.TierOneWidth, "0", leak.TierOne)
	require.Equal(t, int64(80_00), credited(t, p, change(rates.ByPeriodStart), "50", known("")).Credit.Cents())

	// A tax at two rates is no one percentage of the rest.
	s := change(rates.SplitByDay, taxOn("10", "water"))
	s.Versions[1].Charges = append([]rates.Charge{}, s.Versions[1].Charges[0], taxOn("20", "water"))
	engine, q := billed(t, s, "50")
	_, err := p.Credit(engine, q, known(""))
	require.Equal(t, "tax", requireProblem(t, err, leak.ErrCharge).Path)
	half := policyOf(leak.TierOneWidth, "0.5", leak.AsBilled) // all of one usage: 40.00 × 1.1 + 60.00 × 1.2
	half.Rule.Parts[0].Charge = "water"
	require.Equal(t, int64(116_00), credited(t, half, s, "50", known("")).Credit.Cents())
}

// Water 3 × 0.335 = 1.005 and sewer 3 × 0.335 = 1.005 are 2.01 at the total, and 2.02 by line (both half up). Where water alone
// is excused, 1.005 are left: 1.01.
func TestCreditIsRoundedAsTheScheduleSays(t *testing.T) {
	t.Parallel()
	p := mean("1", leak.AsBilled)
	for _, c := range []struct {
		place         money.Place
		before, cents int64
	}{{money.AtTotal, 201, 100}, {money.ByLine, 202, 101}} {
		s := scheduleOf(tiered("0.335"), perUnit("sewer", "sewer", "0.335"))
		s.Rounding.Place = c.place
		credit := credited(t, p, s, "3", factsOfMay("0"))
		require.Equal(t, c.before, credit.Before.Cents())
		require.Equal(t, c.cents, credit.Credit.Cents())
	}
	// The rest is a line of its own: 1 × 0.335 are 0.34 half up and 0.33 down; 3 × 0.335 are 1.01 and 1.00.
	stated := mean("0", leak.StatedPrice)
	stated.Rule.Parts[0].Stated = at("0.111") // 3 × 0.111 = 0.333: 0.33, and 0.34 up
	for mode, cents := range map[exact.Mode]int64{exact.HalfUp: 101 - 33, exact.Down: 100 - 33, exact.Up: 101 - 34} {
		s := scheduleOf(tiered("0.335"))
		s.Rounding.Mode = mode
		require.Equal(t, cents, credited(t, stated, s, "3", factsOfMay("0")).Credit.Cents(), mode)
	}
}

// The second of two meters leaked: tiers on each, 50 + 12 CCF. The first keeps its own.
func TestOnlyTheMeterThatLeakedIsPricedAgain(t *testing.T) {
	t.Parallel()
	price := func(per rates.Per) (*rates.Engine, rates.Quote) {
		s := schedule()
		for i := range s.Versions[0].Charges {
			s.Versions[0].Charges[i].Per = per
		}
		engine := engine(s)
		q, err := engine.Price(rates.Input{Schedule: "s", Period: civil.MustPeriod(period), Meters: []rates.Meter{
			{ID: "A", Usage: volume("12", metering.CCF)}, {ID: "B", Usage: volume("50", metering.CCF)},
		}})
		require.NoError(t, err)
		return engine, q
	}
	facts := factsOfMay("10")
	facts.Meter = "B"
	p := mean("0.5", leak.AsBilled)
	engine, q := price(rates.PerMeter)
	credit, err := p.Credit(engine, q, facts)
	require.NoError(t, err)
	holds(t, credit, q)
	require.Equal(t, int64(160_00), credit.Credit.Cents())
	require.Equal(t, "B", line(t, credit, "water").Meter)
	require.Equal(t, volume("50", metering.CCF), q.Input.Meters[1].Usage, "the quote's input is not changed")

	// Tiers on the sum: 62 − 20 = 42 CCF, all 20 from tier 4.
	engine, q = price(rates.PerAccount)
	credit, err = p.Credit(engine, q, facts)
	require.NoError(t, err)
	holds(t, credit, q)
	require.Equal(t, int64(180_00), credit.Credit.Cents())

	facts.Meter = ""
	_, err = p.Credit(engine, q, facts)
	require.Equal(t, "meter", requireProblem(t, err, leak.ErrFact).Path)
}

// A schedule of whole units bills none of a half: what is left would be charged as another quantity.
func TestUnitsThatTheScheduleDoesNotBillAreRefused(t *testing.T) {
	t.Parallel()
	for _, usage := range []rates.UsageRule{rates.NextWholeUnit, rates.TruncateAndCarry} {
		s := schedule()
		s.Usage = usage
		engine, q := billed(t, s, "49.3")
		p := mean("0.5", leak.AsBilled) // 49 or 50 less 9: 40 or 41, and half of it
		facts := factsOfMay("9")
		if usage == rates.TruncateAndCarry {
			facts = factsOfMay("10")
		}
		_, err := p.Credit(engine, q, facts)
		requireProblem(t, err, leak.ErrUnits)
		p.Rule.Parts[0].Units = policy.Is(leak.To(exact.Down, n("1")))
		credit, err := p.Credit(engine, q, facts)
		require.NoError(t, err)
		holds(t, credit, q)
		require.True(t, credit.Usage.IsInt())
	}
	// A mean of three may have no decimal that ends.
	facts := known(leak.MeanBills, "2026-05-01", "9", "2026-04-01", "10", "2026-03-01", "12")
	p := mean("0", leak.TierOne)
	engine, q := billed(t, schedule(), "50")
	_, err := p.Credit(engine, q, facts)
	require.Contains(t, requireProblem(t, err, leak.ErrUnits).What, "no decimal that ends")
	p.Rule.BaselineUnits = policy.Is(leak.To(exact.HalfUp, n("0.1"))) // 10.3: 0.3 stay in tier 2
	credit, err := p.Credit(engine, q, facts)
	require.NoError(t, err)
	require.True(t, credit.Normal.Equal(fraction("10.3")))
	require.Equal(t, int64(160_00-60), credit.Credit.Cents()) // 0.3 at 5.00, and not at 3.00
}

// The price of the lowest tier is the lowest that the bill reaches, with declining tiers the last: 10 × 5.00 + 40 × 2.00.
func TestLowestTierIsTheLowestPrice(t *testing.T) {
	t.Parallel()
	s := scheduleOf(tiered("30", "5.00", "2.00"))
	// C(50) = 150.00 + 40.00; C(10) = 50.00 and 40 × 2.00.
	require.Equal(t, int64(60_00), credited(t, mean("0", leak.LowestTier), s, "50", factsOfMay("10")).Credit.Cents())
	// At tier 1, 40 × 5.00 = 200.00: 250.00 is more than the bill, and the answer says so.
	credit := credited(t, mean("0", leak.TierOne), s, "50", factsOfMay("10"))
	require.True(t, credit.Credit.IsZero())
	require.Equal(t, []leak.Code{leak.NoSaving}, codes(credit))
	require.Contains(t, credit.Reasons[0].Words, "$250.00 is not below $190.00")
}

// A unit is never put above the tier in which it was billed, also where last year's bill reached a higher one.
func TestHighestTierThenIsNotAboveTheTierBilled(t *testing.T) {
	t.Parallel()
	facts := factsOfMay("10")
	facts.TierThen = 4
	p := mean("0.5", leak.TierThen) // 15 of 30 excused; 10 at 5.00, 5 at 7.00: what 20 + 15 in the bill are
	require.Equal(t, int64(105_00), credited(t, p, schedule(), "40", facts).Credit.Cents())
}

func TestCreditIsNeverMoreThanTheBill(t *testing.T) {
	t.Parallel()
	s := scheduleOf(tiered("1.00"), rates.Charge{ID: "help", Service: "help", Rule: rates.Credit{Amount: rates.Num("15.00")}})
	credit := credited(t, mean("1", leak.AsBilled), s, "50", factsOfMay("0"))
	require.Equal(t, int64(35_00), credit.Credit.Cents())
	require.Equal(t, []leak.Code{leak.WholeBill}, codes(credit))
}

func TestCapIsSaidWithItsNumbers(t *testing.T) {
	t.Parallel()
	p := washington()
	p.Rule.Cap = policy.Of(money.Cents(100_00))
	credit := credited(t, p, schedule(sewer()), "50", factsOfMay("10"))
	require.Equal(t, int64(100_00), credit.Credit.Cents())
	require.Equal(t, "the cap is $100.00, and the formula comes to $170.00", credit.Reasons[0].Words)
	// 90.00 and 80.00 of 170.00: 52.94 and 47.06.
	require.Equal(t, []int64{52_94, 47_06}, []int64{credit.Lines[0].Credit.Cents(), credit.Lines[1].Credit.Cents()})
}

// A credit of all of the bill, or at the cap, is not cut, and says nothing of it; one cent above is.
func TestTheBillAndTheCapAreCreditedWhole(t *testing.T) {
	t.Parallel()
	for help, reasons := range map[string][]leak.Code{"0.01": {leak.WholeBill}, "": nil} {
		s := scheduleOf(tiered("1.00"))
		if help != "" {
			s = scheduleOf(tiered("1.00"), rates.Charge{ID: "help", Service: "help", Rule: rates.Credit{Amount: rates.Num(help)}})
		}
		credit := credited(t, mean("1", leak.AsBilled), s, "50", factsOfMay("0"))
		require.Equal(t, credit.Before, credit.Credit)
		require.Equal(t, reasons, codes(credit))
	}
	for limit, reasons := range map[int64][]leak.Code{169_99: {leak.Capped}, 170_00: nil, 170_01: nil} {
		p := washington()
		p.Rule.Cap = policy.Of(money.Cents(limit))
		credit := credited(t, p, schedule(sewer()), "50", factsOfMay("10"))
		require.Equal(t, min(limit, 170_00), credit.Credit.Cents())
		require.Equal(t, reasons, codes(credit))
	}
}

// A charge that applies by what another comes to rests on it.
func TestAChargeRestsOnWhatItsConditionReads(t *testing.T) {
	t.Parallel()
	high := rates.Charge{ID: "high", Text: "High bill", Service: "water", When: []rates.Condition{{Fact: "over", In: []string{"1"}}}, Rule: rates.Fixed{Amount: rates.Num("25.00")}}
	s := schedule(high)
	s.Versions[0].Definitions = []rates.Definition{{Name: "over", Value: rates.Formula{Text: "min(1, max(0, round(water - 100, 0)))"}}}
	credit := credited(t, mean("1", leak.AsBilled), s, "50", factsOfMay("10"))
	require.Equal(t, []string{"water"}, line(t, credit, "high").RestsOn)
	require.Equal(t, int64(25_00), line(t, credit, "high").Credit.Cents())
}

func TestAQuoteOfAnotherBookIsRefused(t *testing.T) {
	t.Parallel()
	engine, _ := billed(t, schedule(), "50")
	_, q := billed(t, schedule(sewer()), "50")
	p := mean("0.5", leak.AsBilled)
	_, err := p.Credit(engine, q, factsOfMay("10"))
	require.ErrorIs(t, err, rates.ErrOtherBook)
	_, err = p.Credit(nil, q, factsOfMay("10"))
	requireProblem(t, err, leak.ErrFact)
	refused, err := engine.Price(rates.Input{Schedule: "s", Usage: volume("50", metering.CCF)})
	require.Error(t, err)
	_, err = p.Credit(engine, refused, factsOfMay("10"))
	require.Equal(t, "quote", requireProblem(t, err, leak.ErrFact).Path)
}

// A blended bill is rounded once: base 1.004 and water 0.015 are 1.02; base and 0.004 for the rest are 1.01, and by line 1.00.
func TestBlendedBillIsRoundedOnce(t *testing.T) {
	t.Parallel()
	base := rates.Charge{ID: "base", Service: "water", Rule: rates.Fixed{Amount: rates.Num("1.004")}}
	s := scheduleOf(base, tiered("0.01"))
	s.Select = rates.BlendByDay
	s.Versions[0].To = civil.MustDate("2026-06-16")
	s.Versions = append(s.Versions, rates.Version{From: civil.MustDate("2026-06-16"), Charges: []rates.Charge{base, tiered("0.02")}})
	p := mean("0", leak.StatedPrice)
	p.Rule.Parts[0].Stated = at("0.004")
	credit := credited(t, p, s, "1", factsOfMay("0"))
	require.Equal(t, []int64{1_02, 1}, []int64{credit.Before.Cents(), credit.Credit.Cents()})

	// June of one version is not blended: 1.00 and 0.01 by line, then 1.00 and 0.00.
	s.Versions[0].To, s.Versions[1].From = civil.MustDate("2026-07-01"), civil.MustDate("2026-07-01")
	credit = credited(t, p, s, "1", factsOfMay("0"))
	require.Equal(t, []int64{1_01, 1}, []int64{credit.Before.Cents(), credit.Credit.Cents()})
}

// Where all of a bill is credited alike, what is left is the engine's own bill for the units that are left, line by line: for 2
// CCF 0.336 + 0.336 + 0.335 = 1.007 are 1.01, whose lines are 0.34, 0.34 and 0.33.
func TestAdjustedBillIsTheEnginesOwn(t *testing.T) {
	t.Parallel()
	s := scheduleOf(tiered("1", "0.336", "0.336"), perUnit("sewer", "sewer", "0.1675"))
	s.Rounding.Place = money.AtTotal
	p := mean("1", leak.AsBilled)
	p.Rule.Parts[0].Of, p.Rule.Uncredited = []string{"water", "sewer"}, nil
	credit := credited(t, p, s, "3", factsOfMay("2"))
	require.Equal(t, []int64{68, 33}, []int64{line(t, credit, "water").After.Cents(), line(t, credit, "sewer").After.Cents()})
}

// A memo charge is shown and not billed, so that nothing of it is credited.
func TestMemoChargesAreNotCredited(t *testing.T) {
	t.Parallel()
	memo := perUnit("drought", "water", "1.00")
	memo.Memo = true
	credit := credited(t, mean("0.5", leak.AsBilled), schedule(memo, taxOn("10", "water", "drought")), "50", factsOfMay("10"))
	require.Equal(t, int64(160_00+18_00), credit.Credit.Cents()) // the tax is of both
	require.Len(t, credit.Lines, 2)
}
