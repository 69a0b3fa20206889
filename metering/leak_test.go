package metering_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/metering"
)

func leak(t *testing.T, rule metering.LeakRule, was metering.LeakState, intervals []metering.Interval, contact time.Time) (metering.LeakState, metering.Exception) {
	t.Helper()
	state, e, err := rule.Judge(was, false, intervals, contact)
	require.NoError(t, err)
	require.NotContains(t, e.Words, "{")
	return state, e
}

func TestAnEstimatedHourNeitherOpensNorClosesALeak(t *testing.T) {
	open := metering.LeakState{Open: true, Since: noon().Add(-48 * time.Hour), Rate: ratio("2")}
	for name, change := range map[string]func([]metering.Interval) []metering.Interval{
		"estimated, wet": func(h []metering.Interval) []metering.Interval { h[3].Estimated = true; return h },
		"estimated, dry": func(h []metering.Interval) []metering.Interval {
			h[3].Estimated, h[3].Use = true, must(metering.ParseVolume("0 gal"))
			return h
		},
		"not there": func(h []metering.Interval) []metering.Interval { return append(h[:3:3], h[4:]...) },
		"cut short": func(h []metering.Interval) []metering.Interval { h[3].Minutes = 30; return h },
	} {
		state, e := leak(t, metering.AquaCUELeak(), metering.LeakState{}, change(day("3")), noon())
		require.False(t, state.Open, name)
		require.Equal(t, metering.Normal, e.Code, name)
		state, e = leak(t, metering.AquaCUELeak(), open, change(day("3")), noon())
		require.True(t, state.Open, name)
		require.Equal(t, metering.Leak, e.Code, name)
		require.Equal(t, open.Since, state.Since, name)
		require.Equal(t, "3", state.Rate.String(), name)
	}
	dry := day("3")
	dry[3].Estimated, dry[9].Use = true, must(metering.ParseVolume("0 gal"))
	state, _ := leak(t, metering.AquaCUELeak(), open, dry, noon())
	require.False(t, state.Open, "an hour that was read, and dry, closes")
	state, e := leak(t, metering.AquaCUELeak(), open, nil, noon())
	require.True(t, state.Open, "nothing was read")
	require.Equal(t, "2", figureOf(t, e, "rate"))
}

func TestLeakLooksAtTheWholeHoursBeforeTheLastContact(t *testing.T) {
	hours := append(day("3"), metering.Interval{Start: noon(), Minutes: 60, Use: must(metering.ParseVolume("0 gal"))})
	state, _ := leak(t, metering.AquaCUELeak(), metering.LeakState{}, hours, noon().Add(59*time.Minute))
	require.True(t, state.Open, "the hour that has begun does not count")
	require.Equal(t, noon().Add(-24*time.Hour), state.Since)
	state, _ = leak(t, metering.AquaCUELeak(), metering.LeakState{}, hours, noon().Add(time.Hour))
	require.False(t, state.Open)
}

func TestBeaconLeakIsCriticalAndGetsOld(t *testing.T) {
	state, e := leak(t, metering.BeaconLeak(), metering.LeakState{}, day("1.01"), noon())
	require.True(t, state.Open)
	require.False(t, state.Critical || state.Old)
	require.Equal(t, "1.01", figureOf(t, e, "rate"))
	state, _ = leak(t, metering.BeaconLeak(), metering.LeakState{}, day("60"), noon())
	require.True(t, state.Critical)
	state, _ = leak(t, metering.BeaconLeak(), metering.LeakState{}, day("59.99"), noon())
	require.False(t, state.Critical)
	weeks := func(d time.Duration) metering.LeakState { return metering.LeakState{Open: true, Since: noon().Add(-d)} }
	state, e = leak(t, metering.BeaconLeak(), weeks(10*7*24*time.Hour), day("2"), noon())
	require.True(t, state.Old)
	require.Contains(t, e.Words, "; old")
	state, _ = leak(t, metering.BeaconLeak(), weeks(10*7*24*time.Hour-time.Hour), day("2"), noon())
	require.False(t, state.Old)
	rule, err := metering.EyeOnWaterLeak(number("5"))
	require.NoError(t, err)
	state, _ = leak(t, rule, metering.LeakState{}, day("5"), noon())
	require.True(t, state.Open)
}

