package rates_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/rates"
)

// requireExact is that an input comes to what fractions find, by a program or not. Where
// quick is set, a program has to have priced it.
func requireExact(t *testing.T, s rates.Schedule, quick bool, inputs ...rates.Input) {
	t.Helper()
	engine := compiled(t, s)
	for _, in := range inputs {
		want, wantErr := engine.PriceSlowly(in)
		got, err := engine.Price(in)
		require.Equal(t, told(want, wantErr), told(got, err), "%+v", in)
		if quick {
			_, ok := engine.PriceQuickly(in)
			require.True(t, ok, "%+v: %v", in, engine.Unproven("s"))
		}
	}
}

func outside(s rates.Schedule) rates.Schedule {
	s.Codes = map[problem.Code]problem.Code{rates.ErrTierLength: "E_LENGTHS"}
	return s
}

// A fact that stands in the place of a definition is not passed over, though another is
// read both as a text and as a number.
func TestAFactInsteadOfADefinitionIsNotPassedOver(t *testing.T) {
	for _, fact := range []rates.Fact{{Name: "x", Type: rates.AnyFact}, number("x")} {
		s := schedule(charge("a", rates.Fixed{Amount: table("x", "2", "1", "3", "2")}), charge("b", rates.Computed{Amount: formula("x * d")}))
		s.Facts = []rates.Fact{fact, {Name: "y", Type: rates.AnyFact}}
		s = define(s, rates.Definition{Name: "d", Fact: "y", Value: num("5")})
		requireExact(t, s, true, input("1", rates.Facts{"x": "2"}), input("1", rates.Facts{"x": "3", "other": "7"}))
		requireExact(t, s, false, input("1", rates.Facts{"x": "2", "y": "7"}), input("1", rates.Facts{"x": "2", "y": "7", "z": "1"}))
	}
}

// What a memo charge and a billed one both rest on refuses the billed one, and its total.
func TestTotalsRefuseWhatAMemoChargeMetFirst(t *testing.T) {
	memo := charge("memo", rates.Computed{Amount: rates.Name("d")})
	memo.Memo = true
	s := define(schedule(memo, charge("billed", rates.Computed{Amount: rates.Name("d")})),
		rates.Definition{Name: "d", Value: rates.Tiered{Of: rates.Formula{Text: "usage - 5"}, Tiers: tiers("10", "1", "2")}})
	bound, err := compiled(t, s).Bind(input("0", nil))
	require.NoError(t, err)
	require.True(t, bound.Proven())
	_, err = bound.Total(rates.Account{Usage: ccf("3")})
	requireProblem(t, err, rates.ErrNegative)
	totals := make([]money.Amount, 2)
	refused, err := bound.Totals(totals, rates.Column{Values: []int64{3, 8}})
	require.NoError(t, err)
	require.Len(t, refused, 1)
	require.Equal(t, []money.Amount{{}, money.Cents(300)}, totals)
}

// Amounts beyond what cents hold are refused, also where they cancel or are no part of the
// total.
func TestAmountsBeyondCentsHaveNoProgram(t *testing.T) {
	for _, place := range []money.Place{money.ByLine, money.AtTotal} {
		for _, of := range [][2]string{{"units * 10000000000000", "0 - units * 10000000000000"}, {"1000000000000000000", "0 - 1000000000000000000"},
			{"100000000000000000000", "0 - 100000000000000000000"}, {"units * 90000000", "units * 5000000"}} {
			s := schedule(charge("c1", rates.Computed{Amount: formula(of[0])}), charge("c2", rates.Computed{Amount: formula(of[1])}))
			s.Rounding.Place = place
			s.Facts = []rates.Fact{number("units")}
			engine := compiled(t, s)
			bound, err := engine.Bind(input("0", nil), "units")
			require.NoError(t, err)
			for _, units := range []string{"1", "0", "1000000000", "999999999.999999"} {
				requireExact(t, s, false, input("0", rates.Facts{"units": units}))
				want, wantErr := engine.PriceSlowly(input("0", rates.Facts{"units": units}))
				total, err := bound.Total(rates.Account{Columns: []exact.Number{must(exact.ParseNumber(units))}})
				require.Equal(t, wantErr == nil, err == nil, "%v %v", wantErr, err)
				require.Equal(t, want.Total, total)
			}
		}
	}
	for _, amount := range []string{"46116860184273879.04", "90000000000000000", "92233720368547758.07", "92233720368547758.08", "1000000000000000000000"} {
		memo := fixed("memo", amount)
		memo.Memo = true
		requireExact(t, schedule(memo, fixed("base", "1")), false, input("1", nil))
	}
}

