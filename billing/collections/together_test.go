package collections_test

import (
	"slices"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/collections"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/policy"
)

// always is a household of low income on all days of the year.
func always() []civil.Period { return []civil.Period{civil.MustPeriod("[2026-01-01, 2027-01-01)")} }

// offAndOn is a story that was shut off on 22 June and turned on again on 24 June.
func offAndOn(t tester) *story {
	s := untilShutoff(t)
	s.event(collections.ShutOff, collections.InPerson, collections.Occupant, "2026-06-22 09:00")
	s.n = 8
	s.event(collections.Reconnected, collections.InPerson, collections.Occupant, "2026-06-24")
	return s
}

func (s *story) low(on string, cost int64) collections.StepFacts {
	s.t.Helper()
	f := s.stepFacts(on)
	f.LowIncome, f.ActualCost = always(), usd(cost)
	return f
}

func shutoffOf(t tester, all []collections.StepCharge) collections.StepCharge {
	t.Helper()
	for _, c := range all {
		if c.Step == collections.ShutOff {
			return c
		}
	}
	require.Fail(t, "no shutoff")
	return collections.StepCharge{}
}

// H&S 116914: of a household of low income the fee for the shutoff is no way round the cap on the reconnection.
func TestAFeeForTheShutoffIsNoWayRoundTheCap(t *testing.T) {
	f := feesOf(t, stepFees(), reconnection())
	s := offAndOn(t)
	r := feeFacts(collections.InHours, 85_00, collections.Yes)
	fee, shutoffs, err := f.Reconnection(r, s.low("2026-06-24", 85_00))
	require.NoError(t, err)
	require.Equal(t, usd(40_00), only(t, shutoffs).Amount)
	require.Equal(t, "a fee of $40.00 for shut_off E5 of 2026-06-22: of a household of low income the fee for the shutoff and that for the reconnection are together at most the cap of $50.00 "+
		"(H&S 116914(a)(1)); CA-HSC-116914@2018 is to be confirmed by counsel", shutoffs[0].Words)
	require.Equal(t, usd(10_00), fee.Amount)
	require.True(t, fee.Capped)
	require.Contains(t, fee.Words, "; the fee for the shutoff and that for the reconnection are together at most the cap of $50.00, and $40.00 is that of the shutoff: $10.00")

	// After hours the cap is another one, and the actual cost another limit.
	night := r
	night.When, night.ActualCost = collections.AfterHours, usd(120_00)
	fee, _, err = f.Reconnection(night, s.low("2026-06-24", 85_00))
	require.NoError(t, err)
	require.Equal(t, usd(80_00), fee.Amount)
	require.Contains(t, fee.Words, "together at most the actual cost of $120.00, and $40.00 is that of the shutoff: $80.00")

	// Where the district's own fee is less than what is left, it stays.
	p := reconnection()
	p.InHours = policy.Is(usd(8_00))
	fee, _, err = feesOf(t, stepFees(), p).Reconnection(r, s.low("2026-06-24", 85_00))
	require.NoError(t, err)
	require.Equal(t, usd(8_00), fee.Amount)
	require.False(t, fee.Capped)

	// No cap holds for others, nor for other service.
	fee, shutoffs, err = f.Reconnection(feeFacts(collections.InHours, 85_00, collections.No), s.stepFacts("2026-06-24"))
	require.NoError(t, err)
	require.Equal(t, []money.Amount{usd(85_00), usd(40_00)}, []money.Amount{fee.Amount, only(t, shutoffs).Amount})
	shop := r
	shop.Residential = collections.No
	s.f.Class = "commercial"
	fee, shutoffs, err = f.Reconnection(shop, s.low("2026-06-24", 85_00))
	require.NoError(t, err)
	require.Equal(t, []money.Amount{usd(85_00), usd(40_00)}, []money.Amount{fee.Amount, only(t, shutoffs).Amount})
	require.False(t, shutoffs[0].Capped)
	all, err := f.Steps(s.low("2026-06-24", 35_00))
	require.NoError(t, err)
	require.Equal(t, usd(40_00), shutoffOf(t, all).Amount)
}

