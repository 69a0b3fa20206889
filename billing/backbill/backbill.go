package backbill

import (
	"fmt"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/internal/say"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/policy"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/metering"
)

// Side says which way bills were wrong. The zero value is neither.
type Side uint8

// The ways.
const (
	Underbilled Side = iota + 1 // too low: the correction is a back-bill
	Overbilled                  // too high: the correction is a refund
)

// String gives "under-billed" or "over-billed".
func (b Side) String() string { return policy.Word(b, "under-billed", "over-billed") }

// key is that of the side's terms in a policy.
func (b Side) key() string { return policy.Word(b, "under", "over") }

// Facts is what is known of an error in past bills.
type Facts struct {
	Side Side
	// Discovered is the day on which the error was found. Limits count back from it, and it is no day of the correction: what is
	// billed from that day on is to be billed right.
	Discovered civil.Date
	// Start is the first wrong day; no date where StartUnknown says that nobody knows it.
	Start        civil.Date
	StartUnknown bool
	// LastTest is the day on which the meter was last tested and found right; no date where it never was. It is asked for only
	// where the start is unknown.
	LastTest civil.Date
	// End is the first day that was right again, where that was before Discovered; otherwise no date.
	End civil.Date
	// Meter is set where the error is the meter's own, and not a wrong multiplier, rate or record.
	Meter *Meter
	// DoubtIgnored says that the customer had doubted the meter and nobody looked at it.
	DoubtIgnored bool
}

// Meter is a meter as its test found it.
type Meter struct {
	Size string // as Policy.Bands names it
	// Accuracy is how much of what passed it the meter showed, in percent: 94.5, and 0 for a dead one. It is never nil: a test
	// that nobody stated is none of 0%.
	Accuracy *exact.Number
}

// Code names what may be corrected, or why days may not be. It is stable: a program may store it.
type Code string

// The codes.
const (
	// Of a verdict.
	Whole   Code = "Whole"   // every wrong day
	Limited Code = "Limited" // the days from a limit on
	Nothing Code = "Nothing" // no day

	// Of days that are left out.
	BeforeLimit  Code = "BeforeLimit"  // before the limit for under- or over-billing
	UnknownStart Code = "UnknownStart" // before the limit for an error whose start is unknown
	BeforeTest   Code = "BeforeTest"   // before the meter was found right
	WithinBand   Code = "WithinBand"   // the meter is as right as it has to be
	Doubted      Code = "Doubted"      // the customer's doubt was ignored

	// Of a refund.
	Refund      Code = "Refund"
	SmallRefund Code = "SmallRefund" // below the least that is refunded
)

// LeftOut is days before To that are not corrected, and why. From is no date where nobody knows when the error began.
type LeftOut struct {
	From, To civil.Date
	Code     Code
	Figures  []metering.Figure // the numbers in the words
	Words    string
}

// Verdict is which days of an error are corrected, and why the others are not.
type Verdict struct {
	Title, Source string // of the policy
	Side          Side
	Code          Code
	// Period is the days to be billed again, each at its own version of the rates; no period where there are none. It may begin
	// or end inside of a bill: of that bill only these days are corrected.
	Period  civil.Period
	LeftOut []LeftOut // in the order of their days, without a gap up to Period
	Figures []metering.Figure
	Words   string
	// Placeholders are the values of the policy that stand in for what is not known; the words name them.
	Placeholders []policy.Mark
}