// Values of more bits than the exact pricing takes are refused by programs, too.
func TestValuesOfTooManyBitsHaveNoProgram(t *testing.T) {
	large := strings.Repeat("1"+strings.Repeat("0", 60)+" * ", 20) + "1" + strings.Repeat("0", 31)
	for _, of := range []string{"units * (" + large + ") - units * (" + large + ")", "min(5, 6 + units * (" + large + "))"} {
		s := schedule(charge("c", rates.Computed{Amount: formula(of)}))
		s.Facts = []rates.Fact{number("units")}
		requireExact(t, s, false, input("0", rates.Facts{"units": "987654321.987654"}), input("0", rates.Facts{"units": "0"}))
	}
}

// Periods that are none are refused, whichever day picks the version.
func TestPeriodsThatAreNoneAreRefused(t *testing.T) {
	for _, rule := range []rates.Select{rates.ByPeriodStart, rates.ByPeriodEnd, rates.ByBillDate, rates.SplitByDay, rates.BlendByDay} {
		s := schedule(fixed("base", "1"))
		s.Select = rule
		for _, p := range []civil.Period{{From: day("2026-07-01"), To: day("2026-06-01")}, {From: day("2026-07-01")}, {To: day("2026-07-01")}} {
			requireExact(t, s, false, rates.Input{Schedule: "s", Period: p, BillDate: day("2026-07-02")})
			_, err := compiled(t, s).Price(rates.Input{Schedule: "s", Period: p, BillDate: day("2026-07-02")})
			requireProblem(t, err, civil.ErrPeriod)
		}
	}
}

// Columns of an outside format that are empty, all or some, are refused where they are
// reached.
func TestEmptyColumnsOfTiersAreRefused(t *testing.T) {
	s := outside(schedule(charge("w", rates.Tiered{Tiers: rates.TierColumns{From: rates.List{}, Prices: rates.List{}}})))
	requireExact(t, s, false, input("1", nil))
	_, err := compiled(t, s).Price(input("1", nil))
	requireProblem(t, err, "E_LENGTHS")
	some := func(a, b string) rates.Table {
		return rates.Table{By: []string{"z"}, Rows: []rates.Row{{Key: []string{"a"}, Value: rates.List{}}, {Key: []string{"b"}, Value: rates.List{num(a), num(b)}}}}
	}
	s = outside(schedule(charge("w", rates.Tiered{Tiers: rates.TierColumns{From: some("0", "5"), Prices: some("1", "2")}})))
	s.Facts = []rates.Fact{texts("z", "a", "b")}
	requireExact(t, s, false, input("7", rates.Facts{"z": "a"}), input("7", rates.Facts{"z": "b"}))
}