func TestAFeeForTheShutoffAloneIsUnderTheCap(t *testing.T) {
	p := stepFees()
	p.ShutOff.Amount = policy.Of(usd(70_00))
	f := feesOf(t, p, reconnection())
	s := untilShutoff(t)
	s.event(collections.ShutOff, collections.InPerson, collections.Occupant, "2026-06-22 09:00")
	all, err := f.Steps(s.low("2026-06-22", 85_00))
	require.NoError(t, err)
	c := shutoffOf(t, all)
	require.Equal(t, []money.Amount{usd(50_00), usd(70_00), usd(50_00)}, []money.Amount{c.Amount, c.Stated, c.Limit})
	require.True(t, c.Capped)
	all, err = f.Steps(s.low("2026-06-22", 35_00))
	require.NoError(t, err)
	require.Equal(t, usd(35_00), shutoffOf(t, all).Amount)
	require.Contains(t, shutoffOf(t, all).Words, "together at most the actual cost of $35.00")

	_, err = f.Steps(s.low("2026-06-22", 0))
	require.ErrorIs(t, err, collections.ErrFacts)
	require.ErrorContains(t, err, "actual_cost")
	r := reconnection()
	r.Cap.Title, r.Cap.During = "as read once", civil.MustPeriod("[2020-02-01, 2026-06-22)")
	_, err = feesOf(t, p, r).Steps(s.low("2026-06-22", 85_00))
	require.ErrorIs(t, err, collections.ErrLaw)
	r = reconnection()
	r.Index = index(map[int]string{2021: "280.1", 2025: "330"})
	_, err = feesOf(t, p, r).Steps(s.low("2026-06-22", 85_00))
	require.ErrorIs(t, err, collections.ErrCap)
	r = reconnection()
	r.InHours, r.Confirmed = policy.Is(usd(40_00)), policy.Is(true)
	all, err = feesOf(t, p, r).Steps(s.low("2026-06-22", 85_00))
	require.NoError(t, err)
	require.NotContains(t, shutoffOf(t, all).Words, "confirmed")
}

// What was charged before low income was known, or at another cost, is taken back where it alone is above the cap.
func TestAFeeForTheShutoffAboveTheCapIsTakenBack(t *testing.T) {
	f := feesOf(t, stepFees(), reconnection())
	s := offAndOn(t)
	all, err := f.Steps(s.stepFacts("2026-06-24"))
	require.NoError(t, err)
	s.enter("2026-06-24", shutoffOf(t, all))
	fee, shutoffs, err := f.Reconnection(feeFacts(collections.InHours, 35_00, collections.Yes), s.low("2026-06-24", 35_00))
	require.NoError(t, err)
	require.Equal(t, usd(35_00), fee.Amount)
	require.Equal(t, collections.TakeFeeBack, only(t, shutoffs).Outcome)
	require.Equal(t, "the fee of $40.00 for shut_off E5 of 2026-06-22 is taken back: of a household of low income the fee for the shutoff and that for the reconnection are together at most "+
		"the actual cost of $35.00 (H&S 116914(a)(1))", shutoffs[0].Words)
	s.enter("2026-06-24", shutoffs...)
	require.Equal(t, usd(84_37), s.balance("2026-06-24"))
	all, err = f.Steps(s.low("2026-06-24", 35_00))
	require.NoError(t, err)
	require.Equal(t, collections.TakenBackSince, shutoffOf(t, all).Why)
}

// Of the caps of the day of the shutoff and of that of the reconnection the less holds: of a shutoff in one year and a reconnection in another.
func TestTheLesserCapOfTwoYearsHolds(t *testing.T) {
	p := reconnection()
	for year, text := range map[int]string{2021: "280.1", 2026: "280.1", 2027: "140.05"} {
		p.Index = append(p.Index, collections.IndexYear{Year: year, Value: decimal.RequireFromString(text)})
	}
	f := feesOf(t, stepFees(), p)
	s := untilShutoff(t)
	s.event(collections.ShutOff, collections.InPerson, collections.Occupant, "2026-06-22")
	s.event(collections.Reconnected, collections.InPerson, collections.Occupant, "2027-01-04")
	facts := s.low("2027-01-04", 85_00)
	facts.LowIncome = []civil.Period{civil.MustPeriod("[2026-01-01, 2028-01-01)")}
	all, err := f.Steps(facts)
	require.NoError(t, err)
	require.Equal(t, usd(25_00), shutoffOf(t, all).Amount)
	r := feeFacts(collections.InHours, 85_00, collections.Yes)
	r.Key, r.On = "E6", day("2027-01-04")
	fee, _, err := f.Reconnection(r, facts)
	require.NoError(t, err)
	require.Equal(t, usd(0), fee.Amount)
}

