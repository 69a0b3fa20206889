package metering_test

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/internal/corpus"
	"github.com/headgate-dev/headgate/metering"
)

// A meterCase is an acceptance case of the rules, under its id.
type meterCase struct {
	name string
	test func(t *testing.T)
}

// inDecoder are the cases that speak of files alone.
func inDecoder() []string {
	return []string{"M43", "M47", "M57", "M58", "M60", "M61", "M62", "M63", "M65", "M66"}
}

func TestCases(t *testing.T) {
	for _, c := range meterCases() {
		t.Run(c.name, c.test)
	}
}

func TestEveryCaseOfTheCorpusIsTested(t *testing.T) {
	tested := map[string]bool{}
	for _, id := range inDecoder() {
		tested[id] = true
	}
	for _, c := range meterCases() {
		id, _, _ := strings.Cut(c.name, " ")
		require.False(t, tested[id], "%s is tested twice, or in the decoder too", id)
		tested[id] = true
	}
	want := map[string]bool{}
	for folder, of := range map[string]*regexp.Regexp{"meters": regexp.MustCompile(`^M\d+$`), "policy": regexp.MustCompile(`^M-`)} {
		for _, row := range corpus.Rows(t, folder, "cases.csv") {
			if of.MatchString(row["id"]) {
				want[row["id"]] = true
			}
		}
	}
	require.Equal(t, slices.Sorted(maps.Keys(want)), slices.Sorted(maps.Keys(tested)))
}

