package rates_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/civil"
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
  +$15.00 stage 2 instead of 1
    base +$15.00: $25.00 instead of $10.00`, between(t, s, s, was, is))
}

// Changes keep their exact shares of the days: 30 of 60 days at 10, one at 20, 29 at 40,
// whatever the days of the bill before.
func TestWhyKeepsSharesOfChanges(t *testing.T) {
	s := staged(rates.SplitByDay, charge("base", rates.Fixed{Amount: table("stage", "1", "10", "2", "20", "3", "40")}))
	was := spanning(input("0", rates.Facts{"stage": "1"}), "2026-06-01", "2026-06-11")
	is := changes(spanning(was, "2026-06-01", "2026-07-31"), "2026-07-01", "2", "2026-07-02", "3")
	require.Equal(t, `The bill is $24.66, $14.66 more than the $10.00 before
  +$14.66 stage 1, then 2 from 2026-07-01, then 3 from 2026-07-02, where it was 1
    base +$14.66: $24.66 instead of $10.00`, between(t, s, s, was, is))
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
  +$0.01 stage 2 instead of 1
    b +$0.01: $1.01 instead of $1.00`, between(t, lines, lines, was, is))
	for range 20 {
		total := staged(rates.SplitByDay, byStage("z", "1", "1.005"), byStage("k", "1", "1.005"), byStage("a", "1", "1.005"), byStage("m", "1", "1.005"))
		total.Rounding = atTotal
		require.Equal(t, `The bill is $4.02, $0.02 more than the $4.00 before
  +$0.02 stage 2 instead of 1
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
  -$0.02 cents that rounding moves`, between(t, s, total, input("0", nil), input("0", nil)))
}

