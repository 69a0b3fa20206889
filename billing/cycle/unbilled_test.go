package cycle_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/cycle"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/metering"
)

// A cycle in another spelling is none that anybody runs: 853 accounts were never billed by a field.
func TestACycleThatTheDistrictDoesNotHaveIsNone(t *testing.T) {
	for _, name := range []string{"North", "north ", "nroth", "west"} {
		r := without(with(six(), 1, func(m *cycle.Member) { m.Cycle = name }), 1)
		e := only(t, r, cycle.NoCycle)
		require.Equal(t, "the service is active from 2026-01-01 on, and the district has no cycle "+name, e.Words)
		require.False(t, e.Acceptable())
	}
	for name, cycles := range map[string][]string{"none": nil, "not this one": {"south"}, "one without a name": {"north", ""}} {
		r := six()
		r.Cycles = cycles
		require.ErrorIs(t, second(cycle.Review(given(r), thresholds())), cycle.ErrRequest, name)
	}
}

// An account that was closed and whose field was cleared keeps its days until they are billed; one that is billed to its end needs nothing.
func TestAClosedServiceInNoCycleIsBilledToItsEnd(t *testing.T) {
	closed := func(until string) cycle.Request {
		return without(with(six(), 1, func(m *cycle.Member) { m.Cycle, m.Agreement.Until = "", day(until) }), 1)
	}
	require.Len(t, of(t, closed("2026-04-10"), cycle.NoCycle), 1, "ten days are on no bill")
	r := closed("2026-04-10")
	r.Billed = append(r.Billed, billing.BilledDays{Bill: "final", Agreement: "2", Period: days("[2026-03-31, 2026-04-10)")})
	require.Empty(t, of(t, r, cycle.NoCycle))
	r = closed("2026-03-20")
	r.Billed = slices.DeleteFunc(r.Billed, func(d billing.BilledDays) bool { return d.Agreement == "2" && d.Bill == lastKey })
	require.Len(t, of(t, r, cycle.NoCycle), 1, "it ended in the cycle before, and its last days are on no bill")
}

// A cycle that is not run lists nothing: the others do, once a service of it was on no bill for longer than the policy says.
func TestAServiceOfACycleThatIsNotRunIsMissed(t *testing.T) {
	r := without(with(six(), 1, func(m *cycle.Member) { m.Cycle = "south" }), 1)
	require.Empty(t, of(t, r, cycle.Unbilled), "billed to 2026-03-31, 30 days before the end of this cycle")
	r.Billed = slices.DeleteFunc(r.Billed, func(d billing.BilledDays) bool { return d.Agreement == "2" && d.Bill == lastKey })
	e := only(t, r, cycle.Unbilled)
	require.Equal(t, "the water is active from 2026-01-01 on in cycle south, and no bill has days of it before 2026-03-16, the first on 2026-03-01", e.Words)
	require.False(t, e.Acceptable())
	h := holdOf("2")
	r.Holds = []cycle.Hold{h}
	require.Equal(t, h, only(t, r, cycle.Unbilled).Hold)
	p := thresholds()
	p.LongestUnbilled = off()
	list := must(cycle.Review(given(r), p))
	require.False(t, slices.ContainsFunc(list.Exceptions(), func(e cycle.Exception) bool { return e.Code == cycle.Unbilled }))
	p.LongestUnbilled = at(1 << 40)
	require.NoError(t, second(cycle.Review(given(r), p)), "from before any date")
}

// Nothing else would miss an agreement that is left out of what is reviewed.
func TestAnAgreementThatIsLeftOutIsMissed(t *testing.T) {
	r := without(six(), 1)
	r.Members = slices.Delete(slices.Clone(r.Members), 1, 2)
	e := only(t, r, cycle.NotAMember)
	require.Equal(t, "NotAMember account A-2 agreement 2: it was billed to before 2026-03-31, and is not among the agreements of the district", e.String())
	require.False(t, e.Acceptable())
	r.Last = slices.DeleteFunc(slices.Clone(r.Last), func(b billing.Bill) bool { return b.Account() == "A-2" })
	require.Equal(t, "2", only(t, r, cycle.NotAMember).Agreement, "the books have its days")
	for i := range r.Billed {
		r.Billed[i].Reversed = r.Billed[i].Reversed || r.Billed[i].Agreement == "2"
	}
	require.Empty(t, of(t, r, cycle.NotAMember), "all was taken back")
}