func meterCases() []meterCase {
	return []meterCase{
		{"M01 rollover that is plausible", func(t *testing.T) {
			use, codes, m := used(t, dials(6, metering.CCF), 999990, 10, plausible("50 CCF"))
			require.Equal(t, "20", use)
			require.Equal(t, "Rollover", codes)
			require.Equal(t, int64(10), m.Baselines()[0].Digits)
		}},
		{"M02 the same on four dials, and on six by mistake", func(t *testing.T) {
			use, codes, _ := used(t, dials(4, metering.CCF), 9990, 10, plausible("50 CCF"))
			require.Equal(t, "20", use)
			require.Equal(t, "Rollover", codes)
			use, codes, m := used(t, dials(6, metering.CCF), 9990, 10, plausible("50 CCF"))
			require.Equal(t, "none", use)
			require.Equal(t, "NegativeOrRollover", codes)
			require.Equal(t, "990020", figureOf(t, m.Exceptions()[0], "candidate"))
			require.Equal(t, int64(9990), m.Baselines()[0].Digits)
		}},
		{"M03 reverse flow keeps the baseline", func(t *testing.T) {
			rule := plausible("50 gal")
			rule.Tolerance = metering.ToleranceOf(10)
			use, codes, m := used(t, dials(7, metering.Gallon), 3363, 3362, rule)
			require.Equal(t, "0", use)
			require.Equal(t, "ReverseFlow", codes)
			require.Equal(t, int64(3363), m.Baselines()[0].Digits)
			next, err := metering.Between(m.Baselines()[0], dials(7, metering.Gallon), actual(dials(7, metering.Gallon), 3370, nov30), rule)
			require.NoError(t, err)
			require.Equal(t, "7", useOf(next), "not 8: a gallon is not billed twice")
		}},
		{"M05 declared rollover is accepted, and High", func(t *testing.T) {
			r := dials(4, metering.CCF)
			to := actual(r, 3990, oct31)
			to.RolledOver = true
			m, err := metering.Between(base(r, 4000, oct1), r, to, plausible("50 CCF"))
			require.NoError(t, err)
			s, known := m.Sample()
			require.True(t, known)
			bands := metering.Bands{High: metering.At(number("125")), Higher: metering.Off(), Highest: metering.Off(),
				Low: metering.Off(), Lower: metering.Off(), Lowest: metering.Off()}
			verdict, err := bands.Judge(s, sample("40", metering.CCF, 30))
			require.NoError(t, err)
			m = m.With(verdict)
			require.Equal(t, "9990", useOf(m))
			require.Equal(t, "Rollover High", codesOf(m))
		}},
		{"M06 estimate across the top", func(t *testing.T) {
			r := dials(5, metering.CCF)
			history := cycles(oct1, metering.Actual, []int{30, 30, 30}, []string{"50 CCF", "50 CCF", "50 CCF"})
			m, reading, err := metering.Estimate(base(r, 99980, oct1), r, date(oct31), munis(), history)
			require.NoError(t, err)
			require.Equal(t, "50", useOf(m))
			require.Equal(t, int64(30), reading.Digits)
			require.Equal(t, int64(30), m.Baselines()[0].Digits)
		}},
		{"M07 total cut to five digits", func(t *testing.T) {
			r := dials(6, metering.CCF)
			m, err := metering.ShortTotal(base(r, 123456, oct1), r, actual(r, 23500, oct31), 5, plausible("100 CCF"))
			require.NoError(t, err)
			require.Equal(t, "44", useOf(m))
			require.Equal(t, int64(123500), m.Baselines()[0].Digits)
			require.Empty(t, codesOf(m))
		}},
		{"M08 reading beyond the dials", func(t *testing.T) {
			use, codes, m := used(t, dials(6, metering.CCF), 999990, 1000000, plausible("50 CCF"))
			require.Equal(t, "none", use)
			require.Equal(t, "OutOfRange", codes)
			require.Equal(t, int64(999990), m.Baselines()[0].Digits)
		}},
		{"M10 painted zeros", func(t *testing.T) {
			r := dials(6, metering.CubicFoot)
			r.PaintedZeros = 2
			require.Equal(t, "27800", r.Value(278).String())
			use, _, m := used(t, r, 0, 278, refuse())
			require.Equal(t, "27800", use)
			review := must(metering.NewReview("A-1", date(oct31), checked(m)))
			require.Equal(t, "278", must(must(review.Billable()).In(metering.CCF)).String())
		}},
		{"M11 readings are truncated, not uses", func(t *testing.T) {
			r := dials(6, metering.CubicFoot)
			carry := must(metering.CarryAt(base(r, 0, oct1), metering.CCF))
			var billed []int64
			at := base(r, 0, oct1)
			for _, next := range []metering.Reading{actual(r, 150, oct31), actual(r, 300, nov30)} {
				m, err := metering.Between(at, r, next, refuse())
				require.NoError(t, err)
				use := must(must(must(metering.NewReview("A-1", date(oct31), checked(m))).Billable()).In(metering.CCF))
				var units int64
				units, carry, err = metering.WholeUnits(use, carry)
				require.NoError(t, err)
				billed, at = append(billed, units), m.Baselines()[0]
			}
			require.Equal(t, []int64{1, 2}, billed)
			require.True(t, carry.IsZero())
		}},
		{"M12 raw reading times scalar", func(t *testing.T) {
			text, ends := metering.Scaled(number("23497071"), number("0.001")).Decimal(0)
			require.True(t, ends)
			require.Equal(t, "23497.071", text)
			require.True(t, metering.CheckScale(number("23497071"), number("0.001"), number("23497.071")).Passed())
		}},
		{"M13 scaled reading that does not follow", func(t *testing.T) {
			e := metering.CheckScale(number("1000"), number("1.0"), number("120.5"))
			require.Equal(t, "ScaleMismatch: 1000 × 1 is 1000, but the file says 120.5", e.String())
		}},
		{"M15 multiplier changed without an exchange", func(t *testing.T) {
			r := dials(6, metering.CCF)
			m, err := metering.Between(base(times("10", r), 100, oct1), r, actual(r, 120, oct31), refuse())
			require.NoError(t, err)
			require.Equal(t, "none", useOf(m))
			require.Equal(t, "MultiplierChanged", codesOf(m))
		}},
		{"M16 CCF in gallons", TestM16OneCCFIsAnExactFractionOfGallons},
		{"M17 convention of 748 gallons", TestM17TheConventionOf748GallonsIsNotTheCCF},
		{"M18 acre-foot", TestM18OneAcreFootIs435Point6CCF},
		{"M20 cubic meter", TestM20OneCubicMeterInFeetAndGallons},
		{"M21 unknown unit", TestM21UnknownOrEmptyUnitIsRefused},
		{"M22 average daily use of three cycles", func(t *testing.T) {
			r := dials(6, metering.CCF)
			history := cycles(oct1, metering.Actual, []int{31, 29, 30}, []string{"40 CCF", "35 CCF", "35 CCF"})
			m, reading, err := metering.Estimate(base(r, 1000, oct1), r, date(oct31), munis(), history)
			require.NoError(t, err)
			require.Equal(t, "37", useOf(m))
			require.Equal(t, int64(1037), reading.Digits)
			require.Equal(t, metering.Estimated, reading.Source)
			basis, _, err := metering.MunisEstimate().Basis(history, m.Period(), metering.CCF)
			require.NoError(t, err)
			require.Equal(t, "11/9", basis.Daily.String(), "110 / 90")
		}},
		{"M23 without the high and the low one", func(t *testing.T) {
			r := dials(6, metering.CCF)
			method := metering.EstimateMethod{Title: "five cycles", Kind: metering.AverageDailyUse, MaxAge: metering.Off(), Cycles: 5, Least: 5, DropHighLow: true}
			history := cycles(oct1, metering.Actual, []int{30, 30, 30, 30, 30}, []string{"100 CCF", "40 CCF", "35 CCF", "35 CCF", "10 CCF"})
			m, _, err := metering.Estimate(base(r, 1000, oct1), r, date(oct31), metering.EstimateRule{Method: method, MaxInRow: 2}, history)
			require.NoError(t, err)
			require.Equal(t, "37", useOf(m))
			basis, _, err := method.Basis(history, m.Period(), metering.CCF)
			require.NoError(t, err)
			require.Equal(t, history[1:4], basis.Cycles)
		}},
		{"M25 true-up over two estimates", func(t *testing.T) {
			r := dials(6, metering.CCF)
			billed := []metering.Cycle{
				cycleOf(oct1, oct31, "40 CCF", metering.Estimated), cycleOf(oct31, nov30, "40 CCF", metering.Estimated),
			}
			m, err := metering.TrueUp(must(metering.Between(base(r, 1000, oct1), r, actual(r, 1060, dec30), refuse())), billed, estimatedBase(r, 1080, nov30))
			require.NoError(t, err)
			require.Equal(t, "20", useOf(m))
			require.Equal(t, period(nov30, dec30), m.Period())
			require.Len(t, m.Rebills(), 2)
			for i, again := range m.Rebills() {
				require.Equal(t, billed[i].Period, again.Period)
				require.Equal(t, "20", again.Use.String())
				require.Equal(t, "40", again.Billed.String())
			}
			require.Equal(t, metering.Actual, m.Baselines()[0].Source)
			require.Equal(t, int64(1060), m.Baselines()[0].Digits)
		}},
		{"M26 estimates do not feed estimates", func(t *testing.T) {
			history := append(cycles("2026-09-01", metering.Actual, []int{30, 30, 30}, []string{"30 CCF", "30 CCF", "30 CCF"}),
				cycleOf("2026-09-01", oct1, "900 CCF", metering.Estimated))
			basis, _, err := metering.MunisEstimate().Basis(history, period(oct1, oct31), metering.CCF)
			require.NoError(t, err)
			require.Equal(t, "1", basis.Daily.String())
			require.Equal(t, history[:3], basis.Cycles)
		}},
		{"M27 six estimates in a row", func(t *testing.T) {
			r := dials(6, metering.CCF)
			rule := metering.EstimateRule{Method: metering.MunisEstimate(), MaxInRow: 6}
			history := cycles("2026-04-01", metering.Actual, []int{30, 30, 30}, []string{"30 CCF", "30 CCF", "30 CCF"})
			at := base(r, 100, "2026-04-01")
			for i := 1; i <= 6; i++ {
				day := must(at.Day.AddDays(30))
				m, _, err := metering.Estimate(at, r, day, rule, history)
				require.NoError(t, err)
				require.Equal(t, "30", useOf(m))
				want := ""
				if i == 6 {
					want = "MaxEstimates"
				}
				require.Equal(t, want, codesOf(m), "estimate %d", i)
				history = append(history, metering.Cycle{Period: m.Period(), Use: must(metering.ParseVolume("30 CCF")), Source: m.Source()})
				at = m.Baselines()[0]
			}
		}},
		{"M28 exchange to another unit", func(t *testing.T) {
			m, err := exchanged(base(dials(6, metering.CubicFoot), 900, oct1), []metering.Exchange{changeOut("2026-10-12", "2026-10-12")},
				gallonsByTen(), newMeter(30, oct31), metering.CubicFoot, refuse(), nil)
			require.NoError(t, err)
			require.Equal(t, "90.1042", rounded(must(must(must(metering.NewReview("A-1", date(oct31), checked(m))).Billable()).In(metering.CubicFoot)), 4))
			require.Len(t, m.Parts(), 2)
			require.Equal(t, "50", m.Parts()[0].Use.String())
			require.Equal(t, "300", m.Parts()[1].Use.String())
			require.Equal(t, metering.Gallon, m.Parts()[1].Unit)
			require.Equal(t, "9001", m.Baselines()[0].Meter)
			require.Equal(t, period(oct1, oct31), m.Period())
		}},
		{"M30 days without a meter", func(t *testing.T) {
			x := []metering.Exchange{changeOut("2026-11-10", "2026-11-12")}
			from := base(dials(6, metering.CubicFoot), 900, oct31)
			m, err := exchanged(from, x, gallonsByTen(), newMeter(30, nov30), metering.CubicFoot, refuse(), nil)
			require.NoError(t, err)
			require.Equal(t, "GapDays", codesOf(m))
			require.Equal(t, "2", figureOf(t, m.Exceptions()[0], "days"))
			require.Equal(t, "90.1042", rounded(must(useRatio(m)), 4))

			asked, err := exchanged(from, x, gallonsByTen(), newMeter(30, nov30), metering.CubicFoot, refuse(),
				&metering.Basis{Method: classMean("3 ft3"), Daily: exact.Int(3), Unit: metering.CubicFoot})
			require.NoError(t, err)
			require.Equal(t, "96.1042", rounded(must(useRatio(asked)), 4))
			require.Equal(t, []bool{false, true, false}, []bool{asked.Parts()[0].Estimated, asked.Parts()[1].Estimated, asked.Parts()[2].Estimated})
		}},
		{"M31 the same record twice", func(t *testing.T) {
			x := changeOut("2026-10-12", "2026-10-12")
			list, added, err := metering.AddExchange(nil, x)
			require.NoError(t, err)
			require.True(t, added)
			again, added, err := metering.AddExchange(list, x)
			require.NoError(t, err)
			require.False(t, added)
			require.Equal(t, list, again)
			x.Final.Digits++
			_, _, err = metering.AddExchange(list, x)
			require.ErrorIs(t, err, metering.ErrExchange)
		}},
		{"M32 compound meter", func(t *testing.T) {
			m, err := metering.Compound(compound(), []metering.Reading{actual(high(), 52, oct31), actual(low(), 180, oct31)}, metering.CCF, refuse())
			require.NoError(t, err)
			require.Equal(t, "100", useOf(m))
			require.Equal(t, "80 low, 20 high", m.Parts()[0].Use.String()+" "+m.Parts()[0].Register+", "+m.Parts()[1].Use.String()+" "+m.Parts()[1].Register)

			sides := compound() // the high side has three dials, and turns on its own
			sides[1].From.Digits = 999
			m, err = metering.Compound(sides, []metering.Reading{actual(high(), 1, oct31), actual(low(), 180, oct31)}, metering.CCF, plausible("200 CCF"))
			require.NoError(t, err)
			require.Equal(t, "100", useOf(m), "80 + 2 × 10")
			require.Equal(t, "Rollover", codesOf(m))
		}},
		{"M33 only the low side", func(t *testing.T) {
			m, err := metering.Compound(compound(), []metering.Reading{actual(low(), 180, oct31)}, metering.CCF, refuse())
			require.NoError(t, err)
			require.Equal(t, "none", useOf(m))
			require.True(t, strings.HasPrefix(m.Exceptions()[0].String(), "MissingRegister(high)"), m.Exceptions()[0])
			require.Equal(t, []int64{100, 50}, []int64{m.Baselines()[0].Digits, m.Baselines()[1].Digits}, "both baselines stay")
			_, err = must(metering.NewReview("A-1", date(oct31), checked(m))).Billable()
			require.ErrorIs(t, err, metering.ErrOpen)
		}},
		{"M35 exactly at the band", func(t *testing.T) {
			require.Equal(t, metering.High, judged(t, bandsOff("125"), "125", "100").Code)
			require.Equal(t, metering.Normal, judged(t, bandsOff("125"), "124.999", "100").Code)
		}},
		{"M36 compared with zero", func(t *testing.T) {
			require.Equal(t, metering.ComparedToZero, judged(t, bandsOff("125"), "30", "0").Code)
		}},
		{"M37 daily averages", func(t *testing.T) {
			bands := bandsOff("110")
			bands.PerDay = true
			verdict, err := bands.Judge(sample("330", metering.CCF, 33), sample("280", metering.CCF, 28))
			require.NoError(t, err)
			require.Equal(t, metering.Normal, verdict.Code)
			require.Equal(t, "100", figureOf(t, verdict, "percent"))
			bands.PerDay = false
			verdict, err = bands.Judge(sample("330", metering.CCF, 33), sample("280", metering.CCF, 28))
			require.NoError(t, err)
			require.Equal(t, metering.High, verdict.Code)
			require.Equal(t, "117.8571", figureOf(t, verdict, "percent"))
		}},
		{"M38 floor band", func(t *testing.T) {
			for use, want := range map[string]metering.Code{
				"9": metering.Normal, "11": metering.High, "1": metering.Low, "10": metering.Normal, "1.2": metering.Normal,
			} {
				verdict, err := metering.FloorBandDefault(metering.CCF).Judge(sample(use, metering.CCF, 30), sample("3", metering.CCF, 30))
				require.NoError(t, err)
				require.Equal(t, want, verdict.Code, use)
				require.Equal(t, "10 1.2", figureOf(t, verdict, "high")+" "+figureOf(t, verdict, "low"))
			}
		}},
		{"M40 third zero", func(t *testing.T) {
			rule := metering.ZeroRule{StoppedAt: metering.At(number("3"))}
			for before, want := range []metering.Code{metering.ZeroUse, metering.ZeroUse, metering.StoppedMeter, metering.StoppedMeter} {
				verdict, err := rule.Judge(sample("0", metering.CCF, 30), metering.Standing{Active: true, ZerosBefore: before})
				require.NoError(t, err)
				require.Equal(t, want, verdict.Code, "%d zeros before", before)
			}
		}},
		{"M41 use without an account", func(t *testing.T) {
			rule := metering.ZeroRule{StoppedAt: metering.At(number("3"))}
			verdict, err := rule.Judge(sample("4", metering.CCF, 30), metering.Standing{})
			require.NoError(t, err)
			require.Equal(t, metering.UsageNoAccount, verdict.Code)
			verdict, err = rule.Judge(sample("0", metering.CCF, 30), metering.Standing{ZerosBefore: 9})
			require.NoError(t, err)
			require.Equal(t, metering.Normal, verdict.Code, "nobody has the service, and no water runs")
		}},
		{"M42 file without previous readings", func(t *testing.T) {
			require.True(t, metering.NoPrevious([]int64{0, 0, 0}))
			require.False(t, metering.NoPrevious([]int64{0, 0, 1}))
			verdict, err := metering.ZeroRule{StoppedAt: metering.At(number("3"))}.
				Judge(sample("0", metering.CCF, 30), metering.Standing{Active: true, ZerosBefore: 5, NoPrevious: true})
			require.NoError(t, err)
			require.Equal(t, metering.Normal, verdict.Code)
		}},
		{"M45 the same again", func(t *testing.T) {
			r := dials(6, metering.CCF)
			one := metering.Received{Reading: actual(r, 100, oct31)}
			got := metering.Distinct([]metering.Received{one, one})
			require.Equal(t, []metering.Reading{one.Reading}, got.Kept)
			require.Equal(t, 1, got.Dropped)
			require.Empty(t, got.Exceptions)
		}},
		{"M46 another value", func(t *testing.T) {
			r := dials(6, metering.CCF)
			a, b := metering.Received{Reading: actual(r, 100, oct31)}, metering.Received{Reading: actual(r, 101, oct31)}
			got := metering.Distinct([]metering.Received{a, b})
			require.Empty(t, got.Kept)
			require.Equal(t, "Conflict", codeNames(got.Exceptions))
			require.Equal(t, []metering.Reading{a.Reading, b.Reading}, got.Conflicts)

			a.Version, b.Version = 2, 1
			got = metering.Distinct([]metering.Received{a, b})
			require.Equal(t, []metering.Reading{a.Reading}, got.Kept)
			require.Empty(t, got.Exceptions)

			a.Version, b.Version = 0, 0
			a.Sent, b.Sent = noon(), noon().Add(time.Hour)
			got = metering.Distinct([]metering.Received{a, b})
			require.Equal(t, []metering.Reading{b.Reading}, got.Kept)
			require.Empty(t, got.Exceptions)
		}},
		{"M48 ids are text", func(t *testing.T) {
			var text metering.Matching
			require.False(t, text.Same("006123", "6123"))
			require.True(t, metering.ByNumber.Same("006123", "6123"))
			require.False(t, metering.ByNumber.Same("A006123", "A6123"))
			require.False(t, metering.ByNumber.Same("00A1", "0A1"))
			require.True(t, metering.ByNumber.Same("000", "0"))
			require.False(t, text.Same("", ""))
		}},
		{"M50 no leap year", func(t *testing.T) {
			_, e := metering.CheckDay(2026, 2, 29)
			require.Equal(t, "BadDate: year 2026, month 2, day 29 is no date", e.String())
			day, e := metering.CheckDay(2028, 2, 29)
			require.True(t, e.Passed())
			require.Equal(t, date("2028-02-29"), day)
		}},
		{"M51 days of 25 and 23 hours", func(t *testing.T) {
			for text, want := range map[string]int{"2026-11-01": 25, "2026-03-08": 23, "2026-07-01": 24} {
				n, err := metering.ExpectedIntervals(date(text), losAngeles(), 60)
				require.NoError(t, err)
				require.Equal(t, want, n, text)
				start, end, err := metering.DayBounds(date(text), losAngeles())
				require.NoError(t, err)
				var starts []time.Time
				for at := start; at.Before(end); at = at.Add(time.Hour) {
					starts = append(starts, at)
				}
				require.Len(t, starts, want)
				found, err := metering.CheckDayOfIntervals(date(text), losAngeles(), 60, starts)
				require.NoError(t, err)
				require.Empty(t, found)
			}
		}},
		{"M52 local stamps in the hour that comes twice", func(t *testing.T) {
			one := metering.LocalTime{Day: date("2026-11-01"), Hour: 1}
			at, found, err := metering.ResolveTimes([]metering.LocalTime{one, one}, losAngeles())
			require.NoError(t, err)
			require.Empty(t, found)
			require.Equal(t, "2026-11-01T01:00:00-07:00 2026-11-01T01:00:00-08:00",
				at[0].In(losAngeles()).Format(time.RFC3339)+" "+at[1].In(losAngeles()).Format(time.RFC3339))
			at, found, err = metering.ResolveTimes([]metering.LocalTime{one}, losAngeles())
			require.NoError(t, err)
			require.Equal(t, "AmbiguousTime", codeNames(found))
			require.True(t, at[0].IsZero())
		}},
		{"M53 leak at and above a gallon", func(t *testing.T) {
			hours, dry := day("1.0"), day("1.0")
			dry[7].Use = must(metering.ParseVolume("0.99 gal"))
			for _, c := range []struct {
				rule      metering.LeakRule
				intervals []metering.Interval
				code      metering.Code
				rate      string
			}{
				{metering.AquaCUELeak(), hours, metering.Leak, "1"}, {metering.AquaCUELeak(), dry, metering.Normal, ""},
				{metering.BeaconLeak(), hours, metering.Normal, ""}, {metering.BeaconLeak(), dry, metering.Normal, ""},
			} {
				state, e, err := c.rule.Judge(metering.LeakState{}, false, c.intervals, noon())
				require.NoError(t, err)
				require.Equal(t, c.code, e.Code, c.rule.Title)
				require.Equal(t, c.code == metering.Leak, state.Open)
				if state.Open {
					require.Equal(t, c.rate, state.Rate.String())
				}
			}
		}},
		{"M55 the lowest sum of four quarters", func(t *testing.T) {
			var quarters []metering.Interval
			for i := range 96 {
				use := "0.5 gal"
				if i/4 == 5 {
					use = []string{"0 gal", "1 gal", "0.25 gal", "0.1 gal"}[i%4] // 1.35 in that hour
				}
				quarters = append(quarters, metering.Interval{
					Start: noon().Add(-24*time.Hour + time.Duration(i)*15*time.Minute), Minutes: 15, Use: must(metering.ParseVolume(use)),
				})
			}
			state, e, err := metering.AquaCUELeak().Judge(metering.LeakState{}, false, quarters, noon())
			require.NoError(t, err)
			require.Equal(t, metering.Leak, e.Code)
			require.Equal(t, "1.35", figureOf(t, e, "rate"))
			require.Equal(t, "27/20", state.Rate.String())
		}},
		{"M56 continuous flow that is expected", func(t *testing.T) {
			state, e, err := metering.AquaCUELeak().Judge(metering.LeakState{}, true, day("3"), noon())
			require.NoError(t, err)
			require.Equal(t, metering.ContinuousFlow, e.Code)
			require.False(t, state.Open)
		}},
		{"M67 whole units over the parts of a period", func(t *testing.T) {
			parts, err := metering.Prorate(100, []int{10, 20})
			require.NoError(t, err)
			require.Equal(t, []int64{33, 67}, parts)
		}},
		{"M68 final read before the opening", func(t *testing.T) {
			r := dials(6, metering.CCF)
			m, err := metering.Between(base(r, 100, oct31), r, actual(r, 120, oct1), refuse())
			require.NoError(t, err)
			require.Equal(t, "none", useOf(m))
			require.Equal(t, "ReadOrder", codesOf(m))
		}},
		{"M-rollover of the policy", func(t *testing.T) {
			use, codes, _ := used(t, dials(5, metering.CCF), 99980, 15, plausible("50 CCF"))
			require.Equal(t, "35", use)
			require.Equal(t, "Rollover", codes)
		}},
		{"M-changeout of the policy, its usage", func(t *testing.T) {
			r := dials(6, metering.ThousandGallons)
			x := metering.Exchange{Record: "1", Final: actual(r, 102, "2026-10-12"), Start: actual(r, 0, "2026-10-12"), Register: r}
			x.Start.Meter = "9001"
			to := actual(r, 4, oct31)
			to.Meter = "9001"
			m, err := exchanged(base(r, 100, oct1), []metering.Exchange{x}, r, to, metering.ThousandGallons, refuse(), nil)
			require.NoError(t, err)
			require.Equal(t, "6", useOf(m))
			require.Equal(t, "2 4", m.Parts()[0].Use.String()+" "+m.Parts()[1].Use.String(), "each meter has its line")
		}},
	}
}

