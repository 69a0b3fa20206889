package report

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/collections"
	"github.com/headgate-dev/headgate/billing/problem"
)

// ErrShutoffs is a report of shutoffs that lacks something, or whose events contradict one another.
const ErrShutoffs problem.Code = "E_REPORT_SHUTOFFS"

// ShutoffLaw is the law that asks for the year's shutoffs, and how it is read. It is no legal advice.
type ShutoffLaw struct {
	// Title is its name, Source where it stands, and Status how it is known.
	Title, Source string
	Status        collections.Status
	// Confirmed says that the district's counsel has confirmed the readings.
	Confirmed bool
	// Readings are what the sources leave open and how it is decided here; ours, to be confirmed by counsel.
	Readings []string
}

// HSC116918 is California Health and Safety Code 116918: the number of annual discontinuations of residential service for inability to
// pay, on the system's web site and to the State Board. That it asks for this was read; its terms are read as Readings says. To be
// confirmed by the district's counsel.
func HSC116918() ShutoffLaw {
	return ShutoffLaw{
		Title: "CA-HSC-116918", Source: "H&S 116918", Status: collections.Verified,
		Readings: []string{
			"a discontinuation is each shutoff that was recorded; an account that was shut off twice is two discontinuations and one account",
			"each shutoff of a debt counts as one for inability to pay, since nobody records why a customer did not pay; shutoffs for other causes are no events of collections",
			"the year is the calendar year of the day of the shutoff, whenever service was turned on again",
			"residential are the classes that the district's policy of collections calls so; an account is of one class for the whole year, the one that is given",
			"a shutoff that was withdrawn did not happen",
		},
	}
}

// ShutoffRequest is what a year is told from. The order of its lists has no effect.
type ShutoffRequest struct {
	// Year is the calendar year, and Through the last day of which all events are given: not before the year begins.
	Year    int
	Through civil.Date
	// Law is mostly HSC116918.
	Law ShutoffLaw
	// Events are those of the ladder; of shutoffs, reconnections and withdrawals all, from the year before on where service was still
	// off when the year began.
	Events []collections.Event
	// Accounts are those of the shutoffs, and others.
	Accounts []ShutoffAccount
	// Residential and Others are the classes that are residential and those that are not, as in collections.Policy.
	Residential, Others []string
}

// ShutoffAccount is what events do not say of an account. A class that is not known is empty: its shutoffs are told and not counted.
type ShutoffAccount struct{ Account, Area, Class string }

// ShutoffRow is a residential shutoff.
type ShutoffRow struct {
	Account, Area, Class string
	// Event is the key of the event, and Day its day.
	Event string
	Day   civil.Date
	// On is the day on which service was turned on again; no date where it was not by Through.
	On civil.Date
	// DaysOff is the days of the year without service, from the day of the shutoff to that before the day on which it was turned on
	// again; of one that was not, to Through.
	DaysOff int
	// Counted says that it was in the year. One of a year before whose days without service go on is not counted again.
	Counted bool
}

// ShutoffMonth is a month in an area.
type ShutoffMonth struct {
	Month civil.Date // its first day; no date for the whole year
	Area  string     // empty for all areas
	// Shutoffs is how many there were, Accounts of how many accounts, and Reconnections how often service was turned on again.
	Shutoffs, Accounts, Reconnections int
	// DaysOff is the days of all accounts without service.
	DaysOff int
}

// Shutoffs are a year's discontinuations of residential service for inability to pay.
type Shutoffs struct {
	Year    int
	Through civil.Date
	Law     ShutoffLaw
	// Rows are in order of days, accounts and events. Those that are Counted are the year's number.
	Rows []ShutoffRow
	// Months are by month and area; Areas are the areas over the year.
	Months, Areas []ShutoffMonth
	// Total is the year in all areas. An account that was shut off in two months counts once.
	Total ShutoffMonth
	// StillOff is how many of the rows have no service at the end of Through.
	StillOff int
	// Left are what is not residential, by class, and what was withdrawn. Untold is what cannot be told: the number could be higher
	// by as many shutoffs.
	Left, Untold []Left
	// Complete says that the year has ended by Through.
	Complete bool
}

