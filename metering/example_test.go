package metering_test

import (
	"fmt"
	"time"

	"github.com/headgate-dev/headgate/billing/approval"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/metering"
)

// From two readings to the volume that a bill may charge for.
func Example() {
	dial := metering.Register{ID: "1", Dials: 6, PaintedZeros: 1, Multiplier: number("1"), Unit: metering.CubicFoot}
	last := metering.Reading{Meter: "7088", Register: "1", State: metering.Read, Digits: 999980, Day: date("2026-10-01"), Source: metering.Actual}
	now := metering.Reading{Meter: "7088", Register: "1", State: metering.Read, Digits: 105, Day: date("2026-10-31"), Source: metering.Actual}
	rule := metering.DeltaRule{
		Tolerance: metering.StandardTolerance(), Rollover: metering.IfPlausible, HighLimit: must(metering.ParseVolume("20 CCF")),
	}

	m := must(metering.Between(must(metering.Open(dial, last)), dial, now, rule))
	review := must(metering.NewReview("A-1041/2026-10", date(oct31), m.With(must(metering.CheckDays(m.Days(), 45)))))
	_, err := review.Billable()
	fmt.Println(err)

	clerk := metering.Step{By: must(approval.ParsePerson("m.alvarez")), At: time.Date(2026, time.November, 2, 17, 0, 0, 0, time.UTC), Reason: "old meter, full"}
	review = must(review.Accept(clerk, review.Open()[0]))
	usage := must(review.Billable())
	fmt.Println(must(usage.Volume(metering.CCF, 2, exact.HalfUp)), "in", usage.Days(), "days")
	for _, e := range usage.Verdicts() {
		fmt.Println(e)
	}
	// Output:
	// E_USAGE_OPEN: A-1041/2026-10: open: Rollover; accept, override, read again, estimate or order a service, and bill it then
	// 12.5 CCF in 30 days
	// Rollover(1) on meter 7088: passed the top of 6 dials: 999980 to 105 is 125, not above 20 CCF
	// Normal: 30 days, within 45
}

func ExampleParseVolume() {
	used, err := metering.ParseVolume("31.237 CCF")
	if err != nil {
		fmt.Println(err)
		return
	}
	gallons, err := used.In(metering.Gallon)
	if err != nil {
		fmt.Println(err)
		return
	}
	text, _ := gallons.Round(1, exact.HalfUp).Decimal(1)
	fmt.Println(used, "is", text, "gal")

	_, err = metering.ParseUnit("PULSE")
	fmt.Println(err)
	// Output:
	// 31.237 CCF is 23366.9 gal
	// E_UNIT: "PULSE" is no known unit of volume; name one, such as gal, kgal, ft3, CCF, m3
}

func ExampleUnit_CubicInches() {
	measured, _ := metering.CCF.CubicInches()
	convention, _ := metering.CCF748.CubicInches()
	fmt.Println(measured, convention)
	// Output: 172800 172788
}

// Registers go down. A fall is no rollover because it is a fall.
func ExampleBetween() {
	dial := metering.Register{ID: "1", Dials: 7, Multiplier: number("1"), Unit: metering.Gallon}
	read := func(digits int64, day string) metering.Reading {
		return metering.Reading{Meter: "7088", Register: "1", State: metering.Read, Digits: digits, Day: date(day), Source: metering.Actual}
	}
	rule := metering.DeltaRule{Tolerance: metering.ToleranceOf(10), Rollover: metering.RefuseRollover}
	from := must(metering.Open(dial, read(3363, "2026-10-01")))

	back := must(metering.Between(from, dial, read(3362, "2026-10-31"), rule))
	fmt.Println(back.Exceptions()[0])
	next := must(metering.Between(back.Baselines()[0], dial, read(3370, "2026-11-30"), rule))
	use, _ := next.Use()
	fmt.Println("then", use, next.Unit())

	fell := must(metering.Between(from, dial, read(3000, "2026-10-31"), rule))
	_, known := fell.Use()
	fmt.Println(known)
	fmt.Println(fell.Exceptions()[0])
	// Output:
	// ReverseFlow(1) on meter 7088: went back by 1, 3363 to 3362, within 10: use 0, and the next counts from 3363
	// then 7 gal
	// false
	// NegativeOrRollover(1) on meter 7088: went back from 3363 to 3000; a rollover of 7 dials would be 9999637 digits, 9999637 gal; high limit none; nothing is billed
}

