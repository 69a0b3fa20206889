package billing_test

import (
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/metering"
)

// usedBy is a usage of March by a meter, in whole units.
func usedBy(key, meter string, units int64, unit metering.Unit) metering.Usage {
	r := metering.Register{ID: "1", Dials: 6, Multiplier: must(exact.NewNumber(1, 0)), Unit: unit}
	reading := func(digits int64, on string) metering.Reading {
		return metering.Reading{Meter: meter, Register: "1", State: metering.Read, Digits: digits, Day: day(on), Source: metering.Actual}
	}
	rule := metering.DeltaRule{Tolerance: metering.StandardTolerance(), Rollover: metering.RefuseRollover}
	m := must(metering.Between(must(metering.Open(r, reading(1000, "2026-03-01"))), r, reading(1000+units, "2026-03-31"), rule))
	m = m.With(must(metering.CheckDays(m.Days(), 40)))
	return must(must(metering.NewReview(key, day("2026-03-31"), m)).Billable())
}

func volume(text string) metering.Volume { return must(metering.ParseVolume(text)) }

// A usage is priced as it was measured, or rounded once to the places of the volume. What needed no rounding is exact, and no
// number of meters makes room for a unit that nobody used.
func TestWhatNeedsNoRoundingIsPricedExactly(t *testing.T) {
	tenThousand := func(key string) metering.Usage { return usedBy(key, key, 10_000, metering.Gallon) } // 13.368 CCF
	ccf := func(key string, units int64) metering.Usage { return usedBy(key, key, units, metering.CCF) }
	var idle []metering.Usage
	for i := range 20 {
		idle = append(idle, ccf("m"+strconv.Itoa(i), 0))
	}
	for _, c := range []struct {
		usages []metering.Usage
		priced string
		taken  bool
	}{
		{[]metering.Usage{ccf("a", 13)}, "13 CCF", true},
		{[]metering.Usage{ccf("a", 13)}, "13.9 CCF", false},
		{[]metering.Usage{ccf("a", 13)}, "14 CCF", false},
		{[]metering.Usage{ccf("a", 13), ccf("b", 0)}, "13 CCF", true},
		{[]metering.Usage{ccf("a", 13), ccf("b", 0)}, "14 CCF", false},
		{[]metering.Usage{ccf("a", 13), ccf("b", 0)}, "12 CCF", false},
		{idle, "0 CCF", true},
		{idle, "1 CCF", false},
		{idle, "19 CCF", false},
		{[]metering.Usage{tenThousand("a")}, "12 CCF", false},
		{[]metering.Usage{tenThousand("a")}, "13 CCF", true},
		{[]metering.Usage{tenThousand("a")}, "14 CCF", true}, // rounded up
		{[]metering.Usage{tenThousand("a")}, "15 CCF", false},
		{[]metering.Usage{tenThousand("a"), tenThousand("b")}, "25 CCF", false},
		{[]metering.Usage{tenThousand("a"), tenThousand("b")}, "26 CCF", true},  // each
		{[]metering.Usage{tenThousand("a"), tenThousand("b")}, "27 CCF", true},  // the sum
		{[]metering.Usage{tenThousand("a"), tenThousand("b")}, "28 CCF", false}, // each, up
		{[]metering.Usage{tenThousand("a"), tenThousand("b")}, "29 CCF", false},
		{[]metering.Usage{tenThousand("a"), ccf("b", 1)}, "15 CCF", true}, // up: 14 and 1
		{[]metering.Usage{tenThousand("a"), ccf("b", 1)}, "16 CCF", false},
	} {
		r := request(t)
		in := must(r.Services[0].Agreement.Input(days(march)))
		in.Usage = volume(c.priced)
		r.Services = []billing.Service{{Agreement: r.Services[0].Agreement, Quote: must(must(rates.Compile(book())).Price(in)), Usage: c.usages}}
		b, err := billing.NewBill(r)
		if !c.taken {
			require.ErrorIs(t, err, billing.ErrUsage, "%s of %d usages", c.priced, len(c.usages))
			require.ErrorContains(t, err, c.priced+" was priced, and ")
			continue
		}
		require.NoError(t, err, "%s of %d usages", c.priced, len(c.usages))
		back := must(billing.BillForm.Unmarshal(must(billing.BillForm.Marshal(b))))
		require.Equal(t, b.Charges(), back.Charges(), "and a stored bill is as exact")
	}
}

// byMeter has every charge of water for each meter, and asks no fact of them.
func byMeter() rates.Book {
	b := book()
	for i := range b.Schedules[0].Versions[0].Charges {
		b.Schedules[0].Versions[0].Charges[i].Per = rates.PerMeter
	}
	return b
}