// CountShutoffs counts a year's residential shutoffs. Errors, all that are found: [ErrShutoffs] for a request that lacks something, an
// event in the future or given twice, an account that is not given, of two classes or of a class that is neither residential nor not;
// collections.ErrEvent for an event that is not whole.
func CountShutoffs(r ShutoffRequest) (Shutoffs, error) {
	s := shutting{r: r, accounts: map[string]ShutoffAccount{}, months: map[monthKey]*monthSum{}, omitted: map[string]int{}}
	s.check()
	if err := s.found.Err(); err != nil {
		return Shutoffs{}, err
	}
	byAccount := map[string][]collections.Event{}
	for _, e := range s.standing() {
		byAccount[e.Account] = append(byAccount[e.Account], e)
	}
	for _, id := range slices.Sorted(maps.Keys(byAccount)) {
		s.account(id, byAccount[id])
	}
	return s.report(), s.found.Err()
}

// monthKey is a month's place: 0 for the year.
type monthKey struct {
	month int
	area  string
}

type monthSum struct {
	ShutoffMonth
	accounts map[string]bool
}

// shutting makes Shutoffs.
type shutting struct {
	r        ShutoffRequest
	found    problem.List
	year     civil.Period
	through  civil.Date // the day after Through, or the end of the year
	accounts map[string]ShutoffAccount
	months   map[monthKey]*monthSum
	rows     []ShutoffRow
	stillOff int
	omitted  map[string]int
	untold   []Left
}

func (s *shutting) refuse(path, what, fix string) {
	s.found.Add(&problem.Error{Code: ErrShutoffs, Path: path, What: what, Fix: fix})
}

func (s *shutting) check() {
	first, err := civil.NewDate(s.r.Year, time.January, 1)
	if err == nil {
		next, err := civil.NewDate(s.r.Year+1, time.January, 1)
		if err == nil {
			s.year = civil.Period{From: first, To: next}
		}
	}
	switch {
	case s.year.IsZero():
		s.refuse("year", fmt.Sprintf("%d is no year", s.r.Year), "give the calendar year")
		return
	case s.r.Through.Before(first):
		s.refuse("through", fmt.Sprintf("events are given through %q, and the year begins on %s", s.r.Through, first),
			"give the last day of which all events are given")
		return
	}
	after, err := s.r.Through.AddDays(1)
	if err != nil {
		s.refuse("through", err.Error(), "give an earlier day")
	}
	if s.through = s.year.To; after.Before(s.through) {
		s.through = after
	}
	if s.r.Law.Title == "" || len(s.r.Law.Readings) == 0 {
		s.refuse("law", "the law is not stated", "give HSC116918, or another with its readings")
	}
	if len(s.r.Residential) == 0 {
		s.refuse("residential", "no class is residential", "give the classes of the policy of collections")
	}
	for _, class := range s.r.Residential {
		if slices.Contains(s.r.Others, class) {
			s.refuse("others", fmt.Sprintf("the class %q is residential and is not", class), "name it once")
		}
	}
	for i, a := range s.r.Accounts {
		path := fmt.Sprintf("accounts[%d]", i)
		if _, twice := s.accounts[a.Account]; twice {
			s.refuse(path, fmt.Sprintf("the account %s is given twice", a.Account), "give each account once")
		}
		s.accounts[a.Account] = a
		if a.Class != "" && !slices.Contains(s.r.Residential, a.Class) && !slices.Contains(s.r.Others, a.Class) {
			s.refuse(path+".class", fmt.Sprintf("the class %q of account %s is neither residential nor not", a.Class, a.Account),
				"name it in one of the two; leave it empty where it is not known")
		}
	}
	seen := map[[2]string]bool{}
	for i, e := range s.r.Events {
		path := fmt.Sprintf("events[%d]", i)
		if err := e.Check(); err != nil {
			s.found.Add(&problem.Error{Code: ErrShutoffs, Path: path, Err: err})
			continue
		}
		if seen[[2]string{e.Account, e.Key}] {
			s.refuse(path, fmt.Sprintf("the event %s of account %s is given twice", e.Key, e.Account), "give each event once")
		}
		seen[[2]string{e.Account, e.Key}] = true
		if e.Day.After(s.r.Through) {
			s.refuse(path, fmt.Sprintf("the event %s of account %s is of %s, after %s", e.Key, e.Account, e.Day, s.r.Through),
				"give the events through that day, or a later day")
		}
		if _, known := s.accounts[e.Account]; !known && (e.Step == collections.ShutOff || e.Step == collections.Reconnected) {
			s.refuse(path, fmt.Sprintf("the account %s of the event %s is not given", e.Account, e.Key), "give its area and its class")
		}
	}
}