func TestWhyCountsWhatIsCarried(t *testing.T) {
	s := schedule(perUnit("water", "2"))
	s.Usage = rates.TruncateAndCarry
	s.Versions[0].Charges[0].Per = rates.PerMeter
	was, is := input("3.5", nil), input("3.5", nil)
	is.Carried = part(1, 2)
	want := `The bill is $8.00, $2.00 more than the $6.00 before
  +$2.00 %s used 3.5 CCF, as before; billed are 4 instead of 3
    water +$2.00: %s4 CCF at $2.00 instead of 3`
	require.Equal(t, fmt.Sprintf(want, "you", ""), between(t, s, s, was, is))
	metered := func(in rates.Input) rates.Input {
		in.Meters = []rates.Meter{{ID: "A", Usage: in.Usage, Carried: in.Carried}}
		in.Usage, in.Carried = metering.Volume{}, ratio("0")
		return in
	}
	require.Equal(t, fmt.Sprintf(want, "you", ""), between(t, s, s, metered(was), metered(is)))
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
  +$8.00 you used 2 CCF instead of 748 gallons
    water +$8.00: 2 CCF at $8.00 instead of 1`, between(t, gallons, ccfs, was, is))
}

// What cannot be priced one without the other is told together: a size that the old
// book lacks, for a charge that the new one bases on what the account did not give.
func TestWhyTellsTogetherWhatNeedsEachOther(t *testing.T) {
	old := staged(0, charge("base", rates.Fixed{Amount: table("stage", "1", "10")}))
	next := staged(0, charge("base", rates.Fixed{Amount: table("stage", "2", "25")}))
	require.Equal(t, `The bill is $25.00, $15.00 more than the $10.00 before
  +$15.00 stage 2 instead of 1, and the rates are others
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
  -$4.00 winter average 6, where none was given
    sewer -$4.00: 6 at $2.00 instead of 8`, between(t, s, s, none, six))
	require.Equal(t, `The bill is $16.00, $4.00 more than the $12.00 before
  +$4.00 no winter average is given, where it was 6
    sewer +$4.00: 8 at $2.00 instead of 6`, between(t, s, s, six, none))
	late := input("0", nil)
	late.Changes = []rates.Change{{Fact: "winter_average", Value: "6", On: day("2026-06-16")}}
	require.Contains(t, between(t, s, s, none, late), "winter average none, then 6 from 2026-06-16, where none was given")
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
	require.Contains(t, between(t, s, s, was, changes(was, "2026-05-20", "3", "2026-06-01", "2")), "+$10.00 stage 2 instead of 1\n")
}

// A tax on a charge that is gone goes down with it, and is not told as rates or
// rounding.
func TestWhyOfWhatRestsOnAChargeThatIsGone(t *testing.T) {
	tax := func(of ...string) rates.Charge { return charge("tax", rates.Percent{Rate: num("10"), Of: of}) }
	old := schedule(perUnit("water", "2.00"), fixed("fee", "100"), tax("water", "fee"))
	next := schedule(perUnit("water", "2.20"), tax("water"))
	require.Equal(t, `The bill is $24.20, $107.80 less than the $132.00 before
  +$2.00 other rates for water: 10 CCF at $2.20 instead of $2.00
  +$0.20 other rates for tax: 10% of $22.00 instead of $20.00
  -$100.00 fee is no longer charged
  -$10.00 tax follows the charges that are gone: 10% of $20.00 instead of $120.00`, between(t, old, next, input("10", nil), input("10", nil)))
}

// Days that change nothing are no cause, though a price changed inside the first bill:
// half of it was at the old price, whatever the days of the other.
func TestWhyNamesNoDaysWithoutEffect(t *testing.T) {
	s := from(schedule(perUnit("water", "2")), "2026-06-16", perUnit("water", "8"))
	for _, last := range []string{"2026-07-01", "2026-07-02", "2026-07-04", "2026-08-01"} {
		require.Equal(t, `The bill is $160.00, $60.00 more than the $100.00 before
  +$60.00 new rates for water: $160.00 instead of $100.00`, between(t, s, s, input("20", nil), spanning(input("20", nil), "2026-07-01", last)), last)
	}
}

// An exchange of one meter for another is a meter, whatever the two are called, and so
// is an account that states its meter where it did not.
func TestWhyOfAMeterExchange(t *testing.T) {
	base := charge("base", rates.Fixed{Amount: num("48.94")})
	water := tiered("water", "10", "4.90", "9.55")
	base.Per, water.Per = rates.PerMeter, rates.PerMeter
	s := schedule(base, water)
	metered := func(id, usage string) rates.Input {
		in := input("0", nil)
		in.Usage, in.Meters = metering.Volume{}, []rates.Meter{{ID: id, Usage: ccf(usage)}}
		return in
	}
	want := `The bill is $145.69, $28.65 more than the $117.04 before
  +$28.65 you used 3 CCF more, 15 instead of 12, in tier 2
    water +$28.65: 5 CCF in tier 2 at $9.55 instead of 2`
	require.Equal(t, want, between(t, s, s, metered("A1", "12"), metered("B2", "15")))
	require.Equal(t, want, between(t, s, s, metered("B2", "12"), metered("A1", "15")))
	require.Equal(t, want, between(t, s, s, input("12", nil), metered("A1", "15")))
	require.Equal(t, want, between(t, s, s, metered("A1", "12"), input("15", nil)))
	two := metered("A1", "12")
	two.Meters = append(two.Meters, rates.Meter{ID: "B2", Usage: ccf("1")})
	require.Contains(t, between(t, s, s, two, input("15", nil)), "the bill is for the account as a whole, where it was for meters A1, B2")
}

// A class that is renamed with the rates is told with them, and nothing else is.
func TestWhyOfAClassThatIsRenamed(t *testing.T) {
	book := func(class, base, water string, zones ...string) rates.Schedule {
		s := schedule(charge("base", rates.Fixed{Amount: table("class", class, base)}), perUnit("water", water),
			charge("pumping", rates.Fixed{Amount: table("zone", zones...)}))
		s.Facts = []rates.Fact{texts("class", class), texts("zone")}
		return s
	}
	old, next := book("SF", "10", "2", "1", "0"), book("residential", "12", "3", "1", "0", "2", "7")
	require.Equal(t, `The bill is $79.00, $49.00 more than the $30.00 before
  +$7.00 zone 2 instead of 1
    pumping +$7.00: $7.00 instead of $0.00
  +$30.00 you used 10 CCF more, 20 instead of 10
    water +$30.00: 20 CCF at $3.00 instead of 10
  +$12.00 class residential instead of SF, and the rates are others
    water +$10.00: 10 CCF at $3.00 instead of $2.00
    base +$2.00: $12.00 instead of $10.00`,
		between(t, old, next, input("10", rates.Facts{"class": "SF", "zone": "1"}), input("20", rates.Facts{"class": "residential", "zone": "2"})))
}

// A bill date that picks another value of a fact is told as the fact.
func TestWhyOfAFactThatTheBillDatePicks(t *testing.T) {
	s := staged(rates.ByBillDate, charge("base", rates.Fixed{Amount: table("stage", "1", "10", "2", "25", "3", "0")}))
	was := changes(input("0", rates.Facts{"stage": "1"}), "2026-07-10", "2")
	is := changes(input("0", rates.Facts{"stage": "1"}), "2026-07-10", "2")
	was.BillDate, is.BillDate = day("2026-07-05"), day("2026-07-15")
	require.Equal(t, `The bill is $25.00, $15.00 more than the $10.00 before
  +$15.00 stage 2 instead of 1
    base +$15.00: $25.00 instead of $10.00`, between(t, s, s, was, is))
}

// A season or a version that the bill date picks.
func TestWhyOfABillDate(t *testing.T) {
	s := from(schedule(fixed("base", "10")), "2026-07-10", fixed("base", "12"))
	s.Select = rates.ByBillDate
	was, is := input("0", nil), input("0", nil)
	was.BillDate, is.BillDate = day("2026-07-05"), day("2026-07-15")
	require.Equal(t, `The bill is $12.00, $2.00 more than the $10.00 before
  +$2.00 other rates for base: $12.00 instead of $10.00`, between(t, s, s, was, is))
}

// What the new book no longer asks for is a part of its rates.
func TestWhyOfAFactThatIsNoLongerAsked(t *testing.T) {
	old := schedule(charge("sewer", rates.PerUnit{Of: formula("average"), Price: num("2")}))
	old.Facts = []rates.Fact{number("winter_average")}
	old = define(old, rates.Definition{Name: "average", Fact: "winter_average", Value: num("8")})
	next := schedule(fixed("sewer", "15"))
	want := `The bill is $15.00, $3.00 more than the $12.00 before
  +$3.00 other rates for sewer: $15.00 instead of $12.00`
	require.Equal(t, want, between(t, old, next, input("0", rates.Facts{"winter_average": "6"}), input("0", nil)))
}

// What was used, and what was billed where that is not the same.
func TestWhyTellsUsageAndWhatIsBilled(t *testing.T) {
	s := schedule(perUnit("water", "2"))
	s.Usage = rates.TruncateAndCarry
	was, is := input("3.5", nil), input("3.4", nil)
	is.Carried = part(9, 10)
	require.Contains(t, between(t, s, s, was, is), "+$2.00 you used 0.1 CCF less, 3.4 instead of 3.5; billed are 4 instead of 3\n")
	s.Usage = rates.NextWholeUnit
	require.Contains(t, between(t, s, s, input("12.9", nil), input("13.1", nil)), "+$2.00 you used 0.2 CCF more, 13.1 instead of 12.9; billed are 14 instead of 13\n")
}

// A credit is told by what it comes to: its cap may be what changed.
func TestWhyOfCappedCredits(t *testing.T) {
	credited := func(most string) rates.Schedule {
		return schedule(fixed("base", "50"), charge("lifeline", rates.Credit{Percent: num("20"), Cap: num(most), Of: []string{"base"}}))
	}
	require.Equal(t, `The bill is $42.00, $3.00 less than the $45.00 before
  -$3.00 other rates for lifeline: -$8.00 instead of -$5.00`, between(t, credited("5"), credited("8"), input("0", nil), input("0", nil)))
}

// A percentage of more charges than before has other rates; one of the same follows.
func TestWhyOfATaxOnMoreCharges(t *testing.T) {
	taxed := func(of ...string) rates.Schedule {
		return schedule(fixed("base", "40"), fixed("water", "20"), charge("tax", rates.Percent{Rate: num("10"), Of: of}))
	}
	require.Contains(t, between(t, taxed("water"), taxed("water", "base"), input("0", nil), input("0", nil)), "other rates for tax: 10% of $60.00 instead of $20.00")
}

// Lines that a bill prints in parts are told by their cents.
func TestWhyOfCentsAsPrinted(t *testing.T) {
	s := from(schedule(fixed("base", "1.01")), "2026-06-16", fixed("base", "1.03"))
	may := spanning(input("0", nil), "2026-05-01", "2026-06-01")
	require.Equal(t, `The bill is $1.03, $0.02 more than the $1.01 before
  +$0.02 new rates for base: $1.03 instead of $1.01`, between(t, s, s, may, input("0", nil)))
}

// The largest cause is one that moved the bill the way it went.
func TestBriefNamesWhatMovedTheBillItsWay(t *testing.T) {
	s := schedule(charge("base", rates.Fixed{Amount: table("size", "a", "10", "b", "35")}), perUnit("water", "2"))
	s.Facts = []rates.Fact{texts("size", "a", "b")}
	d := why(t, rates.Case{Engine: compiled(t, s), Input: input("20", rates.Facts{"size": "a"})},
		rates.Case{Engine: compiled(t, s), Input: input("10", rates.Facts{"size": "b"})})
	require.Equal(t, "The bill is $55.00, $5.00 more than the $50.00 before. Above all: size b instead of a (+$25.00)", d.Brief(1))
}

// Meters that are on two bills have causes of their own.
func TestWhyNamesTheMeterOfAFact(t *testing.T) {
	base := charge("base", rates.Fixed{Amount: table("size", "a", "10", "b", "35")})
	base.Per = rates.PerMeter
	s := schedule(base)
	s.Facts = []rates.Fact{texts("size", "a", "b")}
	meters := func(sizes ...string) rates.Input {
		in := input("0", nil)
		in.Usage = metering.Volume{}
		for i, size := range sizes {
			in.Meters = append(in.Meters, rates.Meter{ID: name("m", i), Facts: rates.Facts{"size": size}})
		}
		return in
	}
	d := why(t, rates.Case{Engine: compiled(t, s), Input: meters("a", "a", "b")}, rates.Case{Engine: compiled(t, s), Input: meters("b", "b", "b")})
	require.Equal(t, `The bill is $105.00, $50.00 more than the $55.00 before
  +$25.00 size of meter m0 b instead of a
    base +$25.00: meter m0 $35.00 instead of $10.00
  +$25.00 size of meter m1 b instead of a
    base +$25.00: meter m1 $35.00 instead of $10.00`, d.String())
	require.Equal(t, [2]string{"m0", "size"}, [2]string{d.Causes[0].Meter, d.Causes[0].Subject})
}

// A hundred meters whose sizes are renamed with the rates are told in a moment.
func TestWhyOfManyMeters(t *testing.T) {
	sized := func(size, amount string) rates.Schedule {
		base := charge("base", rates.Fixed{Amount: table("size", size, amount)})
		base.Per = rates.PerMeter
		s := schedule(base)
		s.Facts = []rates.Fact{texts("size", size)}
		return s
	}
	meters := func(size string) rates.Input {
		in := input("0", nil)
		in.Usage = metering.Volume{}
		for i := range 100 {
			in.Meters = append(in.Meters, rates.Meter{ID: name("m", i), Facts: rates.Facts{"size": size}})
		}
		return in
	}
	d := why(t, rates.Case{Engine: compiled(t, sized("3/4", "10")), Input: meters("3/4")}, rates.Case{Engine: compiled(t, sized("0.75", "12")), Input: meters("0.75")})
	require.Len(t, d.Causes, 1)
	require.Equal(t, rates.Together, d.Causes[0].Kind)
	require.Equal(t, int64(200_00), d.Causes[0].Amount.Cents())
}

// Amounts that are prorated and not split are told with the days they are for.
func TestExplainTellsWhatIsInForce(t *testing.T) {
	s := schedule(perUnit("water", "2"), charge("least", rates.Minimum{Amount: num("40"), Of: []string{"water"}}),
		charge("aid", rates.Credit{Amount: num("30")}), charge("lifeline", rates.Credit{Percent: num("50"), Cap: num("6"), Of: []string{"water"}}))
	s.Proration = rates.Proration{Over: rates.StatedDays, Days: 30, Fixed: true}
	text := compiled(t, s).Explain(spanning(input("5", nil), "2026-06-01", "2026-06-16")).String()
	require.Contains(t, text, "water lack $10.00 of the minimum of $20.00 ($40.00 for 15 of 30 days)")
	require.Contains(t, text, "a credit of $15.00 ($30.00 for 15 of 30 days) = -$15.00")
	require.Contains(t, text, "a credit of 50% of $10.00 (water), at most $3.00 ($6.00 for 15 of 30 days) = -$3.00")
}

func TestExplanationsAreBrief(t *testing.T) {
	s := schedule(tiered("water", "10", "1", "2"), fixed("base", "5"), fixed("fee", "1"))
	x := compiled(t, s).Explain(input("13", nil))
	title := "s, 2026-06-01 to 2026-06-30 (30 days), 13 CCF: $22.00"
	require.Equal(t, title, x.Brief(1))
	require.Equal(t, title+"\n  and 4 other lines", x.Brief(2))
	require.Equal(t, title+"\n  water: 10 CCF in tier 1 (to 10 CCF) at $1.00 = $10.00\n  and 3 other lines", x.Brief(3))
	require.Equal(t, x.String(), x.Brief(5))
}

// The books have other seasons: June is summer in the one and winter in the other.
func TestWhyOfBooksWithOtherSeasons(t *testing.T) {
	seasonal := func(month time.Month) rates.Schedule {
		s := schedule(charge("water", rates.PerUnit{Price: table("season", "summer", "6", "winter", "4")}))
		s.Seasons = rates.Seasons{Select: rates.ByPeriodStart, Starts: []rates.SeasonStart{{Name: "summer", Month: month, Day: 1}, {Name: "winter", Month: 11, Day: 1}}}
		return s
	}
	require.Equal(t, `The bill is $40.00, $20.00 less than the $60.00 before
  -$20.00 other rates for water: 10 CCF at $4.00 instead of $6.00`, between(t, seasonal(5), seasonal(7), input("10", nil), input("10", nil)))
}

// A fact counts as its rule picks it: here by the last day.
func TestWhyOfAFactThatTheLastDayPicks(t *testing.T) {
	s := staged(rates.ByPeriodEnd, charge("base", rates.Fixed{Amount: table("stage", "1", "10", "2", "25", "3", "0")}))
	was := input("0", rates.Facts{"stage": "1"})
	require.Equal(t, `The bill is $25.00, $15.00 more than the $10.00 before
  +$15.00 stage 2 instead of 1
    base +$15.00: $25.00 instead of $10.00`, between(t, s, s, was, changes(was, "2026-06-30", "2")))
}

// What the new book asks for and the old one did not is a part of its rates.
func TestWhyOfAFactThatIsNewlyAsked(t *testing.T) {
	next := staged(0, charge("base", rates.Fixed{Amount: table("stage", "1", "10", "2", "25")}))
	require.Equal(t, `The bill is $25.00, $15.00 more than the $10.00 before
  +$15.00 other rates for base: $25.00 instead of $10.00`, between(t, schedule(fixed("base", "10")), next, input("0", nil), input("0", rates.Facts{"stage": "2"})))
}

// Meters that come, go and are exchanged, on an account of several.
func TestWhyOfSeveralMeters(t *testing.T) {
	base, water := fixed("base", "10"), perUnit("water", "2")
	base.Per, water.Per = rates.PerMeter, rates.PerMeter
	s := schedule(base, water)
	meters := func(all ...string) rates.Input {
		in := input("0", nil)
		in.Usage = metering.Volume{}
		for ; len(all) > 0; all = all[2:] {
			in.Meters = append(in.Meters, rates.Meter{ID: all[0], Usage: ccf(all[1])})
		}
		return in
	}
	require.Equal(t, `The bill is $16.00, $14.00 less than the $30.00 before
  -$14.00 meter B is no longer on the bill
    base -$10.00: meter B none instead of $10.00
    water -$4.00: meter B none instead of 2 CCF at $2.00`, between(t, s, s, meters("A", "3", "B", "2"), meters("A", "3")))
	require.Equal(t, `The bill is $36.00, $6.00 more than the $30.00 before
  +$6.00 meter C (B before) used 3 CCF more, 5 instead of 2
    water +$6.00: meter C 5 CCF at $2.00 instead of 2`, between(t, s, s, meters("A", "3", "B", "2"), meters("A", "3", "C", "5")))
	require.Contains(t, between(t, s, s, meters("A", "3", "B", "2"), meters("C", "5", "D", "5")), "the bill is for meters C, D, where it was for meters A, B")
}

// Another schedule is said once; usage that there was none of is not "instead of 0".
func TestWhySaysAnotherScheduleOnce(t *testing.T) {
	home, shop := schedule(fixed("base", "10"), tiered("water", "10", "2", "3")), schedule(fixed("base", "12"), tiered("water", "10", "3", "4"))
	shop.ID, shop.Title = "shop", "Commercial"
	engine := compiled(t, home, shop)
	is := input("5", nil)
	is.Schedule = "shop"
	require.Equal(t, `The bill is $27.00, $7.00 more than the $20.00 before
  +$5.00 billed as Commercial instead of s, other rates for water: 5 CCF in tier 1 at $3.00 instead of $2.00
  +$2.00 other rates for base: $12.00 instead of $10.00`,
		why(t, rates.Case{Engine: engine, Input: input("5", nil)}, rates.Case{Engine: engine, Input: is}).String())
	require.Contains(t, between(t, home, home, input("0", nil), input("5", nil)), "water +$10.00: 5 CCF in tier 1 at $2.00")
}

// A charge that is made for the meter under one version and for the account under the
// next rounds each part by itself; a cent between the forms of the bill is told as what
// it is.
func TestWhySettlesCentsBetweenForms(t *testing.T) {
	per := func(p rates.Per) rates.Charge {
		c := charge("c", rates.Fixed{Amount: fraction("units / 7")})
		c.Per = p
		return c
	}
	s := from(schedule(per(rates.PerMeter)), "2026-06-02", per(rates.PerAccount))
	s.Facts = []rates.Fact{number("units")}
	was := spanning(input("0", rates.Facts{"units": "1"}), "2026-06-02", "2026-06-02")
	was.Usage, was.Meters = metering.Volume{}, []rates.Meter{{ID: "m"}}
	is := spanning(input("0", rates.Facts{"units": "1"}), "2026-06-01", "2026-06-04")
	d := why(t, rates.Case{Engine: compiled(t, s), Input: was}, rates.Case{Engine: compiled(t, s), Input: is})
	require.Equal(t, `The bill is $0.14, as before, by changes that cancel out
  +$0.01 other rates for c: $0.10 instead of $0.14, $0.05
  -$0.01 cents that rounding moves`, d.String())
}

// A schedule without dates is asked with dates and without.
func TestWhyOfAScheduleWithoutDates(t *testing.T) {
	s := schedule(perUnit("water", "2"))
	s.Undated, s.Select = true, rates.ByBillDate
	was, is := input("3", nil), input("4", nil)
	was.Period = civil.Period{}
	is.BillDate = day("2026-07-05")
	want := "you used 1 CCF more, 4 instead of 3"
	require.Contains(t, between(t, s, s, was, is), want)
	require.Contains(t, between(t, s, s, is, was), "you used 1 CCF less, 3 instead of 4")
}
