package rates_test

import (
	"strconv"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/metering"
)

// input draws a bill for the schedule.
func (d *drawer) input(s rates.Schedule) rates.Input {
	from := d.date()
	in := rates.Input{Schedule: "s", Period: must(civil.NewPeriod(from, must(from.AddDays(d.n(0, 90))))), CycleDays: d.n(1, 62), Facts: d.facts()}
	in.BillDate = must(in.Period.To.AddDays(d.n(-20, 20)))
	if s.Undated && d.one(2) {
		in.Period = civil.Period{}
	}
	if !d.calm && d.one(10) {
		in.BillDate = civil.Date{}
	}
	if !d.calm && d.one(20) {
		in.CycleDays = 0
	}
	if meters := d.n(0, 5) - 2; meters > 0 {
		for i := range meters {
			m := rates.Meter{ID: "m" + strconv.Itoa(i)}
			m.Usage, m.Carried = d.usage(s)
			if d.one(3) {
				m.Facts = d.facts()
			}
			if d.one(4) && !in.Period.IsZero() {
				m.Changes = d.changes(in.Period)
			}
			in.Meters = append(in.Meters, m)
		}
	} else {
		in.Usage, in.Carried = d.usage(s)
	}
	if !in.Period.IsZero() && d.one(2) {
		in.Changes = d.changes(in.Period)
	}
	return in
}

func (d *drawer) usage(s rates.Schedule) (metering.Volume, exact.Ratio) {
	unit := s.Unit
	if d.one(4) {
		unit = metering.HundredGallons
	}
	v := volume(d.decimal(60), unit)
	var carried exact.Ratio
	if s.Usage == rates.TruncateAndCarry && d.one(2) {
		carried = part(int64(d.n(0, 7)), 8)
	}
	if !d.calm && d.one(40) {
		v = volume("-1", unit)
	}
	return v, carried
}

func (d *drawer) facts() rates.Facts {
	f := rates.Facts{}
	for _, fact := range [...]string{"size", "zone", "units", "area"} {
		if d.calm || !d.one(12) {
			f[fact] = d.fact(fact)
		}
	}
	return f
}

func (d *drawer) fact(name string) string {
	switch name {
	case "size":
		if !d.calm && d.one(15) {
			return "z"
		}
		return pick(d, "a", "b", "c")
	case "zone":
		return pick(d, "a", "x")
	case "area":
		return pick(d, "a", "b", "0", "12", "7.5")
	}
	if !d.calm && d.one(15) {
		return pick(d, "two", "-3", "0")
	}
	return pick(d, "1", "2", "3.5", "10")
}

func (d *drawer) changes(p civil.Period) []rates.Change {
	var all []rates.Change
	on := must(p.From.AddDays(d.n(-3, 20)))
	for i := d.n(1, 3); i > 0; i-- {
		fact := pick(d, "size", "zone", "units", "area")
		all = append(all, rates.Change{Fact: fact, Value: d.fact(fact), On: on})
		on = must(on.AddDays(d.n(1, 20)))
	}
	return all
}