// The high side of a compound meter counts tens, and one of its readings is missing.
func ExampleCompound() {
	low := metering.Register{ID: "low", Dials: 6, Multiplier: number("1"), Unit: metering.CCF}
	high := metering.Register{ID: "high", Dials: 6, Multiplier: number("10"), Unit: metering.CCF}
	sides := []metering.Side{{From: base(low, 100, "2026-10-01"), Register: low}, {From: base(high, 50, "2026-10-01"), Register: high}}
	rule := metering.DeltaRule{Tolerance: metering.StandardTolerance(), Rollover: metering.RefuseRollover}

	both := must(metering.Compound(sides, []metering.Reading{actual(low, 180, "2026-10-31"), actual(high, 52, "2026-10-31")}, metering.CCF, rule))
	use, _ := both.Use()
	fmt.Println(use, both.Unit())
	one := must(metering.Compound(sides, []metering.Reading{actual(low, 180, "2026-10-31")}, metering.CCF, rule))
	fmt.Println(one.Exceptions()[0])
	// Output:
	// 100 CCF
	// MissingRegister(high) on meter 7088: register high has no reading; the last was 50 on 2026-10-01
}

// A meter of cubic feet was exchanged for one of gallons, two days after it was taken out.
func ExampleExchanged() {
	old := metering.Register{ID: "1", Dials: 6, Multiplier: number("1"), Unit: metering.CubicFoot}
	fresh := metering.Register{ID: "1", Dials: 6, Multiplier: number("10"), Unit: metering.Gallon}
	order := metering.Exchange{
		Record: "MCO-17", Register: fresh,
		Final: actual(old, 950, "2026-11-10"),
		Start: metering.Reading{Meter: "9001", Register: "1", State: metering.Read, Day: date("2026-11-12"), Source: metering.Actual},
	}
	to := metering.Reading{Meter: "9001", Register: "1", State: metering.Read, Digits: 30, Day: date("2026-11-30"), Source: metering.Actual}
	rule := metering.DeltaRule{Tolerance: metering.StandardTolerance(), Rollover: metering.RefuseRollover}

	last := must(metering.Between(must(order.Opens()), fresh, to, rule))
	m := must(metering.Exchanged(base(old, 900, "2026-10-31"), []metering.Exchange{order}, last, metering.CubicFoot, rule, nil))
	for _, part := range m.Parts() {
		fmt.Println(part.Meter, part.Use, part.Unit)
	}
	use, _ := m.Use()
	text, _ := use.Round(4, exact.HalfUp).Decimal(4)
	fmt.Println(text, m.Unit())
	fmt.Println(m.Exceptions()[0])
	// Output:
	// 7088 50 ft3
	// 9001 300 gal
	// 90.1042 ft3
	// GapDays(1) on meter 9001: 2 days without a meter, removed 2026-11-10, installed 2026-11-12; their use is not known and not billed; record MCO-17
}

