package rates_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/metering"
)

// between tells two bills of schedules that differ, or of one.
func between(t *testing.T, before, after rates.Schedule, was, is rates.Input) string {
	t.Helper()
	return why(t, rates.Case{Engine: compiled(t, before), Input: was}, rates.Case{Engine: compiled(t, after), Input: is}).String()
}

// spanning is a bill for other days than June.
func spanning(in rates.Input, from, to string) rates.Input {
	in.Period = days(from, to)
	return in
}

func staged(change rates.Select, charges ...rates.Charge) rates.Schedule {
	s := schedule(charges...)
	s.Facts = []rates.Fact{changing(texts("stage", "1", "2", "3"), change)}
	return s
}

func changes(in rates.Input, days ...string) rates.Input {
	for i := 0; i+1 < len(days); i += 2 {
		in.Changes = append(in.Changes, rates.Change{Fact: "stage", On: day(days[i]), Value: days[i+1]})
	}
	return in
}

// Where the days change, versions keep their shares of them until their own step:
// 15 of 30 days under the new rates are 30 of 60.
func TestWhyKeepsSharesOfTheDays(t *testing.T) {
	daily := schedule(fixed("base", "30"))
	daily.Proration = rates.Proration{Over: rates.StatedDays, Days: 30, Fixed: true}
	daily = from(daily, "2026-07-01", fixed("base", "60"))
	in := input("0", nil)
	require.Equal(t, `The bill is $120.00, $75.00 more than the $45.00 before
  +$45.00 the bill is for 60 days instead of 30
    base +$45.00: $90.00 instead of $45.00
  +$30.00 new rates for base: $120.00 instead of $90.00`,
		between(t, daily, daily, spanning(in, "2026-06-16", "2026-07-16"), spanning(in, "2026-07-16", "2026-09-14")))
}

// A change after the period, which a bill date may still pick, stays as far behind
// it.
func TestWhyMovesChangesBehindThePeriod(t *testing.T) {
	s := staged(rates.ByBillDate, charge("base", rates.Fixed{Amount: table("stage", "1", "10", "2", "25", "3", "0")}))
	was := input("0", rates.Facts{"stage": "1"})
	was.BillDate = day("2026-07-05")
	is := changes(spanning(was, "2026-07-01", "2026-08-30"), "2026-09-01", "2")
	is.BillDate = day("2026-09-03")
	require.Equal(t, `The bill is $25.00, $15.00 more than the $10.00 before
  +$15.00 the stage is 1, 2 from 2026-09-01, where it was 1
    base +$15.00: $25.00 instead of $10.00`, between(t, s, s, was, is))
}

// Two changes that fall on one day when sixty days are laid over ten are the later.
func TestWhyPutsChangesTogether(t *testing.T) {
	s := staged(rates.SplitByDay, charge("base", rates.Fixed{Amount: table("stage", "1", "10", "2", "20", "3", "40")}))
	was := spanning(input("0", rates.Facts{"stage": "1"}), "2026-06-01", "2026-06-11")
	is := changes(spanning(was, "2026-06-01", "2026-07-31"), "2026-07-01", "2", "2026-07-02", "3")
	d := why(t, rates.Case{Engine: compiled(t, s), Input: was}, rates.Case{Engine: compiled(t, s), Input: is})
	require.Equal(t, []string{"fact", "days"}, kinds(d), "%s", d)
	require.Equal(t, int64(15_00), d.Causes[0].Amount.Cents(), "5 of 10 days at 40 instead of 10")
}

func TestWhyBetweenSchedulesOfOneBook(t *testing.T) {
	home, shop := schedule(perUnit("water", "2")), schedule(perUnit("water", "3"))
	shop.ID = "shop"
	engine := compiled(t, home, shop)
	is := input("10", nil)
	is.Schedule = "shop"
	d := why(t, rates.Case{Engine: engine, Input: input("10", nil)}, rates.Case{Engine: engine, Input: is})
	require.Equal(t, `The bill is $30.00, $10.00 more than the $20.00 before
  +$10.00 billed as shop instead of s, other rates for water: 10 CCF at $3.00 instead of $2.00`, d.String())
}

