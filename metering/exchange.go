package metering

import (
	"slices"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/problem"
)

// Exchange is a meter taken out and another put in: one change-out order.
type Exchange struct {
	Record   string   // the unique number of the order
	Final    Reading  // of the old meter, as it was taken out
	Start    Reading  // of the new meter, as it was put in
	Register Register // of the new meter
}

// AddExchange adds x to the exchanges on record. One that is there already, of the same register under the same number,
// changes nothing, and added is false: a file of change-outs may be imported twice. Where the number is there for that
// register with something else in it, that is ErrExchange. A compound meter has one for each of its registers.
func AddExchange(on []Exchange, x Exchange) (list []Exchange, added bool, err error) {
	if x.Record == "" {
		return nil, false, &problem.Error{Code: ErrExchange, Path: "record", What: "the exchange has no record number", Fix: "give the number of its order"}
	}
	for _, y := range on {
		if y.Record != x.Record || y.Final.Meter != x.Final.Meter || y.Final.Register != x.Final.Register {
			continue
		}
		if !sameExchange(x, y) {
			return nil, false, &problem.Error{
				Code: ErrExchange, Path: "record", What: "record " + x.Record + " is there already, and says otherwise",
				Fix: "give a correction its own record number, or correct the one on record",
			}
		}
		return slices.Clone(on), false, nil
	}
	return append(slices.Clone(on), x), true, nil
}

func sameExchange(x, y Exchange) bool {
	same := func(a, b Reading) bool {
		if !a.At.Equal(b.At) {
			return false
		}
		a.At = b.At
		return a == b
	}
	return same(x.Final, y.Final) && same(x.Start, y.Start) && x.Register == y.Register
}

// Opens is the baseline at which the new meter begins. Errors are those of Open.
func (x Exchange) Opens() (Baseline, error) { return Open(x.Register, x.Start) }

// Exchanged gives the use over a period in which the meter was exchanged, once or several times in the order of days:
// (final − p) in the old meter's scale and (c − start) in the new one's, as one sum in unit; every meter has its own line
// (Springbrook, NDS, MicroSabio, Oracle). Parts in other units are converted exactly.
//
// last is of the last meter, from where its exchange Opens: by Between, ShortTotal or Estimate.
//
// Days between the removal and the installation are GapDays. What was used on them is not known and is left out, except
// where gap is given: then a part is estimated at its daily use, and is marked as estimated.
//
// Where a part has no use, none is known, and the baseline stays. A last that begins elsewhere is ErrExchange. Other errors
// are those of Between, with the path to the exchange; no exchange at all is ErrRule.
func Exchanged(from Baseline, exchanges []Exchange, last Measurement, unit Unit, rule DeltaRule, gap *Basis) (Measurement, error) {
	if len(exchanges) == 0 {
		return Measurement{}, &problem.Error{Code: ErrRule, Path: "exchanges", What: "there is no exchange", Fix: "use Between"}
	}
	sum := Measurement{known: true, meter: from.Meter, from: from.Day, unit: unit, source: Actual}
	at := from
	for _, x := range exchanges {
		place := "exchange " + x.Record
		m, err := Between(at, at.Register, x.Final, rule)
		if err == nil {
			sum, err = sum.plus(m)
		}
		if err != nil {
			return Measurement{}, &problem.Error{Code: ErrReading, Path: place, Err: err}
		}
		if at, err = x.Opens(); err != nil {
			return Measurement{}, &problem.Error{Code: ErrReading, Path: place + ".start", Err: err}
		}
		if sum, err = sum.without(x, gap); err != nil {
			return Measurement{}, &problem.Error{Code: ErrRule, Path: place, Err: err}
		}
		sum = sum.readBy(x.Start.Reader)
		sum.through = append(sum.through, x.Start.Meter)
	}
	if !slices.Equal(last.began, []Baseline{at}) {
		return Measurement{}, &problem.Error{
			Code: ErrExchange, Path: "last", What: "the last measurement does not begin where the last exchange opens its meter",
			Fix: "measure from Exchange.Opens of the last one",
		}
	}
	sum, err := sum.plus(last)
	if err != nil {
		return Measurement{}, err
	}
	if end := last.period.To; !end.IsZero() && !end.Before(from.Day) {
		sum.period = civil.Period{From: from.Day, To: end}
	}
	sum.began = []Baseline{from}
	if !sum.known {
		return sum.unknown(), nil
	}
	sum.baselines = last.baselines
	return sum, nil
}

// without adds what is to be said of the days between removal and installation.
func (m Measurement) without(x Exchange, gap *Basis) (Measurement, error) {
	removed, installed := note("removed", x.Final.Day.String()), note("installed", x.Start.Day.String())
	if x.Final.Day.IsZero() {
		return m, nil // no final reading: Between has said so
	}
	days := x.Start.Day.Sub(x.Final.Day)
	switch {
	case days < 0:
		m.known = false
		return m.With(verdict(ReadOrder, "the new meter was installed on {installed}, before the old one was removed on {removed}; record {record}",
			removed, installed, note("record", x.Record)).at(x.Start.Meter, x.Register.ID)), nil
	case days == 0:
		return m, nil
	}
	figures := []Figure{count("days", int64(days)), removed, installed, note("record", x.Record)}
	if gap == nil {
		return m.With(verdict(GapDays,
			"{days} days without a meter, removed {removed}, installed {installed}; their use is not known and not billed; record {record}",
			figures...).at(x.Start.Meter, x.Register.ID)), nil
	}
	if err := gap.check(); err != nil {
		return Measurement{}, err
	}
	use := gap.Daily.Mul(exact.Int(int64(days)))
	total, err := addIn(m.total, use, gap.Unit, m.unit)
	if err != nil {
		return Measurement{}, err
	}
	if m.known {
		m.total = total
		m.parts = append(m.Parts(), Part{Period: civil.Period{From: x.Final.Day, To: x.Start.Day}, Use: use, Unit: gap.Unit, Estimated: true})
	}
	figures = append(figures, figure("use", use), note("unit", gap.Unit.String()))
	return m.With(verdict(GapDays, "{days} days without a meter, removed {removed}, installed {installed}; estimated at {use} {unit}; record {record}",
		figures...).at(x.Start.Meter, x.Register.ID)), nil
}
