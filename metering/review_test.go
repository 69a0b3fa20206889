package metering_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/approval"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/metering"
)

// overridePolicy lets the supervisor decide on reads. Placeholders: no district's figures.
func overridePolicy() *approval.Matrix {
	year := civil.MustPeriod("[2026-01-01, 2027-01-01)")
	limit := approval.Limit{Role: "supervisor", Kind: metering.OverrideKind, Bounds: approval.Bounds{PerProposal: approval.Unlimited(), PerAccount: approval.Unlimited()}}
	return must(approval.Compile(approval.Policy{
		Name: "reads 2026", Source: "placeholder", During: year, Location: losAngeles(),
		Kinds: []approval.KindRule{{Kind: metering.OverrideKind, Validity: 72 * time.Hour}},
		Grants: []approval.Grant{
			{Person: person("s.reyes"), Role: "supervisor", During: year}, {Person: person("m.alvarez"), Role: "supervisor", During: year},
		},
		Limits: []approval.Limit{limit},
	}))
}

func approve(o metering.Override, key, clerk, supervisor string) (approval.Approved[metering.Override], error) {
	history := must(approval.NewHistory(must(approval.NewHMAC("2026", []byte("thirty-two bytes of random numbers"))), nil))
	proposal := must(approval.Propose(o, approval.Request{Key: key, Prepared: []approval.Person{person(clerk)}, At: noon()}))
	return approval.Approve(proposal, approval.Decision{By: person(supervisor), At: noon().Add(time.Hour), Saw: proposal.Digest()}, overridePolicy(), history)
}

// highRead is a use of 130 CCF against 100, at a band of 125%, read by r.cole.
func highRead(t require.TestingT) metering.Measurement {
	r := dials(6, metering.CCF)
	to := actual(r, 1130, oct31)
	to.Reader = person("r.cole")
	to.Code = "OK-SUPERVISOR"
	m, err := metering.Between(base(r, 1000, oct1), r, to, refuse())
	require.NoError(t, err)
	return banded(t, m)
}

func banded(t require.TestingT, m metering.Measurement) metering.Measurement {
	s, known := m.Sample()
	require.True(t, known)
	verdict, err := bandsOff("125").Judge(s, sample("100", metering.CCF, 30))
	require.NoError(t, err)
	return m.With(verdict)
}

func review(t require.TestingT, m metering.Measurement) metering.Review {
	var checks []string
	switch {
	case !m.Known():
		checks = []string{"days"}
	case !slices.ContainsFunc(m.Verdicts(), func(e metering.Exception) bool { return e.Rule != "" }):
		m = checked(m)
	}
	due := date(oct31)
	if end := m.Period().To; !end.IsZero() {
		due = end
	}
	r, err := metering.NewReview("A-1041/2026-10", due, m, checks...)
	require.NoError(t, err)
	return r
}

func requireOpen(t *testing.T, r metering.Review, what string) {
	t.Helper()
	u, err := r.Billable()
	require.ErrorIs(t, err, metering.ErrOpen)
	require.ErrorContains(t, err, what)
	require.Zero(t, u)
}