// A reconnection that was charged first leaves what it leaves.
func TestAFeeForTheShutoffThatComesLastFindsWhatIsLeft(t *testing.T) {
	s := offAndOn(t)
	f := feesOf(t, stepFees(), reconnection())
	alone, err := reconnection().Reconnection(feeFacts(collections.InHours, 85_00, collections.Yes))
	require.NoError(t, err)
	entries, err := alone.Entries(&s.l, collections.Posting{Billed: day("2026-06-24"), Due: day("2026-07-16"), Accounting: day("2026-06-24")})
	require.NoError(t, err)
	s.post(entries[0])
	all, err := f.Steps(s.low("2026-06-24", 85_00))
	require.NoError(t, err)
	c := shutoffOf(t, all)
	require.Equal(t, collections.CapReached, c.Why)
	require.Contains(t, c.Words, "together at most the cap of $50.00 (H&S 116914(a)(1)), of which $50.00 was charged for the reconnection")

	// Of low income on the day of the reconnection alone is enough.
	late := s.low("2026-06-24", 85_00)
	late.LowIncome = []civil.Period{civil.MustPeriod("[2026-06-24, 2027-01-01)")}
	all, err = f.Steps(late)
	require.NoError(t, err)
	require.Equal(t, collections.CapReached, shutoffOf(t, all).Why)

	// A reconnection of the next shutoff is none of this one.
	s.event(collections.ShutOff, collections.InPerson, collections.Occupant, "2026-06-26")
	require.Equal(t, usd(40_00), only(t, ofEvent(t, f, s.low("2026-06-27", 85_00), "E10")).Amount)
	s.event(collections.Withdrawn, "", "", "2026-06-26").Of = "E9"
	require.Equal(t, collections.ChargeFee, only(t, ofEvent(t, f, s.low("2026-06-27", 85_00), "E5")).Outcome, "the reconnection was withdrawn")
}

// A reconnection is under one cap with the shutoff that it ended, and with no other.
func TestTheCapIsOfOneShutoffAndItsReconnection(t *testing.T) {
	f := feesOf(t, stepFees(), reconnection())
	s := offAndOn(t)
	s.event(collections.ShutOff, collections.InPerson, collections.Occupant, "2026-06-26")
	s.event(collections.Reconnected, collections.InPerson, collections.Occupant, "2026-06-29")
	fee := func(key, on string) (money.Amount, []string) {
		r := feeFacts(collections.InHours, 85_00, collections.Yes)
		r.Key, r.On = key, day(on)
		fee, shutoffs, err := f.Reconnection(r, s.low("2026-06-29", 85_00))
		require.NoError(t, err)
		var of []string
		for _, c := range shutoffs {
			of = append(of, c.Event)
		}
		return fee.Amount, of
	}
	amount, of := fee("E9", "2026-06-24")
	require.Equal(t, usd(10_00), amount)
	require.Equal(t, []string{"E5"}, of, "none of a later day")
	amount, of = fee("E11", "2026-06-29")
	require.Equal(t, usd(10_00), amount)
	require.Equal(t, []string{"E10"}, of, "none that was ended before")

	// What the second was charged at takes nothing from the first; once its shutoff is withdrawn, it is of the first too.
	alone := feeFacts(collections.InHours, 85_00, collections.Yes)
	alone.Key, alone.On = "E11", day("2026-06-29")
	charged, err := reconnection().Reconnection(alone)
	require.NoError(t, err)
	entries, err := charged.Entries(&s.l, collections.Posting{Billed: day("2026-06-29"), Due: day("2026-07-20"), Accounting: day("2026-06-29")})
	require.NoError(t, err)
	s.post(entries[0])
	require.Equal(t, usd(40_00), only(t, ofEvent(t, f, s.low("2026-06-29", 85_00), "E5")).Amount)
	require.Equal(t, collections.CapReached, only(t, ofEvent(t, f, s.low("2026-06-29", 85_00), "E10")).Why)
	events := slices.Clone(s.f.Events)
	s.event(collections.Withdrawn, "", "", "2026-06-29").Of = "E10"
	require.Equal(t, collections.CapReached, only(t, ofEvent(t, f, s.low("2026-06-29", 85_00), "E5")).Why)
	s.f.Events = events
	s.post(must(s.l.Reverse(entries[0].ID(), "by hand", ledger.Charged, day("2026-06-29"), day("2026-06-29"))))
	require.Equal(t, usd(40_00), only(t, ofEvent(t, f, s.low("2026-06-29", 85_00), "E10")).Amount, "what was taken back is none of the cap")
}

