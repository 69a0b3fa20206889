package metering

import (
	"fmt"
	"slices"
	"time"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/problem"
)

// LocalTime is what a clock on a wall shows: a stamp without an offset.
type LocalTime struct {
	Day                  civil.Date
	Hour, Minute, Second int
}

// String writes the stamp as "2026-11-01 01:00:00".
func (l LocalTime) String() string {
	return fmt.Sprintf("%s %02d:%02d:%02d", l.Day, l.Hour, l.Minute, l.Second)
}

// instants are those at which a clock in loc shows l, in their order: one, two where the clock was put back over it, none
// where it was put forward over it.
func (l LocalTime) instants(loc *time.Location) []time.Time {
	wall := time.Date(l.Day.Year(), l.Day.Month(), l.Day.Day(), l.Hour, l.Minute, l.Second, 0, time.UTC)
	var found []time.Time
	// No clock was ever put twice within two days: its offsets a day earlier and a day later are all it can have.
	for _, near := range []time.Duration{-24 * time.Hour, 24 * time.Hour} {
		_, offset := wall.Add(near).In(loc).Zone()
		at := wall.Add(-time.Duration(offset) * time.Second)
		local := at.In(loc)
		shown := time.Date(local.Year(), local.Month(), local.Day(), local.Hour(), local.Minute(), local.Second(), 0, time.UTC)
		if shown.Equal(wall) && !slices.ContainsFunc(found, at.Equal) {
			found = append(found, at)
		}
	}
	slices.SortFunc(found, time.Time.Compare)
	return found
}

func (l LocalTime) check() error {
	if l.Day.IsZero() || l.Hour < 0 || l.Hour > 23 || l.Minute < 0 || l.Minute > 59 || l.Second < 0 || l.Second > 59 {
		return &problem.Error{Code: ErrTime, What: l.String() + " is no time of a day", Fix: "give hours 0 to 23, minutes and seconds 0 to 59"}
	}
	return nil
}

func noLocation() error {
	return &problem.Error{Code: ErrTime, Path: "location", What: "the location is missing", Fix: "give the district's, such as America/Los_Angeles"}
}

// ResolveTimes gives the instants, in UTC, of the local stamps of one register in the order of their file. A stamp that the
// clock showed twice, and that the file has twice, is first the earlier instant and then the later. One alone, or three,
// are AmbiguousTime: an exception for each, its place in Figures as "stamp", and the zero time.
//
// A stamp that the clock never showed is an error (ErrTime), since it would be moved by an hour in silence; all are told at
// once, and so is a stamp that is no time of a day.
func ResolveTimes(stamps []LocalTime, loc *time.Location) ([]time.Time, []Exception, error) {
	if loc == nil {
		return nil, nil, noLocation()
	}
	var problems problem.List
	times, seen := map[LocalTime][]time.Time{}, map[LocalTime]int{}
	for i, l := range stamps {
		seen[l]++
		if seen[l] > 1 {
			continue
		}
		path := fmt.Sprintf("stamps[%d]", i)
		if err := l.check(); err != nil {
			problems.Add(&problem.Error{Code: ErrTime, Path: path, Err: err})
			continue
		}
		if times[l] = l.instants(loc); len(times[l]) == 0 {
			problems.Add(&problem.Error{
				Code: ErrTime, Path: path, What: l.String() + " does not exist in " + loc.String() + ": the clock was put forward over it",
				Fix: "ask the sender for stamps with an offset",
			})
		}
	}
	if err := problems.Err(); err != nil {
		return nil, nil, err
	}
	out := make([]time.Time, len(stamps))
	var found []Exception
	used := map[LocalTime]int{}
	for i, l := range stamps {
		switch at := times[l]; {
		case len(at) == 1:
			out[i] = at[0]
		case seen[l] == len(at):
			out[i] = at[used[l]]
			used[l]++
		default:
			found = append(found, verdict(AmbiguousTime,
				"the clock showed {local} twice that day, in the file it stands once or too often ({times}): stamp {stamp} may be either",
				note("local", l.String()), count("times", int64(seen[l])), count("stamp", int64(i))))
		}
	}
	return out, found, nil
}

// DayBounds returns the first instant of a local day and that of the next, in UTC: 23, 24 or 25 hours apart where the clock
// is put by an hour. A missing location or day is ErrTime.
func DayBounds(day civil.Date, loc *time.Location) (start, end time.Time, err error) {
	if loc == nil {
		return start, end, noLocation()
	}
	next, err := day.AddDays(1)
	if err != nil {
		return start, end, &problem.Error{Code: ErrTime, Path: "day", Err: err}
	}
	return dayStart(day, loc), dayStart(next, loc), nil
}

// dayStart is the first instant of a day. In some places the clock is put forward at midnight, and the day begins at one.
func dayStart(day civil.Date, loc *time.Location) time.Time {
	if at := (LocalTime{Day: day}).instants(loc); len(at) > 0 {
		return at[0]
	}
	noon := time.Date(day.Year(), day.Month(), day.Day(), 12, 0, 0, 0, loc)
	start, _ := noon.ZoneBounds()
	return start.UTC()
}

// ExpectedIntervals is how many intervals of so many minutes a local day has: of hours 24, and 23 or 25 where the clock is
// put by an hour. Minutes that do not divide the hour, a missing location or day are ErrTime.
func ExpectedIntervals(day civil.Date, loc *time.Location, minutes int) (int, error) {
	start, end, err := DayBounds(day, loc)
	if err != nil {
		return 0, err
	}
	if minutes < 1 || 60%minutes != 0 {
		return 0, &problem.Error{Code: ErrTime, Path: "minutes", What: "the interval does not divide the hour", Fix: "state 60, 30, 15 or 5 minutes"}
	}
	return int(end.Sub(start) / (time.Duration(minutes) * time.Minute)), nil
}

// CheckDayOfIntervals compares the starts of the intervals that came for a local day with those that the day has: Missing
// for each that did not come, Duplicate for each that came again. Others than the day's are left alone. Errors are those of
// ExpectedIntervals.
func CheckDayOfIntervals(day civil.Date, loc *time.Location, minutes int, starts []time.Time) ([]Exception, error) {
	n, err := ExpectedIntervals(day, loc, minutes)
	if err != nil {
		return nil, err
	}
	first := dayStart(day, loc)
	came := map[int64]int64{}
	for _, at := range starts {
		came[at.UnixNano()]++
	}
	var found []Exception
	for i := range n {
		at := first.Add(time.Duration(i) * time.Duration(minutes) * time.Minute)
		stamp := note("start", at.In(loc).Format("2006-01-02 15:04 MST"))
		switch times := came[at.UnixNano()]; {
		case times == 0:
			found = append(found, verdict(Missing, "no interval of {start}; {expected} are expected that day", stamp, count("expected", int64(n))))
		case times > 1:
			found = append(found, verdict(Duplicate, "the interval of {start} came {times} times", stamp, count("times", times)))
		}
	}
	return found, nil
}
