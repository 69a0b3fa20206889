package metering_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/approval"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/metering"
)

// readBy is a reading that somebody took.
func readBy(who string, r metering.Register, digits int64, day string) metering.Reading {
	to := actual(r, digits, day)
	to.Reader = person(who)
	return to
}

// held is the review of a measurement, with the check of its days.
func held(t require.TestingT, m metering.Measurement) metering.Review {
	if m.Known() {
		m = checked(m)
	}
	due := date(oct31)
	if end := m.Period().To; !end.IsZero() {
		due = end
	}
	r, err := metering.NewReview("A-1041/2026-10", due, m, "days")
	require.NoError(t, err)
	return r
}

func TestAUseWithoutAnyCheckIsNotTaken(t *testing.T) {
	r := dials(6, metering.CCF)
	plain := must(metering.Between(base(r, 1000, oct1), r, actual(r, 1010, oct31), refuse()))
	_, err := metering.NewReview("A-1", date(oct31), plain)
	require.ErrorContains(t, err, "checks: ")
	_, err = metering.NewReview("A-1", date(oct31), must(metering.Between(base(r, 1000, oct1), r, noRead(r, oct31), refuse())))
	require.ErrorContains(t, err, "checks: ", "one that comes later neither")
	guess, _, err := metering.Estimate(base(r, 1000, oct1), r, date(oct31), metering.EstimateRule{Method: classMean("1 CCF"), MaxInRow: 1}, nil)
	require.NoError(t, err)
	_, err = metering.NewReview("A-1", date(oct31), guess)
	require.ErrorContains(t, err, "checks: ", "an estimate needs none, and what is read in its place does")
}

// proposed has s.reyes approve a use that m.alvarez proposes.
func proposed(r metering.Review, m metering.Measurement) (metering.Review, error) {
	o, err := r.ProposeUse(m, "found on record", noon())
	if err != nil {
		return metering.Review{}, err
	}
	return r.Override(must(approve(o, "RO-1", "m.alvarez", "s.reyes")), noon().Add(2*time.Hour))
}

func TestOnlyAReadingThatCameLateIsEnteredByOnePerson(t *testing.T) {
	r := dials(6, metering.CCF)
	from := base(r, 1000, oct1)
	late := held(t, must(metering.Between(from, r, noRead(r, oct31), refuse())))
	card := checked(must(metering.Between(from, r, actual(r, 1020, "2026-11-02"), refuse())))
	_, err := late.Correct(step("m.alvarez", "card"), " ", card)
	require.ErrorContains(t, err, "record: ")
	done, err := late.Correct(step("m.alvarez", "card"), "card of 2026-11-02", card)
	require.NoError(t, err)
	require.Equal(t, "20", must(done.Billable()).Exact().String())
	require.Equal(t, "card of 2026-11-02", done.Events()[0].Record)
	require.Equal(t, period(oct1, "2026-11-02"), must(done.Billable()).Period())
	_, err = done.Correct(step("m.alvarez", "card"), "card", card)
	require.ErrorContains(t, err, "a number was under review")
	own := checked(must(metering.Between(from, r, readBy("m.alvarez", r, 1020, "2026-11-02"), refuse())))
	_, err = late.Correct(step("m.alvarez", "card"), "card", own)
	require.ErrorContains(t, err, "who read the meter does not enter", "one's own reading")

	declared := actual(r, 10, oct31)
	declared.RolledOver = true
	at, billed := estimatedBase(r, 1080, oct1), must(metering.NoUse(from, metering.CheckScale(number("10"), number("1"), number("11"))))
	ten := times("10", r)
	for name, c := range map[string]struct{ held, with metering.Measurement }{
		"a step back":          {must(metering.Between(from, r, actual(r, 10, oct31), refuse())), must(metering.Between(from, r, declared, refuse()))},
		"a high use":           {must(metering.Between(from, r, actual(r, 1900, oct31), refuse())).With(metering.Exception{Code: metering.High}), card},
		"a true-up":            {must(metering.Between(at, r, actual(r, 1900, oct31), refuse())), must(metering.Between(at, r, actual(r, 1900, oct31), refuse()))},
		"a multiplier":         {must(metering.Between(base(ten, 1000, oct1), r, actual(r, 1300, oct31), refuse())), card},
		"a refused number":     {billed, card},
		"a register is absent": {must(metering.Compound(compound(), []metering.Reading{actual(low(), 180, oct31)}, metering.CCF, refuse())), card},
	} {
		_, err := held(t, c.held).Correct(step("m.alvarez", "x"), "record 7", c.with)
		require.ErrorContains(t, err, "a number was under review", name)
	}

	// A re-read that found nobody at home does not make the first number forgotten.
	high := held(t, must(metering.Between(from, r, actual(r, 1900, oct31), refuse())).With(metering.Exception{Code: metering.Highest}))
	sent := must(high.Send(step("m.alvarez", "x"), metering.Order{ID: "1", Kind: metering.ReReadOrder}))
	none := must(metering.Between(from, r, noRead(r, oct31), refuse()))
	back := must(sent.Return(step("m.alvarez", "dog"), metering.Result{Order: "1", Measurement: &none}))
	_, err = back.Correct(step("m.alvarez", "card"), "card", card)
	require.ErrorContains(t, err, "a number was under review")
	_, err = proposed(back, card)
	require.NoError(t, err, "a second person sees it")
}