// standing are the shutoffs and reconnections that were not withdrawn.
func (s *shutting) standing() []collections.Event {
	withdrawn := map[[2]string]bool{}
	for _, e := range s.r.Events {
		if e.Step == collections.Withdrawn {
			withdrawn[[2]string{e.Account, e.Of}] = true
		}
	}
	var out []collections.Event
	for _, e := range s.r.Events {
		switch {
		case e.Step != collections.ShutOff && e.Step != collections.Reconnected:
		case !withdrawn[[2]string{e.Account, e.Key}]:
			out = append(out, e)
		case e.Step == collections.ShutOff && s.year.Contains(e.Day):
			s.omitted["the shutoff was withdrawn"]++
		}
	}
	// Of one day the instants decide where all are known; else service is off before it is on again.
	type dayOf struct {
		account string
		day     civil.Date
	}
	untimed := map[dayOf]bool{}
	for _, e := range out {
		untimed[dayOf{e.Account, e.Day}] = untimed[dayOf{e.Account, e.Day}] || e.At.IsZero()
	}
	slices.SortFunc(out, func(a, b collections.Event) int {
		byDay := cmp.Or(cmp.Compare(a.Account, b.Account), a.Day.Compare(b.Day))
		if byDay == 0 && !untimed[dayOf{a.Account, a.Day}] {
			byDay = a.At.Compare(b.At)
		}
		return cmp.Or(byDay, cmp.Compare(b.Step, a.Step), cmp.Compare(a.Key, b.Key))
	})
	return out
}

// account pairs the shutoffs of an account with its reconnections, in their order.
func (s *shutting) account(id string, events []collections.Event) {
	a := s.accounts[id]
	residential := slices.Contains(s.r.Residential, a.Class)
	var off *ShutoffRow
	untold := func(e collections.Event, why string) {
		if s.year.Contains(e.Day) {
			s.untold = append(s.untold, Left{Of: id, Count: 1, Why: fmt.Sprintf("%s %s of %s: %s", strings.ReplaceAll(string(e.Step), "_", " "), e.Key,
				e.Day, why)})
		}
	}
	for _, e := range events {
		switch {
		case a.Class == "":
			if e.Step == collections.ShutOff {
				untold(e, "the class of the account is not known")
			}
		case !residential:
			if e.Step == collections.ShutOff && s.year.Contains(e.Day) {
				s.omitted["the class "+a.Class+" is not residential"]++
			}
		case e.Step == collections.ShutOff && off != nil:
			untold(e, "service was off already since "+off.Day.String()+", and no reconnection is recorded: a second record of it, or another shutoff")
		case e.Step == collections.ShutOff:
			off = &ShutoffRow{Account: id, Area: a.Area, Class: a.Class, Event: e.Key, Day: e.Day, Counted: s.year.Contains(e.Day)}
		case off == nil:
			untold(e, "no shutoff is recorded before it")
		default:
			off.On = e.Day
			s.row(*off)
			off = nil
		}
	}
	if off != nil {
		s.row(*off)
	}
}