func TestWhyOfAnotherCycle(t *testing.T) {
	s := schedule(fixed("base", "31"))
	s.Proration = rates.Proration{Over: rates.CycleDays, Fixed: true}
	was, is := input("0", nil), input("0", nil)
	was.CycleDays, is.CycleDays = 31, 30
	require.Equal(t, `The bill is $31.00, $1.00 more than the $30.00 before
  +$1.00 the bill is for a cycle of 30 days instead of 31
    base +$1.00: $31.00 instead of $30.00`, between(t, s, s, was, is))
}

// The days are alike, and in another month: a share of July is another than one of
// June.
func TestWhyOfOtherDays(t *testing.T) {
	s := schedule(fixed("base", "31"))
	s.Proration = rates.Proration{Over: rates.MonthDays, Fixed: true}
	require.Equal(t, `The bill is $30.00, $1.00 less than the $31.00 before
  -$1.00 the bill is for 2026-07-01 to 2026-07-30, where it was for 2026-06-01 to 2026-06-30
    base -$1.00: $30.00 instead of $31.00`, between(t, s, s, input("0", nil), spanning(input("0", nil), "2026-07-01", "2026-07-31")))
}

// Where lines are rounded, a charge has its own cents; where the total is, cents are
// fitted, and ties go by the name of the charge, whatever its place in the book.
func TestWhyHasTheCentsOfTheLines(t *testing.T) {
	byStage := func(id, one, two string) rates.Charge {
		return charge(id, rates.Fixed{Amount: table("stage", "1", one, "2", two)})
	}
	was, is := input("0", rates.Facts{"stage": "1"}), input("0", rates.Facts{"stage": "2"})
	lines := staged(rates.SplitByDay, byStage("a", "1.001", "1.004"), byStage("b", "1.0049", "1.005"))
	require.Equal(t, `The bill is $2.01, $0.01 more than the $2.00 before
  +$0.01 the stage is 2, where it was 1
    b +$0.01: $1.01 instead of $1.00`, between(t, lines, lines, was, is))
	for range 20 {
		total := staged(rates.SplitByDay, byStage("z", "1", "1.005"), byStage("k", "1", "1.005"), byStage("a", "1", "1.005"), byStage("m", "1", "1.005"))
		total.Rounding = atTotal
		require.Equal(t, `The bill is $4.02, $0.02 more than the $4.00 before
  +$0.02 the stage is 2, where it was 1
    a +$0.01: $1.01 instead of $1.00
    k +$0.01: $1.01 instead of $1.00`, between(t, total, total, was, is))
	}
}

// Cents that another rule of rounding moves are a cause of their own.
func TestWhyNamesRounding(t *testing.T) {
	s := schedule(fixed("a", "1.005"), fixed("b", "1.005"), fixed("c", "1.005"), fixed("d", "1.005"))
	total := s
	total.Rounding = atTotal
	require.Equal(t, `The bill is $4.02, $0.02 less than the $4.04 before
  -$0.02 cents are rounded by another rule`, between(t, s, total, input("0", nil), input("0", nil)))
}

func TestWhyCountsWhatIsCarried(t *testing.T) {
	s := schedule(perUnit("water", "2"))
	s.Usage = rates.TruncateAndCarry
	s.Versions[0].Charges[0].Per = rates.PerMeter
	was, is := input("3.5", nil), input("3.5", nil)
	is.Carried = part(1, 2)
	want := `The bill is $8.00, $2.00 more than the $6.00 before
  +$2.00 %s used 1 CCF more, 4 instead of 3
    water +$2.00: %s4 CCF at $2.00 instead of 3`
	require.Equal(t, fmt.Sprintf(want, "you", ""), between(t, s, s, was, is))
	metered := func(in rates.Input) rates.Input {
		in.Meters = []rates.Meter{{ID: "A", Usage: in.Usage, Carried: in.Carried}}
		in.Usage, in.Carried = metering.Volume{}, ratio("0")
		return in
	}
	require.Equal(t, fmt.Sprintf(want, "meter A", "meter A "), between(t, s, s, metered(was), metered(is)))
}

// Lines at one place that have several prices are told by what they come to.
func TestWhyOfSplitPrices(t *testing.T) {
	s := from(schedule(perUnit("water", "2")), "2026-06-16", perUnit("water", "3"))
	require.Equal(t, `The bill is $30.00, $5.00 more than the $25.00 before
  +$5.00 new rates for water: $30.00 instead of $25.00`, between(t, s, s, input("10", nil), spanning(input("10", nil), "2026-07-01", "2026-07-31")))
}