func TestWhoReadTheMeterDecidesNothing(t *testing.T) {
	r := dials(6, metering.CCF)
	from := base(r, 1000, oct1)
	skipped := noRead(r, oct31)
	skipped.Reader = person("r.cole")
	first := held(t, must(metering.Between(from, r, skipped, refuse())))
	good := checked(must(metering.Between(from, r, actual(r, 1020, oct31), refuse())))
	guess, _, err := metering.Estimate(from, r, date(oct31), metering.EstimateRule{Method: classMean("1 CCF"), MaxInRow: 3}, nil)
	require.NoError(t, err)
	sent := must(first.Send(step("r.cole", "dog"), metering.Order{ID: "1", Kind: metering.ReReadOrder}))
	again := checked(must(metering.Between(from, r, readBy("s.reyes", r, 1020, oct31), refuse())))
	for name, err := range map[string]error{
		"correct":                second(first.Correct(step("R. Cole", "x"), "card 1", good)),
		"estimate":               second(first.Estimate(step("r.cole", "x"), guess)),
		"return":                 second(sent.Return(step("r.cole", "x"), metering.Result{Order: "1", Measurement: &good})),
		"return of own new read": second(sent.Return(step("s.reyes", "x"), metering.Result{Order: "1", Measurement: &again})),
	} {
		require.ErrorContains(t, err, "who read the meter", name)
	}
	_, err = must(first.Send(step("m.alvarez", "x"), metering.Order{ID: "2", Kind: metering.ServiceOrder})).
		Return(step("r.cole", "x"), metering.Result{Order: "2", Found: "dog"})
	require.NoError(t, err, "what was found ends nothing, and anybody may say it")

	// A re-read by another does not let the first reader decide.
	back := must(metering.Between(from, r, readBy("s.reyes", r, 995, oct31), refuse()))
	back = checked(back)
	returned := must(sent.Return(step("m.alvarez", "x"), metering.Result{Order: "1", Measurement: &back}))
	_, err = returned.Accept(step("r.cole", "x"), returned.Open()[0])
	require.ErrorContains(t, err, "who read the meter")

	over := checked(must(metering.Between(from, r, readBy("s.reyes", r, 1400, oct31), refuse())))
	over = over.With(must(bandsOff("125").Judge(sample("400", metering.CCF, 30), sample("100", metering.CCF, 30))))
	high := must(sent.Return(step("m.alvarez", "x"), metering.Result{Order: "1", Measurement: &over}))
	_, err = high.Override(must(approve(must(high.Propose("pool")), "RO-1", "m.alvarez", "s.reyes")), noon().Add(2*time.Hour))
	require.ErrorContains(t, err, "who read the meter")
}

