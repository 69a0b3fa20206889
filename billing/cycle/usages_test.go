package cycle_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing"
	"github.com/headgate-dev/headgate/billing/approval"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/cycle"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/metering"
)

// What the checks of the readings found, and how many estimates are in a row, the usages alone tell: none is left out, none stands for
// another, and none stands there twice.
func TestTheUsagesAreThoseThatTheBillsWereMadeOf(t *testing.T) {
	r := given(but(six(), 1, made{tenths: 3, estimates: 5}))
	require.Len(t, r.Usages, 6)
	require.Len(t, of(t, r, cycle.EstimatesInRow), 1)
	refused := func(want string, usages []metering.Usage) {
		t.Helper()
		wrong := r
		wrong.Usages = usages
		err := second(cycle.Review(wrong, thresholds()))
		require.ErrorIs(t, err, cycle.ErrRequest)
		require.ErrorContains(t, err, want)
	}
	for i, u := range r.Usages {
		refused("usage "+u.Key()+", which it was made of, is not given", slices.Delete(slices.Clone(r.Usages), i, i+1))
	}
	refused("bill 2026-W18 of account A-1: usage 1/", r.Usages[1:])
	refused("usage "+r.Usages[0].Key()+" stands there twice", append(slices.Clone(r.Usages), r.Usages[0]))
	refused("one is none", append(slices.Clone(r.Usages), metering.Usage{}))

	// Another one under the same key: of the same meter and days, and other readings.
	usage := func(digits int64) metering.Usage {
		reading := func(digits int64, on string) metering.Reading {
			return metering.Reading{Meter: "M-1", Register: "1", State: metering.Read, Digits: digits, Day: day(on), Source: metering.Actual}
		}
		from := must(metering.Open(ccf(), reading(1008, "2026-03-31")))
		m := must(metering.Between(from, ccf(), reading(digits, "2026-04-30"), metering.DeltaRule{Tolerance: metering.StandardTolerance(), Rollover: metering.RefuseRollover}))
		return must(must(metering.NewReview(r.Usages[0].Key(), day("2026-04-30"), m.With(must(metering.CheckDays(30, 400))))).Billable())
	}
	refused("usage "+r.Usages[0].Key()+" has other readings than the bill was made of", append([]metering.Usage{usage(1017)}, r.Usages[1:]...))
	same := r
	same.Usages = append([]metering.Usage{usage(1016)}, r.Usages[1:]...)
	require.NoError(t, second(cycle.Review(same, thresholds())))
}

// ccf is a register that counts hundreds of cubic feet.
func ccf() metering.Register {
	return metering.Register{ID: "1", Dials: 7, Multiplier: must(exact.NewNumber(1, 0)), Unit: metering.CCF}
}

// exchanged is a usage of April in which meter M-2 was taken out on 10 April and N-2 put in.
func exchanged(final metering.Source, putIn string, gap *metering.Basis) metering.Usage {
	return exchange("M-2", "N-2", "2026-04-10", final, putIn, gap)
}

// exchangedOn is one in which it was exchanged on a day.
func exchangedOn(on string) metering.Usage {
	return exchange("M-2", "N-2", on, metering.Actual, on, nil)
}

func exchange(old, next, out string, final metering.Source, putIn string, gap *metering.Basis) metering.Usage {
	reading := func(m string, digits int64, on string, s metering.Source) metering.Reading {
		return metering.Reading{Meter: m, Register: "1", State: metering.Read, Digits: digits, Day: day(on), Source: s}
	}
	rule := metering.DeltaRule{Tolerance: metering.StandardTolerance(), Rollover: metering.RefuseRollover}
	from := must(metering.Open(ccf(), reading(old, 1008, "2026-03-31", metering.Actual)))
	x := metering.Exchange{Record: "MCO-1", Final: reading(old, 1012, out, final), Start: reading(next, 0, putIn, metering.Actual), Register: ccf()}
	last := must(metering.Between(must(x.Opens()), ccf(), reading(next, 4, "2026-04-30", metering.Actual), rule))
	m := must(metering.Exchanged(from, []metering.Exchange{x}, last, metering.CCF, rule, gap))
	open := must(metering.NewReview(old+"/april out "+out, day("2026-04-30"), m.With(must(metering.CheckDays(m.Days(), 400)))))
	for len(open.Open()) > 0 {
		if e := open.Open()[0]; e.Acceptable() {
			open = must(open.Accept(metering.Step{By: person("clerk"), At: may(), Reason: "looked at"}, e))
			continue
		}
		open = overridden(open, "the box was flooded")
	}
	return kept(must(open.Billable()))
}

