package metering

import (
	"time"

	"github.com/headgate-dev/headgate/billing/civil"
)

// Received is a reading with what tells it from another of the same instant. Within a meter's readings one kind of stamp is
// used: MeterSense has versions, FlexNet the stamps of its files.
type Received struct {
	Reading Reading
	Version int64     // the higher one is newer; 0 where there is none
	Sent    time.Time // the file's stamp; the later one is newer; zero where there is none
}

// Readings are what is left of a delivery: each meter, register and instant once.
type Readings struct {
	Kept       []Reading
	Dropped    int         // the same again, and older values that a newer one replaced
	Exceptions []Exception // one Conflict for each instant with two values
	// Conflicts are the readings of those instants, all of them, in their order: none is believed.
	Conflicts []Reading
}

type instant struct {
	meter, register string
	day             civil.Date
	at              int64
	timed           bool
}

func instantOf(r Reading) instant {
	if r.At.IsZero() {
		return instant{meter: r.Meter, register: r.Register, day: r.Day}
	}
	return instant{meter: r.Meter, register: r.Register, at: r.At.UnixNano(), timed: true}
}

// Distinct keeps one reading of each meter, register and instant, or day where the instant is not known. Where a later one
// says the same, from the same source, it is dropped and counted. Where it says otherwise, also of having passed the top of
// the register, the newer one by version, or else by the file's stamp, is kept; where neither tells, all of that instant are
// a Conflict and none is kept. What is kept stands in the order in which its instant came first.
func Distinct(all []Received) Readings {
	var order []instant
	groups := map[instant][]Received{}
	for _, r := range all {
		key := instantOf(r.Reading)
		if groups[key] == nil {
			order = append(order, key)
		}
		groups[key] = append(groups[key], r)
	}
	var out Readings
	for _, key := range order {
		group := groups[key]
		newest := newestOf(group)
		if other, found := rival(group, newest); found {
			out.Exceptions = append(out.Exceptions, conflict(newest.Reading, other.Reading, len(group)))
			for _, r := range group {
				out.Conflicts = append(out.Conflicts, r.Reading)
			}
			continue
		}
		out.Kept = append(out.Kept, newest.Reading)
		out.Dropped += len(group) - 1
	}
	return out
}

// newestOf is the newest of those that have a version, the first of those that have the same; where none has one, of all by the stamps of their
// files. What has no version is older than none: see rival.
func newestOf(group []Received) Received {
	newest := group[0]
	for _, r := range group[1:] {
		if newest.Version == 0 && r.Version != 0 || newer(r, newest) > 0 {
			newest = r
		}
	}
	return newest
}

// newer is above 0 where a is newer than b, and 0 where nothing tells.
func newer(a, b Received) int {
	if a.Version != 0 && b.Version != 0 && a.Version != b.Version {
		if a.Version > b.Version {
			return 1
		}
		return -1
	}
	if a.Version == b.Version && !a.Sent.IsZero() && !b.Sent.IsZero() {
		return a.Sent.Compare(b.Sent)
	}
	return 0
}

// rival finds a reading of another value than the newest that is not older either.
func rival(group []Received, newest Received) (Received, bool) {
	for _, r := range group {
		a, b := r.Reading, newest.Reading
		if (a.State != b.State || a.Digits != b.Digits || a.Source != b.Source || a.RolledOver != b.RolledOver) && newer(newest, r) <= 0 {
			return r, true
		}
	}
	return Received{}, false
}

func conflict(a, b Reading, n int) Exception {
	shown := func(r Reading) string {
		switch {
		case r.State == Read && r.RolledOver:
			return r.Source.String() + " " + count("", r.Digits).String() + ", declared to have passed the top"
		case r.State == Read:
			return r.Source.String() + " " + count("", r.Digits).String()
		}
		return r.State.String()
	}
	return verdict(Conflict, "{first} and {second} for one instant of {day}, of {readings} readings, and nothing says which is newer",
		note("first", shown(a)), note("second", shown(b)), note("day", a.Day.String()), count("readings", int64(n))).at(a.Meter, a.Register)
}

// FindMissing gives Missing for each baseline whose register has no reading at all, not even one that says NoRead: a meter
// that nobody visited, or that the file left out. Serials are compared as m says. NoUse makes a measurement of each, to be
// reviewed.
func FindMissing(expected []Baseline, got []Reading, m Matching) []Exception {
	type key struct{ meter, register string }
	of := func(meter, register string) key {
		if m == ByNumber && isDigits(meter) {
			meter = bare(meter)
		}
		return key{meter, register}
	}
	have := map[key]bool{}
	for _, r := range got {
		have[of(r.Meter, r.Register)] = true
	}
	var out []Exception
	for _, b := range expected {
		if !have[of(b.Meter, b.Register.ID)] {
			out = append(out, verdict(Missing, "nothing came; the last reading was {previous} on {day}",
				count("previous", b.Digits), note("day", b.Day.String())).at(b.Meter, b.Register.ID))
		}
	}
	return out
}
