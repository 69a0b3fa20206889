package cycle_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing"
	"github.com/headgate-dev/headgate/billing/cycle"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/metering"
)

func TestAHeldBillHoldsNoOthersDays(t *testing.T) {
	r := six()
	a := r.Members[1].Agreement
	r.Bills[1] = billOf("first", made{agreement: a, period: "[2026-04-10, 2026-04-20)", tenths: 40}.service())
	r.Bills = append(r.Bills, billOf(key, made{agreement: a, period: "[2026-04-20, 2026-04-30)", tenths: 40}.service()))
	first, other := holdOf("2"), holdOf("3")
	first.Bill, other.Bill = "first", key
	r.Holds = []cycle.Hold{first, other}
	require.True(t, only(t, r, cycle.Gap).Open(), "[2026-03-31, 2026-04-10) is on no bill; that of house 3 has them, and they are not its own")
}

func TestAGapThatIsHeldIsNotAccepted(t *testing.T) {
	r := six()
	a := r.Members[1].Agreement
	r.Bills[1] = billOf("first", made{agreement: a, period: "[2026-03-31, 2026-04-15)", tenths: 40}.service())
	r.Bills = append(r.Bills, billOf(key, made{agreement: a, period: "[2026-04-15, 2026-04-30)", tenths: 40}.service()))
	h := holdOf("2")
	h.Bill = "first"
	r.Holds = []cycle.Hold{h}
	gap := only(t, r, cycle.Gap)
	require.Equal(t, h, gap.Hold)
	r.Decisions = []cycle.Decision{{Exception: gap.ID, Reason: "x", By: person("clerk"), On: r.On}}
	require.ErrorIs(t, second(cycle.Review(given(r), thresholds())), cycle.ErrDecision)
}

// Of two holds of one service the one that expires last counts, in whatever order they come.
func TestOfTwoHoldsTheOneThatExpiresLastCounts(t *testing.T) {
	long, short := holdOf("2"), holdOf("2")
	long.Until, long.On = day("2026-05-22"), day("2026-04-30")
	for _, holds := range [][]cycle.Hold{{long, short}, {short, long}} {
		r := without(six(), 1)
		r.Holds = holds
		require.Equal(t, []cycle.Hold{long}, review(t, r).Held())
		r = six()
		r.Holds = slices.Clone(holds)
		r.Holds[0].Bill, r.Holds[1].Bill = key, key
		require.Equal(t, long.Until, review(t, r).Held()[0].Until)
		require.Len(t, review(t, r).Held(), 1)
	}
}

// A hold of a bill that has expired is none: the bill is on the list again.
func TestAnExpiredHoldHoldsNoBill(t *testing.T) {
	r := six()
	h := holdOf("2")
	h.Bill, h.On, h.Until = key, day("2026-04-20"), day("2026-05-01")
	r.Holds = []cycle.Hold{h}
	require.Len(t, review(t, r).Bills(), 6)
	require.Empty(t, review(t, r).Held())
}

// What is refused is told in one order, whatever the order of the input.
func TestErrorsAreStableUnderShuffledInput(t *testing.T) {
	r := six()
	r.Billed[0].Period.To, r.Billed[4].Period.To = day("2025-01-01"), day("2025-01-01")
	want := second(cycle.Review(given(r), thresholds()))
	require.ErrorContains(t, want, "agreement 3")
	slices.Reverse(r.Members)
	require.EqualError(t, second(cycle.Review(given(r), thresholds())), want.Error())
}

// What a service is compared with is the last one before it, though the last run has two.
func TestTheLastOfTheLastBillsIsComparedWith(t *testing.T) {
	for _, turned := range []bool{false, true} {
		r := six()
		a := r.Members[1].Agreement
		early := billOf("early", made{agreement: a, period: "[2026-02-01, 2026-03-01)", tenths: 200}.service())
		r.Last = append(slices.Clone(r.Last), early)
		if turned {
			slices.Reverse(r.Last)
		}
		require.Empty(t, of(t, r, cycle.LowUse))
	}
}

