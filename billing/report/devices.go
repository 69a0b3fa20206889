package report

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/internal/say"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/metering"
)

// Device is a meter, a backflow assembly or whatever else is tested from time to time: ids of the host alone.
type Device struct {
	ID        string
	Agreement string // of the service that it is on; empty where nobody has it
	Kind      string // of a meter its size, of a backflow device what it is, such as "RPP"
	Installed civil.Date
	Tested    civil.Date // the day of the last test that it passed; none where there was none
	// Months is after how many civil months a test is due, from the last one, or from the installation: 1 or more. 0 where no test is
	// asked for, which the host then says by Untested.
	Months   int
	Untested bool
}

// DevicesRequest asks for the age of devices and for the tests that are due. The order of its lists has no effect.
type DevicesRequest struct {
	On      civil.Date // the day for which ages and tests are told
	Through civil.Date // the last day by which a test that falls due is listed as due, On or later
	Devices []Device
	Places  []Place
}

// Due says how it stands with the test of a device.
type Due string

// The answers, in the order of a report.
const (
	Overdue   Due = "overdue"     // it was due before the day of the report
	DueSoon   Due = "due"         // it is due on that day, or up to the last day that was asked for
	NotYetDue Due = "not yet due" // later
	NoTest    Due = "no test"     // none is asked for
)

var dues = []Due{Overdue, DueSoon, NotYetDue, NoTest}

// DeviceRow is a device with its age and its next test.
type DeviceRow struct {
	Due       Due
	Place     Place // with the agreement
	ID, Kind  string
	Installed civil.Date
	AgeMonths int        // whole civil months since it was installed
	Tested    civil.Date // none where it was never tested
	Next      civil.Date // when the test is due; none where none is asked for
	Days      int        // overdue, or, below zero, until it is due; 0 where none is asked for
	Words     string
}

// DeviceTotal is what the devices of a kind come to.
type DeviceTotal struct {
	Kind                                  string
	Devices, Overdue, Due, NotYet, NoTest int
	AgeMonths                             exact.Ratio // the mean, exactly
}

// Devices is devices with their tests: all of them, those of the longest overdue tests first.
type Devices struct {
	On, Through civil.Date
	Rows        []DeviceRow
	Totals      []DeviceTotal // by kind
	Left        []Left        // devices of which it cannot be told, with why
}

// ListDevices tells of each device how old it is, and when its test is due. A month is a civil one: a test of 31 January is due on
// the last day of February. A device without the day of its installation, without an interval, or with a day after that of the report is left
// out with why. Refused are days that are missing or in the wrong order (ErrRequest), and a device without an id or one that stands there
// twice (ErrDevice); all are told.
func ListDevices(r DevicesRequest) (Devices, error) {
	var found problem.List
	if r.On.IsZero() || r.Through.Before(r.On) {
		found.Add(&problem.Error{
			Code: ErrRequest, Path: "on, through", What: "a day is missing, or the last one is before the day of the report",
			Fix: "state both",
		})
	}
	places := placed(r.Places, &found)
	seen := map[string]bool{}
	out := Devices{On: r.On, Through: r.Through}
	for _, d := range r.Devices {
		if d.ID == "" || seen[d.ID] {
			found.Add(&problem.Error{Code: ErrDevice, Path: "device " + d.ID, What: "it has no id, or stands there twice", Fix: "give each device once"})
			continue
		}
		seen[d.ID] = true
		if why := d.unclear(r.On); why != "" {
			out.Left = append(out.Left, Left{Agreement: d.Agreement, Of: "device " + d.ID, Why: why})
			continue
		}
		row, err := d.row(&r)
		if err != nil {
			out.Left = append(out.Left, Left{Agreement: d.Agreement, Of: "device " + d.ID, Why: err.Error()})
			continue
		}
		row.Place = at(places, d.Agreement)
		out.Rows = append(out.Rows, row)
	}
	if err := told(found); err != nil {
		return Devices{}, err
	}
	slices.SortFunc(out.Rows, func(a, b DeviceRow) int {
		return cmp.Or(slices.Index(dues, a.Due)-slices.Index(dues, b.Due), b.Days-a.Days, a.Place.compare(b.Place), cmp.Compare(a.ID, b.ID))
	})
	out.Left = sortLeft(out.Left)
	out.total()
	return out, nil
}