// overridden has s.reyes let stand what the checks of a reading have stopped.
func overridden(r metering.Review, reason string) metering.Review {
	approved, err := override(r, reason, "clerk", "s.reyes")
	if err != nil {
		panic(err)
	}
	return must(r.Override(approved, may().Add(2*time.Hour)))
}

func override(r metering.Review, reason, clerk, supervisor string) (approval.Approved[metering.Override], error) {
	o, err := r.Propose(reason)
	if err != nil {
		return approval.Approved[metering.Override]{}, err
	}
	proposal, err := approval.Propose(o, approval.Request{Key: r.Key(), Prepared: []approval.Person{person(clerk)}, At: may()})
	if err != nil {
		return approval.Approved[metering.Override]{}, err
	}
	year := days("[2026-01-01, 2027-01-01)")
	matrix := must(approval.Compile(approval.Policy{
		Name: "2026", Source: "invented", During: year, Location: time.UTC, Kinds: []approval.KindRule{{Kind: metering.OverrideKind, Validity: 72 * time.Hour}},
		Limits: []approval.Limit{{Role: "supervisor", Kind: metering.OverrideKind, Bounds: approval.Bounds{PerProposal: approval.Unlimited(), PerAccount: approval.Unlimited()}}},
		Grants: []approval.Grant{{Person: person(supervisor), Role: "supervisor", During: year}},
	}))
	decision := approval.Decision{By: person(supervisor), At: may().Add(time.Hour), Saw: proposal.Digest()}
	return approval.Approve(proposal, decision, matrix, must(approval.NewHistory(seal(), nil)))
}

// metered is the bill of house 2 by a usage of April.
func metered(r cycle.Request, u metering.Usage) cycle.Request {
	a := r.Members[1].Agreement
	in := must(a.Input(days(april)))
	in.Usage = must(u.Volume(metering.CCF, 1, exact.HalfUp))
	r.Bills = slices.Clone(r.Bills)
	r.Bills[1] = billOf(key, billing.Service{Agreement: a, Quote: must(plain.Price(in)), Usage: []metering.Usage{u}})
	return r
}

// An exchange is no fault of the usages: days without a meter have no register, and one that was taken out leaves no baseline.
func TestAnEstimateAtAnExchangeIsNoFault(t *testing.T) {
	basis := metering.Basis{Daily: ratio(3, 10), Unit: metering.CCF, Method: metering.EstimateMethod{Title: "class", Kind: metering.ClassMean, ClassDaily: must(metering.ParseVolume("0.3 CCF"))}}
	gap := metered(six(), exchanged(metering.Actual, "2026-04-12", &basis))
	require.Empty(t, of(t, gap, cycle.EstimatesInRow))
	require.Len(t, of(t, gap, cycle.ReadException), 1, "that there were such days")

	final := metered(six(), exchanged(metering.Estimated, "2026-04-10", nil))
	require.Empty(t, of(t, final, cycle.EstimatesInRow), "one in a row")
	p := thresholds()
	p.EstimatesInRow = at(1)
	require.NotContains(t, codesOf(must(cycle.Review(given(gap), p))), cycle.EstimatesInRow)
	require.Contains(t, must(cycle.Review(given(final), p)).String(), "register 1 of meter M-2 was not read, and is estimated")
	two := metered(gap, exchanged(metering.Actual, "2026-04-12", &basis))
	a := two.Members[2].Agreement
	in := must(a.Input(days(april)))
	u := exchange("M-3", "N-3", "2026-04-10", metering.Actual, "2026-04-12", &basis)
	in.Usage = must(u.Volume(metering.CCF, 1, exact.HalfUp))
	two.Bills[2] = billOf(key, billing.Service{Agreement: a, Quote: must(plain.Price(in)), Usage: []metering.Usage{u}})
	require.Empty(t, of(t, two, cycle.ReadTwice), "days without a meter are of no register")
	final.Last[1] = billOf(lastKey, made{agreement: final.Members[1].Agreement, period: march, tenths: 3, estimates: 1}.service())
	require.Equal(t, []string{
		"register 1 of meter M-2 is estimated, and so is the bill before, [2026-03-01, 2026-03-31); the meter was exchanged, so that nothing tells how often in a row, and 2 or more is too often",
	}, of(t, final, cycle.EstimatesInRow))
}

