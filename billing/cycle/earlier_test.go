package cycle_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing"
	"github.com/headgate-dev/headgate/billing/cycle"
	"github.com/headgate-dev/headgate/billing/rates"
)

// withoutLast is the request as it is after a run that held house 2: its last bill is not among those of the run.
func withoutLast(r cycle.Request) cycle.Request {
	r.Last = slices.Delete(slices.Clone(r.Last), 1, 2)
	return r
}

// Failure 11, by holding once: a service that the last run did not bill is compared with the bill before that, and where nobody gives it, it
// is said that nothing was compared.
func TestFailure11AHoldHidesNoChange(t *testing.T) {
	r := with(six(), 1, func(m *cycle.Member) { m.Agreement.Facts = rates.Facts{"meter_size": "1"} })
	r = withoutLast(but(r, 1, made{tenths: 300, meter: "N-2"}))
	require.Empty(t, of(t, r, cycle.KeyField))
	require.Equal(t, []string{"the agreement was billed to 2026-03-31, and no bill of it from before this run is given: nothing of this one was compared with it"}, of(t, r, cycle.NotCompared))
	require.True(t, cycle.Exception{Code: cycle.NotCompared}.Acceptable())
	slices.Reverse(r.Billed)
	require.Contains(t, of(t, r, cycle.NotCompared)[0], "the agreement was billed to 2026-03-31, ")

	r.Before = six().Last[1:2]
	require.Empty(t, of(t, r, cycle.NotCompared))
	require.ElementsMatch(t, []string{
		"meter_size is 1, and was 3/4 on the bill before", "register 1 of meter M-2 is on the bill before, and not on this one", "register 1 of meter N-2 is not on the bill before",
	}, of(t, r, cycle.KeyField))
	require.Len(t, of(t, r, cycle.HighUse), 1)
	require.Equal(t, 5, review(t, r).Totals()[0].LastBills, "they are none of the last run")
	require.Empty(t, of(t, r, cycle.EarlierDays))

	// The later one counts, wherever it is.
	r = six()
	old := billOf("2026-W10", made{agreement: r.Members[1].Agreement, period: "[2026-02-01, 2026-03-01)", tenths: 400}.service())
	r.Before = []billing.Bill{old}
	require.Empty(t, of(t, r, cycle.LowUse))
	r.Last, r.Before = slices.Clone(r.Last), []billing.Bill{r.Last[1]}
	r.Last[1] = old
	require.Empty(t, of(t, r, cycle.LowUse))
	r.Before = nil
	require.Len(t, of(t, r, cycle.LowUse), 1)

	// Once for a service, and not where the whole has nothing to compare, nor where it is new.
	r = withoutLast(six())
	a := r.Members[1].Agreement
	r.Bills[1] = billOf(key, made{agreement: a, period: "[2026-03-31, 2026-04-15)", tenths: 40}.service(), made{agreement: a, period: "[2026-04-15, 2026-04-30)", tenths: 40}.service())
	require.Len(t, of(t, r, cycle.NotCompared), 1)
	r.Last = nil
	require.Empty(t, of(t, r, cycle.NotCompared))
	require.Len(t, of(t, r, cycle.NothingToCompare), 1)
	fresh := withoutLast(with(six(), 1, func(m *cycle.Member) { m.Agreement.From = day("2026-03-31") }))
	fresh.Billed = slices.DeleteFunc(slices.Clone(fresh.Billed), func(d billing.BilledDays) bool { return d.Agreement == "2" })
	require.Empty(t, of(t, but(fresh, 1, made{tenths: 80}), cycle.NotCompared))
	back := slices.Clone(fresh.Billed)
	fresh.Billed = append(back, billing.BilledDays{Bill: "x", Agreement: "2", Period: days("[2026-03-01, 2026-03-31)"), Reversed: true})
	require.Empty(t, of(t, but(fresh, 1, made{tenths: 80}), cycle.NotCompared), "what was taken back was billed to nobody")
	fresh.Billed = append(back, billing.BilledDays{Bill: "x", Agreement: "2", Period: days("[2026-03-31, 2026-04-02)")})
	require.Empty(t, of(t, but(fresh, 1, made{tenths: 80}), cycle.NotCompared), "nor was what is billed twice billed before")

	wrong := six()
	wrong.Before = []billing.Bill{{}}
	require.ErrorContains(t, second(cycle.Review(given(wrong), thresholds())), "before: one is no bill")
}

