package main

import (
	"math"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/cycle"
	"github.com/headgate-dev/headgate/billing/rates"
)

// fault is something that went wrong with the bill of a house, and how it ends: corrected, decided on, or held.
type fault struct {
	house   int
	planted string       // in words
	codes   []cycle.Code // the exceptions that it has on the list
	plant   func(*making)

	correct func(*making) // the bill is prepared again
	then    []cycle.Code  // what is on the list after it
	decide  string        // why it goes out as it is
	hold    string        // why it waits
}

// day is a date of the example.
func day(text string) civil.Date { return civil.MustDate(text) }

// faults are what is planted in the cycle, by house.
func faults() []fault {
	return []fault{
		{
			house: 7, planted: "a new service, and nobody entered its cycle", codes: []cycle.Code{cycle.NoCycle}, plant: func(in *making) { in.cycle, in.skip = "", true },
			correct: func(in *making) { in.cycle, in.skip = ours, false }, then: []cycle.Code{cycle.ShortPeriod}, decide: "new service of 11 May; its cycle is entered now",
		},
		{house: 19, planted: "the meter was not read", codes: []cycle.Code{cycle.NoBill}, plant: func(in *making) { in.skip = true }, hold: "the meter box is flooded; read order of 4 June"},
		{
			house: 33, planted: "no bill in April: two months in one", codes: []cycle.Code{cycle.LongPeriod, cycle.ReadException},
			plant:  func(in *making) { in.used, in.accepted = 15, "two months, read on the day" },
			decide: "held in April for a broken dial; base and tiers go with the days of the bill",
		},
		{
			house: 52, planted: "the bill begins three days late", codes: []cycle.Code{cycle.Gap}, plant: func(in *making) { in.period.From = day("2026-05-04"); in.from.Day = in.period.From },
			correct: func(in *making) { in.period.From = day("2026-05-01"); in.from = in.meter },
		},
		{
			house: 61, planted: "the bill begins three days early", codes: []cycle.Code{cycle.Overlap}, plant: func(in *making) { in.period.From = day("2026-04-28"); in.from.Day = in.period.From },
			correct: func(in *making) { in.period.From = day("2026-05-01"); in.from = in.meter },
		},
		{house: 76, planted: "the customer moved out on 14 May", codes: []cycle.Code{cycle.ShortPeriod}, decide: "final bill; the agreement ends with it"},
		{house: 77, planted: "the customer moved out on 19 May", codes: []cycle.Code{cycle.ShortPeriod}, decide: "final bill; the agreement ends with it"},
		{house: 79, planted: "the customer moved out on 24 May", codes: []cycle.Code{cycle.ShortPeriod}, decide: "final bill; the agreement ends with it"},
		{
			house: 84, planted: "estimated for the second time in a row", codes: []cycle.Code{cycle.EstimatesInRow}, plant: func(in *making) { in.estimated = true },
			decide: "the box was under a car twice; order to read it by appointment",
		},
		{
			house: 97, planted: "the reading of April was three too high, so that May shows nothing", codes: []cycle.Code{cycle.ZeroUse}, plant: func(in *making) { in.used = 0 },
			correct: func(in *making) { in.from.Digits -= 3; in.used = 3 },
			then:    []cycle.Code{cycle.LowUse, cycle.ReadingGap}, decide: "read again on 2 June; April is billed again by adjustment RB-97",
		},
		{
			house: 105, planted: "a leak: four times the use", codes: []cycle.Code{cycle.ReadException, cycle.HighUse, cycle.TierJump},
			plant:  func(in *making) { in.used, in.accepted = 31, "read twice" },
			decide: "read twice; the customer was called and has a leak behind the meter; form for a leak credit sent",
		},
		{house: 118, planted: "a quarter of the use", codes: []cycle.Code{cycle.LowUse}, plant: func(in *making) { in.used = 2 }, decide: "the house was empty for three weeks, as the customer says"},
		{
			house: 127, planted: "the meter was changed in April for a larger one, and the fact was entered in May", codes: []cycle.Code{cycle.KeyField},
			plant: func(in *making) {
				in.water.Changes = []rates.Change{{Fact: "meter_size", Value: "1", On: day("2026-04-01")}}
			},
			decide: "work order 5511, signed; April is billed again by adjustment RB-127",
		},
		{
			house: 140, planted: "priced by a meter size that the agreement does not have", codes: []cycle.Code{cycle.OtherFacts, cycle.KeyField},
			plant: func(in *making) {
				wrong := in.water
				wrong.Facts = rates.Facts{"meter_size": "1"}
				in.priced = &wrong
			},
			correct: func(in *making) { in.priced = nil },
		},
		{
			house: 155, planted: "the bill stands there twice", codes: []cycle.Code{cycle.DuplicateBill, cycle.Overlap}, plant: func(in *making) { in.twice = true },
			correct: func(in *making) { in.twice = false },
		},
		{house: 160, planted: "used again after an empty month", codes: []cycle.Code{cycle.UseAfterZero}, decide: "a new tenant of the owner since 1 May"},
		{
			house: 172, planted: "a use that the check of readings stopped, and a clerk accepted", codes: []cycle.Code{cycle.ReadException},
			plant: func(in *making) { in.used, in.accepted = 10, "read again" }, decide: "the second reading says the same",
		},
		{
			house: 188, planted: "a bill of another group of accounts", codes: []cycle.Code{cycle.NotInCycle}, plant: func(in *making) { in.skip = false },
			correct: func(in *making) { in.skip = true },
		},
		{
			house: 199, planted: "water used where nobody has the service", codes: []cycle.Code{cycle.VacantUse}, plant: func(in *making) { in.used, in.vacant = 3, true },
			decide: "field order to lock the meter; the owner is written to",
		},
		{house: 0, planted: "new rates for businesses", codes: []cycle.Code{cycle.NewRates}, decide: "Resolution 2026-04; three bills recomputed by hand"},
	}
}

// settle plants what is true of houses from the beginning: who has come and gone.
func (d *district) settle() {
	for n, until := range map[int]string{76: "2026-05-15", 77: "2026-05-20", 79: "2026-05-25", 199: "2026-05-01"} {
		h := d.houses[n-1]
		h.water.Until = day(until)
		h.sewer = nil
	}
	fresh := d.houses[7-1]
	fresh.water.From, fresh.next, fresh.meter.Day = day("2026-05-11"), day("2026-05-11"), day("2026-05-11")
	d.houses[188-1].cycle = "week 2"
}

// history is what was unlike in the months before.
func history(in *making, m int) {
	switch {
	case in.number == 7, in.number == 33 && m == 2: // not there yet; held
		in.skip = true
	case in.number == 84 && m == 2:
		in.estimated = true
	case in.number == 97 && m == 2:
		in.used, in.accepted = 10, "not looked at"
	case in.number == 160 && m == 2:
		in.used = 0
	}
}

// paid is how much of a bill was paid in time, in cents: all of it, but for those who are in arrears.
func paid(number, m int) int64 {
	switch {
	case number >= 20 && number <= 29 && m == 2, // April's
		number >= 40 && number <= 45 && m >= 1, // since March's
		number >= 63 && number <= 75, number == 290, number == 77 && m == 2:
		return 0
	}
	return math.MaxInt64
}
