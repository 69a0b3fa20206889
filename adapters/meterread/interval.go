package meterread

import (
	"strconv"
	"time"

	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/metering"
)

// counts reports whether the value of an interval is itself what a register showed at its end.
func (r *Read) counts() bool {
	if r.Digits == "" {
		return false
	}
	reading, _, _ := r.find(slotReading)
	raw, _, _ := r.find(slotRaw)
	return reading == "" && raw == ""
}

// interval adds a use in an interval, with the unit and the time of the interval where the line has others for a reading.
func (s *deliverer) interval(r *Read, d metering.Delivered, use, by exact.Number) (metering.Delivered, error) {
	var ok bool
	if d.Number, ok = times(use, by); !ok {
		return tooLong(d)
	}
	d.Interval = true
	unit, err := r.Unit()
	if s.has.intervalUnit {
		if unit, err = 0, nil; r.Text("interval_unit") != "" {
			if unit, err = metering.ParseUnit(r.Text("interval_unit")); err != nil {
				unit, err = metering.ParseUnit(r.Meaning("interval_unit"))
			}
		}
	}
	d.Unit = unit
	if err != nil {
		d.Unit, d.Doubt = 0, noVolume()
	}
	if bad := s.begins(r, &d); bad != nil {
		return refused(d, BadDate, bad.Name, "there is no such day or time, or it is not written in the layout's format", "correct the date at its source")
	}
	return checked(d)
}

// begins says when an interval begins, and how long it is. It gives the field of a time that cannot be read, or none.
func (s *deliverer) begins(r *Read, d *metering.Delivered) *fieldPlan {
	start, startField, _ := r.find(slotStart)
	end, endField, _ := r.find(slotEnd)
	var from Stamp
	to, ok := r.At, false
	if start != "" {
		if from, ok = new(decoder).stamp(start, startField); !ok {
			return startField
		}
	}
	if end != "" {
		if to, ok = new(decoder).stamp(end, endField); !ok {
			return endField
		}
	}
	minutes := s.minutes(r)
	switch {
	case start != "":
		a, known := from.Instant()
		b, both := to.Instant()
		if span := b.Sub(a); minutes == 0 && end != "" && known && both && span > 0 && span%time.Minute == 0 {
			minutes = int(span / time.Minute)
		}
	case to.hasTime && minutes > 0:
		if from, ok = to.add(0, 0, -minutes); !ok { // before the first year there is
			from, minutes = to, 0
		}
	default:
		from = to
	}
	if stamped(d, from); from.hasTime {
		d.Minutes = minutes
	}
	return nil
}

// minutes is how long an interval is; 0 where no whole number of minutes is stated.
func (s *deliverer) minutes(r *Read) int {
	text, seconds := "", false
	switch {
	case s.has.minutes:
		for w := r.walk(); text == "" && w.next(); {
			for f := w.row.plan.byRole["interval_minutes"]; f != nil && text == ""; f = f.next {
				text, seconds = f.text(&w.row), f.Unit == "seconds"
			}
		}
	case s.step != "":
		for w := r.walk(); w.next(); {
			if f := w.row.plan.fieldOf[s.step]; f != nil && f.format != nil {
				if v, ok := f.format.read(f.text(&w.row)); ok && v[month] == 0 {
					return v[day]*24*60 + v[hour]*60 + v[minute]
				}
			}
		}
		return 0
	case s.layout.Kind == XML:
		seconds = true
		if text, _ = r.Field("IntervalReading/timePeriod/duration"); text == "" {
			text, _ = r.Field("ReadingType/intervalLength")
		}
	}
	n, err := strconv.Atoi(text)
	const most = 366 * 24 * 60
	switch {
	case err != nil || n < 0 || seconds && n%60 != 0:
		return 0
	case seconds:
		n /= 60
	}
	if n > most {
		return 0
	}
	return n
}

func noVolume() metering.Exception {
	return metering.Exception{Code: metering.MultiplierChanged, Words: "the unit that the file states is none of volume"}
}