// Two estimates of 40, and then the register shows less than the estimates had put it at.
func ExampleTrueUp() {
	dial := metering.Register{ID: "1", Dials: 6, Multiplier: number("1"), Unit: metering.CCF}
	billed := []metering.Cycle{
		{Period: period("2026-09-01", "2026-10-01"), Use: must(metering.ParseVolume("40 CCF")), Source: metering.Estimated},
		{Period: period("2026-10-01", "2026-10-31"), Use: must(metering.ParseVolume("40 CCF")), Source: metering.Estimated},
	}
	rule := metering.DeltaRule{Tolerance: metering.StandardTolerance(), Rollover: metering.RefuseRollover}
	at := estimatedBase(dial, 1080, "2026-10-31") // what the second estimate left
	m := must(metering.TrueUp(must(metering.Between(base(dial, 1000, "2026-09-01"), dial, actual(dial, 1060, "2026-11-30"), rule)), billed, at))
	for _, again := range m.Rebills() {
		fmt.Println(again.Period, "billed", again.Billed, "used", again.Use)
	}
	use, _ := m.Use()
	fmt.Println(m.Period(), "used", use)
	// Output:
	// [2026-09-01, 2026-10-01) billed 40 used 20
	// [2026-10-01, 2026-10-31) billed 40 used 20
	// [2026-10-31, 2026-11-30) used 20
}

func ExampleEstimate() {
	dial := metering.Register{ID: "1", Dials: 5, Multiplier: number("1"), Unit: metering.CCF}
	history := []metering.Cycle{
		{Period: period("2026-07-03", "2026-08-03"), Use: must(metering.ParseVolume("40 CCF")), Source: metering.Actual},
		{Period: period("2026-08-03", "2026-09-01"), Use: must(metering.ParseVolume("35 CCF")), Source: metering.Actual},
		{Period: period("2026-09-01", "2026-10-01"), Use: must(metering.ParseVolume("35 CCF")), Source: metering.Actual},
	}
	rule := metering.EstimateRule{Method: metering.MunisEstimate(), MaxInRow: 3}
	m, reading, err := metering.Estimate(base(dial, 99980, "2026-10-01"), dial, date("2026-10-31"), rule, history)
	fmt.Println(err)
	use, _ := m.Use()
	fmt.Println(use, m.Unit(), reading.Source, reading.Digits)
	fmt.Println(m.Verdicts()[0].Words)
	// Output:
	// <nil>
	// 37 CCF estimated 17
	// MunisEstimate: 110 CCF over 90 days in 3 actual cycles
}

// A threshold that nobody published has no default.
func ExampleBands_Judge() {
	now := metering.Sample{Use: exact.Int(130), Unit: metering.CCF, Days: 30}
	lastYear := metering.Sample{Use: exact.Int(100), Unit: metering.CCF, Days: 30}
	bands := metering.InforDefault()
	_, err := bands.Judge(now, lastYear)
	fmt.Println(err)
	bands.Low, bands.Lower, bands.Lowest = metering.At(number("50")), metering.Off(), metering.Off()
	fmt.Println(bands.Judge(now, lastYear))
	// Output:
	// E_THRESHOLD: lowest: InforDefault has no default for it, and it is not set; set it with At, or decide against it with Off
	// E_THRESHOLD: lower: InforDefault has no default for it, and it is not set; set it with At, or decide against it with Off
	// E_THRESHOLD: low: InforDefault has no default for it, and it is not set; set it with At, or decide against it with Off
	// High: 130 CCF is 130% of 100, and 125% or more is High <nil>
}

// Reads of 0, 150 and 300 cubic feet, billed in whole CCF.
func ExampleWholeUnits() {
	carry := exact.Ratio{} // metering.CarryAt(baseline, metering.CCF)
	for range 2 {
		use := must(must(metering.ParseVolume("150 ft3")).In(metering.CCF))
		var units int64
		units, carry, _ = metering.WholeUnits(use, carry)
		fmt.Println(units, "CCF, and", carry, "is carried")
	}
	// Output:
	// 1 CCF, and 1/2 is carried
	// 2 CCF, and 0 is carried
}

