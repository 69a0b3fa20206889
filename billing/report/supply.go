package report

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/metering"
)

// Item names a volume of the water balance: the words of the AWWA M36 audit.
type Item string

// The items, in the order of a report. The first six are what goes in and out of the system, and the authorized uses, and are
// stated; the losses and their parts are made of them.
const (
	OwnSources        Item = "own sources"
	Imported          Item = "imported"
	Exported          Item = "exported"
	WaterSupplied     Item = "water supplied" // own sources + imported − exported
	BilledMetered     Item = "billed metered"
	BilledUnmetered   Item = "billed unmetered"
	UnbilledMetered   Item = "unbilled metered"
	UnbilledUnmetered Item = "unbilled unmetered"
	Authorized        Item = "authorized consumption" // the four before it
	WaterLosses       Item = "water losses"           // water supplied − authorized consumption
	Unauthorized      Item = "unauthorized consumption"
	MeterInaccuracy   Item = "customer metering inaccuracies"
	DataHandling      Item = "systematic data handling errors"
	ApparentLosses    Item = "apparent losses" // the three before it
	RealLosses        Item = "real losses"     // water losses − apparent losses
)

// State says how much of a figure is known. The zero value is none.
type State uint8

// The states.
const (
	Whole   State = iota + 1 // all that it is made of is stated
	Partial                  // the sum of what is stated: what it lacks is told, and is not taken for zero
	Unknown                  // nothing is stated, or what it is made of gives none: there is no volume
)

// String gives the state in a word.
func (s State) String() string {
	switch s {
	case Whole:
		return "whole"
	case Partial:
		return "partial"
	case Unknown:
		return "unknown"
	}
	return "none"
}

// BalanceRow is a volume of the water balance. Where it is Unknown, Water has no unit.
type BalanceRow struct {
	Item  Item
	State State
	Water Water
	Words string // what it is made of, and what it lacks
}

// Source is where water comes into the system or leaves it for another one.
type Source struct {
	ID   string // the host's, such as that of a well or a connection
	Item Item   // OwnSources, Imported or Exported
}

// Supplied is what the meter of a source measured, 0 or more, on some days; they need not be those of a report.
type Supplied struct {
	Source string
	Period civil.Period
	Volume metering.Volume
}

// Supply is the water that came into the system and left it for others, as its meters say: where a meter of a source is known to
// be wrong, corrected by the host. The order of its lists has no effect.
type Supply struct {
	Sources  []Source
	Supplied []Supplied
	// Without are the items of which the district has no source. One that has none and does not stand here is not known.
	Without []Item
}

// balance is a water balance in the making.
type balance struct {
	unit metering.Unit
	rows map[Item]BalanceRow
	left []Left
}

// read adds the rows of the supply over some days, each volume spread evenly over its own days.
func (s Supply) read(b *balance, period civil.Period, found *problem.List) {
	refuse := func(path, what, fix string) {
		found.Add(&problem.Error{Code: ErrSupply, Path: path, What: what, Fix: fix})
	}
	kinds := []Item{OwnSources, Imported, Exported}
	of := map[string]Item{}
	for _, source := range s.Sources {
		switch {
		case source.ID == "" || of[source.ID] != "":
			refuse("source "+source.ID, "it has no id, or stands there twice", "give each source once")
		case !slices.Contains(kinds, source.Item):
			refuse("source "+source.ID, fmt.Sprintf("it is %q", source.Item), "state own sources, imported or exported")
		case slices.Contains(s.Without, source.Item):
			refuse("source "+source.ID, "it is "+string(source.Item)+", of which there is stated to be none", "state one of the two")
		default:
			of[source.ID] = source.Item
		}
	}
	measured := map[string][]Supplied{}
	for _, v := range s.Supplied {
		switch place := "source " + v.Source + " " + v.Period.String(); {
		case of[v.Source] == "":
			refuse(place, "it is none of the sources", "name it among them, with what it is")
		case v.Period.Check() != nil || v.Period.Days() == 0:
			refuse(place, "it has no days", "state the first day and the day after the last")
		case v.Volume.Sign() < 0 || !v.Volume.Unit().Valid():
			refuse(place, "its volume is below zero, or has no unit", "state what the meter measured; what goes out is a source of its own, exported")
		default:
			measured[v.Source] = append(measured[v.Source], v)
		}
	}
	sums, lacks := map[Item]Water{}, map[Item]int{}
	for id, item := range of {
		sum, gaps := spread(b.unit, period, measured[id], "source "+id, found)
		sums[item] = sums[item].plus(sum)
		for _, p := range gaps {
			lacks[item] += p.Days()
			b.left = append(b.left, Left{Of: "source " + id, Period: p, Why: fmt.Sprintf("nothing was measured on %s of %s", counted(p.Days(), "day"), item)})
		}
	}
	for _, item := range kinds {
		n := 0
		for _, i := range of {
			if i == item {
				n++
			}
		}
		switch {
		case slices.Contains(s.Without, item):
			b.put(item, Whole, Water{Unit: b.unit}, "the district has none")
		case n == 0:
			b.put(item, Unknown, Water{}, "no source is given, and nothing says that there is none")
		case lacks[item] > 0:
			b.put(item, Partial, sums[item], fmt.Sprintf("of %s; %s of a source lack", counted(n, "source"), counted(lacks[item], "day")))
		default:
			b.put(item, Whole, sums[item], "of "+counted(n, "source"))
		}
	}
}