func TestWhoReadTheNewMeterDecidesNothing(t *testing.T) {
	r := dials(6, metering.CCF)
	out := metering.Exchange{Record: "MCO-7", Final: actual(r, 1010, "2026-10-10"), Start: actual(r, 0, "2026-10-12"), Register: r}
	out.Start.Meter, out.Start.Reader = "9001", person("r.cole")
	to := actual(r, 5, oct31)
	to.Meter = "9001"
	gap := held(t, must(exchanged(base(r, 1000, oct1), []metering.Exchange{out}, r, to, metering.CCF, refuse(), nil)))
	_, err := gap.Accept(step("r.cole", "x"), gap.Open()[0])
	require.ErrorContains(t, err, "who read the meter")
	_, err = gap.Accept(step("m.alvarez", "x"), gap.Open()[0])
	require.NoError(t, err)
}

func TestAcceptEndsOneExceptionAndNotAnothersOfItsCode(t *testing.T) {
	sides := []metering.Side{{From: base(low(), 1000, oct1), Register: low()}, {From: base(dialsHigh(), 1000, oct1), Register: dialsHigh()}}
	m := must(metering.Compound(sides, []metering.Reading{actual(low(), 995, oct31), actual(dialsHigh(), 997, oct31)}, metering.CCF, refuse()))
	r := held(t, m)
	require.Equal(t, "ReverseFlow ReverseFlow", codeNames(r.Open()))
	first, err := r.Accept(step("m.alvarez", "known sensor"), r.Open()[1])
	require.NoError(t, err)
	requireOpen(t, first, "ReverseFlow")
	require.Equal(t, "low", first.Open()[0].Register)
	_, err = first.Accept(step("m.alvarez", "known sensor"), r.Open()[1])
	require.ErrorContains(t, err, "no such exception is open")
	_, err = must(first.Accept(step("m.alvarez", "known sensor"), first.Open()[0])).Billable()
	require.NoError(t, err)
}

func dialsHigh() metering.Register { return named("high", dials(6, metering.CCF)) }

func TestNothingAgainstNothingIsAcceptedByOnePerson(t *testing.T) {
	e := judged(t, bandsOff("125"), "0", "0")
	require.Equal(t, metering.ComparedToZero, e.Code)
	require.True(t, e.Acceptable(), "a vacant house, as in the cycle before")
	require.False(t, judged(t, bandsOff("125"), "30", "0").Acceptable())
	require.False(t, metering.Exception{Code: metering.ComparedToZero}.Acceptable(), "without its numbers")
	iee := metering.ItronIEE()
	iee.Limit = metering.At(number("50"))
	fall := must(iee.Judge(sample("0", metering.CCF, 30), sample("50", metering.CCF, 30)))
	require.Equal(t, metering.ComparedToZero, fall.Code)
	require.False(t, fall.Acceptable(), "from 50 to nothing")
}

func TestWhatTakesThePlaceBeginsAtTheSameDigits(t *testing.T) {
	r := dials(6, metering.CCF)
	none := held(t, must(metering.Between(base(r, 1000, oct1), r, noRead(r, oct31), refuse())))
	customer := base(r, 1000, oct1)
	customer.Source = metering.Customer
	after := customer
	after.Estimates = 2
	ten := times("10", r)
	for name, from := range map[string]metering.Baseline{
		"other digits": base(r, 1015, oct1), "another source": customer, "another row of estimates": after, "another scale": base(ten, 1000, oct1),
		"another register": base(named("2", r), 1000, oct1),
	} {
		m := checked(must(metering.Between(from, from.Register, actual(from.Register, 1020, oct31), refuse())))
		_, err := none.Correct(step("m.alvarez", "card"), "card 1", m)
		require.ErrorIs(t, err, metering.ErrReview, name)
		require.ErrorContains(t, err, "begins ", name)
	}

	changed := held(t, must(metering.Between(base(r, 1000, oct1), ten, actual(ten, 1020, oct31), refuse())))
	requireOpen(t, changed, "MultiplierChanged")
	right := checked(must(metering.Between(base(ten, 1000, oct1), ten, actual(ten, 1020, oct31), refuse())))
	done, err := proposed(changed, right)
	require.NoError(t, err, "the scale is what was wrong on record")
	require.Equal(t, "200", must(done.Billable()).Exact().String())
	sent := must(changed.Send(step("m.alvarez", "x"), metering.Order{ID: "1", Kind: metering.ServiceOrder}))
	_, err = sent.Return(step("m.alvarez", "the plate says 10"), metering.Result{Order: "1", Measurement: &right})
	require.NoError(t, err, "found in the field")
	tenth := times("0.001", r)
	third := checked(must(metering.Between(base(tenth, 1000, oct1), tenth, actual(tenth, 1020, oct31), refuse())))
	_, err = sent.Return(step("m.alvarez", "x"), metering.Result{Order: "1", Measurement: &third})
	require.ErrorContains(t, err, "begins at another reading", "a scale that nobody has shown")
	told := held(t, must(metering.NoUse(base(r, 1000, oct1), metering.Exception{Code: metering.MultiplierChanged}))) // as a file states
	_, err = proposed(told, right)
	require.NoError(t, err)
}

