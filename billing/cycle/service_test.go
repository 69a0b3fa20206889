package cycle_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing"
	"github.com/headgate-dev/headgate/billing/approval"
	"github.com/headgate-dev/headgate/billing/cycle"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/metering"
)

// of are the words of all exceptions of a code.
func of(t require.TestingT, r cycle.Request, code cycle.Code) []string {
	var out []string
	for _, e := range review(t, r).Exceptions() {
		if e.Code == code {
			out = append(out, e.Words)
		}
	}
	return out
}

// pair is two meters of a house, with what each carries in and a fact of its own.
type pair struct {
	ids     [2]string
	tenths  [2]int64
	carried [2]int64
	sizes   [2]string
	changes []rates.Change // of the second
}

func (p pair) service(a billing.Agreement, period string) billing.Service {
	a.Facts = nil
	in := must(a.Input(days(period)))
	s := billing.Service{Agreement: a}
	for i := range p.ids {
		u := made{agreement: a, period: period, tenths: p.tenths[i], tenth: true, meter: p.ids[i]}.usage()
		s.Usage = append(s.Usage, u)
		m := rates.Meter{ID: p.ids[i], Usage: must(u.Volume(metering.CCF, 1, exact.HalfUp)), Carried: ratio(p.carried[i], 10), Facts: rates.Facts{"meter_size": p.sizes[i]}}
		if i == 1 {
			m.Changes = p.changes
		}
		in.Meters = append(in.Meters, m)
	}
	s.Quote = must(split.Price(in))
	return s
}

// pairs is a town whose second house has two meters, last and now.
func pairs(schedule string, last, now pair) cycle.Request {
	r := with(six(), 1, func(m *cycle.Member) { m.Agreement.Schedule, m.Agreement.Facts = schedule, nil })
	a := r.Members[1].Agreement
	r.Last[1], r.Bills[1] = billOf(lastKey, last.service(a, march)), billOf(key, now.service(a, april))
	return r
}

func two() pair {
	return pair{ids: [2]string{"a", "b"}, tenths: [2]int64{43, 47}, sizes: [2]string{"3/4", "1"}}
}

// What a quote says is carried in, nothing else checks: each meter against what the last bill carried out for it.
func TestWhatIsCarriedInIsWhatWasCarriedOut(t *testing.T) {
	now := two()
	now.tenths, now.carried = [2]int64{40, 50}, [2]int64{3, 7}
	require.Empty(t, of(t, pairs("carry", two(), now), cycle.OtherCarry))
	now.carried = [2]int64{7, 3}
	require.Equal(t, []string{
		"it carries in 0.7 of meter a, and the bill of [2026-03-01, 2026-03-31) carried out 0.3", "it carries in 0.3 of meter b, and the bill of [2026-03-01, 2026-03-31) carried out 0.7",
	}, of(t, pairs("carry", two(), now), cycle.OtherCarry))
	now.ids, now.carried = [2]string{"a", "c"}, [2]int64{3, 0}
	require.Equal(t, []string{"the bill of [2026-03-01, 2026-03-31) carried out 0.7 of meter b, and nothing carries it in"}, of(t, pairs("carry", two(), now), cycle.OtherCarry))
	now.carried[1] = 7
	require.Contains(t, of(t, pairs("carry", two(), now), cycle.OtherCarry), "it carries in 0.7 of meter c, and the bill of [2026-03-01, 2026-03-31) carried out 0")

	// One meter: what is right is not listed, also over two services of one agreement on one bill.
	r := with(six(), 1, func(m *cycle.Member) { m.Agreement.Schedule = "carry" })
	a := r.Members[1].Agreement
	carry := func(tenths int64) func(*rates.Input) { return func(in *rates.Input) { in.Carried = ratio(tenths, 10) } }
	r.Last[1] = billOf(lastKey, made{agreement: a, period: march, tenths: 87, tenth: true}.service())
	first := made{agreement: a, period: "[2026-03-31, 2026-04-15)", tenths: 45, tenth: true, input: carry(7)} // 5.2: 0.2 is left
	then := made{agreement: a, period: "[2026-04-15, 2026-04-30)", tenths: 40, tenth: true, input: carry(2)}
	r.Bills[1] = billOf(key, then.service(), first.service())
	require.Empty(t, of(t, r, cycle.OtherCarry))
	then.input = carry(7)
	r.Bills[1] = billOf(key, then.service(), first.service())
	require.Equal(t, []string{"it carries in 0.7, and the bill of [2026-03-31, 2026-04-15) carried out 0.2"}, of(t, r, cycle.OtherCarry), "the last bill is not the one before")

	// Under another schedule the same number may be of another unit.
	r = with(six(), 1, func(m *cycle.Member) { m.Agreement.Schedule = "carry" })
	r.Last[1] = billOf(lastKey, made{agreement: a, period: march, tenths: 87, tenth: true}.service())
	other := book()
	other.Schedules[1].ID = "carry 2"
	b := r.Members[1].Agreement
	b.Schedule = "carry 2"
	r.Members[1].Agreement = b
	p := postings()
	for _, charge := range []string{"base", "water"} {
		p[billing.ChargeOf{Schedule: "carry 2", Charge: charge}] = p[billing.ChargeOf{Schedule: "carry", Charge: charge}]
	}
	s := made{engine: must(rates.Compile(other)), agreement: b, period: april, tenths: 80, tenth: true, input: carry(7)}.service()
	r.Bills[1] = billWith(p, key, s)
	require.Equal(t, []string{"it carries in 0.7 of schedule carry, and is priced by schedule carry 2, which may count in another unit"}, of(t, r, cycle.OtherCarry))
}

