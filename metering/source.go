package metering

import (
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/problem"
)

// ReadSource hands over the reads of one delivery: a meter reader's file, the export of a head-end, the rows of a database.
// What it must keep to is what the suite adapters/adaptertest tests of it.
//
// Reads streams the delivery from its beginning, in its order, in flat memory. Each thing that was sent ends in a read or in
// a finding, and one that is bad never loses the rest. An error ends the stream: the source failed, or it is no such
// delivery; what came before holds. Nothing is guessed: what is not stated is the zero value. Findings and errors hold ids
// and places, never what may tell of a person.
//
// A source that cannot be read a second time, such as a pipe, says so by an error where it is asked to.
type ReadSource interface {
	Reads() iter.Seq2[Delivered, error]
}

// Delivered is one item of a delivery: what is said of a register before anything is known of it here, or a finding.
type Delivered struct {
	Pos problem.Pos // where it stands in the delivery
	// Finding is what is wrong there. The item is then no read; a read that is used all the same is an item of its own, after it.
	Finding *problem.Error

	Account  string // as text, also where it is a number; empty where it is not stated, like all that follows
	Meter    string
	Register string
	State    State
	Number   exact.Number // the reading, where State is Read: 0 or more
	// Dials says that Number is the digits of the dials, without their point. Otherwise it has its point.
	Dials bool
	// Interval says that Number is a use in an interval and no reading.
	Interval bool
	Unit     Unit // of Number
	// Day is the day in the district, At the instant, Local the time that a clock there showed. A source tells what it was told;
	// Resolve gives the rest.
	Day        civil.Date
	At         time.Time
	Local      LocalTime
	Source     Source // where State is Read
	Code       string
	RolledOver bool      // as Reading.RolledOver
	Version    int64     // as Received.Version
	Sent       time.Time // as Received.Sent
	// Doubt is what the source itself has against the number, such as ScaleMismatch; without a code where it has nothing.
	Doubt Exception
	// Unended says that nothing tells whether the item is whole: the delivery ended in the middle of its line.
	Unended bool
}

// Check reports what contradicts itself in a read, each ErrReading.
func (d Delivered) Check() error {
	var found problem.List
	add := func(path, what, fix string) {
		found.Add(&problem.Error{Code: ErrReading, Pos: d.Pos, Path: path, What: what, Fix: fix})
	}
	if d.Finding != nil {
		if d.State != 0 {
			add("finding", "a finding is no read", "give the read as an item of its own")
		}
		return found.Err()
	}
	switch d.State {
	case Read:
		if d.Number.Sign() < 0 && !d.Interval {
			add("number", "a register does not show less than zero", "give a finding")
		}
		if d.Dials && d.Number.Places() > 0 {
			add("number", "digits of dials have no point", "give the number without it, or leave dials")
		}
		if d.Source < Actual || d.Source > Customer {
			add("source", d.Source.String()+" is no source", "say whether it is actual, estimated or the customer's")
		}
		if d.Unit != 0 && !d.Unit.Valid() {
			add("unit", "the unit is none", "leave it out where it is not known")
		}
	case NoRead, Skipped:
		if d.Number != (exact.Number{}) || d.RolledOver || d.Interval {
			add("number", "there is a number, and the state is "+d.State.String(), "leave the number out, or make the state read")
		}
	default:
		add("state", d.State.String()+" is no state", "say whether it is read, no_read or skipped")
	}
	if d.Meter == "" {
		add("meter", "nothing says whose reading it is", "give a finding")
	}
	if d.Local != (LocalTime{}) && d.Local.check() != nil {
		add("local", d.Local.String()+" is no time of a day", "give a finding, or leave the time out")
	}
	if !d.At.IsZero() && d.Local != (LocalTime{}) {
		add("local", "an instant and a local time are both stated", "give what the source was told")
	}
	if d.Doubt.Code == Normal {
		add("doubt", "Normal is no doubt", "leave it out")
	}
	return found.Err()
}