func TestWhatTakesThePlaceLeavesNoDaysOut(t *testing.T) {
	r := dials(6, metering.CCF)
	from := base(r, 1000, oct1)
	estimate := func(day string) metering.Measurement {
		m, _, err := metering.Estimate(from, r, date(day), metering.EstimateRule{Method: classMean("1 CCF"), MaxInRow: 3}, nil)
		require.NoError(t, err)
		return m
	}
	read := func(day string) metering.Measurement {
		return checked(must(metering.Between(from, r, actual(r, 1020, day), refuse())))
	}
	undated := held(t, must(metering.Between(from, r, metering.Reading{Meter: "7088", Register: "1", State: metering.NoRead}, refuse())))
	_, err := undated.Correct(step("m.alvarez", "card"), "card 1", read("2026-10-20"))
	require.ErrorContains(t, err, "more than ten days before it was due")
	_, err = undated.Correct(step("m.alvarez", "card"), "card 1", read("2026-10-21"))
	require.NoError(t, err, "reads of some days before count")
	_, err = undated.Correct(step("m.alvarez", "card"), "card 1", checked(must(metering.Between(from, r, actual(r, 1020, oct1), refuse()))))
	require.ErrorContains(t, err, "of no day")
	_, err = proposed(undated, read("2026-10-20"))
	require.NoError(t, err)

	sent := must(undated.Send(step("m.alvarez", "x"), metering.Order{ID: "1", Kind: metering.ReReadOrder}))
	for day, says := range map[string]string{"2026-10-20": "more than ten days before", "2027-01-05": "after the day of the step", "2026-10-30": "", "2026-11-15": ""} {
		m := read(day)
		_, err = sent.Return(step("m.alvarez", "x"), metering.Result{Order: "1", Measurement: &m})
		if says == "" {
			require.NoError(t, err, day)
			continue
		}
		require.ErrorContains(t, err, says)
	}
	_, err = undated.ProposeUse(read("2027-01-05"), "x", noon())
	require.ErrorContains(t, err, "after the day of the step")
	again := must(metering.Between(from, r, metering.Reading{Meter: "7088", Register: "1", State: metering.NoRead}, refuse()))
	_, err = sent.Return(step("m.alvarez", "x"), metering.Result{Order: "1", Measurement: &again})
	require.NoError(t, err, "no number, and no day")

	// Whenever the meter was visited, the estimate is up to the day on which the reading was due.
	for name, visited := range map[string]metering.Review{
		"undated": undated, "before": must(metering.NewReview("A-1", date(oct31), must(metering.Between(from, r, noRead(r, "2026-10-29"), refuse())), "days")),
		"after":    must(metering.NewReview("A-1", date(oct31), must(metering.Between(from, r, noRead(r, "2030-01-01"), refuse())), "days")),
		"conflict": must(metering.NewReview("A-1", date(oct31), must(metering.NoUse(from, metering.Exception{Code: metering.Conflict})), "days")),
	} {
		for _, day := range []string{oct1, "2026-10-29", "2026-10-30", "2026-11-01", "2030-01-01"} {
			_, err = visited.Estimate(step("m.alvarez", "x"), estimate(day))
			require.ErrorContains(t, err, "was due on 2026-10-31", name+" "+day)
		}
		_, err = visited.Estimate(step("m.alvarez", "x"), estimate(oct31))
		require.NoError(t, err, name)
	}
	high := must(metering.NewReview("A-1", date(oct31), checked(must(metering.Between(from, r, actual(r, 1900, "2026-11-02"), refuse()))).With(metering.Exception{Code: metering.High}), "days"))
	for _, day := range []string{oct31, "2026-11-02"} {
		_, err = high.Estimate(step("m.alvarez", "x"), estimate(day))
		require.NoError(t, err, "the use that is held is up to another day")
	}

	wrong := held(t, must(metering.Between(from, r, actual(r, 1020, "2026-09-30"), refuse())))
	requireOpen(t, wrong, "ReadOrder")
	done, err := proposed(wrong, read(oct31))
	require.NoError(t, err, "the day is what was wrong")
	require.Equal(t, 30, must(done.Billable()).Days())
	for name, due := range map[string]string{"none": "", "before the period": "2026-09-30"} {
		day := metering.Reading{}.Day
		if due != "" {
			day = date(due)
		}
		_, err := metering.NewReview("A-1", day, again, "days")
		require.ErrorContains(t, err, "due: ", name)
	}
}