// Tiers are named where all charges agree on them.
func TestWhyNamesTiersThatAgree(t *testing.T) {
	s := schedule(tiered("water", "10", "1", "2"), tiered("pumping", "5", "1", "2"))
	require.Contains(t, between(t, s, s, input("11", nil), input("13", nil)), "more, 13 instead of 11, in tier 2\n")
	require.Contains(t, between(t, s, s, input("8", nil), input("9", nil)), "more, 9 instead of 8\n")
}

// Other units than before are told in both.
func TestWhyOfOtherUnits(t *testing.T) {
	gallons := schedule(perUnit("water", "0.01"))
	gallons.Unit = metering.Gallon
	ccfs := schedule(perUnit("water", "8"))
	ccfs.Unit = metering.CCF748
	was, is := input("0", nil), input("0", nil)
	was.Usage, is.Usage = volume("748", metering.Gallon), volume("2", metering.CCF748)
	require.Equal(t, `The bill is $16.00, $8.52 more than the $7.48 before
  +$0.52 other rates for water: 1 CCF at $8.00 instead of 748 gallons at $0.01
  +$8.00 you used 1 CCF more, 2 instead of 1
    water +$8.00: 2 CCF at $8.00 instead of 1`, between(t, gallons, ccfs, was, is))
}

// What cannot be priced one without the other is told together: a size that the old
// book lacks, for a charge that the new one bases on what the account did not give.
func TestWhyTellsTogetherWhatNeedsEachOther(t *testing.T) {
	old := staged(0, charge("base", rates.Fixed{Amount: table("stage", "1", "10")}))
	next := staged(0, charge("base", rates.Fixed{Amount: table("stage", "2", "25")}))
	require.Equal(t, `The bill is $25.00, $15.00 more than the $10.00 before
  +$15.00 the stage is 2, where it was 1, and the rates are others
    base +$15.00: $25.00 instead of $10.00`,
		between(t, old, next, input("0", rates.Facts{"stage": "1"}), input("0", rates.Facts{"stage": "2"})))
}

// A fact that is given on one side alone.
func TestWhyOfFactsThatComeAndGo(t *testing.T) {
	s := schedule(charge("sewer", rates.PerUnit{Of: formula("average"), Price: num("2")}))
	s.Facts = []rates.Fact{changing(number("winter_average"), rates.SplitByDay)}
	s = define(s, rates.Definition{Name: "average", Fact: "winter_average", Value: num("8")})
	none, six := input("0", nil), input("0", rates.Facts{"winter_average": "6"})
	require.Equal(t, `The bill is $12.00, $4.00 less than the $16.00 before
  -$4.00 the winter average is 6, where none was given
    sewer -$4.00: 6 at $2.00 instead of 8`, between(t, s, s, none, six))
	require.Equal(t, `The bill is $16.00, $4.00 more than the $12.00 before
  +$4.00 no winter average is given, where it was 6
    sewer +$4.00: 8 at $2.00 instead of 6`, between(t, s, s, six, none))
	late := input("0", nil)
	late.Changes = []rates.Change{{Fact: "winter_average", Value: "6", On: day("2026-06-16")}}
	require.Contains(t, between(t, s, s, none, late), "the winter average is not given, 6 from 2026-06-16, where none was given")
}

// Usage that the old book does not measure waits for the new one.
func TestWhyOfUnitsThatDoNotConvert(t *testing.T) {
	old, next := schedule(perUnit("water", "2")), schedule(perUnit("water", "3"))
	old.Unit = metering.BillingUnit
	was, is := input("0", nil), input("12", nil)
	was.Usage = volume("10", metering.BillingUnit)
	require.Equal(t, `The bill is $36.00, $16.00 more than the $20.00 before
  +$16.00 the rates are others, and you used 12 CCF instead of 10 units
    water +$16.00: 12 CCF at $3.00 instead of 10 units at $2.00`, between(t, old, next, was, is))
}

// A change on the first day of the bill, or before it, is what the fact is.
func TestWhyOfAChangeBeforeTheBill(t *testing.T) {
	s := staged(rates.SplitByDay, charge("base", rates.Fixed{Amount: table("stage", "1", "10", "2", "20", "3", "40")}))
	was := input("0", rates.Facts{"stage": "1"})
	require.Contains(t, between(t, s, s, was, changes(was, "2026-05-20", "3", "2026-06-01", "2")), "+$10.00 the stage is 2, where it was 1\n")
}