// Verdict finds the days of an error that are corrected: from its start, or the latest of the limits that apply, up to its
// discovery or its end. The limits are that of the side; of an unknown start, its own limit and the last test too.
//
// Nothing is corrected where the meter is within the band of its size, nor, of what was billed too low, where the customer's
// doubt about it was ignored and the policy says that this bars it.
//
// The months of a limit are civil months back from the discovery: of an error found on 2026-06-30, 36 months begin on
// 2023-06-30, and are 36 charges of a month. Where the month has no such day it is the month's last (ours): one month back from
// 2026-03-31 is 2026-02-28, and the period has 31 days.
//
// Of the policy it reads what the facts ask for, and nothing else is an error or told as a placeholder: the accuracy and the band
// of the size where there is a meter, what an ignored doubt means where one was ignored in what was billed too low, and where
// neither keeps every day from being corrected, the limit of the side, with that of an unknown start where it is unknown.
//
// Errors: ErrFacts; those of Check and policy.ErrNotKnown, of what it reads; civil.ErrDate where a limit leaves the calendar.
func (p Policy) Verdict(f Facts) (Verdict, error) {
	if err := f.check(); err != nil {
		return Verdict{}, err
	}
	v := Verdict{Title: p.Title, Source: p.Source, Side: f.Side, Figures: []metering.Figure{say.Date("discovered", f.Discovered)}}
	end := f.Discovered
	if !f.End.IsZero() {
		end = f.End
	}
	found := p.named()
	bar, barred, err := p.bar(f, &found)
	if err != nil {
		return Verdict{}, err
	}
	if barred {
		if err := found.Err(); err != nil {
			return Verdict{}, err
		}
		if f.Start.Before(end) {
			bar.From, bar.To = f.Start, end
			v.LeftOut = []LeftOut{bar}
		}
		v.Placeholders = found.Placeholders
		return v.say(), nil
	}
	bounds, err := p.bounds(f, &found)
	if err != nil {
		return Verdict{}, err
	}
	v.Placeholders = found.Placeholders
	from := f.Start
	for _, b := range bounds {
		if !b.day.After(from) {
			continue
		}
		// Of two limits the earlier leaves out its days, and the later those between them.
		to := b.day
		if to.After(end) {
			to = end
		}
		if to.After(from) {
			v.LeftOut = append(v.LeftOut, LeftOut{From: from, To: to, Code: b.code, Figures: b.figures, Words: say.Words(b.words, b.figures)})
		}
		from = to
	}
	if from.Before(end) {
		v.Period = civil.Period{From: from, To: end}
	}
	return v.say(), nil
}

// bound is a day before which nothing is corrected.
type bound struct {
	day     civil.Date
	code    Code
	words   string
	figures []metering.Figure
}

// bounds are the limits that apply, by their days.
func (p Policy) bounds(f Facts, found *policy.Findings) ([]bound, error) {
	terms := p.terms(f.Side)
	terms.checkLimit(found, f.Side)
	if f.StartUnknown {
		terms.checkUnknownStart(found, f.Side)
	}
	if err := found.Err(); err != nil {
		return nil, err
	}
	var bounds []bound
	// It is put before the bounds that are later. Of two on one day the one that was added first is the reason.
	add := func(day civil.Date, code Code, words string, figures ...metering.Figure) {
		i := 0
		for i < len(bounds) && !bounds[i].day.After(day) {
			i++
		}
		b := bound{day: day, code: code, words: words, figures: append([]metering.Figure{say.Date("from", day)}, figures...)}
		bounds = append(bounds[:i], append([]bound{b}, bounds[i:]...)...)
	}
	within := func(span Span, code Code, words string) error {
		day, err := span.before(f.Discovered)
		if err != nil {
			return err
		}
		add(day, code, words, say.Text("limit", span.String()), say.Date("discovered", f.Discovered), say.Text("side", f.Side.String()))
		return nil
	}
	if f.StartUnknown && !f.LastTest.IsZero() {
		add(f.LastTest, BeforeTest, "before {from}, when the meter was tested and found right")
	}
	if limit, ok := terms.Limit.Value(); ok {
		words := "before {from}, {limit} before the discovery on {discovered}: the limit for what was {side}"
		if err := within(limit, BeforeLimit, words); err != nil {
			return nil, err
		}
	}
	switch unknown := terms.UnknownStart.Get(); {
	case !f.StartUnknown:
		return bounds, nil
	case unknown.kind == backbillWithin:
		words := "before {from}, {limit} before the discovery on {discovered}: the limit for what was {side} since nobody knows when"
		if err := within(unknown.span, UnknownStart, words); err != nil {
			return nil, err
		}
	case unknown.kind == half:
		if f.LastTest.IsZero() {
			return nil, &problem.Error{
				Code: ErrFacts, Path: "last_test", What: p.Title + " corrects half the time since the last test, and there is none",
				Fix: "give the day of the last test, or find the start",
			}
		}
		days := f.Discovered.Sub(f.LastTest)
		half := days / 2
		if f.Side == Overbilled {
			half = days - half // the odd day is the customer's
		}
		day, err := f.Discovered.AddDays(-half)
		if err != nil {
			return nil, err
		}
		add(day, UnknownStart, "before {from}, "+say.Many("half", exact.Int(int64(half)), "day")+
			" before the discovery on {discovered}: half of "+say.Many("days", exact.Int(int64(days)), "day")+" since the test on {test}",
			say.Count("half", half), say.Date("discovered", f.Discovered), say.Count("days", days), say.Date("test", f.LastTest))
	}
	if len(bounds) == 0 {
		return nil, &problem.Error{
			Code: ErrFacts, Path: "start", What: "nobody knows when the error began, and nothing says how far back it is corrected",
			Fix: "find the start or the last test, or adopt a limit",
		}
	}
	return bounds, nil
}