func TestCycleDaysThatAreRightAreNotListed(t *testing.T) {
	r := but(with(six(), 1, func(m *cycle.Member) { m.Agreement.Schedule = "days" }), 1, made{tenths: 80, input: func(in *rates.Input) { in.CycleDays = 30 }})
	require.Empty(t, of(t, r, cycle.OtherCycleDays))
}

// Failure 11: key fields were changed without review. Every change of a fact, a meter, a factor or a schedule is on the list, found from the
// bills themselves; what passes from bill to bill, as the policy says, is not.
func TestFailure11EveryChangeOfAKeyFieldIsOnTheList(t *testing.T) {
	now := two()
	now.sizes[1] = "3/4"
	require.Equal(t, []string{"meter_size of meter b is 3/4, and was 1 on the bill before"}, of(t, pairs("water", two(), now), cycle.KeyField))
	now = two()
	now.changes = []rates.Change{{Fact: "meter_size", Value: "3/4", On: day("2026-04-12")}}
	require.Equal(t, []string{"meter_size of meter b is 3/4 from 2026-04-12 on"}, of(t, pairs("water", two(), now), cycle.KeyField))
	last := two()
	last.changes = []rates.Change{{Fact: "meter_size", Value: "3/4", On: day("2026-03-12")}}
	require.Equal(t, []string{"meter_size of meter b is 1, and was 3/4 on the bill before"}, of(t, pairs("water", last, two()), cycle.KeyField), "what it was at the end of the period")
	require.Empty(t, of(t, pairs("water", two(), two()), cycle.KeyField))

	facts := func(last, now rates.Facts) cycle.Request {
		r := with(six(), 1, func(m *cycle.Member) { m.Agreement.Facts = last })
		r.Last[1] = billOf(lastKey, made{agreement: r.Members[1].Agreement, period: march, tenths: 80}.service())
		return but(with(r, 1, func(m *cycle.Member) { m.Agreement.Facts = now }), 1, made{tenths: 80})
	}
	size := func(more rates.Facts) rates.Facts { more["meter_size"] = "3/4"; return more }
	require.Equal(t, []string{"persons is 5, and was none on the bill before"}, of(t, facts(size(rates.Facts{}), size(rates.Facts{"persons": "5"})), cycle.KeyField))
	require.Equal(t, []string{"persons is none, and was 5 on the bill before"}, of(t, facts(size(rates.Facts{"persons": "5"}), size(rates.Facts{})), cycle.KeyField))
	require.Empty(t, of(t, facts(size(rates.Facts{"stage": "1"}), size(rates.Facts{"stage": "2"})), cycle.KeyField), "the policy lets it pass")

	passing := water("2")
	passing.Facts["stage"] = "1"
	passing.Changes = []rates.Change{{Fact: "stage", Value: "2", On: day("2026-04-12")}}
	passed := with(six(), 1, func(m *cycle.Member) { m.Agreement = passing })
	passed.Last[1] = billOf(lastKey, made{engine: split, agreement: passing, period: march, tenths: 80}.service())
	require.Empty(t, of(t, but(passed, 1, made{engine: split, tenths: 80}), cycle.KeyField), "nor within a period")

	require.Equal(t, []string{"the schedule is days, and was water on the bill before"},
		of(t, but(with(six(), 1, func(m *cycle.Member) { m.Agreement.Schedule = "days" }), 1, made{tenths: 80, input: func(in *rates.Input) { in.CycleDays = 30 }}), cycle.KeyField))
	require.Equal(t, []string{"register 1 of meter 7088 is not on the bill before", "register 1 of meter M-2 is on the bill before, and not on this one"},
		of(t, but(six(), 1, made{tenths: 80, meter: "7088"}), cycle.KeyField))
	require.Equal(t, []string{"the factor of register 1 of meter M-2 is 0.1 CCF a digit, and was 1 CCF a digit on the bill before"}, of(t, but(six(), 1, made{tenths: 80, tenth: true}), cycle.KeyField))
	within := with(six(), 1, func(m *cycle.Member) {
		m.Agreement.Changes = []rates.Change{{Fact: "meter_size", Value: "1", On: day("2026-04-12")}}
	})
	require.Equal(t, []string{"meter_size is 1 from 2026-04-12 on"}, of(t, but(within, 1, made{engine: split, tenths: 80}), cycle.KeyField))

	// Who has decided on such a change does not release it: whoever prepared the list.
	decided := but(six(), 1, made{tenths: 80, meter: "7088"})
	for _, e := range review(t, decided).Open() {
		decided.Decisions = append(decided.Decisions, cycle.Decision{Exception: e.ID, Reason: "work order", By: person("s.reyes"), On: decided.On})
	}
	approvedBy, _, err := approve(review(t, decided), key, "clerk")
	require.NoError(t, err)
	_, _, err = cycle.Release(approvedBy, may().Add(2*time.Hour), time.UTC)
	require.ErrorIs(t, err, cycle.ErrRelease)

	// A change inside the last period was listed then, and is none now.
	a := water("2")
	a.Changes = []rates.Change{{Fact: "meter_size", Value: "1", On: day("2026-03-12")}}
	r := with(six(), 1, func(m *cycle.Member) { m.Agreement = a })
	r.Last[1] = billOf(lastKey, made{engine: split, agreement: a, period: march, tenths: 80}.service())
	require.Empty(t, of(t, but(r, 1, made{engine: split, tenths: 80}), cycle.KeyField))

	// Another book under the same version: rates that were changed, and nobody saw.
	altered := book()
	altered.Schedules[0].Versions[0].Charges[0].Rule = rates.Fixed{Amount: rates.Num("20.01")}
	engine := must(rates.Compile(altered))
	told := of(t, but(but(six(), 1, made{engine: engine, tenths: 80}), 2, made{engine: engine, tenths: 80}), cycle.NewRates)
	require.Len(t, told, 1, "once for all bills")
	require.Contains(t, told[0], "2 services of schedule water have the rates of 2025-01-01 of book ")
	require.Contains(t, told[0], ", which no bill of the last run has")
}

