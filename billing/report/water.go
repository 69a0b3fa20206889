package report

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/internal/say"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/metering"
)

// The codes of the reports on water, meters and services.
const (
	ErrRequest problem.Code = "E_REPORT"          // a report of which it is not said what it is to be of
	ErrSales   problem.Code = "E_REPORT_SALES"    // bills, corrections, agreements or facts that contradict one another, or are not whole
	ErrSupply  problem.Code = "E_REPORT_SUPPLY"   // water that was supplied or used, and is stated in a way that cannot be
	ErrWater   problem.Code = "E_REPORT_WATER"    // water in units that do not convert into those of the report
	ErrDevice  problem.Code = "E_REPORT_DEVICE"   // a device, a site or a place that stands there twice or lacks what it must say
	ErrRebate  problem.Code = "E_REPORT_REBATE"   // a rebate that lacks what it must say, or stands there twice
	ErrWatched problem.Code = "E_REPORT_WATCHED"  // a review, a leak or a visit that lacks what it must say
	ErrService problem.Code = "E_REPORT_SERVICES" // services, days or holds that contradict one another
)

// Water is an exact amount of water: a fraction, as where it was spread over days. The zero value has no unit, and is none.
type Water struct {
	Amount exact.Ratio
	Unit   metering.Unit
}

// WaterOf is a volume as it stands.
func WaterOf(v metering.Volume) Water { return Water{v.Ratio(), v.Unit()} }

// In is the same water in another unit, exactly. Units that do not convert are ErrWater.
func (w Water) In(unit metering.Unit) (Water, error) {
	if w.Unit == unit && unit.Valid() {
		return w, nil
	}
	amount, err := metering.Part{Use: w.Amount, Unit: w.Unit}.In(unit)
	if err != nil {
		return Water{}, &problem.Error{Code: ErrWater, Path: "unit", Err: err, Fix: "state a unit that the water's converts to"}
	}
	return Water{amount, unit}, nil
}

// String gives the water to four decimals, rounded half up, with its unit; empty where there is none.
func (w Water) String() string {
	if !w.Unit.Valid() {
		return ""
	}
	return decimal(w.Amount) + " " + w.Unit.String()
}

// plus adds water of the same unit; none is nothing.
func (w Water) plus(more Water) Water {
	if !w.Unit.Valid() {
		return more
	}
	w.Amount = w.Amount.Add(more.Amount)
	return w
}

// decimal is a number as people write it, to four places.
func decimal(r exact.Ratio) string {
	text, _ := r.Round(4, exact.HalfUp).Decimal(4)
	return text
}

// Left is something that is in no row of a report, and why. Which of its ids are there is said by what it is.
type Left struct {
	Account, Agreement string
	Of                 string // the key of a bill, the id of a device, of an event, a fact
	Period             civil.Period
	Count              int    // how many there are, where they are not named one by one
	Why                string // in words with its numbers; no names
	// Note says that nothing lacks for it beyond what else is told: a bill that was taken back, and whose days are on others, or one that
	// is not given, and whose days are told.
	Note bool
}

// String gives what is left out on one line.
func (l Left) String() string {
	var parts []string
	for _, p := range []struct{ what, id string }{{"account ", l.Account}, {"agreement ", l.Agreement}, {"", l.Of}, {"", l.Period.String()}} {
		if p.id != "" {
			parts = append(parts, p.what+p.id)
		}
	}
	if l.Count > 0 {
		parts = append(parts, strconv.Itoa(l.Count))
	}
	return strings.TrimPrefix(strings.Join(parts, " ")+": "+l.Why, ": ")
}

func sortLeft(list []Left) []Left {
	slices.SortFunc(list, func(a, b Left) int {
		return cmp.Or(cmp.Compare(a.Account, b.Account), cmp.Compare(a.Agreement, b.Agreement), cmp.Compare(a.Of, b.Of), comparePeriods(a.Period, b.Period),
			cmp.Compare(a.Why, b.Why))
	})
	return list
}

func comparePeriods(p, q civil.Period) int {
	return cmp.Or(p.From.Compare(q.From), p.To.Compare(q.To))
}

// Cut says which of the use of a bill is that of a report's days, since the periods of bills do not end with a month. The zero
// value is no answer, and refused: the two give other numbers.
type Cut uint8

// The ways.
const (
	ByPeriodEnd Cut = iota + 1 // all of it, where the last day of the bill's period is one of the report's
	ByDay                      // spread evenly over the bill's days, exactly: those days that are the report's
)

// String gives "by period end" or "by day".
func (c Cut) String() string {
	switch c {
	case ByPeriodEnd:
		return "by period end"
	case ByDay:
		return "by day"
	}
	return "none"
}

// within returns which days of a period are those of a report, and what part of its use is theirs. A period of no days, as of a
// service that was opened and closed on one day, counts on its day.
func (c Cut) within(period, report civil.Period) (days civil.Period, share exact.Ratio, ok bool) {
	if c == ByPeriodEnd || period.Days() == 0 {
		return period, exact.Int(1), report.Contains(period.Last())
	}
	days, ok = period.Intersect(report)
	if !ok || days.Days() == 0 {
		return civil.Period{}, exact.Ratio{}, false
	}
	share, _ = exact.New(int64(days.Days()), int64(period.Days())) // it has days
	return days, share, true
}

// told is all that was found, in the order of its places, whatever the order of what was given.
func told(found problem.List) error {
	slices.SortStableFunc(found, func(a, b *problem.Error) int {
		return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Error(), b.Error()))
	})
	return found.Err()
}

// counted is a whole number with the word for what it counts.
func counted(n int, word string) string { return say.Counted(n, word) }

// asked adds what is wrong with the days of a report.
func asked(found *problem.List, period civil.Period) {
	if period.Check() != nil || period.Days() == 0 {
		found.Add(&problem.Error{Code: ErrRequest, Path: "period", What: "the report has no days", Fix: "state its first day and the day after its last"})
	}
}

func askedCut(found *problem.List, c Cut) {
	if c != ByPeriodEnd && c != ByDay {
		found.Add(&problem.Error{
			Code: ErrRequest, Path: "cut", What: "it is not said which days of a bill are the report's", Fix: "state ByPeriodEnd or ByDay",
		})
	}
}

func askedUnit(found *problem.List, unit metering.Unit) {
	if !unit.Valid() || unit == metering.BillingUnit {
		found.Add(&problem.Error{Code: ErrRequest, Path: "unit", What: "the report has no unit that others convert to", Fix: "state one, such as gal"})
	}
}