// What the checks refuse to know is billed as a clerk proposes and a second person approves.
func TestAUseThatTheChecksDoNotKnowTakesASecondPerson(t *testing.T) {
	r := dials(6, metering.CCF)
	from := base(r, 999_990, oct1)
	refused := held(t, must(metering.Between(from, r, readBy("r.cole", r, 150, oct31), refuse())))
	requireOpen(t, refused, "NegativeOrRollover")
	declared := readBy("r.cole", r, 150, oct31)
	declared.RolledOver = true
	rolled := checked(must(metering.Between(from, r, declared, refuse())))
	rolled = rolled.With(must(bandsOff("125").Judge(sample("160", metering.CCF, 30), sample("100", metering.CCF, 30))))

	_, err := refused.ProposeUse(rolled, " ", noon())
	require.ErrorContains(t, err, "reason")
	_, err = refused.ProposeUse(must(metering.Between(from, r, readBy("r.cole", r, 150, oct31), refuse())), "x", noon())
	require.ErrorContains(t, err, "no use is known")
	_, err = refused.ProposeUse(must(metering.Between(from, r, declared, refuse())), "x", noon())
	require.ErrorContains(t, err, "the check days has not been run")
	elsewhere := checked(must(metering.Between(base(r, 140, oct1), r, actual(r, 150, oct31), refuse())))
	_, err = refused.ProposeUse(elsewhere, "x", noon())
	require.ErrorContains(t, err, "begins at another reading")

	o, err := refused.ProposeUse(rolled, "photo 7 shows that it turned", noon())
	require.NoError(t, err)
	require.Equal(t, `A-1041/2026-10 [2026-10-01, 2026-10-31): bill 160 CCF, another measurement than the one that is held, although
  NegativeOrRollover(1) on meter 7088: went back from 999990 to 150; a rollover of 6 dials would be 160 digits, 160 CCF; high limit none; nothing is billed
  Rollover(1) on meter 7088: passed the top of 6 dials, as its sender declares: 999990 to 150 is 160
  High: 160 CCF is 160% of 100, and 125% or more is High
  read: meter 7088 register 1, [2026-10-01, 2026-10-31): 999990 to 150, 160 digits, 160 CCF
because photo 7 shows that it turned`, o.String())
	_, err = approve(o, "RO-1", "m.alvarez", "m.alvarez")
	require.ErrorIs(t, err, approval.ErrSamePerson)
	approved := must(approve(o, "RO-1", "m.alvarez", "s.reyes"))
	done, err := refused.Override(approved, noon().Add(2*time.Hour))
	require.NoError(t, err)
	require.Equal(t, "160", must(done.Billable()).Exact().String())
	require.Equal(t, int64(150), must(done.Billable()).Baselines()[0].Digits)
	for _, h := range done.Exceptions() {
		require.Equal(t, metering.Overridden, h.Resolution, h.Exception.Code)
	}
	require.Len(t, done.Exceptions(), 3)
	requireOpen(t, refused, "NegativeOrRollover")

	_, err = held(t, checked(must(metering.Between(from, r, actual(r, 999_995, oct31), refuse())))).Override(approved, noon().Add(2*time.Hour))
	require.ErrorIs(t, err, metering.ErrReview, "where nothing is open")
	other := readBy("s.reyes", r, 150, oct31)
	other.RolledOver = true
	o = must(refused.ProposeUse(checked(must(metering.Between(from, r, other, refuse()))), "photo 7", noon()))
	_, err = refused.Override(must(approve(o, "RO-2", "m.alvarez", "s.reyes")), noon().Add(2*time.Hour))
	require.ErrorContains(t, err, "who read the meter", "of the reading that takes the place")
}

