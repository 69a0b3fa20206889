package cycle_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing"
	"github.com/headgate-dev/headgate/billing/cycle"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/metering"
)

// twoMeters is a bill of house 2 by the sum of two meters, each with its digits from and to; none where meter is empty.
func twoMeters(a billing.Agreement, k, period string, meters ...made) billing.Bill {
	in := must(a.Input(days(period)))
	s := billing.Service{Agreement: a}
	use := exact.Ratio{}
	for _, m := range meters {
		m.agreement, m.period = a, period
		u := m.usage()
		s.Usage, use = append(s.Usage, u), use.Add(u.Exact())
	}
	text, _ := use.Decimal(1)
	in.Usage = must(metering.VolumeOf(text, metering.CCF))
	s.Quote = must(plain.Price(in))
	return billOf(k, s)
}

// A meter that falls off a bill is listed as one that comes to it, and so is an agreement that is read no more: a meter that nobody reads
// bills nothing.
func TestAMeterThatFallsOffABillIsListed(t *testing.T) {
	r := six()
	a := r.Members[1].Agreement
	r.Last[1] = twoMeters(a, lastKey, march, made{tenths: 40}, made{tenths: 40, meter: "M-2b"})
	r.Bills[1] = twoMeters(a, key, april, made{tenths: 50, from: 1004})
	require.Equal(t, []string{"register 1 of meter M-2b is on the bill before, and not on this one"}, of(t, r, cycle.KeyField))
	r.Bills[1] = twoMeters(a, key, april, made{tenths: 50, from: 1004}, made{tenths: 30, meter: "M-2b", from: 1004})
	require.Empty(t, of(t, r, cycle.KeyField))
	r.Bills[1] = twoMeters(a, key, april, made{tenths: 50, from: 1004}, made{tenths: 30, meter: "M-2c"})
	require.Equal(t, []string{"register 1 of meter M-2b is on the bill before, and not on this one", "register 1 of meter M-2c is not on the bill before"}, of(t, r, cycle.KeyField))

	none := but(with(six(), 1, func(m *cycle.Member) { m.Agreement.Reads = billing.Unmetered }), 1, made{})
	require.Equal(t, []string{"the agreement is unmetered, and was metered on the bill before"}, of(t, none, cycle.KeyField))
	back := six()
	flat := back.Members[1].Agreement
	flat.Reads = billing.Unmetered
	back.Last[1] = billOf(lastKey, made{agreement: flat, period: march}.service())
	require.Equal(t, []string{"the agreement is metered, and was unmetered on the bill before"}, of(t, back, cycle.KeyField))
	require.Empty(t, of(t, back, cycle.UseAfterZero), "nobody has measured that there was none")
}

// A meter that was exchanged within the period of the last bill has rightly gone, also where it was on the day of the reading; one that the
// exchange of this period took out is on the bill.
func TestAMeterThatWasExchangedHasRightlyGone(t *testing.T) {
	r := metered(six(), exchanged(metering.Actual, "2026-04-10", nil))
	require.Equal(t, []string{"register 1 of meter N-2 is not on the bill before"}, of(t, r, cycle.KeyField))

	r.Last, r.Period, r.On = []billing.Bill{r.Bills[1]}, days("[2026-04-30, 2026-05-30)"), day("2026-06-01")
	may := made{agreement: r.Members[1].Agreement, period: "[2026-04-30, 2026-05-30)", tenths: 80, meter: "N-2", from: 4}
	r.Bills = []billing.Bill{billOf("2026-W22", may.service())}
	require.Empty(t, of(t, r, cycle.KeyField))
	require.Empty(t, of(t, r, cycle.ReadingGap))
	may.meter, may.from = "M-2", 1012
	r.Bills[0] = billOf("2026-W22", may.service())
	require.Equal(t, []string{"register 1 of meter N-2 is on the bill before, and not on this one"}, of(t, r, cycle.KeyField), "and the old one is back")
	require.Equal(t, []string{"register 1 of meter M-2 counts from 2026-04-30 on, and the bill of [2026-03-31, 2026-04-30) ended on 2026-04-10"}, of(t, r, cycle.ReadingGap))

	// Days without a meter are of none.
	basis := metering.Basis{Daily: ratio(3, 10), Unit: metering.CCF, Method: metering.EstimateMethod{Title: "class", Kind: metering.ClassMean, ClassDaily: must(metering.ParseVolume("0.3 CCF"))}}
	gap := metered(six(), exchanged(metering.Actual, "2026-04-12", &basis))
	require.Equal(t, []string{"register 1 of meter N-2 is not on the bill before"}, of(t, gap, cycle.KeyField))
	require.Empty(t, of(t, gap, cycle.ReadingGap))
	gap.Last, gap.Period, gap.On = []billing.Bill{gap.Bills[1]}, days("[2026-04-30, 2026-05-30)"), day("2026-06-01")
	may.meter, may.from = "N-2", 4
	gap.Bills = []billing.Bill{billOf("2026-W22", may.service())}
	require.Empty(t, of(t, gap, cycle.KeyField))

	onTheDay := exchangedOn("2026-04-30")
	r = metered(six(), onTheDay)
	r.Last, r.Period, r.On = []billing.Bill{r.Bills[1]}, days("[2026-04-30, 2026-05-30)"), day("2026-06-01")
	may.meter, may.from = "N-2", 4
	r.Bills = []billing.Bill{billOf("2026-W22", may.service())}
	require.Empty(t, of(t, r, cycle.KeyField))
}