// Each service of a bill has its own readings: an estimate of the first days is none of the last.
func TestAServiceHasTheReadingsOfItsOwnDays(t *testing.T) {
	r := six()
	a := r.Members[1].Agreement
	first := made{agreement: a, period: "[2026-03-31, 2026-04-15)", tenths: 3, estimates: 1}
	r.Bills[1] = billOf(key, first.service(), made{agreement: a, period: "[2026-04-15, 2026-04-30)", tenths: 40}.service())
	r.Usages = []metering.Usage{first.usage()}
	require.Empty(t, of(t, r, cycle.EstimatesInRow))
	require.Equal(t, 1, review(t, r).Totals()[0].Estimated)
}

func TestTheUseOfAllMetersIsAddedUp(t *testing.T) {
	require.Equal(t, "49", review(t, pairs("water", two(), two())).Totals()[0].Use[0].Use.String(), "40, 4.3 and 4.7")
}

// A quantity that nobody measured is no use: of what the district knows by its meters it is none.
func TestAQuantityThatNobodyMeasuredIsNoUse(t *testing.T) {
	r := six()
	a := r.Members[1].Agreement
	a.Reads = billing.Unmetered
	r.Members[1].Agreement = a
	unmetered := func(k, period string, tenths int64) billing.Bill {
		in := must(a.Input(days(period)))
		in.Usage = must(metering.NewVolume(must(exact.NewNumber(tenths, 1)), metering.CCF))
		return billOf(k, billing.Service{Agreement: a, Quote: must(plain.Price(in)), Basis: "winter average"})
	}
	r.Last[1], r.Bills[1] = unmetered(lastKey, march, 80), unmetered(key, april, 0)
	list := review(t, r)
	require.Equal(t, "40", list.Totals()[0].Use[0].Use.String())
	require.Empty(t, of(t, r, cycle.ZeroUse))
	r.Bills[1] = unmetered(key, april, 200)
	require.Equal(t, "40", review(t, r).Totals()[0].Use[0].Use.String())
	require.Empty(t, of(t, r, cycle.HighUse))
	require.Empty(t, of(t, r, cycle.TierJump))
}

// A bill of no use reaches no tier: what comes after it is told as use after none.
func TestABillOfNoUseReachesNoTier(t *testing.T) {
	r := but(six(), 1, made{tenths: 110})
	r.Last[1] = billOf(lastKey, made{agreement: r.Members[1].Agreement, period: march}.service())
	require.Empty(t, of(t, r, cycle.TierJump))
	require.Len(t, of(t, r, cycle.UseAfterZero), 1)
}

// By no days nothing is divided.
func TestABillOfNoDaysIsComparedWithNone(t *testing.T) {
	r := six()
	r.Last = slices.Clone(r.Last)
	r.Last[1] = billOf(lastKey, made{agreement: r.Members[1].Agreement, period: "[2026-03-31, 2026-03-31)", tenths: 80}.service())
	require.Empty(t, of(t, r, cycle.LowUse))
	require.Empty(t, of(t, r, cycle.HighUse))
}

// A register that used nothing, or was estimated, says all the same what its factor is: a multiplier is not changed behind a zero.
func TestNoUseAndAnEstimateHideNoFactor(t *testing.T) {
	tenth := []string{"the factor of register 1 of meter M-2 is 0.1 CCF a digit, and was 1 CCF a digit on the bill before"}
	require.Equal(t, tenth, of(t, but(six(), 1, made{tenth: true}), cycle.KeyField))
	require.Equal(t, tenth, of(t, but(six(), 1, made{tenths: 3, estimates: 1, tenth: true}), cycle.KeyField))
	for _, last := range []made{{}, {tenths: 3, estimates: 1}} {
		r := six()
		last.agreement, last.period = r.Members[1].Agreement, march
		r.Last[1] = billOf(lastKey, last.service())
		require.Empty(t, of(t, but(r, 1, made{tenths: 80}), cycle.KeyField))
		require.Equal(t, tenth, of(t, but(r, 1, made{tenths: 80, tenth: true}), cycle.KeyField))
	}
	require.Equal(t, []string{"the factor of register 1 of meter M-2 is 1 gal a digit, and was 1 CCF a digit on the bill before"},
		of(t, but(six(), 1, made{unit: metering.Gallon}), cycle.KeyField), "its unit too")
}

