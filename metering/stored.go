package metering

import (
	"fmt"
	"time"

	"github.com/headgate-dev/headgate/billing/approval"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/stored"
)

// What a host keeps from one cycle to the next, and while an order is out. Both are read strictly.
var (
	// BaselineForm is how a [Baseline] is stored.
	BaselineForm = stored.NewForm("metering.baseline", 1, func(b Baseline) (baselineV1, error) { return writeBaseline(b), nil }, readBaseline)
	// ReviewForm is how a [Review] is stored, open or done: the first measurement, and each step with what came of it. Reading
	// takes the steps again, each by its own rules, so that no end of an exception is read that no step gives. A measurement
	// is proven to be the sum of its parts, and these to be of the digits that they say; what its checks have found is taken as
	// it stands. That a second person has approved what an override says, the records of the approval that it names prove:
	// approval.History.
	ReviewForm = stored.NewForm("metering.review", 1, writeReview, readReview)
)

// The shapes of version 1. They never change.
type (
	registerV1 struct {
		ID           string       `json:"id"`
		Dials        int          `json:"dials"`
		PaintedZeros int          `json:"painted_zeros,omitempty"`
		Decimals     int          `json:"decimals,omitempty"`
		Multiplier   exact.Number `json:"multiplier"`
		Unit         Unit         `json:"unit"`
	}
	baselineV1 struct {
		Meter     string     `json:"meter"`
		Register  registerV1 `json:"register"`
		Digits    int64      `json:"digits"`
		Day       civil.Date `json:"day"`
		Source    Source     `json:"source"`
		Estimates int        `json:"estimates,omitempty"`
	}
	partV1 struct {
		Meter     string         `json:"meter,omitempty"`
		Register  string         `json:"register,omitempty"`
		Period    civil.Period   `json:"period"`
		Previous  int64          `json:"previous"`
		Current   int64          `json:"current"`
		Used      int64          `json:"used"`
		Use       exact.Fraction `json:"use"`
		Unit      Unit           `json:"unit"`
		Step      exact.Fraction `json:"step"`
		Estimated bool           `json:"estimated,omitempty"`
	}
	rebillV1 struct {
		Period civil.Period   `json:"period"`
		Used   int64          `json:"used,omitempty"`
		Use    exact.Fraction `json:"use"`
		Billed exact.Fraction `json:"billed"`
	}
	figureV1 struct {
		What  string          `json:"what"`
		Value *exact.Fraction `json:"value,omitempty"`
		Text  string          `json:"text,omitempty"`
	}
	exceptionV1 struct {
		Code     Code       `json:"code"`
		Rule     string     `json:"rule,omitempty"`
		Meter    string     `json:"meter,omitempty"`
		Register string     `json:"register,omitempty"`
		Words    string     `json:"words"`
		Figures  []figureV1 `json:"figures,omitempty"`
	}
	measurementV1 struct {
		Meter string     `json:"meter"`
		From  civil.Date `json:"from"`
		Unit  Unit       `json:"unit"`
		// Use is absent where none is known.
		Use      *exact.Fraction   `json:"use,omitempty"`
		Period   civil.Period      `json:"period,omitzero"`
		Source   Source            `json:"source,omitempty"`   // absent where nothing was read
		Estimate bool              `json:"estimate,omitempty"` // all of it
		Began    []baselineV1      `json:"began"`
		Parts    []partV1          `json:"parts,omitempty"`
		Rebills  []rebillV1        `json:"rebills,omitempty"`
		Verdicts []exceptionV1     `json:"verdicts"`
		Leaves   []baselineV1      `json:"leaves,omitempty"` // absent where no use is known
		Through  []string          `json:"through,omitempty"`
		Shown    bool              `json:"shown,omitempty"` // a number was read
		As       []registerV1      `json:"as,omitempty"`
		Readers  []approval.Person `json:"readers,omitempty"`
	}
	orderV1 struct {
		ID   string `json:"id"`
		Kind string `json:"kind"`
		Task string `json:"task,omitempty"`
	}
	stepV1 struct {
		Kind        string          `json:"kind"`
		By          approval.Person `json:"by"`
		At          time.Time       `json:"at"`
		Reason      string          `json:"reason"`
		Exception   int             `json:"exception,omitempty"` // accepted; counted from 0 over all that the review has had
		Order       *orderV1        `json:"order,omitempty"`
		Returned    string          `json:"returned,omitempty"` // the number of the order
		Found       string          `json:"found,omitempty"`
		Record      string          `json:"record,omitempty"`
		Approval    stored.ID       `json:"approval,omitzero"`
		Measurement *measurementV1  `json:"measurement,omitempty"`
	}
	reviewV1 struct {
		Key    string        `json:"key"`
		Due    civil.Date    `json:"due"`
		Checks []string      `json:"checks,omitempty"`
		First  measurementV1 `json:"first"`
		Steps  []stepV1      `json:"steps,omitempty"`
	}
)