func TestCleanUseIsBillableAtOnce(t *testing.T) {
	_, _, m := used(t, dials(6, metering.CCF), 1000, 1010, refuse())
	r := review(t, m)
	require.Equal(t, metering.Approved, r.Pile())
	u, err := r.Billable()
	require.NoError(t, err)
	require.Equal(t, "10 CCF", must(u.Volume(metering.CCF, 0, exact.HalfUp)).String())
	require.Equal(t, "7480.519 gal", must(u.Volume(metering.Gallon, 3, exact.HalfUp)).String())
	require.Equal(t, 30, u.Days())
	require.Equal(t, period(oct1, oct31), u.Period())
	require.Equal(t, metering.Actual, u.Source())
	require.Equal(t, "A-1041/2026-10", u.Key())
	require.Equal(t, metering.CCF, u.Unit())
	require.Len(t, u.Parts(), 1)
	require.Len(t, u.Verdicts(), 2)
	require.Empty(t, u.Rebills())
	require.Equal(t, int64(1010), u.Baselines()[0].Digits)
	require.Equal(t, cycleOf(oct1, oct31, "10 CCF", metering.Actual), must(u.Cycle(metering.CCF, 2)))
	_, err = u.Volume(metering.CCF, 19, exact.HalfUp)
	require.ErrorIs(t, err, metering.ErrRule)
	_, err = u.Volume(metering.CCF, 0, 0)
	require.ErrorIs(t, err, metering.ErrRule)
	_, err = u.In(metering.BillingUnit)
	require.ErrorIs(t, err, metering.ErrUnit)
	_, err = metering.Usage{}.Volume(metering.CCF, 0, exact.HalfUp)
	require.ErrorIs(t, err, metering.ErrOpen)
	_, err = metering.Usage{}.Cycle(metering.CCF, 0)
	require.ErrorIs(t, err, metering.ErrOpen)
}

// San Diego 2017: readers used a supervisor's code to skip the check.
func TestTheVerdictIsDataOnTheReadAndNoCodeOfTheReaderEndsIt(t *testing.T) {
	r := review(t, highRead(t))
	require.Equal(t, "High", codeNames(r.Open()))
	require.Equal(t, metering.Exceptional, r.Pile())
	requireOpen(t, r, "open: High")
	_, err := r.Accept(step("s.reyes", "looks right"), r.Open()[0])
	require.ErrorContains(t, err, "High is not accepted by one person", "whoever it is")
}

func TestOverrideNeedsAReasonAndASecondPerson(t *testing.T) {
	r := review(t, highRead(t))
	_, err := r.Propose(" ")
	require.ErrorContains(t, err, "reason")
	o, err := r.Propose("pool filled, customer confirmed")
	require.NoError(t, err)
	require.Equal(t, `A-1041/2026-10 [2026-10-01, 2026-10-31): bill 130 CCF although
  High: 130 CCF is 130% of 100, and 125% or more is High
  read: meter 7088 register 1, [2026-10-01, 2026-10-31): 1000 to 1130, 130 digits, 130 CCF
because pool filled, customer confirmed`, o.String())

	_, err = approve(o, "RO-1", "m.alvarez", " M. ALVAREZ")
	require.ErrorIs(t, err, approval.ErrSamePerson)
	_, err = r.Override(approval.Approved[metering.Override]{}, noon())
	require.ErrorIs(t, err, approval.ErrNotApproved)

	approved, err := approve(o, "RO-1", "m.alvarez", "s.reyes")
	require.NoError(t, err)
	done, err := r.Override(approved, noon().Add(2*time.Hour))
	require.NoError(t, err)
	u, err := done.Billable()
	require.NoError(t, err)
	require.Equal(t, "130", u.Exact().String())
	require.Equal(t, metering.Overridden, done.Exceptions()[0].Resolution)
	event := done.Events()[0]
	require.Equal(t, metering.OverriddenEvent, event.Kind)
	require.Equal(t, person("s.reyes"), event.Step.By)
	require.Equal(t, "pool filled, customer confirmed", event.Step.Reason)
	require.Equal(t, approved.Proposal(), event.Approval)
	requireOpen(t, r, "High") // the review before is as it was
	_, err = r.Override(approved, approved.Until())
	require.ErrorIs(t, err, approval.ErrExpired)
}

func TestWhoReadTheMeterDoesNotApprove(t *testing.T) {
	r := dials(6, metering.CCF)
	to := actual(r, 1130, oct31)
	to.Reader = person("s.reyes")
	m, err := metering.Between(base(r, 1000, oct1), r, to, refuse())
	require.NoError(t, err)
	held := review(t, banded(t, m))
	approved, err := approve(must(held.Propose("pool")), "RO-1", "m.alvarez", "s.reyes")
	require.NoError(t, err)
	_, err = held.Override(approved, noon().Add(2*time.Hour))
	require.ErrorIs(t, err, metering.ErrReview)

	back := actual(r, 995, oct31)
	back.Reader = person("s.reyes")
	m, err = metering.Between(base(r, 1000, oct1), r, back, refuse())
	require.NoError(t, err)
	_, err = review(t, m).Accept(step("S. Reyes", "sensor"), metering.Exception{Code: metering.ReverseFlow})
	require.ErrorContains(t, err, "who read the meter")
	_, err = review(t, m).Accept(step("m.alvarez", "sensor"), m.Exceptions()[0])
	require.NoError(t, err)
}

