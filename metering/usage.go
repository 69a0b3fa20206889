package metering

import (
	"slices"
	"strings"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/problem"
)

// Usage is a use that may be billed: measured or estimated by a named method, 0 or more, with nothing open. It is had from
// Review.Billable alone, and the zero value is refused where it is used.
type Usage struct {
	key string
	m   Measurement
}

// Billable returns the usage of a review in which nothing is open. Otherwise it is ErrOpen, and names what is open: an
// exception, an order that is out, or a use that is not known.
func (r Review) Billable() (Usage, error) {
	refuse := func(what string) (Usage, error) {
		return Usage{}, &problem.Error{
			Code: ErrOpen, Path: r.key, What: what, Fix: "accept, override, read again, estimate or order a service, and bill it then",
		}
	}
	if r.order != nil {
		return refuse(r.order.Kind.String() + " order " + r.order.ID + " is out")
	}
	if open := codes(r.Open()); len(open) > 0 {
		names := make([]string, len(open))
		for i, c := range open {
			names[i] = string(c)
		}
		return refuse("open: " + strings.Join(names, ", "))
	}
	if !r.m.known || r.m.total.Sign() < 0 {
		return refuse("no use is known")
	}
	return Usage{key: r.key, m: r.m}, nil
}

// Key returns the key of the review.
func (u Usage) Key() string { return u.key }

// Exact returns the use, 0 or more, in Unit: a fraction where parts of other units were added.
func (u Usage) Exact() exact.Ratio { return u.m.total }

// Unit returns the unit of the use.
func (u Usage) Unit() Unit { return u.m.unit }

// In returns the use in another unit, exactly. ErrUnit where they do not convert.
func (u Usage) In(unit Unit) (exact.Ratio, error) {
	if err := u.check(); err != nil {
		return exact.Ratio{}, err
	}
	return convert(u.m.total, u.m.unit, unit)
}

// Of returns the use of a period, exactly: its own, or that of an estimated period that a true-up bills again. Another period
// is ErrHistory, and units that do not convert are ErrUnit.
func (u Usage) Of(period civil.Period, unit Unit) (exact.Ratio, error) {
	if err := u.check(); err != nil {
		return exact.Ratio{}, err
	}
	if period == u.m.period {
		return convert(u.m.total, u.m.unit, unit)
	}
	for _, again := range u.m.rebills {
		if again.Period == period {
			return convert(again.Use, u.m.unit, unit)
		}
	}
	return exact.Ratio{}, &problem.Error{
		Code: ErrHistory, Path: "period", What: period.String() + " is not of usage " + u.key, Fix: "take the usage's own period, or one that it bills again",
	}
}

// Volume returns the use in a unit, rounded to decimals: this is the one rounding, at the edge. Places outside 0 to 18 and a
// mode that is not valid are ErrRule; a number of more than 18 digits is exact.ErrRange.
func (u Usage) Volume(unit Unit, places int, mode exact.Mode) (Volume, error) {
	use, err := u.In(unit)
	if err != nil {
		return Volume{}, err
	}
	if places < 0 || places > 18 || !mode.Valid() {
		return Volume{}, &problem.Error{
			Code: ErrRule, Path: "rounding", What: "the places or the mode are missing",
			Fix: "state 0 to 18 decimals, and how to round",
		}
	}
	text, _ := use.Round(places, mode).Decimal(places)
	return VolumeOf(text, unit)
}

// Period returns the days that the use is of.
func (u Usage) Period() civil.Period { return u.m.period }

// Days returns how many they are.
func (u Usage) Days() int { return u.m.Days() }

// Source says how the later reading was had: an estimate stays one.
func (u Usage) Source() Source { return u.m.source }

// Parts returns the lines that the use is the sum of.
func (u Usage) Parts() []Part { return u.m.Parts() }

// IsOf reports whether Parts are these: for who reads very many usages, since it copies none.
func (u Usage) IsOf(parts []Part) bool {
	return slices.EqualFunc(u.m.parts, parts, func(p, q Part) bool {
		if !p.Use.Equal(q.Use) || !p.Step.Equal(q.Step) {
			return false
		}
		p.Use, p.Step = q.Use, q.Step // one number may be held in two ways
		return p == q
	})
}

// Rebills returns the estimated periods that are billed again; none but after a true-up.
func (u Usage) Rebills() []Rebill { return u.m.Rebills() }

// Baselines returns where the next use counts from.
func (u Usage) Baselines() []Baseline { return u.m.Baselines() }

// Verdicts returns what every check said.
func (u Usage) Verdicts() []Exception { return u.m.Verdicts() }

// Exceptions returns the verdicts that are not Normal: those that somebody has accepted.
func (u Usage) Exceptions() []Exception { return u.m.Exceptions() }

// Cycle returns the usage as the history of estimates and bands keeps it, rounded half up to decimals of a unit.
func (u Usage) Cycle(unit Unit, places int) (Cycle, error) {
	use, err := u.Volume(unit, places, exact.HalfUp)
	if err != nil {
		return Cycle{}, err
	}
	source := u.m.source
	if slices.ContainsFunc(u.m.parts, func(p Part) bool { return p.Estimated }) {
		source = Estimated // the days without a meter too: an estimate never feeds the next one
	}
	return Cycle{Period: u.m.period, Use: use, Source: source}, nil
}

func (u Usage) check() error {
	if u.key == "" {
		return &problem.Error{Code: ErrOpen, What: "there is no usage", Fix: "take it from Review.Billable"}
	}
	return nil
}