// sides is a usage of a meter with two registers, of which the first is estimated for the third time in a row.
func sides(name, period string) metering.Usage {
	low, p := ccf(), days(period)
	low.ID = "2"
	reading := func(r metering.Register, digits int64, on civil.Date) metering.Reading {
		return metering.Reading{Meter: "M-2", Register: r.ID, State: metering.Read, Digits: digits, Day: on, Source: metering.Actual}
	}
	from := must(metering.Open(ccf(), reading(ccf(), 1008, p.From)))
	from.Source, from.Estimates = metering.Estimated, 2
	rule := metering.EstimateRule{MaxInRow: 9, Method: metering.EstimateMethod{Title: "class", Kind: metering.ClassMean, ClassDaily: must(metering.ParseVolume("0.2 CCF"))}}
	high, _, err := metering.Estimate(from, ccf(), p.To, rule, nil)
	if err != nil {
		panic(err)
	}
	read := must(metering.Between(must(metering.Open(low, reading(low, 50, p.From))), low, reading(low, 52, p.To), metering.DeltaRule{Tolerance: metering.StandardTolerance(), Rollover: metering.RefuseRollover}))
	m := must(metering.Sum(metering.CCF, high, read))
	return kept(must(must(metering.NewReview(name, p.To, m.With(must(metering.CheckDays(m.Days(), 400))))).Billable()))
}

// Each register of a meter has its own row of estimates, and its own readings.
func TestEachRegisterOfAMeterIsLookedAtByItself(t *testing.T) {
	r := metered(six(), sides("2/sides", april))
	require.Equal(t, []string{"register 1 of meter M-2 is estimated 3 times in a row, and 2 or more is too often"}, of(t, r, cycle.EstimatesInRow))
	require.Equal(t, []string{"register 2 of meter M-2 is not on the bill before"}, of(t, r, cycle.KeyField))

	last := six()
	a := last.Members[1].Agreement
	in := must(a.Input(days(march)))
	u := sides("2/march", march)
	in.Usage = must(u.Volume(metering.CCF, 1, exact.HalfUp))
	last.Last[1] = billOf(lastKey, billing.Service{Agreement: a, Quote: must(plain.Price(in)), Usage: []metering.Usage{u}})
	require.Equal(t, []string{"register 2 of meter M-2 is on the bill before, and not on this one"}, of(t, last, cycle.KeyField))
	require.Len(t, of(t, metered(last, sides("2/again", april)), cycle.ReadingGap), 2, "register 1 ended at 1014 and register 2 at 52")

	// Told once of a meter.
	b := r.Members[2].Agreement
	in = must(b.Input(days(april)))
	u = sides("3/sides", april)
	in.Usage = must(u.Volume(metering.CCF, 1, exact.HalfUp))
	r.Bills[2] = billOf(key, billing.Service{Agreement: b, Quote: must(plain.Price(in)), Usage: []metering.Usage{u}})
	require.Len(t, of(t, r, cycle.ReadTwice), 2)
}

