package report

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/cycle"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/internal/say"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/metering"
)

// List names why a meter is looked at. It is stable: a program may store and compare it.
type List string

// The lists, in the order of a report.
const (
	ZeroList     List = "zero"          // no use where somebody has the service
	StuckList    List = "stuck"         // no use so often in a row that the register may be stuck
	ReverseList  List = "reverse"       // the register went back
	LeakList     List = "leak"          // water in every hour
	HighList     List = "high use"      // far more than before
	NotFoundList List = "box not found" // the reader did not find it
)

var lists = []List{ZeroList, StuckList, ReverseList, LeakList, HighList, NotFoundList}

// listOf is the list of what a check of readings found; empty where it is of none.
func listOf(code metering.Code) List {
	switch code {
	case metering.ZeroUse:
		return ZeroList
	case metering.StoppedMeter:
		return StuckList
	case metering.ReverseFlow, metering.NegativeOrRollover:
		return ReverseList
	case metering.Leak:
		return LeakList
	case metering.High, metering.Higher, metering.Highest:
		return HighList
	}
	return ""
}

// Watched is a review of a reading, with the service that it is of; the account and the agreement are empty where nobody has it.
type Watched struct {
	Account, Agreement string
	Review             metering.Review
}

// LeakWatch is what is known of a meter's leak after its last contact.
type LeakWatch struct {
	Account, Agreement string
	Meter              string
	Unit               metering.Unit // of the rate by hour: that of the rule
	State              metering.LeakState
}

// Visit is what a reader brought from a meter.
type Visit struct {
	Account, Agreement string
	Reading            metering.Reading
}

// MetersRequest asks for the meters that somebody is to look at. The order of its lists has no effect.
type MetersRequest struct {
	Reviews []Watched
	Leaks   []LeakWatch
	// Cycle are exceptions of edit lists: those of zero and of high use are listed.
	Cycle []cycle.Exception
	// Visits are those of each meter, as far back as boxes not found are to be counted, and NotFound the reader's codes that say so.
	Visits   []Visit
	NotFound []string
	Places   []Place
}

// MeterRow is why a meter, or a service where no meter is known, is on a list.
type MeterRow struct {
	List     List
	Place    Place // with the agreement
	Account  string
	Meter    string
	Register string
	Of       string       // the key of the review or of the bill that it is from; empty for a leak or a visit
	Period   civil.Period // of the review; none otherwise
	Ended    string       // how the exception ended: "open", "accepted" and so on; empty for a leak or a visit
	Figures  []metering.Figure
	Words    string
}

// Meters is the meters to look at.
type Meters struct {
	Rows   []MeterRow // in the order of the lists, then of the routes
	Totals []MeterTotal
	Left   []Left // what a check of readings found and is on none of the lists: low use, a long period
}

// MeterTotal is what a list comes to.
type MeterTotal struct {
	List     List
	Rows     int
	Services int // different ones, and meters without a service
}

// ListMeters lists the meters that somebody is to look at, each with the words of the check that found it. Refused are a review or a
// leak without what tells which it is, one that stands there twice, a place that stands there twice, and a reading that cannot be
// (ErrWatched, ErrDevice); all are told.
func ListMeters(r MetersRequest) (Meters, error) {
	var found problem.List
	places := placed(r.Places, &found)
	var out Meters
	add := func(list List, account, agreement string, row MeterRow) {
		row.List, row.Account, row.Place = list, account, at(places, agreement)
		out.Rows = append(out.Rows, row)
	}
	seen := map[string]bool{}
	for _, w := range r.Reviews {
		key := w.Review.Key()
		if key == "" || seen[key] {
			found.Add(&problem.Error{
				Code: ErrWatched, Path: "review " + key, What: "it is none, or stands there twice", Fix: "give each review once, as it is now",
			})
			continue
		}
		seen[key] = true
		for _, h := range w.Review.Exceptions() {
			list := listOf(h.Exception.Code)
			if list == "" {
				out.Left = append(out.Left, Left{
					Account: w.Account, Agreement: w.Agreement, Of: "review " + key, Period: w.Review.Measurement().Period(),
					Why: string(h.Exception.Code) + " is on none of these lists: " + h.Exception.Words,
				})
			} else {
				add(list, w.Account, w.Agreement, MeterRow{
					Meter: h.Exception.Meter, Register: h.Exception.Register, Of: key, Period: w.Review.Measurement().Period(), Ended: h.Resolution.String(),
					Figures: h.Exception.Figures, Words: h.Exception.Words,
				})
			}
		}
	}
	r.leaks(add, &found)
	for _, e := range r.Cycle {
		list := map[cycle.Code]List{cycle.ZeroUse: ZeroList, cycle.HighUse: HighList}[e.Code]
		if list == "" {
			continue
		}
		state := "open"
		if !e.Open() {
			state = "ended"
		}
		add(list, e.Account, e.Agreement, MeterRow{Of: "bill " + e.Bill, Ended: state, Figures: slices.Clone(e.Figures), Words: e.Words})
	}
	r.boxes(add, &found)
	if err := told(found); err != nil {
		return Meters{}, err
	}
	slices.SortFunc(out.Rows, MeterRow.compare)
	out.Left = sortLeft(out.Left)
	out.total()
	return out, nil
}

