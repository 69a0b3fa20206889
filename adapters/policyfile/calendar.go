package policyfile

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/headgate-dev/headgate/adapters/internal/yamldoc"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/rates"
)

// A Calendar says on which days an office is open, from the versions of a policy. It
// is a civil.Calendar. The zero value has no answer for any day. It is immutable.
type Calendar struct {
	name   string
	absent error
	spans  []span
}

var _ civil.Calendar = Calendar{}

// A span is a version of a calendar.
type span struct {
	covers  civil.Period
	unknown error // why the days are not known
	days    civil.ListCalendar
	names   map[civil.Date]string
	pos     problem.Pos
	source  rates.Citation
	marks   []Mark // placeholders
}

// Holiday is a closed day with its name.
type Holiday struct {
	Day  civil.Date
	Name string
}

// Open reports whether the office is open on the day. For a day that the file does not
// cover, or states as not known, the error has the code [ErrCalendar], and in the
// second case is [ErrNotKnown] too.
func (c Calendar) Open(d civil.Date) (bool, error) {
	s, err := c.at(d)
	if err != nil {
		return false, err
	}
	return s.days.Open(d)
}

// HolidayName returns the name of the holiday for which the office is closed on the
// day, for notices; it is empty for any other day, open or of the weekend. Its errors
// are those of [Calendar.Open].
func (c Calendar) HolidayName(d civil.Date) (string, error) {
	s, err := c.at(d)
	return s.names[d], err
}

// Holidays returns all closed days with their names, by date.
func (c Calendar) Holidays() []Holiday {
	var all []Holiday
	for _, s := range c.spans {
		for day, name := range s.names {
			all = append(all, Holiday{day, name})
		}
	}
	slices.SortFunc(all, func(a, b Holiday) int { return a.Day.Compare(b.Day) })
	return all
}

// Source returns what adopted the version of the calendar that covers the day; it is
// empty where the file states the source as not known. Its errors are those of
// [Calendar.Open].
func (c Calendar) Source(d civil.Date) (rates.Citation, error) {
	s, err := c.at(d)
	return s.source, err
}

// Placeholders are the values of all versions that stand in for what is not known, in
// the order of the file. What is counted by such a calendar is to be marked as such.
func (c Calendar) Placeholders() []Mark {
	var all []Mark
	for _, s := range c.spans {
		all = append(all, s.marks...)
	}
	return all
}

// Covers returns the days of all versions together. Days that the file states as not
// known are among them.
func (c Calendar) Covers() civil.Period {
	if len(c.spans) == 0 {
		return civil.Period{}
	}
	return civil.Period{From: c.spans[0].covers.From, To: c.spans[len(c.spans)-1].covers.To}
}

func (c Calendar) at(d civil.Date) (span, error) {
	for _, s := range c.spans {
		switch {
		case !s.covers.Contains(d):
		case s.unknown != nil:
			return span{}, &problem.Error{Code: ErrCalendar, Path: c.name, Pos: s.pos, What: fmt.Sprintf("the calendar has no answer for %s: %s", d, s.unknown), Err: s.unknown}
		default:
			return s, nil
		}
	}
	var pos problem.Pos
	if n := len(c.spans); n > 0 {
		pos = c.spans[0].pos
		if last := c.spans[n-1]; !d.Before(last.covers.From) {
			pos = last.pos
		}
	}
	what := fmt.Sprintf("the calendar covers %s and has no answer for %q", c.Covers(), d)
	if c.absent != nil {
		what = fmt.Sprintf("the calendar has no answer for %q: %s", d, c.absent)
	}
	return span{}, &problem.Error{Code: ErrCalendar, Path: c.name, Pos: pos, What: what, Fix: "add the weekend and the closed days of that year, with their source", Err: c.absent}
}

// Calendars are the calendars of a file by name, such as "office" and "posting". The
// zero value has none.
type Calendars struct {
	area   string
	pos    problem.Pos
	absent error
	byName map[string]Calendar
}

// Names returns the names, sorted.
func (c Calendars) Names() []string { return slices.Sorted(maps.Keys(c.byName)) }

// Get returns the calendar of that name. A name that the file does not have is
// [ErrNoArea], with those that it has; calendars that the file states as not known are
// [ErrNotKnown].
func (c Calendars) Get(name string) (Calendar, error) {
	calendar, ok := c.byName[name]
	switch {
	case ok && calendar.absent != nil:
		return Calendar{}, calendar.absent
	case ok:
		return calendar, nil
	case c.absent != nil:
		return Calendar{}, c.absent
	}
	return Calendar{}, noName(c.area, c.pos, name, c.Names())
}