// A high read is billed only on a second person's approval.
func ExampleReview_Override() {
	review := must(metering.NewReview("A-1041/2026-10", date(oct31), highRead(nil)))
	proposal := must(review.Propose("pool filled, customer confirmed"))
	fmt.Println(proposal)

	_, err := approve(proposal, "RO-1", "m.alvarez", "M. Alvarez")
	fmt.Println(err)
	approved := must(approve(proposal, "RO-1", "m.alvarez", "s.reyes"))
	review = must(review.Override(approved, time.Date(2026, time.December, 30, 17, 0, 0, 0, time.UTC)))
	fmt.Println(must(must(review.Billable()).Volume(metering.CCF, 0, exact.HalfUp)), review.Exceptions()[0].Resolution)
	// Output:
	// A-1041/2026-10 [2026-10-01, 2026-10-31): bill 130 CCF although
	//   High: 130 CCF is 130% of 100, and 125% or more is High
	//   read: meter 7088 register 1, [2026-10-01, 2026-10-31): 1000 to 1130, 130 digits, 130 CCF
	// because pool filled, customer confirmed
	// E_APPROVAL_SAME_PERSON: decision.by: the person prepared what they decide on, in whatever spelling; have another person decide
	// 130 CCF overridden
}

// The row goes to the crew, and what they found comes back.
func ExampleReview_Send() {
	dial := metering.Register{ID: "1", Dials: 6, Multiplier: number("1"), Unit: metering.CCF}
	rule := metering.DeltaRule{Tolerance: metering.StandardTolerance(), Rollover: metering.RefuseRollover}
	from := base(dial, 1000, "2026-10-01")
	review := must(metering.NewReview("A-1041/2026-10", date(oct31), must(metering.Between(from, dial, actual(dial, 100, "2026-10-31"), rule)), "days"))

	review = must(review.Send(step("m.alvarez", "cannot be"), metering.Order{ID: "RR-7", Kind: metering.ReReadOrder, Task: "read again, with a photo"}))
	order, _ := review.Pending()
	fmt.Println(order.Kind, order.ID, order.Meter, order.Exceptions[0].Code)
	again := must(metering.Between(from, dial, actual(dial, 1100, "2026-11-02"), rule))
	again = again.With(must(metering.CheckDays(again.Days(), 45)))
	review = must(review.Return(step("m.alvarez", "a digit was left out"), metering.Result{Order: "RR-7", Measurement: &again}))
	fmt.Println(must(review.Billable()).Exact(), review.Exceptions()[0].Resolution)
	// Output:
	// re-read RR-7 7088 NegativeOrRollover
	// 100 read again
}

func ExampleLeakRule_Judge() {
	contact := time.Date(2026, time.November, 2, 20, 0, 0, 0, time.UTC)
	var hours []metering.Interval
	for i := range 24 {
		hours = append(hours, metering.Interval{Start: contact.Add(time.Duration(i-24) * time.Hour), Minutes: 60, Use: must(metering.ParseVolume("2.5 gal"))})
	}
	state, verdict, err := metering.BeaconLeak().Judge(metering.LeakState{}, false, hours, contact)
	fmt.Println(state.Open, state.Critical, err)
	fmt.Println(verdict)
	// Output:
	// true false <nil>
	// Leak: 2.5 gal an hour at the least, in each of 24 hours before the last contact; 0 were not read; the limit is 1
}

func ExampleResolveTimes() {
	pacific := must(time.LoadLocation("America/Los_Angeles"))
	one := metering.LocalTime{Day: date("2026-11-01"), Hour: 1}
	at, _, err := metering.ResolveTimes([]metering.LocalTime{one, one}, pacific)
	fmt.Println(at[0].In(pacific), at[1].In(pacific), err)
	_, found, _ := metering.ResolveTimes([]metering.LocalTime{one}, pacific)
	fmt.Println(found[0])
	// Output:
	// 2026-11-01 01:00:00 -0700 PDT 2026-11-01 01:00:00 -0800 PST <nil>
	// AmbiguousTime: the clock showed 2026-11-01 01:00:00 twice that day, in the file it stands once or too often (1): stamp 0 may be either
}