// leaks adds the leaks that are open.
func (r *MetersRequest) leaks(add func(List, string, string, MeterRow), found *problem.List) {
	seen := map[string]bool{}
	for _, l := range r.Leaks {
		if l.Meter == "" || seen[l.Meter] || !l.Unit.Valid() {
			found.Add(&problem.Error{
				Code: ErrWatched, Path: "leak of meter " + l.Meter, What: "it has no meter or no unit, or stands there twice",
				Fix: "give the state of each meter once",
			})
			continue
		}
		if seen[l.Meter] = true; !l.State.Open {
			continue
		}
		figures := []metering.Figure{
			say.Number("rate", l.State.Rate), say.Text("unit", l.Unit.String()), say.Text("since", l.State.Since.UTC().Format(time.RFC3339)),
		}
		words := "at least {rate} {unit} ran in each hour since {since}"
		if l.State.Critical {
			words += "; that is critical"
		}
		if l.State.Old {
			words += "; the leak is old"
		}
		add(LeakList, l.Account, l.Agreement, MeterRow{Meter: l.Meter, Figures: figures, Words: say.Words(words, figures)})
	}
}

// boxes adds the meters whose last visit did not find the box.
func (r *MetersRequest) boxes(add func(List, string, string, MeterRow), found *problem.List) {
	visits := map[string][]Visit{}
	for _, v := range r.Visits {
		if v.Reading.Meter == "" || v.Reading.Day.IsZero() {
			found.Add(&problem.Error{
				Code: ErrWatched, Path: "visit of meter " + v.Reading.Meter, What: "it has no meter or no day",
				Fix: "state where and when the reader was",
			})
			continue
		}
		visits[v.Reading.Meter] = append(visits[v.Reading.Meter], v)
	}
	missed := func(v Visit) bool {
		return v.Reading.State != metering.Read && slices.Contains(r.NotFound, v.Reading.Code)
	}
	for meter, list := range visits {
		// Of one day the visit that read the meter comes last: the box was found.
		slices.SortFunc(list, func(a, b Visit) int {
			return cmp.Or(a.Reading.Day.Compare(b.Reading.Day), compareBools(!missed(a), !missed(b)), cmp.Compare(a.Reading.Register, b.Reading.Register),
				cmp.Compare(a.Account, b.Account), cmp.Compare(a.Agreement, b.Agreement), cmp.Compare(a.Reading.Code, b.Reading.Code))
		})
		days := map[civil.Date]bool{}
		last := list[len(list)-1]
		first := last.Reading.Day
		for i := len(list) - 1; i >= 0 && missed(list[i]); i-- {
			first = list[i].Reading.Day
			days[first] = true
		}
		if len(days) == 0 {
			continue
		}
		figures := []metering.Figure{say.Text("code", last.Reading.Code), say.Count("times", len(days)), say.Date("first", first),
			say.Date("last", last.Reading.Day)}
		words := "the reader says {code}, on " + say.Many("times", exact.Int(int64(len(days))), "day") + " in a row, from {first} to {last}"
		add(NotFoundList, last.Account, last.Agreement, MeterRow{Meter: meter, Figures: figures, Words: say.Words(words, figures)})
	}
}

// compare is the order of the rows: by list, then along the routes.
func (r MeterRow) compare(s MeterRow) int {
	return cmp.Or(slices.Index(lists, r.List)-slices.Index(lists, s.List), r.Place.compare(s.Place), cmp.Compare(r.Account, s.Account),
		cmp.Compare(r.Meter, s.Meter), cmp.Compare(r.Register, s.Register), comparePeriods(r.Period, s.Period), cmp.Compare(r.Of, s.Of),
		cmp.Compare(r.Words, s.Words), cmp.Compare(r.Ended, s.Ended))
}

// String gives the row on one line.
func (r MeterRow) String() string {
	text := string(r.List)
	for _, p := range []struct{ what, id string }{
		{"account", r.Account}, {"agreement", r.Place.Agreement}, {"meter", r.Meter}, {"register", r.Register},
	} {
		if p.id != "" {
			text += " " + p.what + " " + p.id
		}
	}
	if text += ": " + r.Words; r.Ended != "" {
		text += " [" + r.Ended + "]"
	}
	return text
}

// total counts the rows of each list.
func (m *Meters) total() {
	for _, list := range lists {
		t, services := MeterTotal{List: list}, map[string]bool{}
		for _, row := range m.Rows {
			if row.List == list {
				t.Rows++
				services[fmt.Sprintf("%q %q", row.Place.Agreement, map[bool]string{true: row.Meter}[row.Place.Agreement == ""])] = true
			}
		}
		if t.Services = len(services); t.Rows > 0 {
			m.Totals = append(m.Totals, t)
		}
	}
}