func TestTheApproverAnswersForTheReadings(t *testing.T) {
	r := dials(6, metering.CCF)
	back := func(p int64) metering.Review {
		return held(t, must(metering.Between(base(r, p, oct1), r, actual(r, 150, oct31), refuse())))
	}
	use := func(p, c int64) metering.Measurement {
		to := actual(r, c, oct31)
		to.RolledOver = true
		return checked(must(metering.Between(base(r, p, oct1), r, to, refuse())))
	}
	o := must(back(999_990).ProposeUse(use(999_990, 150), "photo", noon()))
	shifted := must(back(999_980).ProposeUse(use(999_980, 140), "photo", noon()))
	require.NotEqual(t, o.AppendCanonical(nil), shifted.AppendCanonical(nil))
	require.Equal(t, o.Clone().String(), o.String())

	// Of two measurements of one use that leave different baselines, the approver has seen one.
	from := base(r, 1000, oct1)
	high := func(m metering.Measurement) metering.Review {
		return held(t, m.With(must(bandsOff("125").Judge(sample("130", metering.CCF, 30), sample("100", metering.CCF, 30)))))
	}
	read := actual(r, 1130, oct31)
	card := read
	card.Source = metering.Customer
	a := high(must(metering.Between(from, r, read, refuse())))
	b := high(must(metering.Between(from, r, card, refuse())))
	_, err := b.Override(must(approve(must(a.Propose("pool")), "RO-1", "m.alvarez", "s.reyes")), noon().Add(2*time.Hour))
	require.ErrorIs(t, err, metering.ErrReview)
}

func TestAReviewWithAnOrderOutIsExceptional(t *testing.T) {
	_, _, m := used(t, dials(6, metering.CCF), 1000, 995, refuse())
	r := held(t, m)
	require.Equal(t, metering.Acceptable, r.Pile())
	sent := must(r.Send(step("m.alvarez", "look"), metering.Order{ID: "1", Kind: metering.ServiceOrder}))
	require.Equal(t, metering.Exceptional, sent.Pile())
	_, _, m = used(t, dials(6, metering.CCF), 1000, 1010, refuse())
	none := must(metering.NewReview("A-1", date(oct31), must(metering.NoUse(base(dials(6, metering.CCF), 1000, oct1), metering.Exception{Code: metering.ZeroUse})), "days"))
	require.Equal(t, metering.Exceptional, none.Pile(), "no use, though one person may accept the exception")
	require.Equal(t, metering.Approved, held(t, m).Pile())
}

// The caller's exception names which one is meant; what may be done with it the review's own says.
func TestAcceptAsksTheExceptionThatIsHeld(t *testing.T) {
	_, _, m := used(t, dials(6, metering.CCF), 100, 900, refuse())
	r := held(t, m.With(must(bandsOff("125").Judge(sample("800", metering.CCF, 30), sample("0", metering.CCF, 30)))))
	altered := r.Open()[0]
	require.Equal(t, metering.ComparedToZero, altered.Code)
	altered.Figures[0].Value = metering.Figure{}.Value
	_, err := r.Accept(step("m.alvarez", "x"), altered)
	require.ErrorIs(t, err, metering.ErrReview)
	_, err = r.Accept(step("m.alvarez", "x"), r.Open()[0])
	require.ErrorContains(t, err, "not accepted by one person")
}