// IntoCalendars reads calendars, each under its name as a list of versions:
//
//	calendars:
//	  office:
//	    - from: 2026-01-01
//	      to: 2027-01-01                     # the day after the last
//	      source: {resolution: 2025-40}
//	      weekend: [saturday, sunday]        # [] where no weekday is always closed
//	      closed: {2026-05-25: Memorial Day, 2026-06-19: Juneteenth}      # {} for none
//
// Each version has an end, since the closed days of later years are not known. A
// closed day lies in its version and not on its weekend: a holiday that falls there is
// written on the day that the office observes it, or left out.
func IntoCalendars(name string, into *Calendars) Area {
	a := newArea(name, reflect.TypeFor[calendarVersion](), into == nil)
	a.read = func(d *decoder, n *yamldoc.Node) func() {
		all := Calendars{area: name, pos: n.Pos(d.file), byName: map[string]Calendar{}}
		all.absent = d.names(n, name, func(key string, n *yamldoc.Node) {
			all.byName[key] = d.calendar(n, join(name, key))
		})
		return func() { *into = all }
	}
	a.lacking = func(err error) { *into = Calendars{area: name, absent: err} }
	return a
}

// calendarVersion is what a version of a calendar states.
type calendarVersion struct {
	Weekend []weekday             `policy:"weekend,empty" validate:"unique,max=6"`
	Closed  map[civil.Date]string `policy:"closed,empty"`
}

// calendar reads the versions of one calendar.
func (d *decoder) calendar(n *yamldoc.Node, path string) Calendar {
	raw, absent := d.versions(n, path, reflect.TypeFor[calendarVersion]())
	c := Calendar{name: path, absent: absent}
	for i, r := range raw {
		// An end that an earlier version lacks has been reported.
		if r.node.Kind == yamldoc.Mapping && r.node.Get("to").Key == nil && i == len(raw)-1 {
			d.missing(r.node, r.path, "to", "add the day after the last whose closed days are known")
		}
		s := span{covers: civil.Period{From: r.from, To: r.to}, pos: r.node.Pos(d.file), source: r.source, marks: r.placeholders}
		if len(r.unknown) > 0 {
			var all problem.List
			for _, mark := range r.unknown {
				all.Add(mark.notKnown())
			}
			s.unknown = all
		} else {
			s.days, s.names = d.listCalendar(r), r.value.Interface().(*calendarVersion).Closed
		}
		c.spans = append(c.spans, s)
	}
	return c
}

// listCalendar makes the calendar of one version, and reports closed days that are
// outside it or closed anyway. Where an end of the version was refused, days may be
// outside of the other.
func (d *decoder) listCalendar(r rawVersion) civil.ListCalendar {
	v := r.value.Interface().(*calendarVersion)
	weekend := make([]time.Weekday, len(v.Weekend))
	for i, w := range v.Weekend {
		weekend[i] = time.Weekday(w)
	}
	written := r.node.Get("closed").Value
	if e := written.Get(placeholderKey); e.Value != nil {
		written = e.Value
	}
	var closed []civil.Date
	if len(v.Closed) > 0 {
		for _, e := range written.Entries {
			day, err := civil.ParseDate(e.Key.Text)
			if err != nil {
				continue // reported as the key that it is
			}
			closed = append(closed, day)
			path := join(join(r.path, "closed"), e.Key.Text)
			switch {
			case day.Before(r.from) || !r.to.IsZero() && !day.Before(r.to):
				d.fault(e.Key, ErrCalendar, path, "the closed day is outside the version, which "+days(r.from, r.to), "take it out, or write it in the version of its day")
			case slices.Contains(weekend, day.Weekday()):
				d.fault(e.Key, ErrCalendar, path, fmt.Sprintf("the closed day is a %s, on which the office is closed anyway", day.Weekday()),
					"write the day on which it is observed, or take it out")
			}
		}
	}
	if r.from.IsZero() || r.to.IsZero() {
		return civil.ListCalendar{}
	}
	list, err := civil.NewListCalendar(civil.Period{From: r.from, To: r.to}, closed, weekend...)
	if err != nil && d.count == 0 {
		d.fault(r.node, ErrCalendar, r.path, err.Error(), "correct the version")
	}
	return list
}

// days says which days a version has.
func days(from, to civil.Date) string {
	switch {
	case to.IsZero():
		return fmt.Sprintf("begins on %s", from)
	case from.IsZero():
		return fmt.Sprintf("ends before %s", to)
	}
	return fmt.Sprintf("covers %s", civil.Period{From: from, To: to})
}

// weekday is a day of the week as it is written: "saturday".
type weekday time.Weekday

func (w weekday) MarshalText() ([]byte, error) {
	return []byte(strings.ToLower(time.Weekday(w).String())), nil
}

func (w *weekday) UnmarshalText(text []byte) error {
	for day := time.Sunday; day <= time.Saturday; day++ {
		if strings.ToLower(day.String()) == string(text) {
			*w = weekday(day)
			return nil
		}
	}
	return &problem.Error{Code: ErrChoice, What: fmt.Sprintf("%s is no day of the week", yamldoc.Quoted(string(text))), Fix: "write it in small letters: saturday"}
}
