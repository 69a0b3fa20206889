package cycle_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing"
	"github.com/headgate-dev/headgate/billing/cycle"
	"github.com/headgate-dev/headgate/billing/policy"
	"github.com/headgate-dev/headgate/metering"
)

// Where a service has several meters each is judged by itself: a dead one is hidden behind the others.
func TestEachMeterIsJudgedByItself(t *testing.T) {
	r := six()
	a := r.Members[1].Agreement
	judged := func(lastA, lastB, nowA, nowB int64) cycle.Request {
		r.Last, r.Bills = slices.Clone(r.Last), slices.Clone(r.Bills)
		r.Last[1] = twoMeters(a, lastKey, march, made{tenths: lastA, meter: "a"}, made{tenths: lastB, meter: "b"})
		r.Bills[1] = twoMeters(a, key, april, made{tenths: nowA, meter: "a", from: 1000 + lastA/10}, made{tenths: nowB, meter: "b", from: 1000 + lastB/10})
		return r
	}
	dead := judged(80, 20, 100, 0)
	require.Equal(t, []string{"no CCF was used of meter b on 30 days, [2026-03-31, 2026-04-30)"}, of(t, dead, cycle.ZeroUse))
	require.Empty(t, of(t, dead, cycle.LowUse))
	require.Equal(t, []string{"2 CCF of meter b in 30 days is 10% by day of 20 in 30 days, and 50% or less is low"}, of(t, judged(80, 200, 200, 20), cycle.LowUse))
	require.Equal(t, []string{"20 CCF of meter a in 30 days is 250% by day of 8 in 30 days, and 200% or more is high"}, of(t, judged(80, 200, 200, 20), cycle.HighUse))
	require.Equal(t, []string{"2 CCF of meter b was used, and none on the bill before, [2026-03-01, 2026-03-31)"}, of(t, judged(80, 0, 80, 20), cycle.UseAfterZero))
	require.Equal(t, []string{"no CCF was used of meter b on 30 days, [2026-03-31, 2026-04-30), nor on the bill before, [2026-03-01, 2026-03-31)"}, of(t, judged(80, 0, 80, 0), cycle.ZeroUse))
	require.Len(t, of(t, judged(80, 80, 0, 0), cycle.ZeroUse), 1, "once, where all are dead")
	require.Empty(t, of(t, judged(80, 20, 80, 20), cycle.LowUse))

	// A meter that took another's place has no use before it to compare with; an exchange within the period is of one meter.
	judged(80, 20, 80, 0)
	r.Bills[1] = twoMeters(a, key, april, made{tenths: 80, meter: "a"}, made{tenths: 10, meter: "c"})
	require.Empty(t, of(t, r, cycle.LowUse))
	one := metered(six(), exchanged(metering.Actual, "2026-04-10", nil))
	require.Empty(t, of(t, one, cycle.LowUse))
}

// ago is the town with the bills of the year before of house 2, in which it used so much.
func ago(r cycle.Request, tenths int64) cycle.Request {
	last := r.Members[1].Agreement
	last.From = day("2020-01-01")
	r.Members = slices.Clone(r.Members)
	r.Members[1].Agreement.From = last.From
	r.Billed = append(slices.Clone(r.Billed), billing.BilledDays{Bill: "before", Agreement: "2", Period: days("[2020-01-01, 2026-01-01)")})
	r.YearAgo = []billing.Bill{billOf("2025-W18", made{agreement: last, period: "[2025-03-31, 2025-04-30)", tenths: tenths}.service())}
	return r
}