func TestAnApprovalIsOfOneStateOfOneReview(t *testing.T) {
	r := review(t, highRead(t))
	approved, err := approve(must(r.Propose("pool")), "RO-1", "m.alvarez", "s.reyes")
	require.NoError(t, err)

	other, err := metering.NewReview("A-2000/2026-10", date(oct31), highRead(t))
	require.NoError(t, err)
	_, err = other.Override(approved, noon().Add(2*time.Hour))
	require.ErrorIs(t, err, metering.ErrReview)

	more, err := bandsOff("120").Judge(sample("130", metering.CCF, 30), sample("100", metering.CCF, 30))
	require.NoError(t, err)
	_, err = review(t, highRead(t).With(more)).Override(approved, noon().Add(2*time.Hour))
	require.ErrorIs(t, err, metering.ErrReview, "an exception that the approver has not seen")

	sent, err := r.Send(step("m.alvarez", "check"), metering.Order{ID: "RR-1", Kind: metering.ReReadOrder, Task: "read again"})
	require.NoError(t, err)
	_, err = sent.Override(approved, noon().Add(2*time.Hour))
	require.ErrorIs(t, err, metering.ErrReview, "an order is out")
	same := highRead(t)
	back, err := sent.Return(step("m.alvarez", "read again"), metering.Result{Order: "RR-1", Measurement: &same})
	require.NoError(t, err)
	_, err = back.Override(approved, noon().Add(2*time.Hour))
	require.ErrorIs(t, err, metering.ErrReview, "another measurement, though with the same numbers")
}

func TestNoUseIsAcceptedWhereNoneIsKnown(t *testing.T) {
	_, _, m := used(t, dials(6, metering.CCF), 9990, 10, refuse())
	r := review(t, m)
	require.Equal(t, metering.Exceptional, r.Pile())
	requireOpen(t, r, "NegativeOrRollover")
	_, err := r.Propose("bill it")
	require.ErrorIs(t, err, metering.ErrReview)
	_, err = review(t, m.With(metering.Exception{Code: metering.ZeroUse})).Accept(step("m.alvarez", "vacant"), metering.Exception{Code: metering.ZeroUse})
	require.ErrorContains(t, err, "no use is known")
}

func TestOnePersonAcceptsWhatBillsTheRegisterOrLess(t *testing.T) {
	_, _, m := used(t, dials(6, metering.CCF), 1000, 995, refuse())
	r := review(t, m)
	require.Equal(t, metering.Acceptable, r.Pile())
	requireOpen(t, r, "ReverseFlow")
	for place, s := range map[string]metering.Step{
		"reason: ": {By: person("m.alvarez"), At: noon()}, "at: ": {By: person("m.alvarez"), Reason: "x"}, "by: ": {At: noon(), Reason: "x"},
	} {
		_, err := r.Accept(s, r.Open()[0])
		require.ErrorIs(t, err, metering.ErrReview)
		require.ErrorContains(t, err, place)
	}
	_, err := r.Accept(step("m.alvarez", "x"), metering.Exception{Code: metering.ZeroUse})
	require.ErrorContains(t, err, "no such exception is open")
	done, err := r.Accept(step("m.alvarez", "known sensor"), r.Open()[0])
	require.NoError(t, err)
	u, err := done.Billable()
	require.NoError(t, err)
	require.True(t, u.Exact().IsZero())
	require.Equal(t, int64(1000), u.Baselines()[0].Digits)
	_, err = done.Accept(step("m.alvarez", "again"), metering.Exception{Code: metering.ReverseFlow})
	require.ErrorIs(t, err, metering.ErrReview)
	_, err = done.Propose("again")
	require.ErrorIs(t, err, metering.ErrReview, "nothing is open")
	requireOpen(t, r, "ReverseFlow")
}