func writeBaseline(b Baseline) baselineV1 {
	return baselineV1{
		Meter: b.Meter, Register: registerV1(b.Register), Digits: b.Digits, Day: b.Day, Source: b.Source, Estimates: b.Estimates,
	}
}

func readBaseline(w baselineV1) (Baseline, error) {
	b := Baseline{
		Meter: w.Meter, Register: Register(w.Register), Digits: w.Digits, Day: w.Day, Source: w.Source, Estimates: w.Estimates,
	}
	return b, b.Check()
}

func writeBaselines(list []Baseline) []baselineV1 {
	var out []baselineV1
	for _, b := range list {
		out = append(out, writeBaseline(b))
	}
	return out
}

func readBaselines(path string, list []baselineV1) ([]Baseline, error) {
	var out []Baseline
	for i, w := range list {
		b, err := readBaseline(w)
		if err != nil {
			return nil, &problem.Error{Code: ErrReading, Path: fmt.Sprintf("%s[%d]", path, i), Err: err}
		}
		out = append(out, b)
	}
	return out, nil
}

func writeMeasurement(m Measurement) measurementV1 {
	w := measurementV1{
		Meter: m.meter, From: m.from, Unit: m.unit, Period: m.period, Source: m.source, Estimate: m.guess, Shown: m.shown,
		Began: writeBaselines(m.began), Through: m.through, Readers: m.readers,
	}
	if m.known {
		w.Use, w.Leaves = &exact.Fraction{Ratio: m.total}, writeBaselines(m.baselines)
	}
	for _, r := range m.as {
		w.As = append(w.As, registerV1(r))
	}
	for _, p := range m.parts {
		w.Parts = append(w.Parts, partV1{p.Meter, p.Register, p.Period, p.Previous, p.Current, p.Used, exact.Fraction{Ratio: p.Use}, p.Unit, exact.Fraction{Ratio: p.Step}, p.Estimated})
	}
	for _, r := range m.rebills {
		w.Rebills = append(w.Rebills, rebillV1{r.Period, r.Used, exact.Fraction{Ratio: r.Use}, exact.Fraction{Ratio: r.Billed}})
	}
	for _, e := range m.verdicts {
		v := exceptionV1{Code: e.Code, Rule: e.Rule, Meter: e.Meter, Register: e.Register, Words: e.Words}
		for _, f := range e.Figures {
			one := figureV1{What: f.What, Text: f.Text}
			if f.Text == "" {
				one.Value = &exact.Fraction{Ratio: f.Value}
			}
			v.Figures = append(v.Figures, one)
		}
		w.Verdicts = append(w.Verdicts, v)
	}
	return w
}

func readMeasurement(path string, w measurementV1) (Measurement, error) {
	m := Measurement{
		known: w.Use != nil, meter: w.Meter, from: w.From, unit: w.Unit, period: w.Period, source: w.Source, guess: w.Estimate, shown: w.Shown,
		through: w.Through, readers: w.Readers,
	}
	for _, r := range w.As {
		m.as = append(m.as, Register(r))
	}
	for _, p := range w.Parts {
		m.parts = append(m.parts, Part{p.Meter, p.Register, p.Period, p.Previous, p.Current, p.Used, p.Use.Ratio, p.Unit, p.Step.Ratio, p.Estimated})
	}
	for _, r := range w.Rebills {
		m.rebills = append(m.rebills, Rebill{r.Period, r.Used, r.Use.Ratio, r.Billed.Ratio})
	}
	for _, v := range w.Verdicts {
		e := Exception{Code: v.Code, Rule: v.Rule, Meter: v.Meter, Register: v.Register, Words: v.Words}
		for _, f := range v.Figures {
			one := Figure{What: f.What, Text: f.Text}
			if f.Value != nil {
				one.Value = f.Value.Ratio
			}
			e.Figures = append(e.Figures, one)
		}
		m.verdicts = append(m.verdicts, e)
	}
	var err error
	if m.began, err = readBaselines(path+".began", w.Began); err != nil {
		return Measurement{}, err
	}
	m.baselines = m.began
	if m.known {
		m.total = w.Use.Ratio
		if m.baselines, err = readBaselines(path+".leaves", w.Leaves); err != nil {
			return Measurement{}, err
		}
	}
	if what := m.contradicts(); what != "" || !m.known && len(w.Leaves) > 0 {
		if what == "" {
			what = "it leaves baselines, and no use is known"
		}
		return Measurement{}, &problem.Error{Code: ErrReview, Path: path, What: what, Fix: "restore it as it was written"}
	}
	return m, nil
}