// In spring every second house uses twice what it did in winter: use is compared with that of the year before, where it is known.
func TestUseIsComparedWithTheYearBefore(t *testing.T) {
	spring := but(six(), 1, made{tenths: 170})
	require.Len(t, of(t, spring, cycle.HighUse), 1)
	require.Len(t, of(t, spring, cycle.TierJump), 1)
	require.Empty(t, of(t, ago(spring, 160), cycle.HighUse))
	require.Empty(t, of(t, ago(spring, 160), cycle.TierJump))
	require.Equal(t, []string{"17 CCF in 30 days is 212.5% by day of 8 in 30 days a year ago, [2025-03-31, 2025-04-30), and 200% or more is high"}, of(t, ago(spring, 80), cycle.HighUse))
	require.Equal(t, []string{"it reaches tier 2 of water, and that of a year ago, [2025-03-31, 2025-04-30), tier 1; 1 or more is a jump"}, of(t, ago(spring, 80), cycle.TierJump))

	// A meter that dies slowly is seen: from 80 CCF to 7 CCF, of which each bill has six tenths of the one before.
	slow := but(six(), 1, made{tenths: 70})
	slow.Last[1] = billOf(lastKey, made{agreement: slow.Members[1].Agreement, period: march, tenths: 110}.service())
	require.Empty(t, of(t, slow, cycle.LowUse))
	require.Equal(t, []string{"7 CCF in 30 days is 8.75% by day of 80 in 30 days a year ago, [2025-03-31, 2025-04-30), and 50% or less is low"}, of(t, ago(slow, 800), cycle.LowUse))

	// Where nothing was used then, or nothing is known, the bill before counts.
	require.Equal(t, of(t, spring, cycle.HighUse), of(t, ago(spring, 0), cycle.HighUse))
	require.Equal(t, of(t, spring, cycle.TierJump), of(t, ago(spring, 0), cycle.TierJump))
	new := ago(spring, 80)
	new.Last = slices.Delete(slices.Clone(new.Last), 1, 2)
	require.Len(t, of(t, new, cycle.HighUse), 1, "also where no last bill is given")
	other := ago(spring, 160)
	other.YearAgo[0] = billOf("2025-W18", made{agreement: water("99"), period: march, tenths: 160}.service())
	require.Len(t, of(t, other, cycle.HighUse), 1, "of an agreement that is none")
	// Of two bills the later one counts, in whatever order they come.
	both := ago(spring, 160)
	early := both.Members[1].Agreement
	both.YearAgo = append(both.YearAgo, billOf("2025-W14", made{agreement: early, period: "[2025-03-01, 2025-03-31)", tenths: 30}.service()))
	require.Empty(t, of(t, both, cycle.HighUse))
	slices.Reverse(both.YearAgo)
	require.Empty(t, of(t, both, cycle.HighUse))
	both.YearAgo[0] = both.YearAgo[1]
	err := second(cycle.Review(given(both), thresholds()))
	require.ErrorIs(t, err, cycle.ErrRequest)
	require.ErrorContains(t, err, "year_ago: bill 2025-W18 of account A-2 stands there twice")
	both.YearAgo[0] = billing.Bill{}
	require.ErrorContains(t, second(cycle.Review(given(both), thresholds())), "year_ago: one is no bill")
}

// A first month without use reads otherwise than one of many.
func TestNoUseSaysWhetherTheBillBeforeHadNone(t *testing.T) {
	r := but(six(), 1, made{})
	require.Equal(t, []string{"no CCF was used on 30 days, [2026-03-31, 2026-04-30)"}, of(t, r, cycle.ZeroUse))
	require.Equal(t, []string{"no CCF was used on 30 days, [2026-03-31, 2026-04-30)"}, of(t, withoutLast(r), cycle.ZeroUse))
	r.Last[1] = billOf(lastKey, made{agreement: r.Members[1].Agreement, period: march}.service())
	require.Equal(t, []string{"no CCF was used on 30 days, [2026-03-31, 2026-04-30), nor on the bill before, [2026-03-01, 2026-03-31)"}, of(t, r, cycle.ZeroUse))
}

// From 1 CCF to 2 is 200%, and nothing: a change below what the policy says is neither high nor low.
func TestALittleMoreIsNotHigh(t *testing.T) {
	least := func(text string, last, now int64) []string {
		p := thresholds()
		p.LeastChange = policy.Of(must(metering.ParseVolume(text)))
		r := but(six(), 1, made{tenths: now})
		r.Last[1] = billOf(lastKey, made{agreement: r.Members[1].Agreement, period: march, tenths: last}.service())
		var told []string
		for _, e := range must(cycle.Review(given(r), p)).Exceptions() {
			if e.Code == cycle.HighUse || e.Code == cycle.LowUse {
				told = append(told, e.Words)
			}
		}
		return told
	}
	require.Len(t, least("1 CCF", 10, 20), 1, "1 is not below 1")
	require.Empty(t, least("2 CCF", 10, 20))
	require.Empty(t, least("2 CCF", 20, 10))
	require.Len(t, least("2 CCF", 30, 10), 1)
	require.Empty(t, least("1497 gal", 10, 20+10), "2 CCF are 1,496.1 gal")
	require.Len(t, least("1496 gal", 10, 30), 1)
	// By day: 16 in 60 days are 8 in 30.
	p := thresholds()
	p.LeastChange = policy.Of(must(metering.ParseVolume("9 CCF")))
	r := but(six(), 1, made{period: "[2026-03-31, 2026-05-30)", tenths: 320})
	require.Contains(t, codesOf(must(cycle.Review(given(r), p))), cycle.HighUse, "16 more than on as many days")
	p.LeastChange = policy.Of(must(metering.ParseVolume("17 CCF")))
	require.NotContains(t, codesOf(must(cycle.Review(given(r), p))), cycle.HighUse)
}