func TestReReadTakesThePlaceOfWhatWasHeld(t *testing.T) {
	r := dials(6, metering.CCF)
	held := review(t, highRead(t))
	order := metering.Order{ID: "RR-1", Kind: metering.ReReadOrder, Task: "read again"}
	sent, err := held.Send(step("m.alvarez", "too high"), order)
	require.NoError(t, err)
	row, out := sent.Pending()
	require.True(t, out)
	require.Equal(t, "7088", row.Meter)
	require.Equal(t, "High", codeNames(row.Exceptions), "the row says why")
	requireOpen(t, sent, "re-read order RR-1 is out")
	require.Equal(t, metering.Exceptional, sent.Pile())
	for name, err := range map[string]error{
		"second order": second(sent.Send(step("m.alvarez", "x"), metering.Order{ID: "RR-2", Kind: metering.ReReadOrder})),
		"accept":       second(sent.Accept(step("m.alvarez", "x"), metering.Exception{Code: metering.ReverseFlow})),
		"propose":      second(sent.Propose("x")),
		"estimate":     second(sent.Estimate(step("m.alvarez", "x"), highRead(t))),
		"other order":  second(sent.Return(step("m.alvarez", "x"), metering.Result{Order: "RR-9"})),
		"empty result": second(sent.Return(step("m.alvarez", "x"), metering.Result{Order: "RR-1", Found: "fine"})),
	} {
		require.ErrorIs(t, err, metering.ErrReview, name)
	}

	again, err := metering.Between(base(r, 1000, oct1), r, actual(r, 1103, "2026-11-02"), refuse())
	require.NoError(t, err)
	_, err = sent.Return(step("m.alvarez", "read again"), metering.Result{Order: "RR-1", Measurement: &again})
	require.ErrorContains(t, err, "the check test has not been run", "a re-read is no way round a check")
	again = banded(t, again)
	done, err := sent.Return(step("m.alvarez", "read again"), metering.Result{Order: "RR-1", Measurement: &again})
	require.NoError(t, err)
	require.Equal(t, "103", must(done.Billable()).Exact().String())
	require.Equal(t, metering.ReadAgain, done.Exceptions()[0].Resolution)
	require.Equal(t, []metering.EventKind{metering.OrderedEvent, metering.ResultEvent}, []metering.EventKind{done.Events()[0].Kind, done.Events()[1].Kind})
	_, err = done.Send(step("m.alvarez", "x"), order)
	require.ErrorContains(t, err, "number of its own")
	_, err = done.Send(step("m.alvarez", "x"), metering.Order{ID: "RR-2", Kind: metering.ReReadOrder})
	require.ErrorContains(t, err, "no exception is open")
	_, err = sent.Return(metering.Step{}, metering.Result{Order: "RR-1", Measurement: &again})
	require.ErrorIs(t, err, metering.ErrReview)
	_, out = done.Pending()
	require.False(t, out)
	require.Equal(t, "A-1041/2026-10", done.Key())
	require.Equal(t, again, done.Measurement())

	elsewhere, err := metering.Between(base(r, 1000, nov30), r, actual(r, 1103, dec30), refuse())
	require.NoError(t, err)
	_, err = sent.Return(step("m.alvarez", "x"), metering.Result{Order: "RR-1", Measurement: &elsewhere})
	require.ErrorContains(t, err, "begins elsewhere", "another period")
	other := base(r, 1000, oct1)
	other.Meter = "1"
	to := actual(r, 1103, oct31)
	to.Meter = "1"
	elsewhere, err = metering.Between(other, r, to, refuse())
	require.NoError(t, err)
	_, err = sent.Return(step("m.alvarez", "x"), metering.Result{Order: "RR-1", Measurement: &elsewhere})
	require.ErrorContains(t, err, "begins elsewhere", "another meter")
}