// row counts a shutoff in its months. One that is of another year altogether is none of this report.
func (s *shutting) row(r ShutoffRow) {
	if !r.Day.Before(s.year.To) {
		return // of a later year
	}
	end := s.through
	if !r.On.IsZero() {
		end = r.On
	}
	days := civil.Period{From: r.Day, To: end}
	if s.year.Contains(r.On) {
		s.each(r, int(r.On.Month()), func(m *monthSum) { m.Reconnections++ })
	} else if end.Before(s.year.From) {
		return // on again before the year
	}
	if r.Counted {
		s.each(r, int(r.Day.Month()), func(m *monthSum) {
			m.Shutoffs++
			m.accounts[r.Account] = true
		})
	}
	for month := time.January; month <= time.December; month++ {
		first, _ := civil.NewDate(s.r.Year, month, 1) // of a year that is one
		next, _ := first.AddMonths(1)                 // and so is the next
		if within, _ := days.Intersect(civil.Period{From: first, To: next}); within.Days() > 0 {
			r.DaysOff += within.Days()
			s.each(r, int(month), func(m *monthSum) { m.DaysOff += within.Days() })
		}
	}
	if r.On.IsZero() {
		s.stillOff++
	}
	s.rows = append(s.rows, r)
}

// each changes the month in the area of a row, and the year in it and in all areas.
func (s *shutting) each(r ShutoffRow, month int, change func(*monthSum)) {
	for _, at := range []monthKey{{month, r.Area}, {0, r.Area}, {0, allAreas}} {
		m := s.months[at]
		if m == nil {
			m = &monthSum{ShutoffMonth: ShutoffMonth{Area: at.area}, accounts: map[string]bool{}}
			if at.area == allAreas {
				m.Area = ""
			}
			m.Month, _ = civil.NewDate(s.r.Year, time.Month(at.month), 1) // of the year as a whole no date
			s.months[at] = m
		}
		change(m)
	}
}

// allAreas is the place of the total among the areas: no area has such a name.
const allAreas = "\x00"

func (s *shutting) report() Shutoffs {
	out := Shutoffs{Year: s.r.Year, Through: s.r.Through, Law: s.r.Law, Rows: s.rows, StillOff: s.stillOff, Untold: s.untold,
		Complete: s.through == s.year.To}
	out.Law.Readings = slices.Clone(s.r.Law.Readings)
	slices.SortFunc(out.Rows, func(a, b ShutoffRow) int {
		return cmp.Or(a.Day.Compare(b.Day), cmp.Compare(a.Account, b.Account), cmp.Compare(a.Event, b.Event))
	})
	for _, at := range slices.SortedFunc(maps.Keys(s.months), func(a, b monthKey) int { return cmp.Or(cmp.Compare(a.month, b.month), cmp.Compare(a.area, b.area)) }) {
		m := s.months[at]
		m.Accounts = len(m.accounts)
		switch {
		case at.month > 0:
			out.Months = append(out.Months, m.ShutoffMonth)
		case at.area == allAreas:
			out.Total = m.ShutoffMonth
		default:
			out.Areas = append(out.Areas, m.ShutoffMonth)
		}
	}
	for _, why := range slices.Sorted(maps.Keys(s.omitted)) {
		out.Left = append(out.Left, Left{Count: s.omitted[why], Why: why})
	}
	return out
}

// many is a number of things in words.
func many(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return fmt.Sprint(n, " ", what)
}

// String says the number as it is published, with what it rests on.
func (s Shutoffs) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s of residential service for inability to pay in %d, of %s (%s, %s)", many(s.Total.Shutoffs, "discontinuation"), s.Year,
		many(s.Total.Accounts, "account"),
		s.Law.Source, s.Law.Status)
	if !s.Law.Confirmed {
		b.WriteString("; to be confirmed by counsel")
	}
	if !s.Complete {
		fmt.Fprintf(&b, "; the year is told through %s", s.Through)
	}
	if n := len(s.Untold); n > 0 {
		fmt.Fprintf(&b, "; %d cannot be told", n)
	}
	return b.String()
}
