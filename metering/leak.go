package metering

import (
	"fmt"
	"time"

	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/problem"
)

// Interval is the use of a register over some minutes, which divide the hour and do not run over its end.
type Interval struct {
	Start     time.Time
	Minutes   int
	Use       Volume // 0 or more
	Estimated bool
}

// LeakRule finds water that runs in every hour of a day. Hours are those of the clock in UTC; in zones whose offset is no
// whole hour they are not the clock's.
type LeakRule struct {
	Title, Source string
	Unit          Unit
	PerHour       Threshold // in Unit
	// Above asks for more than PerHour; otherwise PerHour itself is enough.
	Above bool
	// Critical is the rate, in Unit an hour, from which a leak is critical, or Off.
	Critical Threshold
	// OldAfter is how long a leak has run when it is old; zero where no leak is.
	OldAfter time.Duration
}

// LeakState is what is known of a meter's leak after its last contact.
type LeakState struct {
	Open     bool
	Since    time.Time   // the first hour of the 24 in which it was found
	Rate     exact.Ratio // its lowest hour in the last 24 that were read, in the rule's unit
	Critical bool
	Old      bool
}

const leakHours = 24

// Judge looks at the 24 whole hours before the last contact, and gives the meter's state after it with the verdict. Where
// every hour reaches the threshold it is a Leak, at the rate of the lowest hour; for 15-minute data an hour is the sum of
// its quarters (AquaCUE). An hour that is lower ends it. An hour that is estimated, or not there in full, neither opens nor
// closes: while one is among them and none was lower, the state stays. A meter that is tagged for continuous flow, such as a
// cooling tower's, is ContinuousFlow and has no leak.
//
// Intervals may stand in any order; those outside the hours do not count. Refused with ErrRule are intervals that do not
// fit the hour, overlap, or have a use below 0; with ErrThreshold and ErrUnit what the rule lacks.
func (l LeakRule) Judge(was LeakState, tagged bool, intervals []Interval, contact time.Time) (LeakState, Exception, error) {
	if err := l.check(contact); err != nil {
		return LeakState{}, Exception{}, err
	}
	end := contact.UTC().Truncate(time.Hour)
	begin := end.Add(-leakHours * time.Hour)
	hours, err := l.hours(intervals, begin, end)
	if err != nil {
		return LeakState{}, Exception{}, err
	}
	limit := l.PerHour.value.Ratio()
	open, whole, lowest := 0, 0, exact.Ratio{}
	closes := false
	for _, h := range hours {
		if h.minutes < 60 || h.estimated {
			continue
		}
		if whole == 0 || h.use.Cmp(lowest) < 0 {
			lowest = h.use
		}
		whole++
		if c := h.use.Cmp(limit); c > 0 || c == 0 && !l.Above {
			open++
		} else {
			closes = true
		}
	}
	figures := []Figure{
		figure("rate", lowest), figure("limit", limit), count("hours", int64(open)), count("unknown", int64(leakHours-whole)), note("unit", l.Unit.String()),
	}
	switch {
	case closes:
		return LeakState{}, verdict(Normal, "{rate} {unit} in the lowest hour; the limit is {limit}", figures...).by(l.Title, "leak"), nil
	case open < leakHours && !was.Open:
		return LeakState{}, verdict(Normal, "{hours} of 24 hours reach {limit} {unit}, and {unknown} were not read: no leak is opened",
			figures...).by(l.Title, "leak"), nil
	}
	if whole == 0 {
		lowest = was.Rate
		figures[0] = figure("rate", lowest)
	}
	if tagged {
		return LeakState{}, verdict(ContinuousFlow, "{rate} {unit} or more in each of {hours} hours, where the flow is expected",
			figures...).by(l.Title, "leak"), nil
	}
	now := LeakState{Open: true, Since: was.Since, Rate: lowest}
	if !was.Open {
		now.Since = begin
	}
	if critical, ok := l.Critical.Value(); ok {
		now.Critical = lowest.Cmp(critical.Ratio()) >= 0
	}
	now.Old = l.OldAfter > 0 && end.Sub(now.Since) >= l.OldAfter
	words := "{rate} {unit} an hour at the least, in each of {hours} hours before the last contact; {unknown} were not read; the limit is {limit}"
	if now.Critical {
		words += "; critical"
	}
	if now.Old {
		words += "; old"
	}
	return now, verdict(Leak, words, figures...).by(l.Title, "leak"), nil
}

func (l LeakRule) check(contact time.Time) error {
	t := thresholds{title: l.Title}
	t.need("per_hour", l.PerHour, false)
	t.need("critical", l.Critical, true)
	if !l.Unit.Valid() {
		t.found.Add(noUnit(l.Unit))
	}
	if contact.IsZero() || l.OldAfter < 0 {
		t.found.Add(&problem.Error{
			Code: ErrRule, Path: "contact", What: "the last contact is missing, or the age of an old leak is below 0",
			Fix: "give the instant of the last contact",
		})
	}
	return t.found.Err()
}

type hour struct {
	use       exact.Ratio
	minutes   int
	taken     [60]bool
	estimated bool
}

// hours sums the intervals from begin to end by hour.
func (l LeakRule) hours(intervals []Interval, begin, end time.Time) (*[leakHours]hour, error) {
	hours := new([leakHours]hour)
	for i, v := range intervals {
		refuse := func(what string) (*[leakHours]hour, error) {
			return nil, &problem.Error{
				Code: ErrRule, Path: fmt.Sprintf("intervals[%d]", i), What: what,
				Fix: "give hours, or parts of an hour that divide it, each once",
			}
		}
		minute := v.Start.UTC().Minute()
		if v.Minutes < 1 || v.Minutes > 60 || 60%v.Minutes != 0 || minute%v.Minutes != 0 || !v.Start.Equal(v.Start.Truncate(time.Minute)) {
			return refuse("the interval does not fit the hour")
		}
		if v.Use.Sign() < 0 {
			return refuse("the use is below 0")
		}
		if v.Start.Before(begin) || !v.Start.Before(end) {
			continue
		}
		h := &hours[v.Start.Sub(begin)/time.Hour]
		for m := minute; m < minute+v.Minutes; m++ {
			if h.taken[m] {
				return refuse("the interval overlaps another")
			}
			h.taken[m] = true
		}
		use, err := v.Use.In(l.Unit)
		if err != nil {
			return nil, err
		}
		h.use, h.minutes, h.estimated = h.use.Add(use), h.minutes+v.Minutes, h.estimated || v.Estimated
	}
	return hours, nil
}