func second[T any](_ T, err error) error { return err }

func TestAReReadThatIsHighAgainIsHeldAgain(t *testing.T) {
	sent, err := review(t, highRead(t)).Send(step("m.alvarez", "too high"), metering.Order{ID: "RR-1", Kind: metering.ReReadOrder})
	require.NoError(t, err)
	same := highRead(t)
	back, err := sent.Return(step("m.alvarez", "same"), metering.Result{Order: "RR-1", Measurement: &same})
	require.NoError(t, err)
	requireOpen(t, back, "High")
	require.Len(t, back.Exceptions(), 2)
	_, err = back.Send(step("m.alvarez", "again"), metering.Order{ID: "RR-1", Kind: metering.ReReadOrder})
	require.ErrorContains(t, err, "number of its own")
	canceled, err := must(back.Send(step("m.alvarez", "again"), metering.Order{ID: "RR-2", Kind: metering.ReReadOrder})).Cancel(step("m.alvarez", "no crew"))
	require.NoError(t, err)
	requireOpen(t, canceled, "High")
	_, err = canceled.Cancel(step("m.alvarez", "x"))
	require.ErrorIs(t, err, metering.ErrReview)
}

func TestNoMeasuredUseGoesRoundACheck(t *testing.T) {
	r := dials(6, metering.CCF)
	plain, err := metering.Between(base(r, 1000, oct1), r, actual(r, 1103, oct31), refuse())
	require.NoError(t, err)
	_, err = metering.NewReview("A-1", date(oct31), plain, "test")
	require.ErrorContains(t, err, "the check test has not been run")
	_, err = metering.NewReview("A-1", date(oct31), banded(t, plain), "test")
	require.NoError(t, err)

	none, err := metering.Between(base(r, 1000, oct1), r, noRead(r, oct31), refuse())
	require.NoError(t, err)
	held, err := metering.NewReview("A-1", date(oct31), none, "test")
	require.NoError(t, err, "where there is no use there is nothing to check")
	sent, err := held.Send(step("m.alvarez", "dog"), metering.Order{ID: "RR-1", Kind: metering.ReReadOrder})
	require.NoError(t, err)
	_, err = sent.Return(step("m.alvarez", "read"), metering.Result{Order: "RR-1", Measurement: &plain})
	require.ErrorContains(t, err, "the check test has not been run")
	plain = banded(t, plain)
	_, err = sent.Return(step("m.alvarez", "read"), metering.Result{Order: "RR-1", Measurement: &plain})
	require.NoError(t, err)
}

func TestServiceOrderComesBackAsAnEvent(t *testing.T) {
	r := dials(6, metering.CCF)
	_, _, m := used(t, r, 1000, 1000, refuse())
	zero := metering.ZeroRule{Title: "zero", StoppedAt: metering.At(number("3"))}
	s, _ := m.Sample()
	verdict, err := zero.Judge(s, metering.Standing{Active: true, ZerosBefore: 2})
	require.NoError(t, err)
	held := review(t, m.With(verdict))
	sent, err := held.Send(step("m.alvarez", "dead meter?"), metering.Order{ID: "SO-4", Kind: metering.ServiceOrder, Task: "test the register"})
	require.NoError(t, err)
	requireOpen(t, sent, "service order SO-4 is out")
	_, err = sent.Return(step("m.alvarez", "back"), metering.Result{Order: "SO-4", Found: " "})
	require.ErrorContains(t, err, "says nothing")

	found, err := sent.Return(step("m.alvarez", "back"), metering.Result{Order: "SO-4", Found: "house is empty, register turns"})
	require.NoError(t, err)
	requireOpen(t, found, "StoppedMeter") // what was only found ends nothing
	require.Equal(t, "house is empty, register turns", found.Events()[1].Found)
	require.Equal(t, []metering.Code{metering.StoppedMeter}, found.Events()[1].Codes)

	x := metering.Exchange{Record: "MCO-1", Final: actual(r, 1000, oct31), Start: actual(r, 0, oct31), Register: r}
	x.Start.Meter = "9001"
	to := actual(r, 0, oct31)
	to.Meter = "9001"
	exchanged, err := exchanged(base(r, 1000, oct1), []metering.Exchange{x}, r, to, metering.CCF, refuse(), nil)
	require.NoError(t, err)
	s, _ = exchanged.Sample()
	verdict, err = zero.Judge(s, metering.Standing{Active: true})
	require.NoError(t, err)
	exchanged = exchanged.With(verdict)
	done, err := sent.Return(step("m.alvarez", "back"), metering.Result{Order: "SO-4", Found: "register stuck, exchanged", Measurement: &exchanged})
	require.NoError(t, err)
	require.Equal(t, metering.Serviced, done.Exceptions()[0].Resolution)
	requireOpen(t, done, "ZeroUse")
	done, err = done.Accept(step("m.alvarez", "register was stuck"), done.Open()[0])
	require.NoError(t, err)
	require.Equal(t, "9001", must(done.Billable()).Baselines()[0].Meter)
}