func TestANewVersionOfTheRatesIsToldOnce(t *testing.T) {
	b := book()
	next := b.Schedules[0].Versions[0]
	b.Schedules[0].Versions[0].To, next.From = day("2026-04-10"), day("2026-04-10")
	b.Schedules[0].Versions = append(b.Schedules[0].Versions, next)
	for i := range b.Schedules {
		b.Schedules[i].Select = rates.SplitByDay
	}
	engine := must(rates.Compile(b))
	r := six()
	for i := range r.Bills {
		r.Last[i] = billOf(lastKey, made{engine: engine, agreement: r.Members[i].Agreement, period: march, tenths: 80}.service())
		r = but(r, i, made{engine: engine, tenths: 80})
	}
	told := of(t, r, cycle.NewRates)
	require.Len(t, told, 1)
	require.Contains(t, told[0], "6 services of schedule water have the rates of 2026-04-10 of book ")
}

// Failure 4: more than 22,000 dead meters were billed the minimum. No use, and a drop, are on the list.
func TestFailure4DeadMetersAreOnTheList(t *testing.T) {
	require.NotEmpty(t, of(t, but(six(), 1, made{}), cycle.ZeroUse))
	require.NotEmpty(t, of(t, but(six(), 1, made{tenths: 40}), cycle.LowUse))
	require.Empty(t, of(t, but(six(), 1, made{tenths: 41, tenth: true}), cycle.LowUse))
	require.Empty(t, of(t, but(six(), 1, made{tenths: 159, tenth: true}), cycle.HighUse))
	r := but(six(), 1, made{tenths: 80})
	r.Last[1] = billOf(lastKey, made{agreement: r.Members[1].Agreement, period: march}.service())
	require.Len(t, of(t, r, cycle.UseAfterZero), 1, "what it has counted nobody knows")
	require.Equal(t, []string{"no CCF was used on 30 days, [2026-03-31, 2026-04-30), nor on the bill before, [2026-03-01, 2026-03-31)"}, of(t, but(r, 1, made{}), cycle.ZeroUse))
	require.Len(t, of(t, ago(but(six(), 1, made{tenths: 70}), 800), cycle.LowUse), 1, "a drop over many cycles")
	dead, alive := two(), two()
	dead.tenths[1] = 0
	require.Len(t, of(t, pairs("water", alive, dead), cycle.ZeroUse), 1, "one of two")

	// That the register may be stuck the check of the readings says, and the list with it.
	stuck := must(metering.ZeroRule{Title: "zero", Source: "invented", StoppedAt: metering.At(must(exact.NewNumber(3, 0)))}.Judge(metering.Sample{Unit: metering.CCF, Days: 30}, metering.Standing{Active: true, ZerosBefore: 2}))
	reading := func(on string) metering.Reading {
		return metering.Reading{Meter: "M-2", Register: "1", State: metering.Read, Digits: 1008, Day: day(on), Source: metering.Actual}
	}
	m := must(metering.Between(must(metering.Open(ccf(), reading("2026-03-31"))), ccf(), reading("2026-04-30"), metering.DeltaRule{Tolerance: metering.StandardTolerance(), Rollover: metering.RefuseRollover}))
	open := must(metering.NewReview("2/stuck", day("2026-04-30"), m.With(stuck, must(metering.CheckDays(30, 400)))))
	u := kept(must(overridden(open, "a work order is out").Billable()))
	require.Equal(t, []string{"StoppedMeter: no use for 3 cycles in a row, and 3 are the limit: the register may be stuck"}, of(t, metered(six(), u), cycle.ReadException))

	// By day: twice the use in twice the days is neither.
	require.Empty(t, of(t, but(six(), 1, made{period: "[2026-03-31, 2026-05-30)", tenths: 160}), cycle.HighUse))

	// Sewer alone measures nothing, and is not without use.
	r = six()
	a := billing.Agreement{ID: "2", Customer: "C-2", Account: "A-2", Premise: "P-2", Service: "sewer", Schedule: "sewer", Reads: billing.Unmetered, From: day("2026-01-01")}
	r.Members[1].Agreement = a
	r.Last[1] = billOf(lastKey, made{agreement: a, period: march}.service())
	r = but(r, 1, made{})
	require.Empty(t, of(t, r, cycle.ZeroUse))
	require.Empty(t, of(t, r, cycle.UseAfterZero))
}

