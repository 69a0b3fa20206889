package meterread

import (
	"fmt"
	"strings"
	"time"

	"github.com/headgate-dev/headgate/billing/civil"
)

func badDate(f *fieldPlan, at *row) *fault {
	return &fault{code: BadDate, field: f, at: at, what: "there is no such day or time, or it is not written in the layout's format", fix: "correct the date at its source"}
}

// stamp reads a date, a time or both.
func (d *decoder) stamp(text string, f *fieldPlan) (Stamp, bool) {
	if f.Type == "epoch_seconds" {
		n, e := parseNumber(text, f)
		const last = 1 << 38 // beyond the year 9999
		if e.what != "" || n.Places() > 0 || n.Coefficient() > last {
			return Stamp{}, false
		}
		return stampOf(time.Unix(n.Coefficient(), 0))
	}
	utc := strings.HasPrefix(f.Zone, "UTC")
	if f.format == nil {
		s, ok := iso(text)
		s.utc = s.utc || ok && utc
		return s, ok
	}
	values, ok := f.format.read(text)
	if !ok {
		return Stamp{}, false
	}
	s := Stamp{utc: utc}
	format := f.format
	if format.has[month] || format.has[day] || format.has[century4] || format.has[year2] {
		date, err := civil.NewDate(format.year(&values), time.Month(values[month]), values[day])
		if err != nil {
			return Stamp{}, false
		}
		s.date = date
	}
	if format.has[hour] {
		if values[hour] > 23 || values[minute] > 59 || values[second] > 59 {
			return Stamp{}, false
		}
		s.hasTime = true
		s.millis = int32(((values[hour]*60+values[minute])*60+values[second])*1000 + values[millisecond])
	}
	return s, true
}

// when finds the instant or the day of a read. The nearest of each role that is not blank holds.
func (d *decoder) when(r *Read) *fault {
	if len(r.more) > 1 {
		for _, s := range [...]slot{slotReadAt, slotReadDate, slotReadTime, slotMonth, slotDay} {
			if text, f, at := r.find(s); text != "" && r.other(s, text, at) {
				return &fault{code: BadDate, field: f, at: at, what: "two records of one group date the reading, and differ", fix: "find out when the meter was read, and correct the file"}
			}
		}
	}
	for _, s := range [...]slot{slotReadAt, slotReadDate} {
		text, f, at := r.find(s)
		if text == "" {
			continue
		}
		stamp, ok := d.stamp(text, f)
		if !ok || stamp.date.IsZero() {
			return badDate(f, at)
		}
		r.At = stamp
		break
	}
	if r.At.IsZero() && r.row.plan.slots[slotMonth] != nil {
		if fault := d.yearless(r); fault != nil {
			return fault
		}
	}
	if r.row.plan.slots[slotReadTime] != nil && !r.At.hasTime {
		if text, f, at := r.find(slotReadTime); text != "" {
			stamp, ok := d.stamp(text, f)
			switch {
			case !ok:
				return badDate(f, at)
			case !r.At.IsZero():
				r.At.hasTime, r.At.millis = true, stamp.millis
				if f.Zone != "" { // else that of the day holds
					r.At.utc = stamp.utc
				}
			}
		}
	}
	for _, s := range [...]slot{slotEnd, slotStart} {
		text, f, at := r.find(s)
		if text == "" || !r.At.IsZero() {
			continue
		}
		stamp, ok := d.stamp(text, f)
		if !ok {
			return badDate(f, at)
		}
		r.At = stamp
	}
	return nil
}

// other reports whether another record of the same type and group has another text in a slot.
func (r *Read) other(s slot, text string, at *row) bool {
	for i := range r.more {
		if up := &r.more[i]; up != at && up.plan == at.plan {
			if f := up.plan.slots[s]; f != nil && f.text(up) != "" && f.text(up) != text {
				return true
			}
		}
	}
	return false
}

// yearless completes a month and a day with the latest year that is not after the close of the cycle. Without one the date stays blank.
func (d *decoder) yearless(r *Read) *fault {
	monthText, mf, at := r.find(slotMonth)
	dayText, df, _ := r.find(slotDay)
	if df == nil || (monthText == "" && dayText == "") {
		return nil
	}
	const leap = 2000 // a year that has every day
	m, e1 := parseNumber(monthText, mf)
	n, e2 := parseNumber(dayText, df)
	if e1.what != "" || e2.what != "" || monthText == "" || dayText == "" {
		return badDate(mf, at)
	}
	mm, dd := time.Month(m.Coefficient()), int(n.Coefficient())
	if _, err := civil.NewDate(leap, mm, dd); err != nil || len(monthText) > 2 || len(dayText) > 2 {
		return badDate(mf, at)
	}
	limit := d.options.CycleClose
	if limit.IsZero() {
		return nil
	}
	year := limit.Year()
	if mm > limit.Month() || (mm == limit.Month() && dd > limit.Day()) {
		year--
	}
	date, err := civil.NewDate(year, mm, dd)
	if err != nil {
		fault := badDate(mf, at)
		fault.what = fmt.Sprintf("the day does not exist in %d, the latest year that is not after the close of the cycle", year)
		return fault
	}
	r.At = Stamp{date: date}
	return nil
}