// bar finds what keeps all days from being corrected. It looks at the doubt only where the meter does not.
func (p Policy) bar(f Facts, found *policy.Findings) (LeftOut, bool, error) {
	none := LeftOut{}
	leave := func(code Code, words string, figures ...metering.Figure) (LeftOut, bool, error) {
		return LeftOut{Code: code, Figures: figures, Words: say.Words(words, figures)}, true, nil
	}
	if f.Meter != nil {
		p.checkAccuracy(found, f.Meter.Size)
		if err := found.Err(); err != nil {
			return none, false, err
		}
	}
	if f.Meter != nil && p.Accuracy == AccuracyBySize {
		band, ok := p.Bands[f.Meter.Size]
		if !ok {
			return none, false, &problem.Error{
				Code: ErrFacts, Path: "meter.size", What: fmt.Sprintf("%s has no band for the size %q", p.Title, f.Meter.Size),
				Fix: "add the size to the policy, or correct it",
			}
		}
		low, high, _ := band.numbers() // checkAccuracy has seen to them
		if shown := *f.Meter.Accuracy; shown.Cmp(low) >= 0 && shown.Cmp(high) <= 0 {
			return leave(WithinBand, "the {size} meter shows {accuracy}%, and from {low}% to {high}% it is right",
				say.Text("size", f.Meter.Size), say.Number("accuracy", shown.Ratio()),
				say.Number("low", low.Ratio()), say.Number("high", high.Ratio()))
		}
	}
	if f.Side == Underbilled && f.DoubtIgnored {
		if p.checkDoubt(found); p.Doubt == DoubtBars {
			return leave(Doubted, "the customer doubted the meter and was ignored: there is no back-bill")
		}
	}
	return none, false, nil
}

// check refuses facts that are missing or contradict each other.
func (f Facts) check() error {
	refuse := func(path, what, fix string) error {
		return &problem.Error{Code: ErrFacts, Path: path, What: what, Fix: fix}
	}
	switch {
	case f.Side != Underbilled && f.Side != Overbilled:
		return refuse("side", "it is not stated", "say whether bills were too low or too high")
	case f.Discovered.IsZero():
		return refuse("discovered", "the day of discovery is missing", "give the day on which the error was found")
	case f.Start.IsZero() != f.StartUnknown:
		return refuse("start", "the start is neither given nor unknown, or both", "give the first wrong day, or say that nobody knows it")
	case f.Start.After(f.Discovered):
		return refuse("start", f.Start.String()+" is after the discovery on "+f.Discovered.String(), "give the first wrong day that was found")
	case f.LastTest.After(f.Discovered):
		return refuse("last_test", f.LastTest.String()+" is after the discovery on "+f.Discovered.String(),
			"give the test before the error was found")
	case f.End.After(f.Discovered):
		return refuse("end", f.End.String()+" is after the discovery on "+f.Discovered.String(),
			"leave it out where bills were wrong up to the discovery")
	case !f.End.IsZero() && f.End.Before(f.Start):
		return refuse("end", f.End.String()+" is before the start on "+f.Start.String(), "give the first day that was right again")
	case f.Meter != nil:
		return f.Meter.check(f.Side)
	}
	return nil
}