// Failure 6: months in one bill were pushed into the top tiers. Where tiers do not widen with the days, every period above 35 days is listed.
func TestFailure6PeriodsAboveThirtyFiveDaysAreOnTheList(t *testing.T) {
	require.NotEmpty(t, of(t, but(six(), 1, made{period: "[2026-03-31, 2026-05-31)", tenths: 160}), cycle.LongPeriod), "62 days billed as 28")
	require.NotEmpty(t, of(t, but(six(), 1, made{period: "[2026-03-31, 2026-05-06)", tenths: 80}), cycle.LongPeriod))
	require.Empty(t, of(t, but(six(), 1, made{period: "[2026-03-31, 2026-05-05)", tenths: 80}), cycle.LongPeriod), "35 are not above 35")
	require.Empty(t, of(t, but(six(), 1, made{period: "[2026-03-31, 2026-04-25)", tenths: 80}), cycle.ShortPeriod), "25 are not less than 25")
}

// Failure 1: readers skipped the check, by a supervisor's code. What a check of the readings found is data: it takes a reason and a second
// person to bill it, and it is on the list all the same.
func TestFailure1WhatAReadCheckFoundIsOnTheList(t *testing.T) {
	bands := metering.Bands{
		Title: "bands", Source: "invented", Highest: metering.Off(), Higher: metering.Off(), High: metering.At(must(exact.NewNumber(125, 0))), Low: metering.Off(), Lower: metering.Off(), Lowest: metering.Off(),
	}
	reading := func(digits int64, on string) metering.Reading {
		return metering.Reading{Meter: "M-2", Register: "1", State: metering.Read, Digits: digits, Day: day(on), Source: metering.Actual, Reader: person("route-3")}
	}
	rule := metering.DeltaRule{Tolerance: metering.StandardTolerance(), Rollover: metering.RefuseRollover}
	m := must(metering.Between(must(metering.Open(ccf(), reading(1008, "2026-03-31"))), ccf(), reading(1020, "2026-04-30"), rule))
	sample, _ := m.Sample()
	verdict := must(bands.Judge(sample, metering.Sample{Use: exact.Int(8), Unit: metering.CCF, Days: 30}))
	open := must(metering.NewReview("2/april", day("2026-04-30"), m.With(verdict, must(metering.CheckDays(30, 400))), "bands"))
	_, err := open.Billable()
	require.ErrorIs(t, err, metering.ErrOpen)
	_, err = open.Accept(metering.Step{By: person("clerk"), At: may(), Reason: "looks right"}, open.Open()[0])
	require.ErrorIs(t, err, metering.ErrReview, "not by one person")
	_, err = override(open, " ", "clerk", "s.reyes")
	require.ErrorContains(t, err, "reason")
	_, err = override(open, "a pool was filled", "clerk", "clerk")
	require.ErrorIs(t, err, approval.ErrSamePerson)
	_, err = override(open, "a pool was filled", "clerk", "route-3")
	require.NoError(t, err)
	_, err = open.Override(must(override(open, "a pool was filled", "clerk", "route-3")), may().Add(2*time.Hour))
	require.ErrorIs(t, err, metering.ErrReview, "nor by who read it")

	r := metered(six(), kept(must(overridden(open, "a pool was filled").Billable())))
	require.Equal(t, []string{"High: 12 CCF is 150% of 8, and 125% or more is High"}, of(t, r, cycle.ReadException))
	r.Usages = slices.DeleteFunc(given(r).Usages, func(u metering.Usage) bool { return u.Key() == "2/april" })
	require.ErrorIs(t, second(cycle.Review(r, thresholds())), cycle.ErrRequest, "nor is it left out")

	// What one person may accept is on it too, and each verdict once.
	clerk := made{tenths: 80, verdict: metering.Exception{Code: metering.SameUse, Meter: "M-2", Words: "8 CCF, exactly as in the last cycle"}}
	require.Equal(t, []string{"SameUse of meter M-2: 8 CCF, exactly as in the last cycle"}, of(t, but(six(), 1, clerk), cycle.ReadException))
}