func munis() metering.EstimateRule {
	return metering.EstimateRule{Method: metering.MunisEstimate(), MaxInRow: 3}
}

func useRatio(m metering.Measurement) (exact.Ratio, error) {
	use, known := m.Use()
	if !known {
		return use, metering.ErrOpen
	}
	return use, nil
}

func gallonsByTen() metering.Register { return times("10", dials(6, metering.Gallon)) }

func newMeter(digits int64, day string) metering.Reading {
	r := actual(gallonsByTen(), digits, day)
	r.Meter = "9001"
	return r
}

// changeOut takes meter 7088 out at 950 and puts 9001 in at 0.
func changeOut(removed, installed string) metering.Exchange {
	return metering.Exchange{
		Record: "MCO-17", Final: actual(dials(6, metering.CubicFoot), 950, removed), Start: newMeter(0, installed), Register: gallonsByTen(),
	}
}

func low() metering.Register { return named("low", dials(6, metering.CCF)) }

func high() metering.Register { return named("high", times("10", dials(3, metering.CCF))) }

func compound() []metering.Side {
	return []metering.Side{{From: base(low(), 100, oct1), Register: low()}, {From: base(high(), 50, oct1), Register: high()}}
}

// bandsOff has a High band and no other.
func bandsOff(highPercent string) metering.Bands {
	return metering.Bands{
		Title: "test", High: metering.At(number(highPercent)), Higher: metering.Off(), Highest: metering.Off(),
		Low: metering.Off(), Lower: metering.Off(), Lowest: metering.Off(),
	}
}

func judged(t *testing.T, bands metering.Bands, use, compare string) metering.Exception {
	t.Helper()
	e, err := bands.Judge(sample(use, metering.CCF, 30), sample(compare, metering.CCF, 30))
	require.NoError(t, err)
	return e
}

// day is the 24 hours before noon, each of so many gallons.
func day(gallons string) []metering.Interval {
	var hours []metering.Interval
	for i := range 24 {
		hours = append(hours, metering.Interval{
			Start: noon().Add(time.Duration(i-24) * time.Hour), Minutes: 60, Use: must(metering.VolumeOf(gallons, metering.Gallon)),
		})
	}
	return hours
}