// unclear says why nothing can be told of a device; empty where it can.
func (d Device) unclear(on civil.Date) string {
	switch {
	case d.Installed.IsZero():
		return "the day of its installation is not known"
	case d.Installed.After(on):
		return "it is installed on " + d.Installed.String() + ", after the day of the report"
	case d.Tested.After(on):
		return "its test is of " + d.Tested.String() + ", after the day of the report"
	case !d.Tested.IsZero() && d.Tested.Before(d.Installed):
		return "its test of " + d.Tested.String() + " is before its installation on " + d.Installed.String()
	case d.Months < 0 || (d.Months == 0) != d.Untested:
		return "nothing says after how many months a test is due, or that none is"
	}
	return ""
}

// row is what can be told of a device.
func (d Device) row(r *DevicesRequest) (DeviceRow, error) {
	row := DeviceRow{ID: d.ID, Kind: d.Kind, Installed: d.Installed, Tested: d.Tested, AgeMonths: monthsBetween(d.Installed, r.On)}
	if d.Untested {
		row.Due, row.Words = NoTest, "no test is asked for"
		return row, nil
	}
	from, words := d.Tested, "it was tested on {from}, and a test is due after "
	if from.IsZero() {
		from, words = d.Installed, "it was never tested since its installation on {from}, and a test is due after "
	}
	next, err := from.AddMonths(d.Months)
	if err != nil {
		return DeviceRow{}, err
	}
	row.Next, row.Days = next, r.On.Sub(next)
	figures := []metering.Figure{say.Date("from", from), say.Count("months", d.Months), say.Date("next", next)}
	words += say.Many("months", exact.Int(int64(d.Months)), "month") + ": on {next}"
	switch {
	case row.Days > 0:
		row.Due, words = Overdue, words+", "+counted(row.Days, "day")+" ago"
	case !next.After(r.Through):
		row.Due, words = DueSoon, words+", in "+counted(-row.Days, "day")
	default:
		row.Due, words = NotYetDue, words+", in "+counted(-row.Days, "day")
	}
	row.Words = say.Words(words, figures)
	return row, nil
}

// monthsBetween is how many whole civil months lie between two days.
func monthsBetween(from, to civil.Date) int {
	n := (to.Year()-from.Year())*12 + int(to.Month()) - int(from.Month())
	if after, err := from.AddMonths(n); err == nil && after.After(to) {
		n--
	}
	return n
}

// String gives the row on one line.
func (r DeviceRow) String() string {
	return fmt.Sprintf("%s: device %s, %s, %s old: %s", r.Due, r.ID, r.Kind, counted(r.AgeMonths, "month"), r.Words)
}

// total counts the devices of each kind.
func (out *Devices) total() {
	totals := map[string]*DeviceTotal{}
	for _, row := range out.Rows {
		t := totals[row.Kind]
		if t == nil {
			t = &DeviceTotal{Kind: row.Kind}
			totals[row.Kind] = t
		}
		t.Devices++
		t.AgeMonths = t.AgeMonths.Add(exact.Int(int64(row.AgeMonths)))
		switch row.Due {
		case Overdue:
			t.Overdue++
		case DueSoon:
			t.Due++
		case NotYetDue:
			t.NotYet++
		default:
			t.NoTest++
		}
	}
	for _, t := range totals {
		t.AgeMonths, _ = t.AgeMonths.Quo(exact.Int(int64(t.Devices))) // a kind has a device
		out.Totals = append(out.Totals, *t)
	}
	slices.SortFunc(out.Totals, func(a, b DeviceTotal) int { return cmp.Compare(a.Kind, b.Kind) })
}