func TestATotalThatTheLastRunDidNotHaveIsListed(t *testing.T) {
	r := six()
	s := made{agreement: r.Members[1].Agreement, period: april, tenths: 80}.service()
	on := day("2026-04-30")
	r.Bills[1] = must(billing.NewBill(billing.BillRequest{
		Key: key, Account: "A-2", Customer: "C-2", Area: "west", Billed: on, Due: on, Services: []billing.Service{s}, Postings: postings(), Before: ledger.Standing{On: on},
		Draft: billing.Draft{State: billing.NotEnrolled},
	}))
	require.Contains(t, of(t, r, cycle.BillsChange), "the bills of area west are 1, and the last run had none")
	require.Contains(t, of(t, r, cycle.ChargesChange), "the charges of area west are $44.00, and the last run had none")
	require.Contains(t, of(t, r, cycle.UseChange), "the use of area west in CCF is 8, and the last run had none")
}

// All that a list says is what its approver answers for.
func TestEachPartOfAListIsApproved(t *testing.T) {
	was := review(t, six()).AppendCanonical(nil)
	r := six()
	r.Last[1] = billOf(lastKey, made{agreement: r.Members[1].Agreement, period: march, tenths: 81, tenth: true}.service())
	r.Members[1].Agreement.Facts = rates.Facts{"meter_size": "3/4"}
	p := thresholds()
	p.Passing = []string{"stage"}
	lastly := must(cycle.Review(given(r), p))
	require.NotEqual(t, was, lastly.AppendCanonical(nil), "the totals of the last run")

	// A service that begins in the window needs no bill; one that is held all the same is among what is approved.
	held := func(reason string) []byte {
		r := with(six(), 1, func(m *cycle.Member) { m.Agreement.ID, m.Agreement.From = "2b", day("2026-04-28") })
		r = but(r, 1, made{period: "[2026-04-28, 2026-04-30)", tenths: 10})
		h := holdOf("2b")
		h.Account, h.Bill, h.Reason = "A-2", key, reason
		r.Holds = []cycle.Hold{h}
		require.Empty(t, of(t, r, cycle.NoBill))
		return review(t, r).AppendCanonical(nil)
	}
	require.NotEqual(t, held("one"), held("another"))
}

// Two agreements with the same charge on one bill are one bill of the group; and what is other use is no rounding.
func TestAGroupCountsBills(t *testing.T) {
	a, b := water("1"), water("1")
	b.ID = "1b"
	bill := billOf(key, made{agreement: a, period: april, tenths: 80}.service(), made{agreement: b, period: april, tenths: 80}.service())
	old := line(oldOf(bill, 80), func(l *cycle.OldLine) { l.Amount = usd(23_00) })
	run := must(cycle.Parallel([]cycle.OldBill{old}, []billing.Bill{bill}))
	require.Len(t, run.Differences, 2)
	require.Len(t, run.Groups, 1)
	require.Equal(t, 1, run.Groups[0].Bills)
	require.Equal(t, usd(2_00), run.Groups[0].By)

	frac := billOf(key, made{agreement: a, period: april, tenths: 111, tenth: true}.service())
	other := line(oldOf(frac, 111), func(l *cycle.OldLine) {
		use := ratio(1110, 101)
		l.Amount, l.Use = usd(36_10), &use
	})
	require.Equal(t, cycle.OtherUse, causeOf(t, other, frac))
	larger := must(cycle.Parallel([]cycle.OldBill{
		line(oldOf(six().Bills[0], 80), func(l *cycle.OldLine) { l.Amount = usd(23_00) }), line(oldOf(six().Bills[1], 80), func(l *cycle.OldLine) { l.Amount = usd(29_00) }),
	}, six().Bills[:2]))
	require.Equal(t, "A-2", larger.Groups[0].Most.Account, "the largest, up or down")
}

// What nobody listed is approved all the same: totals that are another, and a value that stands in for another one.
func TestTheTotalsAndThePlaceholdersAreApproved(t *testing.T) {
	r := six()
	last := six()
	last.Last[0] = billOf(lastKey, made{agreement: r.Members[0].Agreement, period: march, tenths: 79, from: 1001}.service())
	require.Empty(t, review(t, last).Exceptions())
	require.NotEqual(t, review(t, r).AppendCanonical(nil), review(t, last).AppendCanonical(nil), "the last run charged another total")

	digest := func(name, value string) []byte {
		p := onDay(t, name+": "+value, name+": {placeholder: "+value+", why: not public}")
		list, err := cycle.Review(given(r), p)
		require.NoError(t, err)
		return list.AppendCanonical(nil)
	}
	require.NotEqual(t, digest("read_window", "3"), digest("tier_jump", `"1"`))
}