func TestLeakRefusesIntervalsThatDoNotFit(t *testing.T) {
	one := metering.Interval{Start: noon().Add(-time.Hour), Minutes: 60, Use: must(metering.ParseVolume("1 gal"))}
	for name, change := range map[string]func(*metering.Interval){
		"no minutes": func(v *metering.Interval) { v.Minutes = 0 },
		"7 minutes":  func(v *metering.Interval) { v.Minutes = 7 },
		"two hours":  func(v *metering.Interval) { v.Minutes = 120 },
		"over end":   func(v *metering.Interval) { v.Start = v.Start.Add(30 * time.Minute) },
		"seconds":    func(v *metering.Interval) { v.Start = v.Start.Add(time.Second) },
		"below 0":    func(v *metering.Interval) { v.Use = must(metering.ParseVolume("-1 gal")) },
	} {
		v := one
		change(&v)
		_, _, err := metering.AquaCUELeak().Judge(metering.LeakState{}, false, []metering.Interval{v}, noon())
		require.ErrorIs(t, err, metering.ErrRule, name)
	}
	_, _, err := metering.AquaCUELeak().Judge(metering.LeakState{}, false, []metering.Interval{one, one}, noon())
	require.ErrorContains(t, err, "intervals[1]: the interval overlaps")
	_, _, err = metering.AquaCUELeak().Judge(metering.LeakState{}, false, nil, time.Time{})
	require.ErrorIs(t, err, metering.ErrRule)
	unit := one
	unit.Use = must(metering.ParseVolume("1 unit"))
	_, _, err = metering.AquaCUELeak().Judge(metering.LeakState{}, false, []metering.Interval{unit}, noon())
	require.ErrorIs(t, err, metering.ErrUnit)
	rule := metering.AquaCUELeak()
	rule.Unit = 0
	_, _, err = rule.Judge(metering.LeakState{}, false, nil, noon())
	require.ErrorIs(t, err, metering.ErrUnit)
}

func TestALocalTimeThatDoesNotExistIsAnError(t *testing.T) {
	stamps := []metering.LocalTime{
		{Day: date("2026-03-08"), Hour: 1, Minute: 30}, {Day: date("2026-03-08"), Hour: 2, Minute: 30}, {Day: date("2026-03-08"), Hour: 24}, {},
	}
	_, _, err := metering.ResolveTimes(stamps, losAngeles())
	require.ErrorIs(t, err, metering.ErrTime)
	require.ErrorContains(t, err, "stamps[1]: 2026-03-08 02:30:00 does not exist in America/Los_Angeles")
	require.ErrorContains(t, err, "stamps[2]")
	require.ErrorContains(t, err, "stamps[3]")
	require.NotContains(t, err.Error(), "stamps[0]")
	at, found, err := metering.ResolveTimes(stamps[:1], losAngeles())
	require.NoError(t, err)
	require.Empty(t, found)
	require.Equal(t, time.Date(2026, 3, 8, 9, 30, 0, 0, time.UTC), at[0])
	_, _, err = metering.ResolveTimes(stamps, nil)
	require.ErrorIs(t, err, metering.ErrTime)
}

func TestQuartersOfTheHourThatComesTwiceFollowTheFile(t *testing.T) {
	var stamps []metering.LocalTime
	for range 2 {
		for _, minute := range []int{0, 15, 30, 45} {
			stamps = append(stamps, metering.LocalTime{Day: date("2026-11-01"), Hour: 1, Minute: minute})
		}
	}
	at, found, err := metering.ResolveTimes(stamps, losAngeles())
	require.NoError(t, err)
	require.Empty(t, found)
	for i := range at {
		require.Equal(t, at[0].Add(time.Duration(i)*15*time.Minute), at[i])
	}
	_, found, err = metering.ResolveTimes(append(stamps, stamps[0]), losAngeles())
	require.NoError(t, err)
	require.Equal(t, "AmbiguousTime AmbiguousTime AmbiguousTime", codeNames(found), "three of one stamp: which is none of the two?")
	require.Equal(t, "8", figureOf(t, found[2], "stamp"))
	july := metering.LocalTime{Day: date("2026-07-01"), Hour: 1}
	at, found, err = metering.ResolveTimes([]metering.LocalTime{july, july}, losAngeles())
	require.NoError(t, err)
	require.Empty(t, found, "on other days two equal stamps are a duplicate, not an ambiguity")
	require.Equal(t, at[0], at[1])
}