// Days count as billed where a bill shows them: what is said to be billed by another bill is listed, whichever days it names.
func TestDaysThatNoGivenBillShowsAreListed(t *testing.T) {
	add := func(r cycle.Request, d billing.BilledDays) cycle.Request {
		r.Billed = append(slices.Clone(r.Billed), d)
		return r
	}
	r := six()
	require.Empty(t, of(t, r, cycle.BilledApart))
	require.Empty(t, of(t, add(r, billing.BilledDays{Bill: "x", Agreement: "2", Period: days(april), Reversed: true}), cycle.BilledApart), "taken back")
	require.Len(t, of(t, add(r, billing.BilledDays{Bill: "x", Agreement: "2", Period: days("[2026-03-31, 2036-01-01)")}), cycle.BilledApart), 1)
	require.Len(t, of(t, add(r, billing.BilledDays{Bill: lastKey, Agreement: "2", Period: days("[2026-03-31, 2036-01-01)")}), cycle.BilledApart), 1, "the last bill ends before")
	require.Len(t, of(t, add(r, billing.BilledDays{Bill: key, Agreement: "2", Period: days(april)}), cycle.DuplicateBill), 1, "one under the key of the run is out twice")

	// A bill that reaches into the cycle is shown by itself, be it of the last run or of the one before it.
	r = with(six(), 1, func(m *cycle.Member) {})
	const long = "[2026-03-01, 2026-04-05)"
	last := billOf(lastKey, made{agreement: r.Members[1].Agreement, period: long, tenths: 87}.service())
	r.Billed = slices.DeleteFunc(slices.Clone(r.Billed), func(d billing.BilledDays) bool { return d.Agreement == "2" })
	r.Billed = append(r.Billed, last.Days()...)
	r.Last = slices.Clone(r.Last)
	r.Last[1] = last
	require.Empty(t, of(t, r, cycle.BilledApart))
	r.Last = slices.Delete(r.Last, 1, 2)
	require.Len(t, of(t, r, cycle.BilledApart), 1)
	r.Before = []billing.Bill{last}
	require.Empty(t, of(t, r, cycle.BilledApart))
}

// turnover is a house whose customer has gone on a day of April, or before it, and the next who has come on a day.
func turnover(gone, came string, facts rates.Facts, now made) cycle.Request {
	r := with(six(), 1, func(m *cycle.Member) { m.Agreement.Until = day(gone) })
	next := r.Members[1].Agreement
	next.ID, next.Account, next.Customer, next.From, next.Until, next.Facts = "2b", "A-2b", "C-2b", day(came), day(""), facts
	r.Members = append(r.Members, cycle.Member{Agreement: next, Cycle: "north"})
	if gone == "2026-03-31" {
		r = without(r, 1)
	} else {
		r = but(r, 1, made{period: "[2026-03-31, " + gone + ")", tenths: 30})
	}
	now.agreement, now.period = next, "["+came+", 2026-04-30)"
	r.Bills = append(r.Bills, billOf(key, now.service()))
	return r
}