func writeReview(r Review) (reviewV1, error) {
	if r.key == "" {
		return reviewV1{}, refuseStep("review", "there is no review", "make one with NewReview")
	}
	w := reviewV1{Key: r.key, Due: r.due, Checks: r.checks, First: writeMeasurement(r.first)}
	for _, t := range r.steps {
		e := t.event
		s := stepV1{
			Kind: e.Kind.String(), By: e.Step.By, At: e.Step.At.UTC(), Reason: e.Step.Reason, Exception: t.held, Found: e.Found, Record: e.Record,
			Approval: e.Approval,
		}
		switch e.Kind {
		case OrderedEvent:
			s.Order = &orderV1{t.order.ID, t.order.Kind.String(), t.order.Task}
		case ResultEvent:
			s.Returned = e.Order
		}
		if t.m != nil {
			m := writeMeasurement(*t.m)
			s.Measurement = &m
		}
		w.Steps = append(w.Steps, s)
	}
	return w, nil
}

func readReview(w reviewV1) (Review, error) {
	first, err := readMeasurement("first", w.First)
	if err != nil {
		return Review{}, err
	}
	r, err := NewReview(w.Key, w.Due, first, w.Checks...)
	if err != nil {
		return Review{}, err
	}
	for i, s := range w.Steps {
		path := fmt.Sprintf("steps[%d]", i)
		if r, err = r.again(path, s); err != nil {
			return Review{}, &problem.Error{Code: ErrReview, Path: path, Err: err}
		}
	}
	return r, nil
}

// kindOf is the kind of a step by its word; 0 where there is none.
func kindOf(text string) EventKind {
	for kind := AcceptedEvent; kind <= CorrectedEvent; kind++ {
		if kind.String() == text {
			return kind
		}
	}
	return 0
}

// again takes a step as it was taken.
func (r Review) again(path string, w stepV1) (Review, error) {
	s := Step{By: w.By, At: w.At, Reason: w.Reason}
	var m Measurement
	if w.Measurement != nil {
		var err error
		if m, err = readMeasurement(path+".measurement", *w.Measurement); err != nil {
			return Review{}, err
		}
	}
	switch kindOf(w.Kind) {
	case AcceptedEvent:
		if w.Exception < 0 || w.Exception >= len(r.held) || r.held[w.Exception].Resolution != Unresolved {
			return Review{}, refuseStep("exception", "no such exception is open", "restore it as it was written")
		}
		return r.accept(s, w.Exception)
	case OverriddenEvent:
		o, err := r.Propose(w.Reason)
		if w.Measurement != nil {
			o, err = r.ProposeUse(m, w.Reason, w.At)
		}
		if err == nil && w.Approval.IsZero() {
			err = refuseStep("approval", "the approval is not named", "restore it as it was written")
		}
		if err != nil {
			return Review{}, err
		}
		return r.overridden(o, s, w.Approval)
	case OrderedEvent:
		if w.Order == nil {
			return Review{}, refuseStep("order", "the order is missing", "restore it as it was written")
		}
		order := Order{ID: w.Order.ID, Task: w.Order.Task, Kind: ReReadOrder}
		if w.Order.Kind != order.Kind.String() {
			order.Kind = ServiceOrder
		}
		if w.Order.Kind != order.Kind.String() {
			return Review{}, refuseStep("order.kind", "the kind of the order is none", "restore it as it was written")
		}
		return r.Send(s, order)
	case CanceledEvent:
		return r.Cancel(s)
	case ResultEvent:
		result := Result{Order: w.Returned, Found: w.Found}
		if w.Measurement != nil {
			result.Measurement = &m
		}
		return r.Return(s, result)
	case EstimatedEvent:
		return r.Estimate(s, m)
	case CorrectedEvent:
		return r.Correct(s, w.Record, m)
	}
	return Review{}, refuseStep("kind", "the step is none", "restore it as it was written")
}