// A bill that is out already has the id of the one before it: its entries would change nothing, and its days would be billed by nobody.
func TestABillThatIsOutAlreadyIsNotReleasedAgain(t *testing.T) {
	r := six()
	r.Bills[1] = billOf(lastKey, made{agreement: r.Members[1].Agreement, period: april, tenths: 80}.service())
	require.ElementsMatch(t, []string{"the last run had bill 2026-W14 of the account", "bill 2026-W14 of the account is out already"}, of(t, r, cycle.DuplicateBill))
	r.Bills[1] = billOf("2026-W10", made{agreement: r.Members[1].Agreement, period: april, tenths: 80}.service())
	e := only(t, r, cycle.DuplicateBill)
	require.Equal(t, "bill 2026-W10 of the account is out already", e.Words)
	require.False(t, e.Acceptable())
	for i := range r.Billed {
		r.Billed[i].Reversed = r.Billed[i].Reversed || r.Billed[i].Agreement == "2" && r.Billed[i].Bill == "2026-W10"
	}
	require.Empty(t, of(t, r, cycle.DuplicateBill), "taken back")
}

func TestOnePremiseIsNotBilledTwice(t *testing.T) {
	two := func(from, until string) cycle.Request {
		r := town("1", "2", "3")
		a := r.Members[1].Agreement
		a.ID, a.Account, a.Customer, a.From, a.Until = "2b", "A-2b", "C-2b", day(from), day(until)
		r.Members = append(r.Members, cycle.Member{Agreement: a, Cycle: "south"})
		return r
	}
	r := two("2026-03-15", "")
	e := only(t, r, cycle.TwoAgreements)
	require.Equal(t, "TwoAgreements account A-2b agreement 2b: the water at premise P-2 is that of agreement 2 too, which is from 2026-01-01 on", e.String())
	require.False(t, e.Acceptable())
	require.Empty(t, of(t, two("2025-01-01", "2026-01-01"), cycle.TwoAgreements), "one after the other")
	require.Len(t, of(t, two("2025-01-01", "2026-04-02"), cycle.TwoAgreements), 1)
	require.Empty(t, of(t, two("2025-01-01", "2026-03-31"), cycle.TwoAgreements), "the days that both had are of cycles before")
	r = two("2025-01-01", "2026-04-02")
	a := r.Members[3].Agreement
	a.ID, a.From, a.Until = "2c", day("2026-04-10"), day("")
	r.Members = append(r.Members, cycle.Member{Agreement: a, Cycle: "south"})
	require.Len(t, of(t, r, cycle.TwoAgreements), 2, "each beside the one that goes on longest")
	r = two("2025-01-01", "2026-05-15")
	r.Members[1].Agreement.Until = day("2026-04-02")
	r.Members = append(r.Members, cycle.Member{Agreement: a, Cycle: "south"})
	require.Len(t, of(t, r, cycle.TwoAgreements), 2, "the first goes on beside the third, when the second has ended")

	r = two("2026-03-15", "")
	h := holdOf("2b")
	r.Holds = []cycle.Hold{h}
	require.Equal(t, h, only(t, r, cycle.TwoAgreements).Hold)
}

func TestABillIsDatedAfterItsDaysAndDueAfterItsReview(t *testing.T) {
	r := six()
	service := made{agreement: r.Members[1].Agreement, period: april, tenths: 80}.service()
	dated := func(on, due string) cycle.Request {
		r.Bills[1] = must(billing.NewBill(billing.BillRequest{
			Key: key, Account: "A-2", Customer: "C-2", Area: "central", Billed: day(on), Due: day(due), Services: []billing.Service{service}, Postings: postings(),
			Before: ledger.Standing{On: day(on)}, Draft: billing.Draft{State: billing.NotEnrolled},
		}))
		return r
	}
	require.Empty(t, of(t, dated("2026-04-30", "2026-05-01"), cycle.OtherDates))
	require.Equal(t, []string{"it is dated 2026-04-29, and bills days to before 2026-04-30"}, of(t, dated("2026-04-29", "2026-05-20"), cycle.OtherDates))
	require.Equal(t, []string{"it is due on 2026-04-30, and reviewed on 2026-05-01"}, of(t, dated("2026-04-30", "2026-04-30"), cycle.OtherDates))
}

func TestABillOfAnotherAreaThanTheLastIsListed(t *testing.T) {
	r := six()
	service := made{agreement: r.Members[1].Agreement, period: april, tenths: 80}.service()
	r.Bills[1] = must(billing.NewBill(billing.BillRequest{
		Key: key, Account: "A-2", Customer: "C-2", Area: "west", Billed: day("2026-04-30"), Due: day("2026-05-21"), Services: []billing.Service{service}, Postings: postings(),
		Before: ledger.Standing{On: day("2026-04-30")}, Draft: billing.Draft{State: billing.NotEnrolled},
	}))
	require.Equal(t, []string{"the area is west, and was central on the bill before"}, of(t, r, cycle.KeyField))
}