// A new customer comes with the same meter, the same size and the same factor: what is another is on the list.
func TestANewAgreementIsComparedWithTheOneThatEnded(t *testing.T) {
	size := rates.Facts{"meter_size": "3/4"}
	same := turnover("2026-03-31", "2026-03-31", size, made{tenths: 80, meter: "M-2"})
	require.Empty(t, of(t, same, cycle.KeyField))
	require.Empty(t, of(t, same, cycle.ReadingGap))
	require.Empty(t, of(t, same, cycle.NotCompared))

	other := turnover("2026-03-31", "2026-03-31", rates.Facts{"meter_size": "1"}, made{tenths: 80, meter: "N-2", from: 1500})
	require.ElementsMatch(t, []string{
		"meter_size is 1, and was 3/4 on the last bill of agreement 2 at the premise", "register 1 of meter M-2 is on the last bill of agreement 2 at the premise, and not on this one",
		"register 1 of meter N-2 is not on the last bill of agreement 2 at the premise",
	}, of(t, other, cycle.KeyField))
	require.Equal(t, []string{"the factor of register 1 of meter M-2 is 0.1 CCF a digit, and was 1 CCF a digit on the last bill of agreement 2 at the premise"},
		of(t, turnover("2026-03-31", "2026-03-31", size, made{tenths: 80, tenth: true, meter: "M-2"}), cycle.KeyField))
	require.Equal(t, []string{"register 1 of meter M-2 counts from 1500 on, and the bill of [2026-03-01, 2026-03-31) ended at 1008"},
		of(t, turnover("2026-03-31", "2026-03-31", size, made{tenths: 80, meter: "M-2", from: 1500}), cycle.ReadingGap))

	// In the same run: with the last of the two bills, which is the one of this run.
	now := made{tenths: 50, meter: "M-2", from: 1011}
	require.Empty(t, of(t, turnover("2026-04-10", "2026-04-10", size, now), cycle.ReadingGap))
	now.from = 1008
	require.Len(t, of(t, turnover("2026-04-10", "2026-04-10", size, now), cycle.ReadingGap), 1)
	// After days without a customer the meter may have run.
	now.from = 1020
	vacant := turnover("2026-04-10", "2026-04-12", rates.Facts{"meter_size": "1"}, now)
	require.Empty(t, of(t, vacant, cycle.ReadingGap))
	require.Len(t, of(t, vacant, cycle.KeyField), 1)

	// One that goes on, another service and another premise are none; what Before has is one.
	for name, change := range map[string]func(*billing.Agreement){
		"another service": func(a *billing.Agreement) { a.Service = "irrigation" }, "another premise": func(a *billing.Agreement) { a.Premise = "P-9" },
	} {
		r := turnover("2026-03-31", "2026-03-31", rates.Facts{"meter_size": "1"}, made{tenths: 80, meter: "M-2"})
		a := r.Members[6].Agreement
		change(&a)
		r = with(r, 6, func(m *cycle.Member) { m.Agreement = a })
		r.Bills[5] = billOf(key, made{agreement: a, period: april, tenths: 80, meter: "M-2"}.service())
		require.Empty(t, of(t, r, cycle.KeyField), name)
	}
	goesOn := with(other, 1, func(m *cycle.Member) { m.Agreement.Until = day("") })
	require.Empty(t, of(t, goesOn, cycle.KeyField))
	held := withoutLast(other)
	require.Empty(t, of(t, held, cycle.KeyField))
	held.Before = other.Last[1:2]
	require.Len(t, of(t, held, cycle.KeyField), 3)
	known := other
	known.Billed = append(slices.Clone(other.Billed), billing.BilledDays{Bill: "x", Agreement: "2b", Period: days("[2026-03-01, 2026-03-31)")})
	require.Len(t, of(t, known, cycle.NotCompared), 1)
	require.Empty(t, of(t, known, cycle.KeyField), "one that was billed before is no new one")
	left := other
	left.Members = slices.Delete(slices.Clone(other.Members), 1, 2)
	require.Len(t, of(t, left, cycle.KeyField), 3, "also where the district has it no more")

	// At a premise of several services it is compared with the one of its meter, and not with the one that ended last.
	several := turnover("2026-03-31", "2026-03-31", rates.Facts{"meter_size": "1"}, made{tenths: 80, meter: "M-2"})
	several = with(several, 2, func(m *cycle.Member) { m.Agreement.Premise, m.Agreement.Until = "P-2", day("2026-03-31") })
	several = without(several, 1)
	last := billOf(lastKey, made{agreement: several.Members[2].Agreement, period: march, tenths: 80}.service())
	for _, turned := range []bool{false, true} {
		several.Last = []billing.Bill{last, several.Last[1]}
		if turned {
			slices.Reverse(several.Last)
		}
		require.Equal(t, []string{"meter_size is 1, and was 3/4 on the last bill of agreement 2 at the premise"}, of(t, several, cycle.KeyField))
		several.Last = turnover("2026-03-31", "2026-03-31", nil, made{tenths: 80, meter: "M-2"}).Last
	}

	want := review(t, other).AppendCanonical(nil)
	source := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // an order, and no secret
	for range 5 {
		source.Shuffle(len(other.Last), func(i, k int) { other.Last[i], other.Last[k] = other.Last[k], other.Last[i] })
		require.Equal(t, want, review(t, other).AppendCanonical(nil))
	}
}

// A change of a fact within the first bill of an agreement is on the list too: nothing before it is needed to see it.
func TestAChangeWithinTheFirstBillIsListed(t *testing.T) {
	r := withoutLast(with(six(), 1, func(m *cycle.Member) {
		m.Agreement.From, m.Agreement.Changes = day("2026-03-31"), []rates.Change{{Fact: "meter_size", Value: "1", On: day("2026-04-12")}}
	}))
	require.Equal(t, []string{"meter_size is 1 from 2026-04-12 on"}, of(t, but(r, 1, made{engine: split, tenths: 80}), cycle.KeyField))
}