func TestEstimateEndsWhatWasHeldAndItsOwnExceptionsOpen(t *testing.T) {
	r := dials(6, metering.CCF)
	m, err := metering.Between(base(r, 1000, oct1), r, metering.Reading{Meter: "7088", Register: "1", State: metering.NoRead}, refuse())
	require.NoError(t, err)
	held := review(t, m)
	requireOpen(t, held, "NoRead")
	history := cycles(oct1, metering.Actual, []int{30, 30, 30}, []string{"30 CCF", "30 CCF", "30 CCF"})

	none, _, err := metering.Estimate(base(r, 1000, oct1), r, date(oct31), munis(), history[:2])
	require.NoError(t, err)
	without, err := held.Estimate(step("m.alvarez", "dog"), none)
	require.NoError(t, err)
	requireOpen(t, without, "NoBasis")

	last, _, err := metering.Estimate(base(r, 1000, oct1), r, date(oct31), metering.EstimateRule{Method: metering.MunisEstimate(), MaxInRow: 1}, history)
	require.NoError(t, err)
	limited, err := held.Estimate(step("m.alvarez", "dog"), last)
	require.NoError(t, err)
	requireOpen(t, limited, "MaxEstimates")
	require.Equal(t, metering.EstimatedFor, limited.Exceptions()[0].Resolution)

	good, _, err := metering.Estimate(base(r, 1000, oct1), r, date(oct31), munis(), history)
	require.NoError(t, err)
	done, err := held.Estimate(step("m.alvarez", "dog"), good)
	require.NoError(t, err)
	require.Equal(t, metering.Estimated, must(done.Billable()).Source(), "an estimate stays one")
	_, err = held.Estimate(step("m.alvarez", "x"), highRead(t))
	require.ErrorContains(t, err, "no estimate")
	_, err = done.Estimate(step("m.alvarez", "x"), good)
	require.ErrorContains(t, err, "no exception is open")
}

