package main

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"

	"github.com/headgate-dev/headgate/adapters/meterread"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/metering"
)

// latest is the latest day of a reading that came.
func (s *stock) latest() (day civil.Date) {
	for _, m := range s.meters {
		for _, side := range m.sides {
			for _, r := range side.rows {
				if d := r.delivered(); d.Doubt.Code == "" && d.Day.After(day) {
					day = d.Day
				}
			}
		}
	}
	return day
}

// latest is the latest reading that came of a register, and its row; or why there is none to measure by.
func (s *side) latest(m *onFile) (*row, metering.Reading, *metering.Exception, error) {
	meter := m.meter
	if len(s.rows) == 0 {
		if s.from.Meter == "" {
			return nil, metering.Reading{}, &metering.Exception{Code: metering.Missing, Meter: meter, Register: s.register.ID, Words: "nothing came"}, nil
		}
		return nil, metering.Reading{}, &metering.FindMissing([]metering.Baseline{s.from}, nil, metering.ByText)[0], nil
	}
	// Of the latest stamp, whether it is a day, a local time or an instant, there may be one value; without any, the last line says why.
	last := s.rows[len(s.rows)-1]
	var latest *row
	for _, r := range s.rows {
		if r.status == meterread.Reading {
			if r.at != "" && (latest == nil || r.compare(latest) > 0) {
				latest = r
			}
		}
	}
	var same []metering.Received
	var before []*row
	var earlier []metering.Reading
	for _, r := range s.rows {
		if r.status != meterread.Reading {
			if latest != nil && r.at == latest.at {
				m.beside = append(m.beside, doubt(metering.Conflict, meter, s.register.ID, "line "+strconv.Itoa(r.line)+" says of the same time that there is no number"))
			}
			continue
		}
		to, why, err := s.register.Take(meter, metering.ByText, r.delivered())
		if err != nil {
			return r, metering.Reading{}, nil, err
		}
		switch {
		case why.Code == "":
		case to.Reading.State == metering.Read: // its day is known, and its instant is not
			m.beside = append(m.beside, why)
		default:
			return r, metering.Reading{}, &why, nil
		}
		if latest == nil || r.at == latest.at {
			same, last = append(same, to), r
		} else {
			before, earlier = append(before, r), append(earlier, to.Reading)
		}
	}
	if len(same) == 0 {
		none, why, err := s.register.Take(meter, metering.ByText, last.delivered())
		if err != nil || why.Code != "" {
			return last, metering.Reading{}, &why, err
		}
		return last, none.Reading, nil, nil
	}
	got := metering.Distinct(same)
	if len(got.Exceptions) > 0 {
		return last, metering.Reading{}, &got.Exceptions[0], nil
	}
	s.falls(m, got.Kept[0], before, earlier)
	return last, got.Kept[0], nil, nil
}

// compare is above 0 where a row is stamped later than another; a time of a day is later than the day alone.
func (r *row) compare(other *row) int {
	millis := func(s meterread.Stamp) int {
		hour, minute, second, millisecond := s.Clock()
		return ((hour*60+minute)*60+second)*1000 + millisecond
	}
	a, b := r.stamp, other.stamp
	switch {
	case a.Date().After(b.Date()):
		return 1
	case a.Date().Before(b.Date()):
		return -1
	}
	return cmp.Or(cmp.Compare(millis(a), millis(b)), strings.Compare(r.at, other.at))
}

// falls tells of a register that shows less at last than an earlier line of the file has, by more than it may go back.
func (s *side) falls(m *onFile, last metering.Reading, before []*row, earlier []metering.Reading) {
	for i, e := range earlier {
		if e.Digits-last.Digits > metering.StandardTolerance().Digits(s.register) && !last.RolledOver {
			m.beside = append(m.beside, doubt(metering.Conflict, m.meter, s.register.ID,
				fmt.Sprintf("line %d shows more, %d on %s, than the last line, %d", before[i].line, e.Digits, e.Day, last.Digits)))
		}
	}
}

// doubt is an exception of this program's own.
func doubt(code metering.Code, meter, register, words string) metering.Exception {
	return metering.Exception{Code: code, Meter: meter, Register: register, Words: words}
}

// delivered is what was delivered of a row, with its day. A local time has one; which instant it was, no use asks.
func (r *row) delivered() metering.Delivered {
	d := *r.got
	switch {
	case d.At.IsZero():
	case r.file.zone == nil:
		const words = "the file states an instant, and which day that was depends on the place; name it with -zone"
		d.Doubt = metering.Exception{Code: metering.BadDate, Words: words}
	default:
		if resolved, err := metering.Resolve([]metering.Delivered{d}, r.file.zone); err == nil {
			return resolved[0]
		}
	}
	return d
}