// Each register counts from where the last bill ended: what lies between is billed by nobody, or twice.
func TestReadingsFollowOn(t *testing.T) {
	require.Equal(t, []string{"register 1 of meter M-2 counts from 1500 on, and the bill of [2026-03-01, 2026-03-31) ended at 1008"},
		of(t, but(six(), 1, made{tenths: 80, from: 1500}), cycle.ReadingGap))
	require.Equal(t, []string{"register 1 of meter M-2 counts from 1001 on, and the bill of [2026-03-01, 2026-03-31) ended at 1008"},
		of(t, but(six(), 1, made{tenths: 80, from: 1001}), cycle.ReadingGap), "billed twice")
	require.True(t, cycle.Exception{Code: cycle.ReadingGap}.Acceptable(), "as where the last bill was corrected")
	require.Empty(t, of(t, but(six(), 1, made{tenths: 80}), cycle.ReadingGap))
	require.Empty(t, of(t, but(six(), 1, made{tenths: 80, meter: "N-2", from: 7}), cycle.ReadingGap), "a new one is listed as such")

	// The second period of an agreement on one bill follows on the first.
	r := six()
	a := r.Members[1].Agreement
	half := func(from int64) cycle.Request {
		r.Bills[1] = billOf(key, made{agreement: a, period: "[2026-03-31, 2026-04-15)", tenths: 40}.service(), made{agreement: a, period: "[2026-04-15, 2026-04-30)", tenths: 40, from: from}.service())
		return r
	}
	require.Empty(t, of(t, half(1012), cycle.ReadingGap))
	require.Equal(t, []string{"register 1 of meter M-2 counts from 1013 on, and the bill of [2026-03-31, 2026-04-15) ended at 1012"}, of(t, half(1013), cycle.ReadingGap))

	// Twice the same bill is told as that.
	r.Bills = append(r.Bills, r.Bills[0])
	require.Empty(t, of(t, r, cycle.ReadingGap)[1:])
	r.Bills = r.Bills[:6]

	// Of two meters each by itself.
	r.Last[1] = twoMeters(a, lastKey, march, made{tenths: 40}, made{tenths: 40, meter: "M-2b"})
	r.Bills[1] = twoMeters(a, key, april, made{tenths: 50, from: 1004}, made{tenths: 30, meter: "M-2b", from: 1005})
	require.Equal(t, []string{"register 1 of meter M-2b counts from 1005 on, and the bill of [2026-03-01, 2026-03-31) ended at 1004"}, of(t, r, cycle.ReadingGap))
}

// dial is a register of four dials that is read at digits on days, and what each period between them comes to: the bills of house 2.
type dial struct {
	digits []int64
	on     []string
}

func (d dial) bills(t *testing.T, r cycle.Request, rule metering.DeltaRule) (last, now billing.Bill) {
	register := ccf()
	register.Dials = 4
	reading := func(i int) metering.Reading {
		return metering.Reading{Meter: "M-2", Register: "1", State: metering.Read, Digits: d.digits[i], Day: day(d.on[i]), Source: metering.Actual}
	}
	from := must(metering.Open(register, reading(0)))
	out := make([]billing.Bill, 2)
	for i, k := range []string{lastKey, key} {
		m := must(metering.Between(from, register, reading(i+1), rule))
		open := must(metering.NewReview("2/"+d.on[i], day(d.on[i+1]), m.With(must(metering.CheckDays(m.Days(), 400)))))
		for len(open.Open()) > 0 {
			open = must(open.Accept(metering.Step{By: person("clerk"), At: may(), Reason: "looked at"}, open.Open()[0]))
		}
		u := kept(must(open.Billable()))
		from = u.Baselines()[0]
		in := must(r.Members[1].Agreement.Input(u.Period()))
		in.Usage = must(u.Volume(metering.CCF, 1, exact.HalfUp))
		out[i] = billOf(k, billing.Service{Agreement: r.Members[1].Agreement, Quote: must(plain.Price(in)), Usage: []metering.Usage{u}})
	}
	return out[0], out[1]
}

// After a step back the next use counts from the old digits, and after the top of the register from behind it.
func TestReadingsFollowOnAfterAStepBackAndARollover(t *testing.T) {
	on := []string{"2026-03-01", "2026-03-31", "2026-04-30"}
	limit := must(metering.ParseVolume("50 CCF"))
	rule := metering.DeltaRule{Tolerance: metering.StandardTolerance(), Rollover: metering.IfPlausible, HighLimit: limit}
	for name, digits := range map[string][]int64{"a step back": {1000, 998, 1009}, "a rollover": {9996, 4, 13}} {
		r := six()
		r.Last[1], r.Bills[1] = dial{digits, on}.bills(t, r, rule)
		require.Empty(t, of(t, r, cycle.ReadingGap), name)
		wrong := metering.Reading{Meter: "M-2", Register: "1", State: metering.Read, Digits: digits[1] + 3, Day: day(on[1]), Source: metering.Actual}
		register := ccf()
		register.Dials = 4
		m := must(metering.Between(must(metering.Open(register, wrong)), register, metering.Reading{Meter: "M-2", Register: "1", State: metering.Read, Digits: digits[2], Day: day(on[2]), Source: metering.Actual}, rule))
		u := kept(must(must(metering.NewReview("2/wrong "+name, day(on[2]), m.With(must(metering.CheckDays(30, 400))))).Billable()))
		require.Len(t, of(t, metered(r, u), cycle.ReadingGap), 1, name)
	}
}