func TestAReadingThatItsSenderCallsEstimatedIsChecked(t *testing.T) {
	r := dials(6, metering.CCF)
	sent := actual(r, 9000, oct31)
	sent.Source = metering.Estimated
	typed := must(metering.Between(base(r, 1000, oct1), r, sent, refuse()))
	_, err := metering.NewReview("A-1", date(oct31), typed, "InforDefault")
	require.ErrorContains(t, err, "the check InforDefault has not been run on it")
	held := must(metering.NewReview("A-1", date(oct31), must(metering.Between(base(r, 1000, oct1), r, noRead(r, oct31), refuse())), "InforDefault"))
	_, err = held.Estimate(step("m.alvarez", "x"), typed)
	require.ErrorContains(t, err, "no estimate")
	_, err = held.Correct(step("m.alvarez", "x"), "MCO-17", typed)
	require.ErrorContains(t, err, "the check InforDefault has not been run on it")

	gap, _, err := metering.MunisEstimate().Basis(cycles(oct1, metering.Actual, []int{30, 30, 30}, []string{"30 CCF", "30 CCF", "30 CCF"}),
		period(oct1, oct31), metering.CCF)
	require.NoError(t, err)
	start := metering.Reading{Meter: "9100", Register: r.ID, State: metering.Read, Day: date("2026-10-20"), Source: metering.Actual}
	end := start
	end.Digits, end.Day, end.Source = 8000, date(oct31), metering.Estimated
	exchanged, err := exchanged(base(r, 1000, oct1),
		[]metering.Exchange{{Record: "X-1", Final: actual(r, 1010, "2026-10-15"), Start: start, Register: r}}, r, end, metering.CCF, refuse(), &gap)
	require.NoError(t, err)
	_, err = held.Estimate(step("m.alvarez", "x"), exchanged)
	require.ErrorContains(t, err, "no estimate", "days without a meter were estimated, and the rest was not")
}

func TestChecksAreAskedForUnlessEveryRegisterIsEstimated(t *testing.T) {
	class := metering.EstimateRule{MaxInRow: 3, Method: metering.EstimateMethod{
		Title: "class", Kind: metering.ClassMean, ClassDaily: must(metering.ParseVolume("1 CCF")),
	}}
	guess := func(r metering.Register, rule metering.EstimateRule) metering.Measurement {
		m, _, err := metering.Estimate(base(r, 50, oct1), r, date(oct31), rule, nil)
		require.NoError(t, err)
		return m
	}
	read := must(metering.Between(base(low(), 50, oct1), low(), actual(low(), 9000, oct31), refuse()))
	held := must(metering.NewReview("A-1", date(oct31), must(metering.Sum(metering.CCF,
		must(metering.Between(base(low(), 50, oct1), low(), noRead(low(), oct31), refuse())),
		must(metering.Between(base(high(), 50, oct1), high(), noRead(high(), oct31), refuse())))), "InforDefault"))
	for _, mixed := range []metering.Measurement{
		must(metering.Sum(metering.CCF, read, guess(high(), class))), must(metering.Sum(metering.CCF, guess(high(), class), read)),
	} {
		require.Equal(t, metering.Estimated, mixed.Source())
		_, err := metering.NewReview("A-1", date(oct31), mixed, "InforDefault")
		require.ErrorContains(t, err, "the check InforDefault has not been run on it", "9000 were read of one register")
		_, err = held.Estimate(step("m.alvarez", "x"), mixed)
		require.ErrorContains(t, err, "no estimate")
		verdict, err := bandsOff("125").Judge(sample("9000", metering.CCF, 30), sample("100", metering.CCF, 30))
		require.NoError(t, err)
		verdict.Rule = "InforDefault"
		corrected, err := held.Correct(step("m.alvarez", "x"), "MCO-17", mixed.With(verdict))
		require.NoError(t, err)
		requireOpen(t, corrected, string(verdict.Code))
	}
	both := must(metering.Sum(metering.CCF, guess(low(), class), guess(high(), class)))
	require.Equal(t, "60", must(must(metering.NewReview("A-1", date(oct31), both, "InforDefault")).Billable()).Exact().String())
	require.Equal(t, "60", must(must(held.Estimate(step("m.alvarez", "x"), both)).Billable()).Exact().String())
	none, err := held.Estimate(step("m.alvarez", "x"), must(metering.Sum(metering.CCF, guess(low(), class), guess(high(), munis()))))
	require.NoError(t, err)
	requireOpen(t, none, "NoBasis")
}