func ofEvent(t tester, f *collections.Fees, s collections.StepFacts, event string) []collections.StepCharge {
	t.Helper()
	all, err := f.Steps(s)
	require.NoError(t, err)
	for _, c := range all {
		if c.Event == event {
			return []collections.StepCharge{c}
		}
	}
	return nil
}

func TestAReconnectionIsARecordedEventOfTheAccount(t *testing.T) {
	f := feesOf(t, stepFees(), reconnection())
	for name, c := range map[string]struct {
		code   error
		words  string
		change func(s *story, r *collections.FeeFacts, facts *collections.StepFacts)
	}{
		"no event":     {collections.ErrEvent, "key", func(_ *story, r *collections.FeeFacts, _ *collections.StepFacts) { r.Key = "E7" }},
		"another step": {collections.ErrEvent, "key", func(_ *story, r *collections.FeeFacts, _ *collections.StepFacts) { r.Key = "E5" }},
		"a shutoff": {collections.ErrEvent, "key", func(_ *story, r *collections.FeeFacts, _ *collections.StepFacts) {
			r.Key, r.On = "E5", day("2026-06-22")
		}},
		"another day":     {collections.ErrEvent, "key", func(_ *story, r *collections.FeeFacts, _ *collections.StepFacts) { r.On = day("2026-06-23") }},
		"another account": {collections.ErrFacts, "account", func(_ *story, r *collections.FeeFacts, _ *collections.StepFacts) { r.Account = "0200000" }},
		"another area":    {collections.ErrFacts, "account", func(_ *story, r *collections.FeeFacts, _ *collections.StepFacts) { r.Area = "Marina" }},
		"residential":     {collections.ErrFacts, "residential", func(_ *story, r *collections.FeeFacts, _ *collections.StepFacts) { r.Residential = collections.No }},
		"low income":      {collections.ErrFacts, "low_income", func(_ *story, r *collections.FeeFacts, _ *collections.StepFacts) { r.LowIncome = collections.No }},
		"two costs":       {collections.ErrFacts, "give the less for both", func(_ *story, _ *collections.FeeFacts, f *collections.StepFacts) { f.ActualCost = usd(85_01) }},
		"a bad fact":      {collections.ErrFacts, "when", func(_ *story, r *collections.FeeFacts, _ *collections.StepFacts) { r.When = "noon" }},
		"bad facts":       {collections.ErrFacts, "low_income", func(_ *story, _ *collections.FeeFacts, f *collections.StepFacts) { f.LowIncome = nil }},
	} {
		s := offAndOn(t)
		r, facts := feeFacts(collections.InHours, 85_00, collections.Yes), s.low("2026-06-24", 85_00)
		c.change(s, &r, &facts)
		_, _, err := f.Reconnection(r, facts)
		require.ErrorIs(t, err, c.code, name)
		require.ErrorContains(t, err, c.words, name)
	}
}