func TestDaysOfIntervals(t *testing.T) {
	start, _, err := metering.DayBounds(date("2026-11-01"), losAngeles())
	require.NoError(t, err)
	var starts []time.Time
	for i := range 25 {
		if i != 2 {
			starts = append(starts, start.Add(time.Duration(i)*time.Hour))
		}
	}
	starts = append(starts, starts[0], start.Add(-time.Hour))
	found, err := metering.CheckDayOfIntervals(date("2026-11-01"), losAngeles(), 60, starts)
	require.NoError(t, err)
	require.Equal(t, "Duplicate Missing", codeNames(found))
	require.Equal(t, "2026-11-01 01:00 PST", figureOf(t, found[1], "start"), "the second one o'clock")

	n, err := metering.ExpectedIntervals(date("2026-11-01"), losAngeles(), 15)
	require.NoError(t, err)
	require.Equal(t, 100, n)
	for _, minutes := range []int{0, 7, 90} {
		_, err = metering.ExpectedIntervals(date("2026-11-01"), losAngeles(), minutes)
		require.ErrorIs(t, err, metering.ErrTime)
		_, err = metering.CheckDayOfIntervals(date("2026-11-01"), losAngeles(), minutes, nil)
		require.ErrorIs(t, err, metering.ErrTime)
	}
	_, err = metering.ExpectedIntervals(date("2026-11-01"), nil, 60)
	require.ErrorIs(t, err, metering.ErrTime)
	_, err = metering.ExpectedIntervals(metering.Reading{}.Day, losAngeles(), 60)
	require.ErrorIs(t, err, metering.ErrTime)
}

func TestADayThatBeginsAtOneBeginsThere(t *testing.T) {
	havana := must(time.LoadLocation("America/Havana")) // the clock is put at midnight
	for day, want := range map[string]int{"2026-03-08": 23, "2026-11-01": 25, "2026-03-07": 24, "2026-03-09": 24, "2026-10-31": 24} {
		n, err := metering.ExpectedIntervals(date(day), havana, 60)
		require.NoError(t, err)
		require.Equal(t, want, n, day)
	}
	start, _, err := metering.DayBounds(date("2026-03-08"), havana)
	require.NoError(t, err)
	require.Equal(t, "01:00", start.In(havana).Format("15:04"))
}

func TestCodesSayWhoMayAcceptThem(t *testing.T) {
	for _, code := range []metering.Code{metering.High, metering.Higher, metering.Highest, metering.Low, metering.StoppedMeter, metering.UsageNoAccount,
		metering.LongPeriod, metering.ComparedToZero, metering.MaxEstimates, metering.NegativeOrRollover, metering.Leak, metering.Conflict, metering.ScaleMismatch, "Unknown"} {
		require.False(t, (metering.Exception{Code: code}).Acceptable(), "%s takes a second person", code)
	}
	for _, code := range []metering.Code{metering.Rollover, metering.ReverseFlow, metering.ZeroUse, metering.GapDays} {
		require.True(t, (metering.Exception{Code: code}).Acceptable(), code)
	}
}

func TestNamesOfThings(t *testing.T) {
	require.Equal(t, "actual estimated customer", metering.Actual.String()+" "+metering.Estimated.String()+" "+metering.Customer.String())
	require.Equal(t, "open serviced corrected Resolution(8)", metering.Unresolved.String()+" "+metering.Serviced.String()+" "+metering.Corrected.String()+" "+metering.Resolution(7).String())
	require.Equal(t, "re-read service", metering.ReReadOrder.String()+" "+metering.ServiceOrder.String())
	require.Equal(t, "approved acceptable exceptions", metering.Approved.String()+" "+metering.Acceptable.String()+" "+metering.Exceptional.String())
	require.Equal(t, "accepted result", metering.AcceptedEvent.String()+" "+metering.ResultEvent.String())
	require.Equal(t, "same season", metering.SameSeason.String())
}