// Three houses that were left on the old book are seen, though the last run was priced by it too.
func TestASchedulePricedByTwoBooksIsListed(t *testing.T) {
	b := book()
	b.Name = "Example district, corrected"
	other := must(rates.Compile(b))
	r := six()
	for i := range 3 {
		r = but(r, i, made{engine: other, tenths: 80})
	}
	e := only(t, r, cycle.MixedRates)
	require.Contains(t, e.Words, "services of schedule water are priced by several books: 3 services by book ")
	require.Empty(t, of(t, six(), cycle.MixedRates))
}

// A hold that was in force at the review and has expired by the release is none.
func TestAHoldThatExpiresBeforeTheReleaseStopsIt(t *testing.T) {
	r := without(six(), 1)
	h := holdOf("2")
	h.Until = day("2026-05-02")
	r.Holds = []cycle.Hold{h}
	approved, _, err := approve(accept2(t, r), key, "clerk")
	require.NoError(t, err)
	midnight := time.Date(2026, time.May, 2, 0, 0, 0, 0, time.UTC)
	_, _, err = cycle.Release(approved, midnight, time.UTC)
	require.ErrorIs(t, err, cycle.ErrHold)
	require.ErrorContains(t, err, "account A-2: it was held by clerk from 2026-05-01 to 2026-05-02: the meter is buried, and this is 2026-05-02")
	west := time.FixedZone("west", -8*3600)
	_, _, err = cycle.Release(approved, midnight, west)
	require.NoError(t, err, "it is the first of May there")
	_, _, err = cycle.Release(approved, midnight, nil)
	require.Error(t, err)
}

// What is taken out after the review is named in what is stored.
func TestWhatIsTakenOutIsStored(t *testing.T) {
	list := review(t, six())
	approved, history, err := approve(list, key, "clerk")
	require.NoError(t, err)
	bills := list.Bills()
	less, err := list.Without(bills[4].ID())
	require.NoError(t, err)
	less, err = less.Without(bills[1].ID())
	require.NoError(t, err)
	reasons := map[string]string{bills[4].ID().String(): "a wrong meter", bills[1].ID().String(): "a wrong meter"}
	reduced, err := reduce(approved, less, reasons, history)
	require.NoError(t, err)
	released, _, err := cycle.Release(reduced, may().Add(2*time.Hour), time.UTC)
	require.NoError(t, err)
	require.Len(t, released.TakenOut, 2)
	require.Equal(t, []string{"A-2", "A-5"}, []string{released.TakenOut[0].Account, released.TakenOut[1].Account})
	data := must(cycle.ReleasedForm.Marshal(released))
	require.Equal(t, released, must(cycle.ReleasedForm.Unmarshal(data)))
	for name, change := range map[string]func(*cycle.Released){
		"in another order":     func(r *cycle.Released) { slices.Reverse(r.TakenOut) },
		"a bill that went out": func(r *cycle.Released) { r.TakenOut[0] = r.Bills[0] },
		"another id":           func(r *cycle.Released) { r.TakenOut[0].ID = r.TakenOut[1].ID },
	} {
		wrong := released
		wrong.TakenOut = slices.Clone(released.TakenOut)
		change(&wrong)
		require.Error(t, second(cycle.ReleasedForm.Marshal(wrong)), name)
	}
}

// Days before the settled day are joined; a bill that may yet be taken back keeps its row.
func TestDaysOfBillsThatMayBeTakenBackKeepTheirRows(t *testing.T) {
	r := town("1")
	out := cycle.Days(r.Billed, r.Bills, day("2026-03-31"))
	require.Equal(t, []billing.BilledDays{
		{Bill: lastKey, Agreement: "1", Period: days("[2026-01-01, 2026-03-31)")}, {Bill: key, Agreement: "1", Period: days(april)},
	}, out)
	require.Len(t, cycle.Days(r.Billed, r.Bills, day("2026-03-30")), 3)
}

// A hold says which bill it holds, and one of several counts by its end.
func TestAHoldHoldsWhatItNames(t *testing.T) {
	r := six()
	h := holdOf("2")
	h.Bill, h.Agreement = key, "3"
	r.Holds = []cycle.Hold{h}
	err := second(cycle.Review(given(r), thresholds()))
	require.ErrorIs(t, err, cycle.ErrHold)
	require.ErrorContains(t, err, "bill 2026-W18 of the account has no agreement 3")

	short, long := holdOf("2"), holdOf("2")
	long.Bill, long.Until, short.Until = key, day("2026-05-10"), day("2026-05-20")
	for range 2 {
		r.Holds = []cycle.Hold{short, long}
		require.Equal(t, day("2026-05-20"), only(t, r, cycle.NoBill).Hold.Until)
		short.Until, long.Until = long.Until, short.Until
	}
}