// A reconnection that ends no shutoff, or one that should not have been, costs nothing; what was charged for it is taken back.
func TestAReconnectionOfNoShutoffIsFree(t *testing.T) {
	f := feesOf(t, stepFees(), reconnection())
	posting := collections.Posting{Billed: day("2026-06-24"), Due: day("2026-07-16"), Accounting: day("2026-06-24")}
	reconnect := func(s *story, key, on string) collections.Fee {
		r := feeFacts(collections.InHours, 85_00, collections.No)
		r.Key, r.On = key, day(on)
		fee, _, err := f.Reconnection(r, s.stepFacts("2026-06-30"))
		require.NoError(t, err)
		return fee
	}
	s := offAndOn(t)
	for _, e := range must(reconnect(s, "E9", "2026-06-24").Entries(&s.l, posting)) {
		s.post(e)
	}
	require.Equal(t, usd(169_37), s.balance("2026-06-25"))
	s.event(collections.Reconnected, collections.InPerson, collections.Occupant, "2026-06-24")
	second := reconnect(s, "E10", "2026-06-24")
	require.Equal(t, "no fee: no shutoff is recorded that it ends", second.Words)
	require.Empty(t, must(second.Entries(&s.l, posting)))
	require.Equal(t, usd(85_00), reconnect(s, "E9", "2026-06-24").Amount, "the first has it")
	s.event(collections.Reconnected, collections.InPerson, collections.Occupant, "2026-06-26")
	require.Zero(t, reconnect(s, "E11", "2026-06-26").Amount)

	never := untilShutoff(t)
	never.event(collections.Reconnected, collections.InPerson, collections.Occupant, "2026-06-24")
	require.Equal(t, "no fee: no shutoff is recorded that it ends", reconnect(never, "E5", "2026-06-24").Words)

	for words, change := range map[string]func(s *story){
		"no fee: no shutoff is recorded that it ends": func(s *story) { s.event(collections.Withdrawn, "", "", "2026-06-25").Of = "E5" },
		"the ladder was blocked on that day: an appeal of 2026-06-10 is open": func(s *story) {
			s.f.Reviews = []collections.Review{{Kind: collections.Appeal, Filed: day("2026-06-10")}}
		},
		"no fee: the reconnection was withdrawn on 2026-06-25": func(s *story) { s.event(collections.Withdrawn, "", "", "2026-06-25").Of = "E9" },
	} {
		s := offAndOn(t)
		for _, e := range must(reconnect(s, "E9", "2026-06-24").Entries(&s.l, posting)) {
			s.post(e)
		}
		change(s)
		fee := reconnect(s, "E9", "2026-06-24")
		require.Zero(t, fee.Amount)
		require.Contains(t, fee.Words, words)
		for _, e := range must(fee.Entries(&s.l, posting)) {
			s.post(e)
		}
		require.Equal(t, usd(84_37), s.balance("2026-06-25"), words)
	}
}

// Of the shutoffs and the reconnections of one day the instants say which ended which; without them the shutoff came first.
func TestAReconnectionEndsTheShutoffBeforeIt(t *testing.T) {
	f := feesOf(t, stepFees(), reconnection())
	for _, c := range []struct {
		off, on string
		fee     int64
	}{
		{"2026-06-22", "2026-06-22", 85_00}, {"2026-06-22 09:00", "2026-06-22", 85_00}, {"2026-06-22", "2026-06-22 09:00", 85_00}, {"2026-06-22 09:00", "2026-06-22 10:00", 85_00},
		{"2026-06-22 10:00", "2026-06-22 09:00", 0}, {"2026-06-22", "2026-06-23", 85_00},
	} {
		s := untilShutoff(t)
		s.event(collections.ShutOff, collections.InPerson, collections.Occupant, c.off)
		s.event(collections.Reconnected, collections.InPerson, collections.Occupant, c.on)
		r := feeFacts(collections.InHours, 85_00, collections.No)
		r.Key, r.On = "E6", day(c.on[:10])
		fee, _, err := f.Reconnection(r, s.stepFacts("2026-06-30"))
		require.NoError(t, err)
		require.Equal(t, usd(c.fee), fee.Amount, "%v", c)
	}
}

// Whichever is entered first, and on whichever of the two days the household is of low income: both fees come to the same.
func TestWhichFeeIsEnteredFirstHasNoEffect(t *testing.T) {
	f := feesOf(t, stepFees(), reconnection())
	posting := collections.Posting{Billed: day("2026-06-24"), Due: day("2026-07-16"), Accounting: day("2026-06-24")}
	for low, want := range map[string]int64{"[2026-01-01, 2026-06-23)": 50_00, "[2026-06-24, 2027-01-01)": 50_00, "[2026-01-01, 2027-01-01)": 50_00, "[2026-06-23, 2026-06-24)": 125_00} {
		for _, first := range []string{"shutoff", "reconnection"} {
			s := offAndOn(t)
			facts := func() collections.StepFacts {
				out := s.low("2026-06-24", 85_00)
				out.LowIncome = []civil.Period{civil.MustPeriod(low)}
				return out
			}
			r := feeFacts(collections.InHours, 85_00, collections.No)
			if civil.MustPeriod(low).Contains(r.On) {
				r.LowIncome = collections.Yes
			}
			shutoff := func() { s.enter("2026-06-24", shutoffOf(t, must(f.Steps(facts())))) }
			reconnect := func() {
				fee, _, err := f.Reconnection(r, facts())
				require.NoError(t, err)
				for _, e := range must(fee.Entries(&s.l, posting)) {
					s.post(e)
				}
			}
			if first == "shutoff" {
				shutoff()
				reconnect()
			} else {
				reconnect()
				shutoff()
			}
			require.Equal(t, 84_37+want, s.balance("2026-06-25").Cents(), "%s first, of low income in %s", first, low)
		}
	}
}