// A new meter does not end a row of estimates: the service was not read.
func TestANewMeterDoesNotEndARowOfEstimates(t *testing.T) {
	r := but(six(), 1, made{tenths: 3, estimates: 1, meter: "N-2"})
	require.Empty(t, of(t, r, cycle.EstimatesInRow))
	r.Last[1] = billOf(lastKey, made{agreement: r.Members[1].Agreement, period: march, tenths: 3, estimates: 5}.service())
	require.Equal(t, []string{
		"register 1 of meter N-2 is estimated, and so is the bill before, [2026-03-01, 2026-03-31); the meter was exchanged, so that nothing tells how often in a row, and 2 or more is too often",
	}, of(t, r, cycle.EstimatesInRow))
	p := thresholds()
	p.EstimatesInRow = off()
	require.NotContains(t, codesOf(must(cycle.Review(given(r), p))), cycle.EstimatesInRow)
	p.EstimatesInRow = at(3)
	same := but(r, 1, made{tenths: 3, estimates: 2})
	require.NotContains(t, codesOf(must(cycle.Review(given(same), p))), cycle.EstimatesInRow, "the meter that was there is counted by its usage")
}

// What a meter showed is billed once: to two agreements of one service it is listed at each, and nobody accepts it.
func TestAReadingIsBilledOnce(t *testing.T) {
	r := but(six(), 1, made{tenths: 80, meter: "M-1"})
	require.Equal(t, []string{
		"register 1 of meter M-1 is read for [2026-03-31, 2026-04-30), and bill 2026-W18 of account A-2 has it for [2026-03-31, 2026-04-30) of the same water",
		"register 1 of meter M-1 is read for [2026-03-31, 2026-04-30), and bill 2026-W18 of account A-1 has it for [2026-03-31, 2026-04-30) of the same water",
	}, of(t, r, cycle.ReadTwice))
	require.False(t, cycle.Exception{Code: cycle.ReadTwice}.Acceptable())
	require.Len(t, of(t, but(r, 2, made{tenths: 80, meter: "M-1"}), cycle.ReadTwice), 4, "three of them")
	require.Len(t, of(t, but(r, 3, made{tenths: 80, meter: "M-3"}), cycle.ReadTwice), 4, "two of one and two of another")
	h := holdOf("2")
	h.Bill = key
	r.Holds = []cycle.Hold{h}
	require.Empty(t, of(t, r, cycle.ReadTwice), "once one is held the other is right")

	// A turnover: the days follow one another.
	turned := with(six(), 0, func(m *cycle.Member) { m.Agreement.Until = day("2026-04-10") })
	turned = but(turned, 0, made{period: "[2026-03-31, 2026-04-10)", tenths: 30})
	next := made{period: "[2026-04-10, 2026-04-30)", tenths: 50, meter: "M-1", from: 1011}
	require.Empty(t, of(t, but(turned, 1, next), cycle.ReadTwice))
	next.period = "[2026-04-09, 2026-04-30)"
	require.Len(t, of(t, but(turned, 1, next), cycle.ReadTwice), 2)
	// The longest covers those behind a short one too.
	long := but(but(six(), 0, made{tenths: 80}), 1, made{period: "[2026-04-01, 2026-04-03)", tenths: 80, meter: "M-1"})
	require.Len(t, of(t, but(long, 2, made{period: "[2026-04-05, 2026-04-30)", tenths: 80, meter: "M-1"}), cycle.ReadTwice), 4)

	// Another service is billed by the same meter, and so is another register of it.
	sewer := with(six(), 1, func(m *cycle.Member) { m.Agreement.Service = "sewer" })
	require.Empty(t, of(t, but(sewer, 1, made{tenths: 80, meter: "M-1"}), cycle.ReadTwice))
	// Twice for one agreement are days on two bills.
	r = six()
	r.Bills = append(slices.Clone(r.Bills), billOf("again", made{agreement: r.Members[1].Agreement, period: april, tenths: 80}.service()))
	require.Empty(t, of(t, r, cycle.ReadTwice))
}
