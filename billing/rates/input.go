package rates

import (
	"maps"
	"slices"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/metering"
)

// An Input is what one bill is priced from.
type Input struct {
	// Schedule is the ID of the schedule.
	Schedule string
	// Period is the days of the bill; the zero value only for undated schedules.
	Period civil.Period
	// BillDate is the day of the bill, for schedules that select by it.
	BillDate civil.Date
	// CycleDays is the number of days of the full cycle, for schedules that
	// prorate by it ([CycleDays]).
	CycleDays int
	// Usage is what was measured: zero or more, at most [MaxUsage]. Other units
	// than the schedule's are converted exactly. The zero value is no usage, as
	// for a fire line. Accounts with several meters leave it zero.
	Usage metering.Volume
	// Carried is the part of a unit that the last bill left unbilled
	// ([TruncateAndCarry]), in the schedule's units: from 0 to below 1.
	Carried exact.Ratio
	// Facts are what is known of the account on the first day of the period. Facts
	// that the schedule does not ask for have no effect.
	Facts Facts
	// Changes are the facts that change after the first day.
	Changes []Change
	// Meters are the account's meters, where it has several, or where one has
	// facts of its own.
	Meters []Meter
}

// Facts are what is known of an account or a meter, by the name of the fact.
type Facts map[string]string

// A Change is a fact that has another value from a day on.
type Change struct {
	Fact  string
	Value string
	// On is the first day of the new value.
	On civil.Date
}

// A Meter is one of several meters on an account.
type Meter struct {
	// ID names the meter on lines; no two alike.
	ID string
	// Usage and Carried as in [Input].
	Usage   metering.Volume
	Carried exact.Ratio
	// Facts and Changes of this meter stand before those of the account.
	Facts   Facts
	Changes []Change
}

// clone is a copy that shares nothing with in.
func (in Input) clone() Input {
	in.Facts = maps.Clone(in.Facts)
	in.Changes = slices.Clone(in.Changes)
	in.Meters = slices.Clone(in.Meters)
	for i := range in.Meters {
		in.Meters[i].Facts = maps.Clone(in.Meters[i].Facts)
		in.Meters[i].Changes = slices.Clone(in.Meters[i].Changes)
	}
	return in
}