// Whatever the fees, the hours, the cost and the index, and whichever is entered first: together a household of low income is charged no more
// than the cap and the actual cost, in the books too; and nobody is charged more than the district's own fees.
func TestBothFeesTogetherAreUnderTheCap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		steps, p := stepFees(), reconnection()
		steps.ShutOff.Amount = policy.Of(usd(rapid.Int64Range(1, 200_00).Draw(t, "shutoff")))
		p.InHours, p.AfterHours = policy.Is(usd(rapid.Int64Range(0, 400_00).Draw(t, "in"))), policy.Is(usd(rapid.Int64Range(0, 400_00).Draw(t, "after")))
		p.Index = index(map[int]string{2021: "280.1", 2026: decimal.New(rapid.Int64Range(1400, 9999).Draw(t, "index"), -1).String()})
		f := feesOf(t, steps, p)
		s := offAndOn(t)
		r := feeFacts(rapid.SampledFrom([]collections.Hour{collections.InHours, collections.AfterHours}).Draw(t, "when"), rapid.Int64Range(1, 200_00).Draw(t, "cost"), collections.Yes)
		facts := s.low("2026-06-24", rapid.Int64Range(1, r.ActualCost.Cents()).Draw(t, "in hours"))
		known := rapid.SampledFrom([]string{"2026-01-01", "2026-06-23"}).Draw(t, "since")
		facts.LowIncome = []civil.Period{civil.MustPeriod("[" + known + ", 2027-01-01)")}
		posting := collections.Posting{Billed: day("2026-06-24"), Due: day("2026-07-16"), Accounting: day("2026-06-24")}
		if rapid.Bool().Draw(t, "charged before low income was known") {
			s.enter("2026-06-24", shutoffOf(t, must(f.Steps(s.stepFacts("2026-06-24")))))
			facts.Facts = s.facts("2026-06-24")
		}
		fee, shutoffs, err := f.Reconnection(r, facts)
		require.NoError(t, err)
		most := fee.Cap
		if r.ActualCost.Cmp(most) < 0 {
			most = r.ActualCost
		}
		total := fee.Amount.Cents()
		for _, c := range shutoffs {
			if c.Outcome == collections.ChargeFee || c.Outcome == collections.FeeStands {
				total += c.Amount.Cents()
				require.LessOrEqual(t, c.Amount.Cents(), c.Stated.Cents())
			}
		}
		require.LessOrEqual(t, total, most.Cents(), "%s; %v", fee.Words, shutoffs)
		require.LessOrEqual(t, fee.Amount.Cents(), fee.Stated.Cents())

		before := s.balance("2026-06-24")
		if only(t, shutoffs).Outcome == collections.FeeStands || only(t, shutoffs).Outcome == collections.TakeFeeBack {
			before = must(before.Sub(shutoffs[0].Amount))
		}
		reconnect := func() {
			for _, e := range must(fee.Entries(&s.l, posting)) {
				s.post(e)
			}
		}
		if rapid.Bool().Draw(t, "the shutoff first") {
			s.enter("2026-06-24", shutoffs...)
			reconnect()
		} else {
			reconnect()
			facts.Facts = s.facts("2026-06-24")
			if shutoffs[0].Outcome == collections.TakeFeeBack {
				s.enter("2026-06-24", shutoffs...)
			} else {
				s.enter("2026-06-24", shutoffOf(t, must(f.Steps(facts))))
			}
		}
		require.LessOrEqual(t, s.balance("2026-06-24").Cents()-before.Cents(), most.Cents(), "in the books")
		facts.Facts = s.facts("2026-06-24")
		require.NotEqual(t, collections.ChargeFee, shutoffOf(t, must(f.Steps(facts))).Outcome, "nothing is left to charge")
	})
}