// A meter that reaches another tier is not hidden behind one that was there before.
func TestEachMeterJumpsByItself(t *testing.T) {
	last, now := two(), two()
	last.tenths, now.tenths = [2]int64{150, 50}, [2]int64{150, 140}
	require.Equal(t, []string{"it reaches tier 2 of water of meter b, and the bill before tier 1; 1 or more is a jump"}, of(t, pairs("water", last, now), cycle.TierJump))
	require.Empty(t, of(t, pairs("water", now, now), cycle.TierJump))
	// One of no use reaches no tier, and one that was not there is compared with what the service reached.
	last.tenths[1] = 0
	require.Empty(t, of(t, pairs("water", last, now), cycle.TierJump))
	now.ids[1] = "c"
	require.Empty(t, of(t, pairs("water", last, now), cycle.TierJump))
	last.tenths = [2]int64{50, 50}
	now.tenths = [2]int64{50, 140}
	require.Equal(t, []string{"it reaches tier 2 of water of meter c, and the bill before tier 1; 1 or more is a jump"}, of(t, pairs("water", last, now), cycle.TierJump))
}

// Failure 6: several periods of an agreement on one bill are as long as they are together.
func TestThePeriodsOfABillAreLongTogether(t *testing.T) {
	r := six()
	a := r.Members[1].Agreement
	r.Last = slices.Delete(slices.Clone(r.Last), 1, 2)
	r.Billed = slices.DeleteFunc(slices.Clone(r.Billed), func(d billing.BilledDays) bool { return d.Agreement == "2" && d.Bill == lastKey })
	first, then := made{agreement: a, period: march, tenths: 80}, made{agreement: a, period: april, tenths: 80}
	r.Bills[1] = billOf(key, then.service(), first.service())
	require.Equal(t, []string{"the bill has 60 days of the agreement, in 2 periods, and more than 35 is long"}, of(t, r, cycle.LongPeriod))
	r.Bills[1] = billOf(key, made{agreement: a, period: "[2026-03-31, 2026-04-20)", tenths: 80}.service(), made{agreement: a, period: "[2026-04-20, 2026-05-05)", tenths: 80}.service())
	require.Empty(t, of(t, r, cycle.LongPeriod), "35 are not above 35")
	r.Bills[1] = billOf(key, made{agreement: a, period: "[2026-03-10, 2026-04-20)", tenths: 80}.service(), made{agreement: a, period: "[2026-04-20, 2026-04-30)", tenths: 80}.service())
	require.Len(t, of(t, r, cycle.LongPeriod), 1, "one that is long by itself is told once")
	// On two bills they are not together, nor are those of two agreements.
	r.Bills[1] = billOf("first", first.service())
	r.Bills = append(r.Bills, billOf(key, then.service()))
	require.Empty(t, of(t, r, cycle.LongPeriod))
	two := six()
	b := two.Members[1].Agreement
	b.ID = "2b"
	two.Members = append(two.Members, cycle.Member{Agreement: b, Cycle: "north"})
	var halves []billing.Service
	for _, h := range []string{"[2026-03-31, 2026-04-15)", "[2026-04-15, 2026-04-30)"} {
		halves = append(halves, made{agreement: a, period: h, tenths: 40}.service(), made{agreement: b, period: h, tenths: 40, meter: "M-2b"}.service())
	}
	two.Bills[1] = billOf(key, halves...)
	require.Empty(t, of(t, two, cycle.LongPeriod))
	p := thresholds()
	p.LongPeriod = off()
	r.Bills[1] = billOf(key, then.service(), first.service())
	require.NotContains(t, codesOf(must(cycle.Review(given(r), p))), cycle.LongPeriod)
}

// The order of the bills of the year before has no effect, nor has that of the periods on a bill.
func TestTheYearBeforeIsStableUnderShuffledInput(t *testing.T) {
	r := ago(but(six(), 1, made{tenths: 300}), 80)
	a := r.Members[1].Agreement
	for _, k := range []string{"x", "y", "z"} {
		r.YearAgo = append(r.YearAgo, billOf(k, made{agreement: a, period: "[2025-03-31, 2025-04-30)", tenths: 80 + int64(len(r.YearAgo))*10}.service()))
	}
	want := review(t, r).AppendCanonical(nil)
	source := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // an order, and no secret
	for range 10 {
		source.Shuffle(len(r.YearAgo), func(i, k int) { r.YearAgo[i], r.YearAgo[k] = r.YearAgo[k], r.YearAgo[i] })
		require.Equal(t, want, review(t, r).AppendCanonical(nil))
	}
}