// spread sums the parts of volumes that are of a period, and returns the days of it that none has. Days that two have are refused.
func spread(unit metering.Unit, period civil.Period, volumes []Supplied, place string, found *problem.List) (sum Water, gaps []civil.Period) {
	slices.SortFunc(volumes, func(a, b Supplied) int { return comparePeriods(a.Period, b.Period) })
	sum, next := Water{Unit: unit}, period.From
	for i, v := range volumes {
		if i > 0 && v.Period.From.Before(volumes[i-1].Period.To) {
			found.Add(&problem.Error{
				Code: ErrSupply, Path: place, What: fmt.Sprintf("%s and %s have days in common", volumes[i-1].Period, v.Period), Fix: "state each day once",
			})
		}
		days, part, ok := ByDay.within(v.Period, period)
		if !ok {
			continue
		}
		water, err := WaterOf(v.Volume).In(unit)
		if err != nil {
			found.Add(&problem.Error{Code: ErrWater, Path: place, Err: err})
			continue
		}
		sum.Amount = sum.Amount.Add(water.Amount.Mul(part))
		if next.Before(days.From) {
			gaps = append(gaps, civil.Period{From: next, To: days.From})
		}
		if next.Before(days.To) {
			next = days.To
		}
	}
	if next.Before(period.To) {
		gaps = append(gaps, civil.Period{From: next, To: period.To})
	}
	return sum, gaps
}

func (b *balance) put(item Item, state State, water Water, words string) {
	b.rows[item] = BalanceRow{Item: item, State: state, Water: water, Words: words}
}

// term is an item that another is made of, added or taken off.
type term struct {
	item Item
	sign int64
}

// make puts an item that is made of others: it is no better known than the worst of them.
func (b *balance) make(item Item, words string, terms ...term) {
	state, sum, lacks := Whole, Water{Unit: b.unit}, ""
	for _, t := range terms {
		row := b.rows[t.item]
		if state = max(state, row.State); row.State != Whole {
			lacks += "; " + string(t.item) + " is " + row.State.String()
		}
		sum.Amount = sum.Amount.Add(row.Water.Amount.Mul(exact.Int(t.sign)))
	}
	if state == Unknown {
		sum = Water{}
	}
	b.put(item, state, sum, words+lacks)
}

// list are the rows of some items, in their order.
func (b *balance) list(items ...Item) []BalanceRow {
	var out []BalanceRow
	for _, item := range items {
		out = append(out, b.rows[item])
	}
	return out
}

// supplied makes the water supplied of the three that it is made of.
func (b *balance) supplied() {
	b.make(WaterSupplied, "own sources + imported − exported", term{OwnSources, 1}, term{Imported, 1}, term{Exported, -1})
}

// Use is water that was used with leave and is on no bill as a measured quantity: stated by the host, with what it rests on.
type Use struct {
	Key    string // the host's own
	Item   Item   // BilledUnmetered, UnbilledMetered or UnbilledUnmetered
	Period civil.Period
	Volume metering.Volume // 0 or more
	Basis  string          // such as "hydrant flushing, 40 minutes at 500 gpm"; no names or addresses
}

// readUses adds up the stated uses of some days by item, each spread evenly over its own days. A use states its volume and not
// that others had none: no day is missed here.
func readUses(unit metering.Unit, period civil.Period, uses []Use, found *problem.List) map[Item]Water {
	sums, seen := map[Item]Water{}, map[string]bool{}
	uses = slices.SortedFunc(slices.Values(uses), func(a, b Use) int { return cmp.Compare(a.Key, b.Key) })
	for _, u := range uses {
		refuse := func(what, fix string) {
			found.Add(&problem.Error{Code: ErrSupply, Path: "use " + u.Key, What: what, Fix: fix})
		}
		switch {
		case u.Key == "" || seen[u.Key]:
			refuse("it has no key, or stands there twice", "give each use once")
			continue
		case u.Item != BilledUnmetered && u.Item != UnbilledMetered && u.Item != UnbilledUnmetered:
			refuse(fmt.Sprintf("it is %q", u.Item), "state billed unmetered, unbilled metered or unbilled unmetered; billed metered use is of the bills")
			continue
		case u.Period.Check() != nil || u.Volume.Sign() < 0 || !u.Volume.Unit().Valid() || u.Basis == "":
			refuse("its days, its volume, the unit or what it rests on is missing, or the volume is below zero", "state them")
			continue
		}
		seen[u.Key] = true
		_, part, ok := ByDay.within(u.Period, period)
		if !ok {
			continue
		}
		water, err := WaterOf(u.Volume).In(unit)
		if err != nil {
			found.Add(&problem.Error{Code: ErrWater, Path: "use " + u.Key, Err: err})
			continue
		}
		sums[u.Item] = sums[u.Item].plus(Water{water.Amount.Mul(part), unit})
	}
	return sums
}
