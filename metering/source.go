package metering

import (
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/headgate-dev/headgate/billing/approval"
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
	// Number is the reading, where State is Read, 0 or more: the digits of the dials where Dials says so; otherwise a volume
	// where its Unit is stated, and what the dials show with their point where it is not.
	Number exact.Number
	Dials  bool
	Unit   Unit
	// Multiplier and DialCount are what the source says of the register; 0 where it says nothing.
	Multiplier exact.Number
	DialCount  int
	// Interval says that Number is a use in the so many Minutes that begin At or Local, and no reading. It may be below 0.
	Interval bool
	Minutes  int
	// Day is the day in the district, At the instant, Local the time that a clock there showed. A source tells what it was told;
	// Resolve gives the rest.
	Day        civil.Date
	At         time.Time
	Local      LocalTime
	Source     Source // where State is Read
	Code       string
	Reader     approval.Person // who read it; nobody where the source does not say, or a radio did
	RolledOver bool            // as Reading.RolledOver
	Version    int64           // as Received.Version
	Sent       time.Time       // as Received.Sent
	// Doubt is what the source itself has against the number, such as ScaleMismatch; without a code where it has nothing.
	Doubt Exception
	// Unended says that nothing tells whether what is stated is whole: the delivery ended in the middle of it.
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
		if d.Multiplier.Sign() < 0 || d.DialCount < 0 || d.Minutes < 0 || d.Minutes > 0 && !d.Interval {
			add("multiplier", "the multiplier, the dials or the minutes are below 0, or there are minutes of no interval", "leave out what is not stated")
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

// Take makes a reading of d, which is of register r of a meter: what a register shows is known only with its dials. Where it
// was sent as of another meter, by the way of comparing, the reading is of that one, and Between says SerialMismatch. Which
// of a meter's registers d is of, the caller has said by r: sources and the district name registers each in their own way.
//
// An exception without a reading says why none can be measured, and goes to NoUse: its source doubts it, it is Torn, the day
// is not known (BadDate), a multiplier, dials or a unit are stated that are not the register's (MultiplierChanged), or the
// number is no whole number of the register's steps (ScaleMismatch). An exception beside a reading, AmbiguousTime, goes with
// what is measured by it, see Measurement.With: its day is known, and its instant left out.
//
// A finding, a use in an interval and a read that contradicts itself are ErrReading, a register that cannot be ErrRegister.
func (r Register) Take(meter string, by Matching, d Delivered) (Received, Exception, error) {
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
	if !by.Same(meter, d.Meter) {
		meter = d.Meter
	}
	to := Reading{Meter: meter, Register: r.ID, State: d.State, Day: d.Day, At: d.At, Code: d.Code, Reader: d.Reader}
	got := Received{Reading: to, Version: d.Version, Sent: d.Sent}
	if d.State != Read {
		return got, Exception{}, nil
	}
	digits, why := r.digits(d)
	if why.Code != "" {
		why = why.at(meter, r.ID)
	}
	if digits < 0 {
		return Received{}, why, nil
	}
	got.Reading.Digits, got.Reading.Source, got.Reading.RolledOver = digits, d.Source, d.RolledOver
	return got, why, nil
}

// digits are those of the dials, -1 where they are not known: the exception says why, or what stands beside them.
func (r Register) digits(d Delivered) (int64, Exception) {
	doubt := d.Doubt.clone()
	ambiguous := doubt.Code == AmbiguousTime && !d.Day.IsZero()
	switch {
	case doubt.Code != "" && !ambiguous:
		return -1, doubt
	case d.Unended:
		return -1, verdict(Torn, "the delivery ended before all of it had come: digits of it, or its day, may be missing")
	case d.Day.IsZero():
		return -1, verdict(BadDate, "the day of the reading is not known")
	case !d.Multiplier.IsZero() && d.Multiplier.Cmp(r.Multiplier) != 0:
		return -1, verdict(MultiplierChanged, "it was sent with a multiplier of {sent}, and the register's is {multiplier}",
			figure("sent", d.Multiplier.Ratio()), figure("multiplier", r.Multiplier.Ratio()))
	case d.DialCount != 0 && d.DialCount != r.Dials:
		return -1, verdict(MultiplierChanged, "it was sent as of {sent} dials, and the register has {dials}",
			count("sent", int64(d.DialCount)), count("dials", int64(r.Dials)))
	case d.Dials && d.Unit != 0 && d.Unit != r.Unit:
		return -1, otherUnit(d.Unit, r.Unit)
	}
	shown := d.Number.Ratio()
	switch {
	case d.Dials:
	case d.Unit == 0:
		shown = shown.Mul(tenTo(r.Decimals))
	default:
		volume, err := convert(shown, d.Unit, r.Unit)
		if err != nil {
			return -1, otherUnit(d.Unit, r.Unit)
		}
		shown, _ = volume.Quo(r.Step()) // a step is above 0
	}
	n, ok := shown.Int64()
	if !ok {
		return -1, verdict(ScaleMismatch, "{reading} is no whole number of what the register counts by, {step} {unit}, or is longer than any",
			figure("reading", d.Number.Ratio()), figure("step", r.Step()), note("unit", r.Unit.String()))
	}
	return n, doubt
}

func otherUnit(sent, has Unit) Exception {
	return verdict(MultiplierChanged, "it was sent in {sent}, and the register counts {unit}", note("sent", sent.String()), note("unit", has.String()))
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