// check refuses a test that is missing, or that cannot be of bills that were wrong that way.
func (m Meter) check(side Side) error {
	refuse := func(what, fix string) error {
		return &problem.Error{Code: ErrFacts, Path: "meter.accuracy", What: what, Fix: fix}
	}
	if m.Accuracy == nil || m.Accuracy.Sign() < 0 {
		return refuse("it is missing, or below 0", "give what the test found")
	}
	if over := m.Accuracy.Cmp(hundred()); side == Underbilled && over > 0 || side == Overbilled && over < 0 {
		return refuse("a meter that shows "+m.Accuracy.String()+"% of what passes it leaves nothing "+side.String(),
			"correct the test or the side, or leave the meter out where the error is not its own")
	}
	return nil
}

// say puts the verdict into words.
func (v Verdict) say() Verdict {
	verb := "refunded"
	if v.Side == Underbilled {
		verb = "billed again"
	}
	words := ""
	switch {
	case v.Period.IsZero():
		v.Code, words = Nothing, "nothing that was "+v.Side.String()+" is "+verb
	default:
		v.Code = Whole
		if len(v.LeftOut) > 0 {
			v.Code = Limited
		}
		v.Figures = append(v.Figures, say.Date("first", v.Period.From), say.Date("last", v.Period.Last()), say.Count("days", v.Period.Days()))
		words = "what was " + v.Side.String() + " from {first} to {last}, " +
			say.Many("days", exact.Int(int64(v.Period.Days())), "day") + ", is " + verb
	}
	v.Words = say.Words(words, v.Figures) + "; the error was found on " + v.Figures[0].String()
	for _, out := range v.LeftOut {
		v.Words += "; "
		if out.Code != WithinBand && out.Code != Doubted {
			v.Words += "not "
		}
		v.Words += out.Words
	}
	v.Words += say.Placeholders(v.Placeholders)
	return v
}

// Allows reports whether a period may be corrected under the verdict. One that begins a day too early or ends a day too late
// is ErrLimit, with the reason; one that is no period is civil.ErrPeriod.
func (v Verdict) Allows(period civil.Period) error {
	if err := period.Check(); err != nil {
		return err
	}
	refuse := func(what, fix string) error {
		return &problem.Error{Code: ErrLimit, Path: "period", What: v.Title + ": " + what + v.Words, Fix: fix}
	}
	switch first, last := v.Period.From.String(), v.Period.Last().String(); {
	case v.Period.IsZero():
		return refuse("", "correct nothing")
	case period.From.Before(v.Period.From):
		return refuse(period.String()+" begins before "+first+": ", "begin on "+first)
	case period.To.After(v.Period.To):
		return refuse(period.String()+" ends after "+last+": ", "let "+last+" be the last day")
	}
	return nil
}

// Refunded is what becomes of a refund.
type Refunded struct {
	Title, Source string // of the policy
	Code          Code
	Amount        money.Amount // what is refunded
	Figures       []metering.Figure
	Words         string
	Placeholders  []policy.Mark // as those of a Verdict
}

// Refund says whether an amount that was billed too much is refunded, by the least that the policy refunds. The amount is
// what the re-billing of all days comes to, and is above 0: ErrFacts. Other errors are those of Check and policy.ErrNotKnown, of
// LeastRefund and the name of the policy alone.
func (p Policy) Refund(amount money.Amount) (Refunded, error) {
	found := p.named()
	p.checkLeastRefund(&found)
	if err := found.Err(); err != nil {
		return Refunded{}, err
	}
	if amount.Sign() <= 0 {
		return Refunded{}, &problem.Error{
			Code: ErrFacts, Path: "amount", What: "there is nothing to refund", Fix: "give what was billed too much",
		}
	}
	r := Refunded{
		Title: p.Title, Source: p.Source, Code: Refund, Amount: amount, Placeholders: found.Placeholders,
		Figures: []metering.Figure{say.Money("amount", amount)},
	}
	words := "{amount} are refunded"
	if least := p.LeastRefund.Get(); least.Sign() > 0 {
		r.Figures = append(r.Figures, say.Money("least", least))
		words += ", which is not below the least refund, {least}"
		if amount.Cmp(least) < 0 {
			r.Code, r.Amount, words = SmallRefund, money.Amount{}, "{amount} are not refunded: the least refund is {least}"
		}
	}
	r.Words = say.Words(words, r.Figures) + say.Placeholders(r.Placeholders)
	return r, nil
}