// Failure 2: estimated for years. The limit in a row is met on the list as well as at the reading, and who gives no usage of an estimate is
// asked for it.
func TestFailure2EstimatesInARowAreOnTheList(t *testing.T) {
	require.Empty(t, of(t, but(six(), 1, made{tenths: 3, estimates: 1}), cycle.EstimatesInRow))
	require.Len(t, of(t, but(six(), 1, made{tenths: 3, estimates: 2}), cycle.EstimatesInRow), 1, "2 are 2 or more")
	require.Equal(t, []string{"register 1 of meter M-2 is estimated 3 times in a row, and 2 or more is too often"}, of(t, but(six(), 1, made{tenths: 3, estimates: 3}), cycle.EstimatesInRow))
	require.Equal(t, 1, review(t, but(six(), 1, made{tenths: 3, estimates: 3})).Totals()[0].Estimated)
	r := given(but(six(), 1, made{tenths: 3, estimates: 3}))
	r.Usages = slices.Delete(r.Usages, 1, 2)
	require.ErrorIs(t, second(cycle.Review(r, thresholds())), cycle.ErrRequest)
}

func TestABillBelowZeroIsOnTheList(t *testing.T) {
	r := but(with(six(), 1, func(m *cycle.Member) { m.Agreement.Schedule = "low" }), 1, made{tenths: 80})
	require.Equal(t, []string{"it charges -$46.00"}, of(t, r, cycle.NegativeBill))
}