// Tiers are of each meter: a use that moves from one to another costs less.
func TestEachMeterIsPricedByItsOwnUsage(t *testing.T) {
	engine := must(rates.Compile(byMeter()))
	first, second := usedBy("k1", "7088", 30, metering.CCF), usedBy("k2", "7089", 0, metering.CCF)
	meter := func(id, use string) rates.Meter { return rates.Meter{ID: id, Usage: volume(use)} }
	sized := meter("7088", "30 CCF")
	sized.Facts = rates.Facts{"meter_size": "1"}
	same := meter("7088", "30 CCF")
	same.Facts = rates.Facts{"meter_size": "3/4"}
	own := meter("7088", "30 CCF")
	own.Facts = rates.Facts{"backflow": "yes"}
	grows := meter("7088", "30 CCF")
	grows.Changes = []rates.Change{{Fact: "meter_size", Value: "1", On: day("2026-03-12")}}
	bare := meter("7089", "0 CCF")
	bare.Usage = metering.Volume{}
	for _, c := range []struct {
		says   string
		meters []rates.Meter
		usages []metering.Usage
	}{
		{"", []rates.Meter{meter("7088", "30 CCF"), meter("7089", "0 CCF")}, []metering.Usage{first, second}},
		{"", []rates.Meter{meter("7089", "0 CCF"), meter("7088", "30 CCF")}, []metering.Usage{first, second}},
		{"", []rates.Meter{meter("k1", "30 CCF"), meter("k2", "0 CCF")}, []metering.Usage{first, second}},
		{"", []rates.Meter{same, meter("7089", "0 CCF")}, []metering.Usage{first, second}},
		{"", []rates.Meter{own, meter("7089", "0 CCF")}, []metering.Usage{first, second}},
		{"15 CCF was priced, and 30 was measured", []rates.Meter{meter("7088", "15 CCF"), meter("7089", "15 CCF")}, []metering.Usage{first, second}},
		{"0 CCF was priced, and 30 was measured", []rates.Meter{meter("7088", "0 CCF"), meter("7089", "30 CCF")}, []metering.Usage{first, second}},
		{"meter m1 was priced, and 0 usages are of it", []rates.Meter{meter("m1", "30 CCF"), meter("m2", "0 CCF")}, []metering.Usage{first, second}},
		{"usage k2 is of no meter that was priced", []rates.Meter{meter("7088", "30 CCF")}, []metering.Usage{first, second}},
		{"meter 7088 was priced, and 2 usages are of it", []rates.Meter{meter("7088", "30 CCF")}, []metering.Usage{first, usedBy("k3", "7088", 0, metering.CCF)}},
		{"usage k1 is of meter 7088 and of meter k1", []rates.Meter{meter("7088", "30 CCF"), meter("k1", "30 CCF")}, []metering.Usage{first}},
		{"no usage was priced", []rates.Meter{meter("7088", "30 CCF"), bare}, []metering.Usage{first, second}},
		{"meter 7088 was priced by another meter_size than agreement 1 says", []rates.Meter{sized, meter("7089", "0 CCF")}, []metering.Usage{first, second}},
		{"meter 7088 was priced by another meter_size than agreement 1 says", []rates.Meter{grows, meter("7089", "0 CCF")}, []metering.Usage{first, second}},
	} {
		r := request(t)
		in := must(r.Services[0].Agreement.Input(days(march)))
		in.Meters = c.meters
		r.Services = []billing.Service{{Agreement: r.Services[0].Agreement, Quote: must(engine.Price(in)), Usage: c.usages}}
		b, err := billing.NewBill(r)
		if c.says != "" {
			require.ErrorContains(t, err, c.says)
			continue
		}
		require.NoError(t, err)
		back := must(billing.BillForm.Unmarshal(must(billing.BillForm.Marshal(b))))
		require.Equal(t, b.Reads("1"), back.Reads("1"), "and a stored bill knows its meters")
	}
}

// A meter that states the first value of a fact alone would stand before a change of it that the agreement has.
func TestAMeterHidesNoChangeOfTheAgreement(t *testing.T) {
	b := byMeter()
	b.Schedules[0].Select, b.Schedules[0].Facts[0].Change = rates.SplitByDay, rates.SplitByDay
	a := water("1", "2026-01-01", "")
	a.Changes = []rates.Change{{Fact: "meter_size", Value: "1", On: day("2026-03-12")}}
	for _, changes := range [][]rates.Change{nil, a.Changes} {
		in := must(a.Input(days(march)))
		in.Meters = []rates.Meter{{ID: "7088", Usage: volume("30 CCF"), Facts: rates.Facts{"meter_size": "3/4"}, Changes: changes}}
		r := request(t)
		r.Services = []billing.Service{{Agreement: a, Quote: must(must(rates.Compile(b)).Price(in)), Usage: []metering.Usage{usedBy("k1", "7088", 30, metering.CCF)}}}
		_, err := billing.NewBill(r)
		if changes == nil {
			require.ErrorContains(t, err, "by another meter_size")
		} else {
			require.NoError(t, err)
		}
	}
}