// The bounds of days, of texts and of ranges.
func TestProgramsKeepToTheBoundsOfTheirInputs(t *testing.T) {
	s := schedule(fixed("base", "10"), perUnit("water", "2"))
	s.Proration = rates.Proration{Over: rates.StatedDays, Days: 30, Fixed: true}
	long := func(days int) rates.Input {
		in := input("5", nil)
		in.Period.To = must(in.Period.From.AddDays(days))
		return in
	}
	requireExact(t, s, true, long(0), long(1), long(30), long(rates.MaxDays))
	requireExact(t, s, false, long(rates.MaxDays+1))

	s.Proration.Over, s.Proration.Days = rates.CycleDays, 0
	for _, days := range []int{0, 1, 30, 366, 367} {
		in := long(days)
		in.CycleDays = days
		requireExact(t, s, days > 0 && days < 367, in)
		in.CycleDays = 60
		requireExact(t, s, false, in)
	}

	var rows, all []string
	for i := range 40 {
		rows = append(rows, fmt.Sprintf("z%d", i), fmt.Sprintf("%d.25", i))
		all = append(all, fmt.Sprintf("z%d", i))
	}
	s = schedule(charge("fee", rates.Fixed{Amount: table("zone", rows...)}))
	s.Facts = []rates.Fact{texts("zone", all...)}
	for _, zone := range all {
		requireExact(t, s, true, input("0", rates.Facts{"zone": zone}))
	}
	requireExact(t, s, false, input("0", rates.Facts{"zone": "z40"}), input("0", rates.Facts{"zone": ""}), input("0", nil))

	s = schedule(charge("fee", rates.PerUnit{Of: formula("units"), Price: num("3")}))
	s.Facts = []rates.Fact{number("units")}
	for _, r := range []*rates.Range{{Least: num("1"), Most: num("20"), Whole: true}, {Least: num("0.5"), Most: num("2.5")}, {Least: num("-5"), Most: num("5")},
		{Least: num("-5"), Most: num("-1")}, {Least: num("0"), Most: num("1000000000000")}} {
		s.Facts[0].Range = r
		for _, units := range []string{"-6", "-5", "-1", "-0.5", "0", "0.4", "0.5", "0.9", "1", "1.5", "2", "2.5", "2.6", "5", "5.1", "20", "20.5", "21", "1000000000.5", "1e3", "+5", "0005", " 5", ".5", "5."} {
			requireExact(t, s, false, input("0", rates.Facts{"units": units}))
		}
	}
}

// Undated schedules are priced by programs too; dates that an input has are looked at.
func TestUndatedBillsHavePrograms(t *testing.T) {
	s := schedule(perUnit("water", "2"))
	s.Undated = true
	s.Versions[0].From, s.Versions[0].To = day("2026-01-01"), day("2027-01-01")
	undated := rates.Input{Schedule: "s", Usage: ccf("5")}
	requireExact(t, s, true, undated)
	for _, on := range []string{"2025-12-31", "2026-01-01", "2026-12-31", "2027-01-01"} {
		with := undated
		with.BillDate = day(on)
		requireExact(t, s, false, with)
	}
	requireExact(t, s, false, input("5", nil))
}

// Cases of a charge that a text picks: each has its own tiers, what one looked up is not
// another's, and the first tier is printed where there is no usage.
func TestCasesOfACharge(t *testing.T) {
	byZone := rates.Table{By: []string{"zone"}, Rows: []rates.Row{
		{Key: []string{"a"}, Value: rates.Formula{Text: "usage * 2"}}, {Key: []string{"b"}, Value: rates.Formula{Text: "max(0, usage - 3)"}}}}
	home := charge("home", rates.PerUnit{Of: rates.Name("d"), Price: num("1.255")})
	home.When = []rates.Condition{{Fact: "class", In: []string{"home"}}}
	s := define(schedule(home, charge("all", rates.PerUnit{Of: rates.Name("d"), Price: num("0.335")}),
		charge("tiers", rates.Tiered{Of: rates.Name("d"), Tiers: tiers("4", "1.115", "2.225")}),
		charge("tax", rates.Percent{Rate: num("7.5"), Of: []string{"home", "all", "tiers"}})), rates.Definition{Name: "d", Value: byZone})
	s.Facts = []rates.Fact{texts("zone", "a", "b"), texts("class", "home", "shop")}
	for _, place := range []money.Place{money.ByLine, money.AtTotal} {
		s.Rounding.Place = place
		for _, zone := range []string{"a", "b"} {
			for _, class := range []string{"home", "shop"} {
				for _, usage := range []string{"0", "0.001", "2", "3", "3.001", "4.5", "31.237"} {
					requireExact(t, s, true, input(usage, rates.Facts{"zone": zone, "class": class}))
				}
			}
		}
	}
}

// Lines that are fitted to a total of either sign, or of none.
func TestFittedLinesOfEitherSign(t *testing.T) {
	s := schedule(charge("a", rates.Computed{Amount: formula("units * 0.003 - 0.005")}), charge("b", rates.Computed{Amount: formula("0.004 - units * 0.002")}),
		charge("c", rates.Computed{Amount: formula("0.0005 - units * 0.0015")}))
	s.Rounding.Place = money.AtTotal
	s.Facts = []rates.Fact{number("units")}
	for units := range 60 {
		requireExact(t, s, true, input("0", rates.Facts{"units": fmt.Sprintf("%d.%d", units/4, units%4*25)}))
	}
}