// An overlap is told at each bill of the cycle that has the days, so that either may be held; once one is, the other is right.
func TestAnOverlapEndsWhereOneOfTheBillsIsHeld(t *testing.T) {
	r := six()
	r.Bills = append(slices.Clone(r.Bills), billOf("again", made{agreement: r.Members[1].Agreement, period: april, tenths: 80}.service()))
	require.Len(t, of(t, r, cycle.Overlap), 2)
	h := holdOf("2")
	h.Bill = "again"
	r.Holds = []cycle.Hold{h}
	require.Empty(t, lines(review(t, r).Open()))
	// Days that follow one another are told together where the same bills have them, and apart where others do.
	r = six()
	r.Billed = append(r.Billed, billing.BilledDays{Bill: "x", Agreement: "2", Period: days("[2026-03-31, 2026-04-02)")},
		billing.BilledDays{Bill: "y", Agreement: "2", Period: days("[2026-04-02, 2026-04-04)")})
	require.Equal(t, []string{"2 bills have [2026-03-31, 2026-04-02): x, 2026-W18", "2 bills have [2026-04-02, 2026-04-04): 2026-W18, y"}, of(t, r, cycle.Overlap))
	// A bill that was taken back overlaps with nothing.
	r = six()
	r.Billed = append(r.Billed, billing.BilledDays{Bill: "wrong", Agreement: "2", Period: days(april), Reversed: true})
	require.Empty(t, lines(review(t, r).Exceptions()))
}

// Days that are the agreement's no more are told of every bill that has them, while a bill from before the run is given, and are not told for ever.
func TestDaysAfterAnAgreementsEndAreToldOfEveryBill(t *testing.T) {
	r := without(with(six(), 1, func(m *cycle.Member) { m.Agreement.Until = day("2026-02-15") }), 1)
	require.Equal(t, []string{"the bills up to 2026-W10 have [2026-01-01, 2026-03-01), and the agreement is from 2026-01-01 to before 2026-02-15",
		"the bills up to 2026-W14 have [2026-03-01, 2026-03-31), and the agreement is from 2026-01-01 to before 2026-02-15"}, of(t, r, cycle.EarlierDays))
	last := r.Last[1]
	r.Last = slices.Delete(slices.Clone(r.Last), 1, 2)
	require.Empty(t, of(t, r, cycle.EarlierDays))
	r.Before = []billing.Bill{last}
	require.Len(t, of(t, r, cycle.EarlierDays), 2, "it was not billed in the last run, and is given with the bills before that")
}

// A bill of days that are not over is not accepted, and one of no day of the cycle is told.
func TestDaysThatAreNotOverAreNotBilled(t *testing.T) {
	r := six()
	r.On = day("2026-04-05")
	require.Len(t, of(t, r, cycle.FutureDays), 6)
	require.False(t, cycle.Exception{Code: cycle.FutureDays}.Acceptable())
	r.On = day("2026-04-30")
	require.Empty(t, of(t, r, cycle.FutureDays), "the last day is the 29th")
	r = six()
	r.Bills[1] = billOf(key, made{agreement: r.Members[1].Agreement, period: "[2026-03-31, 2026-05-05)", tenths: 95}.service())
	require.Equal(t, []string{"it bills days to before 2026-05-05, and is reviewed on 2026-05-01"}, of(t, r, cycle.FutureDays))
	r = six()
	a := water("7")
	a.From = day("2026-05-10")
	r.On = day("2026-06-10")
	r.Members = append(r.Members, cycle.Member{Agreement: a, Cycle: "north"})
	r.Bills = append(r.Bills, billOf(key, made{agreement: a, period: "[2026-05-10, 2026-06-09)", tenths: 80}.service()))
	require.Contains(t, of(t, r, cycle.OtherDates), "it bills [2026-05-10, 2026-06-09), and the cycle is "+r.Period.String())
	require.Empty(t, of(t, r, cycle.FutureDays))
}

// A bill of fees alone is of an account that the district has.
func TestABillOfFeesIsOfAnAccountOfTheDistrict(t *testing.T) {
	for account, want := range map[string][]string{"A-GHOST": {"the district has no agreement of account A-GHOST"}, "A-2": nil} {
		r := six()
		on := day("2026-04-30")
		fee := must(billing.NewBill(billing.BillRequest{Key: "fees", Account: account, Customer: "C-2", Area: "central", Billed: on, Due: must(on.AddDays(21)),
			Fees:     []billing.Fee{{Key: "f", Text: "Fee", Amount: money.Cents(500_00), Source: rates.Citation{Resolution: "x"}, Posting: billing.Posting{Kind: "charge", Service: "water", RevenueCode: "4000"}}},
			Postings: postings(), Before: ledger.Standing{On: on}, Draft: billing.Draft{State: billing.NotEnrolled}}))
		r.Bills = append(r.Bills, fee)
		require.Equal(t, want, of(t, r, cycle.NotInCycle))
	}
}