// A schedule that selects its version by the day of the bill is priced for that day, and no other one.
func TestTheDayOfTheBillIsThatOfItsQuotes(t *testing.T) {
	b := book()
	s := &b.Schedules[0]
	s.Select = rates.ByBillDate
	next := s.Versions[0]
	next.Charges = append([]rates.Charge{}, next.Charges...)
	next.Charges[0].Rule = rates.Fixed{Amount: rates.Num("50.00")}
	s.Versions[0].To, next.From = day("2026-04-01"), day("2026-04-01")
	s.Versions = append(s.Versions, next)
	a := water("1", "2026-01-01", "")
	for on, says := range map[string]string{"2026-04-02": "", "2026-03-31": "services[0].quote: it was priced for a bill of 2026-03-31, and the bill is of 2026-04-02"} {
		in := must(a.Input(days(march)))
		in.Usage, in.BillDate = volume("13 CCF"), day(on)
		r := request(t)
		r.Services = []billing.Service{{Agreement: a, Quote: must(must(rates.Compile(b)).Price(in)), Usage: []metering.Usage{usedBy("k", "7088", 13, metering.CCF)}}}
		bill, err := billing.NewBill(r)
		if says != "" {
			require.ErrorContains(t, err, says)
			continue
		}
		require.NoError(t, err)
		require.Equal(t, usd(96_65), bill.Charges())
	}
}

// A quantity that no meter shows is billed only where it is stated what it rests on, and the bill tells it.
func TestAQuantityThatNobodyMeasuredSaysWhatItRestsOn(t *testing.T) {
	b := book()
	b.Schedules[1].Versions[0].Charges[0].Rule, b.Schedules[1].Versions[0].Charges[0].Per = rates.PerUnit{Price: rates.Num("3.00")}, rates.PerMeter
	engine := must(rates.Compile(b))
	for _, c := range []struct{ quantity, meter, basis, says string }{
		{"8 CCF", "", "winter average 2025-26", ""},
		{"", "8 CCF", "winter average 2025-26", ""},
		{"0 CCF", "", "", ""},
		{"8 CCF", "", "", `agreement 1s is unmetered, "8 CCF" was priced, and it is stated to rest on ""`},
		{"", "8 CCF", "", `agreement 1s is unmetered, "8 CCF of meter m1" was priced`},
		{"0 CCF", "", "winter average 2025-26", ""}, // nobody was there
		{"", "", "winter average 2025-26", `"" was priced, and it is stated to rest on "winter average 2025-26"`},
	} {
		s := sewerOf(t, water("1", "2026-01-01", ""), march)
		in := s.Quote.Input
		switch {
		case c.quantity != "":
			in.Usage = volume(c.quantity)
		case c.meter != "":
			in.Meters = []rates.Meter{{ID: "m1", Usage: volume(c.meter)}}
		}
		s.Quote, s.Basis = must(engine.Price(in)), c.basis
		r := request(t)
		r.Services = []billing.Service{s}
		bill, err := billing.NewBill(r)
		if c.says != "" {
			require.ErrorContains(t, err, c.says)
			require.ErrorIs(t, err, billing.ErrUsage)
			continue
		}
		require.NoError(t, err)
		if c.basis == "" {
			require.Empty(t, bill.Messages())
			continue
		}
		told := []billing.Message{{Code: billing.MessageBasis, Text: "The sewer quantity of [2026-03-01, 2026-03-31) is not metered: winter average 2025-26."}}
		require.Equal(t, told, bill.Messages())
		require.Equal(t, told, must(billing.BillForm.Unmarshal(must(billing.BillForm.Marshal(bill)))).Messages())
	}
	r := request(t)
	r.Services[0].Basis = "winter average 2025-26"
	_, err := billing.NewBill(r)
	require.ErrorContains(t, err, "agreement 1 is metered, and its quantity is stated to rest on winter average 2025-26")

	carry := book()
	carry.Schedules[1].Usage, carry.Schedules[1].Versions[0].Charges[0].Rule = rates.TruncateAndCarry, rates.PerUnit{Price: rates.Num("3.00")}
	s := sewerOf(t, water("1", "2026-01-01", ""), march)
	in := s.Quote.Input
	in.Usage, in.Carried = volume("0 CCF"), must(exact.New(1, 2))
	s.Quote = must(must(rates.Compile(carry)).Price(in))
	r.Services = []billing.Service{s}
	_, err = billing.NewBill(r)
	require.ErrorContains(t, err, `"0.5 that the last bill carried" was priced`)
}