func TestStepsFollowOneAnotherInTime(t *testing.T) {
	sent, err := review(t, highRead(t)).Send(step("m.alvarez", "x"), metering.Order{ID: "RR-1", Kind: metering.ReReadOrder})
	require.NoError(t, err)
	early := step("m.alvarez", "x")
	early.At = early.At.Add(-time.Second)
	_, err = sent.Cancel(early)
	require.ErrorContains(t, err, "before the step before it")
	back, err := sent.Cancel(step("m.alvarez", "x"))
	require.NoError(t, err)
	late := step("m.alvarez", "x")
	late.At = noon().Add(3 * time.Hour)
	resent, err := back.Send(late, metering.Order{ID: "RR-2", Kind: metering.ReReadOrder})
	require.NoError(t, err)
	late.At = noon().Add(4 * time.Hour)
	back, err = resent.Cancel(late)
	require.NoError(t, err)
	approved, err := approve(must(back.Propose("pool")), "RO-1", "m.alvarez", "s.reyes")
	require.NoError(t, err)
	_, err = back.Override(approved, noon().Add(2*time.Hour))
	require.ErrorContains(t, err, "before the step before it")
}

func TestReviewRefusesWhatIsNone(t *testing.T) {
	_, err := metering.NewReview(" ", date(oct31), highRead(t))
	require.ErrorIs(t, err, metering.ErrReview)
	_, err = metering.NewReview("A-1", date(oct31), metering.Measurement{})
	require.ErrorContains(t, err, "there is no measurement")
	var none metering.Review
	requireOpen(t, none, "no use is known")
	_, err = none.Accept(step("m.alvarez", "x"), metering.Exception{Code: metering.ZeroUse})
	require.ErrorContains(t, err, "there is no review")
	_, err = none.Propose("x")
	require.ErrorContains(t, err, "there is no review")
	_, err = review(t, highRead(t)).Send(step("m.alvarez", "x"), metering.Order{ID: "1"})
	require.ErrorContains(t, err, "no kind of order")
	_, err = review(t, highRead(t)).Send(step("m.alvarez", "x"), metering.Order{Kind: metering.ServiceOrder})
	require.ErrorContains(t, err, "number of its own")
}

func TestWhatAReviewHandsOutIsACopy(t *testing.T) {
	m := highRead(t)
	r := review(t, m)
	r.Open()[0].Figures[0].What = "changed"
	r.Exceptions()[0].Exception.Figures[0].What = "changed"
	m.Verdicts()[1].Figures[0].What = "changed"
	m.Parts()[0].Used = 7
	m.Baselines()[0].Digits = 7
	m.Readers()[0] = approval.Person{}
	require.Equal(t, "use", r.Open()[0].Figures[0].What)
	require.Equal(t, int64(130), m.Parts()[0].Used)
	require.Equal(t, int64(1130), m.Baselines()[0].Digits)
	require.Equal(t, []approval.Person{person("r.cole")}, m.Readers())
	a, b := m.With(metering.Exception{Code: metering.ZeroUse}), m.With(metering.Exception{Code: metering.SameUse})
	require.Equal(t, "High ZeroUse", codesOf(a))
	require.Equal(t, "High SameUse", codesOf(b))
	c := m.With(metering.Exception{Code: metering.Leak}) // three verdicts, in a list with room for a fourth
	a, b = c.With(metering.Exception{Code: metering.ZeroUse}), c.With(metering.Exception{Code: metering.SameUse})
	require.Equal(t, "High Leak ZeroUse", codesOf(a))
	require.Equal(t, "High Leak SameUse", codesOf(b))
	for i := range 3 { // and three events
		r = must(must(r.Send(step("m.alvarez", "x"), metering.Order{ID: string(rune('A' + i)), Kind: metering.ReReadOrder})).Cancel(step("m.alvarez", "x")))
		one := must(r.Send(step("m.alvarez", "one"), metering.Order{ID: "one", Kind: metering.ReReadOrder}))
		must(r.Send(step("m.alvarez", "two"), metering.Order{ID: "two", Kind: metering.ReReadOrder}))
		require.Equal(t, "one", one.Events()[len(one.Events())-1].Order)
	}
	o := must(r.Propose("pool"))
	require.Equal(t, o.AppendCanonical(nil), o.Clone().AppendCanonical(nil))
	require.Empty(t, o.Stakes())
}