// Take makes a reading of d, which is of register r of meter: what a register shows is known only with its dials. Where d is
// none that can be measured, the exception says why, and goes to NoUse: its source doubts it, the day is not known
// (BadDate), the unit is not the register's (MultiplierChanged), or the number has more decimals than the register
// (ScaleMismatch). A unit that is not stated is the register's.
//
// A finding, a use in an interval and a read that contradicts itself are ErrReading, a register that cannot be ErrRegister.
func (r Register) Take(meter string, d Delivered) (Received, Exception, error) {
	if err := r.Check(); err != nil {
		return Received{}, Exception{}, err
	}
	if err := d.Check(); err != nil {
		return Received{}, Exception{}, err
	}
	if d.Finding != nil || d.Interval {
		return Received{}, Exception{}, &problem.Error{
			Code: ErrReading, Pos: d.Pos, What: "the item is no reading of a register", Fix: "take reads alone, and intervals for leaks",
		}
	}
	to := Reading{Meter: meter, Register: r.ID, State: d.State, Day: d.Day, At: d.At, Code: d.Code}
	got := Received{Reading: to, Version: d.Version, Sent: d.Sent}
	if d.State != Read {
		return got, Exception{}, nil
	}
	digits, why := r.digits(d)
	if why.Code != "" {
		return Received{}, why.at(meter, r.ID), nil
	}
	got.Reading.Digits, got.Reading.Source, got.Reading.RolledOver = digits, d.Source, d.RolledOver
	return got, Exception{}, nil
}

// digits are those of the dials, or the exception says why they are not known.
func (r Register) digits(d Delivered) (int64, Exception) {
	switch {
	case d.Doubt.Code != "":
		return 0, d.Doubt.clone()
	case d.Day.IsZero():
		return 0, verdict(BadDate, "the day of the reading is not known")
	case d.Unit != 0 && d.Unit != r.Unit:
		return 0, verdict(MultiplierChanged, "it was sent in {sent}, and the register counts {unit}",
			note("sent", d.Unit.String()), note("unit", r.Unit.String()))
	}
	shown := d.Number.Ratio()
	if !d.Dials {
		shown = shown.Mul(tenTo(r.Decimals))
	}
	n, ok := shown.Int64()
	if !ok {
		return 0, verdict(ScaleMismatch, "{reading} has more decimals than the register, which has {decimals}, or is longer than any",
			figure("reading", d.Number.Ratio()), count("decimals", int64(r.Decimals)))
	}
	return n, Exception{}
}

// Resolve gives the reads of a delivery the days and instants that their source left open, by the clock of the district:
// the day of an instant, and the instant of a local time. Two equal local times of one register, on a day that the clock was
// put back, are first the earlier instant and then the later; one alone is AmbiguousTime, and a time that the clock never
// showed is BadDate: each the item's Doubt, where it had none. Findings stay as they are. A missing location is ErrTime.
func Resolve(items []Delivered, loc *time.Location) ([]Delivered, error) {
	if loc == nil {
		return nil, noLocation()
	}
	type stamp struct {
		meter, register string
		interval        bool
		at              LocalTime
	}
	of := func(d Delivered) stamp { return stamp{d.Meter, d.Register, d.Interval, d.Local} }
	times, used := map[stamp]int{}, map[stamp]int{}
	for _, d := range items {
		if d.Finding == nil && d.Local != (LocalTime{}) {
			times[of(d)]++
		}
	}
	out := slices.Clone(items)
	for i, d := range out {
		if d.Finding != nil {
			continue
		}
		doubt := func(e Exception) {
			if out[i].Doubt.Code == "" {
				out[i].Doubt = e.at(d.Meter, d.Register)
			}
		}
		switch {
		case !d.At.IsZero():
			day, err := civil.DateOf(d.At, loc)
			if err != nil {
				doubt(verdict(BadDate, "the instant is in no year of the calendar"))
			}
			out[i].Day = day
		case d.Local != (LocalTime{}):
			key := of(d)
			at := d.Local.instants(loc)
			out[i].Day = d.Local.Day
			switch {
			case d.Local.check() != nil || len(at) == 0:
				doubt(verdict(BadDate, "{local} does not exist in {place}: the clock was put forward over it",
					note("local", d.Local.String()), note("place", loc.String())))
			case len(at) == 1:
				out[i].At = at[0]
			case times[key] == len(at):
				out[i].At = at[used[key]]
				used[key]++
			default:
				doubt(verdict(AmbiguousTime, "the clock showed {local} twice that day, and it was sent {times}: it may be either",
					note("local", d.Local.String()), note("times", fmt.Sprintf("%d times", times[key]))))
			}
			if !out[i].At.IsZero() {
				out[i].Local = LocalTime{}
			}
		}
	}
	return out, nil
}