// A bill of fees alone that was held goes on as held until it comes, or the hold is dropped.
func TestAHeldBillOfFeesGoesOnToTheNextRun(t *testing.T) {
	r := six()
	h := cycle.Hold{Account: "A-9", Bill: "fees", Reason: "disputed", By: person("clerk"), On: day("2026-04-20"), Until: day("2026-05-10")}
	r.Holds = []cycle.Hold{h}
	e := only(t, r, cycle.NoBill)
	require.Equal(t, "the bill was held on 2026-04-20, and is not in this run", e.Words)
	require.Equal(t, h, e.Hold)
	require.Equal(t, r.Holds, review(t, r).Held())
	r.Holds[0].On = r.On
	require.ErrorIs(t, second(cycle.Review(given(r), thresholds())), cycle.ErrHold, "a bill that is not there cannot be held today")
	r.Holds[0].On, r.Holds[0].Until = day("2026-04-20"), day("2026-05-01")
	require.True(t, only(t, r, cycle.NoBill).Open(), "expired")
}

// A decision is on the meter and the reading that were looked at, and on this run of this cycle; a payment in between changes nothing.
func TestADecisionIsOnWhatWasLookedAt(t *testing.T) {
	ids := func(r cycle.Request) (out []string) {
		for _, e := range review(t, r).Exceptions() {
			if e.Code == cycle.ZeroUse || e.Code == cycle.BillsChange {
				out = append(out, e.ID.String())
			}
		}
		return out
	}
	r := but(six(), 1, made{tenths: 0})
	was := ids(r)
	require.Len(t, was, 1)
	require.NotEqual(t, was, ids(but(six(), 1, made{tenths: 0, meter: "7088"})), "another meter")
	require.NotEqual(t, was, ids(but(six(), 1, made{tenths: 0, from: 7777})), "another reading")

	owing := made{agreement: r.Members[1].Agreement, period: april}.service()
	on := day("2026-04-30")
	r.Bills = slices.Clone(r.Bills)
	r.Bills[1] = must(billing.NewBill(billing.BillRequest{
		Key: key, Account: "A-2", Customer: "C-2", Area: "central", Billed: on, Due: must(on.AddDays(21)), Services: []billing.Service{owing}, Postings: postings(),
		Before: ledger.Standing{On: on, Balance: usd(5_00), Current: usd(5_00)}, Previous: usd(5_00), Draft: billing.Draft{State: billing.NotEnrolled},
	}))
	require.Equal(t, was, ids(r))

	first := cycle.Request{Key: key, Cycle: "north", Cycles: []string{"north", "south"}, Period: days(april), On: day("2026-05-01")}
	other := six()
	first.Members, first.Bills, first.Billed = other.Members, other.Bills, other.Billed
	north := only(t, first, cycle.NothingToCompare).ID
	first.Members = slices.Clone(first.Members)
	for i := range first.Members {
		first.Members[i].Cycle = "south"
	}
	first.Cycle = "south"
	require.NotEqual(t, north, only(t, first, cycle.NothingToCompare).ID)
}

func TestWhatSaysNothingIsRefused(t *testing.T) {
	require.ErrorIs(t, cycle.Released{}.Prove(nil), cycle.ErrRerun)
	r := six()
	good := cycle.Vacancy{Premise: "P-9", Service: "water", Use: billing.VacantUse{
		Usage: "A-9", Period: days(april), Vacant: []civil.Period{days(april)}, Use: exact.Int(3), Unit: metering.CCF,
	}}
	r.Vacant = []cycle.Vacancy{good}
	require.Len(t, of(t, r, cycle.VacantUse), 1)
	for name, change := range map[string]func(*cycle.Vacancy){
		"premise": func(v *cycle.Vacancy) { v.Premise = "" }, "service": func(v *cycle.Vacancy) { v.Service = "" }, "usage": func(v *cycle.Vacancy) { v.Use.Usage = "" },
		"use": func(v *cycle.Vacancy) { v.Use.Use = exact.Int(0) }, "unit": func(v *cycle.Vacancy) { v.Use.Unit = 0 }, "days": func(v *cycle.Vacancy) { v.Use.Vacant = nil },
	} {
		r.Vacant[0] = good
		change(&r.Vacant[0])
		require.ErrorIs(t, second(cycle.Review(given(r), thresholds())), cycle.ErrRequest, name)
	}
	list := review(t, six())
	require.Equal(t, "north", list.Cycle())
	require.Equal(t, day("2026-05-01"), list.On())
}