// Failure 11: what an agreement says of whose it is, and where its charges are posted, is a key field as its facts are.
func TestFailure11AnAgreementThatWasEditedInPlaceIsTold(t *testing.T) {
	for field, change := range map[string]func(*billing.Agreement){
		"the customer is C-OTHER, and was C-2": func(a *billing.Agreement) { a.Customer = "C-OTHER" }, "the account is A-OTHER, and was A-2": func(a *billing.Agreement) { a.Account = "A-OTHER" },
		"the premise is P-OTHER, and was P-2": func(a *billing.Agreement) { a.Premise = "P-OTHER" }, "the service is sewer, and was water": func(a *billing.Agreement) { a.Service = "sewer" },
	} {
		r := six()
		a := r.Members[1].Agreement
		change(&a)
		r.Members[1].Agreement = a
		r.Bills[1] = billOf(key, made{agreement: a, period: april, tenths: 80}.service())
		require.Contains(t, of(t, r, cycle.KeyField), field+" on the bill before")
	}
	r := six()
	p := postings()
	for k, v := range p {
		v.RevenueCode, v.Agency = "9999", "M1W"
		p[k] = v
	}
	r.Bills[1] = billWith(p, key, made{agreement: r.Members[1].Agreement, period: april, tenths: 80}.service())
	told := strings.Join(of(t, r, cycle.KeyField), "\n")
	require.Contains(t, told, "the revenue code of ")
	require.Contains(t, told, " is 9999, and was ")
	require.Contains(t, told, "the agency of ")
	require.Contains(t, told, " is M1W, and was ")
}

// What a list gives out cannot change it.
func TestAListIsNotChangedFromOutside(t *testing.T) {
	list := review(t, but(six(), 1, made{tenths: 110}))
	was := list.AppendCanonical(nil)
	list.Exceptions()[0].Figures[0].Text = "x"
	list.Bills()[0] = billing.Bill{}
	list.Totals()[0].Use[0].Use = exact.Int(1)
	copied := list.Clone()
	copied.Exceptions()[0].Words = "x"
	require.Equal(t, was, list.AppendCanonical(nil))
	require.Equal(t, was, copied.AppendCanonical(nil))
	require.Equal(t, []string{key, april}, []string{list.Key(), list.Period().String()})
	require.Equal(t, cycle.ReleaseApproval, list.ApprovalKind())
}

// The use of a cycle is what its meters showed: a sewer that is priced by the water meter used nothing more. A first estimate is listed where the
// policy says so, in words that are true of it.
func TestUseIsCountedOnceAndAFirstEstimateIsNoRow(t *testing.T) {
	r := six()
	before := review(t, r).Totals()[0].Use[0].Use
	w := made{agreement: r.Members[1].Agreement, period: april, tenths: 80}.service()
	sewer := r.Members[1].Agreement
	sewer.ID, sewer.Service = "2s", "sewer"
	in := must(sewer.Input(days(april)))
	in.Usage = w.Quote.Input.Usage
	s := billing.Service{Agreement: sewer, Quote: must(plain.Price(in)), Usage: w.Usage}
	r.Members = append(r.Members, cycle.Member{Agreement: sewer, Cycle: "north"})
	r.Billed = append(r.Billed, billing.BilledDays{Bill: lastKey, Agreement: "2s", Period: days("[2026-01-01, 2026-03-31)")})
	r.Bills[1] = billOf(key, w, s)
	list, err := cycle.Review(given(r), thresholds())
	require.NoError(t, err)
	require.True(t, before.Equal(list.Totals()[0].Use[0].Use), "%s", list.Totals()[0].Use[0].Use)

	p := thresholds()
	p.EstimatesInRow = at(1)
	list, err = cycle.Review(given(but(six(), 1, made{tenths: 80, estimates: 1})), p)
	require.NoError(t, err)
	require.Contains(t, list.Exceptions()[0].Words, " was not read, and is estimated")
}
