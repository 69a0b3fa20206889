package metering

import (
	"fmt"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/problem"
)

// TrueUp settles estimates by the actual reading that follows them. The use since the last actual reading is spread by day
// over the estimated periods and the current one, in whole digits by largest remainder, so that the periods sum to it
// (Woodburn IN, Krum TX; the spread is ours). The measurement is the current period's with its share; Rebills has each
// estimated period with its own. Where more was estimated than was used the re-bills are credits; no period is ever below 0.
//
// last is the last actual baseline. billed are the estimated periods since, in their order and without a gap, each with
// what it was billed; the first begins on the day of last. at is the baseline that the last of these estimates left, where
// the current period begins. Anything else is ErrHistory. The rules for the reading, and the other errors, are those of
// Between: where no use is known of the whole, none is of any part. The baseline is then still at, as after Between, so that
// what the estimates have billed is not billed again, and the next actual reading is TrueUpDue.
func TrueUp(last Baseline, billed []Cycle, at Baseline, r Register, to Reading, rule DeltaRule) (Measurement, error) {
	if err := checkDelta(last, r, to, rule, false); err != nil {
		return Measurement{}, err
	}
	if to.State == Read && to.Source == Estimated {
		return Measurement{}, &problem.Error{Code: ErrReading, Path: "to", What: "the reading was estimated", Fix: "true up by a reading that somebody took"}
	}
	start, err := checkBilled(last, billed, at)
	if err != nil {
		return Measurement{}, err
	}
	whole := between(last, r, to, rule)
	days := whole.Days()
	whole.from, whole.period, whole.began = start, civil.Period{}, []Baseline{at}
	if !to.Day.IsZero() && !to.Day.Before(start) {
		whole.period = civil.Period{From: start, To: to.Day}
	}
	if whole.known && whole.period.IsZero() {
		return whole.none(verdict(ReadOrder, "the reading is dated {day}, before the estimate of {opened}",
			note("day", to.Day.String()), note("opened", start.String())).at(last.Meter, r.ID)), nil
	}
	if !whole.known {
		return whole.unknown(), nil
	}
	weights := make([]exact.Ratio, 0, len(billed)+1)
	for _, c := range billed {
		weights = append(weights, exact.Int(int64(c.Period.Days())))
	}
	weights = append(weights, exact.Int(int64(whole.Days())))
	part := whole.parts[0]
	shares, err := exact.Split(part.Used, weights)
	if err != nil {
		return Measurement{}, err // estimated periods have days: never
	}
	m := whole
	for i, c := range billed {
		was, err := c.Use.In(r.Unit)
		if err != nil {
			return Measurement{}, err
		}
		m.rebills = append(m.rebills, Rebill{Period: c.Period, Used: shares[i], Use: r.Value(shares[i]), Billed: was})
	}
	own := shares[len(billed)]
	m.total = r.Value(own)
	part.Period, part.Used, part.Use = m.period, own, m.total
	m.parts = []Part{part}
	return m.With(verdict(Normal, "{use} digits since {day}, spread over {days} days: {share} are of this period",
		count("use", whole.parts[0].Used), note("day", last.Day.String()), count("days", int64(days)), count("share", own)).
		at(last.Meter, r.ID)), nil
}

// checkBilled returns the day on which the current period begins.
func checkBilled(last Baseline, billed []Cycle, at Baseline) (civil.Date, error) {
	refuse := func(path, what, fix string) (civil.Date, error) {
		return civil.Date{}, &problem.Error{Code: ErrHistory, Path: path, What: what, Fix: fix}
	}
	if last.Source == Estimated {
		return refuse("last", "the baseline was estimated", "give the last one that was read, and the estimates since")
	}
	if len(billed) == 0 {
		return refuse("billed", "there is no estimate", "use Between")
	}
	day := last.Day
	for i, c := range billed {
		path := fmt.Sprintf("billed[%d]", i)
		switch {
		case c.Source != Estimated:
			return refuse(path, "the period was not estimated", "begin at the last actual reading")
		case c.Period.Check() != nil || c.Period.Days() == 0 || c.Period.From != day:
			return refuse(path, "the period does not begin on "+day.String()+", or has no days",
				"give every estimated period since the last actual reading, in order")
		case !c.Use.Unit().Valid() || c.Use.Sign() < 0:
			return refuse(path, "what was billed is missing, or below 0", "give the use that the estimate was billed at")
		}
		day = c.Period.To
	}
	switch {
	case at.Check() != nil || at.Source != Estimated || at.Meter != last.Meter || at.Register.ID != last.Register.ID:
		return refuse("at", "the baseline is not one that an estimate of the register has left", "give the one that the last estimate left")
	case at.Day != day:
		return refuse("at", "the baseline is of "+at.Day.String()+", and the estimates end on "+day.String(), "give the one that the last estimate left")
	}
	return day, nil
}