func TestAnActualReadingAfterEstimatesIsSettledAndNotEstimatedAway(t *testing.T) {
	r := dials(6, metering.CCF)
	last, at := base(r, 1000, oct1), estimatedBase(r, 1080, oct31)
	billed := []metering.Cycle{cycleOf(oct1, oct31, "80 CCF", metering.Estimated)}
	due := held(t, must(metering.Between(at, r, actual(r, 1900, nov30), refuse())))
	guess, _, err := metering.Estimate(at, r, date(nov30), metering.EstimateRule{Method: classMean("1 CCF"), MaxInRow: 3}, nil)
	require.NoError(t, err)
	_, err = due.Estimate(step("m.alvarez", "x"), guess)
	require.ErrorContains(t, err, "settles the estimates", "an actual reading is there")
	sent := must(due.Send(step("m.alvarez", "x"), metering.Order{ID: "1", Kind: metering.ReReadOrder}))
	none := must(metering.Between(at, r, noRead(r, nov30), refuse()))
	back := must(sent.Return(step("m.alvarez", "dog"), metering.Result{Order: "1", Measurement: &none}))
	_, err = back.Estimate(step("m.alvarez", "x"), guess)
	require.ErrorContains(t, err, "settles the estimates", "though nobody was at home since")

	trued := checked(must(metering.TrueUp(must(metering.Between(last, r, actual(r, 1900, nov30), refuse())), billed, at)))
	done, err := proposed(due, trued)
	require.NoError(t, err)
	require.Equal(t, "450 450", must(done.Billable()).Exact().String()+" "+must(done.Billable()).Rebills()[0].Use.String())
	high := held(t, trued.With(metering.Exception{Code: metering.Highest}))
	_, err = high.Estimate(step("m.alvarez", "x"), guess)
	require.ErrorContains(t, err, "settles the estimates", "the periods that are billed again would be lost")
}

func TestAnEstimateBesideAReadingTakesASecondPerson(t *testing.T) {
	r := dials(6, metering.CCF)
	from := base(r, 900, oct1)
	out := metering.Exchange{Record: "MCO-7", Final: actual(r, 950, "2026-10-16"), Start: actual(r, 500, "2026-10-16"), Register: r}
	out.Start.Meter = "9001"
	to := actual(r, 100, oct31)
	to.Meter = "9001"
	refused := held(t, must(exchanged(from, []metering.Exchange{out}, r, to, metering.CCF, refuse(), nil)))
	requireOpen(t, refused, "NegativeOrRollover")
	rule := metering.EstimateRule{Method: classMean("1 CCF"), MaxInRow: 3}
	old, _, err := metering.Estimate(from, r, date(oct31), rule, nil)
	require.NoError(t, err)
	_, err = refused.Estimate(step("m.alvarez", "x"), old)
	require.ErrorContains(t, err, "the meter was exchanged", "the 50 that are known would be lost")
	fresh, _, err := metering.Estimate(must(out.Opens()), r, date(oct31), rule, nil)
	require.NoError(t, err)
	rest := checked(must(metering.Exchanged(from, []metering.Exchange{out}, fresh, metering.CCF, refuse(), nil)))
	_, err = refused.Estimate(step("m.alvarez", "x"), rest)
	require.ErrorContains(t, err, "no estimate", "the last digits of the old meter are no guess")
	done, err := proposed(refused, rest)
	require.NoError(t, err)
	u := must(done.Billable())
	require.Equal(t, "65", u.Exact().String())
	require.Equal(t, "9001 1", u.Baselines()[0].Meter+" "+number64(u.Baselines()[0].Estimates))
}

func number64(n int) string { return metering.Figure{Value: exact.Int(int64(n))}.String() }
